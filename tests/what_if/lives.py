"""A life with every kind of event in it, on the reference store, to be done again."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore import refunds
from leadcore.accounts import ActivateAccount, SellerTerms, StopAccount, WatchBalance
from leadcore.balances import FundingTerms, FundingTier, FundingTiers
from leadcore.distribution import BiddingTerms, DistributionTerms, Method, Way
from leadcore.leads import AssignLead, AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.orders import (
    CloseOrder,
    EditOrder,
    OpenOrder,
    OrderTerms,
    PauseOrder,
    Renewal,
    RenewalWhen,
    ResumeOrder,
)
from leadcore.payments.watching import BalanceWatch
from leadcore.people import DisableUser, EditUser, EnableUser, MoveUser, Profile
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore, reading
from leadcore.testing.scenes import AT, PRICE, Scene, charge, reception
from leadcore.values import Money
from leadcore.what_if import Changes, recorded, what_if

__all__ = ["AT", "HOUR", "PRICE", "WHO", "Life", "again", "auctions", "read", "stores", "whole"]

HOUR = timedelta(hours=1)
WHO = {"by": "staff", "note": "because"}
BONUS = FundingTerms(tiers=FundingTiers(currency="USD", tiers=(FundingTier(5_000, 1_000),)))


class Life:
    """A scene and a clock; every act is an hour after the one before."""

    def __init__(self, **more) -> None:
        self.scene = Scene(store=MemoryStore(), **more).set_up()
        self.store, self.seller = self.scene.store, self.scene.seller
        self.now = AT

    def later(self, hours=1):
        self.now += hours * HOUR
        return self.now

    def run(self, case):
        return self.store.run(case)

    def terms(self, **more):
        terms = SellerTerms(name="Seller", funding=BONUS, **more)
        return self.run(bo.SetSellerTerms(seller_id=self.seller, terms=terms, at=self.later()))

    def account(self, command, number=0):
        return self.run(
            bo.KeepAccount(
                seller_id=self.seller,
                account_id=self.scene.account(number),
                command=command,
                at=self.later(),
            )
        )

    def user(self, command, number=0, *, below=True):
        return self.run(
            bo.KeepUser(
                user_id=self.scene.user(number, below=below),
                account_id=self.scene.account(number),
                command=command,
                at=self.later(),
            )
        )

    def order(self, command, number=0, key=None):
        return self.run(
            bo.KeepOrder(
                order_id=key or self.scene.order(number),
                account_id=self.scene.account(number),
                command=command,
                at=self.later(),
            )
        )

    def order_terms(self, number=0, **more):
        plain = {"user_id": self.scene.user(number), "price": Money(PRICE, "USD"), "quantity": 5}
        return OrderTerms(**plain | more)

    def receive(self, number, *, of=None, **more):
        case = reception(self.seller, number, of=of, at=self.later())
        return self.run(replace(case, submission=replace(case.submission, **more))).lead

    def lead(self, number):
        return self.store.lead(f"{self.seller}/l{number}")

    def work(self, number, command):
        lead = self.lead(number)
        return self.run(
            bo.WorkLead(lead_id=lead.id, viewer_id=lead.assigned_to, command=command, at=self.now)
        )

    def attempt(self, number, channel=Channel.CALL):
        by = self.lead(number).assigned_to
        tried = ContactAttempt(
            channel=channel, at=self.later(), by=by, outcome=AttemptOutcome.NO_ANSWER
        )
        return self.work(number, LogAttempt(attempt=tried))

    def ask(self, number, key, **more):
        lead = self.lead(number)
        plain = {"reason": "spam", "detail": "x", "user_id": lead.assigned_to}
        asked = plain | {"at": self.later()} | more
        return self.run(
            bo.RequestRefund(refund_id=f"{self.seller}/{key}", lead_id=lead.id, **asked)
        )

    def decide(self, key, *commands, forced=False):
        for command in commands:
            case = bo.DecideRefund(
                refund_id=f"{self.seller}/{key}", command=command, forced=forced, at=self.later()
            )
            self.run(case)

    def resell(self, number, new):
        return self.run(
            bo.ResellLead(
                seller_id=self.seller,
                lead_id=self.lead(number).id,
                new_lead_id=f"{self.seller}/l{new}",
                sale_id=f"{self.seller}/s{new}",
                at=self.later(),
            )
        ).lead

    def offer(self, number, key):
        lead = self.lead(number)
        return self.run(
            bo.OfferLead(
                seller_id=self.seller,
                lead_id=lead.id,
                sale_id=f"{self.seller}/{key}",
                at=self.later(),
            )
        ).lead

    def bid(self, number, account, minor):
        return self.run(
            bo.PlaceBid(
                **self._auction(number),
                order_id=self.scene.order(account),
                amount=Money(minor, "USD"),
                at=self.later(),
            )
        )

    def decline(self, number, account):
        case = bo.DeclineBid(
            **self._auction(number),
            order_id=self.scene.order(account),
            why="no",
            at=self.later(),
        )
        return self.run(case)

    def close(self, number, hours=1):
        sale = f"{self.seller}/close-{number}"
        at = self.later(hours)
        return self.run(bo.CloseAuction(**self._auction(number), sale_id=sale, at=at)).lead

    def _auction(self, number):
        lead = self.lead(number)
        return {
            "seller_id": self.seller,
            "lead_id": lead.id,
            "auction_id": lead.bidding.auction.id,
        }

    def deliver(self, kind, number, **more):
        lead = self.lead(number)
        return self.run(
            kind(
                seller_id=self.seller,
                lead_id=lead.id,
                sale_id=lead.reservation.sale_id,
                at=self.later(more.pop("hours", 0)),
                **more,
            )
        ).lead


APPROVE = refunds.ApproveRefund(**WHO, basis=refunds.Basis.PERSON_SAID)


def whole() -> Life:
    """Give a life in which everything happens once at least."""
    life = Life(accounts=3, funds=50_000)
    _people(life)
    _orders(life)
    _leads(life)
    _returns(life)
    _deliveries(life)
    _money(life)
    return life


def _people(life):
    life.terms(duplicate_days=20)
    life.account(StopAccount("unpaid"), 2)
    life.account(ActivateAccount(), 2)
    life.account(WatchBalance(BalanceWatch(alert_below=Money(100, "USD"))), 2)
    life.user(EditUser(Profile(name="New", email="n@x.example")))
    life.user(MoveUser(None))
    life.user(DisableUser())
    life.user(EnableUser())


def _orders(life):
    extra = f"{life.seller}/extra"
    terms = life.order_terms(quantity=1, renewal=Renewal(when=RenewalWhen.ON_FILL))
    account = life.scene.account()
    opened = OpenOrder(order_id=extra, seller_id=life.seller, account_id=account, terms=terms)
    life.order(opened, key=extra)
    for number in range(3):
        life.order(PauseOrder(), number)
    life.receive(1)
    life.order(ResumeOrder(), 0)
    life.order(ResumeOrder(), 2)
    life.receive(2)
    life.run(bo.RenewOrder(seller_id=life.seller, order_id=extra, at=life.later()))
    life.order(ResumeOrder(), 1)
    life.order(CloseOrder("over"), key=extra)
    life.order(EditOrder(life.order_terms(1, quantity=8, weight=3)), 1)


def _leads(life):
    for number in range(3, 8):
        life.receive(number)
    life.receive(30, of=3)  # a note to its owner
    life.receive(31, test=True)
    life.attempt(3)
    holder = life.lead(3)
    index = [life.scene.account(number) for number in range(3)].index(holder.sale.account_id)
    below = life.scene.user(index, below=True)
    life.later()
    life.work(3, AssignLead(user_id=below))
    life.later()
    by = AssignLead(user_id=life.scene.user(index), by=below)
    life.work(3, by)
    for number in range(3):
        life.order(PauseOrder(), number)
    life.receive(8)
    life.offer(8, "again-1")
    for number in range(3):
        life.order(ResumeOrder(), number)
    life.offer(8, "again-2")


def _returns(life):
    life.ask(4, "r4", documents=("scan.pdf",))
    life.decide("r4", refunds.StartVerification(by="vera"), APPROVE)
    life.resell(4, 40)
    life.ask(5, "r5")
    life.decide("r5", refunds.DeclineRefund(**WHO))
    life.ask(6, "r6")
    life.decide("r6", APPROVE, refunds.ReverseRefund(**WHO), refunds.ReinstateRefund(**WHO))
    late = life.lead(7).sale.sold_at + 121 * HOUR
    life.now = max(life.now, late)
    life.ask(7, "r7", exception="a storm")
    life.decide("r7", refunds.GrantException(**WHO), APPROVE)
    account = life.lead(7).sale.account_id
    left = life.store.balance(f"prepaid:{account}").posted
    spent = replace(charge(life.seller, account, "spent", left), effective_at=life.later())
    life.store.post([(spent,)], at=life.now)
    life.decide("r7", refunds.ReverseRefund(**WHO), forced=True)
    rule = refunds.AutoApproval(id="any")
    life.terms(refunds=refunds.RefundTerms(auto_approvals=(rule,), max_age=9_999))
    life.ask(1, "r1")


def _deliveries(life):
    held = DistributionTerms((Way(hold_minutes=30),))
    life.terms(distribution=held)
    life.receive(50)
    life.deliver(bo.ConfirmDelivery, 50)
    life.receive(51)
    life.deliver(bo.FailDelivery, 51, next_sale_id=f"{life.seller}/next-51", why="no answer")
    life.deliver(bo.ExpireDelivery, 51, next_sale_id=f"{life.seller}/last-51", hours=2)
    life.receive(52)
    for number in range(3):
        life.order(PauseOrder(), number)
    life.receive(53)
    for number in range(3):
        life.order(ResumeOrder(), number)
    life.offer(53, "held-53")
    life.terms(distribution=DistributionTerms((Way(buyers=2),)))
    life.receive(54)


def auctions(life, numbers=(60, 61, 62)):
    """Auction leads: one posted, one failed and confirmed, one nobody bids for."""
    hours = 3_600_000
    terms = BiddingTerms(minimum=Money(1_000, "USD"), collect_ms=6 * hours, bidder_ms=5 * hours)
    way = Way(method=Method.AUCTION, bidding=replace(terms, post_ms=9 * hours))
    life.terms(distribution=DistributionTerms((way,)))
    posted, failed, nobody = numbers
    life.receive(posted)
    life.bid(posted, 0, 2_000)
    life.bid(posted, 1, 2_500)
    life.bid(posted, 1, 1_500)
    life.decline(posted, 2)
    held = life.close(posted)
    life.run(
        bo.PostLead(
            seller_id=life.seller,
            lead_id=held.id,
            token=held.reservation.sale_id,
            price=held.reservation.price,
            key="post",
            at=life.later(),
        )
    )
    life.receive(failed)
    life.bid(failed, 0, 1_100)
    life.bid(failed, 1, 1_200)
    life.close(failed, hours=6)
    life.deliver(bo.FailDelivery, failed, next_sale_id=f"{life.seller}/next", why="no answer")
    life.deliver(bo.ConfirmDelivery, failed)
    life.receive(nobody)
    life.close(nobody, hours=6)
    life.offer(nobody, "anew")


def _money(life):
    account = life.scene.account(2)
    fund = bo.Fund(
        seller_id=life.seller,
        account_id=account,
        key="more",
        amount=Money(10_000, "USD"),
        actor="staff",
        at=life.later(),
    )
    life.run(fund)
    back = bo.RefundAccount(
        seller_id=life.seller,
        account_id=account,
        key="back",
        actor="staff",
        reason="they leave",
        at=life.later(),
    )
    life.run(back)


def stores():
    """Give a maker of empty stores, and those it made."""
    made: list[MemoryStore] = []

    def scratch():
        made.append(MemoryStore())
        return made[-1]

    return scratch, made


def again(life, changes=None):
    """Do a life again; give the report and the two stores."""
    scratch, made = stores()
    report = what_if(recorded(life.store, life.seller), changes or Changes(), scratch)
    return report, *made[-2:]


def read(store, seller):
    """Give what can be read of a seller but for the instants lines were written at."""
    found = dict(reading(store, seller))
    return {
        key: tuple((line.entry.amount, line.entry.posted_after, line.transfer.id) for line in value)
        if key.startswith("statement")
        else value
        for key, value in found.items()
    }
