"""Leads that are handed in: by the seller's own programs, and by those who collect them.

What is read and how, and whether it proves where it comes from, `leadcore_intake` knows. The same
submission is known again by its own key, so it may be sent as often as its source likes.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, cast

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.errors import Malformed, Problem
from leadcore.logins import Actor
from leadcore.values import LeadId, SaleId, time_ordered_id
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.problems import Halt
from leadcore_fastapi.reading import Param
from leadcore_fastapi.routing import Group
from leadcore_intake import (
    TARGETS,
    Limits,
    Options,
    Record,
    google_key_matches,
    meta_signature_matches,
    read,
)

if TYPE_CHECKING:
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("intake")
_FORM = ("application/x-www-form-urlencoded",)

_LEAD = {
    "type": "object",
    "description": "A lead as plain JSON. Fields not named here are kept as answers.",
    "properties": {
        name: {"type": ["string", "number", "boolean", "null"]} for name in sorted(TARGETS)
    },
}
_ANN = {
    "first_name": "Ann",
    "last_name": "Lee",
    "phone": "+12125550101",
    "email": "ann@example.com",
    "zip": "10001",
    "vertical": "legal",
    "area": "family law",
    "tcpa": "yes",
    "budget": "500",
}
_RECEIVED = {
    "type": "object",
    "required": ["outcome", "lead", "reasons", "warnings"],
    "properties": {
        "outcome": {"enum": [each.value for each in bo.Received]},
        "lead": {"$ref": "#/components/schemas/Lead"},
        "reasons": {"type": "array", "items": {"type": "string"}},
        "warnings": {"type": "array", "items": {"type": "object"}},
    },
}
_TAKEN = {
    "type": "object",
    "required": ["taken"],
    "properties": {
        "taken": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["outcome"],
                "properties": {"outcome": {"type": "string"}, "lead": {"type": "string"}},
            },
        },
        "warnings": {"type": "array", "items": {"type": "object"}},
    },
}


def _options(call: Call) -> Options:
    most = Limits(max_bytes=call.settings.body_bytes)
    return Options(zone=call.seller.terms.zone, limits=most)


def _reception(call: Call, record: Record) -> bo.ReceiveLead:
    if record.submission is None:
        raise Malformed(record.problems)
    source = record.submission.source
    key = f"digest:{record.digest}"
    if source.key:
        key = f"{source.format}:{source.name or ''}:{source.key}"
    drawn = hashlib.sha256(f"{call.seller.id}\n{key}".encode()).digest()
    return bo.ReceiveLead(
        seller_id=call.seller.id,
        lead_id=LeadId(time_ordered_id(call.at, entropy=drawn)),
        sale_id=SaleId(time_ordered_id(call.at, entropy=drawn[10:])),
        source_key=key,
        submission=record.submission,
        at=call.at,
    )


@group.post(
    "/leads",
    "Hand in a lead",
    may=(Area.INTAKE, Way.WRITE),
    body=_LEAD,
    gives=_RECEIVED,
    status=201,
    others=(200,),
    example=_ANN,
)
def submit_lead(call: Call) -> Act:
    """Records it and offers it to everybody at once; the answer says what became of it.

    A person who asked before is `refused`, with the reasons; the same lead again is `known`.
    """
    intake = read(call.incoming.body, format="json", options=_options(call))
    if len(intake.records) != 1:
        raise Malformed.at("$", f"is one lead, not {len(intake.records)}")
    (record,) = intake.records

    def tell(done: bo.Reception) -> Reply:
        fresh = done.outcome is bo.Received.ACCEPTED
        data = {
            "outcome": done.outcome.value,
            "lead": wire.dump(done.lead),
            "reasons": [each.value for each in done.lead.refusals],
            "warnings": _problems(record.warnings),
        }
        return Reply(data=data, status=201 if fresh else 200)

    return Act(case=_reception(call, record), tell=tell)


def _problems(given: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [{"path": each.path, "message": each.message} for each in given]


def _take(call: Call, source: str, body: bytes, form: str) -> Reply:
    """Receive whatever a source sent, on behalf of nobody but the source."""
    intake = read(body, format=form, options=_options(call))
    actor = Actor.system(call.seller.id, f"intake {source}", call.incoming.source)
    told: list[dict[str, Any]] = []
    for record in intake.records:
        if record.submission is None:
            told.append({"outcome": "malformed", "problems": _problems(record.problems)})
            continue
        case = _reception(call, record)
        done = call.store.run(bo.By(actor=actor, case=case, act=call.fresh(), at=call.at))
        told.append({"outcome": done.outcome.value, "lead": done.lead.id})
    if told and all(each["outcome"] == "malformed" for each in told):
        raise Malformed([each for record in intake.records for each in record.problems])
    return Reply(data={"taken": told, "warnings": _problems(intake.warnings)})


def _agreed(call: Call, name: str) -> str:
    found: str | None = getattr(call.settings.intake, name)
    if found is None:
        raise Halt(404)
    return found


@group.post(
    "/intake/google",
    "Take a lead of a Google Ads lead form",
    body={"type": "object"},
    gives=_TAKEN,
    others=(403, 404),
    example={"google_key": "agreed", "lead_id": "1", "user_column_data": []},
)
def take_google(call: Call) -> Reply:
    """Carries the key agreed with Google."""
    agreed = _agreed(call, "google_key")
    given = call.json()
    said = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    key = said.get("google_key")
    if not isinstance(key, str) or not google_key_matches(key, agreed):
        raise Halt(403, "the key is not the one agreed with Google")
    return _take(call, "google", call.incoming.body, "google")


@group.get(
    "/intake/meta",
    "Say that this is the right place for Meta's notifications",
    query=tuple(
        Param(name=f"hub.{name}", kind=str, says="As Meta sends it.")
        for name in ("mode", "verify_token", "challenge")
    ),
    gives={"type": "string"},
    answer_media="text/plain",
    others=(403, 404),
)
def verify_meta(call: Call) -> Reply:
    """Answers the challenge where the token is the one agreed."""
    agreed, said = _agreed(call, "meta_verify_token"), call.query
    given = said.get("hub.verify_token", "")
    if said.get("hub.mode") != "subscribe" or not _same(given, agreed):
        raise Halt(403, "the token is not the one agreed with Meta")
    challenge = said.get("hub.challenge", "")
    if not (challenge.isascii() and challenge.isalnum()):
        raise Malformed.at("?hub.challenge", "is letters and digits")
    return Reply(raw=challenge.encode(), media="text/plain; charset=utf-8")


@group.post(
    "/intake/meta",
    "Take Meta's notification of leads",
    body={"type": "object"},
    gives=_TAKEN,
    others=(403, 404, 503),
    example={"object": "page", "entry": []},
)
def take_meta(call: Call) -> Reply:
    """Signed by the app's secret; the leads it names are fetched, where that is set up."""
    secret = _agreed(call, "meta_secret")
    signed = call.incoming.headers.get("x-hub-signature-256")
    if not meta_signature_matches(call.incoming.body, signed, secret):
        raise Halt(403, "the signature is not that of the app's secret")
    found = read(call.incoming.body, format="meta_notification", options=_options(call))
    taken: list[Any] = []
    for each in found.references:
        if call.settings.fetch is None:
            call.settings.log.warning("a lead of Meta's was named, and nothing fetches it")
            taken.append({"outcome": "named", "lead": each.lead_id})
        else:
            taken += _take(call, "meta", _fetched(call, each.lead_id), "meta").data["taken"]
    return Reply(data={"taken": taken, "warnings": _problems(found.warnings)})


