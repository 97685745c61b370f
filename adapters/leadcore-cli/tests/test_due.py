"""The follow-up list, and the next step on a lead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadcore_sqlalchemy import SqlStore

NOON = datetime(2025, 6, 17, 17, tzinfo=UTC)  # a Tuesday, far enough back to log attempts
KNOWN = ("--scrubbed", "2025-06-17", "--not-listed", "--emergency", "none")
CARRIED = ("--postal-address", "--opt-out", "--no-carrier-address")


@pytest.fixture
def sold(cli, leads_file, monkeypatch):
    """Two leads sold to Ben at noon of a Tuesday."""
    monkeypatch.setattr("leadcore_cli.commands.importing.now", lambda: NOON)
    cli("import", leads_file)
    return cli


def at(hours):
    return ("--at", (NOON + timedelta(hours=hours)).isoformat())


def log(cli, name, hours, outcome="no_answer"):
    """Log a call of Ben's."""
    words = ("--channel", "call", "--outcome", outcome, "--as", "ben")
    return cli("attempt", name, *words, *at(hours))


def test_fresh_leads_are_to_be_called(sold):
    said = sold.json("due", *KNOWN, *at(0))
    assert [each["name"] for each in said] == ["Grace Abara", "Omar Reyes"]
    first = said[0]
    assert (first["phase"], first["channel"], first["user"]) == ("first_contact", "call", "ben")
    assert first["due_now"]
    assert first["overdue_minutes"] is None
    told = sold("due", *KNOWN, *at(0)).stdout
    assert told.startswith("Due\nlead ")
    assert "call now" in told
    assert "the first contact is due 24 hours after the sale" in told


def test_what_is_overdue_comes_first_and_is_said_by_how_much(sold):
    log(sold, "Omar", 1)
    said = sold.json("due", *KNOWN, *CARRIED, *at(25))
    assert [(each["name"], each["phase"]) for each in said] == [
        ("Grace Abara", "overdue"),
        ("Omar Reyes", "follow_up"),
    ]
    assert said[0]["overdue_minutes"] == 60
    assert (said[1]["channel"], said[1]["may_give_up"]) == ("email", False)


def test_what_is_overdue_is_shown_at_night_too(sold):
    (night, _) = sold.json("due", *KNOWN, *at(36))
    assert (night["phase"], night["due_now"]) == ("overdue", False)
    assert "call from 2025-06-19 12:00 UTC on" in sold("due", *KNOWN, *at(36)).stdout


def test_overdue_ones_are_found_without_reading_the_rest(sold, monkeypatch):
    asked = []
    monkeypatch.setattr("leadcore_cli.commands.due.now", lambda: NOON + timedelta(hours=25))
    leads = "leadcore_sqlalchemy.SqlStore.leads"
    real = SqlStore.leads
    monkeypatch.setattr(leads, lambda self, query: asked.append(query) or real(self, query))
    (said,) = sold.json("due", *KNOWN, "--limit", "1")
    assert said["phase"] == "overdue"
    assert [query.overdue_at is not None for query in asked] == [True]
    assert len(sold.json("due", *KNOWN)) == 2
    assert asked[-1].overdue_at is None


def test_what_is_not_due_yet_is_shown_with_all(sold):
    log(sold, "Grace", 1)
    log(sold, "Omar", 1, "reached")
    assert sold.json("due", *KNOWN, *CARRIED, *at(1.5)) == []
    said = sold.json("due", *KNOWN, *CARRIED, *at(1.5), "--all")
    assert [(each["phase"], each["channel"]) for each in said] == [
        ("follow_up", "email"),
        ("reached", None),
    ]
    told = sold("due", *KNOWN, *CARRIED, *at(1.5), "--all").stdout
    assert "send an e-mail from 2025-06-17 19:00 UTC on" in told
    assert "  reached  " in told
    assert "Due: nothing yet" in sold("due", *KNOWN, *CARRIED, *at(1.5)).stdout


