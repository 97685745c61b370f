"""Leads as files: what is written is read back, and nothing in a cell is ever calculated."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
import vobject
from attrs import evolve as replace
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadcore import wire
from leadcore.lead_sheet import FIELDS, answer_field
from leadcore.leads import Lead, LeadStatus, Sale
from leadcore.submissions import Answer, Source, Submission, Tcpa
from leadcore.values import Address, Email, Money, PersonName, Phone, PhoneKind
from leadcore_exports import (
    escaped,
    plain,
    write_adf,
    write_csv,
    write_json,
    write_json_lines,
    write_vcards,
    write_xlsx,
)
from leadcore_exports.vcard import card

AT = datetime(2026, 11, 20, 17, 4, 5, tzinfo=UTC)
NASTY = "=cmd|' /C calc'!A0"
GIVEN = Submission(
    source=Source(format="json", name="Shop"),
    name=PersonName(first="Ana", last="O'Hara; \\ Ñandú, jr"),
    phones=(Phone(raw="(212) 555-0100", normal="+12125550100", kind=PhoneKind.WIRELESS),),
    emails=(Email(raw="ana@X.example", normal="ana@x.example"),),
    address=Address(street=("1 Main St", "Apt 2"), city="New York", state_raw="NY", state="NY"),
    vertical="legal",
    area="family law",
    comments=f'{NASTY}\nsecond line, with "quotes"',
    answers=(Answer(key="budget", question="How much?", values=("=1+1", "2")),),
    tcpa=Tcpa.YES,
    submitted_at=AT - timedelta(hours=1),
)
LEAD = Lead(
    id="lead-1",
    seller_id="s",
    source_key="k",
    submission=GIVEN,
    status=LeadStatus.SOLD,
    received_at=AT,
    sale=Sale(
        id="sale",
        lead_id="lead-1",
        order_id="o",
        account_id="a",
        user_id="u",
        price=Money(2_599, "USD"),
        sold_at=AT,
    ),
    assigned_to="u",
    held_since=AT,
)


def written(writer, *leads, **options):
    out = io.BytesIO()
    assert writer(leads, out, **options) == len(leads)
    return out.getvalue()


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


TEXTS = st.one_of(
    st.text(),
    st.builds("".join, st.lists(st.sampled_from(["'", "=", "+", "-", "@", "\t", "\r", "1", " "]))),
)


@settings(max_examples=60)
@given(TEXTS)
@example("'=1")
@example("+1212")
@example(" =1")
def test_no_cell_is_calculated_and_nothing_is_lost(text):
    cell = escaped(text)
    assert plain(cell) == text
    number = text.lstrip("+-").replace(".", "", 1).isascii() and text[1:].replace(".", "").isdigit()
    assert cell[:1] not in set("=@\t\r\n")
    assert cell[:1] not in set("+-") or number


def test_csv_has_every_field_under_its_label():
    (row,) = rows(written(write_csv, LEAD))
    assert list(row) == [each.label for each in FIELDS]
    assert row["Phone"] == "+12125550100"
    assert row["Price"] == "25.99 USD"
    assert row["Received (UTC)"] == "2026-11-20T17:04:05Z"
    assert plain(row["Comments"]) == GIVEN.comments
    assert row["Comments"].startswith("'=")
    assert json.loads(row["Answers"])[0]["values"] == ["=1+1", "2"]
    assert row["Test"] == "no"


def test_excel_knows_utf_8_by_its_mark():
    assert written(write_csv, LEAD, excel=True).startswith(b"\xef\xbb\xbf")
    assert not written(write_csv, LEAD).startswith(b"\xef\xbb\xbf")


def test_an_answer_may_have_a_column_of_its_own():
    fields = (FIELDS[0], answer_field("budget"), answer_field("other"))
    (row,) = rows(written(write_csv, LEAD, fields=fields))
    assert row == {"Lead ID": "lead-1", "budget": "'=1+1, 2", "other": ""}


def test_half_a_surrogate_pair_spoils_no_file():
    half = replace(LEAD, submission=replace(GIVEN, comments="a\ud800b"))
    assert rows(written(write_csv, half))[0]["Comments"] == "a?b"
    for writer in (write_xlsx, write_json, write_json_lines, write_vcards, write_adf):
        assert written(writer, half)
    (line,) = written(write_json_lines, half).splitlines()
    assert wire.load(Lead, json.loads(line)) == half


@pytest.mark.parametrize("number", [0, 1, 3])
def test_json_is_read_back_as_it_was(number):
    leads = [replace(LEAD, id=f"l{each}") for each in range(number)]
    whole = json.loads(written(write_json, *leads))
    lines = [json.loads(line) for line in written(write_json_lines, *leads).splitlines()]
    assert [wire.load(Lead, each) for each in whole] == leads
    assert [wire.load(Lead, each) for each in lines] == leads


def sheets(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [list(sheet.iter_rows()) for sheet in book.worksheets]


def test_xlsx_has_typed_cells_and_no_formula():
    ((heads, cells),) = sheets(written(write_xlsx, LEAD))
    row = {head.value: cell for head, cell in zip(heads, cells, strict=True)}
    assert row["Comments"].value == GIVEN.comments
    assert row["Comments"].data_type == "s"
    assert row["Received (UTC)"].value == AT.replace(tzinfo=None)
    assert (row["Price"].value, row["Price"].number_format) == (25.99, '#,##0.00 "USD"')
    assert row["Contact attempts"].value == 0
    assert row["Test"].value is False
    assert all(cell.data_type != "f" for cell in cells)


def test_xlsx_goes_on_to_another_sheet():
    leads = [replace(LEAD, id=f"l{number}") for number in range(5)]
    found = sheets(written(write_xlsx, *leads, most_rows=3))
    assert [len(each) for each in found] == [3, 3, 2]
    assert [row[0].value for each in found for row in each[1:]] == [each.id for each in leads]
    assert [len(each) for each in sheets(written(write_xlsx))] == [1]


def test_xlsx_takes_control_characters_and_very_long_texts():
    odd = replace(
        LEAD, submission=replace(GIVEN, comments="a\x07b _x0041_", other_info="x" * 40_000)
    )
    yen = replace(odd, sale=replace(LEAD.sale, price=Money(900, "JPY")))
    ((heads, cells),) = sheets(written(write_xlsx, yen))
    row = {head.value: cell for head, cell in zip(heads, cells, strict=True)}
    assert row["Comments"].value == "a_x0007_b _x005F_x0041_"
    assert len(row["Other info"].value) == 32_767
    assert (row["Price"].value, row["Price"].number_format) == (900, '#,##0 "JPY"')


def test_a_card_is_read_back_by_another_reader():
    (found,) = vobject.readComponents(written(write_vcards, LEAD).decode())
    assert found.version.value == "4.0"
    assert found.fn.value == GIVEN.name.display
    assert (found.n.value.given, found.n.value.family) == ("Ana", GIVEN.name.last)
    assert found.tel.value == "tel:+12125550100"
    assert found.email.value == "ana@x.example"
    assert (found.adr.value.city, found.adr.value.region) == ("New York", "NY")
    assert found.note.value == GIVEN.comments
    assert found.categories.value == ["legal", "family law"]


@settings(max_examples=40)
@given(st.text(), st.text())
def test_lines_of_a_card_are_short_and_none_is_forged(name, comments):
    given_ = replace(GIVEN, name=PersonName(full=name), comments=comments)
    data = card(replace(LEAD, submission=given_))
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in data.replace(b"\r\n", b"")
    unfolded = data.decode().replace("\r\n ", "").split("\r\n")
    known = ("BEGIN", "VERSION", "UID", "REV", "FN", "TEL", "EMAIL", "ADR", "CATEGORIES", "NOTE")
    assert all(line.startswith((*known, "END", "N:")) for line in unfolded if line)


def test_a_card_of_hardly_anything():
    bare = replace(
        LEAD,
        submission=Submission(source=Source(format="json"), phones=(Phone(raw="ask, Bob"),)),
    )
    text = card(bare).decode()
    assert "FN:lead-1\r\n" in text
    assert "TEL;VALUE=text;TYPE=voice;PREF=1:ask\\, Bob" in text
    assert "ADR" not in text


def read_back(lead):
    # Another adapter reads it; where this one stands alone there is none.
    intake = pytest.importorskip("leadcore_intake.adf", reason="leadcore-intake reads it back")
    (record,) = intake.read(written(write_adf, lead)).records
    assert record.submission is not None, record.problems
    return record.submission


def test_adf_is_what_intake_reads_back():
    found = read_back(LEAD)
    for name in ("name", "phones", "emails", "address", "vertical", "area", "comments", "tcpa"):
        assert getattr(found, name) == getattr(GIVEN, name), name
    assert found.submitted_at == GIVEN.submitted_at
    told = [each.values for each in found.answers if "answer" in each.key]
    assert ("=1+1",) in told
    assert ("budget",) in told


WORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=("C", "Z")), min_size=1
)


@settings(max_examples=40)
@given(first=WORDS, last=WORDS, comments=WORDS, city=WORDS)
def test_adf_keeps_any_text(first, last, comments, city):
    asked = replace(
        GIVEN,
        name=PersonName(first=first, last=last),
        comments=comments,
        address=replace(GIVEN.address, city=city),
    )
    found = read_back(replace(LEAD, submission=asked))
    assert (found.name, found.comments) == (asked.name, asked.comments)
    assert found.address == asked.address


def test_adf_says_what_the_source_said_where_nobody_knows_when():
    odd = replace(GIVEN, submitted_at=None, submitted_raw="last Tuesday", tcpa=Tcpa.UNKNOWN)
    assert read_back(replace(LEAD, submission=odd)).submitted_raw == "last Tuesday"
    none = replace(LEAD, submission=replace(odd, submitted_raw=None, address=Address()))
    assert read_back(none).submitted_at == AT


@pytest.mark.parametrize(
    "writer", [write_csv, write_json, write_json_lines, write_vcards, write_adf, write_xlsx]
)
def test_many_leads_take_no_more_memory_than_few(writer):
    class Nowhere(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return len(data)

    def peak(number):
        out = io.BytesIO() if writer is write_xlsx else Nowhere()
        tracemalloc.start()
        writer((LEAD for _ in range(number)), out)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(5)  # what is loaded once
    few, many = peak(20), peak(100)
    assert many - few < 150_000, (few, many)
