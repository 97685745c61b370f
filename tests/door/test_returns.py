"""The question kind `return`."""

import pytest

from leadcore import door
from leadcore.door.reader import Reader
from leadcore.door.returns import answer_return

TERMS = {"clock": "elapsed_hours", "min_age_hours": 0, "max_age": 120, "zone": "America/New_York"}
FACTS = {
    "terms": TERMS,
    "lead_kind": "web",
    "sold_at": "2026-03-05T12:00:00Z",
    "requested_at": "2026-03-10T12:00:00Z",
    "reason": "wrong_number",
    "detail": "a bakery answers",
    "recording": None,
    "earlier_request": None,
    "exception": None,
    "attempt_days": [],
}


def ask(**changes):
    facts = {name: value for name, value in (FACTS | changes).items() if value is not ...}
    return door.answer({"id": 7, "kind": "return", "facts": facts})


def rules(**changes):
    return ask(**changes)["rules"]


def problems(**changes):
    return {problem["path"]: problem["message"] for problem in ask(**changes)["error"]}


def test_an_eligible_return_is_told_its_window():
    answer = ask()
    assert (answer["id"], answer["kind"], answer["answer"], answer["rules"]) == (
        7,
        "return",
        "eligible",
        [],
    )
    assert answer["opens_at"] == "2026-03-05T12:00:00Z"
    assert answer["closes_at"] == "2026-03-10T12:00:00Z"
    assert answer["findings"][0]["rule"] == "RET-WINDOW"


def test_a_late_one_is_refused_by_name():
    answer = ask(requested_at="2026-03-10T12:00:00.000001Z")
    assert (answer["answer"], answer["rules"]) == ("refused", ["RET-LATE"])
    assert answer["findings"][0]["sentence"]


def test_offsets_are_read_as_the_instants_they_are():
    assert rules(requested_at="2026-03-10T08:00:00-04:00") == []
    assert rules(requested_at="2026-03-10T08:00:01-04:00") == ["RET-LATE"]


