"""A file is added once, under a safe name, and removed once; its row stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as replace

from leadcore import wire
from leadcore.decider import fold
from leadcore.errors import Malformed, WrongState
from leadcore.files import AddFile, FileRemoved, LeadFile, RemoveFile, decide, evolve

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
LATER = AT + timedelta(days=1)
ADD = AddFile(
    file_id="f",
    seller_id="s",
    account_id="n",
    lead_id="l",
    name="..\\scan.exe",
    size=3,
    media_type="application/pdf",
    declared_type="image/png",
    sha256="0" * 64,
    by="ann",
)


def test_it_is_added_and_removed_once():
    (added,) = decide(ADD, None, AT)
    kept = evolve(None, added)
    assert (kept.name, kept.declared_type, kept.added_by) == ("scan.exe.pdf", "image/png", "ann")
    assert decide(ADD, kept, LATER) == ()
    with pytest.raises(WrongState, match="with this id exists"):
        decide(replace(ADD, size=4), kept, LATER)
    (removed,) = decide(RemoveFile("ben"), kept, LATER)
    gone = evolve(kept, removed)
    assert (gone.removed_at, gone.removed_by) == (LATER, "ben")
    assert decide(RemoveFile("ann"), gone, LATER) == ()
    with pytest.raises(WrongState, match="with this id exists"):
        decide(ADD, gone, LATER)
    written = [wire.dump_event("file", event) for event in (added, removed)]
    assert fold(evolve, None, [wire.load_event("file", each) for each in written]) == gone
    assert wire.load(LeadFile, wire.dump(gone)) == gone


def test_nothing_is_removed_that_is_not_there():
    with pytest.raises(WrongState, match="no such file"):
        decide(RemoveFile("ann"), None, AT)
    with pytest.raises(WrongState, match="never added"):
        evolve(None, FileRemoved("ann", AT))
    gone = fold(evolve, None, (*decide(ADD, None, AT), FileRemoved("ann", AT)))
    with pytest.raises(WrongState, match="removed"):
        evolve(gone, FileRemoved("ann", AT))


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"sha256": "0" * 63}, "sha256"),
        ({"sha256": "A" * 64}, "sha256"),
        ({"size": -1}, "size"),
        ({"size": True}, "size"),
        ({"media_type": "pdf"}, "media_type"),
        ({"media_type": "text/html; charset=x\r\nX: y"}, "media_type"),
        ({"declared_type": "x" * 256}, "declared_type"),
    ],
)
def test_what_can_not_be_is_said_with_its_path(changed, path):
    with pytest.raises(Malformed) as refused:
        decide(replace(ADD, **changed), None, AT)
    assert [problem.path for problem in refused.value.problems] == [path]
