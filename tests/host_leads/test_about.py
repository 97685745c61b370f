"""All that is asked about a host's lead over a store: beside its row, and on leadcore's record."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.consent import Elements, Grant, Level, Revocation
from leadcore.contact import Initiation
from leadcore.decisions import Verdict
from leadcore.errors import Conflict, Malformed, NotFound, Refused
from leadcore.host_leads import WAYS, AboutLead, HostLead, in_order, purse_of
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.refunds import (
    ApproveRefund,
    Basis,
    DeclineRefund,
    RefundQuestion,
    RefundStatus,
    RefundTerms,
)
from leadcore.submissions import Channel, Tcpa
from leadcore.testing.memory import MemoryStore
from leadcore.testing.scenes import person
from leadcore.values import UNLIMITED, Money

SOLD = datetime(2026, 11, 10, 16, tzinfo=UTC)
CLOSES = SOLD + timedelta(hours=120)
TICK = timedelta(microseconds=1)
WRONG = RefundQuestion(reason="wrong_number", detail="a bakery answers")
YES = ApproveRefund(by="staff", note="so it is", basis=Basis.PERSON_SAID)
TEXT = bo.LeadContact(channel=Channel.TEXT, initiation=Initiation.AUTODIALED)


class Row(AboutLead):
    """A host's row, and what is beside it."""

    def __init__(self, store, **more):
        self.store = store
        given = {
            "id": "crm.lead:17", "seller_id": "s", "submission": person(1), "received_at": SOLD,
            "sold_at": SOLD, "account_id": "a", "user_id": "u",
        }  # fmt: skip
        self.host = HostLead(**{**given, **more})

    @property
    def told(self):
        return self.host

    def keep_refunds(self, every):
        self.host = replace(self.host, refunds=every)


@pytest.fixture
def store():
    made = MemoryStore()
    made.run(bo.SetSellerTerms(seller_id="s", terms=SellerTerms(name="S"), at=SOLD))
    return made


def sell(store, lead_id):
    """Sell a lead through leadcore to u of the account a, who has 7500 left then."""
    account = OpenAccount(account_id="a", seller_id="s", name="A", currency="USD")
    adding = AddUser(
        user_id="u", seller_id="s", account_id="a", parent_id=None, profile=Profile(name="U")
    )
    terms = OrderTerms(user_id="u", price=Money(2_500, "USD"), quantity=UNLIMITED)
    opening = OpenOrder(order_id="o", seller_id="s", account_id="a", terms=terms)
    paid = Money(10_000, "USD")
    store.run_many(
        [
            bo.KeepAccount(seller_id="s", account_id="a", command=account, at=SOLD),
            bo.KeepUser(user_id="u", account_id="a", command=adding, at=SOLD),
            bo.Fund(seller_id="s", account_id="a", key="k", amount=paid, actor="x", at=SOLD),
            bo.KeepOrder(order_id="o", account_id="a", command=opening, at=SOLD),
            bo.ReceiveLead(
                seller_id="s",
                lead_id=lead_id,
                sale_id=f"sale of {lead_id}",
                source_key=lead_id,
                submission=person(1),
                at=SOLD,
            ),
        ]
    )


def test_consent_is_recorded_about_every_number_and_address(store):
    row = Row(store, tcpa=Tcpa.YES, account_id="s")
    assert "F-PEWC-2" in row.may_contact(TEXT, at=SOLD).rules
    grant = Grant(
        at=SOLD, level=Level.WRITTEN, invitation=True, sellers={"s"}, elements=Elements.all()
    )
    row.record(grant, by="clerk", at=SOLD)
    assert {each.address for each in row.points(row.lead)} == {"+12125550001", "p1@x.example"}
    assert "F-PEWC-2" not in row.may_contact(TEXT, at=SOLD).rules
    row.record(Revocation(at=SOLD, method="voicemail"), by="clerk", at=SOLD)
    assert "F-REV-10" in row.may_contact(TEXT, at=SOLD).rules


