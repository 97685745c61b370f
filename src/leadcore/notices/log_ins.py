"""E-mails about a log-in: a secret link to choose a password, and that something was changed."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import Attribute, field, frozen
from attrs import evolve as replace

from leadcore.errors import Malformed
from leadcore.notices.catalogues import ENGLISH
from leadcore.notices.messages import LONGEST_OF_OURS, Message, MessageKind, one_line
from leadcore.notices.writing import instant_words, write
from leadcore.submissions import Channel
from leadcore.values import AccountId, SellerId, UserId, instant

if TYPE_CHECKING:
    from leadcore.notices.catalogues import Catalogue

__all__ = [
    "LogInChanged",
    "LogInTold",
    "address_changed",
    "address_confirm",
    "address_taken",
    "invitation",
    "password_changed",
    "password_reset",
]

_LINK = re.compile(r"https?://[!#-;=?-~]{1,2000}", re.IGNORECASE)


def _link(_instance: object, _attribute: Attribute[str], value: str) -> None:
    # It is told letter by letter or not at all: what would have to be cut or cleaned is no link.
    if not _LINK.fullmatch(value):
        raise Malformed.at("link", "is a web address of at most 2000 ASCII characters")


@frozen(kw_only=True)
class LogInTold:
    """All that is told to somebody who may choose a password.

    Attributes:
        key: what makes this invitation or reset different from every other.
        to: the e-mail address.
        name: of whoever it is for.
        seller: the name of the company whose portal it is.
        link: where the password is chosen; it holds the secret.
        expires_at: until when it works; delivered later it would be no use, so it is not.
        zone: whose clock shows that.

    Raises:
        Malformed: the link is none, at `link`.
    """

    key: str
    to: str
    name: str
    seller: str
    link: str = field(validator=_link, repr=False)
    expires_at: datetime = field(converter=instant)
    zone: str
    user_id: UserId
    seller_id: SellerId
    account_id: AccountId | None = None


@frozen(kw_only=True)
class LogInChanged:
    """All that is told to somebody whose log-in was changed, by whomever.

    Attributes:
        key: what makes this change different from every other.
        to: the e-mail address; where that was changed, the one before.
        name: of whoever it is for.
        seller: the name of the company whose portal it is.
        zone: whose clock shows when it was.
    """

    key: str
    to: str
    name: str
    seller: str
    zone: str
    user_id: UserId
    seller_id: SellerId
    account_id: AccountId | None = None


def password_changed(
    told: LogInChanged, *, at: datetime, catalogue: Catalogue = ENGLISH
) -> Message:
    """Tell somebody that the password was changed, by e-mail."""
    return _changed(MessageKind.PASSWORD_CHANGED, told, at, catalogue)


def address_changed(told: LogInChanged, *, at: datetime, catalogue: Catalogue = ENGLISH) -> Message:
    """Tell somebody, at the address there was, that there is another one; never which."""
    return _changed(MessageKind.ADDRESS_CHANGED, told, at, catalogue)


def _changed(kind: MessageKind, told: LogInChanged, at: datetime, catalogue: Catalogue) -> Message:
    return _by_email(kind, told, {"when": instant_words(at, told.zone, catalogue)}, at, catalogue)


def invitation(told: LogInTold, *, at: datetime, catalogue: Catalogue = ENGLISH) -> Message:
    """Invite somebody to log in, by e-mail."""
    return _linked(MessageKind.INVITATION, told, at, catalogue)


def password_reset(told: LogInTold, *, at: datetime, catalogue: Catalogue = ENGLISH) -> Message:
    """Send the link to a new password, by e-mail."""
    return _linked(MessageKind.PASSWORD_RESET, told, at, catalogue)


def address_confirm(told: LogInTold, *, at: datetime, catalogue: Catalogue = ENGLISH) -> Message:
    """Send the link that shows whose an e-mail address is, to that address."""
    return _linked(MessageKind.ADDRESS_CONFIRM, told, at, catalogue)


def address_taken(told: LogInChanged, *, at: datetime, catalogue: Catalogue = ENGLISH) -> Message:
    """Tell who logs in with an e-mail address that another user wished for it; never who."""
    return _changed(MessageKind.ADDRESS_TAKEN, told, at, catalogue)


def _linked(kind: MessageKind, told: LogInTold, at: datetime, catalogue: Catalogue) -> Message:
    more = {"link": told.link, "expires": instant_words(told.expires_at, told.zone, catalogue)}
    return replace(_by_email(kind, told, more, at, catalogue), not_after=told.expires_at)


def _by_email(
    kind: MessageKind,
    told: LogInTold | LogInChanged,
    more: dict[str, str],
    at: datetime,
    catalogue: Catalogue,
) -> Message:
    facts = {
        "name": one_line(told.name, LONGEST_OF_OURS),
        "seller": one_line(told.seller, LONGEST_OF_OURS),
        **more,
    }
    written = write(catalogue, f"{kind.value}.subject", f"{kind.value}.body", facts)
    return Message(
        id=f"{told.key}/{kind.value}/{Channel.EMAIL.value}",
        kind=kind,
        channel=Channel.EMAIL,
        to=told.to,
        to_person=False,
        subject=written.subject,
        body=written.body,
        html=written.html,
        seller_id=told.seller_id,
        account_id=told.account_id,
        user_id=told.user_id,
        at=at,
    )
