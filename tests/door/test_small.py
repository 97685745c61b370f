"""The small question kinds."""

from __future__ import annotations

import pytest

from leadcore.door import answer


def ask(kind: str, facts: object, **more: object) -> dict:
    return answer({"id": 1, "kind": kind, "facts": facts, **more})


DEADLINE = {
    "receipt_utc": "2026-03-03T04:59:00Z",
    "zone": "America/New_York",
    "business_days": 1,
    "calendar": "us-federal-observed",
}


class TestDeadline:
    def test_answer(self) -> None:
        assert ask("deadline", DEADLINE)["answer"] == "2026-03-03"
        later = {**DEADLINE, "receipt_utc": "2026-03-03T05:00:00Z"}
        assert ask("deadline", later)["answer"] == "2026-03-04"

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"zone": "Mars"}, "'Mars' is not an IANA time zone"),
            ({"zone": None}, "is missing"),
            ({"business_days": 0}, "must be from 1 to 10000, not 0"),
            ({"business_days": 10_001}, "must be from 1 to 10000, not 10001"),
            ({"business_days": True}, "must be a whole number, not true or false"),
            ({"calendar": "lunar"}, "must be one of us-federal-observed, not 'lunar'"),
            ({"calendar": None}, "is missing"),
            (
                {"receipt_utc": "2026-03-03"},
                "must be an instant in ISO 8601 with its offset, not '2026-03-03'",
            ),
        ],
    )
    def test_problems(self, changes: dict[str, object], message: str) -> None:
        (key,) = changes
        found = ask("deadline", {**DEADLINE, **changes})
        assert found["error"] == [{"path": f"facts.{key}", "message": message}]


class TestKeyword:
    def test_answers(self) -> None:
        assert ask("keyword", {"text": "opt-out"})["answer"] == "revoke"
        assert ask("keyword", {"text": ""})["answer"] == "none"
        assert ask("keyword", {"text": "help"})["help"] is True

    @pytest.mark.parametrize(
        ("text", "message"), [(None, "is missing"), (5, "must be a text, not a number")]
    )
    def test_problems(self, text: object, message: str) -> None:
        assert ask("keyword", {"text": text})["error"] == [
            {"path": "facts.text", "message": message}
        ]


class TestZones:
    def test_answers(self) -> None:
        found = ask("zones", {"e164": "+14482000123", "zip": "90001"})
        assert found["answer"] == ["America/Chicago", "America/Los_Angeles", "America/New_York"]
        assert found["states"] == ["CA", "FL"]
        assert found["rules"] == ["Z-UNION"]
        assert ask("zones", {"e164": "+14163640123", "zip": None})["rules"] == ["Z-UNKNOWN"]
        assert ask("zones", {})["answer"] == []

    def test_problems(self) -> None:
        found = ask("zones", {"e164": "911", "zip": "x"})
        assert [error["path"] for error in found["error"]] == ["facts.e164", "facts.zip"]


class TestRecordings:
    def test_recording(self) -> None:
        facts = {"caller_state": "FL", "called_state": "GA", "announced": False}
        found = ask("recording", facts)
        assert (found["answer"], found["rules"]) == ("denied", ["R-ALLPARTY"])
        assert found["findings"][0]["effect"] == "deny"
        assert ask("recording", {**facts, "announced": True})["answer"] == "permitted"
        assert ask("recording", facts, instant_utc="2026-01-01T00:00:00Z") == found
        assert ask("recording", {**facts, "announced": "no"})["error"][0]["path"] == (
            "facts.announced"
        )

    def test_sharing(self) -> None:
        facts = {"contains_sad": False, "contains_pan": False, "redacted": False, "reviewed": True}
        assert ask("share_recording", facts)["answer"] == "permitted"
        found = ask("share_recording", {**facts, "contains_pan": True})
        assert found["rules"] == ["R-PCI"]
        assert ask("share_recording", {})["rules"] == ["H-RECORDING-REVIEW"]
        problem = ask("share_recording", facts, instant_utc="x")
        assert [error["path"] for error in problem["error"]] == ["instant_utc"]
