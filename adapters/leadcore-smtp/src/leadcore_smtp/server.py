"""Which mail server takes the e-mails, and how it is reached."""

from __future__ import annotations

import ssl
from enum import Enum
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import field, frozen

from leadcore.errors import Malformed, Problem

__all__ = ["SmtpServer", "Tls", "server_of"]


class Tls(Enum):
    """How the connection is kept from being read."""

    STARTTLS = "starttls"
    """It begins in the clear and is encrypted before anything is said; a server that can't is not
    told anything."""
    IMPLICIT = "implicit"
    """It is encrypted from its first byte."""
    NONE = "none"
    """It is not: for a server on the same machine."""


_PORTS = {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25}


@frozen(kw_only=True)
class SmtpServer:
    """A mail server.

    Attributes:
        port: None for the usual one of `tls`.
        user, password: to log in with; None for none.
        timeout: seconds each step may take.
        ca_file: the certificates that vouch for it; None for those the machine trusts.
        name: how we say who we are; None for the machine's own name.
    """

    host: str
    port: int | None = None
    tls: Tls = Tls.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    ca_file: str | None = None
    name: str | None = None

    @property
    def reached_at(self) -> int:
        """The port."""
        return self.port or _PORTS[self.tls]

    def context(self) -> ssl.SSLContext:
        """Give the rules of its TLS: its certificate and its name are always checked."""
        return ssl.create_default_context(cafile=self.ca_file)


_SCHEMES = {"smtp": Tls.STARTTLS, "smtps": Tls.IMPLICIT}
_OPTIONS = frozenset({"tls", "timeout", "ca_file", "name"})


def server_of(url: str) -> SmtpServer:
    """Read a server from an address such as `smtp://user:secret@mail.example:587`.

    `smtp` means STARTTLS, `smtps` TLS from the first byte; `?tls=none` turns it off, `?timeout=10`,
    `?ca_file=…` and `?name=…` say the rest. A user and a password with special characters are
    percent-encoded.

    Raises:
        Malformed: it is no such address; the password is never told.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise Malformed.at("smtp", "is no web address of a mail server") from error
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    problems = [
        Problem(f"smtp.{name}", f"there is no such option; there are {', '.join(sorted(_OPTIONS))}")
        for name in sorted(given.keys() - _OPTIONS)
    ]
    if parts.scheme not in _SCHEMES or not host:
        problems.append(Problem("smtp", "begins with smtp:// or smtps:// and names a host"))
    tls, known = given.get("tls"), [each.value for each in Tls]
    if tls is not None and tls not in known:
        problems.append(Problem("smtp.tls", f"is one of {', '.join(known)}"))
    seconds = _seconds(given.get("timeout"))
    if seconds is None:
        problems.append(Problem("smtp.timeout", "is a number of seconds above 0"))
    if problems or host is None or seconds is None:
        raise Malformed(problems)
    return SmtpServer(
        host=host,
        port=port,
        tls=_SCHEMES[parts.scheme] if tls is None else Tls(tls),
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        timeout=seconds,
        ca_file=given.get("ca_file"),
        name=given.get("name"),
    )


def _seconds(text: str | None) -> float | None:
    try:
        seconds = 30.0 if text is None else float(text)
    except ValueError:
        return None
    return seconds if 0 < seconds < float("inf") else None
