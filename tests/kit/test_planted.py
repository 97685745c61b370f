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
from leadcore.balances import Posted, kernel
from leadcore.decisions import Effect, Verdict
from leadcore.downline import Tree
from leadcore.errors import LeadcoreError, WrongState
from leadcore.leads import LeadStatus
from leadcore.orders import Standing
from leadcore.ports import ContactNeeds, PointNeeds
from leadcore.refunds import policy
from leadcore.testing import MemoryStore, StoreContract, perform, plays, reading, violations
from leadcore.testing.memory.rows import Rows
from tests import test_decisions, test_downline, test_values
from tests.back_office import (
    test_keeping,
    test_receiving,
    test_refund_requests,
    test_refunding,
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
    assert "test_edges_of_the_window" in killers(MemoryStore)


def test_a_float_in_money():
    named = test_values.test_money_is_whole_minor_units
    assert not finds(named, 1.0)
    with attrs.validators.disabled():
        assert finds(named, 1.0)


def test_a_lost_hold(monkeypatch):
    monkeypatch.setattr(kernel, "reserved", lambda *_arguments: 0)
    assert "test_holds_reserve_and_are_resolved_once" in killers(MemoryStore)


def test_an_upward_peek(monkeypatch):
    honest = Tree.is_below
    named = test_downline.test_what_each_viewer_sees
    case = (
        test_downline.user(view_downline=True),
        test_downline.Reach.DOWNLINE,
        {"left", "low"},
    )
    assert not finds(named, *case)
    monkeypatch.setattr(Tree, "is_below", lambda tree, one, other: honest(tree, other, one))
    assert finds(named, *case)
    assert finds(test_downline.test_whoever_looks_sees_own_and_those_below_only)


def test_a_sideways_peek(monkeypatch):
    def beside(tree, one, other):
        return tree._parents.get(one) == tree._parents.get(other)

    named = test_downline.test_whoever_looks_sees_own_and_those_below_only
    assert not finds(named)
    monkeypatch.setattr(Tree, "is_below", beside)
    assert finds(named)


def test_a_disabled_viewer_who_still_sees(monkeypatch):
    assert not finds(test_keeping.test_what_a_viewer_sees_follows_the_tree)
    monkeypatch.setattr(
        "leadcore.back_office.keeping.scope",
        lambda viewer, tree: honest_scope(replace(viewer, enabled=True), tree),
    )
    assert finds(test_keeping.test_what_a_viewer_sees_follows_the_tree)


def honest_scope(viewer, tree):
    return test_downline.scope(viewer, tree)


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


# ------------------------------------------------------------------------------ broken stores


class IgnoresVersions(MemoryStore):
    """Writes whatever comes last."""

    def _check_version(self, change):
        pass

    def _check_standing(self, delta):
        super()._check_standing(replace(delta, expected_version=None))


class ForgetsClaims(MemoryStore):
    """Does not know a person again."""

    def commit(self, outcome):
        super().commit(replace(outcome, claims=()))


class OverwritesClaims(MemoryStore):
    """Knows people, but lets two claim the same ordinal."""

    def _check(self, outcome):
        super()._check(replace(outcome, claims=()))


class PostsOutsideTheTransaction(MemoryStore):
    """Moves the money first and looks at the guards afterwards."""

    def commit(self, outcome):
        posted = self._posted(outcome)
        if posted is not None:
            self._keep(outcome.transfers, posted, at=posted.at)
        super().commit(outcome)


class WritesOutsideTheTransaction(MemoryStore):
    """Writes the events first and looks at the money afterwards."""

    def commit(self, outcome):
        super().commit(replace(outcome, transfers=()))
        super().commit(replace(outcome, changes=(), opened=(), claims=(), standings=()))


class IgnoresTheStandingLimit(MemoryStore):
    """Sells the last place as often as it is asked for."""

    def _check_standing(self, delta):
        super()._check_standing(replace(delta, limit=None))


class IgnoresCaps(MemoryStore):
    """Sells the last place of a period as often as it is asked for."""

    def _check_standing(self, delta):
        free = (replace(each, most_leads=-1, most_money=-1) for each in delta.usage)
        super()._check_standing(replace(delta, usage=tuple(free)))


class KeepsOldCounts(MemoryStore):
    """Does not forget the counts of caps that are edited."""

    def commit(self, outcome):
        kept = tuple(replace(each, recount=False) for each in outcome.standings)
        super().commit(replace(outcome, standings=kept))


class IgnoresMoves(MemoryStore):
    """Begins a count, and a cycle, with what was seen before somebody moved the order."""

    def _check_standing(self, delta):
        super()._check_standing(replace(delta, expected_moves=None))


class DropsTheJournal(MemoryStore):
    """Keeps the rows only."""

    def commit(self, outcome):
        super().commit(outcome)
        self.events.clear()


class LosesAnEvent(MemoryStore):
    """Keeps the first event of each change only."""

    def commit(self, outcome):
        kept = {key: len(events) for key, events in self.events.items()}
        super().commit(outcome)
        for change in outcome.changes:
            key = (change.kind, change.id)
            self.events[key] = self.events[key][: kept.get(key, 0) + 1]


class LosesMessages(MemoryStore):
    """Forgets to tell."""

    def commit(self, outcome):
        super().commit(replace(outcome, messages=outcome.messages[:1]))


class TellsTwice(MemoryStore):
    """Does not know a message by its id."""

    def messages(self, limit=100):
        return super().messages(limit) * 2


class ShowsTheRefunded(MemoryStore):
    """Lists what the account no longer holds."""

    def _in_scope(self, lead, scope):
        shown = lead.status in {LeadStatus.SOLD, LeadStatus.REFUNDED}
        held = replace(lead, status=LeadStatus.SOLD) if shown else lead
        return Rows._in_scope(self, held, scope)


class ShowsEverything(MemoryStore):
    """Lists without looking who asks."""

    def _in_scope(self, lead, _scope):
        return lead.sale is not None


class ForgetsRejections(MemoryStore):
    """Judges anew what was refused."""

    def post(self, batches, *, at):
        answers = []
        for batch in batches:
            result = self._answer(batch, at)
            if isinstance(result, Posted):
                self._keep(batch, result, at=at)
            answers.append(result)
        return tuple(answers)


class CommitsOneByOne(MemoryStore):
    """Keeps what came before the one that failed."""

    def run_many(self, cases):
        return tuple(self.run(case) for case in cases)


class KnowsOnlyNow(MemoryStore):
    """Gives today's balance for every day."""

    def balance(self, ledger_id, at=None):
        return super().balance(ledger_id, None if at is None else max(at, at.replace(year=9999)))


class TakesAKeyTwice(MemoryStore):
    """Does not know a submission again."""

    def by_source_key(self, seller_id, source_key):
        return super().by_source_key(seller_id, f"{source_key}/never")


class RepeatsThePage(MemoryStore):
    """Begins the next page where the last one ended."""

    def leads(self, query):
        found = super().leads(replace(query, after=None, limit=10**9))
        ids = [lead.id for lead in found]
        if ids and query.after == ids[-1]:
            return ()
        start = ids.index(query.after) if query.after in ids else 0
        return found[start : start + query.limit]


class ForgetsStandings(MemoryStore):
    """Does not count what an order got."""

    def _moved(self, delta):
        return Standing(sold=delta.sold, credit=delta.credit)


class ForgetsRevocations(MemoryStore):
    """Keeps what was granted, not what was taken back."""

    def contact_point(self, seller_id, address):
        found = super().contact_point(seller_id, address)
        return found and replace(found, revocations=())


class KeepsPointsOfEverybody(MemoryStore):
    """Knows a number, but not whose it is to know."""

    def contact_point(self, seller_id, address):
        for (kind, key), seen in self.rows.items():
            if kind == "contact_point" and key.endswith(address):
                return seen.state
        return super().contact_point(seller_id, address)


class EditsADecision(MemoryStore):
    """Makes a denial that was logged a permission."""

    def commit(self, outcome):
        super().commit(outcome)
        for key, logged in self.events.items():
            if key[0] == "decisions":
                self.events[key] = tuple(
                    replace(each, text=each.text.replace("denied", "permitted")) for each in logged
                )


class DropsADecision(MemoryStore):
    """Loses the first decision that was logged."""

    def journal(self, kind, key):
        found = super().journal(kind, key)
        return found[1:] if kind == "decisions" else found


class ListsTheContacted(MemoryStore):
    """Lists leads as overdue that somebody has called."""

    def leads(self, query):
        if query.overdue_at is None:
            return super().leads(query)
        rows = dict(self.rows)
        for key, seen in rows.items():
            if key[0] == "lead":
                self.rows[key] = replace(seen, state=replace(seen.state, attempts=()))
        found = super().leads(query)
        self.rows = rows
        return found


class CountsFromTheSale(MemoryStore):
    """Knows only the sale, not since when a lead is held again."""

    def leads(self, query):
        found = super().leads(query)
        if query.overdue_at is None:
            return found
        return tuple(lead for lead in found if lead.held_since == lead.sale.sold_at)


class LosesReviews(MemoryStore):
    """Shows nobody the replies that wait."""

    def reviews(self, seller_id, limit=100):
        return super().reviews(seller_id, limit)[1:]


class DoesNotKnowCells(MemoryStore):
    """Takes an associate's reply for anybody's."""

    def load(self, needs):
        found = super().load(needs)
        return replace(found, associates=()) if isinstance(needs, PointNeeds) else found


class LetsAnybodyAsk(MemoryStore):
    """Takes whoever asks for staff."""

    def load(self, needs):
        found = super().load(needs)
        if isinstance(needs, ContactNeeds) and needs.viewer_id is not None:
            lead = found.lead.state
            return replace(found, viewer=lead and self.user(lead.assigned_to))
        return found


class GivesUpAtOnce(MemoryStore):
    """Does not run a use case again."""

    def run(self, case):
        outcome = case.decide(self.load(case.needs))
        self.commit(outcome)
        return outcome.answer


PLAIN = sorted(
    name
    for name, test in inspect.getmembers(StoreContract, inspect.isfunction)
    if name.startswith("test_") and not is_hypothesis_test(test)
)


def killers(store):
    """Give the plain tests of the contract that fail on a store."""

    class Contract(StoreContract):
        def make_store(self):
            return store()

    return {name for name in PLAIN if finds(getattr(Contract(), name))}


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
    assert KILLED[store] in killers(store)


def test_a_store_without_version_guards_fails_wherever_two_meet():
    assert killers(IgnoresVersions) >= {
        "test_a_sale_is_returned_once",
        "test_money_of_a_stale_outcome_does_not_move",
        "test_two_moves_never_make_a_cycle",
        "test_whoever_was_sold_on_does_not_come_back",
    }


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


class ListsOldestFirst(MemoryStore):
    """Lists the wrong way round."""

    def leads(self, query):
        return super().leads(query)[::-1]


class TakesNobodyBack(MemoryStore):
    """Has an opinion of its own."""

    def run(self, case):
        if isinstance(case, receiving.ResellLead):
            raise WrongState("ResellLead", "we do not do that")
        return super().run(case)


@pytest.mark.parametrize("store", [ListsOldestFirst, TakesNobodyBack])
def test_a_difference_to_the_reference_is_seen(store):
    def differs(play):
        mine, reference = store(), MemoryStore()
        same = perform(mine, play, "s") == perform(reference, play, "s")
        return not (same and reading(mine, "s") == reading(reference, "s"))

    assert find(plays(), differs, settings=QUICK).steps