def test_a_return_beside_the_row_moves_no_money(store):
    row = Row(store)
    assert (row.window.opens_at, row.window.closes_at) == (SOLD, CLOSES)
    assert row.may_return(WRONG, at=CLOSES).verdict is Verdict.PERMITTED
    assert "wrong_number" in [each.code for each in row.reasons]
    with pytest.raises(Refused, match="RET-LATE"):
        row.request_return(WRONG, by="u", at=CLOSES + TICK)
    assert row.refund is None
    asked = row.request_return(WRONG, by="u", at=CLOSES)
    assert (row.refund, row.may_return(WRONG, at=CLOSES).rules) == (asked, ("RET-ONCE",))
    assert row.decide_return(YES, refund_id=asked.id, at=CLOSES).status is RefundStatus.APPROVED
    assert row.refund.status is RefundStatus.APPROVED
    assert "H-NOT-HELD" in row.may_contact(TEXT, at=CLOSES).rules
    assert not row.panel(at=CLOSES).credited
    assert store.audit() == ()


@pytest.mark.parametrize("known_as", [None, "lead-5"])
def test_a_return_of_what_was_sold_through_leadcore_is_one_like_any_other(store, known_as):
    row = Row(store, lead_id=known_as)
    sell(store, known_as or row.host.id)
    assert row.ours == row.lead
    assert row.panel(at=SOLD).credited
    assert row.panel(at=SOLD).purse.available == Money(7_500, "USD")
    assert "H-NOT-HELD" not in row.may_contact(TEXT, at=SOLD).rules
    assert row.may_return(WRONG, at=CLOSES).verdict is Verdict.PERMITTED
    with pytest.raises(NotFound):
        row.request_return(WRONG, by="somebody", at=CLOSES)
    named = replace(WRONG, other_lead="none of theirs")
    with pytest.raises(Malformed, match="no other lead"):
        row.request_return(named, by="u", at=CLOSES)
    asked = row.request_return(WRONG, by="u", at=CLOSES)
    assert (row.refund, row.host.refunds) == (asked, ())
    assert row.may_return(WRONG, at=CLOSES).rules == ("RET-ONCE",)
    assert row.decide_return(YES, refund_id=asked.id, at=CLOSES).status is RefundStatus.APPROVED
    assert purse_of(store, "a").available == Money(10_000, "USD")
    assert "H-NOT-HELD" in row.may_contact(TEXT, at=CLOSES).rules
    assert store.audit() == ()


def test_another_sellers_lead_of_that_name_is_none_of_ours(store):
    sell(store, "crm.lead:17")
    row = Row(store, seller_id="other")
    assert row.ours is None
    assert row.lead.seller_id == "other"
    with pytest.raises(NotFound, match="seller"):
        _ = row.seller


def test_the_panel_asks_each_way_and_says_whether_the_window_is_open(store):
    row = Row(store)
    for at, is_open in ((SOLD - TICK, False), (SOLD, True), (CLOSES, True), (CLOSES + TICK, False)):
        panel = row.panel(at=at)
        assert (panel.open, panel.window, panel.at) == (is_open, row.window, at)
        assert panel.contact.keys() == WAYS.keys()
        assert panel.contact["Text"] == row.may_contact(WAYS["Text"], at=at)
        assert (panel.purse, panel.refund) == (None, None)
    never = Row(store, sold_at=None)
    assert never.window is None
    told = never.panel(at=SOLD)
    assert (told.window, told.open, told.purse) == (None, False, None)


def test_a_purse_without_limit_has_no_amount_that_is_left(store):
    opening = OpenAccount(account_id="b", seller_id="s", name="B", currency="USD", floor=UNLIMITED)
    store.run(bo.KeepAccount(seller_id="s", account_id="b", command=opening, at=SOLD))
    assert purse_of(store, "b").available is None
    assert purse_of(store, "b").posted == Money(0, "USD")


