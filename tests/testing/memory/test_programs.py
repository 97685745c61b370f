"""The reference store's keys, kept answers and hooks."""

import pytest

from leadcore import back_office as bo
from leadcore.accounts import SellerTerms
from leadcore.people import EditUser, Profile
from leadcore.testing import MemoryStore
from leadcore.testing.memory.facts import load
from leadcore.testing.memory.programs import once_facts
from leadcore.testing.memory.rows import Rows
from leadcore.testing.program_contract import ProgramContract
from leadcore.testing.scenes import AT, Scene


class TestContract(ProgramContract):
    def make_store(self):
        return MemoryStore()


def test_rows_alone_keep_no_answer():
    scene = Scene(store=MemoryStore()).set_up()
    case = bo.KeepUser(
        user_id=scene.user(),
        account_id=scene.account(),
        command=EditUser(Profile(name="A")),
        at=AT,
    )
    needs = bo.Once(seller_id="s", answer_id="a", fingerprint="f", case=case, tell=str, at=AT).needs
    assert once_facts(needs, Rows(), load).kept is None


def test_what_lets_people_in_is_told_nobody():
    scene = Scene(store=MemoryStore()).set_up()
    assert scene.store.spread(at=AT) == 0
    scene.store.prepare_hooks(at=AT)
    for hook_id in ("h", "i"):
        scene.store.run(
            bo.OpenHook(
                seller_id=scene.seller, hook_id=hook_id, url="https://x.io", events=("*",), at=AT
            )
        )
    scene.store.run(
        bo.SetSellerTerms(seller_id=scene.seller, terms=SellerTerms(name="Another name"), at=AT)
    )
    assert scene.store.spread(at=AT, limit=1000) > 0
    assert {each.kind for each in scene.store.tellings("h")} == {"seller"}


def test_many_in_one_transaction_keep_their_answers_or_none():
    scene = Scene(store=MemoryStore()).set_up()
    case = bo.Once(
        seller_id=scene.seller,
        answer_id="a",
        fingerprint="f",
        case=bo.KeepUser(
            user_id=scene.user(),
            account_id=scene.account(),
            command=EditUser(Profile(name="A")),
            at=AT,
        ),
        tell=lambda user: user.id,
        at=AT,
    )
    wrong = bo.RevokeKey(seller_id=scene.seller, key_id="none", at=AT)
    with pytest.raises(Exception, match="no key"):
        scene.store.run_many([case, wrong])
    assert scene.store.kept_answer("a") is None
