"""What an API is served with: the store, the seller, the clock, how much of anything it takes."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from attrs import field, frozen

from leadcore.ports import Feed, FileKeeper, Processor, Store
from leadcore.ports.programs import Programs
from leadcore.ports.reports import Reports
from leadcore.ports.upkeep import Upkeep
from leadcore.values import SellerId
from leadcore_argon2 import Argon2Hasher, CommonList

__all__ = ["ApiStore", "Intake", "Rate", "Settings", "now"]


def now() -> datetime:
    """Read the clock: here, at the very edge, and nowhere further in."""
    return datetime.now(UTC)


class ApiStore(Store, Feed, Programs, Reports, Upkeep, Protocol):
    """What an API asks of a store; `leadcore_sqlalchemy.SqlStore` is one."""


@frozen
class Rate:
    """How many requests somebody may make: so many a second, and so many at once."""

    per_second: float
    burst: int


@frozen(kw_only=True)
class Intake:
    """What proves that leads come from whom they seem to come from.

    A source without its secret is not served: anybody could hand in leads under its name.

    Attributes:
        google_key: the key agreed with Google, carried in every post.
        meta_secret: the app's secret, which signs notifications.
        meta_verify_token: what Meta shows when it asks whether this is the right place.
        tokens: for other sources, by the name in the path, the word their posts carry.
    """

    google_key: str | None = field(default=None, repr=False)
    meta_secret: str | None = field(default=None, repr=False)
    meta_verify_token: str | None = field(default=None, repr=False)
    tokens: dict[str, str] = field(factory=dict[str, str], repr=False)


@frozen(kw_only=True)
class Settings:
    """What an API is served with.

    Attributes:
        store: where everything is.
        seller_id: at whose door.
        root_secret: what secrets of hooks follow from; of 32 random characters or more.
        hasher: what checks passwords; None: nobody logs in with one here.
        common: lists of passwords that everybody tries.
        keeper: where contents of files are kept; None: no files are taken.
        processor: who charges saved payment methods; None: nobody is charged here.
        fetch: gives a lead that a Meta notification names, as Meta's answer; None: notifications
            are acknowledged and told in the log.
        links: the web address of the pages people work with; invitations and resets are e-mailed
            with a link there (`LINKS/invitation/TOKEN`, `LINKS/reset/TOKEN`). None: nothing is
            e-mailed, invitations are told to whoever makes them, and nobody asks for a reset.
        intake: what proves where leads come from.
        clock, entropy: the time, and so many random bytes.
        body_bytes, file_bytes: the longest body of a request, and of one that uploads a file.
        body_seconds: the longest a body may take to arrive.
        rate: for somebody who is known, each. stranger_rate: for each address of those who are not.
        callers: so many are remembered for their rates.
        origins: web pages of these origins may call from a browser; none by default.
        answer_hours: kept answers are forgotten after so long.
        seller_seconds: the seller's terms are read again after so long.
        threads: so many requests speak to the store at the same time, in this process. More only
            wait for each other: for the interpreter, and for rows that one of them has locked.
        hook_plain: may hooks be `http`? hook_private: may they be in private networks?
        hook_seconds: the longest a hook may take to answer, from its name's look-up on.
        log: gets a line for each request.
        tracer: an OpenTelemetry tracer; None traces nothing.
    """

    store: ApiStore
    seller_id: SellerId
    root_secret: str = field(repr=False)
    hasher: Argon2Hasher | None = None
    common: tuple[CommonList, ...] = ()
    keeper: FileKeeper | None = None
    processor: Processor | None = None
    fetch: Callable[[str], bytes] | None = None
    links: str | None = None
    intake: Intake = field(factory=Intake)
    clock: Callable[[], datetime] = now
    entropy: Callable[[int], bytes] = os.urandom
    body_bytes: int = 1_000_000
    file_bytes: int = 25_000_000
    body_seconds: float = 20.0
    rate: Rate | None = Rate(50, 200)
    stranger_rate: Rate | None = Rate(5, 50)
    callers: int = 10_000
    origins: tuple[str, ...] = ()
    answer_hours: int = 24
    seller_seconds: float = 5.0
    threads: int = 4
    hook_plain: bool = False
    hook_private: bool = False
    hook_seconds: float = 10.0
    log: logging.Logger = field(factory=lambda: logging.getLogger("leadcore.api"))
    tracer: Any = None

    def __attrs_post_init__(self) -> None:
        """Refuse a root secret that somebody might guess."""
        if len(self.root_secret) < _SHORTEST_SECRET:
            message = f"root_secret has at least {_SHORTEST_SECRET} random characters"
            raise ValueError(message)


_SHORTEST_SECRET = 32
