"""The fields of a lead: stable names, typed cells, and nothing an account may not have."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore.distribution import CandidateDecision, Reason
from leadcore.downline import Reach, Scope
from leadcore.lead_sheet import FIELDS, answer_field, every_lead, printed, row_of, seen_by
from leadcore.leads import FailedDelivery, Lead, LeadStatus, Sale
from leadcore.ports import LeadQuery
from leadcore.submissions import Answer, LeadKind, Source, Submission
from leadcore.values import Address, Email, Money, PersonName, Phone

AT = datetime(2026, 11, 20, 17, 4, 5, tzinfo=UTC)
BARE = Lead(
    id="l",
    seller_id="s",
    source_key="k",
    submission=Submission(source=Source(format="json")),
    status=LeadStatus.RECEIVED,
    received_at=AT,
)
SOLD = replace(
    BARE,
    status=LeadStatus.SOLD,
    submission=Submission(
        source=Source(format="json", name="Shop", campaign="fall"),
        kind=LeadKind.LIVE_CALL,
        name=PersonName(first="Ana", last="Roy"),
        phones=(Phone(raw="212", normal="+12125550100"), Phone(raw="ask Bob")),
        emails=(Email(raw="A@x.example", normal="a@x.example"),),
        address=Address(street=("1 Main", "Apt 2"), state_raw="N.Y.", zip_raw="10001-1", zip="1"),
        comments="help",
        answers=(
            Answer(key="q", question="How much?", values=("1", "2")),
            Answer(key="r", values=("x",)),
        ),
        test=True,
    ),
    sale=Sale(
        id="sale",
        lead_id="l",
        order_id="o",
        account_id="mine",
        user_id="u",
        price=Money(2_500, "USD"),
        sold_at=AT,
    ),
    assigned_to="u",
    held_since=AT,
    origin="elsewhere",
    share_of="first",
    duplicate_of="earlier",
    offers=tuple(
        CandidateDecision(order_id=key, account_id=key, reason=Reason.FUNDS)
        for key in ("mine", "other")
    ),
    failed=tuple(
        FailedDelivery(sale_id="x", order_id="o", account_id=key, why="down", at=AT)
        for key in ("mine", "other")
    ),
)


def cells(lead):
    return dict(zip((each.key for each in FIELDS), row_of(lead), strict=True))


def test_every_field_has_a_name_and_a_label_of_its_own():
    assert len({each.key for each in FIELDS}) == len({each.label for each in FIELDS}) == len(FIELDS)
    assert FIELDS[0].key == "id"


def test_cells_are_typed():
    found = cells(SOLD)
    assert found["phone"] == "+12125550100, ask Bob"
    assert found["street"] == "1 Main, Apt 2"
    assert (found["state"], found["zip"]) == ("N.Y.", "10001-1")
    assert found["received_at"] == found["sold_at"] == AT
    assert found["first_contact_due"] == AT + timedelta(hours=24)
    assert found["price"] == Money(2_500, "USD")
    assert (found["test"], found["attempts"], found["kind"]) == (True, 0, "live_call")
    assert json.loads(found["answers"]) == [
        {"key": "q", "question": "How much?", "values": ["1", "2"]},
        {"key": "r", "question": None, "values": ["x"]},
    ]


def test_what_nobody_knows_is_nothing():
    found = cells(BARE)
    known = {name for name, value in found.items() if value is not None}
    assert known == {"id", "kind", "status", "test", "tcpa", "received_at", "attempts"}


def test_an_answer_can_have_a_column():
    field = answer_field("q")
    assert (field.key, field.label, field.of(SOLD)) == ("answer:q", "q", "1, 2")
    assert answer_field("none").of(SOLD) is None


def test_an_account_gets_its_own_part_only():
    assert seen_by(SOLD, None) is SOLD
    seen = seen_by(SOLD, "mine")
    assert [each.account_id for each in (*seen.offers, *seen.failed)] == ["mine", "mine"]
    assert (seen.origin, seen.share_of, seen.duplicate_of, seen.bidding) == (None,) * 4
    assert seen.submission == SOLD.submission


@pytest.mark.parametrize("number", [0, 1, 4, 5, 6, 9])
@pytest.mark.parametrize("limit", [0, 3, 5, 100])
def test_all_leads_are_read_page_by_page(number, limit):
    kept = [replace(SOLD, id=f"l{each}") for each in range(number)]
    asked = []

    def leads(query):
        asked.append(query.limit)
        start = 0 if query.after is None else int(query.after.id[1:]) + 1
        return tuple(kept[start : start + query.limit])

    found = [each.id for each in every_lead(leads, LeadQuery(seller_id="s", limit=limit), page=3)]
    assert found == [each.id for each in kept[:limit]]
    assert all(each <= 3 for each in asked)


def test_whoever_looks_from_an_account_reads_what_it_may_have():
    scope = Scope(account_id="mine", user_id="u", reach=Reach.ACCOUNT)
    query = LeadQuery(seller_id="s", scope=scope)
    (found,) = every_lead(lambda _: (SOLD,), query)
    assert found == seen_by(SOLD, "mine")


def test_a_printed_sheet_tells_what_is_known_part_by_part():
    told = dict(printed(SOLD))
    assert list(told) == ["The person", "The matter", "The record"]
    assert ("Name", "Ana Roy") in told["The person"]
    assert told["The matter"] == (
        ("Comments", "help"),
        ("TCPA", "unknown"),
        ("How much?", "1, 2"),
        ("r", "x"),
    )
    record = dict(told["The record"])
    assert (record["Test"], record["Price"]) == ("yes", "25.00 USD")
    assert record["Received (UTC)"] == "2026-11-20 17:04:05"
    bare = dict(printed(BARE))
    assert "The person" not in bare
    assert dict(bare["The record"])["Test"] == "no"
