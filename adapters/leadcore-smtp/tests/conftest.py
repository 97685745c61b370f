"""A real mail server on this machine, on a port of its own, that can be made to fail."""

from __future__ import annotations

import ssl
from email import message_from_bytes, policy

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from leadcore.testing import FarSide
from leadcore_smtp import MailSender, SmtpServer, Tls

SENDER = MailSender(
    address="notices@seller.example",
    name="The Seller",
    reply_to="inbox@seller.example",
    unsubscribe="mailto:stop@seller.example",
)


class Mailboxes:
    """What the server does with what it is told.

    Attributes:
        mails: each envelope's receivers and the e-mail, read back from its bytes.
        does: what it does next; None: it takes the mail.
        at: at which step it does so, `RCPT` or `DATA`.
        peers: for each that came as far as its data, the far end of its connection.
        server: what served the last of them.
    """

    def __init__(self):
        self.mails = []
        self.does = None
        self.at = "RCPT"
        self.peers = []
        self.server = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.does not in {None, FarSide.LOST} and self.at == "RCPT":
            return self._answer(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.peers.append(session.peer)
        self.server = server
        if self.does is not None and self.does is not FarSide.LOST:
            return self._answer(server)
        self.mails.append(
            (tuple(envelope.rcpt_tos), message_from_bytes(envelope.content, policy=policy.default))
        )
        if self.does is FarSide.LOST:
            return self._answer(server)
        return "250 2.0.0 OK: queued as 4F2K9"

    def _answer(self, server):
        does, self.does = self.does, None
        if does in {FarSide.BREAKS, FarSide.LOST}:
            server.transport.abort()
            return "421 gone"
        return {FarSide.LATER: "452 4.2.2 Mailbox full", FarSide.REFUSED: "550 5.1.1 No such user"}[
            does
        ]


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture(scope="session")
def tls_context(authority):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


class OnAnyPort(Controller):
    """A server that the system gave a port."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def may_log_in(server, session, envelope, mechanism, data):
    known = data.login == b"ann" and data.password == b"s3cret!"
    return AuthResult(success=known, handled=False)


@pytest.fixture
def start():
    """Give the function that starts a server with options of aiosmtpd's."""
    started = []

    def begin(**options):
        boxes = Mailboxes()
        made = OnAnyPort(boxes, hostname="127.0.0.1", port=0, **options)
        made.start()
        started.append(made)
        return boxes, made.port

    yield begin
    for each in started:
        each.stop()


@pytest.fixture
def boxes_and_server(start):
    boxes, port = start()
    return boxes, SmtpServer(host="127.0.0.1", port=port, tls=Tls.NONE, timeout=5)
