"""Nobody is told more than the domain allows, and nobody else's words become ours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.inbound_texts import COURTESY_REPLY
from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.notices import (
    MessageKind,
    Sender,
    confirmation,
    courtesy,
    courtesy_answered,
    help_told,
    low_balance,
    optout_confirmed,
    refund_told,
)
from leadcore.people import Profile, User
from leadcore.refunds import Refund, RefundStatus, VerificationDates
from leadcore.submissions import Channel, LeadKind, Source, Submission
from leadcore.values import Address, Email, Money, PersonName, Phone

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
ASKED = Submission(
    source=Source(format="json"),
    name=PersonName(first="Ann", last="Lee"),
    phones=(Phone(raw="x", normal="+12125550101"),),
    emails=(Email(raw="bad"), Email(raw="Ann@X.example", normal="ann@x.example")),
    address=Address(zip="33101", state="FL"),
    vertical="legal",
    area="Family law",
    comments="my secret",
)
SALE = Sale(
    id="sale-1",
    lead_id="l1",
    order_id="order-secret",
    account_id="account-secret",
    user_id="user-secret",
    price=Money(2599, "USD"),
    sold_at=AT,
)
LEAD = Lead(
    id="l1",
    seller_id="s",
    source_key="key-secret",
    submission=ASKED,
    status=LeadStatus.SOLD,
    received_at=AT,
    sale=SALE,
)
PROFILE = Profile(
    name="Lo Office",
    email="private@office.example",
    cell="+13055550199",
    phone="+13055550100",
    toll_free="+18005550100",
    website="https://office.example",
)
USER = User(id="u", seller_id="s", account_id="account-secret", parent_id=None, profile=PROFILE)


def asked(**more):
    return replace(LEAD, submission=replace(ASKED, **more))


# ------------------------------------------------------------------- confirmation to the person


def test_the_confirmation_says_what_it_must_and_discloses_nothing_else():
    (message,) = confirmation(LEAD, SALE, PROFILE)
    assert message.body.split("\n") == [
        "Dear Ann Lee,",
        "",
        "We received your request and matched it by your location and the area of your matter.",
        "Your provider will be in touch within 24 hours. You may also get in touch first:",
        "",
        "Lo Office",
        "+18005550100",
        "https://office.example",
    ]
    assert (message.to, message.channel, message.to_person) == (
        "ann@x.example",
        Channel.EMAIL,
        True,
    )
    assert (message.kind, message.user_id, message.at) == (MessageKind.CONFIRMATION, None, AT)


@given(st.text(min_size=1, max_size=300), st.text(max_size=300))
def test_whatever_is_known_the_associate_discloses_three_things(name, area):
    (message,) = confirmation(asked(name=PersonName(full=name), area=area), SALE, PROFILE)
    told = message.subject + message.body
    for hidden in ("secret", PROFILE.email, PROFILE.cell, PROFILE.phone, "25.99", "2599"):
        assert hidden not in told.replace(" ".join(name.split())[:100], "")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"toll_free": None}, ["Lo Office", "+13055550100", "https://office.example"]),
        ({"toll_free": ""}, ["Lo Office", "+13055550100", "https://office.example"]),
        ({"toll_free": None, "phone": None}, ["Lo Office", "https://office.example"]),
        ({"website": None}, ["Lo Office", "+18005550100"]),
        ({"website": " "}, ["Lo Office", "+18005550100"]),
    ],
)
def test_only_what_is_set_is_told(changed, told):
    (message,) = confirmation(LEAD, SALE, replace(PROFILE, **changed))
    assert message.body.split("\n")[5:] == told


def test_without_an_address_nobody_is_told():
    assert confirmation(asked(emails=()), SALE, PROFILE) == ()
    assert confirmation(asked(emails=(Email(raw="bad"),)), SALE, PROFILE) == ()


def test_a_person_without_a_name_is_a_customer():
    (message,) = confirmation(asked(name=PersonName(full=" \n")), SALE, PROFILE)
    assert message.body.startswith("Dear customer,\n")


def test_a_long_address_of_a_website_is_told_whole():
    website = "https://office.example/" + "a" * 200
    (message,) = confirmation(LEAD, SALE, replace(PROFILE, website=website))
    assert message.body.endswith(website)


# --------------------------------------------------------------------- courtesy to the associate


def test_the_associate_is_told_by_text_and_e_mail():
    text, mail = courtesy(LEAD, SALE, USER)
    assert (text.channel, text.to, text.subject) == (Channel.TEXT, PROFILE.cell, "")
    assert (mail.channel, mail.to, mail.subject) == (
        Channel.EMAIL,
        PROFILE.email,
        "New lead: Family law",
    )
    assert (
        text.body
        == mail.body
        == (
            "New lead: Ann Lee, Family law, lead l1. First contact is due within 24 hours. "
            "Do not reply: replies reach the company, not the person."
        )
    )
    assert not text.to_person
    assert not mail.to_person
    assert text.user_id == "u"


@pytest.mark.parametrize(
    ("profile", "channels"),
    [
        ({}, [Channel.TEXT, Channel.EMAIL]),
        ({"cell": None}, [Channel.EMAIL]),
        ({"email": None}, [Channel.TEXT]),
        ({"email": "", "cell": ""}, []),
        ({"notify_new_lead": False}, []),
    ],
)
def test_only_ways_that_are_set_and_switched_on(profile, channels):
    user = replace(USER, profile=replace(PROFILE, **profile))
    assert [message.channel for message in courtesy(LEAD, SALE, user)] == channels


def test_a_disabled_user_is_told_nothing():
    assert courtesy(LEAD, SALE, replace(USER, enabled=False)) == ()


@pytest.mark.parametrize(
    ("known", "what"),
    [
        ({}, "Family law"),
        ({"area": None}, "legal"),
        ({"area": " ", "vertical": None}, "a request"),
    ],
)
def test_the_matter_is_named_as_far_as_it_is_known(known, what):
    _, mail = courtesy(asked(**known, name=PersonName()), SALE, USER)
    assert mail.subject == f"New lead: {what}"
    assert mail.body.startswith(f"New lead: name not given, {what}, lead l1.")


TRICKY = st.text(
    st.sampled_from("a\r\n\t\0\x0b\x0c\x1b\x85\u2028\u2029:x "), min_size=1, max_size=200
) | st.text(max_size=200)


@given(TRICKY, TRICKY)
def test_a_stranger_adds_neither_headers_nor_lines(name, area):
    lead = asked(name=PersonName(full=name), area=area)
    for message in (*courtesy(lead, SALE, USER), *confirmation(lead, SALE, PROFILE)):
        assert message.subject.isprintable()
        assert len(message.subject) <= len("New lead: ") + 100
        lines = message.body.splitlines()
        assert len(lines) == (8 if message.to_person else 1)
        assert all(line.isprintable() for line in lines)
        assert len(lines[0]) < 400


# ------------------------------------------------------------------------ returns to who asked

REFUND = Refund(
    id="r1",
    seller_id="s",
    account_id="account-secret",
    sale_id="sale-1",
    lead_id="l1",
    lead_kind=LeadKind.WEB,
    amount=SALE.price,
    reason="wrong_number",
    detail="x",
    other_lead=None,
    requested_by="u",
    requested_at=AT,
    expected=VerificationDates(
        earliest=date(2026, 11, 18), latest=date(2026, 11, 23), crosses_month_end=False
    ),
    status=RefundStatus.APPROVED,
    round=1,
    note="verified",
)
LATER = AT + timedelta(days=2)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (RefundStatus.APPROVED, "was approved and credited"),
        (RefundStatus.DECLINED, "was declined"),
        (RefundStatus.REVERSED, "the lead is yours again and was charged again"),
        (RefundStatus.REQUESTED, None),
        (RefundStatus.UNDER_VERIFICATION, None),
        (RefundStatus.EXCEPTION_ASKED, None),
    ],
)
def test_what_became_of_a_return_is_told_with_its_reason(status, said):
    messages = refund_told(LEAD, SALE, replace(REFUND, status=status), USER, at=LATER)
    if said is None:
        assert messages == ()
        return
    (message,) = messages
    assert said in message.body
    assert message.body.endswith("verified")
    assert (message.subject, message.to, message.at) == (
        "Return of lead l1",
        PROFILE.email,
        LATER,
    )
    assert (message.kind, message.user_id, message.to_person) == (MessageKind.REFUND, "u", False)


def test_without_a_note_there_is_no_trailing_space():
    (message,) = refund_told(LEAD, SALE, replace(REFUND, note=None), USER, at=LATER)
    assert message.body.endswith("credited.")


@pytest.mark.parametrize(
    "user",
    [
        None,
        replace(USER, enabled=False),
        replace(USER, profile=replace(PROFILE, email=None)),
        replace(USER, profile=replace(PROFILE, email="")),
    ],
)
def test_whoever_can_not_be_told_is_not(user):
    assert refund_told(LEAD, SALE, REFUND, user, at=LATER) == ()


def test_no_two_messages_have_one_id():
    turns = [
        replace(REFUND, status=status, round=number)
        for status in (RefundStatus.APPROVED, RefundStatus.REVERSED, RefundStatus.DECLINED)
        for number in (1, 2)
    ]
    made = [
        *confirmation(LEAD, SALE, PROFILE),
        *courtesy(LEAD, SALE, USER),
        *(one for turn in turns for one in refund_told(LEAD, SALE, turn, USER, at=LATER)),
    ]
    assert len({message.id for message in made}) == len(made) == 9
    assert confirmation(LEAD, SALE, PROFILE)[0].id == made[0].id


SENDER = Sender(
    id="key", number="+12125550101", name="Lo\nOffice", seller_id="s", account_id="a", at=AT
)


@pytest.mark.parametrize("tell", [optout_confirmed, help_told])
def test_an_answer_to_a_text_goes_to_whoever_sent_it_in_one_name(tell):
    told = tell(SENDER)
    assert (told.to, told.to_person, told.channel) == (SENDER.number, True, Channel.TEXT)
    assert (told.subject, told.account_id, told.lead_id, told.user_id) == ("", "a", None, None)
    assert told.body.startswith("Lo Office: ")
    assert (told.id, told.at) == (f"key/{told.kind.value}", AT)


def test_a_confirmation_of_an_opt_out_is_not_sent_late():
    assert optout_confirmed(SENDER).not_after == AT + timedelta(minutes=5)
    assert help_told(SENDER).not_after is None


def test_an_associate_is_told_where_the_answer_went():
    told = courtesy_answered(SENDER, USER)
    assert (told.body, told.kind) == (COURTESY_REPLY, MessageKind.COURTESY_REPLY)
    assert (told.to, told.to_person) == (SENDER.number, False)
    assert (told.account_id, told.user_id, told.lead_id) == (USER.account_id, USER.id, None)


def test_a_low_balance_is_told_to_enabled_admins_with_an_address():
    told = {"crossing": 7, "available": Money(99, "USD"), "below": Money(500, "USD"), "at": AT}
    admin = replace(USER, profile=replace(PROFILE, admin=True))
    (message,) = low_balance(admin, **told)
    assert (message.kind, message.to) == (MessageKind.LOW_BALANCE, PROFILE.email)
    assert message.body == "Your balance is 0.99 USD, below the 5.00 USD you asked to be told of."
    assert message.id == f"account-secret/low_balance/email/7/{USER.id}"
    assert not message.to_person
    nobody = (
        USER,
        replace(admin, enabled=False),
        replace(admin, profile=replace(admin.profile, email=None)),
    )
    assert [low_balance(each, **told) for each in nobody] == [()] * 3
