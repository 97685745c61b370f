"""Use cases of the back office: everything they need comes in, everything that follows goes out.

Each is a frozen value with `needs` (which facts a store must load) and `decide(facts)` (the outcome
a store must commit, whole or not at all). They read nothing and write nothing themselves.
"""

from leadcore.back_office.contacting import (
    LeadContact,
    assess_lead,
    contact_facts,
    first_contact_due,
)
from leadcore.back_office.keeping import (
    Fund,
    KeepAccount,
    KeepOrder,
    KeepUser,
    SetSellerTerms,
    WorkLead,
    sees,
)
from leadcore.back_office.receiving import (
    OfferLead,
    Received,
    ReceiveLead,
    Reception,
    ResellLead,
)
from leadcore.back_office.refunding import DecideRefund, RequestRefund

__all__ = [
    "DecideRefund",
    "Fund",
    "KeepAccount",
    "KeepOrder",
    "KeepUser",
    "LeadContact",
    "OfferLead",
    "ReceiveLead",
    "Received",
    "Reception",
    "RequestRefund",
    "ResellLead",
    "SetSellerTerms",
    "WorkLead",
    "assess_lead",
    "contact_facts",
    "first_contact_due",
    "sees",
]
