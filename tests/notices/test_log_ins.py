"""E-mails with a secret link."""

from datetime import timedelta

import pytest
from attrs import evolve as replace

from leadcore.errors import Malformed
from leadcore.notices import SPANISH, MessageKind
from leadcore.notices.log_ins import (
    LogInChanged,
    LogInTold,
    address_changed,
    address_confirm,
    address_taken,
    invitation,
    password_changed,
    password_reset,
)
from tests.notices.people import AT

LINK = "https://portal.example/choose?token=aB3-_%2F&x=1#top"
TOLD = LogInTold(
    key="inv1",
    to="ann@x.example",
    name="Ann <b>",
    seller="Counsel & Leads",
    link=LINK,
    expires_at=AT + timedelta(days=2),
    zone="America/New_York",
    user_id="u",
    seller_id="s",
)


@pytest.mark.parametrize(
    ("make", "kind"),
    [(invitation, MessageKind.INVITATION), (password_reset, MessageKind.PASSWORD_RESET)],
)
def test_the_link_is_told_letter_by_letter_and_not_too_late(make, kind):
    message = make(TOLD, at=AT)
    assert LINK in message.body.split("\n")
    assert 'href="https://portal.example/choose?token=aB3-_%2F&amp;x=1#top"' in message.html
    assert "Ann &lt;b&gt;" in message.html
    assert "Counsel &amp; Leads" in message.html
    assert "until Wednesday, November 18, 2026, 10:00 AM EST (UTC-05:00)" in message.body
    assert (message.kind, message.not_after, message.to) == (kind, TOLD.expires_at, TOLD.to)
    assert message.id == f"inv1/{kind.value}/email"
    assert LINK not in repr(TOLD)


def test_a_stranger_who_may_read_it_is_told_no_name():
    confirm = address_confirm(TOLD, at=AT)
    assert (confirm.kind, confirm.not_after) == (MessageKind.ADDRESS_CONFIRM, TOLD.expires_at)
    assert LINK in confirm.body.split("\n")
    changed = LogInChanged(
        key="u/3",
        to="bob@x.example",
        name=TOLD.name,
        seller=TOLD.seller,
        zone=TOLD.zone,
        user_id="u",
        seller_id="s",
    )
    taken = address_taken(changed, at=AT)
    assert (taken.kind, taken.to, taken.not_after) == (
        MessageKind.ADDRESS_TAKEN,
        "bob@x.example",
        None,
    )
    for each in (confirm, taken, address_taken(changed, at=AT, catalogue=SPANISH)):
        assert "Ann" not in each.subject + each.body + each.html
        assert "Counsel & Leads" in each.body


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (password_changed, MessageKind.PASSWORD_CHANGED),
        (address_changed, MessageKind.ADDRESS_CHANGED),
    ],
)
def test_a_change_is_told_with_its_instant_and_nothing_to_click(make, kind):
    changed = LogInChanged(
        key="u/3",
        to="ann@x.example",
        name="Ann <b>",
        seller="Counsel & Leads",
        zone="America/New_York",
        user_id="u",
        seller_id="s",
    )
    message = make(changed, at=AT)
    assert (message.kind, message.to, message.at) == (kind, changed.to, AT)
    assert message.id == f"u/3/{kind.value}/email"
    assert "EST (UTC-05:00)" in message.body
    assert "Ann &lt;b&gt;" in message.html
    assert "http" not in message.body + message.html
    spanish = make(changed, at=AT, catalogue=SPANISH)
    assert "Se cambió" in spanish.subject


@pytest.mark.parametrize(
    "link",
    [
        *("", "javascript:x", "https://x y", "https://x\n", 'https://x"', "https://<"),
        *("https://ü", "https://" + "x" * 2001),
    ],
)
def test_what_would_have_to_be_cleaned_is_no_link(link):
    with pytest.raises(Malformed, match="web address"):
        replace(TOLD, link=link)
