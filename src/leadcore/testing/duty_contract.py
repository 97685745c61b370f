"""What a store must do about duties: find the leads with one that is due, and no others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.leads import AttemptOutcome, ContactAttempt, LeadStatus, LogAttempt
from leadcore.ports import LeadQuery, LeadSort
from leadcore.submissions import Channel
from leadcore.testing.scenes import AT, Scene, new_seller
from leadcore.values import SaleId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from leadcore.leads import Lead
    from leadcore.ports import Store
    from leadcore.values import SellerId

__all__ = ["DutyContract"]

_SETTINGS = settings(
    max_examples=max(3, settings().max_examples // 30),
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
_HOUR, _TICK = timedelta(hours=1), timedelta(microseconds=1)
_EDGES = (0, 1, 4, 24, 48, 72, 73, 96, 97, 100, 120, 336, 337)
_LEADS = 3
_TRIED = st.lists(
    st.tuples(
        st.sampled_from((0, 1, 4, 24)),
        st.sampled_from((AttemptOutcome.NO_ANSWER, AttemptOutcome.SENT, AttemptOutcome.REACHED)),
    ),
    max_size=4,
)
_LATER = st.lists(
    st.tuples(st.sampled_from(_EDGES), st.sampled_from((-1, 0, 1))), min_size=1, max_size=4
)


class DutyContract:
    """What every store must do about duties; part of `leadcore.testing.StoreContract`."""

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    @_SETTINGS
    @example(tried=[[], [], [(24, AttemptOutcome.NO_ANSWER)]], later=[(48, 0)])
    @example(tried=[[], [], [(4, AttemptOutcome.SENT)]], later=[(100, 0)])
    @given(tried=st.lists(_TRIED, min_size=_LEADS, max_size=_LEADS), later=_LATER)
    def test_what_is_due_is_found_and_nothing_else(
        self, tried: list[list[tuple[int, AttemptOutcome]]], later: list[tuple[int, int]]
    ) -> None:
        """As by looking at all that was sold lately; what was told is not found again."""
        scene = Scene(store=self.make_store(), seller=new_seller(), funds=60_000).set_up()
        last = max(_attempts(scene, *each) for each in enumerate(tried))
        moments = sorted(max(last, AT + hours * _HOUR + ticks * _TICK) for hours, ticks in later)
        for at in moments:
            asked = bo.duty_leads(scene.seller, at=at, limit=2)
            found = list(_paged(scene.store, asked))
            told = {lead.id for lead in found if bo.duty_of(lead, at=at) is not None}
            lately = list(_paged(scene.store, _lately(scene.seller, at)))
            assert told == {lead.id for lead in lately if bo.duty_of(lead, at=at) is not None}
            after, due = bo.DUTIES.told_after(at), [_place(lead) for lead in found]
            assert due == sorted(due)
            assert all(after < when <= at for when, _ in due)
            _tell(scene, at)
            left = {lead.id for lead in _paged(scene.store, asked)}
            assert not left & told
        assert scene.store.audit() == ()


def _attempts(scene: Scene, number: int, tried: list[tuple[int, AttemptOutcome]]) -> datetime:
    """Sell a lead and try to reach its person; give when that was tried last."""
    lead, at, by = scene.receive(number).lead, AT, scene.user()
    for hours, outcome in tried:
        at += hours * _HOUR
        attempt = ContactAttempt(channel=Channel.CALL, at=at, by=by, outcome=outcome)
        command = LogAttempt(attempt=attempt)
        scene.store.run(bo.WorkLead(lead_id=lead.id, viewer_id=by, command=command, at=at))
    return at


def _place(lead: Lead) -> tuple[datetime, str]:
    due = bo.duty_due(lead)
    assert due is not None
    return due, lead.id


def _lately(seller: SellerId, at: datetime) -> LeadQuery:
    return LeadQuery(
        seller_id=seller,
        statuses=frozenset({LeadStatus.SOLD}),
        sort=LeadSort.SOLD,
        since=bo.DUTIES.sold_since(at),
    )


def _tell(scene: Scene, at: datetime) -> None:
    """Do what a job does."""
    facts = bo.DueFacts(
        seller_id=scene.seller,
        held=tuple(_paged(scene.store, bo.duty_leads(scene.seller, at=at))),
        seller=scene.store.seller(scene.seller),
    )
    for case in bo.due_cases(facts, at=at, sale_id=lambda: SaleId("none")):
        scene.store.run(case)


def _paged(store: Store, query: LeadQuery) -> Iterator[Lead]:
    while page := store.leads(query):
        yield from page
        query = query.behind(page[-1])
