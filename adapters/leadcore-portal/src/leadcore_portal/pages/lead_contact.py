"""May this person be contacted: every finding, what is recorded, and each attempt to reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.contact import EmailFacts, Initiation, Purpose
from leadcore.contact_points import DoNotCall, RegistryLookup, addresses
from leadcore.intervals import local_date
from leadcore.leads import AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.submissions import Channel
from leadcore.values import LeadId
from leadcore_portal import formats
from leadcore_portal.forms import Form
from leadcore_portal.routing import Page
from leadcore_portal.sight import lead_page, look, points_of, seen_lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from leadcore.contact_points import ContactPoint
    from leadcore.leads import Lead
    from leadcore_portal.sight import Sight
    from leadcore_portal.visits import Visit

__all__ = ["PAGES"]

_PATH = "/leads/{lead_id}/contact"
CHANNELS = (("call", "Call"), ("text", "Text"), ("email", "E-mail"))
INITIATIONS = (
    ("manual", "By hand"),
    ("autodialed", "By an autodialer"),
    ("prerecorded", "With a prerecorded voice"),
    ("artificial", "With an artificial voice"),
)
PURPOSES = (
    ("telemarketing", "To sell a service"),
    ("informational", "About the request itself"),
    ("emergency", "An emergency"),
)
OUTCOMES = (
    ("reached", "Reached the person"),
    ("no_answer", "No answer"),
    ("voicemail", "Left a voicemail"),
    ("voicemail_full", "Mailbox full"),
    ("disconnected", "Number disconnected"),
    ("sent", "Sent"),
)
_FIRST = {"channel": "call", "initiation": "manual", "purpose": "telemarketing"}


def show(visit: Visit) -> Response:
    """Answer a question, by hand about a call unless asked otherwise."""
    asked = {name: visit.asked(name) or value for name, value in _FIRST.items()}
    form = Form.of({**asked, "emergencies": visit.asked("emergencies")})
    return _page(visit, form)


def _page(visit: Visit, form: Form, *, status: int = 200, kept: Form | None = None) -> Response:
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
        lead = seen_lead(visit, reader, sight.lead.id)
        points, others = points_of(reader, lead), reader.others(lead)
    asked = _question(form)
    decision = bo.assess_lead(lead, asked, at=visit.at, points=points, others=others)
    today = local_date(visit.at, visit.zone)
    return lead_page(
        visit,
        sight,
        "pages/lead_contact.html",
        "contact",
        status=status,
        question=form,
        decision=decision,
        form=kept or Form.of({"scrubbed": today, "listed": "no"}),
        numbers=_numbers(lead),
        looked=tuple(_looked(visit, points)),
        choices=(CHANNELS, INITIATIONS, PURPOSES),
    )


def _numbers(lead: Lead) -> list[tuple[str, str]]:
    found = (each for each in addresses(lead.submission) if each.startswith("+"))
    return [(each, formats.telephone(each)) for each in found]


def _looked(visit: Visit, points: tuple[ContactPoint, ...]) -> Iterator[str]:
    """Tell what is recorded about the numbers, as far as this account may know it."""
    for point in points:
        name = formats.telephone(point.address)
        for look_up in (each.fact for each in point.registry):
            at = formats.moment(look_up.at, visit.zone)
            what = "listed" if look_up.listed else "not listed"
            copy = formats.day(look_up.scrubbed_on)
            yield f"{name}: {what} in the registry's copy of {copy}, looked up {at}."
        for asked in (each.fact for each in point.requests):
            if asked.account_id is None or visit.caller.reaches(asked.account_id):
                at = formats.moment(asked.at, visit.zone)
                yield f"{name}: asked not to be called, {at}."


def _question(form: Form) -> bo.LeadContact:
    asked = bo.LeadContact(
        channel=form.choice("channel", Channel.CALL),
        initiation=form.choice("initiation", Initiation.MANUAL),
        purpose=form.choice("purpose", Purpose.TELEMARKETING),
        email=EmailFacts(opted_out_at=None),
    )
    nowhere: frozenset[str] = frozenset()
    return evolve(asked, declared_emergencies=nowhere) if form.ticked("emergencies") else asked


def ask(visit: Visit) -> Response:
    """Answer, and keep question and answer on the lead's record."""
    form = visit.form
    with form.telling():
        asked = _question(form)
        form.check()
        lead_id = _seen(visit)
        case = bo.AskContact(
            seller_id=visit.seller.id,
            lead_id=lead_id,
            viewer_id=visit.viewer_id,
            asked=asked,
            log=True,
            at=visit.at,
            now=visit.at,
        )
        decision = visit.run(case)
        told = decision.verdict.value.replace("warn", "permitted, with a warning")
        return visit.go(f"/leads/{lead_id}/contact", f"Kept on record: {told}.")
    return _page(visit, Form.of(dict(_FIRST)), status=422, kept=form)


