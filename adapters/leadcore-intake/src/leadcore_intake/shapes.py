"""What every reader of JSON needs: which format a value looks like, and what is no lead at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.errors import Problem
from leadcore_intake.build import Place, malformed
from leadcore_intake.safe_json import Json, canonical

if TYPE_CHECKING:
    from leadcore_intake.results import Record

__all__ = ["not_an_object", "shape_of"]


def shape_of(value: Json) -> str:
    """Name the format a JSON value looks like: `google`, `meta`, `hubspot` … or plain `json`."""
    if not isinstance(value, dict):
        return "json"
    if isinstance(value.get("user_column_data"), list) or "google_key" in value:
        return "google"
    if isinstance(value.get("entry"), list) and "object" in value:
        return "meta_notification"
    if _is_meta(value):
        return "meta"
    return "hubspot" if _is_hubspot(value) else "json"


def _is_meta(value: dict[str, Json]) -> bool:
    if "field_data" in value or "custom_disclaimer_responses" in value:
        return True
    several = value.get("data")
    return isinstance(several, list) and any(
        isinstance(item, dict) and "field_data" in item for item in several
    )


def _is_hubspot(value: dict[str, Json]) -> bool:
    fields = value.get("fields")
    if not isinstance(fields, list) or not fields:
        return False
    return all(isinstance(item, dict) and "name" in item for item in fields)


def not_an_object(value: Json, place: Place) -> Record:
    """Give the malformed record of a JSON value that is no object."""
    raw = canonical(value)
    kind = "a list" if isinstance(value, list) else "null" if value is None else "a single value"
    return malformed(place, raw, (Problem(place.path, f"is {kind}, not a lead (an object)"),))
