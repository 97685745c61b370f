"""Errors planted on purpose: each must be found, by the test or the law that is there for it."""

import inspect
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from attrs import evolve as replace
from hypothesis import HealthCheck, Phase, find, is_hypothesis_test, settings

from leadcore import decisions
from leadcore.back_office import receiving, refunding, selling
from leadcore.balances import kernel
from leadcore.decisions import Effect, Verdict
from leadcore.downline import Tree
from leadcore.errors import LeadcoreError
from leadcore.refunds import policy
from leadcore.testing import MemoryStore, StoreContract, perform, plays, reading, violations
from tests import test_decisions, test_values
from tests.back_office import (
    test_keeping,
    test_receiving,
    test_refund_requests,
    test_refunding,
)
from tests.downline import test_scopes
from tests.kit.broken_stores import (
    CommitsOneByOne,
    CountsFromTheSale,
    DoesNotKnowCells,
    DropsADecision,
    DropsTheJournal,
    EditsADecision,
    ForgetsClaims,
    ForgetsRejections,
    ForgetsRevocations,
    ForgetsStandings,
    GivesUpAtOnce,
    IgnoresCaps,
    IgnoresMoves,
    IgnoresTheStandingLimit,
    IgnoresVersions,
    KeepsOldCounts,
    KeepsPointsOfEverybody,
    KnowsOnlyNow,
    LetsAnybodyAsk,
    ListsOldestFirst,
    ListsTheContacted,
    LosesAnEvent,
    LosesMessages,
    LosesReviews,
    OverwritesClaims,
    PostsOutsideTheTransaction,
    RepeatsThePage,
    ShowsEverything,
    ShowsTheRefunded,
    TakesAKeyTwice,
    TakesNobodyBack,
    TellsTwice,
    WritesOutsideTheTransaction,
)
from tests.refunds import test_policy

