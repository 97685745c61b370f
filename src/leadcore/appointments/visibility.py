"""Who sees an appointment.

It belongs to a lead, so it is seen only while the account holds that lead. Then it is seen by
whoever attends, by whoever works the lead, and by everybody who sees either of the two: with View
Downline whoever stands above, an admin the whole account. Whoever attends without seeing the lead
sees the appointment, not the lead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.downline import scope
from leadcore.leads import LeadStatus

if TYPE_CHECKING:
    from leadcore.appointments.life import Appointment
    from leadcore.downline import Scope, Tree
    from leadcore.leads import Lead
    from leadcore.people import User

__all__ = ["covers_appointment", "sees_appointment"]


def covers_appointment(
    reach: Scope, appointment: Appointment, lead: Lead | None, tree: Tree
) -> bool:
    """Say whether a viewer's scope covers an appointment.

    Args:
        reach: what the viewer may see.
        appointment: which.
        lead: the lead it belongs to.
        tree: the parent links of the viewer's account.
    """
    if lead is None or lead.sale is None or lead.status is not LeadStatus.SOLD:
        return False
    if lead.sale.account_id != appointment.account_id:
        return False
    owners = {appointment.assigned_to, lead.assigned_to} - {None}
    return any(
        reach.covers(appointment.account_id, owner, tree) for owner in owners if owner is not None
    )


def sees_appointment(viewer: User, appointment: Appointment, lead: Lead | None, tree: Tree) -> bool:
    """Say whether a viewer sees an appointment."""
    return covers_appointment(scope(viewer, tree), appointment, lead, tree)
