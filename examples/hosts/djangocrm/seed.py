"""Leads as DjangoCRM keeps them, and what leadcore is told beside them; runs in its environment."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import django

django.setup()

from crm.models import Lead  # noqa: E402 # models need the settings
from django.contrib.auth.models import Group, Permission, User  # noqa: E402 # the same
from django.core.management import call_command  # noqa: E402 # the same

from leadcore import back_office as bo  # noqa: E402 # the same
from leadcore.accounts import OpenAccount, SellerTerms  # noqa: E402 # the same
from leadcore.consent import Elements, Grant, Level  # noqa: E402 # the same
from leadcore.people import AddUser, Profile  # noqa: E402 # the same
from leadcore.submissions import Tcpa  # noqa: E402 # the same
from leadcore_django import about, store  # noqa: E402 # the same

PEOPLE = {"Ada": None, "Ben": "Ada", "Cid": "Ben", "Dan": None}
NOW = datetime.now(UTC)


def person(name: str, password: str) -> User:
    """Make somebody who may work leads on DjangoCRM's own pages."""
    user = User.objects.create_user(name, f"{name.lower()}@example.com", password, is_staff=True)
    user.groups.add(*Group.objects.filter(name__in=["managers", "Global sales"]))
    user.user_permissions.add(*Permission.objects.filter(codename__in=["view_lead", "change_lead"]))
    return user


def lead(name: str, phone: str, owner: User, age: timedelta) -> Lead:
    """Make a lead that came so long ago."""
    made = Lead.objects.create(
        first_name=name,
        last_name="Sample",
        phone=phone,
        email=f"{name.lower()}@example.com",
        owner=owner,
        department=owner.groups.get(name="Global sales"),
        region="NY",
    )
    Lead.objects.filter(pk=made.pk).update(creation_date=NOW - age)
    return Lead.objects.get(pk=made.pk)


def main() -> None:
    """Seed, and print the keys of what was made."""
    call_command("migrate", verbosity=0)
    fixtures = ("country", "currency", "groups", "department", "lead_source", "sites", "reminders")
    call_command("loaddata", *(f"{name}.json" for name in fixtures), verbosity=0)
    password = os.environ["HOST_PASSWORD"]
    User.objects.create_superuser("chief", "chief@example.com", password)
    users = {name: person(name, password) for name in PEOPLE}
    records = store()
    terms = SellerTerms(name="Northwind")
    records.run(bo.SetSellerTerms(seller_id="northwind", terms=terms, at=NOW))
    opening = OpenAccount(
        account_id="northwind", seller_id="northwind", name="Northwind", currency="USD"
    )
    records.run(
        bo.KeepAccount(seller_id="northwind", account_id="northwind", command=opening, at=NOW)
    )
    for name, above in PEOPLE.items():
        adding = AddUser(
            user_id=str(users[name].pk),
            seller_id="northwind",
            account_id="northwind",
            parent_id=str(users[above].pk) if above else None,
            profile=Profile(name=name, view_downline=name == "Ada"),
        )
        records.run(
            bo.KeepUser(user_id=adding.user_id, account_id="northwind", command=adding, at=NOW)
        )
    made = {
        "fresh": lead("Fresh", "212-555-0101", users["Cid"], timedelta(days=4, hours=23)),
        "late": lead("Late", "212-555-0102", users["Ada"], timedelta(days=5, hours=1)),
        "other": lead("Other", "212-555-0103", users["Dan"], timedelta(days=1)),
    }
    grant = Grant(
        at=NOW - timedelta(days=4),
        level=Level.WRITTEN,
        invitation=True,
        sellers={"northwind"},
        elements=Elements.all(),
    )
    about(made["fresh"]).record(grant, by="import", at=NOW)
    about(made["fresh"]).flag(Tcpa.YES)
    windows = {name: about(each).window.closes_at.isoformat() for name, each in made.items()}
    keys = {name: each.pk for name, each in made.items()}
    print(json.dumps({"leads": keys, "closes": windows, "audit": records.audit()}))


main()
