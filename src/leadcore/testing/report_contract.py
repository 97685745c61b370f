"""What a store must do about reports: each is the fold of what it keeps, whoever asks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from attrs import evolve as replace
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadcore import back_office as bo
from leadcore.accounts import prepaid_account
from leadcore.dashboard import IN_TIME, Days, RateBy, ReportQuery
from leadcore.downline import Reach, Scope, Tree, scope
from leadcore.errors import NotFound
from leadcore.intervals import local_date
from leadcore.leads import AttemptOutcome, ContactAttempt, LogAttempt
from leadcore.ports import LeadQuery, Store
from leadcore.ports.reports import Reports
from leadcore.submissions import Channel, LeadKind, Submission
from leadcore.testing.memory import MemoryStore
from leadcore.testing.play import Play, perform, plays
from leadcore.testing.scenes import AT, PRICE, Scene, new_seller, person, reception
from leadcore.values import LeadId, SellerId, UserId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadcore.leads import Lead

__all__ = ["Cut", "ReportContract", "ReportingStore", "cuts", "every_report"]

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_ZONES = ("America/New_York", "UTC", "Asia/Kolkata", "Australia/Lord_Howe")
_ALL = 100_000
_SETTINGS = settings(
    max_examples=max(3, settings().max_examples // 12),
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)


class ReportingStore(Store, Reports, Protocol):
    """A store that also reports."""


@frozen(kw_only=True)
class Cut:
    """How the reports of a play are asked for.

    Attributes:
        since, until: an instant that something happened at, by its number, and a tick before, on or
            after it; None for no bound.
        kind: only these leads.
        zone: of the days.
    """

    since: tuple[int, int] | None = None
    until: tuple[int, int] | None = None
    kind: LeadKind | None = None
    zone: str = "UTC"


_EDGES = st.none() | st.tuples(st.integers(0, 40), st.sampled_from((-1, 0, 1)))


def cuts() -> st.SearchStrategy[Cut]:
    """Draw how reports are asked for; most windows begin or end where something happened."""
    return st.builds(
        Cut,
        since=_EDGES,
        until=_EDGES,
        kind=st.sampled_from((None, None, *LeadKind)),
        zone=st.sampled_from(_ZONES),
    )


def every_report(store: ReportingStore, seller: SellerId, cut: Cut) -> dict[str, Any]:
    """Give every report of a seller by name: for the staff, at each account, for each viewer."""
    instants = _instants(store.leads(LeadQuery(seller_id=seller, limit=_ALL)))
    query = ReportQuery(
        seller_id=seller,
        since=_edge(cut.since, instants),
        until=_edge(cut.until, instants),
        kind=cut.kind,
    )
    last = local_date(instants[-1] if instants else AT, cut.zone)
    days = Days(zone=cut.zone, first=last - 9 * _DAY, last=last)
    due = instants[-1] + _DAY if instants else AT
    found: dict[str, Any] = {}
    for name, asked in _askers(store, query):
        found[f"{name}: days"] = store.leads_by_day(asked, days)
        found[f"{name}: counts"] = store.lead_counts(asked)
        found[f"{name}: overdue"] = store.overdue_count(asked, due)
        found[f"{name}: first contact"] = store.first_contact(asked)
        found[f"{name}: undelivered"] = _or_none(lambda asked=asked: store.undelivered(asked))
        found[f"{name}: spend"] = _or_none(lambda asked=asked: store.spend(asked))
        for by in RateBy:
            found[f"{name}: returns by {by.value}"] = _or_none(
                lambda asked=asked, by=by: store.refund_rates(asked, by)
            )
    for account in store.accounts(seller):
        ledger = prepaid_account(account.id)
        summary = store.statement_summary(ledger, query.since, query.until)
        found[f"statement of {account.id}"] = summary
    return found


def _instants(leads: tuple[Lead, ...]) -> list[datetime]:
    sold = {lead.sale.sold_at for lead in leads if lead.sale is not None}
    return sorted(sold | {lead.received_at for lead in leads})


def _edge(edge: tuple[int, int] | None, instants: list[datetime]) -> datetime | None:
    if edge is None or not instants:
        return None
    return instants[edge[0] % len(instants)] + edge[1] * _TICK


def _askers(store: ReportingStore, query: ReportQuery) -> Iterator[tuple[str, ReportQuery]]:
    yield "staff", query
    for account in store.accounts(query.seller_id):
        yield f"staff at {account.id}", replace(query, account_id=account.id)
        users = store.users(account.id)
        tree = Tree.of(users)
        for user in users:
            yield user.id, replace(query, scope=scope(user, tree))
        admin = Scope(account_id=account.id, user_id=UserId("admin"), reach=Reach.ACCOUNT)
        yield f"admin of {account.id}", replace(query, scope=admin)


def _or_none(ask: Any) -> Any:  # noqa: ANN401 - any report
    try:
        return ask()
    except NotFound:
        return None


class ReportContract:
    """Reports: equal to the reference's, right at every edge, and nothing told beyond the walls."""

    def make_store(self) -> ReportingStore:
        """Give a store to be tested."""
        raise TypeError("a contract's test class gives its store in make_store()")

    @_SETTINGS
    @given(play=plays(most=16), cut=cuts())
    def test_reports_are_those_of_the_reference(self, play: Play, cut: Cut) -> None:
        """Whatever happened, whoever asks, wherever the window begins and ends."""
        store, reference, seller = self.make_store(), MemoryStore(), new_seller()
        perform(store, play, seller)
        perform(reference, play, seller)
        expected = every_report(reference, SellerId(seller), cut)
        assert every_report(store, SellerId(seller), cut) == expected

    def test_a_day_has_its_own_length(self) -> None:
        """Of the day the clocks go back all 25 hours count, and no other day's."""
        scene = Scene(store=self.make_store(), quantity=9, funds=100_000).set_up()
        days = Days(zone="America/New_York", first=date(2026, 10, 31), last=date(2026, 11, 2))
        opens, closes = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)
        for number, at in enumerate((opens - _TICK, opens, closes - _TICK, closes)):
            scene.store.run(reception(scene.seller, number, at=at))
        query = ReportQuery(seller_id=scene.seller)
        counted = [each.leads for each in self._of(scene).leads_by_day(query, days)]
        assert counted == [1, 2, 1]
        assert [each.appointments for each in self._of(scene).leads_by_day(query, days)] == (
            [None] * len(counted)
        )

    def test_tests_are_never_counted(self) -> None:
        """Neither by the day, nor by status, nor among what was not delivered."""
        scene = Scene(store=self.make_store()).set_up()
        real = reception(scene.seller, 1)
        scene.store.run(real)
        scene.store.run(replace(real, lead_id=LeadId("t"), source_key="t", submission=_test()))
        query = ReportQuery(seller_id=scene.seller)
        days = Days(zone="UTC", first=AT.date(), last=AT.date())
        reports = self._of(scene)
        assert [each.leads for each in reports.leads_by_day(query, days)] == [1]
        assert sum(each.leads for each in reports.lead_counts(query)) == 1
        assert reports.undelivered(query) == ()

    def test_nobody_tried_is_longer_than_any_time(self) -> None:
        """Percentiles are one of the times there were, or not known yet."""
        scene = Scene(store=self.make_store(), quantity=9, funds=100_000).set_up()
        query = ReportQuery(seller_id=scene.seller)
        nobody = self._of(scene).first_contact(query)
        assert (nobody.tried, nobody.untried, nobody.median, nobody.ninetieth) == (0, 0, None, None)
        for number in range(3):
            scene.receive(number)
        self._try(scene, 0, IN_TIME)
        some = self._of(scene).first_contact(query)
        assert (some.tried, some.untried, some.median, some.ninetieth) == (1, 2, None, None)
        self._try(scene, 1, IN_TIME + 1)
        self._try(scene, 1, 7)
        self._try(scene, 2, IN_TIME + 1)
        every = self._of(scene).first_contact(query)
        assert (every.tried, every.in_time) == (3, 2)
        assert (every.median, every.ninetieth) == (IN_TIME, IN_TIME + 1)

    def test_an_account_reads_off_what_it_paid(self) -> None:
        """Spend and statement add up; who sees less than all of the account is told nothing."""
        scene = Scene(store=self.make_store(), accounts=2).set_up()
        sold = scene.receive(1).lead
        assert sold.sale is not None
        account = sold.sale.account_id
        admin = Scope(account_id=account, user_id=UserId("admin"), reach=Reach.ACCOUNT)
        query = ReportQuery(seller_id=scene.seller, scope=admin)
        (spent,) = self._of(scene).spend(query)
        assert (spent.account_id, spent.sold, spent.kept) == (account, 1, 1)
        assert (spent.charged, spent.refunded, spent.spent.minor) == (PRICE, 0, PRICE)
        summary = self._of(scene).statement_summary(prepaid_account(account), sold.sale.sold_at)
        assert (summary.charges, summary.closing) == (-PRICE, 10_000 - PRICE)
        for reach in (Reach.NOTHING, Reach.OWN, Reach.DOWNLINE):
            less = replace(query, scope=replace(admin, reach=reach))
            with pytest.raises(NotFound):
                self._of(scene).spend(less)
            with pytest.raises(NotFound):
                self._of(scene).refund_rates(less, RateBy.ACCOUNT)
        with pytest.raises(NotFound):
            self._of(scene).undelivered(query)

    @staticmethod
    def _of(scene: Scene) -> Any:  # noqa: ANN401 - the scene's store, which also reports
        return scene.store

    @staticmethod
    def _try(scene: Scene, number: int, after: int) -> None:
        lead = scene.store.lead(reception(scene.seller, number).lead_id)
        if lead is None or lead.sale is None:
            message = f"lead {number} was not sold"
            raise ValueError(message)
        by, at = lead.sale.user_id, lead.sale.sold_at + after * _TICK
        attempt = ContactAttempt(
            channel=Channel.CALL, at=at, by=by, outcome=AttemptOutcome.NO_ANSWER
        )
        command = LogAttempt(attempt=attempt)
        scene.store.run(
            bo.WorkLead(lead_id=lead.id, viewer_id=by, command=command, at=at + 30 * _DAY)
        )


def _test() -> Submission:
    return replace(person(2), test=True)
