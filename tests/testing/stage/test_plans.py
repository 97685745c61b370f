"""Every plan makes sense, however its numbers are drawn."""

from itertools import product

import pytest

from leadcore.orders import RenewalWhen
from leadcore.testing.stage import FUNDINGS, ORDERS, REFUNDS, WAYS, Plan
from tests.testing.stage.acting import stage


@pytest.mark.parametrize("number", range(max(map(len, (WAYS, REFUNDS, FUNDINGS, ORDERS)))))
def test_every_plan_is_taken(number):
    made = stage(ways=number, refunds=number, funding=number, orders=(number,) * 4)
    assert len(made.store.orders("s")) == 4


def test_free_leads_use_no_bank_up_and_cost_nothing_to_renew():
    plan = Plan(orders=(3, 4, 3, 4))
    bank, filled = (plan.order_terms(index, "u") for index in (2, 1))
    assert bank.bank is None
    assert filled.renewal.charge is not None
    free = Plan(orders=(4,) * 4).order_terms(2, "u")
    assert (free.renewal.when, free.renewal.charge) == (RenewalWhen.ON_FILL, None)


def test_terms_go_round():
    plan, shifts = Plan(), range(8)
    assert len({plan.seller_terms(shift=shift).refunds.remedy for shift in shifts}) == 2
    assert all(plan.order_terms(i, "u", shift=s) for i, s in product(range(4), shifts))
