"""A note is written by whoever sees the lead, once."""

import pytest

from leadcore import back_office as bo
from leadcore.errors import Malformed, NotFound
from leadcore.testing import MemoryStore
from leadcore.testing.scenes import AT, Scene, reception


@pytest.fixture
def sold():
    scene = Scene(store=MemoryStore(), accounts=2).set_up()
    return scene, scene.store.run(reception(scene.seller, 1)).lead


def noting(scene, lead, **more):
    given = {"text": "Call after five.\nAsk for Kim.", "viewer_id": lead.assigned_to, **more}
    whose = {"seller_id": scene.seller, "lead_id": lead.id, "at": AT}
    return bo.NoteLead(**(whose | given))


@pytest.mark.parametrize("staff", [False, True])
def test_whoever_sees_the_lead_writes_on_it_once(sold, staff):
    scene, lead = sold
    case = noting(scene, lead, **({"viewer_id": None} if staff else {}))
    done = scene.store.run(case)
    assert [note.text for note in done.notes] == ["Call after five.\nAsk for Kim."]
    assert scene.store.run(case) == done == scene.store.lead(lead.id)
    assert scene.store.audit() == ()


def test_nobody_else_knows_that_there_is_a_lead(sold):
    scene, lead = sold
    other = next(user for user in map(scene.user, range(2)) if user != lead.assigned_to)
    for wrong in (
        {"viewer_id": other},
        {"viewer_id": "nobody"},
        {"lead_id": "none"},
        {"viewer_id": None, "seller_id": "another"},
    ):
        with pytest.raises(NotFound):
            scene.store.run(noting(scene, lead, **wrong))


@pytest.mark.parametrize(
    ("length", "fine"), [(0, False), (1, True), (10_000, True), (10_001, False)]
)
def test_a_note_says_something_and_not_too_much(sold, length, fine):
    scene, lead = sold
    case = noting(scene, lead, text="x" * length)
    if fine:
        assert scene.store.run(case).notes
    else:
        with pytest.raises(Malformed):
            scene.store.run(case)
