"""What a user is told by e-mail: returns, a low balance, appointments, what is due.

All of them go to the user's own address, and to nobody whose log-in was taken away.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from attrs import field, frozen

from leadcore.notices.catalogues import ENGLISH
from leadcore.notices.messages import (
    LONGEST_OF_OURS,
    Attachment,
    Message,
    MessageKind,
    one_line,
)
from leadcore.notices.writing import instant_words, money_words, write
from leadcore.refunds.life import RefundStatus
from leadcore.submissions import Channel
from leadcore.values import LeadId, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.leads import Lead, Sale
    from leadcore.notices.catalogues import Catalogue
    from leadcore.notices.writing import Written
    from leadcore.people import User
    from leadcore.refunds.life import Refund
    from leadcore.values import Money

__all__ = [
    "AppointmentNews",
    "AppointmentTold",
    "DutyTold",
    "appointment_told",
    "appointment_words",
    "first_contact_overdue",
    "follow_up_due",
    "low_balance",
    "news_address",
    "refund_told",
]

_MINUTE = timedelta(minutes=1)


def _mail(  # noqa: PLR0917 - one of each
    key: str,
    kind: MessageKind,
    user: User,
    written: Written,
    lead_id: LeadId | None,
    at: datetime,
    *,
    not_after: datetime | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> tuple[Message, ...]:
    """Make the e-mail to a user; nothing where there is no address, or no log-in any more."""
    address = news_address(user)
    if address is None:
        return ()
    message = Message(
        id=key,
        kind=kind,
        channel=Channel.EMAIL,
        to=address,
        to_person=False,
        subject=written.subject,
        body=written.body,
        html=written.html,
        attachments=attachments,
        seller_id=user.seller_id,
        account_id=user.account_id,
        lead_id=lead_id,
        user_id=user.id,
        at=at,
        not_after=not_after,
    )
    return (message,)


def news_address(user: User | None) -> str | None:
    """Give the address where a user is told of news; None without one, or without a log-in."""
    return user.profile.email or None if user is not None and user.enabled else None


def refund_told(
    lead: Lead,
    sale: Sale,
    refund: Refund,
    user: User | None,
    *,
    admins: Iterable[User] = (),
    at: datetime,
    catalogue: Catalogue = ENGLISH,
) -> tuple[Message, ...]:
    """Tell whoever asked for a return what became of it, with the reason; by e-mail.

    Args:
        lead: the lead.
        sale: its sale.
        refund: the request, as it is now.
        user: whose request it is, if anybody's.
        admins: of the lead's account, told instead where no news reaches that user.
        at: when it was decided (aware).
        catalogue: the words.

    Returns:
        The messages; none where there is nothing new to tell, or nobody whom news reaches.
    """
    body = _REFUNDS.get(refund.status)
    if body is None:
        return ()
    facts = {"lead": one_line(lead.id, LONGEST_OF_OURS), "note": one_line(refund.note, _LONG)}
    written = write(catalogue, "refund.subject", body, facts)
    turn = f"{refund.id}/{refund.status.value}/{refund.round}"
    key = f"{sale.id}/{MessageKind.REFUND.value}/{Channel.EMAIL.value}/{turn}"
    if user is not None and news_address(user):
        return _mail(key, MessageKind.REFUND, user, written, lead.id, at)
    return tuple(
        message
        for admin in admins
        if admin.profile.admin
        for message in _mail(f"{key}/{admin.id}", MessageKind.REFUND, admin, written, lead.id, at)
    )


_REFUNDS = {
    RefundStatus.APPROVED: "refund.approved",
    RefundStatus.DECLINED: "refund.declined",
    RefundStatus.REVERSED: "refund.reversed",
}
_LONG = 5_000


def low_balance(
    user: User,
    *,
    crossing: int,
    available: Money,
    below: Money,
    at: datetime,
    catalogue: Catalogue = ENGLISH,
) -> tuple[Message, ...]:
    """Tell an admin of an account that its balance is low; once for a crossing, by e-mail.

    Nothing where the user is no admin, has no log-in any more, or no address.
    """
    if not user.profile.admin:
        return ()
    facts = {
        "available": money_words(available, catalogue),
        "below": money_words(below, catalogue),
    }
    written = write(catalogue, "low_balance.subject", "low_balance.body", facts)
    kind = MessageKind.LOW_BALANCE
    key = f"{user.account_id}/{kind.value}/{Channel.EMAIL.value}/{crossing}/{user.id}"
    return _mail(key, kind, user, written, None, at)


# ---------------------------------------------------------------------------------- appointments


class AppointmentNews(Enum):
    """What there is to tell about an appointment."""

    INVITED = "invited"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REMINDED = "reminded"


@frozen(kw_only=True)
class AppointmentTold:
    """All that is told about an appointment.

    Attributes:
        id: the appointment's.
        turn: which of its changes this tells, counted from 0; the iCalendar sequence will do.
        title: what it is called.
        person: the name of the lead's person; None tells none.
        begins_at, ends_at: shown on the clock of `zone`, with the zone.
        place: where; None where nobody said.
        note: more words, such as why it was cancelled.
    """

    id: str
    news: AppointmentNews
    turn: int
    lead_id: LeadId
    title: str
    person: str | None = None
    begins_at: datetime = field(converter=instant)
    ends_at: datetime = field(converter=instant)
    zone: str
    place: str | None = None
    note: str | None = None


def appointment_words(told: AppointmentTold, *, catalogue: Catalogue = ENGLISH) -> Written:
    """Give what is told about an appointment: subject, plain text, page."""
    minutes = (told.ends_at - told.begins_at) // _MINUTE
    facts = {
        "title": one_line(told.title, LONGEST_OF_OURS),
        "person": one_line(told.person),
        "lead": one_line(told.lead_id, LONGEST_OF_OURS),
        "when": instant_words(told.begins_at, told.zone, catalogue),
    }
    subject = f"appointment.{told.news.value}"
    facts |= {
        "headline": catalogue.fill(subject, facts),
        "length": (
            catalogue.fill("appointment.length", {"minutes": catalogue.count("minutes", minutes)})
            if minutes > 0
            else ""
        ),
        "place": one_line(told.place, LONGEST_OF_OURS),
        "note": one_line(told.note, _LONG),
    }
    return write(catalogue, subject, "appointment.body", facts)


def appointment_told(
    told: AppointmentTold,
    user: User,
    *,
    at: datetime,
    attachments: tuple[Attachment, ...] = (),
    catalogue: Catalogue = ENGLISH,
) -> tuple[Message, ...]:
    """Tell a user about an appointment, by e-mail; a reminder is not sent after it began.

    Args:
        told: what is told.
        user: who is invited.
        at: when it happened.
        attachments: the calendar invitation.
        catalogue: the words.
    """
    reminds = told.news is AppointmentNews.REMINDED
    kind = MessageKind.APPOINTMENT_REMINDER if reminds else MessageKind.APPOINTMENT
    return _mail(
        f"{told.id}/{kind.value}/{Channel.EMAIL.value}/{told.news.value}/{told.turn}/{user.id}",
        kind,
        user,
        appointment_words(told, catalogue=catalogue),
        told.lead_id,
        at,
        not_after=told.begins_at if reminds else None,
        attachments=attachments,
    )


# ------------------------------------------------------------------------------------ what is due


@frozen(kw_only=True)
class DutyTold:
    """All that is told about something that is due with a lead.

    Attributes:
        person: the name of the lead's person, if told.
        due_at: shown on the clock of `zone`, with the zone.
        step, steps: for a follow-up, the how manieth of how many.
    """

    lead_id: LeadId
    person: str | None = None
    due_at: datetime = field(converter=instant)
    zone: str
    step: int = 1
    steps: int = 1


def first_contact_overdue(
    told: DutyTold, user: User, *, at: datetime, catalogue: Catalogue = ENGLISH
) -> tuple[Message, ...]:
    """Remind a user, once, that nobody has tried to reach a lead's person in time; by e-mail."""
    kind = MessageKind.FIRST_CONTACT
    facts = _duty_facts(told, catalogue)
    written = write(catalogue, "first_contact.subject", "first_contact.body", facts)
    key = f"{told.lead_id}/{kind.value}/{Channel.EMAIL.value}/{user.id}"
    return _mail(key, kind, user, written, told.lead_id, at)


def follow_up_due(
    told: DutyTold, user: User, *, at: datetime, catalogue: Catalogue = ENGLISH
) -> tuple[Message, ...]:
    """Remind a user, once a step, that a follow-up with a lead's person is due; by e-mail."""
    kind = MessageKind.FOLLOW_UP
    facts = _duty_facts(told, catalogue) | {
        "step": catalogue.number(told.step),
        "steps": catalogue.number(told.steps),
    }
    written = write(catalogue, "follow_up.subject", "follow_up.body", facts)
    key = f"{told.lead_id}/{kind.value}/{Channel.EMAIL.value}/{told.step}/{user.id}"
    return _mail(key, kind, user, written, told.lead_id, at)


def _duty_facts(told: DutyTold, catalogue: Catalogue) -> dict[str, str]:
    return {
        "person": one_line(told.person) or catalogue.text("word.nobody"),
        "lead": one_line(told.lead_id, LONGEST_OF_OURS),
        "due": instant_words(told.due_at, told.zone, catalogue),
    }
