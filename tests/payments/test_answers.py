"""What is asked and told is a value that can't be nonsense, and holds no card number."""

from datetime import UTC, datetime

import pytest
from attrs import evolve as replace
from hypothesis import given

from leadcore import wire
from leadcore.errors import Malformed
from leadcore.payments import (
    Answer,
    ChargeAsk,
    DeclineReason,
    DisputeStatus,
    News,
    Notice,
    PaymentMethod,
    Progress,
    RepayAsk,
)
from leadcore.testing.processors import notices
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
USD = Money(500, "USD")
NUMBER = "4111111111111111"
ASK = ChargeAsk(payment_id="p", amount=USD, method=PaymentMethod(token="pm_1"), requested_at=AT)
BACK = RepayAsk(payment_id="p", repayment_id="r", amount=USD, reference="ch_1", requested_at=AT)
CHARGED = Notice(
    id="e", reference="ch_1", news=News.CHARGE, progress=Progress.SUCCEEDED, occurred_at=AT
)
DISPUTED = Notice(
    id="e",
    reference="ch_1",
    news=News.DISPUTE,
    subject="dp_1",
    dispute=DisputeStatus.OPEN,
    amount=USD,
    occurred_at=AT,
)


def test_ranks_go_up_in_the_order_of_things():
    assert [each.rank for each in Progress] == [0, 1, 2, 3, 4, 5]
    assert [each.rank for each in DisputeStatus] == [0, 1, 2]


def test_every_reason_is_told_in_a_sentence():
    sentences = {reason.sentence for reason in DeclineReason}
    assert len(sentences) == len(DeclineReason)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_keys_are_the_same_each_time_and_never_anothers():
    assert ASK.key == replace(ASK, reference="ch_1").key
    keys = {
        ASK.key,
        replace(ASK, payment_id="p2").key,
        BACK.key,
        replace(BACK, repayment_id="r2").key,
        replace(BACK, payment_id="p/r", repayment_id="x").key,
        replace(BACK, payment_id="p", repayment_id="r/x").key,
    }
    assert len(keys) == 6


@pytest.mark.parametrize("word", ["", "a b", "a\n", "é", "x" * 256, 7, NUMBER, f"p-{NUMBER}"])
def test_an_id_is_a_word_and_no_card_number(word):
    made = (
        lambda: replace(ASK, payment_id=word),
        lambda: replace(BACK, repayment_id=word),
        lambda: Answer(progress=Progress.SUCCEEDED, reference=word),
        lambda: Answer(progress=Progress.DECLINED, code=word),
        lambda: replace(CHARGED, id=word),
        lambda: replace(CHARGED, payment_id=word),
    )
    for make in made:
        with pytest.raises(Malformed) as malformed:
            make()
        assert NUMBER not in str(malformed.value)


@pytest.mark.parametrize("progress", [Progress.REQUESTED, Progress.LAPSED])
def test_a_processor_never_says_what_only_we_know(progress):
    with pytest.raises(Malformed, match="progress"):
        Answer(progress=progress)
    with pytest.raises(Malformed, match="progress"):
        replace(CHARGED, progress=progress)


@pytest.mark.parametrize(
    ("notice", "changes", "path"),
    [
        (CHARGED, {"progress": None}, "progress"),
        (CHARGED, {"progress": Progress.UNKNOWN}, "progress"),
        (CHARGED, {"dispute": DisputeStatus.WON}, "dispute"),
        (CHARGED, {"news": News.REPAYMENT}, "subject"),
        (DISPUTED, {"dispute": None}, "dispute"),
        (DISPUTED, {"progress": Progress.PENDING}, "progress"),
        (DISPUTED, {"amount": None}, "amount"),
        (DISPUTED, {"subject": None}, "subject"),
    ],
)
def test_a_notice_says_something(notice, changes, path):
    with pytest.raises(Malformed) as malformed:
        replace(notice, **changes)
    assert {problem.path for problem in malformed.value.problems} == {path}


@given(notices())
def test_a_notice_comes_back_equal(notice):
    assert wire.load(Notice, wire.dump(notice)) == notice
