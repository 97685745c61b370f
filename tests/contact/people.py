"""People to ask contact questions about, and strategies that draw them near the edges of rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import evolve
from hypothesis import strategies as st

from leadcore.consent import UNKNOWN, Consent, Elements, Level
from leadcore.contact import (
    Case,
    Confirmation,
    EmailFacts,
    Facts,
    Initiation,
    Moment,
    Number,
    Profile,
    Purpose,
    Question,
    Reassigned,
    ReassignedStatus,
    Registry,
    Relationship,
    Touch,
    TouchKind,
    assess,
)
from leadcore.contact.ahead import next_permitted
from leadcore.contact.engine import applicable, hits_of, verdict_of
from leadcore.contact.hits import BoundRule, Hit
from leadcore.decisions import Decision, Verdict
from leadcore.rulebooks import US, Rulebook
from leadcore.submissions import Channel, Tcpa
from leadcore.values import PhoneKind, instant

SELLER = "associate-7"
EASTERN = "America/New_York"
TICK = timedelta(microseconds=1)
MONDAY_NOON = datetime(2026, 11, 16, 17, tzinfo=UTC)  # noon in New York

CALL = Question(channel=Channel.CALL, seller=SELLER, subject="solar")
TEXT = evolve(CALL, channel=Channel.TEXT)
MAIL = evolve(CALL, channel=Channel.EMAIL)
DIALED = evolve(CALL, initiation=Initiation.AUTODIALED)
RECORDED = evolve(CALL, initiation=Initiation.PRERECORDED)
ROBOTEXT = evolve(TEXT, initiation=Initiation.AUTODIALED)

WRITTEN = Consent(
    level=Level.WRITTEN,
    invitation=True,
    sellers=[SELLER],
    number=None,
    at=None,
    elements=Elements.all(),
    revoked_at=None,
)
SPOKEN = evolve(WRITTEN, level=Level.EXPRESS, elements=Elements())
INVITED = Consent(invitation=True, number=None, at=None, revoked_at=None)
NOTHING = evolve(INVITED, invitation=False)

KNOWN = Facts(
    tcpa=Tcpa.YES,
    number=Number(e164="+12125550123", kind=PhoneKind.WIRELESS, zones=[EASTERN]),
    states=["NY"],
    consent=WRITTEN,
    registry=Registry(national=False, scrubbed_on=date(2026, 11, 10), internal_since=None),
    reassigned=Reassigned(status=ReassignedStatus.NO, queried_on=date(2026, 11, 10)),
    personal_relationship=False,
    history=[
        Touch(kind=kind, at=datetime(2026, 11, 1, tzinfo=UTC))
        for kind in (TouchKind.CALL, TouchKind.EMAIL)
    ],
    email=EmailFacts(
        opted_out_at=None,
        physical_address=True,
        optout_mechanism=True,
        gateway_domain=False,
        wireless_authorization=False,
    ),
    confirmation=Confirmation(contains_marketing=False, already_sent=False),
    declared_emergencies=[],
)
"""Somebody in New York about whom everything is known, and everything is in order."""


def living(state: str, zone: str = EASTERN, **changes: object) -> Facts:
    """Give the same person in another state and zone."""
    number = evolve(KNOWN.number, zones=[zone])
    return evolve(KNOWN, **{"states": [state], "number": number, **changes})


def literal(question: Question) -> Question:
    return evolve(question, profile=Profile.LITERAL)


def local(text: str, zone: str = EASTERN) -> datetime:
    """Give the instant at which a zone's clock shows a time (`2026-11-16 08:00`)."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def reference(
    question: Question,
    facts: Facts,
    at: datetime | Moment = MONDAY_NOON,
    rules: Rulebook = US,
    *,
    ahead: bool = True,
) -> Decision:
    """Ask every rule and look ahead at once: slow, nothing kept, and nothing to get wrong."""
    moment = at if isinstance(at, Moment) else Moment(instant(at))
    asked = Case(question, facts, moment, rules.closures)
    hits = hits_of(asked, rules)
    verdict, findings = verdict_of(hits)
    opens: datetime | None = asked.at
    why: str | None = None
    if verdict is Verdict.DENIED:
        opens, why = next_permitted(asked, rules, hits) if ahead else (None, None)
    return Decision(
        verdict=verdict,
        findings=findings,
        at=asked.at,
        rulebook=rules.id,
        next_permitted_at=opens,
        why_never=why,
    )


