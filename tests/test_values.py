"""Instants, ids and money: exact at every edge, and loud where nobody can know."""

import copy
import pickle
import uuid
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.testing.records import amounts
from leadcore.testing.strategies import ZONES, instants, transitions, zone_edges
from leadcore.values import (
    EPOCH,
    MAX_MINOR,
    UNLIMITED,
    Money,
    PersonName,
    Unlimited,
    instant,
    micros,
    of_micros,
    optional_instant,
    time_ordered_id,
)

NEW_YORK = ZoneInfo("America/New_York")
AT = datetime(2026, 11, 22, 13, tzinfo=UTC)
CHANGING = [zone for zone in ZONES if transitions(zone)]

# ------------------------------------------------------------------------------------- instants


@given(st.sampled_from(CHANGING), st.data())
def test_an_instant_stays_the_same_through_any_zone(zone, data):
    at = data.draw(zone_edges(zone) | instants())
    local = at.astimezone(ZoneInfo(zone))
    assert instant(local) == at
    assert instant(pendulum.instance(at).in_timezone(zone)) == at
    assert (
        instant(at.astimezone(timezone(timedelta(minutes=data.draw(st.integers(-900, 900)))))) == at
    )


@given(instants())
def test_an_instant_is_of_the_standard_library_in_utc(at):
    for given_as in (at, at.astimezone(NEW_YORK), pendulum.instance(at).in_timezone("Asia/Tokyo")):
        found = instant(given_as)
        assert (type(found), found.tzinfo, found.fold) == (datetime, UTC, 0)


def test_the_repeated_hour_is_two_instants():
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    second = first.replace(fold=1)
    assert instant(first) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert instant(second) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    same = pendulum.instance(datetime(2026, 11, 1, 6, 30, tzinfo=UTC)).in_timezone(
        "America/New_York"
    )
    assert instant(same) == instant(second)


def test_the_skipped_hour_is_read_by_its_fold():
    # 2:30 on that day was never shown: before the change it means 7:30 UTC, after it 6:30.
    skipped = datetime(2026, 3, 8, 2, 30, tzinfo=NEW_YORK)
    assert instant(skipped) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert instant(skipped.replace(fold=1)) == datetime(2026, 3, 8, 6, 30, tzinfo=UTC)


def test_utc_is_given_back_as_it_is():
    assert instant(AT) is AT
    assert instant(AT.replace(tzinfo=ZoneInfo("UTC"))) == AT


class Nowhere(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, at):
        return None


@pytest.mark.parametrize("zone", [None, Nowhere()])
def test_a_naive_datetime_is_refused(zone):
    with pytest.raises(ValueError, match="has no zone"):
        instant(datetime(2026, 11, 22, tzinfo=zone))


@pytest.mark.parametrize("value", [None, "2026-11-22T13:00:00Z", 1, AT.date()])
def test_what_is_no_datetime_is_refused(value):
    with pytest.raises(TypeError, match="an instant is an aware datetime"):
        instant(value)


def test_what_lies_outside_the_calendar_is_refused():
    east, west = timezone(timedelta(hours=1)), timezone(timedelta(hours=-1))
    assert instant(datetime(1, 1, 1, 1, tzinfo=east)) == datetime(1, 1, 1, tzinfo=UTC)
    for value in (datetime(1, 1, 1, tzinfo=east), datetime(9999, 12, 31, 23, tzinfo=west)):
        with pytest.raises(ValueError, match="outside the years 1 to 9999"):
            instant(value)


def test_an_optional_instant_may_be_missing():
    assert optional_instant(None) is None
    assert optional_instant(AT.astimezone(NEW_YORK)) == AT


@given(st.integers(-(10**16), 10**17))
def test_microseconds_go_there_and_back_exactly(value):
    assert micros(of_micros(value)) == value


@given(instants(), instants())
def test_microseconds_keep_the_order(one, other):
    assert (micros(one) < micros(other)) == (one < other)
    assert micros(EPOCH) == 0


