"""Hooks: where somebody wants to be told what happens, and how a telling is signed and tried.

What is told is thin: which kind of event happened on which thing, and when it was told. Whoever
is told reads the thing itself, with their own key and their own rights; so nobody is told what they
may not see. A telling is signed with a secret that follows from one of the seller's own and the
hook's id: none is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.errors import Problem, WrongState
from leadcore.values import AccountId, SellerId, instant, optional_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "ACCOUNT_EVENTS",
    "BACK_OFF",
    "Hook",
    "HookClosed",
    "HookEvent",
    "HookOpened",
    "HookRenewed",
    "Telling",
    "TellingStatus",
    "concerned",
    "event_name",
    "evolve",
    "hook_problems",
    "hook_secret",
    "signature",
    "signature_matches",
    "tellings_of",
    "tried",
]

ACCOUNT_EVENTS = frozenset(
    {
        *(f"account.{name}" for name in ("AccountStopped", "AccountActivated", "LowBalanceTold")),
        *(f"lead.{name}" for name in ("LeadSold", "LeadDelivered", "LeadAssigned")),
        *(f"lead.{name}" for name in ("ContactAttempted", "LeadDetached", "LeadReattached")),
        *(f"order.{name}" for name in ("OrderOpened", "OrderEdited", "OrderPaused")),
        *(f"order.{name}" for name in ("OrderResumed", "OrderRenewed", "OrderClosed")),
        *(f"refund.Refund{name}" for name in ("Requested", "Approved", "Declined", "Reversed")),
        *(f"user.User{name}" for name in ("Added", "Edited", "Moved", "Disabled", "Enabled")),
    }
)
"""What an account is told of its own; the seller's staff are told of everything."""

BACK_OFF = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 360, 720, 1440))
"""How long after each try the next one is made; after the last there is none."""

_WAYS = re.compile(r"\*|[a-z_]+\.(?:\*|[A-Za-z]+)")
_URL = re.compile(
    r"(?P<scheme>https?)://(?:[A-Za-z0-9_.-]+|\[(?P<six>[0-9A-Fa-f:.]+)\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:[/?][!$-;=?-Z_a-z~%]*)?"
)
_PORTS = range(1, 65_536)
_LONGEST_URL = 2000


@frozen(kw_only=True)
class Hook:
    """The present state of a hook's stream.

    Attributes:
        account_id: whose events are told; None for all of the seller's.
        url: where; `https`, or what the seller's settings allow beside it.
        events: which: `lead.LeadSold`, all of a kind (`lead.*`), or all (`*`).
        turn: how often its secret was renewed; the secret follows from it.
    """

    id: str
    seller_id: SellerId
    account_id: AccountId | None = None
    url: str
    events: tuple[str, ...]
    turn: int = 0
    opened_at: datetime = field(converter=instant)
    closed_at: datetime | None = field(default=None, converter=optional_instant)

    def wants(self, name: str, account_id: AccountId | None) -> bool:
        """Say whether an event of a name, concerning an account, is told here."""
        if self.closed_at is not None:
            return False
        if self.account_id is not None and (
            account_id != self.account_id or name not in ACCOUNT_EVENTS
        ):
            return False
        kind = name.partition(".")[0]
        return not {"*", f"{kind}.*", name}.isdisjoint(self.events)


@frozen(kw_only=True)
class HookOpened:
    """Somebody wants to be told."""

    hook_id: str
    seller_id: SellerId
    account_id: AccountId | None = None
    url: str
    events: tuple[str, ...]
    at: datetime = field(converter=instant)


@frozen
class HookRenewed:
    """Its secret is another one from now on."""

    at: datetime = field(converter=instant)


@frozen
class HookClosed:
    """Nothing is told there any more."""

    at: datetime = field(converter=instant)


HookEvent = HookOpened | HookRenewed | HookClosed


def evolve(state: Hook | None, event: HookEvent) -> Hook:
    """Give the state after an event.

    Raises:
        WrongState: the event speaks of a hook that was never opened.
    """
    if isinstance(event, HookOpened):
        return Hook(
            id=event.hook_id,
            seller_id=event.seller_id,
            account_id=event.account_id,
            url=event.url,
            events=event.events,
            opened_at=event.at,
        )
    if state is None:
        raise WrongState(type(event).__name__, "the hook was never opened")
    if isinstance(event, HookRenewed):
        return replace(state, turn=state.turn + 1)
    return replace(state, closed_at=event.at)


def hook_problems(url: str, events: tuple[str, ...], *, plain: bool = False) -> Iterator[Problem]:
    """Give what is wrong with a hook that somebody wants.

    Args:
        url: where to.
        events: which events.
        plain: is `http` allowed beside `https`?
    """
    found = _URL.fullmatch(url)
    if found is None or len(url) > _LONGEST_URL or not _leads_somewhere(found):
        yield Problem("url", "is an address with a host, without a name, a password or a fragment")
    elif found["scheme"] != "https" and not plain:
        yield Problem("url", "begins with https://")
    if not events:
        yield Problem("events", "name at least one, or *")
    for number, each in enumerate(events):
        if not _WAYS.fullmatch(each):
            yield Problem(f"events[{number}]", "is such as lead.LeadSold, lead.* or *")


