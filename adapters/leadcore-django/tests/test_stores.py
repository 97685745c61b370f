"""What leadcore writes is in the host's transaction: with it, after it, or never."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from sqlalchemy.exc import OperationalError
from townhall.models import Person

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.errors import Conflict, NotFound
from leadcore.notices import Message, MessageKind
from leadcore.ports import LeadQuery
from leadcore.submissions import Channel
from leadcore.testing.scenes import Scene
from leadcore.values import Money
from leadcore_django import committed, store
from leadcore_django.models import MODELS
from leadcore_django.stores import _engine
from leadcore_sqlalchemy import statements

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
SELLERS = MODELS["leadcore_sellers"]


def naming(name: str = "S") -> bo.SetSellerTerms:
    return bo.SetSellerTerms(seller_id="seller", terms=SellerTerms(name=name), at=AT)


@pytest.fixture
def told():
    """Collect what is told after commits."""
    heard = []

    def hear(sender, outcome, using, **_named):
        heard.append((using, outcome))

    committed.connect(hear)
    yield heard
    committed.disconnect(hear)


@pytest.fixture
def fails(monkeypatch):
    """Let the next so many statements of leadcore fail, as a database under load lets them."""
    left = [0]
    rows = statements.Statement.rows

    def failing(statement, connection, values):
        if left[0]:
            left[0] -= 1
            error = Exception("injected")
            error.sqlstate = "40001"
            raise OperationalError("…", {}, error)
        return rows(statement, connection, values)

    monkeypatch.setattr(statements.Statement, "rows", failing)
    return left


def test_it_is_there_when_the_host_commits_and_gone_when_it_does_not(kept, told):
    with transaction.atomic(kept.using):
        Person.objects.using(kept.using).create(name="never")
        kept.run(naming())
        assert kept.seller("seller").terms.name == "S"
        transaction.set_rollback(True, using=kept.using)
    assert kept.seller("seller") is None
    assert told == []
    with transaction.atomic(kept.using):
        Person.objects.using(kept.using).create(name="there")
        kept.run(naming())
        assert told == []
    assert kept.seller("seller").terms.name == "S"
    assert [using for using, _ in told] == [kept.using]
    assert told[0][1].changes[0].kind == "seller"
    assert list(Person.objects.using(kept.using).values_list("name", flat=True)) == ["there"]
    assert SELLERS.objects.using(kept.using).get().version == 1


def test_a_refused_use_case_takes_nothing_of_the_hosts_with_it(kept):
    funding = bo.Fund(
        seller_id="seller",
        account_id="nobody",
        key="k",
        amount=Money(1, "USD"),
        actor="staff",
        at=AT,
    )
    with transaction.atomic(kept.using):
        Person.objects.using(kept.using).create(name="there")
        with pytest.raises(NotFound):
            kept.run_many([naming(), funding])
    assert Person.objects.using(kept.using).count() == 1
    assert kept.seller("seller") is None


def test_what_may_pass_is_tried_again_but_within_the_hosts_transaction_is_the_hosts(kept, fails):
    fails[0] = 3
    kept.run(naming())
    assert (kept.seller("seller").terms.name, fails[0]) == ("S", 0)
    fails[0] = 2
    with transaction.atomic(kept.using), pytest.raises(Conflict, match="40001"):
        kept.run(naming("other"))
    assert fails[0] == 1
    fails[0] = 0
    with transaction.atomic(kept.using):
        kept.run(naming("other"))
        fails[0] = 1
        with pytest.raises(Conflict):
            kept.run(naming("third"))
    assert kept.seller("seller").terms.name == "other"


def test_a_host_that_commits_by_itself_keeps_doing_so(postgres):
    transaction.set_autocommit(autocommit=False, using=postgres.using)
    try:
        postgres.run(naming())
        transaction.rollback(using=postgres.using)
        assert postgres.seller("seller") is None
        postgres.run(naming())
        transaction.commit(using=postgres.using)
    finally:
        transaction.set_autocommit(autocommit=True, using=postgres.using)
    assert postgres.seller("seller") is not None


def test_a_message_of_the_hosts_own_waits_in_the_outbox_once_and_is_mailed(kept, told):
    note = Message(
        id="greeting-1", kind=MessageKind.COURTESY, channel=Channel.EMAIL, to="ada@example.com",
        to_person=False, subject="Hello", body="A lead.", html="<p>A lead.</p>",
        seller_id="seller", at=AT,
    )  # fmt: skip
    kept.run(naming())
    kept.tell(note)
    kept.tell(note)
    kept.tell()
    assert kept.messages() == (note,)
    mail.outbox = []
    call_command("leadcore_relay")
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.extra_headers) == (
        ["ada@example.com"], "Hello", {"X-Leadcore-Message": "greeting-1"},
    )  # fmt: skip
    assert kept.messages() == ()
    call_command("leadcore_relay")
    assert len(mail.outbox) == 1


def test_instants_are_filtered_to_the_microsecond(kept):
    scene = Scene(store=kept).set_up()
    scene.receive(1)
    (lead,) = kept.leads(LeadQuery(seller_id=scene.seller))
    rows = MODELS["leadcore_leads"].objects.using(kept.using)
    assert rows.get(received_at=lead.received_at).received_at == lead.received_at
    assert rows.filter(received_at__lt=lead.received_at).count() == 0
    assert rows.filter(received_at__lte=lead.received_at).count() == 1
    with pytest.raises(TypeError, match="store"):
        rows.get().save()
    with pytest.raises(TypeError, match="store"):
        rows.get().delete()


def test_an_audit_is_a_command(kept, capsys):
    kept.run(naming())
    call_command("leadcore_audit")
    assert "every row" in capsys.readouterr().out
    SELLERS.objects.using(kept.using).update(version=7)
    with pytest.raises(CommandError, match="seller"):
        call_command("leadcore_audit")


def test_only_databases_it_was_written_for(monkeypatch, sqlite):
    _engine.cache_clear()
    monkeypatch.setattr(type(connections["default"]), "vendor", "mysql")
    monkeypatch.setattr(type(connections["default"]), "Database", type("MySQLdb", (), {}))
    with pytest.raises(ImproperlyConfigured, match="mysql"):
        sqlite.seller("seller")
    _engine.cache_clear()


def test_there_is_one_store_for_a_database(kept):
    assert store() is store(kept.using)
