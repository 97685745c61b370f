"""Representative calls into the core, one a line, for `test_purity.py`.

The test imports this file in a process of its own in which the clock raises and an audit hook
forbids files, sockets and processes, and runs every call. Add one when you add a policy or a use
case; a result that is an iterator must be used up.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from attrs import evolve as replace

from leadcore import (
    accounts,
    back_office,
    cadence,
    decider,
    distribution,
    downline,
    duplicates,
    host_leads,
    leads,
    letters,
    notices,
    orders,
    people,
    ports,
    refunds,
    relay,
    submissions,
    values,
    wire,
)

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
PRICE = values.Money(2500, "USD")
SELLER = accounts.Seller(id="s", terms=accounts.SellerTerms(name="Seller"))
ACCOUNT = accounts.Account(id="a", seller_id="s", name="Account", currency="USD")
USER = people.User(
    id="u",
    seller_id="s",
    account_id="a",
    parent_id=None,
    profile=people.Profile(name="User", email="u@x.example", cell="+12125550100"),
)
TREE = downline.Tree.of([USER])
ASKED = submissions.Submission(
    source=submissions.Source(format="json"),
    emails=(values.Email(raw="p@x.example", normal="p@x.example"),),
)
HOSTS = host_leads.HostLead(
    id="crm.lead:17",
    seller_id="s",
    submission=ASKED,
    received_at=AT,
    sold_at=AT,
    account_id="a",
    user_id="u",
)
TERMS = orders.OrderTerms(user_id="u", price=PRICE, quantity=5)
ORDER = orders.Order(
    id="o",
    seller_id="s",
    account_id="a",
    terms=TERMS,
    status=orders.OrderStatus.OPEN,
    paused=False,
    opened_at=AT,
)
CANDIDATE = distribution.Candidate(
    order=ORDER,
    standing=orders.Standing(),
    account_active=True,
    available=values.Money(10_000, "USD"),
)
NOTHING = decider.Versioned(None, 0)
OFFER = ports.OfferFacts(
    seller=SELLER,
    lead=NOTHING,
    candidates=(CANDIDATE,),
    order_versions={"o": 1},
    users={"u": USER},
)
RECEIVE = back_office.ReceiveLead(
    seller_id="s", lead_id="l", sale_id="sale", source_key="k", submission=ASKED, at=AT
)
SOLD = RECEIVE.decide(OFFER).answer.lead
CASE = ports.RefundCaseFacts(
    seller=SELLER,
    refund=NOTHING,
    earlier=(),
    lead=decider.Versioned(SOLD, 2),
    history=(),
    order=decider.Versioned(ORDER, 1),
    standing=orders.Standing(sold=1),
    ledger=None,
    viewer=USER,
    tree=TREE,
    requester=USER,
)
REQUEST = back_office.RequestRefund(
    refund_id="r", lead_id="l", user_id="u", reason="wrong_number", detail="asked", at=AT
)
REFUND = REQUEST.decide(CASE).answer
DECIDED = replace(CASE, refund=decider.Versioned(REFUND, 1))
APPROVE = refunds.ApproveRefund(by="staff", note="verified", basis=refunds.Basis.PERSON_SAID)
DECIDE = back_office.DecideRefund(refund_id="r", command=APPROVE, at=AT)
GONE = leads.evolve(SOLD, leads.LeadDetached(refund_id="r", order_id="o", frees_place=True, at=AT))
ATTEMPT = leads.ContactAttempt(
    channel=submissions.Channel.CALL, at=AT, by="u", outcome=leads.AttemptOutcome.REACHED
)
QUESTION = refunds.RefundQuestion(reason="wrong_number", detail="asked")


def again(case: object) -> object:
    """Decide on a lead that is known, by its present state."""
    known = GONE if isinstance(case, back_office.ResellLead) else replace(SOLD, sale=None)
    status = known.status if known is GONE else leads.LeadStatus.UNSOLD
    state = replace(known, status=status)
    return case.decide(replace(OFFER, lead=decider.Versioned(state, 2)))


MESSAGE = notices.confirmation(SOLD, SOLD.sale, USER.profile)[0]
LETTER = decider.Versioned(letters.letter_of(MESSAGE.id), 0)
CALLS: dict[str, Callable[[], object]] = {
    "decider.fold": lambda: decider.fold(lambda state, event: state + event, 0, (1, 2)),
    "values.instant": lambda: values.instant(AT.astimezone(timezone(timedelta(hours=-5)))),
    "values.time_ordered_id": lambda: values.time_ordered_id(AT, entropy=bytes(10)),
    "values.Money": lambda: str(PRICE + PRICE),
    "submissions.person_keys": lambda: submissions.person_keys(ASKED),
    "submissions.search_text": lambda: submissions.search_text(ASKED),
    "orders.renewed": lambda: orders.renewed(ORDER, orders.Standing(), AT),
    "orders.is_open": lambda: orders.is_open(
        orders.Hours("America/New_York", (orders.Span(1, 0, 60),)), AT
    ),
    "orders.cap_windows": lambda: orders.cap_windows(
        orders.Caps(
            zone="America/New_York",
            limits=tuple(orders.Cap(period=period) for period in orders.Period),
        ),
        AT,
    ),
    "back_office.RenewOrder": lambda: back_office.RenewOrder(
        seller_id="s", order_id="o", at=AT
    ).decide(
        ports.RenewalFacts(
            account=ACCOUNT,
            order=decider.Versioned(ORDER, 1),
            standing=orders.Standing(),
            payment=NOTHING,
        )
    ),
    "orders.decide": lambda: orders.decide(orders.PauseOrder(), ORDER, AT),
    "people.decide": lambda: people.decide(people.DisableUser(), USER, TREE, AT),
    "accounts.decide": lambda: accounts.decide(accounts.StopAccount("x"), ACCOUNT, AT),
    "leads.decide": lambda: leads.decide(leads.LogAttempt(attempt=ATTEMPT), SOLD, AT),
    "refunds.assess": lambda: refunds.assess(
        QUESTION,
        refunds.RefundFacts(lead_kind=submissions.LeadKind.WEB, sold_at=AT),
        at=AT + timedelta(hours=121),
        rules=refunds.RefundTerms(clock=refunds.RefundClock.BUSINESS_DAYS, max_age=5),
    ),
    "refunds.verification_dates": lambda: refunds.verification_dates(refunds.RefundTerms(), AT),
    "cadence.advise": lambda: cadence.advise(SOLD, at=AT),
    "cadence.due_list": lambda: cadence.due_list([SOLD, SOLD], at=AT + timedelta(hours=25)),
    "downline.LeadBoard": lambda: downline.LeadBoard("a", downline.Downline.of([USER])).page(
        downline.scope(USER, TREE)
    ),
    "downline.scope": lambda: downline.scope(USER, TREE).covers("a", "u", TREE),
    "distribution.choose": lambda: distribution.choose(ASKED, [CANDIDATE], at=AT),
    "duplicates.find_repeat": lambda: duplicates.find_repeat(
        ASKED, [SOLD], at=AT, look_back_days=30
    ),
    "notices.confirmation": lambda: notices.confirmation(SOLD, SOLD.sale, USER.profile),
    "notices.courtesy": lambda: notices.courtesy(SOLD, SOLD.sale, USER),
    "notices.invitation": lambda: notices.invitation(
        notices.LogInTold(
            key="k",
            to="u@x.example",
            name="U",
            seller="S",
            link="https://x.example/1",
            expires_at=AT,
            zone="America/New_York",
            user_id="u",
            seller_id="s",
        ),
        at=AT,
        catalogue=notices.SPANISH,
    ),
    "back_office.ClaimLetters": lambda: back_office.ClaimLetters(by="r", at=AT).decide(
        ports.OutboxFacts((ports.DueLetter(MESSAGE, LETTER),))
    ),
    "back_office.HandOver": lambda: back_office.HandOver(
        claimed=back_office.Claimed(MESSAGE, 1), at=AT
    ).decide(
        ports.LetterFacts(
            message=MESSAGE,
            letter=decider.Versioned(
                letters.evolve(
                    LETTER.state,
                    letters.LetterClaimed(by="r", until=AT + timedelta(hours=1), at=AT),
                ),
                1,
            ),
            lead=SOLD,
        )
    ),
    "back_office.SettleLetter": lambda: back_office.SettleLetter(
        message_id=MESSAGE.id,
        version=0,
        answer=ports.NotSent(ports.WhyNotSent.REFUSED, "no"),
        at=AT,
    ).decide(ports.LetterFacts(message=MESSAGE, letter=LETTER)),
    "letters.wait_after": lambda: letters.wait_after(letters.RelayPlan(), 3, "seed"),
    "relay.round_of": lambda: next(
        relay.round_of(relay.Relay(name="r"), frozenset(submissions.Channel), AT)
    ),
    "notices.refund_told": lambda: notices.refund_told(SOLD, SOLD.sale, REFUND, USER, at=AT),
    "back_office.SetSellerTerms": lambda: back_office.SetSellerTerms(
        seller_id="s", terms=SELLER.terms, at=AT
    ).decide(ports.SellerFacts(seller=NOTHING)),
    "back_office.KeepAccount": lambda: back_office.KeepAccount(
        seller_id="s", account_id="a", command=accounts.StopAccount("x"), at=AT
    ).decide(ports.AccountFacts(seller=SELLER, account=decider.Versioned(ACCOUNT, 1), ledger=None)),
    "back_office.KeepOrder": lambda: back_office.KeepOrder(
        order_id="o", account_id="a", command=orders.EditOrder(TERMS), at=AT
    ).decide(
        ports.OrderFacts(
            account=ACCOUNT,
            order=decider.Versioned(ORDER, 1),
            standing=orders.Standing(),
            user=USER,
        )
    ),
    "back_office.KeepUser": lambda: back_office.KeepUser(
        user_id="u", account_id="a", command=people.MoveUser(None), at=AT
    ).decide(
        ports.UserFacts(
            account=ACCOUNT,
            user=decider.Versioned(USER, 1),
            tree=decider.Versioned(TREE, 0),
        )
    ),
    "back_office.WorkLead": lambda: back_office.WorkLead(
        lead_id="l", viewer_id="u", command=leads.AssignLead(user_id="u"), at=AT
    ).decide(ports.LeadFacts(lead=decider.Versioned(SOLD, 2), viewer=USER, tree=TREE)),
    "back_office.ReceiveLead": lambda: RECEIVE.decide(OFFER),
    "back_office.OfferLead": lambda: again(
        back_office.OfferLead(seller_id="s", lead_id="l", sale_id="sale2", at=AT)
    ),
    "back_office.ResellLead": lambda: again(
        back_office.ResellLead(seller_id="s", lead_id="l", new_lead_id="l2", sale_id="sale2", at=AT)
    ),
    "back_office.RequestRefund": lambda: REQUEST.decide(CASE),
    "host_leads.request_return": lambda: host_leads.request_return(
        host_leads.lead_of(HOSTS),
        refunds.RefundQuestion(reason="wrong_number", detail="a bakery"),
        by="u",
        at=AT,
        terms=refunds.RefundTerms(),
    ),
    "host_leads.may_contact": lambda: host_leads.may_contact(
        host_leads.lead_of(HOSTS), back_office.LeadContact(), at=AT
    ),
    "back_office.DecideRefund": lambda: DECIDE.decide(DECIDED),
    "wire.dump": lambda: wire.load(leads.Lead, wire.dump(SOLD)),
    "wire.dump_event": lambda: wire.load_event(
        "order", wire.dump_event("order", orders.OrderPaused(AT))
    ),
}
