"""Do something once for a key, however often it is asked for; or only to what was seen.

`Once` puts the answer into the very outcome that does what was asked. There is no moment at which
one is there without the other, and of two who ask at the same time the second meets the first one's
answer: their outcomes hold the same new row, and only one of them can be committed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import WrongState
from leadcore.kept_answers import KeptAnswer
from leadcore.outcomes import Outcome
from leadcore.ports import UseCase
from leadcore.ports.programs import OnceFacts, OnceNeeds
from leadcore.values import SellerId, instant

__all__ = ["AtVersion", "Once", "Stale"]

A_co = TypeVar("A_co", covariant=True)


@frozen(kw_only=True)
class Once(Generic[A_co]):
    """A use case that is done once for a key; its answer is what is kept.

    Attributes:
        case: what is done; any use case.
        tell: gives the text that is kept, from the use case's answer; pure.
        answer_id, fingerprint: see `leadcore.kept_answers`.
        at: when.
    """

    seller_id: SellerId
    answer_id: str
    fingerprint: str
    case: UseCase[Any, Any, A_co]
    tell: Callable[[Any], str]
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> OnceNeeds:
        """Whatever the use case needs, and the answer that may be kept."""
        return OnceNeeds(answer_id=self.answer_id, inner=self.case.needs)

    def decide(self, facts: OnceFacts) -> Outcome[KeptAnswer]:
        """Say what follows, with the answer to keep; or give the one that was kept.

        Raises:
            KeyUsedDifferently: the key was used for another request.
        """
        if facts.kept is not None:
            facts.kept.check(self.fingerprint)
            return Outcome(answer=facts.kept)
        outcome = self.case.decide(facts.inner)
        kept = KeptAnswer(
            id=self.answer_id,
            seller_id=self.seller_id,
            fingerprint=self.fingerprint,
            data=self.tell(outcome.answer),
            at=self.at,
        )
        return replace(outcome.answering(kept), answers=(kept,))


class Stale(WrongState):
    """What was to be changed is not as it was seen."""


@frozen(kw_only=True)
class AtVersion(Generic[A_co]):
    """A use case that changes one thing only as it was seen.

    Attributes:
        case: what is done; any use case.
        kind, key: the stream it was made from.
        expected: how many events that had.
    """

    case: UseCase[Any, Any, A_co]
    kind: str
    key: str
    expected: int

    @property
    def needs(self) -> Any:  # noqa: ANN401 - each use case has needs of its own
        """Whatever the use case needs."""
        return self.case.needs

    def decide(self, facts: Any) -> Outcome[A_co]:  # noqa: ANN401 - the same
        """Say what follows.

        Raises:
            WrongState: somebody else changed it meanwhile. That is no `Conflict`: on fresh facts
                it would be the same.
        """
        outcome = self.case.decide(facts)
        for change in outcome.changes:
            mine = (change.kind, change.id) == (self.kind, self.key)
            if mine and change.expected != self.expected:
                since = f"it is at version {change.expected}, not {self.expected}; read it again"
                raise Stale(type(self.case).__name__, since)
        return outcome
