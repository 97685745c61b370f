"""A folder: killed writers leave no half file, and nothing that is needed is deleted."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from leadcore.errors import NotFound
from leadcore.files import GRACE, measure, orphans
from leadcore_files import FolderKeeper

DAY = timedelta(days=1)

WRITER = """
import hashlib, sys
from leadcore_files import FolderKeeper
piece = b"x" * 65536
whole = piece * 64
def pieces():
    for number in range(64):
        print(number, flush=True)
        if number == int(sys.argv[2]):
            sys.stdin.readline()
        yield piece
FolderKeeper(sys.argv[1]).put(pieces(), key=hashlib.sha256(whole).hexdigest(), size=len(whole))
"""


def put(keeper, whole):
    told = measure([whole])
    keeper.put([whole], key=told.sha256, size=told.size)
    return told.sha256


def age(keeper, key, by):
    """Let contents be as old, where they are there; somebody else may clean them away."""
    path = keeper.folder / key[:2] / key[2:4] / key
    at = (datetime.now(UTC) - by).timestamp()
    with suppress(FileNotFoundError):
        os.utime(path, (at, at))


def test_a_killed_writer_leaves_no_half_file_under_its_name(tmp_path):
    keeper = FolderKeeper(tmp_path / "files")
    whole = b"x" * 65536 * 64
    key = hashlib.sha256(whole).hexdigest()
    for number in (0, 30, 63):
        command = [sys.executable, "-c", WRITER, str(keeper.folder), str(number)]
        pipe = subprocess.PIPE
        running = subprocess.Popen(command, stdin=pipe, stdout=pipe)  # noqa: S603 # this Python with a program of ours
        assert running.stdout is not None
        while running.stdout.readline().strip() != str(number).encode():
            pass
        running.kill()
        running.communicate()
        assert keeper.look(key) is None
        assert list(keeper.every()) == []
    later = datetime.now(UTC) + DAY
    assert keeper.tidy(begun_before=later - 2 * DAY) == 0
    assert keeper.tidy(begun_before=later) == 3
    assert keeper.tidy(begun_before=later) == 0
    assert put(keeper, whole) == key
    assert measure(keeper.read(key)).sha256 == key


def test_what_is_in_there_is_for_its_owner_only(tmp_path):
    keeper = FolderKeeper(tmp_path / "files")
    key = put(keeper, b"confidential")
    for path in (keeper.folder, keeper.folder / "incoming", keeper.folder / key[:2] / key[2:4]):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_contents_that_are_read_are_read_to_the_end_though_they_are_deleted(tmp_path):
    keeper = FolderKeeper(tmp_path)
    whole = os.urandom(200_000)
    key = put(keeper, whole)
    reading = keeper.read(key)
    first = next(reading)
    assert keeper.delete(key, put_before=datetime.now(UTC) + DAY)
    assert first + b"".join(reading) == whole


def test_a_damaged_file_is_healed_by_the_same_contents(tmp_path):
    keeper = FolderKeeper(tmp_path)
    key = put(keeper, b"as it was")
    path = keeper.folder / key[:2] / key[2:4] / key
    path.write_bytes(b"as it is!")
    put(keeper, b"as it was")
    assert b"".join(keeper.read(key)) == b"as it was"


def test_what_is_put_again_while_it_is_cleaned_away_is_there(tmp_path):
    """Cleaners and writers at once: whoever put last finds it."""
    keeper = FolderKeeper(tmp_path)
    key, done = put(keeper, b"wanted again"), threading.Event()

    def clean():
        while not done.is_set():
            at = datetime.now(UTC)
            for each in orphans(keeper.every(), (), at=at, grace=GRACE):
                keeper.delete(each.key, put_before=at - GRACE)

    cleaner = threading.Thread(target=clean)
    cleaner.start()
    for _ in range(60):
        age(keeper, key, 2 * DAY)
        put(keeper, b"wanted again")
        assert keeper.look(key) is not None
    done.set()
    cleaner.join()
    assert b"".join(keeper.read(key)) == b"wanted again"


def test_what_is_put_again_between_look_and_deletion_stays(tmp_path, monkeypatch):
    """Whoever puts waits until the deletion is over, and then it is there."""
    keeper = FolderKeeper(tmp_path)
    key = put(keeper, b"just put")
    age(keeper, key, 2 * DAY)
    path = keeper.folder / key[:2] / key[2:4] / key
    before, writers = type(path).unlink, []

    def unlinked(self, missing_ok=False):
        if self == path:
            writers.append(threading.Thread(target=put, args=(keeper, b"just put")))
            writers[0].start()
            writers[0].join(0.05)
            assert writers[0].is_alive()
        before(self, missing_ok)

    monkeypatch.setattr(type(path), "unlink", unlinked)
    assert keeper.delete(key, put_before=datetime.now(UTC) - DAY)
    writers[0].join()
    assert b"".join(keeper.read(key)) == b"just put"
    assert keeper.delete(key, put_before=datetime.now(UTC) - DAY) is False


def test_where_nothing_was_ever_put_nothing_is_deleted(tmp_path):
    keeper = FolderKeeper(tmp_path / "none")
    assert keeper.delete("ab" * 32, put_before=datetime.now(UTC)) is False
    assert not keeper.folder.exists()


def test_asked_for_too_late_it_is_not_found(tmp_path):
    keeper = FolderKeeper(tmp_path)
    key = put(keeper, b"soon gone")
    reading = keeper.read(key)
    assert keeper.delete(key, put_before=datetime.now(UTC) + DAY)
    with pytest.raises(NotFound):
        next(reading)
