"""Importing leads from files of any format that `leadcore-intake` reads."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self, TextIO

import typer
from attrs import define, field

from leadcore import back_office as bo
from leadcore.errors import Conflict, Malformed
from leadcore.leads import LeadStatus
from leadcore.values import LeadId, SaleId, time_ordered_id
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, SellerOption, desk, now
from leadcore_cli.progress import reading
from leadcore_cli.running import add
from leadcore_intake import Options, Record, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from types import TracebackType

    from leadcore.ports import Store
    from leadcore.values import SellerId

__all__ = [
    "BATCH",
    "SHOWN",
    "Tally",
    "import_records",
    "parse_mapping",
    "reception",
    "register",
    "summary",
]

SHOWN = 20
"""Unreadable records whose problems are shown; all are in the file of rejects."""

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


@define
class Tally:
    """What became of the records of an import so far.

    Attributes:
        counts: how many were accepted, refused, known already, malformed; and of those accepted,
            sold, reserved, bidding, unsold, test.
        latest: the records of the last transaction, in order, with what became of each; None for
            one that could not be read.
    """

    counts: Counter[str] = field(factory=Counter[str])
    latest: list[tuple[Record, bo.Reception | None]] = field(factory=list)

    def add(self, record: Record, answer: bo.Reception | None) -> None:
        """Count what became of a record."""
        self.latest.append((record, answer))
        self.counts["malformed" if answer is None else answer.outcome.value] += 1
        if answer is not None and answer.outcome is bo.Received.ACCEPTED:
            self.counts[_fate(answer)] += 1


def _fate(answer: bo.Reception) -> str:
    if answer.lead.submission.test:
        return "test"
    fates = {
        LeadStatus.RESERVED: "reserved",
        LeadStatus.BIDDING: "bidding",
        LeadStatus.SOLD: "sold",
    }
    return fates.get(answer.lead.status, "unsold")


def summary(counts: Counter[str]) -> str:
    """Say in words what became of the records of an import."""
    words = (
        ("sold", "sold"),
        ("reserved", "on the way to a buyer"),
        ("bidding", "up for auction"),
        ("unsold", "waiting for a buyer"),
        ("test", "test"),
        ("refused", "refused (asked before)"),
        ("known", "known already"),
        ("malformed", "unreadable"),
    )
    return ", ".join(f"{counts[key]} {said}" for key, said in words if counts[key])


def import_records(
    store: Store, seller_id: SellerId, records: Iterable[Record], *, at: datetime
) -> Iterator[Tally]:
    """Receive records in transactions of `BATCH`; gives the running tally after each.

    Args:
        store: where they are kept.
        seller_id: whose leads they are.
        records: from `leadcore_intake.read_file`; read as needed, so memory stays bounded.
        at: the instant of reception.

    Raises:
        Malformed: the file can't be read any further; what came before is received.
    """
    tally = Tally()
    for batch in _batches(records):
        good = [record for record in batch if record.submission is not None]
        answers = iter(_receive(store, [reception(seller_id, record, at) for record in good]))
        tally.latest = []
        for record in batch:
            tally.add(record, None if record.submission is None else next(answers))
        yield tally


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    waiting = iter(records)
    while True:
        batch: list[Record] = []
        try:
            batch.extend(islice(waiting, BATCH))
        except Malformed:
            # What was read before the place that can't be read counts all the same.
            yield batch
            raise
        if not batch:
            return
        yield batch


def _receive(store: Store, cases: list[bo.ReceiveLead]) -> tuple[bo.Reception, ...]:
    try:
        return store.run_many(cases)
    except Conflict:
        # Others import too and are in each other's way: a lead at a time always gets through.
        return tuple(store.run(case) for case in cases)


def import_file(
    file: Annotated[Path, typer.Argument(help="A file of any intake format.")],
    format_: Annotated[
        str | None, typer.Option("--format", help="The format; found out if not given.")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="For CSV, once for each column."),
    ] = None,
    google_key: Annotated[
        str | None, typer.Option(help="The key a Google lead must carry.")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            help="Where unreadable records are kept with the reasons; FILE.rejects.jsonl if not "
            "given."
        ),
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="Show what became of every record.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Import leads from a file and sell them at once; running it again doubles nothing.

    Exits with 1 if some of the records could not be read. With --json: a line for each record, then
    one with the counts.
    """
    here = desk(db, seller)
    options = Options(
        mapping=parse_mapping(mapping or []), google_key=google_key, zone=here.seller.terms.zone
    )
    kept = _Rejects(rejects or file.with_name(f"{file.name}.rejects.jsonl"))
    teller = _Teller(file=file, kept=kept, each=each, as_json=as_json)
    tally = Tally()
    with ExitStack() as stack:
        source = stack.enter_context(file.open("rb"))
        stack.enter_context(kept)
        # Whatever ends the import, what it did until then is told.
        stack.callback(lambda: teller.end(tally))
        update = stack.enter_context(reading(source, file, verb="Importing", quiet=as_json))
        records = read_file(source, format=format_, options=options, filename=file.name)
        for tally in import_records(here.store, here.seller.id, records, at=now()):
            teller.take(tally)
            update()
        teller.whole = True
    if tally.counts["malformed"]:
        raise typer.Exit(1)


