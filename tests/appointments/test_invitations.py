"""Invitations say what may be said, to whom it may be said, and calendars read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.appointments import (
    Appointment,
    AppointmentStatus,
    Attendee,
    attendee_of,
    calendar_of,
    invited,
    reminded,
    slot,
    slot_on,
    uid,
    when,
    withdrawn,
)
from leadcore.notices import SPANISH, AppointmentNews, MessageKind
from leadcore.people import Profile, User
from leadcore.submissions import Channel

AT = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANN = User(
    id="ann",
    seller_id="s",
    account_id="n",
    parent_id=None,
    profile=Profile(name="Ann Lee", email="ann@x.example"),
)
BEN = replace(ANN, id="ben", profile=Profile(name="Ben", email="ben@x.example"))
TALK = Appointment(
    id="01-a",
    seller_id="s",
    account_id="n",
    lead_id="lead-1",
    assigned_to="ann",
    title="First talk",
    slot=slot_on(date(2026, 11, 24), time(9), 60, "America/New_York"),
    place="12 Main St, Tampa",
    notes="Grace Abara, 813-555-0141, wants a divorce",
    slot_set_at=AT,
    sequence=3,
    made_by="ben",
    organizer=Attendee("Ben", "ben@x.example"),
    changed_at=AT,
)


def read(message):
    (attachment,) = message.attachments
    calendar = icalendar.Calendar.from_ical(attachment.text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_an_invitation_is_what_calendars_ask_for():
    (message,) = invited(TALK, ANN)
    calendar, event = read(message)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert str(event["UID"]) == uid(TALK) == "01-a@appointments.leadcore"
    assert (event["SEQUENCE"], str(event["STATUS"])) == (3, "CONFIRMED")
    assert event.decoded("DTSTAMP") == AT
    assert event.decoded("DTSTART").isoformat() == "2026-11-24T09:00:00-05:00"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == HOUR
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (TALK.title, TALK.place)
    assert str(event["ORGANIZER"]) == "mailto:ben@x.example"
    attendee = event["ATTENDEE"]
    assert (str(attendee), attendee.params["CN"], attendee.params["RSVP"]) == (
        "mailto:ann@x.example",
        "Ann Lee",
        "TRUE",
    )
    assert [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")] == ["America/New_York"]
    assert (message.to, message.to_person, message.channel) == (
        "ann@x.example",
        False,
        Channel.EMAIL,
    )
    assert message.attachments[0].media_type == "text/calendar; method=REQUEST"


@pytest.mark.parametrize("tell", [invited, withdrawn])
def test_nothing_of_the_person_and_no_notes_are_in_it(tell):
    (message,) = tell(TALK, ANN)
    said = message.subject + message.body + message.attachments[0].text.replace("\r\n ", "")
    for secret in ("Grace", "Abara", "0141", "divorce"):
        assert secret not in said
    assert "lead-1" in said


def test_a_withdrawal_says_whether_it_is_cancelled_or_anothers():
    gone = replace(TALK, status=AppointmentStatus.CANCELLED, sequence=4)
    (message,) = withdrawn(gone, ANN)
    calendar, event = read(message)
    assert (calendar["METHOD"], event["SEQUENCE"], str(event["STATUS"])) == (
        "CANCEL",
        4,
        "CANCELLED",
    )
    assert str(event["UID"]) == uid(TALK)
    assert "cancelled" in message.body
    (other,) = withdrawn(replace(TALK, sequence=4), BEN)
    assert "Somebody else" in other.body
    assert str(read(other)[1]["ATTENDEE"]) == "mailto:ben@x.example"
    assert message.id != other.id


@pytest.mark.parametrize(
    "user",
    [None, replace(ANN, enabled=False), replace(ANN, profile=Profile(name="Ann"))],
)
def test_whoever_can_not_be_told_is_not(user):
    assert invited(TALK, user) == withdrawn(TALK, user) == ()
    assert reminded(TALK, user, 60, at=AT) == ()
    assert attendee_of(user) is None or user.enabled is False


def test_without_an_organizer_whoever_attends_invites():
    (message,) = invited(replace(TALK, organizer=None, place=""), ANN)
    event = read(message)[1]
    assert str(event["ORGANIZER"]) == "mailto:ann@x.example"
    assert "LOCATION" not in event
    assert "Where" not in message.body


def test_a_reminder_is_worth_nothing_once_it_has_begun():
    (message,) = reminded(TALK, ANN, 60, at=AT)
    assert (message.attachments, message.not_after) == ((), TALK.slot.begins_at)
    assert message.subject == "Reminder: First talk"
    assert "Tuesday, November 24, 2026, 9:00 AM EST (UTC-05:00)\nTakes 60 minutes." in message.body
    assert reminded(TALK, ANN, 15, at=AT)[0].id != message.id


def test_it_is_told_in_the_words_of_the_seller_plain_and_as_a_page():
    talk = replace(TALK, title="<b>Tea & talk</b>")
    moved = AppointmentNews.CHANGED
    told = (
        *invited(talk, ANN, catalogue=SPANISH),
        *invited(talk, ANN, news=moved, catalogue=SPANISH),
        *withdrawn(talk, BEN, catalogue=SPANISH),
        *reminded(talk, ANN, 60, at=AT, catalogue=SPANISH),
    )
    words = ("Cita", "Cita modificada", "Cita cancelada", "Recordatorio")
    assert [each.subject for each in told] == [f"{word}: {talk.title}" for word in words]
    assert all("&lt;b&gt;Tea &amp; talk&lt;/b&gt;" in each.html for each in told)
    assert not any("<b>" in each.html for each in told)
    assert "Otra persona" in told[2].body
    assert {each.kind for each in told[:3]} == {MessageKind.APPOINTMENT}
    assert told[3].kind is MessageKind.APPOINTMENT_REMINDER


def test_when_says_another_day_too():
    begins = TALK.slot.begins_at
    over_night = slot(begins, begins + 20 * HOUR, "America/New_York")
    assert when(over_night) == (
        "Tue 2026-11-24 09:00 to Wed 2026-11-25 05:00, America/New_York (UTC-05:00)"
    )
    assert when(slot(begins, begins + HOUR, "UTC")).endswith("UTC (UTC+00:00)")


NAMES = st.text(st.one_of(st.sampled_from('"\\;:,^\u202e\r\n é'), st.characters()), min_size=1)


@given(NAMES, st.from_regex(r"[a-zé\"'%+]{1,9}@[a-z]{1,5}\.example", fullmatch=True))
def test_whatever_a_user_is_called_there_is_one_attendee_and_one_organizer(name, email):
    user = replace(ANN, profile=Profile(name=name, email=email))
    (message,) = invited(replace(TALK, organizer=None), user)
    event = read(message)[1]
    assert len([each for each in event.property_items() if each[0] == "ATTENDEE"]) == 1
    assert str(event["ATTENDEE"]).startswith("mailto:")
    assert "\u202e" not in message.attachments[0].text


TITLES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200)


@given(TITLES, st.integers(0, 366), st.integers(0, 23))
def test_what_was_booked_is_what_is_read(title, days, hour):
    day = date(2026, 7, 1) + timedelta(days=days)
    made = replace(TALK, title=title, slot=slot_on(day, time(hour, 30), 45, "America/New_York"))
    event = read(invited(made, ANN)[0])[1]
    assert str(event["SUMMARY"]) == title
    assert event.decoded("DTSTART").astimezone(UTC) == made.slot.begins_at
    assert event.decoded("DTEND").astimezone(UTC) == made.slot.ends_at


def test_a_calendar_has_them_all_with_one_set_of_rules_a_zone():
    other = replace(TALK, id="02", slot=slot_on(date(2027, 7, 1), time(9), 60, "America/New_York"))
    berlin = replace(TALK, id="03", slot=slot_on(date(2027, 7, 1), time(9), 60, "Europe/Berlin"))
    gone = replace(TALK, id="04", status=AppointmentStatus.CANCELLED, assigned_to="who")
    text = calendar_of("Ann's; all", [TALK, other, berlin, gone], {"ann": ANN}, at=AT)
    calendar = icalendar.Calendar.from_ical(text)
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert "\r\nNAME:Ann's\\; all\r\n" in text
    zones = [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")]
    assert zones == ["America/New_York", "Europe/Berlin"]
    events = {str(each["UID"])[:2]: each for each in calendar.walk("VEVENT")}
    assert [str(events[key]["STATUS"]) for key in ("01", "02", "03", "04")] == [
        *["CONFIRMED"] * 3,
        "CANCELLED",
    ]
    assert events["03"].decoded("DTSTART").isoformat() == "2027-07-01T09:00:00+02:00"
    assert "RSVP" not in events["01"]["ATTENDEE"].params
    assert "ATTENDEE" not in events["04"]
    assert "Grace" not in text
    empty = icalendar.Calendar.from_ical(calendar_of("none", [], {}, at=AT))
    assert empty.walk("VEVENT") == []


def test_nobody_to_name_is_nobody_named():
    text = calendar_of("x", [replace(TALK, organizer=None)], {}, at=AT)
    assert "ORGANIZER" not in text
