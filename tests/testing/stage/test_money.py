"""Every act on money does something."""

import pytest

from tests.testing.stage.acting import act, every, received, stage, went_well

ALWAYS = ("fund", "pay", "notice", "watch", "check", "renew", "expire_bonus")


@pytest.mark.parametrize("what", ["settle", "repay"])
def test_without_payments_there_is_nothing_to_settle(what):
    assert act(stage(), what) is None


def test_money_moves_in_every_way():
    made = received(stage(funding=1, orders=(0, 3, 4, 0)))
    answers = every(made, *ALWAYS, "settle", "repay", "take_back", "notice")
    assert all(went_well(answers[what]) for what in (*ALWAYS, "settle"))
    assert all(each is not None for what in ("repay", "take_back") for each in answers[what])
