"""E-mail the person, forward the lead, give it to somebody: what leaves a lead's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.decisions import Verdict
from leadcore.errors import NotFound
from leadcore.leads import AssignLead
from leadcore.values import UserId
from leadcore_portal.forms import Form
from leadcore_portal.routing import Page
from leadcore_portal.sight import Sight, lead_page, look

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.people import User
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES", "colleagues"]

_MOST_USERS = 1_000


def _look(visit: Visit) -> tuple[Sight, tuple[User, ...]]:
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
        return sight, colleagues(visit, reader)


def colleagues(visit: Visit, reader: SqlReader) -> tuple[User, ...]:
    """Give the enabled users of one's own account, by name; none for staff."""
    if visit.staff:
        return ()
    found = reader.users(visit.user.account_id)[:_MOST_USERS]
    return tuple(sorted((u for u in found if u.enabled), key=lambda u: u.profile.name.casefold()))


# -------------------------------------------------------------------------------- e-mail


def write(visit: Visit) -> Response:
    """Show the form of an e-mail to the person."""
    sight, _ = _look(visit)
    return lead_page(visit, sight, "pages/lead_email.html", "email", form=Form())


def send(visit: Visit) -> Response:
    """Send it, if the rules permit it; the answer goes on the lead's record in any case."""
    form, lead_id = visit.form, visit.path["lead_id"]
    with form.telling({"lead": ""}):
        subject, body = form.text("subject"), form.text("body", most=20_000)
        form.check()
        sight, _ = _look(visit)
        case = bo.EmailPerson(
            seller_id=visit.seller.id,
            lead_id=sight.lead.id,
            viewer_id=visit.user.id,
            message_id=visit.fresh_id(),
            subject=subject,
            body=body,
            at=visit.at,
        )
        done = visit.run(case)
        if done.message is not None:
            warned = done.decision.verdict is Verdict.WARN
            told = "The e-mail is on its way" + (", with a warning on record." if warned else ".")
            return visit.go(f"/leads/{lead_id}/timeline", told)
        for finding in done.decision.determining:
            form.wrong("", finding.sentence)
    sight, _ = _look(visit)
    return lead_page(visit, sight, "pages/lead_email.html", "email", status=422, form=form)


# ------------------------------------------------------------------------------- forward


def forward(visit: Visit) -> Response:
    """Show to whom the lead may be forwarded."""
    sight, users = _look(visit)
    return lead_page(
        visit,
        sight,
        "pages/lead_forward.html",
        "forward",
        form=Form(),
        users=_choices(users, visit),
    )


def _choices(users: tuple[User, ...], visit: Visit) -> list[tuple[str, str]]:
    others = (each for each in users if each.id != visit.user.id)
    return [(each.id, each.profile.name) for each in others]


def forwarded(visit: Visit) -> Response:
    """Send the lead to a user by e-mail; it stays with whoever works it."""
    form = visit.form
    sight, users = _look(visit)
    with form.telling():
        note = form.text("note", required=False, most=500)
        to = next((each for each in users if each.id == form.raw("to")), None)
        if to is None:
            form.wrong("to", "Choose one of these.")
        form.check()
        if to is not None:
            return _forward(visit, sight, to, note)
    return lead_page(
        visit,
        sight,
        "pages/lead_forward.html",
        "forward",
        status=422,
        form=form,
        users=_choices(users, visit),
    )


def _forward(visit: Visit, sight: Sight, to: User, note: str) -> Response:
    case = bo.ForwardLead(
        lead_id=sight.lead.id, viewer_id=visit.user.id, to=to, note=note, at=visit.at
    )
    try:
        visit.run(case)
    except NotFound:
        # The lead is seen; it is the other user whose leads are not.
        visit.form.wrong("to", "You may forward leads to yourself and to whose leads you see.")
        visit.form.check()
    return visit.go(f"/leads/{sight.lead.id}", f"The lead goes to {to.profile.email} by e-mail.")


# -------------------------------------------------------------------------------- assign


def assign(visit: Visit) -> Response:
    """Show to whom the lead may be given."""
    sight, users = _look(visit)
    form = Form.of({"user_id": sight.lead.assigned_to})
    return lead_page(
        visit, sight, "pages/lead_assign.html", "assign", form=form, users=_everybody(users)
    )


def _everybody(users: tuple[User, ...]) -> list[tuple[str, str]]:
    return [(each.id, each.profile.name) for each in users]


def assigned(visit: Visit) -> Response:
    """Give the lead to a user of the account."""
    form = visit.form
    sight, users = _look(visit)
    with form.telling():
        user_id = UserId(form.one_of("user_id", frozenset(each.id for each in users)))
        form.check()
        command = AssignLead(user_id=user_id, by=visit.user.id)
        case = bo.WorkLead(
            lead_id=sight.lead.id, viewer_id=visit.user.id, command=command, at=visit.at
        )
        visit.run(case)
        name = dict(_everybody(users)).get(user_id, user_id)
        return visit.go(_afterwards(visit, sight), f"The lead is {name}'s now.")
    return lead_page(
        visit,
        sight,
        "pages/lead_assign.html",
        "assign",
        status=422,
        form=form,
        users=_everybody(users),
    )


def _afterwards(visit: Visit, sight: Sight) -> str:
    """Give where to go: who gave a lead away upwards does not see it any more."""
    with visit.reading() as reader:
        try:
            return f"/leads/{look(visit, reader, sight.lead.id).lead.id}"
        except NotFound:
            return "/leads"


_WRITE = Permission(Area.LEADS, Way.WRITE)
PAGES = tuple(
    Page(path=f"/leads/{{lead_id}}/{name}", make=make, method=method, needs=_WRITE)
    for name, get, post in (
        ("email", write, send),
        ("forward", forward, forwarded),
        ("assign", assign, assigned),
    )
    for method, make in (("GET", get), ("POST", post))
)
