"""The top of a downline, climbed to in SQL, is the one the whole account's tree gives."""

from __future__ import annotations

import pytest
from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.distribution import PLAIN, Apart, DistributionTerms, Way
from leadcore.downline import Tree
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.values import Money
from leadcore_sqlalchemy import uplines
from leadcore_sqlalchemy.current import users_of
from leadcore_sqlalchemy.facts import load
from leadcore_sqlalchemy.tables import users

APART = Way(buyers=2, apart=Apart.DOWNLINE, verticals=frozenset({"solar"}))


@pytest.fixture
def grown(store, town):
    """A chain of five below each account's user, orders for the second and the last of them."""
    terms = SellerTerms(name="S", distribution=DistributionTerms((APART, PLAIN)))
    store.run(bo.SetSellerTerms(seller_id=town.seller, terms=terms, at=town.at))
    for account in ("seller/a0", "seller/a1"):
        above = f"{account}/u"
        for number in range(5):
            user = f"{account}/u{number}"
            adding = AddUser(
                user_id=user,
                seller_id=town.seller,
                account_id=account,
                parent_id=above,
                profile=Profile(name=user, email="u@example.com"),
            )
            store.run(bo.KeepUser(user_id=user, account_id=account, command=adding, at=town.at))
            above = user
        for number in (1, 4):
            key = f"{account}/o{number}"
            opening = OpenOrder(
                order_id=key,
                seller_id=town.seller,
                account_id=account,
                terms=OrderTerms(
                    user_id=f"{account}/u{number}", price=Money(2_500, "USD"), quantity=5
                ),
            )
            keep = bo.KeepOrder(order_id=key, account_id=account, command=opening, at=town.at)
            store.run(keep)
    return store


def relink(store, **links):
    """Change links of the first account's users as no rule would: a damaged import."""
    with store.engine.begin() as connection:
        for name, parent in links.items():
            row = users.update().where(users.c.id == f"seller/a0/{name}")
            connection.execute(row.values(parent_id=parent))


def needs(town, vertical="solar"):
    case = town.lead(1)
    return replace(case, submission=replace(case.submission, vertical=vertical)).needs


@pytest.mark.parametrize(
    ("links", "tops"),
    [
        ({}, {"u": "u", "u1": "u", "u4": "u"}),
        ({"u2": None}, {"u": "u", "u1": "u", "u4": "u2"}),
        ({"u2": "seller/a1/u"}, {"u": "u", "u1": "u", "u4": "u2"}),
        ({"u2": "nobody"}, {"u": "u", "u1": "u", "u4": "u2"}),
        ({"u0": "seller/a0/u2"}, {"u": "u", "u1": "u1", "u4": "u2"}),
        ({"u4": "seller/a0/u4"}, {"u": "u", "u1": "u", "u4": "u4"}),
    ],
    ids=["a chain", "two trees", "another account's", "nobody's", "a circle", "their own"],
)
def test_the_climb_ends_where_the_tree_does(grown, town, links, tops):
    relink(grown, **links)
    with grown.engine.connect() as connection:
        found = load(needs(town), connection).candidates
        rows = connection.execute(users.select().where(users.c.account_id == "seller/a0"))
        whole = Tree({row.id: row.parent_id for row in rows})
        assert len(users_of(connection, "seller/a0")) == 6
    mine = {
        each.order.terms.user_id: each.top_id
        for each in found
        if each.order.account_id == "seller/a0"
    }
    assert mine == {f"seller/a0/{user}": f"seller/a0/{top}" for user, top in tops.items()}
    assert mine == {user: whole.top(user) for user in mine}
    others = {each.top_id for each in found if each.order.account_id == "seller/a1"}
    assert others == {"seller/a1/u"}


def test_an_order_for_somebody_of_another_account_stands_alone(grown, town):
    with grown.engine.begin() as connection:
        row = users.update().where(users.c.id == "seller/a0/u4")
        connection.execute(row.values(account_id="seller/a1"))
    with grown.engine.connect() as connection:
        found = load(needs(town), connection).candidates
    tops = {each.order.id: each.top_id for each in found}
    assert tops["seller/a0/o4"] == "seller/a0/u4"


@pytest.mark.parametrize(("vertical", "climbs"), [("solar", 1), ("legal", 0), (None, 0)])
def test_only_a_lead_whose_own_way_asks_for_it_is_climbed_for(
    grown, town, monkeypatch, vertical, climbs
):
    asked = []
    honest = uplines._READ_LINKS.rows
    monkeypatch.setattr(
        uplines._READ_LINKS, "rows", lambda *given: asked.append(given) or honest(*given)
    )
    with grown.engine.connect() as connection:
        found = load(needs(town, vertical), connection).candidates
        known = load(replace(needs(town, vertical), submission=None), connection).candidates
    assert len(asked) == climbs
    assert {each.top_id is not None for each in found} == {bool(climbs)}
    assert {each.top_id for each in known} == {None}
