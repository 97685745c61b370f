"""What users are told by e-mail: returns, a low balance, appointments, what is due."""

from datetime import date, timedelta

import pytest
from attrs import evolve as replace

from leadcore.notices import SPANISH, Attachment, MessageKind
from leadcore.notices.sales import confirmation, courtesy
from leadcore.notices.told import (
    AppointmentNews,
    AppointmentTold,
    DutyTold,
    appointment_told,
    appointment_words,
    first_contact_overdue,
    follow_up_due,
    low_balance,
    news_address,
    refund_told,
)
from leadcore.refunds import Refund, RefundStatus, VerificationDates
from leadcore.submissions import LeadKind
from leadcore.values import Money
from tests.notices.people import AT, LEAD, PROFILE, SALE, USER

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


@pytest.mark.parametrize("user", [None, replace(USER, enabled=False), USER])
def test_where_nobody_can_be_told_the_accounts_admins_are(user):
    boss = replace(USER, id="boss", profile=replace(PROFILE, email="b@x.example", admin=True))
    chief = replace(boss, id="chief", profile=replace(boss.profile, email="c@x.example"))
    untold = (USER, replace(boss, id="out", enabled=False))
    told = refund_told(LEAD, SALE, REFUND, user, admins=(boss, chief, *untold), at=LATER)
    if user is USER:
        assert [each.user_id for each in told] == ["u"]
    else:
        assert [(each.user_id, each.to) for each in told] == [
            ("boss", "b@x.example"),
            ("chief", "c@x.example"),
        ]
    assert len({each.id for each in told}) == len(told)


@pytest.mark.parametrize(
    ("user", "address"),
    [
        (USER, PROFILE.email),
        (None, None),
        (replace(USER, enabled=False), None),
        (replace(USER, profile=replace(PROFILE, email="")), None),
        (replace(USER, profile=replace(PROFILE, email=None)), None),
    ],
)
def test_news_go_where_somebody_reads_them(user, address):
    assert news_address(user) == address


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


# -------------------------------------------------------------------------------- appointments

TOLD = AppointmentTold(
    id="ap1",
    news=AppointmentNews.INVITED,
    turn=2,
    lead_id="l1",
    title="First\ntalk",
    person="Ann \u202eLee",
    begins_at=AT,
    ends_at=AT + timedelta(minutes=1),
    zone="America/New_York",
    place="12 Main Street",
    note="Bring the letter",
)


def test_an_appointment_is_told_with_its_zone_and_its_invitation():
    invitation = Attachment(name="a.ics", media_type="text/calendar", text="x")
    (message,) = appointment_told(TOLD, USER, at=AT, attachments=(invitation,))
    assert message.subject == "Appointment: First talk"
    assert message.body.split("\n") == [
        "Appointment: First talk",
        "",
        "Monday, November 16, 2026, 10:00 AM EST (UTC-05:00)",
        "Takes 1 minute.",
        "12 Main Street",
        "",
        "Lead l1",
        "Ann Lee",
        "",
        "Bring the letter",
    ]
    assert (message.to, message.attachments) == (PROFILE.email, (invitation,))
    assert (message.kind, message.not_after) == (MessageKind.APPOINTMENT, None)
    assert message.id == "ap1/appointment/email/invited/2/u"


def test_a_reminder_is_not_sent_after_it_began():
    reminder = replace(TOLD, news=AppointmentNews.REMINDED)
    (message,) = appointment_told(reminder, USER, at=AT)
    assert (message.kind, message.not_after) == (MessageKind.APPOINTMENT_REMINDER, AT)


def test_what_nobody_said_is_left_out():
    bare = replace(TOLD, person=None, place=None, note=None, ends_at=AT)
    words = appointment_words(bare, catalogue=SPANISH)
    assert words.body.split("\n") == [
        "Cita: First talk",
        "",
        "lunes, 16 de noviembre de 2026, 10:00 a. m. EST (UTC-05:00)",
        "",
        "Cliente potencial l1",
    ]


@pytest.mark.parametrize("news", AppointmentNews)
def test_every_change_is_another_message(news):
    messages = [appointment_told(replace(TOLD, news=news, turn=n), USER, at=AT) for n in (0, 1)]
    assert len({each.id for (each,) in messages}) == 2
    assert appointment_told(TOLD, replace(USER, enabled=False), at=AT) == ()


# ---------------------------------------------------------------------------------- what is due

DUTY = DutyTold(lead_id="l1", person="Ann", due_at=AT, zone="Asia/Kolkata", step=2, steps=1_000)


def test_what_is_due_is_told_with_its_lead_and_its_instant():
    (first,) = first_contact_overdue(DUTY, USER, at=AT)
    assert first.subject == "First contact is overdue: lead l1"
    assert "Monday, November 16, 2026, 8:30 PM IST (UTC+05:30)" in first.body
    (follow,) = follow_up_due(replace(DUTY, person=" "), USER, at=AT)
    assert follow.body.startswith("Follow-up 2 of 1,000 with the person is due Monday")
    assert (first.kind, follow.kind) == (MessageKind.FIRST_CONTACT, MessageKind.FOLLOW_UP)
    (third,) = follow_up_due(replace(DUTY, step=3), USER, at=AT)
    assert len({first.id, follow.id, third.id}) == 3
