from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pendulum
import pytest
from attrs import evolve as replace
from attrs import fields
from hypothesis import example, given
from hypothesis import strategies as st

from leadcore.balances import Transfer, TransferKind, batch_digest
from leadcore.balances.kernel import Mode
from leadcore.balances.transfers import RESOLVING, mode_of
from leadcore.errors import Malformed
from leadcore.values import Money, OrderId, RefundId, SaleId, micros, of_micros

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def transfer(**changes) -> Transfer:
    given = {
        "id": "t1",
        "kind": TransferKind.CHARGE,
        "debit": "a",
        "credit": "revenue",
        "amount": Money(500, "USD"),
        "effective_at": AT,
        **changes,
    }
    return Transfer(**given)


def problems(**changes) -> list[str]:
    with pytest.raises(Malformed) as caught:
        transfer(**changes)
    return [problem.path for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["id", "debit", "credit"])
@pytest.mark.parametrize("wrong", ["", None, 7])
def test_names_are_texts_that_are_not_empty(name, wrong):
    assert name in problems(**{name: wrong})


def test_money_goes_from_one_account_to_another():
    assert problems(credit="a") == ["credit"]


@pytest.mark.parametrize("wrong", [Money(0, "USD"), Money(-1, "USD"), 500, 5.0, None])
def test_the_amount_is_money_above_zero(wrong):
    assert problems(amount=wrong) == ["amount"]


def test_a_kind_read_as_text_is_refused():
    assert problems(kind="hold") == ["kind"]


def test_every_problem_is_told_at_once():
    assert problems(id="", amount=Money(0, "USD"), debit="") == ["id", "debit", "amount"]


@pytest.mark.parametrize(
    ("changes", "path", "said"),
    [
        ({"id": ""}, "id", "is a text that is not empty"),
        ({"credit": "a"}, "credit", "is another account than the debit account"),
        (
            {"amount": Money(0, "USD")},
            "amount",
            "is above zero; who pays is said by debit and credit",
        ),
        ({"kind": TransferKind.HOLD}, "expires_at", "a hold has an expiry"),
        ({"expires_at": AT}, "expires_at", "only a hold or a promo grant has an expiry"),
        (
            {"kind": TransferKind.WRITE_OFF},
            "reason",
            "what is forced or adjusted names its actor and its reason",
        ),
    ],
)
def test_a_problem_says_what_is_wrong(changes, path, said):
    with pytest.raises(Malformed) as caught:
        transfer(**changes)
    assert [(each.path, each.message) for each in caught.value.problems] == [(path, said)]


def test_a_cent_is_an_amount():
    assert transfer(amount=Money(1, "USD")).amount.minor == 1


@pytest.mark.parametrize("kind", sorted(TransferKind, key=str))
def test_what_refers_to_another_transfer_names_it(kind):
    more = {"actor": "op", "reason": "said so"}
    if kind is TransferKind.HOLD:
        more["expires_at"] = AT
    paid_back = {TransferKind.REFUND, TransferKind.REFUND_REVERSAL, TransferKind.ACCOUNT_REFUND}
    if kind in {*RESOLVING, *paid_back}:
        assert problems(kind=kind, **more) == ["ref"]
    else:
        assert transfer(kind=kind, **more).ref is None


def test_a_hold_and_only_a_hold_has_an_expiry():
    assert problems(kind=TransferKind.HOLD) == ["expires_at"]
    assert problems(expires_at=AT) == ["expires_at"]
    for kind in (TransferKind.HOLD, TransferKind.PROMO_GRANT):
        assert transfer(kind=kind, expires_at=AT).expires_at == AT
    assert transfer(kind=TransferKind.PROMO_GRANT).expires_at is None


@pytest.mark.parametrize("kind", [TransferKind.ADJUSTMENT, TransferKind.WRITE_OFF])
def test_adjustments_name_who_and_why(kind):
    assert problems(kind=kind) == ["reason"]
    assert problems(kind=kind, actor="op") == ["reason"]
    assert problems(kind=kind, reason="goodwill") == ["reason"]
    assert transfer(kind=kind, actor="op", reason="goodwill").kind is kind


def test_only_some_kinds_are_forced_and_they_name_who_and_why():
    told = {"forced": True, "actor": "op", "reason": "bank"}
    assert problems(**told) == ["forced"]
    assert problems(kind=TransferKind.CHARGEBACK, forced=True) == ["reason"]
    assert transfer(kind=TransferKind.CHARGEBACK, **told).forced


