"""May this person be contacted: verdict, every rule, and the exit code."""

from __future__ import annotations

import pytest

KNOWN = ("--scrubbed", "2026-11-24", "--not-listed", "--emergency", "none")
NOON, NIGHT = "2026-11-24T17:00:00Z", "2026-11-25T02:30:00Z"


@pytest.fixture
def asked(sold, monkeypatch):
    """Ask about Grace."""

    def ask(*words, code=0):
        return sold.one("contact", "Grace", *words, code=code)

    ask.said = lambda *words, code=0: sold("contact", "Grace", *words, code=code)
    return ask


def test_a_call_at_noon_is_permitted_and_at_night_denied(asked):
    assert asked("--channel", "call", *KNOWN, "--at", NOON)["verdict"] == "permitted"
    denied = asked("--channel", "call", *KNOWN, "--at", NIGHT, code=1)
    assert denied["next_permitted_at"] == "2026-11-25T13:00:00Z"
    said = asked.said("--channel", "call", *KNOWN, "--at", NIGHT, code=1).stdout
    assert said.startswith("call, manual, telemarketing: denied\n")
    assert "\n  no  F-QH It is before" in said
    assert "\n  next permitted: 2026-11-25 13:00 UTC\n" in said


def test_a_warning_is_no_refusal(asked):
    assert asked("--channel", "text", *KNOWN, "--at", NOON)["verdict"] == "warn"
    assert "\n  but H-FIRST-TEXT" in asked.said("--channel", "text", *KNOWN, "--at", NOON).stdout


def test_what_nobody_looked_up_is_not_allowed(asked):
    said = asked.said("--channel", "call", "--at", NOON, code=1).stdout
    assert "F-DNC-SCRUB" in said
    assert "never: " in said


def test_an_emergency_and_a_listing_count(asked):
    listed = asked(
        *("--channel", "call", "--scrubbed", "2026-11-24", "--listed", "--emergency", "ny"),
        *("--at", NOON, "--initiation", "prerecorded", "--profile", "literal"),
        code=1,
    )
    assert listed["verdict"] == "denied"


def test_an_email_says_what_it_carries(asked):
    carried = ("--postal-address", "--opt-out", "--no-carrier-address", "--at", NOON)
    assert asked("--channel", "email", *KNOWN, *carried)["verdict"] != "denied"
    assert asked("--channel", "email", *KNOWN, "--at", NOON, code=1)["verdict"] == "denied"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Missing option"),
        (("--channel", "fax"), 2, "Invalid value"),
        (("--channel", "call", "--at", "noon"), 2, "is no instant"),
        (("--channel", "call", "--scrubbed", "today"), 2, "does not match"),
        (("--channel", "call", "--emergency", "Texas"), 4, "two letters of a state"),
        (("--channel", "call", "--as", "zoe"), 3, "no user 'zoe'"),
    ],
)
def test_a_wrong_question_is_refused(asked, words, code, said):
    told = asked.said(*words, code=code).stderr
    assert said in " ".join(told.replace("│", " ").split())
