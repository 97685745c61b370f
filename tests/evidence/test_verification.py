"""Every byte of a packet counts, and what was changed is said with its place."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadcore.evidence.canonical import canonical, digest
from leadcore.evidence.packet import packet
from leadcore.evidence.verification import Verification, contents, verify
from leadcore.testing.dossiers import LEAD, MADE, SELLER, dossier

WHOLE = packet(dossier(), lead_id=LEAD, seller_id=SELLER, made_at=MADE)
SMALL = packet(dossier()[1:4], lead_id=LEAD, seller_id=SELLER, made_at=MADE)
FOUND = json.loads(WHOLE)


def changed(change, *, again=False):
    """Give the bytes after a change of what the packet holds, in canonical form."""
    found = copy.deepcopy(FOUND)
    change(found)
    if again:
        found["head"] = digest(found["manifest"])
    return canonical(found)


def places(data, **more):
    return [problem.path for problem in verify(data, **more).problems]


def test_what_is_as_it_was_made() -> None:
    assert verify(WHOLE) == Verification(head=FOUND["head"], count=18)
    assert verify(WHOLE).unchanged
    assert verify(WHOLE, head=f" {FOUND['head'].upper()}\n").unchanged
    assert contents(WHOLE, head=FOUND["head"]) == FOUND


def test_every_single_byte_counts() -> None:
    missed = [
        place
        for place in range(len(SMALL))
        if verify(SMALL[:place] + bytes([SMALL[place] ^ 1]) + SMALL[place + 1 :]).unchanged
    ]
    assert missed == []


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_any_byte_put_in_place_of_another_is_found(place, byte) -> None:
    data = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    assert verify(data).unchanged is (data == WHOLE)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=3))
def test_bytes_left_out_or_put_in_are_found(place, extra) -> None:
    assert not verify(WHOLE[:place]).unchanged
    assert not verify(WHOLE[:place] + WHOLE[place + 1 :]).unchanged
    assert not verify(WHOLE[:place] + extra + WHOLE[place:]).unchanged
    assert not verify(WHOLE + extra).unchanged


@pytest.mark.parametrize("again", [False, True])
@settings(max_examples=25)
@given(data=st.data())
def test_records_left_out_moved_or_doubled_are_found(again, data) -> None:
    records = FOUND["records"]
    place = data.draw(st.integers(0, len(records) - 1))
    other = data.draw(st.integers(0, len(records) - 2))
    kept = [*records[:place], *records[place + 1 :]]
    for changed_records in (
        kept,
        [*kept[:other], records[place], *kept[other:]],
        [*records[:other], records[place], *records[other:]],
    ):
        if changed_records == records:
            continue

        def put(found, told=changed_records):
            found["records"] = told
            found["manifest"]["count"] = len(told)

        found = verify(changed(put, again=again))
        assert not found.unchanged
        assert any(
            problem.path.startswith(("$.records[", "$.manifest.last")) for problem in found.problems
        )


def test_a_change_is_said_with_its_place() -> None:
    def rename(found):
        found["records"][4]["event"]["data"]["by"] = "somebody"

    assert places(changed(rename)) == ["$.records[4]"]
    (problem,) = verify(changed(rename)).problems
    assert str(problem) == "$.records[4]: was changed: its hash is another one"

    def rehash(found):
        rename(found)
        record = found["records"][4]
        del record["hash"]
        record["hash"] = digest(record)

    (problem,) = verify(changed(rehash)).problems
    assert problem.path == "$.records[5]"
    assert problem.message.startswith("does not follow the record before it")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("head",), "0" * 64, ["$.manifest"]),
        (("head",), 7, ["$.head"]),
        (("manifest", "made_at"), "2020-01-01T00:00:00Z", ["$.manifest"]),
        (("manifest", "count"), 17, ["$.manifest", "$.manifest.count"]),
        (("manifest", "version"), 2, ["$.manifest", "$.manifest"]),
        (("manifest", "last"), "x", ["$.manifest", "$.manifest.last"]),
        (("manifest", "streams"), {}, ["$.manifest", "$.manifest.streams"]),
        (("manifest",), [], ["$.manifest"]),
        (("records",), {}, ["$.records"]),
        (("records", 3), "gone", ["$.records[3]"]),
        (("records", 3), {}, [f"$.records[3].{name}" for name in sorted(FOUND["records"][3])]),
        (("records", 3, "seq"), 5, ["$.records[3]", "$.records[3]"]),
        (("records", 3, "extra"), 5, ["$.records[3]"]),
        (("extra",), 5, ["$"]),
    ],
)
def test_every_part_is_looked_at(path, value, said) -> None:
    def put(found):
        inner = found
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value

    assert places(changed(put)) == said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no JSON from byte 0 of 0 on"),
        (WHOLE[:-1], f"is no JSON from byte {len(WHOLE) - 1} of {len(WHOLE) - 1} on"),
        (WHOLE.replace(b"Zo\xc3\xab", b"Zo\xff\xab", 1), "is no UTF-8"),
        (b"[" * 100_000, "can't be read"),
        (b"[" + b"9" * 5_000 + b"]", "can't be read"),
        (b"7", "is no object"),
        (WHOLE.replace(b'":', b'": ', 1), "is not in its canonical form from byte 8 on"),
        (WHOLE + b"\n", f"is not in its canonical form from byte {len(WHOLE)} on"),
        (WHOLE.replace(b'"count":18', b'"count":18.0'), "has no canonical form: 18.0"),
        (WHOLE.replace(b'"count":18', b'"count":18,"count":18'), "is not in its canonical form"),
    ],
)
def test_what_is_no_packet_is_said_so(data, said) -> None:
    found = verify(data)
    assert not found.unchanged
    assert said in "; ".join(map(str, found.problems))
    with pytest.raises(ValueError, match=r"^\$"):
        contents(data)


def test_who_makes_all_of_it_anew_is_found_by_the_head_that_was_noted() -> None:
    forged = packet(dossier()[:-1], lead_id=LEAD, seller_id=SELLER, made_at=MADE)
    assert verify(forged).unchanged
    (problem,) = verify(forged, head=FOUND["head"]).problems
    assert problem.path == "$.head"
    assert FOUND["head"] in problem.message
