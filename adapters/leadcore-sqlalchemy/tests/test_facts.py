"""Facts are those of the people concerned: what is read does not grow with the account."""

from __future__ import annotations

from attrs import evolve as replace
from sqlalchemy import select, text

from leadcore import back_office as bo
from leadcore.accounts import WatchBalance
from leadcore.leads import AssignLead
from leadcore.orders import EditOrder
from leadcore.payments import BalanceWatch
from leadcore.people import AddUser, EditUser, MoveUser, Profile
from leadcore.testing.scenes import AT, Scene
from leadcore.values import Money
from leadcore_sqlalchemy import SqlStore, states
from leadcore_sqlalchemy.tables import users

_SMALL, _LARGE = 2, 60


def _crowd(scene, many) -> None:
    """Let many people join below the account's first user."""
    cases = [
        bo.KeepUser(
            user_id=f"{scene.seller}/{number}",
            account_id=scene.account(),
            command=AddUser(
                user_id=f"{scene.seller}/{number}",
                seller_id=scene.seller,
                account_id=scene.account(),
                parent_id=scene.user(),
                profile=Profile(name="N"),
            ),
            at=AT,
        )
        for number in range(many)
    ]
    scene.store.run_many(cases)


def _cases(scene):
    """Give use cases that concern a few people of the account, by name."""
    top, below, account = scene.user(), scene.user(below=True), scene.account()
    order, _ = scene.store.orders(scene.seller, account)[0]
    lead = f"{scene.seller}/l1"
    admin = EditUser(replace(scene.store.user(top).profile, admin=True))
    watch = WatchBalance(BalanceWatch(alert_below=Money(8_000, "USD")))
    return {
        "make an admin": bo.KeepUser(user_id=top, account_id=account, command=admin, at=AT),
        "edit an order": bo.KeepOrder(
            order_id=order.id,
            account_id=account,
            command=EditOrder(replace(order.terms, user_id=below)),
            at=AT,
        ),
        "move": bo.KeepUser(
            user_id=below, account_id=account, command=MoveUser(None), viewer_id=top, at=AT
        ),
        "assign": bo.WorkLead(
            lead_id=lead, viewer_id=top, command=AssignLead(user_id=below, by=top), at=AT
        ),
        "ask": bo.AskContact(seller_id=scene.seller, lead_id=lead, viewer_id=top, at=AT),
        "watch": bo.KeepAccount(seller_id=scene.seller, account_id=account, command=watch, at=AT),
        "is low": bo.CheckBalance(seller_id=scene.seller, account_id=account, at=AT),
        "remind": bo.RemindOfAppointment(appointment_id="none", at=AT),
    }


def _read(engine, many, monkeypatch) -> dict[str, int]:
    """Give how many users' rows each use case reads."""
    scene = Scene(store=SqlStore(engine)).set_up()
    scene.receive(1)
    _crowd(scene, many)
    read: list[str] = []
    load = states.load_state
    monkeypatch.setattr(
        states, "load_state", lambda kind, text: read.append(kind) or load(kind, text)
    )
    found = {}
    for name, case in _cases(scene).items():
        read.clear()
        scene.store.run(case)
        found[name] = read.count("user")
    monkeypatch.undo()
    messages = scene.store.messages(100, scene.seller)
    assert sum(message.kind.value == "low_balance" for message in messages) == 1
    return found


def test_users_read_do_not_grow_with_the_account(sqlite_engine, monkeypatch):
    small = _read(sqlite_engine, _SMALL, monkeypatch)
    assert _read(sqlite_engine, _LARGE, monkeypatch) == small
    assert max(small.values()) <= 3


def test_admins_are_found_by_an_index(sqlite_engine):
    asked = select(users.c.data).where(users.c.admin_of == "a").order_by(users.c.id)
    written = asked.compile(sqlite_engine, compile_kwargs={"literal_binds": True})
    with sqlite_engine.connect() as connection:
        rows = connection.execute(text(f"EXPLAIN QUERY PLAN {written}")).all()
    assert [row[-1] for row in rows] == [
        "SEARCH leadcore_users USING INDEX ix_leadcore_users_admin_of_id (admin_of=?)"
    ]
