"""A printed lead shows what its sheet tells, whatever its letters are."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader

from leadcore.leads import Lead, LeadStatus
from leadcore.submissions import Answer, Source, Submission
from leadcore.values import PersonName, Phone
from leadcore_pdf import lead_sheet

AT = datetime(2026, 11, 22, 15, tzinfo=UTC)
LEAD = Lead(
    id="lead-1",
    seller_id="s",
    source_key="k",
    submission=Submission(
        source=Source(format="json"),
        name=PersonName(full="Zoë \u202eOda"),
        phones=(Phone(raw="212", normal="+12125550100"),),
        answers=(Answer(key="q", question="How much?", values=("a lot",)),),
    ),
    status=LeadStatus.RECEIVED,
    received_at=AT,
)


def pages(data):
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def test_a_sheet_shows_the_parts_and_what_is_known():
    (text,) = pages(lead_sheet([LEAD], at=AT))
    for words in ("The person", "+12125550100", "How much?", "a lot", "Received (UTC)", "Printed"):
        assert words in text, words
    assert "Email" not in text
    assert "\u202e" not in text


def test_each_lead_begins_a_page_and_equal_leads_make_equal_files():
    assert len(pages(lead_sheet([LEAD, LEAD], at=AT))) == 2
    assert lead_sheet([LEAD], at=AT) == lead_sheet([LEAD], at=AT)


def test_no_leads_are_a_page_that_says_so():
    assert "No leads." in pages(lead_sheet([], at=AT))[0]