def ask(
    question: Question, facts: Facts, at: datetime = MONDAY_NOON, rules: Rulebook = US, **more: bool
) -> Decision:
    """Ask, and see that the rules asked one by one say the same."""
    decision = assess(question, facts, at=at, rules=rules, **more)
    assert decision == reference(question, facts, at, rules, **more)
    return decision


def denied(
    question: Question, facts: Facts, at: datetime = MONDAY_NOON, rules: Rulebook = US
) -> tuple[str, ...]:
    """Give the ids of the rules that deny or warn."""
    return ask(question, facts, at, rules, ahead=False).rules


def case(question: Question, facts: Facts, at: datetime = MONDAY_NOON) -> Case:
    return Case(question, facts, Moment(at), US.closures)


def hit(
    rule_id: str, question: Question, facts: Facts, at: datetime = MONDAY_NOON, rules: Rulebook = US
) -> Hit:
    """Give the strongest answer of one rule's editions, whether or not it is in force."""
    asked = Case(question, facts, Moment(at), rules.closures)
    bounds = applicable(rules, asked.days, question.shape, asked.states)
    found = [bound.test(asked, bound) for bound in bounds if bound.rule.id == rule_id]
    return max(found, default=Hit.SILENT)


def bound(rule_id: str, question: Question = CALL, facts: Facts = KNOWN) -> BoundRule:
    asked = case(question, facts)
    rules = applicable(US, asked.days, question.shape, asked.states)
    return next(each for each in rules if each.rule.id == rule_id)


# -------------------------------------------------------------------------------- strategies

PLACES = (
    ("NY", "America/New_York"),
    ("FL", "America/New_York"),
    ("FL", "America/Chicago"),
    ("PA", "America/New_York"),
    ("RI", "America/New_York"),
    ("CT", "America/New_York"),
    ("ME", "America/New_York"),
    ("LA", "America/Chicago"),
    ("MS", "America/Chicago"),
    ("TX", "America/Chicago"),
    ("SD", "America/Chicago"),
    ("AL", "America/Chicago"),
    ("UT", "America/Denver"),
    ("AZ", "America/Phoenix"),
    ("OR", "America/Los_Angeles"),
    ("WA", "America/Los_Angeles"),
    ("HI", "Pacific/Honolulu"),
    ("GU", "Pacific/Guam"),
)
DAYS = (
    date(2026, 7, 3),  # Independence Day observed
    date(2026, 8, 9),  # before Victory Day
    date(2026, 10, 17),  # before Pennsylvania's Act 47
    date(2026, 10, 31),  # before the clocks go back
    date(2026, 11, 16),
    date(2026, 11, 22),  # a Sunday
    date(2026, 11, 25),  # before Thanksgiving
    date(2027, 3, 13),  # before the clocks go forward
    date(2025, 12, 31),  # before Oregon's law
)
HOURS = (0, 1, 2, 8, 9, 10, 12, 17, 18, 19, 20, 21)


@st.composite
def instants(draw: st.DrawFn, zones: tuple[str, ...] = (EASTERN,)) -> datetime:
    """Draw an instant, mostly on an edge of some rule's hours or one microsecond beside it."""
    day = draw(st.sampled_from(DAYS)) + timedelta(days=draw(st.integers(-1, 3)))
    zone = draw(st.sampled_from(zones))
    hour = draw(st.sampled_from(HOURS))
    at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    beside = draw(st.sampled_from((-1, 0, 1, 0, 1_800_000_000, -1_800_000_000)))
    return at + beside * TICK


@st.composite
def consents(draw: st.DrawFn, around: datetime) -> Consent:
    near = st.sampled_from((-40 * 86400, -86400, -1, 0, 1, 3600, 86400))
    times = near.map(lambda seconds: around + timedelta(seconds=seconds))
    flags = st.sampled_from((True, True, True, False, None))
    return Consent(
        level=draw(st.sampled_from(Level)),
        invitation=draw(st.sampled_from((True, False, None))),
        sellers=draw(st.sampled_from(([SELLER], ["other"], []))),
        number=draw(st.sampled_from((None, KNOWN.number.e164, "+13055550100", UNKNOWN))),
        at=draw(st.one_of(st.none(), times, st.just(UNKNOWN))),
        elements=draw(
            st.one_of(
                st.just(Elements.all()),
                st.builds(
                    Elements,
                    signature=flags,
                    number_in_agreement=flags,
                    authorizes_seller=flags,
                    disclosure_autodialer=flags,
                    disclosure_not_condition=flags,
                ),
            )
        ),
        revoked_at=draw(st.one_of(st.none(), st.none(), times, st.just(UNKNOWN))),
        regranted_at=draw(st.one_of(st.none(), times)),
    )


