"""Whose leads somebody sees, where the host keeps its own tree of people."""

import pytest

from leadcore.host_leads import people_seen

TREE = {"top": None, "left": "top", "right": "top", "leaf": "left", "lost": "nobody"}


@pytest.mark.parametrize(
    ("viewers", "flags", "seen"),
    [
        (["left"], {}, {"left"}),
        (["left"], {"view_downline": True}, {"left", "leaf"}),
        (["top"], {"view_downline": True}, {"top", "left", "right", "leaf"}),
        (["left", "right"], {"view_downline": True}, {"left", "right", "leaf"}),
        (["stranger"], {"view_downline": True}, set()),
        ([], {"view_downline": True}, set()),
        ([], {"admin": True}, None),
        (["leaf"], {"admin": True, "view_downline": True}, None),
    ],
)
def test_own_leads_and_those_below_never_up_or_sideways(viewers, flags, seen):
    assert people_seen(viewers, TREE, **flags) == seen


def test_a_circle_lets_nobody_see_more():
    circle = {"a": "b", "b": "a"}
    assert people_seen(["a"], circle, view_downline=True) == {"a"}
