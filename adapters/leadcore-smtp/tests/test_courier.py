"""TLS with a checked certificate, log-ins, steps that fail, and exactly the allowed facts."""

from __future__ import annotations

import gc
import ssl
import warnings
from datetime import UTC, datetime
from email import policy

import pytest
from aiosmtpd.smtp import AuthResult
from attrs import evolve as replace

from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.notices import Attachment, confirmation
from leadcore.people import Profile
from leadcore.ports import NotSent, Sent, WhyNotSent
from leadcore.submissions import Channel, Source, Submission
from leadcore.testing import AwaitedCourier, FarSide, Loop, courier_message
from leadcore.values import Email, Money, PersonName
from leadcore_smtp import AsyncSmtpCourier, SmtpCourier, SmtpServer, Tls

from .conftest import SENDER, may_log_in

MAIL = courier_message(Channel.EMAIL)


def delivered(server, message):
    return SmtpCourier(server, SENDER).deliver(message)


@pytest.fixture(scope="module")
def loop():
    with Loop() as made:
        yield made


@pytest.fixture(params=["sync", "async"])
def deliver(request, loop):
    """Give what delivers; async on a loop that goes on, as a relay's does."""
    if request.param == "sync":
        return delivered

    def deliver_async(server, message):
        return AwaitedCourier(AsyncSmtpCourier(server, SENDER), loop).deliver(message)

    return deliver_async


def secured(port, ca_file, tls, **more):
    return SmtpServer(host="localhost", port=port, tls=tls, ca_file=ca_file, timeout=5, **more)


def refused(answer, why=WhyNotSent.REFUSED):
    assert isinstance(answer, NotSent)
    assert answer.why is why
    assert len(answer.said.splitlines()) == 1
    return answer.said


# --------------------------------------------------------------------------------------- TLS


def test_starttls_is_asked_for_before_anything_is_told(deliver, start, tls_context, ca_file):
    boxes, port = start(
        tls_context=tls_context,
        require_starttls=True,
        authenticator=may_log_in,
        auth_required=True,
    )
    server = secured(port, ca_file, Tls.STARTTLS, user="ann", password="s3cret!")
    assert deliver(server, MAIL) == Sent("4F2K9")
    assert len(boxes.mails) == 1
    said = refused(deliver(replace(server, password="wrong"), MAIL), WhyNotSent.LATER)
    assert said.startswith("the log-in was refused: 535")
    assert "wrong" not in said
    nobody = refused(deliver(replace(server, user=None), MAIL), WhyNotSent.LATER)
    assert nobody.startswith("the log-in was refused: 530")
    assert len(boxes.mails) == 1


def test_tls_from_the_first_byte(deliver, start, tls_context, ca_file):
    boxes, port = start(ssl_context=tls_context)
    assert isinstance(deliver(secured(port, ca_file, Tls.IMPLICIT), MAIL), Sent)
    assert len(boxes.mails) == 1


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_a_server_nobody_vouches_for_is_told_nothing(deliver, start, tls_context, ca_file, tls):
    how = {"ssl_context": tls_context} if tls is Tls.IMPLICIT else {"tls_context": tls_context}
    boxes, port = start(**how)
    unknown = replace(secured(port, ca_file, tls), ca_file=None)
    other_name = replace(secured(port, ca_file, tls), host="127.0.0.1")
    for server in (unknown, other_name):
        assert "certificate" in refused(deliver(server, MAIL), WhyNotSent.LATER).lower()
    assert boxes.mails == []


def test_a_server_without_tls_is_told_nothing(deliver, boxes_and_server):
    boxes, server = boxes_and_server
    refused(deliver(replace(server, tls=Tls.STARTTLS), MAIL), WhyNotSent.LATER)
    assert boxes.mails == []


def test_nobody_there_is_another_time(deliver, start):
    nobody = SmtpServer(host="127.0.0.1", port=1, tls=Tls.NONE)
    assert refused(deliver(nobody, MAIL), WhyNotSent.LATER)


@pytest.mark.parametrize("reply", ["534 5.7.9 Too weak", "550 5.7.1 Account disabled", "454 Wait"])
def test_whatever_a_log_in_is_refused_with_is_another_time(deliver, start, reply):
    def never(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False, message=reply)

    boxes, port = start(authenticator=never, auth_require_tls=False)
    server = SmtpServer(
        host="127.0.0.1", port=port, tls=Tls.NONE, user="ann", password="s3cret!", timeout=5
    )
    said = refused(deliver(server, MAIL), WhyNotSent.LATER)
    assert said == f"the log-in was refused: {reply}"
    assert boxes.mails == []


