"""The dossier is a lead that folds, with something of every kind recorded about it."""

from leadcore import wire
from leadcore.back_office import logged_decisions
from leadcore.contact.logged import replay
from leadcore.decider import fold
from leadcore.leads import LeadStatus, evolve
from leadcore.rulebooks import US
from leadcore.testing.dossiers import LEAD, SELLER, dossier


def test_its_streams_fold():
    told = dossier()
    lead = fold(evolve, None, [each.event for each in told if each.stream == "lead"])
    assert (lead.id, lead.seller_id, lead.status) == (LEAD, SELLER, LeadStatus.SOLD)
    assert len(lead.attempts) == 3
    for stream in ("contact_point", "refund"):
        _, fold_in = wire.STATES[stream]
        (key,) = {each.key for each in told if each.stream == stream}
        events = [each.event for each in told if each.stream == stream]
        assert fold(fold_in, wire.start_of(stream, key), events) is not None


def test_its_decisions_replay():
    trail = logged_decisions(each.event for each in dossier() if each.stream == "decisions")
    assert [replay(each, US).verdict for each in trail] == [each.verdict for each in trail]
