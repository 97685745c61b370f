"""ADF, as a document and in a mail, as the standard has it and as it comes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadcore.errors import Malformed
from leadcore.submissions import Tcpa
from leadcore.values import PhoneKind
from leadcore_intake import Options, read

PERSON = b"<adf><prospect><customer><contact><name>Ada</name></contact></customer></prospect></adf>"


def test_every_part_of_a_prospect_is_taken(intake, answers):
    lead, _ = intake("adf_two_prospects.xml").submissions
    assert lead.source.key == "Harbor Leads/HL-9007199254740993"
    assert (lead.name.prefix, lead.name.first, lead.name.middle, lead.name.last) == (
        "Dr", "Marisol", "J", "Quintero",
    )  # fmt: skip
    assert [(phone.normal, phone.kind) for phone in lead.phones] == [
        ("+13055550102", PhoneKind.WIRELESS),  # the preferred one comes first
        ("+13055550101", PhoneKind.UNKNOWN),
        ("+13055550103", PhoneKind.UNKNOWN),
    ]
    assert lead.email == "marisol.q@example.com"
    assert lead.address.street == ("12 Palm Ave", "Floor 2", "2B")
    assert (lead.address.state, lead.address.zip) == ("FL", "33101")
    assert lead.comments == "Call me\nafter six"
    assert lead.tcpa is Tcpa.YES
    assert lead.submitted_at == datetime(2026, 7, 1, 14, 15, 30, tzinfo=UTC)
    kept = answers(lead)
    assert kept["vehicle/model"] == ("F & 150",)
    assert kept["customer/contact/phone[1]"] == ("305-555-0190",)  # a fax reaches nobody
    assert kept["customer/contact/phone[3]/@time"] == ("evening",)
    assert kept["customer/contact/name[5]"] == ("Quintero Bakery",)
    assert kept["vendor/vendorname"] == ("Bay Motors",)


def test_what_could_not_be_normalised_stays_raw_with_a_warning(intake):
    record = intake("adf_two_prospects.xml").records[1]
    lead = record.submission
    assert (lead.submitted_at, lead.submitted_raw) == (None, "2008-06-25T8:47:50")
    assert (lead.emails[0].raw, lead.emails[0].normal) == ("not an address", None)
    assert (lead.address.state_raw, lead.address.state) == ("Ontario", None)
    assert {warning.path for warning in record.warnings} == {
        "prospect[2]/requestdate",
        "prospect[2]/customer/contact/email",
        "prospect[2]/customer/contact/address/postalcode",
        "prospect[2]/customer/contact/address/regioncode",
    }


def test_a_naive_date_is_read_in_the_zone_told(fixture_bytes):
    options = Options(zone="America/Chicago")
    lead = read(fixture_bytes("adf_two_prospects.xml"), options=options).submissions[1]
    assert lead.submitted_at == datetime(2008, 6, 25, 13, 47, 50, tzinfo=UTC)


def test_capitals_repeated_instructions_bare_ampersands_and_misplaced_parts(intake, answers):
    found = intake("adf_wild.xml")
    (lead,) = found.submissions
    assert lead.name.full == "Smith & Daughters"
    assert lead.phone == "+14155550177"
    assert lead.comments == "café\xa0talk & more"
    assert lead.source.name == "Sender One"
    assert answers(lead)["../vendor/vendorname"] == ("Bay Motors",)
    assert "mended" in found.warnings[0].message


def test_a_mail_gives_the_leads_of_its_text_and_of_its_attachment(intake):
    found = intake("adf_mail.eml")
    first, second = found.submissions
    assert first.name.full == "Renée Okafor"  # quoted-printable, and Latin-1 as the mail says
    assert (second.name.first, second.source.key) == ("Wei", "Sender/77")
    assert [record.path for record in found.records] == [
        "part 2, prospect[1]",
        "part 4 (lead.adf), prospect[1]",
    ]
    assert "logo.png" in found.warnings[0].path


def test_one_broken_document_takes_no_other_with_it():
    good = PERSON
    found = read(good + b"\n<adf><prospect></adf>\n" + good)
    assert [record.submission is not None for record in found.records] == [True, False, True]
    assert "is not XML" in str(found.problems[0])


def test_white_space_changes_no_digest():
    tight = PERSON
    loose = tight.replace(b"><", b">\n  <")
    assert read(tight).records[0].digest == read(loose).records[0].digest


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_are_read(encoding):
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><adf><prospect><customer><contact>'
        "<name>Zoë</name></contact></customer></prospect></adf>"
    )
    assert read(text.encode(encoding)).submissions[0].name.full == "Zoë"


def test_a_business_is_the_name_where_nobody_else_is():
    data = PERSON.replace(b"<name>Ada", b'<name type="business">Acme')
    assert read(data).submissions[0].name.full == "Acme"


def test_a_bare_doctype_is_harmless():
    assert read(b"<!DOCTYPE adf>" + PERSON).submissions[0].name.full == "Ada"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<adf></adf>", "holds no prospect"),
        (b"<adf><prospect></adf>", "is not XML"),
        (b"<order><adf/></order>", "is not an ADF document"),
        (b"<adf2><prospect/></adf2>", "is not an ADF document"),
        (b"From: a@example.com\nSubject: hi\n\nno lead here", "mail without an ADF lead"),
        (b'<?xml version="1.0" encoding="klingon"?><adf><prospect/></adf>', "is not XML"),
        (b"<adf><prospect><name>Zo\xeb</name></prospect></adf>", "is not XML"),
    ],
)
def test_what_is_no_adf_is_refused_with_a_reason(data, says):
    with pytest.raises(Malformed, match=says):
        read(data, format="adf")


def test_a_prospect_that_names_nobody_is_malformed_and_kept():
    record = read(b"<adf><prospect><vehicle><make>Ford</make></vehicle></prospect></adf>").records[
        0
    ]
    assert record.submission is None
    assert "names nobody" in record.problems[0].message
    assert "Ford" in record.raw