def parse_mapping(given: list[str]) -> dict[str, str]:
    """Read what columns stand for, as `COLUMN=FIELD`.

    Raises:
        Malformed: one is not of that form, or names no field.
    """
    pairs = [entry.rpartition("=") for entry in given]
    wrong = [
        entry
        for entry, (column, _, target) in zip(given, pairs, strict=True)
        if not (column and target)
    ]
    if wrong:
        raise Malformed.at("--map", f"{wrong[0]!r} is not COLUMN=FIELD")
    mapping = {column: target for column, _, target in pairs}
    try:
        return dict(Options(mapping=mapping).mapping)
    except ValueError as error:
        raise Malformed.at("--map", str(error)) from error


class _Rejects:
    """The file of records that could not be read; made when there is one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def keep(self, record: Record) -> None:
        """Write a record down, with its problems."""
        if self._file is None:
            # Half a surrogate pair, which JSON can hold and UTF-8 can't, is kept by its code.
            self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace")
        self.count += 1
        self._file.write(json.dumps(_reject(record), ensure_ascii=False) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()


def _reject(record: Record) -> dict[str, object]:
    problems = [{"path": each.path, "message": each.message} for each in record.problems]
    return {"where": record.path, "problems": problems, "raw": record.raw}


@define(kw_only=True)
class _Teller:
    """Tells what becomes of the records: in JSON as they come, or in words at the end."""

    file: Path
    kept: _Rejects
    each: bool
    as_json: bool
    whole: bool = False
    rows: list[tuple[object, ...]] = field(factory=list)
    problems: list[Record] = field(factory=list)

    def take(self, tally: Tally) -> None:
        """Take note of the records of a transaction."""
        for record, answer in tally.latest:
            if answer is None:
                self.kept.keep(record)
                self.problems += [record] if len(self.problems) < SHOWN else []
            if self.as_json:
                show.print_json(_unread(record) if answer is None else _told(record, answer))
            elif self.each:
                self.rows.append(_row(record, answer))

    def end(self, tally: Tally) -> None:
        """Tell the whole, unless nothing at all could be read; that is told as an error."""
        if not (tally.counts or self.whole):
            return
        path = str(self.kept.path) if self.kept.count else None
        if self.as_json:
            show.print_json({"counts": dict(sorted(tally.counts.items())), "rejects": path})
            return
        if self.each:
            show.table("Records", ("where", "outcome", "lead", "status", "account"), self.rows)
        name = show.clean(self.file.name)
        show.line(f"[bold]{name}[/]: {summary(tally.counts) or 'there is no lead in it'}")
        for record in self.problems:
            for problem in record.problems:
                show.line(
                    f"[red]{show.clean(problem.path)}[/]: {show.clean(problem.message)}",
                    first="  ",
                    rest="      ",
                )
        if path is not None:
            more = self.kept.count - len(self.problems)
            words = f"and {more} more; all" if more else "They"
            show.line(
                f"{words} are kept in {show.clean(path)}. Mend them in {name} and import it again: "
                "what is known already is not doubled.",
                first="  ",
                rest="  ",
            )


def _unread(record: Record) -> dict[str, object]:
    return {"outcome": "malformed", **_reject(record)}


def _told(record: Record, answer: bo.Reception) -> dict[str, object]:
    lead = answer.lead
    return {
        "where": record.path,
        "outcome": answer.outcome.value,
        "lead": lead.id,
        "status": lead.status.value,
        "reasons": [reason.value for reason in lead.refusals],
        "account": lead.sale.account_id if lead.sale else None,
        "warnings": [
            {"path": warning.path, "message": warning.message} for warning in record.warnings
        ],
    }


def _row(record: Record, answer: bo.Reception | None) -> tuple[object, ...]:
    if answer is None:
        return (record.path, "malformed", None, None, None)
    lead = answer.lead
    buyer = lead.sale.account_id if lead.sale else None
    return (record.path, answer.outcome.value, lead.id, lead.status.value, buyer)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    add(app, import_file, "import")
