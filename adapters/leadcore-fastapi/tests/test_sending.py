"""Hooks are told, signed, again where it failed, and nowhere they may not be told."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from attrs import evolve

from leadcore import back_office as bo
from leadcore.hooks import BACK_OFF, TellingStatus, hook_secret, signature_matches, tried
from leadcore_fastapi import Sender, keep_sending, send_tellings, sending, tidy


class Receiver(ThreadingHTTPServer):
    """A receiver on this machine; it answers with what it is told to, in order."""

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.got = list(answers), []
        self.release, self.hung_up = threading.Event(), threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/in"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        answer = self.server.answers.pop(0) if self.server.answers else 204
        if answer == "slow":
            self.server.release.wait(10)
            return
        if answer == "drip":
            self.drip()
            answer = 204
        if callable(answer):
            answer = answer()
        self.send_response(answer)
        if answer == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def drip(self):
        """Begin an answer and go on with it, a byte now and then, until the caller is gone."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(100):
            if self.server.release.wait(0.02):
                break
            try:
                self.wfile.write(b"x")
            except OSError:
                self.server.hung_up.set()
                break

    do_GET = do_POST  # noqa: N815 - the name is the library's

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def receiver():
    made = []

    def start(*answers):
        server = Receiver(answers)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        made.append(server)
        return server

    yield start
    for each in made:
        each.release.set()
        each.shutdown()
        each.server_close()


@pytest.fixture
def told(house):
    """Give what opens a hook of north's at an address, with local ones allowed."""

    def open_at(url, events=("lead.*",), account="north"):
        house.settings = evolve(
            house.settings, hook_plain=True, hook_private=True, hook_seconds=0.2
        )
        house.store.prepare_hooks(at=house.clock[0])
        return house.store.run(
            bo.OpenHook(
                seller_id="seller",
                hook_id=f"hook-{account}",
                account_id=account,
                url=url,
                events=events,
                plain=True,
                at=house.clock[0],
            )
        )

    house.store.run(
        bo.CloseHook(seller_id="seller", hook_id="h1", account_id=None, at=house.clock[0])
    )
    return open_at


def test_what_happens_is_told_signed_and_thin(house, receiver, told):
    server = receiver()
    hook = told(server.url)
    lead = house.lead(20)
    done = send_tellings(house.settings)
    assert (done.told, done.failed) == (1, 0)
    ((path, headers, body),) = server.got
    said = json.loads(body)
    assert path == "/in"
    assert (said["type"], said["account"]) == ("lead.LeadSold", "north")
    assert said["data"] == {"kind": "lead", "id": lead.id, "number": 2}
    assert "Doe" not in body.decode()
    sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    secret = hook_secret(house.settings.root_secret, hook)
    given = headers["webhook-signature"]
    now = house.clock[0]
    assert signature_matches(given, secret, said["id"], sent, body, at=now)
    assert not signature_matches(given, secret, said["id"], sent, body + b" ", at=now)
    late = now + timedelta(minutes=6)
    assert not signature_matches(given, secret, said["id"], sent, body, at=late)
    assert send_tellings(house.settings).told == 0


def test_what_fails_is_tried_again_later_under_the_same_id(house, receiver, told):
    server = receiver(500, "slow", 302)
    hook = told(server.url)
    house.lead(20)
    met = []
    for wait in BACK_OFF[:3]:
        assert send_tellings(house.settings).failed == 1
        assert send_tellings(house.settings).failed == 0
        (one,) = house.store.tellings(hook.id)
        met.append(one.answer)
        assert one.due_at == house.clock[0] + wait
        house.clock[0] += wait
    assert met == ["answered 500", "no answer within 0.2 s", "answered 302"]
    assert send_tellings(house.settings).told == 1
    assert [path for path, _, _ in server.got] == ["/in"] * 4
    assert len({headers["webhook-id"] for _, headers, _ in server.got}) == 1
    (one,) = house.store.tellings(hook.id)
    assert (one.status, one.tries) == (TellingStatus.TOLD, 4)


