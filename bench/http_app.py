"""The applications that `bench_http` puts under load: ours, and a bare one that says as much SQL.

Started by uvicorn in processes of their own, which find the database in the environment.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from bench.bench_sales import SELLER
from leadcore_cli.serving import SWITCH
from leadcore_fastapi import Settings, app
from leadcore_sqlalchemy import SqlStore, engine
from tools.postgres import sqlalchemy

THREADS = 8
URI = "LEADCORE_BENCH_URI"
READS, WRITES, ROWS = ("LEADCORE_BENCH_READS", "LEADCORE_BENCH_WRITES", "LEADCORE_BENCH_ROWS")


def settings(uri: str) -> Settings:
    """Give the settings that ours is served with: no rate limits, everything else as it comes."""
    made = engine(sqlalchemy(uri), pool_size=THREADS, max_overflow=THREADS)
    return Settings(
        store=SqlStore(made),
        seller_id=SELLER,
        root_secret="b" * 32,
        rate=None,
        stranger_rate=None,
    )


def ours() -> FastAPI:
    """Make ours."""
    sys.setswitchinterval(SWITCH)
    return app(settings(os.environ[URI]))


def bare() -> FastAPI:
    """Make the bare one: the same framework, as many statements and rows, no rule and no mapper."""
    sys.setswitchinterval(SWITCH)
    made = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    uri, mine = os.environ[URI], threading.local()
    reads, writes, rows = (int(os.environ[name]) for name in (READS, WRITES, ROWS))

    def work(body: bytes) -> list[Any]:
        if not hasattr(mine, "connection"):
            mine.connection = psycopg.connect(uri)  # one for each worker thread
        found: list[Any] = []
        with mine.connection.cursor() as cursor:
            for _ in range(reads):
                cursor.execute("SELECT data FROM bare_rows ORDER BY id LIMIT %s", (rows,))
                found = cursor.fetchall()
            for _ in range(writes):
                cursor.execute("INSERT INTO bare_written (data) VALUES (%s)", (body.decode(),))
        mine.connection.commit()
        return found

    async def endpoint(request: Request) -> JSONResponse:
        body = await request.body()
        if body:
            json.loads(body)
        found = await run_in_threadpool(work, body)
        return JSONResponse([row[0] for row in found])

    made.add_api_route("/v1/leads", endpoint, methods=["GET", "POST"])
    return made
