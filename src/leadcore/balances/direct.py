"""Batches that can be written without being read: their accounts' counters are all they need.

Whether an account is tracked, and in whose books and which currency it is, never changes, so a
store that saw an account before needs not look again. `direct` says what such batches add where
and what must be there for it, and `Direct.answers` what was answered, once the counters that the
accounts have afterwards are known. What must be looked up first (holds, what a refund refers to,
an id that was used) is not for here; `post` decides it. Both are checked by property against
`post`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from attrs import evolve as replace
from attrs import field, frozen

from leadcore.balances import kernel
from leadcore.balances.accounts import AccountStatus, LedgerAccount
from leadcore.balances.checks import statuses_for
from leadcore.balances.guards import AccountDelta
from leadcore.balances.history import Entry
from leadcore.balances.kernel import Mode
from leadcore.balances.results import Posted
from leadcore.balances.transfers import Transfer, TransferKind, mode_of
from leadcore.values import MAX_MINOR, UNLIMITED, Unlimited, instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from leadcore.values import AccountId, SellerId

__all__ = ["ROOM", "Counters", "Direct", "Known", "Lone", "NewLine", "direct", "lone"]

ROOM = MAX_MINOR // 2
"""The most that a counter may hold beforehand and that may be added: both fit 64 bits then."""

_LOOKED_UP = frozenset({TransferKind.REFUND, TransferKind.REFUND_REVERSAL})
_DIRECT = {kind for kind in TransferKind if mode_of(kind) is Mode.DIRECT and kind not in _LOOKED_UP}
# By their values, which are texts: an enum's member takes Python to tell its hash.
_MAY = {
    (kind.value, debit.value, credit.value)
    for kind in _DIRECT
    for debit in AccountStatus
    for credit in AccountStatus
    if debit in statuses_for(kind, debit=True) and credit in statuses_for(kind, debit=False)
}


class NewLine(NamedTuple):
    """One line to be, told from the end: what the account has afterwards is known first.

    Attributes:
        account: whose line it is.
        transfer: what makes it.
        amount: what it adds to `posted`.
        later: how many lines the account gets after it.
        rest: what those add to `posted`.
    """

    account: str
    transfer: Transfer
    amount: int
    later: int
    rest: int


@frozen(kw_only=True)
class Direct:
    """What batches add, whatever the counters are now.

    Attributes:
        batches: the batches, in order.
        seen: every account they name, by id, as it was seen. They must still be so: in the same
            books, of the same currency, tracked or not, with the same status.
        deltas: what is added to each tracked one and must be there, in order of their ids: touch
            them in that order. Where an account has a counter above `ROOM`, ask `post`.
        lines: their lines, in the order they are made.
    """

    batches: tuple[tuple[Transfer, ...], ...]
    seen: tuple[LedgerAccount, ...]
    deltas: tuple[AccountDelta, ...]
    lines: tuple[NewLine, ...] = field(repr=False)

    def admitted(self, now: Mapping[str, LedgerAccount]) -> bool:
        """Say whether all of it fits the accounts as they are, by id.

        For whoever has just read them and lets nobody else write; others put the same question to
        their database, in the statement that moves the counters.
        """
        seen = all(_same(account, now.get(account.id)) for account in self.seen)
        return seen and all(_admits(now[delta.account], delta) for delta in self.deltas)

    def after(self, now: Mapping[str, LedgerAccount], *, at: datetime) -> dict[str, LedgerAccount]:
        """Give the tracked accounts after all of it, by id, where it is `admitted`."""
        moment = instant(at)
        return {delta.account: _after(now[delta.account], delta, moment) for delta in self.deltas}

    def answers(self, after: Mapping[str, LedgerAccount], *, at: datetime) -> tuple[Posted, ...]:
        """Give what `post` answers to each batch.

        Args:
            after: the tracked accounts, by id, as they are after all of it.
            at: when it was recorded; that of the lines is `moved_at` of their accounts.
        """
        moment = instant(at)
        if len(self.batches) == 1:
            (batch,) = self.batches
            entries = tuple(_entry(line, after[line.account]) for line in self.lines)
            accounts = tuple(after[name] for name in sorted(after))
            return (Posted(transfers=batch, at=moment, entries=entries, accounts=accounts),)
        made: dict[str, list[Entry]] = {}
        for line in self.lines:
            made.setdefault(line.transfer.id, []).append(_entry(line, after[line.account]))
        return self._answered(after, made, moment)

    def _answered(
        self, after: Mapping[str, LedgerAccount], made: dict[str, list[Entry]], at: datetime
    ) -> tuple[Posted, ...]:
        added = {delta.account: delta for delta in self.deltas}
        now = {name: _before(account, added[name]) for name, account in after.items()}
        answers: list[Posted] = []
        for batch in self.batches:
            entries = tuple(entry for each in batch for entry in made.get(each.id, ()))
            for entry in entries:
                now[entry.account] = _moved(now[entry.account], entry)
            touched = sorted({entry.account for entry in entries})
            accounts = tuple(now[name] for name in touched)
            answers.append(Posted(transfers=batch, at=at, entries=entries, accounts=accounts))
        return tuple(answers)


def direct(
    batches: Sequence[tuple[Transfer, ...]], *, seen: Mapping[str, LedgerAccount]
) -> Direct | None:
    """Say what batches add, where nothing but counters must be known for it.

    Args:
        batches: the batches, in order; a later one may use what an earlier one brought.
        seen: accounts by id, as they were once seen; of their counters nothing is read. Of two
            that take part, one must be here; the other is supposed to be the plainest there is,
            which `Direct.seen` says like everything that must still be so.

    Returns:
        None where more must be looked up, or where `post` may refuse whatever the counters are.
    """
    transfers = [each for batch in batches for each in batch]
    if not all(batches) or len({each.id for each in transfers}) != len(transfers):
        return None
    named: dict[str, LedgerAccount] = {}
    tallies: dict[str, _Tally] = {}
    alike: tuple[object, ...] = ()
    sides: tuple[LedgerAccount, LedgerAccount] | None = None
    for transfer in transfers:
        # Mostly one that is like the one before: an account's charges, say.
        kind = (transfer.kind, transfer.debit, transfer.credit, transfer.amount.currency)
        if sides is None or kind != alike:
            alike, sides = kind, _sides(transfer, seen)
            if sides is None or not _fits(transfer, *sides):
                return None
            named.update((account.id, account) for account in sides)
        debit, credit = sides
        amount = transfer.amount.minor
        if debit.tracked:
            tallies.setdefault(debit.id, _Tally()).take(transfer, amount)
        if credit.tracked:
            tallies.setdefault(credit.id, _Tally()).bring(transfer, amount)
    if not tallies or any(max(tally.taken, tally.brought) > ROOM for tally in tallies.values()):
        return None
    return Direct(
        batches=tuple(batches),
        seen=tuple(named[name] for name in sorted(named)),
        deltas=tuple(tallies[name].delta(name) for name in sorted(tallies)),
        lines=_lines(transfers, tallies),
    )


class Counters(NamedTuple):
    """What a database tells of an account it has just moved; it keeps them whole and in range.

    Attributes:
        seq, credits_posted, debits_posted, credits_pending, debits_pending: see `LedgerAccount`.
        floor: None for `UNLIMITED`.
        moved_at: in UTC, of the standard library's own kind.
        account_id: whose it is.
    """

    seq: int
    credits_posted: int
    debits_posted: int
    credits_pending: int
    debits_pending: int
    floor: int | None
    moved_at: datetime
    account_id: AccountId | None


class Known(NamedTuple):
    """What is known of an account beforehand; one that was never seen is supposed to be plain.

    Attributes:
        id, seller_id, currency, tracked, status: see `LedgerAccount`.
    """

    id: str
    seller_id: SellerId
    currency: str
    tracked: bool = True
    status: AccountStatus = AccountStatus.OPEN


class Lone(NamedTuple):
    """One transfer that moves one tracked account: what `Direct` says, for the shortest way.

    Attributes:
        transfer: the transfer.
        mine: the tracked account, as it was seen or is supposed to be.
        other: the one that keeps no counters, likewise.
        amount: what is added to `posted` of the tracked one.
        requires: how far it must be above its floor beforehand; None where nothing is required.
    """

    transfer: Transfer
    mine: LedgerAccount | Known
    other: LedgerAccount | Known
    amount: int
    requires: int | None

    def after(self, now: Counters) -> LedgerAccount:
        """Give the tracked account as its store tells it, which is not checked once more."""
        made, mine, put = object.__new__(LedgerAccount), self.mine, object.__setattr__
        put(made, "id", mine.id)
        put(made, "seller_id", mine.seller_id)
        put(made, "currency", mine.currency)
        put(made, "tracked", mine.tracked)
        put(made, "floor", UNLIMITED if now.floor is None else now.floor)
        put(made, "status", mine.status)
        put(made, "account_id", now.account_id)
        put(made, "debits_pending", now.debits_pending)
        put(made, "debits_posted", now.debits_posted)
        put(made, "credits_pending", now.credits_pending)
        put(made, "credits_posted", now.credits_posted)
        put(made, "seq", now.seq)
        put(made, "moved_at", now.moved_at)
        return made

    def answer(self, after: LedgerAccount, *, at: datetime) -> Posted:
        """Give what `post` answers; see `Direct.answers`."""
        line = NewLine(after.id, self.transfer, self.amount, 0, 0)
        made, put = object.__new__(Posted), object.__setattr__
        put(made, "transfers", (self.transfer,))
        put(made, "at", instant(at))
        put(made, "entries", (_entry(line, after),))
        put(made, "accounts", (after,))
        put(made, "holds", ())
        put(made, "replayed", False)  # noqa: FBT003 # a field's value
        return made


def lone(transfer: Transfer, *, seen: Mapping[str, LedgerAccount]) -> Lone | None:
    """Say the same as `direct`, for one transfer that moves one account; None for any other."""
    debit: LedgerAccount | Known | None = seen.get(transfer.debit)
    credit: LedgerAccount | Known | None = seen.get(transfer.credit)
    if debit is None:
        if credit is None:
            return None
        debit = Known(transfer.debit, credit.seller_id, credit.currency)
    elif credit is None:
        credit = Known(transfer.credit, debit.seller_id, debit.currency)
    amount = transfer.amount.minor
    if debit.tracked is credit.tracked or amount > ROOM or not _fits(transfer, debit, credit):
        return None
    if debit.tracked:
        return Lone(transfer, debit, credit, -amount, None if transfer.forced else amount)
    return Lone(transfer, credit, debit, amount, None)


class _Tally:
    """What is added to one tracked account, step by step."""

    __slots__ = ("brought", "last", "lines", "parts", "requires", "taken")

    def __init__(self) -> None:
        self.taken = self.brought = self.lines = 0
        self.requires: int | None = None
        self.parts: set[tuple[TransferKind, bool]] = set()
        self.last: tuple[TransferKind, bool] | None = None

    def take(self, transfer: Transfer, amount: int) -> None:
        if not transfer.forced:
            drawn = self.taken - self.brought
            first = drawn + amount if self.requires is None else self.requires
            self.requires = kernel.tighten(first, drawn, amount)
        self.taken += amount
        self.lines += 1
        self._note((transfer.kind, True))

    def bring(self, transfer: Transfer, amount: int) -> None:
        self.brought += amount
        self.lines += 1
        self._note((transfer.kind, False))

    def _note(self, part: tuple[TransferKind, bool]) -> None:
        if part != self.last:
            self.last = part
            self.parts.add(part)

    def delta(self, name: str) -> AccountDelta:
        return AccountDelta(
            account=name,
            credits_posted=self.brought,
            debits_posted=self.taken,
            credits_pending=0,
            debits_pending=0,
            entries=self.lines,
            requires=self.requires,
            statuses=_allowed(frozenset(self.parts)),
        )


def _same(seen: LedgerAccount, now: LedgerAccount | None) -> bool:
    return now is seen or (
        now is not None
        and (now.seller_id, now.currency, now.tracked, now.status)
        == (seen.seller_id, seen.currency, seen.tracked, seen.status)
    )


def _admits(now: LedgerAccount, delta: AccountDelta) -> bool:
    counters = (now.credits_posted, now.debits_posted, now.credits_pending, now.debits_pending)
    if max(counters) > ROOM:
        return False
    if delta.requires is None or isinstance(now.floor, Unlimited):
        return True
    return now.available - now.floor >= delta.requires


def _after(now: LedgerAccount, delta: AccountDelta, at: datetime) -> LedgerAccount:
    return LedgerAccount(
        id=now.id,
        seller_id=now.seller_id,
        currency=now.currency,
        floor=now.floor,
        status=now.status,
        account_id=now.account_id,
        debits_pending=now.debits_pending,
        debits_posted=now.debits_posted + delta.debits_posted,
        credits_pending=now.credits_pending,
        credits_posted=now.credits_posted + delta.credits_posted,
        seq=now.seq + delta.entries,
        moved_at=at if now.moved_at is None else max(at, now.moved_at),
    )


@lru_cache
def _allowed(parts: frozenset[tuple[TransferKind, bool]]) -> tuple[AccountStatus, ...]:
    sets = [statuses_for(kind, debit=debit) for kind, debit in parts]
    return tuple(status for status in AccountStatus if all(status in each for each in sets))


def _sides(
    transfer: Transfer, seen: Mapping[str, LedgerAccount]
) -> tuple[LedgerAccount, LedgerAccount] | None:
    debit, credit = seen.get(transfer.debit), seen.get(transfer.credit)
    if debit is not None:
        return debit, credit or _supposed(transfer.credit, debit)
    return None if credit is None else (_supposed(transfer.debit, credit), credit)


def _supposed(name: str, other: LedgerAccount) -> LedgerAccount:
    return LedgerAccount(id=name, seller_id=other.seller_id, currency=other.currency)


def _fits(transfer: Transfer, debit: LedgerAccount | Known, credit: LedgerAccount | Known) -> bool:
    return (
        (transfer.kind._value_, debit.status._value_, credit.status._value_) in _MAY
        and debit.seller_id == credit.seller_id
        and transfer.amount.currency == debit.currency == credit.currency
    )


def _lines(transfers: list[Transfer], tallies: Mapping[str, _Tally]) -> tuple[NewLine, ...]:
    made: list[NewLine] = []
    behind: dict[str, tuple[int, int]] = dict.fromkeys(tallies, (0, 0))
    for transfer in reversed(transfers):
        amount = transfer.amount.minor
        for name, signed in ((transfer.credit, amount), (transfer.debit, -amount)):
            if name in behind:
                later, rest = behind[name]
                made.append(NewLine(name, transfer, signed, later, rest))
                behind[name] = later + 1, rest + signed
    made.reverse()
    return tuple(made)


def _entry(line: NewLine, after: LedgerAccount) -> Entry:
    # All of it was checked where it comes from, and one is made for each transfer.
    made, transfer, put = object.__new__(Entry), line.transfer, object.__setattr__
    put(made, "account", after.id)
    put(made, "seq", after.seq - line.later)
    put(made, "transfer_id", transfer.id)
    put(made, "amount", line.amount)
    put(made, "reserved", 0)
    put(made, "posted_after", after.credits_posted - after.debits_posted - line.rest)
    put(made, "pending_after", after.debits_pending)
    put(made, "recorded_at", after.moved_at or transfer.effective_at)
    put(made, "effective_at", transfer.effective_at)
    return made


def _before(after: LedgerAccount, added: AccountDelta) -> LedgerAccount:
    return replace(
        after,
        credits_posted=after.credits_posted - added.credits_posted,
        debits_posted=after.debits_posted - added.debits_posted,
        seq=after.seq - added.entries,
    )


def _moved(before: LedgerAccount, entry: Entry) -> LedgerAccount:
    return LedgerAccount(
        id=before.id,
        seller_id=before.seller_id,
        currency=before.currency,
        floor=before.floor,
        status=before.status,
        account_id=before.account_id,
        debits_pending=before.debits_pending,
        debits_posted=before.debits_posted + max(-entry.amount, 0),
        credits_pending=before.credits_pending,
        credits_posted=before.credits_posted + max(entry.amount, 0),
        seq=entry.seq,
        moved_at=before.moved_at,
    )