# ------------------------------------------------------------------------------------------ ids


@given(instants(), st.binary(min_size=10, max_size=20))
def test_an_id_is_a_uuid_of_version_7(at, entropy):
    made = uuid.UUID(time_ordered_id(at, entropy=entropy))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == micros(at) // 1000
    # RFC 9562: 12 bits after the version, 62 after the variant, as given.
    tail = int.from_bytes(entropy[:10], "big")
    assert made.int >> 64 & 0xFFF == tail >> 64 & 0xFFF
    assert made.int & (1 << 62) - 1 == tail & (1 << 62) - 1


def test_the_example_of_the_standard():
    # RFC 9562, appendix A.6.
    at = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    entropy = bytes.fromhex("0cc3 18c4 dc0c 0c07 398f".replace(" ", ""))
    assert time_ordered_id(at, entropy=entropy) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(instants(), instants(), st.binary(min_size=10, max_size=10), st.binary(min_size=10))
def test_ids_sort_by_time(one, other, entropy, more):
    first, second = time_ordered_id(one, entropy=entropy), time_ordered_id(other, entropy=more)
    if micros(one) // 1000 < micros(other) // 1000:
        assert first < second


def test_the_same_record_gives_the_same_id():
    assert time_ordered_id(AT, entropy=b"0123456789") == time_ordered_id(AT, entropy=b"0123456789x")


def test_what_makes_no_id():
    with pytest.raises(ValueError, match="ten bytes"):
        time_ordered_id(AT, entropy=bytes(9))
    assert time_ordered_id(EPOCH, entropy=bytes(10)).startswith("00000000-0000-7")
    with pytest.raises(ValueError, match="from 1970 on"):
        time_ordered_id(EPOCH - timedelta(microseconds=1), entropy=bytes(10))
    end = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert uuid.UUID(time_ordered_id(end, entropy=b"\xff" * 10)).version == 7


# ---------------------------------------------------------------------------------------- money


@pytest.mark.parametrize("minor", [1.0, True, "1", None])
def test_money_is_whole_minor_units(minor):
    with pytest.raises(TypeError, match="minor is whole minor units"):
        Money(minor, "USD")


def test_money_fits_64_bits_also_as_a_result():
    most = Money(MAX_MINOR, "USD")
    assert (-most).minor == -MAX_MINOR
    for made in (
        lambda: Money(MAX_MINOR + 1, "USD"),
        lambda: Money(-MAX_MINOR - 1, "USD"),
        lambda: most + Money(1, "USD"),
        lambda: -most - Money(1, "USD"),
        lambda: most * 2,
    ):
        with pytest.raises(ValueError, match="does not fit 64 bits"):
            made()


@pytest.mark.parametrize("currency", ["usd", "US", "USDX", "", "U$D", "ÄÖÜ", "USD\n", 7, None])
def test_a_currency_is_three_capital_letters(currency):
    with pytest.raises(ValueError, match="three capital letters"):
        Money(1, currency)


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_money_adds_like_whole_numbers(one, other):
    first, second = Money(one, "USD"), Money(other, "USD")
    assert (first + second).minor == one + other
    assert first + second - second == first
    assert first - second == -(second - first)
    assert (first < second, first <= second) == (one < other, one <= other)
    assert (first > second, first >= second) == (one > other, one >= other)
    assert (first == second) == (one == other)


@given(st.integers(-(10**9), 10**9), st.integers(-1000, 1000))
def test_money_is_multiplied_by_whole_numbers_only(minor, times):
    assert Money(minor, "USD") * times == times * Money(minor, "USD") == Money(minor * times, "USD")
    for wrong in (1.5, True, Money(1, "USD")):
        with pytest.raises(TypeError, match="multiplied by an int"):
            Money(minor, "USD") * wrong


