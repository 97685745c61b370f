"""All that is due in one run: done once, told, and what can't be done keeps nothing else back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from leadcore import back_office as bo
from leadcore.balances import FundingTerms, FundingTier, FundingTiers
from leadcore_cli.context import desk


def did(cli, code=0):
    return [(row["did"], row["of"]) for row in cli.json("tick", code=code)]


def test_nothing_is_due_in_a_quiet_office(cli):
    assert cli("tick").stdout == "Due and done: nothing yet\n"


def test_it_renews_recharges_and_settles_once(cli, leads_file):
    cli("user", "ada", "--admin", "--email", "ada@example.com")
    cli("order", "edit", "ben-order", "--quantity", "2")
    cli("order", "renewal", "ben-order", "on_fill", "--charge", "pm_demo")
    watch = ("--alert-below", "990", "--recharge-below", "980", "--recharge-by", "40")
    cli("account", "watch", "north", *watch, "--method", "pm_demo")
    cli("import", leads_file)
    rows = cli.json("tick")
    assert [(row["did"], row["of"]) for row in rows[:3]] == [
        ("renewed", "ben-order"),
        ("is low", "north"),
        ("recharged", "north"),
    ]
    assert rows[0]["cycle"] == 2
    assert did(cli) == []  # what is low stays low, and was told
    assert {row["of"] for row in rows[3:]} == {rows[0]["payment"], rows[2]["payment"]}
    assert {row["did"] for row in rows[3:]} == {"settled"}
    assert cli.one("balance", "north")["posted"]["minor"] == 95_000 + 5_000 + 4_000
    assert did(cli) == []
    assert cli("audit").exit_code == 0


def test_a_renewal_whose_card_is_declined_is_told_once(cli, leads_file):
    """The cycle begins, the charge is asked for once, nothing comes in, and all of it is told."""
    cli("order", "edit", "ben-order", "--quantity", "2")
    words = ("--charge", "pm_demo_declined")
    cli("order", "renewal", "ben-order", "on_fill", *words)
    cli("import", leads_file)
    before = cli.one("balance", "north")["posted"]["minor"]
    rows = cli.json("tick")
    assert [(row["did"], row.get("status")) for row in rows] == [
        ("renewed", None),
        ("settled", "declined"),
    ]
    assert "declined" in rows[1]["outcome"]
    assert did(cli) == []  # nobody is charged again for this cycle
    assert cli.one("balance", "north")["posted"]["minor"] == before
    shown = cli.one("pay", "show", rows[0]["payment"])
    assert (shown["status"], shown["payment"]["reason"]) == ("declined", "refused")
    assert cli("audit").exit_code == 0


def test_a_method_no_processor_knows_keeps_nothing_else_back(cli, leads_file):
    cli("order", "edit", "ben-order", "--quantity", "2")
    cli("order", "renewal", "ben-order", "on_fill", "--charge", "pm_real")
    cli("pay", "top-up", "north", "5", "--method", "pm_demo_pending", "--id", "waits")
    cli("import", leads_file)
    assert did(cli, code=1) == [("renewed", "ben-order"), ("failed", "renewal/9/ben-order/2")]
    said = cli("tick", code=1).stdout
    assert "is a method of a real processor" in said


def test_a_delivery_and_a_bonus_that_are_past(cli, leads_file, tmp_path, monkeypatch):
    here = desk(cli.database, None)
    tiers = FundingTiers(currency="USD", tiers=(FundingTier(100, 1_000),), bonus_hours=1)
    terms = type(here.seller.terms)(name="X", funding=FundingTerms(tiers=tiers))
    at = datetime.now(UTC)
    here.store.run(bo.SetSellerTerms(seller_id=here.seller.id, terms=terms, at=at))
    here.store.engine.dispose()
    cli("fund", "north", "20", "--key", "k")
    ways = tmp_path / "ways.toml"
    ways.write_text("[[ways]]\nhold_minutes = 5\n", "utf-8")
    cli("ways", ways)
    cli("import", leads_file)
    later = at + timedelta(hours=2)
    monkeypatch.setattr("leadcore_cli.commands.ticking.now", lambda: later)
    found = did(cli)
    assert [what for what, _ in found] == ["delivery expired", "delivery expired", "bonus expired"]
    assert found[-1] == ("bonus expired", "north")


def test_tries_to_log_in_that_count_no_more_are_deleted(cli):
    here, days = desk(cli.database, None), timedelta(days=1)
    now = datetime.now(UTC)
    for number, at in enumerate((now - 3 * days, now - days)):
        wrong = bo.LogIn(
            seller_id=here.seller.id,
            name="nobody@example.com",
            checked=bo.Checked(encoded=None, matches=False),
            session_id="s",
            token="t",
            source=f"10.0.0.{number}",
            at=at,
        )
        here.store.run(wrong)
    here.store.engine.dispose()
    assert [(row["did"], row["of"], row["number"]) for row in cli.json("tick")] == [
        ("forgotten", "log-in tries", 1)
    ]
    assert did(cli) == []
    assert cli("audit").exit_code == 0
