"""From the entries of a record to a submission: the one builder every format uses.

A reader turns its format into entries (key, values, path, target); what an entry's target can't
hold word for word is kept as an answer too, so nothing a form said is lost.

A record is a lead if it names or reaches somebody: any text at all in a name, a phone, an
e-mail address, a street or a recording. Only a record without any of these is malformed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from leadcore.errors import Malformed, Problem
from leadcore_intake.draft import Draft, Entry
from leadcore_intake.limits import Limits, check_value
from leadcore_intake.results import Record, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadcore.submissions import ConsentGiven, Source
    from leadcore_intake.options import Options

__all__ = ["Entry", "Place", "build", "malformed", "refuse_many"]

NOBODY = "names nobody: there is no name, phone, e-mail address, street or recording"


@frozen(kw_only=True)
class Place:
    """Where a record is in its message or file (see `Record`)."""

    index: int = 0
    path: str = "$"
    line: int | None = None

    def at(self, path: str) -> str:
        """Give a path within the record: `$[3].a`, `line 3, $.a`, `prospect[1]/id`."""
        if self.path.startswith("$"):
            return self.path + path.removeprefix("$")
        return f"{self.path}, {path}" if path.startswith("$") else f"{self.path}/{path}"


def malformed(
    place: Place,
    raw: str,
    problems: Iterable[Problem],
    *,
    canonical: str | bytes | None = None,
    warnings: tuple[Problem, ...] = (),
) -> Record:
    """Make the record of something that is no lead, with everything it was read from."""
    return Record(
        index=place.index,
        path=place.path,
        line=place.line,
        raw=raw,
        digest=digest_of(raw if canonical is None else canonical),
        problems=tuple(problems),
        warnings=warnings,
    )


def build(
    entries: Iterable[Entry],
    *,
    source: Source,
    place: Place,
    raw: str,
    options: Options,
    canonical: str | None = None,
    warnings: tuple[Problem, ...] = (),
    consents: tuple[ConsentGiven, ...] = (),
    test: bool = False,
    global_ids: bool = False,
) -> Record:
    """Make one record of a record's entries.

    Args:
        entries: the fields, in the form's order.
        source: the format, and the source's name where the reader knows it.
        place: where the record is.
        raw: its text.
        options: what the caller told.
        canonical: its canonical text, for the digest; `raw` where not given.
        warnings: what the reader already found doubtful.
        consents: consent boxes the reader already read.
        test: the reader knows it is a test lead.
        global_ids: the source's ids are unique within the format, whatever the source.

    Returns:
        A record with a submission, or with the problems why there is none.
    """
    given = tuple(entries)
    problems = _check(given, place, options.limits)
    if not problems:
        draft = Draft(options, source, test=test, global_ids=global_ids)
        for entry in given:
            draft.take(entry)
        submission = draft.submission(consents)
        warnings += tuple(draft.warnings)
        if submission is not None:
            return Record(
                index=place.index,
                path=place.path,
                line=place.line,
                raw=raw,
                digest=digest_of(raw if canonical is None else canonical),
                submission=submission,
                warnings=warnings,
            )
        problems = (Problem(place.path, NOBODY),)
    return malformed(place, raw, problems, canonical=canonical, warnings=warnings)


def _check(entries: tuple[Entry, ...], place: Place, limits: Limits) -> tuple[Problem, ...]:
    count = sum(max(1, len(entry.values)) for entry in entries)
    if count > limits.max_fields:
        message = f"holds {count:,} values; a record may have {limits.max_fields:,}"
        return (Problem(place.path, message),)
    return tuple(
        problem
        for entry in entries
        for value in (entry.key, entry.question or "", *entry.values)
        for problem in check_value(entry.path, value, limits)
    )


def refuse_many(count: int, limits: Limits) -> None:
    """Refuse a message of more records than one message may have.

    Raises:
        Malformed: with the number allowed.
    """
    if count > limits.max_records:
        message = (
            f"holds more than {limits.max_records:,} records; send fewer, or stream CSV or JSON "
            "Lines from a file"
        )
        raise Malformed.at("$", message)
