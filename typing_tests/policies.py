"""What type checkers make of the policies: each answers with a value of its own."""

from datetime import UTC, datetime
from typing import NoReturn, assert_type

from leadcore import distribution, downline, duplicates, refunds
from leadcore.decisions import Decision, Finding, Verdict, combine
from leadcore.leads import Lead
from leadcore.people import User
from leadcore.refunds import RefundFacts, RefundQuestion, RefundTerms, RefundWindow
from leadcore.submissions import LeadKind, Submission
from leadcore.values import AccountId, LeadId, Money, OrderId, Unlimited, UserId

AT = datetime(2026, 11, 22, tzinfo=UTC)


def may_be_returned(question: RefundQuestion) -> None:
    facts = RefundFacts(lead_kind=LeadKind.WEB, sold_at=AT)
    decision = refunds.assess(question, facts, at=AT, rules=RefundTerms())
    assert_type(decision, Decision)
    assert_type(decision.verdict, Verdict)
    assert_type(decision.require(), Decision)
    assert_type(decision.determining, tuple[Finding, ...])
    assert_type(decision.__bool__(), NoReturn)


def window_of_a_sale() -> RefundWindow:
    return refunds.window(RefundTerms(), AT)


def who_sees(viewer: User, tree: downline.Tree, owner: UserId) -> bool:
    scope = downline.scope(viewer, tree)
    assert_type(scope.reach, downline.Reach)
    return scope.covers(AccountId("a"), owner, tree)


def who_gets(lead: Submission, candidates: list[distribution.Candidate]) -> OrderId | None:
    choice = distribution.choose(lead, candidates, at=AT)
    assert_type(choice.decisions, tuple[distribution.CandidateDecision, ...])
    return choice.winner


def who_asked_before(asked: Submission, history: list[Lead]) -> LeadId | None:
    repeat = duplicates.find_repeat(asked, history, at=AT, look_back_days=30)
    return repeat.lead_id if repeat else None


assert_type(combine([]), tuple[Verdict, tuple[Finding, ...]])
assert_type(distribution.purse(None), Money | Unlimited | None)
