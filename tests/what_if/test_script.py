"""The script has everything that was done once, in chains that say what came first."""

from attrs import evolve as replace

from leadcore import back_office as bo
from leadcore.accounts import WatchBalance
from leadcore.balances import Transfer, TransferKind
from leadcore.payments import BalanceWatch
from leadcore.people import EditUser, Profile
from leadcore.testing.scenes import charge
from leadcore.values import Money
from leadcore.what_if.changes import Changes
from leadcore.what_if.history import recorded
from leadcore.what_if.script import script_of
from tests.what_if import lives


def test_what_follows_from_elsewhere_is_no_step_of_its_own():
    life = lives.whole()
    script = script_of(recorded(life.store, life.seller), Changes())
    kinds = {step.kind for step in script.steps.values()}
    assert kinds == {"seller", "account", "user", "order", "lead", "refund", "post"}
    posts = {step.case.id.split("/")[0] for step in script.steps.values() if step.kind == "post"}
    # What sales, deliveries and returns move is moved by them again.
    assert posts == {"fund", "bonus", "account_refund", life.seller}
    first = f"{life.seller}/l54"
    assert f"lead/{first}/1" in script.steps
    assert not any(key.startswith(f"lead/{first}~2") for key in script.steps)
    chain = next(each for each in script.chains if f"lead/{life.seller}/l6/1" in each)
    assert any(key.startswith(f"refund/{life.seller}/r6/") for key in chain)


def test_changed_terms_are_set_wherever_terms_were_set():
    life = lives.whole()
    changes = Changes(of_seller={"duplicate_days": 3}, of_orders={"*": {"weight": 7}})
    script = script_of(recorded(life.store, life.seller), changes)
    sellers = [step.case for step in script.steps.values() if step.kind == "seller"]
    assert {case.terms.duplicate_days for case in sellers} == {3}
    opened = [step.case for step in script.steps.values() if step.kind == "order"]
    weights = {
        case.command.terms.weight
        for case in opened
        if hasattr(case, "command") and hasattr(case.command, "terms")
    }
    assert weights == {7}


def test_a_note_of_what_is_not_known_is_passed_over():
    life = lives.Life()
    life.receive(1)
    before = script_of(recorded(life.store, life.seller), Changes())
    life.ask(1, "r")
    later = recorded(life.store, life.seller)
    alone = replace(later, streams=tuple(each for each in later.streams if each.kind != "refund"))
    assert script_of(alone, Changes()).steps.keys() == before.steps.keys()


def test_that_a_balance_was_low_is_no_step():
    life = lives.Life()
    life.user(EditUser(Profile(name="Ann", email="ann@x.example", admin=True)), below=False)
    life.account(WatchBalance(BalanceWatch(alert_below=Money(9_000, "USD"))))
    account = life.scene.account()
    life.store.post([(charge(life.seller, account, "spent", 5_000),)], at=life.later())
    before = script_of(recorded(life.store, life.seller), Changes())
    check = bo.CheckBalance(seller_id=life.seller, account_id=account, at=life.later())
    assert life.run(check).told
    after = script_of(recorded(life.store, life.seller), Changes())
    assert after.steps.keys() == before.steps.keys()
    assert f"account/{account}/2" in after.steps
    assert f"account/{account}/3" not in after.steps


def test_money_between_two_accounts_moves_once():
    life = lives.Life(accounts=2)
    moved = Transfer(
        id="over",
        kind=TransferKind.TRANSFER,
        debit=f"prepaid:{life.scene.account(0)}",
        credit=f"prepaid:{life.scene.account(1)}",
        amount=Money(100, "USD"),
        effective_at=life.later(),
    )
    life.store.post([(moved,)], at=life.now)
    script = script_of(recorded(life.store, life.seller), Changes())
    assert [chain.count("post/over") for chain in script.chains if "post/over" in chain] == [1, 1]
    last = max(script.steps.values(), key=lambda step: step.at)
    assert (last.key, last.rank) == ("post/over", (True, False, 3, "post/over"))
