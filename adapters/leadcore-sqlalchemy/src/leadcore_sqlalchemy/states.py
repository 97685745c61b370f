"""The mappers of streams: state to row and back, event to journal and back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from leadcore import wire
from leadcore.accounts import Account, Seller, prepaid_account
from leadcore.appointments import Appointment, remind_at
from leadcore.back_office.reminding import duty_due
from leadcore.dashboard import source_label, tried_after, why_not
from leadcore.decider import Versioned
from leadcore.leads import Lead, LeadStatus, untried_until
from leadcore.notices import Message
from leadcore.orders import Standing
from leadcore.ports import LeadSort, lead_sort_key
from leadcore.ports.people import user_search, user_sort_key
from leadcore.submissions import search_text
from leadcore.values import of_micros
from leadcore_sqlalchemy import login_tables, program_tables, recording_tables, tables
from leadcore_sqlalchemy.texts import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Table

    from leadcore.api_keys import ApiKey
    from leadcore.contact_points import ContactPoint
    from leadcore.files import LeadFile
    from leadcore.hooks import Hook
    from leadcore.leads import Sale
    from leadcore.logins import Login, LoginName, Session, Tries
    from leadcore.orders import Order
    from leadcore.payments import Payment, StrayNotices
    from leadcore.people import User
    from leadcore.recording_life import CallRecording
    from leadcore.refunds import Refund
    from leadcore.values import SellerId
    from leadcore_sqlalchemy.types import Row

__all__ = [
    "TABLES",
    "columns",
    "dump_event",
    "load_event",
    "load_message",
    "load_state",
    "sale_row",
    "standing_of",
    "versioned",
]

T = TypeVar("T")

TABLES: dict[str, Table] = {
    "seller": tables.sellers,
    "account": tables.accounts,
    "user": tables.users,
    "tree": tables.trees,
    "order": tables.orders,
    "lead": tables.leads,
    "refund": tables.refunds,
    "contact_point": tables.contact_points,
    "decisions": tables.decisions,
    "payment": tables.payments,
    "stray": tables.strays,
    "appointment": tables.appointments,
    "file": tables.files,
    "login": login_tables.logins,
    "login_name": login_tables.login_names,
    "session": login_tables.sessions,
    "tries": login_tables.tries,
    "api_key": program_tables.api_keys,
    "hook": program_tables.hooks,
    "recording": recording_tables.recordings,
}
"""The table of each kind of stream."""

_TEXT_SORTS = (
    LeadSort.NAME,
    LeadSort.AREA,
    LeadSort.STATE,
    LeadSort.PHONE,
    LeadSort.EMAIL,
)

_LONG_AGO = of_micros(0)
"""When tries that were forgotten stopped to count: nobody needs to know it better."""

_CACHED = 2048
"""So many states are kept parsed, by their text: the orders and users of every sale."""


def columns(kind: str, state: object) -> dict[str, Any]:
    """Give what a stream's row says of a state, but for its id and version."""
    return {"data": to_text(wire.dump(state)), **_COLUMNS[kind](state)}


def load_state(kind: str, text: str) -> Any:  # noqa: ANN401 # each kind has its own
    """Read a state."""
    return _loaded(wire.STATES[kind][0], text)


def versioned(kind: str, row: Row | None) -> Versioned[Any]:
    """Read a row with `version` and `data`; no row is version 0 of what the stream starts from."""
    if row is None:
        return Versioned(None, 0)
    return Versioned(load_state(kind, row.data), row.version)


def dump_event(kind: str, event: object) -> str:
    """Write an event for the journal."""
    return to_text(wire.dump_event(kind, event))


def load_event(kind: str, text: str) -> Any:  # noqa: ANN401 # each kind has its own
    """Read an event of the journal."""
    return wire.load_event(kind, from_text(text))


def standing_of(row: Row) -> Standing:
    """Read an order's hot numbers off its row."""
    return Standing(sold=row.sold, spent=row.spent, credit=row.credit, moves=row.moves)


def sale_row(seller_id: SellerId, sale: Sale) -> dict[str, Any]:
    """Give the row of a sale; written once."""
    return {
        "id": sale.id,
        "seller_id": seller_id,
        "account_id": sale.account_id,
        "lead_id": sale.lead_id,
        "order_id": sale.order_id,
        "user_id": sale.user_id,
        "price": sale.price.minor,
        "currency": sale.price.currency,
        "sold_at": sale.sold_at,
        "transfer_id": sale.transfer_id,
        "counted_at": sale.placed_at,
    }


def load_message(text: str) -> Message:
    """Read a message of the outbox."""
    return wire.load(Message, from_text(text))


@lru_cache(maxsize=_CACHED)
def _loaded(kind: type[T], text: str) -> T:
    # By the text, not by id and version: a version that was rolled back may come again otherwise.
    return wire.load(kind, from_text(text))


def _account(state: Account) -> dict[str, Any]:
    return {
        "seller_id": state.seller_id,
        "ledger_id": prepaid_account(state.id),
        "status": state.status.value,
    }


