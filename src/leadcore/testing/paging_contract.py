"""What a store must do about pages: the next one goes on where the one before ended.

Whatever happens in between: rows leave the list, enter it, or stand elsewhere.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve as replace
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.leads import AssignLead, AttemptOutcome, ContactAttempt, LogAttempt, untried_until
from leadcore.ports import LeadQuery, LeadSort, lead_sort_key
from leadcore.submissions import Channel
from leadcore.testing.scenes import AT, Scene, new_seller, reception

if TYPE_CHECKING:
    from datetime import datetime

    from leadcore.leads import Lead, LeadCommand
    from leadcore.ports import Store
    from leadcore.values import LeadId

__all__ = ["PagingContract"]

_SETTINGS = settings(
    max_examples=max(3, settings().max_examples // 30),
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)
_LEADS, _WHOLE = 6, 100
_DAYS = timedelta(days=9)
_SHAPES: tuple[dict[str, Any], ...] = (
    {"overdue_at": AT + _DAYS},
    {"duty_by": AT + _DAYS},
    *({"sort": sort} for sort in LeadSort),
)
_STEPS = st.lists(
    st.tuples(st.sampled_from(("try", "give", "new")), st.integers(0, _LEADS - 1)), max_size=8
)


class PagingContract:
    """What every store must do about pages; part of `leadcore.testing.StoreContract`."""

    def make_store(self) -> Store:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    @_SETTINGS
    @example(shape=0, reverse=False, scoped=True, limit=1, steps=[("try", 0), ("try", 2)])
    @example(
        shape=1, reverse=True, scoped=False, limit=2, steps=[("try", 4), ("new", 0), ("try", 5)]
    )
    @example(shape=9, reverse=False, scoped=True, limit=2, steps=[("give", 1), ("give", 3)])
    @given(
        shape=st.integers(0, len(_SHAPES) - 1),
        reverse=st.booleans(),
        scoped=st.booleans(),
        limit=st.integers(1, 3),
        steps=_STEPS,
    )
    def test_no_lead_that_stayed_is_left_out_or_shown_twice(
        self,
        shape: int,
        reverse: bool,  # noqa: FBT001 - given by Hypothesis, by its name
        scoped: bool,  # noqa: FBT001 - as above
        limit: int,
        steps: list[tuple[str, int]],
    ) -> None:
        """Though leads are tried, assigned and received between two pages."""
        scene = Scene(store=self.make_store(), seller=new_seller(), funds=60_000).set_up()
        scene.store.run_many([_coming(scene, number) for number in range(_LEADS)])
        seen = scene.store.scope(scene.user()) if scoped else None
        query = LeadQuery(
            seller_id=scene.seller, scope=seen, reverse=reverse, limit=limit, **_SHAPES[shape]
        )
        shown: list[LeadId] = []
        stayed = _places(scene, query)
        waiting = list(steps)
        while page := scene.store.leads(query):
            assert [lead.id for lead in page] == _behind(scene, query)[:limit]
            shown += [lead.id for lead in page]
            query = query.opened(query.closed(page[-1]))
            if waiting:
                _step(scene, *waiting.pop(0))
            now = _places(scene, query)
            stayed = {one: key for one, key in stayed.items() if now.get(one) == key}
        assert [shown.count(one) for one in stayed] == [1] * len(stayed)
        assert scene.store.audit() == ()


def _places(scene: Scene, query: LeadQuery) -> dict[LeadId, Any]:
    """Give what is listed now, in order, with what it is sorted by."""
    whole = scene.store.leads(replace(query, after=None, limit=_WHOLE))
    return {lead.id: _key(lead, query) for lead in whole}


def _behind(scene: Scene, query: LeadQuery) -> list[LeadId]:
    """Give what stands behind where the page begins, by what is listed now."""
    listed, last = [(key, one) for one, key in _places(scene, query).items()], query.after
    falling = query.sort.newest_first and query.overdue_at is None and query.duty_by is None
    falls = falling is not query.reverse
    assert listed == sorted(listed, reverse=falls)
    return [
        one
        for key, one in listed
        if last is None
        or ((key, one) < (last.key, last.id) if falls else (key, one) > (last.key, last.id))
    ]


def _key(lead: Lead, query: LeadQuery) -> datetime | str | None:
    if query.overdue_at is not None:
        return untried_until(lead)
    return bo.duty_due(lead) if query.duty_by is not None else lead_sort_key(lead, query.sort)


def _coming(scene: Scene, number: int) -> bo.ReceiveLead:
    return reception(scene.seller, number, at=AT + timedelta(minutes=number * 5 % 3))


def _step(scene: Scene, what: str, number: int) -> None:
    lead_id, by = reception(scene.seller, number).lead_id, scene.user()
    at = AT + timedelta(hours=1)
    lead = scene.store.lead(lead_id)
    command: LeadCommand
    if what == "new":
        scene.store.run(_coming(scene, _LEADS + number))
        return
    if lead is None or lead.assigned_to is None:
        return
    if what == "try":
        tried = ContactAttempt(channel=Channel.CALL, at=at, by=by, outcome=AttemptOutcome.NO_ANSWER)
        command = LogAttempt(attempt=tried)
    else:
        command = AssignLead(user_id=scene.user(below=lead.assigned_to == by))
    scene.store.run(bo.WorkLead(lead_id=lead_id, viewer_id=by, command=command, at=at))
