"""Which reads are of one statement, so that they see one moment by themselves.

What a read of several statements tells must fit together: an interval that was read, and a list
within it, or rows and their count. On PostgreSQL such a read gets a transaction that sees one
moment; one of a single statement needs none, and is spared the two round trips.

A statement of ours (`statements.Statement`) can be sent without a transaction as it is, below the
driver's cursors. What SQLAlchemy executes begins one, unless its connection commits each statement
by itself.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Moment", "alone", "alone_where", "marked", "moment_of"]

F = TypeVar("F", bound="Callable[..., Any]")


class Moment(Enum):
    """What a read needs, so that all it tells is of one moment."""

    SEEN = "seen"
    """A transaction that sees one: it may be several statements."""
    STATED = "stated"
    """Nothing: it is one `Statement`."""
    EXECUTED = "executed"
    """To be committed by itself: it is one statement that SQLAlchemy executes."""


_MARKED: dict[Callable[..., Any], Callable[..., Moment]] = {}


def alone(work: F) -> F:
    """Mark a read that is one `Statement`, whatever it is asked."""
    _MARKED[work] = lambda *_, **__: Moment.STATED
    return work


def alone_where(fits: Callable[..., bool] = lambda *_, **__: True) -> Callable[[F], F]:
    """Mark a read that is one statement of SQLAlchemy's, for some of what it is asked.

    Args:
        fits: says so; is given what the read is given after the connection.
    """
    return marked(lambda *args, **kw: Moment.EXECUTED if fits(*args, **kw) else Moment.SEEN)


def marked(needs: Callable[..., Moment]) -> Callable[[F], F]:
    """Mark a read that needs this or that, by what it is asked.

    Args:
        needs: says what; is given what the read is given after the connection.
    """

    def mark(work: F) -> F:
        _MARKED[work] = needs
        return work

    return mark


def moment_of(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Moment:  # noqa: ANN401 # the read's own
    """Give what a read needs for what it is asked; unknown reads need a transaction."""
    needs = _MARKED.get(work)
    return Moment.SEEN if needs is None else needs(*args, **kwargs)
