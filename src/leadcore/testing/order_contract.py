"""What a store must do about orders: banks, cycles, caps, and what the ledger says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.distribution import Reason
from leadcore.leads import LeadStatus
from leadcore.orders import (
    Cap,
    Caps,
    EditOrder,
    Order,
    OrderTerms,
    Period,
    Renewal,
    RenewalWhen,
    Standing,
    cap_windows,
    renewal_id,
    summary_of,
)
from leadcore.payments import PaymentMethod
from leadcore.ports import LeadQuery
from leadcore.refunds import ApproveRefund, Basis, ReverseRefund
from leadcore.testing.laws import violations
from leadcore.testing.scenes import AT, PRICE, Behind, Scene, reception
from leadcore.values import UNLIMITED, LeadId, Money, RefundId, UserId

if TYPE_CHECKING:
    from leadcore.leads import Lead
    from leadcore.ports import OfferFacts, RenewalFacts, Store

__all__ = ["OrderContract", "ordered"]

_CARD = PaymentMethod(token="pm_kept")  # noqa: S106 - no secret: a made-up name
_NIGHT = datetime(2026, 11, 17, 5, tzinfo=UTC)
"""Midnight in New York."""


def ordered(scene: Scene, **terms: Any) -> Order:  # noqa: ANN401 - whatever an order has
    """Edit the terms of a scene's first order."""
    order, _ = scene.store.orders(scene.seller)[0]
    edited: OrderTerms = replace(order.terms, **terms)
    return scene.store.run(
        bo.KeepOrder(
            order_id=order.id, account_id=order.account_id, command=EditOrder(edited), at=AT
        )
    )


def _caps(period: Period, leads: int, **more: bool) -> Caps:
    return Caps(zone="America/New_York", limits=(Cap(period=period, leads=leads),), **more)