def test_what_nobody_looked_up_is_to_be_looked_up(sold):
    said = sold.json("due", *at(0))
    assert all(each["blocked"] and each["channel"] is None for each in said)
    assert "look something up" in sold("due", *at(0)).stdout
    log(sold, "Grace", 0)
    waiting = sold.json("due", *at(0.5))
    assert [each["name"] for each in waiting] == ["Omar Reyes"]


def test_what_no_look_up_opens_is_shown_with_all_only(sold, leads_file):
    sold("consent", "do-not-call", "+18135550141", *at(-1))
    words = (*KNOWN, *at(0), "--postal-address", "--no-opt-out")
    assert [each["name"] for each in sold.json("due", *words)] == ["Omar Reyes"]
    said = {each["name"]: each for each in sold.json("due", *words, "--all")}
    assert (said["Grace Abara"]["blocked"], said["Grace Abara"]["look_up"]) == (True, False)
    assert "nothing: it stays closed" in sold("due", *words, "--all").stdout


def test_a_registry_file_is_looked_at_for_each_number(sold, tmp_path):
    (tmp_path / "dnc.txt").write_text("813-555-0141\n", "utf-8")
    words = ("--scrubbed", "2025-06-17", "--listed", tmp_path / "dnc.txt", "--emergency", "none")
    said = {each["name"]: each for each in sold.json("due", *words, *at(0))}
    assert said["Grace Abara"]["blocked"]
    assert said["Omar Reyes"]["channel"] == "call"


def test_one_sees_what_one_may_see_and_may_ask_for_one_users(sold, monkeypatch):
    monkeypatch.setattr("leadcore_cli.commands.due.PAGE", 1)
    assert len(sold.json("due", "--as", "ada", *KNOWN, *at(0))) == 2
    assert sold.json("due", "--as", "dan", *KNOWN, *at(0)) == []
    assert sold.json("due", "--user", "cleo", *KNOWN, *at(0)) == []
    assert len(sold.json("due", "--user", "ben", *KNOWN, *at(0))) == 2
    assert "no user 'zoe'" in sold("due", "--user", "zoe", code=3).stderr
    limited = sold("due", "--limit", "1", *KNOWN, *at(0)).stdout
    assert "Grace Abara" in limited
    assert "There may be more: --limit" in limited


def test_a_lead_shows_its_next_step(sold, monkeypatch):
    monkeypatch.setattr("leadcore_cli.commands.looking.now", lambda: NOON)
    said = sold("lead", "Grace").stdout
    assert "\nNext step: look something up\n" in said
    assert "No channel is open. A call: " in said
    step = sold.one("lead", "Grace")["next_step"]
    assert (step["phase"], step["blocked"]) == ("first_contact", True)
    log(sold, "Grace", 0, "reached")
    assert "\nNext step: reached\n" in sold("lead", "Grace").stdout


def test_what_is_nobodys_has_no_next_step(cli, leads_file):
    cli("order", "pause", "ben-order")
    cli("import", leads_file)
    assert cli.one("lead", "Grace")["next_step"] is None
    assert "Next step" not in cli("lead", "Grace").stdout


def test_an_attempt_is_logged_and_the_next_step_told(sold, monkeypatch):
    monkeypatch.setattr("leadcore_cli.commands.due.now", lambda: NOON)
    said = log(sold, "Grace", 0).stdout
    assert said == "Logged: call, no answer.\nNext step: look something up\n"
    words = ("--channel", "email", "--outcome", "sent", "--as", "ben")
    done = sold.one("attempt", "Omar", *words)
    assert done["lead"]["attempts"][0]["outcome"] == "sent"
    assert done["next_step"]["phase"] == "follow_up"
    assert "no lead 'Grace'" in sold("attempt", "Grace", *words[:-1], "dan", code=3).stderr


def test_a_number_is_listed_or_it_is_not(sold, tmp_path):
    words = ("--not-listed", "--listed", tmp_path / "dnc.txt")
    assert "--listed says" in sold("due", *words, code=2).stderr


def test_an_instant_may_be_given_nowhere_else_than_with_its_offset(sold):
    assert "is no instant" in sold("due", "--at", "noon", code=2).stderr
