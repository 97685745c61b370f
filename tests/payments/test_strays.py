"""What nobody asked for credits nobody, and is kept once."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from leadcore.decider import fold
from leadcore.payments import (
    News,
    Notice,
    Progress,
    TakeNotice,
    evolve_stray,
    stray_id,
    stray_of,
    take_stray,
)

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)


NOTICES = [
    Notice(
        id=f"e{number}",
        reference="ch_1",
        news=News.CHARGE,
        progress=Progress.SUCCEEDED,
        occurred_at=AT,
    )
    for number in range(4)
]


@given(st.lists(st.sampled_from(NOTICES), max_size=8))
def test_each_notice_is_kept_once(came):
    state = stray_of(stray_id("s", "ch_1"))
    for notice in [*came, *came]:
        state = fold(evolve_stray, state, take_stray(TakeNotice(notice), state, AT))
    assert [each.id for each in state.notices] == list(dict.fromkeys(each.id for each in came))


def test_the_id_says_whose_and_which():
    for seller, reference in (("s", "ch_1"), ("1/s", "x/y"), ("s", "")):
        stray = stray_of(stray_id(seller, reference))
        assert (stray.seller_id, stray.reference) == (seller, reference)
    assert stray_id("a/b", "c") != stray_id("a", "b/c")