def test_in_the_end_nobody_tries_any_more(house, told):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        hook = told(f"http://127.0.0.1:{taken.getsockname()[1]}/")
        house.lead(20)
        for wait in (*BACK_OFF, timedelta()):
            assert send_tellings(house.settings).failed == 1
            house.clock[0] += wait
    (one,) = house.store.tellings(hook.id)
    assert (one.status, one.due_at) == (TellingStatus.GIVEN_UP, None)
    assert one.answer.startswith("not reached")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "[::1]",
        "0.0.0.0",  # noqa: S104 - nothing binds to it
        "[::ffff:10.0.0.1]",
        "localhost",
        "no-such-host.invalid",
    ],
)
def test_private_addresses_are_told_nothing(house, told, host, monkeypatch):
    def found(name, port, **_):
        if name.endswith(".invalid"):
            raise OSError("no such host")
        address = {"localhost": "127.0.0.1"}.get(name, name)
        return [(0, 0, 0, "", (address, port))]

    monkeypatch.setattr(sending.socket, "getaddrinfo", found)
    hook = told(f"http://{host}:9/")
    house.settings = evolve(house.settings, hook_private=False)
    house.lead(20)
    assert send_tellings(house.settings).failed == 1
    (one,) = house.store.tellings(hook.id)
    assert one.answer in {"the host is in a private network", "the host has no address"}


def test_an_account_is_told_of_its_own_alone(house, receiver, told):
    server = receiver()
    told(server.url, events=("*",), account="south")
    house.lead(20, wanted="north")
    send_tellings(house.settings)
    assert {json.loads(body)["account"] for _, _, body in server.got} <= {"south"}
    sold = {json.loads(body)["data"]["id"] for _, _, body in server.got}
    assert all(house.store.lead(each).sale.account_id == "south" for each in sold)


def test_what_waits_at_a_closed_hook_is_dropped(house, receiver, told):
    server = receiver(500)
    hook = told(server.url)
    house.lead(20)
    send_tellings(house.settings)
    house.store.run(
        bo.CloseHook(seller_id="seller", hook_id=hook.id, account_id=None, at=house.clock[0])
    )
    house.clock[0] += BACK_OFF[0]
    assert send_tellings(house.settings).told == 1
    assert len(server.got) == 1
    assert house.store.tellings(hook.id)[0].answer == "the hook is closed"


@pytest.mark.parametrize("host", ["[1:2]", "[:::]", "[1.2.3.4]", "h:99999"])
def test_a_hook_whose_address_is_none_counts_its_tries_and_keeps_no_other_waiting(
    house, receiver, told, host, monkeypatch
):
    server = receiver()
    with monkeypatch.context() as looser:
        looser.setattr("leadcore.back_office.programs.hook_problems", lambda *_, **__: ())
        bad = told(f"https://{host}/x", account="south")
        good = told(server.url)
    for number in (20, 21):
        house.lead(number, wanted="south")
        house.lead(number + 10, wanted="north")
    done = send_tellings(house.settings)
    waiting = house.store.tellings(bad.id)
    arrived = house.store.tellings(good.id)
    assert (done.failed, done.told) == (len(waiting), len(arrived))
    assert {(each.tries, each.answer) for each in waiting} == {(1, "is no address")}
    assert {each.due_at for each in waiting} == {house.clock[0] + BACK_OFF[0]}
    assert {each.status for each in arrived} == {TellingStatus.TOLD}


def test_an_answer_that_drips_is_waited_for_no_longer_than_any_other(house, receiver, told):
    server = receiver("drip")
    hook = told(server.url)
    house.lead(20)
    assert send_tellings(house.settings).failed == 1
    (one,) = house.store.tellings(hook.id)
    assert one.answer == "no answer within 0.2 s"
    assert server.hung_up.wait(10)
    house.clock[0] += BACK_OFF[0]
    house.settings = evolve(house.settings, hook_seconds=0.0)
    assert send_tellings(house.settings).failed == 1
    assert [each.answer for each in house.store.tellings(hook.id)] == ["no answer within 0 s"]
    assert len(server.got) == 1


def test_a_certificate_is_the_names_though_its_address_is_connected_to(
    house, receiver, told, monkeypatch
):
    server, authority = receiver(), trustme.CA()
    trust, served = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.configure_trust(trust)
    authority.issue_cert("crm.example").configure_cert(served)
    server.socket = served.wrap_socket(server.socket, server_side=True)
    found = socket.getaddrinfo
    monkeypatch.setattr(
        sending.socket, "getaddrinfo", lambda _, *rest, **more: found("127.0.0.1", *rest, **more)
    )
    monkeypatch.setattr(sending.httpcore, "default_ssl_context", lambda: trust)
    port = server.server_port
    mine = told(f"https://crm.example:{port}/in?a=1")
    other = told(f"https://other.example:{port}/in", account="south")
    house.settings = evolve(house.settings, hook_seconds=10.0)
    house.lead(20, wanted="north")
    house.lead(21, wanted="south")
    send_tellings(house.settings)
    assert {each.answer for each in house.store.tellings(mine.id)} == {"answered 204"}
    refused = {each.answer for each in house.store.tellings(other.id)}
    assert refused == {"not reached: ConnectError"}
    assert {path for path, _, _ in server.got} == {"/in?a=1"}
    assert {headers["Host"] for _, headers, _ in server.got} == {f"crm.example:{port}"}


