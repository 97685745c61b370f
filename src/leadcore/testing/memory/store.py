"""Use cases on the reference store: load, decide, commit whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import evolve as replace

from leadcore.balances import Code, KeyConflict, Posted, Rejected, Transfer, post
from leadcore.decider import Change, Versioned
from leadcore.errors import Conflict, Malformed
from leadcore.orders import Standing
from leadcore.outcomes import check_unmoved
from leadcore.testing.memory import facts
from leadcore.testing.memory.audit import audit
from leadcore.testing.memory.kept import KeptRows, check_rooms, move_rooms
from leadcore.testing.memory.outbox import OutboxRows
from leadcore.testing.memory.people import PeopleRows
from leadcore.testing.memory.programs import ProgramRows
from leadcore.testing.memory.recordings import RecordingRows
from leadcore.testing.memory.reports import ReportRows
from leadcore.testing.memory.upkeep import UpkeepRows
from leadcore.testing.memory.usage import check_usage, move_usage
from leadcore.values import Unlimited

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from leadcore.leads import Lead
    from leadcore.outcomes import FloorSet, Outcome, StandingDelta
    from leadcore.ports import UseCase

__all__ = ["MemoryStore"]

A = TypeVar("A")

_TURNS = 8

_MOVES = frozenset({Code.INSUFFICIENT_FUNDS, Code.ACCOUNT_FROZEN, Code.ACCOUNT_CLOSED})
"""Rejections that fresh facts may undo: the guards of a store."""


class MemoryStore(
    ReportRows,
    KeptRows,
    OutboxRows,
    PeopleRows,
    ProgramRows,
    RecordingRows,
    UpkeepRows,
):
    """Keeps rows, journal, ledger, claims and outbox in memory; see `leadcore.ports.Store`."""

    # ---------------------------------------------------------------------------- use cases

    def run(self, case: UseCase[Any, Any, A]) -> A:
        """Load, decide and commit, again on `Conflict`, a few times."""
        turns = _TURNS
        while True:
            outcome = case.decide(self.load(case.needs))
            try:
                self.commit(outcome)
            except Conflict:
                turns -= 1
                if turns == 0:
                    raise
            else:
                return outcome.answer

    def run_many(self, cases: Sequence[UseCase[Any, Any, A]]) -> tuple[A, ...]:
        """Run several in order, all or none."""
        before = self._snapshot()
        try:
            return tuple(self.run(case) for case in cases)
        except BaseException:
            self._restore(before)
            raise

    def _snapshot(self) -> tuple[Any, ...]:
        entries = {name: list(lines) for name, lines in self.entries.items()}
        return (
            dict(self.rows),
            dict(self.events),
            dict(self.standings),
            dict(self.usage),
            dict(self.claims),
            dict(self.outbox),
            dict(self.rooms),
            self.book,
            entries,
            dict(self.passwords),
            dict(self.deeds_done),
            dict(self.answers),
        )

    def _restore(self, kept: tuple[Any, ...]) -> None:
        (
            self.rows,
            self.events,
            self.standings,
            self.usage,
            self.claims,
            self.outbox,
            self.rooms,
            self.book,
            self.entries,
            self.passwords,
            self.deeds_done,
            self.answers,
        ) = kept

    def commit(self, outcome: Outcome[Any]) -> None:
        """Commit an outcome whole, or raise and change nothing.

        Raises:
            Conflict: a guard failed.
            Malformed: the ledger rejected the transfers for good.
        """
        self._check(outcome)
        for limit in outcome.floors:
            self._set_floor(limit)
        posted = self._posted(outcome)
        if posted is not None:
            check_unmoved(outcome.unmoved, posted)
        for change in outcome.changes:
            key = (change.kind, change.id)
            self.rows[key] = Versioned(change.state, change.version)
            self.events[key] = (*self.events.get(key, ()), *change.events)
        for account in outcome.opened:
            self.book = replace(self.book, accounts={**self.book.accounts, account.id: account})
        if posted is not None:
            self._keep(outcome.transfers, posted, at=posted.at)
        for claim in outcome.claims:
            self.claims[claim.seller_id, claim.key, claim.ordinal] = claim.lead_id
        for delta in outcome.standings:
            self.standings[delta.order_id] = self._moved(delta)
            move_usage(self, delta)
        move_rooms(self, outcome.rooms)
        self.passwords |= {each.user_id: each.encoded for each in outcome.passwords}
        self.deeds_done = {each.id: each for each in outcome.deeds} | self.deeds_done
        self.answers |= {each.id: each for each in outcome.answers}
        # Already there, it is the same message: the first one counts.
        self.outbox = {message.id: message for message in outcome.messages} | self.outbox

    def _set_floor(self, limit: FloorSet) -> None:
        account = replace(self.book.accounts[limit.account], floor=limit.floor)
        self.book = replace(self.book, accounts={**self.book.accounts, account.id: account})

    def _check(self, outcome: Outcome[Any]) -> None:
        for change in outcome.changes:
            self._check_version(change)
        for account in outcome.opened:
            if account.id in self.book.accounts:
                raise Conflict(f"ledger account {account.id}")
        for claim in outcome.claims:
            if (claim.seller_id, claim.key, claim.ordinal) in self.claims:
                raise Conflict(f"claim {claim.key}/{claim.ordinal}")
        for delta in outcome.standings:
            self._check_standing(delta)
        check_rooms(self, outcome.rooms)
        if any(answer.id in self.answers for answer in outcome.answers):
            raise Conflict("an answer is kept already")

    def _check_version(self, change: Change) -> None:
        if self.row(change.kind, change.id).version != change.expected:
            raise Conflict(f"{change.kind} {change.id}")
        if change.kind == "lead" and change.expected == 0:
            lead = cast("Lead", change.state)
            if self.by_source_key(lead.seller_id, lead.source_key).version:
                raise Conflict(f"source key {lead.source_key}")

    def _check_standing(self, delta: StandingDelta) -> None:
        seen = self.row("order", delta.order_id).version
        if delta.expected_version is not None and seen != delta.expected_version:
            raise Conflict(f"order {delta.order_id}")
        after = self._moved(delta)
        for used, most in ((after.sold, delta.limit), (after.spent, delta.bank)):
            if most is not None and not isinstance(most, Unlimited) and used > most:
                raise Conflict(f"places of order {delta.order_id}")
        if delta.expected_moves not in {None, after.moves - delta.moves}:
            raise Conflict(f"order {delta.order_id} was moved")
        check_usage(self, delta)

    def _moved(self, delta: StandingDelta) -> Standing:
        now = self.standings.get(delta.order_id, Standing())
        return Standing(
            sold=now.sold + delta.sold,
            spent=now.spent + delta.spent,
            credit=now.credit + delta.credit,
            moves=now.moves + delta.moves,
        )

    def _posted(self, outcome: Outcome[Any]) -> Posted | None:
        if not outcome.transfers:
            return None
        at = max(transfer.effective_at for transfer in outcome.transfers)
        result = self._answer(outcome.transfers, at)
        if isinstance(result, Rejected):
            if result.code in _MOVES and not result.replayed:
                raise Conflict(f"ledger: {result.sentence}")
            raise Malformed.at("transfers", result.sentence)
        return result

    def _answer(self, batch: tuple[Transfer, ...], at: datetime) -> Posted | Rejected:
        result = post(self.book, batch, at=at)
        if isinstance(result, KeyConflict):
            raise Malformed.at("transfers", f"{result.id!r} was used for something else")
        return result

    def _keep(
        self, batch: tuple[Transfer, ...], result: Posted | Rejected, *, at: datetime
    ) -> None:
        self.book = self.book.after(batch, result, at=at)
        for entry in result.entries if isinstance(result, Posted) else ():
            self.entries.setdefault(entry.account, []).append(entry)

    def post(
        self, batches: Sequence[tuple[Transfer, ...]], *, at: datetime
    ) -> tuple[Posted | Rejected, ...]:
        """Post batches straight to the ledger; see `Store.post`."""
        before = self._snapshot()
        answers: list[Posted | Rejected] = []
        for batch in batches:
            try:
                result = self._answer(batch, at)
            except Malformed:
                self._restore(before)
                raise
            self._keep(batch, result, at=at)
            answers.append(result)
        return tuple(answers)

    def load(self, needs: object) -> Any:  # noqa: ANN401 - each needs has facts of its own
        """Load the facts a use case needs."""
        return facts.load(needs, self)

    def audit(self) -> tuple[str, ...]:
        """Fold the journal and the entries again; give a sentence for each difference."""
        return audit(self)
