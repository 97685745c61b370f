"""Contracts: one class for each port; an adapter's author fills in one method and runs pytest.

    class TestMyStore(StoreContract):
        def make_store(self):
            return MyStore(...)

The store is asked for once for each test; every example uses a seller of its own, so the store need
not be emptied between them. The reference store plays along, and both must give the same answers.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from attrs import frozen
from hypothesis import HealthCheck, given, settings

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms, prepaid_account
from leadcore.balances import Posted, Rejected, Transfer, TransferKind
from leadcore.decider import Change
from leadcore.errors import Conflict, Malformed
from leadcore.outcomes import Outcome
from leadcore.ports import LeadQuery, SellerFacts, SellerNeeds
from leadcore.refunds import Refund
from leadcore.submissions import Source, Submission
from leadcore.testing.memory import MemoryStore
from leadcore.testing.play import Play, Step, perform, plays, reading, violations
from leadcore.values import AccountId, LeadId, Money, Phone, SaleId, SellerId

if TYPE_CHECKING:
    from leadcore.ports import Store

__all__ = ["StoreContract"]

_AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
_numbers = itertools.count(1)


def _seller() -> SellerId:
    return SellerId(f"seller-{next(_numbers)}")


class StoreContract:
    """What every store must do; see `leadcore.ports.Store`."""

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a contract's test class gives its store in make_store()")

    # ------------------------------------------------------------------ the whole back office

    @settings(suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow])
    @given(play=plays())
    def test_does_what_the_reference_does(self, play: Play) -> None:
        """Every step is answered as the reference answers it, and everything reads the same."""
        store, reference, seller = self.make_store(), MemoryStore(), _seller()
        answers = perform(store, play, seller)
        assert answers == perform(reference, play, seller)
        assert reading(store, seller) == reading(reference, seller)

    @settings(suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow])
    @given(play=plays())
    def test_keeps_the_laws(self, play: Play) -> None:
        """Money is conserved, walls hold, the journal folds to the rows."""
        store, seller = self.make_store(), _seller()
        perform(store, play, seller)
        assert violations(store, seller) == ()

    # ------------------------------------------------------------------------------- guards

    def test_a_stale_version_is_a_conflict_and_the_use_case_runs_again(self) -> None:
        """The second of two writers sees what the first did."""
        store, seller = self.make_store(), _seller()
        store.run(_terms(seller, "First"))
        racing = _Racing(seller_id=seller, stale_times=2, calls=[])
        assert store.run(racing) == "done after 3"

    def test_an_outcome_that_fails_leaves_nothing(self) -> None:
        """Events, money and messages are committed whole or not at all."""
        store, seller = self.make_store(), _seller()
        account = _funded(store, seller, 5_000)
        before = reading(store, seller)
        bad = _Overdraw(account_id=account, seller_id=seller, amount=5_001)
        try:
            store.run(bad)
        except (Conflict, Malformed):
            refused = True
        else:
            refused = False
        assert refused
        assert reading(store, seller) == before

    def test_several_in_one_transaction_are_all_or_none(self) -> None:
        """One that raises takes those before it with it."""
        store, seller = self.make_store(), _seller()
        store.run(_terms(seller, "Seller"))
        good = _reception(seller, 1)
        try:
            store.run_many([good, _reception(SellerId("nobody"), 2)])
        except LookupError:
            raise
        except Exception:  # noqa: BLE001 - whichever way it fails, nothing may be left
            failed = True
        else:
            failed = False
        assert failed
        assert store.lead(good.lead_id) is None
        assert store.run_many([good, _reception(seller, 3)])[0].lead.id == good.lead_id

    # ------------------------------------------------------------------------------- ledger

    def test_a_key_used_again_changes_nothing(self) -> None:
        """The same payment twice is one payment; the same key for another is refused."""
        store, seller = self.make_store(), _seller()
        account = _funded(store, seller, 5_000)
        payment = bo.Fund(
            seller_id=seller,
            account_id=account,
            key="payment-1",
            amount=Money(700, "USD"),
            actor="staff",
            at=_AT,
        )
        assert store.run(payment) == store.run(payment)
        assert store.balance(prepaid_account(account)).posted == 5_700
        try:
            store.run(replace(payment, amount=Money(701, "USD")))
        except Malformed as error:
            assert "payment-1" in str(error)
        else:
            raise AssertionError("a key was taken for two payments")
        assert store.balance(prepaid_account(account)).posted == 5_700

    def test_rejections_are_stored_too(self) -> None:
        """What was refused stays refused under its key, even when there is money later."""
        store, seller = self.make_store(), _seller()
        account = _funded(store, seller, 100)
        charge = _charge(seller, account, "too-much", 101)
        (first,) = store.post([(charge,)], at=_AT)
        assert isinstance(first, Rejected)
        store.run(
            bo.Fund(
                seller_id=seller,
                account_id=account,
                key="more",
                amount=Money(1_000, "USD"),
                actor="staff",
                at=_AT,
            )
        )
        (second,) = store.post([(charge,)], at=_AT + timedelta(days=1))
        assert second == first
        (third,) = store.post([(replace(charge, id=f"{seller}/other"),)], at=_AT)
        assert isinstance(third, Posted)
        assert store.balance(prepaid_account(account)).posted == 999
        assert store.audit() == ()

    def test_holds_reserve_and_are_resolved_once(self) -> None:
        """Reserved money can't be spent; a hold is captured or released, never both."""
        store, seller = self.make_store(), _seller()
        account = _funded(store, seller, 1_000)
        hold = replace(
            _charge(seller, account, "hold", 800),
            kind=TransferKind.HOLD,
            expires_at=_AT + timedelta(hours=1),
        )
        spend = _charge(seller, account, "spend", 300)
        capture = replace(
            hold, id=f"{seller}/cap", kind=TransferKind.CAPTURE, ref=hold.id, expires_at=None
        )
        void = replace(capture, id=f"{seller}/void", kind=TransferKind.VOID)
        answers = store.post([(hold,), (spend,), (capture,), (void,)], at=_AT)
        assert [type(answer) for answer in answers] == [Posted, Rejected, Posted, Rejected]
        held = store.balance(prepaid_account(account))
        assert (held.posted, held.pending) == (200, 0)
        assert store.audit() == ()

    def test_balance_as_of_any_instant(self) -> None:
        """What an account held at an instant never changes when later entries come."""
        store, seller = self.make_store(), _seller()
        account = _funded(store, seller, 1_000)
        ledger = prepaid_account(account)
        for day in (1, 2, 3):
            charge = _charge(seller, account, f"day-{day}", 100)
            store.post([(charge,)], at=_AT + timedelta(days=day))
        then = _AT + timedelta(days=2)
        assert store.balance(ledger, then).posted == 800
        assert store.balance(ledger, then - timedelta(microseconds=1)).posted == 900
        assert store.balance(ledger, _AT - timedelta(microseconds=1)).posted == 0
        assert store.balance(ledger).posted == 700
        lines = store.statement(ledger, since=then)
        assert [line.entry.amount for line in lines] == [-100, -100]

    # ---------------------------------------------------------------------------------- lists

    def test_pages_join_to_the_whole_list(self) -> None:
        """Every lead is on exactly one page, newest first."""
        store, seller = self.make_store(), _seller()
        store.run(_terms(seller, "Seller"))
        store.run_many([_reception(seller, number) for number in range(7)])
        whole = store.leads(LeadQuery(seller_id=seller, limit=50))
        pages: list[Any] = []
        after = None
        while page := store.leads(LeadQuery(seller_id=seller, limit=3, after=after)):
            pages.extend(page)
            after = page[-1].id
        assert tuple(pages) == whole
        assert [lead.received_at for lead in whole] == sorted(
            (lead.received_at for lead in whole), reverse=True
        )

    def test_the_same_submission_twice_is_one_lead(self) -> None:
        """An import that is restarted doubles nothing."""
        store, seller = self.make_store(), _seller()
        store.run(_terms(seller, "Seller"))
        first = store.run(_reception(seller, 1))
        again = store.run(replace(_reception(seller, 1), lead_id=LeadId(f"{seller}/other")))
        assert (first.outcome, again.outcome) == (bo.Received.ACCEPTED, bo.Received.KNOWN)
        assert again.lead == first.lead
        assert store.lead(LeadId(f"{seller}/other")) is None

    def test_edges_of_the_window(self) -> None:
        """A return at exactly 120 elapsed hours is taken, a microsecond later it is not."""
        store = self.make_store()
        for tick, expected in ((0, "requested"), (1, "Refused")):
            steps = (
                Step(what="receive", submission=_person(1)),
                Step(what="request", other=3, gap=timedelta(hours=120, microseconds=tick)),
            )
            play = Play(steps=steps, quantities=(6, 6, 6, 6))
            answer = perform(store, play, _seller())[1]
            found = answer.status.value if isinstance(answer, Refund) else answer
            assert found == expected or (isinstance(found, tuple) and found[0] == expected)


