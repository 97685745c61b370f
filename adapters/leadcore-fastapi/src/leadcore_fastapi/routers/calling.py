"""Live calls: listed, heard, reviewed, and shared with a downline."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from attrs import evolve, frozen

from leadcore import back_office as bo
from leadcore import wire
from leadcore.access import Area, Way
from leadcore.errors import NotFound
from leadcore.files import HEAD, content_disposition, is_key
from leadcore.ports import RecordingQuery
from leadcore.recording_life import (
    CallRecording,
    RecordingReview,
    RecordingShare,
    ReviewRecording,
    ShareRecording,
    UnshareRecording,
)
from leadcore.submissions import LeadKind, Recording
from leadcore.values import LeadId, UserId
from leadcore_fastapi.calls import Act, Reply
from leadcore_fastapi.describing import page_of
from leadcore_fastapi.problems import Halt
from leadcore_fastapi.routers.lead_lines import LeadLine, asked, line_of
from leadcore_fastapi.routers.shared import CURSOR, LIMIT, SINCE, UNTIL, limit_of
from leadcore_fastapi.routing import Group
from leadcore_files import media_type_of

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore.recording_life import RecordingCommand
    from leadcore_fastapi.calls import Call

__all__ = ["group"]

group = Group("calls")
_READ, _WRITE = (Area.CALLS, Way.READ), (Area.CALLS, Way.WRITE)


@frozen(kw_only=True)
class CallLine:
    """A live call as it is listed."""

    lead: LeadLine
    recording: str | None
    seconds: int | None
    announced: bool | None


@group.get(
    "/calls",
    "List live calls one sees, newest first",
    may=_READ,
    query=(SINCE, UNTIL, LIMIT, CURSOR),
    gives=page_of(CallLine),
)
def list_calls(call: Call) -> Reply:
    """With where each recording is kept, and whether the caller was told of it."""
    query = evolve(asked(call), kind=LeadKind.LIVE_CALL)
    found = call.store.leads(query)
    return call.page(map(_call, found), found, query.closed, query.limit)


def _call(lead: Lead) -> dict[str, Any]:
    kept = lead.submission.recording
    return {
        "lead": line_of(lead),
        "recording": kept.reference if kept else None,
        "seconds": kept.seconds if kept else None,
        "announced": kept.announced if kept else None,
    }


@group.get("/calls/{lead_id}", "Show a live call", may=_READ, gives=CallLine)
def show_call(call: Call) -> Reply:
    """By the id of its lead."""
    lead = call.lead(call.path("lead_id"))
    if lead.submission.kind is not LeadKind.LIVE_CALL:
        raise NotFound("call", lead.id)
    return Reply(data=_call(lead))


@frozen(kw_only=True)
class Heard:
    """A recording one may hear, with its review and with whom it is shared.

    `recording` says where it is kept to who sees the call, and to nobody else: a reference is
    whatever the source gave, and often names the person.
    """

    lead_id: LeadId
    recording: Recording | None
    seconds: int | None
    kept_here: bool
    review: RecordingReview | None
    share: RecordingShare | None
    by_share: bool


@group.get(
    "/calls/{lead_id}/recording",
    "Show a recording one may hear",
    may=_READ,
    gives=Heard,
)
def show_recording(call: Call) -> Reply:
    """By the call's lead: one sees it, or it is shared with the downline one is in."""
    heard = _heard(call)
    told = Heard(
        lead_id=LeadId(call.path("lead_id")),
        recording=heard.recording if heard.lead else None,
        seconds=heard.recording.seconds,
        kept_here=_kept_here(call, heard.recording),
        review=heard.kept.review if heard.kept else None,
        share=heard.kept.share if heard.kept else None,
        by_share=heard.lead is None,
    )
    return Reply(data=wire.dump(told))


def _kept_here(call: Call, recording: Recording) -> bool:
    return call.settings.keeper is not None and is_key(recording.reference)


def _heard(call: Call) -> bo.HeardRecording:
    return call.store.run(
        bo.OpenRecording(
            seller_id=call.seller.id,
            lead_id=LeadId(call.path("lead_id")),
            viewer_id=call.user.id,
        )
    )


