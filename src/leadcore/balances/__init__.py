"""The ledger: double entry, holds, idempotency with stored answers, balances as of any moment.

Every movement is a `Transfer`: one debit, one credit, one amount, so the books balance by their
shape. `post` decides a batch of them against a `Book` of what they touch, purely; a store applies
the answer with `guards`, which never needs to read a balance before it moves it.

When in doubt the ledger refuses: an amount that is no whole number, a key used for something else,
a capture at the very instant the hold expires.
"""

from __future__ import annotations

from leadcore.balances.accounts import AccountStatus, LedgerAccount
from leadcore.balances.checks import over_quota, statuses_for
from leadcore.balances.consumption import (
    BONUS_FIRST,
    CASH_FIRST,
    EARLIEST_EXPIRY_FIRST,
    Consumption,
    Consumptions,
    ConsumptionSince,
    LotKind,
)
from leadcore.balances.direct import ROOM, Counters, Direct, Known, Lone, direct, lone
from leadcore.balances.funding import (
    COMMON_TIERS,
    FundingTerms,
    FundingTier,
    FundingTiers,
    bonus_for,
    tiers_problems,
)
from leadcore.balances.guards import AccountDelta, entries_after, guards
from leadcore.balances.history import (
    UNLINKED,
    Balance,
    Difference,
    Entry,
    balance_at,
    balance_at_seq,
    balance_effective,
    chain,
    link,
    verify,
    verify_links,
)
from leadcore.balances.holds import Hold, HoldStatus
from leadcore.balances.lots import Allocation, Line, Lots, allocations, lots
from leadcore.balances.paying_back import (
    REFUND_HOURS,
    FundingBack,
    PayableBack,
    WhyNot,
    payable_back,
)
from leadcore.balances.plain import plain
from leadcore.balances.portions import Debt, GivenBack, Held, Lot, Part, Taken
from leadcore.balances.posting import Book, Needs, needs, post
from leadcore.balances.reconciling import reconcile
from leadcore.balances.results import (
    Accepted,
    Code,
    KeyConflict,
    Posted,
    Rejected,
    StoredOutcome,
    accepted,
)
from leadcore.balances.transfers import Transfer, TransferKind, batch_digest

__all__ = [
    "BONUS_FIRST",
    "CASH_FIRST",
    "COMMON_TIERS",
    "EARLIEST_EXPIRY_FIRST",
    "REFUND_HOURS",
    "ROOM",
    "UNLINKED",
    "Accepted",
    "AccountDelta",
    "AccountStatus",
    "Allocation",
    "Balance",
    "Book",
    "Code",
    "Consumption",
    "ConsumptionSince",
    "Consumptions",
    "Counters",
    "Debt",
    "Difference",
    "Direct",
    "Entry",
    "FundingBack",
    "FundingTerms",
    "FundingTier",
    "FundingTiers",
    "GivenBack",
    "Held",
    "Hold",
    "HoldStatus",
    "KeyConflict",
    "Known",
    "LedgerAccount",
    "Line",
    "Lone",
    "Lot",
    "LotKind",
    "Lots",
    "Needs",
    "Part",
    "PayableBack",
    "Posted",
    "Rejected",
    "StoredOutcome",
    "Taken",
    "Transfer",
    "TransferKind",
    "WhyNot",
    "accepted",
    "allocations",
    "balance_at",
    "balance_at_seq",
    "balance_effective",
    "batch_digest",
    "bonus_for",
    "chain",
    "direct",
    "entries_after",
    "guards",
    "link",
    "lone",
    "lots",
    "needs",
    "over_quota",
    "payable_back",
    "plain",
    "post",
    "reconcile",
    "statuses_for",
    "tiers_problems",
    "verify",
    "verify_links",
]
