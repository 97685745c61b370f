from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leadcore.balances import Lot, LotKind, Part, TransferKind
from leadcore.balances.portions import covered, left_of, popped, pushed, total
from tests.balances.books import AT, TICK

parts = st.lists(
    st.builds(Part, st.sampled_from(("a", "b", None)), st.integers(1, 9)), max_size=5
).map(lambda every: stacked(every))  # noqa: PLW0108 - it is defined below


def stacked(every) -> tuple[Part, ...]:
    stack: tuple[Part, ...] = ()
    for part in every:
        stack = pushed(stack, part)
    return stack


def lot(**changes) -> Lot:
    given_ = {
        "id": "l",
        "kind": LotKind.BONUS,
        "made_by": TransferKind.PROMO_GRANT,
        "funded": 5,
        "remaining": 3,
        "seq": 1,
        "funded_at": AT,
        **changes,
    }
    return Lot(**given_)


def test_a_bonus_is_past_at_its_very_expiry():
    ends = lot(expires_at=AT)
    assert [ends.has_expired(AT - TICK), ends.has_expired(AT)] == [False, True]
    assert not lot().has_expired(AT)


def test_what_is_left_is_told_by_kind():
    every = (lot(), lot(remaining=4), lot(kind=LotKind.CASH, remaining=9))
    assert [left_of(every, kind) for kind in (LotKind.CASH, LotKind.BONUS)] == [9, 7]


def test_parts_of_one_lot_are_one_part():
    assert stacked([Part("a", 1), Part("a", 2), Part("b", 0), Part("a", 3), Part("b", 1)]) == (
        Part("a", 6),
        Part("b", 1),
    )


@given(parts, st.integers(0, 50))
def test_what_is_taken_off_and_put_back_is_no_change(stack, amount):
    left, off = popped(stack, amount)
    assert total(off) == min(amount, total(stack))
    assert total(left) + total(off) == total(stack)
    assert stacked([*left, *reversed(off)]) == stack


@given(parts, st.integers(0, 9), st.integers(0, 9))
def test_taking_off_twice_is_taking_off_the_sum(stack, first, second):
    left, _ = popped(stack, first)
    assert popped(left, second)[0] == popped(stack, first + second)[0]


@given(parts, st.data())
def test_a_lot_takes_the_place_of_what_is_owed_from_the_bottom_up(stack, data):
    owed = total(part for part in stack if part.lot is None)
    paid = data.draw(st.integers(0, owed))
    now = covered(stack, "new", paid)
    assert total(now) == total(stack)
    assert total(part for part in now if part.lot == "new") == paid
    assert total(part for part in now if part.lot is None) == owed - paid
    lots_only = [part for part in stack if part.lot is not None]
    assert stacked(part for part in now if part.lot in {"a", "b"}) == stacked(lots_only)
