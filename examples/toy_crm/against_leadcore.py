"""Compares a CRM with leadcore: `python -m examples.toy_crm.against_leadcore` tries seven of them.

For each area Hypothesis draws cases near the edges, asks the CRM and leadcore the same, and makes
the first difference as small as it can. Exchange `Crm` for a thin class around your own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from examples.toy_crm.crm import FAULTY, Crm
from leadcore import consent, contact, rulebooks
from leadcore.accounts import cash_account, prepaid_account
from leadcore.balances import Posted, Transfer, TransferKind
from leadcore.inbound_texts import Meaning, classify
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene, charge
from leadcore.testing.strategies import RefundCase, parent_links, refund_cases
from leadcore.values import Money

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["AREAS", "differences"]

PLACES = {
    "America/New_York": "NY",
    "America/Chicago": "IL",
    "America/Denver": "CO",
    "America/Los_Angeles": "CA",
}
CALL = contact.Question(channel=Channel.CALL, seller="us")
TEXTS = ("STOP", "stop", "Stop.", "QUIT", "unsubscribe", "opt out", "cancel!", "end", "See you!")
CENTS = (1_000, -700, 500, -400)
TRIED = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
)
HARD = settings(TRIED, max_examples=800)
"""For what shows in few cases only: a sale in the very week the clocks change."""


def returns(make: Callable[[], Crm], found: list[str]) -> None:
    """What may be returned, may be; what may not, may not: to the microsecond."""
    timings = st.sampled_from(
        [frozenset[str](), frozenset({"RET-LATE"}), frozenset({"RET-BEFORE-SALE"})]
    )

    @HARD
    @given(timings.flatmap(lambda rules: refund_cases(rules=rules)))
    def same(case: RefundCase) -> None:
        said, right = make().takes_back(case.facts.sold_at, case.at), not case.rules
        if said is not right:
            found.append(
                f"sold at {case.facts.sold_at}, asked {case.at - case.facts.sold_at} later:"
                f" the CRM says {said}, leadcore {right}"
            )
            raise AssertionError

    same()


def hours(make: Callable[[], Crm], found: list[str]) -> None:
    """Nobody is called in an hour that leadcore keeps closed; the CRM may be stricter."""
    edges = st.sampled_from([0, 8, 12, 21])

    @TRIED
    @given(st.sampled_from(sorted(PLACES)), st.integers(0, 364), edges, st.integers(-1, 0))
    def no_looser(zone: str, day: int, hour: int, micros: int) -> None:
        local = datetime(2026, 1, 1, hour, tzinfo=ZoneInfo(zone)) + timedelta(days=day)
        at = local.astimezone(UTC) + timedelta(microseconds=micros)
        facts = contact.Facts(
            number=contact.Number(zones=(zone,)),
            states=(PLACES[zone],),
            consent=consent.Consent(invitation=True, revoked_at=None),
        )
        decision = contact.assess(CALL, facts, at=at, rules=rulebooks.US, ahead=False)
        closed = [rule for rule in decision.rules if rule.endswith("-QH")]
        if make().may_call(zone, at) and closed:
            found.append(f"{at} in {zone}: the CRM would call, leadcore names {', '.join(closed)}")
            raise AssertionError

    no_looser()


def stops(make: Callable[[], Crm], found: list[str]) -> None:
    """Whatever leadcore takes for a revocation is one."""

    @TRIED
    @given(st.sampled_from(TEXTS))
    def none_missed(text: str) -> None:
        if classify(text).meaning is Meaning.REVOKE and not make().is_stop(text):
            found.append(f"{text!r}: the CRM reads on, leadcore takes it for a revocation")
            raise AssertionError

    none_missed()


def visibility(make: Callable[[], Crm], found: list[str]) -> None:
    """Own leads and those below, whatever the tree looks like."""
    shapes = st.sampled_from(["chain", "wide", "forest"])

    @TRIED
    @given(shapes.flatmap(lambda shape: parent_links(shape=shape, most=5)), st.data())
    def same(above: dict[str, str | None], data: st.DataObject) -> None:
        from leadcore.downline import Tree  # noqa: PLC0415 - beside what it is compared with

        people = st.sampled_from(sorted(above))
        viewer, owner = data.draw(people), data.draw(people)
        right = viewer == owner or Tree(above).is_below(owner, viewer)
        said = make().sees(above, viewer, owner)
        if said is not right:
            found.append(
                f"{above}: does {viewer} see {owner}? the CRM says {said}, leadcore {right}"
            )
            raise AssertionError

    same()


def wallet(make: Callable[[], Crm], found: list[str]) -> None:
    """The same messages, some of them twice, leave the same balance as in leadcore's ledger."""

    @settings(TRIED, max_examples=30)
    @given(st.lists(st.integers(0, len(CENTS) - 1), min_size=1, max_size=5))
    def same(messages: list[int]) -> None:
        crm, scene = make(), Scene(store=MemoryStore(), funds=0).set_up()
        refused: set[int] = set()
        for number in messages:
            if number in refused:
                continue  # what was refused stays so in leadcore; a CRM may let it be tried again
            (said,) = scene.store.post([(_transfer(scene, number),)], at=AT)
            taken = crm.book(f"m{number}", CENTS[number])
            if not isinstance(said, Posted):
                refused.add(number)
            lines = scene.store.statement(prepaid_account(scene.account()))
            right = sum(line.entry.amount for line in lines)
            if (taken, crm.balance) != (isinstance(said, Posted), right):
                told = [f"m{each}: {CENTS[each]:+}" for each in messages]
                found.append(f"{told}: the CRM holds {crm.balance} cents, leadcore {right}")
                raise AssertionError

    same()


def _transfer(scene: Scene, number: int) -> Transfer:
    cents, account = CENTS[number], scene.account()
    if cents < 0:
        return charge(scene.seller, account, f"m{number}", -cents)
    return Transfer(
        id=f"{scene.seller}/m{number}",
        kind=TransferKind.TOPUP,
        debit=cash_account(scene.seller),
        credit=prepaid_account(account),
        amount=Money(cents, "USD"),
        effective_at=AT,
    )


AREAS = {
    "returns": returns,
    "hours": hours,
    "stops": stops,
    "visibility": visibility,
    "wallet": wallet,
}
"""What is compared, by name."""


def differences(make: Callable[[], Crm], *areas: str) -> dict[str, str]:
    """Give the areas in which a CRM differs from leadcore, each with its smallest example.

    Args:
        make: gives a new, empty CRM.
        areas: of `AREAS`; all of them unless some are named.
    """
    smallest: dict[str, str] = {}
    for area in areas or tuple(AREAS):
        found: list[str] = []
        try:
            AREAS[area](make, found)
        except AssertionError:
            # The last failing case Hypothesis runs is the one it could make no smaller.
            smallest[area] = found[-1]
    return smallest


def main() -> None:
    """Compare the sound one and each of the faulty ones."""
    for make in (Crm, *FAULTY):
        found = differences(make)
        print(f"{make.__name__}: {'no difference' if not found else ''}")
        for area, example in found.items():
            print(f"  {area}: {example}")


if __name__ == "__main__":
    main()
