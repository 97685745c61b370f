"""What contacts could cost: beside every answer, of a lead, of an account, of all accounts."""

from __future__ import annotations

import pytest

KNOWN = ("--scrubbed", "2026-11-24", "--not-listed", "--emergency", "none")
NIGHT = "2026-11-25T02:30:00Z"
LATER = "2040-11-01T00:00:00Z"


def cents(amount):
    assert amount["currency"] == "USD"
    return amount["minor"]


@pytest.fixture
def texted(sold):
    """Grace was texted by Ben, and nobody asked whether that is allowed."""
    sold("attempt", "Grace", "--channel", "text", "--outcome", "sent", "--as", "ben")
    return sold


def test_an_answer_says_what_the_contact_could_cost(sold):
    words = ("contact", "Grace", "--channel", "call", *KNOWN, "--at", NIGHT)
    answer = sold.one(*words, code=1)["exposure"]
    (owed,) = answer["liabilities"]
    assert (owed["remedy"], owed["rules"], owed["needs_second"]) == ("TCPA-C", ["F-QH"], True)
    assert (cents(answer["low"]), cents(answer["high"])) == (0, 1_500_00)
    said = sold(*words, code=1).stdout
    assert "\n  if disputed: $0.00 to $1,500.00 by 47 USC 227(c)(5) (F-QH; with a second" in said


def test_what_is_permitted_costs_nothing(sold):
    words = ("contact", "Grace", "--channel", "call", *KNOWN, "--at", "2026-11-24T17:00:00Z")
    assert "liabilities" not in sold.one(*words)["exposure"]
    assert "disputed" not in sold(*words).stdout


def test_a_contact_nobody_asked_about_counts_by_what_the_records_say(texted):
    found = texted.one("exposure", "Grace", "--initiation", "autodialed")
    assert (cents(found["low"]), cents(found["high"])) == (500_00, 1_500_00)
    (contact,) = found["exposure"]["contacts"]
    assert contact["channel"] == "text"
    assert "F-PEWC-2" in contact["exposure"]["liabilities"][0]["rules"]
    said = texted("exposure", "Grace", "--initiation", "autodialed").stdout
    assert "47 USC 227(b)(3)" in said
    assert "If all of it were disputed: $500.00 to $1,500.00\n" in said
    assert "No legal advice." in said


def test_a_logged_decision_says_how_it_was_made(sold):
    words = ("contact", "Grace", "--channel", "text", "--initiation", "autodialed")
    sold(*words, code=1)
    sold("attempt", "Grace", "--channel", "text", "--outcome", "sent", "--as", "ben")
    assert cents(sold.one("exposure", "Grace")["low"]) == 500_00


def test_what_is_too_old_is_only_counted(texted):
    found = texted.one("exposure", "Grace", "--initiation", "autodialed", "--at", LATER)
    assert (cents(found["high"]), found["exposure"]["barred"]) == (0, 1)
    said = texted("exposure", "Grace", "--initiation", "autodialed", "--at", LATER).stdout
    assert "1 more are too old to be sued for." in said


def test_accounts_and_their_leads_add_up(texted):
    words = ("exposure", "--initiation", "autodialed")
    found = {each["account"]: cents(each["low"]) for each in texted.json(*words)}
    assert found == {"north": 500_00, "south": 0}
    leads = texted.json(*words, "--account", "north")
    assert [cents(each["low"]) for each in leads] == [500_00]
    assert texted.json(*words, "--account", "south") == []
    said = texted(*words).stdout
    assert "north" in said
    assert "If all of it were disputed: $500.00 to $1,500.00\n" in said
    assert "Grace Abara" in texted(*words, "--account", "north").stdout
    assert "nothing yet" in texted(*words, "--account", "south").stdout


def test_who_may_not_see_the_lead_is_not_told(texted):
    assert "no lead 'Grace'" in texted("exposure", "Grace", "--as", "dan", code=3).stderr
    assert "account" in texted("exposure", "--account", "west", code=3).stderr
