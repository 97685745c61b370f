"""Appointments as a store gives them: the facts of their use cases, and lists."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from leadcore.accounts import Seller
from leadcore.appointments import Appointment, AppointmentId
from leadcore.decider import Versioned
from leadcore.downline import Scope, Tree
from leadcore.intervals import Window
from leadcore.leads import Lead
from leadcore.people import User
from leadcore.ports.cursors import Cursor, Paged
from leadcore.values import AccountId, LeadId, SellerId, UserId, optional_instant

__all__ = [
    "Agenda",
    "AppointmentFacts",
    "AppointmentNeeds",
    "AppointmentQuery",
    "AsyncAgenda",
]


@frozen(kw_only=True)
class AppointmentNeeds:
    """One appointment, its lead, who acts, and whom it concerns.

    Attributes:
        lead_id: for a new one; a known one says so itself.
        viewer_id: who acts; None for the clock.
        user_id: who is to attend; None for whoever does now.
        window: the time it is to take place; None for that it has.
    """

    appointment_id: AppointmentId
    lead_id: LeadId | None = None
    viewer_id: UserId | None = None
    user_id: UserId | None = None
    window: Window | None = None


@frozen(kw_only=True)
class AppointmentFacts:
    """One appointment; state None and version 0 where there is none.

    Attributes:
        lead: the lead it belongs to, or is to.
        viewer, tree: who acts, and the tree of the account the lead was sold to; else of that
            user's.
        users: whoever attends now and whoever is to, as far as there are such users.
        seller: the lead's, in whose words everybody is told.
        busy: other booked appointments, of whoever is to attend, within the account and the window.
        key_counts: how often what is kept with the lead was claimed (`kept_key`), read before all.
    """

    appointment: Versioned[Appointment | None]
    lead: Versioned[Lead | None]
    viewer: User | None
    tree: Tree
    users: dict[UserId, User] = field(factory=dict[UserId, User])
    seller: Seller | None = None
    busy: tuple[Appointment, ...] = ()
    key_counts: dict[str, int] = field(factory=dict[str, int])


@frozen(kw_only=True)
class AppointmentQuery(Paged[Appointment]):
    """Which appointments to list, by beginning and id.

    With a scope only those are listed that its viewer sees (`appointments.covers_appointment`).
    Without one it is the seller's own staff that asks.

    Attributes:
        seller_id: whose.
        scope: what the viewer may see; None for the seller's staff.
        account_id, lead_id, user_id: of one account, for one lead, attended by one user.
        since, until: not over before the first, begun before the second.
        cancelled: cancelled ones too.
        unattended: only booked ones whose attendee is disabled: somebody else must go.
        remind_by: only those with a reminder due by then that have not begun then.
        limit: at most so many.
        after: behind which row the page begins.
    """

    seller_id: SellerId
    scope: Scope | None = None
    account_id: AccountId | None = None
    lead_id: LeadId | None = None
    user_id: UserId | None = None
    since: datetime | None = field(default=None, converter=optional_instant)
    until: datetime | None = field(default=None, converter=optional_instant)
    cancelled: bool = False
    unattended: bool = False
    remind_by: datetime | None = field(default=None, converter=optional_instant)
    limit: int = 100

    @property
    def order(self) -> str:
        """Which list it is, and what it is sorted by, in words."""
        return "appointments by beginning"

    def cursor(self, row: Appointment) -> Cursor:
        """Give where an appointment stands."""
        return Cursor(row.slot.begins_at, row.id)


class Agenda(Protocol):
    """What a store is asked about appointments, sync."""

    def appointment(self, appointment_id: AppointmentId) -> Appointment | None:
        """Give an appointment, whoever asks."""
        ...

    def appointments(self, query: AppointmentQuery) -> tuple[Appointment, ...]:
        """Give a page of appointments."""
        ...


class AsyncAgenda(Protocol):
    """What a store is asked about appointments, async: the same names."""

    async def appointment(self, appointment_id: AppointmentId) -> Appointment | None:
        """As `Agenda.appointment`."""
        ...

    async def appointments(self, query: AppointmentQuery) -> tuple[Appointment, ...]:
        """As `Agenda.appointments`."""
        ...
