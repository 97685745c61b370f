"""Stores that break when many use them at once, or when something goes wrong: days find them."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from leadcore.auction import life as auction_life
from leadcore.back_office import selling
from leadcore.testing import Broken, Can, MemoryStore, StoreContract, machine_of, simulate
from tests.kit.broken_stores import (
    AcknowledgesTooEarly,
    ChecksThenWrites,
    CommitsHalf,
    DropsTheJournal,
    ForgetsBids,
    ForgetsClaims,
    ForgetsStandings,
    ForgetsTheOutbox,
    IgnoresCaps,
    IgnoresHolds,
    IgnoresTheStandingLimit,
    IgnoresVersions,
    KeepsOldCounts,
    ListsOldestFirst,
    LosesALeg,
    LosesMessages,
    OverwritesClaims,
    PostsOutsideTheTransaction,
    ReadsStale,
    TakesNobodyBack,
    TellsTwice,
    WritesOutsideTheTransaction,
)
from tests.kit.test_planted import QUICK, finds, killers

FOUND = {
    IgnoresVersions: "not the fold of its journal",
    OverwritesClaims: "was sold twice",
    ForgetsClaims: "was sold twice",
    PostsOutsideTheTransaction: "the ledger charged",
    WritesOutsideTheTransaction: "the ledger charged",
    CommitsHalf: "its standing is not the fold",
    ForgetsStandings: "its standing is not the fold",
    IgnoresTheStandingLimit: "its limit is",
    IgnoresCaps: "passed its cap",
    KeepsOldCounts: "is not that of its sales",
    LosesMessages: "nobody was told",
    AcknowledgesTooEarly: "was acknowledged, but is not there",
    ReadsStale: "not the fold of its journal",
    DropsTheJournal: "not the fold of its journal",
}

SEEDS = {KeepsOldCounts: range(120, 130)}
"""Where to look for what shows on few days only: an order's caps are edited within a period."""


@pytest.mark.parametrize("store", FOUND, ids=lambda store: store.__name__)
def test_a_broken_store_does_not_live_through_a_few_days(store):
    seeds = SEEDS.get(store, range(60))
    assert any(FOUND[store] in what_breaks(seed, store) for seed in seeds)


def what_breaks(seed, store):
    try:
        simulate(seed, make_store=store)
    except Broken as broken:
        return str(broken)
    return ""


def test_what_breaks_says_how_to_see_it_again():
    with pytest.raises(Broken, match=r"simulate\(3\) breaks:\n  .") as caught:
        simulate(3, make_store=DropsTheJournal)
    assert caught.value.seed == 3
    assert what_breaks(3, DropsTheJournal) == str(caught.value)


@pytest.mark.parametrize(
    ("store", "sentence"),
    [
        (ListsOldestFirst, "reads otherwise than in the reference"),
        (TakesNobodyBack, "the store answers"),
        (IgnoresHolds, "the ledger answers"),
        (LosesALeg, "reads otherwise than in the reference"),
        (ForgetsStandings, "reads otherwise|the store answers"),
        (TellsTwice, "messages reads otherwise"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_the_machine_finds_a_broken_store(store, sentence):
    quick = settings(QUICK, stateful_step_count=40, report_multiple_bugs=False)
    with pytest.raises(AssertionError, match=sentence):
        run_state_machine_as_test(machine_of(store), settings=quick)


class Threads(StoreContract):
    can = frozenset({Can.CONCURRENT, Can.REOPEN})

    def __init__(self, store):
        self.store = store

    def make_store(self):
        return self.store()

    def reopen(self, store):
        return store.reopened()


def test_a_race_is_found_by_the_history_it_leaves():
    named = "test_many_at_once_get_what_one_after_another_would"
    assert finds(getattr(Threads(ChecksThenWrites), named))


def test_what_is_forgotten_when_a_store_is_closed_is_found():
    named = "test_what_was_committed_is_there_when_it_is_opened_again"
    assert finds(getattr(Threads(ForgetsTheOutbox), named))


def test_the_reference_lives_through_them():
    days = [simulate(seed, make_store=MemoryStore) for seed in range(12)]
    assert sum(day.conflicts for day in days) > 0
    assert {day.seed for day in days} == set(range(12))


# ------------------------------------------------------------------------------------ auctions


def days_break(seeds=range(80), store=MemoryStore):
    """Give what the first of some days says that breaks."""
    return next(filter(None, (what_breaks(seed, store) for seed in seeds)), "")


def test_days_hold_auctions_that_sell():
    stores = []

    def kept():
        stores.append(MemoryStore())
        return stores[-1]

    for seed in range(40):
        simulate(seed, make_store=kept)
    leads = [
        seen.state
        for store in stores
        for (kind, _), seen in store.rows.items()
        if kind == "lead" and seen.state.bidding is not None
    ]
    won = [lead for lead in leads if lead.sale is not None and not lead.bidding.over]
    assert won
    assert any(lead.bidding.refused for lead in leads)
    assert any(lead.bidding.posts for lead in leads)


def test_a_winner_who_pays_the_list_price_is_found(monkeypatch):
    named = "test_the_highest_bid_is_what_is_paid"
    assert killers(MemoryStore, (named,)) == set()
    monkeypatch.setattr(selling, "at_price", lambda candidate, _price: candidate)
    assert "was won at" in days_break()
    assert killers(MemoryStore, (named,)) == {named}


def test_bids_that_come_too_late_are_found(monkeypatch):
    named = "test_bids_are_in_time_or_refused"
    monkeypatch.setattr(auction_life, "in_time", lambda *_arguments: True)
    assert "a bid that does not count" in days_break()
    assert killers(MemoryStore, (named,)) == {named}


def test_a_store_that_forgets_bids_is_found():
    named = "test_the_highest_bid_is_what_is_paid"
    assert "not the fold of its journal" in days_break(store=ForgetsBids)
    assert killers(ForgetsBids, (named,)) == {named}