def _terms(seller: SellerId, name: str) -> bo.SetSellerTerms:
    return bo.SetSellerTerms(seller_id=seller, terms=SellerTerms(name=name), at=_AT)


def _person(number: int) -> Submission:
    phone = Phone(raw=f"{number}", normal=f"+1212555{number:04d}")
    return Submission(source=Source(format="json"), phones=(phone,))


def _reception(seller: SellerId, number: int) -> bo.ReceiveLead:
    return bo.ReceiveLead(
        seller_id=seller,
        lead_id=LeadId(f"{seller}/l{number}"),
        sale_id=SaleId(f"{seller}/s{number}"),
        source_key=f"key-{number}",
        submission=_person(number),
        at=_AT + timedelta(minutes=number % 4),
    )


def _funded(store: Store, seller: SellerId, minor: int) -> AccountId:
    account = AccountId(f"{seller}/account")
    store.run(_terms(seller, "Seller"))
    command = OpenAccount(account_id=account, seller_id=seller, name="Account", currency="USD")
    store.run(bo.KeepAccount(seller_id=seller, account_id=account, command=command, at=_AT))
    store.run(
        bo.Fund(
            seller_id=seller,
            account_id=account,
            key="start",
            amount=Money(minor, "USD"),
            actor="staff",
            at=_AT,
        )
    )
    return account


