"""Whatever a file was called, its name is safe, and a safe name stays as it is."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.files import EXTENSIONS, LONGEST_NAME, UNKNOWN_TYPE, extensions_of, safe_name

NASTY = st.text(
    st.one_of(
        st.sampled_from('/\\.: \t\r\n\0\x7f\u202e\u2066\u200d\ufeff"<>|?*;%é\u0301漢😀\ud800~$_-'),
        st.sampled_from("CONPRNAUXNULcom1lpt9¹"),
        st.characters(),
    ),
    max_size=300,
)
TYPES = st.sampled_from([*sorted(EXTENSIONS), UNKNOWN_TYPE, "text/html"])
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)


@given(NASTY, st.sampled_from(["", ".pdf", ".exe", ".tar.gz", ".PDF ", ".pdf.", ".html"]), TYPES)
def test_a_safe_name_is_safe(name, ending, media_type):
    made = safe_name(name + ending, media_type)
    assert made.isprintable()
    assert not set('/\\:<>"|?*\0') & set(made)
    assert not any(unicodedata.category(each)[0] == "C" for each in made)
    assert unicodedata.is_normalized("NFC", made)
    assert 0 < len(made.encode()) <= LONGEST_NAME
    assert made == made.strip(" .")
    assert not DEVICES.fullmatch(made.split(".")[0].strip())
    stem, _, extension = made.rpartition(".")
    assert stem
    assert extension.lower() in extensions_of(media_type)
    assert safe_name(made, media_type) == made


@pytest.mark.parametrize(
    ("given_name", "media_type", "made"),
    [
        ("contract.pdf", "application/pdf", "contract.pdf"),
        ("contract.PDF", "application/pdf", "contract.PDF"),
        ("photo.jpeg", "image/jpeg", "photo.jpeg"),
        ("list.csv", "text/plain", "list.csv"),
        ("page.html", "text/plain", "page.html.txt"),
        ("invoice.exe", "application/pdf", "invoice.exe.pdf"),
        ("README", "text/plain", "README.txt"),
        ("x.pdf", UNKNOWN_TYPE, "x.pdf.bin"),
        ("", "application/pdf", "file.pdf"),
        ("...", "application/pdf", "file.pdf"),
        (".pdf", "application/pdf", "pdf.pdf"),
        ("pdf", "application/pdf", "pdf.pdf"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\ann\\scan.png", "image/png", "scan.png"),
        ("a/b/", "image/png", "file.png"),
        ("CON.pdf", "application/pdf", "_CON.pdf"),
        ("nul", "text/plain", "_nul.txt"),
        ("aux.b.pdf", "application/pdf", "_aux.b.pdf"),
        ("console.pdf", "application/pdf", "console.pdf"),
        ("e\u0301te\u0301.pdf", "application/pdf", "\u00e9t\u00e9.pdf"),
        ("a\u202efdp.exe", "application/pdf", "afdp.exe.pdf"),
        ("a  b\u00a0c\t.pdf", "application/pdf", "a b c.pdf"),
        ("what? <why>.pdf", "application/pdf", "what_ _why_.pdf"),
    ],
)
def test_names_people_give(given_name, media_type, made):
    assert safe_name(given_name, media_type) == made


@pytest.mark.parametrize("char", ["x", "é", "漢", "😀"])
def test_a_long_name_keeps_its_extension_and_whole_characters(char):
    made = safe_name(char * 300 + ".docx", "text/plain")
    assert made.endswith(".txt")
    assert set(made[:-4]) <= {char}
    assert LONGEST_NAME - len(char.encode()) < len(made.encode()) <= LONGEST_NAME
