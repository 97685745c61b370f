"""The consent gate before our dialer: `python dialer_gate.py INSTANT < numbers.csv`."""

import csv
import sys
from datetime import UTC, date, datetime

from leadcore import consent, contact, places, rulebooks, submissions

CALL = contact.Question(channel=submissions.Channel.CALL, seller="north-legal")
LISTED = {"yes": True, "no": False}  # anything else: nobody knows
UNASKED = contact.Reassigned(status=contact.ReassignedStatus.NOT_CHECKED)

at = datetime.fromisoformat(sys.argv[1]) if sys.argv[1:] else datetime.now(UTC)
for row in csv.DictReader(sys.stdin):
    place = places.resolve(row["phone"], row["zip"])
    stopped = datetime.fromisoformat(row["stopped_at"]) if row["stopped_at"] else None
    looked = date.fromisoformat(row["scrubbed_on"]) if row["scrubbed_on"] else None
    listed = LISTED.get(row["on_registry"])
    facts = contact.Facts(
        number=contact.Number(e164=row["phone"], zones=place.zones),
        states=place.states,
        consent=consent.Consent(invitation=row["asked"] == "yes", revoked_at=stopped),
        registry=contact.Registry(national=listed, scrubbed_on=looked, internal_since=stopped),
        reassigned=UNASKED,
        declared_emergencies=frozenset(),
    )
    said = contact.assess(CALL, facts, at=at, rules=rulebooks.US)
    print(row["phone"], said.verdict.value, ",".join(said.rules), said.next_permitted_at or "never")
