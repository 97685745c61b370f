"""Inbound calls: listed, played and downloaded, one's own and those that were shared.

Who sees a call is who sees its lead; who stands below whom it is shared with hears the recording,
and is told nothing of the person. Where the caller was not told of the recording, the states' law
on recording decides, and the page of the call says what it says.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from attrs import frozen
from starlette.responses import Response, StreamingResponse

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound
from leadcore.files import HEAD, byte_range, content_disposition, is_key
from leadcore.intervals import start_of_local_day
from leadcore.leads import LeadStatus
from leadcore.ports import FileKeeper, LeadQuery, LeadSort, RecordingQuery
from leadcore.recordings import (
    RecordingQuestion,
    ShareQuestion,
    assess_recording,
    assess_sharing,
)
from leadcore.rulebooks import US
from leadcore.submissions import LeadKind
from leadcore.values import LeadId
from leadcore_files import media_type_of
from leadcore_portal.forms import Form
from leadcore_portal.naming import account_names, names_of, user_names
from leadcore_portal.people_tree import paths_of
from leadcore_portal.routing import Page
from leadcore_portal.sight import seen_lead

if TYPE_CHECKING:
    from leadcore.decisions import Decision
    from leadcore.leads import Lead
    from leadcore.submissions import Recording
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES", "TABS", "call_of", "call_page"]

_PAGE = 25
_DAY = timedelta(days=1)
_FILTERS = ("text", "since", "until")
_ELSEWHERE = re.compile(r"https?://[^\s\"'<>]+")
TABS = [("/calls", "Calls", None), ("/calls/shared", "Shared for training", None)]
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
    ).opened(after)
    with visit.reading() as reader:
        found = reader.leads(query)
        names = names_of(reader, visit, found[:_PAGE])
    kept = {name: form.raw(name) for name in _FILTERS if form.raw(name)}
    more = None
    if len(found) > _PAGE:
        more = f"/calls?{urlencode({**kept, 'after': query.closed(found[_PAGE - 1])})}"
    return visit.page(
        "pages/calls.html",
        tabs=TABS,
        form=form,
        calls=found[:_PAGE],
        names=names,
        filtered=bool(kept),
        next=more,
        first=f"/calls?{urlencode(kept)}" if after else None,
    )


def show_shared(visit: Visit) -> Response:
    """Show a page of what was shared for training, the one shared last first."""
    after = visit.asked("after")
    query = RecordingQuery(
        seller_id=visit.seller.id,
        scope=visit.caller.scope,
        limit=_PAGE + 1,
    ).opened(after)
    with visit.reading() as reader:
        found = reader.shared_recordings(query)
        shares = [each.share for each in found[:_PAGE] if each.share]
        names = user_names(reader, (who for each in shares for who in (each.by, each.below)))
        accounts = account_names(reader, visit)
    more = None
    if len(found) > _PAGE:
        more = f"/calls/shared?{urlencode({'after': query.closed(found[_PAGE - 1])})}"
    return visit.page(
        "pages/calls_shared.html",
        tabs=TABS,
        calls=found[:_PAGE],
        names=names,
        accounts=accounts,
        next=more,
        first="/calls/shared" if after else None,
    )


def call_of(visit: Visit, reader: SqlReader) -> Lead:
    """Give a live call that whoever asks sees.

    Raises:
        NotFound: there is none, or the one who asks may not know that there is.
    """
    lead = seen_lead(visit, reader, visit.path["lead_id"])
    if lead.submission.kind is not LeadKind.LIVE_CALL:
        raise NotFound("call", lead.id)
    return lead


def _heard(visit: Visit) -> bo.HeardRecording:
    case = bo.OpenRecording(
        seller_id=visit.seller.id,
        lead_id=LeadId(visit.path["lead_id"]),
        viewer_id=visit.user.id,
    )
    return visit.store.run(case)


def show_one(visit: Visit) -> Response:
    """Show a call, its player, its review and its share; or what of it is shared."""
    form = Form()
    try:
        return call_page(visit, form)
    except NotFound:
        heard = _heard(visit)
    kept = heard.kept
    if heard.lead is not None or kept is None or kept.share is None:
        raise NotFound("call", visit.path["lead_id"])
    with visit.reading() as reader:
        names = user_names(reader, (kept.share.by, kept.share.below))
    plays = _sound(visit, heard.recording) is not None
    return visit.page("pages/call_shared.html", kept=kept, names=names, plays=plays)


def call_page(visit: Visit, form: Form, *, status: int = 200, **found: object) -> Response:
    """Show a call to who sees it; `found`: what a review found in its words just now."""
    with visit.reading() as reader:
        lead = call_of(visit, reader)
        recording, kept = lead.submission.recording, reader.recording(lead.id)
        share, review = (kept.share, kept.review) if kept else (None, None)
        people = (share.by if share else None, review.by if review else None)
        names = dict(names_of(reader, visit, (lead,))) | dict(user_names(reader, people))
        worker = reader.user(lead.assigned_to) if lead.assigned_to else None
        above = paths_of(reader, worker.account_id, (worker,))[worker.id] if worker else ()
    audience = [each for each in (worker, *reversed(above)) if each is not None]
    link = recording.reference if recording and _ELSEWHERE.fullmatch(recording.reference) else None
    names |= {each.id: each.profile.name for each in audience}
    return visit.page(
        "pages/call.html",
        status=status,
        lead=lead,
        recording=recording,
        names=names,
        plays=_sound(visit, recording) is not None,
        elsewhere=link,
        lawful=None if recording is None else _lawful(lead, recording),
        form=form,
        review=review,
        share=share,
        sharing=assess_sharing(
            review.question if review else ShareQuestion(), at=visit.at, rules=US
        ),
        audience=[(each.id, f"Everybody below {each.profile.name}") for each in audience],
        keeps=recording is not None
        and lead.status is LeadStatus.SOLD
        and visit.may("calls", "write"),
        **{"finds": None, "clean": None, **found},
    )


def _lawful(lead: Lead, recording: Recording) -> Decision:
    """Ask the states' law about the recording, as of the day of the call."""
    asked = RecordingQuestion(
        caller_state=lead.submission.address.state, announced=recording.announced
    )
    return assess_recording(asked, at=lead.received_at, rules=US)


def _sound(visit: Visit, recording: Recording | None) -> _Sound | None:
    keeper = visit.settings.files
    if keeper is None or recording is None or not is_key(recording.reference):
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
    key, sound = visit.path["lead_id"], _sound(visit, _heard(visit).recording)
    if sound is None:
        raise NotFound("recording", key)
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
        headers["Content-Disposition"] = content_disposition(f"call {key}{_ending(sound)}")
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


_READ = Permission(Area.CALLS, Way.READ)
PAGES = (
    Page(path="/calls", make=show, needs=_READ),
    Page(path="/calls/shared", make=show_shared, needs=_READ),
    Page(path="/calls/{lead_id}", make=show_one, needs=_READ),
    Page(path="/calls/{lead_id}/recording", make=listen, needs=_READ),
)
