"""The small values everything is made of: instants, money, telephone numbers, e-mail, addresses.

Two conventions hold everywhere:

* An **instant** is an aware `datetime` in UTC with the standard library's `timezone.utc`. Every
  public function takes any aware datetime (pendulum's too) and turns it into that at the door;
  a naive one is refused, because nobody can know what it meant.
* What came from outside keeps what was given (`raw`) beside what we made of it (`normal`).
  `normal` is None where nothing sure could be made of it: unknown, not wrong.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, NewType

from attrs import field, frozen

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = [
    "EPOCH",
    "MAX_MINOR",
    "UNLIMITED",
    "AccountId",
    "Address",
    "Email",
    "LeadId",
    "Money",
    "OrderId",
    "PersonName",
    "Phone",
    "PhoneKind",
    "RefundId",
    "SaleId",
    "SellerId",
    "Unlimited",
    "UserId",
    "instant",
    "micros",
    "of_micros",
    "optional_instant",
    "time_ordered_id",
]

SellerId = NewType("SellerId", str)
AccountId = NewType("AccountId", str)
UserId = NewType("UserId", str)
LeadId = NewType("LeadId", str)
OrderId = NewType("OrderId", str)
SaleId = NewType("SaleId", str)
RefundId = NewType("RefundId", str)


class Unlimited(Enum):
    """No limit at all: a type of its own, so that it is never mistaken for 0 or for unknown."""

    UNLIMITED = "unlimited"


UNLIMITED = Unlimited.UNLIMITED
"""The only `Unlimited`."""

MAX_MINOR = 2**63 - 1
"""The largest amount of minor units: what a signed 64-bit column holds."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def instant(value: datetime) -> datetime:
    """Give an aware datetime as the same instant in UTC, of the standard library's own type.

    Args:
        value: an aware datetime of any zone; pendulum's are welcome.

    Raises:
        TypeError: it is not a datetime.
        ValueError: it is naive, so nobody can know which instant it meant; or it lies outside the
            years 1 to 9999 in UTC.

    >>> from datetime import timezone, timedelta
    >>> instant(datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-5)))).isoformat()
    '2026-11-01T06:30:00+00:00'
    """
    if not isinstance(value, datetime):
        message = f"an instant is an aware datetime, not {type(value).__name__}"
        raise TypeError(message)
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    offset = value.utcoffset()
    if offset is None:
        message = f"{value.isoformat()} has no zone; an instant must say its zone"
        raise ValueError(message)
    # Not astimezone(): pendulum overrides it and gives its own slower type back.
    try:
        moved = datetime.combine(value.date(), value.time()) - offset
    except OverflowError as error:
        message = f"{value.isoformat()} lies outside the years 1 to 9999 in UTC"
        raise ValueError(message) from error
    return moved.replace(tzinfo=UTC, fold=0)


def optional_instant(value: datetime | None) -> datetime | None:
    """Give `instant(value)`, or None for None."""
    return None if value is None else instant(value)


def micros(value: datetime) -> int:
    """Give the whole microseconds since 1970-01-01T00:00:00Z; exact, no floats."""
    return (instant(value) - EPOCH) // _MICROSECOND


def of_micros(value: int) -> datetime:
    """Give the instant of so many microseconds since 1970-01-01T00:00:00Z."""
    return EPOCH + timedelta(microseconds=value)


def time_ordered_id(at: datetime, *, entropy: bytes) -> str:
    """Make a UUID of version 7 (RFC 9562): sorted by time, made of what the caller gives.

    Args:
        at: the instant whose milliseconds lead the id.
        entropy: at least ten bytes. Random ones make a fresh id; a digest of a record makes the
            same id for the same record, which is how an interrupted import finds its place again.

    Raises:
        ValueError: fewer than ten bytes, or an instant before 1970.

    >>> time_ordered_id(datetime(2026, 11, 22, tzinfo=UTC), entropy=bytes(10))
    '01a2008d-7400-7000-8000-000000000000'
    """
    millis = micros(at) // 1000
    if len(entropy) < 10:  # noqa: PLR2004 - RFC 9562: 74 random bits fit ten bytes
        message = "an id needs ten bytes of entropy"
        raise ValueError(message)
    if millis < 0:  # the last instant of 9999 still fits 48 bits
        message = "an id can only be made for instants from 1970 on"
        raise ValueError(message)
    tail = int.from_bytes(entropy[:10], "big")
    number = millis << 80 | tail & ((1 << 76) - 1) | 0x7 << 76
    number = number & ~(0b11 << 62) | 0b10 << 62
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _whole(_instance: object, attribute: Attribute[int], value: int) -> None:
    # bool is an int to isinstance, and a float would round: both have lost money elsewhere.
    if type(value) is not int:
        message = f"{attribute.name} is whole minor units (int), not {type(value).__name__}"
        raise TypeError(message)
    if not -MAX_MINOR <= value <= MAX_MINOR:
        message = f"{attribute.name} does not fit 64 bits"
        raise ValueError(message)


_is_currency = re.compile("[A-Z]{3}").fullmatch


