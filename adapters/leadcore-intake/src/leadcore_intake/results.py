"""What reading gives: records, each a submission or the reasons it is none."""

from __future__ import annotations

import hashlib
from datetime import datetime

from attrs import field, frozen

from leadcore.errors import Problem
from leadcore.submissions import Answer, Submission
from leadcore.values import optional_instant

__all__ = ["Intake", "LeadReference", "Record", "digest_of"]


def digest_of(canonical: str | bytes) -> str:
    """Give the SHA-256 of a record's canonical content, as 64 hex digits."""
    data = canonical.encode("utf-8", "surrogatepass") if isinstance(canonical, str) else canonical
    return hashlib.sha256(data).hexdigest()


@frozen(kw_only=True)
class Record:
    """One record of an intake: a submission, or the problems why it is none.

    Attributes:
        index: its place in the message or file, from 0.
        path: where it is, for people: `$`, `$[3]`, `row 7`, `line 3`, `prospect[2]`.
        line: the physical line it begins on, from 1, in files of lines.
        raw: what it was read from, as text.
        digest: SHA-256 (hex) of the canonical content: the same for the same content, whatever
            its white space, delimiter or order of keys. The key where the source gives none.
        submission: what was read; None if the record is malformed.
        problems: why it is malformed; empty otherwise.
        warnings: what is in doubt; nothing of it is lost.
    """

    index: int
    path: str
    raw: str
    digest: str
    line: int | None = None
    submission: Submission | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Hold that a record is either a submission or has problems, never both or neither."""
        if (self.submission is None) != bool(self.problems):
            message = "a record is either a submission or has problems"
            raise ValueError(message)


@frozen(kw_only=True)
class LeadReference:
    """A lead that a notification names and that must be retrieved from its source.

    Attributes:
        lead_id: the id to retrieve it by; every digit kept.
        path: where in the notification it was.
        digest: SHA-256 (hex) of its part of the notification.
        form_id, page_id, ad_id, adgroup_id: where it came from, if told.
        created_at: when the person sent it (UTC), if told.
        created_raw: the notification's own words for that.
        answers: everything else the notification said of it.
    """

    lead_id: str
    path: str
    digest: str
    form_id: str | None = None
    page_id: str | None = None
    ad_id: str | None = None
    adgroup_id: str | None = None
    created_at: datetime | None = field(default=None, converter=optional_instant)
    created_raw: str | None = None
    answers: tuple[Answer, ...] = ()


@frozen(kw_only=True)
class Intake:
    """Everything one message held.

    Attributes:
        format: the format it was read as (`detect.FORMATS`).
        records: its records, in order.
        references: leads to be retrieved first; only a Meta notification has them.
        warnings: what concerns the message as a whole.
    """

    format: str
    records: tuple[Record, ...] = ()
    references: tuple[LeadReference, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def submissions(self) -> tuple[Submission, ...]:
        """What was read, without the malformed records."""
        return tuple(r.submission for r in self.records if r.submission is not None)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of every malformed record."""
        return tuple(problem for record in self.records for problem in record.problems)
