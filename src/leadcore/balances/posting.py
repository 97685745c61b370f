"""Posting: a batch of linked transfers against what the books hold, all or nothing and pure.

`post` needs only what the batch touches; `needs` says what that is. It answers with everything
that follows, and whoever stores it writes all of it or nothing. The amounts are judged by
`leadcore.balances.kernel`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.balances import holds as hold_states
from leadcore.balances import kernel
from leadcore.balances.accounts import LedgerAccount
from leadcore.balances.checks import Work, refusal
from leadcore.balances.history import Entry
from leadcore.balances.holds import Hold
from leadcore.balances.kernel import Mode
from leadcore.balances.results import Accepted, KeyConflict, Posted, Rejected, StoredOutcome
from leadcore.balances.transfers import RESOLVING, Transfer, TransferKind, batch_digest
from leadcore.errors import Malformed, Problem
from leadcore.values import instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["Book", "Needs", "moved", "needs", "post"]


@frozen(kw_only=True)
class Book:
    """What a batch touches: the facts `post` decides on.

    Attributes:
        accounts: by id, the tracked and the untracked ones.
        holds: by id.
        transfers: by id: earlier charges, their refunds and the reversals of those.
        outcomes: by transfer id: what was answered before.
    """

    accounts: Mapping[str, LedgerAccount] = field(factory=dict[str, LedgerAccount])
    holds: Mapping[str, Hold] = field(factory=dict[str, Hold])
    transfers: Mapping[str, Transfer] = field(factory=dict[str, Transfer])
    outcomes: Mapping[str, StoredOutcome] = field(factory=dict[str, StoredOutcome])

    @classmethod
    def of(
        cls,
        accounts: Iterable[LedgerAccount] = (),
        holds: Iterable[Hold] = (),
        transfers: Iterable[Transfer] = (),
        outcomes: Iterable[StoredOutcome] = (),
    ) -> Book:
        """Make a book of plain sequences."""
        return cls(
            accounts={account.id: account for account in accounts},
            holds={hold.id: hold for hold in holds},
            transfers={transfer.id: transfer for transfer in transfers},
            outcomes={outcome.id: outcome for outcome in outcomes},
        )

    def after(
        self,
        batch: tuple[Transfer, ...],
        result: Posted | Rejected | KeyConflict,
        *,
        at: datetime,
    ) -> Book:
        """Give the book once an answer to a batch is stored."""
        if isinstance(result, KeyConflict) or result.replayed:
            return self
        kept = result.outcome if isinstance(result, Posted) else result
        digest = batch_digest(batch)
        answered = {
            transfer.id: StoredOutcome(
                id=transfer.id,
                fingerprint=transfer.fingerprint,
                batch=digest,
                at=at,
                result=kept,
            )
            for transfer in batch
        }
        outcomes = {**self.outcomes, **answered}
        if isinstance(result, Rejected):
            return replace(self, outcomes=outcomes)
        return Book(
            accounts={**self.accounts, **{account.id: account for account in result.accounts}},
            holds={**self.holds, **{hold.id: hold for hold in result.holds}},
            transfers={**self.transfers, **{each.id: each for each in batch}},
            outcomes=outcomes,
        )


@frozen(kw_only=True)
class Needs:
    """What must be looked up before a batch can be posted; each sorted, without repeats.

    Attributes:
        keys: the ids whose stored outcomes are needed.
        accounts: the ids of accounts.
        holds: the ids of holds.
        references: the ids of charges and refunds. Of each, the transfer itself is needed, what
            refers to it, and what refers to that.
    """

    keys: tuple[str, ...]
    accounts: tuple[str, ...]
    holds: tuple[str, ...]
    references: tuple[str, ...]


def needs(batch: Iterable[Transfer]) -> Needs:
    """Say what a batch touches, so that a store can fetch just that."""
    transfers = tuple(batch)
    paid_back = (TransferKind.REFUND, TransferKind.REFUND_REVERSAL)
    return Needs(
        keys=tuple(sorted({each.id for each in transfers})),
        accounts=tuple(sorted({name for each in transfers for name in (each.debit, each.credit)})),
        holds=tuple(
            sorted({each.ref for each in transfers if each.ref and each.kind in RESOLVING})
        ),
        references=tuple(
            sorted({each.ref for each in transfers if each.ref and each.kind in paid_back})
        ),
    )


def post(
    book: Book, batch: tuple[Transfer, ...], *, at: datetime
) -> Posted | Rejected | KeyConflict:
    """Post a batch: all of it, or none.

    Args:
        book: everything the batch touches.
        batch: the transfers, in order; a later one may use what an earlier one did.
        at: now, by the ledger's clock. Entries are recorded at it, or at the account's newest
            entry where that is later, so that no account's time goes back.

    Returns:
        What was answered before, where these ids were used for the same before. Else `Posted`, or
        `Rejected` with the first transfer that does not hold, or `KeyConflict` where an id was
        used for something else.

    Raises:
        Malformed: the batch is empty or has an id twice.
    """
    _check_shape(batch)
    moment = instant(at)
    answered = _answered(book, batch)
    if answered is not None:
        return answered
    work = Work(book.accounts, book.holds, book.transfers)
    entries: list[Entry] = []
    for transfer in batch:
        found = refusal(work, transfer, moment)
        if found is not None:
            return found
        entries += _apply(work, transfer, moment)
    return Posted(
        transfers=batch,
        at=moment,
        entries=tuple(entries),
        accounts=tuple(work.touched_accounts[name] for name in sorted(work.touched_accounts)),
        holds=tuple(work.touched_holds[name] for name in sorted(work.touched_holds)),
    )


def _check_shape(batch: tuple[Transfer, ...]) -> None:
    if not batch:
        raise Malformed.at("batch", "has at least one transfer")
    seen: set[str] = set()
    problems: list[Problem] = []
    for index, transfer in enumerate(batch):
        if transfer.id in seen:
            problems.append(Problem(f"batch[{index}].id", f"{transfer.id!r} is there twice"))
        seen.add(transfer.id)
    if problems:
        raise Malformed(problems)


def _answered(book: Book, batch: tuple[Transfer, ...]) -> Posted | Rejected | KeyConflict | None:
    known = [book.outcomes[each.id] for each in batch if each.id in book.outcomes]
    if not known:
        return None
    by_id = {each.id: each for each in batch}
    for outcome in known:
        if not _same(outcome, by_id[outcome.id]):
            return KeyConflict(outcome.id)
    first = known[0]
    if len(known) != len(batch) or any(outcome.batch != batch_digest(batch) for outcome in known):
        return KeyConflict(first.id)
    if isinstance(first.result, Accepted):
        return Posted(transfers=batch, at=first.at, replayed=True)
    return replace(first.result, replayed=True)


def _same(outcome: StoredOutcome, transfer: Transfer) -> bool:
    return outcome.fingerprint == transfer.fingerprint


def _apply(work: Work, transfer: Transfer, at: datetime) -> list[Entry]:
    mode, amount = transfer.mode, transfer.amount.minor
    held = 0
    if transfer.kind in RESOLVING:
        held = work.holds[transfer.ref or ""].amount.minor
    change = kernel.reserved(mode, amount, held)
    made = [
        _move(work, transfer.debit, transfer, at, debit=kernel.leg(mode, amount), outgoing=change),
        _move(
            work,
            transfer.credit,
            transfer,
            at,
            credit=kernel.credited(mode, amount),
            incoming=change,
        ),
    ]
    if mode is not Mode.DIRECT:
        key = transfer.ref if transfer.kind in RESOLVING else transfer.id
        work.keep_hold(hold_states.evolve(work.holds.get(key or ""), transfer))
    work.transfers[transfer.id] = transfer
    return [entry for entry in made if entry is not None]


def _move(work: Work, name: str, transfer: Transfer, at: datetime, **by: int) -> Entry | None:
    before = work.accounts[name]
    if not before.tracked:
        return None
    after, entry = moved(before, transfer, at, **by)
    work.keep_account(after)
    return entry


def moved(
    before: LedgerAccount,
    transfer: Transfer,
    at: datetime,
    *,
    debit: int = 0,
    credit: int = 0,
    outgoing: int = 0,
    incoming: int = 0,
) -> tuple[LedgerAccount, Entry]:
    """Give a tracked account after one transfer, and the line that says so; nothing is judged.

    Args:
        before: the account.
        transfer: what moves it.
        at: now, by the ledger's clock.
        debit: what leaves it for good, in minor units.
        credit: what comes for good.
        outgoing: the change of what holds reserve from it.
        incoming: the change of what holds announce to it.
    """
    # Spelt out: copying with `evolve` takes longer than all the rest of a plain posting.
    after = LedgerAccount(
        id=before.id,
        seller_id=before.seller_id,
        currency=before.currency,
        floor=before.floor,
        status=before.status,
        account_id=before.account_id,
        debits_pending=before.debits_pending + outgoing,
        debits_posted=before.debits_posted + debit,
        credits_pending=before.credits_pending + incoming,
        credits_posted=before.credits_posted + credit,
        seq=before.seq + 1,
        moved_at=at if before.moved_at is None else max(at, before.moved_at),
    )
    entry = Entry(
        account=after.id,
        seq=after.seq,
        transfer_id=transfer.id,
        amount=credit - debit,
        reserved=outgoing,
        posted_after=after.posted,
        pending_after=after.pending,
        recorded_at=after.moved_at or at,
        effective_at=transfer.effective_at,
    )
    return after, entry
