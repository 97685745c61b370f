"""Sellers, accounts, users, money: made, changed, and refused with a reason."""

from __future__ import annotations

import pytest


def test_init_makes_the_database_and_the_seller(empty):
    done = empty("init", "--name", "Counsel Leads")
    assert done.stdout == "Ready: Counsel Leads (seller), times in America/New_York.\n"
    assert empty.one("audit") == {"differences": []}


def test_init_again_changes_only_what_is_said(empty):
    empty("init", "--name", "Counsel Leads", "--zone", "America/Denver")
    terms = empty.one("init", "--name", "Other")["terms"]
    assert (terms["name"], terms["zone"]) == ("Other", "America/Denver")
    assert empty.one("init", "--zone", "UTC")["terms"]["name"] == "Other"


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ((), "--name"),
        (("--name", " "), "terms.name"),
        (("--name", "X", "--zone", "Mars/Olympus"), "terms.zone"),
        (("--name", "X", "--zone", "../etc/passwd"), "terms.zone"),
        (("--name", "X", "--currency", "dollars"), "terms.currency"),
        (("--name", "X", "--seller", " "), "--seller"),
    ],
)
def test_init_refuses_what_makes_no_sense(empty, words, path):
    (problem,) = empty.one("init", *words, code=4)["error"]
    assert problem["path"] == path
    assert path in empty("init", *words, code=4).stderr


def test_the_currency_of_the_books_stays(empty):
    empty("init", "--name", "X")
    assert "books are in USD" in empty("init", "--currency", "EUR", code=4).stderr


def test_amounts_follow_the_currency(empty):
    empty("init", "--name", "X", "--currency", "JPY")
    empty("account", "tokyo")
    assert empty("fund", "tokyo", "1,205").stdout == "tokyo now holds 1,205 JPY.\n"
    assert "no decimal places" in empty("fund", "tokyo", "12.5", code=4).stderr


def test_several_sellers_are_told_apart(cli):
    cli("init", "--seller", "other", "--name", "Other")
    assert "name one: other, seller" in cli("accounts", code=4).stderr
    assert cli("accounts", "--seller", "other").stdout == "Accounts: nothing yet\n"
    assert len(cli.json("accounts", "--seller", "seller")) == 2
    assert "no account 'north'" in cli("balance", "north", "--seller", "other", code=3).stderr
    assert "no user 'ada'" in cli("leads", "--as", "ada", "--seller", "other", code=3).stderr


def test_an_account_is_stopped_and_activated(cli):
    assert "is stopped: unpaid" in cli("account", "south", "--stop", "unpaid").stdout
    assert cli.one("account", "south", "--activate")["status"] == "active"
    assert "is active." in cli("account", "south", "--activate").stdout


def test_an_account_with_a_credit_limit_may_go_below_zero(cli, leads_file):
    cli("order", "close", "ben-order", "--reason", "over")
    cli("account", "west", "--credit-limit", "25")
    cli("user", "wim", "--account", "west")
    cli("order", "open", "wim", "--price", "25", "--quantity", "unlimited")
    assert "1 sold, 1 waiting" in cli("import", leads_file).stdout
    assert "posted -$25.00" in cli("balance", "west").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("north",), 5, "an account with this id exists"),
        (("west", "--name", ""), 4, "an account has a name"),
        ((" ",), 4, "an account has an id"),
        (("west", "--credit-limit", "-1"), 4, "--credit-limit: '-1' is no amount"),
        (("west", "--credit-limit", "much"), 4, "'much' is no amount"),
        (("west", "--credit-limit", "9" * 40), 4, "is too large"),
        (("nowhere", "--stop", "x"), 5, "there is no such account"),
        (("north", "--stop", ""), 4, "say why"),
        (("north", "--stop", "x", "--activate"), 4, "not both"),
        (("north", "--activate", "--credit-limit", "5"), 4, "when an account is opened"),
    ],
)
def test_an_account_is_refused_with_a_reason(cli, words, code, said):
    assert said in cli("account", *words, code=code).stderr


def test_a_payment_under_the_same_key_is_booked_once(cli):
    assert (
        cli("fund", "north", "$1,000.00", "--key", "first").stdout == "north now holds $1,000.00.\n"
    )
    assert cli.one("fund", "north", "0.05")["balance"] == {"minor": 100_005, "currency": "USD"}
    assert "booked before" in cli("fund", "north", "5", "--key", "first", code=4).stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("north", "0"), 4, "is above zero"),
        (("north", "1.001"), 4, "at most 2 decimal places"),
        (("north", "ten"), 4, "'ten' is no amount"),
        (("north", "1e5"), 4, "is no amount"),
        (("north", "1_000"), 4, "is no amount"),
        (("north", "NaN"), 4, "is no amount"),
        (("north", "1" + "0" * 5000), 4, "is too large"),
        (("west", "5"), 3, "there is no account 'west'"),
        (("north", "-5"), 2, "No such option"),
        (("north",), 2, "Missing argument"),
    ],
)
def test_a_payment_is_refused_with_a_reason(cli, words, code, said):
    assert said in cli("fund", *words, code=code).stderr
    assert "available $1,000.00" in cli("balance", "north").stdout


def test_a_user_is_added_moved_edited_disabled(cli):
    assert cli("user", "eve", "--account", "north").stdout == "User eve (eve) of north: enabled.\n"
    changed = cli.one("user", "eve", "--name", "Eve", "--under", "ben", "--cell", "+12125550100")
    assert (changed["profile"]["name"], changed["parent_id"]) == ("Eve", "ben")
    taken_back = cli.one("user", "eve", "--cell", "", "--top", "--disable")
    assert "cell" not in taken_back["profile"]
    assert taken_back["parent_id"] is None
    assert taken_back["enabled"] is False


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("eve",), 4, "a new user is added to an account"),
        (("eve", "--account", "west"), 3, "no account 'west'"),
        (("eve", "--account", "north", "--under", "dan"), 4, "no user 'dan' in this account"),
        (("", "--account", "north"), 4, "a user has an id"),
        (("ada", "--under", "ben"), 5, "is not possible"),
        (("ada", "--under", "ben", "--top"), 4, "not both"),
        (("ada", "--account", "south"), 4, "ada is of north"),
        (("ada", "--name", ""), 4, "a user has a name"),
    ],
)
def test_a_user_is_refused_with_a_reason(cli, words, code, said):
    assert said in cli("user", *words, code=code).stderr


def test_users_are_shown_as_a_tree(cli):
    lines = cli("users", "--account", "north").stdout.splitlines()
    assert [line[:6].rstrip() for line in lines[2:]] == ["ada", "  ben", "  cleo"]
    assert [user["id"] for user in cli.json("users")] == ["ada", "ben", "cleo", "dan"]
    assert "no account 'west'" in cli("users", "--account", "west", code=3).stderr
