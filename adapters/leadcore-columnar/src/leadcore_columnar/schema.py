"""The columns: what each holds, how it may be written, and a clear word on what is wrong.

One row is one lead. A column that is missing, and a null, mean that nobody knows. Where "known not
to be so" must be told from "not known", a flag of its own says it: `never_revoked` beside
`revoked_at`. Columns of other names are left alone.
"""

# The hints of polars name optional packages, which one checker calls partially unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import polars as pl

from leadcore.contact import ReassignedStatus, TouchKind
from leadcore.errors import Malformed, Problem
from leadcore.submissions import Tcpa
from leadcore.values import PhoneKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["COLUMNS", "LEVELS", "SEPARATOR", "Column", "Kind", "typed"]

LEVELS = ("none", "express", "written")
"""How far consent goes, in the order of `leadcore.consent.Level`."""
SEPARATOR = "|"
"""Between the parts of a list that is written as one text, as in CSV files."""

_INSTANT = pl.Datetime("us", "UTC")
_HISTORY = pl.List(pl.Struct({"kind": pl.String, "at": _INSTANT, "subject": pl.String}))
_HISTORY_TEXT = pl.List(pl.Struct({"kind": pl.String, "at": pl.String, "subject": pl.String}))
_OFFSET = r"(Z|[+-]\d{2}:?\d{2})$"
_SHOWN = 20
"""How many problems of one column are told."""


class Kind(Enum):
    """What a column holds, and how a text file writes it."""

    TEXT = "text"
    WORD = "one of a few words"
    FLAG = "true or false"
    DAY = "a date (2026-11-22)"
    INSTANT = "an instant with its offset (2026-11-22T17:00:00Z)"
    TEXTS = "texts"
    HISTORY = "touches: objects of kind, at, subject"


DTYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.WORD: pl.String(),
    Kind.FLAG: pl.Boolean(),
    Kind.DAY: pl.Date(),
    Kind.INSTANT: _INSTANT,
    Kind.TEXTS: pl.List(pl.String),
    Kind.HISTORY: _HISTORY,
}
"""What columns are turned into."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        kind: what it holds.
        what: what it means.
        words: the words it may hold, if it holds words.
    """

    kind: Kind
    what: str
    words: tuple[str, ...] = ()


