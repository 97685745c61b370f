"""Many writers, killed writers: no lead twice, no balance below its floor, journal equals rows."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from attrs import evolve as replace

from leadcore.accounts import SetCreditLimit
from leadcore.back_office import KeepAccount
from leadcore.balances import Posted
from leadcore.leads import LeadStatus
from leadcore.orders import Cap, Caps, Period
from leadcore.ports import LeadQuery
from leadcore.values import AccountId, Money
from leadcore_sqlalchemy import SqlStore, engine

pytestmark = pytest.mark.slow
DEEP = os.environ.get("LEADCORE_PROFILE") == "deep"
WORKER = Path(__file__).with_name("worker.py")


def worker(made, *args: object, **more) -> subprocess.Popen[bytes]:
    url = made.url.render_as_string(hide_password=False)
    command = [sys.executable, WORKER, url, *map(str, args)]
    return subprocess.Popen(command, **more)  # noqa: S603 # this Python with a program of ours


def check(store: SqlStore, town, numbers: range, *, funds: int, accounts: int) -> None:
    found = store.leads(LeadQuery(seller_id=town.seller, limit=10_000))
    assert Counter(lead.source_key for lead in found) == {f"key-{each}": 1 for each in numbers}
    sold = [lead for lead in found if lead.status is LeadStatus.SOLD]
    spent = 0
    for number in range(accounts):
        held = store.balance(f"prepaid:seller/a{number}")
        assert held.available >= 0
        spent += funds - held.posted
    assert spent == 2_500 * len(sold)
    assert len({lead.sale.id for lead in sold}) == len(sold)
    assert store.audit() == ()


@pytest.mark.parametrize(("kind", "processes"), [("postgres", 8), ("sqlite", 4)])
def test_processes_that_sell_the_same_leads_sell_each_once(request, town, kind, processes):
    """Each receives half of its neighbour's leads as well; there is money for some of them."""
    made = request.getfixturevalue(f"{kind}_engine")
    store, funds = SqlStore(made), 2_500 * 25
    town.build(store, accounts=3, funds=funds)
    running = [worker(made, 10 * n, 10 * n + 20, f"w{n}") for n in range(processes)]
    assert [each.wait(240) for each in running] == [0] * processes
    numbers = range(10 * processes + 10)
    check(store, town, numbers, funds=funds, accounts=3)
    leads = store.leads(LeadQuery(seller_id=town.seller, limit=10_000))
    sold = sum(lead.status is LeadStatus.SOLD for lead in leads)
    assert sold == min(len(numbers), 75)


@pytest.mark.skipif(not DEEP, reason="tests/system kills importers of the command line each time")
@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_an_importer_that_is_killed_again_and_again_loses_and_doubles_nothing(request, town, kind):
    made = request.getfixturevalue(f"{kind}_engine")
    store, numbers = SqlStore(made), range(120)
    town.build(store, funds=10_000_000)
    for turn in range(4):
        importer = worker(made, 0, len(numbers), f"turn{turn}", 7, stdout=subprocess.PIPE)
        assert importer.stdout is not None
        for _ in range(2 + 3 * turn):
            importer.stdout.readline()
        importer.kill()
        importer.wait()
        importer.stdout.close()
    assert worker(made, 0, len(numbers), "last", 7, stdout=subprocess.DEVNULL).wait(120) == 0
    check(store, town, numbers, funds=10_000_000, accounts=2)


def test_threads_that_charge_one_account_never_overspend(any_engine, town):
    url = any_engine.url.render_as_string(hide_password=False)
    store = town.build(SqlStore(any_engine), funds=100)
    posted: list[bool] = []

    def spend(name: str) -> None:
        own = SqlStore(engine(url)) if any_engine.dialect.name == "postgresql" else store
        for number in range(10):
            (answer,) = own.post([(town.charge(f"{name}-{number}", 7),)], at=town.at)
            posted.append(isinstance(answer, Posted))
        if own is not store:
            own.engine.dispose()

    threads = [threading.Thread(target=spend, args=(f"t{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert store.audit() == (), "an audit beside writers sees one moment"
    for thread in threads:
        thread.join()
    assert (len(posted), sum(posted)) == (60, 14)
    assert store.balance(town.ledger).available == 2
    assert store.audit() == ()


def test_threads_that_spend_on_credit_stop_when_it_is_taken_away(any_engine, town):
    """Once the lower limit stands nobody draws a cent, however many had begun before."""
    url = any_engine.url.render_as_string(hide_password=False)
    store = town.build(SqlStore(any_engine), funds=100)
    account = AccountId("seller/a0")

    def limit(minor: int) -> None:
        command = SetCreditLimit(limit=Money(minor, "USD"), reason="review", actor="staff")
        store.run(
            KeepAccount(seller_id=town.seller, account_id=account, command=command, at=town.at)
        )

    limit(1_000_000)
    stop, drawn = threading.Event(), threading.Barrier(5)

    def spend(name: str) -> None:
        own = SqlStore(engine(url), turns=100)
        drawn.wait()
        number = 0
        while not stop.is_set():
            number += 1
            own.post([(town.charge(f"{name}-{number}", 40),)], at=town.at)
            if number == 5:
                drawn.wait()
        own.engine.dispose()

    threads = [threading.Thread(target=spend, args=(f"t{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    drawn.wait()
    drawn.wait()  # by now everybody has drawn five times: more than was paid in
    limit(0)
    owed = store.balance(town.ledger)
    store.run(town.lead(1))
    stop.set()
    for thread in threads:
        thread.join()
    assert owed.available <= 100 - 4 * 5 * 40
    assert store.balance(town.ledger) == owed
    assert store.audit() == ()


def test_threads_that_sell_under_caps_never_pass_one(any_engine, town):
    """Two orders with caps, sold by all at once while leads come back and a cap is edited."""
    url = any_engine.url.render_as_string(hide_password=False)
    store = town.build(SqlStore(any_engine), funds=10_000_000)
    caps = Caps(zone="UTC", limits=(Cap(period=Period.HOUR, leads=9),), returns_free=True)
    town.cap(store, caps)
    failed: list[Exception] = []

    def sell(worker: int) -> None:
        own = SqlStore(engine(url), turns=100)
        try:
            for number in range(worker * 12, worker * 12 + 12):
                own.run(town.lead(number))
                if number % 12 == 6 and worker == 0:
                    town.cap(own, replace(caps, limits=(Cap(period=Period.HOUR, leads=7),)))
        except Exception as error:
            failed.append(error)
            raise
        finally:
            own.engine.dispose()

    threads = [threading.Thread(target=sell, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    sold = Counter(
        lead.sale.order_id
        for lead in store.leads(LeadQuery(seller_id=town.seller, limit=10_000))
        if lead.sale is not None
    )
    assert len(sold) == 2
    assert all(7 <= number <= 9 for number in sold.values()), sold
    for order_id, number in sold.items():
        (used,) = store.order_usage(order_id, town.at)
        assert used.leads == number
    assert store.audit() == ()
