"""What a lead is sorted by in each column."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.ports import LeadSort, lead_sort_key
from leadcore.submissions import LeadKind, Source, Submission
from leadcore.testing.scenes import AT
from leadcore.values import Address, Email, Money, PersonName, Phone

GIVEN = Submission(
    source=Source(format="json"),
    name=PersonName(first="Ada", last="STRASSE"),
    address=Address(state="NY"),
    vertical="Legal",
    area="Family LAW",
    phones=(Phone(raw="home"), Phone(raw="(212) 555-0100", normal="+12125550100")),
    emails=(Email(raw="?"), Email(raw="ADA@X.example", normal="ADA@x.example")),
)
LEAD = Lead(
    id="l",
    seller_id="s",
    source_key="k",
    submission=GIVEN,
    status=LeadStatus.SOLD,
    received_at=AT,
    sale=Sale(
        id="x",
        lead_id="l",
        order_id="o",
        account_id="a",
        user_id="u",
        price=Money(1, "USD"),
        sold_at=AT + timedelta(hours=1),
    ),
    assigned_to="v",
)


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        (LeadSort.RECEIVED, AT),
        (LeadSort.SOLD, AT + timedelta(hours=1)),
        (LeadSort.NAME, "ada strasse"),
        (LeadSort.AREA, "family law"),
        (LeadSort.STATE, "NY"),
        (LeadSort.STATUS, "sold"),
        (LeadSort.KIND, LeadKind.WEB.value),
        (LeadSort.OWNER, "v"),
        (LeadSort.PHONE, "+12125550100"),
        (LeadSort.EMAIL, "ada@x.example"),
    ],
)
def test_each_column_has_its_key(sort, key):
    assert lead_sort_key(LEAD, sort) == key
    assert sort.newest_first is not isinstance(key, str)


def test_what_is_missing_comes_first_and_what_was_never_sold_is_left_out():
    bare = replace(
        LEAD, sale=None, submission=Submission(source=Source(format="json"), vertical="Legal")
    )
    assert lead_sort_key(bare, LeadSort.SOLD) is None
    assert lead_sort_key(bare, LeadSort.AREA) == "legal"
    assert lead_sort_key(bare, LeadSort.NAME) == lead_sort_key(bare, LeadSort.STATE) == ""
    nothing = replace(bare, submission=Submission(source=Source(format="json")))
    for sort in (LeadSort.AREA, LeadSort.PHONE, LeadSort.EMAIL):
        assert lead_sort_key(nothing, sort) == ""


@pytest.mark.parametrize(
    "other", [{"sale": None}, {"assigned_to": None}, {"status": LeadStatus.REFUNDED}]
)
def test_what_nobody_holds_is_not_listed_by_owner(other):
    assert lead_sort_key(replace(LEAD, **other), LeadSort.OWNER) is None


def test_a_text_without_end_is_sorted_by_its_beginning():
    far = Email(raw="x", normal="x" * 10_000)
    long = replace(GIVEN, name=PersonName(full="ß" * 10_000), area="x" * 10_000, emails=(far,))
    named = replace(LEAD, submission=long)
    assert lead_sort_key(named, LeadSort.NAME) == "s" * 200
    for sort in (LeadSort.AREA, LeadSort.EMAIL):
        assert lead_sort_key(named, sort) == "x" * 200
