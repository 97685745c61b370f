"""A message as an e-mail: headers nobody can add to, plain text, a page, an invitation."""

from __future__ import annotations

import hashlib
import re
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

from attrs import Attribute, field, frozen

from leadcore.errors import Malformed
from leadcore.notices import one_line

if TYPE_CHECKING:
    from leadcore.notices import Attachment, Message

__all__ = ["MailSender", "mail_id", "mail_of"]

_ADDRESS = re.compile(
    r"[^@\s\x00-\x20\x7f,;:<>()\[\]\"\\]{1,64}@[^@\s\x00-\x20\x7f,;:<>()\[\]\"\\]{1,253}"
)
_LONGEST_ADDRESS = 254
_LONGEST_SUBJECT = 900
_MEDIA = re.compile(r"([\w.+-]+)/([\w.+-]+)")
_PARAMETER = re.compile(r";\s*([\w-]+)\s*=\s*\"?([\w.:+-]+)\"?")


def _address(_instance: object, attribute: Attribute[str], value: str | None) -> None:
    if value is not None and reachable(value) is None:
        raise Malformed.at(attribute.name, "is an e-mail address")


@frozen(kw_only=True)
class MailSender:
    """In whose name e-mails go out.

    Attributes:
        address: of the sender; bounces come back to it.
        name: beside the address; None for none.
        reply_to: where answers go, such as the seller's inbox; None for the address.
        unsubscribe: a `mailto:` or `https:` address at which a person can end the e-mails; it goes
            with every e-mail to a person who asked, None of them with one to a user.

    Raises:
        Malformed: an address is none.
    """

    address: str = field(validator=_address)
    name: str | None = None
    reply_to: str | None = field(default=None, validator=_address)
    unsubscribe: str | None = None


def reachable(address: str) -> str | None:
    """Give an address as servers take it, its domain in ASCII; None where it is none."""
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        return None
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        local.encode()
    except UnicodeError:
        return None
    return f"{local}@{ascii_domain}"


def mail_id(message: Message, sender: MailSender) -> str:
    """Give the `Message-ID` of a message: the same each time it is handed over.

    It is a digest: our own ids name sales and leads, which are nobody else's affair.
    """
    digest = hashlib.sha256(message.id.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    return f"<{digest}@{sender.address.rpartition('@')[2]}>"


def mail_of(message: Message, sender: MailSender) -> EmailMessage | None:
    """Give a message as an e-mail; None where it is for no address.

    Args:
        message: on the channel e-mail.
        sender: in whose name.
    """
    to = reachable(message.to)
    if to is None:
        return None
    mail = EmailMessage(policy=policy.SMTP if to.isascii() else policy.SMTPUTF8)
    mail["From"] = formataddr((one_line(sender.name), reachable(sender.address) or ""))
    mail["To"] = to
    if sender.reply_to is not None:
        mail["Reply-To"] = sender.reply_to
    mail["Subject"] = one_line(message.subject, _LONGEST_SUBJECT)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = mail_id(message, sender)
    # No vacation notice is to answer it: RFC 3834.
    mail["Auto-Submitted"] = "auto-generated"
    if message.to_person and sender.unsubscribe is not None:
        mail["List-Unsubscribe"] = f"<{one_line(sender.unsubscribe, _LONGEST_SUBJECT)}>"
    mail.set_content(_text(message.body))
    if message.html:
        mail.add_alternative(_text(message.html), subtype="html")
    invitations = [each for each in message.attachments if _method(each)]
    for each in invitations:
        _attach(mail, each, alternative=True)
    for each in message.attachments:
        # Some programs read an invitation only as an alternative, some only as a file.
        _attach(mail, each, as_file=each in invitations)
    return mail


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _method(attachment: Attachment) -> str | None:
    """Give the method of a calendar invitation; None for anything else."""
    if not attachment.media_type.lower().startswith("text/calendar"):
        return None
    return dict(_PARAMETER.findall(attachment.media_type)).get("method")


def _attach(
    mail: EmailMessage, attachment: Attachment, *, alternative: bool = False, as_file: bool = False
) -> None:
    kind = _MEDIA.match(attachment.media_type)
    main, sub = (kind[1].lower(), kind[2].lower()) if kind else ("application", "octet-stream")
    if as_file:
        main, sub = "application", "ics"
    if main in {"message", "multipart"}:
        main, sub = "application", "octet-stream"
    parameters = dict(_PARAMETER.findall(attachment.media_type)) | {"charset": "utf-8"}
    content = attachment.text.encode("utf-8", "replace")
    if alternative:
        mail.add_alternative(content, maintype=main, subtype=sub, params=parameters)
        return
    name = one_line(attachment.name.replace("/", " ").replace("\\", " ")) or "attachment"
    mail.add_attachment(content, maintype=main, subtype=sub, params=parameters, filename=name)
