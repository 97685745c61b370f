"""Posting in one round trip says and writes just what the long way does."""

from __future__ import annotations

import threading
import time

import pytest
from attrs import evolve as replace
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from leadcore.balances import Posted, Rejected, TransferKind
from leadcore.errors import Conflict, Malformed
from leadcore.testing import MemoryStore, Recorder, balance_step, linearizable
from leadcore_sqlalchemy import SqlStore, direct, ledger, sqlite_posts
from leadcore_sqlalchemy.later import Later

ODD = 'a "quoted" \\ {id}, NULL'


@pytest.fixture
def long_way(monkeypatch):
    """Give the function that makes posting take the long way."""

    def forbid() -> None:
        monkeypatch.setattr(direct, "lone", lambda *_args, **_more: None)
        monkeypatch.setattr(sqlite_posts, "lone", lambda *_args, **_more: None)
        monkeypatch.setattr("leadcore_sqlalchemy.direct.direct", lambda *_args, **_more: None)
        monkeypatch.setattr("leadcore_sqlalchemy.store.direct", lambda *_args, **_more: None)

    return forbid


@pytest.fixture
def no_long_way(monkeypatch):
    """Give the function that makes a look at what is there fail."""

    def forbid() -> None:
        def looked(*_args, **_more):
            raise AssertionError("it looked")

        monkeypatch.setattr(ledger, "decide", looked)

    return forbid


def batches_of(town):
    other = "prepaid:seller/a1"
    return [
        (town.charge("one", 10),),
        (town.charge(ODD, 20, lead_id=ODD, sale_id=ODD),),
        (town.move("up", TransferKind.TOPUP, 7, debit="cash:seller", credit=town.ledger),),
        (town.charge("b1", 30), town.charge("b2", 40, debit=other)),
        (town.move("tr", TransferKind.TRANSFER, 5, credit=other), town.charge("b4", 1)),
        (
            town.move(
                "adj", TransferKind.ADJUSTMENT, 500_000, forced=True, actor="op", reason='"so\\'
            ),
        ),
    ]


def stored(store, town):
    accounts = [f"prepaid:seller/a{n}" for n in (0, 1)]
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM leadcore_ledger_transfers ORDER BY id"))
        transfers = [tuple(row) for row in rows]
    return transfers, [(store.ledger_account(each), store.statement(each)) for each in accounts]


@pytest.mark.parametrize("together", [False, True])
def test_it_answers_and_writes_what_the_long_way_does(
    any_engine, town, emptied, long_way, no_long_way, together
):
    def run(store):
        batches = batches_of(town)
        calls = [batches] if together else [[each] for each in batches]
        answers = [answer for call in calls for answer in store.post(call, at=town.at)]
        return answers, stored(store, town)

    store = town.build(SqlStore(any_engine))
    store.post(
        [(town.charge("first", 1), town.charge("second", 1, debit="cash:seller"))], at=town.at
    )
    with pytest.MonkeyPatch.context() as only:
        only.setattr(ledger, "decide", None)
        short = run(store)
    long_way()
    again = town.build(SqlStore(emptied(any_engine)))
    again.post(
        [(town.charge("first", 1), town.charge("second", 1, debit="cash:seller"))], at=town.at
    )
    assert short == run(again)
    assert again.audit() == ()


def test_used_ids_and_missing_money_are_answered_as_ever(store, town):
    charge = town.charge("c", 60_000)
    (posted,) = store.post([(charge,)], at=town.at)
    (again,) = store.post([(charge,)], at=town.at)
    assert isinstance(again, Posted)
    assert (posted.replayed, again.replayed) == (False, True)
    with pytest.raises(Malformed, match="'c' was used for something else"):
        store.post([(town.charge("c", 1),)], at=town.at)
    for _ in range(2):
        (refused,) = store.post([(town.charge("d", 60_000),)], at=town.at)
        assert isinstance(refused, Rejected)
    store.post([(town.move("up", TransferKind.TOPUP, 60_000, debit="cash:seller",
                           credit=town.ledger),)], at=town.at)  # fmt: skip
    (still,) = store.post([(town.charge("d", 60_000),)], at=town.at)
    assert isinstance(still, Rejected)
    assert still.replayed
    many = [(town.charge("e", 1),), (charge,)]
    assert [answer.replayed for answer in store.post(many, at=town.at)] == [False, True]
    assert store.audit() == ()


