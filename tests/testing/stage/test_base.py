"""What everybody on a stage knows."""

from datetime import timedelta

from leadcore.leads import LeadStatus
from leadcore.testing.scenes import person
from leadcore.testing.stage import START, Step
from tests.testing.stage.acting import act, received, stage


def test_a_stage_has_two_accounts_four_users_and_four_orders():
    made = stage()
    assert [each.id for each in made.store.accounts("s")] == ["s/a0", "s/a1"]
    assert {made.user(index) for index in range(8)} == {
        user.id for account in ("s/a0", "s/a1") for user in made.store.users(account)
    }
    assert {order.id for order, _ in made.store.orders("s")} == {made.order(i) for i in range(4)}
    assert made.now == START


def test_leads_that_came_of_sharing_are_known_too():
    made = stage(ways=2)
    answer = act(made, "receive", submission=person(1))
    assert made.shares == [each.id for each in answer.shares] != []
    made.told(answer)
    assert len(made.shares) == 1
    assert [each.id for each in made.known()] == [*made.leads, *made.shares]


def test_mostly_a_lead_that_fits_and_mostly_whoever_holds_it():
    made = received(stage())
    sold = made.lead_of(Step(what="any"), LeadStatus.SOLD)
    assert sold.status is LeadStatus.SOLD
    assert made.lead_of(Step(what="any", other=6), LeadStatus.REFUSED) is not None
    assert made.lead_of(Step(what="any"), LeadStatus.REFUSED) is not None
    assert made.viewer(sold, Step(what="any", other=5)) == sold.assigned_to
    assert made.viewer(sold, Step(what="any", other=1)) == made.user(1)
    assert stage().lead_of(Step(what="any"), LeadStatus.SOLD) is None


def test_of_an_answer_only_what_it_tells_is_noted():
    made = received(stage())
    leads, shares = tuple(made.leads), tuple(made.shares)
    made.told(None)
    assert (tuple(made.leads), tuple(made.shares)) == (leads, shares)
    asked = act(made, "request", other=5, gap=timedelta(hours=1))
    made.refunds.clear()
    for _ in range(2):
        made.taken(asked)
    assert made.refunds == [asked.id]
