"""A lead that is put up for auction: the ping, the bidders, the terms."""

from __future__ import annotations

from datetime import UTC, datetime

from leadcore.back_office.calling import auctioned
from leadcore.distribution import BiddingTerms, CandidateDecision, Choice, Reason
from leadcore.leads import Lead, LeadStatus
from leadcore.submissions import Answer, Source, Submission
from leadcore.values import Address, Money, PersonName

AT = datetime(2026, 11, 22, 15, tzinfo=UTC)
TERMS = BiddingTerms(minimum=Money(500, "USD"), tell=frozenset({"size"}))
LEAD = Lead(
    id="l1",
    seller_id="s",
    source_key="k",
    submission=Submission(
        source=Source(format="json"),
        name=PersonName(first="Grace"),
        vertical="solar",
        address=Address(state="AZ", zip="85001", city="Phoenix"),
        answers=(Answer(key="size", values=("4",)), Answer(key="who", values=("Grace",))),
    ),
    status=LeadStatus.RECEIVED,
    received_at=AT,
)


def test_bidders_are_told_what_the_terms_say_and_no_more():
    invited = CandidateDecision(order_id="o1", account_id="a1", reason=Reason.INVITED)
    choice = Choice(decisions=(invited,), winners=(), at=AT, bidders=("o1",), tier=3)
    event = auctioned(LEAD, TERMS, choice, "auction")
    assert (event.tier, event.offers, event.at) == (3, (invited,), AT)
    opened = event.opened
    assert (opened.auction_id, opened.bidders, opened.at) == ("auction", frozenset({"o1"}), AT)
    assert opened.terms == TERMS.auction_terms
    assert (opened.ping.state, opened.ping.answers) == ("AZ", (("size", "4"),))
    assert "Grace" not in repr(opened)
    assert "Phoenix" not in repr(opened)