def _seen(visit: Visit) -> LeadId:
    with visit.reading() as reader:
        return seen_lead(visit, reader, visit.path["lead_id"]).id


def attempt(visit: Visit) -> Response:
    """Show the form in which an attempt is recorded."""
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
    form = Form.of(
        {
            "channel": visit.asked("channel") or "call",
            "outcome": "",
            "when": "now",
        }
    )
    return _attempt(visit, sight, form)


def _attempt(visit: Visit, sight: Sight, form: Form, *, status: int = 200) -> Response:
    return lead_page(
        visit,
        sight,
        "pages/lead_attempt.html",
        "attempt",
        status=status,
        form=form,
        channels=CHANNELS,
        outcomes=OUTCOMES,
    )


def tried(visit: Visit) -> Response:
    """Record an attempt."""
    form = visit.form
    with form.telling({"attempt.at": "at"}):
        channel = form.choice("channel", Channel.CALL)
        outcome = form.choice("outcome", AttemptOutcome.NO_ANSWER)
        earlier = form.raw("when") == "earlier"
        at = form.moment("at", visit.zone, visit.at) if earlier else visit.at
        form.check()
        lead_id = _seen(visit)
        told = ContactAttempt(channel=channel, at=at, by=visit.user.id, outcome=outcome)
        case = bo.WorkLead(
            lead_id=lead_id,
            viewer_id=visit.user.id,
            command=LogAttempt(attempt=told),
            at=visit.at,
        )
        visit.run(case)
        return visit.go(f"/leads/{lead_id}", "The attempt is recorded.")
    with visit.reading() as reader:
        sight = look(visit, reader, visit.path["lead_id"])
    return _attempt(visit, sight, form, status=422)


def looked_up(visit: Visit) -> Response:
    """Record a look into the national do-not-call registry."""
    form = visit.form
    with form.telling({"fact.scrubbed_on": "scrubbed", "address": "number"}):
        listed = form.one_of("listed", frozenset({"yes", "no"})) == "yes"
        copy = form.day("scrubbed", required=True) or local_date(visit.at, visit.zone)
        number = form.text("number")
        form.check()
        _record(visit, number, RegistryLookup(at=visit.at, listed=listed, scrubbed_on=copy))
        return visit.go(f"/leads/{visit.path['lead_id']}/contact", "The look-up is recorded.")
    return _page(visit, Form.of(dict(_FIRST)), status=422, kept=form)


def stop(visit: Visit) -> Response:
    """Record that the person asked not to be called any more: it never expires."""
    form = visit.form
    with form.telling({"address": "number"}):
        words = form.optional("words", most=500)
        number = form.text("number")
        form.check()
        _record(visit, number, DoNotCall(at=visit.at, account_id=visit.of_account, text=words))
        return visit.go(f"/leads/{visit.path['lead_id']}/contact", "Recorded: nobody calls again.")
    return _page(visit, Form.of(dict(_FIRST)), status=422, kept=form)


def _record(visit: Visit, number: str, fact: DoNotCall | RegistryLookup) -> None:
    case = bo.RecordOfLead(
        lead_id=LeadId(visit.path["lead_id"]),
        viewer_id=visit.user.id,
        fact=fact,
        address=number,
        at=visit.at,
    )
    visit.run(case)


_READ, _WRITE = Permission(Area.LEADS, Way.READ), Permission(Area.LEADS, Way.WRITE)
_CONSENT = Permission(Area.CONSENT, Way.WRITE)
PAGES = (
    Page(path=_PATH, make=show, needs=_READ),
    Page(path=_PATH, make=ask, method="POST", needs=_READ),
    Page(path=f"{_PATH}/registry", make=looked_up, method="POST", needs=_CONSENT),
    Page(path=f"{_PATH}/stop", make=stop, method="POST", needs=_CONSENT),
    Page(path="/leads/{lead_id}/attempt", make=attempt, needs=_WRITE),
    Page(path="/leads/{lead_id}/attempt", make=tried, method="POST", needs=_WRITE),
)
