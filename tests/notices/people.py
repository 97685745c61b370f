"""A lead, its sale and an associate, full of what must not be told."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import evolve as replace

from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.people import Profile, User
from leadcore.submissions import Source, Submission
from leadcore.values import Address, Email, Money, PersonName, Phone

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
ASKED = Submission(
    source=Source(format="json"),
    name=PersonName(first="Ann", last="Lee"),
    phones=(Phone(raw="x", normal="+12125550101"),),
    emails=(Email(raw="bad"), Email(raw="Ann@X.example", normal="ann@x.example")),
    address=Address(zip="33101", state="FL"),
    vertical="legal",
    area="Family law",
    comments="my secret",
)
SALE = Sale(
    id="sale-1",
    lead_id="l1",
    order_id="order-secret",
    account_id="account-secret",
    user_id="user-secret",
    price=Money(2599, "USD"),
    sold_at=AT,
)
LEAD = Lead(
    id="l1",
    seller_id="s",
    source_key="key-secret",
    submission=ASKED,
    status=LeadStatus.SOLD,
    received_at=AT,
    sale=SALE,
)
PROFILE = Profile(
    name="Lo Office",
    email="private@office.example",
    cell="+13055550199",
    phone="+13055550100",
    toll_free="+18005550100",
    website="https://office.example",
)
USER = User(id="u", seller_id="s", account_id="account-secret", parent_id=None, profile=PROFILE)


def asked(**more):
    return replace(LEAD, submission=replace(ASKED, **more))
