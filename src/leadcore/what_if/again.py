"""Use cases as they are done again: by whoever bought the lead this time.

Who may see a lead was judged when it was done first. Done again, another account may hold the lead;
then that account does it. Nothing is left to chance: what can't be done any more is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from attrs import frozen

from leadcore.back_office import (
    ConfirmDelivery,
    ExpireDelivery,
    FailDelivery,
    PostLead,
    RenewOrder,
    RequestRefund,
    WorkLead,
)
from leadcore.downline import Tree
from leadcore.errors import NotFound, WrongState
from leadcore.leads import AssignLead, Lead, LogAttempt
from leadcore.people import Profile, User
from leadcore.ports import (
    UseCase,
)

if TYPE_CHECKING:
    from leadcore.back_office import Renewed
    from leadcore.outcomes import Outcome
    from leadcore.ports import (
        LeadFacts,
        LeadNeeds,
        OfferFacts,
        OfferNeeds,
        RefundCaseFacts,
        RefundNeeds,
        RenewalFacts,
        RenewalNeeds,
    )
    from leadcore.refunds import Refund
    from leadcore.values import UserId

__all__ = ["Asked", "Delivery", "Differs", "Expecting", "Renewing", "Worked", "lead_answer"]


class Differs(WrongState):
    """What came of a use case is not what was recorded; nothing was committed."""


def lead_answer(lead: Lead) -> tuple[object, ...]:
    """Give of a lead what its reception or offer decided."""
    return (
        lead.status,
        lead.sale,
        lead.offers,
        lead.refusals,
        lead.duplicate_of,
        lead.reservation,
    )


@frozen
class Expecting:
    """A use case whose answer must be the recorded one; else nothing is committed."""

    case: UseCase[Any, Any, Any]
    lead: Lead

    @property
    def needs(self) -> object:
        """What the use case needs."""
        needs: object = self.case.needs
        return needs

    def decide(self, facts: Any) -> Outcome[Any]:  # noqa: ANN401 - each use case has its own facts
        """Say what follows.

        Raises:
            Differs: it is not what was recorded.
        """
        outcome = self.case.decide(facts)
        if lead_answer(outcome.answer.lead) != lead_answer(self.lead):
            raise Differs("Expecting", f"what came of lead {self.lead.id} is not what was recorded")
        return outcome


def _holder(lead: Lead | None, lead_id: str) -> tuple[Lead, UserId]:
    if lead is None or lead.sale is None or lead.assigned_to is None:
        raise NotFound("lead", lead_id)
    return lead, lead.assigned_to


def _seeing(lead: Lead, user_id: UserId, account_id: Any) -> User:  # noqa: ANN401 - an account's id
    return User(
        id=user_id,
        seller_id=lead.seller_id,
        account_id=account_id,
        parent_id=None,
        profile=Profile(name=user_id, admin=True),
    )


@frozen
class Asked:
    """A request to return a lead, by whoever holds it now."""

    case: RequestRefund
    account_id: str

    @property
    def needs(self) -> RefundNeeds:
        """What the request needs."""
        return self.case.needs

    def decide(self, facts: RefundCaseFacts) -> Outcome[Refund]:
        """Say what follows.

        Raises:
            NotFound: nobody holds the lead.
            Refused: the terms say no.
        """
        lead, holder = _holder(facts.lead.state, self.case.lead_id)
        sale = lead.sale
        account = sale.account_id if sale else ""
        asker = self.case.user_id if account == self.account_id else holder
        seen = replace(facts, viewer=_seeing(lead, asker, account), tree=Tree({asker: None}))
        return replace(self.case, user_id=asker).decide(seen)


@frozen
class Worked:
    """An attempt to reach the person, or an assignment within the account that bought the lead."""

    case: WorkLead
    account_id: str

    @property
    def needs(self) -> LeadNeeds:
        """What the work needs."""
        return self.case.needs

    def decide(self, facts: LeadFacts) -> Outcome[Lead]:
        """Say what follows.

        Raises:
            NotFound: nobody holds the lead.
            WrongState: it was assigned within an account that does not hold it now.
        """
        lead, holder = _holder(facts.lead.state, self.case.lead_id)
        account = lead.sale.account_id if lead.sale else ""
        command, doer = self.case.command, self.case.viewer_id
        if account != self.account_id:
            if isinstance(command, AssignLead):
                raise WrongState("AssignLead", "another account holds the lead")
            doer = holder
            command = LogAttempt(attempt=replace(command.attempt, by=holder))
        known = {doer}
        if isinstance(command, AssignLead):
            known.add(command.user_id)
        seen = replace(
            facts,
            viewer=_seeing(lead, doer, account),
            tree=Tree(dict.fromkeys(sorted(known))),
        )
        return replace(self.case, viewer_id=doer, command=command).decide(seen)


@frozen
class Renewing:
    """A renewal that was due when it was recorded."""

    case: RenewOrder

    @property
    def needs(self) -> RenewalNeeds:
        """What the renewal needs."""
        return self.case.needs

    def decide(self, facts: RenewalFacts) -> Outcome[Renewed]:
        """Say what follows.

        Raises:
            WrongState: the order is not due.
        """
        outcome = self.case.decide(facts)
        if not outcome.answer.renewed:
            raise WrongState("RenewOrder", "the order is not due")
        return outcome


@frozen
class Delivery:
    """What came of a delivery, for whichever sale the lead is reserved at the time."""

    case: ConfirmDelivery | FailDelivery | ExpireDelivery | PostLead

    @property
    def needs(self) -> OfferNeeds:
        """What it needs."""
        return self.case.needs

    def decide(self, facts: OfferFacts) -> Outcome[Any]:
        """Say what follows.

        Raises:
            WrongState: the lead is not reserved.
        """
        lead = facts.lead.state
        held = lead.reservation if lead is not None else None
        if held is None:
            raise WrongState(type(self.case).__name__, "the lead is not reserved")
        if isinstance(self.case, PostLead):
            return replace(self.case, token=held.sale_id, price=held.price).decide(facts)
        return replace(self.case, sale_id=held.sale_id).decide(facts)
