"""Inbound calls: listed, played, downloaded, and reviewed before anybody else may hear them.

Who sees a call is who sees its lead. Where the caller was not told of the recording, the states'
law on recording decides, and the page of the call says what it says.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from attrs import frozen
from starlette.responses import Response, StreamingResponse

from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound
from leadcore.files import HEAD, byte_range, content_disposition
from leadcore.intervals import start_of_local_day
from leadcore.ports import FileKeeper, LeadQuery, LeadSort
from leadcore.recordings import (
    RecordingQuestion,
    SensitiveKind,
    ShareQuestion,
    assess_recording,
    assess_sharing,
    find_sensitive,
    redact,
)
from leadcore.rulebooks import US
from leadcore.submissions import LeadKind
from leadcore.values import LeadId
from leadcore_files import media_type_of
from leadcore_portal.forms import Form
from leadcore_portal.naming import names_of
from leadcore_portal.routing import Page
from leadcore_portal.sight import seen_lead

if TYPE_CHECKING:
    from leadcore.decisions import Decision
    from leadcore.leads import Lead
    from leadcore.submissions import Recording
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES"]

_PAGE = 25
_DAY = timedelta(days=1)
_FILTERS = ("text", "since", "until")
_KEPT_HERE = re.compile(r"[0-9a-f]{64}")
_ELSEWHERE = re.compile(r"https?://[^\s\"'<>]+")
_LONGEST = 200_000
_SOUNDS = {"audio/x-wav": "audio/wav", "video/mp4": "audio/mp4", "video/webm": "audio/webm"}
"""What a recording is, by what its bytes seem to be: the same container may hold pictures."""


@frozen(kw_only=True)
class _Sound:
    """A recording that is kept here."""

    keeper: FileKeeper
    key: str
    size: int
    media_type: str


def show(visit: Visit) -> Response:
    """Show a page of live calls, the newest first."""
    form = Form.of({name: visit.asked(name) for name in _FILTERS})
    since, until, after = form.day("since"), form.day("until"), visit.asked("after")
    query = LeadQuery(
        seller_id=visit.seller.id,
        scope=visit.caller.scope,
        kind=LeadKind.LIVE_CALL,
        since=None if since is None else start_of_local_day(since, visit.zone),
        until=None if until is None else start_of_local_day(until + _DAY, visit.zone),
        text=form.text("text", required=False, most=100) or None,
        sort=LeadSort.RECEIVED,
        limit=_PAGE + 1,
        after=LeadId(after) if after else None,
    )
    with visit.reading() as reader:
        found = reader.leads(query)
        names = names_of(reader, visit, found[:_PAGE])
    kept = {name: form.raw(name) for name in _FILTERS if form.raw(name)}
    more = None
    if len(found) > _PAGE:
        more = f"/calls?{urlencode({**kept, 'after': found[_PAGE - 1].id})}"
    return visit.page(
        "pages/calls.html",
        form=form,
        calls=found[:_PAGE],
        names=names,
        filtered=bool(kept),
        next=more,
        first=f"/calls?{urlencode(kept)}" if after else None,
    )


def _call(visit: Visit, reader: SqlReader) -> tuple[Lead, Recording | None]:
    lead = seen_lead(visit, reader, visit.path["lead_id"])
    if lead.submission.kind is not LeadKind.LIVE_CALL:
        raise NotFound("call", lead.id)
    return lead, lead.submission.recording


def show_one(visit: Visit) -> Response:
    """Show a call, its player, and the form of its review."""
    return _page(visit, Form())


def _page(visit: Visit, form: Form, *, status: int = 200, **found: object) -> Response:
    with visit.reading() as reader:
        lead, recording = _call(visit, reader)
        names = names_of(reader, visit, (lead,))
    kept = _sound(visit, recording)
    link = recording.reference if recording and _ELSEWHERE.fullmatch(recording.reference) else None
    return visit.page(
        "pages/call.html",
        status=status,
        lead=lead,
        recording=recording,
        names=names,
        plays=kept is not None,
        elsewhere=link,
        lawful=None if recording is None else _lawful(lead, recording),
        form=form,
        **{"finds": None, "clean": None, "sharing": None, **found},
    )


def _lawful(lead: Lead, recording: Recording) -> Decision:
    """Ask the states' law about the recording, as of the day of the call."""
    asked = RecordingQuestion(
        caller_state=lead.submission.address.state, announced=recording.announced
    )
    return assess_recording(asked, at=lead.received_at, rules=US)


def _sound(visit: Visit, recording: Recording | None) -> _Sound | None:
    keeper = visit.settings.files
    if keeper is None or recording is None or not _KEPT_HERE.fullmatch(recording.reference):
        return None
    kept = keeper.look(recording.reference)
    if kept is None:
        return None
    head = b"".join(keeper.read(recording.reference, end=min(HEAD, kept.size)))
    found = media_type_of(head)
    media_type = _SOUNDS.get(found, found)
    if not media_type.startswith("audio/"):
        media_type = "application/octet-stream"
    return _Sound(keeper=keeper, key=kept.key, size=kept.size, media_type=media_type)


def listen(visit: Visit) -> Response:
    """Give the recording, whole or in part, to be played or as a download."""
    with visit.reading() as reader:
        lead, recording = _call(visit, reader)
    sound = _sound(visit, recording)
    if sound is None:
        raise NotFound("recording", lead.id)
    try:
        part = byte_range(visit.request.headers.get("range"), sound.size)
    except ValueError:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{sound.size}"})
    start, end = (0, sound.size) if part is None else (part.start, part.end)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    headers["ETag"] = f'"{sound.key}"'
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{sound.size}"
    if visit.asked("download") or not sound.media_type.startswith("audio/"):
        headers["Content-Disposition"] = content_disposition(f"call {lead.id}{_ending(sound)}")
    return StreamingResponse(
        sound.keeper.read(sound.key, start=start, end=end),
        status_code=200 if part is None else 206,
        headers=headers,
        media_type=sound.media_type,
    )


_ENDINGS = {
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "audio/webm": ".webm",
}


def _ending(sound: _Sound) -> str:
    return _ENDINGS.get(sound.media_type, "")


def review(visit: Visit) -> Response:
    """Look for what must not be shared in a transcript, and say whether the call may be."""
    form = visit.form
    transcript = form.text("transcript", most=_LONGEST)
    if form.failed:
        return _page(visit, form, status=422)
    finds = find_sensitive(transcript)
    kinds = [each.kind for each in finds]
    asked = ShareQuestion(
        contains_pan=SensitiveKind.CARD_NUMBER in kinds,
        # Whatever else must not be heard by others counts as what must never be kept.
        contains_sad=any(each is not SensitiveKind.CARD_NUMBER for each in kinds),
        redacted=False,
        reviewed=form.ticked("heard"),
    )
    counted = [(kind.value, kinds.count(kind)) for kind in SensitiveKind if kind in kinds]
    sharing = assess_sharing(asked, at=visit.at, rules=US)
    clean = redact(transcript, "▇▇▇▇")
    return _page(visit, form, finds=counted, clean=clean, sharing=sharing)


_READ, _WRITE = Permission(Area.CALLS, Way.READ), Permission(Area.CALLS, Way.WRITE)
PAGES = (
    Page(path="/calls", make=show, needs=_READ),
    Page(path="/calls/{lead_id}", make=show_one, needs=_READ),
    Page(path="/calls/{lead_id}/recording", make=listen, needs=_READ),
    Page(path="/calls/{lead_id}/review", make=review, method="POST", needs=_WRITE),
)
