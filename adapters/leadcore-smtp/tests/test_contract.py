"""The contract of a courier, against a real mail server, sync and async."""

from __future__ import annotations

import pytest

from leadcore.testing import AwaitedCourier, CourierContract, FarSide, Loop, Taken
from leadcore_smtp import AsyncSmtpCourier, SmtpCourier, mail_id

from .conftest import SENDER


def text_of(part):
    return part.get_content().replace("\r\n", "\n").rstrip("\n")


def calendars(mail):
    return tuple(
        ("text/calendar", part.get_content().replace("\r\n", "\n").rstrip("\n"))
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
    )


class Knowing:
    """A courier that knows which messages went through it, by the id their mails carry."""

    def __init__(self, courier):
        self.courier = courier
        self.ids = {}
        self.channels = courier.channels

    def deliver(self, message):
        self.ids[mail_id(message, SENDER)] = message.id
        return self.courier.deliver(message)


class SmtpContract(CourierContract):
    can = frozenset(FarSide) - {FarSide.OPTED_OUT}
    keeps = frozenset({"id", "to", "subject", "body", "html", "attachments"})
    secrets = ("s3cret!",)

    @pytest.fixture
    def courier(self, boxes_and_server):
        return Knowing(self.make_courier(boxes_and_server[1]))

    @pytest.fixture
    def taken(self, boxes_and_server, courier):
        def read():
            return tuple(
                Taken(
                    id=courier.ids[mail["Message-ID"]],
                    to=to,
                    subject=mail["Subject"],
                    body=text_of(mail.get_body(("plain",))),
                    html=text_of(mail.get_body(("html",))),
                    attachments=calendars(mail),
                )
                for to, mail in boxes_and_server[0].mails
            )

        return read

    @pytest.fixture
    def far_side(self, boxes_and_server):
        def make(does):
            boxes_and_server[0].does = does

        return make


class TestSync(SmtpContract):
    def make_courier(self, server):
        return SmtpCourier(server, SENDER)


@pytest.fixture(scope="module")
def loop():
    with Loop() as made:
        yield made


class TestAsync(SmtpContract):
    @pytest.fixture(autouse=True)
    def given(self, loop):
        self.loop = loop

    def make_courier(self, server):
        return AwaitedCourier(AsyncSmtpCourier(server, SENDER), self.loop)


del SmtpContract
