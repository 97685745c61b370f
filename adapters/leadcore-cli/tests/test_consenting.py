"""Recording consent, look-ups and texts from the command line, and what follows for contact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leadcore_cli.context import open_store
from leadcore_sqlalchemy.migrate import downgrade

PHONE, EMAIL = "813-555-0141", "Grace@Example.com"
NOON = "2026-11-24T17:00:00Z"
KNOWN = ("--emergency", "none", "--at", NOON)


@pytest.fixture
def office(cli, leads_file, monkeypatch):
    """The office with two leads sold to Ben three days before noon of 24 November 2026."""
    noon = datetime(2026, 11, 24, 17, tzinfo=UTC)
    monkeypatch.setattr("leadcore_cli.commands.importing.now", lambda: noon - timedelta(days=3))
    for module in ("consenting", "looking_up", "texting", "asking", "looking"):
        monkeypatch.setattr(f"leadcore_cli.commands.{module}.now", lambda: noon)
    cli("import", leads_file)
    return cli


def asked(office, *words, code=0):
    return office.one("contact", "Grace", "--channel", "call", *KNOWN, *words, code=code)


def test_a_look_up_that_was_recorded_need_not_be_said_again(office):
    assert "F-DNC-SCRUB" in str(asked(office, code=1))
    said = office("lookup", "registry", PHONE, "--not-listed", "--scrubbed", "2026-11-20").stdout
    assert said == "Recorded at +18135550141.\n"
    assert asked(office)["verdict"] == "permitted"
    told = office("lead", "Grace Abara").stdout
    assert "F-DNC-SCRUB" not in told
    office("lookup", "registry", PHONE, "--listed", "--scrubbed", "2026-11-21")
    assert asked(office, code=1)["verdict"] == "denied"


def test_a_stop_by_text_ends_contact_and_is_confirmed(office):
    office("lookup", "registry", PHONE, "--not-listed", "--scrubbed", "2026-11-20")
    said = office("text", "receive", PHONE, "STOP", "--id", "sm1").stdout
    assert said.startswith("revoke: It is a word the rule lists as revoking.\n  to be sent: Couns")
    assert "F-REV-10" in str(asked(office, code=1))
    assert [m["kind"] for m in office.json("outbox")].count("optout") == 1
    again = office.one("text", "receive", PHONE, "STOP", "--id", "sm1")
    assert (again["reply"]["meaning"], again.get("messages", [])) == ("revoke", [])
    office("text", "receive", PHONE, "start", "--id", "sm2", "--account", "north")


def test_an_unsure_text_waits_and_is_looked_at(office):
    office("lookup", "registry", PHONE, "--not-listed", "--scrubbed", "2026-11-20")
    assert office("text", "waiting").stdout == "Waiting for somebody to look: nothing yet\n"
    early = "2026-11-24T16:00:00Z"
    answer = office.one("text", "receive", PHONE, "no thanks", "--id", "sm1", "--at", early)
    assert answer["reply"]["meaning"] == "review"
    assert "sm1" in office("text", "waiting").stdout
    assert [point["address"] for point in office.json("text", "waiting")] == ["+18135550141"]
    assert asked(office, code=1)["verdict"] == "denied"
    office("text", "resolve", PHONE, "sm1", "--harmless", "--note", "meant the offer")
    assert office.json("text", "waiting") == []
    assert asked(office)["verdict"] == "permitted"
    said = office("text", "resolve", PHONE, "sm9", "--revokes", code=5).stderr
    assert "no text 'sm9'" in said


def test_everything_recorded_is_shown(office):
    at = ("--at", "2026-11-24T12:00:00Z")
    office(
        *("consent", "grant", PHONE, "--to", "north", "--level", "written", "--element", "all"),
        *("--text", "I agree", "--invitation", *at),
    )
    office("consent", "grant", PHONE, "--to", "north", "--element", "signature", *at)
    office("consent", "grant", PHONE, "--level", "none", "--invitation", *at)
    office("consent", "revoke", PHONE, "--how", "telephone", "--account", "south", *at)
    office("consent", "do-not-call", PHONE, "--text", "never again", "--account", "south", *at)
    office("consent", "dealing", PHONE, "--kind", "purchase", "--with", "north", *at)
    office("lookup", "line", PHONE, "--kind", "wireless", "--ported", "2026-11-01", *at)
    office("lookup", "reassigned", PHONE, "--answer", "no", "--consent", "2026-11-24")
    office("text", "receive", PHONE, "basta", "--id", "sm1", *at)
    said = office("consent", "show", PHONE).stdout
    for words in (
        "2026-11-24 12:00 UTC  grant",
        "written to north (signature, number_in_agreement, authorizes_seller,",
        "express to north (signature)",
        "none to nobody, asked to be contacted",
        "method telephone, reach calls_and_texts, seller south",
        "do not call",
        "account id south, text never again",
        "kind purchase, with seller north",
        "kind wireless, ported to wireless on 2026-11-01",
        "status no, queried on 2026-11-24, consent on 2026-11-24",
        "pending: basta",
    ):
        assert words in said, words
    told = office.one("consent", "show", "+18135550141")
    assert told["grants"][0]["fact"]["evidence"] == {"text": "I agree"}
    assert told["grants"][0]["at"] == "2026-11-24T17:00:00Z"
    assert told["grants"][0]["fact"]["at"] == "2026-11-24T12:00:00Z"


def test_an_opt_out_of_email_holds(office):
    carried = ("--postal-address", "--opt-out", "--no-carrier-address", *KNOWN)
    mail = ("contact", "Grace", "--channel", "email", *carried)
    assert office.one(*mail)["verdict"] != "denied"
    office("consent", "revoke", EMAIL, "--how", "link", "--reach", "email")
    assert "E-REV" in str(office.one(*mail, code=1))
    assert office.one("consent", "show", EMAIL)["address"] == "grace@example.com"


def test_an_answer_is_logged_unless_only_asked(office):
    lead = office.json("leads", "--text", "Grace")[0]["id"]
    asked(office, "--no-log", code=1)
    store = open_store(office.database)
    assert store.journal("decisions", lead) == ()
    asked(office, "--as", "ben", code=1)
    office("contact", "Grace", "--channel", "text", *KNOWN, code=1)
    assert len(store.journal("decisions", lead)) == len(("call", "text"))
    store.engine.dispose()
    assert office("audit").stdout.startswith("Everything adds up")


def test_overdue_leads_are_found(office):
    assert len(office.json("leads", "--overdue")) == 2
    assert office.json("leads", "--overdue", "--as", "cleo") == []
    assert len(office.json("leads", "--overdue", "--limit", "1")) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("consent", "show", PHONE), 3, "there is no contact point"),
        (("consent", "show", "nobody"), 4, "'nobody' is no number and no e-mail address"),
        (("consent", "grant", PHONE), 4, "consent names whom it is given to"),
        (("consent", "grant", PHONE, "--to", "zoo"), 4, "'zoo' is neither"),
        (("consent", "grant", PHONE, "--level", "spoken"), 2, "Invalid value"),
        (("consent", "revoke", PHONE), 2, "Missing option"),
        (("consent", "revoke", PHONE, "--how", "x", "--at", "2099-01-01T00:00:00Z"), 4, "future"),
        (("consent", "dealing", PHONE, "--kind", "inquiry", "--with", "x"), 4, "'x' is neither"),
        (("lookup", "registry", EMAIL, "--listed", "--scrubbed", "2020-11-20"), 4, "only a number"),
        (("lookup", "registry", PHONE, "--listed", "--scrubbed", "2099-12-20"), 4, "future"),
        (("lookup", "registry", PHONE, "--scrubbed", "2020-11-20"), 2, "Missing option"),
        (
            (
                "lookup",
                "reassigned",
                PHONE,
                "--answer",
                "no",
                "--consent",
                "2020-01-02",
                "--queried",
                "2020-01-01",
            ),
            4,
            "lies after the day",
        ),
        (("text", "receive", PHONE, "STOP", "--id", "1", "--account", "zoo"), 3, "no account"),
        (("text", "receive", EMAIL, "STOP", "--id", "1"), 4, "E.164"),
    ],
)
def test_what_makes_no_sense_is_told(cli, words, code, said):
    assert said in cli(*words, code=code).stderr


def test_a_database_of_an_older_version_is_told_to_be_brought_up_to_date(sold):
    store = open_store(sold.database)
    before = sold.json("leads")
    downgrade(store.engine, "0001")
    for words in (("leads", "--overdue"), ("user", "ada", "--cell", "+12125550100")):
        assert "run `leadcore init` first" in sold(*words, code=4).stderr
    sold("init")
    assert sold.json("leads") == before
    assert sold.one("audit") == {"differences": []}
    store.engine.dispose()


def test_of_a_leads_own_addresses_its_user_records_and_of_no_other(office):
    mine = ("--lead", "Grace", "--as", "ben")
    said = ("--text", "I agree to be called.", "--at", "2026-11-24T16:00:00Z")
    told = office("consent", "grant", PHONE, *said, *mine).stdout
    assert told == "Recorded at +18135550141.\n"
    shown = office("consent", "show", PHONE).stdout
    assert "express to north" in shown
    for words in (
        ("grant", "813-555-0199", *said, *mine),
        ("grant", PHONE, *said, *mine, "--to", "counsel"),
        ("grant", PHONE, "--at", "2026-11-24T16:00:00Z", *mine),
        ("do-not-call", "somebody@else.example", *mine),
        ("revoke", PHONE, "--how", "letter", "--lead", "Grace"),
    ):
        assert office.one("consent", *words, code=4)["error"]
    assert office("consent", "do-not-call", EMAIL, *mine).stdout == (
        "Recorded at grace@example.com.\n"
    )
