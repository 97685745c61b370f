"""What a portal is made with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from attrs import field, frozen

from leadcore.ports import FileKeeper, Processor
from leadcore.values import SellerId
from leadcore_argon2 import Argon2Hasher
from leadcore_argon2.common import CommonList
from leadcore_sqlalchemy import SqlStore

__all__ = ["Settings"]


def _now() -> datetime:
    return datetime.now(UTC)


@frozen(kw_only=True)
class Settings:
    """What a portal is made with.

    Attributes:
        store: where the records are.
        seller_id: whose portal it is.
        files: what keeps the contents of files and recordings; None: files are listed and can be
            neither added nor fetched.
        processor: who charges saved payment methods; None: nobody is charged here.
        address: the address people type, such as `https://portal.example.com`; links in e-mails
            begin with it. None: they begin with what the browser asked for.
        secure: are cookies for HTTPS alone? False is for trying out on one machine.
        hasher: makes and checks hashes of passwords.
        common: lists of passwords that are tried first; none of them is taken as a new one.
        clock: tells the time.
    """

    store: SqlStore
    seller_id: SellerId
    files: FileKeeper | None = None
    processor: Processor | None = None
    address: str | None = None
    secure: bool = True
    hasher: Argon2Hasher = field(factory=Argon2Hasher)
    common: tuple[CommonList, ...] = ()
    clock: Callable[[], datetime] = _now
