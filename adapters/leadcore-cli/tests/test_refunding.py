"""Returns: asked for with a confirmation, decided, reversed, listed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore_cli.context import open_store

ASK = ("refund", "request", "grace@example.com", "--as", "ben", "--reason", "wrong_number")
WHY = ("--detail", "A bakery answers.")


def ask(cli, *more, **how):
    return cli(*ASK, *WHY, *more, **how)


def test_a_return_is_confirmed_before_it_is_asked_for(sold):
    done = ask(sold, given="n\n", code=1)
    assert "Grace Abara" in done.stderr
    assert "sends the person to somebody else" in done.stderr.replace("\n", " ")
    ask(sold, given="", code=1)
    assert sold.json("refund", "list") == []
    assert "requested." in ask(sold, given="y\n").stdout


def test_in_json_too_only_yes_skips_the_question(sold):
    assert ask(sold, "--json", given="", code=1).stdout == ""
    assert sold.one(*ASK, *WHY, "--yes")["status"] == "requested"


def test_a_return_is_verified_approved_reversed_reinstated(sold):
    ask(sold, "--yes")
    assert "under verification" in sold("refund", "verify", "grace@example.com").stdout
    approved = sold.one("refund", "approve", "grace@example.com", "--note", "so", "--by", "vera")
    assert (approved["status"], approved["decided_by"]) == ("approved", "vera")
    assert "available $975.00" in sold("balance", "north").stdout
    assert "there is no lead" in sold("lead", "grace@example.com", "--as", "ben", code=3).stderr
    reversed_ = sold.one("refund", "reverse", approved["id"], "--note", "a client after all")
    assert reversed_["status"] == "reversed"
    assert "available $950.00" in sold("balance", "north").stdout
    again = sold.one("refund", "reinstate", approved["id"], "--note", "an error")
    assert again["status"] == "approved"
    assert [line["kind"] for line in sold.json("statement", "north")] == [
        *("topup", "charge", "charge", "refund", "refund_reversal", "refund"),
    ]
    assert sold.one("audit") == {"differences": []}


def test_a_return_is_declined_and_asked_for_once(sold):
    ask(sold, "--yes")
    assert "declined." in sold("refund", "decline", "grace@example.com", "--note", "no").stdout
    refused = sold(*ASK, *WHY, "--yes", code=1).stderr
    assert refused.startswith("The rules say no:\n  RET-ONCE: ")
    told = sold.one(*ASK, *WHY, "--yes", code=1)
    assert told["error"][0]["path"] == "RET-ONCE"
    assert told["decision"]["verdict"] == "denied"
    assert (
        "is not possible"
        in sold("refund", "approve", "grace@example.com", "--note", "x", code=5).stderr
    )


@pytest.mark.parametrize(
    ("reason", "detail", "rule"),
    [("it_is_monday", "Sad.", "RET-REASON"), ("wrong_number", " ", "RET-DETAIL")],
)
def test_a_return_needs_a_reason_of_the_list_and_words(sold, reason, detail, rule):
    done = sold(
        *("refund", "request", "Grace", "--as", "ben", "--reason", reason, "--detail", detail),
        "--yes",
        code=1,
    )
    assert rule in done.stderr


def test_a_late_return_needs_an_exception_and_a_grant(cli, leads_file, days_ago):
    days_ago(6)
    cli("import", leads_file)
    assert "RET-LATE" in ask(cli, "--yes", code=1).stderr
    asked = cli.one(*ASK, *WHY, "--exception", "I was in hospital.", "--yes")
    assert asked["status"] == "exception_asked"
    assert "requested" in cli("refund", "grant", asked["id"], "--note", "shown").stdout
    assert "approved" in cli("refund", "approve", asked["id"], "--note", "so").stdout


def test_a_reversal_below_the_limit_is_forced_or_refused(sold):
    sold("order", "close", "ben-order", "--reason", "over")
    sold("order", "open", "ben", "--price", "975", "--quantity", "1", "--id", "dear")
    ask(sold, "--yes")
    sold("refund", "approve", "grace@example.com", "--note", "so")
    dear = "First Name,Phone,Practice Area\nHana,917-555-0144,family law\n"
    file = sold.database.removeprefix("sqlite:///").replace("leadcore.db", "dear.csv")
    with open(file, "w", encoding="utf-8") as written:  # noqa: PTH123 - a text path is at hand
        written.write(dear)
    assert "1 sold" in sold("import", file).stdout
    refused = sold("refund", "reverse", "grace@example.com", "--note", "x", code=1)
    assert refused.stderr.startswith("The rules say no:")
    forced = sold("refund", "reverse", "grace@example.com", "--note", "x", "--force")
    assert "reversed" in forced.stdout
    assert "available -$25.00" in sold("balance", "north").stdout


def test_what_is_not_there_is_not_found(sold):
    assert "no return of lead" in sold("refund", "verify", "Grace", code=3).stderr
    assert "no lead 'nobody'" in sold("refund", "verify", "nobody", code=3).stderr
    assert (
        "no user 'zoe'"
        in sold(
            *("refund", "request", "Grace", "--as", "zoe", "--reason", "spam", "--detail", "x"),
            code=3,
        ).stderr
    )
    assert (
        "no lead 'Grace'"
        in sold(
            *("refund", "request", "Grace", "--as", "dan", "--reason", "spam", "--detail", "x"),
            code=3,
        ).stderr
    )


def test_returns_are_listed_by_month_status_account(sold):
    ask(sold, "--yes")
    (asked,) = sold.json("refund", "list", "--status", "requested", "--account", "north")
    assert asked["reason"] == "wrong_number"
    assert sold.json("refund", "list", "--status", "approved") == []
    assert sold.json("refund", "list", "--account", "south") == []
    later = sold("refund", "list", "--since", "2100-01-01").stdout
    assert "nothing yet" in later
    assert "1 outside these dates are not shown" in later
    assert "no account" in sold("refund", "list", "--account", "west", code=3).stderr
    assert "does not match" in sold("refund", "list", "--since", "May", code=2).stderr
    assert asked["lead_id"] in sold("refund", "list").stdout


def test_reasons_are_those_of_the_matter(sold):
    codes = {reason["code"] for reason in sold.json("refund", "reasons")}
    of_grace = {reason["code"] for reason in sold.json("refund", "reasons", "Grace")}
    assert "debt_below_minimum" in codes
    assert "debt_below_minimum" not in of_grace
    assert "wrong_number" in sold("refund", "reasons").stdout


def test_the_queue_shows_what_is_due_and_at_hand(sold):
    assert "nothing yet" in sold("refund", "queue").stdout
    asked = ask(sold, "--document", "scan.pdf", "--yes", "--json").stdout
    assert '"documents": ["scan.pdf"]' in asked
    (waiting,) = sold.json("refund", "queue", "--account", "north")
    assert (waiting["overdue"], waiting["verify_by"]) == (False, "person")
    assert waiting["evidence"] == ["document scan.pdf"]
    assert "document scan.pdf" in sold("refund", "queue").stdout
    sold("refund", "decline", "grace@example.com", "--note", "no")
    assert sold.json("refund", "queue") == []


def test_a_list_says_what_its_limit_leaves_out(sold):
    ask(sold, "--yes")
    omar = ("refund", "request", "omar@example.com", "--as", "ben", "--reason", "spam")
    sold(*omar, "--detail", "x", "--yes")
    shown = sold("refund", "list", "--limit", "1").stdout
    assert "1 older ones are not shown; give --limit." in shown
    assert [each["reason"] for each in sold.json("refund", "list", "--reason", "spam")] == ["spam"]
    assert sold.json("refund", "list", "--by", "decided", "--since", "2020-01-01") == []
    sold("refund", "decline", "omar@example.com", "--note", "no")
    found = sold.json("refund", "list", "--by", "decided", "--until", "2100-01-01")
    assert [each["status"] for each in found] == ["declined"]
    assert "1 due later" not in sold("refund", "queue", "--limit", "1").stdout


def test_terms_are_set_from_a_file_and_shown(sold, tmp_path):
    before = sold("refund", "terms").stdout
    file = tmp_path / "terms.toml"
    file.write_text(
        'max_age = 96\n[[auto_approvals]]\nid = "wrong"\nreasons = ["wrong_number"]\n', "utf-8"
    )
    after = json.loads(sold("refund", "terms", file).stdout)
    assert json.loads(before) | {"max_age": 96} == {
        name: value for name, value in after.items() if name != "auto_approvals"
    }
    assert json.loads(sold("refund", "terms").stdout) == after
    told = ask(sold, "--yes").stdout
    assert "approved." in told
    assert "The rule wrong of the refund terms decided." in told
    assert "available $975.00" in sold("balance", "north").stdout


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.toml", "max_age = 'x'", "max_age: is a whole number"),
        ("t.toml", "maximum = 1", "has unknown fields: maximum"),
        ("t.toml", "max_age = ", "can't be read"),
        ("t.toml", "max_age = -1", "terms.refunds.max_age: a whole number"),
        ("t.toml", "clock = 2026-11-22", "clock: is one of"),
        ("t.json", '{"shares": [{"rate": 1, "reasons": ["x"]}]}', "terms.refunds.shares[0]"),
        ("t.json", "[]", "holds no object"),
        ("t.json", '{"max_age": NaN}', "NaN is no number"),
        ("t.json", b"\xff", "is no text in UTF-8"),
    ],
)
def test_terms_that_make_no_sense_are_told_by_path(cli, tmp_path, name, text, said):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = cli("refund", "terms", file, code=4)
    assert said in " ".join(done.stderr.split())


def test_staff_ask_for_the_account_and_are_named(sold):
    sold("account", "desk", "--name", "Desk")
    sold("user", "sam", "--account", "desk", "--name", "Sam")
    asking = ("refund", "request", "Grace", "--as", "sam", "--reason", "wrong_number", *WHY)
    assert "there is no lead" in sold(*asking, "--yes", code=3).stderr
    store = open_store(sold.database)
    seller = next(iter(store.sellers()))
    terms = replace(seller.terms, desk="desk")
    store.run(bo.SetSellerTerms(seller_id=seller.id, terms=terms, at=datetime.now(UTC)))
    store.engine.dispose()
    made = sold.one(*asking, "--yes")
    assert (made["requested_by"], made["staff_id"]) == ("ben", "sam")
    assert [each["id"] for each in sold.json("refund", "list", "--account", "north")] == [
        made["id"]
    ]
    assert sold.one("refund", "verify", "Grace")["id"] == made["id"]
    assert sold.one("refund", "decline", made["id"], "--note", "no")["status"] == "declined"
