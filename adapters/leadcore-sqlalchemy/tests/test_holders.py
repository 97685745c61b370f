"""Who holds leads and how new they are at most: told by whatever gives somebody a lead."""

from __future__ import annotations

import threading
from datetime import UTC, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from leadcore import back_office as bo
from leadcore.leads import AssignLead
from leadcore.testing.scenes import AT, Scene, reception
from leadcore_sqlalchemy import SqlStore, holders, intervals
from leadcore_sqlalchemy.tables import intervals as places

MINUTE = timedelta(minutes=1)
INSTANTS = st.datetimes(timezones=st.just(UTC)) | st.sampled_from(
    [AT, AT + timedelta(microseconds=1), AT - timedelta(microseconds=1), AT + MINUTE]
)


def said(engine):
    with engine.connect() as connection:
        return dict(connection.execute(select(places.c.id, places.c.newest)).all())


def test_each_sale_and_each_assignment_raises_it_and_nothing_lowers_it(any_engine):
    scene = Scene(store=SqlStore(any_engine), quantity=9).set_up()
    first, other = scene.user(), scene.user(below=True)
    assert set(said(any_engine).values()) == {None}
    # The first one is of that minute; the second one is older, the third of the same minute.
    for number, at in enumerate((AT + timedelta(seconds=1), AT, AT + MINUTE)):
        scene.store.run(reception(scene.seller, number, at=at))
        assert said(any_engine) == {first: AT + MINUTE, other: None}
    for user in (other, first, other):
        command = AssignLead(user_id=user)
        lead = f"{scene.seller}/l1"
        scene.store.run(bo.WorkLead(lead_id=lead, viewer_id=first, command=command, at=AT + MINUTE))
        assert said(any_engine) == {first: AT + MINUTE, other: AT}
    assert scene.store.audit() == ()


@given(at=INSTANTS)
def test_it_is_rounded_up_to_the_minute(at):
    found = holders._rounded(at)
    assert at <= found
    if at <= holders._LAST:
        assert found - at < MINUTE
        assert (found.second, found.microsecond) == (0, 0)


def test_an_instant_that_is_too_low_is_found_and_made_anew(any_engine):
    scene = Scene(store=SqlStore(any_engine)).set_up()
    scene.receive(0)
    kept = said(any_engine)
    for wrong in (None, AT - timedelta(microseconds=1)):
        with any_engine.begin() as connection:
            connection.execute(update(places).values(newest=wrong))
        told = f"user {scene.user()}: holds a newer lead than its interval says"
        assert scene.store.audit() == (told,)
    for gone in (False, True):
        with any_engine.begin() as connection:
            if gone:
                connection.execute(places.delete())
            intervals.rebuild(connection)
        assert scene.store.audit() == ()
    assert said(any_engine) == kept


def test_a_sale_while_the_intervals_are_made_anew_is_not_forgotten(any_engine):
    scene = Scene(store=SqlStore(any_engine), quantity=9).set_up()
    begun, sold = threading.Event(), threading.Event()

    def sell():
        begun.wait(10)
        scene.receive(0)
        sold.set()

    seller = threading.Thread(target=sell)
    with any_engine.begin() as connection:
        connection.execute(places.delete())
        intervals.rebuild(connection)
        seller.start()
        begun.set()
        assert not sold.wait(0.05)
    seller.join()
    assert sold.is_set()
    assert scene.store.audit() == ()
    assert said(any_engine)[scene.user()] == AT
