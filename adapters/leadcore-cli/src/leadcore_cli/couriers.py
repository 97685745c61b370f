"""Whom a relay hands messages to, from what was named on the command line or in the environment."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from leadcore.errors import Malformed, Problem
from leadcore_cli.folder import FolderCourier

if TYPE_CHECKING:
    from leadcore.accounts import SellerTerms
    from leadcore.notices import Message
    from leadcore.ports import Courier, NotSent, Sent
    from leadcore.submissions import Channel

__all__ = ["Named", "StaffApart", "couriers_of"]

_STAFF = "apprise"
_KNOWN = ("twilio", _STAFF)


@frozen(kw_only=True)
class Named:
    """What was named.

    Attributes:
        smtp: a mail server's address.
        sender: whose e-mails they are.
        urls: of other couriers, `twilio://…` or `apprise:…`.
        to_folder: where messages are written instead.
    """

    smtp: str | None = None
    sender: str | None = None
    urls: tuple[str, ...] = ()
    to_folder: Path | None = None


class StaffApart:
    """A courier to people; what is for staff another one gets, where it delivers on that channel.

    What only tells staff would refuse a message to the person who asked, for good.
    """

    def __init__(self, staff: Courier, people: Courier) -> None:
        """Make it of the two."""
        self._staff = staff
        self._people = people

    @property
    def channels(self) -> frozenset[Channel]:
        """Those on which it reaches people."""
        return self._people.channels

    def deliver(self, message: Message) -> Sent | NotSent:
        """Hand a message to the one it is for."""
        told = not message.to_person and message.channel in self._staff.channels
        return (self._staff if told else self._people).deliver(message)


def couriers_of(named: Named, terms: SellerTerms) -> list[Courier]:
    """Give whom messages are handed to.

    Args:
        named: what was named.
        terms: the seller's, in whose name e-mails go out.

    Raises:
        Malformed: nobody was named, or what does not go together; no sender; a URL that is none; a
            distribution that is not installed. No URL is repeated: it may hold a password.
    """
    delivers = named.smtp is not None or bool(named.urls)
    if delivers == (named.to_folder is not None):
        raise Malformed.at("--smtp", "name a mail server or a --courier, or else a --to-folder")
    if named.to_folder is not None:
        return [FolderCourier(named.to_folder)]
    by_name = _by_scheme(named.urls)
    staff = by_name.pop(_STAFF, None)
    people = [_mail(named.smtp, named.sender, terms)] if named.smtp is not None else []
    people += by_name.values()
    if staff is None:
        return people
    if not people:
        told = "apprise: tells staff alone; for people name --smtp or twilio:// too"
        raise Malformed.at("--courier", told)
    return [StaffApart(staff, each) for each in people]


def _mail(smtp: str, sender: str | None, terms: SellerTerms) -> Courier:
    if sender is None:
        raise Malformed.at("--sender", "e-mails go out in somebody's name")
    module = _adapter("leadcore_smtp", "--smtp")
    whose = module.MailSender(address=sender, name=terms.name, reply_to=terms.inbox)
    courier: Courier = module.SmtpCourier(module.server_of(smtp), whose)
    return courier


def _by_scheme(urls: tuple[str, ...]) -> dict[str, Courier]:
    """Make a courier of each URL, by its scheme."""
    found: dict[str, Courier] = {}
    for url in urls:
        scheme, colon, _ = url.partition(":")
        if not colon or scheme not in _KNOWN:
            raise Malformed.at("--courier", "begins with twilio:// or apprise:")
        if scheme in found:
            raise Malformed.at("--courier", f"names {scheme} twice; one would get everything")
        found[scheme] = _courier(scheme, url)
    return found


def _courier(scheme: str, url: str) -> Courier:
    module = _adapter(f"leadcore_{scheme}", "--courier")
    keys = (os.environ,) if scheme != _STAFF else ()
    try:
        courier: Courier = module.courier_from(url, *keys)
    except Malformed as error:
        raise Malformed(Problem("--courier", each.message) for each in error.problems) from None
    return courier


def _adapter(module: str, option: str) -> Any:  # noqa: ANN401 # it may not be installed
    try:
        return import_module(module)
    except ImportError:
        told = f"needs the distribution {module.replace('_', '-')}"
        raise Malformed.at(option, told) from None
