"""`assess` answers about one person at one instant, `bind` about many at one instant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from leadcore.contact.ahead import next_permitted
from leadcore.contact.case import Case, Moment
from leadcore.contact.digests import asked, digest_of
from leadcore.contact.plans import plan_of
from leadcore.decisions import Decision
from leadcore.values import EPOCH, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leadcore.contact.cells import Answer, Cell, Row
    from leadcore.contact.digests import Sort, Where
    from leadcore.contact.facts import Facts, Question
    from leadcore.rulebooks.book import Rulebook

__all__ = ["Bound", "assess", "bind"]

_MICROSECOND = timedelta(microseconds=1)
_KEPT = 65_536
"""Places and decisions that are kept for one instant."""
_Ahead = tuple[datetime | None, str | None]


def _look_ahead(
    question: Question, facts: Facts, at: datetime, rules: Rulebook, answer: Answer
) -> _Ahead:
    case = Case(question, facts, Moment(at), rules.closures)
    return next_permitted(case, rules, answer.hits)


def _unasked() -> _Ahead:
    return None, None


def _denied(
    question: Question, facts: Facts, at: datetime, rules: Rulebook, answer: Answer
) -> Decision:
    """Make a denial that looks ahead when it is asked to."""
    ahead = _look_ahead, question, facts, at, rules, answer
    return Decision.deferred(answer.verdict, answer.findings, at, rules.id, ahead)


def assess(
    question: Question,
    facts: Facts,
    *,
    at: datetime | Moment,
    rules: Rulebook,
    ahead: bool = True,
) -> Decision:
    """Answer whether a person may be contacted, with all findings.

    Args:
        question: channel, initiation, purpose, on whose behalf, about what, and the profile.
        facts: what is known; what is unknown permits nothing.
        at: the instant asked about (aware); a `Moment` made once serves a whole batch.
        rules: the rulebook, such as `leadcore.rulebooks.US`.
        ahead: also tell when a denied contact is next permitted.

    Returns:
        The decision. `next_permitted_at` is exact to the microsecond, given the same facts and no
        new ones; where there is no such instant, `why_never` says why. It is looked for when it is
        read; with tests of the user's own in the rulebook at once, as nobody knows what they do.

    Raises:
        ValueError: an unknown zone, or a rule with an unknown kernel.
    """
    if isinstance(at, Moment):
        when, micros = at.at, at.micros
    else:
        when = instant(at)
        micros = (when - EPOCH) // _MICROSECOND
    plan = plan_of(question, rules)
    digest = digest_of(facts, question)
    cell, row = plan.cell(digest.where, micros)
    bits = cell.bits(digest, when)
    answer = row.answers.get(bits)
    if answer is None:
        answer = plan.answer(Case(question, facts, Moment(when), rules.closures), cell, row, bits)
    if not answer.denied:
        return Decision.open_now(answer.verdict, answer.findings, when, rules.id)
    if not ahead:
        return Decision.deferred(answer.verdict, answer.findings, when, rules.id, (_unasked,))
    decision = _denied(question, facts, when, rules, answer)
    if plan.own:
        _ = decision.next_permitted_at
    return decision


class Bound:
    """A question and a rulebook at one instant: what depends on these alone is settled once.

    Attributes:
        question, rules, at: what was bound.
    """

    __slots__ = (
        "_ahead", "_asked", "_calm", "_id", "_moment", "_open", "_places", "_plan", "_ready",
        "at", "question", "rules",
    )  # fmt: skip

    def __init__(self, question: Question, rules: Rulebook, at: datetime) -> None:
        self.question: Final = question
        self.rules: Final = rules
        self.at: Final = instant(at)
        self._id: Final = rules.id
        self._asked: Final = asked(question)
        self._moment: Final = Moment(self.at)
        self._plan: Final = plan_of(question, rules)
        self._places: Final[dict[Where, tuple[Cell, Row]]] = {}
        self._open: Final[dict[Answer, Decision]] = {}
        self._ready: Final[dict[Sort, Decision | Answer]] = {}
        self._ahead: Final[dict[object, _Ahead]] = {}
        self._calm: Final = self.at - self._plan.reach

    def assess(self, facts: Facts) -> Decision:
        """Answer about one person: the decision `contact.assess` gives.

        Raises:
            ValueError: an unknown zone.
        """
        try:
            digest = facts.digest
        except AttributeError:
            digest = digest_of(facts, self.question)
        if digest.asked is not self._asked:
            digest = digest_of(facts, self.question)
        cell, row = self._places.get(digest.where) or self._place(digest.where)
        bits = cell.bits(digest, self.at)
        answer = row.answers.get(bits)
        if answer is None:
            case = Case(self.question, facts, self._moment, self.rules.closures)
            answer = self._plan.answer(case, cell, row, bits)
        known = answer if answer.denied else self._opened(answer)
        sort = digest.seen[0]
        if sort.cell is cell and sort.bits == bits and not cell.own:
            self._ready[sort] = known
        return known if isinstance(known, Decision) else self._denied(facts, known)

    def _denied(self, facts: Facts, answer: Answer) -> Decision:
        ahead = Bound._look_ahead, self, facts, answer
        decision = Decision.deferred(answer.verdict, answer.findings, self.at, self._id, ahead)
        if self._plan.own:
            _ = decision.next_permitted_at
        return decision

    def hour(self, facts: Facts) -> object:
        """Give what stands for the date and the hour where a person is.

        As long as it is the same object, at whatever instant, the same bits of facts are answered
        alike there; with tests of the user's own nothing is sure.
        """
        digest = digest_of(facts, self.question)
        return (self._places.get(digest.where) or self._place(digest.where))[1]

    def _place(self, where: Where) -> tuple[Cell, Row]:
        if len(self._places) >= _KEPT:
            self._places.clear()
        found = self._places[where] = self._plan.cell(where, self._moment.micros)
        return found

    def _opened(self, answer: Answer) -> Decision:
        known = self._open.get(answer)
        if known is not None:
            return known
        if len(self._open) >= _KEPT:
            self._open.clear()
            self._ready.clear()
        decision = Decision.open_now(answer.verdict, answer.findings, self.at, self.rules.id)
        self._open[answer] = decision
        return decision

    def _look_ahead(self, facts: Facts, answer: Answer) -> _Ahead:
        """Find when contact opens again; once for all who are alike."""
        digest = digest_of(facts, self.question)
        alike = None if self._plan.own else digest.alike(self.at, self._calm)
        if alike is not None and alike in self._ahead:
            return self._ahead[alike]
        found = _look_ahead(self.question, facts, self.at, self.rules, answer)
        if alike is not None:
            if len(self._ahead) >= _KEPT:
                self._ahead.clear()
            self._ahead[alike] = found
        return found

    def decisions(self, people: Iterable[Facts]) -> Iterator[Decision]:
        """Give the decision about each person, in order, while they are read one by one.

        Raises:
            ValueError: an unknown zone.
        """
        # What `assess` gives, without being called where the usual answer is at hand.
        ready, at, rulebook = self._ready, self.at, self._id
        assess, deferred, ahead = self.assess, Decision.deferred, Bound._look_ahead
        for facts in people:
            try:
                sort, settled = facts.digest.seen
                known = ready[sort]
            except (
                AttributeError,
                KeyError,
            ):  # nobody asked about them yet, or about any like them
                yield assess(facts)
                continue
            if settled >= at:
                yield assess(facts)
            elif isinstance(known, Decision):
                yield known
            else:
                later = ahead, self, facts, known
                yield deferred(known.verdict, known.findings, at, rulebook, later)


def bind(question: Question, rules: Rulebook, at: datetime) -> Bound:
    """Put a question and a rulebook to one instant, to ask about many people.

    Args:
        question: as for `assess`.
        rules: the rulebook.
        at: the instant asked about (aware).

    Raises:
        ValueError: a rule of the question's shape names an unknown kernel.
    """
    return Bound(question, rules, at)
