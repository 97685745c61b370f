"""The outbox: what waits, what was given up, and what one of the staff does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from leadcore import back_office as bo
from leadcore.access import Area, Permission, Way
from leadcore.errors import NotFound, WrongState
from leadcore.letters import OPEN, DropLetter, LetterStatus, RetryLetter, decide
from leadcore.notices import without_link
from leadcore.ports import OutboxQuery
from leadcore_portal.forms import Form
from leadcore_portal.naming import account_names, user_names
from leadcore_portal.routing import Page

if TYPE_CHECKING:
    from starlette.responses import Response

    from leadcore.letters import LetterCommand
    from leadcore.ports import OutboxEntry
    from leadcore_portal.visits import Visit
    from leadcore_sqlalchemy import SqlReader

__all__ = ["PAGES"]

_PAGE = 50
VIEWS: tuple[tuple[str, str, frozenset[LetterStatus]], ...] = (
    ("waiting", "Waiting", OPEN),
    ("dead", "Given up", frozenset({LetterStatus.DEAD})),
    ("dropped", "Dropped", frozenset({LetterStatus.DROPPED})),
    ("sent", "Sent", frozenset({LetterStatus.SENT})),
)
"""What holds a link that lets somebody in: only its receiver reads it."""
MOODS = {
    LetterStatus.WAITING: "info",
    LetterStatus.CLAIMED: "info",
    LetterStatus.HELD: "warn",
    LetterStatus.SENT: "good",
    LetterStatus.DEAD: "bad",
}
TOLD = {
    "LetterClaimed": "A relay took it",
    "LetterCleared": "The rules let it go",
    "LetterHeld": "Held by the rules",
    "LetterPutOff": "Put off: it did not go through",
    "LetterSent": "Handed over",
    "LetterDied": "Given up",
    "LetterDropped": "Dropped",
    "LetterRetried": "To be tried again",
}


def show(visit: Visit) -> Response:
    """Show a page of messages in one state, oldest first."""
    wanted, after = visit.asked("view") or "waiting", visit.asked("after")
    view = next((each for each in VIEWS if each[0] == wanted), VIEWS[0])
    query = OutboxQuery(seller_id=visit.seller.id, statuses=view[2], limit=_PAGE + 1)
    query = query.opened(after)
    with visit.reading() as reader:
        found = reader.letters(query)
        accounts = account_names(reader, visit)
    page, more = found[:_PAGE], None
    if len(found) > _PAGE:
        more = f"/outbox?{urlencode({'view': view[0], 'after': query.closed(page[-1])})}"
    return visit.page(
        "pages/outbox.html",
        entries=page,
        view=view[0],
        tabs=[(f"/outbox?view={key}", words, None) for key, words, _ in VIEWS],
        here=f"/outbox?view={view[0]}",
        accounts=accounts,
        moods=MOODS,
        next=more,
        first=f"/outbox?view={view[0]}" if after else None,
    )


def _entry(visit: Visit, reader: SqlReader, key: str) -> OutboxEntry:
    found = reader.letter(key)
    if found is None or found.message.seller_id != visit.seller.id:
        raise NotFound("message", key)
    return found


def show_one(visit: Visit) -> Response:
    """Show a message whole, and all that became of it."""
    return _page(visit, Form.of({"id": visit.asked("id")}))


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    with visit.reading() as reader:
        entry = _entry(visit, reader, form.raw("id"))
        history = reader.journal("letter", entry.message.id)
        accounts = account_names(reader, visit)
        by = (getattr(each, "by", None) for each in history)
        people = user_names(reader, (entry.message.user_id, *by))
    shown = without_link(entry.message)
    return visit.page(
        "pages/letter.html",
        status=status,
        form=form,
        entry=entry,
        shown=shown,
        secret=shown is not entry.message,
        history=[(TOLD.get(type(each).__name__, type(each).__name__), each) for each in history],
        accounts=accounts,
        people=people,
        moods=MOODS,
        retries=_fits(visit, entry, RetryLetter(by=visit.user.id)),
        drops=_fits(visit, entry, DropLetter(by=visit.user.id, reason="why")),
    )


def _fits(visit: Visit, entry: OutboxEntry, command: LetterCommand) -> bool:
    """Ask the rules of a letter whether something may be done with it now."""
    try:
        decide(command, entry.letter, visit.at)
    except WrongState:
        return False
    return visit.may("outbox", "write")


def retry(visit: Visit) -> Response:
    """Try a message again, now."""
    form = visit.form
    with form.telling():
        _keep(visit, form, RetryLetter(by=visit.user.id))
        return visit.go("/outbox?view=waiting", "The message is tried again.")
    return _page(visit, form, status=422)


def drop(visit: Visit) -> Response:
    """Take a message back that was not delivered."""
    form = visit.form
    with form.telling():
        reason = form.text("reason", most=500)
        form.check()
        _keep(visit, form, DropLetter(by=visit.user.id, reason=reason))
        return visit.go("/outbox?view=dropped", "The message is not delivered any more.")
    return _page(visit, form, status=422)


def _keep(visit: Visit, form: Form, command: LetterCommand) -> None:
    case = bo.KeepLetter(
        seller_id=visit.seller.id, message_id=form.raw("id"), command=command, at=visit.at
    )
    visit.run(case)


_READ, _WRITE = Permission(Area.OUTBOX, Way.READ), Permission(Area.OUTBOX, Way.WRITE)
PAGES = (
    Page(path="/outbox", make=show, needs=_READ),
    Page(path="/outbox/message", make=show_one, needs=_READ),
    Page(path="/outbox/retry", make=retry, method="POST", needs=_WRITE),
    Page(path="/outbox/drop", make=drop, method="POST", needs=_WRITE),
)
