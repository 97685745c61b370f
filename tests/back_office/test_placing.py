"""A place is taken, given back and taken again with every guard it needs."""

from datetime import UTC, datetime

from attrs import evolve as replace

from leadcore.back_office.placing import folded, place_moved, place_taken
from leadcore.leads import LeadDetached, LeadReattached, NoteAdded
from leadcore.orders import (
    Cap,
    Caps,
    Order,
    OrderRenewed,
    OrderStatus,
    OrderTerms,
    Period,
    Standing,
    Usage,
    window_at,
)
from leadcore.values import UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
PRICE = Money(100, "USD")
CAPS = Caps(zone="UTC", limits=(Cap(period=Period.DAY, leads=2, money=Money(900, "USD")),))
TERMS = OrderTerms(user_id="u", price=PRICE, quantity=3)
ORDER = Order(
    id="o",
    seller_id="s",
    account_id="a",
    terms=TERMS,
    status=OrderStatus.OPEN,
    paused=False,
    opened_at=AT,
)
CAPPED = replace(ORDER, terms=replace(TERMS, caps=CAPS))
DAY = window_at(CAPS, Period.DAY, AT)


def test_a_plain_order_has_no_more_guards_than_its_quantity():
    delta = place_taken(ORDER, Standing(moves=4), AT, version=7, credit=-5)
    assert (delta.sold, delta.spent, delta.credit, delta.moves) == (1, 100, -5, 1)
    assert (delta.expected_version, delta.limit, delta.bank) == (7, 3, UNLIMITED)
    assert (delta.usage, delta.expected_moves) == ((), None)


def test_a_bank_is_a_limit_on_money():
    bank = replace(TERMS, quantity=UNLIMITED, bank=Money(250, "USD"))
    order = replace(ORDER, terms=bank, carried=20)
    delta = place_taken(order, Standing(), AT, version=1, credit=0)
    assert (delta.limit, delta.bank) == (UNLIMITED, 270)


def test_caps_are_guarded_by_period():
    (use,) = place_taken(CAPPED, Standing(moves=4), AT, version=1, credit=0).usage
    assert (use.period, use.opens_at, use.leads, use.money) == (Period.DAY, DAY.opens_at, 1, 100)
    assert (use.most_leads, use.most_money, use.begins, use.kept_only) == (2, 900, None, False)


def test_a_count_that_begins_asks_that_nothing_moved():
    seen = Usage(period=Period.DAY, opens_at=DAY.opens_at, leads=1, money=100, kept=False)
    delta = place_taken(CAPPED, Standing(moves=4, usage=(seen,)), AT, version=1, credit=0)
    assert (delta.usage[0].begins, delta.expected_moves) == (seen, 4)
    kept = place_taken(
        CAPPED, Standing(moves=4, usage=(replace(seen, kept=True),)), AT, version=1, credit=0
    )
    assert (kept.usage[0].begins, kept.expected_moves) == (None, None)


def test_a_place_given_back_meets_no_limit():
    back = place_moved(CAPPED, PRICE, AT, leads=-1, place=True, caps=True)
    assert (back.sold, back.spent, back.limit, back.moves) == (-1, -100, None, 1)
    assert [(use.leads, use.money, use.kept_only) for use in back.usage] == [(-1, -100, True)]
    caps_only = place_moved(CAPPED, PRICE, AT, leads=1, place=False, caps=True)
    assert (caps_only.sold, caps_only.spent, caps_only.moves) == (0, 0, 1)
    nothing = place_moved(CAPPED, PRICE, AT, leads=-1, place=False, caps=False)
    assert (nothing.usage, nothing.moves) == ((), 0)


def test_standings_are_the_fold_of_leads_and_renewals():
    gone = LeadDetached(refund_id="r", order_id="o", frees_place=True, frees=PRICE, at=AT)
    back = LeadReattached(refund_id="r", order_id="o", takes_place=True, takes=PRICE, at=AT)
    ended = OrderRenewed(cycle=2, starts_at=None, ends_at=None, sold=3, spent=300, carried=0, at=AT)
    standings = {"o": Standing(sold=5, spent=500)}
    folded(standings, "lead", "l", (gone, gone, back, NoteAdded(text="x", at=AT)))
    assert standings == {"o": Standing(sold=4, spent=400)}
    folded(standings, "order", "o", (ended, "anything else"))
    folded(standings, "payment", "p", (gone,))
    assert standings == {"o": Standing(sold=1, spent=100)}
