"""Orders: opened, edited, paused, closed, and refused with a reason."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore.errors import WrongState
from leadcore_cli.commands.ordering import edit_terms
from leadcore_cli.context import closing_stores, desk


def test_an_order_lives_and_ends(cli):
    said = cli(
        "order", "open", "dan", "--price", "$30", "--quantity", "unlimited", "--id", "x"
    ).stdout
    assert said == "Order x: unlimited leads at $30.00 for dan of south, open.\n"
    assert cli("order", "pause", "x").stdout.endswith("paused.\n")
    assert cli.one("order", "pause", "x")["paused"] is True
    assert cli("order", "resume", "x").stdout.endswith("open.\n")
    assert cli("order", "close", "x", "--reason", "done").stdout.endswith("closed.\n")
    assert "the order is closed" in cli("order", "resume", "x", code=5).stderr


def test_an_edit_changes_only_what_is_said(cli):
    opened = cli.one(
        *("order", "open", "dan", "--price", "30", "--quantity", "5", "--id", "x", "--state", "fl"),
        *("--area", "injury", "--zip", "336", "--kind", "web", "--starts", "2026-01-01T00:00:00Z"),
    )["terms"]
    edited = cli.one(
        *("order", "edit", "x", "--quantity", "0", "--weight", "3", "--area", "all"),
        *("--kind", "web", "--kind", "live_call", "--ends", "2027-01-01T00:00:00-05:00"),
        "--returns-reopen",
    )["terms"]
    assert edited["price"] == opened["price"] == {"minor": 3000, "currency": "USD"}
    assert edited["filters"] == {"states": ["FL"], "zips": ["336"], "kinds": ["live_call", "web"]}
    assert (edited["quantity"], edited["weight"], edited["returns_reopen"]) == (0, 3, True)
    assert edited["starts_at"] == opened["starts_at"]
    assert edited["ends_at"] == "2027-01-01T05:00:00Z"


def test_what_somebody_changed_meanwhile_is_not_taken_back(cli):
    def slowly(terms):
        cli("order", "edit", "ben-order", "--price", "30")
        return replace(terms, weight=2)

    changed = pytest.raises(WrongState, match="is at version 2, not 1; read it again")
    with closing_stores(), changed:
        edit_terms(desk(cli.database, None), "ben-order", slowly)
    terms = cli.one("order", "edit", "ben-order", "--weight", "2")["terms"]
    assert (terms["price"]["minor"], terms["weight"]) == (3_000, 2)


def test_a_free_lead_may_be_ordered(cli):
    done = cli("order", "open", "dan", "--price", "0", "--quantity", "1", "--id", "free")
    assert "at $0.00" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("dan", "--price", "-1", "--quantity", "1"), 4, "--price: '-1' is no amount"),
        (("dan", "--price", "1", "--quantity", "many"), 4, "--quantity: 'many' is no whole"),
        (("dan", "--price", "1", "--quantity", "-1"), 4, "is no whole number"),
        (("dan", "--price", "1", "--quantity", "1.5"), 4, "is no whole number"),
        (("dan", "--price", "1", "--quantity", "9" * 30), 4, "is too large"),
        (("dan", "--price", "1", "--quantity", "1", "--weight", "0"), 4, "terms.weight"),
        (("dan", "--price", "1", "--quantity", "1", "--state", "Florida"), 4, "two letters"),
        (("dan", "--price", "1", "--quantity", "1", "--zip", "336022"), 4, "1 to 5 digits"),
        (("dan", "--price", "1", "--quantity", "1", "--kind", "fax"), 4, "none of web"),
        (("dan", "--price", "1", "--quantity", "1", "--starts", "noon"), 2, "is no instant"),
        (("dan", "--price", "1", "--quantity", "1", "--id", ""), 4, "an order has an id"),
        (("dan", "--price", "1", "--quantity", "1", "--id", "ben-order"), 3, "no order"),
        (("ben", "--price", "1", "--quantity", "1", "--id", "ben-order"), 5, "this id exists"),
        (("zoe", "--price", "1", "--quantity", "1"), 3, "there is no user 'zoe'"),
        (("dan", "--price", "1"), 2, "Missing option"),
    ],
)
def test_an_order_is_refused_with_a_reason(cli, words, code, said):
    assert said in cli("order", "open", *words, code=code).stderr
    assert len(cli.json("order", "list")) == 1


def test_orders_are_listed_with_what_is_left(sold):
    (entry,) = sold.json("order", "list", "--account", "north")
    assert (entry["standing"]["sold"], entry["order"]["id"]) == (2, "ben-order")
    assert entry["summary"] | {"total": 100, "received": 2, "remaining": 98} == entry["summary"]
    assert (
        entry["summary"]["cost"] == entry["summary"]["paid"] == {"minor": 5000, "currency": "USD"}
    )
    assert "98" in sold("order", "list").stdout.splitlines()[-1]
    assert sold.json("order", "list", "--account", "south") == []
    assert "no account" in sold("order", "list", "--account", "west", code=3).stderr
    assert "no order 'x'" in sold("order", "edit", "x", "--weight", "2", code=3).stderr
