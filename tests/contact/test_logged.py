"""What is logged of a contact decision names nobody, and gives the same decision again."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from leadcore import wire
from leadcore.back_office.contacting import LeadContact, assess_lead, contact_facts
from leadcore.consent import UNKNOWN
from leadcore.contact import Facts, Question, assess
from leadcore.contact.logged import (
    LoggedDecision,
    differences,
    fingerprint,
    log,
    mark_of,
    pseudonym,
    replay,
)
from leadcore.decisions import Decision, Effect, Finding, Severity, Verdict
from leadcore.errors import Malformed, WrongState
from leadcore.leads import Lead
from leadcore.rulebooks import US
from leadcore.testing.records import records
from tests.contact.people import (
    CALL,
    KNOWN,
    MONDAY_NOON,
    ROBOTEXT,
    SELLER,
    TEXT,
    ask,
    cases,
    local,
)

A_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?")
KEY = b"a secret of the keeper"
NAME, MAIL = "Anneliese Überschär", "anneliese@example.org"
LATE = local("2026-11-16 22:30")
OWN = US.forbid("H-OWN", "Nobody in area 212.", when=lambda case: "+1212" in case.facts.number.e164)
SOLAR = US.forbid("H-SOLAR", "No solar.", when=lambda case: case.question.subject == "solar")


@st.composite
def telling(draw: st.DrawFn) -> tuple[Question, Facts, Any]:
    """Draw a case whose texts hold what names the person: number, address, name."""
    question, facts, at = draw(cases())
    tail = draw(st.integers(2_000_000, 9_999_999))
    number = f"+1{draw(st.sampled_from((212, 305, 985)))}{tail}"
    numbers = {facts.number.e164: number, "+13055550100": f"+1305{tail - 1}"}
    spaced = f"{number[:5]} {number[5:8]}-{number[8:]}"
    words = st.sampled_from((SELLER, "solar", None, f"call {spaced}", f"ask {MAIL}"))
    own = facts.consent.number
    seller, subject = draw(words), draw(words)
    history = facts.history
    if history is not UNKNOWN:
        history = tuple(evolve(touch, subject=draw(words)) for touch in history)
    consent = evolve(
        facts.consent,
        number=numbers.get(own, own),
        sellers=[each for each in (seller, draw(words)) if each],
        revoked_by=f"email: stop it, {NAME}, {number}",
    )
    facts = evolve(
        facts,
        zip=draw(st.sampled_from((None, "10001", "37405-1234", "86503", "00000", "06390", NAME))),
        number=evolve(facts.number, e164=draw(st.sampled_from((number, number, None)))),
        consent=consent,
        relationship=evolve(facts.relationship, with_seller=draw(words)),
        history=history,
    )
    return evolve(question, seller=seller, subject=subject), facts, at


def written(logged: LoggedDecision) -> str:
    return json.dumps(wire.dump(logged), ensure_ascii=False, allow_nan=False)


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())


# -------------------------------------------------------------------------------------- the laws


@given(telling(), st.sampled_from((None, KEY)), st.booleans())
def test_a_logged_decision_gives_the_same_decision_again(case, key, ahead) -> None:
    question, facts, at = case
    decision = assess(question, facts, at=at, rules=US, ahead=ahead)
    logged = log(question, facts, decision, rules=US, key=key)
    again = wire.load(LoggedDecision, json.loads(written(logged)))
    assert again == logged
    assert replay(again, US) == decision
    assert differences(again, decision) == ()


@given(telling(), st.sampled_from((None, KEY)))
def test_nothing_that_names_the_person_is_logged(case, key) -> None:
    question, facts, at = case
    decision = assess(question, facts, at=at, rules=US, ahead=False)
    about = f"point of {facts.number.e164}, {MAIL}"
    text = written(log(question, facts, decision, rules=US, about=about, key=key))
    given_numbers = (facts.number.e164, facts.consent.number)
    for number in (digits(each) for each in given_numbers if isinstance(each, str)):
        assert number[-7:] not in digits_by_text(text)
    assert MAIL not in text
    assert "@" not in text
    for part in NAME.split():
        assert part.casefold() not in text.casefold()


def digits_by_text(text: str) -> list[str]:
    """Give the digits of every text in a written form, each on its own: a date is no number."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)
        elif not A_DATE.fullmatch(str(value)):
            found.append(digits(str(value)))

    walk(json.loads(text))
    return [run[at : at + 7] for run in found for at in range(max(1, len(run) - 6))]


