"""Recordings of live calls: reviewed, shared with a downline, and who may hear what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadcore import back_office as bo
from leadcore.files import is_key
from leadcore.ports import RecordingQuery
from leadcore.recording_life import ReviewRecording, ShareRecording, UnshareRecording
from leadcore.values import LeadId, UserId
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now
from leadcore_cli.running import add

if TYPE_CHECKING:
    from leadcore.recording_life import CallRecording, RecordingCommand

__all__ = ["register"]

Call = Annotated[str, typer.Argument(metavar="LEAD", help="The call, by its lead's id.")]
Viewer = Annotated[
    str, typer.Option("--as", metavar="USER", help="Who does it: one who sees the call, or staff.")
]


def review(
    call: Call,
    as_user: Viewer,
    card_number: Annotated[
        bool, typer.Option("--card-number", help="A card number can be heard.")
    ] = False,
    secrets: Annotated[
        bool,
        typer.Option("--secrets", help="A security code, PIN or social security number can be."),
    ] = False,
    redacted: Annotated[
        bool, typer.Option("--redacted", help="Something was cut out before.")
    ] = False,
    transcript: Annotated[
        Path | None, typer.Option(help="Look through this text, too; it is kept nowhere.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Record what somebody who listened found; one that finds something ends a share."""
    text = transcript.read_text("utf-8", errors="replace") if transcript else ""
    command = ReviewRecording.of_transcript(
        text, contains_pan=card_number, contains_sad=secrets, redacted=redacted
    )
    kept = _kept(command, call, as_user, db, seller)
    if as_json:
        show.print_json(show.as_data(kept))
        return
    found = [
        words
        for words, held in (
            ("a card number", kept.review.contains_pan),
            ("what nobody else may hear", kept.review.contains_sad),
        )
        if held
    ]
    words = f"holds {' and '.join(found)}" if found else "holds nothing that must not be heard"
    show.line(show.clean(f"Reviewed: the recording of {kept.id} {words}."))


def share(
    call: Call,
    as_user: Viewer,
    below: Annotated[
        str | None,
        typer.Option(metavar="USER", help="Whose downline; else that of whoever works the call."),
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Let everybody below a user hear a recording; they see nothing of the lead."""
    command = ShareRecording(UserId(below) if below else None)
    kept = _kept(command, call, as_user, db, seller)
    if as_json:
        show.print_json(show.as_data(kept))
    elif kept.share is not None:
        show.line(show.clean(f"Everybody below {kept.share.below} may hear the call {kept.id}."))


def unshare(
    call: Call,
    as_user: Viewer,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Take a share back: only who sees the call hears it."""
    kept = _kept(UnshareRecording(), call, as_user, db, seller)
    if as_json:
        show.print_json(show.as_data(kept))
    else:
        show.line(show.clean(f"The call {kept.id} is shared with nobody."))


def _kept(
    command: RecordingCommand, call: str, as_user: str, db: str, seller: str | None
) -> CallRecording:
    here = desk(db, seller)
    return here.store.run(
        bo.KeepRecording(
            seller_id=here.seller.id,
            lead_id=LeadId(call),
            viewer_id=here.user(as_user).id,
            command=command,
            at=now(),
        )
    )


def shared(
    as_user: Annotated[
        str | None,
        typer.Option("--as", metavar="USER", help="What this user may hear; else the staff."),
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 30,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List recordings that are shared, the one shared last first."""
    here = desk(db, seller)
    scope = None if as_user is None else here.store.scope(here.user(as_user).id)
    found = here.store.shared_recordings(
        RecordingQuery(seller_id=here.seller.id, scope=scope, limit=limit)
    )
    if as_json:
        for each in found:
            show.print_json(show.as_data(each) if scope is None else _told(each))
        return
    show.table(
        "Shared calls",
        ("call", "area", "seconds" if scope else "recording", "below", "since"),
        (
            (
                each.id,
                each.area,
                each.recording.seconds if scope else each.recording.reference,
                each.share.below,
                show.instant(each.share.at),
            )
            for each in found
            if each.share is not None
        ),
    )


def _told(kept: CallRecording) -> dict[str, Any]:
    """Give what a share tells: a reference is for who sees the call, it often names the person."""
    data = dict(show.as_data(kept))
    del data["recording"]
    here = is_key(kept.recording.reference)
    return {**data, "seconds": kept.recording.seconds, "kept_here": here}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="Recordings of calls: reviewed, and shared with a downline.", no_args_is_help=True
    )
    for command in (review, share, unshare, shared):
        add(group, command)
    app.add_typer(group, name="call")
