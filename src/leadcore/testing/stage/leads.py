"""What happens to leads: they come, are offered, delivered, sold, worked and asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from leadcore import back_office as bo
from leadcore.leads import AssignLead, AttemptOutcome, ContactAttempt, LeadStatus, LogAttempt
from leadcore.submissions import Channel, Source, Submission
from leadcore.testing.contact_steps import ContactStep
from leadcore.testing.stage.base import Seen
from leadcore.values import LeadId, SaleId, time_ordered_id

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore.testing.stage.base import Case, Step
    from leadcore.values import UserId

__all__ = ["Leads"]


class Leads(Seen):
    """Receive, repeat, offer, resell, confirm, fail, lapse; assign, attempt, contact."""

    __slots__ = ()

    def do_receive(self, step: Step) -> Case:
        """Receive a submission."""
        number = len(self.keys)
        self.keys.append((f"key-{number}", cast("Submission", step.submission)))
        self.leads.append(self._id(number, "lead"))
        return self._reception(number)

    def _id(self, number: int, what: str) -> LeadId:
        entropy = f"{self.seller}/{what}/{number}".encode().ljust(10, b".")[-10:]
        return LeadId(f"{self.seller}/{time_ordered_id(self.now, entropy=entropy)}")

    def _reception(self, number: int) -> bo.ReceiveLead:
        key, submission = self.keys[number]
        return bo.ReceiveLead(
            seller_id=self.seller,
            lead_id=self.leads[number],
            sale_id=SaleId(f"{self.seller}/sale-{number}"),
            source_key=key,
            submission=submission,
            at=self.now,
        )

    def do_repeat(self, step: Step) -> Case | None:
        """Bring the very same submission again, as an import that is restarted would."""
        return self._reception(step.index % len(self.keys)) if self.keys else None

    def do_resell(self, step: Step) -> Case | None:
        """Sell a returned lead again."""
        known = self.known()
        back = tuple(lead for lead in known if lead.status is LeadStatus.REFUNDED) or known
        if not back:
            return None
        number = len(self.leads)
        fresh = self._id(number, f"again-{len(self.clock)}")
        old = back[step.index % len(back)]
        self.leads.append(fresh)
        self.keys.append((f"resale/{old.id}", Submission(source=Source(format="resale"))))
        return bo.ResellLead(
            seller_id=self.seller,
            lead_id=old.id,
            new_lead_id=fresh,
            sale_id=SaleId(f"{self.seller}/sale-{number}"),
            at=self.now,
        )

    def do_offer(self, step: Step) -> Case | None:
        """Offer a lead again."""
        if not self.leads:
            return None
        return bo.OfferLead(
            seller_id=self.seller,
            lead_id=self.leads[step.index % len(self.leads)],
            sale_id=SaleId(f"{self.seller}/offer-{len(self.clock)}"),
            at=self.now,
        )

    def _reserved(self, step: Step) -> tuple[dict[str, Any], SaleId] | None:
        lead = self.lead_of(step, LeadStatus.RESERVED)
        if lead is None:
            return None
        sold = lead.sale.id if lead.sale else SaleId(f"{self.seller}/none")
        sale = lead.reservation.sale_id if lead.reservation else sold
        return {"seller_id": self.seller, "lead_id": lead.id, "sale_id": sale, "at": self.now}, sale

    def do_confirm(self, step: Step) -> Case | None:
        """Say that a reserved lead has arrived."""
        found = self._reserved(step)
        return bo.ConfirmDelivery(**found[0]) if found else None

    def do_fail(self, step: Step) -> Case | None:
        """Say that a reserved lead could not be delivered."""
        found = self._reserved(step)
        return bo.FailDelivery(**found[0], **self._next(), why="no answer") if found else None

    def do_lapse(self, step: Step) -> Case | None:
        """Say that nobody confirmed a reserved lead in time."""
        found = self._reserved(step)
        return bo.ExpireDelivery(**found[0], **self._next()) if found else None

    def _next(self) -> dict[str, Any]:
        return {"next_sale_id": SaleId(f"{self.seller}/next-{len(self.clock)}")}

    def _work(self, step: Step, command: AssignLead | LogAttempt) -> Case | None:
        lead = self.lead_of(step, LeadStatus.SOLD)
        if lead is None:
            return None
        return bo.WorkLead(
            lead_id=lead.id,
            viewer_id=self.viewer(lead, step),
            command=command,
            at=self.now,
        )

    def _worker(self, lead: Lead | None, step: Step) -> UserId:
        # Whoever works the lead logs the attempt; now and then somebody else claims to have.
        if lead is None or step.index == 7:  # noqa: PLR2004 - one in eight
            return self.user(step.index)
        return self.viewer(lead, step)

    def do_assign(self, step: Step) -> Case | None:
        """Give a lead to a user."""
        return self._work(step, AssignLead(user_id=self.user(step.index + step.other)))

    def do_attempt(self, step: Step) -> Case | None:
        """Log a call that nobody answered."""
        attempt = ContactAttempt(
            channel=Channel.CALL,
            at=self.now,
            by=self._worker(self.lead_of(step, LeadStatus.SOLD), step),
            outcome=AttemptOutcome.NO_ANSWER,
        )
        return self._work(step, LogAttempt(attempt=attempt))

    def do_contact(self, step: Step) -> Case | None:
        """Do something about a lead's person: a text, an act, a look-up, a question."""
        lead = self.lead_of(step, LeadStatus.SOLD)
        if lead is None:
            return None
        return ContactStep(
            lead=lead,
            index=step.index,
            other=step.other,
            account=self.account(step.index),
            viewer=self.viewer(lead, step),
            at=self.now,
        ).case()
