"""Auctions by hand: who is asked, bids, the close, the post; and who is told of whose bid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

WAYS = """
[[ways]]
method = "auction"

[ways.bidding]
minimum = {minor = 1000, currency = "USD"}
collect_ms = 600000
bidder_ms = 600000
post_ms = 600000
"""


@pytest.fixture
def held(cli, leads_file, tmp_path):
    """An auction of Grace's and Omar's leads between two orders."""
    cli("fund", "south", "1000")
    cli("order", "open", "dan", "--price", "20", "--quantity", "9", "--id", "dan-order")
    file = tmp_path / "ways.toml"
    file.write_text(WAYS, "utf-8")
    assert "within 600 s" in cli("ways", file).stdout
    assert "2 up for auction" in cli("import", leads_file).stdout
    return cli


def test_the_highest_bid_pays_its_bid(held):
    said = held("auction", "show", "Grace").stdout
    assert "open until" in said
    assert "has not answered" in said
    assert "grace" not in said.casefold().split("told:")[1]
    assert "bids $17.50" in held("auction", "bid", "Grace", "ben-order", "17.50").stdout
    assert "below minimum" in held("auction", "bid", "Grace", "dan-order", "9", code=1).stdout
    said = held("auction", "show", "Grace").stdout
    assert "does not count: below minimum" in said
    assert "$17.50" in said
    assert "bids are collected" in held("auction", "close", "Grace", code=5).stderr
    assert held("auction", "close").stdout == ""
    held("auction", "bid", "Grace", "dan-order", "12")
    assert "reserved for north" in held("auction", "close").stdout
    said = held("lead", "Grace", "--why").stdout
    assert "Another order bid more" in said
    assert "$12.00" in said
    assert "price changed" in held("auction", "post", "Grace", "--price", "17", code=1).stdout
    assert held.one("auction", "post", "Grace", "--token", "x", code=1)["refused"] == (
        "unknown_token"
    )
    assert "sold to north" in held("auction", "post", "Grace").stdout
    assert "sold to north" in held("auction", "post", "Grace").stdout
    assert held.one("auction", "post", "Grace", "--key", "2", code=1)["refused"] == "duplicate"
    assert held.one("balance", "north")["posted"]["minor"] == 100_000 - 1_750


def test_an_auction_nobody_bids_in(held, monkeypatch):
    said = held("auction", "decline", "Grace", "ben-order", "--why", "not today").stdout
    assert "up for auction" in said
    assert "declined to bid" in held("auction", "show", "Grace").stdout
    assert held.one("auction", "bid", "Grace", "dan-order", "1", code=1)["refused"]
    assert held.one("auction", "bid", "Omar", "dan-order", "15")["refused"] is None
    late = datetime.now(UTC) + timedelta(minutes=11)
    monkeypatch.setattr("leadcore_cli.commands.auctioning.now", lambda: late)
    told = {lead["id"]: lead["status"] for lead in held.json("auction", "close")}
    assert sorted(told.values()) == ["reserved", "unsold"]
    assert "closed" in held("auction", "show", "Grace").stdout
    assert held.one("auction", "show", "Omar")["auction"]["ranking"][0]["bidder"] == "dan-order"
    assert held.one("auction", "post", "Grace", code=1)["refused"] == "no_offer"


def test_an_account_is_told_of_its_own_bid_alone(held):
    held("auction", "bid", "Grace", "ben-order", "17.50")
    held("auction", "bid", "Grace", "dan-order", "12")
    held("auction", "close", "Grace")
    held("auction", "post", "Grace")
    for told in (held.one("lead", "Grace", "--as", "ben"), *held.json("leads", "--as", "ben")):
        assert "dan-order" not in str(told)
    assert "dan-order" in str(held.one("lead", "Grace"))
    assert "bid placed" in held("lead", "Grace").stdout
    assert "bid placed" not in held("lead", "Grace", "--as", "ben").stdout


def test_a_lead_that_is_not_auctioned_has_no_auction(cli, leads_file):
    cli("import", leads_file)
    assert "never auctioned" in cli("auction", "show", "Grace", code=5).stderr
