"""Submissions: what a person asked for, parsed, before it is recorded as a lead.

Every part is kept as it was given (`raw`) and, where something sure could be made of it, in a
normal form. What a form holds beyond the fields here stays, losslessly, in `answers`.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime
from enum import Enum

from attrs import field, frozen

from leadcore.values import Address, Email, PersonName, Phone, optional_instant

__all__ = [
    "Answer",
    "Channel",
    "ConsentGiven",
    "LeadKind",
    "Recording",
    "Source",
    "Submission",
    "Tcpa",
    "person_keys",
    "search_text",
]


class LeadKind(Enum):
    """The two kinds of leads."""

    WEB = "web"
    LIVE_CALL = "live_call"


class Tcpa(Enum):
    """The seller's flag: may automated calls and texts be used? Unknown counts as no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Channel(Enum):
    """How a person is reached."""

    CALL = "call"
    TEXT = "text"
    EMAIL = "email"


@frozen(kw_only=True)
class Answer:
    """One answer of a form that has no field of its own here, kept losslessly.

    Attributes:
        key: the form's name for it (a column id, a field name); never empty.
        question: the words the person read, where the form tells them.
        values: every value given, in order, unchanged.
    """

    key: str
    question: str | None = None
    values: tuple[str, ...] = ()


@frozen(kw_only=True)
class ConsentGiven:
    """A consent box or text as it came with the submission: evidence, not yet a judgement.

    Attributes:
        key: the form's name for the box.
        granted: ticked or not; None where the form does not say.
        opts_out: is it a ticked box that asks *not* to be contacted? It counts as a revocation.
        text: the words shown, where the form tells them.
    """

    key: str
    granted: bool | None
    text: str | None = None
    opts_out: bool = False


@frozen(kw_only=True)
class Recording:
    """The recording of a live call.

    Attributes:
        reference: where the host keeps it (a URL or key); opaque here.
        seconds: its length, where known.
        announced: was the caller told before transfer that the call is recorded?
    """

    reference: str
    seconds: int | None = None
    announced: bool | None = None


@frozen(kw_only=True)
class Source:
    """Where a submission came from.

    Attributes:
        format: the intake format that read it (`adf`, `google`, `meta` …).
        key: the id the source gave it, unique within `format`; None where it gives none.
        name: the site, provider or page.
        campaign: campaign name or id.
        form: form name or id.
    """

    format: str
    key: str | None = None
    name: str | None = None
    campaign: str | None = None
    form: str | None = None


@frozen(kw_only=True)
class Submission:
    """What a person asked for, parsed; every part as given and, where sure, normalised.

    Attributes:
        kind: web form or live call.
        name, phones, emails, address: who the person is; phones in order of preference.
        vertical: the field of business (`legal`), if told.
        area: the area within it (`family law`), if told.
        comments: the person's own words.
        other_info: a short summary of the matter, shown before anyone calls.
        source: where it came from.
        answers: everything else the form held, losslessly.
        consents: consent boxes and texts that came with it.
        tcpa: the seller's flag, `unknown` unless the source says it.
        submitted_at: when the person sent it (UTC), if the source tells an instant.
        submitted_raw: the source's own words for that, whatever they were.
        test: a test lead is never charged, capped or counted.
        recording: for a live call, its recording.
        device: an identifier of the person's device or address on the net, if told.
    """

    source: Source
    kind: LeadKind = LeadKind.WEB
    name: PersonName = field(factory=PersonName)
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    address: Address = field(factory=Address)
    vertical: str | None = None
    area: str | None = None
    comments: str | None = None
    other_info: str | None = None
    answers: tuple[Answer, ...] = ()
    consents: tuple[ConsentGiven, ...] = ()
    tcpa: Tcpa = Tcpa.UNKNOWN
    submitted_at: datetime | None = field(default=None, converter=optional_instant)
    submitted_raw: str | None = None
    test: bool = False
    recording: Recording | None = None
    device: str | None = None

    @property
    def email(self) -> str | None:
        """The first usable e-mail address."""
        return next((email.normal for email in self.emails if email.normal), None)

    @property
    def phone(self) -> str | None:
        """The first usable number in E.164 form."""
        return next((phone.normal for phone in self.phones if phone.normal), None)


def person_keys(submission: Submission) -> tuple[str, ...]:
    """Give the keys by which one person is known again: each phone, each e-mail, name with ZIP.

    A blank or unreadable field never makes a key, so it never matches; a first name alone is half
    a name and makes none either. The keys are digests (SHA-256), so an index of them holds no
    personal data in clear.

    Returns:
        Sorted keys without repeats; empty for a submission that names nobody.
    """
    found = {("phone", _alike(phone.normal)) for phone in submission.phones}
    found |= {("email", _alike(email.normal)) for email in submission.emails}
    name, place = _whole_name(submission.name), _alike(submission.address.zip)
    found.add(("name+zip", f"{name}:{place}" if name and place else ""))
    return tuple(sorted(_digest(kind, text) for kind, text in found if text))


def _alike(text: str | None) -> str:
    # Case, width, accents' spelling and spaces are ways of typing, not differences.
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())


def _whole_name(name: PersonName) -> str:
    if _alike(name.first) and _alike(name.last):
        return _alike(f"{name.first} {name.last}")
    whole = _alike(name.full)
    return whole if " " in whole else ""


def _digest(kind: str, text: str) -> str:
    # A form may hold half a surrogate pair, which is text to Python but not to UTF-8.
    content = f"{kind}:{text}".encode("utf-8", "surrogatepass")
    return f"{kind}:{hashlib.sha256(content).hexdigest()[:40]}"


def search_text(submission: Submission) -> str:
    """Give what a free-text search looks through: name, phones and e-mails, case folded."""
    parts = [
        submission.name.display,
        *(text for phone in submission.phones for text in (phone.raw, phone.normal)),
        *(text for email in submission.emails for text in (email.raw, email.normal)),
    ]
    return "\n".join(part for part in parts if part).casefold()