def test_those_due_first_come_first_and_what_is_decided_waits_no_more(store):
    early, late, done = Row(store), Row(store, id="crm.lead:18"), Row(store, id="crm.lead:19")
    asked = [row.request_return(WRONG, by="u", at=at)
             for row, at in ((late, CLOSES), (early, SOLD), (done, SOLD))]  # fmt: skip
    decided = done.decide_return(YES, refund_id=asked[2].id, at=CLOSES)
    assert in_order([asked[0], asked[1], decided]) == (asked[1], asked[0])


AGAIN = SellerTerms(name="S", refunds=replace(SellerTerms(name="S").refunds, resubmit=True))


@pytest.mark.parametrize("sold_here", [False, True])
def test_only_the_request_that_was_seen_is_answered(store, sold_here):
    row, no = Row(store), DeclineRefund(by="staff", note="it rang")
    store.run(bo.SetSellerTerms(seller_id="s", terms=AGAIN, at=SOLD))
    if sold_here:
        sell(store, row.host.id)
    with pytest.raises(NotFound, match="'seen'"):
        row.decide_return(YES, refund_id="seen", at=CLOSES)
    seen = row.request_return(WRONG, by="u", at=SOLD)
    row.decide_return(no, refund_id=seen.id, at=SOLD)
    meanwhile = row.request_return(WRONG, by="u", at=CLOSES)
    with pytest.raises(Conflict, match="last request"):
        row.decide_return(YES, refund_id=seen.id, at=CLOSES)
    assert row.refund == meanwhile
    assert row.decide_return(YES, refund_id=meanwhile.id, at=CLOSES).status is RefundStatus.APPROVED


@pytest.mark.parametrize("sold_here", [False, True])
def test_every_denial_counts_and_the_last_that_terms_allow_ends_it(store, sold_here):
    row, no = Row(store), DeclineRefund(by="staff", note="it rang")
    if sold_here:
        sell(store, row.host.id)
    terms = RefundTerms(resubmit=True, resubmit_times=1)
    store.run(bo.SetSellerTerms(seller_id="s", terms=SellerTerms(name="S", refunds=terms), at=SOLD))
    made = []
    for hours in (0, 1):
        at = SOLD + timedelta(hours=hours)
        assert row.may_return(WRONG, at=at).verdict is Verdict.PERMITTED
        made.append(row.request_return(WRONG, by="u", at=at).id)
        row.decide_return(no, refund_id=made[-1], at=at)
        assert row.refund.id == made[-1]
    assert "RET-RESUBMIT" in row.may_return(WRONG, at=CLOSES).rules
    with pytest.raises(Refused, match="RET-RESUBMIT"):
        row.request_return(WRONG, by="u", at=CLOSES)
    told = [(each.id, each.status) for each in row.host.refunds]
    assert told == ([] if sold_here else [(key, RefundStatus.DECLINED) for key in made[::-1]])


def test_a_panel_reads_the_lead_once_and_the_requests_of_its_sale_alone(store, monkeypatch):
    row, other = Row(store), Row(store, id="crm.lead:18")
    sell(store, row.host.id)
    second = bo.ReceiveLead(seller_id="s", lead_id=other.host.id, sale_id="second",
                            source_key="2", submission=person(2), at=SOLD)  # fmt: skip
    store.run(second)
    asked = row.request_return(WRONG, by="u", at=SOLD)
    later = other.request_return(WRONG, by="u", at=CLOSES)
    read = []

    def seen(name):
        whole = getattr(MemoryStore, name)

        def reading(self, given):
            found = whole(self, given)
            read.append((name, found))
            return found

        monkeypatch.setattr(MemoryStore, name, reading)

    for name in ("lead", "refunds"):
        seen(name)
    assert row.panel(at=CLOSES).refund == asked
    assert read == [("lead", row.store.row("lead", row.host.id).state), ("refunds", (asked,))]
    assert other.panel(at=CLOSES).refund == later
