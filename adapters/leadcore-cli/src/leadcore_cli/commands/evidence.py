"""Evidence: everything recorded about a lead, in one file that shows tampering."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadcore.contact_points import addresses, point_id
from leadcore.errors import Malformed
from leadcore.evidence import Recorded, contents, packet, recorded, verify
from leadcore_cli import show
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.commands.return_lists import requests_for
from leadcore_cli.context import DEFAULT_DATABASE, AsJson, Database, Desk, SellerOption, desk, now
from leadcore_cli.parsing import Instant
from leadcore_cli.running import add

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.leads import Lead

__all__ = ["register"]

_MANY = 1_000_000


class Form(Enum):
    """How a packet is written."""

    JSON = "json"
    PDF = "pdf"


def export(
    lead_id: Annotated[str, typer.Argument(help=LEAD)],
    form: Annotated[
        Form, typer.Option("--format", help="The packet itself, or pages with it inside.")
    ] = Form.JSON,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file; '-' for standard output.")
    ] = None,
    at: Instant = None,
    as_user: Annotated[str | None, typer.Option("--as", help="The user who asks.")] = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Write everything recorded about a lead to a file, and say its head: keep that elsewhere."""
    here = desk(db, seller)
    lead = find_lead(here, lead_id, as_user)
    made = packet(
        _records(here, lead), lead_id=lead.id, seller_id=lead.seller_id, made_at=at or now()
    )
    data = made if form is Form.JSON else _pdf().render(made)
    path = output or Path(f"evidence-{_name(lead.id)}.{form.value}")
    found = contents(made)
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        return
    path.write_bytes(data)
    if as_json:
        told = {"file": str(path), "head": found["head"], "records": found["manifest"]["count"]}
        show.print_json(told | {"retention": found["manifest"]["retention"]})
        return
    show.line(f"{show.clean(str(path))}: {found['manifest']['count']} records")
    show.line(f"head {found['head']}", first="  ")
    for words in _advice(found["manifest"]["retention"]):
        show.line(show.clean(words), first="  ", rest="  ")
    show.line(
        "[dim]Note the head somewhere else: without it nobody can tell whether all of the file was "
        "made anew.[/]",
        first="  ",
        rest="  ",
    )


def _name(lead_id: str) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "_" for char in lead_id)


def _advice(kept: dict[str, Any]) -> Iterator[str]:
    yield f"keep it until {kept['keep_until']}, five years after the last contact"
    for each in kept.get("certificates", []):
        until = f", until {each['until']}" if "until" in each else ""
        status = each["status"].replace("_", " ")
        yield f"certificate {each['kind']} {each['id']}: {status}{until}"


def _records(here: Desk, lead: Lead) -> tuple[Recorded, ...]:
    kinds = ("lead", "decisions", "recording")
    streams: list[tuple[str, str]] = [(kind, lead.id) for kind in kinds]
    streams += [
        ("contact_point", point_id(lead.seller_id, address))
        for address in addresses(lead.submission)
    ]
    streams += [("refund", refund.id) for refund in requests_for(here, lead)]
    journals = (recorded(kind, key, here.store.journal(kind, key)) for kind, key in streams)
    waiting = here.store.messages(_MANY, lead.seller_id)
    messages = (recorded("message", each.id, [each]) for each in waiting if each.lead_id == lead.id)
    return tuple(each for told in (*journals, *messages) for each in told)


def _pdf() -> Any:  # noqa: ANN401 - a module that may not be there
    try:
        import leadcore_pdf  # noqa: PLC0415 - a distribution of its own, and slow
    except ModuleNotFoundError as error:
        raise Malformed.at("--format", f"pdf needs leadcore-pdf: {error}") from error
    return leadcore_pdf


def check(
    file: Annotated[Path, typer.Argument(help="A packet, or a PDF with one inside.")],
    head: Annotated[
        str | None, typer.Option(help="The head, as it was noted elsewhere when it was made.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every byte of a packet, and say where it was changed."""
    data = file.read_bytes()
    if data.startswith(b"%PDF"):
        try:
            data = _pdf().attached(data)
        except ValueError as error:
            raise Malformed.at(str(file), str(error)) from error
    found = verify(data, head=head)
    if as_json:
        problems = [{"path": each.path, "message": each.message} for each in found.problems]
        show.print_json(
            {
                "unchanged": found.unchanged,
                "head": found.head,
                "records": found.count,
                "against_head": head is not None,
                "problems": problems,
            }
        )
    elif found.unchanged:
        show.line(f"[green]Unchanged[/]: {found.count} records, head {found.head}")
        if head is None:
            show.line(
                "[dim]Only against the head in the file itself; give --head as it was noted "
                "elsewhere to know that not all of it was made anew.[/]",
                first="  ",
                rest="  ",
            )
    else:
        told = [(each.path, each.message) for each in found.problems]
        show.complain("This is not what was made:", told)
    if not found.unchanged:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Everything recorded about a lead, in one file that shows tampering; and checking it.",
    )
    add(group, export, "export")
    add(group, check, "verify")
    app.add_typer(group, name="evidence")
