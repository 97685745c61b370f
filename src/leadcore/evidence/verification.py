"""Checking a packet: every byte counts, and what was changed is said with its place.

What it proves: that these are the bytes the head stands for. Whoever holds the file may make all of
it anew, head and all; so the head is kept somewhere else (in a log, with a notary, in a mail to
oneself) and given here.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from leadcore.errors import Problem
from leadcore.evidence.canonical import canonical, digest
from leadcore.evidence.packet import FIRST, SCHEMA, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Verification", "contents", "verify"]

_TOP = frozenset({"head", "manifest", "records"})
_MANIFEST = frozenset(
    {
        *("schema", "version", "lead", "seller", "made_at", "count", "streams", "rulebooks"),
        *("retention", "notice", "last"),
    }
)
_RECORD = frozenset(
    {"seq", "stream", "key", "position", "at", "event", "texts", "previous", "hash"}
)


@frozen(kw_only=True)
class Verification:
    """What was found out about a packet.

    Attributes:
        head: the head it holds, in hex; None where it can't be read.
        count: how many records it holds.
        problems: everything that is not as it was made, each with its place; empty: nothing.
    """

    head: str | None = None
    count: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def unchanged(self) -> bool:
        """Is every byte as the head says?"""
        return not self.problems


def verify(data: bytes, *, head: str | None = None) -> Verification:
    """Check a packet, byte for byte.

    Args:
        data: the bytes of the packet.
        head: the head as it was noted elsewhere; without it somebody may have made everything anew.
    """
    try:
        found: Any = json.loads(data.decode())
    except UnicodeDecodeError as error:
        return _unread(f"byte {error.start} is no UTF-8")
    except json.JSONDecodeError as error:
        place = len(error.doc[: error.pos].encode())
        return _unread(f"is no JSON from byte {place} of {len(data)} on: {error.msg}")
    except (ValueError, RecursionError) as error:
        return _unread(f"can't be read: {error}")
    problems = list(_shape(found))
    if problems:
        return Verification(problems=tuple(problems))
    records = found["records"]
    problems += [*_manifest(found), *_records(records), *_bytes(found, data)]
    if head is not None and head.strip().lower() != found["head"]:
        words = f"is {found['head']}, not {head.strip()!r} as it was noted elsewhere"
        problems.append(Problem("$.head", words))
    return Verification(head=found["head"], count=len(records), problems=tuple(problems))


def contents(data: bytes, *, head: str | None = None) -> dict[str, Any]:
    """Give what a packet holds, as JSON data, if it is unchanged.

    Raises:
        ValueError: it was changed; the words say where.
    """
    found = verify(data, head=head)
    if not found.unchanged:
        raise ValueError("; ".join(map(str, found.problems)))
    return cast("dict[str, Any]", json.loads(data))


def _unread(message: str) -> Verification:
    return Verification(problems=(Problem("$", message),))


def _shape(found: object) -> Iterator[Problem]:
    yield from _fields(found, _TOP, "$")
    if not isinstance(found, dict) or found.keys() != _TOP:
        return
    top = cast("dict[str, Any]", found)
    yield from _fields(top["manifest"], _MANIFEST, "$.manifest")
    if not isinstance(top["head"], str):
        yield Problem("$.head", "is no text")
    if not isinstance(top["records"], list):
        yield Problem("$.records", "is no list")
        return
    for index, record in enumerate(cast("list[object]", top["records"])):
        yield from _fields(record, _RECORD, f"$.records[{index}]")


def _fields(value: object, names: frozenset[str], path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, "is no object")
        return
    given = set(cast("dict[str, Any]", value))
    for name in sorted(names - given):
        yield Problem(f"{path}.{name}", "is missing")
    for name in sorted(given - names):
        yield Problem(path, f"has a field that no packet has: {name!r}")


def _manifest(found: dict[str, Any]) -> Iterator[Problem]:
    manifest, records = found["manifest"], found["records"]
    if (manifest["schema"], manifest["version"]) != (SCHEMA, VERSION):
        words = f"is {manifest['schema']!r}, version {manifest['version']!r}; this reads version 1"
        yield Problem("$.manifest", words)
    if _digest(manifest) != found["head"]:
        yield Problem("$.manifest", "is not what the head stands for")
    if manifest["count"] != len(records):
        words = f"is {manifest['count']!r}; there are {len(records)} records"
        yield Problem("$.manifest.count", words)
    if manifest["streams"] != Counter(str(each["stream"]) for each in records):
        yield Problem("$.manifest.streams", "does not count the records that are here")
    if records and manifest["last"] != records[-1]["hash"]:
        yield Problem("$.manifest.last", "is not the hash of the last record that is here")


def _records(records: list[dict[str, Any]]) -> Iterator[Problem]:
    previous: object = FIRST
    for index, record in enumerate(records):
        path = f"$.records[{index}]"
        if record["seq"] != index + 1:
            yield Problem(path, f"stands at place {index + 1} and says {record['seq']!r}")
        if record["previous"] != previous:
            words = (
                "does not follow the record before it: one was changed, left out, added or moved"
            )
            yield Problem(path, words)
        if (
            _digest({name: value for name, value in record.items() if name != "hash"})
            != (record["hash"])
        ):
            yield Problem(path, "was changed: its hash is another one")
        previous = record["hash"]


def _digest(value: object) -> str | None:
    try:
        return digest(value)
    except (ValueError, RecursionError):
        return None


def _bytes(found: dict[str, Any], data: bytes) -> Iterator[Problem]:
    try:
        proper = canonical(found)
    except (ValueError, RecursionError) as error:
        yield Problem("$", str(error))
        return
    if proper != data:
        pairs = enumerate(zip(proper, data, strict=False))
        place = next((at for at, (a, b) in pairs if a != b), min(len(proper), len(data)))
        yield Problem("$", f"is not in its canonical form from byte {place} on")