@st.composite
def histories(draw: st.DrawFn, around: datetime) -> tuple[Touch, ...]:
    ages = st.sampled_from((0, 1, 7 * 3600, 8 * 3600, 86400 - 1, 86400, 86400 + 1, 29 * 86400))
    touches = st.builds(
        Touch,
        kind=st.sampled_from(TouchKind),
        at=ages.map(lambda seconds: around - timedelta(seconds=seconds)),
        subject=st.sampled_from(("solar", "solar", "other", None)),
    )
    return tuple(draw(st.lists(touches, max_size=5)))


@st.composite
def facts(draw: st.DrawFn, around: datetime, places: tuple[tuple[str, str], ...]) -> Facts:
    day = around.date()
    dates = st.sampled_from((0, -31, -32, -90, -91, -540, -541, 2)).map(
        lambda days: day + timedelta(days=days)
    )
    times = st.sampled_from((-86400, -300, -301, 0, 1, 86400)).map(
        lambda seconds: around + timedelta(seconds=seconds)
    )
    flags = st.sampled_from((True, False, None))
    good = st.booleans()  # half of all people have nothing on the lists
    return Facts(
        tcpa=draw(st.sampled_from((Tcpa.YES, Tcpa.YES, Tcpa.NO, Tcpa.UNKNOWN))),
        number=Number(
            e164=KNOWN.number.e164,
            kind=draw(st.sampled_from(PhoneKind)),
            zones=[zone for _, zone in places],
            ported_to_wireless_on=draw(st.one_of(st.none(), dates)),
        ),
        states=[state for state, _ in places],
        consent=draw(st.one_of(st.just(WRITTEN), consents(around))),
        registry=KNOWN.registry
        if draw(good)
        else Registry(
            national=draw(flags),
            scrubbed_on=draw(st.one_of(st.none(), dates)),
            internal_since=draw(st.one_of(st.none(), times, st.just(UNKNOWN))),
        ),
        relationship=Relationship(
            with_seller=draw(st.sampled_from((SELLER, "vendor", None))),
            inquiry_on=draw(st.one_of(st.none(), dates)),
            purchase_on=draw(st.one_of(st.none(), dates)),
        ),
        reassigned=Reassigned(
            status=draw(st.sampled_from((ReassignedStatus.NO, *ReassignedStatus))),
            queried_on=draw(st.one_of(st.none(), dates)),
        ),
        personal_relationship=draw(flags),
        history=draw(st.one_of(histories(around), st.just(UNKNOWN))),
        email=EmailFacts(
            opted_out_at=draw(st.one_of(st.none(), times, st.just(UNKNOWN))),
            physical_address=draw(flags),
            optout_mechanism=draw(flags),
            gateway_domain=draw(flags),
            wireless_authorization=draw(flags),
        ),
        confirmation=Confirmation(contains_marketing=draw(flags), already_sent=draw(flags)),
        declared_emergencies=draw(st.sampled_from(((), ("LA",), ("NY", "LA"), UNKNOWN))),
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    return Question(
        channel=draw(st.sampled_from((Channel.CALL, Channel.CALL, Channel.TEXT, Channel.EMAIL))),
        initiation=draw(st.sampled_from(Initiation)),
        purpose=draw(st.sampled_from((Purpose.TELEMARKETING, Purpose.TELEMARKETING, *Purpose))),
        seller=draw(st.sampled_from((SELLER, SELLER, None))),
        subject=draw(st.sampled_from(("solar", None))),
        profile=draw(st.sampled_from(Profile)),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Question, Facts, datetime]:
    """Draw a question, facts and an instant near the edges of what decides it."""
    places = tuple(draw(st.lists(st.sampled_from(PLACES), max_size=2, unique=True)))
    at = draw(instants(tuple(zone for _, zone in places) or (EASTERN,)))
    return draw(questions()), draw(facts(at, places)), at