@group.get(
    "/calls/{lead_id}/recording/contents",
    "Download a recording that is kept here",
    may=_READ,
    gives={},
    answer_media="*/*",
    others=(503,),
)
def download_recording(call: Call) -> Reply:
    """As an attachment; one that is kept elsewhere is fetched from there, by its reference."""
    keeper, key = call.settings.keeper, _heard(call).recording.reference
    if keeper is None:
        raise Halt(503, "no files are kept here")
    kept = keeper.look(key) if is_key(key) else None
    if kept is None:
        raise NotFound("recording", call.path("lead_id"))
    body = b"".join(keeper.read(key))
    headers = {"Content-Disposition": content_disposition(f"call {call.path('lead_id')}")}
    return Reply(raw=body, media=media_type_of(body[:HEAD]), headers=headers)


@frozen(kw_only=True)
class Reviewed:
    """What somebody who listened found; a transcript is looked through, and kept nowhere."""

    contains_pan: bool
    contains_sad: bool
    redacted: bool = False
    transcript: str = ""


@frozen(kw_only=True)
class Sharing:
    """Below whom everybody may listen; whoever works the call, if nobody is said."""

    below: UserId | None = None


def _keep(call: Call, command: RecordingCommand) -> Act:
    case = bo.KeepRecording(
        seller_id=call.seller.id,
        lead_id=LeadId(call.path("lead_id")),
        viewer_id=call.user.id,
        command=command,
        at=call.at,
    )
    return Act(case=case, tell=lambda kept: Reply(data=wire.dump(kept)))


@group.post(
    "/calls/{lead_id}/review",
    "Record what a review of a recording found",
    may=_WRITE,
    body=Reviewed,
    gives=CallRecording,
    status=201,
    example={"contains_pan": False, "contains_sad": False},
)
def review_recording(call: Call) -> Act:
    """One that finds what nobody else may hear ends a share."""
    found = call.load(Reviewed)
    command = ReviewRecording.of_transcript(
        found.transcript,
        contains_pan=found.contains_pan,
        contains_sad=found.contains_sad,
        redacted=found.redacted,
    )
    return _keep(call, command)


@group.post(
    "/calls/{lead_id}/share",
    "Share a recording with a downline",
    may=_WRITE,
    body=Sharing,
    gives=CallRecording,
    status=201,
    example={},
)
def share_recording(call: Call) -> Act:
    """After a review that found nothing; it shows nobody the lead."""
    return _keep(call, ShareRecording(call.load(Sharing).below))


@group.delete("/calls/{lead_id}/share", "Take a share back", may=_WRITE, gives=CallRecording)
def unshare_recording(call: Call) -> Act:
    """Only who sees the call hears it from then on."""
    return _keep(call, UnshareRecording())


@frozen(kw_only=True)
class SharedLine:
    """A shared recording as it is listed: nothing of the person is told, no reference either."""

    lead_id: LeadId
    seconds: int | None
    kept_here: bool
    vertical: str | None
    area: str | None
    called_at: datetime
    share: RecordingShare


@group.get(
    "/shared-calls",
    "List recordings that are shared, the one shared last first",
    may=_READ,
    query=(LIMIT, CURSOR),
    gives=page_of(SharedLine),
)
def list_shared_calls(call: Call) -> Reply:
    """Those one hears by a share, and the shared ones among the calls one sees."""
    limit = limit_of(call.query)
    query = RecordingQuery(seller_id=call.seller.id, scope=call.scope, limit=limit)
    query = query.opened(call.after(), path="?cursor")
    found = call.store.shared_recordings(query)
    lines = (_line(call, each) for each in found)
    return call.page(lines, found, query.closed, limit)


def _line(call: Call, kept: CallRecording) -> Any:  # noqa: ANN401 - whatever JSON holds
    return wire.dump(
        SharedLine(
            lead_id=kept.id,
            seconds=kept.recording.seconds,
            kept_here=_kept_here(call, kept.recording),
            vertical=kept.vertical,
            area=kept.area,
            called_at=kept.called_at,
            # What is listed is shared.
            share=cast("RecordingShare", kept.share),
        )
    )