def _fetched(call: Call, lead_id: str) -> bytes:
    fetch = call.settings.fetch
    try:
        return fetch(lead_id) if fetch is not None else b""
    except Exception as error:
        # Meta asks again; what it named already is known by its id then.
        call.settings.log.warning("a lead of Meta's can't be fetched: %s", type(error).__name__)
        raise Halt(503, "the leads it names can't be fetched now") from error


def _known_source(call: Call, source: str) -> None:
    agreed = call.settings.intake.tokens.get(source)
    if agreed is None:
        raise Halt(404)
    given = call.incoming.headers.get("x-intake-token", "")
    if not _same(given, agreed):
        raise Halt(403, "the word in X-Intake-Token is not the one agreed")


def _same(given: str, agreed: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), agreed.encode())


@group.post(
    "/intake/hubspot",
    "Take a HubSpot form",
    body={"type": "object"},
    gives=_TAKEN,
    others=(403, 404),
    example={"fields": [{"name": "email", "value": "ann@example.com"}]},
)
def take_hubspot(call: Call) -> Reply:
    """With the word agreed, in `X-Intake-Token`."""
    _known_source(call, "hubspot")
    return _take(call, "hubspot", call.incoming.body, "hubspot")


@group.post(
    "/intake/salesforce",
    "Take a Salesforce web-to-lead form",
    body={"type": "object"},
    media=_FORM,
    gives=_TAKEN,
    others=(403, 404),
    example={"oid": "00D", "last_name": "Lee", "email": "ann@example.com"},
)
def take_salesforce(call: Call) -> Reply:
    """With the word agreed, in `X-Intake-Token`."""
    _known_source(call, "salesforce")
    return _take(call, "salesforce", call.incoming.body, "salesforce")


_FORMATS = {
    "application/json": "json",
    "application/x-www-form-urlencoded": "form",
    "application/xml": "adf",
    "text/xml": "adf",
}


@group.post(
    "/intake/from/{source}",
    "Take leads of any other source",
    body={"type": "object"},
    media=tuple(_FORMATS),
    gives=_TAKEN,
    others=(403,),
    example=_ANN,
)
def take_generic(call: Call) -> Reply:
    """JSON, a form, or ADF; the source has a word of its own, in `X-Intake-Token`."""
    source = call.path("source")
    _known_source(call, source)
    kind = call.incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _take(call, source, call.incoming.body, _FORMATS[kind])
