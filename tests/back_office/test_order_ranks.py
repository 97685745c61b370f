"""An account does not say before whom its orders come."""

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.back_office.order_ranks import RANKS
from leadcore.errors import Malformed, NotFound
from leadcore.orders import EditOrder, OpenOrder, OrderTerms, PauseOrder
from leadcore.people import DisableUser
from leadcore.testing import MemoryStore
from leadcore.testing.desk_contract import add_desk
from leadcore.testing.scenes import AT, PRICE, Scene
from leadcore.values import Money


@pytest.fixture
def scene():
    return Scene(store=MemoryStore(), accounts=2).set_up()


def terms(scene, **more):
    return OrderTerms(user_id=scene.user(), price=Money(PRICE, "USD"), quantity=5, **more)


def keep(scene, viewer, command):
    key = "new" if isinstance(command, OpenOrder) else scene.order()
    case = bo.KeepOrder(
        order_id=key, account_id=scene.account(), command=command, viewer_id=viewer, at=AT
    )
    return scene.store.run(case)


def opening(scene, **more):
    return OpenOrder(
        order_id="new",
        seller_id=scene.seller,
        account_id=scene.account(),
        terms=terms(scene, **more),
    )


def test_ranks_are_the_staffs_to_say(scene):
    (clerk,) = add_desk(scene, "clerk")
    ranked = dict.fromkeys(RANKS, 3)
    for command in (EditOrder(terms(scene, **ranked)), opening(scene, **ranked)):
        with pytest.raises(Malformed) as refused:
            keep(scene, scene.user(), command)
        assert [each.path for each in refused.value.problems] == [f"terms.{one}" for one in RANKS]
    assert keep(scene, scene.user(), opening(scene)).terms.weight == 1
    assert keep(scene, clerk, EditOrder(terms(scene, **ranked))).terms.tier == 3
    # What staff said stays where the account edits the rest.
    kept = keep(scene, scene.user(), EditOrder(terms(scene, **ranked, max_returns=1_000)))
    assert (kept.terms.priority, kept.terms.max_returns) == (3, 1_000)
    assert keep(scene, scene.user(), PauseOrder()).paused


def test_an_order_behind_the_viewers_wall_is_not_there(scene):
    (clerk,) = add_desk(scene, "clerk")
    (stranger,) = add_desk(Scene(store=scene.store).set_up(), "clerk")
    off = bo.KeepUser(
        user_id=scene.user(below=True), account_id=scene.account(), command=DisableUser(), at=AT
    )
    scene.store.run(off)
    for viewer in (scene.user(1), scene.user(below=True), stranger, "nobody"):
        with pytest.raises(NotFound):
            keep(scene, viewer, PauseOrder())
    nowhere = bo.KeepOrder(
        order_id="o", account_id="nowhere", command=PauseOrder(), viewer_id=clerk, at=AT
    )
    for case in (nowhere, replace(nowhere, viewer_id=None)):
        with pytest.raises(NotFound):
            scene.store.run(case)
