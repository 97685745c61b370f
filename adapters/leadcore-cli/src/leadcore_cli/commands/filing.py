"""Files of leads: added, listed, fetched, removed; and the contents that are kept for them."""

from __future__ import annotations

import sys
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadcore import back_office as bo
from leadcore.downline import Tree, scope
from leadcore.errors import Malformed
from leadcore.files import GRACE, HEAD, FileId, LeadFile, measure, orphans
from leadcore.ports import FileQuery
from leadcore.values import UserId
from leadcore_cli import show
from leadcore_cli.commands.looking import LEAD, find_lead
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    Desk,
    SellerOption,
    desk,
    fresh_id,
    now,
)
from leadcore_cli.keepers import DEFAULT_FILES, FilesOption, keeper_named
from leadcore_cli.paging import After, opened, tell_more
from leadcore_cli.running import add as add_command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.files import KeptContents
    from leadcore.ports import FileKeeper

__all__ = ["register"]

_PIECE = 65_536
_PAGE = 500

Named = Annotated[str, typer.Argument(metavar="FILE-ID", help="Its id.")]
Acting = Annotated[str, typer.Option("--as", metavar="USER", help="The user who does it.")]


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        yield from iter(partial(opened.read, _PIECE), b"")


def add(
    lead_id: Annotated[str, typer.Argument(metavar="LEAD", help=LEAD)],
    file: Annotated[Path, typer.Argument(help="What to keep.", dir_okay=False)],
    as_user: Acting,
    name: Annotated[str | None, typer.Option(help="Under another name than it has.")] = None,
    declared: Annotated[
        str | None, typer.Option("--type", help="The type it is said to be; only kept.")
    ] = None,
    files: FilesOption = DEFAULT_FILES,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Keep a file with a lead; its type is told by its bytes, its name is made safe."""
    from leadcore_files import media_type_of  # noqa: PLC0415 - what keeps no files needs none

    here, at = desk(db, seller), now()
    told = measure(_pieces(file))
    case = bo.KeepFile(
        file_id=FileId(fresh_id(at)),
        lead_id=find_lead(here, lead_id, as_user).id,
        viewer_id=UserId(as_user),
        name=name or file.name,
        size=told.size,
        media_type=media_type_of(told.head[:HEAD]),
        declared_type=declared,
        sha256=told.sha256,
        at=at,
    )
    # What is refused need not be kept first.
    here.store.run(bo.MayKeepFile(case))
    keeper_named(files).put(_pieces(file), key=told.sha256, size=told.size)
    _told(here.store.run(case), as_json=as_json)


def _told(one: LeadFile, *, as_json: bool) -> None:
    if as_json:
        show.print_json(show.as_data(one))
        return
    gone = ", removed" if one.removed_at else ""
    show.line(show.clean(f"{one.name}: {one.size} bytes, {one.media_type}{gone}."))
    show.line(show.clean(f"File {one.id} of lead {one.lead_id}."), first="  ")


def list_(
    lead_id: Annotated[str | None, typer.Argument(metavar="LEAD", help=LEAD)] = None,
    as_user: Annotated[
        str | None, typer.Option("--as", metavar="USER", help="What this user sees; else all.")
    ] = None,
    removed: Annotated[bool, typer.Option("--removed", help="Removed ones, too.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=1000)] = 30,
    after: After = None,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """List files, the oldest first."""
    here = desk(db, seller)
    viewer = here.user(as_user) if as_user else None
    tree = Tree.of(here.store.users(viewer.account_id)) if viewer else None
    query = FileQuery(
        seller_id=here.seller.id,
        scope=scope(viewer, tree) if viewer and tree else None,
        lead_id=find_lead(here, lead_id, as_user).id if lead_id else None,
        removed=removed,
        limit=limit,
    )
    query = opened(query, after)
    found = here.store.files(query)
    if as_json:
        for each in found:
            show.print_json(show.as_data(each))
        tell_more(query, found, limit=limit, as_json=True)
        return
    show.table(
        "Files",
        ("id", "name", "bytes", "type", "lead", "by", "added"),
        (
            (
                *(each.id, each.name, each.size, each.media_type, each.lead_id),
                *(each.added_by, show.instant(each.added_at)),
            )
            for each in found
        ),
    )
    tell_more(query, found, limit=limit, as_json=False)


def get(
    key: Named,
    as_user: Acting,
    to: Annotated[
        str | None, typer.Option(metavar="FILE", help="Where to; '-' for standard output.")
    ] = None,
    files: FilesOption = DEFAULT_FILES,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Write a file's contents; under its safe name here, unless said otherwise."""
    here = desk(db, seller)
    found = here.store.run(bo.OpenFile(file_id=FileId(key), viewer_id=UserId(as_user)))
    target = Path(to or found.name)
    if to is None and target.exists():
        raise Malformed.at("--to", f"{target} is there already; say where to write")
    contents = keeper_named(files).read(found.sha256)
    if to == "-":
        for piece in contents:
            sys.stdout.buffer.write(piece)
        return
    with target.open("wb") as opened:
        opened.writelines(contents)
    if as_json:
        show.print_json({**show.as_data(found), "written": str(target)})
    else:
        show.line(show.clean(f"Wrote {found.size} bytes to {target}."))


def remove(
    key: Named,
    as_user: Acting,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Remove a file; its contents are cleaned away later, if no other file has the same."""
    here = desk(db, seller)
    case = bo.RemoveLeadFile(file_id=FileId(key), viewer_id=UserId(as_user), at=now())
    _told(here.store.run(case), as_json=as_json)


def check(
    files: FilesOption = DEFAULT_FILES,
    deep: Annotated[bool, typer.Option("--deep", help="Read every byte again, too.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Say which files have no contents, or others than their row says."""
    here, keeper = desk(db, seller), keeper_named(files)
    wrong = [(one, words) for one in _all(here) if (words := _wrong(keeper, one, deep=deep))]
    if as_json:
        differences = [{"file": one.id, "lead": one.lead_id, "what": words} for one, words in wrong]
        show.print_json({"differences": differences})
    for one, words in () if as_json else wrong:
        show.line(show.clean(f"File {one.id} ({one.name}) of lead {one.lead_id}: {words}."))
    if wrong:
        raise typer.Exit(1)
    if not as_json:
        show.line("Every file has its contents.")


def _all(here: Desk) -> Iterator[LeadFile]:
    query = FileQuery(seller_id=here.seller.id, limit=_PAGE)
    while page := here.store.files(query):
        yield from page
        query = query.behind(page[-1])


def _wrong(keeper: FileKeeper, one: LeadFile, *, deep: bool) -> str | None:
    kept = keeper.look(one.sha256)
    if kept is None:
        return "its contents are missing"
    if kept.size != one.size:
        return f"its contents have {kept.size} bytes, not {one.size}"
    if deep and measure(keeper.read(one.sha256)).sha256 != one.sha256:
        return "its contents were changed"
    return None


def clean(
    files: FilesOption = DEFAULT_FILES,
    hours: Annotated[int, typer.Option(help="Only what was put longer ago.", min=1)] = GRACE
    // timedelta(hours=1),
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Delete contents that no file needs, of any seller, and what interrupted uploads left."""
    here, keeper, at = desk(db, seller), keeper_named(files), now()
    gone, size = 0, 0
    grace = timedelta(hours=hours)
    for each in _orphans(here, keeper, at, grace):
        if dry or keeper.delete(each.key, put_before=at - grace):
            gone, size = gone + 1, size + each.size
    left = 0 if dry else keeper.tidy(begun_before=at - grace)
    if as_json:
        show.print_json({"deleted": gone, "bytes": size, "unfinished": left, "dry_run": dry})
        return
    word = "would be" if dry else "were"
    show.line(f"{gone} contents nobody needs ({size} bytes) {word} deleted, {left} unfinished.")


def _orphans(
    here: Desk, keeper: FileKeeper, at: datetime, grace: timedelta
) -> Iterator[KeptContents]:
    kept = keeper.every()
    while page := tuple(islice(kept, _PAGE)):
        needed = here.store.needed_contents([each.key for each in page])
        yield from orphans(page, needed, at=at, grace=grace)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        help="Files of leads, and the contents that are kept for them.", no_args_is_help=True
    )
    for command in (add, get, remove, check, clean):
        add_command(group, command)
    add_command(group, list_, "list")
    app.add_typer(group, name="file")
