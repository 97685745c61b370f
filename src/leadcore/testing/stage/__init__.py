"""A stage: a small back office, and everything that can be made to happen in it.

Each act turns a plain `Step` (what, and two small numbers) into a use case, looking at the store as
a person at a desk would. Plays, the state machine and the simulation all act on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from attrs import frozen

from leadcore.errors import LeadcoreError
from leadcore.refunds import Refund
from leadcore.testing.stage.auctions import Auctions
from leadcore.testing.stage.base import START, Case, Reader, Step
from leadcore.testing.stage.keeping import Keeping
from leadcore.testing.stage.leads import Leads
from leadcore.testing.stage.money import MoneyMoves
from leadcore.testing.stage.plans import FUNDINGS, ORDERS, REFUNDS, WAYS, Plan
from leadcore.testing.stage.returns import Returns

if TYPE_CHECKING:
    from leadcore.ports import Store

__all__ = [
    "ACTS",
    "FUNDINGS",
    "ORDERS",
    "REFUNDS",
    "START",
    "WAYS",
    "Case",
    "Plan",
    "Reader",
    "Stage",
    "Step",
]


@frozen(kw_only=True)
class Stage(Leads, Auctions, Returns, MoneyMoves, Keeping):
    """A small back office on a store; `reader` is what its acts look at."""

    def set_up(self) -> None:
        """Make the seller, its accounts, their users and orders; needs a whole store."""
        for case in self.opening():
            self.store.run(case)

    @property
    def store(self) -> Store:
        """The store, as one that runs use cases."""
        return cast("Store", self.reader)

    def case(self, step: Step) -> Case | None:
        """Give the use case of a step; None where there is nothing it could be about.

        Time goes on by the step's gap; for a request the gap is counted from the sale instead.
        """
        if step.what != "request":
            self.clock.append(self.now + step.gap)
        found: Case | None = getattr(self, f"do_{step.what}")(step)
        return found

    def perform(self, step: Step) -> object:
        """Run the use case of a step on the store; give the answer, a refusal or an error too."""
        case = self.case(step)
        return None if case is None else self.run(case)

    def run(self, case: Case) -> object:
        """Run a use case on the store; give the answer, a refusal or an error too."""
        try:
            answer: object = self.store.run(case)
        except LeadcoreError as error:
            return (type(error).__name__, str(error))
        self.heard(answer)
        return answer

    def heard(self, answer: object) -> None:
        """Take note of what an answer tells."""
        self.told(answer)
        if isinstance(answer, Refund):
            self.taken(answer)


ACTS = tuple(sorted(name.removeprefix("do_") for name in dir(Stage) if name.startswith("do_")))
"""Everything that can be made to happen."""
