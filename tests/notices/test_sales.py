"""Nobody is told more than the domain allows, and nobody else's words become ours."""

import pytest
from attrs import evolve as replace
from hypothesis import given
from hypothesis import strategies as st

from leadcore.leads import FIRST_CONTACT_HOURS
from leadcore.notices import SPANISH, MessageKind
from leadcore.notices.sales import WITHIN_HOURS, confirmation, courtesy
from leadcore.submissions import Channel
from leadcore.values import Email, PersonName
from tests.notices.people import AT, LEAD, PROFILE, SALE, USER, asked


def test_the_hours_that_are_promised_are_those_that_are_watched():
    assert WITHIN_HOURS == FIRST_CONTACT_HOURS


def test_both_are_told_in_the_sellers_words():
    (mail,) = confirmation(LEAD, SALE, PROFILE, catalogue=SPANISH)
    assert mail.body.startswith("Hola, Ann Lee:\n\nRecibimos su solicitud")
    assert "dentro de 24 horas" in mail.body
    text, _ = courtesy(LEAD, SALE, USER, catalogue=SPANISH)
    assert text.body.startswith("Nuevo cliente potencial: Ann Lee, Family law")


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
