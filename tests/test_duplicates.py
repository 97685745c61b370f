"""A repeat is found to the microsecond, in its own vertical, and never among tests."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.auction import Auction, AuctionTerms, ping_of
from leadcore.distribution import Bidding
from leadcore.duplicates import (
    Repeat,
    RepeatKind,
    find_repeat,
    former_accounts,
    owning_accounts,
)
from leadcore.leads import Lead, LeadStatus, Reservation, Sale
from leadcore.submissions import Source, Submission
from leadcore.testing.strategies import instants
from leadcore.values import UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)
ASKED = Submission(source=Source(format="json"), vertical="legal")
DAYS = 30
SPAN = timedelta(hours=24 * DAYS)


def lead(key="l1", status=LeadStatus.SOLD, *, at=AT, account="a", **more):
    sale = Sale(
        id=f"sale-{key}",
        lead_id=key,
        order_id="o",
        account_id=account,
        user_id="u",
        price=Money(2500, "USD"),
        sold_at=at,
    )
    return Lead(
        id=key,
        seller_id="s",
        source_key=key,
        submission=replace(ASKED, **more),
        status=status,
        received_at=at,
        sale=sale if status in {LeadStatus.SOLD, LeadStatus.REFUNDED} else None,
    )


def repeat(*history, asked=ASKED, at=AT, days=DAYS):
    return find_repeat(asked, iter(history), at=at, look_back_days=days)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (LeadStatus.SOLD, RepeatKind.OF_STANDING_SALE),
        (LeadStatus.RECEIVED, RepeatKind.OF_UNSOLD),
        (LeadStatus.UNSOLD, RepeatKind.OF_UNSOLD),
        (LeadStatus.REFUSED, None),
        (LeadStatus.REFUNDED, None),
    ],
)
def test_what_each_state_makes_of_a_repeat(status, kind):
    assert repeat(lead(status=status)) == (kind and Repeat(kind, "l1"))


@given(instants(), st.integers(1, 400))
def test_the_look_back_ends_on_the_microsecond(received, days):
    known = lead(at=received)
    end = received + timedelta(hours=24 * days)
    assert repeat(known, at=end, days=days) is not None
    assert repeat(known, at=end + TICK, days=days) is None


def test_of_a_lead_that_was_sold_late_the_look_back_runs_from_the_sale():
    known = replace(lead(at=AT - 10 * SPAN), held_since=AT - SPAN)
    assert repeat(known) == Repeat(RepeatKind.OF_STANDING_SALE, "l1")
    assert repeat(known, at=AT + TICK) is None


def test_of_a_lead_being_sold_the_look_back_runs_from_there():
    old, began = AT - 10 * SPAN, AT - SPAN
    held = Reservation(
        sale_id="sale",
        order_id="o",
        account_id="a",
        user_id="u",
        price=Money(2500, "USD"),
        reserved_at=began,
        expires_at=AT,
    )
    opened = Auction(
        id="auction",
        ping=ping_of(ASKED),
        terms=AuctionTerms(minimum=held.price),
        bidders=frozenset(),
        opened_at=began,
    )
    for changed in (
        {"status": LeadStatus.RESERVED, "reservation": held},
        {"status": LeadStatus.BIDDING, "bidding": Bidding(auction=opened)},
    ):
        known = replace(lead(status=LeadStatus.RECEIVED, at=old), **changed)
        assert repeat(known) == Repeat(RepeatKind.OF_UNSOLD, "l1")
        assert repeat(known, at=AT + TICK) is None
    # An auction that is over is past: nobody is being sold any more.
    over = replace(known, status=LeadStatus.UNSOLD)
    assert repeat(over) is None


def test_nothing_is_looked_back_on_without_days():
    assert repeat(lead(), at=AT, days=0) is None
    assert repeat(lead(), at=AT, days=1) is not None


@pytest.mark.parametrize(
    ("asked", "known", "found"),
    [
        ("legal", "LEGAL", True),
        ("legal", "solar", False),
        ("legal", None, False),
        (None, None, True),
    ],
)
def test_only_the_same_vertical_repeats(asked, known, found):
    answer = repeat(lead(vertical=known), asked=replace(ASKED, vertical=asked))
    assert (answer is not None) == found


def test_tests_repeat_nothing_and_are_repeated_by_nothing():
    assert repeat(lead(), asked=replace(ASKED, test=True)) is None
    assert repeat(lead(test=True)) is None


def test_a_standing_sale_goes_before_a_newer_lead_without_one():
    newer = lead("l2", LeadStatus.UNSOLD, at=AT + TICK)
    assert repeat(newer, lead()) == Repeat(RepeatKind.OF_STANDING_SALE, "l1")


@given(st.permutations([lead("l1"), lead("l2", at=AT + TICK), lead("l3", at=AT + TICK)]))
def test_the_newest_counts_and_the_id_settles_a_tie(history):
    assert repeat(*history) == Repeat(RepeatKind.OF_STANDING_SALE, "l3")


def test_what_came_in_between_is_near_as_well():
    # Received a little later than this one, which was slower on its way.
    assert repeat(lead(at=AT + SPAN)) is not None


def test_who_returned_the_person_and_who_has_the_person():
    history = [
        lead("l1", LeadStatus.REFUNDED, account="a"),
        lead("l2", LeadStatus.SOLD, account="b"),
        lead("l3", LeadStatus.UNSOLD),
        lead("l4", LeadStatus.SOLD, account="b"),
    ]
    assert former_accounts(history) == {"a"}
    assert owning_accounts(history) == {"b"}
    assert former_accounts(()) == owning_accounts(()) == frozenset()


@given(instants(), st.integers(1, 400))
def test_a_buyers_own_look_back_ends_on_the_microsecond(sold, days):
    held = replace(lead(at=sold), held_since=sold)
    end = sold + timedelta(hours=24 * days)
    assert owning_accounts([held], at=end, look_back_days=days) == {"a"}
    assert owning_accounts([held], at=end + TICK, look_back_days=days) == frozenset()
    assert owning_accounts([held], at=end + TICK, look_back_days=UNLIMITED) == {"a"}
    assert owning_accounts([held], at=sold, look_back_days=0) == frozenset()


def test_whom_a_lead_is_on_the_way_to_has_the_person():
    held = Reservation(
        sale_id="s",
        order_id="o",
        account_id="a",
        user_id="u",
        price=Money(0, "USD"),
        reserved_at=AT,
        expires_at=AT + TICK,
    )
    known = replace(lead(status=LeadStatus.RESERVED), reservation=held)
    assert owning_accounts([known], at=AT, look_back_days=0) == {"a"}
    assert repeat(known) == Repeat(RepeatKind.OF_UNSOLD, "l1")
