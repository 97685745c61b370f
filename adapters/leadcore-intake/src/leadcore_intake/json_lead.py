"""Leads as plain JSON: one object, a list, `{"leads": [...]}`, or JSON Lines.

The schema; every part is optional, and a lead must name or reach somebody:

```json
{
  "id": "7f0c…", "kind": "web | live_call", "test": false,
  "name": {"full": "", "prefix": "", "first": "", "middle": "", "last": "", "suffix": ""},
  "phones": [{"number": "212-555-0101", "kind": "cell | landline | phone"}],
  "emails": ["ada@example.com"],
  "address": {"street": ["1 Main St"], "city": "", "state": "FL", "zip": "33101", "country": "US"},
  "vertical": "legal", "area": "family law", "comments": "", "other_info": "",
  "submitted_at": "2026-07-01T10:00:00-04:00",
  "source": "site", "campaign": "", "form": "", "device": "", "ip": "",
  "tcpa": true, "consents": [{"key": "sms", "granted": true, "text": "I agree …"}],
  "recording": {"reference": "https://…", "seconds": 61, "announced": true},
  "answers": [{"key": "budget", "question": "Your budget?", "values": ["500"]}]
}
```

A flat object (`first_name`, `phone` …) does as well: names are guessed as for a CSV file. Unknown
keys are kept as answers under their path. Elements that look like Google's, Meta's or HubSpot's
posts are read as such, so an archive of webhooks can be read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadcore.errors import Malformed, Problem
from leadcore.submissions import ConsentGiven, Source
from leadcore_intake import google, hubspot, meta, normal
from leadcore_intake.build import Entry, Place, build, malformed, refuse_many
from leadcore_intake.columns import guess
from leadcore_intake.options import DEFAULT, Options
from leadcore_intake.results import Intake, Record
from leadcore_intake.safe_json import Json, canonical, flat, parse, text_of
from leadcore_intake.shapes import not_an_object, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["any_record", "read", "record"]

_NAME = {
    "full": "name",
    "prefix": "prefix",
    "first": "first_name",
    "middle": "middle_name",
    "last": "last_name",
    "suffix": "suffix",
}
_RECORDING = {
    "reference": "recording",
    "url": "recording",
    "seconds": "recording_seconds",
    "announced": "recording_announced",
}
_LINES = {
    "cell": "cell",
    "cellphone": "cell",
    "cellular": "cell",
    "mobile": "cell",
    "wireless": "cell",
    "landline": "landline",
    "fax": None,
    "pager": None,
}


def line_target(said: str) -> str | None:
    """Give the target for a line of this kind; None for a fax or pager, which nobody answers."""
    return _LINES.get(said.strip().casefold(), "phone")


def read(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read one object, a list of them, or `{"leads": [...]}`.

    Raises:
        Malformed: it is no JSON, or holds too many leads.
    """
    value = parse(data, options.limits)
    wrapped = value.get("leads") if isinstance(value, dict) else None
    path, several = ("$.leads", wrapped) if isinstance(wrapped, list) else ("$", value)
    if not isinstance(several, list):
        return Intake(format="json", records=(any_record(value, Place(), options),))
    refuse_many(len(several), options.limits)
    beside = value if isinstance(value, dict) else {}
    warnings = tuple(
        Problem(f"$.{name}", f"stands beside the leads and was not read: {', '.join(values)[:200]}")
        for key, item in beside.items()
        if key != "leads"
        for name, values in flat(item, key)
    )
    records = tuple(
        any_record(item, Place(index=index, path=f"{path}[{index}]"), options)
        for index, item in enumerate(several)
    )
    return Intake(format="json", records=records, warnings=warnings)


