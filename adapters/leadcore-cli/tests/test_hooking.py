"""Hooks are told by the commands that run by the clock, where there is a secret to sign with."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("leadcore_fastapi", reason="it tells hooks")
pytest.importorskip("leadcore_portal", reason="it is served beside it")

from leadcore import back_office as bo
from leadcore.errors import Conflict
from leadcore_cli import serving
from leadcore_cli.commands import relaying
from leadcore_cli.context import open_store
from leadcore_cli.sending import SECRET


@pytest.fixture
def hooked(cli, leads_file, monkeypatch):
    """The office with a hook in a private network, where nothing is told, and two leads sold."""
    monkeypatch.setenv(SECRET, "x" * 32)
    store, at = open_store(cli.database), datetime.now(UTC) - timedelta(seconds=1)
    (seller,) = store.sellers()
    store.prepare_hooks(at=at)
    store.run(
        bo.OpenHook(
            seller_id=seller.id, hook_id="h", url="https://10.0.0.1/in", events=("lead.*",), at=at
        )
    )
    cli("import", leads_file)
    yield cli
    store.engine.dispose()


def tellings(cli):
    store = open_store(cli.database)
    found = store.tellings("h", 500)
    store.engine.dispose()
    return found


def test_each_due_telling_is_tried_once(hooked):
    told = hooked.one("hooks", "send")
    assert told["told"] == told["forgotten"] == 0
    assert told["seen"] > told["failed"] > 0
    assert {(each.tries, each.answer) for each in tellings(hooked)} == {
        (1, "the host is in a private network")
    }
    assert hooked.one("hooks", "send")["failed"] == 0
    assert "0 tellings arrived" in hooked("hooks", "send").stdout


@pytest.mark.parametrize("words", [("tick",), ("relay", "--to-folder", "mail")])
def test_whatever_runs_by_the_clock_does_it_on_the_way(hooked, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = hooked.json(*words)
    assert {each.tries for each in tellings(hooked)} == {1}
    said = [row for row in rows if row.get("did") == "told hooks" or "hooks_told" in row]
    assert len(said) == 1


def test_a_slow_hook_keeps_no_message_waiting(hooked, tmp_path, monkeypatch):
    """The relay goes on delivering while a hook is being told."""
    stop, telling, release = threading.Event(), threading.Event(), threading.Event()
    deliver_due, met = relaying.deliver_due, []

    def slow(*_):
        telling.set()
        return release.wait(10), "answered 204"

    def delivered(*given):
        assert telling.wait(10)
        done = deliver_due(*given)
        met.append((done.claimed, release.is_set()))
        if not done.claimed:
            stop.set()
            release.set()
        return done

    monkeypatch.setattr("leadcore_fastapi.sending._tell", slow)
    monkeypatch.setattr(relaying, "stopped_by_signals", lambda: stop)
    monkeypatch.setattr(relaying, "deliver_due", delivered)
    told = hooked.one("relay", "--keep-on", "--to-folder", tmp_path / "mail")
    assert met == [(2, False), (0, False)]
    assert (told["sent"], told["hooks_told"]) == (2, 1)


@pytest.mark.parametrize(
    ("words", "did"),
    [
        (("relay", "--to-folder", "mail"), "sent"),
        (("tick",), "did"),
        (("hooks", "send"), "told"),
    ],
)
def test_what_was_done_is_told_where_telling_hooks_fails(hooked, words, did, tmp_path, monkeypatch):
    def failed(*_, **__):
        raise Conflict("tellings")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("leadcore_fastapi.send_tellings", failed)
    hooked("order", "edit", "ben-order", "--quantity", "2")
    hooked("order", "renewal", "ben-order", "on_fill", "--charge", "pm_demo")
    done = hooked(*words, "--json", code=6)
    first, *_, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert did in first
    assert last["error"]
    again = hooked.json(*words, code=6)
    assert "error" in again[-1]
    assert all("sent" not in row for row in again)


def test_sending_goes_on_after_the_database_was_away_for_a_moment(hooked, monkeypatch, caplog):
    stop, rounds = threading.Event(), []

    def away(*_, **__):
        rounds.append(1)
        if len(rounds) == 2:
            stop.set()
        raise Conflict("tellings")

    monkeypatch.setattr("leadcore_fastapi.send_tellings", away)
    monkeypatch.setattr("leadcore_cli.commands.hooking.stopped_by_signals", lambda: stop)
    monkeypatch.setattr(stop, "wait", lambda _: stop.is_set())
    assert hooked.one("hooks", "send", "--keep-on")["told"] == 0
    assert len(rounds) == 2
    assert caplog.text.count("sending to hooks failed") == 2


def test_without_a_secret_nothing_is_told(hooked, monkeypatch):
    monkeypatch.delenv(SECRET)
    assert SECRET in hooked("hooks", "send", code=4).stderr
    assert all(row["did"] != "told hooks" for row in hooked.json("tick"))
    assert tellings(hooked) == ()


def test_what_is_served_sends_until_it_stops(hooked, tmp_path, monkeypatch):
    for name, text in (("db", hooked.database), ("seller", "seller"), ("files", str(tmp_path))):
        monkeypatch.setenv(serving.SERVED[name], text)
    app = serving.application()

    def sending():
        return "leadcore-sender" in {each.name for each in threading.enumerate()}

    async def served():
        async with app.router.lifespan_context(app):
            assert sending()

    asyncio.run(served())
    assert not sending()