def test_whoever_was_slower_than_the_lease_writes_nothing_down_and_tries_no_more(
    house, receiver, told
):
    def overtaken():
        """Be slow, while another process takes it all, tells it and has an answer."""
        house.clock[0] += timedelta(hours=1)
        until = house.clock[0] + timedelta(hours=1)
        for each in house.store.take_tellings(at=house.clock[0], until=until):
            after = tried(each, arrived=True, answer="answered 200", at=house.clock[0])
            assert house.store.settle_telling(after, claim=until)
        return 500

    server = receiver(overtaken)
    hook = told(server.url)
    house.settings = evolve(house.settings, hook_seconds=10.0)
    house.lead(20)
    house.lead(21)
    done = send_tellings(house.settings)
    assert (done.told, done.failed, done.left) == (0, 1, 1)
    assert len(server.got) == 1
    kept = {(each.status, each.tries, each.answer) for each in house.store.tellings(hook.id)}
    assert kept == {(TellingStatus.TOLD, 1, "answered 200")}


def test_hooks_are_opened_renewed_and_listed_over_http(api, house):
    asked = {"url": "https://crm.example.com/in", "events": ["lead.*"]}
    keyed = {**api.as_("ann"), "Idempotency-Key": "h"}
    made = api.post("/v1/hooks", json=asked, headers=keyed).json()
    assert made["secret"].startswith("whsec_")
    renewed = api.post(f"/v1/hooks/{made['id']}/secret", headers=api.as_("ann")).json()
    assert renewed["secret"] != made["secret"]
    assert len(api.get("/v1/hooks", headers=api.as_("ann")).json()["items"]) == 2
    assert api.get("/v1/hooks", headers=api.as_("sue")).json()["items"] == []
    for wrong in ("http://crm.example.com", "https://u:p@crm.example.com", "ftp://x", "https://"):
        told = api.post("/v1/hooks", json={**asked, "url": wrong}, headers=api.as_("ann"))
        assert told.json()["errors"][0]["path"] == "url"
    closed = api.delete(f"/v1/hooks/{made['id']}", headers=api.as_("ann"))
    assert closed.json()["closed_at"]


def test_kept_answers_are_forgotten_after_a_day(api, house):
    api.post("/v1/orders/o-north/pause", headers={**api.as_("ann"), "Idempotency-Key": "p"})
    wrong = {"grant_type": "password", "username": "nobody@example.com", "password": "x"}
    api.post("/v1/oauth/token", data=wrong)
    tries = house.tries()
    assert tidy(house.settings) == 0
    assert len(house.tries()) == len(tries) > 0
    house.clock[0] += timedelta(hours=25)
    assert tidy(house.settings) == 1
    house.clock[0] += timedelta(days=60)
    tidy(house.settings)
    # Those of a name count until somebody gets in; those of an address do not.
    assert len(house.tries()) < len(tries)


def test_it_goes_on_by_itself_until_it_is_stopped(house, receiver, told):
    server = receiver()
    told(server.url)
    arrived = threading.Event()
    settle = house.store.settle_telling

    def settled(telling, *, claim):
        assert settle(telling, claim=claim)
        arrived.set()

    house.store.settle_telling = settled
    with Sender(house.settings, every=0.01) as sender:
        house.lead(20)
        assert arrived.wait(10)
    assert sender.stop()
    assert len(server.got) == sender.told == 1


def test_what_a_stopped_process_had_claimed_is_due_as_it_was(house, receiver, told):
    server = receiver()
    hook = told(server.url)
    house.lead(20)
    house.lead(21)
    stop = threading.Event()
    settle = house.store.settle_telling

    def settled(telling, *, claim):
        assert settle(telling, claim=claim)
        stop.set()

    house.store.settle_telling = settled
    assert keep_sending(house.settings, stop) == 1
    waiting = [each for each in house.store.tellings(hook.id) if each.due_at]
    assert [each.due_at for each in waiting] == [house.clock[0]]
    # Nobody waits for the lease to end.
    assert send_tellings(house.settings).told == 1
    assert len(server.got) == 2


def test_a_database_that_is_away_for_a_moment_ends_nothing(house, caplog):
    stop, tries = threading.Event(), []

    def away(**_):
        tries.append(1)
        if len(tries) == 2:
            stop.set()
        raise ConnectionError("away")

    house.store.spread = away
    assert keep_sending(house.settings, stop, every=0.001) == 0
    assert len(tries) == 2
    assert "sending to hooks failed" in caplog.text