@given(records(LoggedDecision))
def test_any_logged_decision_comes_back_equal(logged) -> None:
    assert wire.load(LoggedDecision, json.loads(written(logged))) == logged


# --------------------------------------------------------------------------------------- masking


def logged_of(facts: Facts, question: Question = TEXT, **more: Any) -> LoggedDecision:
    return log(question, facts, ask(question, facts), rules=US, **more)


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize(("number", "same"), [("+12125550123", True), ("+13055550100", False)])
def test_which_number_consent_was_given_for_stays_decidable(key, number, same) -> None:
    facts = evolve(KNOWN, consent=evolve(KNOWN.consent, number=number))
    masked = logged_of(facts, ROBOTEXT, key=key).facts
    assert (masked.consent.number == masked.number.e164) is same
    assert (ask(ROBOTEXT, facts).verdict is Verdict.DENIED) is not same


def test_a_number_goes_by_one_name_under_one_key() -> None:
    name = pseudonym("+12125550123", KEY)
    assert logged_of(KNOWN, key=KEY).facts.number.e164 == name
    assert name.startswith("hmac-sha256:")
    assert pseudonym("+12125550123", KEY + b"!") != name
    assert logged_of(KNOWN).facts.number.e164 == "the number asked about"
    with pytest.raises(ValueError, match="at least 16 bytes"):
        pseudonym("+12125550123", b"short")


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        (None, None),
        ("10027", "10000"),
        ("100271234", "10000"),
        ("00000", None),
        ("06390", "06390"),  # Fishers Island: New York by its five digits, Connecticut around it
        (NAME, None),
    ],
)
def test_a_zip_code_keeps_what_points_to_its_states(code, kept) -> None:
    assert logged_of(evolve(KNOWN, zip=code)).facts.zip == kept


def test_words_that_hold_the_number_or_an_address_are_masked_alike_everywhere() -> None:
    telling_words = "call 212 555-0123"
    question = evolve(TEXT, seller=telling_words, subject=MAIL)
    facts = evolve(
        KNOWN,
        consent=evolve(KNOWN.consent, sellers=[telling_words], revoked_by="sms:STOP"),
        relationship=evolve(KNOWN.relationship, with_seller=telling_words),
    )
    logged = logged_of(facts, question, about="lead-7")
    assert logged.about == "lead-7"
    assert (logged.question.seller, logged.question.subject) == ("masked 1", "masked 2")
    assert logged.facts.consent.sellers == frozenset({"masked 1"})
    assert logged.facts.relationship.with_seller == "masked 1"
    assert logged.facts.consent.revoked_by is None


def test_the_answer_is_kept_whole() -> None:
    decision = ask(CALL, KNOWN, LATE)
    logged = log(CALL, KNOWN, decision, rules=US)
    assert logged.verdict is Verdict.DENIED
    assert logged.next_permitted_at == decision.next_permitted_at == local("2026-11-17 08:00")
    assert [each.rule for each in logged.findings] == [each.rule for each in decision.findings]
    assert logged.determining == decision.rules
    assert {(each.effect, each.severity) for each in logged.findings} >= {
        (Effect.DENY, Severity.LEGAL),
        (Effect.PERMIT, Severity.POLICY),
    }


def test_only_the_rulebook_that_answered_can_be_named() -> None:
    with pytest.raises(WrongState, match=r"made by us-2026-11-21, not by us-2026-11-21\+H-SOLAR"):
        log(CALL, KNOWN, ask(CALL, KNOWN), rules=SOLAR)


