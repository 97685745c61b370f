"""Facts become words, never markup, headers or direction; amounts and instants are told whole."""

import html
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.notices.catalogues import ENGLISH, SPANISH
from leadcore.notices.messages import one_line
from leadcore.notices.writing import instant_words, money_words, write
from leadcore.values import Money

HOSTILE = st.text(st.sampled_from("<>&\"'/=ab \r\n\u202eאש")) | st.text(max_size=30)


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def told(**facts):
    given = {"person": "Ann", "matter": "law", "lead": "l1", "hours": "24 hours"} | facts
    return write(ENGLISH, "courtesy.subject", "courtesy.body", given)


@given(HOSTILE, HOSTILE)
def test_whatever_is_typed_stays_words(person, matter):
    written = told(person=one_line(person), matter=one_line(matter))
    page = read(written.html)
    assert set(page.tags) <= {"html", "head", "meta", "title", "body", "p", "br", "bdi"}
    shown = " ".join("".join(page.words).split())
    assert " ".join(written.body.split()) in shown
    assert written.subject.isprintable()


def test_a_web_address_becomes_a_link_and_nothing_else_does():
    for fact, linked in (
        ("https://x.example/?a=1&b=2", True),
        ("HTTP://x.example", True),
        ("javascript:alert(1)", False),
        ("see https://x.example", False),
        ('https://x.example"onclick=', False),
    ):
        page = told(lead=fact).html
        assert ("<a href=" in page) is linked
        assert html.escape(fact) in page


def test_letters_from_right_to_left_pull_nothing_along():
    assert "<bdi>אנה</bdi>" in told(person="אנה").html
    assert "bdi" not in told().html


def test_a_line_of_one_empty_fact_is_left_out_and_a_paragraph_of_them():
    words = ENGLISH.with_texts(
        {"refund.approved": "A\n${note}\n\n ${note}\n\nB ${note}\n\n\n${lead}"}
    )
    empty = write(words, "", "refund.approved", {"lead": "l1", "note": ""}, page=False)
    assert (empty.subject, empty.body, empty.html) == ("", "A\n\nB\n\nl1", "")
    full = write(words, "", "refund.approved", {"lead": "l1", "note": "n"})
    assert full.body == "A\nn\n\n n\n\nB n\n\nl1"
    assert "<p>A<br>\nn</p>" in full.html


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Money(99, "USD"), "0.99 USD"),
        (Money(-123_456_789, "USD"), "-1,234,567.89 USD"),
        (Money(1_205, "JPY"), "1,205 JPY"),
        (Money(0, "KWD"), "0.000 KWD"),
    ],
)
def test_amounts_are_told_to_the_last_unit(amount, words):
    assert money_words(amount, ENGLISH) == words


@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "JPY", "KWD"]))
def test_an_amount_can_be_read_back(minor, currency):
    words = money_words(Money(minor, currency), SPANISH)
    assert int(re.sub(r"[^-0-9]", "", words)) == minor


@pytest.mark.parametrize(
    ("at", "zone", "words"),
    [
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "America/New_York", "1:30 AM EDT (UTC-04:00)"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York", "1:30 AM EST (UTC-05:00)"),
        (datetime(2026, 7, 1, 12, 5, tzinfo=UTC), "UTC", "12:05 PM UTC (UTC+00:00)"),
        (datetime(2026, 7, 1, 0, 5, tzinfo=UTC), "UTC", "12:05 AM UTC (UTC+00:00)"),
        (
            datetime(2026, 7, 1, 0, 5, tzinfo=UTC),
            "America/Sao_Paulo",
            "9:05 PM America/Sao_Paulo (UTC-03:00)",
        ),
        (datetime(2026, 7, 1, 0, 5, tzinfo=UTC), "Asia/Kathmandu", "(UTC+05:45)"),
    ],
)
def test_an_instant_is_told_with_its_zone(at, zone, words):
    assert instant_words(at, zone, ENGLISH).endswith(words)
