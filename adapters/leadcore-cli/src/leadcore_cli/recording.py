"""What commands that record something about a number or an e-mail address share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadcore import back_office as bo
from leadcore.contact_points import normal_address
from leadcore.errors import Malformed
from leadcore.values import UserId
from leadcore_cli import show
from leadcore_cli.commands.looking import find_lead

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.consent import Grant, Revocation
    from leadcore.contact_points import ContactPoint, DoNotCall, PointCommand
    from leadcore_cli.context import Desk

__all__ = ["AsUser", "By", "OfLead", "address_of", "keep", "keep_of_lead"]

By = Annotated[str, typer.Option(help="Who records it.")]
OfLead = Annotated[
    str | None,
    typer.Option("--lead", help="Only if it is an address of this lead, as whoever --as says."),
]
AsUser = Annotated[str | None, typer.Option("--as", help="With --lead, the user who records it.")]


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
    _tell(done, as_json=as_json)


def keep_of_lead(
    here: Desk,
    address: str,
    fact: Grant | Revocation | DoNotCall,
    at: datetime,
    whose: tuple[str | None, str | None],
    *,
    as_json: bool,
) -> bool:
    """Record something at one of a lead's own addresses, as somebody who sees it, and say so.

    Args:
        here: at which desk.
        address: which of the lead's.
        fact: what is recorded.
        at: when.
        whose: the lead, and who records it; neither for what the seller itself records.
        as_json: how it is said.

    Returns:
        Whether it was: not so where neither is given.

    Raises:
        Malformed: one is given without the other, or as `back_office.RecordOfLead` says.
    """
    words, user_id = whose
    if words is None and user_id is None:
        return False
    if words is None or user_id is None:
        raise Malformed.at("--lead", "and --as come together")
    case = bo.RecordOfLead(
        lead_id=find_lead(here, words, user_id).id,
        viewer_id=UserId(user_id),
        fact=fact,
        address=address_of(address),
        at=at,
    )
    _tell(here.store.run(case), as_json=as_json)
    return True


def _tell(done: ContactPoint, *, as_json: bool) -> None:
    if as_json:
        show.print_json(show.as_data(done))
    else:
        show.line(show.clean(f"Recorded at {done.address}."))
