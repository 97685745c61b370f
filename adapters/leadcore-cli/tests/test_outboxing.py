"""The outbox, the relay, previews: what a person types, and what comes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from leadcore import back_office as bo
from leadcore.letters import RelayPlan
from leadcore.ports import NotSent, WhyNotSent
from leadcore.submissions import Channel
from leadcore_cli.folder import FolderCourier
from leadcore_sqlalchemy import SqlStore, engine


def test_the_relay_writes_what_is_due_into_a_folder(sold, tmp_path):
    folder = tmp_path / "mail"
    told = sold.one("relay", "--to-folder", folder)
    assert told["sent"] == 2
    assert sum(told.values()) == 2
    files = sorted(folder.iterdir())
    assert {each.suffix for each in files} == {".eml"}
    mails = [message_from_bytes(each.read_bytes(), policy=policy.default) for each in files]
    assert {mail["To"] for mail in mails} == {"grace@example.com", "omar@example.com"}
    assert all("Ben Ito" in mail.get_body(("plain",)).get_content() for mail in mails)
    assert sold("relay", "--to-folder", folder).stdout == "Nothing is due.\n"
    assert sold.json("outbox") == []
    assert [each["letter"]["status"] for each in sold.json("outbox", "list")] == ["sent"] * 2
    assert "sent" in sold("outbox", "list", "--status", "sent").stdout
    assert sold.json("outbox", "list", "--status", "dead") == []


def refuse(cli, why):
    """Let a courier refuse the first message; give its id."""
    store = SqlStore(engine(cli.database))
    at, plan = datetime.now(UTC) + timedelta(seconds=1), RelayPlan(tries=1, batch=1)
    (claimed,) = store.run(bo.ClaimLetters(by="test", plan=plan, at=at))
    settle = bo.SettleLetter(
        message_id=claimed.message.id,
        version=claimed.version,
        answer=NotSent(why, "550 no such user"),
        plan=plan,
        at=at,
    )
    store.run(settle)
    store.engine.dispose()
    return claimed.message.id


@pytest.mark.parametrize(
    ("why", "state"),
    [(WhyNotSent.REFUSED, "dropped: refused"), (WhyNotSent.LATER, "dead")],
)
def test_what_was_given_up_is_listed_shown_tried_again_and_dropped(sold, tmp_path, why, state):
    key = refuse(sold, why)
    assert state in sold("outbox", "dead").stdout
    (entry,) = sold.json("outbox", "dead")
    assert entry["message"]["id"] == key
    shown = sold("outbox", "show", key).stdout
    assert "We received your request" in shown
    assert state in shown
    assert sold.one("outbox", "show", key)["happened"][0]["event"] == "LetterClaimed"
    assert sold.one("outbox", "retry", "--dead", "--by", "Mia")["status"] == "waiting"
    assert sold.json("outbox", "dead") == []
    sold("outbox", "retry", key, code=5)
    assert "not delivered any more" in sold("outbox", "drop", key, "--reason", "enough").stdout
    assert sold.one("outbox", "show", key)["letter"]["why"] == "by_person"
    assert sold.one("relay", "--to-folder", tmp_path / "mail")["sent"] == 1


def test_what_is_not_there_or_not_said(sold):
    sold("outbox", "show", "none", code=3)
    sold("outbox", "drop", "none", "--reason", "x", code=3)
    sold("outbox", "retry", code=4)
    assert "--smtp" in sold("relay", code=4).stderr
    sold("relay", "--smtp", "smtp://x", "--to-folder", "y", code=4)
    assert "--sender" in sold("relay", "--smtp", "smtp://x", code=4).stderr
    assert "smtp.tls" in sold("relay", "--smtp", "smtp://x?tls=0", "--sender", "a@x", code=4).stderr


def test_a_mail_server_that_is_not_there_is_another_time(sold):
    told = sold.one("relay", "--smtp", "smtp://127.0.0.1:1?tls=none", "--sender", "a@x.example")
    assert told["waiting"] == 2
    assert "waiting until" in sold("outbox", "list").stdout


def test_a_folder_that_can_not_be_written_is_another_time(sold, tmp_path):
    (tmp_path / "mail").write_text("a file", "utf-8")
    courier, store = FolderCourier(tmp_path / "mail"), SqlStore(engine(sold.database))
    answer = courier.deliver(store.messages(1)[0])
    store.engine.dispose()
    assert isinstance(answer, NotSent)
    assert answer.why is WhyNotSent.LATER
    assert courier.channels == {Channel.EMAIL, Channel.TEXT}


def test_a_text_becomes_a_file_too(cli, leads_file, tmp_path):
    cli("user", "ben", "--account", "north", "--name", "Ben Ito", "--cell", "+12125550101")
    cli("import", leads_file)
    assert cli.one("relay", "--to-folder", tmp_path / "mail")["sent"] == 4
    texts = [each.read_text("utf-8") for each in (tmp_path / "mail").glob("*.txt")]
    assert len(texts) == 2
    assert all(text.startswith("To: +12125550101\n\nNew lead: ") for text in texts)


def test_a_seller_words_its_own_messages(cli, leads_file, tmp_path):
    terms = tmp_path / "terms.toml"
    terms.write_text(
        'language = "es"\n[[texts]]\nkey = "confirmation.subject"\ntext = "Gracias"\n', "utf-8"
    )
    assert cli("notice", "words", terms).stdout == "confirmation.subject (own): Gracias\n"
    listed = {each["key"]: each for each in cli.json("notice", "words")}
    assert listed["confirmation.subject"]["own"]
    assert listed["low_balance.subject"]["text"] == "Su saldo es bajo"
    assert "Subject: Gracias" in cli("notice", "preview", "confirmation").stdout
    cli("import", leads_file)
    assert {each["subject"] for each in cli.json("outbox")} == {"Gracias"}
    terms.write_text('[[texts]]\nkey = "help.body"\ntext = "${phone}"\n', "utf-8")
    assert "may not tell" in cli("notice", "words", terms, code=4).stderr


def test_every_kind_can_be_looked_at(cli):
    listed = cli("notice", "preview", "nothing", code=4).stderr
    kinds = listed.partition("is one of ")[2].partition(";")[0].split(", ")
    assert len(kinds) >= 17
    for kind in kinds:
        assert cli("notice", "preview", kind, "--language", "es").stdout.strip()
    assert "<!DOCTYPE html>" in cli("notice", "preview", "confirmation", "--html").stdout
    assert cli.one("notice", "preview", "invitation")["kind"] == "invitation"
