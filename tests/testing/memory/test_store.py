"""The reference store commits whole or not at all, and gives up in the end."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore.balances import Posted, Rejected
from leadcore.errors import Conflict, Malformed, NotFound
from leadcore.kept_answers import KeptAnswer
from leadcore.outcomes import Claim, FloorSet, Outcome, StandingDelta
from leadcore.testing import MemoryStore, reading
from leadcore.testing.scenes import AT, Behind, Scene, charge, fund, reception, terms
from leadcore.values import UNLIMITED


def scene(**more):
    return Scene(store=MemoryStore(), **more).set_up()


def stale(facts):
    return replace(facts, seller=replace(facts.seller, version=facts.seller.version + 1))


@pytest.mark.parametrize(("times", "given_up"), [(7, False), (8, True)])
def test_a_use_case_runs_again_a_few_times(times, given_up):
    store = MemoryStore()
    late = Behind(terms("s"), stale, times=times)
    if given_up:
        with pytest.raises(Conflict, match="seller s"):
            store.run(late)
        assert store.sellers() == ()
    else:
        assert [store.run(late)] == list(store.sellers())
    assert len(late.calls) == 8


def test_several_run_in_order_or_not_at_all():
    made = scene()
    before = reading(made.store, made.seller)
    cases = [reception(made.seller, 1), charge, reception("nobody", 2)]
    with pytest.raises(NotFound):
        made.store.run_many([cases[0], cases[2]])
    assert reading(made.store, made.seller) == before
    assert made.store.messages() == ()
    first, second = made.store.run_many([cases[0], reception(made.seller, 2)])
    assert (first.lead.id, second.lead.id) == (f"{made.seller}/l1", f"{made.seller}/l2")


def commits(made, **parts):
    made.store.commit(Outcome(answer=None, **parts))


def test_every_guard_is_looked_at_before_anything_is_written():
    made = scene(quantity=1)
    lead = made.receive(1).lead
    key = next(iter(made.store.claims))
    taken = Claim(seller_id=key[0], key=key[1], ordinal=key[2], lead_id="other")
    order = made.order()
    ledger = made.store.ledger_account(f"prepaid:{made.account()}")
    renamed = terms(made.seller, "Renamed").decide(made.store.load(terms(made.seller).needs))
    before = reading(made.store, made.seller)
    for guard in (
        {"opened": (ledger,)},
        {"claims": (taken,)},
        {"standings": (StandingDelta(order_id=order, sold=1, limit=1),)},
        {"standings": (StandingDelta(order_id=order, expected_version=9),)},
        {"transfers": (charge(made.seller, made.account(), "x", 10**6),)},
    ):
        with pytest.raises(Conflict):
            commits(made, changes=renamed.changes, **guard)
        assert reading(made.store, made.seller) == before
    assert lead.sale is not None


def test_a_second_lead_under_one_source_key_is_a_conflict():
    made = scene()
    case = reception(made.seller, 1)
    outcome = case.decide(made.store.load(case.needs))
    made.store.commit(outcome)
    (change,) = outcome.changes
    other = replace(change, id="other", state=replace(change.state, id="other"))
    with pytest.raises(Conflict, match="source key key-1"):
        made.store.commit(Outcome(answer=None, changes=(other,)))


def test_a_delta_without_a_limit_is_only_added():
    made = scene(quantity=0)
    for limit in (None, UNLIMITED, 3):
        commits(made, standings=(StandingDelta(order_id=made.order(), sold=1, limit=limit),))
    ((_, standing),) = made.store.orders(made.seller)
    assert standing.sold == 3


def test_what_the_ledger_can_never_take_is_malformed():
    made = scene()
    with pytest.raises(Malformed, match="transfers"):
        commits(made, transfers=(replace(charge(made.seller, "nowhere", "x", 1)),))
    poor = charge(made.seller, made.account(), "poor", 10**6)
    (answer,) = made.store.post([(poor,)], at=AT)
    assert isinstance(answer, Rejected)
    # What was refused under its key stays refused: running again would not help.
    with pytest.raises(Malformed, match="transfers"):
        commits(made, transfers=(poor,))


def test_a_key_of_something_else_takes_all_batches_back():
    made = scene()
    first = charge(made.seller, made.account(), "one", 1)
    other = replace(first, reason="another")
    with pytest.raises(Malformed, match="was used for something else"):
        made.store.post([(first,), (other,)], at=AT)
    assert made.balance() == 10_000
    (posted,) = made.store.post([(first,)], at=AT)
    assert isinstance(posted, Posted)
    with pytest.raises(Malformed, match="was used for something else"):
        commits(made, transfers=(other,))


def test_the_same_batch_again_is_answered_as_before():
    made = scene()
    batch = (charge(made.seller, made.account(), "one", 1),)
    made.store.post([batch], at=AT)
    (again,) = made.store.post([batch], at=AT + timedelta(days=1))
    assert (again.replayed, again.at, made.balance()) == (True, AT, 9_999)
    made.store.run(fund(made.account(), made.seller, "start", 10_000))
    assert made.balance() == 9_999
    assert made.store.audit() == ()


def test_an_order_that_moved_meanwhile_is_a_conflict():
    made = scene()
    made.receive(1)
    same = StandingDelta(order_id=made.order(), sold=1, expected_moves=1)
    with pytest.raises(Conflict, match="was moved"):
        commits(made, standings=(replace(same, expected_moves=0),))
    commits(made, standings=(same,))
    ((_, standing),) = made.store.orders(made.seller)
    assert (standing.sold, standing.moves) == (2, 2)


def test_a_bank_is_a_limit_on_what_is_spent():
    made = scene()
    spent = StandingDelta(order_id=made.order(), spent=5, bank=5)
    commits(made, standings=(spent,))
    with pytest.raises(Conflict, match="places of order"):
        commits(made, standings=(replace(spent, spent=1),))


def test_a_new_floor_holds_for_what_is_moved_with_it():
    made = scene(funds=100)
    ledger = f"prepaid:{made.account()}"
    over = charge(made.seller, made.account(), "over", 150)
    with pytest.raises(Conflict):
        commits(made, transfers=(over,))
    other = replace(over, id="other")
    commits(made, floors=(FloorSet(ledger, -50),), transfers=(other,))
    account = made.store.ledger_account(ledger)
    assert (account.floor, account.available) == (-50, -50)
    commits(made, floors=(FloorSet(ledger, 0),))  # it stands whatever the account is at
    assert made.store.ledger_account(ledger) == replace(account, floor=0)


def test_an_answer_is_kept_under_an_id_of_its_own():
    store = MemoryStore()
    kept = KeptAnswer(id="a", seller_id="s", fingerprint="f", data="", at=AT)
    store.commit(Outcome(answer=None, answers=(kept,)))
    with pytest.raises(Conflict, match="kept already"):
        store.commit(Outcome(answer=None, answers=(kept,)))
