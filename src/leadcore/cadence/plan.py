"""Plans of contact attempts, as data, and the plan that is advised where nobody says another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from leadcore.submissions import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CALL_FIRST", "TEXT_FROM", "Cadence", "Step"]

TEXT_FROM = 2
"""Attempts that come before a text: text third or later (H-ORDER)."""


@frozen
class Step:
    """One attempt of a plan.

    Attributes:
        channel: how.
        hours: elapsed hours after the attempt before it; for the first step, after the sale.
    """

    channel: Channel
    hours: int


def _steps(value: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(value)


@frozen(kw_only=True)
class Cadence:
    """A plan of attempts, as data. The first step is the first contact, the rest follow up.

    Attributes:
        steps: in order. Pauses never get shorter, a text is third at the earliest.
        least: follow-ups before giving up is reasonable; after the last step nothing is advised.
        patience: elapsed hours a step waits for its channel before another takes its place.

    Raises:
        ValueError: the plan breaks one of these.
    """

    steps: tuple[Step, ...] = field(converter=_steps)
    least: int = 2
    patience: int = 48

    def __attrs_post_init__(self) -> None:
        """Refuse a plan that can't be followed."""
        pauses = [step.hours for step in self.steps]
        if not self.steps or pauses[0] < 0 or pauses != sorted(pauses):
            message = "a plan has at least one step, and pauses from 0 hours on that never shorten"
            raise ValueError(message)
        if any(step.channel is Channel.TEXT for step in self.steps[:TEXT_FROM]):
            message = "a text comes third or later (H-ORDER)"
            raise ValueError(message)
        if not 0 <= self.least <= self.most:
            message = f"a plan of {self.most} follow-ups can't ask for at least {self.least}"
            raise ValueError(message)
        if self.patience < 0:
            message = "patience is at least 0 hours"
            raise ValueError(message)

    @property
    def most(self) -> int:
        """How many follow-ups the plan has."""
        return len(self.steps) - 1


CALL_FIRST: Final = Cadence(
    steps=(
        Step(Channel.CALL, 0),
        Step(Channel.EMAIL, 1),
        Step(Channel.TEXT, 4),
        Step(Channel.CALL, 24),
        Step(Channel.EMAIL, 48),
        Step(Channel.CALL, 72),
    ),
)
"""The default plan: first contact and five follow-ups over six days.

A live call at once, because the person is waiting and a call by hand is what the law leaves most
open. An hour later an e-mail, which says who called. A text after four more hours, when it is no
first contact any more. Then longer pauses and other hours of the day: somebody who did not answer
at noon may in the evening. After the first two follow-ups giving up is reasonable, after the fifth
going on is not: the pauses grow because each attempt is likelier to annoy than to reach.
"""
