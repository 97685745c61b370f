"""What happens to returns: they are asked for, verified, approved, declined, reversed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.leads import LeadStatus
from leadcore.refunds import Basis
from leadcore.testing.stage.base import Seen
from leadcore.values import RefundId

if TYPE_CHECKING:
    from leadcore.testing.stage.base import Case, Step

__all__ = ["Returns"]


class Returns(Seen):
    """Request, grant, verify, approve, decline, reverse, reinstate."""

    __slots__ = ()

    def do_request(self, step: Step) -> Case | None:
        """Ask for a return, so long after the sale as the step's gap says."""
        lead = self.lead_of(step, LeadStatus.SOLD)
        if lead is None:
            return None
        sold = lead.sale.sold_at if lead.sale else self.now
        return bo.RequestRefund(
            refund_id=RefundId(f"{self.seller}/r{len(self.clock)}/{len(self.refunds)}"),
            lead_id=lead.id,
            user_id=self.viewer(lead, step),
            reason="wrong_number",
            detail="asked the person",
            exception="hurricane" if step.other == 7 else None,  # noqa: PLR2004 - one in eight
            at=sold + step.gap,
        )

    def _decision(self, step: Step, command: refunds.RefundCommand) -> Case | None:
        if not self.refunds:
            return None
        refund_id = self.refunds[step.index % len(self.refunds)]
        return bo.DecideRefund(refund_id=refund_id, command=command, at=self.now)

    def do_grant(self, step: Step) -> Case | None:
        """Grant an exception."""
        return self._decision(step, refunds.GrantException(by="staff", note="a hurricane"))

    def do_verify(self, step: Step) -> Case | None:
        """Begin to verify."""
        return self._decision(step, refunds.StartVerification(by="staff"))

    def do_approve(self, step: Step) -> Case | None:
        """Approve a return."""
        basis = Basis.RECORDING if step.other else Basis.PERSON_SAID
        command = refunds.ApproveRefund(by="staff", note="verified", basis=basis)
        return self._decision(step, command)

    def do_decline(self, step: Step) -> Case | None:
        """Decline a return."""
        return self._decision(step, refunds.DeclineRefund(by="staff", note="not proved"))

    def do_reverse(self, step: Step) -> Case | None:
        """Reverse a return."""
        return self._decision(step, refunds.ReverseRefund(by="staff", note="became a member"))

    def do_reinstate(self, step: Step) -> Case | None:
        """Reverse the reversal."""
        return self._decision(step, refunds.ReinstateRefund(by="staff", note="in error"))
