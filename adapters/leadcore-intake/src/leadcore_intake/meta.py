"""Leads of Meta (Facebook, Instagram) lead ads: notifications and retrieved leads.

A webhook notification only names leads, by ids that come as numbers or as strings; each is then
retrieved. In a retrieved lead the answers are in `field_data` and the consent boxes outside it,
in `custom_disclaimer_responses`, where "1" is ticked and "" is not. The CSV export is read by
`csv_file`, with the columns of this module.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from attrs import evolve

from leadcore.errors import Malformed, Problem
from leadcore.submissions import Answer, ConsentGiven, Source
from leadcore_intake import normal
from leadcore_intake.build import Entry, Place, build, malformed, refuse_many
from leadcore_intake.columns import guess
from leadcore_intake.options import DEFAULT, Options
from leadcore_intake.results import Intake, LeadReference, Record, digest_of
from leadcore_intake.safe_json import Json, JsonObject, canonical, flat, parse, text_of
from leadcore_intake.shapes import not_an_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "export_entries",
    "is_export",
    "read",
    "read_notification",
    "record",
    "signature_matches",
]

_TEST = "<test lead:"
_META = {
    "id": "source_key",
    "created_time": "submitted_at",
    "platform": "source_name",
    "campaign_name": "campaign",
    "campaign_id": "campaign",
    "form_name": "form",
    "form_id": "form",
}
_PREFIXES = ("l:", "ag:", "as:", "c:", "f:")
_MARKS = frozenset({"created_time", "ad_id", "adset_id", "form_id", "is_organic", "platform"})
_ENOUGH_MARKS = 3
_REFERENCE = {
    "leadgen_id": "lead_id",
    "form_id": "form_id",
    "page_id": "page_id",
    "ad_id": "ad_id",
    "adgroup_id": "adgroup_id",
    "created_time": "created_raw",
}


def signature_matches(body: bytes, header: str | None, app_secret: str) -> bool:
    """Tell whether the `X-Hub-Signature-256` header signs these very bytes, in constant time.

    Args:
        body: the request's body as it came, before any parsing.
        header: the header's value (`sha256=` and 64 hex digits), or None if it was missing.
        app_secret: the app's secret.
    """
    expected = "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    given = (header or "").encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, expected.encode())


def read_notification(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read a webhook notification: references to the leads to retrieve.

    A change that names no lead is a malformed record; one of another kind than `leadgen` a
    warning.

    Raises:
        Malformed: it is no JSON, or no notification.
    """
    value = parse(data, options.limits)
    entries = value.get("entry") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        raise Malformed.at("$.entry", "is missing: a notification lists its entries there")
    references: list[LeadReference] = []
    records: list[Record] = []
    warnings: list[Problem] = []
    for path, change in _changes(entries, warnings):
        found = _reference(change, path, len(records), options)
        if isinstance(found, LeadReference):
            references.append(found)
        elif isinstance(found, Record):
            records.append(found)
        else:
            warnings.append(found)
        refuse_many(len(references) + len(records) + len(warnings), options.limits)
    return Intake(
        format="meta_notification",
        records=tuple(records),
        references=tuple(references),
        warnings=tuple(warnings),
    )


def _changes(entries: list[Json], warnings: list[Problem]) -> Iterator[tuple[str, Json]]:
    for index, entry in enumerate(entries):
        path = f"$.entry[{index}]"
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not isinstance(changes, list):
            warnings.append(Problem(f"{path}.changes", "is missing, so it names no lead"))
            continue
        for number, change in enumerate(changes):
            yield f"{path}.changes[{number}]", change


def _reference(
    change: Json, path: str, index: int, options: Options
) -> LeadReference | Record | Problem:
    kind = text_of(change.get("field")) if isinstance(change, dict) else None
    if kind is not None and kind != "leadgen":
        return Problem(f"{path}.field", f"is {kind[:80]!r}, not a lead; it was passed over")
    value = change.get("value") if isinstance(change, dict) else None
    lead = value if isinstance(value, dict) else {}
    told = {
        ours: text for theirs, ours in _REFERENCE.items() if (text := text_of(lead.get(theirs)))
    }
    place = Place(index=index, path=path)
    if "lead_id" not in told:
        problem = Problem(f"{path}.value.leadgen_id", "is missing, so there is no lead to retrieve")
        return malformed(place, canonical(change), (problem,))
    created = told.get("created_raw")
    return LeadReference(
        **told,
        path=path,
        digest=digest_of(canonical(change)),
        created_at=None if created is None else normal.moment(created, zone=options.zone)[0],
        answers=tuple(
            Answer(key=key, values=values)
            for name, rest in lead.items()
            if name not in _REFERENCE
            for key, values in flat(rest, name)
        ),
    )


