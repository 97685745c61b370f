"""A courier for trying out: each message becomes a file in a folder; nobody is told anything."""

from __future__ import annotations

import hashlib
from email import policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

from leadcore.notices import one_line
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel

if TYPE_CHECKING:
    from pathlib import Path

    from leadcore.notices import Message

__all__ = ["FolderCourier"]


class FolderCourier:
    """Writes e-mails as `.eml` files, which mail programs open, and texts as `.txt` files.

    A message handed over twice is one file: its name is made of the message's id.
    """

    def __init__(self, folder: Path) -> None:
        """Make it; the folder is made when the first file is."""
        self._folder = folder

    @property
    def channels(self) -> frozenset[Channel]:
        """E-mail and text."""
        return frozenset({Channel.EMAIL, Channel.TEXT})

    def deliver(self, message: Message) -> Sent | NotSent:
        """Write a message."""
        digest = hashlib.sha256(message.id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        email = message.channel is Channel.EMAIL
        name = f"{message.at:%Y%m%dT%H%M%SZ}-{message.kind.value}-{digest}"
        path = self._folder / f"{name}{'.eml' if email else '.txt'}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_mail(message) if email else _text(message))
        except OSError as error:
            return NotSent(WhyNotSent.LATER, one_line(f"{path}: {error.strerror}", 300))
        return Sent(path.name)


def _mail(message: Message) -> bytes:
    mail = EmailMessage(policy=policy.SMTPUTF8)
    mail["To"] = one_line(message.to, 300)
    mail["Subject"] = one_line(message.subject, 900)
    mail["Date"] = message.at
    mail.set_content(_clean(message.body))
    if message.html:
        mail.add_alternative(_clean(message.html), subtype="html")
    for each in message.attachments:
        mail.add_attachment(_clean(each.text), filename=one_line(each.name))
    return mail.as_bytes()


def _text(message: Message) -> bytes:
    return _clean(f"To: {one_line(message.to, 300)}\n\n{message.body}\n").encode()


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
