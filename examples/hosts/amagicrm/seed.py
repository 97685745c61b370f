"""People and leads beside amagi-crm's own users and contacts; runs in its environment."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

from amagi_crm.config import Settings
from amagi_crm.db import Database
from amagi_crm.services import CRM
from amagicrm.served import SELLER

from leadcore import back_office as bo
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.logins import token_digest
from leadcore.orders import Filters, OpenOrder, OrderTerms
from leadcore.people import AddUser, Profile
from leadcore.submissions import Email, Phone, Source, Submission
from leadcore.values import UNLIMITED, Money, PersonName
from leadcore_sqlalchemy import SqlStore, engine, upgrade

NOW = datetime.now(UTC)
BEGAN = NOW - timedelta(days=9)
PEOPLE = {
    # In acme Ada stands above Ben, he above Cid, and Dan beside them; Eve is in another account.
    "sam": ("desk", None, {"admin": True}),
    "ada": ("acme", None, {"view_downline": True}),
    "ben": ("acme", "ada", {}),
    "cid": ("acme", "ben", {}),
    "dan": ("acme", None, {}),
    "eve": ("bright", None, {"admin": True}),
}
LEADS = {
    "fresh": ("cid", timedelta(days=4, hours=23)),
    "late": ("ada", timedelta(days=5, hours=1)),
    "other": ("dan", timedelta(days=1)),
    "foreign": ("eve", timedelta(days=1)),
}
MAY = ("leads:read", "leads:write", "returns:read", "returns:write")
STAFF_MAY = (*MAY, "intake:write", "verification:write", "billing:read")


def people(records: SqlStore) -> dict[str, str]:
    """Make the accounts and whoever is in them, and give everybody's key."""
    terms = SellerTerms(name="Northwind", desk="desk")
    records.run(bo.SetSellerTerms(seller_id=SELLER, terms=terms, at=BEGAN))
    for name in ("desk", "acme", "bright"):
        opening = OpenAccount(account_id=name, seller_id=SELLER, name=name, currency="USD")
        keep = bo.KeepAccount(seller_id=SELLER, account_id=name, command=opening, at=BEGAN)
        paid = Money(100_000, "USD")
        fund = bo.Fund(
            seller_id=SELLER, account_id=name, key="1", amount=paid, actor="sam", at=BEGAN
        )
        records.run_many([keep, fund])
    return {name: person(records, name, *told) for name, told in PEOPLE.items()}


def person(
    records: SqlStore, name: str, account: str, above: str | None, rights: dict[str, bool]
) -> str:
    """Make somebody with an order for leads of their own, and give their key."""
    adding = AddUser(
        user_id=name,
        seller_id=SELLER,
        account_id=account,
        parent_id=above,
        profile=Profile(name=name.title(), email=f"{name}@example.com", **rights),
    )
    records.run(bo.KeepUser(user_id=name, account_id=account, command=adding, at=BEGAN))
    key = f"lck_{name}_{os.urandom(16).hex()}"
    issuing = bo.IssueKey(
        seller_id=SELLER,
        key_id=f"key-of-{name}",
        user_id=name,
        name="host",
        token=token_digest(key),
        permissions=STAFF_MAY if name == "sam" else MAY,
        at=BEGAN,
    )
    records.run(issuing)
    if name != "sam":
        wanted = OrderTerms(
            user_id=name,
            price=Money(2_500, "USD"),
            quantity=UNLIMITED,
            filters=Filters(areas=frozenset({name})),
        )
        opening = OpenOrder(
            order_id=f"order-of-{name}", seller_id=SELLER, account_id=account, terms=wanted
        )
        keep = bo.KeepOrder(
            order_id=opening.order_id, account_id=account, command=opening, at=BEGAN
        )
        records.run(keep)
    return key


def lead(records: SqlStore, name: str, number: int) -> str:
    """Sell a lead to somebody some time ago, and give the last instant of its window."""
    whose, age = LEADS[name]
    given = Submission(
        source=Source(format="json"),
        phones=(Phone(raw=name, normal=f"+1212555010{number}"),),
        emails=(Email(raw=f"{name}@example.com", normal=f"{name}@example.com"),),
        name=PersonName(first=name.title(), last="Sample"),
        area=whose,
    )
    case = bo.ReceiveLead(
        seller_id=SELLER,
        lead_id=name,
        sale_id=f"sale-{name}",
        source_key=name,
        submission=given,
        at=NOW - age,
    )
    sale = records.run(case).lead.sale
    if sale is None or sale.user_id != whose:
        raise SystemExit(f"{name} was to be sold to {whose}: {sale}")
    return (sale.sold_at + timedelta(hours=120)).isoformat()


def main() -> None:
    """Seed, and print what the driver comes in with."""
    database = Database(Settings.load(None))
    database.create_all()
    _, token = CRM(database).create_user("chief", "admin", "seed")
    records = SqlStore(engine(os.environ["DATABASE_URL"]))
    upgrade(records.engine)
    keys = people(records)
    closes = {name: lead(records, name, number) for number, name in enumerate(LEADS)}
    print(json.dumps({"audit": records.audit(), "closes": closes, "keys": keys, "token": token}))


if __name__ == "__main__":
    main()
