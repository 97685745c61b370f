"""Each law is said to be broken when it is, and by name."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore.accounts import SellerTerms
from leadcore.back_office import RequestRefund, SetSellerTerms
from leadcore.decider import Versioned
from leadcore.leads import LeadStatus
from leadcore.refunds import RefundStatus
from leadcore.testing import MemoryStore, reading, violations
from leadcore.testing.auction_contract import AuctionScene
from leadcore.testing.laws import _held_once
from leadcore.testing.scenes import AT, PRICE, Scene, charge
from leadcore.values import Money

HOUR = timedelta(hours=1)


class Unaudited(MemoryStore):
    """A store whose own audit says nothing, so that the laws must."""

    def audit(self):
        return ()


@pytest.fixture(name="made")
def _made():
    made = Scene(store=Unaudited(), accounts=2).set_up()
    made.receive(1)
    made.receive(2)
    assert violations(made.store, made.seller) == ()
    return made


def change(made, kind, key, **fields):
    seen = made.store.rows[kind, key]
    made.store.rows[kind, key] = Versioned(replace(seen.state, **fields), seen.version)


def asked(made, number=1):
    holder = made.store.lead(f"{made.seller}/l{number}").assigned_to
    return made.store.run(
        RequestRefund(
            refund_id=f"r{number}",
            lead_id=f"{made.seller}/l{number}",
            user_id=holder,
            reason="wrong_number",
            detail="asked",
            at=AT + HOUR,
        )
    )


def broken(made):
    return violations(made.store, made.seller)


def test_money_that_was_taken_for_nothing(made):
    made.store.post([(replace(charge(made.seller, made.account(), "x", 5), sale_id="x"),)], at=AT)
    left = 10_000 - PRICE - 5
    assert broken(made) == (f"{made.account()} holds {left}, but was paid 10000 and spent {PRICE}",)


def test_money_that_was_never_there(made):
    accounts = dict(made.store.book.accounts)
    name = f"prepaid:{made.account()}"
    accounts[name] = replace(accounts[name], debits_posted=10_001)
    made.store.book = replace(made.store.book, accounts=accounts)
    assert broken(made)[1] == f"{made.account()} is overdrawn: -1"


def test_a_person_who_is_held_twice(made):
    first = made.store.lead(f"{made.seller}/l1")
    change(made, "lead", f"{made.seller}/l2", submission=first.submission)
    (said,) = broken(made)
    assert "was sold twice" in said
    # Of two verticals, or one after the other, there is nothing wrong with it.
    solar = replace(first.submission, vertical="solar")
    change(made, "lead", f"{made.seller}/l2", submission=solar)
    assert broken(made) == ()
    none = SellerTerms(name="Seller", duplicate_days=1)
    made.store.run(SetSellerTerms(seller_id=made.seller, terms=none, at=AT))
    later = AT + timedelta(days=1, microseconds=1)
    second = f"{made.seller}/l2"
    sale = made.store.lead(second).sale
    late = {"received_at": later, "sale": replace(sale, sold_at=later)}
    change(made, "lead", second, submission=first.submission, **late)
    assert broken(made) == ()
    change(made, "lead", second, received_at=AT + timedelta(days=1))
    assert len(broken(made)) == 1


@pytest.mark.parametrize("earlier", ["l1", "l2"])
def test_a_person_of_an_old_lead_who_is_sold_again_at_once(made, earlier):
    first, second = (f"{made.seller}/{key}" for key in ("l1", "l2"))
    alike = made.store.lead(first).submission
    sold = AT + timedelta(days=200)
    # Received long after the other; which of the two was sold first does not matter.
    change(made, "lead", second, submission=alike, received_at=sold)
    for key in (first, second):
        sale = made.store.lead(key).sale
        at = sold if key.endswith(earlier) else sold + timedelta(days=30)
        change(made, "lead", key, sale=replace(sale, sold_at=at))
    assert broken(made) == (f"the person of lead {first} was sold twice: {second}",)
    # What counts is when it was reserved for its buyer, not when it arrived there.
    change(made, "lead", first, sale=replace(made.store.lead(first).sale, placed_at=AT))
    assert broken(made) == ()


def test_without_a_seller_only_the_same_instant_counts(made):
    leads = (made.store.lead(f"{made.seller}/l1"), made.store.lead(f"{made.seller}/l2"))
    same = replace(leads[1], submission=leads[0].submission)
    assert len(list(_held_once(made.store, "nobody", (same, leads[0])))) == 1
    later = replace(same, received_at=AT + HOUR)
    assert same.sale.sold_at == leads[0].sale.sold_at
    assert list(_held_once(made.store, "nobody", (later, leads[0]))) == []


@pytest.mark.parametrize("alike", [True, False])
def test_two_shares_of_one_lead(made, alike):
    first, second = (made.store.lead(f"{made.seller}/{key}") for key in ("l1", "l2"))
    buyer = first.sale if alike else second.sale
    share = replace(second, submission=first.submission, share_of=first.id, sale=buyer)
    assert share.family == first.family
    said = list(_held_once(made.store, made.seller, (share, first)))
    wanted = f"two shares of lead {first.id} are one associate's: {second.id}"
    assert said == ([wanted] if alike else [])
    # What nobody bought is nobody's.
    unsold = (replace(share, sale=None), first)
    assert list(_held_once(made.store, made.seller, unsold)) == []


def test_two_returns_of_one_sale(made):
    first = asked(made)
    made.store.rows["refund", "r9"] = Versioned(replace(first, id="r9"), 1)
    (said,) = broken(made)
    assert said == f"sale {first.sale_id} has 2 returns that stand"
    change(made, "refund", "r9", status=RefundStatus.DECLINED)
    assert broken(made) == ()


@pytest.mark.parametrize("how", ["origin", "keys"])
def test_a_person_who_went_back(made, how):
    refund = asked(made)
    # Approved in words only: of a return that gives nothing back no money is missing.
    nothing = Money(0, "USD")
    approved = {"status": RefundStatus.APPROVED, "amount": nothing}
    change(made, "refund", "r1", decided_at=AT - HOUR, **approved)
    old = made.store.lead(f"{made.seller}/l1")
    # The lead itself was sold after it was returned.
    assert broken(made) == (f"lead {old.id} went back to the account that returned {old.id}",)
    change(made, "refund", "r1", decided_at=AT, **approved)
    assert broken(made) == ()
    new = made.store.lead(f"{made.seller}/l2")
    sale = replace(new.sale, account_id=refund.account_id)
    if how == "origin":
        change(made, "lead", new.id, sale=sale, origin=old.id)
    else:
        sale = replace(sale, sold_at=AT + HOUR)
        change(made, "lead", new.id, sale=sale, submission=old.submission)
    assert f"lead {new.id} went back to the account that returned {old.id}" in broken(made)


class Leaky(Unaudited):
    """A store that lists whatever it has."""

    def _in_scope(self, lead, _scope):
        return True


def test_what_is_seen_through_a_wall():
    made = Scene(store=Leaky(), accounts=2).set_up()
    made.receive(1)
    change(made, "lead", f"{made.seller}/l1", status=LeadStatus.REFUNDED)
    change(made, "lead", f"{made.seller}/l1", status=LeadStatus.REFUNDED)
    said = "; ".join(broken(made))
    assert f"the list and the single check differ for {made.user(1)}" in said
    assert f"{made.user(1)} sees lead {made.seller}/l1 of another account" in said
    assert f"{made.user()} sees the refunded lead {made.seller}/l1" in said
    change(made, "lead", f"{made.seller}/l1", sale=None)
    assert f"{made.user()} sees lead {made.seller}/l1 of another account" in "; ".join(broken(made))


def test_the_audit_is_part_of_it():
    made = Scene(store=MemoryStore()).set_up()
    made.store.events.clear()
    assert any("the row is not the fold of its journal" in said for said in broken(made))


def test_a_reading_holds_everything(made):
    asked(made)
    found = reading(made.store, made.seller)
    assert set(found) >= {"seller", "accounts", "orders", "leads", "refunds"}
    assert f"journal of {made.seller}/l1" in found
    assert f"statement of {made.account()}" in found
    assert len(found[f"what {made.user()} sees"]) == 1
    other = Scene(store=MemoryStore(), seller=made.seller, accounts=2).set_up()
    assert reading(other.store, made.seller) != found


class NeverOverdue(Unaudited):
    """Lists no lead as overdue."""

    def leads(self, query):
        return () if query.overdue_at else super().leads(query)


def test_overdue_leads_that_are_not_listed(made):
    kept = NeverOverdue()
    kept.__dict__.update(made.store.__dict__)
    assert violations(kept, made.seller) == ()  # both due at the same instant: neither before it
    change(made, "lead", f"{made.seller}/l1", held_since=AT - HOUR)
    kept.__dict__.update(made.store.__dict__)
    (said,) = violations(kept, made.seller)
    assert said == f"the overdue leads at {AT + 24 * HOUR} are ['{made.seller}/l1'], not []"
    assert broken(made) == ()


def auctioned(bids, **won):
    """Give what the laws say of a lead won by auction, its bids and its sale told otherwise."""
    made = AuctionScene(store=Unaudited(), accounts=2).begin()
    made.bid(0, 2_000)
    made.close()
    assert made.post(2_000).refused is None
    assert violations(made.store, made.seller) == ()
    lead = made.store.lead(made.lead_id)
    told = bids(lead.bidding.auction.bids)
    bidding = replace(lead.bidding, auction=replace(lead.bidding.auction, bids=told), **won)
    change(made, "lead", made.lead_id, bidding=bidding)
    return "; ".join(broken(made))


def higher(bids):
    return (replace(bids[0], amount=Money(2_001, "USD")),)


def late(bids):
    return (replace(bids[0], at=AT + HOUR),)


def forgotten(_bids):
    return ()


def test_whoever_won_pays_the_own_bid():
    assert "was won at 20.00 USD on bids of [" in auctioned(forgotten)
    assert auctioned(forgotten, over=True) == ""
    assert auctioned(forgotten, tier=1) == ""  # a lower tier has it
    assert "was won at" in auctioned(higher)
    assert "was won at" in auctioned(higher, tier=1)


def test_a_bid_that_wins_is_in_time():
    assert "was won by a bid that does not count" in auctioned(late)
