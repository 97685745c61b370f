"""Rows of a list, as contact questions with their facts, from files of leads, the store, or JSON.

A row of a file is taken for a lead that has just come in: the person asked, and nothing else is
recorded. What the file itself says against contact (a ticked "do not call"), and a list of one's
own, count as requests not to be contacted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from attrs import evolve, field, frozen

from leadcore import back_office as bo
from leadcore import places
from leadcore.contact import Facts, Profile, Question
from leadcore.door.contact import read_facts, read_question
from leadcore.door.reader import Reader
from leadcore.errors import Malformed, Problem
from leadcore.leads import Lead, LeadStatus
from leadcore.ports import LeadQuery
from leadcore.submissions import Channel
from leadcore.values import LeadId, SellerId
from leadcore_cli.lines import LONGEST, decoded
from leadcore_cli.points import points_of
from leadcore_cli.scan.numbers import Addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from leadcore.contact_points import ContactPoint
    from leadcore.downline import Scope
    from leadcore.ports import Store
    from leadcore.submissions import Submission
    from leadcore_intake import Record

__all__ = ["Row", "Wish", "asks_questions", "of_leads", "of_questions", "of_store"]

Json = dict[str, object]

PAGE = 500
_MARK = "\ufeff"
_SAID = ("channel", "initiation", "purpose")
_NOBODY = {
    Channel.CALL: "There is no number to call.",
    Channel.TEXT: "There is no number to text.",
    Channel.EMAIL: "There is no e-mail address to write to.",
}


@frozen(kw_only=True)
class Row:
    """One row of a list: a question with its facts, or why there is none.

    Attributes:
        where: where it stands in the list, for people.
        id: the lead's own id, if it has one.
        question, facts: None where there is nothing to ask.
        at: the instant asked about.
        nobody: why the person can't be reached this way at all.
        problems: why the row can't be read.
        lead, contact: of a lead in the store, the lead and how it would be contacted.
    """

    where: str
    id: str | None
    at: datetime
    question: Question | None = None
    facts: Facts | None = None
    nobody: str | None = None
    problems: tuple[Problem, ...] = ()
    lead: Lead | None = None
    contact: bo.LeadContact | None = None


@frozen(kw_only=True)
class Wish:
    """What is asked about everybody on the list.

    Attributes:
        contact: how they would be reached, and what was looked up; None: as each question says.
        at: when.
        seller: on whose behalf, for files of leads.
        trust: which evidence of the place counts.
        listed: the numbers on the do-not-call registry; None: not looked up.
        own_list: who asked not to be contacted.
        mapping: what the columns of the file were said to be.
        given: the options that were said, by name; a question's own words give way to them.
    """

    contact: bo.LeadContact
    at: datetime
    seller: str
    trust: places.Trust = places.Trust.UNION
    listed: Addresses | None = None
    own_list: Addresses | None = None
    mapping: Mapping[str, str] = field(factory=dict[str, str])
    given: Mapping[str, Any] = field(factory=dict[str, Any])

    def contact_for(self, number: str | None) -> bo.LeadContact:
        """Give how a person is reached, with what the registry's file says of the number."""
        if self.listed is None:
            return self.contact
        return evolve(self.contact, listed=number in self.listed)


# ---------------------------------------------------------------------------------------- leads


def of_leads(records: Iterable[Record], wish: Wish) -> Iterator[Row]:
    """Give the rows of a file of leads."""
    for record in records:
        if record.submission is None:
            yield Row(where=record.path, id=None, at=wish.at, problems=record.problems)
            continue
        given = record.submission
        lead = Lead(
            id=LeadId(record.path),
            seller_id=SellerId(wish.seller),
            source_key=record.digest,
            submission=given,
            status=LeadStatus.RECEIVED,
            received_at=wish.at,
        )
        yield _row(lead, wish, where=record.path, name=_own_id(given))


def _own_id(given: Submission) -> str | None:
    # Ids of formats that are unique within one source only come with its name in front.
    name, key = given.source.name, given.source.key
    return key if key is None or name is None else key.removeprefix(f"{name}/")


def of_store(store: Store, seller_id: SellerId, scope: Scope | None, wish: Wish) -> Iterator[Row]:
    """Give the leads that accounts hold, page by page, with what is recorded of their people."""
    held = frozenset({LeadStatus.SOLD})
    query = LeadQuery(seller_id=seller_id, scope=scope, statuses=held, limit=PAGE)
    while True:
        page = store.leads(query)
        for lead in page:
            points, others = points_of(store, lead), store.others(lead)
            row = _row(lead, wish, where=lead.id, name=lead.id, points=points, others=others)
            # Only of a lead that is kept is it known what was tried about which.
            yield evolve(row, lead=lead, contact=wish.contact_for(lead.submission.phone))
        if len(page) < PAGE:
            return
        query = query.behind(page[-1])


