"""Everything the clock makes due, done in one run: for cron, or a person in the morning."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import field, frozen

from leadcore import back_office as bo
from leadcore.appointments import when
from leadcore.errors import LeadcoreError
from leadcore.leads import LeadStatus
from leadcore.logins import tries_kept_since
from leadcore.payments import UNSETTLED
from leadcore.ports import AppointmentQuery, LeadQuery, PaymentQuery
from leadcore.values import Money, SaleId
from leadcore_cli import show
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
from leadcore_cli.processors import ProcessorOption, processor_named
from leadcore_cli.running import add
from leadcore_cli.sending import sending_of
from leadcore_cli.settling import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from leadcore.appointments import Appointment
    from leadcore.leads import Lead
    from leadcore.ports import Processor

__all__ = ["register"]

_PAGE = 500
_MOST = 10_000


@frozen
class _Row:
    """One thing that was done, or could not be."""

    what: str
    of: str
    outcome: str
    data: dict[str, Any] = field(factory=dict[str, Any])


def tick(
    processor: ProcessorOption = "demo",
    db: Database = DEFAULT_DATABASE,
    seller: SellerOption = None,
    zones: Annotated[
        bool,
        typer.Option("--zones", help="Also move appointments whose zone has other rules by now."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Do all that is due: deliveries, renewals, bonus, low balances, reminders, open payments.

    Where the API is installed and LEADCORE_SECRET is set, hooks are told once what happened, and
    answers that were kept for a day are forgotten.
    """
    here, at = desk(db, seller), now()
    asked = processor_named(processor)
    facts = bo.DueFacts(
        seller_id=here.seller.id,
        orders=here.store.orders(here.seller.id),
        accounts=here.store.accounts(here.seller.id),
        reserved=_reserved(here),
        upcoming=_upcoming(here, at, every=zones),
        held=_held(here, at),
        seller=here.seller,
    )
    rows: list[_Row] = []
    for case in bo.due_cases(facts, at=at, sale_id=lambda: SaleId(fresh_id(at))):
        done = _tried(type(case).__name__, _of(case), lambda: here.store.run(case))  # noqa: B023 - called at once
        rows += [done] if isinstance(done, _Row) else _told(case, done, here)
    rows += _settled(here, asked, at)
    rows += _forgotten(here, at)
    try:
        rows += _sent(here)
    finally:  # what was done is told, whatever went wrong after it
        _shown(rows, as_json=as_json)
    if any(row.what == _FAILED for row in rows):
        raise typer.Exit(1)


_FAILED = "failed"


