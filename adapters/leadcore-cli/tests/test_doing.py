"""`leadcore deeds`, and on whose behalf the command acts."""

from datetime import UTC, datetime

import pytest

from leadcore_cli.acting import acting


def test_whatever_the_command_does_is_on_record(sold):
    found = sold.json("deeds", "--limit", "500")
    assert {each["actor_id"] for each in found} == {"staff"}
    assert {each["source"] for each in found} == {"cli"}
    kinds = {(each["did"], each["stream_kind"]) for each in found}
    assert kinds >= {
        ("SetSellerTerms", "seller"),
        ("KeepAccount.OpenAccount", "account"),
        ("KeepUser.AddUser", "user"),
        ("Fund", "transfer"),
        ("KeepOrder.OpenOrder", "order"),
        ("ReceiveLead", "lead"),
    }
    assert sold("audit")


def test_who_acts_is_said_by_option_or_environment(cli, monkeypatch):
    cli("--actor", "marie", "user", "ada", "--name", "Ada B. Reyes")
    monkeypatch.setenv("LEADCORE_ACTOR", "jo")
    cli("user", "ada", "--name", "Ada C. Reyes")
    assert [each["actor_id"] for each in cli.json("deeds", "--on", "user:ada")][:2] == [
        "jo",
        "marie",
    ]
    (one,) = cli.json("deeds", "--by", "marie")
    assert (one["did"], one["version"], one["account_id"]) == ("KeepUser.EditUser", 2, "north")
    assert "staff marie" in cli("deeds").stdout


@pytest.mark.parametrize("name", ["", "two\nlines", " "])
def test_whoever_acts_is_named_on_one_line(cli, name):
    assert "one line" in cli("--actor", name, "users", code=2).stderr


def test_deeds_are_listed_page_by_page(cli):
    every = cli.json("deeds")
    first = cli.json("deeds", "--limit", "3")
    told = cli("deeds", "--limit", "3", "--json").stderr
    rest = cli.json("deeds", "--after", told.split()[-1])
    assert first + rest == every
    assert cli.json("deeds", "--since", "2999-01-01") == []
    assert cli.json("deeds", "--until", "2000-01-01") == []
    assert {each["account_id"] for each in cli.json("deeds", "--account", "south")} == {"south"}
    assert cli("deeds", "--account", "none", code=3)


def test_the_store_is_the_same_but_for_what_it_runs():
    class Store:
        name = "store"

        def run_many(self, cases):
            return tuple(each.act for each in cases)

    numbers = iter("12")
    made = acting(Store(), "s", lambda: (next(numbers), datetime.now(UTC)))
    assert (made.name, made.plain.name) == ("store", "store")
    assert made.run_many(["a", "b"]) == ("1", "2")
