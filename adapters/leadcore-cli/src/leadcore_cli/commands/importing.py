"""Importing leads from files of any format that `leadcore-intake` reads."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer
from attrs import field, frozen
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from leadcore import back_office as bo
from leadcore.errors import Conflict, Malformed
from leadcore.leads import LeadStatus
from leadcore.values import LeadId, SaleId, time_ordered_id
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now
from leadcore_intake import Options, Record, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from datetime import datetime

    from leadcore.values import SellerId
    from leadcore_sqlalchemy import SqlStore

__all__ = ["Tally", "import_records", "reception", "register"]

SHOWN = 20
"""Unreadable records whose problems are shown; the rest are in the file of rejects."""

BATCH = 100
"""Leads received in one transaction: an import that is killed loses at most so many, and finds its
place again by their source keys."""


def source_key(record: Record) -> str:
    """Give the key by which the same submission is known when it comes again."""
    submission = record.submission
    if submission is not None and submission.source.key:
        source = submission.source
        return f"{source.format}:{source.name or ''}:{source.key}"
    return f"digest:{record.digest}"


def reception(seller_id: SellerId, record: Record, at: datetime) -> bo.ReceiveLead:
    """Give the use case that receives a record's submission.

    Raises:
        Malformed: the record has no submission; its problems say why.
    """
    if record.submission is None:
        raise Malformed(record.problems)
    key = source_key(record)
    entropy = hashlib.sha256(f"{seller_id}\n{key}".encode()).digest()
    return bo.ReceiveLead(
        seller_id=seller_id,
        lead_id=LeadId(time_ordered_id(at, entropy=entropy)),
        sale_id=SaleId(time_ordered_id(at, entropy=entropy[10:])),
        source_key=key,
        submission=record.submission,
        at=at,
    )


@frozen
class Tally:
    """What became of the records of an import.

    Attributes:
        counts: how many were accepted, refused, known already, malformed; and of those accepted,
            sold, unsold, test.
        malformed: the records that could not be read, with their problems.
        receptions: what became of each record that was read, in order, with the record.
    """

    counts: Counter[str] = field(factory=Counter)
    malformed: list[Record] = field(factory=list)
    receptions: list[tuple[Record, bo.Reception]] = field(factory=list)

    def add(self, record: Record, answer: bo.Reception, *, keep: bool) -> None:
        """Count what became of a record."""
        self.counts[answer.outcome.value] += 1
        if answer.outcome is bo.Received.ACCEPTED:
            self.counts[_fate(answer)] += 1
        if keep:
            self.receptions.append((record, answer))


def _fate(answer: bo.Reception) -> str:
    if answer.lead.submission.test:
        return "test"
    return "sold" if answer.lead.status is LeadStatus.SOLD else "unsold"


def import_records(
    store: SqlStore,
    seller_id: SellerId,
    records: Iterable[Record],
    *,
    at: datetime,
    keep: bool = False,
) -> Iterator[Tally]:
    """Receive records in transactions of `BATCH`; gives the running tally after each.

    Args:
        store: where they are kept.
        seller_id: whose leads they are.
        records: from `leadcore_intake.read_file`; read as needed, so memory stays bounded.
        at: the instant of reception.
        keep: keep each record's outcome in the tally, for small imports.
    """
    tally = Tally()
    waiting = iter(records)
    while batch := list(islice(waiting, BATCH)):
        good = [record for record in batch if record.submission is not None]
        bad = [record for record in batch if record.submission is None]
        tally.malformed.extend(bad)
        tally.counts["malformed"] += len(bad)
        answers = _receive(store, [reception(seller_id, record, at) for record in good])
        for record, answer in zip(good, answers, strict=True):
            tally.add(record, answer, keep=keep)
        yield tally


def _receive(store: SqlStore, cases: list[bo.ReceiveLead]) -> tuple[bo.Reception, ...]:
    try:
        return store.run_many(cases)
    except Conflict:
        # Others import too and are in each other's way: a lead at a time always gets through.
        return tuple(store.run(case) for case in cases)


def import_file(
    file: Annotated[Path, typer.Argument(help="A file of any intake format.", exists=True)],
    format_: Annotated[
        str | None, typer.Option("--format", help="The format; found out if not given.")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", help="For CSV: COLUMN=FIELD, once for each column."),
    ] = None,
    google_key: Annotated[
        str | None, typer.Option(help="The key a Google lead must carry.")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(help="Where records that can't be read are kept; FILE.rejects.jsonl."),
    ] = None,
    each: Annotated[bool, typer.Option(help="Show what became of every record.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Import leads from a file and sell them at once; running it again doubles nothing."""
    here = desk(db, seller)
    options = Options(
        mapping=_mapping(mapping or []), google_key=google_key, zone=here.seller.terms.zone
    )
    tally = Tally()
    with file.open("rb") as source, _progress(source, file, quiet=as_json) as update:
        records = read_file(source, format=format_, options=options, filename=file.name)
        running = import_records(
            here.store, here.seller.id, records, at=now(), keep=each or as_json
        )
        for tally in running:  # noqa: B007 - the last one is told below
            update()
    kept = _keep_rejects(rejects or file.with_name(f"{file.name}.rejects.jsonl"), tally.malformed)
    if as_json:
        _tell_json(tally, kept)
    else:
        _tell(file, tally, kept, each=each)
    if tally.malformed:
        raise typer.Exit(1)


