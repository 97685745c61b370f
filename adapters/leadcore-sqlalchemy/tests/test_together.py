"""Those who ask about the same thing at the same time are answered together."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from leadcore.balances import Posted, Rejected
from leadcore_sqlalchemy import SqlStore, direct
from leadcore_sqlalchemy.together import Together


class Desk:
    """Answers; the first one who comes alone is kept until the rest have lined up."""

    def __init__(self, *, waiting: int, together=True):
        self.line = Together()
        self.waiting, self.together = waiting, together
        self.alone, self.groups, self.errors = [], [], []
        self.began, self.answers = threading.Event(), {}

    def one(self, asked):
        self.alone.append(asked)
        if asked == "first":
            self.began.set()
            while sum(map(len, self.line._lines.values())) < self.waiting:  # theirs
                pass
        return asked.upper()

    def many(self, asked):
        self.groups.append(list(asked))
        if self.together == "fail":
            raise ConnectionError
        return [each.upper() for each in asked] if self.together else None

    def ask(self, name):
        try:
            self.answers[name] = self.line.ask("key", name, self.one, self.many)
        except ConnectionError as error:
            self.errors.append(error)

    def run(self, *names):
        threads = [threading.Thread(target=self.ask, args=(name,)) for name in names]
        threads[0].start()
        self.began.wait()
        for thread in threads[1:]:
            thread.start()
        for thread in threads:
            thread.join()
        assert self.line._lines == {}  # nobody is left behind


OTHERS = ("b", "c", "d")


def test_who_comes_meanwhile_is_answered_together():
    desk = Desk(waiting=3)
    desk.run("first", *OTHERS)
    assert desk.alone == ["first"]
    assert [sorted(group) for group in desk.groups] == [list(OTHERS)]
    assert desk.answers == {name: name.upper() for name in ("first", *OTHERS)}


def test_who_waits_alone_is_answered_alone():
    desk = Desk(waiting=1)
    desk.run("first", "b")
    assert (desk.alone, desk.groups) == (["first", "b"], [])
    assert desk.answers == {"first": "FIRST", "b": "B"}


def test_where_together_is_not_possible_each_is_asked_alone():
    desk = Desk(waiting=3, together=False)
    desk.run("first", *OTHERS)
    assert sorted(desk.alone) == ["b", "c", "d", "first"]
    assert desk.answers == {name: name.upper() for name in ("first", *OTHERS)}


def test_an_error_is_the_one_s_who_asked_for_the_rest():
    desk = Desk(waiting=3, together="fail")
    desk.run("first", *OTHERS)
    assert len(desk.errors) == 1
    assert len(desk.answers) == 3


def test_other_keys_do_not_wait():
    line = Together()

    def inner(asked):
        return line.ask("other", f"{asked}!", str.upper, list)

    assert line.ask("key", "a", inner, list) == "A!"


@pytest.fixture
def busy(postgres_engine, town):
    """A store, one transfer of which is on its way until the rest have lined up."""
    store = town.build(SqlStore(postgres_engine))
    store.post([(town.charge("warm", 1),)], at=town.at)
    return store


def posted_at_once(store, town, asked, monkeypatch):
    """Post (id, amount, seconds later) at the same time, all behind a first one."""
    poster = store._poster  # whose line it is
    lines = poster._singles._lines  # to know when all have come
    usual, calls, answers = direct.post_single, [], {}  # what is watched

    def slow(line, single, at):
        calls.append(single.transfer.id)
        while len(calls) == 1 and len(lines[town.ledger]) < len(asked):
            pass
        return usual(line, single, at)

    def post(name, amount, later):
        (answers[name],) = store.post(
            [(town.charge(name, amount),)], at=town.at + timedelta(seconds=later)
        )

    with monkeypatch.context() as patched:
        patched.setattr(direct, "post_single", slow)
        first = threading.Thread(target=post, args=("first", 1, 0))
        first.start()
        while not calls:
            pass
        rest = [threading.Thread(target=post, args=each) for each in asked]
        for thread in rest:
            thread.start()
        for thread in (first, *rest):
            thread.join()
    return calls, answers


def test_charges_of_one_account_are_posted_in_one_call(busy, town, monkeypatch):
    asked = [(f"c{number}", 10 + number, number) for number in range(5)]
    calls, answers = posted_at_once(busy, town, asked, monkeypatch)
    assert calls == ["first"]
    for name, amount, later in asked:
        (entry,) = answers[name].entries
        assert answers[name].at == town.at + timedelta(seconds=later)
        assert (entry.amount, entry.recorded_at) == (-amount, town.at + timedelta(seconds=4))
        assert answers[name].accounts[0].seq == entry.seq
    assert sorted(each.entries[0].seq for each in answers.values()) == [3, 4, 5, 6, 7, 8]
    assert busy.audit() == ()


def test_where_not_all_can_be_paid_some_are(busy, town, monkeypatch):
    left = busy.balance(town.ledger).available - 1
    asked = [(f"c{number}", left // 2, 0) for number in range(3)]
    _, answers = posted_at_once(busy, town, asked, monkeypatch)
    kinds = [type(answers[name]) for name, _, _ in asked]
    assert (kinds.count(Posted), kinds.count(Rejected)) == (2, 1)
    assert busy.audit() == ()


def test_one_transfer_posted_twice_at_once_is_posted_once(busy, town, monkeypatch):
    before = busy.balance(town.ledger).posted
    asked = [("twin", 7, 0), ("twin", 7, 0), ("other", 5, 0)]
    _, answers = posted_at_once(busy, town, asked, monkeypatch)
    assert all(isinstance(each, Posted) for each in answers.values())
    assert busy.balance(town.ledger).posted == before - 1 - 7 - 5
    assert busy.audit() == ()