def any_record(value: Json, place: Place, options: Options) -> Record:
    """Read one element as what it looks like: Google's, Meta's, HubSpot's, or a plain lead."""
    readers = {"google": google.record, "meta": meta.record, "hubspot": hubspot.record}
    name = shape_of(value)
    try:
        if name == "meta_notification":
            raise Malformed.at(place.path, "is a notification: retrieve the leads it names first")
        return readers.get(name, record)(value, place, options)
    except Malformed as error:
        kept = value
        if isinstance(value, dict):
            kept = {key: item for key, item in value.items() if key != "google_key"}
        return malformed(place, canonical(kept), error.problems)


def record(value: Json, place: Place, options: Options) -> Record:
    """Read one lead of the schema above, or a flat one."""
    if not isinstance(value, dict):
        return not_an_object(value, place)
    entries: list[Entry] = []
    consents: list[ConsentGiven] = []
    for key, item in value.items():
        if key == "consents" and (boxes := _consents(item)) is not None:
            consents.extend(boxes)
        else:
            entries.extend(_entries(key, item, place, options))
    return build(
        entries,
        source=Source(format="json"),
        place=place,
        raw=canonical(value),
        options=options,
        consents=tuple(consents),
    )


def _entries(key: str, item: Json, place: Place, options: Options) -> Iterator[Entry]:
    if key == "phones" and isinstance(item, list):
        for index, phone in enumerate(item):
            yield from _phone(phone, f"phones[{index}]", place)
    elif key == "answers" and isinstance(item, list):
        for index, answer in enumerate(item):
            yield from _answer(answer, f"answers[{index}]", place)
    else:
        for name, values in flat(item, key):
            known = None if item is None else _target(name, item, options)
            yield Entry(key=name, values=values, path=place.at(f"$.{name}"), target=known)


def _target(name: str, item: Json, options: Options) -> str | None:
    if name in options.mapping:
        return options.mapping[name]
    head, _, rest = name.partition(".")
    if head == "emails":
        return "email"
    nested = {"name": _NAME, "recording": _RECORDING}.get(head)
    if nested is not None and isinstance(item, dict):
        return nested.get(rest)
    return guess(name)


def _phone(phone: Json, key: str, place: Place) -> Iterator[Entry]:
    number = text_of(phone.get("number")) if isinstance(phone, dict) else text_of(phone)
    if number is None:
        for name, values in flat(phone, key):
            yield Entry(key=name, values=values, path=place.at(f"$.{name}"))
        return
    rest = phone if isinstance(phone, dict) else {}
    target = line_target(text_of(rest.get("kind")) or "")
    yield Entry(
        key=f"{key}.number" if rest else key,
        values=(number,),
        path=place.at(f"$.{key}"),
        target=target,
    )
    for inner, item in rest.items():
        if inner != "number":
            for name, values in flat(item, f"{key}.{inner}"):
                yield Entry(key=name, values=values, path=place.at(f"$.{name}"))


def _answer(answer: Json, key: str, place: Place) -> Iterator[Entry]:
    told = answer if isinstance(answer, dict) else {}
    name, question = text_of(told.get("key")), text_of(told.get("question"))
    given = told.get("values")
    texts = [text_of(item) for item in given] if isinstance(given, list) else [None]
    known = set(told) <= {"key", "question", "values"}
    if not (name and known and all(text is not None for text in texts)):
        for deep, values in flat(answer, key):
            yield Entry(key=deep, values=values, path=place.at(f"$.{deep}"))
        return
    values = tuple(text for text in texts if text is not None)
    yield Entry(key=name, question=question, values=values, path=place.at(f"$.{key}"))


def _consents(item: Json) -> list[ConsentGiven] | None:
    """Read the boxes; None where a part would be lost, so that they stay answers."""
    if not isinstance(item, list):
        return None
    found: list[ConsentGiven] = []
    for box in item:
        key = text_of(box.get("key")) if isinstance(box, dict) else None
        if not (isinstance(box, dict) and key and set(box) <= {"key", "granted", "text"}):
            return None
        granted = text_of(box.get("granted"))
        flag = None if granted is None else normal.yes_no(granted)
        if granted is not None and flag is None:
            return None
        found.append(ConsentGiven(key=key, granted=flag, text=text_of(box.get("text"))))
    return found
