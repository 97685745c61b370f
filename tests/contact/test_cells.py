"""What is settled for a day in a place, and what is kept there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from attrs import evolve
from hypothesis import given

from leadcore.consent import UNKNOWN
from leadcore.contact import Facts, Question, Relationship, Touch, TouchKind, assess, cells, digests
from leadcore.contact.case import Case, Moment
from leadcore.contact.digests import digest_of
from leadcore.contact.engine import hits_of, verdict_of
from leadcore.contact.hits import Hit
from leadcore.contact.kernels import HOUR
from leadcore.contact.plans import plan_of
from leadcore.decisions import NO_BASIS, Verdict
from leadcore.rulebooks import US, Rulebook
from leadcore.submissions import Tcpa
from leadcore.values import micros
from tests.contact.people import (
    CALL,
    KNOWN,
    MAIL,
    MONDAY_NOON,
    RECORDED,
    SELLER,
    TEXT,
    TICK,
    WRITTEN,
    ask,
    cases,
    living,
)

if TYPE_CHECKING:
    from leadcore.contact.cells import Cell
    from leadcore.contact.digests import Sort


def cell_of(
    question: Question, facts: Facts, at: datetime = MONDAY_NOON, rules: Rulebook = US
) -> Cell:
    return plan_of(question, rules).cell(digest_of(facts, question).where, micros(at))[0]


def bits(question: Question, facts: Facts, at: datetime = MONDAY_NOON) -> int:
    return cell_of(question, facts, at).bits(digest_of(facts, question), at)


@given(cases())
def test_relationships_and_dates(drawn: tuple[Question, Facts, datetime]) -> None:
    question, facts, at = drawn
    question = evolve(question, seller=SELLER)
    # Nothing ends the relationship, so that only its dates tell.
    registry = evolve(facts.registry, internal_since=None)
    consent = evolve(facts.consent, revoked_at=None)
    relationship = evolve(facts.relationship, with_seller=SELLER)
    facts = evolve(facts, registry=registry, consent=consent, relationship=relationship)
    asked = Case(question, facts, Moment(at), US.closures)
    found = bits(question, facts, at)
    assert bool(found & digests.BOUGHT) == asked.customer
    assert bool(found & (digests.BOUGHT | digests.INQUIRED)) == asked.related


@pytest.mark.parametrize(
    ("inquired", "bought", "seen"),
    [
        (-90, None, digests.INQUIRED),
        (-91, -540, digests.BOUGHT),
        (0, 0, digests.INQUIRED | digests.BOUGHT),
        (1, -541, 0),
    ],
)
def test_how_far_back_relationships_count(
    inquired: int | None, bought: int | None, seen: int
) -> None:
    """The same for everybody whom a cell is asked about, the first and any other."""
    today = date(2026, 11, 16)
    found = Relationship(
        with_seller=SELLER,
        inquiry_on=None if inquired is None else today + timedelta(days=inquired),
        purchase_on=None if bought is None else today + timedelta(days=bought),
    )
    facts = [evolve(KNOWN, relationship=found) for _ in range(2)]
    cell = cell_of(CALL, facts[0])
    for each in facts:
        told = cell.bits(digest_of(each, CALL), MONDAY_NOON)
        assert told & (digests.INQUIRED | digests.BOUGHT) == seen


@pytest.mark.parametrize(
    ("days", "fresh"), [(-32, False), (-31, True), (0, True), (1, True), (2, False)]
)
def test_a_fresh_copy(days: int, fresh: bool) -> None:
    on = date(2026, 11, 16) + timedelta(days=days)
    facts = evolve(KNOWN, registry=evolve(KNOWN.registry, scrubbed_on=on))
    assert bool(bits(CALL, facts) & digests.SCRUBBED) == fresh


@pytest.mark.parametrize(
    ("days", "fresh"), [(-16, False), (-15, True), (0, True), (1, False), (None, False)]
)
def test_a_ported_number(days: int | None, fresh: bool) -> None:
    on = None if days is None else date(2026, 11, 16) + timedelta(days=days)
    number = evolve(KNOWN.number, ported_to_wireless_on=on)
    assert bool(bits(CALL, evolve(KNOWN, number=number)) & digests.PORTED) == fresh


def test_consent_counts_from_its_instant_on() -> None:
    facts = evolve(KNOWN, consent=evolve(WRITTEN, at=MONDAY_NOON))
    assert not bits(CALL, facts, MONDAY_NOON - TICK) & digests.WRITTEN
    assert bits(CALL, facts) & digests.WRITTEN


def test_an_answer_of_tomorrow_is_none_yet() -> None:
    for on, status in ((date(2026, 11, 16), 1 << 14), (date(2026, 11, 17), 0)):
        facts = evolve(KNOWN, reassigned=evolve(KNOWN.reassigned, queried_on=on))
        assert bits(CALL, facts) & digests.STATUS == status


def test_touches_count_where_they_matter() -> None:
    at = MONDAY_NOON - timedelta(hours=1)
    history = [Touch(kind=TouchKind.CALL, at=at, subject="solar")] * 3
    assert bits(CALL, living("FL", history=history)) >> digests.CAPS == 0b11
    assert bits(CALL, living("NY", history=history)) >> digests.CAPS == 0
    touches = digests.TOUCHED | digests.TOUCHED_AGAIN
    for several, seen in ((history, touches), (history[:1], digests.TOUCHED), ([], 0)):
        assert bits(TEXT, living("NY", history=several)) & touches == seen
        assert not bits(TEXT, living("NY", history=several), at) & touches
    assert not bits(CALL, living("NY", history=history)) & touches
    assert bits(MAIL, KNOWN) & digests.MAIL_OPTOUT
    assert not bits(CALL, KNOWN) & digests.MAIL_OPTOUT


def test_bits_are_kept_once_all_is_over() -> None:
    touch = Touch(kind=TouchKind.CALL, at=MONDAY_NOON - timedelta(hours=23), subject="solar")
    facts = living("FL", history=[touch] * 3, consent=evolve(WRITTEN, at=MONDAY_NOON))
    digest, cell = digest_of(facts, CALL), cell_of(CALL, facts)
    during, after = MONDAY_NOON, MONDAY_NOON + timedelta(hours=1) + TICK
    for at, caps in ((during, 3), (during, 3), (after, 0), (after, 0), (during, 3), (after, 0)):
        assert cell.bits(digest, at) >> digests.CAPS == caps
        assert digest.seen[0].cell is cell
    assert digest.seen[1] == touch.at + timedelta(hours=24)
    assert digest.seen[0].bits == cell.bits(digest, after)
    other = cell_of(CALL, facts, MONDAY_NOON + timedelta(days=1))
    other.bits(digest, MONDAY_NOON + timedelta(days=1))
    assert digest.seen[0].cell is other


def sort_of(facts: Facts, at: datetime = MONDAY_NOON, question: Question = CALL) -> Sort:
    """Ask three times: once for the cell, once for its rules, once to be sorted."""
    for _ in range(3):
        assess(question, facts, at=at, rules=US)
    return digest_of(facts, question).seen[0]


def test_people_no_rule_tells_apart_are_of_one_sort() -> None:
    known, touch = living("FL"), Touch(kind=TouchKind.EMAIL, at=MONDAY_NOON - timedelta(days=40))
    sort = sort_of(known)
    assert sort_of(evolve(known, history=[touch], zip="33101")) is not sort  # another place
    assert sort_of(evolve(known, history=[touch])) is sort
    unread = evolve(known, consent=evolve(known.consent, at=MONDAY_NOON - timedelta(days=9)))
    assert sort_of(unread) is sort
    listed = evolve(known, registry=evolve(known.registry, internal_since=MONDAY_NOON))
    assert sort_of(listed) is not sort
    assert sort_of(evolve(known), question=evolve(CALL, seller="other")) is not sort


def test_whom_no_rule_was_asked_about_is_like_nobody() -> None:
    facts = living("OK")
    cell = cell_of(CALL, facts, rules=US.drop("F-QH"))
    digest = digest_of(facts, CALL)
    found = {cell.bits(digest, MONDAY_NOON) for _ in range(3)}
    assert found == {digest.seen[0].bits}
    assert digest.seen[0].cell is cell


def test_few_sorts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "_KEPT", 1)
    people = [living("TX", tcpa=tcpa) for tcpa in Tcpa]
    at = MONDAY_NOON - timedelta(days=7)
    for _ in range(3):
        for facts in people:
            sort_of(facts, at)
            found = assess(CALL, facts, at=at, rules=US, ahead=False)
            asked = Case(CALL, facts, Moment(at), US.closures)
            assert (found.verdict, found.findings) == verdict_of(hits_of(asked, US))


def test_hours_have_rows_of_their_own() -> None:
    cell = cell_of(CALL, living("FL"))
    assert [point // HOUR for point in cell.points] == [8, 20, 20, 21, 21]
    first, second = cell.row(1), cell.row(2)
    assert first is cell.row(1)
    assert first is not second
    shared = [a is b for a, b in zip(first.tables, second.tables, strict=True)]
    kernels = [bound.rule.kernel for bound, _ in cell.rules]
    assert [k for k, same in zip(kernels, shared, strict=True) if not same] == [
        "federal_hours", "ftc_hours", "state_hours",
    ]  # fmt: skip


def test_a_day_without_hours_turns_at_none() -> None:
    """Maine's devices may speak from 9 to 17 on weekdays, and on weekends not at all."""
    cell = cell_of(RECORDED, living("ME"))
    assert [point // HOUR for point in cell.points] == [8, 9, 17, 17, 21, 21]
    terms = [bound.rule.terms for bound, _ in cell.rules if bound.rule.kernel == "device_hours"]
    assert [each.week.days[4:] for each in terms] == [((9 * 60, 17 * 60), None, None)]


def test_answers_are_kept_by_what_each_rule_says() -> None:
    cell = cell_of(CALL, KNOWN)
    silent = bytes(len(cell.rules))
    assert cell.answer(silent) is cell.answer(silent)
    assert cell.answer(silent).denied
    assert [finding.rule for finding in cell.answer(silent).findings] == [NO_BASIS]
    permitted = bytes([Hit.PERMIT]) + silent[1:]
    assert cell.answer(permitted).verdict is Verdict.PERMITTED
    assert not cell.answer(permitted).denied


def test_tests_of_the_users_own_are_never_kept() -> None:
    rules = US.forbid("OWN", "No.", when=lambda _: True)
    cell = cell_of(CALL, KNOWN, rules=rules)
    assert cell.own
    assert not cell_of(CALL, KNOWN).own
    assert [table for table in cell.row(0).tables if table is None] == [None]
    first, other = (digest_of(evolve(KNOWN, tcpa=tcpa), CALL) for tcpa in (Tcpa.YES, Tcpa.NO))
    for digest in (first, other) * 3:
        assert cell.bits(digest, MONDAY_NOON) & digests.TCPA_YES == digest.mask & digests.TCPA_YES
    assert first.seen[0] is not other.seen[0]


def test_a_statutes_own_clock() -> None:
    cell = cell_of(CALL, living("MS", "America/Chicago"))
    assert [clock.zone for clock in cell.clocks] == ["Etc/GMT+6"]
    shared = [a is b for a, b in zip(cell.row(1).tables, cell.row(2).tables, strict=True)]
    kernels = [bound.rule.kernel for bound, _ in cell.rules]
    turning = {k for k, same in zip(kernels, shared, strict=True) if not same}
    assert turning == {"federal_hours", "ftc_hours", "state_hours", "closed_day"}


def test_what_nobody_knows_of_a_revocation_is_no_cap() -> None:
    # Three texts fill a cap by caution only; that bit once was the one of an untold revocation.
    at = MONDAY_NOON - timedelta(hours=1)
    texts = [Touch(kind=TouchKind.TEXT, at=at, subject="solar")] * 3
    recently = living("FL", history=texts, consent=evolve(WRITTEN, revoked_at=at))
    untold = living("FL", consent=evolve(WRITTEN, revoked_at=UNKNOWN))
    assert [ask(CALL, each).rules for each in (recently, untold)] == [
        ("F-REV-10", "S-FL-CAP"),
        ("F-REV-10",),
    ]
