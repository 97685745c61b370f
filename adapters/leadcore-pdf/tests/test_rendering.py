"""The PDF says what the packet says, carries it inside, and is always the same."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from leadcore.evidence import Recorded, packet, verify
from leadcore.testing.dossiers import LEAD, MADE, SELLER, dossier
from leadcore_pdf import ATTACHMENT, attached, render


def squeezed(text):
    """Give a text without what a reader of PDFs puts between letters that are set apart."""
    return "".join(text.replace("\0", "").split())


@pytest.fixture(scope="session")
def pages(pdf):
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def small(*words):
    """Give a packet of a few notes."""
    (*_, note) = (each for each in dossier() if each.stream == "lead")
    records = [
        Recorded(
            stream="lead",
            key=LEAD,
            position=position,
            at=MADE,
            event=type(note.event)(text=text, at=MADE),
        )
        for position, text in enumerate(words, start=1)
    ]
    return packet(records, lead_id=LEAD, seller_id=SELLER, made_at=MADE)


def drawn(words):
    reader = PdfReader(BytesIO(render(small(words))))
    return "\n".join(page.extract_text() for page in reader.pages)


def test_the_packet_is_attached_byte_for_byte(whole, pdf):
    assert attached(pdf) == whole
    assert verify(attached(pdf), head=json.loads(whole)["head"]).unchanged


def test_the_head_and_the_advice_are_on_the_pages(whole, pages):
    head = json.loads(whole)["head"]
    assert head in pages[0]
    assert "No legal advice." in pages[0]
    assert "keep until" in pages[0]
    assert "tf-83c1: unclaimed, until 2027-02-14 15:30:00 UTC" in pages[0]
    assert "How to check it" in "".join(pages)
    for number, page in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in page
        assert f"head {head[:16]} · no legal advice" in page


def test_every_record_is_told_with_its_time_and_zone(whole, pages):
    text = squeezed("".join(pages))
    for record in json.loads(whole)["records"]:
        day, _, time = record["at"].partition("T")
        assert f"{day}{time.removesuffix('Z')}UTC" in text
        assert record["hash"] in text
    for words in (
        *(
            "Zoë",
            "अनन्या",
            "Ñandú-Łódź",
            "谢谢",
            "Ευχαριστώ",
            "شكرا",
            "A bakery answers.",
            "25.00 USD",
        ),
        *("Consent, look-ups and replies", "Contact decisions", "Returns", "Notices"),
        *("verdict denied", "determining F-QH, S-FL-QH"),
    ):
        assert squeezed(words) in text, words


def test_equal_packets_make_equal_files(whole, pdf):
    assert render(whole) == pdf
    info = PdfReader(BytesIO(pdf)).metadata
    assert info.creation_date == MADE
    assert info.title == "Evidence packet of lead lead-0007"


def test_tables_go_on_over_pages_with_their_heads():
    made = small(*map(str, range(40)))
    read = [page.extract_text() for page in PdfReader(BytesIO(render(made))).pages]
    hashes = [record["hash"] for record in json.loads(made)["records"]]
    told = [page for page in map(squeezed, read) if any(each in page for each in hashes)]
    assert len(told) > 1
    assert all("no.streamplacehash" in page for page in told)


def test_long_words_and_texts_stay_on_the_page():
    text = squeezed(drawn("x" * 3_000 + "\n" * 200 + "word " * 1_500))
    assert "x" * 1_000 in text
    assert text.count("x") >= 3_000
    assert text.count("word") >= 1_500


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("שלום", "שלום"),
        ("สวัสดี", "สวัสดี"),
        ("한국어 日本語", "한국어日本語"),
        ("a\u202eb\u0007", "a[U+202E]b[U+0007]"),
        ("\U0001f600", "[U+1F600]"),
        ("{not json", "{not json"),
    ],
)
def test_names_in_any_script_are_drawn_or_told_by_code(words, told):
    assert squeezed(told) in squeezed(drawn(words))


def test_a_changed_packet_is_not_drawn(whole):
    with pytest.raises(ValueError, match=r"\$\.records\[\d+\]: was changed"):
        render(whole.replace(b"A bakery answers", b"A lawyer answers"))
    with pytest.raises(ValueError, match="no JSON"):
        render(b"%PDF-1.7")


def test_a_stream_nobody_knows_is_told_by_its_name():
    record = Recorded(stream="voice_mail", key="v", position=1, at=MADE, event=dossier()[6].event)
    found = render(packet([record], lead_id=LEAD, seller_id=SELLER, made_at=MADE))
    assert "voice mail" in PdfReader(BytesIO(found)).pages[0].extract_text()


def test_what_holds_no_packet_is_said_so(whole):
    with pytest.raises(ValueError, match="is no PDF that can be read"):
        attached(whole)
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    bare = BytesIO()
    writer.write(bare)
    with pytest.raises(ValueError, match=f"has no attachments named {ATTACHMENT}"):
        attached(bare.getvalue())
    writer.add_attachment(ATTACHMENT, b"{}")
    writer.add_attachment(ATTACHMENT, whole)
    twice = BytesIO()
    writer.write(twice)
    with pytest.raises(ValueError, match="has 2 attachments"):
        attached(twice.getvalue())
