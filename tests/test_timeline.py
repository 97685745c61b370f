"""An account is told of a lead what is its own, and the seller's staff all."""

from attrs import evolve as replace

from leadcore.leads import (
    AttemptOutcome,
    ContactAttempt,
    ContactAttempted,
    LeadReceived,
    LeadSold,
    LeadUnsold,
)
from leadcore.submissions import Channel
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene, reception
from leadcore.timeline import events_for


def test_each_is_told_what_they_may_know():
    scene = Scene(store=MemoryStore(), accounts=2).set_up()
    lead = scene.store.run(reception(scene.seller, 1)).lead
    received, sold = scene.store.journal("lead", lead.id)
    assert isinstance(received, LeadReceived)
    assert isinstance(sold, LeadSold)
    again = replace(received, origin="before", share_of="first")
    unsold = LeadUnsold(offers=sold.offers, at=AT)
    tried = ContactAttempted(
        attempt=ContactAttempt(
            channel=Channel.CALL, at=AT, by="u", outcome=AttemptOutcome.NO_ANSWER
        )
    )
    events = (again, unsold, sold, tried)
    assert events_for(events, None) == events
    mine = sold.sale.account_id
    first, bought, last = events_for(events, mine)
    assert first == received
    assert {each.account_id for each in bought.offers} == {mine}
    assert len(sold.offers) > len(bought.offers)
    assert last == tried