def _charge(seller: SellerId, account: AccountId, key: str, minor: int) -> Transfer:
    return Transfer(
        id=f"{seller}/{key}",
        kind=TransferKind.CHARGE,
        debit=prepaid_account(account),
        credit=f"revenue:{seller}",
        amount=Money(minor, "USD"),
        effective_at=_AT,
    )


@frozen(kw_only=True)
class _Racing:
    """A use case that at first speaks of a version that is gone, as a slower writer would."""

    seller_id: SellerId
    stale_times: int
    calls: list[int]

    @property
    def needs(self) -> SellerNeeds:
        return SellerNeeds(self.seller_id)

    def decide(self, facts: SellerFacts) -> Outcome[str]:
        self.calls.append(facts.seller.version)
        honest = _terms(self.seller_id, f"Call {len(self.calls)}").decide(facts)
        if len(self.calls) > self.stale_times:
            return replace(honest, answer=f"done after {len(self.calls)}")
        (change,) = honest.changes
        stale = Change(
            kind=change.kind,
            id=change.id,
            expected=change.expected - 1,
            events=change.events,
            state=change.state,
        )
        return replace(honest, answer="stale", changes=(stale,))


@frozen(kw_only=True)
class _Overdraw:
    """A use case whose events are fine and whose money is not there."""

    seller_id: SellerId
    account_id: AccountId
    amount: int

    @property
    def needs(self) -> SellerNeeds:
        return SellerNeeds(self.seller_id)

    def decide(self, facts: SellerFacts) -> Outcome[str]:
        renamed = _terms(self.seller_id, "Renamed").decide(facts)
        charge = _charge(self.seller_id, self.account_id, "overdraw", self.amount)
        return replace(renamed, answer="never", transfers=(charge,))
