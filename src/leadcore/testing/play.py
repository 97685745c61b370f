"""Plays: whole lives of a small back office, drawn at random, played on any store, and judged.

A play is a list of plain steps. `perform` plays it on a store and gives every answer, refusals and
errors included, so two stores can be compared step by step; `leadcore.testing.laws` judges what is
left then.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore import refunds as returns
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.errors import LeadcoreError
from leadcore.leads import (
    AssignLead,
    AttemptOutcome,
    ContactAttempt,
    Lead,
    LeadStatus,
    LogAttempt,
)
from leadcore.orders import Filters, OpenOrder, OrderTerms, PauseOrder, ResumeOrder
from leadcore.people import AddUser, DisableUser, EnableUser, MoveUser, Profile
from leadcore.ports import Store, UseCase
from leadcore.refunds import Basis
from leadcore.submissions import Channel, Source, Submission
from leadcore.testing.contact_steps import ContactStep
from leadcore.testing.strategies import submissions
from leadcore.values import (
    UNLIMITED,
    AccountId,
    LeadId,
    Money,
    OrderId,
    RefundId,
    SaleId,
    SellerId,
    UserId,
    time_ordered_id,
)

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["Play", "Step", "perform", "plays"]

_START = datetime(2026, 10, 27, 14, tzinfo=UTC)  # 120 hours later the clocks have gone back
_FUNDS = 12_000
_PRICES = (2_500, 4_000, 0)


@frozen(kw_only=True)
class Step:
    """One thing that happens: what, to which of those there are (by index), and after how long."""

    what: str
    index: int = 0
    other: int = 0
    gap: timedelta = timedelta()
    submission: Submission | None = None


@frozen(kw_only=True)
class Play:
    """A back office of two accounts with two users and two orders each, and what happens in it."""

    steps: tuple[Step, ...]
    weights: tuple[int, ...] = (1, 2, 3, 1)
    quantities: tuple[int, ...] = (3, 4, 5, 6)
    returns_reopen: bool = True


_ACTIONS = (
    "receive",
    "receive",
    "receive",
    "repeat",
    "request",
    "request",
    "approve",
    "approve",
    "decline",
    "reverse",
    "reinstate",
    "resell",
    "chain",
    "chain",
    "offer",
    "fund",
    "pause",
    "resume",
    "assign",
    "attempt",
    "move",
    "disable",
    "enable",
    "contact",
    "contact",
    "contact",
)


_SUBMISSIONS = submissions(test=False)
_TESTS = submissions(test=True)
_RECEPTIONS = st.builds(Step, what=st.just("receive"), submission=_SUBMISSIONS)
_WHAT = st.sampled_from(_ACTIONS)
_EIGHT = st.integers(0, 7)
_CHAIN = st.sampled_from(
    (
        ("request", "approve", "resell", "reverse"),
        ("request", "approve", "reverse", "reinstate", "resell"),
        ("request", "approve", "resell", "reverse", "request", "approve", "reverse"),
        ("request", "approve", "resell", "request", "approve", "resell", "offer"),
    )
)
_GAPS = st.builds(
    timedelta,
    hours=st.sampled_from((0, 1, 24, 119, 120)),
    microseconds=st.sampled_from((-1, 0, 1, 60_000_000)),
)


@st.composite
def _steps(draw: DrawFn) -> tuple[Step, ...]:
    what, gap = draw(_WHAT), draw(_GAPS)
    if what == "chain":
        soon = max(gap, timedelta()) % timedelta(hours=48)
        # Index -1 is the last of whatever there is: mostly the same lead and the same return.
        return tuple(Step(what=one, index=-1, other=5, gap=soon) for one in draw(_CHAIN))
    submission = None
    if what == "receive":
        submission = draw(_SUBMISSIONS if draw(_EIGHT) else _TESTS)
    step = Step(
        what=what,
        index=draw(_EIGHT),
        other=draw(_EIGHT),
        # Only a request may lie in the past: before its sale.
        gap=gap if what == "request" else max(gap, timedelta()),
        submission=submission,
    )
    return (step,)


def _joined(first: list[Step], rest: list[tuple[Step, ...]]) -> tuple[Step, ...]:
    return (*first, *chain.from_iterable(rest))


def plays(*, most: int = 30) -> SearchStrategy[Play]:
    """Draw a play of at most so many steps or short chains of them, after some leads have come."""
    return st.builds(
        Play,
        steps=st.builds(
            _joined,
            st.lists(_RECEPTIONS, min_size=2, max_size=6),
            st.lists(_steps(), min_size=min(8, most), max_size=most),
        ),
        weights=st.tuples(*[st.integers(1, 5)] * 4),
        quantities=st.tuples(*[st.integers(0, 6)] * 4),
        returns_reopen=st.booleans(),
    )


def perform(store: Store, play: Play, seller: str) -> tuple[object, ...]:
    """Play on a store under a seller's id that it has not seen; give every answer in order."""
    stage = _Stage(store=store, seller=SellerId(seller), play=play)
    stage.set_up()
    return tuple(stage.perform(step) for step in play.steps)


