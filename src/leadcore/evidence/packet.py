"""Making the packet: records in order, each chained to the one before, under one head.

The bytes of a packet are the canonical JSON of one object:

* `records`: each with its place (`seq`), the stream it is from (`stream`, `key`, `position`), when
  it happened (`at`), what (`event`), the digests of texts of consent in it (`texts`), the hash of
  the record before (`previous`) and its own (`hash`): the SHA-256 over the canonical record without
  `hash`;
* `manifest`: whose packet it is, when it was made, how many records of which streams, which
  rulebooks answered, how long to keep it, the hash of the last record;
* `head`: the SHA-256 over the canonical manifest. It stands for everything.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
from attrs import field, frozen

from leadcore import wire
from leadcore.consent import Certificate, Evidence
from leadcore.contact.logged import LoggedDecision, RulebookMark
from leadcore.decision_trail import DecisionLogged
from leadcore.evidence.canonical import canonical, digest
from leadcore.evidence.retention import retention
from leadcore.leads import ContactAttempted
from leadcore.submissions import ConsentGiven
from leadcore.values import LeadId, SellerId, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import UnionType

    from leadcore.evidence.retention import Retention

__all__ = ["FIRST", "NOTICE", "SCHEMA", "VERSION", "Recorded", "packet", "recorded"]

SCHEMA: Final = "leadcore evidence packet"
VERSION: Final = 1
FIRST: Final = "0" * 64
"""What stands as the hash before the first record."""
NOTICE: Final = (
    "No legal advice. The chain of hashes shows a change only to somebody who knows the head from "
    "elsewhere: whoever holds the file may make all of it anew."
)


@frozen(kw_only=True)
class Recorded:
    """One thing recorded about a lead.

    Attributes:
        stream: the kind of stream (`lead`, `refund`, `contact_point`, `decisions`, `message`).
        key: whose stream.
        position: its place in the stream, from 1.
        at: when it happened (UTC).
        event: what happened.
    """

    stream: str
    key: str
    position: int
    at: datetime = field(converter=instant)
    event: Any


def recorded(stream: str, key: str, events: Iterable[Any]) -> tuple[Recorded, ...]:
    """Give the events of one whole stream, in order, as records."""
    return tuple(
        Recorded(stream=stream, key=key, position=position, at=_at(event), event=event)
        for position, event in enumerate(events, 1)
    )


def _at(event: Any) -> datetime:  # noqa: ANN401 - the events of all streams have no common type
    return event.attempt.at if isinstance(event, ContactAttempted) else event.at


def packet(
    records: Iterable[Recorded], *, lead_id: LeadId, seller_id: SellerId, made_at: datetime
) -> bytes:
    """Give the evidence packet of a lead.

    Args:
        records: everything recorded about the lead, in any order; told in order of time, and in
            the order of its stream where that is the same.
        lead_id: the lead.
        seller_id: whose lead it is.
        made_at: when the packet is made.

    Raises:
        ValueError: nothing is recorded, or one place of a stream is taken twice.
        Malformed: a logged decision can't be read.
    """
    told = sorted(records, key=lambda each: (each.at, each.stream, each.key, each.position))
    _check_places(told)
    chain = _chain(told)
    decisions = [_decision(each.event) for each in told if isinstance(each.event, DecisionLogged)]
    manifest = {
        "schema": SCHEMA,
        "version": VERSION,
        "lead": lead_id,
        "seller": seller_id,
        "made_at": wire.dump(instant(made_at)),
        "count": len(chain),
        "streams": dict(Counter(each.stream for each in told)),
        "rulebooks": [wire.dump(mark) for mark in _marks(decisions)],
        "retention": wire.dump(_retention(told, made_at)),
        "notice": NOTICE,
        "last": chain[-1]["hash"],
    }
    return canonical({"head": digest(manifest), "manifest": manifest, "records": chain})


def _check_places(told: list[Recorded]) -> None:
    if not told:
        message = "nothing is recorded about the lead"
        raise ValueError(message)
    places = Counter((each.stream, each.key, each.position) for each in told)
    (place, times), *_ = places.most_common(1)
    if times > 1:
        message = f"place {place[2]} of the {place[0]} stream {place[1]!r} is taken {times} times"
        raise ValueError(message)


def _chain(told: list[Recorded]) -> list[dict[str, Any]]:
    chain: list[dict[str, Any]] = []
    previous = FIRST
    for seq, each in enumerate(told, 1):
        entry = {
            "seq": seq,
            "stream": each.stream,
            "key": each.key,
            "position": each.position,
            "at": wire.dump(each.at),
            "event": _written(each),
            "texts": [
                {"path": f"{path}.text", "sha256": _sha256(found.text)}
                for path, found in _inside(each.event, Evidence | ConsentGiven, "$.event.data")
                if found.text is not None
            ],
            "previous": previous,
        }
        previous = digest(entry)
        chain.append({**entry, "hash": previous})
    return chain


def _written(each: Recorded) -> dict[str, Any]:
    if each.stream in wire.EVENTS:
        return wire.dump_event(each.stream, each.event)
    return {"v": wire.VERSION, "event": type(each.event).__name__, "data": wire.dump(each.event)}


def _sha256(text: str) -> str:
    # Half a surrogate pair is text to Python but not to UTF-8.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _inside(value: Any, kind: type[Any] | UnionType, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any part of any event
    """Give every value of a kind inside another, with its path."""
    if isinstance(value, kind):
        yield path, value
    if isinstance(value, tuple):
        for index, each in enumerate(cast("tuple[object, ...]", value)):
            yield from _inside(each, kind, f"{path}[{index}]")
        return
    holder = cast("type[object]", type(value))
    if attrs.has(holder):
        for entry in attrs.fields(holder):
            yield from _inside(getattr(value, entry.name), kind, f"{path}.{entry.name}")


def _decision(event: DecisionLogged) -> LoggedDecision:
    return wire.load(LoggedDecision, json.loads(event.text))


def _marks(decisions: Iterable[LoggedDecision]) -> list[RulebookMark]:
    return list(dict.fromkeys(each.rulebook for each in decisions))


def _retention(told: list[Recorded], made_at: datetime) -> Retention:
    contacts = [each.at for each in told if isinstance(each.event, ContactAttempted)]
    certificates: dict[tuple[str, str], Certificate] = {}
    for each in told:
        for _, found in _inside(each.event, Certificate, "$"):
            certificates[found.kind, found.id] = found
    last = max(contacts or [each.at for each in told])
    return retention(certificates.values(), last_contact=last, at=made_at)
