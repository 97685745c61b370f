"""What two writers at the same time may and may not do to the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as replace
from sqlalchemy import text

from leadcore.balances import Code, Posted, Rejected, TransferKind, accepted
from leadcore.errors import Conflict, Malformed
from leadcore.ports import LeadQuery
from leadcore_sqlalchemy import SqlStore, facts, ledger
from leadcore_sqlalchemy.later import Later


@pytest.fixture
def apart(postgres_engine, town):
    """Decide on one connection, let another writer commit, then write."""
    store = town.build(SqlStore(postgres_engine), funds=1_000)

    def decide_then(mine, theirs):
        with postgres_engine.begin() as connection:
            book, answers = ledger.decide(connection, [mine], at=town.at)
            accepted(answers[0])
            (other,) = store.post([theirs], at=town.at + timedelta(seconds=5))
            assert isinstance(other, Posted)
            return ledger.write(connection, book, [mine], answers, at=town.at)

    return store, decide_then


def test_a_writer_that_was_slower_gets_the_lines_that_are_really_there(apart, town):
    store, decide_then = apart
    batch = (town.charge("mine", 100), town.charge("mine-too", 50))
    (answer,) = decide_then(batch, (town.charge("theirs", 300),))
    assert isinstance(answer, Posted)
    assert [(line.seq, line.posted_after) for line in answer.entries] == [(3, 600), (4, 550)]
    assert {line.recorded_at for line in answer.entries} == {town.at + timedelta(seconds=5)}
    assert answer.accounts[0].available == store.balance(town.ledger).available == 550
    assert store.audit() == ()


@pytest.mark.parametrize(("spent", "fits"), [(900, True), (901, False)])
def test_the_guard_lets_just_what_is_there_be_spent(apart, town, spent, fits):
    store, decide_then = apart
    if fits:
        decide_then((town.charge("mine", 100),), (town.charge("theirs", spent),))
        assert store.balance(town.ledger).available == 0
    else:
        with pytest.raises(Conflict, match="moved"):
            decide_then((town.charge("mine", 100),), (town.charge("theirs", spent),))
        assert store.balance(town.ledger).available == 99
    assert store.audit() == ()


def test_several_accounts_are_guarded_each_by_itself(apart, town):
    store, decide_then = apart
    other = "prepaid:seller/a1"
    mine = (town.charge("mine", 100, credit=other), town.charge("back", 100, debit=other))
    with pytest.raises(Conflict):
        decide_then(mine, (town.charge("theirs", 950),))
    (answer,) = decide_then((town.charge("again", 10, credit=other),), (town.charge("more", 20),))
    assert [line.account for line in answer.entries] == [town.ledger, other]
    assert store.audit() == ()


def test_two_refunds_of_one_charge_at_the_same_time_are_not_both_made(apart, town):
    store, decide_then = apart
    store.post([(town.charge("sale", 400),)], at=town.at)
    with pytest.raises(Conflict, match="refunded meanwhile"):
        decide_then((town.refund("r1", "sale", 300),), (town.refund("r2", "sale", 300),))
    assert store.balance(town.ledger).posted == 900
    decide_then((town.refund("r3", "sale", 50),), (town.refund("r4", "sale", 50),))
    assert store.audit() == ()


def test_a_hold_is_resolved_by_one_of_two(apart, town):
    store, decide_then = apart
    store.post([(town.hold("h", 400),)], at=town.at)
    capture = town.move("c", TransferKind.CAPTURE, 400, ref="h")
    void = town.move("v", TransferKind.VOID, 400, ref="h")
    with pytest.raises(Exception, match="uq_leadcore_ledger_transfers_resolves"):
        decide_then((capture,), (void,))
    assert store.balance(town.ledger).available == 1_000
    assert store.audit() == ()


def test_an_account_that_was_frozen_meanwhile_is_not_charged(apart, town, postgres_engine):
    _, _ = apart
    with postgres_engine.begin() as connection:
        batch = (town.charge("mine", 100),)
        book, answers = ledger.decide(connection, [batch], at=town.at)
        with postgres_engine.begin() as other:
            other.execute(text("UPDATE leadcore_ledger_accounts SET status = 'frozen'"))
        with pytest.raises(Conflict):
            ledger.write(connection, book, [batch], answers, at=town.at)


@pytest.mark.parametrize("rejected", [False, True])
def test_a_sale_whose_charge_was_something_else_before_is_refused(store, town, rejected):
    (answer,) = store.post([(town.charge("sale-1/charge", 10**9 if rejected else 1),)], at=town.at)
    assert isinstance(answer, Rejected) is rejected
    with pytest.raises(Malformed, match="'sale-1/charge' was used for something else"):
        store.run(town.lead(1))
    assert store.leads(LeadQuery(seller_id=town.seller)) == ()
    assert store.audit() == ()


def charged(connection, transfer, shown, town):
    later = Later(connection)
    done = ledger.charge(later, transfer, shown, at=town.at)
    later.send()
    return done


def test_a_sale_that_was_slower_gets_the_line_that_is_really_there(postgres_engine, town):
    store = town.build(SqlStore(postgres_engine), funds=1_000)
    mine = town.charge("mine", 100)
    with postgres_engine.begin() as connection:
        shown = facts.load(town.lead(1).needs, connection).ledger
        store.post([(town.charge("theirs", 300),)], at=town.at + timedelta(seconds=5))
        assert charged(connection, mine, shown, town)
    line = store.statement(town.ledger)[-1].entry
    assert (line.seq, line.posted_after) == (3, 600)
    assert line.recorded_at == town.at + timedelta(seconds=5)
    assert store.audit() == ()


@pytest.mark.parametrize(("spent", "fits"), [(900, True), (901, False)])
def test_a_sale_spends_just_what_is_there(postgres_engine, town, spent, fits):
    store = town.build(SqlStore(postgres_engine), funds=1_000)
    with postgres_engine.begin() as connection:
        shown = facts.load(town.lead(1).needs, connection).ledger
        store.post([(town.charge("theirs", spent),)], at=town.at)
        if fits:
            assert charged(connection, town.charge("mine", 100), shown, town)
        else:
            with pytest.raises(Conflict, match="moved"):
                charged(connection, town.charge("mine", 100), shown, town)
            connection.rollback()
    assert store.audit() == ()


def test_what_was_not_shown_is_looked_up(postgres_engine, town):
    town.build(SqlStore(postgres_engine))
    with postgres_engine.begin() as connection:
        assert not charged(connection, town.charge("mine", 100), {}, town)


def test_many_batches_are_one_write_and_each_has_its_own_answer(store, town):
    batches = [(town.charge(f"c{number}", 30_000),) for number in range(5)]
    batches.append((town.charge("last", 10_000), town.hold("h", 1)))
    answers = store.post(batches, at=town.at)
    assert [type(answer) for answer in answers] == [Posted] * 3 + [Rejected] * 2 + [Rejected]
    assert store.balance(town.ledger).posted == 10_000
    again = store.post(batches, at=town.at + timedelta(days=1))
    assert again == tuple(
        replace(answer, entries=(), accounts=(), holds=()) if isinstance(answer, Posted) else answer
        for answer in answers
    )
    assert all(answer.replayed for answer in again)
    assert store.audit() == ()


def test_an_answer_is_kept_for_every_id_of_a_batch(store, town):
    (rejected,) = store.post([(town.charge("a", 90_000), town.charge("b", 90_000))], at=town.at)
    assert isinstance(rejected, Rejected)
    assert rejected.code is Code.INSUFFICIENT_FUNDS
    assert dict(rejected.data)["transfer"] == "b"
    with pytest.raises(Malformed, match="'b' was used for something else"):
        store.post([(town.charge("b", 90_000),)], at=town.at)
    with pytest.raises(Malformed, match="'a' was used for something else"):
        store.post([(town.charge("ok", 1),), (town.charge("a", 1),)], at=town.at)
    assert store.balance(town.ledger).posted == 100_000, "all batches are one transaction"


def test_no_batches_are_no_answers(store, town):
    assert store.post([], at=town.at) == ()


def test_accounts_without_counters_have_no_lines(store, town):
    between = town.charge("own", 5, debit="cash:seller")
    (answer,) = store.post([(between,)], at=town.at)
    assert isinstance(answer, Posted)
    assert (answer.entries, answer.accounts) == ((), ())
    assert store.audit() == ()
