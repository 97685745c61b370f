"""A ledger driven at random, beside an oracle so plain that one sees it is right.

The machine builds batches whose amounts and times sit on the edges: exactly what is available, one
more, the very instant a hold expires. After every step it checks the invariants of the ledger;
each assertion begins with the invariant's number, so that a planted bug shows by which it was
found.
"""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve as replace
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from leadcore.balances import (
    AccountStatus,
    Book,
    Code,
    Entry,
    HoldStatus,
    KeyConflict,
    LedgerAccount,
    Posted,
    Rejected,
    Transfer,
    TransferKind,
    balance_at,
    balance_at_seq,
    chain,
    entries_after,
    guards,
    post,
    verify,
    verify_links,
)
from leadcore.balances.kernel import Mode
from leadcore.balances.transfers import RESOLVING
from leadcore.values import UNLIMITED, Money, SellerId, of_micros

SELLER = SellerId("seller")
START = 1_760_000_000_000_000
OURS = ("cash", "revenue", "house")
THEIRS = ("a", "b", "c")
MOVES_NOTHING = {TransferKind.HOLD, TransferKind.VOID, TransferKind.EXPIRE}
DRAWS = (TransferKind.CHARGE, TransferKind.HOLD, TransferKind.TRANSFER, TransferKind.PROMO_EXPIRY)


def account(name: str, **changes) -> LedgerAccount:
    given = {"id": name, "seller_id": SELLER, "currency": "USD", **changes}
    return LedgerAccount(**given)


def opening() -> Book:
    return Book.of(
        [
            account("cash", tracked=False),
            account("revenue", tracked=False),
            account("house", tracked=False),
            account("a"),
            account("b", floor=-500),
            account("c", floor=UNLIMITED),
        ]
    )


class Oracle:
    """The same ledger without counters: everything is summed up anew from the posted transfers."""

    def __init__(self) -> None:
        self.done: list[Transfer] = []

    def posted(self, name: str) -> int:
        moved = [each for each in self.done if each.kind not in MOVES_NOTHING]
        came = sum(each.amount.minor for each in moved if each.credit == name)
        return came - sum(each.amount.minor for each in moved if each.debit == name)

    def ends(self) -> dict[str, Transfer]:
        kinds = (TransferKind.CAPTURE, TransferKind.VOID, TransferKind.EXPIRE)
        return {each.ref: each for each in self.done if each.kind in kinds and each.ref}

    def open_holds(self) -> list[Transfer]:
        ended = self.ends()
        return [t for t in self.done if t.kind is TransferKind.HOLD and t.id not in ended]

    def pending(self, name: str) -> int:
        return sum(each.amount.minor for each in self.open_holds() if each.debit == name)

    def incoming(self, name: str) -> int:
        return sum(each.amount.minor for each in self.open_holds() if each.credit == name)

    def available(self, name: str) -> int:
        return self.posted(name) - self.pending(name)

    def paid_back(self, ref: str, kind: TransferKind) -> int:
        return sum(t.amount.minor for t in self.done if t.kind is kind and t.ref == ref)

    def net_refunded(self, charge: str) -> int:
        refunds = [t for t in self.done if t.kind is TransferKind.REFUND and t.ref == charge]
        given = sum(each.amount.minor for each in refunds)
        kind = TransferKind.REFUND_REVERSAL
        return given - sum(self.paid_back(each.id, kind) for each in refunds)

    def of(self, *kinds: TransferKind) -> list[Transfer]:
        return [each for each in self.done if each.kind in kinds]


edges = st.sampled_from((-1, 0, 0, 1, 7))
names = st.sampled_from(THEIRS)
picks = st.integers(0, 3)
rarely = st.sampled_from((False, False, True))
statuses = st.sampled_from((*(AccountStatus.OPEN,) * 5, *AccountStatus))


def newest(things: list, pick: int):
    """Choose among the last few: the oldest are mostly resolved, refunded and spent."""
    return things[-1 - pick % min(4, len(things))]


