"""Leads that stay where a host keeps them: in its own table, with what it lacks beside them.

A CRM or an ERP that has leads already asks about them as they are. Whoever adapts it makes a
`HostLead` of the host's row and of what is recorded beside it, and an `AboutLead` on it: that
answers whether the person may be contacted, takes requests to return the lead, and gives what a
panel on the host's own page shows. `lead_of`, `may_contact`, `may_return`, `request_return` and
`decide_return` are what it asks, for whoever has no store.

A request that is kept beside a row moves no money, for nobody paid through leadcore. A lead that
was sold through leadcore is one of its own records as well; then those speak, and a return of it is
`back_office.RequestRefund` like any other.

A host whose own people enter consent, contacts and requests on its own pages has them in rows and
forms of its own: `HostFact`, `HostContact` and `HostPerson` are what such rows say, `read` and
`shown` the way from a form or a row to any value of the core and back, by the names of its parts,
`choices` and `word` the words. `people_seen` is for a host that keeps its own tree.
"""

from leadcore.host_leads.about import WAYS, AboutLead, Panel, Purse, in_order, purse_of
from leadcore.host_leads.facts import (
    Emergency,
    FactKind,
    HostContact,
    HostFact,
    HostPerson,
    declared_emergencies,
    details_of,
)
from leadcore.host_leads.forms import number_of, parts, read, shown
from leadcore.host_leads.people import people_seen
from leadcore.host_leads.rows import (
    HostLead,
    decide_return,
    lead_of,
    may_contact,
    may_return,
    reasons_of,
    request_return,
)
from leadcore.host_leads.words import choices, why, word

__all__ = [
    "WAYS",
    "AboutLead",
    "Emergency",
    "FactKind",
    "HostContact",
    "HostFact",
    "HostLead",
    "HostPerson",
    "Panel",
    "Purse",
    "choices",
    "decide_return",
    "declared_emergencies",
    "details_of",
    "in_order",
    "lead_of",
    "may_contact",
    "may_return",
    "number_of",
    "parts",
    "people_seen",
    "purse_of",
    "read",
    "reasons_of",
    "request_return",
    "shown",
    "why",
    "word",
]
