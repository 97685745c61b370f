"""Leads of Google Ads lead forms, as their webhook posts them.

Source: Google Ads lead form webhook, "POST schema" (messages WebhookLead and UserLeadColumnData).
Every field of it is optional; `column_name` is missing for some questions, and 64-bit ids come as
numbers or as strings.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from leadcore.errors import Malformed
from leadcore.submissions import Source
from leadcore_intake.build import Entry, Place, build
from leadcore_intake.columns import guess
from leadcore_intake.options import DEFAULT, Options
from leadcore_intake.results import Intake, Record
from leadcore_intake.safe_json import Json, JsonObject, canonical, flat, parse, text_of
from leadcore_intake.shapes import not_an_object

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["key_matches", "read", "record"]

_COLUMNS = {
    "FULL_NAME": "name",
    "FIRST_NAME": "first_name",
    "LAST_NAME": "last_name",
    "EMAIL": "email",
    "WORK_EMAIL": "email",
    "PHONE_NUMBER": "phone",
    "WORK_PHONE": "phone",
    "STREET_ADDRESS": "street",
    "CITY": "city",
    "REGION": "state",
    "POSTAL_CODE": "zip",
    "COUNTRY": "country",
}
_TOP = {
    "lead_id": "source_key",
    "form_id": "form",
    "campaign_id": "campaign",
    "is_test": "test",
    "lead_submit_time": "submitted_at",
}


def key_matches(given: str, expected: str) -> bool:
    """Tell whether the key a post carries is the expected one, in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def read(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read one post of the webhook.

    Raises:
        Malformed: it is no JSON, or its `google_key` is not the caller's.
    """
    return Intake(format="google", records=(record(parse(data, options.limits), Place(), options),))


def record(value: Json, place: Place, options: Options) -> Record:
    """Read one lead; `google_key`, a secret, is the one thing that is checked and not kept.

    Raises:
        Malformed: its `google_key` is not the caller's.
    """
    if not isinstance(value, dict):
        return not_an_object(value, place)
    if options.google_key is not None:
        given = text_of(value.get("google_key")) or ""
        if not key_matches(given, options.google_key):
            raise Malformed.at(place.at("$.google_key"), "is not the key agreed with Google")
    kept: JsonObject = {key: item for key, item in value.items() if key != "google_key"}
    return build(
        _entries(kept, place, options),
        source=Source(format="google"),
        place=place,
        raw=canonical(kept),
        options=options,
        global_ids=True,
    )


def _entries(lead: JsonObject, place: Place, options: Options) -> Iterator[Entry]:
    for key, item in lead.items():
        if key == "user_column_data" and isinstance(item, list):
            for index, column in enumerate(item):
                yield from _column(column, f"user_column_data[{index}]", place, options)
            continue
        for name, values in flat(item, key):
            yield Entry(key=name, values=values, path=place.at(f"$.{name}"), target=_TOP.get(name))


def _column(column: Json, key: str, place: Place, options: Options) -> Iterator[Entry]:
    if not isinstance(column, dict):
        yield from (
            Entry(key=name, values=values, path=place.at(f"$.{name}"))
            for name, values in flat(column, key)
        )
        return
    known = {name: text_of(column.get(name)) for name in ("column_id", "column_name")}
    value = text_of(column.get("string_value"))
    question = known["column_name"]
    name = known["column_id"] or question or key
    path = place.at(f"$.{key}.string_value")
    values = () if value is None else (value,)
    target = (
        options.mapping.get(name) or _COLUMNS.get(name.upper()) or _of_question(question or name)
    )
    yield Entry(key=name, values=values, path=path, question=question, target=target)
    for inner, rest in column.items():
        if inner == "string_value" and value is not None:
            continue
        if inner not in known or known[inner] is None:
            for deep, several in flat(rest, f"{key}.{inner}"):
                yield Entry(key=deep, values=several, path=place.at(f"$.{deep}"))


def _of_question(question: str) -> str | None:
    # The standard columns have ids; a form's own question is about the matter, not the person.
    found = guess(question)
    return found if found in {"tcpa", "consent", "area", "vertical"} else None
