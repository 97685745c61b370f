"""Contact questions as JSON: complete, incomplete and wrong ones."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.door import answer
from leadcore.rulebooks import US

COMPLETE = {
    "channel": "text",
    "initiation": "autodialed",
    "purpose": "telemarketing",
    "seller": "s-1",
    "subject": "solar",
    "lead": {"tcpa": "yes", "zip": "10001"},
    "number": {
        "e164": "+12125550123",
        "line_type": "wireless",
        "zones": ["America/New_York"],
        "ported_to_wireless_on": None,
    },
    "states": ["NY"],
    "consent": {
        "level": "written",
        "invitation": True,
        "sellers": ["s-1"],
        "number": None,
        "at": "2026-11-01T12:00:00Z",
        "elements": {
            "signature": True,
            "number_in_agreement": True,
            "authorizes_seller": True,
            "disclosure_autodialer": True,
            "disclosure_not_condition": True,
        },
        "revoked_at": None,
        "revoked_by": None,
        "regranted_at": None,
    },
    "dnc": {"national": False, "scrubbed_on": "2026-11-10", "internal_since": None},
    "ebr": {"with": None, "inquiry_on": None, "purchase_on": None},
    "rnd": {"status": "no", "queried_on": "2026-11-10"},
    "personal_relationship": False,
    "history": [
        {"kind": "call", "at": "2026-11-02T15:00:00Z", "subject": "solar"},
        {"kind": "email", "at": "2026-11-03T15:00:00Z", "subject": "solar"},
    ],
    "email": {
        "opted_out_at": None,
        "physical_address": True,
        "optout_mechanism": True,
        "gateway_domain": False,
        "wireless_authorization": False,
    },
    "confirmation": {"contains_marketing": False, "already_sent": False},
    "declared_emergencies": [],
}
NOON = "2026-11-16T17:00:00Z"


def ask(facts: object, at: object = NOON, **more: object) -> dict:
    line = {"id": "q", "kind": "contact", "instant_utc": at, "facts": facts, **more}
    return answer(json.loads(json.dumps(line)))


def changed(path: str, value: object) -> dict:
    facts = copy.deepcopy(COMPLETE)
    *groups, last = path.split(".")
    inner = facts
    for group in groups:
        inner = inner[group]
    inner[last] = value
    return facts


def without(path: str) -> dict:
    facts = copy.deepcopy(COMPLETE)
    *groups, last = path.split(".")
    inner = facts
    for group in groups:
        inner = inner[group]
    del inner[last]
    return facts


class TestAnswers:
    def test_complete_facts_are_permitted(self) -> None:
        found = ask(COMPLETE)
        assert (found["answer"], found["rules"]) == ("permitted", [])
        assert found["rulebook"] == US.id
        assert found["at"] == found["next_permitted_at"] == NOON
        assert found["why_never"] is None
        assert found["findings"] == [
            {
                "rule": "H-TCPA-YES",
                "effect": "permit",
                "severity": "policy",
                "sentence": US.editions("H-TCPA-YES")[0].sentence,
                "citation": US.editions("H-TCPA-YES")[0].citation,
                "evidence": ["lead.tcpa"],
            }
        ]

    def test_a_denial_says_when_it_opens(self) -> None:
        found = ask(COMPLETE, "2026-11-17T02:30:00+00:00")
        assert (found["answer"], found["rules"]) == ("denied", ["F-QH"])
        assert found["next_permitted_at"] == "2026-11-17T13:00:00Z"

    def test_a_denial_that_never_opens_says_why(self) -> None:
        found = ask(changed("consent.revoked_at", "2026-11-16T16:00:00Z"))
        assert found["rules"] == ["F-REV-10"]
        assert found["next_permitted_at"] is None
        assert found["why_never"].startswith("Time alone")

    def test_the_profile(self) -> None:
        nine = "2026-11-17T02:00:00Z"
        assert ask(COMPLETE, nine)["answer"] == "denied"
        assert ask(COMPLETE, nine, profile="strict")["answer"] == "denied"
        assert ask(COMPLETE, nine, profile="literal")["answer"] == "permitted"

    def test_mail_needs_no_initiation(self) -> None:
        facts = without("initiation")
        facts["channel"] = "email"
        assert ask(facts)["answer"] == "permitted"


class TestLeftOut:
    @pytest.mark.parametrize(
        ("path", "rules"),
        [
            ("lead", ["H-TCPA-NO"]),
            ("lead.tcpa", ["H-TCPA-NO"]),
            ("number.zones", ["Z-UNKNOWN"]),
            ("consent", ["F-ATDS-1", "F-PEWC-2", "F-REV-10"]),
            ("consent.level", ["F-ATDS-1", "F-PEWC-2"]),
            ("consent.number", ["F-PEWC-2"]),
            ("consent.at", ["F-PEWC-2"]),
            ("consent.sellers", ["F-PEWC-2"]),
            ("consent.elements", ["F-PEWC-2"]),
            ("consent.elements.signature", ["F-PEWC-2"]),
            ("consent.revoked_at", ["F-REV-10"]),
            ("dnc", ["F-IDNC"]),
            ("dnc.internal_since", ["F-IDNC"]),
            ("rnd", ["F-RND"]),
            ("seller", ["F-PEWC-2"]),
            ("history", ["H-FIRST-TEXT"]),
            ("declared_emergencies", []),
        ],
    )
    def test_what_is_left_out_is_unknown(self, path: str, rules: list[str]) -> None:
        found = ask(without(path))
        assert found["rules"] == rules

    @pytest.mark.parametrize(
        "path", ["consent.at", "consent.number", "consent.revoked_at", "dnc.internal_since"]
    )
    def test_null_says_that_it_is_not_so(self, path: str) -> None:
        assert ask(changed(path, None))["answer"] == "permitted"

    def test_an_unknown_state_is_the_strictest(self) -> None:
        assert ask(without("states"), "2026-11-16T14:00:00Z")["rules"] == ["S-UNKNOWN-QH"]

    def test_an_emergency_not_known_of_is_one(self) -> None:
        facts = without("declared_emergencies")
        facts["consent"]["invitation"] = None
        facts["consent"]["level"] = "none"
        facts["channel"], facts["initiation"] = "call", "manual"
        assert ask(facts)["rules"] == ["S-NY-EMERGENCY"]


def paths(value: object, path: str = "") -> list[str]:
    if not isinstance(value, dict):
        return [path]
    inner = [each for key, more in value.items() for each in paths(more, f"{path}.{key}")]
    return [path, *inner] if path else inner


PATHS = [path[1:] for path in paths(COMPLETE)]
JUNK = st.one_of(
    st.sampled_from(
        ["", "x", "1900-01-01", "2199-12-31", "1900-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z"]
    ),
    st.sampled_from(
        [None, True, 0, -1, 1.5, [], {}, [None], [[]], ["NY"], ["UTC"], "+15555555555"]
    ),
    st.text(max_size=5),
)


class TestAnything:
    @given(
        st.dictionaries(st.sampled_from(PATHS), JUNK, max_size=4),
        st.sampled_from([NOON, "1900-01-01T00:00:00Z", "2199-12-31T23:59:59Z"]),
    )
    def test_is_answered_or_refused_with_paths(self, changes: dict[str, object], at: str) -> None:
        facts = copy.deepcopy(COMPLETE)
        for path, value in changes.items():
            *groups, last = path.split(".")
            inner = facts
            for group in groups:
                inner = inner[group] if isinstance(inner.get(group), dict) else {}
            inner[last] = copy.deepcopy(value)  # the drawn one may come again
        found = ask(facts, at)
        assert ("error" in found) != ("answer" in found)
        assert all(error["path"].startswith("facts") for error in found.get("error", ()))


class TestProblems:
    @pytest.mark.parametrize(
        ("path", "value", "where", "message"),
        [
            ("number.e164", "2125550123", "facts.number.e164", "must be a number in E.164 form"),
            ("number.e164", 5, "facts.number.e164", "must be a text, not a number"),
            ("number.zones", ["Mars"], "facts.number.zones[0]", "'Mars' is not an IANA time zone"),
            ("number.zones", "UTC", "facts.number.zones", "must be a list, not a text"),
            ("number.line_type", "satellite", "facts.number.line_type", "must be one of wireless"),
            ("states", ["New York"], "facts.states[0]", "must be a state's two capital letters"),
            ("states", [5], "facts.states[0]", "must be a text, not a number"),
            ("declared_emergencies", ["la"], "facts.declared_emergencies[0]", "must be a state's"),
            ("lead.zip", "1000", "facts.lead.zip", "must be a ZIP code of 5 or 9 digits"),
            ("lead.tcpa", True, "facts.lead.tcpa", "must be a text, not true or false"),
            ("lead", [], "facts.lead", "must be an object, not a list"),
            ("channel", "fax", "facts.channel", "must be one of call, text, email, not 'fax'"),
            ("channel", None, "facts.channel", "is missing"),
            ("initiation", None, "facts.initiation", "is missing"),
            ("purpose", None, "facts.purpose", "is missing"),
            ("consent.level", "oral", "facts.consent.level", "must be one of none, express"),
            ("consent.number", "12", "facts.consent.number", "must be a number in E.164 form"),
            ("consent.revoked_at", "now", "facts.consent.revoked_at", "must be an instant"),
            ("dnc.scrubbed_on", "16.11.2026", "facts.dnc.scrubbed_on", "must be a date written"),
            ("rnd.status", "maybe", "facts.rnd.status", "must be one of not_checked, no, yes"),
            ("history", [{}], "facts.history[0].kind", "is missing"),
            ("history", [5], "facts.history[0]", "must be an object, not a number"),
            ("history", [{"kind": "call", "at": "x"}], "facts.history[0].at", "must be an instant"),
        ],
    )
    def test_each_has_its_path(self, path: str, value: object, where: str, message: str) -> None:
        found = ask(changed(path, value))
        errors = {error["path"]: error["message"] for error in found["error"]}
        assert found["id"] == "q"
        assert errors[where].startswith(message)

    @pytest.mark.parametrize("at", [None, "2026-11-16T17:00:00", "yesterday", 5])
    def test_an_instant_is_needed(self, at: object) -> None:
        assert [error["path"] for error in ask(COMPLETE, at)["error"]] == ["instant_utc"]

    def test_the_profile_is_one_of_two(self) -> None:
        found = ask(COMPLETE, profile="lenient")
        assert found["error"] == [
            {"path": "profile", "message": "must be one of strict, literal, not 'lenient'"}
        ]

    def test_all_of_them_at_once(self) -> None:
        facts = changed("number.e164", "x")
        facts["states"] = ["x"]
        facts["history"] = [{"kind": "call"}]
        assert [error["path"] for error in ask(facts, None)["error"]] == [
            "instant_utc",
            "facts.number.e164",
            "facts.states[0]",
            "facts.history[0].at",
        ]