def test_what_changed_since_it_was_seen_is_noticed(any_engine, store, town):
    store.post([(town.charge("a", 1),)], at=town.at)
    with any_engine.begin() as connection:
        connection.execute(text("UPDATE leadcore_ledger_accounts SET status = 'frozen'"))
    (refused,) = store.post([(town.charge("b", 1),)], at=town.at)
    assert isinstance(refused, Rejected)
    assert refused.code.value == "account_frozen"


def test_a_single_transfer_on_sqlite_goes_the_short_way_or_leaves_nothing(
    sqlite_engine, town, monkeypatch
):
    store = town.build(SqlStore(sqlite_engine))
    (first,) = store.post([(town.charge("a", 1),)], at=town.at)
    longer = []
    for name in ("decide", "post_direct"):
        usual = getattr(ledger, name)
        monkeypatch.setattr(
            ledger,
            name,
            lambda *args, _usual=usual, **more: longer.append(1) or _usual(*args, **more),
        )
    (short,) = store.post([(town.charge("b", 2),)], at=town.at)
    assert (longer, short.entries[0].seq) == ([], first.entries[0].seq + 1)
    before = store.statement(town.ledger)
    (again,) = store.post([(town.charge("b", 2),)], at=town.at)
    (refused,) = store.post([(town.charge("c", 10**9),)], at=town.at)
    assert (again.replayed, type(refused), longer != []) == (True, Rejected, True)
    assert store.statement(town.ledger) == before
    assert store.audit() == ()


def test_without_the_function_posting_goes_the_long_way(postgres_engine, town):
    store = town.build(SqlStore(postgres_engine))
    name = "leadcore_ledger_post_batches"
    with postgres_engine.begin() as connection:
        connection.execute(text(f"ALTER FUNCTION {name} RENAME TO {name}_away"))
    try:
        for number in range(2):
            pair = (town.charge(f"p{number}", 1), town.charge(f"q{number}", 1))
            store.post([(town.charge(f"a{number}", 1),)], at=town.at)
            store.post([pair], at=town.at)
    finally:
        with postgres_engine.begin() as connection:
            connection.execute(text(f"ALTER FUNCTION {name}_away RENAME TO {name}"))
    assert store.balance(town.ledger).posted == 99_994
    assert store.audit() == ()


def test_a_forgotten_store_leaves_no_connection_that_commits_by_itself(postgres_engine, town):
    for number in range(3):
        store = town.build(SqlStore(postgres_engine)) if number == 0 else SqlStore(postgres_engine)
        store.post([(town.charge(f"a{number}", 1),)], at=town.at)
        store.post([(town.charge(f"b{number}", 1),)], at=town.at)
        del store
    for _ in range(4):
        with postgres_engine.connect() as connection:
            assert not connection.connection.driver_connection.autocommit


def _posted(store, connection, transfer, town):
    return store.post([(transfer,)], at=town.at)


def _charge(connection, transfer, shown, at):
    later = Later(connection)
    assert ledger.charge(later, transfer, shown, at=at)
    later.send()


def _sold(store, connection, transfer, town):
    shown = {name: store.ledger_account(name) for name in (transfer.debit, transfer.credit)}
    with pytest.raises((Conflict, IntegrityError)), connection.begin():
        _charge(connection, transfer, shown, town.at)
    return store.post([(transfer,)], at=town.at)


@pytest.mark.parametrize("way", [_posted, _sold])
def test_an_id_rejected_while_its_transfer_is_on_its_way_is_not_posted(postgres_engine, town, way):
    """The rejection holds the id's place, so whoever posts it waits, and then sees it."""
    store = town.build(SqlStore(postgres_engine), funds=100)
    store.post([(town.charge("warm", 1),)], at=town.at)
    mine = (town.charge("c", 100),)
    answers = []

    def post():
        with postgres_engine.connect() as connection:
            answers.extend(way(store, connection, mine[0], town))

    with postgres_engine.begin() as connection:
        book, (refused,) = ledger.decide(connection, [mine], at=town.at)
        assert isinstance(refused, Rejected)
        ledger.write(connection, book, [mine], [refused], at=town.at)
        up = town.move("up", TransferKind.TOPUP, 100, debit="cash:seller", credit=town.ledger)
        store.post([(up,)], at=town.at)
        other = threading.Thread(target=post)
        other.start()
        while other.is_alive() and not _waiting(postgres_engine):
            time.sleep(0.001)
    other.join()
    assert [type(each) for each in answers] == [Rejected]
    assert store.audit() == ()


