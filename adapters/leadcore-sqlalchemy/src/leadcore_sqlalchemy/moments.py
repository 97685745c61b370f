"""Which reads are of one statement, so that they see one moment by themselves.

What a read of several statements tells must fit together: an interval that was read, and a list
within it, or rows and their count. On PostgreSQL such a read gets a transaction that sees one
moment; one of a single statement needs none, and is spared the two round trips.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["alone", "alone_where", "is_alone"]

F = TypeVar("F", bound="Callable[..., Any]")

_ALONE: dict[Callable[..., Any], Callable[..., bool]] = {}


def alone(work: F) -> F:
    """Mark a read that is one statement, whatever it is asked."""
    return alone_where(lambda *_: True)(work)


def alone_where(fits: Callable[..., bool]) -> Callable[[F], F]:
    """Mark a read that is one statement for some of what it is asked.

    Args:
        fits: says so; is given what the read is given after the connection.
    """

    def marked(work: F) -> F:
        _ALONE[work] = fits
        return work

    return marked


def is_alone(work: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 # the read's own
    """Say whether a read is one statement for what it is asked; unknown reads are not."""
    fits = _ALONE.get(work)
    return fits is not None and fits(*args, **kwargs)
