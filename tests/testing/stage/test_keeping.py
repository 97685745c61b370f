"""Every act on orders, accounts, people and terms does something."""

from tests.testing.stage.acting import act, every, stage, went_well

ACTS = (
    "pause",
    "resume",
    "edit",
    "stop",
    "activate",
    "move",
    "disable",
    "enable",
    "terms",
    "credit",
)


def test_everything_is_kept():
    answers = every(stage(orders=(1, 2, 3, 4)), *ACTS)
    assert all(went_well(answers[what]) for what in ACTS)


def test_an_order_is_closed_now_and_then():
    made = stage()
    assert act(made, "close") is None
    assert act(made, "close", other=7).closed_reason == "done"