_CAPS = (
    None,
    Caps(
        zone="America/New_York",
        limits=(Cap(period=Period.HOUR, leads=1), Cap(period=Period.DAY, leads=3)),
        returns_free=True,
    ),
    Caps(zone="UTC", limits=(Cap(period=Period.DAY, leads=2),)),
    Caps(zone="Asia/Kolkata", limits=(Cap(period=Period.TOTAL, leads=4),), returns_free=True),
)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(("sell", "sell", "sell", "caps", "renew", "return", "reverse")),
        st.integers(0, 3),
    ),
    max_size=14,
)
_SETTINGS = settings(
    max_examples=max(5, settings().max_examples // 5),
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)


class OrderContract:
    """Banks, cycles, caps and summaries."""

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    def test_a_bank_is_spent_to_the_last_lead_it_covers(self) -> None:
        """What is left below one price stays on the balance, and the next cycle carries it on."""
        scene = Scene(store=self.make_store(), funds=100_000).set_up()
        rest, on_fill = 1, Renewal(when=RenewalWhen.ON_FILL)
        bank = Money(2 * PRICE + rest, "USD")
        ordered(scene, quantity=UNLIMITED, bank=bank, carries_rest=True, renewal=on_fill)
        answers = [scene.receive(number).lead for number in range(3)]
        assert [lead.status for lead in answers] == [LeadStatus.SOLD] * 2 + [LeadStatus.UNSOLD]
        assert answers[-1].offers[0].reason is Reason.BANK
        assert scene.balance() == 100_000 - 2 * PRICE
        for again in (True, False):
            renewed = scene.store.run(_renewal(scene))
            assert (renewed.renewed, renewed.order.cycle, renewed.order.carried) == (again, 2, rest)
        ((_, standing),) = scene.store.orders(scene.seller)
        assert (standing.sold, standing.spent) == (0, 0)
        assert scene.receive(3).lead.sale.cycle == 2  # type: ignore[union-attr]  # noqa: PLR2004 - it is sold, in the second cycle
        assert violations(scene.store, scene.seller) == ()

    def test_a_renewal_is_charged_once(self) -> None:
        """Two who renew at the same moment begin one cycle, and ask for one payment."""
        scene = Scene(store=self.make_store(), quantity=1).set_up()
        order = ordered(scene, renewal=Renewal(when=RenewalWhen.ON_FILL, charge=_CARD))
        assert scene.receive(1).lead.status is LeadStatus.SOLD
        first = scene.store.run(_renewal(scene))
        assert first.payment is not None
        assert (first.payment.id, first.payment.amount) == (
            renewal_id(order.id, 2),
            Money(PRICE, "USD"),
        )
        late = Behind(_renewal(scene), _not_renewed)
        answer = scene.store.run(late)
        assert (answer.renewed, late.calls) == (False, [True, False])
        assert len(scene.store.journal("payment", first.payment.id)) == 1
        assert scene.store.audit() == ()

    def test_a_cap_is_never_passed(self) -> None:
        """Two workers can't sell the last place of a day twice; the next day it is free."""
        scene = Scene(store=self.make_store(), quantity=9).set_up()
        order = ordered(scene, caps=_caps(Period.DAY, 2))
        scene.receive(1)
        scene.receive(2)
        late = Behind(reception(scene.seller, 3), _nothing_used)
        answer = scene.store.run(late)
        assert (answer.lead.status, late.calls) == (LeadStatus.UNSOLD, [True, False])
        assert answer.lead.offers[0].reason is Reason.CAP_DAY
        last, first = _NIGHT - timedelta(microseconds=1), _NIGHT
        for number, at in ((4, last), (5, first)):
            sold = scene.store.run(reception(scene.seller, number, at=at)).lead
            assert sold.status is (LeadStatus.UNSOLD if at == last else LeadStatus.SOLD)
        (used,) = scene.store.order_usage(order.id, first)
        assert (used.opens_at, used.leads, used.money) == (_NIGHT, 1, PRICE)
        assert violations(scene.store, scene.seller) == ()

    def test_a_cap_counts_what_was_sold_before_it_was_set(self) -> None:
        """An edit of the caps never gives a place twice, whatever was counted until then."""
        scene = Scene(store=self.make_store(), quantity=9).set_up()
        for number in range(2):
            scene.receive(number)
        ordered(scene, caps=_caps(Period.MONTH, 3))
        late = Behind(reception(scene.seller, 2), _seen_as_one)
        assert scene.store.run(late).lead.status is LeadStatus.SOLD
        assert late.calls == [True, False]
        assert scene.receive(3).lead.offers[0].reason is Reason.CAP_MONTH
        _returned(scene, 0)
        assert scene.receive(4).lead.offers[0].reason is Reason.CAP_MONTH
        order = ordered(scene, caps=_caps(Period.MONTH, 3, returns_free=True))
        assert scene.receive(5).lead.status is LeadStatus.SOLD
        (used,) = scene.store.order_usage(order.id, AT)
        assert (used.leads, used.kept) == (3, True)
        assert violations(scene.store, scene.seller) == ()

    def test_a_return_frees_a_cap_where_the_caps_say_so(self) -> None:
        """And the reversal takes the place again, past the cap if somebody got it meanwhile."""
        for free in (True, False):
            scene = Scene(store=self.make_store(), quantity=9).set_up()
            order = ordered(scene, caps=_caps(Period.DAY, 1, returns_free=free))
            scene.receive(1)
            refund = _returned(scene, 1)
            second = scene.receive(2).lead
            assert second.status is (LeadStatus.SOLD if free else LeadStatus.UNSOLD)
            back = ReverseRefund(by="staff", note="became a member")
            scene.store.run(bo.DecideRefund(refund_id=refund, command=back, at=AT))
            (used,) = scene.store.order_usage(order.id, AT)
            assert used.leads == 1 + free
            assert violations(scene.store, scene.seller) == ()

    def test_a_return_of_another_cycle_frees_nothing(self) -> None:
        """A lead counts in the cycle it was sold in, and its return too."""
        scene = Scene(store=self.make_store(), quantity=1).set_up()
        ordered(scene, returns_reopen=True, renewal=Renewal(when=RenewalWhen.ON_FILL))
        scene.receive(1)
        scene.store.run(_renewal(scene))
        scene.receive(2)
        _returned(scene, 1)
        assert scene.receive(3).lead.offers[0].reason is Reason.FILLED
        _returned(scene, 2)
        assert scene.receive(4).lead.status is LeadStatus.SOLD
        assert violations(scene.store, scene.seller) == ()

    @_SETTINGS
    @given(steps=_STEPS)
    @example(steps=[*[("sell", 0)] * 4, ("renew", 0), ("sell", 0), ("caps", 1), ("sell", 3)])
    @example(steps=[("sell", 0), ("return", 0), ("caps", 1), ("sell", 0), ("reverse", 0)])
    @example(steps=[("return", 0), ("sell", 0), ("return", 0), ("return", 0), ("return", 0)])
    def test_whatever_happens_no_sale_passes_a_cap(self, steps: list[tuple[str, int]]) -> None:
        """Sales, returns, reversals, edits and renewals in any order, at any time of two days."""
        scene = Scene(store=self.make_store(), quantity=3, funds=100_000).set_up()
        ordered(scene, renewal=Renewal(when=RenewalWhen.ON_FILL))
        at = _NIGHT - timedelta(hours=6)
        for number, (what, choice) in enumerate(steps):
            at += timedelta(minutes=20 * choice)
            if what == "sell":
                self._sells_within_the_caps(scene, number, at)
            elif what == "caps":
                ordered(scene, caps=_CAPS[choice % len(_CAPS)], returns_reopen=choice > 1)
            elif what == "renew":
                scene.store.run(replace(_renewal(scene), at=at))
            else:
                _turned(scene, number, choice, at)
        assert violations(scene.store, scene.seller) == ()

    def _sells_within_the_caps(self, scene: Scene, number: int, at: datetime) -> None:
        store = scene.store
        ((order, standing),) = store.orders(scene.seller)
        lead = store.run(reception(scene.seller, number, at=at)).lead
        if lead.sale is None:
            reason = lead.offers[0].reason
            room = standing.sold < 3  # noqa: PLR2004 - the order's quantity
            assert (reason is Reason.FILLED) is not room
            return
        caps = order.terms.caps
        sales = _counting(store, order)
        for cap, window in zip(caps.limits if caps else (), cap_windows(caps, at), strict=True):
            within = [each for each in sales if window.opens_at <= each < window.closes_at]
            assert isinstance(cap.leads, int)
            assert len(within) <= cap.leads, cap

    def test_what_an_order_cost_is_the_ledgers_sum(self) -> None:
        """Charges less refunds, of every cycle; of another account nothing."""
        scene = Scene(store=self.make_store(), accounts=2, quantity=9).set_up()
        for number in range(4):
            scene.receive(number)
        _returned(scene, 0)
        told = {each.order_id: each for each in scene.store.order_money(scene.seller)}
        summaries = {
            order.id: summary_of(order, standing, told.get(order.id))
            for order, standing in scene.store.orders(scene.seller)
        }
        sold = [scene.store.lead(LeadId(f"{scene.seller}/l{number}")) for number in range(4)]
        for key, line in summaries.items():
            mine = [lead for lead in sold if lead and lead.sale and lead.sale.order_id == key]
            kept = [lead for lead in mine if lead.status is LeadStatus.SOLD]
            assert (line.cost.minor, line.paid.minor) == (PRICE * len(mine), PRICE * len(kept))
        one = scene.store.order_money(scene.seller, scene.account(0))
        assert [each.order_id for each in one] == [scene.order(0)]


def _counting(store: Store, order: Order) -> list[datetime]:
    """Give when each lead counts that counts in an order's caps."""
    free = order.terms.caps is not None and order.terms.caps.returns_free
    every = store.leads(LeadQuery(seller_id=order.seller_id, limit=1_000))
    return [
        lead.sale.counted_at
        for lead in every
        if lead.sale is not None and not (free and lead.status is LeadStatus.REFUNDED)
    ]


def _turned(scene: Scene, number: int, choice: int, at: datetime) -> None:
    """Return a lead that is held, or take the return of one back, if there is any."""
    every = scene.store.leads(LeadQuery(seller_id=scene.seller, limit=1_000))
    sold = [lead for lead in every if lead.sale is not None]
    if not sold:
        return
    lead = sold[choice % len(sold)]
    if lead.status is LeadStatus.SOLD and not scene.store.journal("refund", f"r-{lead.id}"):
        _approved(scene.store, lead, RefundId(f"r-{lead.id}"), at)
    elif lead.refund_id is not None:
        back = ReverseRefund(by="staff", note=f"became a member, {number}")
        scene.store.run(bo.DecideRefund(refund_id=lead.refund_id, command=back, at=at))


def _approved(store: Store, lead: Lead, key: RefundId, at: datetime) -> None:
    store.run(
        bo.RequestRefund(
            refund_id=key,
            lead_id=lead.id,
            user_id=lead.assigned_to or UserId(""),
            reason="wrong_number",
            detail="asked the person",
            at=at,
        )
    )
    command = ApproveRefund(by="staff", note="verified", basis=Basis.PERSON_SAID)
    store.run(bo.DecideRefund(refund_id=key, command=command, at=at))


def _renewal(scene: Scene) -> bo.RenewOrder:
    return bo.RenewOrder(seller_id=scene.seller, order_id=scene.order(), at=AT)


def _returned(scene: Scene, number: int) -> RefundId:
    lead = scene.store.lead(LeadId(f"{scene.seller}/l{number}"))
    if lead is None:
        raise LookupError(number)
    key = RefundId(f"{scene.seller}/r{number}")
    _approved(scene.store, lead, key, AT + timedelta(hours=1))
    return key


def _nothing_used(facts: OfferFacts) -> OfferFacts:
    return _with(facts, usage=())


def _seen_as_one(facts: OfferFacts) -> OfferFacts:
    # What was counted before another sale or return: it moved the order since.
    return _with(facts, moves=facts.candidates[0].standing.moves - 1)


def _with(facts: OfferFacts, **changed: Any) -> OfferFacts:  # noqa: ANN401 - whatever a standing has
    candidates = tuple(
        replace(each, standing=replace(each.standing, **changed)) for each in facts.candidates
    )
    return replace(facts, candidates=candidates)


def _not_renewed(facts: RenewalFacts) -> RenewalFacts:
    order = facts.order.state
    if order is None:
        raise LookupError
    before = replace(facts.order, state=replace(order, cycle=1), version=facts.order.version - 1)
    return replace(facts, order=before, standing=Standing(sold=1, spent=PRICE, moves=1))
