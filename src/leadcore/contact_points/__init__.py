"""Contact points: one number or e-mail address of a person, and what a seller recorded about it.

A person's consent, requests, look-ups and unsure replies belong to the number or address they were
about, not to a lead: whoever said stop on a number said it for every lead of that number. `decide`
and `evolve` keep the record, `known` says what it tells at an instant, in the parts of a contact
question's facts.
"""

from leadcore.contact_points.addresses import (
    addresses,
    is_number,
    normal_address,
    own_address,
    point_id,
)
from leadcore.contact_points.events import (
    DealingRecorded,
    DoNotCallRecorded,
    GrantRecorded,
    LineRecorded,
    PointCommand,
    PointEvent,
    ReassignedRecorded,
    Record,
    RegistryRecorded,
    ResolveText,
    RevocationRecorded,
    TextRecorded,
    TextResolved,
)
from leadcore.contact_points.facts import (
    Dealing,
    DealingKind,
    DoNotCall,
    LineLookup,
    PointFact,
    ReassignedAnswer,
    RegistryLookup,
    UnsureText,
)
from leadcore.contact_points.known import Known, known
from leadcore.contact_points.life import (
    ContactPoint,
    Review,
    ReviewStatus,
    decide,
    evolve,
    point_of,
)
from leadcore.contact_points.own import own_fact_problems

__all__ = [
    "ContactPoint",
    "Dealing",
    "DealingKind",
    "DealingRecorded",
    "DoNotCall",
    "DoNotCallRecorded",
    "GrantRecorded",
    "Known",
    "LineLookup",
    "LineRecorded",
    "PointCommand",
    "PointEvent",
    "PointFact",
    "ReassignedAnswer",
    "ReassignedRecorded",
    "Record",
    "RegistryLookup",
    "RegistryRecorded",
    "ResolveText",
    "Review",
    "ReviewStatus",
    "RevocationRecorded",
    "TextRecorded",
    "TextResolved",
    "UnsureText",
    "addresses",
    "decide",
    "evolve",
    "is_number",
    "known",
    "normal_address",
    "own_address",
    "own_fact_problems",
    "point_id",
    "point_of",
]