QUICK = settings(
    max_examples=500,
    phases=[Phase.generate],  # the first play that shows it will do
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def finds(test, *arguments):
    """Say whether a test fails now."""
    try:
        test(*arguments)
    except BaseExceptionGroup:
        return True
    except (AssertionError, TypeError, ValueError, LookupError, LeadcoreError):
        return True
    except pytest.fail.Exception:
        return True
    except pytest.skip.Exception:
        return False
    return False


def law_broken(make_store=MemoryStore):
    """Give what the laws say of the first play that breaks one."""
    said = []

    def breaks(play):
        store = make_store()
        perform(store, play, "s")
        said[:] = violations(store, "s")
        return bool(said)

    find(plays(), breaks, settings=QUICK)
    return "; ".join(said)


# ------------------------------------------------------------------------ errors in the core


def test_days_for_hours(monkeypatch):
    def five_days(at, hours):
        local = at.astimezone(ZoneInfo("America/New_York"))
        return (local + timedelta(days=hours // 24)).astimezone(UTC)

    named = test_policy.test_the_window_is_120_elapsed_hours_whatever_the_clocks_do
    assert not finds(named)
    monkeypatch.setattr(policy, "elapsed_hours_after", five_days)
    assert finds(named)


def test_a_window_that_is_open_at_its_end(monkeypatch):
    def outside(opens, closes, asked):
        return asked < opens, asked >= closes

    assert not finds(test_refund_requests.test_the_window_is_exact)
    monkeypatch.setattr(policy, "outside", outside)
    assert finds(test_refund_requests.test_the_window_is_exact)
    named = "test_edges_of_the_window"
    assert killers(MemoryStore, (named,)) == {named}


def test_a_float_in_money():
    named = test_values.test_money_is_whole_minor_units
    assert not finds(named, 1.0)
    with attrs.validators.disabled():
        assert finds(named, 1.0)


def test_a_lost_hold(monkeypatch):
    monkeypatch.setattr(kernel, "reserved", lambda *_arguments: 0)
    named = "test_holds_reserve_and_are_resolved_once"
    assert killers(MemoryStore, (named,)) == {named}


def test_an_upward_peek(monkeypatch):
    honest = Tree.is_below
    named = test_scopes.test_what_each_viewer_sees
    case = (
        test_scopes.user(view_downline=True),
        test_scopes.Reach.DOWNLINE,
        {"left", "low"},
    )
    assert not finds(named, *case)
    monkeypatch.setattr(Tree, "is_below", lambda tree, one, other: honest(tree, other, one))
    assert finds(named, *case)
    assert finds(test_scopes.test_whoever_looks_sees_own_and_those_below_only)


def test_a_sideways_peek(monkeypatch):
    def beside(tree, one, other):
        return tree._parents.get(one) == tree._parents.get(other)

    named = test_scopes.test_whoever_looks_sees_own_and_those_below_only
    assert not finds(named)
    monkeypatch.setattr(Tree, "is_below", beside)
    assert finds(named)


def test_a_disabled_viewer_who_still_sees(monkeypatch):
    assert not finds(test_keeping.test_what_a_viewer_sees_follows_the_tree)
    monkeypatch.setattr(
        "leadcore.back_office.seeing.scope",
        lambda viewer, tree: honest_scope(replace(viewer, enabled=True), tree),
    )
    assert finds(test_keeping.test_what_a_viewer_sees_follows_the_tree)


def honest_scope(viewer, tree):
    return test_scopes.scope(viewer, tree)


def test_a_lead_sold_twice(monkeypatch):
    monkeypatch.setattr(receiving, "find_repeat", lambda *_arguments, **_named: None)
    assert "was sold twice" in law_broken()
    assert finds(test_receiving.test_while_the_sale_stands_a_repeat_is_a_note_to_its_owner)


def test_a_returned_lead_sold_to_its_former_account(monkeypatch):
    monkeypatch.setattr(selling, "former_accounts", lambda _history: frozenset())
    assert "went back to the account that returned" in law_broken()
    assert finds(test_receiving.test_the_former_associate_never_gets_the_person_back)


def test_a_reversal_of_somebody_sold_on(monkeypatch):
    monkeypatch.setattr(refunding.RefundMoves, "_sold_on", lambda _case: ())
    assert "was sold twice" in law_broken()
    assert finds(test_refunding.test_whoever_was_sold_on_is_not_given_back)


def test_a_refund_that_credits_twice(monkeypatch):
    honest = refunding.RefundMoves._transfer

    def twice(case, key, *arguments, **named):
        return tuple(
            made
            for name in (key, f"{key}/again")
            for made in honest(case, name, *arguments, **named)
        )

    monkeypatch.setattr(refunding.RefundMoves, "_transfer", twice)
    assert finds(test_refunding.test_an_approval_credits_and_takes_the_lead_away)


def test_a_refund_without_its_money(monkeypatch):
    monkeypatch.setattr(refunding.RefundMoves, "_transfer", lambda *_arguments, **_named: ())
    assert "but was paid" in law_broken()


def test_a_second_request_for_one_sale(monkeypatch):
    monkeypatch.setattr(refunding.refunds, "earlier_request", lambda _refunds: None)
    assert "returns that stand" in law_broken()


def test_deny_not_beating_permit(monkeypatch):
    def first_permit(findings):
        found = tuple(findings)
        permitted = any(finding.effect is Effect.PERMIT for finding in found)
        return (Verdict.PERMITTED if permitted else Verdict.DENIED), found

    named = test_decisions.test_deny_beats_warn_beats_permit
    assert not finds(named)
    assert first_permit is not decisions.combine
    monkeypatch.setattr(test_decisions, "combine", first_permit)
    assert finds(named)


MACHINE = "test_does_what_the_reference_does_step_by_step"
PLAIN = sorted(
    name
    for name, test in inspect.getmembers(StoreContract, inspect.isfunction)
    if name.startswith("test_") and not is_hypothesis_test(test) and name != MACHINE
)


def killers(store, names=PLAIN):
    """Give those plain tests of the contract that fail on a store."""

    class Contract(StoreContract):
        def make_store(self):
            return store()

    return {name for name in names if finds(getattr(Contract(), name))}


KILLED = {
    IgnoresVersions: "test_a_stale_version_is_a_conflict_and_the_use_case_runs_again",
    ForgetsClaims: "test_a_person_is_claimed_once",
    OverwritesClaims: "test_a_person_is_claimed_once",
    PostsOutsideTheTransaction: "test_the_last_place_is_sold_once",
    WritesOutsideTheTransaction: "test_an_outcome_that_fails_leaves_nothing",
    IgnoresTheStandingLimit: "test_the_last_place_is_sold_once",
    IgnoresCaps: "test_a_cap_is_never_passed",
    KeepsOldCounts: "test_a_cap_counts_what_was_sold_before_it_was_set",
    IgnoresMoves: "test_a_cap_counts_what_was_sold_before_it_was_set",
    DropsTheJournal: "test_the_journal_tells_what_happened",
    LosesAnEvent: "test_the_journal_tells_what_happened",
    LosesMessages: "test_messages_wait_in_the_outbox",
    TellsTwice: "test_messages_wait_in_the_outbox",
    ForgetsRejections: "test_rejections_are_stored_too",
    CommitsOneByOne: "test_several_in_one_transaction_are_all_or_none",
    KnowsOnlyNow: "test_balance_as_of_any_instant",
    TakesAKeyTwice: "test_the_same_submission_twice_is_one_lead",
    RepeatsThePage: "test_pages_join_to_the_whole_list",
    GivesUpAtOnce: "test_money_is_spent_once",
    ForgetsRevocations: "test_a_stop_binds_every_lead_of_the_number_and_no_other_seller",
    KeepsPointsOfEverybody: "test_a_stop_binds_every_lead_of_the_number_and_no_other_seller",
    EditsADecision: "test_a_logged_decision_is_kept_to_the_letter",
    DropsADecision: "test_a_logged_decision_is_kept_to_the_letter",
    ListsTheContacted: "test_overdue_first_contacts_are_found",
    CountsFromTheSale: "test_a_returned_lead_is_not_overdue_until_it_is_held_again",
    LosesReviews: "test_an_unsure_reply_waits_for_a_person_and_holds_contact",
    DoesNotKnowCells: "test_an_answer_to_a_courtesy_notice_is_no_contact",
    LetsAnybodyAsk: "test_who_may_not_see_a_lead_may_not_ask",
}


def test_the_honest_store_passes():
    assert killers(MemoryStore) == set()


@pytest.mark.parametrize("store", KILLED, ids=lambda store: store.__name__)
def test_a_broken_store_is_killed_by_the_test_that_is_there_for_it(store):
    assert KILLED[store] in PLAIN
    assert killers(store, (KILLED[store],))


def test_a_store_without_version_guards_fails_wherever_two_meet():
    meeting = {
        "test_a_sale_is_returned_once",
        "test_money_of_a_stale_outcome_does_not_move",
        "test_two_moves_never_make_a_cycle",
        "test_whoever_was_sold_on_does_not_come_back",
    }
    assert meeting <= set(PLAIN)
    assert killers(IgnoresVersions, meeting) == meeting


@pytest.mark.parametrize(
    ("store", "law"),
    [
        (ForgetsClaims, "was sold twice"),
        (DropsTheJournal, "the row is not the fold of its journal"),
        (LosesAnEvent, "the row is not the fold of its journal"),
        (ForgetsStandings, "its standing is not the fold of the journal"),
        (ShowsTheRefunded, "sees the refunded lead"),
        (ShowsEverything, "of another account"),
        (EditsADecision, "the row is not the fold of its journal"),
        (ListsTheContacted, "the overdue leads at"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_broken_store_breaks_a_law(store, law):
    assert law in law_broken(store)


@pytest.mark.parametrize("store", [ListsOldestFirst, TakesNobodyBack])
def test_a_difference_to_the_reference_is_seen(store):
    def differs(play):
        mine, reference = store(), MemoryStore()
        same = perform(mine, play, "s") == perform(reference, play, "s")
        return not (same and reading(mine, "s") == reading(reference, "s"))

    assert find(plays(), differs, settings=QUICK).steps
