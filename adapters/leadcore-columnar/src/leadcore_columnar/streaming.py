"""Files too large for memory, asked about in batches."""

# The hints of polars name optional packages, which one checker calls partially unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leadcore_columnar.asking import prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from leadcore.contact import Question
    from leadcore.rulebooks import Rulebook

__all__ = ["ask_batches", "scan"]

BATCH = 100_000
"""How many leads are in memory at a time, unless said otherwise."""


def ask_batches(
    batches: Iterable[pl.DataFrame], question: Question, rules: Rulebook, at: datetime
) -> Iterator[pl.DataFrame]:
    """Give each batch with its answers beside it: `verdict`, `rule`, `rules`, `findings`.

    Args:
        batches: leads in the columns of `schema.COLUMNS`; other columns are passed on.
        question: what is asked.
        rules: by which rulebook.
        at: the instant asked about (aware).

    Raises:
        Malformed: with the path of everything that can't be read; rows count within the batch.
    """
    for batch in batches:
        answers = prepare(batch, question, rules).ask(at).frame
        kept = [name for name in batch.columns if name not in answers.columns]
        yield batch.select(kept).hstack(answers)


def scan(
    file: Path, question: Question, rules: Rulebook, at: datetime, *, batch: int = BATCH
) -> Iterator[pl.DataFrame]:
    """Ask about every lead of a parquet or CSV file, in constant memory.

    Args:
        file: its suffix, `.parquet` or `.csv`, says what it is. In CSV files every column is read
            as text, see `schema.typed`.
        question: what is asked.
        rules: by which rulebook.
        at: the instant asked about (aware).
        batch: how many leads are in memory at a time.

    Raises:
        ValueError: another suffix.
        Malformed: with the path of everything that can't be read; rows count within the batch.
    """
    if file.suffix == ".parquet":
        leads = pl.scan_parquet(file)
    elif file.suffix == ".csv":
        leads = pl.scan_csv(file, infer_schema=False)
    else:
        message = f"{file.name}: leads come as .parquet or .csv"
        raise ValueError(message)
    yield from ask_batches(leads.collect_batches(chunk_size=batch), question, rules, at)
