"""An order's bank, caps, hours and renewal: set, shown, refused with a reason, and renewed."""

from __future__ import annotations

import pytest


@pytest.fixture
def ordered(sold):
    """Give the command line with one order, of which two leads were sold at $25."""
    return sold


def test_a_bank_is_set_and_what_is_left_is_shown(ordered):
    said = ordered("order", "terms", "ben-order", "--bank", "$110", "--carries-rest").stdout
    assert said == "Order ben-order: leads for $110.00 at $25.00 for ben of north, open.\n"
    summary = ordered.one("order", "show", "ben-order")["summary"]
    assert [summary[name]["minor"] for name in ("total", "received", "remaining")] == [
        11_000,
        5_000,
        6_000,
    ]
    shown = ordered("order", "show", "ben-order").stdout
    assert "$60.00" in shown
    assert ordered.one("order", "terms", "ben-order", "--bank", "none")["terms"]["quantity"] == (
        "unlimited"
    )


def test_ranks_and_the_maximum_of_returns_are_set(ordered):
    words = ("--priority", "9", "--tier", "2", "--max-returns", "7.5%")
    terms = ordered.one("order", "terms", "ben-order", *words)["terms"]
    assert (terms["priority"], terms["tier"], terms["max_returns"]) == (9, 2, 750)
    terms = ordered.one("order", "terms", "ben-order", "--max-returns", "none")["terms"]
    assert "max_returns" not in terms


def test_caps_are_set_and_shown_with_what_is_used(ordered):
    words = ("--leads", "day=5", "--money", "total=$60", "--week-start", "sun", "--returns-free")
    caps = ordered.one("order", "caps", "ben-order", *words)["terms"]["caps"]
    assert caps == {
        "zone": "America/New_York",
        "limits": [
            {"period": "day", "leads": 5, "money": "unlimited"},
            {"period": "total", "leads": "unlimited", "money": {"minor": 6000, "currency": "USD"}},
        ],
        "week_start": 7,
        "returns_free": True,
    }
    usage = ordered.one("order", "show", "ben-order")["usage"]
    assert {each["period"]: each["leads"] for each in usage}["total"] == 2
    assert "Caps, by the clock of America/New_York" in ordered("order", "show", "ben-order").stdout
    assert "caps" not in ordered.one("order", "caps", "ben-order")["terms"]
    assert ordered("audit").stdout


def test_hours_are_set(ordered):
    words = ("--span", "fri 22:00-02:00", "--span", "mon 00:00-24:00", "--zone", "UTC")
    assert ordered.one("order", "hours", "ben-order", *words)["terms"]["hours"] == {
        "zone": "UTC",
        "spans": [
            {"day": 5, "opens": 1320, "closes": 120},
            {"day": 1, "opens": 0, "closes": 1440},
        ],
    }
    never = ordered.one("order", "hours", "ben-order", "--never")["terms"]["hours"]
    assert never == {"zone": "America/New_York"}
    assert "hours" not in ordered.one("order", "hours", "ben-order")["terms"]


def test_an_order_that_is_filled_renews_once(ordered):
    ordered("order", "edit", "ben-order", "--quantity", "2")
    ordered("order", "renewal", "ben-order", "on_fill", "--charge", "pm_kept")
    (done,) = ordered.json("order", "renew")
    assert (done["order"]["cycle"], done["payment"]["amount"]["minor"]) == (2, 5_000)
    assert ordered.json("order", "renew") == []
    assert "nothing yet" in ordered("order", "renew").stdout
    assert "Cycles that are over" in ordered("order", "show", "ben-order").stdout
    never = ordered.one("order", "renewal", "ben-order", "never")
    assert "renewal" not in never["terms"]


def test_an_order_that_ends_renews_by_the_calendar(ordered):
    ordered("order", "edit", "ben-order", "--ends", "2020-01-31T12:00:00Z")
    ordered("order", "renewal", "ben-order", "at_end", "--every", "month", "--zone", "UTC")
    assert "ben-order" in ordered("order", "renew").stdout
    assert ordered.json("order", "renew") == []


REFUSED = [
    (("terms", "ben-order", "--bank", "lots"), "--bank: 'lots' is no amount"),
    (("terms", "ben-order", "--priority", "x"), "--priority: 'x' is no whole"),
    (("terms", "ben-order", "--tier", "0"), "terms.tier"),
    (("terms", "ben-order", "--max-returns", "some"), "is no percentage"),
    (("terms", "ben-order", "--max-returns", "101"), "terms.max_returns"),
    (("terms", "ben-order", "--carries-rest"), "only a bank has a rest"),
    (("caps", "ben-order", "--leads", "year=1"), "a period is one of hour"),
    (("caps", "ben-order", "--leads", "day=-1"), "is no whole number"),
    (("caps", "ben-order", "--money", "day=x"), "is no amount"),
    (("caps", "ben-order", "--leads", "day=1", "--zone", "Mars"), "caps.zone"),
    (("caps", "ben-order", "--leads", "day=1", "--week-start", "x"), "none of mon"),
    (("hours", "ben-order", "--span", "noon"), "is no span"),
    (("hours", "ben-order", "--span", "fry 09:00-10:00"), "none of mon"),
    (("hours", "ben-order", "--span", "fri 09:00-09:00"), "is not when it opens"),
    (("renewal", "ben-order", "daily"), "none of never"),
    (("renewal", "ben-order", "at_end"), "renewal.when"),
    (("renewal", "ben-order", "on_fill", "--charge", "4242424242424242"), "token"),
]


def test_terms_are_refused_with_a_reason(ordered):
    for words, said in REFUSED:
        assert said in ordered("order", *words, code=4).stderr, words
    assert len(ordered.json("order", "list")) == 1
