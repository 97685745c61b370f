"""Own leads and those below: never up, never sideways, by the host's own record rules."""

import itertools
from datetime import UTC, date

import pytest
from proteus import Wizard
from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError

NAMES = itertools.count()


@pytest.fixture
def tree(host):
    """Top above left and right; leaf below left. Each holds one lead and has a log-in."""
    number = next(NAMES)
    people, leads, users = {}, {}, {}
    for name, above in (("top", None), ("left", "top"), ("right", "top"), ("leaf", "left")):
        people[name] = host.employee(f"{name} {number}", people.get(above))
        leads[name] = host.lead(host.party(f"of {name}"), employee=people[name])
        users[name] = host.user(f"{name}{number}", people[name], view_downline=name != "right")
    return people, leads, users


def seen(host, user, leads):
    host.become(user)
    wanted = {lead.id: name for name, lead in leads.items()}
    found = host.model("sale.opportunity").find([("id", "in", list(wanted))])
    host.become(host.admin)
    return {wanted[lead.id] for lead in found}


def test_everybody_sees_their_own_and_what_is_below(host, tree):
    _, leads, users = tree
    assert seen(host, users["top"], leads) == {"top", "left", "right", "leaf"}
    assert seen(host, users["left"], leads) == {"left", "leaf"}
    assert seen(host, users["right"], leads) == {"right"}
    assert seen(host, users["leaf"], leads) == {"leaf"}
    assert seen(host, host.admin, leads) == set(leads)


def test_without_the_switch_only_ones_own(host, tree):
    _, leads, users = tree
    top = host.model("res.user")(users["top"])
    top.view_downline = False
    top.save()
    assert seen(host, users["top"], leads) == {"top"}


def test_whoever_moves_is_seen_from_the_new_place_at_once(host, tree):
    people, leads, users = tree
    assert "leaf" in seen(host, users["left"], leads)
    people["leaf"].supervisor = people["right"]
    people["leaf"].save()
    assert seen(host, users["left"], leads) == {"left"}
    assert seen(host, users["top"], leads) == set(leads)


def test_whoever_left_the_company_sees_nothing(host, tree):
    people, leads, users = tree
    people["left"].end_date = date(2020, 1, 1)
    people["left"].save()
    assert seen(host, users["left"], leads) == set()
    assert "leaf" in seen(host, users["top"], leads), "who is above still sees what is below"


def test_a_circle_lets_nobody_see_more(host, tree):
    people, leads, users = tree
    people["top"].supervisor = people["leaf"]
    people["top"].save()
    assert seen(host, users["leaf"], leads) == {"leaf"}
    assert seen(host, users["right"], leads) == {"right"}


def test_a_lead_of_nobody_is_seen_by_those_who_see_all(host, tree):
    _, leads, users = tree
    leads["nobody"] = host.lead(host.party("of nobody"))
    assert "nobody" not in seen(host, users["top"], leads)
    overseer = host.user(
        f"all{next(NAMES)}", groups=("Sale Opportunity", "Leads: see all of the company")
    )
    assert seen(host, overseer, leads) == set(leads)


def test_what_is_not_seen_can_be_neither_read_nor_asked_nor_returned(host, tree, clock):
    _, leads, users = tree
    host.become(users["right"])
    hidden = leads["left"].id
    lead = host.model("sale.opportunity")
    with pytest.raises((AccessError, UserError)):
        _ = lead(hidden).description
    for name in ("leadcore.may_contact", "leadcore.request_return"):
        with pytest.raises(AccessError):
            Wizard(name, [leads["left"]])
    assert lead.find([("id", "=", hidden)]) == []


def test_a_return_names_no_lead_that_is_not_seen(host, tree, clock):
    _, leads, users = tree
    clock.set(leads["right"].sold_at.replace(tzinfo=UTC))
    host.become(users["right"])
    wizard = Wizard("leadcore.request_return", [leads["right"]])
    wizard.form.reason, wizard.form.detail = "duplicate", "Bought before."
    wizard.form.other = host.model("sale.opportunity")(leads["left"].id)
    with pytest.raises(AccessError):
        wizard.execute("request")
    assert host.model("leadcore.return").find([("opportunity", "=", leads["right"].id)]) == []