class LedgerMachine(RuleBasedStateMachine):
    """Random commands, alone and in batches, with retries, stolen keys and late clocks."""

    @initialize()
    def begin(self) -> None:
        self.book = opening()
        self.oracle = Oracle()
        self.at = START
        self.count = 0
        self.answers: list[tuple[tuple[Transfer, ...], object]] = []
        self.lines: dict[str, list[Entry]] = {name: [] for name in THEIRS}
        self.read: list[tuple[str, int, object]] = []
        self.queued: list[Transfer] = []
        for name in THEIRS:
            self.make(TransferKind.TOPUP, "cash", name, 100)
        self.send_unless(linked=False)

    # -- building ----------------------------------------------------------------------------

    def make(self, kind: TransferKind, debit: str, credit: str, amount: int, **more) -> None:
        if amount <= 0:
            return  # not assume(): that would throw the whole run away
        self.count += 1
        more.setdefault("effective_at", of_micros(self.at - self.count % 3))
        self.queued.append(
            Transfer(
                id=f"t{self.count}",
                kind=kind,
                debit=debit,
                credit=credit,
                amount=Money(amount, "USD"),
                **more,
            )
        )

    def send_unless(self, linked: bool) -> None:
        """Send what is queued, or keep it for one batch with what comes next."""
        if not self.queued or (linked and len(self.queued) < 4):
            return
        batch, self.queued = tuple(self.queued), []
        self.send(batch)

    def send(self, batch: tuple[Transfer, ...]) -> None:
        before, at = self.book, of_micros(self.at)
        result = post(before, batch, at=at)
        self.book = before.after(batch, result, at=at)
        if isinstance(result, Posted):
            self.check_posted(batch, before, result)
            self.oracle.done += batch
            for entry in result.entries:
                self.lines[entry.account].append(entry)
        else:
            assert self.book.accounts == before.accounts, "I13 a rejection moved money"
            assert self.book.holds == before.holds, "I13 a rejection changed a hold"
        if isinstance(result, Rejected):
            self.check_rejected(batch, before, result)
        self.answers.append((batch, result))

    # -- rules -------------------------------------------------------------------------------

    @rule(name=names, amount=st.integers(1, 300), linked=rarely)
    def pay_in(self, name, amount, linked) -> None:
        self.make(TransferKind.TOPUP, "cash", name, amount)
        self.send_unless(linked)

    @rule(
        name=names,
        edge=edges,
        kind=st.sampled_from(DRAWS),
        to=st.sampled_from(("revenue", "a", "c")),
        life=st.integers(1, 9),
        linked=rarely,
        small=st.booleans(),
    )
    def draw(self, name, edge, kind, to, life, linked, small) -> None:
        to = "revenue" if name == to else to
        floor = self.book.accounts[name].floor
        free = self.oracle.available(name) - (floor if isinstance(floor, int) else -100)
        amount = 1 + abs(edge) if small else free + edge
        more = {"expires_at": of_micros(self.at + life)} if kind is TransferKind.HOLD else {}
        self.make(kind, name, to, amount, **more)
        self.send_unless(linked)

    @precondition(lambda self: self.oracle.of(TransferKind.HOLD))
    @rule(
        pick=picks,
        kind=st.sampled_from((TransferKind.CAPTURE, TransferKind.VOID, TransferKind.EXPIRE)),
        edge=edges,
        whole=st.booleans(),
        clock=st.sampled_from((None, None, None, -1, 0, 1)),
        linked=rarely,
    )
    def resolve(self, pick, kind, edge, whole, clock, linked) -> None:
        holds = self.oracle.of(TransferKind.HOLD)
        hold = newest(holds, pick)
        if clock is not None:
            # Only forward: the ledger's clock never goes back.
            expiry = (hold.expires_at - of_micros(0)) // timedelta(microseconds=1)
            self.at = max(self.at, expiry + clock)
        amount = hold.amount.minor + (edge if kind is TransferKind.CAPTURE and not whole else 0)
        self.make(kind, hold.debit, hold.credit, amount, ref=hold.id)
        self.send_unless(linked)

    @precondition(lambda self: self.oracle.of(TransferKind.CHARGE, TransferKind.CAPTURE))
    @rule(pick=picks, edge=edges, small=st.booleans(), linked=rarely)
    def refund(self, pick, edge, small, linked) -> None:
        charges = self.oracle.of(TransferKind.CHARGE, TransferKind.CAPTURE)
        charge = newest(charges, pick)
        left = charge.amount.minor - self.oracle.net_refunded(charge.id)
        amount = 1 if small else left + edge
        self.make(TransferKind.REFUND, charge.credit, charge.debit, amount, ref=charge.id)
        self.send_unless(linked)

    @precondition(lambda self: self.oracle.of(TransferKind.REFUND))
    @rule(pick=picks, edge=edges, forced=st.booleans(), linked=rarely)
    def reverse(self, pick, edge, forced, linked) -> None:
        refunds = self.oracle.of(TransferKind.REFUND)
        refund = newest(refunds, pick)
        kind = TransferKind.REFUND_REVERSAL
        left = refund.amount.minor - self.oracle.paid_back(refund.id, kind)
        more = {"forced": True, "actor": "op", "reason": "sold after all"} if forced else {}
        self.make(kind, refund.credit, refund.debit, left + edge, ref=refund.id, **more)
        self.send_unless(linked)

    @rule(name=names, given=st.integers(1, 60), more=st.integers(0, 60), edge=edges)
    def draw_twice_with_money_between(self, name, given, more, edge) -> None:
        """One batch whose sum fits, while a step in the middle may not."""
        floor = self.book.accounts[name].floor
        free = self.oracle.available(name) - (floor if isinstance(floor, int) else -100)
        self.make(TransferKind.CHARGE, name, "revenue", free + edge)
        self.make(TransferKind.TOPUP, "cash", name, given)
        self.make(TransferKind.CHARGE, name, "revenue", min(given, more))
        self.send_unless(linked=False)

    @rule(
        name=names,
        amount=st.integers(2, 20),
        kinds=st.lists(st.sampled_from(sorted(RESOLVING, key=str)), min_size=1, max_size=2),
        edge=edges,
        clock=st.sampled_from((None, None, -1, 0)),
    )
    def hold_and_end(self, name, amount, kinds, edge, clock) -> None:
        self.make(TransferKind.TOPUP, "cash", name, amount)
        life = of_micros(self.at + 3)
        self.make(TransferKind.HOLD, name, "revenue", amount, expires_at=life)
        self.send_unless(linked=False)
        hold = f"t{self.count}"
        self.at += 0 if clock is None else 3 + clock
        for kind in kinds:
            asked = amount + (edge if kind is TransferKind.CAPTURE else 0)
            self.make(kind, name, "revenue", asked, ref=hold)
            self.send_unless(linked=False)

    @rule(name=names, amount=st.integers(1, 20), edge=edges, edge_again=edges)
    def sell_and_take_back(self, name, amount, edge, edge_again) -> None:
        self.make(TransferKind.TOPUP, "cash", name, amount)
        self.make(TransferKind.CHARGE, name, "revenue", amount)
        self.send_unless(linked=False)
        charge = f"t{self.count}"
        for kind, asked in ((TransferKind.REFUND, amount), (TransferKind.REFUND, edge)):
            self.make(kind, "revenue", name, asked, ref=charge)
            self.send_unless(linked=False)
        refund = f"t{self.count - (edge > 0)}"
        self.make(TransferKind.REFUND_REVERSAL, name, "revenue", amount, ref=refund)
        self.make(TransferKind.REFUND, "revenue", name, amount + edge_again, ref=charge)
        self.send_unless(linked=False)

    @rule(name=names, status=statuses)
    def switch(self, name, status) -> None:
        accounts = dict(self.book.accounts)
        accounts[name] = replace(accounts[name], status=status)
        self.book = replace(self.book, accounts=accounts)

    @rule(steps=st.integers(0, 3))
    def tick(self, steps) -> None:
        self.at += steps

    @precondition(lambda self: self.answers)
    @rule(pick=picks)
    def retry(self, pick) -> None:
        batch, answer = newest(self.answers, pick)
        before = self.book
        again = post(before, batch, at=of_micros(self.at))
        assert type(again) is type(answer), "I10 another answer to the same key"
        if isinstance(answer, Posted):
            assert again.outcome == answer.outcome, "I10 another answer to the same key"
            assert again.replayed, "I10 a retry was executed again"
        else:
            assert again == answer, "I10 another answer to the same key"
        after = before.after(batch, again, at=of_micros(self.at))
        assert after == before, "I10 a retry changed something"

    @precondition(lambda self: any(not isinstance(r, KeyConflict) for _, r in self.answers))
    @rule(pick=picks, field=st.sampled_from(("amount", "credit", "reason", "effective_at")))
    def steal_key(self, pick, field) -> None:
        kept = [b for b, r in self.answers if not isinstance(r, KeyConflict)]
        batch = newest(kept, pick)
        first = batch[0]
        other = {
            "amount": first.amount + Money(1, "USD"),
            "credit": next(n for n in OURS if n not in (first.debit, first.credit)),
            "reason": f"{first.reason}!",
            "effective_at": first.effective_at + timedelta(microseconds=1),
        }
        changed = (replace(first, **{field: other[field]}), *batch[1:])
        result = post(self.book, changed, at=of_micros(self.at))
        assert result == KeyConflict(first.id), "I11 a key was taken for something else"

    @precondition(lambda self: any(len(b) > 1 for b, r in self.answers if isinstance(r, Posted)))
    @rule(pick=picks)
    def resend_part(self, pick) -> None:
        batches = [b for b, r in self.answers if isinstance(r, Posted) and len(b) > 1]
        batch = newest(batches, pick)
        result = post(self.book, batch[:-1], at=of_micros(self.at))
        assert result == KeyConflict(batch[0].id), "I11 part of a batch passed for the whole"

    # -- what holds --------------------------------------------------------------------------

    def check_posted(self, batch, before: Book, result: Posted) -> None:
        self.check_steps(batch, before, result)
        deltas = guards(batch, accounts=result.accounts, holds=result.holds)
        assert [delta.account for delta in deltas] == [each.id for each in result.accounts]
        for delta in deltas:
            old, new = before.accounts[delta.account], self.book.accounts[delta.account]
            assert new.credits_posted - old.credits_posted == delta.credits_posted
            assert new.debits_posted - old.debits_posted == delta.debits_posted
            assert new.credits_pending - old.credits_pending == delta.credits_pending
            assert new.debits_pending - old.debits_pending == delta.debits_pending
            assert new.seq - old.seq == delta.entries
            assert old.status in delta.statuses, "I23 the guard knows other statuses than post"
            if isinstance(old.floor, int) and delta.requires is not None:
                assert old.available - old.floor >= delta.requires, "I4 the guard asks for more"
        lines = entries_after(batch, accounts=result.accounts, holds=result.holds)
        assert lines == result.entries, "guarded and decided entries differ"

    def check_steps(self, batch, before: Book, result: Posted) -> None:
        """One by one on the oracle: every rule held at every step of the batch."""
        oracle = Oracle()
        oracle.done = list(self.oracle.done)
        one_by_one = before
        for each in batch:
            self.check_allowed(oracle, each, before)
            oracle.done.append(each)
            single = post(one_by_one, (each,), at=result.at)
            assert isinstance(single, Posted), "I18 a batch does what its parts may not"
            one_by_one = one_by_one.after((each,), single, at=result.at)
        assert one_by_one.accounts == self.book.accounts, "I18 a batch differs from its parts"
        assert one_by_one.holds == self.book.holds, "I18 a batch differs from its parts"

    def check_allowed(self, oracle: Oracle, each: Transfer, before: Book) -> None:
        floor = before.accounts[each.debit].floor
        if each.kind in (TransferKind.CAPTURE, TransferKind.VOID, TransferKind.EXPIRE):
            assert each.ref not in oracle.ends(), "I14 a hold was resolved twice"
            hold = next(t for t in oracle.done if t.id == each.ref)
            assert each.amount.minor <= hold.amount.minor, "I14 captured above the hold"
            late = of_micros(self.at) >= hold.expires_at
            assert not (late and each.kind is TransferKind.CAPTURE), "I14 captured too late"
            assert late or each.kind is not TransferKind.EXPIRE, "I14 expired too early"
        elif isinstance(floor, int) and not each.forced:
            free = oracle.available(each.debit) - each.amount.minor
            assert free >= floor, "I4 went below the floor"
        if each.kind is TransferKind.REFUND:
            charge = next(t for t in oracle.done if t.id == each.ref)
            total = oracle.net_refunded(charge.id) + each.amount.minor
            assert total <= charge.amount.minor, "I9 refunded beyond the charge"
        for name in (each.debit, each.credit):
            if before.accounts[name].status is AccountStatus.CLOSED:
                kinds = (TransferKind.VOID, TransferKind.EXPIRE, TransferKind.REFUND)
                assert each.kind in kinds, "I23 a closed account took part"

    def check_rejected(self, batch, before: Book, result: Rejected) -> None:
        assert result.sentence
        data = dict(result.data)
        if result.code is Code.INSUFFICIENT_FUNDS:
            assert data["available"] - data["asked"] < data["floor"], "I4 refused what fits"
            known = {*before.holds, *(each.id for each in batch)}
            index = [each.id for each in batch].index(data["transfer"])
            usable = [
                each
                for place, each in enumerate(batch)
                if place <= index or each.ref in known or each.mode is Mode.DIRECT
            ]
            deltas = guards(usable, accounts=before.accounts.values(), holds=before.holds.values())
            short = [d for d in deltas if d.account == data["account"]]
            old = before.accounts[short[0].account]
            assert old.available - old.floor < short[0].requires, "I4 the guard lets it pass"
        if result.code is Code.REFUND_BEYOND_CHARGE:
            # Earlier refunds of the same batch count, so what is left may be less, never more.
            charge = next(t for t in (*self.oracle.done, *batch) if t.id == data["charge"])
            most = charge.amount.minor - self.oracle.net_refunded(charge.id)
            reversals = [t for t in batch if t.kind is TransferKind.REFUND_REVERSAL]
            assert data["left"] <= most + sum(t.amount.minor for t in reversals), "I9 quota grew"
            if len(batch) == 1:
                assert data["left"] == most, "I9 quota is not the fold of refunds"

    @invariant()
    def balances_are_sums(self) -> None:
        for name in THEIRS:
            held = self.book.accounts[name]
            for figure in (held.debits_posted, held.credits_posted, held.debits_pending):
                assert type(figure) is int, "I22 money that is no whole number"
                assert figure >= 0, "I3 a counter below zero"
            assert held.posted == self.oracle.posted(name), "I5 posted is not the sum"
            assert held.pending == self.oracle.pending(name), "I5 pending is not the open holds"
            assert held.credits_pending == self.oracle.incoming(name), "I2 incoming holds differ"
            assert held.available == held.posted - held.debits_pending, "I4 available"

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        ours = sum(self.oracle.posted(name) for name in OURS)
        theirs = sum(self.book.accounts[name].posted for name in THEIRS)
        assert ours + theirs == 0, "I1 debits and credits differ"

    @invariant()
    def lines_refold(self) -> None:
        holds = [h for h in self.book.holds.values() if h.status is HoldStatus.OPEN]
        for name, lines in self.lines.items():
            held = self.book.accounts[name]
            assert verify(lines, held, holds) is None, "I6 I7 the lines do not fold"
            links = chain(lines, self.book.transfers)
            assert verify_links(lines, self.book.transfers, links) is None, "I24"
            assert balance_at_seq(lines, held.seq).posted == held.posted, "I7"

    @invariant()
    def the_past_stays(self) -> None:
        for name, at, seen in self.read[-12:]:
            assert balance_at(self.lines[name], of_micros(at)) == seen, "I20 the past changed"
        for name in THEIRS:
            self.read.append((name, self.at - 1, self.of(name, self.at - 1)))

    def of(self, name: str, at: int) -> object:
        return balance_at(self.lines[name], of_micros(at))
