"""What leadcore asks of a store, as narrow protocols; adapters implement them, nothing else does.

A use case says what it `needs` and what it would `decide` on the facts. A store's `run` loads those
facts, calls `decide`, and commits the outcome, all in one transaction; on `Conflict` it starts
again. Sync and async stores have the same names, so every rule is shared and only the shell is
written twice.
"""

from leadcore.ports.needs import (
    AccountFacts,
    AccountNeeds,
    BalanceFacts,
    BalanceNeeds,
    ContactFacts,
    ContactNeeds,
    LeadFacts,
    LeadNeeds,
    OfferFacts,
    OfferNeeds,
    OrderFacts,
    OrderNeeds,
    PaymentFacts,
    PaymentNeeds,
    PointFacts,
    PointNeeds,
    RefundCaseFacts,
    RefundNeeds,
    SellerFacts,
    SellerNeeds,
    StatementFacts,
    StatementNeeds,
    UserFacts,
    UserNeeds,
)
from leadcore.ports.processors import AsyncProcessor, Processor
from leadcore.ports.queries import LeadQuery, LeadSort, PaymentQuery, RefundQuery, StatementLine
from leadcore.ports.stores import AsyncStore, Store, UseCase

__all__ = [
    "AccountFacts",
    "AccountNeeds",
    "AsyncProcessor",
    "AsyncStore",
    "BalanceFacts",
    "BalanceNeeds",
    "ContactFacts",
    "ContactNeeds",
    "LeadFacts",
    "LeadNeeds",
    "LeadQuery",
    "LeadSort",
    "OfferFacts",
    "OfferNeeds",
    "OrderFacts",
    "OrderNeeds",
    "PaymentFacts",
    "PaymentNeeds",
    "PaymentQuery",
    "PointFacts",
    "PointNeeds",
    "Processor",
    "RefundCaseFacts",
    "RefundNeeds",
    "RefundQuery",
    "SellerFacts",
    "SellerNeeds",
    "StatementFacts",
    "StatementLine",
    "StatementNeeds",
    "Store",
    "UseCase",
    "UserFacts",
    "UserNeeds",
]
