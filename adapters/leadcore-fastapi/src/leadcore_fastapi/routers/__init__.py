"""The routers, each to be mounted on its own; `EVERY` has them all."""

from leadcore_fastapi.routers import (
    account_moving,
    accounting,
    appointing,
    auditing,
    calling,
    consenting,
    deciding,
    dutying,
    exporting,
    filing,
    handing_in,
    hooking,
    keying,
    leading,
    logging_in,
    ordering,
    outboxing,
    paying,
    peopling,
    reporting,
    returning,
    terming,
    watching,
    working,
)

__all__ = [
    "EVERY",
    "GROUPS",
    "account_money",
    "accounts",
    "appointments",
    "calls",
    "consents",
    "decide",
    "deeds",
    "duties",
    "exports",
    "files",
    "health",
    "hooks",
    "intake",
    "keys",
    "lead_work",
    "leads",
    "log_in",
    "orders",
    "outbox",
    "payments",
    "reports",
    "returns",
    "terms",
    "users",
]

# A request is compared with one route after the other: those that most are made of come first.
GROUPS = (
    watching.group,
    handing_in.group,
    leading.group,
    logging_in.group,
    working.group,
    calling.group,
    exporting.group,
    returning.group,
    ordering.group,
    accounting.group,
    paying.group,
    peopling.group,
    keying.group,
    appointing.group,
    filing.group,
    reporting.group,
    auditing.group,
    deciding.group,
    hooking.group,
    consenting.group,
    outboxing.group,
    terming.group,
    account_moving.group,
    dutying.group,
)
"""Every part, with its routes as data."""

health, intake, leads, log_in, lead_work, calls, exports = (each.router for each in GROUPS[:7])
returns, orders, accounts, payments = (each.router for each in GROUPS[7:11])
users, keys, appointments, files = (each.router for each in GROUPS[11:15])
reports, deeds, decide, hooks = (each.router for each in GROUPS[15:19])
consents, outbox, terms, account_money, duties = (each.router for each in GROUPS[19:])

EVERY = tuple(each.router for each in GROUPS)
