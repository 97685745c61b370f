"""What type checkers make of `leadcore.values`."""

from datetime import UTC, datetime
from typing import assert_type

from leadcore.values import UNLIMITED, Money, Unlimited, instant, micros, optional_instant

AT = datetime(2026, 11, 22, tzinfo=UTC)

assert_type(instant(AT), datetime)
assert_type(optional_instant(None), datetime | None)
assert_type(micros(AT), int)
assert_type(Money(1, "USD") + Money(2, "USD"), Money)
assert_type(2 * Money(1, "USD"), Money)
assert_type(Money(1, "USD") < Money(2, "USD"), bool)
assert_type(Money(1, "USD").allocate((1, 2)), tuple[Money, ...])


def counted(limit: int | Unlimited) -> int:
    if isinstance(limit, Unlimited):
        assert_type(limit, Unlimited)
        return 0
    return limit


assert_type(counted(UNLIMITED), int)