def _currency(_instance: object, _attribute: Attribute[str], value: str) -> None:
    if not (isinstance(value, str) and _is_currency(value)):
        message = f"a currency is three capital letters (ISO 4217), not {value!r}"
        raise ValueError(message)


@frozen(order=False)
class Money:
    """An amount in minor units (cents) of one currency.

    No floats, no division: `allocate` splits and says where the remainder goes. Amounts of two
    currencies neither add nor compare.

    Raises:
        TypeError: an amount that is no int (a bool is none), or mixed with something else.
        ValueError: an amount that does not fit 64 bits, also as a result; no such currency form;
            two currencies.

    >>> Money(1099, "USD") + Money(1, "USD")
    Money(minor=1100, currency='USD')
    >>> print(Money(-1205, "USD"), Money(1205, "JPY"), sep=", ")
    -12.05 USD, 1205 JPY
    """

    minor: int = field(validator=_whole)
    currency: str = field(validator=_currency)

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money):
            message = f"money and {type(other).__name__} do not mix"
            raise TypeError(message)
        if self.currency != other.currency:
            message = f"{self.currency} and {other.currency} do not mix"
            raise ValueError(message)
        return other.minor

    def __add__(self, other: Money) -> Money:
        """Add an amount of the same currency."""
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        """Subtract an amount of the same currency."""
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        """Give the opposite amount."""
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        """Give the amount so many whole times."""
        if type(times) is not int:
            message = f"money is multiplied by an int, not by {type(times).__name__}"
            raise TypeError(message)
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        """Compare within one currency."""
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        """Compare within one currency."""
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        """Compare within one currency."""
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        """Compare within one currency."""
        return self.minor >= self._same(other)

    def allocate(self, ratios: tuple[int, ...]) -> tuple[Money, ...]:
        """Split by whole ratios; left-over units go one each to the earliest non-zero shares.

        The parts always sum to the whole.

        Raises:
            TypeError: a ratio that is no int.
            ValueError: a negative ratio, or none above zero.

        >>> [part.minor for part in Money(100, "USD").allocate((1, 1, 1))]
        [34, 33, 33]
        """
        if any(type(ratio) is not int for ratio in ratios):
            message = "ratios are whole numbers (int)"
            raise TypeError(message)
        total = sum(ratios)
        if total <= 0 or min(ratios) < 0:
            message = "ratios are whole numbers of at least 0, and one is above 0"
            raise ValueError(message)
        sign = -1 if self.minor < 0 else 1
        whole = abs(self.minor)
        parts = [whole * ratio // total for ratio in ratios]
        left = whole - sum(parts)
        for index, ratio in enumerate(ratios):
            if left and ratio:
                parts[index] += 1
                left -= 1
        return tuple(Money(sign * part, self.currency) for part in parts)

    @property
    def decimals(self) -> int:
        """How many digits of `minor` stand behind the point (ISO 4217): two, but for a few."""
        return _DECIMALS.get(self.currency, 2)

    def __str__(self) -> str:
        """Give the amount as people write it, and the currency."""
        sign = "-" if self.minor < 0 else ""
        digits = f"{abs(self.minor):0{self.decimals + 1}d}"
        point = len(digits) - self.decimals
        behind = f".{digits[point:]}" if self.decimals else ""
        return f"{sign}{digits[:point]}{behind} {self.currency}"


_NONE = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"),
    *("VUV", "XAF", "XOF", "XPF"),
)
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DECIMALS = dict.fromkeys(_NONE, 0) | dict.fromkeys(_THREE, 3) | {"CLF": 4, "UYW": 4}
"""The currencies of ISO 4217 whose minor unit is no hundredth."""


class PhoneKind(Enum):
    """What sort of line a number is said or known to be."""

    WIRELESS = "wireless"
    LANDLINE = "landline"
    TOLL_FREE = "toll_free"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class Phone:
    """A telephone number as given, and in E.164 form where it is a possible number."""

    raw: str
    normal: str | None = None
    kind: PhoneKind = PhoneKind.UNKNOWN


@frozen(kw_only=True)
class Email:
    """An e-mail address as given, and normalised where its syntax holds."""

    raw: str
    normal: str | None = None


@frozen(kw_only=True)
class PersonName:
    """The parts of a name, as given; `full` where only the whole is known."""

    full: str | None = None
    prefix: str | None = None
    first: str | None = None
    middle: str | None = None
    last: str | None = None
    suffix: str | None = None

    @property
    def display(self) -> str:
        """The whole name if given, else its parts in order, on one line; may be empty."""
        parts = (self.prefix, self.first, self.middle, self.last, self.suffix)
        whole = " ".join((self.full or "").split())
        return whole or " ".join(" ".join(part for part in parts if part).split())


@frozen(kw_only=True)
class Address:
    """A postal address, as given; `zip` and `state` also in their normal forms.

    Attributes:
        zip: five digits, where the given code begins with them.
        state: the two-letter postal code of the state.
    """

    street: tuple[str, ...] = ()
    city: str | None = None
    state_raw: str | None = None
    state: str | None = None
    zip_raw: str | None = None
    zip: str | None = None
    country: str | None = None