def read(data: bytes, options: Options = DEFAULT) -> Intake:
    """Read a retrieved lead, or a page of them (`data`).

    Raises:
        Malformed: it is no JSON, or holds too many leads.
    """
    value = parse(data, options.limits)
    several = value.get("data") if isinstance(value, dict) and "id" not in value else None
    if not isinstance(several, list):
        return Intake(format="meta", records=(record(value, Place(), options),))
    refuse_many(len(several), options.limits)
    # `paging` beside `data` has links with access tokens: not part of any lead, and not kept.
    places = (Place(index=index, path=f"$.data[{index}]") for index in range(len(several)))
    records = tuple(record(item, at, options) for item, at in zip(several, places, strict=True))
    return Intake(format="meta", records=records)


def record(value: Json, place: Place, options: Options) -> Record:
    """Read one retrieved lead."""
    if not isinstance(value, dict):
        return not_an_object(value, place)
    entries = tuple(_ordered(_entries(value, place, options)))
    found = build(
        entries,
        source=Source(format="meta"),
        place=place,
        raw=canonical(value),
        options=options,
        consents=_boxes(value.get("custom_disclaimer_responses")),
        test=_is_test(entry.values for entry in entries),
        global_ids=True,
    )
    if found.submission is None and "field_data" not in value:
        problem = Problem(
            place.at("$.field_data"),
            "is missing: ask the Graph API for it beside custom_disclaimer_responses",
        )
        return malformed(place, found.raw, (*found.problems, problem), warnings=found.warnings)
    return found


def _entries(lead: JsonObject, place: Place, options: Options) -> Iterator[Entry]:
    for key, item in lead.items():
        if key == "field_data" and isinstance(item, list):
            for index, answer in enumerate(item):
                yield from _field(answer, f"field_data[{index}]", place, options)
            continue
        for name, values in flat(item, key):
            path = place.at(f"$.{name}")
            yield Entry(key=name, values=values, path=path, target=_META.get(name))


def _field(answer: Json, key: str, place: Place, options: Options) -> Iterator[Entry]:
    name = text_of(answer.get("name")) if isinstance(answer, dict) else None
    given = answer.get("values") if isinstance(answer, dict) else None
    items = given if isinstance(given, list) else [given]
    texts = [text for item in items if (text := text_of(item)) is not None]
    if not (isinstance(answer, dict) and name and len(texts) == len(items)):
        for deep, values in flat(answer, key):
            yield Entry(key=deep, values=values, path=place.at(f"$.{deep}"))
        return
    target = options.mapping.get(name) or guess(name)
    path = place.at(f"$.{key}.values")
    target = None if target in _META.values() else target
    yield Entry(key=name, values=tuple(texts), path=path, target=target)
    for inner, rest in answer.items():
        if inner not in {"name", "values"}:
            for deep, values in flat(rest, f"{key}.{inner}"):
                yield Entry(key=deep, values=values, path=place.at(f"$.{deep}"))


def _boxes(responses: Json) -> tuple[ConsentGiven, ...]:
    if not isinstance(responses, list):
        return ()
    found: list[ConsentGiven] = []
    for response in responses:
        key = text_of(response.get("checkbox_key")) if isinstance(response, dict) else None
        if isinstance(response, dict) and key:
            ticked = text_of(response.get("is_checked"))
            granted = False if ticked == "" else normal.yes_no(ticked or "")
            found.append(ConsentGiven(key=key, granted=granted))
    return tuple(found)


def _is_test(groups: Iterable[Sequence[str]]) -> bool:
    return any(value.lstrip().startswith(_TEST) for values in groups for value in values)


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    # Names before ids: a campaign is called by its name where both are given.
    return sorted(entries, key=lambda entry: entry.key in {"campaign_id", "form_id"})


def is_export(headers: Sequence[str]) -> bool:
    """Tell whether a CSV file's header is that of Meta's lead export."""
    return len(_MARKS.intersection(headers)) >= _ENOUGH_MARKS


def export_entries(entries: Iterable[Entry]) -> tuple[tuple[Entry, ...], bool]:
    """Read the columns of an export: strip `l:`, `f:` …, find the phone by its `p:`.

    Returns:
        The entries, and whether the row is one of Meta's test leads.
    """
    found: list[Entry] = []
    for entry in entries:
        target = _META.get(entry.key, entry.target)
        value = entry.values[0] if entry.values else ""
        if target is None and value.startswith("p:"):
            target = "phone"
        if target in {"source_key", "campaign", "form"}:
            bare = value.partition(":")[2] if value.startswith(_PREFIXES) else value
            kept = None if bare == value else entry.values
            found.append(evolve(entry, values=(bare,), kept=kept, target=target))
        else:
            found.append(evolve(entry, target=target))
    return tuple(_ordered(found)), _is_test(entry.values for entry in found)
