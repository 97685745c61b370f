"""One thing of the records as a page finds it: there, and on this side of the wall."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.appointments import AppointmentId, covers_appointment
from leadcore.decider import fold
from leadcore.downline import Tree
from leadcore.errors import NotFound
from leadcore.values import UserId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.accounts import Account
    from leadcore.appointments import Appointment
    from leadcore.leads import Lead
    from leadcore.orders import Order, Standing
    from leadcore.people import User
    from leadcore.refunds import Refund
    from leadcore_portal.forms import Form
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = [
    "account_of",
    "appointment_of",
    "id_sent",
    "links_between",
    "order_of",
    "refund_of",
    "seen_of_refunds",
    "shown_leads",
    "user_of",
]


_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def id_sent(form: Form, name: str) -> str:
    """Read the id a form brought along, so that what is sent twice is done once.

    Only ids as we make them: others are noted as a problem of the whole form.
    """
    told = form.raw(name)
    if not _ID.fullmatch(told):
        form.wrong("", "Something is missing in this form. Open the page again and repeat it.")
    return told


def account_of(visit: Visit, reader: SqlReader, key: str) -> Account:
    """Give an account: one's own, or for staff any.

    Raises:
        NotFound: there is none, or the one who asks may not know that there is.
    """
    for each in reader.accounts(visit.seller.id):
        if each.id == key and visit.caller.reaches(each.id):
            return each
    raise NotFound("account", key)


def order_of(visit: Visit, reader: SqlReader, key: str) -> tuple[Order, Standing]:
    """Give an order with its hot numbers.

    Raises:
        NotFound: there is none, or the one who asks may not know that there is.
    """
    for order, standing in reader.orders(visit.seller.id, visit.of_account):
        if order.id == key:
            return order, standing
    raise NotFound("order", key)


def user_of(visit: Visit, reader: SqlReader, key: str) -> User:
    """Give a user of one's own account, or for staff any.

    Raises:
        NotFound: there is none, or the one who asks may not know that there is.
    """
    found = reader.user(UserId(key))
    mine = found is not None and found.seller_id == visit.seller.id
    if found is None or not mine or not visit.caller.reaches(found.account_id):
        raise NotFound("user", key)
    return found


def refund_of(visit: Visit, reader: SqlReader, key: str) -> Refund:
    """Give a request for a return that whoever asks sees.

    Raises:
        NotFound: there is none, or the one who asks may not know that there is.
    """
    events = reader.journal("refund", key)
    found = fold(refunds.evolve, None, events) if events else None
    mine = found is not None and found.seller_id == visit.seller.id
    if found is None or not mine or not seen_of_refunds(visit, reader, (found,)):
        raise NotFound("return", key)
    return found


def seen_of_refunds(visit: Visit, reader: SqlReader, found: Iterable[Refund]) -> tuple[Refund, ...]:
    """Give those of the requests that whoever asks sees: one's own, or one's downline's."""
    return bo.seen_refunds(visit.caller.scope, found, reader.covered)


def appointment_of(visit: Visit, reader: SqlReader, key: str) -> Appointment:
    """Give an appointment that whoever asks sees.

    Raises:
        NotFound: there is none, or the one who asks may not know that there is.
    """
    found, scope = reader.appointment(AppointmentId(key)), visit.caller.scope
    if found is not None and found.seller_id == visit.seller.id:
        lead = reader.lead(found.lead_id)
        if scope is None:
            return found
        owners = (visit.user.id, found.assigned_to, lead.assigned_to if lead else None)
        links = links_between(reader, owners)
        if covers_appointment(scope, found, lead, links):
            return found
    raise NotFound("appointment", key)


def links_between(reader: SqlReader, ids: Iterable[UserId | None]) -> Tree:
    """Give the parent links of some users up to the top: the tree as far as they go."""
    parents: dict[UserId, UserId | None] = {}
    for each in ids:
        here = each
        while here is not None and here not in parents:
            user = reader.user(here)
            if user is None:
                break
            parents[user.id] = here = user.parent_id
    return Tree(parents)


def shown_leads(visit: Visit, reader: SqlReader, leads: Iterable[Lead | None]) -> dict[str, str]:
    """Give the names of those leads that whoever asks sees, by their ids."""
    listed = bo.seen_leads(visit.caller.scope, leads, reader.covered)
    return {each.id: each.submission.name.display or "No name" for each in listed}
