"""Looking at leads: details, history, and never up, sideways or across accounts."""

from __future__ import annotations

import json

import pytest


def names(leads):
    return {lead["submission"]["name"]["first"] for lead in leads}


def test_a_lead_is_shown_whole(sold):
    said = sold("lead", "Grace Abara").stdout
    for words in (
        "+18135550141",
        "north for $25.00",
        "assigned to  ben",
        "return until",
        "History",
    ):
        assert words in said
    assert "A live call by hand, now: denied" in said
    assert "say it with `leadcore contact`" in said
    told = sold.one("lead", "Grace Abara")
    assert told["lead"]["status"] == "sold"
    assert told["call_now"]["verdict"] == "denied"
    assert [event["event"] for event in told["history"]] == ["LeadReceived", "LeadSold"]


@pytest.mark.parametrize("words", ["Grace Abara", "grace@example.com", "8135550141"])
def test_a_lead_may_be_named_by_what_only_it_has(sold, words):
    assert sold.one("lead", words)["lead"]["submission"]["name"]["first"] == "Grace"


def test_words_that_fit_several_or_none_are_refused(sold):
    assert "fits several" in sold("lead", "example.com", code=4).stderr
    assert "there is no lead 'Zoe'" in sold("lead", "Zoe", code=3).stderr
    assert sold.one("lead", "Zoe", code=3)["error"][0]["message"] == "there is no lead 'Zoe'"


def test_who_stands_above_sees_who_is_below(sold):
    assert names(sold.json("leads", "--as", "ada")) == {"Grace", "Omar"}
    assert names(sold.json("leads", "--as", "ben")) == {"Grace", "Omar"}


@pytest.mark.parametrize("viewer", ["cleo", "dan"])
def test_nobody_sees_sideways_or_across(sold, viewer):
    key = sold.json("leads")[0]["id"]
    assert sold.json("leads", "--as", viewer) == []
    for words in (key, "Grace Abara"):
        for command in (
            ("lead", words, "--as", viewer),
            ("contact", words, "--channel", "call", "--as", viewer),
            ("assign", words, viewer, "--as", viewer),
            ("refund", "request", words, "--as", viewer, "--reason", "spam", "--detail", "x"),
        ):
            assert f"there is no lead {words!r}" in sold(*command, code=3).stderr


def test_nobody_sees_upward(sold):
    sold("assign", "Grace", "ada", "--as", "ada")
    assert names(sold.json("leads", "--as", "ben")) == {"Omar"}
    assert "no lead" in sold("lead", "Grace", "--as", "ben", code=3).stderr


def test_who_is_disabled_sees_nothing(sold):
    sold("user", "ada", "--disable")
    assert sold.json("leads", "--as", "ada") == []
    assert "no lead" in sold("lead", "Grace Abara", "--as", "ada", code=3).stderr


def test_who_else_wanted_the_lead_is_the_sellers_business(cli, leads_file):
    cli("fund", "south", "100")
    cli("order", "open", "dan", "--price", "25", "--quantity", "9", "--id", "secret-order")
    cli("import", leads_file)
    for lead in cli.json("leads"):
        owner = lead["assigned_to"]
        for words in (("--json",), ("--why",)):
            seen = cli("lead", lead["id"], "--as", owner, *words).stdout
            assert ("secret-order" in seen) == (owner == "dan"), words
        assert "secret-order" in cli("lead", lead["id"], "--why").stdout


def test_a_lead_is_given_to_somebody_else_of_the_account(sold):
    assert "is cleo's now" in sold("assign", "Grace", "cleo", "--as", "ada").stdout
    assert sold.one("assign", "Grace", "ben", "--as", "ada")["assigned_to"] == "ben"
    assert (
        "no such user in this account"
        in sold("assign", "Grace", "dan", "--as", "ada", code=4).stderr
    )
    assert "there is no user 'zoe'" in sold("assign", "Grace", "ben", "--as", "zoe", code=3).stderr


def test_leads_are_listed_by_what_is_asked(sold):
    (refused,) = [lead for lead in sold.json("leads") if "Omar" in str(lead)]
    assert sold.json("leads", "--status", "refunded") == []
    assert len(sold.json("leads", "--status", "sold", "--status", "unsold", "--kind", "web")) == 2
    assert names(sold.json("leads", "--text", "omar@")) == {"Omar"}
    first, second = (lead["id"] for lead in sold.json("leads", "--sort", "sold"))
    *_, cursor = sold("leads", "--limit", "1").stdout.split("More with --after ")
    told = sold("leads", "--limit", "1", "--json")
    assert told.stderr.strip() == f"More with --after {cursor.strip()}"
    assert json.loads(told.stdout)["id"] == first
    assert [lead["id"] for lead in sold.json("leads", "--after", cursor.strip())] == [second]
    assert "--after: is none that" in sold("leads", "--after", first, code=4).stderr
    other = sold("leads", "--sort", "sold", "--after", cursor.strip(), code=4)
    assert "asked for differently" in other.stderr
    assert sold.json("leads", "--since", "2100-01-01") == []
    assert sold.json("leads", "--until", "2020-01-01") == []
    assert refused["status"] == "sold"


@pytest.mark.parametrize(
    "words",
    [("--status", "lost"), ("--kind", "fax"), ("--limit", "0"), ("--since", "May"), ("--bogus",)],
)
def test_a_wrong_command_line_ends_with_2(sold, words):
    assert "Error" in sold("leads", *words, code=2).stderr


def test_messages_wait_for_delivery(sold):
    kinds = {message["kind"] for message in sold.json("outbox")}
    assert kinds == {"confirmation"}
    assert "grace@example.com" in sold("outbox").stdout
    assert len(sold.json("outbox", "--limit", "1")) == 1