def _row(
    lead: Lead,
    wish: Wish,
    *,
    where: str,
    name: str | None,
    points: tuple[ContactPoint, ...] = (),
    others: tuple[Lead, ...] = (),
) -> Row:
    given = lead.submission
    contact = wish.contact_for(given.phone)
    reachable = given.email if contact.channel is Channel.EMAIL else given.phone
    if reachable is None:
        return Row(where=where, id=name, at=wish.at, nobody=_NOBODY[contact.channel])
    facts = bo.contact_facts(lead, contact, at=wish.at, points=points, others=others)
    if wish.trust is places.Trust.ADDRESS:
        facts = _by_address(facts, given)
    if wish.own_list is not None and wish.own_list.names(given):
        facts = _stopped(facts, wish.at)
    question = bo.question_of(lead, contact)
    return Row(where=where, id=name, at=wish.at, question=question, facts=facts)


def _by_address(facts: Facts, given: Submission) -> Facts:
    place = places.resolve(given.phone, given.address.zip, trust=places.Trust.ADDRESS)
    state = given.address.state
    states = (*place.states, state) if state else place.states
    return evolve(facts, states=states, number=evolve(facts.number, zones=place.zones))


def _stopped(facts: Facts, at: datetime) -> Facts:
    return evolve(
        facts,
        consent=evolve(facts.consent, revoked_at=at, regranted_at=None),
        registry=evolve(facts.registry, internal_since=at),
        email=evolve(facts.email, opted_out_at=at),
    )


# ------------------------------------------------------------------------------------- questions


def asks_questions(head: bytes) -> bool:
    """Tell whether a file begins like contact questions in JSON Lines, and not like leads."""
    line = next((part for part in head.splitlines() if part.strip()), b"")
    try:
        value: Any = json.loads(line.decode("utf-8").removeprefix(_MARK))
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and isinstance(cast("Json", value).get("facts"), dict)


def of_questions(file: BinaryIO, wish: Wish) -> Iterator[Row]:
    """Give the rows of a file of contact questions, as the JSON Lines door has them."""
    for number, line in _lines(file):
        where = f"line {number}"
        try:
            yield _question(where, _decoded(line), wish)
        except Malformed as error:
            yield Row(where=where, id=None, at=wish.at, problems=error.problems)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST)
            yield number, None
        elif line.strip():
            yield number, line


def _decoded(line: bytes | None) -> Json:
    if line is None:
        raise Malformed.at("", f"is longer than {LONGEST:,} bytes")
    value = decoded(line)
    if not isinstance(value, dict):
        raise Malformed.at("", "a question is an object")
    return cast("Json", value)


def _question(where: str, value: Json, wish: Wish) -> Row:
    line = Reader(_with_options(value, wish))
    kind = line.text("kind")
    if kind not in {None, "contact"}:
        line.complain("kind", f"must be contact, not {kind!r}")
    profile = line.choice("profile", Profile, Profile.STRICT)
    said = None if "at" in wish.given else line.moment("instant_utc")
    line.required("facts")
    inner = line.child("facts")
    question, facts = read_question(inner, profile), read_facts(inner)
    identity = line.raw("id")
    line.check()
    if question is None:  # pragma: no cover - check() has raised
        raise AssertionError
    at = said or wish.at
    return Row(
        where=where,
        id=str(identity) if isinstance(identity, (str, int)) else None,
        at=at,
        question=question,
        facts=_looked_up(facts, wish, at),
    )


def _with_options(value: Json, wish: Wish) -> Json:
    """Give a question in which channel, initiation, purpose and profile are as the options say."""
    said = {name: wish.given[name].value for name in _SAID if name in wish.given}
    facts = value.get("facts")
    if isinstance(facts, dict):
        inner = cast("Json", facts)
        value = value | {"facts": inner | said}
    if "profile" in wish.given:
        value = value | {"profile": wish.given["profile"].value}
    return value


def _looked_up(facts: Facts, wish: Wish, at: datetime) -> Facts:
    registry = facts.registry
    if wish.contact.scrubbed_on is not None:
        registry = evolve(registry, scrubbed_on=wish.contact.scrubbed_on)
    number = facts.number.e164
    if wish.listed is not None and number is not None:
        registry = evolve(registry, national=number in wish.listed)
    facts = evolve(facts, registry=registry)
    if "emergency" in wish.given:
        facts = evolve(facts, declared_emergencies=wish.contact.declared_emergencies)
    stopped = wish.own_list is not None and number is not None and number in wish.own_list
    return _stopped(facts, at) if stopped else facts