@frozen(kw_only=True)
class _Stage:
    store: Store
    seller: SellerId
    play: Play
    clock: list[datetime] = field(factory=lambda: [_START])
    leads: list[LeadId] = field(factory=list[LeadId])
    refunds: list[RefundId] = field(factory=list[RefundId])
    keys: list[tuple[str, Submission]] = field(factory=list[tuple[str, Submission]])

    @property
    def now(self) -> datetime:
        return self.clock[-1]

    def account(self, index: int) -> AccountId:
        return AccountId(f"{self.seller}/a{index % 2}")

    def user(self, index: int) -> UserId:
        return UserId(f"{self.seller}/a{index % 2}/u{index // 2 % 2}")

    def order(self, index: int) -> OrderId:
        return OrderId(f"{self.seller}/o{index % 4}")

    def set_up(self) -> None:
        at = self.now
        self.store.run(
            bo.SetSellerTerms(seller_id=self.seller, terms=SellerTerms(name="Seller"), at=at)
        )
        for index in range(2):
            self.store.run(self._open_account(index))
            self.store.run(self._fund(index, "first", _FUNDS))
        for index in range(4):
            self.store.run(self._add_user(index))
        for index in range(4):
            self.store.run(self._open_order(index))

    def _open_account(self, index: int) -> bo.KeepAccount:
        account = self.account(index)
        command = OpenAccount(
            account_id=account, seller_id=self.seller, name=account, currency="USD"
        )
        return bo.KeepAccount(
            seller_id=self.seller, account_id=account, command=command, at=self.now
        )

    def _fund(self, index: int, key: str, minor: int) -> bo.Fund:
        return bo.Fund(
            seller_id=self.seller,
            account_id=self.account(index),
            key=key,
            amount=Money(minor, "USD"),
            actor="staff",
            at=self.now,
        )

    def _add_user(self, index: int) -> bo.KeepUser:
        boss = index < 2  # noqa: PLR2004 - the first user of each of the two accounts
        profile = Profile(name=f"User {index}", email="u@x.example", view_downline=boss)
        command = AddUser(
            user_id=self.user(index),
            seller_id=self.seller,
            account_id=self.account(index),
            parent_id=None if boss else self.user(index % 2),
            profile=profile,
        )
        return bo.KeepUser(
            user_id=self.user(index), account_id=self.account(index), command=command, at=self.now
        )

    def _open_order(self, index: int) -> bo.KeepOrder:
        states = None if index < 2 else frozenset({"FL", "NY"})  # noqa: PLR2004 - two of four
        terms = OrderTerms(
            user_id=self.user(index),
            price=Money(_PRICES[index % 3], "USD"),
            quantity=self.play.quantities[index] if index else UNLIMITED,
            weight=self.play.weights[index],
            filters=Filters(states=states),
            returns_reopen=self.play.returns_reopen,
        )
        command = OpenOrder(
            order_id=self.order(index),
            seller_id=self.seller,
            account_id=self.account(index),
            terms=terms,
        )
        return bo.KeepOrder(
            order_id=self.order(index),
            account_id=self.account(index),
            command=command,
            at=self.now,
        )

    def perform(self, step: Step) -> object:
        if step.what != "request":
            self.clock.append(self.now + step.gap)
        case = getattr(self, f"_do_{step.what}")(step)
        if case is None:
            return None
        try:
            answer = self.store.run(case)
        except LeadcoreError as error:
            return (type(error).__name__, str(error))
        if isinstance(case, bo.RequestRefund):
            self.refunds.append(case.refund_id)
        return answer

    def _do_receive(self, step: Step) -> UseCase[Any, Any, object]:
        number = len(self.keys)
        self.keys.append((f"key-{number}", cast("Submission", step.submission)))
        self.leads.append(self._id(number, "lead"))
        return self._reception(number)

    def _id(self, number: int, what: str) -> LeadId:
        entropy = f"{self.seller}/{what}/{number}".encode().ljust(10, b".")[-10:]
        return LeadId(f"{self.seller}/{time_ordered_id(self.now, entropy=entropy)}")

    def _reception(self, number: int) -> bo.ReceiveLead:
        key, submission = self.keys[number]
        return bo.ReceiveLead(
            seller_id=self.seller,
            lead_id=self.leads[number] if number < len(self.leads) else self._id(number, "lead"),
            sale_id=SaleId(f"{self.seller}/sale-{number}"),
            source_key=key,
            submission=submission,
            at=self.now,
        )

    def _do_repeat(self, step: Step) -> UseCase[Any, Any, object] | None:
        # The very same submission again, as an import that is restarted would bring it.
        return self._reception(step.index % len(self.keys)) if self.keys else None

    def _known(self) -> tuple[Lead, ...]:
        found = (self.store.lead(lead_id) for lead_id in self.leads)
        return tuple(lead for lead in found if lead is not None)

    def _held(self, step: Step) -> Lead | None:
        # Mostly a lead that somebody holds, by index; now and then any lead at all.
        known = self._known()
        held = tuple(lead for lead in known if lead.status is LeadStatus.SOLD)
        choice = known if step.other == 6 or not held else held  # noqa: PLR2004 - one in eight
        return choice[step.index % len(choice)] if choice else None

    def _viewer(self, lead: Lead, step: Step) -> UserId:
        # Mostly the one who holds it; else anybody: above, below, beside, or another account's.
        return lead.assigned_to if lead.assigned_to and step.other > 2 else self.user(step.other)  # noqa: PLR2004 - five in eight

    def _do_request(self, step: Step) -> UseCase[Any, Any, object] | None:
        lead = self._held(step)
        if lead is None:
            return None
        sold = lead.sale.sold_at if lead.sale else self.now
        return bo.RequestRefund(
            refund_id=RefundId(f"{self.seller}/r{len(self.clock)}/{len(self.refunds)}"),
            lead_id=lead.id,
            user_id=self._viewer(lead, step),
            reason="wrong_number",
            detail="asked the person",
            exception="hurricane" if step.other == 7 else None,  # noqa: PLR2004 - one in eight
            at=sold + step.gap,
        )

    def _decision(
        self, step: Step, command: returns.RefundCommand
    ) -> UseCase[Any, Any, object] | None:
        if not self.refunds:
            return None
        refund_id = self.refunds[step.index % len(self.refunds)]
        return bo.DecideRefund(refund_id=refund_id, command=command, at=self.now)

    def _do_approve(self, step: Step) -> UseCase[Any, Any, object] | None:
        basis = Basis.RECORDING if step.other else Basis.PERSON_SAID
        command = returns.ApproveRefund(by="staff", note="verified", basis=basis)
        return self._decision(step, command)

    def _do_decline(self, step: Step) -> UseCase[Any, Any, object] | None:
        return self._decision(step, returns.DeclineRefund(by="staff", note="not proved"))

    def _do_reverse(self, step: Step) -> UseCase[Any, Any, object] | None:
        return self._decision(step, returns.ReverseRefund(by="staff", note="became a member"))

    def _do_reinstate(self, step: Step) -> UseCase[Any, Any, object] | None:
        return self._decision(step, returns.ReinstateRefund(by="staff", note="in error"))

    def _do_resell(self, step: Step) -> UseCase[Any, Any, object] | None:
        known = self._known()
        back = tuple(lead for lead in known if lead.status is LeadStatus.REFUNDED) or known
        if not back:
            return None
        number = len(self.leads)
        fresh = self._id(number, f"again-{len(self.clock)}")
        old = back[step.index % len(back)]
        self.leads.append(fresh)
        self.keys.append((f"resale/{old.id}", Submission(source=Source(format="resale"))))
        return bo.ResellLead(
            seller_id=self.seller,
            lead_id=old.id,
            new_lead_id=fresh,
            sale_id=SaleId(f"{self.seller}/sale-{number}"),
            at=self.now,
        )

    def _do_offer(self, step: Step) -> UseCase[Any, Any, object] | None:
        if not self.leads:
            return None
        return bo.OfferLead(
            seller_id=self.seller,
            lead_id=self.leads[step.index % len(self.leads)],
            sale_id=SaleId(f"{self.seller}/offer-{len(self.clock)}"),
            at=self.now,
        )

    def _do_fund(self, step: Step) -> UseCase[Any, Any, object]:
        return self._fund(step.index, f"key-{step.other}", 1_000 * (step.index + 1))

    def _do_pause(self, step: Step) -> UseCase[Any, Any, object]:
        return self._keep_order(step, PauseOrder())

    def _do_resume(self, step: Step) -> UseCase[Any, Any, object]:
        return self._keep_order(step, ResumeOrder())

    def _keep_order(self, step: Step, command: PauseOrder | ResumeOrder) -> bo.KeepOrder:
        return bo.KeepOrder(
            order_id=self.order(step.index),
            account_id=self.account(step.index),
            command=command,
            at=self.now,
        )

    def _work(self, step: Step, command: AssignLead | LogAttempt) -> bo.WorkLead | None:
        lead = self._held(step)
        if lead is None:
            return None
        return bo.WorkLead(
            lead_id=lead.id,
            viewer_id=self._viewer(lead, step),
            command=command,
            at=self.now,
        )

    def _worker(self, step: Step) -> UserId:
        # Whoever works the lead logs the attempt; now and then somebody else claims to have.
        lead = self._held(step)
        if lead is None or step.index == 7:  # noqa: PLR2004 - one in eight
            return self.user(step.index)
        return self._viewer(lead, step)

    def _do_assign(self, step: Step) -> UseCase[Any, Any, object] | None:
        return self._work(step, AssignLead(user_id=self.user(step.index + step.other)))

    def _do_attempt(self, step: Step) -> UseCase[Any, Any, object] | None:
        attempt = ContactAttempt(
            channel=Channel.CALL,
            at=self.now,
            by=self._worker(step),
            outcome=AttemptOutcome.NO_ANSWER,
        )
        return self._work(step, LogAttempt(attempt=attempt))

    def _do_contact(self, step: Step) -> UseCase[Any, Any, object] | None:
        lead = self._held(step)
        if lead is None:
            return None
        return ContactStep(
            lead=lead,
            index=step.index,
            other=step.other,
            account=self.account(step.index),
            viewer=self._viewer(lead, step),
            at=self.now,
        ).case()

    def _keep_user(
        self, step: Step, command: MoveUser | DisableUser | EnableUser
    ) -> UseCase[Any, Any, object]:
        return bo.KeepUser(
            user_id=self.user(step.index),
            account_id=self.account(step.index),
            command=command,
            at=self.now,
        )

    def _do_move(self, step: Step) -> UseCase[Any, Any, object]:
        below = step.other % 3
        parent = None if below == 0 else self.user(step.index % 2 + 2 * (below - 1))
        return self._keep_user(step, MoveUser(parent))

    def _do_disable(self, step: Step) -> UseCase[Any, Any, object]:
        return self._keep_user(step, DisableUser())

    def _do_enable(self, step: Step) -> UseCase[Any, Any, object]:
        return self._keep_user(step, EnableUser())
