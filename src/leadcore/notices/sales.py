"""What a sale has told: the confirmation to the person, the courtesy notice to the associate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.notices.catalogues import ENGLISH
from leadcore.notices.messages import LONGEST_OF_OURS, Message, MessageKind, one_line
from leadcore.notices.writing import write
from leadcore.submissions import Channel

if TYPE_CHECKING:
    from leadcore.leads import Lead, Sale
    from leadcore.notices.catalogues import Catalogue
    from leadcore.people import Profile, User

__all__ = ["WITHIN_HOURS", "confirmation", "courtesy"]

WITHIN_HOURS = 24
"""Within so many hours the provider is in touch; see `leadcore.leads.FIRST_CONTACT_HOURS`."""


def confirmation(
    lead: Lead, sale: Sale, associate: Profile, *, catalogue: Catalogue = ENGLISH
) -> tuple[Message, ...]:
    """Tell the person that the request was received; nothing where no e-mail address was given.

    Says that it was matched by place and area, that the provider will be in touch within 24 hours
    and may be contacted first. Of the associate only name, telephone number (the toll-free one
    before the office one) and website are told.
    """
    address = lead.submission.email
    if address is None:
        return ()
    person = one_line(lead.submission.name.display)
    greeting = (
        catalogue.fill("confirmation.greeting", {"person": person})
        if person
        else catalogue.text("word.greeting")
    )
    facts = {
        "greeting": greeting,
        "person": person,
        "hours": catalogue.count("hours", WITHIN_HOURS),
        "associate": one_line(associate.name, LONGEST_OF_OURS),
        "phone": one_line(associate.toll_free or associate.phone, LONGEST_OF_OURS),
        "website": one_line(associate.website, LONGEST_OF_OURS),
    }
    written = write(catalogue, "confirmation.subject", "confirmation.body", facts)
    message = Message(
        id=f"{sale.id}/{MessageKind.CONFIRMATION.value}/{Channel.EMAIL.value}",
        kind=MessageKind.CONFIRMATION,
        channel=Channel.EMAIL,
        to=address,
        to_person=True,
        subject=written.subject,
        body=written.body,
        html=written.html,
        seller_id=lead.seller_id,
        account_id=sale.account_id,
        lead_id=lead.id,
        at=sale.sold_at,
    )
    return (message,)


def courtesy(
    lead: Lead, sale: Sale, user: User, *, catalogue: Catalogue = ENGLISH
) -> tuple[Message, ...]:
    """Tell the associate about a new lead, by text and by e-mail, where set and switched on.

    It names the lead and says that replies go to the company, never to the person.
    """
    profile = user.profile
    if not profile.notify_new_lead or not user.enabled:
        return ()
    known = lead.submission
    facts = {
        "person": one_line(known.name.display) or catalogue.text("word.no_name"),
        "matter": (
            one_line(known.area) or one_line(known.vertical) or catalogue.text("word.no_matter")
        ),
        "lead": one_line(lead.id, LONGEST_OF_OURS),
        "hours": catalogue.count("hours", WITHIN_HOURS),
    }
    written = write(catalogue, "courtesy.subject", "courtesy.body", facts)
    ways = (
        (Channel.TEXT, profile.cell, "", ""),
        (Channel.EMAIL, profile.email, written.subject, written.html),
    )
    return tuple(
        Message(
            id=f"{sale.id}/{MessageKind.COURTESY.value}/{channel.value}",
            kind=MessageKind.COURTESY,
            channel=channel,
            to=to,
            to_person=False,
            subject=subject,
            body=written.body,
            html=html,
            seller_id=lead.seller_id,
            account_id=sale.account_id,
            lead_id=lead.id,
            user_id=user.id,
            at=sale.sold_at,
        )
        for channel, to, subject, html in ways
        if to
    )
