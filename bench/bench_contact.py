"""May they be contacted: one by one, many at an instant, a million in columns; and places.

The leads are drawn once, as columns: one zone, ten earlier touches, ten states with and without
caps, lists and consent as they come. All forms answer about the same leads. Every round asks at
another instant; what a form prepares beforehand is said and has a figure of its own.
"""

from __future__ import annotations

import gc
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from bench.run import Contest, Goal, Sample, figure
from leadcore.contact import Question, assess, bind
from leadcore.decisions import Decision, Verdict
from leadcore.places import by_number, by_zip, resolve
from leadcore.rulebooks import US
from leadcore.submissions import Channel
from leadcore_columnar import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from leadcore.contact import Facts

LEADS, SOME = 1_000_000, 10_000
SELLER = "associate-7"
CALL = Question(channel=Channel.CALL, seller=SELLER, subject="solar")
NOON = datetime(2026, 11, 16, 17, tzinfo=UTC)  # in New York; a Monday
EVENING = NOON + timedelta(hours=10)
PLACES = (
    ("FL", "America/New_York", "33101"),
    ("NY", "America/New_York", "10001"),
    ("PA", "America/New_York", "19101"),
    ("GA", "America/New_York", "30301"),
    ("TX", "America/Chicago", "75201"),
    ("OK", "America/Chicago", "73101"),
    ("IL", "America/Chicago", "60601"),
    ("AZ", "America/Phoenix", "85001"),
    ("CA", "America/Los_Angeles", "90001"),
    ("OR", "America/Los_Angeles", "97201"),
)
TOUCHES = 10
ASKED = 4
"""How often facts were asked about before, where that is said."""
DAY = 86_400


def drawn(size: int) -> pl.DataFrame:
    """Draw leads; the same ones every time."""
    number = pl.int_range(size, dtype=pl.UInt64)

    def draw(seed: int, many: int) -> pl.Expr:
        return number.hash(seed) % many

    def pick(seed: int, values: tuple[Any, ...]) -> pl.Expr:
        return draw(seed, len(values)).replace_strict(list(range(len(values))), list(values))

    def before(seconds: pl.Expr) -> pl.Expr:
        return (pl.lit(NOON) - pl.duration(seconds=seconds)).dt.cast_time_unit("us")

    def day(seed: int, many: int) -> pl.Expr:
        return pl.lit(date(2026, 11, 16)) - pl.duration(days=draw(seed, many))

    def seldom(seed: int, percent: int, value: pl.Expr) -> pl.Expr:
        return pl.when(draw(seed, 100) < percent).then(value)

    touches = pl.concat_list(
        pl.struct(
            kind=pick(100 + i, ("call", "call", "text", "email")),
            at=before(draw(200 + i, 4 * DAY) + i * 5 * DAY + 600),
            subject=pl.lit("solar"),
        )
        for i in reversed(range(TOUCHES))
    )
    place = draw(1, len(PLACES))
    index = list(range(len(PLACES)))
    return pl.select(
        tcpa=pick(2, ("yes", "yes", "no")),
        zip=place.replace_strict(index, [each[2] for each in PLACES]),
        e164=pl.format("+1212{}", 2_000_000 + number % 8_000_000),
        line_type=pick(3, ("wireless", "wireless", "landline", "unknown")),
        zones=pl.concat_list(place.replace_strict(index, [each[1] for each in PLACES])),
        states=pl.concat_list(place.replace_strict(index, [each[0] for each in PLACES])),
        consent_level=pick(4, ("written", "written", "express", "none")),
        invitation=draw(5, 4) > 0,
        consent_sellers=pl.concat_list(pl.lit(SELLER)),
        consent_this_number=pl.lit(True),  # noqa: FBT003 - polars gives it no name
        consent_at=before(draw(6, 90 * DAY) + 60 * DAY),
        **dict.fromkeys(
            (
                "signature",
                "number_in_agreement",
                "authorizes_seller",
                "disclosure_autodialer",
                "disclosure_not_condition",
                "never_opted_out",
            ),
            pl.lit(True),  # noqa: FBT003 - polars gives it no name
        ),
        revoked_at=seldom(7, 3, before(draw(8, 30 * DAY))),
        never_revoked=pl.lit(True),  # noqa: FBT003 - polars gives it no name
        dnc_national=draw(9, 5) == 0,
        scrubbed_on=day(10, 36),
        internal_since=seldom(11, 1, before(draw(12, 30 * DAY))),
        never_listed=pl.lit(True),  # noqa: FBT003 - polars gives it no name
        relationship_with=seldom(13, 5, pl.lit(SELLER)),
        purchase_on=seldom(13, 5, day(14, 600)),
        rnd_status=pick(15, ("no", "no", "no", "not_checked", "no_data")),
        rnd_queried_on=day(16, 30),
        personal_relationship=pl.lit(False),  # noqa: FBT003 - polars gives it no name
        history=touches,
        declared_emergencies=pl.lit([], pl.List(pl.String)),
    )


