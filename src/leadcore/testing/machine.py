"""A state machine of the whole back office: any store beside the reference, step by step.

    class MyMachine(BackOfficeMachine):
        def make_store(self):
            return MyStore(...)

    TestMyMachine = MyMachine.TestCase

Hypothesis draws how the back office is set up and what happens in it, one rule for each act of
`leadcore.testing.stage`, and shrinks what fails to the fewest steps that show it. Each step is done
on the store and on the reference, and must be answered alike; what is cheap to judge is judged at
once, everything that can be read and every law when the curtain falls. `StoreContract` runs it too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from leadcore import back_office as bo
from leadcore.accounts import prepaid_account, revenue_account
from leadcore.balances import LedgerAccount, Posted, Transfer, TransferKind
from leadcore.errors import LeadcoreError
from leadcore.testing.laws import reading, violations
from leadcore.testing.ledger_laws import ledger_violations, round_trip_violations
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import new_seller
from leadcore.testing.scenes import person as person_of
from leadcore.testing.stage import FUNDINGS, ORDERS, REFUNDS, WAYS, Case, Plan, Stage, Step
from leadcore.testing.strategies import submissions
from leadcore.values import Money, Unlimited

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hypothesis.strategies import SearchStrategy

    from leadcore.ports import Store
    from leadcore.submissions import Submission

__all__ = ["BackOfficeMachine", "machine_of", "plans"]

_SMALL = st.integers(0, 7)
_GAPS = st.builds(
    timedelta,
    hours=st.sampled_from((0, 0, 0, 1, 24, 48, 119, 120)),
    microseconds=st.sampled_from((0, 0, 1, 60_000_000, 1_800_000_000)),
)
_ASKED = st.builds(
    timedelta,
    hours=st.sampled_from((1, 1, 24, 119, 120)),
    microseconds=st.sampled_from((-1, 0, 0, 1, 60_000_000)),
)
_TICKS = st.sampled_from((-1, 0, 0, 1))

_ONCE = (
    bo.CloseAuction,
    bo.ConfirmDelivery,
    bo.ExpireDelivery,
    bo.FailDelivery,
    bo.Fund,
    bo.OfferLead,
    bo.PlaceBid,
    bo.PostLead,
    bo.ReceiveLead,
    bo.ReceiveNotice,
    bo.RefundAccount,
    bo.RequestPayment,
    bo.RequestRefund,
    bo.ResellLead,
    bo.SettlePayment,
)
"""What moves money once, however often it is said, because it carries a key of its own."""


def plans() -> SearchStrategy[Plan]:
    """Draw how a back office is set up."""
    return st.builds(
        Plan,
        ways=st.integers(0, len(WAYS) - 1),
        refunds=st.integers(0, len(REFUNDS) - 1),
        funding=st.integers(0, len(FUNDINGS) - 1),
        orders=st.tuples(*[st.integers(0, len(ORDERS) - 1)] * 4),
        funds=st.sampled_from((12_000, 50_000, 4_000, 2_500, 2_499)),
        weights=st.tuples(*[st.integers(1, 5)] * 4),
        quantities=st.tuples(*[st.integers(0, 4)] * 4),
        returns_reopen=st.booleans(),
    )


def _act(what: str, gaps: SearchStrategy[timedelta] = _GAPS) -> Any:  # noqa: ANN401 - Hypothesis' own rule
    def act(self: BackOfficeMachine, index: int, other: int, gap: timedelta) -> None:
        self.step(Step(what=what, index=index, other=other, gap=gap))

    # Its name is what a failing run prints.
    act.__name__ = what
    return rule(index=_SMALL, other=_SMALL, gap=gaps)(act)


class BackOfficeMachine(RuleBasedStateMachine):
    """The whole back office, driven at random on a store and on the reference."""

    def make_store(self) -> Store:
        """Give a store to be tested; a fresh one or one that is reused."""
        raise TypeError("a machine gives its store in make_store()")

    @initialize(plan=plans())
    def open(self, plan: Plan) -> None:
        """Set a back office up, on both stores."""
        seller = new_seller()
        self.mine = Stage(reader=self.make_store(), seller=seller, plan=plan)
        self.reference = Stage(reader=MemoryStore(), seller=seller, plan=plan)
        self.asked: list[Case] = []
        self.holds: list[Transfer] = []
        self.posts = 0
        for stage in (self.mine, self.reference):
            stage.set_up()
        self.sound = True

    # ------------------------------------------------------------------------------- steps

    @property
    def store(self) -> Store:
        """The store that is tested."""
        return self.mine.store

    def step(self, step: Step) -> None:
        """Do a step on both stores, and compare."""
        case, same = self.mine.case(step), self.reference.case(step)
        self._check(case == same, f"{step.what}: a lead reads otherwise than in the reference")
        if case is not None:
            answer = self._both(lambda stage: stage.run(case))
            if isinstance(case, _ONCE) and not _refused(answer):
                self.asked.append(case)

    def _both(self, do: Callable[[Stage], object]) -> object:
        before = self._money()
        answer, wanted = self._on_both(do)
        self._check(answer == wanted, f"the store answers {answer}, the reference {wanted}")
        self._judge(before, refused=_refused(answer))
        return answer

    def _on_both(self, do: Callable[[Stage], object]) -> tuple[object, object]:
        self.sound = False  # whatever is raised here fails the step
        answers = do(self.mine), do(self.reference)
        self.sound = True
        return answers

    def _check(self, holds: bool, sentence: str) -> None:  # noqa: FBT001 - what is checked
        # What fails is not judged again at the end: the first sentence is the one to read.
        self.sound = self.sound and holds
        if not holds:
            raise AssertionError(sentence)

    def _money(self) -> tuple[object, ...]:
        return tuple(self.store.ledger_account(name) for name in self._ledgers())

    def _ledgers(self) -> tuple[str, ...]:
        return tuple(prepaid_account(self.mine.account(index)) for index in range(2))

    def _judge(self, before: tuple[object, ...], *, refused: bool) -> None:
        """Judge what is cheap to judge."""
        if refused:
            self._check(self._money() == before, "I13 what was refused moved money")
        for name, was in zip(self._ledgers(), before, strict=True):
            mine, wanted = self.store.ledger_account(name), self._wanted().ledger_account(name)
            self._check(mine == wanted, f"{name} differs from the reference's")
            if mine is not None:
                self._check(not _overdrawn(mine, was), f"I4 {name} is overdrawn: {mine}")
                held = self.store.balance(name)
                said = f"I5 the balance of {name} is {held}, its account is at {mine.posted}"
                self._check((held.posted, held.pending) == (mine.posted, mine.pending), said)

    def _wanted(self) -> Store:
        return self.reference.store

    # ------------------------------------------------------------------------------- rules

    @rule(submission=submissions(people=4, test=False), gap=_GAPS)
    def receive(self, submission: Submission, gap: timedelta) -> None:
        """A lead comes."""
        self.step(Step(what="receive", submission=submission, gap=gap))

    @rule(person=st.integers(0, 3), gap=_GAPS)
    def receive_plainly(self, person: int, gap: timedelta) -> None:
        """A lead comes of which nothing is drawn but who it is."""
        self.step(Step(what="receive", submission=person_of(person), gap=gap))

    @rule(submission=submissions(people=4, test=True))
    def receive_a_test(self, submission: Submission) -> None:
        """A lead comes that is only a test."""
        self.step(Step(what="receive", submission=submission))

    repeat, offer, resell = map(_act, ("repeat", "offer", "resell"))
    confirm, fail, lapse = map(_act, ("confirm", "fail", "lapse"))
    bid, no_bid, shut, post = map(_act, ("bid", "no_bid", "shut", "post"))
    assign, attempt, contact = map(_act, ("assign", "attempt", "contact"))
    request, request_late = (_act("request", gaps) for gaps in (_ASKED, _GAPS))
    grant, verify, approve, decline = map(_act, ("grant", "verify", "approve", "decline"))
    reverse, reinstate = map(_act, ("reverse", "reinstate"))
    fund, take_back, expire_bonus = map(_act, ("fund", "take_back", "expire_bonus"))
    pay, settle, notice, repay = map(_act, ("pay", "settle", "notice", "repay"))
    watch, check, renew = map(_act, ("watch", "check", "renew"))
    pause, resume, edit, close = map(_act, ("pause", "resume", "edit", "close"))
    stop, activate, terms, credit = map(_act, ("stop", "activate", "terms", "credit"))
    move, disable, enable = map(_act, ("move", "disable", "enable"))

    @rule(person=st.integers(0, 3), what=st.sampled_from(("reverse", "resell", "reinstate")))
    def sell_return_and(self, person: int, what: str) -> None:
        """A lead that is sold, delivered where that comes first, returned, approved, and then."""
        hour = timedelta(hours=1)
        self.step(Step(what="receive", submission=person_of(person)))
        for act in ("confirm", "request", "approve", what, "reinstate"):
            self.step(
                Step(what=act, index=-1, other=5, gap=hour if act == "request" else hour / 60)
            )

    @rule(
        person=st.integers(0, 3),
        bids=st.lists(_SMALL, max_size=4),
        wait=st.sampled_from((0, 1, 4, 6)),
        end=st.sampled_from(("post", "fail", "lapse")),
        other=_SMALL,
    )
    def auction_and(self, person: int, bids: list[int], wait: int, end: str, other: int) -> None:
        """A lead is auctioned where that is the way: bids, the close, and what comes of it."""
        self.step(Step(what="receive", submission=person_of(person)))
        for bidder in bids:
            self.step(Step(what="bid", index=-1, other=bidder))
        self.step(Step(what="shut", index=-1, gap=timedelta(hours=wait)))
        late = timedelta(hours=8) if end == "lapse" else timedelta()
        self.step(Step(what=end, index=-1, other=other, gap=late))
        self.step(Step(what="post", index=-1, other=other))

    @rule(index=_SMALL)
    def ask_again(self, index: int) -> None:
        """Say one of the last things once more, as after an answer that was lost."""
        if not self.asked:
            return
        case = self.asked[-1 - index % min(8, len(self.asked))]
        before = self._money()
        self._both(lambda stage: stage.run(case))
        said = f"I10 {type(case).__name__} said again moved money"
        self._check(self._money() == before, said)

    @rule(index=_SMALL, other=_SMALL)
    def several_at_once(self, index: int, other: int) -> None:
        """Two steps in one transaction: both, or neither."""
        steps = (Step(what="fund", index=index, other=other), Step(what="repeat", index=other))
        cases = tuple(case for step in steps if (case := self.mine.case(step)))
        for step in steps:
            self.reference.case(step)

        def run(stage: Stage) -> object:
            try:
                return stage.store.run_many(cases)
            except LeadcoreError as error:
                return type(error).__name__, str(error)

        self._both(run)

    # ------------------------------------------------------------------------------ ledger

    @rule(index=_SMALL, tick=_TICKS, hold=st.booleans())
    def draw(self, index: int, tick: int, hold: bool) -> None:  # noqa: FBT001 - it is drawn
        """Charge or hold exactly what is available, one more, or one less."""
        name = self._ledgers()[index % 2]
        free = self.store.balance(name).available + tick
        kind = TransferKind.HOLD if hold else TransferKind.CHARGE
        if 0 < free <= 5_000:  # noqa: PLR2004 - not everything a rich account has
            self._post(self._transfer(kind, name, free))

    @rule(index=_SMALL, amount=st.integers(1, 300), hold=st.booleans())
    def draw_a_little(self, index: int, amount: int, hold: bool) -> None:  # noqa: FBT001 - it is drawn
        """Charge or hold a little."""
        kind = TransferKind.HOLD if hold else TransferKind.CHARGE
        self._post(self._transfer(kind, self._ledgers()[index % 2], amount))

    @rule(index=_SMALL, tick=_TICKS)
    def draw_beside_a_hold(self, index: int, tick: int) -> None:
        """Hold nearly everything, and charge what is left, or one more, or one less."""
        name = self._ledgers()[index % 2]
        free = self.store.balance(name).available
        if 10 < free <= 60_000:  # noqa: PLR2004 - there is something to hold
            self._post(self._transfer(TransferKind.HOLD, name, free - 7))
            self._post(self._transfer(TransferKind.CHARGE, name, 7 + tick))

    @rule(
        index=_SMALL,
        tick=_TICKS,
        kind=st.sampled_from((TransferKind.CAPTURE, TransferKind.VOID, TransferKind.EXPIRE)),
        late=st.sampled_from((None, None, -1, 0)),
    )
    def resolve(self, index: int, tick: int, kind: TransferKind, late: int | None) -> None:
        """End a hold, open or not: in time, or within a microsecond of its end."""
        if not self.holds:
            return
        hold = self.holds[index % len(self.holds)]
        end = hold.expires_at
        if late is not None and end is not None:
            for stage in (self.mine, self.reference):
                stage.clock.append(max(stage.now, end + timedelta(microseconds=late)))
        amount = hold.amount.minor + (tick if kind is TransferKind.CAPTURE else 0)
        if amount > 0:
            self._post(self._transfer(kind, hold.debit, amount, ref=hold.id))

    def _transfer(
        self, kind: TransferKind, debit: str, minor: int, ref: str | None = None
    ) -> Transfer:
        self.posts += 1
        held: datetime | None = None
        if kind is TransferKind.HOLD:
            held = self.mine.now + timedelta(hours=2)
        return Transfer(
            id=f"{self.mine.seller}/post-{self.posts}",
            kind=kind,
            debit=debit,
            credit=revenue_account(self.mine.seller),
            amount=Money(minor, "USD"),
            effective_at=self.mine.now,
            expires_at=held,
            ref=ref,
        )

    def _post(self, transfer: Transfer) -> None:
        def post(stage: Stage) -> object:
            (answer,) = stage.store.post([(transfer,)], at=stage.now)
            return answer

        before = self._money()
        answer, wanted = self._on_both(post)
        self._check(answer == wanted, f"the ledger answers {answer}, the reference's {wanted}")
        self._judge(before, refused=not isinstance(answer, Posted))
        if isinstance(answer, Posted) and transfer.kind is TransferKind.HOLD:
            self.holds.append(transfer)
        self._post_again(transfer, answer, post)

    def _post_again(
        self, transfer: Transfer, answer: object, post: Callable[[Stage], object]
    ) -> None:
        """Say it again, and say something else under its key."""
        before = self._money()
        again, _ = self._on_both(post)
        # What it says of the accounts is of now; what it did is not done again.
        self._check(type(again) is type(answer), "I10 another answer to the same key")
        self._check(self._money() == before, "I10 a key used again moved money")
        more = replace(transfer, amount=transfer.amount + Money(1, "USD"))
        try:
            self.store.post([(more,)], at=self.mine.now)
        except LeadcoreError:
            return
        self._check(False, "I11 a key was taken for something else")  # noqa: FBT003 - it never holds

    # --------------------------------------------------------------------------------- end

    def teardown(self) -> None:
        """Judge everything: what can be read, and every law."""
        if not getattr(self, "sound", False):
            return  # the store could not even be set up, or a step has said what is wrong
        seller = self.mine.seller
        said = (
            *_differences(reading(self.store, seller), reading(self._wanted(), seller)),
            *violations(self.store, seller),
            *ledger_violations(self.store, seller),
            *round_trip_violations(self.store, seller),
        )
        assert said == (), "\n".join(said)


def _differences(mine: dict[str, object], wanted: dict[str, object]) -> tuple[str, ...]:
    return tuple(
        f"{name} reads otherwise than in the reference: {mine.get(name)}, not {wanted.get(name)}"
        for name in sorted(mine.keys() | wanted.keys())
        if mine.get(name) != wanted.get(name)
    )


def _overdrawn(account: LedgerAccount, was: object) -> bool:
    """Was more drawn than the floor leaves? What a lowered limit left below it may stay there."""
    if isinstance(account.floor, Unlimited) or account.available >= account.floor:
        return False
    return not isinstance(was, LedgerAccount) or account.available < was.available


def _refused(answer: object) -> bool:
    """Is it what a stage gives for an error: its name, and what it says?"""
    match answer:
        case (str(), str()):
            return True
        case _:
            return False


def machine_of(make_store: Callable[[], Store]) -> type[BackOfficeMachine]:
    """Give the machine of a store that is made so."""

    class Machine(BackOfficeMachine):
        """The machine of one store."""

        def make_store(self) -> Store:
            return make_store()

    return Machine
