"""Balances and statements, now and as of an instant, and the audit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def stamp(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_balance_now_and_then(cli, leads_file, days_ago):
    cli("import", leads_file)
    assert cli("balance", "north").stdout == (
        "north: posted $950.00, held $0.00, available $950.00\n"
    )
    before = stamp(datetime.now(UTC) - timedelta(days=365))
    assert cli.one("balance", "north", "--at", before)["posted"]["minor"] == 0
    later = "2100-01-01T00:00:00-05:00"
    assert cli.one("balance", "north", "--at", later)["available"]["minor"] == 95_000


def test_cash_and_bonus_are_told_apart(cli, leads_file):
    cli("init", "--tiers", "150:5,300:10")
    cli("fund", "north", "300", "--key", "second")
    cli("import", leads_file)
    assert cli("balance", "north").stdout == (
        "north: posted $1,280.00, held $0.00, available $1,280.00\n"
    )
    told = cli.one("balance", "north")
    assert (told["cash"]["minor"], told["bonus"]["minor"], told["owed"]["minor"]) == (128_000, 0, 0)
    lines = cli.json("statement", "north")
    assert [(line["kind"], line["cash"]["minor"], line["bonus"]["minor"]) for line in lines] == [
        ("topup", 100_000, 0),
        ("topup", 130_000, 0),
        ("promo_grant", 130_000, 3_000),
        ("charge", 130_000, 500),
        ("charge", 128_000, 0),
    ]
    last = [(part["lot"], part["amount"]["minor"]) for part in lines[-1]["parts"]]
    assert last == [("bonus/fund/5/north/second", -500), ("fund/5/north/first", -2_000)]
    shown = cli("statement", "north").stdout
    assert "bonus" in shown.splitlines()[1]
    before = lines[2]["at"]
    assert "bonus $30.00" in cli("balance", "north", "--at", before).stdout
    assert cli("audit").exit_code == 0


def test_tiers_are_set_kept_and_ended(cli):
    made = cli.one("init", "--tiers", "150:5,1000:12.50")
    assert made["terms"]["funding"]["tiers"]["tiers"] == [
        {"at_least": 15_000, "rate": 500},
        {"at_least": 100_000, "rate": 1_250},
    ]
    assert cli.one("init", "--name", "Other")["terms"]["funding"] == made["terms"]["funding"]
    assert "tiers" not in cli.one("init", "--tiers", "none")["terms"]["funding"]
    for wrong in ("150", "150:x", "a:5", "300:5,150:6"):
        assert "tiers" in cli("init", "--tiers", wrong, code=4).stderr


def test_an_instant_says_its_offset(cli):
    for wrong in ("yesterday", "2026-11-24", "2026-11-24T17:00:00", "0001-01-01T00:00:00+14:00"):
        said = " ".join(cli("balance", "north", "--at", wrong, code=2).stderr.split())
        assert "is no instant" in said


def test_every_line_of_a_statement_names_its_lead(sold):
    lines = sold.json("statement", "north")
    assert [
        (line["kind"], line["amount"]["minor"], line["balance"]["minor"]) for line in lines
    ] == [
        ("topup", 100_000, 100_000),
        ("charge", -2_500, 97_500),
        ("charge", -2_500, 95_000),
    ]
    assert {line["lead"] for line in lines[1:]} == {lead["id"] for lead in sold.json("leads")}
    assert sold.json("statement", "north", "--since", "2100-01-01") == []
    assert sold.json("statement", "north", "--until", "2020-01-01") == []
    assert "no account 'west'" in sold("statement", "west", code=3).stderr


def test_money_stands_right(sold):
    shown = sold("statement", "north").stdout.splitlines()
    ends = {line.index(".00", line.index("$")) for line in shown[2:]}
    assert len(ends) == 1
    assert "$950.00" in sold("accounts").stdout
    assert {each["account"]["id"] for each in sold.json("accounts")} == {"north", "south"}


def test_the_audit_tells_what_differs(sold, monkeypatch):
    assert "Everything adds up" in sold("audit").stdout
    monkeypatch.setattr(
        "leadcore_sqlalchemy.SqlStore.audit", lambda _: ("north: rows say 1, entries [2]",)
    )
    assert "entries [2]" in sold("audit", code=1).stdout
    assert sold.one("audit", code=1) == {"differences": ["north: rows say 1, entries [2]"]}