def some_facts(frame: pl.DataFrame, size: int = SOME) -> list[Facts]:
    """Give the facts about the first leads as values that nobody has asked about yet."""
    people = prepare(frame.head(size), CALL, US).facts(range(size))
    gc.collect()  # what making them left behind is not for the answers to clear away
    return people


def instants() -> Iterator[datetime]:
    """Give instants at noon and in the evening by turns, no two the same."""
    minute = timedelta(minutes=1)
    for number in range(10_000):
        yield (EVENING if number % 2 else NOON) + number * minute / 7


def pieces(size: int, per_lead: int, *, zone: bool) -> Callable[[], int]:
    """Do the least a decision could be made of: a zone's clock, set look-ups, a frozen value."""
    place, days = ZoneInfo("America/New_York"), frozenset(range(0, 100, 3))

    def run() -> int:
        for number in range(size):
            if zone:
                NOON.astimezone(place)
            for look in range(per_lead):
                _ = look in days
            Decision(
                verdict=Verdict.WARN, findings=(), at=NOON, rulebook="", next_permitted_at=NOON
            )
            _ = number
        return size

    return run


FLOOR = "a zone conversion, 14 set look-ups and a frozen decision each"
PLAIN_SPEED, BOUND_SPEED = 100_000, 1_000_000
PLAIN_GOAL = Goal("at least 100,000 decisions/s", lambda ours, _: ours >= PLAIN_SPEED)
BOUND_GOAL = Goal("at least 1,000,000 decisions/s", lambda ours, _: ours >= BOUND_SPEED)


def tally(decisions: list[Decision]) -> dict[str, int]:
    """Count verdicts."""
    found: dict[str, int] = {}
    for decision in decisions:
        found[decision.verdict.value] = found.get(decision.verdict.value, 0) + 1
    return found


@figure(
    "contact_plain_first",
    unit="decisions/s",
    conditions="as contact_plain, of facts that nobody asked about before",
)
def contact_plain_first() -> Generator[Contest]:
    """Ask about facts for the first time; making the facts is not timed."""
    frame, at = drawn(SOME), instants()
    seen: list[dict[str, int]] = []

    def ours() -> Sample:
        people, moment = some_facts(frame), next(at)
        start = time.perf_counter()
        decisions = [assess(CALL, facts, at=moment, rules=US) for facts in people]
        seconds = time.perf_counter() - start
        assert all(decision.findings for decision in decisions)
        seen.append(tally(decisions))
        return Sample(len(decisions), seconds)

    yield Contest(ours=ours, floor=(FLOOR, pieces(SOME, 14, zone=True)))
    assert all(set(found) >= {"permitted", "denied"} for found in seen), seen


@figure(
    "contact_plain",
    unit="decisions/s",
    conditions="10,000 leads with one zone and ten touches, strict, default arguments, all"
    " findings; noon and evening by turns, facts that were asked about before at other instants",
)
def contact_plain() -> Generator[Contest]:
    """Ask again about facts that are kept."""
    people, at = some_facts(drawn(SOME)), instants()
    for _ in range(ASKED):
        list(bind(CALL, US, next(at)).decisions(people))

    def ours() -> int:
        moment = next(at)
        for facts in people:
            assess(CALL, facts, at=moment, rules=US)
        return len(people)

    yield Contest(ours=ours, floor=(FLOOR, pieces(SOME, 14, zone=True)), goal=PLAIN_GOAL)
    moment = next(at)
    bound = bind(CALL, US, moment)
    for facts in people:
        assert assess(CALL, facts, at=moment, rules=US) == bound.assess(facts)


@figure(
    "contact_next",
    unit="decisions/s",
    conditions="as contact_plain, only the denied ones, with `next_permitted_at` read",
)
def contact_next() -> Generator[Contest]:
    """Find when contact opens again, too."""
    frame, at = drawn(2_000), instants()

    def ours() -> Sample:
        people, moment = some_facts(frame, 2_000), next(at)
        denied = [f for f in people if assess(CALL, f, at=moment, rules=US).rules]
        start = time.perf_counter()
        for facts in denied:
            _ = assess(CALL, facts, at=moment, rules=US).next_permitted_at
        return Sample(len(denied), time.perf_counter() - start)

    yield Contest(ours=ours, floor=(FLOOR, pieces(2_000, 14, zone=True)))