def _waiting(made) -> bool:
    question = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with made.connect() as connection:
        return connection.execute(question).scalar_one() > 0


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(("charge", "charge", "topup", "adjust", "move", "again")),
        st.integers(0, 1),
        st.sampled_from((1, 5, 40, 100, 101)),
        st.booleans(),
    ),
    max_size=8,
)


def _operation(town, name, what, who, amount):
    mine, other = f"prepaid:seller/a{who}", f"prepaid:seller/a{1 - who}"
    if what == "charge":
        return town.charge(name, amount, debit=mine)
    kind, more = {
        "topup": (TransferKind.TOPUP, {"debit": "cash:seller", "credit": mine}),
        "adjust": (
            TransferKind.ADJUSTMENT,
            {"debit": mine, "forced": True, "actor": "op", "reason": "so"},
        ),
        "move": (TransferKind.TRANSFER, {"debit": mine, "credit": other}),
    }[what]
    return town.move(name, kind, amount, **more)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(operations=OPERATIONS)
def test_memory_sqlite_and_postgres_answer_alike(
    sqlite_engine, postgres_engine, town, emptied, operations
):
    stores = [MemoryStore(), SqlStore(emptied(sqlite_engine)), SqlStore(emptied(postgres_engine))]
    for store in stores:
        town.build(store, funds=100)
    given_: list = []
    calls: list[list] = [[]]
    for number, (what, who, amount, joined) in enumerate(operations):
        earlier = given_[who] if len(given_) > who else town.charge(f"t{number}", 1)
        made = earlier if what == "again" else _operation(town, f"t{number}", what, who, amount)
        given_.append(made)
        if not joined:
            calls.append([])
        calls[-1].append((made,))
    told = [[store.post(call, at=town.at) for call in calls] for store in stores]
    assert told[0] == told[1] == told[2]
    for store in stores:
        assert store.audit() == ()
    wanted = [[store.statement(f"prepaid:seller/a{n}") for n in (0, 1)] for store in stores]
    assert wanted[0] == wanted[1] == wanted[2]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_concurrent_posts_look_as_if_they_came_one_after_another(request, town, kind):
    """Charges, payments and looks of several threads; their history is judged."""
    made = request.getfixturevalue(f"{kind}_engine")
    store, recorder = town.build(SqlStore(made), funds=20), Recorder(time.perf_counter_ns)
    names = [f"prepaid:seller/a{n}" for n in (0, 1)]

    def work(mine: int) -> None:
        for number in range(12):
            name = names[(mine + number) % 2]
            what = ("look", ("charge", 3), ("charge", 7), ("pay", 4))[(mine * 5 + number) % 4]
            with recorder.call(name, what) as call:
                call.answer = _asked(store, town, name, what, f"w{mine}-{number}")

    threads = [threading.Thread(target=work, args=(mine,)) for mine in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(recorder.history()) == 48
    assert linearizable(recorder.history(), balance_step, start=20) is None
    assert store.audit() == ()


def _asked(store, town, name, what, key):
    if what == "look":
        return store.balance(name).posted
    kind, amount = what
    given_ = (
        town.charge(key, amount, debit=name)
        if kind == "charge"
        else town.move(key, TransferKind.TOPUP, amount, debit="cash:seller", credit=name)
    )
    (answer,) = store.post([(given_,)], at=town.at)
    return isinstance(answer, Posted)


def test_a_store_that_looks_and_then_writes_is_caught_by_its_history(sqlite_engine, town):
    """The same history check on a store broken on purpose: it charges what it saw before."""
    store = town.build(SqlStore(sqlite_engine), funds=20)
    recorder, meeting = Recorder(time.perf_counter_ns), threading.Barrier(2)

    def stale(key: str) -> None:
        with recorder.call(town.ledger, ("charge", 15)) as call:
            seen = store.balance(town.ledger).posted
            meeting.wait()
            charged = replace(town.charge(key, 15), kind=TransferKind.ADJUSTMENT, forced=True,
                              actor="op", reason="so")  # fmt: skip
            store.post([(charged,)], at=town.at)
            call.answer = seen >= 15

    threads = [threading.Thread(target=stale, args=(key,)) for key in ("x", "y")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = linearizable(recorder.history(), balance_step, start=20)
    assert told is not None
    assert told.startswith(town.ledger)