# --------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("does", "why", "code"),
    [
        (FarSide.LATER, WhyNotSent.LATER, "452"),
        (FarSide.REFUSED, WhyNotSent.REFUSED, "550"),
    ],
)
def test_the_code_counts_whatever_the_step(deliver, boxes_and_server, at, does, why, code):
    boxes, server = boxes_and_server
    boxes.does, boxes.at = does, at
    assert refused(deliver(server, MAIL), why).startswith(code)
    assert boxes.mails == []


def test_addresses_in_other_scripts(deliver, boxes_and_server, start):
    boxes, server = boxes_and_server
    assert isinstance(deliver(server, replace(MAIL, to="ann@bücher.example")), Sent)
    assert boxes.mails[0][0] == ("ann@xn--bcher-kva.example",)
    assert isinstance(deliver(server, replace(MAIL, to="josé@x.example")), Sent)
    assert boxes.mails[1][0] == ("josé@x.example",)
    unable, port = start(enable_SMTPUTF8=False)
    said = refused(deliver(replace(server, port=port), replace(MAIL, to="josé@x.example")))
    assert "SMTPUTF8" in said
    assert unable.mails == []


# ------------------------------------------------------------------------------- what arrives


def test_the_headers_say_who_when_and_how_to_stop_it(deliver, boxes_and_server):
    boxes, server = boxes_and_server
    for message in (MAIL, MAIL, replace(MAIL, to_person=False)):
        deliver(server, message)
    first, second, third = (mail for _, mail in boxes.mails)
    assert first["From"] == "The Seller <notices@seller.example>"
    assert first["Reply-To"] == "inbox@seller.example"
    assert first["Date"].datetime == MAIL.at
    assert first["Message-ID"] == second["Message-ID"]
    assert first["List-Unsubscribe"] == "<mailto:stop@seller.example>"
    assert third["List-Unsubscribe"] is None
    assert first["Auto-Submitted"] == "auto-generated"
    assert MAIL.id not in str(first)


def test_an_invitation_is_an_alternative_of_its_own_and_a_file(boxes_and_server):
    boxes, server = boxes_and_server
    note = Attachment(name="../a/notes\r\n.txt", media_type="text/plain", text="Ünï\nx")
    delivered(server, replace(MAIL, attachments=(*MAIL.attachments, note)))
    mail = boxes.mails[0][1]
    assert mail.get_content_type() == "multipart/mixed"
    alternative, *files = mail.iter_parts()
    kinds = [part.get_content_type() for part in alternative.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternative.iter_parts())[-1]
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_content().startswith("BEGIN:VCALENDAR")
    assert [part.get_content_type() for part in files] == ["application/ics", "text/plain"]
    assert [part.get_filename() for part in files] == ["invitation.ics", ".. a notes .txt"]
    assert files[1].get_content() == "Ünï\nx"


HIDDEN = {
    "order": "order-zq1",
    "account": "account-zq2",
    "user": "user-zq3",
    "lead": "lead-zq4",
    "sale": "sale-zq5",
    "seller": "seller-zq6",
    "comments": "comment-zq7",
    "email": "private-zq8@office.example",
    "cell": "+13055550188",
    "office": "+13055550177",
}


def test_a_confirmation_read_back_shows_exactly_the_allowed_facts(boxes_and_server):
    boxes, server = boxes_and_server
    asked = Submission(
        source=Source(format="json"),
        name=PersonName(full="Ann <Lee>\r\nBcc: all@world.example"),
        emails=(Email(raw="a", normal="ann@x.example"),),
        comments=HIDDEN["comments"],
        other_info=HIDDEN["comments"],
    )
    at = datetime(2026, 11, 16, 15, tzinfo=UTC)
    sale = Sale(
        id=HIDDEN["sale"],
        lead_id=HIDDEN["lead"],
        order_id=HIDDEN["order"],
        account_id=HIDDEN["account"],
        user_id=HIDDEN["user"],
        price=Money(98765, "USD"),
        sold_at=at,
    )
    lead = Lead(
        id=HIDDEN["lead"],
        seller_id=HIDDEN["seller"],
        source_key="key-zq9",
        submission=asked,
        status=LeadStatus.SOLD,
        received_at=at,
        sale=sale,
    )
    associate = Profile(
        name="Lo & Office",
        email=HIDDEN["email"],
        cell=HIDDEN["cell"],
        phone=HIDDEN["office"],
        toll_free="+18005550100",
        website="https://office.example/?a=1&b=2",
    )
    (message,) = confirmation(lead, sale, associate)
    assert isinstance(delivered(server, message), Sent)
    ((to, mail),) = boxes.mails
    plain, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert to == ("ann@x.example",)
    assert mail["Bcc"] is None
    assert plain.rstrip("\r\n").splitlines() == [
        "Dear Ann <Lee> Bcc: all@world.example,",
        "",
        "We received your request and matched it by your location and the area of your matter.",
        "Your provider will be in touch within 24 hours. You may also get in touch first:",
        "",
        "Lo & Office",
        "+18005550100",
        "https://office.example/?a=1&b=2",
    ]
    assert "Ann &lt;Lee&gt;" in page
    assert "Lo &amp; Office" in page
    assert 'href="https://office.example/?a=1&amp;b=2"' in page
    everything = mail.as_bytes(policy=policy.SMTP).decode("ascii", "replace") + plain + page
    for hidden in (*HIDDEN.values(), "zq9", "98765", "987.65"):
        assert hidden not in everything


