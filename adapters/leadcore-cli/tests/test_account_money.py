"""An account's money beside payments: back, across, watched, past."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from leadcore import back_office as bo
from leadcore.balances import FundingTerms, FundingTier, FundingTiers
from leadcore_cli.context import desk


def posted(cli, name="north"):
    return cli.one("balance", name)["posted"]["minor"]


def test_an_account_is_paid_back_to_each_source(cli):
    cli("init", "--tiers", "150:5,300:10")
    cli("pay", "top-up", "north", "300", "--method", "pm_demo", "--id", "p1")
    shown = cli.json("account", "refund", "north", "--show")
    assert [(each["payment"], each["amount"]["minor"]) for each in shown] == [
        (None, 100_000),
        ("p1", 30_000),
    ]
    assert "bonus made good" in cli("account", "refund", "north", "--show").stdout
    assert "--reason" in cli("account", "refund", "north", code=4).stderr
    assert "is not empty" in cli("account", "refund", "north", "--reason", " ", code=4).stderr
    done = cli.one("account", "refund", "north", "--reason", "closing", "--key", "k")
    assert [(each["source"], each["outcome"]) for each in done["paid"]] == [
        ("fund/5/north/first", "booked; send it to its source"),
        ("p1", "succeeded"),
    ]
    assert posted(cli) == 0
    assert cli.one("account", "refund", "north", "--reason", "closing", "--key", "k") == done
    again = cli("account", "refund", "north", "--reason", "closing", code=5).stderr
    assert "Nothing of it is left" in again
    assert cli("audit").exit_code == 0


def test_a_credit_limit_is_changed_with_a_reason(cli):
    words = ("account", "credit-limit", "north")
    assert "--reason" in cli(*words, "50", code=2).stderr
    said = cli(*words, "50", "--reason", "a good year", "--by", "grace").stdout
    assert said == "Account north may go $50.00 below zero.\n"
    assert cli.one("balance", "north")["credit_limit"]["minor"] == 5_000
    assert cli.one(*words, "50", "--reason", "again")["floor"] == -5_000
    assert "no amount of zero or more" in cli(*words, "--reason", "x", "--", "-5", code=4).stderr
    assert "say why" in cli(*words, "5", "--reason", " ", code=4).stderr
    said = cli(*words, "0", "--reason", "late payer").stdout
    assert "Nothing new" not in said  # nothing is owed
    assert cli("audit").exit_code == 0


def test_a_limit_below_what_is_owed_says_what_must_come_in(cli, leads_file):
    cli("account", "refund", "north", "--reason", "closing")
    cli("account", "credit-limit", "north", "100", "--reason", "trusted")
    cli("import", leads_file)
    owed = -posted(cli)
    assert owed > 0
    said = cli("account", "credit-limit", "north", "1", "--reason", "late").stdout
    assert f"Nothing new can be spent until ${owed / 100 - 1:.2f} came in." in said


def test_a_payment_that_is_disputed_keeps_no_other_from_going_back(cli):
    for key in ("p1", "p2"):
        made = cli.one("pay", "top-up", "north", "30", "--method", "pm_demo", "--id", key)
    told = {
        "id": "evt_1",
        "reference": made["payment"]["reference"],
        "news": "dispute",
        "dispute": "open",
        "subject": "dp_1",
        "amount": {"minor": 3_000, "currency": "USD"},
        "occurred_at": "2026-11-22T12:00:00Z",
    }
    cli("pay", "notice", "-", "--signature", "demo", given=json.dumps(told))
    said = cli("account", "refund", "north", "--reason", "closing", code=1).stdout
    assert "p1" in said
    assert "the payment is disputed" in said
    assert posted(cli) == 3_000


def test_money_moves_between_accounts_because_somebody_allowed_it(cli):
    asked = ("account", "transfer", "north", "south", "100", "--allowed-by", "grace")
    asked = (*asked, "--reason", "merged", "--key", "k")
    assert cli(*asked).stdout == (
        "Moved $100.00, allowed by grace: north holds $900.00, south holds $100.00.\n"
    )
    assert cli.one(*asked)["balances"]["south"]["minor"] == 10_000
    for name in ("north", "south"):
        line = cli.json("statement", name)[-1]
        assert (line["kind"], line["by"], line["reason"]) == ("transfer", "grace", "merged")
    assert (
        "at most what is unspent"
        in cli(*asked[:4], "5000", *asked[5:9], "--key", "other", code=4).stderr
    )
    assert "--allowed-by" in " ".join(cli(*asked[:5], "--reason", "x", code=2).stderr.split())


WATCH = ("--alert-below", "990", "--recharge-below", "980", "--recharge-by", "50")


def test_a_balance_is_watched_and_recharged_once(cli, leads_file):
    cli("user", "ada", "--admin", "--email", "ada@example.com")
    said = cli("account", "watch", "north", *WATCH, "--method", "pm_demo").stdout
    assert said == (
        "Watched of north: an alert below $990.00 and $50.00 from a saved method below $980.00.\n"
    )
    assert "is not below" in cli("account", "check", "north").stdout
    cli("import", leads_file)
    said = cli("account", "check", "north").stdout
    assert "north is low since line 2, with $975.00" in said
    assert "$50.00, succeeded" in said
    assert posted(cli) == 100_000
    assert cli.one("account", "check", "north") == {"low": None, "payment": None}
    kept = cli.one("account", "watch", "north", "--nothing")
    assert "watch" not in kept or kept["watch"] is None
    assert "nothing" in cli("account", "watch", "north", "--nothing").stdout


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("--nothing", "--alert-below", "5"),
        ("--recharge-below", "5"),
        ("--recharge-by", "5", "--method", "pm_demo"),
        ("--alert-below", "0"),
    ],
)
def test_a_watch_says_all_of_it(cli, given):
    assert "can't be read" in cli("account", "watch", "north", *given, code=4).stderr


def test_bonus_expires_once(cli, monkeypatch):
    here = desk(cli.database, None)
    tiers = FundingTiers(currency="USD", tiers=(FundingTier(100, 1_000),), bonus_hours=1)
    terms = type(here.seller.terms)(name="X", funding=FundingTerms(tiers=tiers))
    at = datetime.now(UTC)
    here.store.run(bo.SetSellerTerms(seller_id=here.seller.id, terms=terms, at=at))
    here.store.engine.dispose()
    cli("fund", "north", "20", "--key", "k")
    assert "nothing yet" in cli("account", "expire-bonus", "north").stdout
    later = at + timedelta(hours=2)
    monkeypatch.setattr("leadcore_cli.commands.account_money.now", lambda: later)
    (taken,) = cli.json("account", "expire-bonus", "north")
    assert (taken["bonus"], taken["amount"]["minor"]) == ("bonus/fund/5/north/k", 200)
    assert cli.json("account", "expire-bonus", "north") == []


def test_a_credit_limit_is_told(cli):
    cli("account", "west", "--credit-limit", "50")
    assert "credit limit $50.00" in cli("balance", "west").stdout
    assert cli.one("balance", "west")["credit_limit"]["minor"] == 5_000
    assert "credit" not in cli("balance", "north").stdout
