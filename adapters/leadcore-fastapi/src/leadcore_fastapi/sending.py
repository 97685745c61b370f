"""Telling hooks what happened: signed, to addresses that may be told, again where it failed.

`send_tellings` does one round; whoever runs a service calls it every few seconds, in as many
processes as they like. A telling arrives at least once, under an id that stays the same.
"""

from __future__ import annotations

import ipaddress
import json
import socket
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from attrs import frozen

from leadcore import wire
from leadcore.hooks import Hook, Telling, hook_secret, signature, tried

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore_fastapi.settings import Settings

__all__ = ["Round", "send_tellings", "tidy"]

_LEASE_SPARE = timedelta(seconds=30)
_AT_ONCE = 50


@frozen(kw_only=True)
class Round:
    """What a round did.

    Attributes:
        seen: events that were looked at.
        told: tellings that arrived; `failed` those that did not, yet or for good.
    """

    seen: int
    told: int
    failed: int


class _NotAllowedError(Exception):
    """The address may not be told anything."""


def tidy(settings: Settings) -> int:
    """Forget answers that were kept long enough; give how many."""
    before = settings.clock() - timedelta(hours=settings.answer_hours)
    return settings.store.forget_answers(before)


def send_tellings(settings: Settings, *, limit: int = _AT_ONCE) -> Round:
    """Spread new events to hooks and try every telling that is due, once.

    Args:
        settings: with the store, the clock, the root secret and what addresses are allowed.
        limit: so many tellings at most.
    """
    store, at = settings.store, settings.clock()
    seen = store.spread(at=at)
    lease = timedelta(seconds=settings.hook_seconds * limit) + _LEASE_SPARE
    due = store.take_tellings(at=at, until=at + lease, limit=limit)
    told = 0
    # No redirects: where to, nobody agreed on; and no proxy that the environment names.
    with httpx.Client(
        follow_redirects=False, timeout=settings.hook_seconds, trust_env=False
    ) as client:
        for telling in due:
            arrived, answer = _tell(settings, client, telling)
            told += arrived
            after = tried(telling, arrived=arrived, answer=answer, at=settings.clock())
            store.settle_telling(after)
    return Round(seen=seen, told=told, failed=len(due) - told)


def _tell(settings: Settings, client: httpx.Client, telling: Telling) -> tuple[bool, str]:
    hook = settings.store.hook(telling.hook_id)
    if hook is None or hook.closed_at is not None:
        return True, "the hook is closed"
    body = _body(telling)
    try:
        request = _request(settings, client, hook, telling, body)
        response = client.send(request, stream=True)
        code = response.status_code
        response.close()  # whatever it says is not read
    except _NotAllowedError as error:
        return False, str(error)
    except httpx.TimeoutException:
        return False, f"no answer within {settings.hook_seconds:g} s"
    except httpx.HTTPError as error:
        return False, f"not reached: {type(error).__name__}"
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


def _request(
    settings: Settings, client: httpx.Client, hook: Hook, telling: Telling, body: bytes
) -> httpx.Request:
    at = settings.clock()
    url = urlsplit(hook.url)
    host = url.hostname or ""
    port = url.port or (443 if url.scheme == "https" else 80)
    address = _address(host, port, private=settings.hook_private)
    shown = f"[{address}]" if ":" in address else address
    # The very address that was looked at is connected to: a name might mean another one by then.
    there = httpx.URL(hook.url).copy_with(host=shown)
    return client.build_request(
        "POST",
        there,
        content=body,
        headers={
            "Host": url.netloc,
            "Content-Type": "application/json",
            "User-Agent": "leadcore",
            "webhook-id": telling.id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": _signed(settings, hook, telling, at, body),
        },
        extensions={"sni_hostname": host},
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
