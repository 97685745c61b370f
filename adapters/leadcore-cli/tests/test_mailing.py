"""E-mail about a lead from the command line: asked first, and never beyond the scope."""

from __future__ import annotations

import pytest

CARRIED = ("--postal-address", "--opt-out", "--no-carrier-address")


@pytest.fixture
def mail(tmp_path):
    file = tmp_path / "mail.txt"
    file.write_text("Dear Grace,\nwe are here.\n", "utf-8")
    return ("--subject", "Your request", "--body", file)


def test_the_person_is_emailed_and_the_attempt_logged(sold, mail):
    said = sold("email", "Grace Abara", "--as", "ben", *mail, *CARRIED).stdout
    assert "To grace@example.com: waits for delivery." in said
    (attempt,) = sold.one("lead", "Grace Abara")["lead"]["attempts"]
    assert (attempt["channel"], attempt["outcome"], attempt["by"]) == ("email", "sent", "ben")
    told = sold.one(
        "email",
        "Grace Abara",
        "--as",
        "ben",
        "--subject",
        "x",
        "--body",
        "-",
        *CARRIED,
        given="Hello",
    )
    assert (told["message"]["kind"], told["message"]["body"]) == ("to_person", "Hello")


def test_where_the_rules_say_no_nothing_is_sent(sold, mail):
    words = ("email", "Grace Abara", "--as", "ben", *mail, "--purpose", "telemarketing")
    told = sold.one(*words, "--no-opt-out", "--no-postal-address", code=1)
    assert told["decision"]["verdict"] == "denied"
    assert told["message"] is None
    assert "denied" in sold(*words, "--no-opt-out", code=1).stdout
    sold("email", "Grace Abara", "--as", "cleo", *mail, code=3)


def test_a_lead_is_forwarded_downwards_only(sold):
    sold("user", "cleo", "--email", "cleo@example.com")
    sold("user", "ada", "--email", "ada@example.com")
    said = sold("forward", "Grace Abara", "cleo", "--as", "ada", "--note", "please").stdout
    assert "goes to cleo@example.com" in said
    assert sold.one("forward", "Grace Abara", "cleo", "--as", "ada")["to"] == "cleo@example.com"
    assert "no user" in sold("forward", "Grace Abara", "ada", "--as", "ben", code=3).stderr
    assert "no user" in sold("forward", "Grace Abara", "dan", "--as", "ada", code=3).stderr
    notes = sold.one("lead", "Grace Abara")["lead"]["notes"]
    assert notes[0]["text"] == "Forwarded by e-mail to cleo by ada."