def test_modes_follow_the_kind():
    assert transfer().mode is Mode.DIRECT
    kinds = {kind: mode_of(kind) for kind in TransferKind if mode_of(kind) is not Mode.DIRECT}
    assert kinds == {
        TransferKind.HOLD: Mode.RESERVE,
        TransferKind.CAPTURE: Mode.CAPTURE,
        TransferKind.VOID: Mode.RELEASE,
        TransferKind.EXPIRE: Mode.RELEASE,
    }


OTHERS = {
    "id": "t2",
    "kind": TransferKind.TRANSFER,
    "debit": "b",
    "credit": "cash",
    "amount": Money(501, "USD"),
    "effective_at": AT + timedelta(microseconds=1),
    "ref": "t0",
    "sale_id": "s",
    "lead_id": "l",
    "order_id": "o",
    "refund_id": "r",
    "actor": "op",
    "reason": "why",
}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_the_fingerprint_changes_with_every_field(name):
    assert transfer(**{name: OTHERS[name]}).fingerprint != transfer().fingerprint


def test_the_fingerprint_changes_with_currency_expiry_and_force():
    assert transfer(amount=Money(500, "EUR")).fingerprint != transfer().fingerprint
    hold = transfer(kind=TransferKind.HOLD, expires_at=AT)
    later = replace(hold, expires_at=AT + timedelta(microseconds=1))
    assert hold.fingerprint != later.fingerprint
    told = {"kind": TransferKind.CHARGEBACK, "actor": "op", "reason": "bank"}
    assert transfer(**told).fingerprint != transfer(**told, forced=True).fingerprint


def test_no_field_is_left_out_of_the_tests_above():
    tried = {*OTHERS, "expires_at", "forced"}
    assert tried == {field.name for field in fields(Transfer)}


def test_the_fingerprint_is_that_of_the_content_however_its_instant_is_written():
    local = pendulum.instance(AT).in_timezone("America/New_York")
    assert transfer(effective_at=local).fingerprint == transfer().fingerprint


def test_fingerprints_stay_as_they_are_across_versions():
    assert transfer().fingerprint == PLAIN
    assert FULL.fingerprint == FULL_PRINT


PLAIN = "0ca762f8f3eecf7c3fbd9815bd05ab41ff287fdc6aa4d3822bfaca4ca6f2ea9c"
FULL_PRINT = "29e85821f52dd728c3162f28cc1c402b9b00c901a20d8c0471ad072def8a2a7f"
FULL = transfer(
    id="refund-1:reversal",
    kind=TransferKind.REFUND_REVERSAL,
    ref="refund-1",
    forced=True,
    actor="op",
    reason="wurde doch Mitglied \N{EN DASH} \N{SNOWMAN}",
    sale_id=SaleId("s1"),
    order_id=OrderId("o1"),
    refund_id=RefundId("r1"),
)


TEXTS = ("lead_id", "order_id", "sale_id", "refund_id", "actor", "reason")


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(TEXTS, st.text(min_size=1, max_size=3))),
    st.integers(1, 9),
    st.none() | st.just(AT),
)
@example({name: f'{name} "\N{SNOWMAN}"' for name in TEXTS}, 1, AT)
def test_the_fingerprint_is_of_sorted_json_without_what_is_left_at_its_default(texts, minor, ends):
    made = transfer(
        kind=TransferKind.PROMO_GRANT, amount=Money(minor, "USD"), expires_at=ends, **texts
    )
    content = {
        "id": "t1",
        "kind": "promo_grant",
        "debit": "a",
        "credit": "revenue",
        "amount": minor,
        "currency": "USD",
        "effective_at": micros(AT),
        "v": 1,
        **texts,
        **({} if ends is None else {"expires_at": micros(ends)}),
    }
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert made.fingerprint == hashlib.sha256(plain.encode("ascii")).hexdigest()


def test_another_process_makes_the_same_fingerprint():
    program = (
        "from tests.balances.test_transfers import FULL, transfer;"
        "print(FULL.fingerprint, transfer().fingerprint)"
    )
    told = subprocess.run(  # noqa: S603 - this Python with a program written here
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [FULL.fingerprint, transfer().fingerprint]


@given(st.permutations(range(4)))
def test_the_digest_of_a_batch_tells_order_and_content(order):
    batch = [transfer(id=f"t{number}") for number in range(4)]
    shuffled = [batch[index] for index in order]
    same = batch_digest(batch) == batch_digest(shuffled)
    assert same is (order == [0, 1, 2, 3])


def test_the_digest_of_one_is_its_fingerprint():
    assert batch_digest((transfer(),)) == transfer().fingerprint


@given(at=st.integers(0, 2**51))
def test_instants_count_to_the_microsecond(at):
    one, other = (transfer(effective_at=of_micros(at + step)) for step in (0, 1))
    assert one.fingerprint != other.fingerprint
