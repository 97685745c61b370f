"""Appointments: ahead and over, whose they are, moved and cancelled with their invitations."""

from __future__ import annotations

import re

from leadcore.appointments import AppointmentStatus
from leadcore.ports import AppointmentQuery

LINK = re.compile(r'href="/appointments/([0-9a-f-]{36})"')


def ahead(here):
    query = AppointmentQuery(seller_id="demo", since=here.clock.now)
    return here.store.appointments(query)


def test_everybody_sees_theirs_and_admins_all(browsers, looking):
    everybodys = LINK.findall(browsers("nora").get("/appointments").text)
    assert everybodys == [each.id for each in ahead(looking)]
    own = LINK.findall(browsers("pia").get("/appointments").text)
    assert set(own) < set(everybodys)
    other = next(each for each in everybodys if each not in own)
    assert browsers("pia").get(f"/appointments/{other}").status_code == 404
    assert browsers("pia").get(f"/appointments/{other}/calendar").status_code == 404
    assert "Nothing ahead" in browsers("nora").get("/appointments?mine=on").text
    past = browsers("nora").get("/appointments?when=past").text
    assert "First talk with" in past
    assert "there " in past
    assert "CST" in past
    assert "Reschedule" in browsers("sam").get(f"/appointments/{other}").text


def test_calendars_are_icalendar_files(browsers, looking):
    one = browsers("nora").get(f"/appointments/{ahead(looking)[0].id}/calendar")
    assert one.headers["content-type"].startswith("text/calendar")
    assert one.text.startswith("BEGIN:VCALENDAR\r\n")
    assert one.text.count("BEGIN:VEVENT") == 1
    whole = browsers("nora").get("/appointments/calendar").text
    assert whole.count("BEGIN:VEVENT") == len(ahead(looking))


def test_an_appointment_is_moved_given_on_and_cancelled(acting):
    nora, one = acting.browser().log_in("nora"), ahead(acting)[0]
    page = f"/appointments/{one.id}/move"
    version = re.search(r'name="version" value="(\d+)"', nora.get(page).text)[1]
    values = {"begins": "2026-12-01T09:30", "minutes": "45", "zone": "America/Chicago"}
    wrong = nora.submit(page, {**values, "zone": "Mars/Here", "version": version})
    assert wrong.status_code == 422
    assert "A time zone such as America/New_York." in wrong.text
    told = nora.submit(page, {**values, "version": version}).text
    assert "Moved to Dec 1, 2026, 9:30 am CST" in told
    assert "10:30 am EST" in told
    stale = nora.submit(page, {**values, "minutes": "30", "version": version})
    assert "read it again" in stale.text
    nora.submit(page, {"assigned_to": "pia"}, to=f"/appointments/{one.id}/attendee")
    moved = acting.store.appointment(one.id)
    assert (moved.assigned_to, moved.slot.zone) == ("pia", "America/Chicago")
    nobody = nora.submit(page, {"assigned_to": "ada"}, to=f"/appointments/{one.id}/attendee")
    assert "There is no such user in this account." in nobody.text
    done = nora.submit(f"/appointments/{one.id}/cancel", {})
    assert "is cancelled" in done.text
    assert acting.store.appointment(one.id).status is AppointmentStatus.CANCELLED
    subjects = [each.subject for each in acting.store.messages(500) if each.to.startswith("pia@")]
    assert any(one.title in each for each in subjects)
    again = nora.submit("/profile", {**values, "version": version}, to=page)
    assert again.status_code == 422
