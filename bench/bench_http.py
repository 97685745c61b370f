"""Requests a second over HTTP: leads that are posted and sold, and pages of leads.

`wrk` (a Debian package) asks two processes of uvicorn over loopback, sixteen requests at a time.
The floor is a bare endpoint of the same framework on the same server: it says as many statements,
reads as many rows and writes as many, with neither rules nor mappers.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psycopg
from attrs import evolve

from bench.bench_sales import AT, HEARD, SELLER, hearing_pg, lead, sell, set_up
from bench.http_app import READS, ROWS, URI, WRITES, settings
from bench.run import ROOT, Contest, Goal, Sample, figure
from leadcore import back_office as bo
from leadcore import logins
from leadcore.accounts import OpenAccount, SellerTerms
from leadcore.people import AddUser, Profile
from leadcore.values import AccountId, UserId
from leadcore_cli.serving import EVEN, listening
from leadcore_fastapi import app
from leadcore_sqlalchemy import SqlStore, engine
from tools.postgres import serve, sqlalchemy

if TYPE_CHECKING:
    from collections.abc import Generator

SECONDS = float(os.environ.get("LEADCORE_BENCH_SECONDS", "6"))
CONNECTIONS, WORKERS, PAGE, LISTED = 16, 2, 25, 2_000
SHARE, LATEST_MS = 0.6, 250.0
KEY = "lck_" + base64.urlsafe_b64encode(b"k" * 32).decode().rstrip("=")
_CONDITIONS = "PostgreSQL 18, synchronous_commit=on; uvicorn, 2 processes; wrk, 16 connections"
_LUA = """
local number = 0
function init(args) number = tonumber(args[1]) end
request = function()
  number = number + 1
  local body = string.format('{"first_name":"Ann","last_name":"Example %d","phone":"+1212%07d",'
    .. '"email":"ann%d@example.com","city":"New York","state":"NY","zip":"10001",'
    .. '"vertical":"legal","area":"family law","comments":"Please call me."}',
    number, 2000000 + number, number)
  return wrk.format("POST", "/v1/leads",
    {["Content-Type"]="application/json", ["Authorization"]="Bearer __KEY__"}, body)
end
"""


def let_in(store: SqlStore) -> None:
    """Add the seller's desk, somebody there, and the key that the load comes in with."""
    desk, clerk = AccountId("desk"), UserId("clerk")
    terms = SellerTerms(name="Seller", desk=desk)
    opened = OpenAccount(account_id=desk, seller_id=SELLER, name="Desk", currency="USD")
    added = AddUser(
        user_id=clerk,
        seller_id=SELLER,
        account_id=desk,
        parent_id=None,
        profile=Profile(name="Clerk", admin=True),
    )
    store.run_many(
        [
            bo.SetSellerTerms(seller_id=SELLER, terms=terms, at=AT),
            bo.KeepAccount(seller_id=SELLER, account_id=desk, command=opened, at=AT),
            bo.KeepUser(user_id=clerk, account_id=desk, command=added, at=AT),
            bo.IssueKey(
                seller_id=SELLER,
                key_id="bench",
                user_id=clerk,
                name="bench",
                token=logins.token_digest(KEY),
                permissions=("intake:write", "leads:read"),
                at=AT,
            ),
        ]
    )


def counted(uri: str, method: str, path: str, body: dict[str, str] | None) -> tuple[int, int]:
    """Give how many statements read and how many write when ours answers one request."""
    made = engine(sqlalchemy(uri), creator=lambda: hearing_pg(uri))
    listening = SqlStore(made)
    served = app(evolve(settings(uri), store=listening))
    headers = {"Authorization": f"Bearer {KEY}"}
    transport = httpx.ASGITransport(app=served)

    async def ask() -> None:
        async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
            for _ in range(2):  # the first one fills caches
                HEARD.clear()
                answer = await client.request(method, path, json=body, headers=headers)
                assert answer.status_code < 300, answer.text  # noqa: PLR2004 - the first that is none
                if body is not None:
                    body["phone"], body["email"] = "2125559999999", "other@example.com"

    asyncio.run(ask())
    texts = [text for transaction in HEARD for text, _ in transaction]
    reads = sum(text.lstrip().upper().startswith("SELECT") for text in texts)
    made.dispose()
    return reads, len(texts) - reads


@contextmanager
def served(name: str, uri: str, **more: str) -> Generator[str]:
    """Serve one of the applications in processes of its own; give its address."""
    door = listening("127.0.0.1", 0)
    command = [sys.executable, "-m", "uvicorn", f"bench.http_app:{name}", "--factory"]
    command += ["--fd", str(door.fileno()), "--workers", str(WORKERS), "--log-level", "error"]
    command += ["--no-access-log", "--loop", EVEN]
    environment = {**os.environ, URI: uri, **more}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[door.fileno()])
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    try:
        _await(address)
        yield address
    finally:
        process.terminate()
        process.wait()
        door.close()


