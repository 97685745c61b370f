"""Normal forms: only what is sure, and the raw value always beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.values import PhoneKind
from leadcore_intake import normal


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("212-555-0101", "+12125550101"),
        ("(305) 555-0199 x12", "+13055550199"),
        ("+1 305 555 0199 ext. 4", "+13055550199"),
        ("p:+16025550148", "+16025550148"),
        ("2125550101.0", "+12125550101"),
        ("1-800-FLOWERS", "+18003569377"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_a_number_is_read_however_it_is_written(raw, expected):
    (phone,), note = normal.phones(raw)
    assert (phone.raw, phone.normal, note) == (raw, expected, None)


@pytest.mark.parametrize(
    "raw",
    [
        "n/a",
        "555-0101",  # no area code
        "000-000-0000",  # one "person" for everybody who would rather not say
        "555-555-5555",
        "123-456-7890",  # no area code begins with 1
        "212-155-0101",  # no exchange begins with 1
        "2.12555E+09",  # digits were lost in a spreadsheet
        "2.125550101E+9",
        "1" * 300,
    ],
)
def test_what_is_no_number_stays_as_given_with_a_note(raw):
    (phone,), note = normal.phones(raw)
    assert (phone.raw, phone.normal) == (raw, None)
    assert note is not None


def test_a_possible_number_of_no_assigned_range_is_kept_with_a_doubt():
    (phone,), note = normal.phones("393-999-3922")
    assert phone.normal == "+13939993922"
    assert "no such range" in str(note)


def test_two_numbers_in_one_field_are_two_phones():
    phones, note = normal.phones("212-555-0101 / 646-555-0102")
    assert [phone.normal for phone in phones] == ["+12125550101", "+16465550102"]
    assert {phone.raw for phone in phones} == {"212-555-0101 / 646-555-0102"}
    assert note is not None


@pytest.mark.parametrize(
    ("raw", "said", "kind"),
    [
        ("212-555-0101", PhoneKind.UNKNOWN, PhoneKind.UNKNOWN),
        ("212-555-0101", PhoneKind.WIRELESS, PhoneKind.WIRELESS),
        ("212-555-0101", PhoneKind.LANDLINE, PhoneKind.LANDLINE),
        ("800-555-0101", PhoneKind.WIRELESS, PhoneKind.TOLL_FREE),
        ("+61400000000", PhoneKind.UNKNOWN, PhoneKind.WIRELESS),
        ("+442079460018", PhoneKind.UNKNOWN, PhoneKind.LANDLINE),
        ("nothing", PhoneKind.WIRELESS, PhoneKind.WIRELESS),
    ],
)
def test_the_kind_is_only_what_the_form_or_the_range_says(raw, said, kind):
    (phone,), _ = normal.phones(raw, kind=said)
    assert phone.kind is kind


def test_national_numbers_are_read_in_the_region_told():
    (phone,), _ = normal.phones("020 7946 0018", region="GB")
    assert phone.normal == "+442079460018"


@pytest.mark.parametrize(
    ("raw", "test", "expected"),
    [
        ("Ada@Example.COM", False, "Ada@example.com"),
        ("mailto:ada@example.com", False, "ada@example.com"),
        ("Ada L <ada@example.com>", False, "ada@example.com"),
        ("ada@lead.test", True, "ada@lead.test"),
        ("ada@lead.test", False, None),
        ("emailaddress", False, None),
        ("a@" + "x" * 2000, False, None),
        ("a@xn--\u00e4.com", False, None),
    ],
)
def test_an_address_is_read_by_its_syntax(raw, test, expected):
    (email,), note = normal.emails(raw, test=test)
    assert (email.raw, email.normal) == (raw, expected)
    assert (note is None) == (expected is not None)


def test_two_addresses_in_one_field_are_two():
    emails, note = normal.emails("a@example.com; b@example.com")
    assert [email.normal for email in emails] == ["a@example.com", "b@example.com"]
    assert note is not None


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("FL", "FL"), ("fla.", "FL"), ("New  York", "NY"), ("N.Y.", "NY"), ("US-TX", "TX"),
        ("District of Columbia", "DC"), ("Ontario", None), ("", None), ("XX", None),
    ],
)  # fmt: skip
def test_states_by_code_name_and_abbreviation(raw, code):
    assert normal.state(raw) == code


@pytest.mark.parametrize(
    ("raw", "five"),
    [
        ("33101", "33101"), (" 33101-1234 ", "33101"), ("331011234", "33101"),
        ("2134", None), ("331012", None), ("K1A 0B1", None), ("\u0663" * 5, None),
    ],
)  # fmt: skip
def test_zip_codes(raw, five):
    assert normal.zip_code(raw) == five


@pytest.mark.parametrize(
    ("raw", "said"),
    [("Y", True), ("I agree", True), ("opt_in", True), ("0", False), ("Opted-Out", False),
     ("", None), ("perhaps", None)],
)  # fmt: skip
def test_boxes(raw, said):
    assert normal.yes_no(raw) is said


TEN = datetime(2026, 7, 1, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-07-01T10:00:00-04:00",
        "2026-07-01T10:00-0400",
        "2026-07-01 10:00:00 -04",
        "2026-07-01T14:00:00.000Z",
        "2026-07-01 14:00:00 UTC",
        "20260701T140000Z",
        "Wed, 01 Jul 2026 10:00:00 -0400",
        "1782914400",
        "1782914400000",
    ],
)
def test_an_instant_is_read_however_it_is_written(raw):
    assert normal.moment(raw) == (TEN, None)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2000-03-30T15:30:20-08:0", datetime(2000, 3, 30, 23, 30, 20, tzinfo=UTC)),
        ("2000-03-30T15:30:20+5:3", datetime(2000, 3, 30, 10, 0, 20, tzinfo=UTC)),
    ],
)
def test_a_cut_offset_is_mended_and_noted(raw, expected):
    found, note = normal.moment(raw)
    assert found == expected
    assert "was read as" in str(note)


@pytest.mark.parametrize(
    "raw",
    [
        "2008-06-25T8:47:50",
        "2026-07-01",
        "yesterday",
        "2026-13-01T10:00:00Z",
        "2026-07-01T25:00:00Z",
        "2026-07-01T10:00:00+15:00",
        "2026-07-01T10:00:00+01:75",
        "2026-07-01T10:00:00 EST",
        "0001-01-01T00:00:00+14:00",
        "2026-07-01T10:00:60Z",
        "x" * 100,
    ],
)
def test_what_names_no_instant_gives_none_and_says_why(raw):
    found, note = normal.moment(raw)
    assert found is None
    assert note


def test_a_time_without_offset_is_read_in_the_zone_told():
    found, note = normal.moment("2008-06-25T8:47:50", zone="America/New_York")
    assert found == datetime(2008, 6, 25, 12, 47, 50, tzinfo=UTC)
    assert "America/New_York" in str(note)


@pytest.mark.parametrize("raw", ["2026-11-01T01:30:00", "2026-03-08T02:30:00"])
def test_a_time_in_a_clock_change_names_no_one_instant(raw):
    found, note = normal.moment(raw, zone="America/New_York")
    assert found is None
    assert "clock change" in str(note)


@given(st.text(max_size=200))
def test_no_text_at_all_makes_them_raise(raw):
    phones, _ = normal.phones(raw)
    emails, _ = normal.emails(raw)
    found, note = normal.moment(raw, zone="America/New_York")
    assert {phone.raw for phone in phones} == {email.raw for email in emails} == {raw}
    assert found is not None or note
    assert normal.zip_code(raw) is None or len(normal.zip_code(raw) or "") == 5
    assert normal.state(raw) is None or len(normal.state(raw) or "") == 2
