"""One lead against a hundred thousand orders: the best three that may have it.

Orders open, are capped and get other prices all the while; that is part of what is timed. The same
load is played by an inverted index of `pyroaring` bitmaps. What was found is compared with a look
at every order, before and after.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench.match_load import EVERY, Lead, Load, Order, load
from bench.run import ROUNDS, Contest, Goal, figure, in_peer, peer
from leadcore.distribution import filter_refusal
from leadcore.order_index import OrderIndex, Ranked
from leadcore.orders import Filters
from leadcore.submissions import LeadKind, Source, Submission
from leadcore.values import Address, OrderId

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

BEST = 3
LEAST = 200_000
GOAL = Goal("at least 200,000/s", lambda ours, _: ours >= LEAST)
PYROARING = "1.2.0"
SOURCE = Source(format="bench")


def ranked(order: Order) -> Ranked:
    """Give an order as the index takes it; the highest price first."""
    return Ranked(
        id=OrderId(order.id),
        rank=(-order.price,),
        filters=Filters(
            states=order.states,
            areas=order.areas,
            zips=order.zips,
            kinds=frozenset({LeadKind.WEB}) if order.web_only else None,
        ),
        live=order.live,
    )


def submission(lead: Lead) -> Submission:
    """Give a lead's submission."""
    return Submission(
        source=SOURCE,
        kind=LeadKind.WEB if lead.web else LeadKind.LIVE_CALL,
        area=lead.area,
        address=Address(state=lead.state, zip=lead.zip),
    )


def change(index: OrderIndex, kind: str, order: Ranked) -> None:
    """Tell the index of a change."""
    if kind == "open":
        index.add(order)
    elif kind == "cap":
        index.switch(order.id, live=order.live)
    else:
        index.change(order)


def check(index: OrderIndex, leads: list[Submission]) -> None:
    """Look at every order, and find the same."""
    orders = sorted(index, key=lambda order: (order.rank, order.id))
    for lead in leads:
        fitting = (o.id for o in orders if o.live and filter_refusal(lead, o.filters) is None)
        found = tuple(name for _, name in zip(range(BEST), fitting, strict=False))
        assert index.best(lead, BEST) == found


def rounds_of(given: Load, index: OrderIndex) -> Callable[[], int]:
    """Give a runner that plays the next round each time it is called."""
    prepared = [
        (
            [submission(lead) for lead in leads],
            [[(each.kind, ranked(each.order)) for each in some] for some in changes],
        )
        for leads, changes in given.rounds
    ]
    state = iter(prepared)

    def play() -> int:
        leads, changes = next(state)
        for at in range(0, len(leads), EVERY):
            for lead in leads[at : at + EVERY]:
                index.best(lead, BEST)
            for kind, order in changes[at // EVERY]:
                change(index, kind, order)
        return len(leads)

    return play


def contest(live: float) -> Generator[Contest]:
    """Measure with a part of the orders live."""
    given: Load = load(live, rounds=1 + ROUNDS)
    index = OrderIndex(map(ranked, given.orders))
    some = [submission(lead) for lead in given.rounds[0][0][:20]]
    check(index, some)
    python = peer("pyroaring", f"pyroaring=={PYROARING}")
    script = Path(__file__).with_name("match_pyroaring.py")
    numbers = iter(range(1 + ROUNDS))
    yield Contest(
        ours=rounds_of(given, index),
        peers={
            "pyroaring": (
                PYROARING,
                lambda: in_peer(python, script, str(live), str(next(numbers))),
            )
        },
        goal=GOAL,
    )
    check(index, some)


@figure(
    "match_1e5", unit="matches/s", conditions="100,000 orders, 70 % live, three changes per 100"
)
def match_1e5() -> Generator[Contest]:
    """Measure where most orders may have leads."""
    yield from contest(0.7)


@figure(
    "match_1e5_sparse",
    unit="matches/s",
    conditions="100,000 orders, 2 % live, three changes per 100",
)
def match_1e5_sparse() -> Generator[Contest]:
    """Measure where few may."""
    yield from contest(0.02)
