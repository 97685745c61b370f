"""The life of a request follows its table and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.refunds import life
from leadcore.refunds.life import (
    FALLEN,
    TRANSITIONS,
    ApproveRefund,
    Basis,
    DeclineRefund,
    ExceptionGranted,
    GrantException,
    RefundApproved,
    RefundRequested,
    RefundStatus,
    ReinstateRefund,
    ReverseRefund,
    StartVerification,
    decide,
    deed_of,
    denied_before,
    earlier_request,
    evolve,
    leads_to,
    verification_dates,
)
from leadcore.refunds.policy import DeniedBefore, EarlierRequest
from leadcore.refunds.terms import Deed, RefundTerms, Remedy
from leadcore.submissions import LeadKind
from leadcore.values import Money

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
ASKED = RefundRequested(
    refund_id="r1",
    seller_id="s",
    account_id="a",
    sale_id="sale",
    lead_id="l",
    lead_kind=LeadKind.WEB,
    amount=Money(2500, "USD"),
    reason="wrong_number",
    detail="asked",
    other_lead=None,
    requested_by="u",
    expected=verification_dates(RefundTerms(), AT),
    exception=None,
    at=AT,
)
STATE = evolve(None, ASKED)
WHO = {"by": "staff", "note": "because"}
COMMANDS = {
    "verify": StartVerification(by="staff"),
    "grant": GrantException(**WHO),
    "approve": ApproveRefund(**WHO, basis=Basis.PERSON_SAID),
    "decline": DeclineRefund(**WHO),
    "reverse": ReverseRefund(**WHO),
    "reinstate": ReinstateRefund(**WHO),
}
S = RefundStatus
ALLOWED = {
    ("grant", S.EXCEPTION_ASKED): S.REQUESTED,
    ("decline", S.EXCEPTION_ASKED): S.DECLINED,
    ("verify", S.REQUESTED): S.UNDER_VERIFICATION,
    ("approve", S.REQUESTED): S.APPROVED,
    ("decline", S.REQUESTED): S.DECLINED,
    ("approve", S.UNDER_VERIFICATION): S.APPROVED,
    ("decline", S.UNDER_VERIFICATION): S.DECLINED,
    ("reverse", S.APPROVED): S.REVERSED,
    ("reinstate", S.REVERSED): S.APPROVED,
}


@pytest.mark.parametrize("status", RefundStatus)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_every_state(name, status):
    state = replace(STATE, status=status)
    if (name, status) in ALLOWED:
        after = fold(evolve, state, decide(COMMANDS[name], state, AT))
        assert after.status is ALLOWED[name, status]
    else:
        with pytest.raises(WrongState, match=status.value):
            decide(COMMANDS[name], state, AT)


@pytest.mark.parametrize("status", RefundStatus)
@pytest.mark.parametrize("kind", TRANSITIONS)
def test_an_event_that_can_not_follow_is_refused(kind, status):
    made = {"by": "staff", "note": "n", "at": AT, "basis": Basis.RECORDS}
    names = {entry.name for entry in kind.__attrs_attrs__}
    event = kind(**{name: value for name, value in made.items() if name in names})
    if status in TRANSITIONS[kind][0]:
        assert evolve(replace(STATE, status=status), event).status is TRANSITIONS[kind][1]
    else:
        with pytest.raises(WrongState, match=status.value):
            evolve(replace(STATE, status=status), event)


def test_a_request_that_fell_is_no_return():
    assert {S.DECLINED, S.REVERSED} == FALLEN


def test_nothing_can_happen_before_the_request():
    with pytest.raises(WrongState, match="the refund is never requested"):
        evolve(None, ExceptionGranted(by="staff", note="storm", at=AT))


@given(st.lists(st.sampled_from(sorted(COMMANDS)), max_size=12))
def test_rounds_count_the_credits_and_never_run_back(names):
    state, credited = STATE, 0
    for name in names:
        if (name, state.status) in ALLOWED:
            credited += name in {"approve", "reinstate"}
            state = fold(evolve, state, decide(COMMANDS[name], state, AT))
        assert state.round == credited


def test_a_late_request_waits_for_a_person():
    late = evolve(None, replace(ASKED, exception="hurricane"))
    assert (STATE.status, late.status) == (S.REQUESTED, S.EXCEPTION_ASKED)


@pytest.mark.parametrize("basis", Basis)
def test_a_live_call_rests_on_its_recording_only(basis):
    call = replace(STATE, lead_kind=LeadKind.LIVE_CALL)
    command = replace(COMMANDS["approve"], basis=basis)
    if basis is Basis.RECORDING:
        assert isinstance(decide(command, call, AT)[0], RefundApproved)
    else:
        with pytest.raises(WrongState) as refused:
            decide(command, call, AT)
        said = "ApproveRefund is not possible: a live call's return rests on its recording only"
        assert str(refused.value) == said
    assert isinstance(decide(command, STATE, AT)[0], RefundApproved)


@pytest.mark.parametrize("name", ["grant", "approve", "decline", "reverse", "reinstate"])
def test_whoever_decides_says_why(name):
    status = next(status for command, status in ALLOWED if command == name)
    with pytest.raises(Malformed) as refused:
        decide(replace(COMMANDS[name], by=" ", note="  "), replace(STATE, status=status), AT)
    assert [(each.path, each.message) for each in refused.value.problems] == [
        ("by", "a person answers for it"),
        ("note", "say why, in a few words"),
    ]


def test_who_decided_when_and_why_is_kept():
    (event,) = decide(COMMANDS["decline"], STATE, AT + timedelta(days=1))
    after = evolve(STATE, event)
    assert (after.decided_by, after.note, after.decided_at) == (
        "staff",
        "because",
        AT + timedelta(days=1),
    )


def test_an_answer_is_due_in_two_to_five_business_days():
    dates = verification_dates(RefundTerms(), AT)
    # 2026-11-26 is Thanksgiving: 25, 27, 30, 1, 2.
    assert (dates.earliest, dates.latest) == (date(2026, 11, 27), date(2026, 12, 2))
    assert dates.crosses_month_end
    early = verification_dates(RefundTerms(), AT - timedelta(days=21))
    assert not early.crosses_month_end


def test_the_dates_count_from_the_local_day():
    late_evening = datetime(2026, 11, 25, 2, tzinfo=UTC)  # still the 24th in New York
    assert verification_dates(RefundTerms(), late_evening) == verification_dates(RefundTerms(), AT)


def test_earlier_requests_the_weightiest_counts():
    def of(*statuses):
        return earlier_request(tuple(replace(STATE, status=status) for status in statuses))

    assert of() is None
    assert of(S.DECLINED) is EarlierRequest.DENIED
    for status in (S.REQUESTED, S.UNDER_VERIFICATION, S.EXCEPTION_ASKED):
        assert of(S.DECLINED, status) is EarlierRequest.PENDING
    for status in (S.APPROVED, S.REVERSED):
        assert of(S.DECLINED, S.REQUESTED, status) is EarlierRequest.APPROVED


def test_the_table_names_every_event_but_the_first():
    events = set(life.RefundEvent.__args__) - {RefundRequested}
    assert set(TRANSITIONS) == events


@pytest.mark.parametrize(("name", "status"), ALLOWED)
def test_a_command_leads_where_the_table_says(name, status):
    after = fold(
        evolve,
        replace(STATE, status=status),
        decide(COMMANDS[name], replace(STATE, status=status), AT),
    )
    assert after.status is leads_to(COMMANDS[name]) is ALLOWED[name, status]


def test_a_year_later_is_another_month():
    terms = RefundTerms(verification_days=(1, 250))
    assert verification_dates(terms, AT).crosses_month_end
    assert not verification_dates(RefundTerms(verification_days=(1, 1)), AT).crosses_month_end


@pytest.mark.parametrize("name", COMMANDS)
def test_somebody_answers_for_every_command(name):
    status = next(status for command, status in ALLOWED if command == name)
    with pytest.raises(Malformed, match="by: a person answers for it"):
        decide(replace(COMMANDS[name], by=" "), replace(STATE, status=status), AT)


def test_a_grant_moves_the_dates_an_answer_is_expected_on():
    late = evolve(None, replace(ASKED, exception="hurricane"))
    dates = verification_dates(RefundTerms(), AT + timedelta(days=30))
    granted = ExceptionGranted(by="vera", note="storm", at=AT, expected=dates)
    assert evolve(late, granted).expected == dates
    assert evolve(late, replace(granted, expected=None)).expected == late.expected


def test_what_a_command_does_with_a_request():
    assert {name: deed_of(command) for name, command in COMMANDS.items()} == {
        "verify": None,
        **{each.value: each for each in Deed},
    }


def test_denied_requests_are_summed_up():
    declined = replace(STATE, status=RefundStatus.DECLINED, decided_at=AT)
    # Not every request outside the window asked for an exception: see `in_time`.
    later = replace(declined, id="r2", decided_at=AT + timedelta(hours=1), in_time=False)
    assert denied_before((STATE,)) is None
    approved = replace(STATE, status=RefundStatus.APPROVED, decided_at=AT)
    assert denied_before((approved, replace(declined, decided_at=None))) is None
    assert denied_before((declined, STATE, approved)) == DeniedBefore(times=1, at=AT, in_time=True)
    both = DeniedBefore(times=2, at=AT + timedelta(hours=1), in_time=False)
    assert denied_before((later, declined)) == both


def test_a_request_says_whether_it_lay_within_the_window():
    assert STATE.in_time
    assert not evolve(None, replace(ASKED, in_time=False)).in_time


def test_an_approval_says_what_it_gave_and_by_which_rule():
    promised = evolve(None, replace(ASKED, remedy=Remedy.REPLACEMENT, documents=("scan",)))
    assert (promised.promised, promised.remedy, promised.documents) == (
        Remedy.REPLACEMENT,
        None,
        ("scan",),
    )
    event = RefundApproved(
        by="rule small", note="n", basis=Basis.RECORDS, at=AT, remedy=Remedy.CREDIT, rule="small"
    )
    after = evolve(promised, event)
    assert (after.remedy, after.rule, after.round) == (Remedy.CREDIT, "small", 1)
