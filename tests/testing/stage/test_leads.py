"""Every act on leads does something, and nothing where there are none."""

import pytest

from leadcore.leads import LeadStatus
from tests.testing.stage.acting import act, every, received, refused, stage, went_well

ACTS = ("repeat", "offer", "assign", "attempt", "contact")


@pytest.mark.parametrize("what", [*ACTS, "resell", "confirm", "fail", "lapse"])
def test_without_leads_there_is_nothing_to_do(what):
    assert act(stage(), what) is None


def test_leads_are_worked():
    answers = every(received(stage()), *ACTS)
    assert all(went_well(answers[what]) for what in ("repeat", "attempt", "contact", "assign"))
    assert all(refused(each) for each in answers["offer"])  # they are sold


@pytest.mark.parametrize("what", ["confirm", "fail", "lapse"])
def test_reserved_leads_are_delivered_or_not(what):
    made = received(stage(ways=1))
    assert {lead.status for lead in made.known()} == {LeadStatus.RESERVED}
    (early, *_), later = (every(made, name)[name] for name in (what, "confirm"))
    assert early is not None
    assert all(each is not None for each in later)


def test_returned_leads_are_sold_again():
    made = received(stage())
    act(made, "request", other=5)
    act(made, "approve", other=1)
    again = act(made, "resell")
    assert (again.lead.origin, again.lead.id) == (made.known()[0].id, made.leads[-1])
    assert refused(act(made, "resell", index=1)) or made.leads