def test_certificates_and_names_are_always_checked(ca_file):
    context = secured(1, ca_file, Tls.STARTTLS).context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


# ------------------------------------------------------------------------------ several in a row


@pytest.fixture(params=["sync", "async"])
def in_a_row(request, loop):
    """Give what delivers a message several times as one batch; a step before each may do more."""

    def sync(server, steps):
        with SmtpCourier(server, SENDER).batch() as kept:
            return [step() or kept.deliver(MAIL) for step in steps]

    async def waiting(server, steps):
        async with AsyncSmtpCourier(server, SENDER).batch() as kept:
            return [step() or await kept.deliver(MAIL) for step in steps]

    if request.param == "sync":
        return sync
    return lambda server, steps: loop.wait(waiting(server, steps))


def nothing():
    return None


def test_a_batch_goes_over_one_connection(in_a_row, boxes_and_server):
    boxes, server = boxes_and_server

    def refuses():
        boxes.does = FarSide.REFUSED

    answers = in_a_row(server, [nothing, nothing, refuses, nothing])
    assert [isinstance(each, Sent) for each in answers] == [True, True, False, True]
    assert (len(boxes.mails), len(boxes.peers), len(set(boxes.peers))) == (3, 3, 1)
    in_a_row(server, [nothing])
    assert len(set(boxes.peers)) == 2


def test_a_connection_that_is_gone_is_opened_anew_before_anything_is_said(
    in_a_row, boxes_and_server
):
    boxes, server = boxes_and_server

    def drops():
        served = boxes.server
        served.loop.call_soon_threadsafe(served.transport.abort)

    assert in_a_row(server, [nothing, drops, nothing]) == [Sent("4F2K9")] * 3
    assert (len(boxes.mails), len(set(boxes.peers))) == (3, 2)


def test_a_connection_that_breaks_on_the_way_is_not_tried_twice(in_a_row, boxes_and_server):
    boxes, server = boxes_and_server
    boxes.at = "DATA"

    def loses():
        boxes.does = FarSide.LOST

    first, lost, third = in_a_row(server, [nothing, loses, nothing])
    assert (first, third) == (Sent("4F2K9"), Sent("4F2K9"))
    assert lost.why is WhyNotSent.LATER
    assert (len(boxes.mails), len(set(boxes.peers))) == (3, 2)


def test_a_batch_that_is_not_let_in_says_nothing_over_the_open_line(
    in_a_row, start, tls_context, ca_file
):
    boxes, port = start(
        tls_context=tls_context,
        require_starttls=True,
        authenticator=may_log_in,
        auth_required=True,
    )
    wrong = secured(port, ca_file, Tls.STARTTLS, user="ann", password="wrong")
    answers = in_a_row(wrong, [nothing, nothing])
    assert all("the log-in was refused: 535" in each.said for each in answers)
    assert in_a_row(replace(wrong, password="s3cret!"), [nothing] * 2) == [Sent("4F2K9")] * 2
    assert len(set(boxes.peers)) == 1


def test_a_loop_that_ends_after_the_message_leaves_no_connection_open(start, tls_context, ca_file):
    _, port = start(tls_context=tls_context)
    server = secured(port, ca_file, Tls.STARTTLS)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with Loop() as ending:
            courier = AwaitedCourier(AsyncSmtpCourier(server, SENDER), ending)
            assert courier.deliver(MAIL) == Sent("4F2K9")
        gc.collect()
    assert [str(each.message) for each in heard] == []
