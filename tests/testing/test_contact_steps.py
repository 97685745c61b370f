"""Every step of a play about contact points is one of the use cases, and all kinds come up."""

from itertools import product

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.contact_points import PointFact, Record, ResolveText, addresses
from leadcore.submissions import Channel, Source, Submission
from leadcore.testing import MemoryStore
from leadcore.testing.contact_steps import ContactStep
from leadcore.testing.scenes import AT, Scene


def test_all_use_cases_and_facts_come_up_and_run():
    scene = Scene(store=MemoryStore()).set_up()
    step = ContactStep(
        lead=scene.receive(1).lead,
        index=0,
        other=0,
        account=scene.account(),
        viewer=scene.user(),
        at=AT,
    )
    cases = [
        replace(step, index=index, other=other).case()
        for index, other in product(range(8), range(8))
    ]
    kept = [case.command for case in cases if isinstance(case, bo.KeepContactPoint)]
    facts = {type(command.fact) for command in kept if isinstance(command, Record)}
    texts = {case.text for case in cases if isinstance(case, bo.ReceiveText)}
    assert len(facts) == len(PointFact.__args__) - 1  # unsure texts come as texts
    assert any(isinstance(command, ResolveText) for command in kept)
    assert texts >= {"STOP", "start", "wrong number?", "help"}
    asked = [case for case in cases if isinstance(case, bo.AskContact)]
    assert {case.viewer_id for case in asked} == {None, scene.user()}
    assert {case.asked.channel for case in asked} == set(Channel)
    for case in cases:
        if not isinstance(case, bo.KeepContactPoint):
            assert scene.store.run(case) is not None
    assert scene.store.audit() == ()


def test_a_person_without_an_address_is_somebody_elses_number():
    scene = Scene(store=MemoryStore()).set_up()
    lead = replace(scene.receive(1).lead, submission=Submission(source=Source(format="json")))
    step = ContactStep(
        lead=lead, index=0, other=0, account=scene.account(), viewer=scene.user(), at=AT
    )
    assert addresses(lead.submission) == ()
    assert step.case().sender == "+12125550199"
