"""Money goes back to the card it came from, once; no statement names another account."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from attrs import evolve as replace
from sqlalchemy import select

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount
from leadcore.payments import DisputeStatus
from leadcore.testing.processors import Trouble
from leadcore.values import Money
from leadcore_sqlalchemy import login_tables

CARD = {"token": "pm_demo"}
BACK = {"reason": "leaves us", "key": "closing 2026"}
REFUND, BALANCE = "/v1/accounts/west/refund", "/v1/accounts/west/balance"


@pytest.fixture
def west(api, house):
    """Give what makes a payment onto an account that only cards fund."""
    opening = OpenAccount(account_id="west", seller_id="seller", name="West", currency="USD")
    house.run(
        bo.KeepAccount(
            seller_id="seller", account_id="west", command=opening, at=house.settings.clock()
        )
    )

    def paid(minor):
        body = {"amount": {"minor": minor, "currency": "USD"}, "method": CARD}
        done = api.post("/v1/accounts/west/payments", json=body, headers=api.as_("mia"))
        assert done.json()["status"] == "succeeded"
        return done.json()["id"]

    return paid


def posted(api):
    return api.get(BALANCE, headers=api.as_("mia")).json()["posted"]["minor"]


def repayments(house, payment_id):
    return [
        (each.amount.minor, each.progress.value)
        for each in house.store.payment(payment_id).repayments
    ]


def test_what_came_by_card_goes_back_to_it_once_however_often_it_is_asked(api, house, west):
    mia, first = api.as_("mia"), west(30_000)
    done = api.post(REFUND, json=BACK, headers=mia)
    amount = {"minor": 30_000, "currency": "USD"}
    through = [{"payment": first, "amount": amount, "progress": "succeeded"}]
    assert (done.status_code, done.json()) == (201, {"paid": [], "through": through})
    assert posted(api) == 0
    later = west(5_000)
    # What came in since then is none of what was asked for then.
    again = api.post(REFUND, json=BACK, headers=mia)
    keyed = {**mia, "Idempotency-Key": "again"}
    told = [api.post(REFUND, json=BACK, headers=keyed) for _ in range(2)]
    assert done.json() == again.json() == told[0].json() == told[1].json()
    assert told[1].headers["idempotency-replayed"] == "true"
    assert (repayments(house, first), repayments(house, later)) == ([(30_000, "succeeded")], [])
    assert posted(api) == 5_000
    assert house.store.audit() == ()


def test_a_lost_answer_is_asked_for_again_and_nothing_is_repaid_twice(api, house, west):
    mia, payment = api.as_("mia"), west(30_000)
    house.settings.processor.troubles[:] = [Trouble.AFTER]
    (lost,) = api.post(REFUND, json=BACK, headers=mia).json()["through"]
    assert (lost["progress"], posted(api)) == ("unknown", 30_000)
    (found,) = api.post(REFUND, json=BACK, headers=mia).json()["through"]
    assert (found["progress"], posted(api)) == ("succeeded", 0)
    assert repayments(house, payment) == [(30_000, "succeeded")]


def test_nothing_is_booked_where_nobody_repays_payments(api, house, west):
    mia, payment = api.as_("mia"), west(30_000)
    house.run(
        bo.Fund(
            seller_id="seller",
            account_id="west",
            key="cash",
            amount=Money(700, "USD"),
            actor="mia",
            at=house.settings.clock(),
        )
    )
    whole, house.settings = house.settings, replace(house.settings, processor=None)
    with house.client() as alone:
        assert alone.post(REFUND, json=BACK, headers=mia).status_code == 503
        assert posted(api) == 30_700
    house.settings = whole
    with house.client() as client:
        done = client.post(REFUND, json=BACK, headers=mia).json()
    assert [each["amount"]["minor"] for each in done["paid"]] == [700]
    house.settings = replace(whole, processor=None)
    with house.client() as alone:
        # It was done, and whoever asks again needs nobody for it.
        assert alone.post(REFUND, json=BACK, headers=mia).json() == done
    assert repayments(house, payment) == [(30_000, "succeeded")]


def test_a_disputed_payment_keeps_no_other_from_going_back(api, house, west):
    mia, disputed = api.as_("mia"), west(3_000)
    double = house.settings.processor
    double.dispute(disputed, DisputeStatus.OPEN, Money(3_000, "USD"))
    house.run(
        bo.ReceiveNotice(seller_id="seller", notice=double.sent[-1], at=house.settings.clock())
    )
    alone = api.post(REFUND, json=BACK, headers=mia)
    assert (alone.status_code, posted(api)) == (409, 3_000)
    other = west(4_000)
    done = api.post(REFUND, json=BACK, headers=mia).json()["through"]
    assert [(each["payment"], each.get("progress")) for each in done] == [
        (disputed, None),
        (other, "succeeded"),
    ]
    assert "disputed" in done[0]["why_not"]
    assert posted(api) == 3_000


def test_a_refund_says_its_key_and_reason(api):
    # An admin pays the own account back, as in the portal.
    wrong = api.post(
        "/v1/accounts/south/refund", json={"reason": " ", "key": ""}, headers=api.as_("sue")
    )
    assert wrong.status_code == 422
    assert [each["path"] for each in wrong.json()["errors"]] == ["key", "reason"]


def test_neither_side_of_a_transfer_is_named_to_the_other(api, house):
    mia = api.as_("mia")
    moving = {
        "to_account": "south",
        "amount": {"minor": 5_000, "currency": "USD"},
        "reason": "asked for",
        "key": "words-of-mia",
    }
    moved = api.post("/v1/accounts/north/transfers", json=moving, headers=mia).json()
    with house.store.engine.connect() as connection:
        (guess,) = (
            connection.execute(
                select(login_tables.deeds.c.stream_id).where(login_tables.deeds.c.told.is_not(None))
            )
            .scalars()
            .unique()
        )
    for who, home, other in (("ann", "north", "south"), ("sue", "south", "north")):
        lines = api.get(f"/v1/accounts/{home}/statement", headers=api.as_(who)).json()["items"]
        deeds = api.get("/v1/deeds?kind=transfer", headers=api.as_(who)).json()["items"]
        (line,) = [each for each in lines if each["kind"] == "transfer"]
        # Found by what is told, and confirmed by nothing else, however well it is guessed.
        for wanted, found in ((moved["transfer"], 1), (guess, 0)):
            path = f"/v1/deeds?kind=transfer&id={quote(wanted, safe='')}"
            assert len(api.get(path, headers=api.as_(who)).json()["items"]) == found
        assert line["id"] == moved["transfer"] == deeds[0]["stream_id"]
        told = json.dumps([line, deeds])
        assert other not in told
        assert moving["key"] not in told
    assert house.store.audit() == ()
