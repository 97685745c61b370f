"""Telling hooks what happened: signed, to addresses that may be told, again where it failed.

`send_tellings` does one round, `keep_sending` goes on until it is stopped, a `Sender` does so in
a thread of its own: in as many processes as one likes. Each telling is claimed before it is tried,
for a while (a lease in the store), so one process at a time tries it; what a process had claimed
when it died is tried by another one later. Whoever was slower than its lease writes nothing down
any more. A telling arrives at least once, under an id that stays the same.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import httpcore
from attrs import frozen

from leadcore import wire
from leadcore.hooks import Hook, Telling, hook_secret, signature, tried
from leadcore.logins import tries_kept_since
from leadcore_fastapi.posting import Post, post

if TYPE_CHECKING:
    import ssl
    from datetime import datetime
    from types import TracebackType

    from leadcore_fastapi.settings import Settings

__all__ = ["Round", "Sender", "keep_sending", "send_tellings", "tidy"]

_LEASE_SPARE = timedelta(seconds=30)
_AT_ONCE = 50
_HOUR = 3600.0


@frozen(kw_only=True)
class Round:
    """What a round did.

    Attributes:
        seen: events that were looked at.
        told: tellings that arrived; `failed` those that did not, yet or for good.
        left: tellings that were given back untried: it was stopped, or its lease was nearly over.
    """

    seen: int
    told: int
    failed: int
    left: int = 0

    @property
    def is_idle(self) -> bool:
        """Was there nothing to do?"""
        return not (self.seen or self.told or self.failed)


class _NotAllowedError(Exception):
    """The address may not be told anything."""


def tidy(settings: Settings) -> int:
    """Forget answers that were kept long enough, and log-in tries that slow nobody down any more.

    Returns:
        How many answers.
    """
    store, at = settings.store, settings.clock()
    since = tries_kept_since(at)
    while store.forget_tries(before=since):
        pass
    return store.forget_answers(at - timedelta(hours=settings.answer_hours))


def send_tellings(
    settings: Settings, *, limit: int = _AT_ONCE, stop: threading.Event | None = None
) -> Round:
    """Spread new events to hooks and try every telling of the seller that is due, once.

    Args:
        settings: with the store, the clock, the root secret and what addresses are allowed.
        limit: so many tellings at most.
        stop: once it is set nothing more is tried, and what was claimed is given back.
    """
    store, at = settings.store, settings.clock()
    seen = store.spread(at=at)
    until = at + timedelta(seconds=settings.hook_seconds * limit) + _LEASE_SPARE
    due = store.take_tellings(at=at, until=until, limit=limit, seller_id=settings.seller_id)
    last = until - timedelta(seconds=settings.hook_seconds)
    trust = httpcore.default_ssl_context() if due else None
    told = tries = 0
    for telling in due:
        if (stop is not None and stop.is_set()) or settings.clock() > last:
            store.settle_telling(telling, claim=until)  # due as it was before
            continue
        tries += 1
        arrived, answer = _tell(settings, trust, telling)
        told += arrived
        after = tried(telling, arrived=arrived, answer=answer, at=settings.clock())
        store.settle_telling(after, claim=until)
    return Round(seen=seen, told=told, failed=tries - told, left=len(due) - tries)


def keep_sending(
    settings: Settings,
    stop: threading.Event,
    *,
    every: float = 2.0,
    tidy_every: float = _HOUR,
) -> int:
    """Send, and forget old answers now and then, until it is stopped; give how many arrived.

    What goes wrong with the store is told in the log and tried again: a database that is away for a
    moment ends nothing.

    Args:
        settings: as for `send_tellings`.
        stop: set by whoever wants it to end; the telling under way is ended first.
        every: seconds between looks, where there was nothing to do.
        tidy_every: seconds between two tidyings.
    """
    told, tidied = 0, None
    while not stop.is_set():
        idle = True
        try:
            if tidied is None or time.monotonic() - tidied >= tidy_every:
                tidied = time.monotonic()
                tidy(settings)
            done = send_tellings(settings, stop=stop)
            told, idle = told + done.told, done.is_idle
        except Exception:
            settings.log.exception("sending to hooks failed; it is tried again")
        if idle:
            stop.wait(every)
    return told


class Sender:
    """Sends in a thread of its own, from `start` to `stop`, or within a `with`.

    Attributes:
        told: how many arrived; known once it has ended.
    """

    def __init__(self, settings: Settings, *, every: float = 2.0) -> None:
        """Make it; nothing is sent before it is started.

        Args:
            settings: as for `send_tellings`.
            every: seconds between looks, where there was nothing to do.
        """
        self.told = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._send, args=(settings, every), name="leadcore-sender", daemon=True
        )

    def _send(self, settings: Settings, every: float) -> None:
        self.told = keep_sending(settings, self._stop, every=every)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self, *, within: float = 30.0) -> bool:
        """End the telling under way, give back the rest, and end; say whether it did in time.

        Args:
            within: seconds to wait for that.
        """
        self._stop.set()
        self._thread.join(within)
        return not self._thread.is_alive()

    def __enter__(self) -> Self:
        """Begin to send."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()


def _tell(settings: Settings, trust: ssl.SSLContext | None, telling: Telling) -> tuple[bool, str]:
    hook = settings.store.hook(telling.hook_id)
    if hook is None or hook.closed_at is not None:
        return True, "the hook is closed"
    by = time.monotonic() + settings.hook_seconds
    try:
        code = post(_post(settings, hook, telling), trust=trust, by=by)
    except _NotAllowedError as error:
        return False, str(error)
    except httpcore.TimeoutException:
        return False, f"no answer within {settings.hook_seconds:g} s"
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        return False, f"not reached: {type(error).__name__}"
    except ValueError:  # kept by a version that looked less closely
        return False, "is no address"
    return 200 <= code < 300, f"answered {code}"  # noqa: PLR2004 - the successes


def _body(telling: Telling) -> bytes:
    said = {
        "id": telling.id,
        "type": telling.event,
        "at": wire.dump(telling.at),
        "account": telling.account_id,
        "data": {"kind": telling.kind, "id": telling.key, "number": telling.number},
    }
    return json.dumps(said, separators=(",", ":")).encode()


def _post(settings: Settings, hook: Hook, telling: Telling) -> Post:
    at, body = settings.clock(), _body(telling)
    url = urlsplit(hook.url)
    host = url.hostname or ""
    port = url.port or (443 if url.scheme == "https" else 80)
    return Post(
        scheme=url.scheme,
        host=host,
        # The very address that was looked at is connected to: a name might mean another by then.
        address=_address(host, port, private=settings.hook_private),
        port=port,
        target=(url.path or "/") + (f"?{url.query}" if url.query else ""),
        headers={
            "Host": url.netloc,
            "Content-Type": "application/json",
            "User-Agent": "leadcore",
            "webhook-id": telling.id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": _signed(settings, hook, telling, at, body),
        },
        body=body,
    )


def _signed(settings: Settings, hook: Hook, telling: Telling, at: datetime, body: bytes) -> str:
    return signature(hook_secret(settings.root_secret, hook), telling.id, at, body)


def _address(host: str, port: int, *, private: bool) -> str:
    """Give the address of a host.

    Raises:
        _NotAllowedError: it has none, or one of them is not the public's.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _NotAllowedError("the host has no address") from None
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if not private and not all(_is_public(each) for each in addresses):
        raise _NotAllowedError("the host is in a private network")
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not address.is_multicast
