"""The seller's ways, why somebody got a lead, and deliveries before the sale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

WAYS = """
[[ways]]
verticals = ["solar"]
method = "waterfall"
tiers = ["price", "round_robin"]

[[ways]]
method = "price"
buyers = 2
buyer_days = 90
"""


@pytest.fixture
def two(cli):
    """The office with a second buyer."""
    cli("fund", "south", "1000")
    cli("order", "open", "dan", "--price", "20", "--quantity", "9", "--id", "dan-order")
    return cli


@pytest.fixture
def set_ways(two, tmp_path):
    def setting(text):
        file = tmp_path / "ways.toml"
        file.write_text(text, "utf-8")
        return two("ways", file).stdout

    return setting


def test_ways_are_shown_and_set_from_a_file(two, set_ways):
    assert "all others  weighted" in two("ways").stdout
    said = set_ways(WAYS)
    assert "solar" in said
    assert "waterfall (price, round_robin)" in said
    assert "price" in said.splitlines()[-1]
    (told,) = two.json("ways")
    assert [way["buyers"] for way in told["ways"]] == [1, 2]
    assert two.one("ways", "--plain") == {}
    assert "weighted" in two("ways").stdout


def test_ways_that_make_no_sense_are_told_with_their_place(two, tmp_path, set_ways):
    file = tmp_path / "ways.json"
    file.write_text('{"ways": [{"buyers": 0}]}', "utf-8")
    assert "terms.distribution.ways[0].buyers" in two("ways", file, code=4).stderr
    file.write_text('{"ways": [{"method": "lottery"}]}', "utf-8")
    assert "ways[0].method" in two("ways", file, code=4).stderr
    set_ways(WAYS)
    assert "either a file" in two("ways", file, "--plain", code=4).stderr


def test_why_says_it_in_words(two, set_ways, leads_file):
    set_ways('[[ways]]\nmethod = "price"')
    two("order", "open", "cleo", "--price", "30", "--quantity", "0", "--id", "full")
    two("import", leads_file)
    said = two("lead", "Grace", "--why").stdout
    lines = {
        line.split()[0]: line for line in said.splitlines() if "-order" in line or "full" in line
    }
    assert "It got the lead." in lines["ben-order"]
    assert "100 %" in lines["ben-order"]
    assert "An order at a higher price got it." in lines["dan-order"]
    assert "The order is filled." in lines["full"]
    told = {each["order"]: each for each in two.one("lead", "Grace", "--why")["why"]}
    assert (told["dan-order"]["reason"], told["dan-order"]["rank"]) == ("lower_price", 2)
    assert told["ben-order"]["owed_now"] == 0
    assert told["full"]["rank"] is None


def test_why_tells_a_buyer_of_itself_alone(two, set_ways, leads_file):
    set_ways("[[ways]]\nbuyers = 2")
    two("import", leads_file)
    shares = [lead for lead in two.json("leads") if "share_of" in lead]
    assert {lead["assigned_to"] for lead in two.json("leads")} == {"ben", "dan"}
    for lead in shares:
        whole = two.one("lead", lead["id"], "--why")["why"]
        assert {each["order"] for each in whole} == {"ben-order", "dan-order"}
        own = two.one("lead", lead["id"], "--as", lead["assigned_to"], "--why")["why"]
        assert {each["account"] for each in own} == {lead["sale"]["account_id"]}
        assert "owed_now" not in own[0]
        assert (
            "owed now" not in two("lead", lead["id"], "--as", lead["assigned_to"], "--why").stdout
        )


def test_a_lead_is_delivered_first(two, set_ways, leads_file, monkeypatch):
    set_ways('[[ways]]\nmethod = "price"\nhold_minutes = 30')
    assert "2 on the way to a buyer" in two("import", leads_file).stdout
    (grace,) = two.json("leads", "--text", "grace", "--status", "reserved")
    assert "reserved for  north until" in two("lead", grace["id"]).stdout
    assert "reserved for south until" in two("delivery", "fail", "Grace", "--why", "503").stdout
    said = two("lead", grace["id"], "--why").stdout
    assert "to north: 503" in said
    assert "The lead could not be delivered to it." in said
    assert two.one("delivery", "confirm", "Grace")["status"] == "sold"
    assert "the lead is sold" in two("delivery", "confirm", "Grace", code=5).stderr
    assert two("delivery", "expire").stdout == ""
    late = datetime.now(UTC) + timedelta(minutes=31)
    monkeypatch.setattr("leadcore_cli.commands.distributing.now", lambda: late)
    assert "reserved for south" in two("delivery", "expire").stdout
    assert two("delivery", "expire").stdout == ""
    assert "reserved until" not in two("delivery", "confirm", "Omar").stdout


def test_a_lead_nobody_is_left_for_waits(cli, leads_file, tmp_path):
    file = tmp_path / "ways.json"
    file.write_text('{"ways": [{"hold_minutes": 5}]}', "utf-8")
    cli("ways", file)
    cli("import", leads_file)
    said = cli("delivery", "fail", "Grace", "--why", "no answer").stdout
    assert "is waiting for a buyer" in said
    assert "sold to north" in cli("delivery", "confirm", "Omar").stdout
