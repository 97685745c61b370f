"""Two organisations with leads as BottleCRM keeps them; runs in its environment."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import django

django.setup()

from common.models import Org, Profile, User  # noqa: E402 # models need the settings
from django.core.management import call_command  # noqa: E402 # the same
from django.db import connection, transaction  # noqa: E402 # the same
from leads.models import Lead  # noqa: E402 # the same
from rest_framework_simplejwt.tokens import AccessToken  # noqa: E402 # the same
from sqlalchemy.exc import DBAPIError  # noqa: E402 # beside them

from leadcore import back_office as bo  # noqa: E402 # the same
from leadcore.accounts import OpenAccount, SellerTerms  # noqa: E402 # the same
from leadcore.consent import Elements, Grant, Level  # noqa: E402 # the same
from leadcore.people import AddUser  # noqa: E402 # the same
from leadcore.people import Profile as Told  # noqa: E402 # the same
from leadcore_django import about, store  # noqa: E402 # the same

PEOPLE = {"Ada": None, "Ben": "Ada", "Dan": None}
NOW = datetime.now(UTC)
WALLED = ("leadcore_contact_points", "leadcore_lead_facts")
POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY org_isolation ON {table}
USING (seller_id = NULLIF(current_setting('app.current_org', true), ''));
"""
"""The host's own wall between its organisations, put around what leadcore keeps for each."""


def within(org: Org) -> None:
    """Set the host's row-level security context."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.current_org', %s, false)", [str(org.pk)])


def organisation(name: str) -> tuple[Org, dict[str, Profile]]:
    """Make an organisation with people, in the host and in leadcore."""
    org = Org.objects.create(name=name)
    within(org)
    key, records = str(org.pk), store()
    records.run(bo.SetSellerTerms(seller_id=key, terms=SellerTerms(name=name), at=NOW))
    opening = OpenAccount(account_id=key, seller_id=key, name=name, currency="USD")
    records.run(bo.KeepAccount(seller_id=key, account_id=key, command=opening, at=NOW))
    people: dict[str, Profile] = {}
    for who, above in PEOPLE.items():
        email = f"{who}@{name}.example.com".lower()
        user = User.objects.create_user(email=email, password=None)
        people[who] = Profile.objects.create(user=user, org=org, role="ADMIN")
        adding = AddUser(
            user_id=str(people[who].pk),
            seller_id=key,
            account_id=key,
            parent_id=str(people[above].pk) if above else None,
            profile=Told(name=who, view_downline=True),
        )
        records.run(bo.KeepUser(user_id=adding.user_id, account_id=key, command=adding, at=NOW))
    return org, people


def lead(org: Org, name: str, owner: Profile, age: timedelta) -> Lead:
    """Make a lead that came so long ago."""
    made = Lead.objects.create(
        first_name=name, last_name="Sample", title=name, phone="+12125550101",
        email=f"{name.lower()}@example.com", org=org, status="assigned", state="NY",
    )  # fmt: skip
    made.assigned_to.add(owner)
    Lead.objects.filter(pk=made.pk).update(created_at=NOW - age)
    return Lead.objects.get(pk=made.pk)


def token(person: Profile) -> str:
    """Give the token with which the host's API knows somebody."""
    made = AccessToken.for_user(person.user)
    made["org_id"] = str(person.org_id)
    return str(made)


def main() -> None:
    """Seed, and print the keys of what was made."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        for table in WALLED:
            cursor.execute(POLICY.format(table=table))
    org, people = organisation("north")
    made = {
        "fresh": lead(org, "Fresh", people["Ben"], timedelta(days=4, hours=23)),
        "late": lead(org, "Late", people["Ada"], timedelta(days=5, hours=1)),
        "other": lead(org, "Other", people["Dan"], timedelta(days=1)),
    }
    grant = Grant(
        at=NOW - timedelta(days=4),
        level=Level.WRITTEN,
        invitation=True,
        sellers={str(org.pk)},
        elements=Elements.all(),
    )
    about(made["fresh"]).record(grant, by="import", at=NOW)
    windows = {name: about(each).window.closes_at.isoformat() for name, each in made.items()}
    audit = store().audit()
    south, strangers = organisation("south")
    # Under the other organisation's context the same code reaches neither row nor table.
    hidden = about(made["fresh"]).points(about(made["fresh"]).lead)
    refused = ""
    try:
        with transaction.atomic():
            about(made["fresh"]).record(grant, by="import", at=NOW)
    except DBAPIError as error:
        refused = str(getattr(error.orig, "sqlstate", ""))
    print(
        json.dumps(
            {
                "audit": audit,
                "closes": windows,
                "hidden": len(hidden),
                "leads": {name: str(each.pk) for name, each in made.items()},
                "refused": refused,
                "tokens": {name: token(each) for name, each in people.items()}
                | {"Stranger": token(strangers["Ada"])},
            }
        )
    )
    within(south)


main()
