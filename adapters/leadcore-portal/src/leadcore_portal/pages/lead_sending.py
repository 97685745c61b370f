"""E-mail the person, forward the lead, give it to somebody: what leaves a lead's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.decisions import Verdict
from leadcore.errors import NotFound
from leadcore.leads import AssignLead
from leadcore_portal.choosing import Choice, chosen_user, people_of
from leadcore_portal.forms import Form
from leadcore_portal.routing import Page
from leadcore_portal.sight import Sight, lead_page, look

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.people import User
    from leadcore_portal.visits import Visit

__all__ = ["PAGES"]


def _look(visit: Visit) -> Sight:
    with visit.reading() as reader:
        return look(visit, reader, visit.path["lead_id"])


def _choice(visit: Visit, sight: Sight, chosen: str | None = None) -> Choice:
    with visit.reading() as reader:
        return people_of(visit, reader, sight.lead.held_by, chosen=chosen)


def _chosen(visit: Visit, sight: Sight, name: str) -> User:
    with visit.reading() as reader:
        return chosen_user(visit, reader, sight.lead.held_by, name)


# -------------------------------------------------------------------------------- e-mail


def write(visit: Visit) -> Response:
    """Show the form of an e-mail to the person."""
    sight = _look(visit)
    return lead_page(visit, sight, "pages/lead_email.html", "email", form=Form())


def send(visit: Visit) -> Response:
    """Send it, if the rules permit it; the answer goes on the lead's record in any case."""
    form, lead_id = visit.form, visit.path["lead_id"]
    with form.telling({"lead": ""}):
        subject, body = form.text("subject"), form.text("body", most=20_000)
        form.check()
        sight = _look(visit)
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
    sight = _look(visit)
    return lead_page(visit, sight, "pages/lead_email.html", "email", status=422, form=form)


# ------------------------------------------------------------------------------- forward


def forward(visit: Visit) -> Response:
    """Show to whom the lead may be forwarded."""
    return _forwarding(visit, _look(visit), Form())


def _forwarding(visit: Visit, sight: Sight, form: Form, *, status: int = 200) -> Response:
    return lead_page(
        visit,
        sight,
        "pages/lead_forward.html",
        "forward",
        status=status,
        form=form,
        choice=_choice(visit, sight, form.raw("to")).without(visit.user.id),
    )


def forwarded(visit: Visit) -> Response:
    """Send the lead to a user by e-mail; it stays with whoever works it."""
    form, sight = visit.form, _look(visit)
    with form.telling():
        note = form.text("note", required=False, most=500)
        return _forward(visit, sight, _chosen(visit, sight, "to"), note)
    return _forwarding(visit, sight, form, status=422)


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
    sight = _look(visit)
    return _assigning(visit, sight, Form.of({"user_id": sight.lead.assigned_to}))


def _assigning(visit: Visit, sight: Sight, form: Form, *, status: int = 200) -> Response:
    return lead_page(
        visit,
        sight,
        "pages/lead_assign.html",
        "assign",
        status=status,
        form=form,
        choice=_choice(visit, sight, form.raw("user_id")),
    )


def assigned(visit: Visit) -> Response:
    """Give the lead to a user of the account that holds it."""
    form, sight = visit.form, _look(visit)
    with form.telling():
        to = _chosen(visit, sight, "user_id")
        command = AssignLead(user_id=to.id, by=visit.user.id)
        case = bo.WorkLead(
            lead_id=sight.lead.id, viewer_id=visit.user.id, command=command, at=visit.at
        )
        visit.run(case)
        return visit.go(_afterwards(visit, sight), f"The lead is {to.profile.name}'s now.")
    return _assigning(visit, sight, form, status=422)


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