@pytest.mark.parametrize(
    ("clock", "days", "closes"),
    [
        ("calendar_days", 5, "2026-03-11T03:59:59.999999Z"),
        ("business_days", 3, "2026-03-11T03:59:59.999999Z"),
    ],
)
def test_day_clocks(clock, days, closes):
    terms = TERMS | {"clock": clock, "max_age": days}
    assert ask(terms=terms)["closes_at"] == closes
    assert rules(terms=terms, requested_at="2026-03-11T04:00:00Z") == ["RET-LATE"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"reason": "not_interested"}, ["RET-REASON"]),
        ({"reason": None}, ["RET-REASON"]),
        ({"reason": ""}, ["RET-REASON"]),
        ({"detail": ""}, ["RET-DETAIL"]),
        ({"detail": ...}, ["RET-DETAIL"]),
        ({"reason": "past_sol"}, ["RET-REASON"]),
        ({"reason": "past_sol", "area": "personal injury"}, []),
        ({"reason": "duplicate"}, []),
        ({"lead_kind": "live_call"}, ["RET-RECORDING"]),
        ({"lead_kind": "live_call", "recording": "missing"}, ["RET-RECORDING"]),
        ({"lead_kind": "live_call", "recording": "present"}, []),
        ({"earlier_request": "pending"}, ["RET-ONCE"]),
        ({"earlier_request": "denied"}, ["RET-ONCE"]),
        ({"earlier_request": "denied", "terms": TERMS | {"resubmit": True}}, []),
        ({"earlier_request": "approved", "terms": TERMS | {"resubmit": True}}, ["RET-ONCE"]),
        ({"earlier_request": ...}, ["RET-ONCE"]),
        ({"requested_at": "2026-04-01T00:00:00Z", "exception": "granted"}, []),
        ({"requested_at": "2026-04-01T00:00:00Z", "exception": "asked"}, ["RET-LATE"]),
        ({"requested_at": "2026-03-05T11:59:59Z"}, ["RET-BEFORE-SALE"]),
        ({"terms": TERMS | {"min_age_hours": 121, "max_age": 200}}, ["RET-EARLY"]),
        (
            {
                "reason": "voicemail_full",
                "attempt_days": ["2026-03-05", "2026-03-06", "2026-03-07"],
            },
            ["RET-ATTEMPTS"],
        ),
        (
            {"reason": "voicemail_full", "attempt_days": ["2026-03-05"] * 4},
            ["RET-ATTEMPTS"],
        ),
        ({"reason": "voicemail_full", "attempt_days": [1, 2, 3, 4]}, []),
        ({"reason": "voicemail_full", "attempt_days": [1, 2, 3, 3]}, ["RET-ATTEMPTS"]),
    ],
)
def test_every_rule_through_the_door(changes, found):
    assert rules(**changes) == found


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"terms": None}, "facts.terms", "missing"),
        ({"terms": TERMS | {"clock": "weeks"}}, "facts.terms.clock", "elapsed_hours"),
        ({"terms": TERMS | {"clock": None}}, "facts.terms.clock", "missing"),
        ({"terms": TERMS | {"max_age": -1}}, "facts.terms.max_age", "from 0"),
        ({"terms": TERMS | {"max_age": True}}, "facts.terms.max_age", "whole number"),
        ({"terms": TERMS | {"min_age_hours": 10**9}}, "facts.terms.min_age_hours", "from 0"),
        ({"terms": TERMS | {"zone": "Mars"}}, "facts.terms.zone", "time zone"),
        (
            {"terms": {"clock": "calendar_days", "max_age": 5}},
            "facts.terms.zone",
            "missing",
        ),
        ({"lead_kind": "fax"}, "facts.lead_kind", "live_call"),
        ({"sold_at": ...}, "facts.sold_at", "missing"),
        ({"sold_at": "2026-03-05"}, "facts.sold_at", "offset"),
        ({"requested_at": "2026-03-05T12:00:00"}, "facts.requested_at", "zone"),
        ({"earlier_request": "perhaps"}, "facts.earlier_request", "one of"),
        ({"attempt_days": ["yesterday"]}, "facts.attempt_days[0].day", "YYYY-MM-DD"),
        ({"attempt_days": "four"}, "facts.attempt_days", "list"),
        ({"reason": 5}, "facts.reason", "text"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_path(changes, path, words):
    assert words in problems(**changes)[path]


def test_attempts_are_days_even_where_the_sale_is_unreadable():
    assert "facts.sold_at" in problems(sold_at="never", attempt_days=[1])


def test_the_handler_is_the_one_the_door_uses():
    assert door.HANDLERS["return"] is answer_return
    assert answer_return(Reader({"facts": FACTS}))["answer"] == "eligible"


# ------------------------------------------------------------------------ terms in full


def full(**more):
    return TERMS | more


RECORD = {
    "sale": {
        "id": "s1",
        "order_id": "o1",
        "price": {"minor": 2500, "currency": "USD"},
        "sold_at": "2026-03-05T12:00:00Z",
    },
    "amount": {"minor": 2500, "currency": "USD"},
}


def test_rates_and_limits_count_the_record():
    terms = full(rates=[{"rate": 5000}], limits=[{"most": 1, "per": "day"}])
    assert rules(terms=terms) == ["RET-RATE", "RET-LIMIT"]  # what is not known is not allowed
    assert rules(terms=terms, record=RECORD) == ["RET-RATE"]
    one = [{"rate": 10000, "over": "order", "rounding": "up"}]
    assert rules(terms=full(rates=one), record=RECORD) == []


def test_reasons_documents_and_shares_are_the_sellers():
    reason = {"code": "wrong_number", "label": "Wrong", "documents": 1}
    terms = full(reasons=[reason], shares=[{"rate": 2500}], remedy="replacement")
    assert rules(terms=terms) == ["RET-DOCUMENT"]
    answer = ask(terms=terms, documents=["scan.pdf"], price=RECORD["amount"])
    assert (answer["amount"], answer["remedy"], answer["approved_by_rule"]) == (
        {"minor": 625, "currency": "USD"},
        "replacement",
        None,
    )
    assert "amount" not in ask(terms=terms)


def test_the_rule_that_would_approve_is_named():
    auto = [{"id": "cheap", "at_most": {"minor": 2500, "currency": "EUR"}}, {"id": "any"}]
    price = {"minor": 2500, "currency": "EUR"}
    assert ask(terms=full(auto_approvals=auto), price=price)["approved_by_rule"] == "cheap"
    late = ask(terms=full(auto_approvals=auto), price=price, requested_at="2026-04-10T12:00:00Z")
    assert late["approved_by_rule"] is None


def test_another_lead_shows_something_where_it_is_said_to_be_the_same_persons():
    terms = full(auto_approvals=[{"id": "dup", "evidence": ["other_lead"]}])
    asked = {"terms": terms, "price": {"minor": 2500, "currency": "EUR"}, "other_lead": "l2"}
    for said, rule in ((None, None), (False, None), (True, "dup")):
        assert ask(**asked, same_person=said)["approved_by_rule"] == rule
    assert set(problems(**asked, same_person="yes")) == {"facts.same_person"}


def test_a_denied_request_made_again():
    terms = full(resubmit=True, resubmit_times=1, resubmit_hours=24)
    denied = {"times": 1, "at": "2026-03-10T11:00:00Z", "in_time": True}
    assert rules(terms=terms, earlier_request="denied", denied=denied) == []
    assert rules(terms=terms, earlier_request="denied") == ["RET-RESUBMIT"]
    later = {"requested_at": "2026-03-11T11:00:00Z", "earlier_request": "denied"}
    assert rules(terms=terms, denied=denied, **later) == []


def test_what_further_terms_hold_is_read_with_its_path():
    terms = full(rates=[{"rate": "all"}, {"over": "moon"}], remedy=None)
    assert set(problems(terms=terms)) == {
        "facts.terms.rates[0].rate",
        "facts.terms.rates[1].over",
        "facts.terms.rates[1].rate",
    }
    assert set(problems(terms=full(rates=[{"rate": 10001}]), record={"sale": 1})) == {
        "facts.terms.rates[0].rate",
        "facts.record.sale",
        "facts.record.amount",
    }
    assert set(problems(price={"minor": 1.5, "currency": "USD"})) == {"facts.price.minor"}
    assert set(problems(sold_at=None)) == {"facts.sold_at"}