def _shown(rows: list[_Row], *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            show.print_json({"did": row.what, "of": row.of, "outcome": row.outcome, **row.data})
        return
    show.table("Due and done", ("what", "of", "outcome"), ((r.what, r.of, r.outcome) for r in rows))


def _tried(name: str, of: str, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever was answered
    """Run one thing; what can't be done must not keep the rest from being done."""
    try:
        return run()
    except LeadcoreError as error:
        return _Row(_FAILED, of, f"{name}: {error}")


def _reserved(here: Desk) -> tuple[Lead, ...]:
    query = LeadQuery(
        seller_id=here.seller.id, statuses=frozenset({LeadStatus.RESERVED}), limit=_PAGE
    )
    found: list[Lead] = []
    while page := here.store.leads(query):
        found += page
        query = query.behind(page[-1])
    return tuple(found)


def _held(here: Desk, at: datetime) -> tuple[Lead, ...]:
    query = bo.duty_leads(here.seller.id, at=at, limit=_PAGE)
    found: list[Lead] = []
    while page := here.store.leads(query):
        found += page
        query = query.behind(page[-1])
    return tuple(found)


def _upcoming(here: Desk, at: datetime, *, every: bool) -> tuple[Appointment, ...]:
    query = AppointmentQuery(
        seller_id=here.seller.id, since=at, remind_by=None if every else at, limit=_PAGE
    )
    found: list[Appointment] = []
    while page := here.store.appointments(query):
        found += page
        query = query.behind(page[-1])
    return tuple(found)


def _of(case: bo.DueCase) -> str:
    for name in ("appointment_id", "lead_id", "order_id", "account_id"):
        found = getattr(case, name, None)
        if found is not None:
            return str(found)
    return ""


@singledispatch
def _told(case: object, answer: Any, here: Desk) -> list[_Row]:  # noqa: ANN401, ARG001 - each case has its own answer
    return []


@_told.register
def _(case: bo.ExpireDelivery, answer: Any, here: Desk) -> list[_Row]:  # noqa: ANN401, ARG001 - as above
    state = answer.lead.status.value
    return [_Row("delivery expired", str(case.lead_id), f"the lead is {state}", {"status": state})]


@_told.register
def _(case: bo.RemindOfAppointment, answer: Any, here: Desk) -> list[_Row]:  # noqa: ANN401, ARG001 - as above
    if not answer:
        return []
    words = f"{min(answer)} minutes before"
    return [_Row("reminded", str(case.appointment_id), words, {"minutes": list(answer)})]


@_told.register
def _(case: bo.RealignAppointment, answer: Any, here: Desk) -> list[_Row]:  # noqa: ANN401, ARG001 - as above
    if answer is None:
        return []
    slot = answer.appointment.slot
    data = {"begins_at": show.as_data(slot.begins_at)}
    return [_Row("zone's rules changed", str(case.appointment_id), f"now {when(slot)}", data)]


@_told.register
def _(case: bo.RemindOfDuty, answer: Any, here: Desk) -> list[_Row]:  # noqa: ANN401, ARG001 - as above
    if answer is None:
        return []
    what = f"follow-up {answer.step} of {answer.steps}" if answer.step else "first contact"
    words = f"{case.user_id}: {what}, due {answer.due_at:%Y-%m-%d %H:%M} UTC"
    data = {"user": case.user_id, "step": answer.step, "due_at": show.as_data(answer.due_at)}
    return [_Row("reminded of a duty", str(case.lead_id), words, data)]


@_told.register
def _(case: bo.RenewOrder, answer: Any, here: Desk) -> list[_Row]:  # noqa: ANN401, ARG001 - as above
    if not answer.renewed:
        return []
    charge = f", {show.money(answer.payment.amount)} to be charged" if answer.payment else ""
    data = {"cycle": answer.order.cycle, "payment": answer.payment.id if answer.payment else None}
    return [_Row("renewed", str(case.order_id), f"cycle {answer.order.cycle}{charge}", data)]


@_told.register
def _(case: bo.ExpireBonus, answer: Any, here: Desk) -> list[_Row]:  # noqa: ANN401, ARG001 - as above
    return [
        _Row(
            "bonus expired",
            str(case.account_id),
            show.money(each.amount),
            {"bonus": each.ref, "amount": show.as_data(each.amount)},
        )
        for each in answer
    ]


@_told.register
def _(case: bo.CheckBalance, answer: Any, here: Desk) -> list[_Row]:  # noqa: ANN401 - as above
    rows: list[_Row] = []
    if answer.low is not None and answer.told:
        left = Money(answer.low.available, here.seller.terms.currency)
        words = f"{show.money(left)} since line {answer.low.number}; its admins are told"
        rows.append(_Row("is low", str(case.account_id), words, {"line": answer.low.number}))
    if answer.payment is not None and answer.payment.requested_at == case.at:
        words = f"{show.money(answer.payment.amount)} to be charged"
        rows.append(_Row("recharged", str(case.account_id), words, {"payment": answer.payment.id}))
    return rows


def _settled(here: Desk, processor: Processor, at: datetime) -> list[_Row]:
    """Ask for what is open; what nobody knows more about than before is not told."""
    query = PaymentQuery(seller_id=here.seller.id, statuses=UNSETTLED, limit=_MOST)
    rows: list[_Row] = []
    for payment in here.store.payments(query):
        after = _tried(
            "settle",
            payment.id,
            lambda: settle(here, processor, payment, at),  # noqa: B023 - called at once
        )
        if isinstance(after, _Row):
            rows.append(after)
        elif after != payment:
            status = after.status.value
            words = f"{show.money(after.amount)} of {after.account_id}: {status.replace('_', ' ')}"
            rows.append(_Row("settled", after.id, words, {"status": status}))
    return rows


def _sent(here: Desk) -> list[_Row]:
    sending = sending_of(here.plain, here.seller.id)
    if sending is None:
        return []
    done, forgotten = sending.round(), sending.tidy()
    rows: list[_Row] = []
    if done.told or done.failed:
        words = f"{done.told} arrived, {done.failed} did not yet"
        rows.append(_Row("told hooks", "", words, {"told": done.told, "failed": done.failed}))
    if forgotten:
        words = f"{forgotten} answers kept for a day"
        rows.append(_Row("forgot", "", words, {"answers": forgotten}))
    return rows


def _forgotten(here: Desk, at: datetime) -> list[_Row]:
    """Delete what log-ins were slowed down by and no try is any more, of every seller."""
    before, number = tries_kept_since(at), 0
    while gone := here.upkeep.forget_tries(before=before, limit=_PAGE):
        number += gone
    return [_Row("forgotten", "log-in tries", str(number), {"number": number})] if number else []


def register(app: typer.Typer) -> None:
    """Add this command."""
    add(app, tick)
