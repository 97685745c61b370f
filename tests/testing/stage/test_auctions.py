"""Every act on auctions does something, and nothing where there are none."""

from datetime import timedelta

import pytest

from leadcore.auction import BidRefusal, PostRefusal
from leadcore.leads import LeadStatus
from leadcore.testing.stage import WAYS
from tests.testing.stage.acting import act, received, refused, stage, went_well

AUCTION = next(n for n, way in enumerate(WAYS) if way is not None and way.auctions)
ACTS = ("bid", "no_bid", "shut", "post")
HOUR = timedelta(hours=1)


@pytest.fixture(name="made")
def _made():
    made = received(stage(ways=AUCTION))
    assert {lead.status for lead in made.known()} == {LeadStatus.BIDDING}
    return made


@pytest.mark.parametrize("what", ACTS)
def test_without_leads_there_is_nothing_to_do(what):
    assert act(stage(ways=AUCTION), what) is None


def test_bids_come_in_time_and_late_and_below_the_least(made):
    pairs = [(index, other) for index in range(3) for other in range(6)]
    soon = went_well([act(made, "bid", index=index, other=other) for index, other in pairs])
    reasons = {each.refused for each in soon}
    assert {None, BidRefusal.BELOW_MINIMUM, BidRefusal.CHANGED} <= reasons
    fresh = received(stage(ways=AUCTION))
    assert act(fresh, "bid", gap=4 * HOUR, other=1).refused is BidRefusal.LATE


def test_a_bid_for_another_auction_is_refused(made):
    assert refused(act(made, "bid", other=7))
    assert refused(act(made, "no_bid", other=7))
    assert refused(act(made, "shut", other=7))
    assert not refused(act(made, "no_bid", other=1))


def test_the_bidding_ends_in_time_only(made):
    act(made, "bid", other=1)
    assert refused(act(made, "shut"))
    assert act(made, "shut", gap=6 * HOUR).lead.status in {LeadStatus.RESERVED, LeadStatus.UNSOLD}
    assert act(made, "shut", index=1).lead.status is LeadStatus.UNSOLD  # nobody bid


@pytest.mark.parametrize(
    ("other", "reason"),
    [(1, PostRefusal.PRICE_CHANGED), (2, PostRefusal.UNKNOWN_TOKEN), (3, None), (0, None)],
)
def test_a_post_is_taken_as_it_was_won(made, other, reason):
    while not any(lead.bidding.auction.bids for lead in made.known()):
        act(made, "bid", index=0, other=1)
    act(made, "shut", gap=6 * HOUR)
    assert made.known()[0].status is LeadStatus.RESERVED
    answer = act(made, "post", other=other)
    assert answer.refused is reason
    assert (answer.lead.status is LeadStatus.SOLD) is (reason is None)
    again = act(made, "post", other=4)
    assert (again.refused is None) is (reason is not None)
    act(made, "post", other=6)  # any lead at all
