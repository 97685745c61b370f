"""What a disputed contact could cost: amounts by statute, counted once, within four years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from leadcore.consent import UNKNOWN
from leadcore.contact import Question, Registry, assess
from leadcore.contact.logged import log
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.exposure import (
    LIMITATION_YEARS,
    REMEDIES,
    Contact,
    Exposure,
    PersonExposure,
    contact_of,
    of,
    of_person,
    total,
)
from leadcore.rulebooks import US, Initiation, Role
from leadcore.submissions import Tcpa
from leadcore.values import Money
from tests.contact.people import (
    CALL,
    DIALED,
    KNOWN,
    MAIL,
    MONDAY_NOON,
    NOTHING,
    RECORDED,
    ROBOTEXT,
    TEXT,
    ask,
    cases,
    living,
    local,
)

LATE = local("2026-11-16 22:30")
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
NO_CONSENT = evolve(KNOWN, consent=NOTHING)
LISTED = evolve(NO_CONSENT, registry=evolve(KNOWN.registry, national=True))


def usd(dollars: int) -> Money:
    return Money(dollars * 100, "USD")


def amounts(exposure: Exposure) -> dict[str, tuple[int, int]]:
    return {
        each.remedy: (each.low.minor // 100, each.high.minor // 100)
        for each in exposure.liabilities
    }


# ------------------------------------------------------------------------------------ one contact


@pytest.mark.parametrize(
    ("question", "facts", "at", "expected"),
    [
        pytest.param(CALL, KNOWN, MONDAY_NOON, {}, id="nothing stands against it"),
        pytest.param(TEXT, KNOWN, MONDAY_NOON, {}, id="nor against a text that is not the first"),
        pytest.param(ROBOTEXT, NO_CONSENT, MONDAY_NOON, {"TCPA-B": (500, 1500)}, id="no consent"),
        pytest.param(RECORDED, NO_CONSENT, MONDAY_NOON, {"TCPA-B": (500, 1500)}, id="recorded"),
        pytest.param(
            TEXT,
            evolve(KNOWN, history=UNKNOWN),
            MONDAY_NOON,
            {"TCPA-B": (0, 1500)},
            id="a first text is a warning",
        ),
        pytest.param(
            TEXT,
            evolve(KNOWN, tcpa=Tcpa.NO),
            MONDAY_NOON,
            {"TCPA-B": (0, 1500)},
            id="a text by hand has no least amount",
        ),
        pytest.param(CALL, LISTED, MONDAY_NOON, {"TCPA-C": (0, 1500)}, id="on the registry"),
        pytest.param(CALL, KNOWN, LATE, {"TCPA-C": (0, 1500)}, id="outside the hours"),
        pytest.param(
            DIALED,
            evolve(LISTED, registry=Registry()),
            LATE,
            {"TCPA-B": (500, 1500), "TCPA-C": (0, 1500)},
            id="two statutes are two claims",
        ),
        pytest.param(CALL, living("NC"), LATE, {"TCPA-C": (0, 1500)}, id="North Carolina"),
        pytest.param(
            CALL,
            living("SC"),
            LATE,
            {"TCPA-C": (0, 1500), "SC-37-21": (1000, 5000)},
            id="South Carolina names amounts of its own",
        ),
        pytest.param(MAIL, evolve(KNOWN, email=evolve(KNOWN.email, optout_mechanism=False)),
                     MONDAY_NOON, {}, id="e-mail"),
    ],
)  # fmt: skip
def test_what_one_contact_could_cost(question, facts, at, expected) -> None:
    decision = ask(question, facts, at)
    exposure = of(decision, question, facts)
    assert amounts(exposure) == expected
    assert exposure.low == usd(sum(low for low, _ in expected.values()))
    assert exposure.high == usd(sum(high for _, high in expected.values()))
    logged = log(question, facts, decision, rules=US)
    assert of(logged, logged.question, logged.facts) == exposure
    assert not {"SC-37-21"} & amounts(of(decision, question)).keys()


def test_it_says_by_which_rules_and_statute() -> None:
    (owed,) = of(ask(ROBOTEXT, NO_CONSENT), ROBOTEXT).liabilities
    assert owed.citation == "47 USC 227(b)(3)"
    assert owed.rules == ("F-ATDS-1", "F-PEWC-2")
    assert not owed.needs_second
    (owed,) = of(ask(CALL, KNOWN, LATE), CALL).liabilities
    assert (owed.citation, owed.rules, owed.needs_second) == ("47 USC 227(c)(5)", ("F-QH",), True)


def test_caution_and_a_denial_of_policy_have_no_least_amount() -> None:
    def one(rule: str, effect: Effect, severity: Severity) -> Exposure:
        finding = Finding(rule=rule, effect=effect, severity=severity, sentence="", citation="")
        decision = Decision(
            verdict=Verdict.DENIED, findings=(finding,), at=MONDAY_NOON, rulebook="test"
        )
        return of(decision, DIALED)

    assert amounts(one("F-ATDS-1", Effect.DENY, Severity.LEGAL)) == {"TCPA-B": (500, 1500)}
    assert amounts(one("F-ATDS-1", Effect.DENY, Severity.POLICY)) == {"TCPA-B": (0, 1500)}
    assert amounts(one("F-RND", Effect.WARN, Severity.LEGAL)) == {"TCPA-B": (0, 1500)}
    assert amounts(one("H-TCPA-NO", Effect.DENY, Severity.LEGAL)) == {"TCPA-B": (0, 1500)}
    assert one("F-ATDS-1", Effect.PERMIT, Severity.LEGAL) == Exposure()
    assert one("S-FL-QH", Effect.DENY, Severity.LEGAL) == Exposure()


def test_every_rule_a_remedy_names_is_a_guard_of_the_rulebook() -> None:
    guards = {rule.id for rule in US.rules if rule.role is Role.GUARD}
    for remedy in REMEDIES:
        assert remedy.rules | remedy.caution <= guards
        assert not remedy.rules & remedy.caution
        assert remedy.low <= remedy.high
    assert REMEDIES[-1].covers("S-SC-CAP")
    (law,) = US.editions("F-DMG")
    assert law.citation == "47 USC 227(b)(3),(c)(5); 28 USC 1658"


@given(cases())
def test_nothing_is_owed_for_what_is_permitted(case) -> None:
    question, facts, at = case
    decision = assess(question, facts, at=at, rules=US, ahead=False)
    exposure = of(decision, question, facts)
    assert (exposure.low, exposure.high) == total(exposure.liabilities)
    assert exposure.low <= exposure.high
    spoke = {each.rule for each in decision.findings if each.effect is not Effect.PERMIT}
    assert {rule for each in exposure.liabilities for rule in each.rules} <= spoke
    if decision.verdict is Verdict.PERMITTED:
        assert exposure == Exposure()


# --------------------------------------------------------------------- contacts that were made


def made(question: Question, at: datetime, facts=LISTED) -> Contact:
    return contact_of(ask(question, facts, at), question)


def test_a_second_contact_makes_the_first_one_owed_too() -> None:
    first, second = made(CALL, MONDAY_NOON), made(CALL, MONDAY_NOON + DAY)
    assert first.exposure.high == usd(1500)
    assert of_person([first], at=NOW) == PersonExposure()
    both = of_person([second, first], at=NOW)
    assert both.contacts == (first, second)
    assert (both.low, both.high, both.barred) == (usd(0), usd(3000), 0)
    assert of_person([first, first], at=NOW).high == usd(3000)


@pytest.mark.parametrize(
    ("days", "seller", "owed"),
    [(365, "a", 2), (366, "a", 0), (1, "b", 0), (365, None, 0)],
)
def test_the_second_one_is_of_the_same_seller_within_twelve_months(days, seller, owed) -> None:
    first = evolve(made(CALL, MONDAY_NOON - 365 * DAY), seller="a")
    second = evolve(first, at=first.at + days * DAY, seller=seller)
    assert len(of_person([first, second], at=NOW + 9 * DAY).contacts) == owed


def test_another_kind_of_claim_is_no_second_one() -> None:
    call = made(CALL, MONDAY_NOON)
    text = made(ROBOTEXT, MONDAY_NOON + DAY, facts=NO_CONSENT)
    found = of_person([call, text], at=NOW)
    assert (found.low, found.high, found.contacts) == (usd(500), usd(1500), (text,))


def test_four_years_on_nobody_may_sue() -> None:
    contact = made(ROBOTEXT, MONDAY_NOON, facts=NO_CONSENT)
    last = MONDAY_NOON.replace(year=MONDAY_NOON.year + LIMITATION_YEARS)
    assert of_person([contact], at=last).high == usd(1500)
    assert of_person([contact], at=last + timedelta(microseconds=1)) == PersonExposure(barred=1)
    assert of_person([contact], at=MONDAY_NOON) == of_person([contact], at=last)
    assert of_person([contact], at=MONDAY_NOON - timedelta(microseconds=1)) == PersonExposure()


def test_what_is_too_old_still_makes_a_second_one() -> None:
    late = made(CALL, MONDAY_NOON)
    early = evolve(late, at=late.at - 30 * DAY)
    at = late.at.replace(year=2030)
    found = of_person([early, late], at=at)
    assert (found.contacts, found.barred, found.high) == ((late,), 1, usd(1500))


@given(st.lists(st.tuples(st.integers(0, 2000), st.booleans()), max_size=6), st.integers(0, 6))
def test_one_contact_more_never_makes_it_cost_less(days, place) -> None:
    blank, texts = made(CALL, MONDAY_NOON), made(ROBOTEXT, MONDAY_NOON, facts=LISTED)
    contacts = [evolve(texts if text else blank, at=NOW - back * DAY) for back, text in days]
    fewer = contacts[:place] + contacts[place + 1 :]
    all_of_them, without = of_person(contacts, at=NOW), of_person(fewer, at=NOW)
    assert all_of_them.high >= without.high
    assert all_of_them.low >= without.low
    assert (all_of_them.low, all_of_them.high) == total(
        each.exposure for each in all_of_them.contacts
    )


def test_people_add_up() -> None:
    people = [PersonExposure(low=usd(1), high=usd(2)), PersonExposure(low=usd(3), high=usd(4))]
    assert total(people) == (usd(4), usd(6))
    assert total([]) == (usd(0), usd(0))
    assert Initiation.MANUAL is CALL.initiation
