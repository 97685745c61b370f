"""From what was recorded back to what was done: the use cases, and what must come before what.

An event that follows from another stream's use case (a lead that leaves with an approved return, a
further buyer's share) is not done again; it only says that its stream was at that event by then.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from leadcore import back_office as bo
from leadcore import orders, refunds
from leadcore.balances import TransferKind
from leadcore.leads import (
    Lead,
    LeadDelivered,
    LeadReserved,
    LeadSold,
)
from leadcore.what_if.again import Asked, Renewing
from leadcore.what_if.changes import Changes
from leadcore.what_if.commands import (
    account_command,
    order_command,
    refund_command,
    refund_request,
    user_command,
)
from leadcore.what_if.history import History, Recorded
from leadcore.what_if.lead_steps import Turn, lead_case, turns

if TYPE_CHECKING:
    from leadcore.balances import Transfer

__all__ = ["Script", "Step", "script_of"]

_RANKS = ("seller", "account", "user", "post", "order", "lead", "refund")
"""What was done at one instant was most likely done in this order."""


@frozen(kw_only=True)
class Step:
    """One thing that was done.

    Attributes:
        key: what it is known by, in every script of the same history.
        kind: of the stream it began in, or `post` for money that moved by itself.
        at: when.
        case: the use case, to be run on a store; for `post` the transfer.
        lead: for a reception, an offer or a delivery, the lead as it was recorded after it.
        changes: does it change what was there, instead of beginning a stream or moving money?
        after: steps that must come first, besides what streams and lines say.
    """

    key: str
    kind: str
    at: datetime
    case: Any
    lead: Lead | None = None
    changes: bool = False
    after: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """Among steps of one instant: those first of which it is known what came of them.

        What changes something comes last: a user who was disabled, an order that was paused would
        no longer explain what had come of a lead by then.
        """
        return (self.lead is None, self.changes, _RANKS.index(self.kind), self.key)


@frozen
class Script:
    """Everything that was done, by key, and chains of keys each of which is in order."""

    steps: dict[str, Step]
    chains: tuple[tuple[str, ...], ...]


def script_of(history: History, changes: Changes) -> Script:
    """Give what was done, on terms that are changed.

    Raises:
        Malformed: the changes make no terms.
    """
    made = _Making(history=history, changes=changes, forced=history.forced)
    makers = {
        "seller": made.seller,
        "account": made.account,
        "user": made.user,
        "order": made.order,
        "lead": made.lead,
        "refund": made.refund,
    }
    for stream in history.streams:
        makers[stream.kind](stream)
    made.follow()
    made.post()
    chains = (tuple(dict.fromkeys(key for _, key in sorted(marks))) for marks in made.seen.values())
    return Script(made.steps, tuple(chains))


@frozen(kw_only=True)
class _Making:
    """A script being made.

    Attributes:
        seen: by stream or ledger account, the number of an event or line and the step it is of.
        forced: the ids of transfers that were made though the money was not there.
        moves: by transfer id, the step that makes it again.
        causes: by what an event may follow from, the step.
        followed: turns of leads that follow from another stream's step.
    """

    history: History
    changes: Changes
    forced: frozenset[str]
    steps: dict[str, Step] = field(factory=dict[str, Step])
    seen: dict[str, list[tuple[int, str]]] = field(
        factory=lambda: defaultdict[str, list[tuple[int, str]]](list)
    )
    moves: dict[str, str] = field(factory=dict[str, str])
    followed: list[tuple[Recorded, Turn]] = field(factory=list)
    causes: dict[tuple[object, ...], str] = field(factory=dict[tuple[object, ...], str])

    def _add(
        self,
        stream: Recorded,
        number: int,
        case: object,
        *,
        at: datetime,
        lead: Lead | None = None,
        after: tuple[str, ...] = (),
    ) -> str:
        key = f"{stream.kind}/{stream.id}/{number}"
        step = Step(
            key=key,
            kind=stream.kind,
            at=at,
            case=case,
            lead=lead,
            changes=number > 1,
            after=after,
        )
        self.steps[key] = step
        self._mark(stream, number, key)
        return key

    def _mark(self, stream: Recorded, number: int, key: str) -> None:
        self.seen[f"{stream.kind}/{stream.id}"].append((number, key))

    @property
    def _first(self) -> tuple[str, ...]:
        return (f"seller/{self.history.seller_id}/1",)

    def seller(self, stream: Recorded) -> None:
        """Add the seller's terms, changed."""
        for number, event in enumerate(stream.events, start=1):
            terms = self.changes.seller(event.terms)
            case = bo.SetSellerTerms(seller_id=event.seller_id, terms=terms, at=event.at)
            self._add(stream, number, case, at=event.at)

    def account(self, stream: Recorded) -> None:
        """Add what was done with an account."""
        for number, event in enumerate(stream.events, start=1):
            command = account_command(event)
            if command is None:
                continue  # whether a balance is low is another question under other terms
            case = bo.KeepAccount(
                seller_id=self.history.seller_id,
                account_id=stream.id,  # type: ignore[arg-type]  # the stream's id is the account's
                command=command,
                at=event.at,
            )
            self._add(stream, number, case, at=event.at, after=self._first)

    def user(self, stream: Recorded) -> None:
        """Add what was done with a user."""
        account = stream.events[0].account_id
        for number, event in enumerate(stream.events, start=1):
            parent = getattr(event, "parent_id", None)
            case = bo.KeepUser(
                user_id=stream.id,  # type: ignore[arg-type]  # the stream's id is the user's
                account_id=account,
                command=user_command(event),
                at=event.at,
            )
            above = () if parent is None else (f"user/{parent}/1",)
            after = (f"account/{account}/1", *above)
            self._add(stream, number, case, at=event.at, after=after)

    def order(self, stream: Recorded) -> None:
        """Add what was done with an order, on terms that are changed."""
        account, seller = stream.events[0].account_id, self.history.seller_id
        for number, event in enumerate(stream.events, start=1):
            case: object
            if isinstance(event, orders.OrderRenewed):
                renew = bo.RenewOrder(seller_id=seller, order_id=stream.id, at=event.at)  # type: ignore[arg-type]  # the stream's id is the order's
                case = Renewing(renew)
            else:
                case = bo.KeepOrder(
                    order_id=stream.id,  # type: ignore[arg-type]  # as above
                    account_id=account,
                    command=order_command(stream.id, event, self.changes),
                    at=event.at,
                )
            terms = getattr(event, "terms", None)
            users = () if terms is None else (f"user/{terms.user_id}/1",)
            after = (f"account/{account}/1", *users)
            self._add(stream, number, case, at=event.at, after=after)

    def lead(self, stream: Recorded) -> None:
        """Add what was done with a lead, and note what follows from elsewhere."""
        for turn in turns(stream.events):
            case = lead_case(turn)
            if case is None:
                self.followed.append((stream, turn))
                continue
            known = turn.state if turn.decides else None
            key = self._add(stream, turn.number, case, at=turn.at, lead=known, after=self._first)
            self.causes.setdefault(("share", stream.id, turn.at), key)
            if turn.number == 1:
                self.causes["received", stream.id] = key
            for event in turn.events:
                self._moved(event, key)

    def _moved(self, event: object, key: str) -> None:
        """Say which transfers a step makes again."""
        match event:
            case LeadSold(sale=sale) if sale.transfer_id:
                self.moves[sale.transfer_id] = key
            case LeadDelivered(transfer_id=str(transfer_id)):
                self.moves[transfer_id] = key
            case LeadReserved(reservation=held) if held.hold_id:
                self.moves[held.hold_id] = key
            case _:
                return

    def refund(self, stream: Recorded) -> None:
        """Add a request and what was decided on it."""
        state: refunds.Refund | None = None
        key = ""
        for number, event in enumerate(stream.events, start=1):
            state = refunds.evolve(state, event)
            if isinstance(event, refunds.RefundRequested):
                case = Asked(refund_request(event), event.account_id)
                key = self._add(stream, number, case, at=event.at, after=self._first)
                self.causes["asked", event.lead_id, event.reason, event.at] = key
            elif isinstance(event, refunds.RefundApproved) and event.rule is not None:
                self._mark(stream, number, key)  # by a rule, with the request
            else:
                key = self._add(stream, number, self._decision(state, event), at=event.at)
            self._settled(state, event, key)

    def _settled(self, state: refunds.Refund, event: refunds.RefundEvent, key: str) -> None:
        match event:
            case refunds.RefundApproved() | refunds.RefundReinstated():
                self.moves[f"{state.id}/credit/{state.round}"] = key
                self.causes["left", state.id, event.at] = key
            case refunds.RefundReversed():
                self.moves[f"{state.id}/reversal/{state.round}"] = key
                self.causes["back", state.id, event.at] = key
            case _:
                return

    def _decision(self, state: refunds.Refund, event: refunds.RefundEvent) -> bo.DecideRefund:
        reversal = f"{state.id}/reversal/{state.round}"
        return bo.DecideRefund(
            refund_id=state.id,
            command=refund_command(event),
            forced=isinstance(event, refunds.RefundReversed) and reversal in self.forced,
            at=event.at,
        )

    def follow(self) -> None:
        """Say of each event that follows from another stream's step, which step that is."""
        for stream, turn in self.followed:
            key = next((self.causes[cause] for cause in turn.causes if cause in self.causes), None)
            if key is None:
                continue
            self._mark(stream, turn.number, key)
            for event in turn.events:
                self._moved(event, key)

    def post(self) -> None:
        """Add the money that moved by itself, and the order of every account's lines."""
        for line in self.history.lines:
            transfer = line.transfer
            key = self.moves.get(transfer.id) or self._posted(transfer, line.entry.recorded_at)
            if key is not None:
                self.seen[f"ledger/{line.entry.account}"].append((line.entry.seq, key))

    def _posted(self, transfer: Transfer, at: datetime) -> str | None:
        ends = transfer.kind in {TransferKind.VOID, TransferKind.EXPIRE}
        if ends and transfer.ref in self.moves:
            return None  # made again with the delivery that failed
        key = f"post/{transfer.id}"
        if key not in self.steps:
            after = self._first
            self.steps[key] = Step(key=key, kind="post", at=at, case=transfer, after=after)
        return key
