"""Addresses of servers, senders, replies: what is read, and what is refused."""

from __future__ import annotations

import pytest

import leadcore_smtp
from leadcore.errors import Malformed
from leadcore.notices import Attachment
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel
from leadcore.testing import courier_message
from leadcore_smtp import MailSender, SmtpServer, Tls, mail_of, server_of
from leadcore_smtp.answers import broken, told


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer(host="mail.example")),
        (
            "smtps://ann:p%40ss@mail.example:4650?timeout=2.5&name=me",
            SmtpServer(
                host="mail.example",
                port=4650,
                tls=Tls.IMPLICIT,
                user="ann",
                password="p@ss",
                timeout=2.5,
                name="me",
            ),
        ),
        (
            "smtp://localhost:25?tls=none&ca_file=/a.pem",
            SmtpServer(host="localhost", port=25, tls=Tls.NONE, ca_file="/a.pem"),
        ),
    ],
)
def test_a_server_is_read_from_its_address(url, server):
    assert server_of(url) == server


@pytest.mark.parametrize(
    ("tls", "port"), [(Tls.STARTTLS, 587), (Tls.IMPLICIT, 465), (Tls.NONE, 25)]
)
def test_each_way_has_its_usual_port(tls, port):
    assert SmtpServer(host="x", tls=tls).reached_at == port
    assert SmtpServer(host="x", tls=tls, port=7).reached_at == 7


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("mail.example", "smtp"),
        ("http://ann:s3cret@mail.example", "smtp"),
        ("smtp://", "smtp"),
        ("smtp://mail.example:port", "smtp"),
        ("smtp://[", "smtp"),
        ("smtp://mail.example?tls=maybe", "smtp.tls"),
        ("smtp://mail.example?timeout=0", "smtp.timeout"),
        ("smtp://mail.example?timeout=soon", "smtp.timeout"),
        ("smtp://mail.example?timeout=inf", "smtp.timeout"),
        ("smtp://mail.example?user=ann", "smtp.user"),
    ],
)
def test_what_is_no_server_is_refused_without_telling_the_password(url, path):
    with pytest.raises(Malformed) as found:
        server_of(url)
    assert path in {problem.path for problem in found.value.problems}
    assert "s3cret" not in str(found.value)


def test_a_password_is_not_shown():
    assert "s3cret" not in repr(SmtpServer(host="x", user="ann", password="s3cret"))


@pytest.mark.parametrize(
    "address",
    ["", "ann", "@x", "a@b\r\nBcc: c@d", "a b@x", "a@x,b@y", "<a@x>", "a@" + "x" * 260, "\ud83d@x"],
)
def test_a_sender_has_an_address(address):
    with pytest.raises(Malformed, match="address"):
        MailSender(address=address)
    with pytest.raises(Malformed, match="reply_to"):
        MailSender(address="a@x.example", reply_to=address)


@pytest.mark.parametrize(
    ("code", "words", "answer"),
    [
        (250, b"2.0.0 Ok: queued as 4F2K9", Sent("4F2K9")),
        (250, "OK id=1abc-0001-XY", Sent("1abc-0001-XY")),
        (250, b"OK", Sent(None)),
        (421, b"bye", NotSent(WhyNotSent.LATER, "421 bye")),
        (499, b"\xff\r\nx", NotSent(WhyNotSent.LATER, "499 \ufffd x")),
        (500, b"", NotSent(WhyNotSent.REFUSED, "500")),
        (354, b"go on", NotSent(WhyNotSent.LATER, "354 go on")),
        (-1, b"", NotSent(WhyNotSent.LATER, "-1")),
    ],
)
def test_a_reply_means_what_its_code_says(code, words, answer):
    assert told(code, words) == answer


def test_a_break_is_said_in_words():
    assert broken(TimeoutError()).said == "TimeoutError"
    assert broken(OSError("gone\nnow")).said == "gone now"


@pytest.mark.parametrize(
    ("media", "shown"),
    [
        ("text/plain", "text/plain"),
        ("nonsense", "application/octet-stream"),
        ("message/rfc822", "application/octet-stream"),
        ("text/calendar", "text/calendar"),
    ],
)
def test_an_attachment_has_a_type_and_a_name(media, shown):
    message = courier_message(Channel.EMAIL)
    odd = Attachment(name="///", media_type=media, text="x")
    mail = mail_of(
        type(message)(
            **{name: getattr(message, name) for name in message.__slots__ if name[0] != "_"}
            | {"attachments": (odd,), "html": ""}
        ),
        MailSender(address="a@x.example"),
    )
    (part,) = mail.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == (shown, "attachment")
    assert mail["Reply-To"] is None
    assert mail["List-Unsubscribe"] is None


def test_there_is_nothing_else():
    with pytest.raises(AttributeError, match="Telex"):
        _ = leadcore_smtp.Telex
