"""Posts of HubSpot forms, version 3: `fields`, `context`, `legalConsentOptions`.

Legitimate interest is a legal basis the company claims, not a box a person ticked; it is kept
with its text, and `granted` stays None.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadcore.submissions import ConsentGiven, Source
from leadcore_intake.build import Entry, Place, build
from leadcore_intake.columns import guess
from leadcore_intake.options import DEFAULT, Options
from leadcore_intake.results import Intake, Record
from leadcore_intake.safe_json import Json, JsonObject, canonical, flat, parse, text_of
from leadcore_intake.shapes import not_an_object

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read", "record"]

_CONTEXT = {
    "submittedAt": "submitted_at",
    "context.ipAddress": "ip",
    "context.pageName": "form",
    "context.pageUri": "source_name",
    "context.sfdcCampaignId": "campaign",
}
_COOKIE = re.compile("[0-9a-f]{32}")


def read(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read one post of a form.

    Raises:
        Malformed: it is no JSON.
    """
    value = parse(data, options.limits)
    return Intake(format="hubspot", records=(record(value, Place(), options),))


def record(value: Json, place: Place, options: Options) -> Record:
    """Read one submission of a form."""
    if not isinstance(value, dict):
        return not_an_object(value, place)
    return build(
        _entries(value, place, options),
        source=Source(format="hubspot"),
        place=place,
        raw=canonical(value),
        options=options,
        consents=tuple(_consents(value.get("legalConsentOptions"))),
        global_ids=True,
    )


def _entries(post: JsonObject, place: Place, options: Options) -> Iterator[Entry]:
    for key, item in post.items():
        if key == "fields" and isinstance(item, list):
            for index, given in enumerate(item):
                yield from _field(given, f"fields[{index}]", place, options)
            continue
        for name, values in flat(item, key):
            target = _CONTEXT.get(name)
            if name == "context.hutk" and all(_COOKIE.fullmatch(value) for value in values):
                target = "device"
            yield Entry(key=name, values=values, path=place.at(f"$.{name}"), target=target)


def _field(given: Json, key: str, place: Place, options: Options) -> Iterator[Entry]:
    name = text_of(given.get("name")) if isinstance(given, dict) else None
    value = text_of(given.get("value")) if isinstance(given, dict) else None
    if not (isinstance(given, dict) and name and value is not None):
        for deep, values in flat(given, key):
            yield Entry(key=deep, values=values, path=place.at(f"$.{deep}"))
        return
    target = options.mapping.get(name) or guess(name)
    # A contact's own properties, such as an id, are not the submission's.
    target = None if target == "source_key" else target
    yield Entry(key=name, values=(value,), path=place.at(f"$.{key}.value"), target=target)
    for inner, rest in given.items():
        if inner not in {"name", "value"}:
            for deep, values in flat(rest, f"{key}.{inner}"):
                yield Entry(key=deep, values=values, path=place.at(f"$.{deep}"))


def _consents(options: Json) -> Iterator[ConsentGiven]:
    given = options if isinstance(options, dict) else {}
    consent, interest = given.get("consent"), given.get("legitimateInterest")
    if isinstance(consent, dict):
        yield ConsentGiven(
            key="consentToProcess",
            granted=_flag(consent.get("consentToProcess")),
            text=text_of(consent.get("text")) or None,
        )
        several = consent.get("communications")
        for item in several if isinstance(several, list) else []:
            if isinstance(item, dict):
                yield ConsentGiven(
                    key=f"communications[{text_of(item.get('subscriptionTypeId')) or ''}]",
                    granted=_flag(item.get("value")),
                    text=text_of(item.get("text")) or None,
                )
    if isinstance(interest, dict):
        text = text_of(interest.get("text")) or None
        yield ConsentGiven(key="legitimateInterest", granted=None, text=text)


def _flag(value: Json) -> bool | None:
    return {"true": True, "false": False}.get(text_of(value) or "")