def _mapping(given: list[str]) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in given]
    wrong = [column for column, sign, target in pairs if not (column and sign and target)]
    if wrong:
        raise Malformed.at("--map", f"{wrong[0]!r} is not COLUMN=FIELD")
    mapping = {column: target for column, _, target in pairs}
    try:
        return dict(Options(mapping=mapping).mapping)
    except ValueError as error:
        raise Malformed.at("--map", str(error)) from error


@contextmanager
def _progress(source: BinaryIO, file: Path, *, quiet: bool) -> Generator[Callable[[], None]]:
    size = file.stat().st_size
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=show.errors,
        transient=True,
        disable=quiet,
    )
    with bar:
        task = bar.add_task(f"Importing {file.name}", total=size)
        yield lambda: bar.update(task, completed=source.tell())


def _keep_rejects(path: Path, malformed: list[Record]) -> Path | None:
    if not malformed:
        return None
    with path.open("w", encoding="utf-8") as kept:
        for record in malformed:
            kept.write(json.dumps(_reject(record), ensure_ascii=False) + "\n")
    return path


def _reject(record: Record) -> dict[str, object]:
    problems = [{"path": each.path, "message": each.message} for each in record.problems]
    return {"where": record.path, "problems": problems, "raw": record.raw}


def _tell_json(tally: Tally, kept: Path | None) -> None:
    show.print_json(
        {
            "counts": dict(sorted(tally.counts.items())),
            "records": [_told(record, answer) for record, answer in tally.receptions],
            "malformed": [_reject(record) for record in tally.malformed],
            "rejects": str(kept) if kept else None,
        }
    )


def _told(record: Record, answer: bo.Reception) -> dict[str, object]:
    lead = answer.lead
    return {
        "where": record.path,
        "outcome": answer.outcome.value,
        "lead": lead.id,
        "status": lead.status.value,
        "reasons": [reason.value for reason in lead.refusals],
        "account": lead.sale.account_id if lead.sale else None,
        "warnings": [str(warning) for warning in record.warnings],
    }


def _tell(file: Path, tally: Tally, kept: Path | None, *, each: bool) -> None:
    counts = tally.counts
    words = ", ".join(
        f"{counts[name]} {words}"
        for name, words in (
            ("sold", "sold"),
            ("unsold", "waiting for a buyer"),
            ("test", "test"),
            ("refused", "refused"),
            ("known", "known already"),
            ("malformed", "unreadable"),
        )
        if counts[name]
    )
    show.console.print(f"[bold]{escape(file.name)}[/]: {words or 'nothing in it'}")
    if each:
        show.table(
            "Records",
            ("where", "outcome", "lead", "status", "account"),
            ((*tuple(_told(*entry).values())[:4], _buyer(entry[1])) for entry in tally.receptions),
        )
    for record in tally.malformed[:SHOWN]:
        for problem in record.problems:
            show.console.print(f"  [red]{escape(problem.path)}[/]: {escape(problem.message)}")
    if kept is not None:
        show.console.print(
            f"  Kept whole in {escape(str(kept))}; mend them there and import them again."
        )


def _buyer(answer: bo.Reception) -> str | None:
    return answer.lead.sale.account_id if answer.lead.sale else None


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import")(import_file)