def _leads_somewhere(found: re.Match[str]) -> bool:
    if int(found["port"] or 1) not in _PORTS:
        return False
    if found["six"] is None:
        return True
    try:
        ipaddress.IPv6Address(found["six"])
    except ValueError:
        return False
    return True


def hook_secret(root: str, hook: Hook) -> str:
    """Give a hook's secret: it follows from one of the seller's own, which nobody else knows.

    Args:
        root: the seller's own secret.
        hook: whose.
    """
    said = f"hook/{hook.seller_id}/{hook.id}/{hook.turn}"
    return "whsec_" + hmac.new(root.encode(), said.encode(), hashlib.sha256).hexdigest()


def signature(secret: str, telling_id: str, at: datetime, body: bytes) -> str:
    """Sign a telling: its id, the second it was sent, and every byte of it.

    The form is that of the Standard Webhooks specification, version 1, with hexadecimal digits.
    """
    said = b"%s.%d." % (telling_id.encode(), int(at.timestamp())) + body
    return "v1," + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def signature_matches(
    given: str,
    secret: str,
    telling_id: str,
    sent: datetime,
    body: bytes,
    *,
    at: datetime,
    within: timedelta = timedelta(minutes=5),
) -> bool:
    """Say whether a telling was signed with a secret, not long ago; for whoever is told."""
    expected = signature(secret, telling_id, sent, body)
    return hmac.compare_digest(given.encode(), expected.encode()) and abs(at - sent) <= within


class TellingStatus(Enum):
    """Where a telling is: it waits, it arrived, or nobody tries any more."""

    WAITING = "waiting"
    TOLD = "told"
    GIVEN_UP = "given_up"


@frozen(kw_only=True)
class Telling:
    """One event that is to be told at one hook.

    Attributes:
        id: made of the hook and the event: told twice, it is known again by it.
        event: what happened, as `lead.LeadSold`.
        kind, key, number: the stream it happened on, and its number there.
        tries: how often it was tried.
        due_at: when it is tried next; None once it is settled.
        answer: what the last try met, in a few words of ours.
    """

    id: str
    hook_id: str
    seller_id: SellerId
    account_id: AccountId | None = None
    event: str
    kind: str
    key: str
    number: int
    at: datetime = field(converter=instant)
    status: TellingStatus = TellingStatus.WAITING
    tries: int = 0
    due_at: datetime | None = field(default=None, converter=optional_instant)
    answer: str | None = None


def event_name(kind: str, written: Mapping[str, Any]) -> str:
    """Give the name of an event of a kind of stream, written as the journal has it."""
    return f"{kind}.{written['event']}"


def tellings_of(
    hooks: Iterable[Hook],
    name: str,
    place: tuple[str, str, int],
    account_id: AccountId | None,
    *,
    at: datetime,
    happened: datetime | None = None,
) -> tuple[Telling, ...]:
    """Give whom an event is to be told.

    Args:
        hooks: those of the seller.
        name: the event's.
        place: the kind and the id of its stream, and its number there.
        account_id: the account it concerns; None for the seller alone.
        at: now.
        happened: when it happened, where that is known: a hook is told nothing from before it.
    """
    kind, key, number = place
    return tuple(
        Telling(
            id=hashlib.sha256(f"{hook.id}/{kind}/{key}/{number}".encode()).hexdigest()[:32],
            hook_id=hook.id,
            seller_id=hook.seller_id,
            account_id=hook.account_id,
            event=name,
            kind=kind,
            key=key,
            number=number,
            at=at,
            due_at=at,
        )
        for hook in hooks
        if hook.wants(name, account_id) and (happened is None or happened >= hook.opened_at)
    )


def tried(telling: Telling, *, arrived: bool, answer: str, at: datetime) -> Telling:
    """Give a telling after a try: settled, or due again later.

    Args:
        telling: as it was.
        arrived: did whoever is told say so?
        answer: what the try met.
        at: now.
    """
    tries = telling.tries + 1
    if arrived:
        status, due_at = TellingStatus.TOLD, None
    elif tries > len(BACK_OFF):
        status, due_at = TellingStatus.GIVEN_UP, None
    else:
        status, due_at = TellingStatus.WAITING, at + BACK_OFF[tries - 1]
    return replace(telling, status=status, tries=tries, due_at=due_at, answer=answer[:200])


def concerned(kind: str, state: Any) -> AccountId | None:  # noqa: ANN401 - each kind has its own
    """Give the account that a stream's events concern, by what it is now; None for the seller."""
    if state is None:
        return None
    if kind == "account":
        account: AccountId = state.id
        return account
    found: AccountId | None = getattr(getattr(state, "sale", None) or state, "account_id", None)
    return found
