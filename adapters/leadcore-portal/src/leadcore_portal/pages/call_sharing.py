"""A call's recording is reviewed by somebody who listened, shared with a downline, and taken back.

What is typed of its words is looked through and kept nowhere; what the review found is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.recording_life import ReviewRecording, ShareRecording, UnshareRecording
from leadcore.recordings import SensitiveKind, find_sensitive, redact
from leadcore.values import UserId
from leadcore_portal.forms import Form
from leadcore_portal.pages.calls import call_of, call_page
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.recording_life import CallRecording, RecordingCommand
    from leadcore_portal.visits import Visit

__all__ = ["PAGES"]

_LONGEST = 200_000
_CUT = "▇▇▇▇"


def _keep(visit: Visit, command: RecordingCommand) -> CallRecording:
    with visit.reading() as reader:
        lead = call_of(visit, reader)
    case = bo.KeepRecording(
        seller_id=visit.seller.id,
        lead_id=lead.id,
        viewer_id=visit.user.id,
        command=command,
        at=visit.at,
    )
    return visit.run(case)


def review(visit: Visit) -> Response:
    """Keep what somebody who listened found; its words are looked through, too, if given."""
    form = visit.form
    with form.telling():
        words = form.text("transcript", required=False, most=_LONGEST)
        if not form.ticked("heard"):
            form.wrong("heard", "Only who listened to all of it can say so.")
        form.check()
        command = ReviewRecording.of_transcript(
            words,
            contains_pan=form.ticked("contains_pan"),
            contains_sad=form.ticked("contains_sad"),
            redacted=form.ticked("redacted"),
        )
        kept = _keep(visit, command)
        kinds = [each.kind for each in find_sensitive(words)]
        if not kinds:
            return visit.go(f"/calls/{kept.id}", "The review is kept.")
        finds = [(kind.value, kinds.count(kind)) for kind in SensitiveKind if kind in kinds]
        # What was typed is kept nowhere: without it, it stands in this answer alone.
        return call_page(visit, Form(), finds=finds, clean=redact(words, _CUT))
    return call_page(visit, form, status=422)


def share(visit: Visit) -> Response:
    """Let everybody below somebody listen."""
    form = visit.form
    with form.telling():
        below = form.optional("below")
        form.check()
        kept = _keep(visit, ShareRecording(UserId(below) if below else None))
        return visit.go(f"/calls/{kept.id}", "The recording is shared.")
    return call_page(visit, form, status=422)


def unshare(visit: Visit) -> Response:
    """Let nobody listen any more but who sees the call."""
    kept = _keep(visit, UnshareRecording())
    return visit.go(f"/calls/{kept.id}", "The recording is not shared any more.")


_WRITE = Permission(Area.CALLS, Way.WRITE)
PAGES = tuple(
    Page(path=f"/calls/{{lead_id}}/{name}", make=make, method="POST", needs=_WRITE)
    for name, make in (("review", review), ("share", share), ("unshare", unshare))
)
