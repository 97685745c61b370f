"""A day is its seed; a hundred thousand of them in the deep profile."""

from collections import Counter

import pytest
from hypothesis import settings

from leadcore.back_office import RequestRefund
from leadcore.errors import Conflict, Malformed
from leadcore.testing import Broken, Chaos, MemoryStore, simulate, simulate_many
from leadcore.testing.scenes import Scene, reception, terms
from leadcore.testing.simulation import _kept
from tests.kit.broken_stores import IgnoresCaps, IgnoresTheStandingLimit, LosesMessages

DEEP = settings().max_examples >= 1_000
CALM = Chaos(conflict=0, lost=0, crash=0)


def test_the_reference_lives_through_every_day():
    days = 100_000 if DEEP else 25
    assert simulate_many(range(days)) == days


def test_the_days_that_found_something_stay_whole():
    # A sale that was slow to be written, and one by another clock: by the clock before the return.
    assert simulate_many((4_637, 6_850)) == 2


def test_one_seed_is_one_day():
    first, again = (simulate(7, log=True) for _ in range(2))
    assert first == again
    assert first.log
    assert simulate(7).log == ()
    assert simulate(8, log=True).log != first.log


def test_everything_goes_wrong_now_and_then():
    seen = Counter()
    for seed in range(24):
        day = simulate(seed)
        for what in ("committed", "refused", "conflicts", "lost", "crashed", "sold", "returned"):
            seen[what] += getattr(day, what)
    assert min(seen[what] for what in seen) > 0
    assert len(seen) == 7


def test_on_a_calm_day_nobody_dies():
    days = [simulate(seed, chaos=CALM) for seed in range(10)]
    assert {(day.lost, day.crashed) for day in days} == {(0, 0)}
    assert sum(day.conflicts for day in days) > 0  # they still get in each other's way


def test_whoever_never_gets_through_gives_up():
    class Busy(MemoryStore):
        opened = False

        def _check(self, outcome):
            if any(change.kind == "lead" for change in outcome.changes):
                raise Conflict("always")
            super()._check(outcome)

    day = simulate(1, make_store=Busy, chaos=CALM, log=True)
    assert day.leads == 0
    assert any("given_up" in line for line in day.log)


class LosesLeads(MemoryStore):
    """Forgets whatever is about a lead."""

    def commit(self, outcome):
        if not any(change.kind == "lead" for change in outcome.changes):
            super().commit(outcome)


def test_what_was_acknowledged_and_is_gone_is_said():
    with pytest.raises(Broken, match="was acknowledged, but is not there") as caught:
        simulate(2, make_store=LosesLeads, chaos=CALM, log=True)
    assert caught.value.seed == 2
    assert "worker" in caught.value.broken[-1]


def test_a_submission_that_became_two_leads_is_said():
    made = Scene(store=MemoryStore(), quantity=9).set_up()
    first, second = made.receive(1), made.receive(2)
    case = reception(made.seller, 1)
    asked = RequestRefund(
        refund_id="r", lead_id="l", user_id="u", reason="spam", detail="x", at=case.at
    )
    told = [(case, first), (case, second), (asked, None), (terms(made.seller), None)]
    said = tuple(_kept(told, made.store))
    assert said == (
        f"submission key-1 became {first.lead.id} and {second.lead.id}",
        "return r was acknowledged, but is not there",
    )


@pytest.mark.parametrize(
    ("store", "sentence"),
    [
        (IgnoresTheStandingLimit, "its limit is"),
        (IgnoresCaps, "passed its cap"),
        (LosesMessages, "nobody was told"),
    ],
)
def test_guards_are_looked_at_after_each_commit(store, sentence):
    said = []
    for seed in range(60):
        try:
            simulate(seed, make_store=store)
        except Broken as broken:
            said.append(str(broken))
        if any(sentence in each for each in said):
            break
    assert any(sentence in each for each in said)


def test_what_the_ledger_refuses_for_good_is_refused():
    class Strict(MemoryStore):
        def commit(self, outcome):
            if any(change.kind == "lead" for change in outcome.changes):
                raise Malformed.at("transfers", "for good")
            super().commit(outcome)

    day = simulate(1, make_store=Strict, chaos=CALM, log=True)
    assert any("refused transfers: for good" in line for line in day.log)