def _user(state: User) -> dict[str, Any]:
    return {
        "seller_id": state.seller_id,
        "account_id": state.account_id,
        "parent_id": state.parent_id,
        "enabled": state.enabled,
        "cell": state.profile.cell,
        "admin_of": state.account_id if state.profile.admin else None,
        "name_key": user_sort_key(state),
        "search": user_search(state),
    }


def _order(state: Order) -> dict[str, Any]:
    return {
        "seller_id": state.seller_id,
        "account_id": state.account_id,
        "user_id": state.terms.user_id,
        "status": state.status.value,
    }


def _lead(state: Lead) -> dict[str, Any]:
    sale = state.sale
    # Only a standing sale lets anybody see it; a refunded lead is nobody's.
    holder = state.assigned_to if sale and state.status is LeadStatus.SOLD else None
    return {
        "seller_id": state.seller_id,
        "source_key": state.source_key,
        "status": state.status.value,
        "kind": state.submission.kind.value,
        "received_at": state.received_at,
        "sold_at": sale.sold_at if sale else None,
        "sale_id": sale.id if sale else None,
        "order_id": sale.order_id if sale else None,
        "holder_account_id": sale.account_id if sale and holder else None,
        "holder_id": holder,
        "search": search_text(state.submission),
        "untried_until": untried_until(state),
        "duty_at": duty_due(state),
        **{sort.value: lead_sort_key(state, sort) for sort in _TEXT_SORTS},
        "test": state.submission.test,
        "source": source_label(state.submission),
        "tried_after": tried_after(state),
        "why_not": to_text(dict(reasons)) if (reasons := why_not(state)) else None,
    }


def _refund(state: Refund) -> dict[str, Any]:
    return {
        "seller_id": state.seller_id,
        "account_id": state.account_id,
        "lead_id": state.lead_id,
        "sale_id": state.sale_id,
        "status": state.status.value,
        "requested_at": state.requested_at,
        "reason": state.reason,
        "decided_at": state.decided_at,
        "due_on": state.expected.latest.isoformat(),
    }


def _contact_point(state: ContactPoint) -> dict[str, Any]:
    return {"seller_id": state.seller_id, "pending_since": state.pending_since}


def _payment(state: Payment) -> dict[str, Any]:
    return {
        "seller_id": state.seller_id,
        "account_id": state.account_id,
        "status": state.status.value,
        "reference": state.reference,
        "requested_at": state.requested_at,
    }


def _stray(state: StrayNotices) -> dict[str, Any]:
    return {"seller_id": state.seller_id}


def _login(state: Login) -> dict[str, Any]:
    return {"seller_id": state.seller_id, "account_id": state.account_id, "token": state.token}


def _login_name(state: LoginName) -> dict[str, Any]:
    return {"user_id": state.user_id}


def _tries(state: Tries) -> dict[str, Any]:
    return {"until": state.until if state.failures else _LONG_AGO}


def _session(state: Session) -> dict[str, Any]:
    return {"user_id": state.user_id, "token": state.token, "ended": state.ended}


def _appointment(state: Appointment) -> dict[str, Any]:
    return {
        "seller_id": state.seller_id,
        "account_id": state.account_id,
        "lead_id": state.lead_id,
        "assigned_to": state.assigned_to,
        "status": state.status.value,
        "begins_at": state.slot.begins_at,
        "ends_at": state.slot.ends_at,
        "remind_at": remind_at(state),
    }


def _file(state: LeadFile) -> dict[str, Any]:
    return {
        "seller_id": state.seller_id,
        "account_id": state.account_id,
        "lead_id": state.lead_id,
        "sha256": state.sha256,
        "size": state.size,
        "added_at": state.added_at,
        "removed_at": state.removed_at,
    }


def _api_key(state: ApiKey) -> dict[str, Any]:
    return {
        "seller_id": state.seller_id,
        "account_id": state.account_id,
        "user_id": state.user_id,
        "token": state.token,
    }


def _hook(state: Hook) -> dict[str, Any]:
    return {
        "seller_id": state.seller_id,
        "account_id": state.account_id,
        "closed_at": state.closed_at,
    }


def _recording(state: CallRecording) -> dict[str, Any]:
    share = state.share
    return {
        "seller_id": state.seller_id,
        "account_id": state.account_id,
        "below": share.below if share else None,
        "shared_at": share.at if share else None,
    }


def _nothing(_state: Seller) -> dict[str, Any]:
    return {}


_COLUMNS = cast(
    "dict[str, Callable[[Any], dict[str, Any]]]",
    {
        "seller": _nothing,
        "account": _account,
        "user": _user,
        "tree": _nothing,
        "order": _order,
        "lead": _lead,
        "refund": _refund,
        "contact_point": _contact_point,
        "decisions": _nothing,
        "payment": _payment,
        "stray": _stray,
        "appointment": _appointment,
        "file": _file,
        "login": _login,
        "login_name": _login_name,
        "session": _session,
        "tries": _tries,
        "api_key": _api_key,
        "hook": _hook,
        "recording": _recording,
    },
)