OPERATIONS = [
    lambda one, other: one + other,
    lambda one, other: one - other,
    lambda one, other: one < other,
    lambda one, other: one <= other,
    lambda one, other: one > other,
    lambda one, other: one >= other,
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_two_currencies_do_not_mix(operation):
    with pytest.raises(ValueError, match="USD and EUR do not mix"):
        operation(Money(1, "USD"), Money(1, "EUR"))
    with pytest.raises(TypeError, match="money and int do not mix"):
        operation(Money(1, "USD"), 1)


def test_equal_amounts_of_two_currencies_are_not_equal():
    assert Money(0, "USD") != Money(0, "EUR")
    assert len({Money(1, "USD"), Money(1, "USD"), Money(1, "EUR")}) == 2
    assert Money(1, "USD") != 1


@given(amounts(), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_parts_sum_to_the_whole_and_none_is_a_unit_off(whole, ratios):
    total = sum(ratios)
    if total == 0:
        with pytest.raises(ValueError, match="one is above 0"):
            whole.allocate(tuple(ratios))
        return
    parts = whole.allocate(tuple(ratios))
    assert sum(part.minor for part in parts) == whole.minor
    for part, ratio in zip(parts, ratios, strict=True):
        assert abs(part.minor * total - whole.minor * ratio) < total
        assert ratio or part.minor == 0


@pytest.mark.parametrize("ratios", [(), (0,), (2, -1)])
def test_ratios_that_split_nothing(ratios):
    with pytest.raises(ValueError, match="at least 0"):
        Money(100, "USD").allocate(ratios)


@pytest.mark.parametrize("ratio", [0.5, True])
def test_ratios_are_whole_numbers(ratio):
    with pytest.raises(TypeError, match="ratios are whole numbers"):
        Money(100, "USD").allocate((1, ratio))


def test_left_over_units_go_to_the_earliest_shares():
    assert [p.minor for p in Money(-100, "USD").allocate((0, 1, 1, 1))] == [0, -34, -33, -33]


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(0, "USD"), "0.00 USD"),
        (Money(5, "USD"), "0.05 USD"),
        (Money(-5, "USD"), "-0.05 USD"),
        (Money(123_456, "USD"), "1234.56 USD"),
        (Money(0, "JPY"), "0 JPY"),
        (Money(-1205, "JPY"), "-1205 JPY"),
        (Money(1, "KWD"), "0.001 KWD"),
        (Money(12_345, "KWD"), "12.345 KWD"),
        (Money(12_345, "CLF"), "1.2345 CLF"),
    ],
)
def test_money_is_written_with_the_digits_of_its_currency(money, text):
    assert str(money) == text


@given(amounts())
def test_what_is_written_can_be_read_again(money):
    number, _, currency = str(money).partition(" ")
    assert int(number.replace(".", "")) == money.minor
    assert currency == money.currency
    assert len(number.partition(".")[2]) == money.decimals


def test_money_survives_pickling_and_copying():
    money = Money(1099, "USD")
    assert pickle.loads(pickle.dumps(money)) == copy.deepcopy(money) == money  # noqa: S301 - pickled a moment ago, right here


def test_there_is_one_unlimited():
    assert Unlimited("unlimited") is UNLIMITED
    assert pickle.loads(pickle.dumps(UNLIMITED)) is UNLIMITED  # noqa: S301 - pickled a moment ago, right here


# ---------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (PersonName(), ""),
        (PersonName(full="  Ann\n Lee "), "Ann Lee"),
        (PersonName(full=" ", first="Ann", last="Lee"), "Ann Lee"),
        (PersonName(full="Ann Lee", first="X"), "Ann Lee"),
        (
            PersonName(prefix="Dr.", first="Ann", middle="B.", last="Lee", suffix="Jr."),
            "Dr. Ann B. Lee Jr.",
        ),
        (PersonName(first="Ann\r\nBcc: x", last=" "), "Ann Bcc: x"),
    ],
)
def test_a_name_is_shown_on_one_line(name, shown):
    assert name.display == shown
