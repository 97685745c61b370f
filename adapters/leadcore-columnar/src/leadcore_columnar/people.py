"""One row as the facts about one person: the only place that says which column is which fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadcore.consent import UNKNOWN, Consent, Elements, Level, Unknown
from leadcore.contact import (
    Confirmation,
    EmailFacts,
    Facts,
    Number,
    Reassigned,
    ReassignedStatus,
    Registry,
    Relationship,
    Touch,
    TouchKind,
)
from leadcore.submissions import Tcpa
from leadcore.values import PhoneKind
from leadcore_columnar.schema import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["facts_of"]


def _or_never(row: Mapping[str, Any], value: str, never: str) -> Any:  # noqa: ANN401 - a row's values have no type
    """Give a value; without one, None where a flag says that there is none, else unknown."""
    found = row[value]
    if found is not None:
        return found
    return None if row[never] is True else UNKNOWN


def facts_of(row: Mapping[str, Any]) -> Facts:
    """Give the facts of one row.

    Args:
        row: every column of the schema, as `schema.typed` makes them, by name.
    """
    declared: list[str] | None = row["declared_emergencies"]
    return Facts(
        tcpa=Tcpa(row["tcpa"] or "unknown"),
        zip=row["zip"],
        number=Number(
            e164=row["e164"],
            kind=PhoneKind(row["line_type"] or "unknown"),
            zones=row["zones"] or (),
            ported_to_wireless_on=row["ported_to_wireless_on"],
        ),
        states=row["states"] or (),
        consent=_consent(row),
        registry=Registry(
            national=row["dnc_national"],
            scrubbed_on=row["scrubbed_on"],
            internal_since=_or_never(row, "internal_since", "never_listed"),
        ),
        relationship=Relationship(
            with_seller=row["relationship_with"],
            inquiry_on=row["inquiry_on"],
            purchase_on=row["purchase_on"],
        ),
        reassigned=Reassigned(
            status=ReassignedStatus(row["rnd_status"] or "unknown"),
            queried_on=row["rnd_queried_on"],
        ),
        personal_relationship=row["personal_relationship"],
        history=_history(row["history"]),
        email=EmailFacts(
            opted_out_at=_or_never(row, "email_opted_out_at", "never_opted_out"),
            physical_address=row["physical_address"],
            optout_mechanism=row["optout_mechanism"],
            gateway_domain=row["gateway_domain"],
            wireless_authorization=row["wireless_authorization"],
        ),
        confirmation=Confirmation(
            contains_marketing=row["contains_marketing"], already_sent=row["already_sent"]
        ),
        declared_emergencies=UNKNOWN if declared is None else declared,
    )


def _history(touches: list[dict[str, Any]] | None) -> tuple[Touch, ...] | Unknown:
    if touches is None:
        return UNKNOWN
    return tuple(
        Touch(kind=TouchKind(touch["kind"]), at=touch["at"], subject=touch["subject"])
        for touch in touches
    )


def _consent(row: Mapping[str, Any]) -> Consent:
    return Consent(
        level=Level(LEVELS.index(row["consent_level"] or "none")),
        invitation=row["invitation"],
        sellers=row["consent_sellers"] or (),
        number=_or_never(row, "consent_number", "consent_this_number"),
        at=_or_never(row, "consent_at", "consent_undated"),
        elements=Elements(
            signature=row["signature"],
            number_in_agreement=row["number_in_agreement"],
            authorizes_seller=row["authorizes_seller"],
            disclosure_autodialer=row["disclosure_autodialer"],
            disclosure_not_condition=row["disclosure_not_condition"],
        ),
        revoked_at=_or_never(row, "revoked_at", "never_revoked"),
        regranted_at=row["regranted_at"],
    )
