"""Couriers do what a courier must; people are reached only where somebody said so."""

from __future__ import annotations

import logging

import pytest
from attrs import evolve as replace

from leadcore.errors import Malformed
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel
from leadcore.testing import AwaitedCourier, CourierContract, FarSide, Loop, courier_message
from leadcore_apprise import AppriseCourier, AsyncAppriseCourier, courier_from

STAFF = replace(courier_message(Channel.EMAIL), to_person=False)
SECRET = "hush-hush"
PLACES = "?+To={to}&+Message-Id={id}&rto=0.5&cto=0.5"


def url(where, form="json"):
    return f"{form}://ann:{SECRET}@{where}/{form}{PLACES}"


class Ways:
    """How the contract looks at the hook."""

    can = frozenset({FarSide.LATER, FarSide.BREAKS, FarSide.LOST})
    keeps = frozenset({"id", "to", "subject", "body", "attachments"})
    secrets = (SECRET, "ann@person.example", "+12125550100")

    @pytest.fixture
    def taken(self, hook):
        return lambda: tuple(hook.taken)

    @pytest.fixture
    def far_side(self, hook):
        return hook.does.append


class TestApprise(Ways, CourierContract):
    @pytest.fixture
    def courier(self, hook, where):
        return AppriseCourier(url(where), to_people=True)


class TestAsyncApprise(Ways, CourierContract):
    @pytest.fixture
    def courier(self, hook, where):
        with Loop() as loop:
            yield AwaitedCourier(
                AsyncAppriseCourier(AppriseCourier(url(where), to_people=True)), loop
            )


def test_another_service_of_the_same_kind(hook, where):
    courier = AppriseCourier(url(where, "xml"))
    assert courier.deliver(STAFF) == Sent()
    (told,) = hook.taken
    assert (told.to, told.subject, told.body) == ((STAFF.to,), STAFF.subject, STAFF.body)


def test_staff_are_told_in_one_place_where_the_url_names_one(hook, where):
    courier = AppriseCourier(f"json://{where}/json", channels=frozenset({Channel.EMAIL}))
    assert courier.deliver(STAFF) == Sent()
    assert courier.deliver(replace(STAFF, channel=Channel.TEXT)).why is WhyNotSent.REFUSED
    assert [told.to for told in hook.taken] == [("",)]


def test_people_are_reached_only_where_somebody_said_so(hook, where):
    person = courier_message(Channel.EMAIL)
    told = AppriseCourier(url(where)).deliver(person)
    assert told == NotSent(
        WhyNotSent.REFUSED,
        "this courier notifies staff, and the message is to the person who asked",
    )
    assert hook.taken == []
    assert AppriseCourier(url(where), to_people=True).deliver(person) == Sent()
    with pytest.raises(Malformed, match=r"must have .to. in it"):
        AppriseCourier(f"json://{where}/json", to_people=True)


def test_what_a_service_refuses_may_be_taken_later(hook, where):
    hook.does.append(FarSide.REFUSED)
    told = AppriseCourier(url(where)).deliver(STAFF)
    assert told == NotSent(WhyNotSent.LATER, "the service did not take it")


@pytest.mark.parametrize("message_id", ["a&+To=b@x.example", "a?b#c", "é ✓", "{to}", "a/../b"])
def test_an_id_stays_where_it_was_put(hook, where, message_id):
    told = AppriseCourier(url(where)).deliver(replace(STAFF, id=message_id))
    assert all(each.to == (STAFF.to,) for each in hook.taken)
    assert len(hook.taken) == isinstance(told, Sent)


@pytest.mark.parametrize("does", [None, FarSide.LATER, FarSide.BREAKS, FarSide.LOST])
def test_nothing_about_anybody_and_no_secret_is_logged(hook, where, does, caplog):
    caplog.set_level(1)
    if does:
        hook.does.append(does)
    AppriseCourier(url(where)).deliver(STAFF)
    said = "\n".join(each.getMessage() for each in caplog.records)
    for told in (SECRET, STAFF.to, STAFF.body, STAFF.subject, "person.example"):
        assert told not in said
    assert not [each for each in caplog.records if each.name == "apprise"]
    logging.getLogger("apprise").warning("the host's own")
    assert "the host's own" in caplog.text


def test_a_url_names_a_courier(hook, where):
    assert courier_from(f"apprise:{url(where)}").deliver(STAFF) == Sent()
    assert courier_from(f"apprise:{url(where)}", to_people=True).channels == {
        Channel.EMAIL,
        Channel.TEXT,
    }
    for wrong in ("", "json://127.0.0.1", "apprise:", "apprise:nothing://x", "apprise:json://"):
        with pytest.raises(Malformed, match="url: is"):
            courier_from(wrong)
