"""A small CRM in Flask that keeps its own table and asks leadcore: may I call, may I return?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, current_app, jsonify, request

from leadcore import consent, contact, errors, places, refunds, rulebooks, submissions
from leadcore.decisions import Verdict
from leadcore.door.contact import decision_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

__all__ = ["create_app"]

SELLER = "north-legal"
SCHEMA = """
CREATE TABLE IF NOT EXISTS leads (
    id INTEGER PRIMARY KEY, phone TEXT, zip TEXT, area TEXT,
    sold_at TEXT NOT NULL, stopped_at TEXT, on_registry INTEGER, scrubbed_on TEXT
);
CREATE TABLE IF NOT EXISTS returns (
    lead_id INTEGER PRIMARY KEY REFERENCES leads, reason TEXT, detail TEXT, asked_at TEXT
);
"""
CHANNELS = {each.value: each for each in submissions.Channel}
pages = Blueprint("leads", __name__)


def create_app(
    database: str = "crm.db", now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Flask:
    """Make the application.

    Args:
        database: a file for SQLite.
        now: gives the present instant; only here is the clock read.
    """
    app = Flask(__name__)
    app.config.update(CRM_DATABASE=database, CRM_NOW=now)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(SCHEMA)
    app.register_blueprint(pages)
    return app


def _connect() -> sqlite3.Connection:
    connection = sqlite3.connect(current_app.config["CRM_DATABASE"], isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _lead(connection: sqlite3.Connection, number: int) -> sqlite3.Row:
    row: sqlite3.Row | None
    row = connection.execute("SELECT * FROM leads WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise errors.NotFound("lead", str(number))
    return row


def _facts(row: sqlite3.Row) -> contact.Facts:
    """Give what our own table knows of a person; what it does not know stays unknown."""
    place = places.resolve(row["phone"], row["zip"])
    stopped = datetime.fromisoformat(row["stopped_at"]) if row["stopped_at"] else None
    looked = date.fromisoformat(row["scrubbed_on"]) if row["scrubbed_on"] else None
    listed = None if row["on_registry"] is None else bool(row["on_registry"])
    return contact.Facts(
        zip=row["zip"],
        number=contact.Number(e164=row["phone"], zones=place.zones),
        states=place.states,
        consent=consent.Consent(invitation=True, revoked_at=stopped),
        registry=contact.Registry(national=listed, scrubbed_on=looked, internal_since=stopped),
        reassigned=contact.Reassigned(status=contact.ReassignedStatus.NOT_CHECKED),
        declared_emergencies=frozenset(),
    )


@pages.get("/leads/<int:number>/may-i/<channel>")
def may_i(number: int, channel: str) -> ResponseReturnValue:
    """Say whether the person may be contacted, with every finding, and when next."""
    if channel not in CHANNELS:
        raise errors.NotFound("channel", channel)
    at = current_app.config["CRM_NOW"]()
    if "at" in request.args:
        at = datetime.fromisoformat(request.args["at"])
    with closing(_connect()) as connection, connection:
        facts = _facts(_lead(connection, number))
    question = contact.Question(channel=CHANNELS[channel], seller=SELLER)
    return jsonify(decision_json(contact.assess(question, facts, at=at, rules=rulebooks.US)))


@pages.post("/leads/<int:number>/returns")
def give_back(number: int) -> ResponseReturnValue:
    """Take a lead back, or say every reason why not."""
    said = request.get_json()
    if not isinstance(said, dict):
        raise errors.Malformed.at("$", "is an object with a reason and a detail")
    question = refunds.RefundQuestion(
        reason=str(said.get("reason", "")), detail=str(said.get("detail", ""))
    )
    at = current_app.config["CRM_NOW"]()
    with closing(_connect()) as connection, connection:
        # One writer at a time: of two requests for one lead the second sees the first.
        connection.execute("BEGIN IMMEDIATE")
        decision = refunds.assess(
            question, _sale(connection, number), at=at, rules=refunds.RefundTerms()
        )
        fine = decision.verdict is Verdict.PERMITTED
        if fine:
            asked = (number, question.reason, question.detail, at.isoformat())
            connection.execute("INSERT INTO returns VALUES (?, ?, ?, ?)", asked)
    return decision_json(decision), 201 if fine else 422


def _sale(connection: sqlite3.Connection, number: int) -> refunds.RefundFacts:
    row = _lead(connection, number)
    earlier = connection.execute("SELECT 1 FROM returns WHERE lead_id = ?", (number,)).fetchone()
    return refunds.RefundFacts(
        lead_kind=submissions.LeadKind.WEB,
        area=row["area"],
        sold_at=datetime.fromisoformat(row["sold_at"]),
        earlier=refunds.EarlierRequest.PENDING if earlier else None,
    )


@pages.errorhandler(errors.NotFound)
def missing(error: errors.NotFound) -> tuple[dict[str, Any], int]:
    """Say that there is no such thing."""
    return {"error": str(error)}, 404


@pages.errorhandler(errors.Malformed)
@pages.errorhandler(ValueError)
def unreadable(error: Exception) -> tuple[dict[str, Any], int]:
    """Say what can't be read: an instant without its offset is one of these."""
    return {"error": str(error)}, 400
