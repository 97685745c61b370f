"""What if the terms had been others: the history done again, and how leads and money differ."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadcore import what_if
from leadcore.values import Money
from leadcore.what_if import Figures
from leadcore_cli import show
from leadcore_cli.context import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    SellerOption,
    desk,
    open_store,
)
from leadcore_cli.running import add
from leadcore_cli.terms_files import read_file

if TYPE_CHECKING:
    from leadcore.ports import Store
    from leadcore.what_if import LeftOut, Report

__all__ = ["register"]

_MONEY = ("spent", "refunded", "balance")
_NAMES = ("bought", "returned", *_MONEY)
_SHOWN = 5


def suppose(
    terms: Annotated[
        Path, typer.Option("--terms", metavar="FILE", help="The changed terms, in TOML or JSON.")
    ],
    leads: Annotated[
        bool, typer.Option("--leads", help="Also list each lead that has another buyer.")
    ] = False,
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    as_json: AsJson = False,
) -> None:
    """Do the whole history again under other terms, and show what would be different.

    The records are only read; what is done again is done on a store of its own, kept nowhere.
    """
    here = desk(db, seller)
    orders = [order.id for order, _ in here.store.orders(here.seller.id)]
    changes = what_if.changes_of(read_file(terms), orders=orders)
    history = what_if.recorded(here.store, here.seller.id)
    with TemporaryDirectory(prefix="leadcore-what-if-") as folder, ExitStack() as stack:
        number = iter(range(2))

        def scratch() -> Store:
            return _scratch(Path(folder) / f"{next(number)}.db", stack)

        report = what_if.what_if(history, changes, scratch)
    if as_json:
        show.print_json(_data(report))
        return
    _tell(report, here.seller.terms.currency, leads=leads)


def _scratch(file: Path, stack: ExitStack) -> Store:
    from sqlalchemy import event  # noqa: PLC0415 - slow, and only needed here

    from leadcore_sqlalchemy import metadata  # noqa: PLC0415 - the same

    store = open_store(f"sqlite:///{file}")
    stack.callback(store.engine.dispose)

    @event.listens_for(store.engine, "connect")
    def _carefree(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        connection.execute("PRAGMA synchronous = OFF")  # nobody will miss it after a power cut

    metadata.create_all(store.engine)
    return store


def _data(report: Report) -> dict[str, Any]:
    return {
        "accounts": {
            key: {
                "before": _figures(report.before.accounts.get(key, Figures())),
                "after": _figures(report.after.accounts.get(key, Figures())),
                "difference": _figures(difference),
            }
            for key, difference in report.accounts.items()
        },
        "total": {
            "before": _figures(report.before.total) | {"unsold": report.before.unsold},
            "after": _figures(report.after.total) | {"unsold": report.after.unsold},
            "difference": _figures(report.total)
            | {"unsold": report.after.unsold - report.before.unsold},
        },
        "moved": show.as_data(report.moved),
        "left_out": show.as_data(report.left_out),
        "unexplained": show.as_data(report.unexplained),
    }


def _figures(figures: Figures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in _NAMES}


def _tell(report: Report, currency: str, *, leads: bool) -> None:
    if report.unexplained:
        _reasons(
            "The record itself could not be done again in full; the differences below are those "
            "between two runs, not with the record:",
            report.unexplained,
        )
    before, after = report.before, report.after
    rows = [
        (key, before.accounts.get(key, Figures()), after.accounts.get(key, Figures()))
        for key in report.accounts
    ]
    show.table(
        "What would be different",
        ("account", *_NAMES),
        (
            (key, *(_change(name, was, would, currency) for name in _NAMES))
            for key, was, would in [*rows, ("in total", before.total, after.total)]
        ),
    )
    if before.unsold != after.unsold:
        show.line(f"Leads without a buyer: {before.unsold} → {after.unsold}.", first="  ")
    show.line(f"{len(report.moved)} leads would have another buyer.", first="  ")
    if leads:
        show.table(
            "Leads",
            ("lead", "bought by", "would be bought by"),
            ((moved.lead_id, moved.before or "–", moved.after or "–") for moved in report.moved),
        )
    if report.left_out:
        _reasons("Done then, and not possible any more:", report.left_out)


def _change(name: str, was: Figures, would: Figures, currency: str) -> str:
    old, new = getattr(was, name), getattr(would, name)
    if name in _MONEY:
        shown = (show.money(Money(old, currency)), show.money(Money(new, currency)))
    else:
        shown = (str(old), str(new))
    return shown[0] if old == new else f"{shown[0]} → {shown[1]}"


def _reasons(words: str, left_out: tuple[LeftOut, ...]) -> None:
    show.line(words)
    counted = Counter((out.key.partition("/")[0], out.why) for out in left_out)
    for (kind, why), count in counted.most_common(_SHOWN):
        show.line(show.clean(f"{count} of {kind}: {why}"), first="  ")
    more = len(counted) - _SHOWN
    if more > 0:
        show.line(f"and {more} other reasons; --json has them all.", first="  ")


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, suppose, "what-if")
