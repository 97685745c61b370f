"""What commands that record something about a number or an e-mail address share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadcore import back_office as bo
from leadcore.contact_points import normal_address
from leadcore.errors import Malformed
from leadcore_cli import show

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.contact_points import PointCommand
    from leadcore_cli.context import Desk

__all__ = ["By", "address_of", "keep"]

By = Annotated[str, typer.Option(help="Who records it.")]


def address_of(text: str) -> str:
    """Read a number, however it is written, or an e-mail address.

    Raises:
        Malformed: it is neither.
    """
    from leadcore_intake.normal import phones  # noqa: PLC0415 - slow; no other command needs it

    if "@" in text:
        return normal_address(text)
    (phone, *_), _ = phones(text)
    if phone.normal is None:
        raise Malformed.at("address", f"{text!r} is no number and no e-mail address")
    return phone.normal


def keep(here: Desk, address: str, command: PointCommand, at: datetime, *, as_json: bool) -> None:
    """Record something at a contact point of the seller's, and say so."""
    done = here.store.run(
        bo.KeepContactPoint(
            seller_id=here.seller.id, address=address_of(address), command=command, at=at
        )
    )
    if as_json:
        show.print_json(show.as_data(done))
    else:
        show.line(show.clean(f"Recorded at {done.address}."))
