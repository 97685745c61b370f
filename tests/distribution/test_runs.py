"""A run gives what `choose` gives, one lead after the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.distribution import (
    SCALE,
    Apart,
    BiddingTerms,
    Candidate,
    DistributionTerms,
    Method,
    Reason,
    Run,
    Way,
    choose,
)
from leadcore.orders import (
    Cap,
    Caps,
    Filters,
    Hours,
    Order,
    OrderStatus,
    OrderTerms,
    Period,
    Span,
    Standing,
    counted,
)
from leadcore.submissions import LeadKind, Source, Submission
from leadcore.testing.distribution_play import PLAIN_METHODS
from leadcore.values import UNLIMITED, Address, Money

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATES = ("NY", "CA")


def hour(number: int) -> datetime:
    return AT + timedelta(hours=number)


def candidate(number: int, **given) -> Candidate:
    terms = {"price": Money(100, "USD"), "quantity": UNLIMITED, **given.pop("terms", {})}
    return Candidate(
        order=Order(
            id=f"o{number}",
            seller_id="s",
            account_id=given.pop("account", f"a{number}"),
            terms=OrderTerms(user_id="u", **terms),
            status=given.pop("status", OrderStatus.OPEN),
            paused=given.pop("paused", False),
            opened_at=AT,
        ),
        standing=Standing(credit=given.pop("credit", 0)),
        **{"account_active": True, "recipient_enabled": True, "available": UNLIMITED, **given},
    )


def lead(**given) -> Submission:
    address = Address(state=given.pop("state", None))
    return Submission(source=Source(format="json"), address=address, **given)


def used(each, at):
    terms = each.order.terms
    if terms.caps is None:
        return each.standing.usage
    return counted(terms.caps, each.standing.usage, terms.price.minor, at)


def one_by_one(candidates, leads, ways):
    """Do it with `choose`, moving every standing and purse after each lead."""
    now, choices = {each.order.id: each for each in candidates}, []
    for asked, at, returned, owned in leads:
        choice = choose(
            asked,
            [
                replace(
                    each,
                    returned_person=each.order.account_id in returned,
                    has_person=each.order.account_id in owned,
                )
                for each in now.values()
            ],
            at=at,
            way=ways.way(asked),
        )
        choices.append(choice)
        for decision in choice.decisions:
            each, won = now[decision.order_id], decision.reason is Reason.WON
            credit = each.standing.credit + decision.share - SCALE * won
            standing = replace(
                each.standing,
                sold=each.standing.sold + won,
                spent=each.standing.spent + won * each.order.terms.price.minor,
                credit=credit,
                usage=used(each, at) if won else each.standing.usage,
            )
            now[decision.order_id] = replace(each, standing=standing)
        for key in choice.winners:
            winner = now[key].order
            for name, each in now.items():
                same = each.order.account_id == winner.account_id
                if same and isinstance(each.available, Money):
                    left = Money(
                        each.available.minor - winner.terms.price.minor, each.available.currency
                    )
                    now[name] = replace(each, available=left)
    return choices, tuple(now[name] for name in sorted(now))


# Noon is when the leads begin to come; the hours and caps change while they do.
HOURS = (Hours("UTC"), Hours("UTC", (Span(7, 12 * 60, 14 * 60), Span(7, 15 * 60, 11 * 60))))
CAPS = (
    Caps(zone="UTC", limits=(Cap(period=Period.HOUR, leads=1), Cap(period=Period.TOTAL, leads=3))),
    Caps(zone="UTC", limits=(Cap(period=Period.DAY, money=Money(150, "USD")),)),
    Caps(zone="UTC", limits=(Cap(period=Period.WEEK, leads=0), Cap(period=Period.MONTH))),
)


def sensible(terms):
    """A bank goes with a price and no quantity."""
    if terms["bank"] is None or not terms["price"].minor:
        return {**terms, "bank": None}
    return {**terms, "quantity": UNLIMITED}


TERMS = st.fixed_dictionaries(
    {
        "price": st.builds(Money, st.sampled_from([0, 100, 150]), st.just("USD")),
        "quantity": st.sampled_from([0, 1, 2, UNLIMITED]),
        "weight": st.integers(1, 3),
        "priority": st.integers(0, 1),
        "tier": st.integers(1, 2),
        "filters": st.builds(
            Filters, states=st.none() | st.frozensets(st.sampled_from(STATES), max_size=2)
        ),
        "starts_at": st.none() | st.integers(-1, 1).map(hour),
        "ends_at": st.none() | st.integers(2, 4).map(hour),
        "hours": st.none() | st.sampled_from(HOURS),
        "caps": st.none() | st.sampled_from(CAPS),
        "bank": st.none() | st.sampled_from([0, 150, 250]).map(lambda cents: Money(cents, "USD")),
    }
)
GIVEN = st.fixed_dictionaries(
    {
        "terms": TERMS.map(sensible),
        "account": st.sampled_from(["a", "b", "c"]),
        "paused": st.sampled_from([False, False, True]),
        "status": st.sampled_from([OrderStatus.OPEN, OrderStatus.OPEN, OrderStatus.CLOSED]),
        "account_active": st.sampled_from([True, True, False]),
        "recipient_enabled": st.sampled_from([True, True, False]),
    }
)
PURSES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from([None, UNLIMITED, Money(250, "USD"), Money(99, "USD"), Money(500, "EUR")]),
)
SOME = st.frozensets(st.sampled_from(["a", "b"]), max_size=1)
LEADS = st.tuples(
    st.builds(
        lead,
        state=st.none() | st.sampled_from(STATES),
        kind=st.sampled_from(LeadKind),
        test=st.sampled_from([False] * 5 + [True]),
    ),
    st.integers(-2, 5).map(hour),
    st.just(frozenset()) | SOME,
    st.just(frozenset()) | SOME,
)


WAYS = st.builds(
    DistributionTerms,
    st.lists(
        st.builds(
            Way,
            kinds=st.none() | st.just(frozenset({LeadKind.WEB})),
            method=st.sampled_from(PLAIN_METHODS),
            tiers=st.just((Method.PRICE, Method.ROUND_ROBIN)),
            buyers=st.sampled_from([1, 1, 2]),
            apart=st.sampled_from(Apart),
        ),
        max_size=2,
    ).map(tuple),
)


@given(
    given=st.lists(GIVEN, max_size=5),
    purses=PURSES,
    leads=st.lists(LEADS, min_size=1, max_size=12),
    ways=WAYS,
)
def test_a_run_is_one_by_one(given, purses, leads, ways):
    candidates = [
        candidate(number, available=purses.get(each["account"], UNLIMITED), **each)
        for number, each in enumerate(given)
    ]
    choices, after = one_by_one(candidates, leads, ways)
    run = Run(reversed(candidates), ways)
    assert [
        run.sell(asked, at=at, returned=returned, owned=owned)
        for asked, at, returned, owned in leads
    ] == choices
    assert run.candidates == tuple(
        replace(each, returned_person=False, has_person=False) for each in after
    )


def test_a_purse_is_shared_by_the_orders_of_an_account():
    run = Run(candidate(number, account="a", available=Money(250, "USD")) for number in (1, 2))
    reasons = [
        {each.order_id: each.reason for each in run.sell(lead(), at=AT).decisions} for _ in range(3)
    ]
    assert [set(each.values()) for each in reasons] == [
        {Reason.WON, Reason.OUTRANKED},
        {Reason.WON, Reason.OUTRANKED},
        {Reason.FUNDS},
    ]
    assert [each.available for each in run.candidates] == [Money(50, "USD")] * 2


def test_a_person_of_its_own_counts_like_any_other():
    run = Run(candidate(number, terms={"quantity": 1}) for number in (1, 2))
    choice = run.sell(lead(), at=AT, returned=frozenset({"a1"}))
    assert [each.reason for each in choice.decisions] == [Reason.FORMER_ASSOCIATE, Reason.WON]
    assert [each.standing.sold for each in run.candidates] == [0, 1]
    assert run.sell(lead(), at=AT).winner == "o1"
    assert run.sell(lead(), at=AT).winner is None
    assert sum(each.standing.credit for each in run.candidates) == 0


@pytest.mark.parametrize("terms", [{}, {"ends_at": hour(9)}, {"starts_at": hour(-9)}])
def test_what_was_answered_before_is_not_worked_out_again(terms):
    run = Run([candidate(1, terms=terms), candidate(2)])
    first = run.sell(lead(), at=AT)
    second = run.sell(lead(), at=hour(1))
    assert {first.winner, second.winner} == {"o1", "o2"}
    told = [next(d for d in each.decisions if d.reason is Reason.WON) for each in (first, second)]
    third, fourth = run.sell(lead(), at=hour(1)), run.sell(lead(), at=hour(2))
    assert {id(d) for each in (third, fourth) for d in each.decisions} >= set(map(id, told))


@pytest.mark.parametrize("method", Method)
def test_a_batch_does_not_go_to_the_first_leads_buyer(method):
    # Known from elsewhere: whoever is chosen for the first lead of a file gets the whole file.
    ways = DistributionTerms((Way(method=method),))
    run = Run((candidate(number) for number in range(3)), ways)
    got = [run.sell(lead(), at=AT).winner for _ in range(6)]
    assert {*got[:3]} == {*got[3:]} == {"o0", "o1", "o2"}


def test_a_batch_of_shared_leads_goes_round_as_well():
    run = Run((candidate(number) for number in range(3)), DistributionTerms((Way(buyers=2),)))
    got = [each for _ in range(3) for each in run.sell(lead(), at=AT).winners]
    assert sorted(got) == ["o0", "o0", "o1", "o1", "o2", "o2"]
    assert sum(each.standing.credit for each in run.candidates) == 0


def test_a_cap_ends_with_its_period():
    caps = Caps(zone="UTC", limits=(Cap(period=Period.HOUR, leads=1),))
    ways = DistributionTerms((Way(method=Method.PRIORITY),))
    first, second = {"caps": caps, "priority": 2}, {"priority": 1}
    run = Run((candidate(1, terms=first), candidate(2, terms=second)), ways)
    told = [run.sell(lead(), at=at) for at in (AT, AT, hour(1))]
    assert [each.winner for each in told] == ["o1", "o2", "o1"]
    reasons = [[decision.reason for decision in each.decisions] for each in told]
    assert reasons == [
        [Reason.WON, Reason.LOWER_PRIORITY],
        [Reason.CAP_HOUR, Reason.WON],
        [Reason.WON, Reason.LOWER_PRIORITY],
    ]


def test_a_bank_ends_where_less_than_one_price_is_left():
    ways = DistributionTerms((Way(method=Method.PRIORITY),))
    bank = {"bank": Money(250, "USD"), "priority": 2}
    run = Run((candidate(1, terms=bank), candidate(2)), ways)
    told = [run.sell(lead(), at=AT) for _ in range(3)]
    assert [each.winner for each in told] == ["o1", "o1", "o2"]
    assert told[-1].decisions[0].reason is Reason.BANK


def test_the_next_change_is_the_first_one_of_all():
    ways = DistributionTerms((Way(method=Method.PRIORITY),))
    first, second = (
        {"starts_at": hour(1), "priority": 3},
        {"starts_at": hour(3), "priority": 4},
    )
    run = Run((candidate(1, terms=first), candidate(2, terms=second), candidate(3)), ways)
    got = [run.sell(lead(), at=at).winner for at in (AT, hour(1), hour(2), hour(3), hour(4))]
    assert got == ["o3", "o1", "o1", "o2", "o2"]


def test_what_has_ended_stays_so_for_ever():
    run = Run((candidate(1, terms={"ends_at": hour(-1)}), candidate(2)))
    got = [run.sell(lead(), at=at) for at in (AT, AT, hour(1), hour(100))]
    assert [each.winner for each in got] == ["o2"] * 4
    assert {each.decisions[0].reason for each in got} == {Reason.ENDED}


def test_an_order_with_all_that_time_changes_is_looked_at_again():
    timed = {
        "starts_at": hour(-1),
        "ends_at": hour(1),
        "hours": HOURS[1],
        "caps": Caps(zone="UTC", limits=(Cap(period=Period.DAY, leads=9),)),
        "priority": 2,
    }
    ways = DistributionTerms((Way(method=Method.PRIORITY),))
    run = Run((candidate(1, terms=timed), candidate(2)), ways)
    told = [run.sell(lead(), at=at) for at in (AT, hour(1))]
    assert [each.winner for each in told] == ["o1", "o2"]
    assert told[-1].decisions[0].reason is Reason.ENDED


def test_why_not_is_said_against_the_highest_standing_of_all():
    way = Way(method=Method.WATERFALL, tiers=(Method.PRIORITY, Method.PRIORITY))
    candidates = [
        candidate(number, terms={"tier": tier, "priority": priority})
        for number, (tier, priority) in enumerate([(1, 5), (2, 5), (2, 4)])
    ]
    choice = Run(candidates, DistributionTerms((way,))).sell(lead(), at=AT)
    assert choice == choose(lead(), candidates, at=AT, way=way)
    assert [each.reason for each in choice.decisions] == [
        Reason.WON,
        Reason.LOWER_TIER,
        Reason.LOWER_TIER,
    ]


def test_a_plan_is_kept_for_those_who_are_asked_and_tells_the_others_why():
    ways = DistributionTerms((Way(method=Method.PRIORITY),))
    run = Run(
        [candidate(1, terms={"quantity": 2}), candidate(2), candidate(0, terms={"priority": 5})],
        ways,
    )
    told = [(each.reason, each.rank) for each in run.sell(lead(), at=AT).decisions]
    assert told == [
        (Reason.WON, 1),
        (Reason.LOWER_PRIORITY, 2),
        (Reason.LOWER_PRIORITY, 2),
    ]
    assert [each.standing.credit for each in run.candidates] == [0, 0, 0]


def test_what_is_to_be_auctioned_is_sold_to_nobody():
    terms = BiddingTerms(minimum=Money(1, "USD"))
    ways = DistributionTerms((Way(method=Method.AUCTION, bidding=terms),))
    candidates = [candidate(1), candidate(2, paused=True)]
    run = Run(candidates, ways)
    choice = run.sell(lead(), at=AT)
    assert choice == choose(lead(), candidates, at=AT, way=ways.ways[0])
    assert (choice.winner, len(choice.bidders)) == (None, 1)
    assert run.candidates == tuple(candidates)