def _await(address: str) -> None:
    for _ in range(200):
        try:
            httpx.get(f"{address}/health", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    message = "the server did not come up"
    raise AssertionError(message)


LATENCIES: dict[str, list[float]] = {}


def load(name: str, address: str, *options: str, begins: int = 0) -> Sample:
    """Load an address with wrk; give what was answered, and keep the latest of a hundred."""
    wrk = shutil.which("wrk")
    assert wrk, "the load comes from wrk: install the Debian package of that name"
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS:g}s", "--latency", *options]
    command += [address, "--", str(begins)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in told, told
    # Who waits longer than wrk's two seconds is among the latest of a hundred, if they are many.
    assert "Socket errors" not in told or "connect 0, read 0, write 0" in told, told
    done = re.search(r"(\d+) requests in ([\d.]+)(ms|s)", told)
    latest = re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    assert done, told
    assert latest, told
    scale = {"us": 1e-3, "ms": 1.0, "s": 1e3}
    LATENCIES.setdefault(name, []).append(float(latest[1]) * scale[latest[2]])
    return Sample(int(done[1]), float(done[2]) * scale[done[3]] / 1e3)


def goal(name: str, least: int) -> Goal:
    """Give a goal of so many a second, in time, at a share of the floor."""

    def met(ours: float, floor: float) -> bool:
        in_time = sorted(LATENCIES[name])[len(LATENCIES[name]) // 2] <= LATEST_MS
        return ours >= least and in_time and ours >= SHARE * floor

    what = f"at least {least}/s, 99 % within {LATEST_MS:g} ms, {SHARE:.0%} of the floor"
    return Goal(what, met)


def bare_tables(uri: str) -> None:
    """Make what the bare endpoint reads and writes."""
    with psycopg.connect(uri) as connection:
        connection.execute("CREATE TABLE bare_rows (id serial PRIMARY KEY, data text)")
        connection.execute("CREATE TABLE bare_written (id serial PRIMARY KEY, data text)")
        row = "x" * 1_200  # about what a lead's row holds
        connection.execute(
            "INSERT INTO bare_rows (data) SELECT %s FROM generate_series(1, 100)", (row,)
        )


def settled(uri: str) -> None:
    """Have the database look at its tables, as its own housekeeping does within a minute."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("ANALYZE")


def unsold(uri: str) -> int:
    """Count the leads that were not sold."""
    asked = "SELECT count(*) FROM leadcore_leads WHERE status <> 'sold'"
    with psycopg.connect(uri) as connection:
        row = connection.execute(asked).fetchone()
    assert row is not None
    return int(row[0])


@figure("http_sale", unit="sales/s", conditions=_CONDITIONS)
def http_sale() -> Generator[Contest]:
    """Measure leads that are posted and sold."""
    with serve() as server, tempfile.TemporaryDirectory() as folder:
        uri = server.create("ours")
        store = SqlStore(engine(sqlalchemy(uri)))
        set_up(store)
        let_in(store)
        bare_tables(uri)
        sell(store, [lead(number) for number in range(9 * 10**6, 9 * 10**6 + LISTED)])
        settled(uri)
        body = {"first_name": "Ann", "phone": "2125558888888", "zip": "10001"}
        reads, writes = counted(uri, "POST", "/v1/leads", dict(body))
        script = Path(folder) / "post.lua"
        script.write_text(_LUA.replace("__KEY__", KEY), "utf-8")
        begins = iter(range(0, 10**7, 10**5))
        more = {READS: str(reads), WRITES: str(writes), ROWS: "2"}
        with served("ours", uri) as ours, served("bare", uri, **more) as floor:

            def run(name: str, address: str) -> Sample:
                path = f"{address}/v1/leads"
                return load(name, path, f"-s{script}", begins=next(begins))

            yield Contest(
                ours=lambda: run("http_sale", ours),
                floor=(
                    f"a bare endpoint with {reads} reads and {writes} writes",
                    lambda: run("floor", floor),
                ),
                goal=goal("http_sale", 300),
            )
        assert unsold(uri) == 0
        assert store.audit() == ()
        store.engine.dispose()


@figure("http_list", unit="pages/s", conditions=f"{_CONDITIONS}; pages of {PAGE} leads of {LISTED}")
def http_list() -> Generator[Contest]:
    """Measure pages of leads."""
    with serve() as server:
        uri = server.create("ours")
        store = SqlStore(engine(sqlalchemy(uri)))
        set_up(store)
        let_in(store)
        bare_tables(uri)
        sell(store, [lead(number) for number in range(LISTED)])
        settled(uri)
        path = f"/v1/leads?limit={PAGE}"
        reads, writes = counted(uri, "GET", path, None)
        more = {READS: str(reads), WRITES: str(writes), ROWS: str(PAGE)}
        key = f"-HAuthorization: Bearer {KEY}"
        with served("ours", uri) as ours, served("bare", uri, **more) as floor:
            yield Contest(
                ours=lambda: load("http_list", f"{ours}{path}", key),
                floor=(
                    f"a bare endpoint with {reads} reads",
                    lambda: load("floor", f"{floor}{path}", key),
                ),
                goal=goal("http_list", 400),
            )
        store.engine.dispose()