def _words(kind: type[Enum]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


COLUMNS: dict[str, Column] = {
    "tcpa": Column(Kind.WORD, "the lead's flag", _words(Tcpa)),
    "zip": Column(Kind.TEXT, "the lead's ZIP code"),
    "e164": Column(Kind.TEXT, "the number in E.164 form"),
    "line_type": Column(Kind.WORD, "what sort of line", _words(PhoneKind)),
    "zones": Column(Kind.TEXTS, "every IANA zone the person may be in"),
    "ported_to_wireless_on": Column(Kind.DAY, "when the number was ported from a wire line"),
    "states": Column(Kind.TEXTS, "every state whose rules may apply"),
    "consent_level": Column(Kind.WORD, "how far consent goes; null: none", LEVELS),
    "invitation": Column(Kind.FLAG, "did the person ask to be contacted?"),
    "consent_sellers": Column(Kind.TEXTS, "the sellers consent names"),
    "consent_number": Column(Kind.TEXT, "the number it was given for"),
    "consent_this_number": Column(Kind.FLAG, "true: it was given for the number asked about"),
    "consent_at": Column(Kind.INSTANT, "when it was given"),
    "consent_undated": Column(Kind.FLAG, "true: it was given, nobody recorded when"),
    "signature": Column(Kind.FLAG, "is the agreement signed?"),
    "number_in_agreement": Column(Kind.FLAG, "does it name the number?"),
    "authorizes_seller": Column(Kind.FLAG, "does it authorise the seller?"),
    "disclosure_autodialer": Column(Kind.FLAG, "does it say that contact may be automated?"),
    "disclosure_not_condition": Column(Kind.FLAG, "does it say that it is no condition?"),
    "revoked_at": Column(Kind.INSTANT, "when consent was last taken back"),
    "never_revoked": Column(Kind.FLAG, "true: it never was"),
    "regranted_at": Column(Kind.INSTANT, "when it was given again; null: it was not"),
    "dnc_national": Column(Kind.FLAG, "is the number on the national registry?"),
    "scrubbed_on": Column(Kind.DAY, "the date of the registry copy; null: never looked"),
    "internal_since": Column(Kind.INSTANT, "when the person asked not to be called"),
    "never_listed": Column(Kind.FLAG, "true: the person never did"),
    "relationship_with": Column(Kind.TEXT, "whose customer the person is"),
    "inquiry_on": Column(Kind.DAY, "the date of the last inquiry"),
    "purchase_on": Column(Kind.DAY, "the date of the last purchase"),
    "rnd_status": Column(
        Kind.WORD, "the answer of the reassigned numbers database", _words(ReassignedStatus)
    ),
    "rnd_queried_on": Column(Kind.DAY, "when it was asked"),
    "personal_relationship": Column(Kind.FLAG, "family, friend or acquaintance?"),
    "history": Column(Kind.HISTORY, "every earlier touch", _words(TouchKind)),
    "email_opted_out_at": Column(Kind.INSTANT, "when the person opted out of e-mail"),
    "never_opted_out": Column(Kind.FLAG, "true: the person never did"),
    "physical_address": Column(Kind.FLAG, "does the e-mail carry a postal address?"),
    "optout_mechanism": Column(Kind.FLAG, "does it offer a working opt-out?"),
    "gateway_domain": Column(Kind.FLAG, "does it go to a wireless carrier's domain?"),
    "wireless_authorization": Column(Kind.FLAG, "did the person authorise that?"),
    "contains_marketing": Column(Kind.FLAG, "does the confirmation of an opt-out advertise?"),
    "already_sent": Column(Kind.FLAG, "was one sent before?"),
    "declared_emergencies": Column(Kind.TEXTS, "states under a declared emergency; none: empty"),
}
"""Every column by its name. Together they say what `leadcore.contact.Facts` says."""


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Give exactly the columns of the schema, each of its type; missing ones are null.

    Texts are read where the file could only hold texts: flags as `true` and `false`, dates and
    instants as ISO 8601, lists with `|` between their parts, touches as JSON.

    Raises:
        Malformed: with the path (`$[row].column`) of everything that can't be read.
    """
    problems: list[Problem] = []
    made: list[pl.Series] = []
    for name, column in COLUMNS.items():
        if name not in frame.columns or frame.schema[name] == pl.Null:
            made.append(pl.Series(name, [None] * frame.height, DTYPES[column.kind]))
            continue
        series = frame.get_column(name)
        try:
            found = _READERS[column.kind](series, column)
        except (pl.exceptions.PolarsError, TypeError) as error:
            words = str(error).partition("\n")[0]
            problems.append(Problem(f"$.{name}", f"must be {column.kind.value}: {words}"))
            continue
        problems += _problems(series, found, column)
        made.append(found)
    if problems:
        raise Malformed(problems)
    return pl.DataFrame(made)


def _problems(given: pl.Series, found: pl.Series, column: Column) -> Iterator[Problem]:
    """Give what was there and could not be read."""
    lost = (given.is_not_null() & found.is_null()).arg_true().head(_SHOWN)
    words = f"one of {', '.join(column.words)}" if column.words else column.kind.value
    for row in lost:
        yield Problem(f"$[{row}].{given.name}", f"must be {words}, not {given[row]!r}")


def _text(series: pl.Series, _column: Column) -> pl.Series:
    if series.dtype.is_numeric():
        # A ZIP code or a number that was read as a number has lost its zeros.
        message = f"it is {series.dtype}; read it as text"
        raise TypeError(message)
    return series.cast(pl.String)


def _word(series: pl.Series, column: Column) -> pl.Series:
    text = series.cast(pl.String)
    known = text.is_in(list(column.words))
    return pl.select(pl.when(known).then(text)).to_series().alias(series.name)


def _flag(series: pl.Series, _column: Column) -> pl.Series:
    if series.dtype == pl.Boolean:
        return series
    text = series.cast(pl.String).str.to_lowercase()
    chosen = pl.when(text == "true").then(True).when(text == "false").then(False)  # noqa: FBT003 - polars has no names for them
    return pl.select(chosen).to_series().alias(series.name)


def _day(series: pl.Series, _column: Column) -> pl.Series:
    if series.dtype == pl.Date:
        return series
    return series.cast(pl.String).str.to_date("%Y-%m-%d", strict=False)


def _instant(series: pl.Series, _column: Column) -> pl.Series:
    kind = series.dtype
    if isinstance(kind, pl.Datetime):
        if kind.time_zone is None:
            message = "it has no time zone"
            raise TypeError(message)
        return series.dt.convert_time_zone("UTC").dt.cast_time_unit("us")
    text = series.cast(pl.String)
    return _parsed(text.to_frame().lazy().select(_read_instant(pl.col(series.name))))


def _read_instant(text: pl.Expr) -> pl.Expr:
    # Without an offset nobody can know which instant was meant.
    whole = pl.when(text.str.contains(_OFFSET)).then(text.str.replace("Z$", "+00:00"))
    return whole.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", strict=False)


def _parsed(frame: pl.LazyFrame) -> pl.Series:
    return frame.collect().to_series().cast(_INSTANT)


def _texts(series: pl.Series, _column: Column) -> pl.Series:
    if isinstance(series.dtype, pl.List):
        found = series.cast(pl.List(pl.String))
    else:
        text = series.cast(pl.String)
        parts = pl.when(text == "").then(pl.lit([], pl.List(pl.String)))
        found = pl.select(parts.otherwise(text.str.split(SEPARATOR))).to_series()
    broken = found.list.eval(pl.element().is_null() | pl.element().str.contains(r"[\x00-\x1f]"))
    return _without(found.alias(series.name), broken.list.any())


def _without(series: pl.Series, broken: pl.Series) -> pl.Series:
    return pl.select(pl.when(~broken).then(series)).to_series().alias(series.name)


def _history(series: pl.Series, column: Column) -> pl.Series:
    if not isinstance(series.dtype, pl.List):
        series = series.cast(pl.String).str.json_decode(_HISTORY_TEXT)
    inner = series.dtype.inner if isinstance(series.dtype, pl.List) else None
    if not isinstance(inner, pl.Struct):
        return series.cast(_HISTORY)  # a list of nothing
    names = {each.name for each in inner.fields}
    at = pl.element().struct.field("at")
    subject = pl.element().struct.field("subject") if "subject" in names else pl.lit(None)
    whole = {each.name: each.dtype for each in inner.fields}.get("at")
    if isinstance(whole, pl.Datetime) and whole.time_zone is None:
        message = "its instants have no time zone"
        raise TypeError(message)
    read = at.cast(_INSTANT) if isinstance(whole, pl.Datetime) else _read_instant(at).cast(_INSTANT)
    kind = pl.element().struct.field("kind").cast(pl.String)
    known = pl.when(kind.is_in(list(column.words))).then(kind)
    found = series.list.eval(pl.struct(kind=known, at=read, subject=subject.cast(pl.String)))
    parts = pl.element().struct.field("kind").is_null() | pl.element().struct.field("at").is_null()
    return _without(found.cast(_HISTORY), found.list.eval(parts).list.any())


_READERS: dict[Kind, Callable[[pl.Series, Column], pl.Series]] = {
    Kind.TEXT: _text,
    Kind.WORD: _word,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
    Kind.TEXTS: _texts,
    Kind.HISTORY: _history,
}
