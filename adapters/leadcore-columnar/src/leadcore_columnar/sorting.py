"""Rows into sorts: everything about a lead but dates, instants and touches, as one number.

Two leads of one sort differ in nothing else. Values that rules
cannot tell apart (two ZIP codes of one state) are made the same first, by asking the core.
"""

# The hints of polars name optional packages, which one checker calls partially unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leadcore.places import by_zip
from leadcore_columnar.schema import COLUMNS, Kind

if TYPE_CHECKING:
    from leadcore.contact import Cuts, Question

__all__ = ["DAYS", "INSTANTS", "dense", "places", "recency", "sorted_out"]

INSTANTS = {
    "consent.at": "consent_at",
    "consent.revoked_at": "revoked_at",
    "consent.regranted_at": "regranted_at",
    "registry.internal_since": "internal_since",
    "email.opted_out_at": "email_opted_out_at",
}
"""The columns of the facts that are instants, by the facts' paths."""
DAYS = {
    "registry.scrubbed_on": "scrubbed_on",
    "reassigned.queried_on": "rnd_queried_on",
    "relationship.inquiry_on": "inquiry_on",
    "relationship.purchase_on": "purchase_on",
    "number.ported_to_wireless_on": "ported_to_wireless_on",
}
"""The columns of the facts that are dates, by the facts' paths."""

_APART = {*INSTANTS.values(), *DAYS.values(), "zip", "e164", "consent_number", "history"}
_JOINT = "\x1f"  # no text of a list holds control characters, see `schema`


def _states_of(zips: pl.Series) -> pl.Series:
    codes = zips.unique()
    states = [None if code is None else _JOINT.join(by_zip(code).states) for code in codes]
    return zips.replace_strict(codes, pl.Series(states, dtype=pl.String), default=None)


def dense(frame: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """Number the different rows of a frame.

    Returns:
        Each row's number, and the different rows in the order of their numbers.
    """
    columns = frame.columns
    kinds = frame.unique(maintain_order=True)
    numbered = kinds.with_row_index("number")
    joined = frame.join(numbered, on=columns, how="left", nulls_equal=True, maintain_order="left")
    return joined.get_column("number"), kinds


def sorted_out(frame: pl.DataFrame) -> pl.Series:
    """Give each lead's sort: a number for all that is neither an instant, a date nor a touch."""
    kept = [name for name in COLUMNS if name not in _APART]
    lists = {name for name in kept if COLUMNS[name].kind is Kind.TEXTS}
    rest = frame.select(
        *(pl.col(name).list.join(_JOINT) if name in lists else pl.col(name) for name in kept),
        _states_of(frame.get_column("zip")).alias("zip"),
        (pl.col("consent_number") == pl.col("e164")).alias("same_number"),
        (pl.col("revoked_at") < pl.col("regranted_at")).alias("granted_again"),
        *(pl.col(name).is_null().alias(f"no {name}") for name in INSTANTS.values()),
        pl.col("consent_number").is_null().alias("no number"),
        pl.col("history").is_null().alias("no history"),
    )
    # Columns in which all leads agree tell nothing apart, and most columns are such.
    varied = [name for name in rest.columns if rest.get_column(name).n_unique() > 1]
    return dense(rest.select(varied or ["tcpa"]))[0]


def places(frame: pl.DataFrame) -> list[int]:
    """Give for each place in which somebody may be the row of a lead there."""
    joined = (
        pl.col(name).list.join(_JOINT) for name in ("zones", "states", "declared_emergencies")
    )
    states = _states_of(frame.get_column("zip")).alias("zip")
    return dense(frame.select(*joined, states))[0].arg_unique().to_list()


def recency(frame: pl.DataFrame, question: Question, found: Cuts) -> pl.DataFrame:
    """Give what matters of the touches, as columns of instants.

    Returns:
        `newest`; where touches of any kind matter `oldest` and `second`, which came after it; and
        for each count of the cuts the touch that would be the last one allowed, as column
        `count 0`, `count 1` …
    """
    at = pl.element().struct.field("at")
    asked = {
        "newest": pl.col("history").list.eval(at).list.max(),
    }
    if found.touched:
        oldest = pl.col("history").list.eval(at.sort())
        asked["oldest"] = oldest.list.get(0, null_on_oob=True)
        asked["second"] = oldest.list.get(1, null_on_oob=True)
    for place, count in enumerate(found.counts):
        kinds = [kind.value for kind in count.kinds]
        counted = pl.element().struct.field("kind").is_in(kinds)
        if question.subject is not None and not count.any_subject:
            about = pl.element().struct.field("subject")
            counted &= about.is_null() | (about == question.subject)
        # Sorted with the newest first; what is not counted comes behind all that is.
        times = pl.when(counted).then(at).sort(descending=True, nulls_last=True)
        nth = pl.col("history").list.eval(times).list.get(max(count.limit, 1) - 1, null_on_oob=True)
        asked[f"count {place}"] = nth
    return frame.select(**asked)