@figure(
    "contact_bound",
    unit="decisions/s",
    conditions="as contact_plain, the rulebook bound to the instant; binding is timed",
)
def contact_bound() -> Generator[Contest]:
    """Ask about kept facts at one instant a round."""
    people, at = some_facts(drawn(SOME)), instants()
    for _ in range(ASKED):
        list(bind(CALL, US, next(at)).decisions(people))

    def ours() -> int:
        for _ in bind(CALL, US, next(at)).decisions(people):
            pass
        return len(people)

    floor = ("a look-up in a dictionary and a call each", look_ups(people))
    yield Contest(ours=ours, floor=floor, goal=BOUND_GOAL)
    moment = next(at)
    for facts, decision in zip(people, bind(CALL, US, moment).decisions(people), strict=True):
        plain = assess(CALL, facts, at=moment, rules=US)
        assert (plain.verdict, plain.findings) == (decision.verdict, decision.findings)


def look_ups(people: list[Facts]) -> Callable[[], int]:
    """Do what any answer kept for facts must do."""
    kept = dict.fromkeys(map(id, people), 1)

    def look(facts: Facts) -> int:
        return kept[id(facts)]

    def run() -> int:
        for _ in map(look, people):
            pass
        return len(people)

    return run


@figure(
    "contact_bound_first",
    unit="decisions/s",
    conditions="as contact_bound, facts that nobody asked about before",
)
def contact_bound_first() -> Generator[Contest]:
    """Ask a bound rulebook about facts for the first time."""
    frame, at = drawn(SOME), instants()

    def ours() -> Sample:
        people, moment = some_facts(frame), next(at)
        start = time.perf_counter()
        decisions = list(bind(CALL, US, moment).decisions(people))
        return Sample(len(decisions), time.perf_counter() - start)

    yield Contest(ours=ours, floor=(FLOOR, pieces(SOME, 14, zone=True)))


@figure(
    "contact_columnar",
    unit="leads/s",
    conditions="1,000,000 leads with one zone and ten touches, prepared once; verdict, rule and"
    " findings of each, at another instant each round, asked before at others",
)
def contact_columnar() -> Generator[Contest]:
    """Ask about a million; the floor is the plain form on some of the same leads."""
    frame, at = drawn(LEADS), instants()
    leads = prepare(frame, CALL, US)
    for _ in range(ASKED):
        leads.ask(next(at))

    def ours() -> int:
        answers = leads.ask(next(at))
        assert len(answers.verdicts) == len(answers.column("rule")) == LEADS
        return LEADS

    people = some_facts(frame)

    def plain() -> int:
        moment = next(at)
        for facts in people:
            assess(CALL, facts, at=moment, rules=US)
        return len(people)

    goal = Goal("at least 100 times the plain form", lambda ours, floor: ours >= 100 * floor)
    yield Contest(ours=ours, floor=("`contact.assess`, one by one", plain), goal=goal)
    moment = next(at)
    answers = leads.ask(moment)
    verdicts, findings = answers.verdicts, answers.column("findings")
    for row, facts in enumerate(some_facts(frame)):
        decision = assess(CALL, facts, at=moment, rules=US)
        told = [finding.rule for finding in decision.findings]
        assert (verdicts[row], findings[row].to_list()) == (decision.verdict.value, told)


@figure(
    "contact_columnar_first",
    unit="leads/s",
    conditions="100,000 leads as they come in columns: checked, prepared and asked about once",
)
def contact_columnar_first() -> Generator[Contest]:
    """Prepare and ask, as a scan of a file does for each batch."""
    frame, at = drawn(10 * SOME), instants()

    def ours() -> int:
        assert len(prepare(frame, CALL, US).ask(next(at)).verdicts) == 10 * SOME
        return 10 * SOME

    yield Contest(ours=ours)


@figure(
    "places_lookup", unit="µs", conditions="number and ZIP code, once loaded; the union of both"
)
def places_lookup() -> Generator[Contest]:
    """Find where somebody may be, by number and ZIP code."""
    pairs = [(f"+1{area}5550100", each[2]) for area in ("917", "213", "305") for each in PLACES]
    pairs *= 1_000

    def ours() -> int:
        for e164, code in pairs:
            resolve(e164, code)
        return len(pairs)

    tables = {e164[2:5]: code for e164, code in pairs}, {code: e164 for e164, code in pairs}

    def floor() -> int:
        by_area, by_code = tables
        for e164, code in pairs:
            _ = by_area[e164[2:5]], by_code[code]
        return len(pairs)

    goal = Goal("at most 2 µs", lambda ours, _: ours <= 2)  # noqa: PLR2004 - the goal's own number
    yield Contest(ours=ours, floor=("two look-ups in dictionaries", floor), goal=goal)
    for e164, code in pairs[:30]:
        states = {*by_number(e164).states, *by_zip(code).states}
        assert set(resolve(e164, code).states) == states
