"""What a stranger, a rival or a clumsy program might send, and what leaves with every answer."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from urllib.parse import quote

import pytest
from attrs import evolve
from fastapi import FastAPI
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from leadcore_fastapi import JsonLines, Rate, install, masked, routers

LEAD = {"first_name": "Kim", "phone": "212-555-0188", "zip": "10001"}


def test_nobody_gives_themselves_rights(api):
    profile = {"name": "Cat", "admin": True, "view_downline": True}
    tag = api.get("/v1/me", headers=api.as_("cat")).headers["etag"]
    mine = {**api.as_("cat"), "If-Match": tag}
    assert api.put("/v1/me/profile", json=profile, headers=mine).status_code == 403
    # Nor does anybody say what is not theirs to say, under whatever name.
    for more in ({"seller_id": "x"}, {"account_id": "south"}, {"enabled": True}, {"id": "mia"}):
        asked = {"name": "Cat", **more}
        assert api.put("/v1/me/profile", json=asked, headers=mine).status_code == 422
    attempt = {"channel": "call", "outcome": "no_answer", "by": "ann"}
    path = "/v1/leads/lead-1-0/attempts"
    assert api.post(path, json=attempt, headers=api.as_("bob")).status_code == 422


@pytest.mark.parametrize(
    "text",
    ["' OR 1=1 --", '"; DROP TABLE leadcore_leads; --', "%", "_", "\\", "%' ESCAPE '", "*"],
)
def test_what_is_searched_for_is_text_and_nothing_else(api, house, text):
    for path in ("/v1/leads?text=", "/v1/leads/", "/v1/deeds?kind=", "/v1/appointments?user="):
        found = api.get(f"{path}{quote(text, safe='')}", headers=api.as_("mia"))
        assert found.status_code == 404 or found.json()["items"] == []
    assert api.get(f"/v1/leads?sort={quote(text)}", headers=api.as_("mia")).status_code == 422
    assert house.store.lead(house.lead_id) is not None


def test_bombs_are_not_opened(api):
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE adf [{laughs}]><adf>&a9;</adf>'.encode()
    outside = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><adf>&x;</adf>'
    for body in (bomb, outside):
        headers = {"Content-Type": "application/xml", "X-Intake-Token": "p"}
        told = api.post("/v1/intake/from/partner", content=body, headers=headers)
        assert told.status_code == 422
        assert "root:" not in told.text
    packed = {**api.as_("sam"), "Content-Type": "application/json", "Content-Encoding": "gzip"}
    zipped = gzip.compress(b"0" * 10_000_000)
    assert api.post("/v1/leads", content=zipped, headers=packed).status_code == 415
    deep = b'{"a":' * 5_000 + b"1" + b"}" * 5_000
    sound = {**api.as_("sam"), "Content-Type": "application/json"}
    assert api.post("/v1/leads", content=deep, headers=sound).status_code == 422


def test_bodies_that_are_too_large_or_too_slow_are_given_up(house):
    object.__setattr__(house.settings, "body_bytes", 1_000)
    object.__setattr__(house.settings, "body_seconds", 0.02)
    headers = {"Authorization": f"Bearer {house.tokens['sam']}", "Content-Type": "application/json"}
    with house.client() as client:
        said = {**headers, "Content-Length": "1001"}
        assert client.post("/v1/leads", content=b"", headers=said).status_code == 413
        pieces = [b"x" * 600, b"x" * 600]
        assert client.post("/v1/leads", content=pieces, headers=headers).status_code == 413

        async def drip():
            await asyncio.Event().wait()

        slow = client.post("/v1/leads", content=[b"{", drip, b"}"], headers=headers)
        assert (slow.status_code, slow.json()["type"]) == (408, "urn:leadcore:problem:too-slow")
        object.__setattr__(house.settings, "file_bytes", 10)
        path = f"/v1/leads/{house.lead_id}/files?name=a"
        assert client.post(path, content=b"x" * 11, headers=headers).status_code == 413
        # A stranger's upload is not even read.
        assert client.post(path, content=[drip]).status_code == 401


def test_a_token_belongs_in_the_header(api, house):
    token = house.tokens["mia"]
    assert api.get(f"/v1/leads?access_token={token}").status_code == 401
    both = api.get(f"/v1/leads?access_token={token}", headers=api.as_("mia"))
    assert both.status_code == 422
    assert token not in both.text
    for wrong in (
        "Basic bWlhOng=",
        "Bearer",
        "Bearer short",
        f"Token {token}",
        "Bearer lck_" + "x" * 40,
    ):
        assert api.get("/v1/leads", headers={"Authorization": wrong}).status_code == 401
    assert api.get("/v1/leads").headers["www-authenticate"] == "Bearer"


def test_nothing_personal_is_cached_framed_or_guessed_at(api, house):
    for path in ("/v1/leads", f"/v1/leads/{house.lead_id}", "/v1/nowhere", "/v1/lead-files"):
        headers = api.get(path, headers=api.as_("ann")).headers
        if path != "/v1/nowhere":
            assert headers["cache-control"] == "no-store"
            assert headers["vary"] == "Authorization"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-request-id"]
    gone = api.post("/health")
    assert (gone.status_code, gone.json()["title"]) == (405, "That can't be done there.")
    named = api.get("/health", headers={"X-Request-ID": "mine-1"})
    assert named.headers["x-request-id"] == "mine-1"
    assert api.get("/health", headers={"X-Request-ID": "a b\n"}).headers["x-request-id"] != "a b\n"


def test_stored_scripts_come_back_as_data(api):
    script = "<script>alert(document.cookie)</script>"
    sent = {**LEAD, "comments": script, script: script}
    done = api.post("/v1/leads", json=sent, headers=api.as_("sam"))
    assert done.headers["content-type"] == "application/json"
    assert done.json()["lead"]["submission"]["comments"] == script
    sheet = {**LEAD, "first_name": "=cmd|' /C calc'!A0", "phone": "212-555-0133"}
    api.post("/v1/leads", json=sheet, headers=api.as_("sam"))
    cells = api.get("/v1/lead-files", headers=api.as_("sam")).text
    assert '"=cmd' not in cells
    assert ",=cmd" not in cells


def test_other_pages_may_not_call_unless_they_are_named(house):
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    with house.client() as client:
        told = client.request("OPTIONS", "/v1/leads", headers=asked)
        assert told.status_code == 405
        assert "access-control-allow-origin" not in told.headers
    house.settings = evolve(house.settings, origins=("https://crm.example",))
    with house.client() as client:
        told = client.request("OPTIONS", "/v1/leads", headers=asked)
        assert "access-control-allow-origin" not in told.headers
        good = {**asked, "Origin": "https://crm.example"}
        told = client.request("OPTIONS", "/v1/leads", headers=good)
        assert told.headers["access-control-allow-origin"] == "https://crm.example"
        assert "access-control-allow-credentials" not in told.headers


def test_who_asks_too_often_waits(house):
    house.settings = evolve(house.settings, rate=Rate(1, 3), stranger_rate=Rate(1, 2), callers=2)
    mine = {"Authorization": f"Bearer {house.tokens['ann']}"}
    with house.client() as client:
        told = [client.get("/v1/me", headers=mine).status_code for _ in range(4)]
        assert told == [200, 200, 200, 429]
        wait = client.get("/v1/me", headers=mine)
        assert wait.headers["retry-after"] == "2"
        guesses = [client.get("/v1/me", headers={"Authorization": f"Bearer {'x' * 20}{n}"})
                   for n in range(3)]  # fmt: skip
        assert [each.status_code for each in guesses] == [401, 401, 429]
        other = {"Authorization": f"Bearer {house.tokens['sue']}"}
        assert client.get("/v1/me", headers=other).status_code == 200


def test_what_breaks_here_tells_nobody_what_it_was(api, house, caplog):
    def broken(_query):
        raise RuntimeError("ann@example.com has +12125550100")

    house.store.leads = broken
    with caplog.at_level(logging.INFO, logger="leadcore.test"):
        told = api.get("/v1/leads", headers=api.as_("ann"))
    assert (told.status_code, told.json().get("detail")) == (500, None)
    written = "".join(JsonLines().format(each) for each in caplog.records)
    assert "ann@example.com" not in written
    assert "2125550100" not in written
    assert "RuntimeError" in written


def test_each_request_is_a_line_without_anybody_in_it(api, house, caplog):
    with caplog.at_level(logging.INFO, logger="leadcore.test"):
        api.get("/v1/leads?text=kim@example.com", headers=api.as_("ann"))
    (line,) = [json.loads(JsonLines().format(each)) for each in caplog.records]
    assert {
        "route": "/leads",
        "status": 200,
        "user": "ann",
        "method": "GET",
    }.items() <= line.items()
    assert "kim" not in json.dumps(line)
    assert masked("Bearer abc.def for whsec_12ab, +1 212 555 0100, a@b.co, id 12") == (
        "Bearer … for …, …, …@…, id 12"
    )


def test_each_request_is_a_span_where_somebody_traces(house):
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    house.settings = evolve(house.settings, tracer=provider.get_tracer("test"))
    with house.client() as client:
        client.get("/v1/leads/nothing")
    (span,) = spans.get_finished_spans()
    assert span.name == "GET /leads/{lead_id}"
    assert dict(span.attributes)["http.response.status_code"] == 401


def test_one_router_serves_in_an_application_of_ones_own(house):
    host = FastAPI()
    install(host, house.settings)
    host.include_router(routers.returns, prefix="/crm")
    told = host.openapi()
    assert "Refund" in told["components"]["schemas"]
    assert told["openapi"].startswith("3.1")
    assert not [path for path in told["paths"] if not path.startswith("/crm/")]
    with house.client(host) as client:
        mine = {"Authorization": f"Bearer {house.tokens['bob']}"}
        assert client.get("/crm/returns/r1", headers=mine).json()["id"] == "r1"


def test_a_store_that_can_not_be_reached_is_not_ready(api, house):
    assert api.get("/ready").status_code == 200
    asked = []

    def once(_seller_id):
        asked.append(1)
        if len(asked) > 1:
            raise ConnectionError
        return type(house.store).seller(house.store, "seller")

    house.store.seller = once
    assert api.get("/ready").status_code == 503
    house.store.seller = lambda _: None
    assert api.get("/v1/leads", headers=api.as_("ann")).status_code == 503


def test_a_secret_that_is_too_short_is_refused(house):
    with pytest.raises(ValueError, match="at least 32"):
        evolve(house.settings, root_secret="short")