# -------------------------------------------------------------------------------------- rulebooks


def test_a_fingerprint_sees_every_change_of_the_data() -> None:
    print_of = fingerprint(US)
    assert len(print_of) == 64
    changed = [
        evolve(US, rules=US.rules[::-1]),
        evolve(US, rules=US.rules[:-1]),
        evolve(US, as_of=US.as_of + timedelta(days=1)),
        US.close("RI", date(2026, 12, 24)),
        *(
            evolve(US, rules=(*US.rules[:index], change, *US.rules[index + 1 :]))
            for index, rule in list(enumerate(US.rules))[::11]
            for change in (
                evolve(rule, sentence=f"{rule.sentence}!"),
                evolve(rule, effective_until=date(2030, 1, 1)),
                evolve(rule, terms=None if rule.terms else US.editions("F-QH")[0].terms),
            )
        ),
    ]
    prints = [fingerprint(each) for each in changed]
    assert print_of not in prints
    assert len(set(prints)) == len(prints)


def test_the_name_is_no_part_of_the_fingerprint() -> None:
    assert fingerprint(evolve(US, id="ours")) == fingerprint(US)


def test_rules_of_the_users_own_are_named() -> None:
    assert mark_of(US).own_rules == ()
    assert mark_of(SOLAR).own_rules == ("H-SOLAR",)
    same_name = US.forbid("H-SOLAR", "No solar.", when=lambda _case: False)
    assert fingerprint(same_name) == fingerprint(SOLAR) != fingerprint(US)


def test_another_rulebook_is_refused_and_the_words_say_what_differs() -> None:
    logged = logged_of(KNOWN)
    liar = evolve(US, rules=US.rules[1:])
    with pytest.raises(WrongState, match=r"sha256: \w{64} was logged, this is \w{64}") as error:
        replay(logged, liar)
    assert "id:" not in str(error.value)
    with pytest.raises(WrongState, match="id: us-2026-11-21 was logged, this is ours; "):
        replay(logged, evolve(liar, id="ours"))
    with pytest.raises(WrongState, match="own_rules: "):
        replay(logged, SOLAR)


def test_under_another_rulebook_if_asked_for() -> None:
    decision = ask(CALL, KNOWN)
    logged = log(CALL, KNOWN, decision, rules=US)
    other = replay(logged, under=SOLAR)
    assert other.rules == ("H-SOLAR",)
    said = {each.part: (each.logged, each.now) for each in differences(logged, other)}
    assert said == {
        "verdict": ("permitted", "denied"),
        "next_permitted_at": ("2026-11-16T17:00:00Z", "none"),
        "why_never": ("none", other.why_never),
        "findings.H-SOLAR": ("silent", "deny (policy)"),
        "rulebook": ("us-2026-11-21", "us-2026-11-21+H-SOLAR"),
    }
    assert differences(logged, replay(logged, under=evolve(US, as_of=date(2027, 1, 1)))) == ()


def test_two_answers_of_one_rule_are_told_apart_from_one() -> None:
    one = ask(CALL, KNOWN)
    twice = evolve(one, findings=(*one.findings, *one.findings))
    found = differences(log(CALL, KNOWN, one, rules=US), twice)
    assert [each.part for each in found] == [f"findings.{each.rule}" for each in one.findings]
    assert {each.now for each in found} == {"permit (policy), permit (policy)"}


def test_one_rulebook_is_given_neither_none_nor_two() -> None:
    logged: Any = logged_of(KNOWN)
    for given_ones in ((), (US, US)):
        rules, under = given_ones or (None, None)
        with pytest.raises(TypeError, match="the rulebook that answered, or another one as under"):
            replay(logged, rules, under=under)


