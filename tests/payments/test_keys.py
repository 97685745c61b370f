"""Payment ids made of other ids are words that every processor takes, and never one for two."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from leadcore.orders import renewal_id
from leadcore.payments import RepayAsk, Request, recharge_id
from leadcore.payments.keys import made_id, refund_id
from leadcore.values import Money

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
IDS = st.one_of(
    st.text(st.sampled_from("a %/é\ud800\n4"), min_size=1, max_size=8),
    st.text(st.characters(codec=None), min_size=1, max_size=40),
    st.text("é", min_size=150, max_size=170),
    st.text("1", min_size=155, max_size=165),
    st.just("x" * 5_000),
)


def request(key):
    return Request(
        payment_id=key, seller_id="s", account_id="a", amount=Money(1, "USD"), method=None
    )


@given(of=IDS, number=st.integers(1, 10**6))
@example(of="4111 1111 1111 1111", number=1)
@example(of="9" * 160, number=2)
def test_every_id_makes_a_word_that_is_taken(of, number):
    for key in (recharge_id(of, number), renewal_id(of, number)):
        assert key.isascii()
        assert request(key).payment_id == key


@given(one=IDS, other=IDS, numbers=st.tuples(*[st.integers(1, 3)] * 2))
@example(one="x" * 161, other="x" * 162, numbers=(1, 1))
@example(one=" ", other="%20", numbers=(1, 1))
def test_two_ids_never_make_one(one, other, numbers):
    first, second = (made_id("k", *pair) for pair in zip((one, other), numbers, strict=True))
    assert (first == second) is ((one, numbers[0]) == (other, numbers[1]))


def test_plain_ids_stay_readable():
    assert made_id("renewal", "o-7", 2) == "renewal/3/o-7/2"
    assert made_id("recharge", "north office", 1) == "recharge/12/north%20office/1"
    assert made_id("recharge", "x" * 160, 1).count("x") == 160
    assert "%sha256-" in made_id("recharge", "x" * 161, 1)


@given(one=IDS, other=IDS)
@example(one="x" * 60, other="x" * 61)
@example(one="4111 1111 1111 1111", other="4111111111111111")
@example(one="we close", other="we%20close")
def test_every_key_of_an_account_refund_makes_a_repayment_that_can_be_asked_for(one, other):
    first, second = refund_id(one), refund_id(other)
    assert (first == second) is (one == other)
    amount = Money(1, "USD")
    ask = RepayAsk(
        payment_id="p", repayment_id=first, amount=amount, reference="ch_1", requested_at=AT
    )
    assert ask.key == f"repay/1/p/{first}"


def test_a_plain_key_of_an_account_refund_stays_readable():
    assert refund_id("x" * 60) == f"account_refund/{'x' * 60}"
    assert refund_id("x" * 61).startswith("account_refund_of/")
    assert "4111111111111111" not in refund_id("4111111111111111")
