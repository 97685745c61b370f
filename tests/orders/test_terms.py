"""What makes no sense in an order's terms is refused with its place, on both sides of each edge."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore import wire
from leadcore.errors import Malformed
from leadcore.orders import (
    MAX_PRIORITY,
    MAX_RATE,
    MAX_TIER,
    MAX_WEIGHT,
    Cap,
    Caps,
    Filters,
    Hours,
    OrderTerms,
    Period,
    Renewal,
    RenewalWhen,
    Span,
    total_price,
)
from leadcore.orders.terms import check_terms
from leadcore.payments import PaymentMethod
from leadcore.values import MAX_MINOR, UNLIMITED, Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TERMS = OrderTerms(user_id="u", price=Money(2500, "USD"), quantity=3, weight=7, priority=5, tier=3)
BANK = {"bank": Money(9_000, "USD"), "quantity": UNLIMITED}
CARD = PaymentMethod(token="pm_kept")
ON_FILL = Renewal(when=RenewalWhen.ON_FILL)
AT_END = Renewal(when=RenewalWhen.AT_END, zone="America/New_York")
CHARGED = replace(AT_END, charge=CARD)
PROBLEMS = [
    ({"price": Money(0, "USD")}, None),
    ({"price": Money(-1, "USD")}, "terms.price"),
    ({"quantity": 0}, None),
    ({"quantity": -1}, "terms.quantity"),
    ({"quantity": 1.0}, "terms.quantity"),
    ({"quantity": True}, "terms.quantity"),
    ({"quantity": MAX_MINOR}, None),
    ({"quantity": MAX_MINOR + 1}, "terms.quantity"),
    ({"quantity": UNLIMITED}, None),
    ({"weight": 1}, None),
    ({"weight": 0}, "terms.weight"),
    ({"weight": True}, "terms.weight"),
    ({"weight": MAX_WEIGHT}, None),
    ({"weight": MAX_WEIGHT + 1}, "terms.weight"),
    ({"priority": 0}, None),
    ({"priority": -1}, "terms.priority"),
    ({"priority": 1.0}, "terms.priority"),
    ({"priority": MAX_PRIORITY}, None),
    ({"priority": MAX_PRIORITY + 1}, "terms.priority"),
    ({"tier": 1}, None),
    ({"tier": 0}, "terms.tier"),
    ({"tier": True}, "terms.tier"),
    ({"tier": MAX_TIER}, None),
    ({"tier": MAX_TIER + 1}, "terms.tier"),
    ({"starts_at": AT}, None),
    ({"ends_at": AT}, None),
    ({"starts_at": AT, "ends_at": AT + TICK}, None),
    ({"starts_at": AT, "ends_at": AT}, "terms.ends_at"),
    ({"max_returns": 0}, None),
    ({"max_returns": MAX_RATE}, None),
    ({"max_returns": MAX_RATE + 1}, "terms.max_returns"),
    ({"max_returns": -1}, "terms.max_returns"),
    ({"max_returns": 1.5}, "terms.max_returns"),
    ({"carries_rest": True}, "terms.carries_rest"),
    ({**BANK, "carries_rest": True}, None),
    ({**BANK, "bank": Money(0, "USD")}, None),
    ({**BANK, "bank": Money(-1, "USD")}, "terms.bank"),
    ({**BANK, "bank": Money(1, "EUR")}, "terms.bank"),
    ({**BANK, "quantity": 3}, "terms.quantity"),
    ({**BANK, "price": Money(0, "USD")}, "terms.price"),
    ({**BANK, "price": Money(1, "USD")}, None),
    ({"renewal": ON_FILL}, None),
    ({"renewal": ON_FILL, "quantity": 0}, "terms.renewal.when"),
    ({"renewal": ON_FILL, "quantity": 1}, None),
    ({"renewal": ON_FILL, "quantity": UNLIMITED}, "terms.renewal.when"),
    ({**BANK, "renewal": ON_FILL, "bank": Money(2500, "USD")}, None),
    ({**BANK, "renewal": ON_FILL, "bank": Money(2499, "USD")}, "terms.renewal.when"),
    ({"renewal": AT_END, "ends_at": AT}, None),
    ({"renewal": AT_END}, "terms.renewal.when"),
    ({"renewal": replace(AT_END, every=Period.HOUR), "ends_at": AT}, "terms.renewal.every"),
    ({"renewal": replace(AT_END, every=Period.DAY), "ends_at": AT}, None),
    ({"renewal": replace(AT_END, every=Period.WEEK), "ends_at": AT}, None),
    ({"renewal": replace(AT_END, every=Period.MONTH), "ends_at": AT}, None),
    ({"renewal": replace(AT_END, zone=None), "ends_at": AT}, "terms.renewal.zone"),
    ({"renewal": replace(AT_END, zone="Mars"), "ends_at": AT}, "terms.renewal.zone"),
    ({"renewal": replace(ON_FILL, charge=CARD)}, None),
    ({**BANK, "renewal": replace(ON_FILL, charge=CARD)}, None),
    (
        {**BANK, "bank": Money(0, "USD"), "renewal": CHARGED, "ends_at": AT},
        "terms.renewal.charge",
    ),
    ({"renewal": CHARGED, "ends_at": AT, "quantity": UNLIMITED}, "terms.renewal.charge"),
    ({"renewal": CHARGED, "ends_at": AT, "price": Money(0, "USD")}, "terms.renewal.charge"),
    ({"renewal": CHARGED, "ends_at": AT, "quantity": MAX_MINOR}, "terms.renewal.charge"),
    ({**BANK, "bank": Money(1, "USD"), "renewal": CHARGED, "ends_at": AT}, None),
    ({"renewal": CHARGED, "ends_at": AT, "price": Money(1, "USD"), "quantity": 1}, None),
    ({"renewal": CHARGED, "ends_at": AT, "price": Money(1, "USD"), "quantity": MAX_MINOR}, None),
    (
        {"renewal": CHARGED, "ends_at": AT, "price": Money(2**62, "USD"), "quantity": 4},
        "terms.renewal.charge",
    ),
    ({"hours": Hours("UTC")}, None),
    ({"hours": Hours("Mars")}, "terms.hours.zone"),
    ({"caps": Caps(zone="UTC", limits=())}, None),
    ({"caps": Caps(zone="Mars", limits=())}, "terms.caps.zone"),
    ({"filters": Filters(states=frozenset({"FL", "ny"}))}, None),
    ({"filters": Filters(states=frozenset({"Florida"}))}, "terms.filters.states"),
    ({"filters": Filters(states=frozenset({"F1"}))}, "terms.filters.states"),
    ({"filters": Filters(states=frozenset({"ÄÖ"}))}, "terms.filters.states"),
    ({"filters": Filters(zips=frozenset({"3", "33101"}))}, None),
    ({"filters": Filters(zips=frozenset({""}))}, "terms.filters.zips"),
    ({"filters": Filters(zips=frozenset({"331011"}))}, "terms.filters.zips"),
    ({"filters": Filters(zips=frozenset({"33A"}))}, "terms.filters.zips"),
    ({"filters": Filters(zips=frozenset({"٣٣"}))}, "terms.filters.zips"),
]


@pytest.mark.parametrize(("changed", "path"), PROBLEMS)
def test_terms_on_both_sides_of_each_edge(changed, path):
    terms = replace(TERMS, **changed)
    if path is None:
        assert check_terms(terms) is None
    else:
        with pytest.raises(Malformed) as malformed:
            check_terms(terms)
        assert [problem.path for problem in malformed.value.problems] == [path]


def test_the_limits_are_those_that_are_published():
    limits = (MAX_WEIGHT, MAX_PRIORITY, MAX_TIER, MAX_RATE)
    assert limits == (1_000_000, 1_000_000, 1_000, 10_000)


SAID = {
    "a price is at least zero": {"price": Money(-1, "USD")},
    "a whole number of at least 0 that fits 64 bits, or unlimited": {"quantity": -1},
    "a whole number from 1 to 1000000": {"weight": 0},
    "a whole number from 0 to 1000000": {"priority": -1},
    "a whole number from 1 to 1000": {"tier": 0},
    "lies after the start": {"starts_at": AT, "ends_at": AT},
    "hundredths of a per cent, 0 to 10000": {"max_returns": -1},
    "'F1' is not the two letters of a state": {"filters": Filters(states=frozenset({"F1"}))},
    "'33A' is not 1 to 5 digits": {"filters": Filters(zips=frozenset({"33A"}))},
    "only a bank has a rest": {"carries_rest": True},
    "a bank is at least zero": {**BANK, "bank": Money(-1, "USD")},
    "the price is in USD": {**BANK, "bank": Money(1, "EUR")},
    "free leads never use a bank up": {**BANK, "price": Money(0, "USD")},
    "an order is by quantity or by bank: with a bank it is unlimited": {**BANK, "quantity": 3},
    "an order that renews at its end has one": {"renewal": AT_END},
    "a day, a week or a month": {"renewal": replace(AT_END, every=Period.HOUR), "ends_at": AT},
    "'Mars' is not an IANA time zone": {"renewal": replace(AT_END, zone="Mars"), "ends_at": AT},
    "an order that renews on fill is of one lead or more": {"renewal": ON_FILL, "quantity": 0},
    "an order that is charged for has a whole price": {
        "renewal": CHARGED,
        "ends_at": AT,
        "quantity": UNLIMITED,
    },
}


@pytest.mark.parametrize("words", SAID)
def test_each_problem_is_told_in_words(words):
    with pytest.raises(Malformed) as malformed:
        check_terms(replace(TERMS, **SAID[words]))
    assert [problem.message for problem in malformed.value.problems] == [words]


def test_every_problem_is_named():
    terms = replace(TERMS, price=Money(-1, "USD"), weight=0, quantity=-1)
    with pytest.raises(Malformed) as malformed:
        check_terms(terms)
    assert [problem.path for problem in malformed.value.problems] == [
        "terms.price",
        "terms.quantity",
        "terms.weight",
    ]


def test_terms_written_before_there_were_ranks_are_read():
    written = wire.dump(replace(TERMS, priority=9, tier=2))
    assert wire.load(OrderTerms, written) == replace(TERMS, priority=9, tier=2)
    assert (written.pop("priority"), written.pop("tier")) == (9, 2)
    assert wire.load(OrderTerms, written) == replace(TERMS, priority=0, tier=1)


def test_all_terms_come_back_from_json():
    terms = replace(
        TERMS,
        **BANK,
        carries_rest=True,
        renewal=CHARGED,
        hours=Hours("America/New_York", (Span(5, 1320, 120),)),
        caps=Caps(
            zone="America/Chicago",
            limits=(
                Cap(period=Period.DAY, leads=0, money=Money(5, "USD")),
                Cap(period=Period.TOTAL, leads=UNLIMITED),
            ),
            week_start=7,
            returns_free=True,
        ),
        max_returns=1500,
    )
    assert wire.load(OrderTerms, wire.dump(terms)) == terms


def test_a_whole_order_costs_its_bank_or_its_quantity():
    assert total_price(TERMS) == Money(7_500, "USD")
    assert total_price(replace(TERMS, **BANK)) == Money(9_000, "USD")
    assert total_price(replace(TERMS, quantity=UNLIMITED)) is UNLIMITED