def test_a_rule_of_ones_own_may_read_what_is_kept() -> None:
    decision = ask(CALL, KNOWN, rules=SOLAR)
    logged = log(CALL, KNOWN, decision, rules=SOLAR)
    assert logged.replays
    assert replay(logged, SOLAR) == decision


def test_a_rule_of_ones_own_that_reads_the_number_can_not_be_replayed() -> None:
    decision = ask(CALL, KNOWN, rules=OWN)
    assert decision.rules == ("H-OWN",)
    logged = log(CALL, KNOWN, decision, rules=OWN)
    assert not logged.replays
    with pytest.raises(WrongState, match="read what was masked: H-OWN"):
        replay(logged, OWN)
    assert replay(logged, under=US).verdict is Verdict.PERMITTED
    strict = US.forbid("H-OWN", "Odd.", when=lambda case: int(case.facts.number.e164[1:]) % 2 == 1)
    assert not log(CALL, KNOWN, ask(CALL, KNOWN, rules=strict), rules=strict).replays


# ---------------------------------------------------------------------- what a use case adds to it


@settings(max_examples=25)
@given(records(Lead), cases())
def test_what_is_decided_about_a_lead_replays_too(lead, case) -> None:
    question, _, at = case
    asked = LeadContact(channel=question.channel, profile=question.profile)
    question = Question(
        channel=question.channel,
        seller=lead.sale.account_id if lead.sale else lead.seller_id,
        subject=lead.submission.vertical,
        profile=question.profile,
    )
    decision = assess_lead(lead, asked, at=at)
    logged = log(question, contact_facts(lead, asked, at=at), decision, rules=US)
    assert replay(logged, US) == decision


@pytest.mark.parametrize(
    ("effect", "at", "verdict"),
    [
        (Effect.DENY, MONDAY_NOON, Verdict.DENIED),
        (Effect.DENY, LATE, Verdict.DENIED),
        (Effect.WARN, MONDAY_NOON, Verdict.WARN),
        (Effect.WARN, LATE, Verdict.DENIED),
        (Effect.PERMIT, MONDAY_NOON, Verdict.PERMITTED),
    ],
)
def test_findings_that_a_use_case_added_are_kept_whole(effect, at, verdict) -> None:
    added = Finding(
        rule="H-NOT-HELD",
        effect=effect,
        severity=Severity.POLICY,
        sentence="It is nobody's.",
        citation="terms",
    )
    made = ask(CALL, KNOWN, at)
    denies = effect is Effect.DENY
    decision: Decision = evolve(
        made,
        verdict=verdict,
        findings=(*made.findings, added),
        next_permitted_at=None if denies else made.next_permitted_at,
        why_never=added.sentence if denies else None,
    )
    logged = log(CALL, KNOWN, decision, rules=US)
    assert logged.added == (added,)
    assert replay(wire.load(LoggedDecision, json.loads(written(logged))), US) == decision


def test_where_nothing_permits_the_engine_says_so_again() -> None:
    empty = evolve(US, rules=())
    decision = ask(CALL, KNOWN, rules=empty)
    logged = log(CALL, KNOWN, decision, rules=empty)
    assert (logged.determining, logged.added) == (("NO-BASIS",), ())
    assert replay(logged, empty) == decision


# ----------------------------------------------------------------------------------- written form


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("facts", "consent", "at"), "yesterday", r"\$\.facts\.consent\.at: is an instant"),
        (("facts", "history"), "none", r"\$\.facts\.history: is a list"),
        (("facts", "declared_emergencies"), None, r"\$\.facts\.declared_emergencies"),
        (("rulebook", "sha256"), None, r"\$\.rulebook\.sha256: is a text"),
        (("findings", 0, "effect"), "maybe", r"\$\.findings\[0\]\.effect: is one of permit"),
    ],
)
def test_what_is_not_exactly_right_is_refused_with_its_path(path, value, words) -> None:
    data = wire.dump(logged_of(KNOWN))
    inner = data
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    with pytest.raises(Malformed, match=words):
        wire.load(LoggedDecision, data)
