"""The browser that tests drive: the named one, one on PATH, or a reason that says what to do."""

from __future__ import annotations

import pytest

from tools import browser


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """A machine without any browser on which nothing may be installed."""
    monkeypatch.delenv(browser.NAMED, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    return tmp_path


def program(folder, name="chromium"):
    file = folder / name
    file.write_text("#!/bin/sh\n", "utf-8")
    file.chmod(0o755)
    return file


def test_the_named_one_comes_first(alone, monkeypatch):
    program(alone)
    mine = program(alone, "my-own")
    monkeypatch.setenv(browser.NAMED, str(mine))
    assert browser.chromium() == mine
    monkeypatch.setenv(browser.NAMED, str(alone / "gone"))
    with pytest.raises(browser.NoBrowserError, match="is no file"):
        browser.chromium()


def test_one_on_the_path_is_found_and_none_says_what_to_do(alone):
    with pytest.raises(browser.NoBrowserError, match=browser.NAMED):
        browser.chromium()
    found = program(alone, "google-chrome")
    assert browser.chromium() == found


def test_where_it_may_debians_is_installed(alone, monkeypatch):
    program(alone, "apt-get")
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    asked = []

    def run(words, **_how):
        asked.append(words)
        if len(asked) == 3:
            program(alone)
        return browser.subprocess.CompletedProcess(words, 100 if len(asked) == 1 else 0)

    monkeypatch.setattr(browser.subprocess, "run", run)
    assert browser.chromium() == alone / "chromium"
    assert [words[-1] for words in asked] == ["chromium", "update", "chromium"]
