"""One line of a stranger's words, whatever they typed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.notices.messages import (
    LONGEST,
    Attachment,
    Message,
    MessageKind,
    one_line,
    reads_leftwards,
    without_link,
)
from leadcore.submissions import Channel

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@given(st.text(st.sampled_from("aé\r\n\0\x0b\x1b\x85\u2028 " + BIDI + "\ud83d")) | st.text())
def test_it_is_one_printable_line_that_is_cut(text):
    line = one_line(text)
    assert line.isprintable()
    assert line == line.strip()
    assert len(line) <= LONGEST
    assert one_line(line) == line


@pytest.mark.parametrize("each", BIDI)
def test_nothing_turns_the_direction_of_what_follows(each):
    assert one_line(f"a{each}b") == "a b"


@pytest.mark.parametrize(
    ("text", "line"), [(None, ""), ("", ""), (" \t", ""), ("x" * 10_000, "x" * 100)]
)
def test_nothing_and_too_much(text, line):
    assert one_line(text) == line


def test_it_does_not_end_in_a_space_where_it_is_cut():
    assert one_line("ab cd", 3) == "ab"


@pytest.mark.parametrize(
    ("text", "leftwards"),
    [("Ann", False), ("Ünï", False), ("אנה", True), ("آن", True), ("٣", True)],
)
def test_letters_that_are_read_from_right_to_left(text, leftwards):
    assert reads_leftwards(text) is leftwards


@pytest.mark.parametrize("kind", MessageKind)
def test_a_link_that_lets_somebody_in_is_read_by_its_receiver_alone(kind):
    link = "https://portal.example/reset/abc"
    told = Message(
        id="m",
        kind=kind,
        channel=Channel.EMAIL,
        to="ann@example.com",
        to_person=False,
        subject="Hello",
        body=f"Go to {link}",
        html=f"<a href={link}>",
        attachments=(Attachment(name="a.txt", media_type="text/plain", text=link),),
        seller_id="s",
        at=datetime(2026, 11, 16, tzinfo=UTC),
    )
    shown = without_link(told)
    links = {MessageKind.INVITATION, MessageKind.PASSWORD_RESET, MessageKind.ADDRESS_CONFIRM}
    hidden = kind in links
    assert (link in repr(shown)) is not hidden
    assert (shown.id, shown.to, shown.subject) == (told.id, told.to, told.subject)
