"""Leads that stay where a host keeps them: in its own table, with what it lacks beside them.

A CRM or an ERP that has leads already asks about them as they are. Whoever adapts it makes a
`HostLead` of the host's row and of what is recorded beside it, and an `AboutLead` on it: that
answers whether the person may be contacted, takes requests to return the lead, and gives what a
panel on the host's own page shows. `lead_of`, `may_contact`, `may_return`, `request_return` and
`decide_return` are what it asks, for whoever has no store.

A request that is kept beside a row moves no money, for nobody paid through leadcore. A lead that
was sold through leadcore is one of its own records as well; then those speak, and a return of it is
`back_office.RequestRefund` like any other.
"""

from leadcore.host_leads.about import WAYS, AboutLead, Panel, Purse, in_order, purse_of
from leadcore.host_leads.rows import (
    HostLead,
    decide_return,
    lead_of,
    may_contact,
    may_return,
    request_return,
)

__all__ = [
    "WAYS",
    "AboutLead",
    "HostLead",
    "Panel",
    "Purse",
    "decide_return",
    "in_order",
    "lead_of",
    "may_contact",
    "may_return",
    "purse_of",
    "request_return",
]
