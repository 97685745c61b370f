"""A payment's life follows its tables; whatever the order of news, money is booked once."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.payments import (
    Answer,
    Asking,
    Books,
    DeclineReason,
    DisputeStatus,
    NotThere,
    PaymentMethod,
    PaymentStatus,
    Progress,
    Repay,
    Request,
    Settle,
    SettleRepayment,
    TakeNotice,
    decide,
    due,
    evolve,
    kernel,
    next_asking,
)
from leadcore.payments import events as happened
from leadcore.payments.life import DISPUTES, REPAYMENTS, TRANSITIONS
from leadcore.testing.processors import ProcessorDouble, Trouble
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
NUMBER = "4111111111111111"
P = Progress


def usd(minor):
    return Money(minor, "USD")


REQUEST = Request(
    payment_id="p",
    seller_id="s",
    account_id="a",
    amount=usd(1000),
    method=PaymentMethod(token="pm_1"),
    by="ann",
)
STATE = fold(evolve, None, decide(REQUEST, None, AT))
BOOKS = Books(cash="cash", prepaid="prepaid", revenue="revenue")
BACK = Repay(repayment_id="r", amount=usd(400), by="staff", reason="closing")


def after(state, *commands, at=AT):
    for command in commands:
        state = fold(evolve, state, decide(command, state, at))
    return state


def told(progress, **more):
    return Settle(answer=Answer(progress=progress, **more))


PAID = after(STATE, told(P.SUCCEEDED, reference="ch_1"))


# ---------------------------------------------------------------------------------------- tables


def made(kind, **more):
    given_ = {"repayment_id": "r", "dispute_id": "d", "amount": usd(5), "taken": usd(5)}
    given_ |= {"at": AT, "reason": DeclineReason.REFUSED} | more
    names = {entry.name for entry in kind.__attrs_attrs__}
    return kind(**{name: value for name, value in given_.items() if name in names})


@pytest.mark.parametrize("progress", Progress)
@pytest.mark.parametrize("kind", TRANSITIONS)
def test_the_table_of_charges_is_the_kernels(kind, progress):
    allowed, to = TRANSITIONS[kind]
    moves = kernel.charge_moves(progress.rank, to.rank) == kernel.Move.ADVANCES
    assert (progress in allowed) is moves
    state = replace(STATE, progress=progress)
    if moves:
        assert evolve(state, made(kind)).progress is to
    else:
        with pytest.raises(WrongState, match=progress.value):
            evolve(state, made(kind))


@pytest.mark.parametrize("progress", Progress)
@pytest.mark.parametrize("kind", REPAYMENTS)
def test_the_table_of_repayments_is_the_kernels(kind, progress):
    allowed, to = REPAYMENTS[kind]
    if progress is P.LAPSED:
        return_ = progress in allowed
        assert return_ is (to.rank > P.LAPSED.rank)
        return
    moves = kernel.repayment_moves(progress.rank, to.rank) == kernel.Move.ADVANCES
    assert (progress in allowed) is moves
    before = after(PAID, BACK, replace(BACK, repayment_id="other"))
    (mine, other) = before.repayments
    state = replace(before, repayments=(other, replace(mine, progress=progress)))
    if moves:
        moved = evolve(state, made(kind))
        assert [each.progress for each in moved.repayments] == [P.REQUESTED, to]
    else:
        with pytest.raises(WrongState, match="no repayment"):
            evolve(state, made(kind))


@pytest.mark.parametrize("status", [None, *DisputeStatus])
@pytest.mark.parametrize("kind", DISPUTES)
def test_the_table_of_disputes_is_the_kernels(kind, status):
    allowed, to = DISPUTES[kind]
    rank = -1 if status is None else status.rank
    moves = kernel.dispute_moves(rank, to.rank) == kernel.Move.ADVANCES
    assert (status in allowed) is moves
    state = evolve(PAID, made(happened.DisputeOpened, dispute_id="other"))
    if status is not None:
        first = {each: key for key, (_, each) in DISPUTES.items()}[status]
        state = evolve(state, made(first))
    if moves:
        found = evolve(state, made(kind)).dispute("d")
        assert found.status is to
        assert (found.decided_at is None) is (to is DisputeStatus.OPEN)
    else:
        with pytest.raises(WrongState, match="decided"):
            evolve(state, made(kind))


def test_nothing_happens_before_the_request():
    with pytest.raises(WrongState, match="no such payment"):
        decide(told(P.PENDING), None, AT)
    with pytest.raises(WrongState, match="never requested"):
        evolve(None, happened.PaymentUnknown(at=AT))
    again = made(happened.RepaymentRequested, by="x", reason="y")
    state = evolve(PAID, replace(again, reason="y"))
    with pytest.raises(WrongState, match="already"):
        evolve(state, again)


# --------------------------------------------------------------------------------------- request


def test_the_same_request_again_changes_nothing_and_another_is_refused():
    assert decide(REQUEST, PAID, AT + HOUR) == ()
    assert (STATE.status, PAID.status) == (PaymentStatus.REQUESTED, PaymentStatus.SUCCEEDED)
    with pytest.raises(Malformed, match="payment_id"):
        decide(replace(REQUEST, amount=usd(1001)), STATE, AT)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"amount": usd(0)}, "amount"),
        ({"amount": usd(-1)}, "amount"),
        ({"payment_id": NUMBER}, "payment_id"),
    ],
)
def test_a_request_makes_sense(change, path):
    with pytest.raises(Malformed, match=path) as malformed:
        decide(replace(REQUEST, **change), None, AT)
    assert NUMBER not in str(malformed.value)


# ---------------------------------------------------------------------------------------- asking


@pytest.mark.parametrize(
    ("progress", "age", "asking"),
    [
        (P.REQUESTED, 0 * HOUR, Asking.CHARGE),
        (P.UNKNOWN, 23 * HOUR - TICK, Asking.CHARGE),
        (P.UNKNOWN, 23 * HOUR, Asking.LOOK),
        (P.UNKNOWN, 25 * HOUR + TICK, Asking.LAST_LOOK),
        (P.PENDING, 0 * HOUR, Asking.LOOK),
        (P.PENDING, 99 * HOUR, Asking.LOOK),
        (P.SUCCEEDED, 0 * HOUR, None),
        (P.DECLINED, 0 * HOUR, None),
        (P.LAPSED, 0 * HOUR, None),
    ],
)
def test_what_to_ask_next(progress, age, asking):
    state = replace(STATE, progress=progress)
    assert next_asking(state, at=AT + age, keys_hours=24) is asking


def test_what_is_not_there_is_given_up_only_when_it_never_will_be():
    unknown = after(STATE, told(P.UNKNOWN))
    gone = Settle(answer=NotThere())
    assert decide(gone, unknown, AT + 25 * HOUR) == ()
    lapsed = after(unknown, gone, at=AT + 25 * HOUR + TICK)
    assert lapsed.status is PaymentStatus.LAPSED
    assert due(lapsed, BOOKS) == ()
    late = after(lapsed, told(P.SUCCEEDED, reference="ch_1"), at=AT + 30 * HOUR)
    assert late.status is PaymentStatus.SUCCEEDED
    assert len(due(late, BOOKS)) == 1


# ------------------------------------------------------------------------------------ repayments


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"amount": usd(0)}, "amount"),
        ({"amount": usd(1001)}, "amount"),
        ({"amount": Money(5, "EUR")}, "amount.currency"),
        ({"by": " "}, "by"),
        ({"reason": ""}, "reason"),
        ({"reason": f"onto {NUMBER}"}, "reason"),
        ({"repayment_id": ""}, "repayment_id"),
    ],
)
def test_a_repayment_makes_sense(change, path):
    with pytest.raises(Malformed) as malformed:
        decide(replace(BACK, **change), PAID, AT)
    assert {problem.path for problem in malformed.value.problems} == {path}
    assert NUMBER not in str(malformed.value)


def test_a_repayment_is_asked_for_in_time_and_once():
    last = AT + 2880 * HOUR
    assert len(decide(BACK, PAID, last)) == 1
    with pytest.raises(Malformed, match="2880 hours"):
        decide(BACK, PAID, last + TICK)
    state = after(PAID, BACK)
    assert decide(BACK, state, last + TICK) == ()
    with pytest.raises(Malformed, match="repayment_id"):
        decide(replace(BACK, amount=usd(1)), state, AT)
    with pytest.raises(Malformed, match=r"6\.00 USD"):
        decide(replace(BACK, repayment_id="r2", amount=usd(601)), state, AT)


def test_only_what_came_in_goes_back_and_not_while_it_is_disputed():
    with pytest.raises(WrongState, match="requested"):
        decide(BACK, STATE, AT)
    disputed = evolve(PAID, made(happened.DisputeOpened))
    with pytest.raises(WrongState, match="disputed"):
        decide(BACK, disputed, AT)
    with pytest.raises(WrongState, match="no repayment 'r'"):
        decide(SettleRepayment(repayment_id="r", answer=NotThere()), PAID, AT)


def test_a_repayment_that_is_not_there_comes_to_nothing_in_the_end():
    state = after(PAID, BACK)
    gone = SettleRepayment(repayment_id="r", answer=NotThere())
    assert decide(gone, state, AT + 25 * HOUR) == ()
    lapsed = after(state, gone, at=AT + 26 * HOUR)
    assert lapsed.repayments[0].progress is P.DECLINED
    assert (lapsed.left, [each.kind.value for each in due(lapsed, BOOKS)]) == (
        usd(1000),
        ["topup", "hold", "void"],
    )


def test_a_repayment_may_come_back():
    answer = Answer(progress=P.SUCCEEDED, reference="re_1")
    done = after(PAID, BACK, SettleRepayment(repayment_id="r", answer=answer))
    assert (done.status, done.left) == (PaymentStatus.PARTLY_REPAID, usd(600))
    back = SettleRepayment(repayment_id="r", answer=replace(answer, progress=P.DECLINED))
    returned = after(done, back, at=AT + HOUR)
    assert (returned.repayments[0].settled_at, returned.repayments[0].returned_at) == (
        AT,
        AT + HOUR,
    )
    assert returned.status is PaymentStatus.SUCCEEDED


def test_what_contradicts_is_kept_for_somebody_to_look_at():
    state = after(PAID, told(P.DECLINED))
    assert [each.words for each in state.contradictions] == [
        "the charge is declined, it was succeeded"
    ]
    assert after(state, told(P.DECLINED)) == state


# ------------------------------------------------------------------------------------ any order

TRUTHS = {
    "pm_good": 1,
    "pm_declined_refused": 0,
    "pm_pending_good": 1,
    "pm_pending_bad": 0,
}


class Desk:
    """A payment between a processor in trouble and whoever settles what it says."""

    def __init__(self, token, troubles, seed):
        self.double = ProcessorDouble(seed=seed, troubles=troubles)
        self.state = after(None, replace(REQUEST, method=PaymentMethod(token=token)))
        self.ends_badly = token == "pm_pending_bad"
        self.seed = seed
        self.answers = []
        self.credited = []

    def take(self, command):
        before = {each.id for each in due(self.state, BOOKS)}
        self.state = after(self.state, command)
        self.credited += [each for each in due(self.state, BOOKS) if each.id not in before]

    def ask(self, *, settle=True):
        asking = next_asking(self.state, at=AT, keys_hours=24)
        if asking is not None:
            ask = self.double.charge if asking is Asking.CHARGE else self.double.look
            self.answers.append(ask(self.state.ask))
            if settle:
                self.take(Settle(answer=self.answers[-1]))

    def lose(self):
        self.ask(settle=False)

    def late(self):
        for answer in self.answers[self.seed % 3 :: 2]:
            self.take(Settle(answer=answer))

    def notice(self):
        for notice in self.double.deliveries():
            self.take(TakeNotice(notice))

    def finish(self):
        self.double.finish("p", reason=DeclineReason.REFUSED if self.ends_badly else None)


def test_a_notice_is_taken_through_the_same_door():
    double = ProcessorDouble()
    double.charge(STATE.ask)
    state = after(STATE, TakeNotice(double.sent[0]))
    assert (state.progress, state.notices) == (P.SUCCEEDED, ("evt_1",))


@given(
    token=st.sampled_from(sorted(TRUTHS)),
    troubles=st.lists(st.sampled_from(Trouble), max_size=6),
    seed=st.integers(0, 1 << 16),
    turns=st.lists(st.sampled_from(("ask", "lose", "late", "notice", "finish")), max_size=20),
)
def test_whatever_comes_in_whatever_order_money_is_credited_just_once(token, troubles, seed, turns):
    desk = Desk(token, troubles, seed)
    for turn in turns:
        getattr(desk, turn)()
        assert len(desk.credited) <= TRUTHS[token]
    for turn in (*["ask"] * 8, "finish", "late", "notice", "ask", "late"):
        getattr(desk, turn)()
    assert [each.kind.value for each in desk.credited] == ["topup"] * TRUTHS[token]
    assert desk.double.made("p") == TRUTHS[token]
    assert desk.state.contradictions == ()
    assert desk.state.status in {PaymentStatus.SUCCEEDED, PaymentStatus.DECLINED}
