"""Record what became known about a lead's person, at one of the lead's own contact points.

`KeepContactPoint` records whatever a seller knows about any address. This is for people who look at
a lead: about addresses that are not the lead's they record nothing, and what an account's people
record binds their account alone, or takes something back (`contact_points.own`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.back_office.consenting import kept_point, named_by
from leadcore.back_office.seeing import at_desk, seen_lead
from leadcore.consent import Grant, Revocation
from leadcore.contact_points import (
    DoNotCall,
    Record,
    RegistryLookup,
    own_address,
    own_fact_problems,
)
from leadcore.errors import Malformed
from leadcore.ports import LeadPointFacts, LeadPointNeeds
from leadcore.values import AccountId, LeadId, UserId, instant

if TYPE_CHECKING:
    from leadcore.contact_points import ContactPoint
    from leadcore.outcomes import Outcome

__all__ = ["RecordOfLead"]


@frozen(kw_only=True)
class RecordOfLead:
    """Record a fact about a lead's person at one of the lead's numbers or e-mail addresses.

    Consent that names nobody was given to the account that holds the lead; where none does, to the
    seller.

    Attributes:
        viewer_id: who records it; must see the lead.
        address: at which of the lead's own addresses; None for the first.
    """

    lead_id: LeadId
    viewer_id: UserId
    fact: Grant | Revocation | DoNotCall | RegistryLookup
    address: str | None = None
    at: datetime = field(converter=instant)

    @property
    def needs(self) -> LeadPointNeeds:
        """The lead, who records it, the contact point, and the accounts that are named."""
        named = dict.fromkeys(name for _, name in named_by(self.fact))
        return LeadPointNeeds(
            lead_id=self.lead_id,
            viewer_id=self.viewer_id,
            address=self.address,
            account_ids=tuple(map(AccountId, named)),
        )

    def decide(self, facts: LeadPointFacts) -> Outcome[ContactPoint]:
        """Say what follows; what is recorded already adds nothing.

        Raises:
            NotFound: there is no such lead, or the viewer may not know that there is.
            Malformed: the address is none of the lead's; somebody of an account names another one,
                or does not show the consent; whom it names is neither the seller nor an account of
                it; and as `contact_points.decide` says.
        """
        lead, viewer = seen_lead(facts, "lead", self.lead_id)
        if facts.point is None or own_address(lead.submission, self.address) is None:
            raise Malformed.at("address", "is a number or an e-mail address of this lead")
        fact = self.fact
        if isinstance(fact, Grant) and not fact.sellers:
            fact = replace(fact, sellers=frozenset({lead.held_by or lead.seller_id}))
        if not at_desk(viewer, facts.seller):
            problems = tuple(own_fact_problems(fact, viewer.account_id))
            if problems:
                raise Malformed(problems)
        command = Record(fact=fact, by=viewer.id)
        return kept_point(lead.seller_id, command, facts.point, self.at, path="fact")
