"""CSV: delimiters, encodings, mappings, cut rows, stray quotes, constant memory."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from leadcore.errors import Malformed
from leadcore.submissions import Tcpa
from leadcore.values import PhoneKind
from leadcore_intake import Limits, Options, read, read_file


def test_every_row_has_an_outcome(intake, answers):
    found = intake("leads.csv")
    paths = [(r.path, r.line, r.submission is not None) for r in found.records]
    assert paths == [
        ("row 2", 2, True),
        ("row 3", 4, True),
        ("row 5", 6, False),
        ("row 6", 7, True),
        ("row 7", 8, True),
        ("row 8", 9, True),
    ]
    first = found.records[0].submission
    assert first.comments == 'Hit by a car,\non "Main" street'
    assert [(p.normal, p.kind) for p in first.phones] == [
        ("+12135550158", PhoneKind.UNKNOWN),
        ("+12135550159", PhoneKind.WIRELESS),
    ]
    assert first.tcpa is Tcpa.YES
    assert first.consents[0].text == "By ticking I agree, yes."
    assert first.device == "192.0.2.9"
    assert answers(first)["Favourite colour"] == ("green",)


def test_doubts_name_their_column(intake):
    record = intake("leads.csv").records[1]
    assert {warning.path for warning in record.warnings} == {
        'row 3, column "tcpa_consent"',
        'row 3, column "Phone Number"',
        'row 3, column "ZIP"',
        'row 3, column "State"',
    }


def test_a_stray_quote_costs_its_own_row_a_warning_and_no_other(intake):
    record = intake("leads.csv").records[3]
    assert "never closed" in record.warnings[0].message
    assert (record.submission.name.first, record.submission.name.last) == ("Lea", '"Marsh')
    assert record.submission.phone == "+12135550160"


def test_surplus_and_missing_columns(intake, answers):
    longer, cut = intake("leads.csv").records[4:]
    assert answers(longer.submission)["column 15"] == ("surplus",)
    assert "cut short" in cut.warnings[0].message
    assert cut.submission.name.first == "Cut"


def test_a_row_that_is_not_utf_8_is_windows_1252(intake):
    record = intake("leads_cp1252.csv").records[0]
    assert record.submission.name.full == "Zoë Müller"
    assert record.submission.address.zip == "10001"
    assert "Windows-1252" in record.warnings[0].message
    assert "Zoë" in record.raw


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_encoding_and_line_end(delimiter, encoding, end):
    text = end.join(
        [delimiter.join(["name", "phone", "x"]), delimiter.join(["Zoë", "212-555-0101", ""])]
    )
    (lead,) = read(text.encode(encoding), filename="a.csv").submissions
    assert (lead.name.full, lead.phone) == ("Zoë", "+12125550101")


def test_the_same_row_has_the_same_digest_whatever_the_delimiter():
    one = read(b"name,phone\nAda,1\n").records[0]
    two = read(b'name;phone\r\n"Ada";1\r\n').records[0]
    assert one.digest == two.digest


def test_a_given_mapping_wins(answers):
    options = Options(mapping={"who": "name", "phone": "answer"}, delimiter=",", encoding="latin-1")
    (lead,) = read(
        "who,phone\nZoë,1\n".encode("latin-1"), options=options, format="csv"
    ).submissions
    assert (lead.name.full, answers(lead)["phone"]) == ("Zoë", ("1",))


def test_a_spreadsheets_separator_line_and_empty_rows_are_passed_over():
    found = read(b"sep=;\n\nname;phone\n\n;;\nAda;1\n", format="csv")
    assert [record.path for record in found.records] == ["row 5"]


def test_a_file_without_a_column_for_anybody_is_refused_at_once():
    with pytest.raises(Malformed, match=r"has no column for a name.*colour, size"):
        read(b"colour,size\nred,1\n")
    assert read(b"colour,size\nAda,1\n", options=Options(mapping={"colour": "name"})).submissions


@pytest.mark.parametrize(
    ("options", "says"),
    [(Options(encoding="klingon"), "no encoding"), (Options(delimiter="::"), "header")],
)
def test_impossible_options_are_refused(options, says):
    with pytest.raises(Malformed, match=says):
        read(b"name,phone\nAda,1\n", format="csv", options=options)


def test_long_rows_cost_only_themselves():
    options = Options(limits=Limits(max_record=200))
    rows = [
        b"name,note",
        b"Ada,x",
        b"Bob," + b"y" * 500,
        b"Cyd,z",
        b'Dan,"' + b"q\n" * 150,
        b"Eve,e",
    ]
    records = list(read_file(io.BytesIO(b"\n".join(rows)), format="csv", options=options))
    names = [r.submission.name.full for r in records if r.submission and r.submission.name.full]
    assert [name for name in names if len(name) > 1] == ["Ada", "Cyd", "Dan", "Eve"]
    assert "longer than a row" in str(records[1].problems)


def test_a_huge_quoted_value_is_told_apart_from_a_stray_quote():
    data = b'name,note\n"Ada","' + b"x" * 140_000 + b'"\nBob,2\n'
    first, second = read(data).records
    assert "is not CSV" in first.problems[0].message
    assert second.submission.name.full == "Bob"


def test_a_stray_quote_in_every_row_still_gives_every_row():
    records = read(b"name,note\n" + b'a"b,"c\n' * 500).records
    assert len(records) == 500
    assert {record.submission.name.full for record in records} == {'a"b'}


def test_stray_quotes_beyond_all_measure_are_refused():
    options = Options(limits=Limits(max_record=1_000))
    with pytest.raises(Malformed, match="more quotes than"):
        read(b"name,note\n" + b'a"b,"c\n' * 5_000, options=options)


def test_a_header_that_cannot_be_read_is_refused():
    with pytest.raises(Malformed, match="columns"):
        read(b"name," + b"a," * 600 + b"\nAda\n")
    found = read(b"name,phone\n")
    assert "no row" in found.warnings[0].message


def test_nul_and_huge_values_make_a_row_malformed():
    found = read(b"name,note\nAda,a\0b\nBob," + b"x" * 70_000 + b"\nCyd,ok\n")
    assert [record.submission is not None for record in found.records] == [False, False, True]
    assert "NUL" in found.problems[0].message
    assert "70,000 bytes" in found.problems[1].message


def test_a_stream_stays_open_and_is_read_to_its_end():
    file = io.BytesIO(b"name,phone\nAda,1\n")
    assert len(list(read_file(file, filename="a.csv"))) == 1
    assert not file.closed


class Endless(io.RawIOBase):
    """A CSV file of so many rows that exists nowhere in memory."""

    def __init__(self, rows):
        self._rows = rows
        self._next = 0
        self._rest = b"First Name,Last Name,Email,ZIP,Comments\n"

    def readable(self):
        return True

    def readinto(self, buffer):
        while len(self._rest) < len(buffer) and self._next < self._rows:
            number = self._next
            self._rest += b"P%d,Q%d,p%d@example.com,33101,%s\n" % (
                number, number, number, b"word " * 1000,
            )  # fmt: skip
            self._next += 1
        part = self._rest[: len(buffer)]
        self._rest = self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def peak_of(rows):
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_file(Endless(rows))) == rows
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_file_of_any_length_takes_the_memory_of_one_row():
    peak_of(20)  # what is loaded once is not the file's
    assert peak_of(800) < 1_000_000  # four megabytes of file
