"""The order that explains the record is found, and what no order explains is told."""

import pytest
from attrs import evolve as replace

from leadcore.balances import Transfer, TransferKind
from leadcore.errors import Malformed
from leadcore.testing import MemoryStore
from leadcore.what_if import playing
from leadcore.what_if.changes import Changes
from leadcore.what_if.history import recorded
from leadcore.what_if.playing import LeftOut, Played, explain, explained, perform
from leadcore.what_if.script import Script, script_of
from tests.what_if import lives
from tests.what_if.lives import Life


def script(life, changes=None):
    return script_of(recorded(life.store, life.seller), changes or Changes())


def test_what_was_done_at_one_instant_is_put_in_its_order():
    # All at once, and received in another order than their ids say.
    life = Life(accounts=3)
    for number in (5, 1, 4, 2, 3):
        life.scene.receive(number)
    store = MemoryStore()
    played = explain(script(life), store)
    assert played.left_out == ()
    assert [store.lead(f"{life.seller}/l{n}") for n in range(1, 6)] == [
        life.lead(n) for n in range(1, 6)
    ]
    again = perform(script(life), played.order, MemoryStore())
    assert again.order == played.order
    assert again.left_out == ()


def test_what_had_no_place_left_is_tried_first_in_another_run(monkeypatch):
    life = Life()
    made = script(life)
    stuck, other = list(made.steps)[:2]
    out = LeftOut(key=stuck, at=made.steps[stuck].at, why="too late")
    runs = [Played((stuck, other), (out, out)), Played((other, stuck), ())]
    asked = []

    def explain_(_script, store, *, early=None):
        asked.append((store, dict(early or {})))
        return runs[len(asked) - 1]

    monkeypatch.setattr(playing, "explain", explain_)
    played, store = explained(made, MemoryStore)
    assert (played, store is asked[1][0]) == (runs[1], True)
    assert [early for _, early in asked] == [{}, {stuck: 1}]


def test_what_is_to_be_early_goes_before_others_of_its_instant():
    made = script(Life(accounts=2))
    *_, last = (key for key in made.steps if key.startswith("account/"))
    plain = explain(made, MemoryStore()).order
    early = explain(made, MemoryStore(), early={last: 1}).order
    assert early.index(last) < plain.index(last)
    assert sorted(early) == sorted(plain)


def test_what_no_order_explains_is_told_and_done_as_it_comes():
    life = lives.whole()
    made = script(life)
    key = f"lead/{life.seller}/l2/1"
    other = made.steps[key]
    wrong = replace(other, lead=replace(other.lead, offers=()))
    played = explain(Script({**made.steps, key: wrong}, made.chains), MemoryStore())
    assert [out.key for out in played.left_out] == [key]
    assert len(played.order) == len(made.steps)
    alone, _ = explained(Script({**made.steps, key: wrong}, made.chains), MemoryStore)
    assert alone == played  # nothing else was done at that instant: no other order would help


def test_an_order_is_not_looked_for_for_ever():
    life = Life(accounts=1)
    life.later = lambda: life.now
    life.receive(1)
    made, stores = script(life), []
    key = f"lead/{life.seller}/l1/1"
    wrong = replace(made.steps[key], lead=replace(made.steps[key].lead, offers=()))
    script_ = Script({**made.steps, key: wrong}, made.chains)
    played, store = explained(script_, lambda: stores.append(MemoryStore()) or stores[-1])
    assert [out.key for out in played.left_out] == [key]
    assert (len(stores), store is stores[0]) == (12, True)


def test_steps_that_wait_for_each_other_are_done_all_the_same():
    life = Life()
    life.receive(1)
    made = script(life)
    keys = tuple(made.steps)
    circle = Script(made.steps, (*made.chains, (keys[-1], keys[0]), (keys[0], keys[-1])))
    assert sorted(explain(circle, MemoryStore()).order) == sorted(keys)
    assert explain(Script({}, ()), MemoryStore()).order == ()


def test_money_that_is_not_there_any_more_does_not_move():
    life = Life()
    life.receive(1)
    spent = Transfer(
        id="rest",
        kind=TransferKind.CHARGE,
        debit=f"prepaid:{life.scene.account()}",
        credit=f"revenue:{life.seller}",
        amount=life.lead(1).sale.price * 3,
        effective_at=life.later(),
    )
    life.store.post([(spent,)], at=life.now)
    base = explain(script(life), MemoryStore())
    assert base.left_out == ()
    dear = Changes(of_orders={"*": {"price": {"minor": 9_000, "currency": "USD"}}})
    (out,) = perform(script(life, dear), base.order, MemoryStore()).left_out
    assert out.key == "post/rest"
    assert "does not have" in out.why or "available" in out.why


def test_terms_that_make_no_sense_end_it():
    life = Life()
    made = script(life, Changes(of_orders={"*": {"quantity": -1}}))
    order = explain(script(life), MemoryStore()).order
    with pytest.raises(Malformed, match="quantity"):
        perform(made, order, MemoryStore())


def test_what_came_first_and_is_not_known_is_not_waited_for():
    life = Life()
    life.receive(1)
    made = script(life)
    key = f"user/{life.scene.user()}/1"
    others = {name: step for name, step in made.steps.items() if name != key}
    chains = tuple(tuple(name for name in chain if name != key) for chain in made.chains)
    played = explain(Script(others, chains), MemoryStore())
    assert set(played.order) == set(others)
    assert played.left_out
