"""Several processes at once, and killed ones: nothing is lost, doubled or overdrawn."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms, prepaid_account
from leadcore.leads import LeadStatus
from leadcore.orders import OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.ports import LeadQuery
from leadcore.testing import violations
from leadcore.values import UNLIMITED, Money
from leadcore_cli.context import open_store
from leadcore_sqlalchemy import upgrade
from tools.postgres import sqlalchemy

pytestmark = pytest.mark.slow
IMPORTER = Path(__file__).with_name("importer.py")
AT = datetime(2026, 11, 1, tzinfo=UTC)
SELLER = "seller"
PRICE = 100
DEEP = os.environ.get("LEADCORE_PROFILE") == "deep"
HEADER = "id,first_name,last_name,phone,email,zip,state,practice_area\n"


def row(number):
    # Ten thousand numbers of each of a thousand exchanges: every person has one of their own.
    phone = f"+1201{5_550_000 + number % 10_000 + 10_000 * (number // 10_000):07d}"
    return (
        f"row-{number},First {number},Last {number},{phone},p{number}@example.com,"
        "10001,NY,family law\n"
    )


def set_up(url, *, funds, quantities=(UNLIMITED, UNLIMITED, UNLIMITED)):
    store = open_store(url)
    upgrade(store.engine)
    store.run(bo.SetSellerTerms(seller_id=SELLER, terms=SellerTerms(name="Seller"), at=AT))
    for index, quantity in enumerate(quantities):
        open_account(store, f"account-{index}", funds, quantity, weight=index + 1)
    return store


def open_account(store, key, funds, quantity, weight):
    account = OpenAccount(account_id=key, seller_id=SELLER, name=key, currency="USD")
    store.run(bo.KeepAccount(seller_id=SELLER, account_id=key, command=account, at=AT))
    user = AddUser(
        user_id=f"{key}/user",
        seller_id=SELLER,
        account_id=key,
        parent_id=None,
        profile=Profile(name="User", email="user@example.com"),
    )
    store.run(bo.KeepUser(user_id=user.user_id, account_id=key, command=user, at=AT))
    amount = Money(funds, "USD")
    store.run(
        bo.Fund(seller_id=SELLER, account_id=key, key="1", amount=amount, actor="test", at=AT)
    )
    terms = OrderTerms(
        user_id=user.user_id, price=Money(PRICE, "USD"), quantity=quantity, weight=weight
    )
    command = OpenOrder(order_id=f"{key}/o", seller_id=SELLER, account_id=key, terms=terms)
    store.run(bo.KeepOrder(order_id=command.order_id, account_id=key, command=command, at=AT))


def start(url, file, **options):
    return subprocess.Popen(
        [sys.executable, str(IMPORTER), url, SELLER, str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finish(process):
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return out


def everything(store):
    return store.leads(LeadQuery(seller_id=SELLER, limit=100_000))


def check_books(store, *, people, funds):
    """No person is sold twice, no balance is below its limit, journal and rows agree."""
    leads = everything(store)
    sold = [lead for lead in leads if lead.status is LeadStatus.SOLD]
    assert violations(store, SELLER) == ()
    assert max(Counter(lead.submission.phone for lead in sold).values()) == 1
    assert {lead.submission.phone for lead in leads} == people
    charges = [
        line.transfer.lead_id
        for account in store.accounts(SELLER)
        for line in store.statement(prepaid_account(account.id))
        if line.transfer.lead_id is not None
    ]
    assert sorted(charges) == sorted(lead.id for lead in sold)
    assert len(sold) == min(len(people), 3 * funds // PRICE)
    return leads


@pytest.mark.parametrize(
    ("where", "processes"),
    [pytest.param("postgres", 8, marks=pytest.mark.postgres), ("sqlite", 4)],
)
def test_several_processes_import_and_sell_at_once(where, processes, tmp_path, request):
    if where == "postgres":
        url = sqlalchemy(request.getfixturevalue("new_postgres_uri"))
    else:
        url = f"sqlite:///{tmp_path / 'leads.db'}"
    own, shared = 30, 20
    numbers = processes * own + shared
    funds = PRICE * (numbers // 4)  # three accounts, so that the money runs out before the leads
    store = set_up(url, funds=funds)
    running = []
    for index in range(processes):
        mine = [*range(shared), *range(shared + index * own, shared + (index + 1) * own)]
        random.Random(index).shuffle(mine)
        file = tmp_path / f"{index}.csv"
        file.write_text(HEADER + "".join(map(row, mine)))
        running.append(start(url, file))
    for process in running:
        finish(process)
    people = {row(number).split(",")[3] for number in range(numbers)}
    leads = check_books(store, people=people, funds=funds)
    assert len(leads) == numbers
    assert all(store.balance(prepaid_account(a.id)).posted == 0 for a in store.accounts(SELLER))
    store.engine.dispose()


def test_an_import_that_is_killed_again_and_again_loses_and_doubles_nothing(tmp_path):
    total, kills = (20_000, 20) if DEEP else (700, 4)
    url = f"sqlite:///{tmp_path / 'leads.db'}"
    funds = PRICE * total
    store = set_up(url, funds=funds)
    file = tmp_path / "leads.csv"
    file.write_text(HEADER + "".join(map(row, range(total))))
    seeded = random.Random(11)
    seen = 0
    for _ in range(kills):
        process = start(url, file)
        # Killed once it got a little further than all before it, at no particular moment.
        target = seen + seeded.randrange(total // (kills + 2)) + 1
        for line in process.stdout:
            if int(line) >= target:
                break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert store.audit() == ()
        kept = len(everything(store))
        assert kept >= seen
        seen = kept
    finish(start(url, file))
    people = {row(number).split(",")[3] for number in range(total)}
    leads = check_books(store, people=people, funds=funds)
    assert len(leads) == total
    assert 0 < seen < total
    store.engine.dispose()
