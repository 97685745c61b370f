"""Leads as files: for spreadsheets, programs, address books, other systems, and paper."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, cast

import typer

from leadcore.errors import Malformed
from leadcore.intervals import start_of_local_day
from leadcore.lead_sheet import FIELDS, answer_field, every_lead
from leadcore.leads import LeadStatus
from leadcore.ports import LeadQuery, LeadSort
from leadcore.submissions import LeadKind
from leadcore.values import UserId
from leadcore_cli import show
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now
from leadcore_cli.parsing import Day
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from leadcore.lead_sheet import Field
    from leadcore.leads import Lead

__all__ = ["pages", "register"]

_EVERY = 10**12
_PRINTED = 500
"""So many leads are printed into one file: pages are drawn in memory."""


class Form(Enum):
    """How leads are written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    JSON_LINES = "jsonl"
    VCARD = "vcard"
    ADF = "adf"
    PDF = "pdf"


def export(
    form: Annotated[Form, typer.Option("--format", help="What kind of file.")] = Form.CSV,
    to: Annotated[
        Path | None, typer.Option("--to", "-o", metavar="FILE", help="'-': standard output.")
    ] = None,
    kind: Annotated[LeadKind | None, typer.Option(help="Web leads or live calls.")] = None,
    status: Annotated[list[LeadStatus] | None, typer.Option(help="Only these; repeatable.")] = None,
    since: Day = None,
    until: Day = None,
    text: Annotated[str | None, typer.Option(help="In name, phone or e-mail.")] = None,
    sort: Annotated[LeadSort, typer.Option(help="In which order.")] = LeadSort.RECEIVED,
    answer: Annotated[
        list[str] | None,
        typer.Option(help="CSV, XLSX: a column for this custom answer; repeatable."),
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="CSV: with the mark by which Excel knows UTF-8.")
    ] = False,
    as_user: Annotated[
        str | None, typer.Option("--as", help="What this user may see; else the seller's staff.")
    ] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Write leads to a file: all that whoever asks may see, as of one moment."""
    here = desk(db, seller)
    zone = here.seller.terms.zone
    query = LeadQuery(
        seller_id=here.seller.id,
        scope=here.store.scope(UserId(here.user(as_user).id)) if as_user else None,
        statuses=frozenset(status) if status else None,
        kind=kind,
        since=start_of_local_day(since.date(), zone) if since else None,
        until=start_of_local_day(until.date(), zone) if until else None,
        text=text,
        sort=sort,
        limit=_EVERY,
    )
    fields = (*FIELDS, *(answer_field(key) for key in answer or ()))
    path = to or Path(f"leads.{'vcf' if form is Form.VCARD else form.value}")
    with _opened(path) as out, _watched(here, query) as leads:
        number = _write(form, leads, out, fields=fields, excel=excel)
    if str(path) == "-":
        return
    if as_json:
        show.print_json({"file": str(path), "leads": number})
    else:
        show.line(f"{show.clean(str(path))}: {number:,} leads")


@contextmanager
def _opened(path: Path) -> Generator[BinaryIO]:
    """Open a file beside the one that is wanted, and put it there when it is whole."""
    if str(path) == "-":
        yield sys.stdout.buffer
        return
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _watched(here: Desk, query: LeadQuery) -> Generator[Iterator[Lead]]:
    """Give the leads as of one moment, and show somebody who watches how many were read."""
    with cast("Any", here.plain).reading() as reader:
        leads = every_lead(reader.leads, query)
        if not show.errors().is_terminal:
            yield leads
            return
        from rich.progress import (  # noqa: PLC0415 - slow, and only for somebody who watches
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
        )

        bar = Progress(
            TextColumn("Writing leads"),
            BarColumn(),
            MofNCompleteColumn(),
            console=show.errors(),
            transient=True,
        )
        with bar:
            yield iter(bar.track(leads, total=None))


def _write(
    form: Form, leads: Iterator[Lead], out: BinaryIO, *, fields: Iterable[Field], excel: bool
) -> int:
    if form is Form.PDF:
        return _print(leads, out)
    import leadcore_exports as exports  # noqa: PLC0415 - a distribution of its own, and slow

    if form is Form.CSV:
        return exports.write_csv(leads, out, fields=fields, excel=excel)
    if form is Form.XLSX:
        return exports.write_xlsx(leads, out, fields=fields)
    writers = {
        Form.JSON: exports.write_json,
        Form.JSON_LINES: exports.write_json_lines,
        Form.VCARD: exports.write_vcards,
        Form.ADF: exports.write_adf,
    }
    return writers[form](leads, out)


def _print(leads: Iterator[Lead], out: BinaryIO) -> int:
    found = list(islice(leads, _PRINTED + 1))
    if len(found) > _PRINTED:
        raise Malformed.at("--format", f"pdf is for at most {_PRINTED} leads; ask for fewer")
    out.write(pages(found))
    return len(found)


def pages(leads: list[Lead]) -> bytes:
    """Give leads as a PDF.

    Raises:
        Malformed: leadcore-pdf is not there.
    """
    try:
        from leadcore_pdf import lead_sheet  # noqa: PLC0415 - a distribution of its own, and slow
    except ModuleNotFoundError as error:
        raise Malformed.at("--format", f"pdf needs leadcore-pdf: {error}") from error
    return lead_sheet(leads, at=now())


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, export)
