"""Bytes say what they are, whatever they are called."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadcore.files import COMMON_TYPES, HEAD, UNKNOWN_TYPE
from leadcore_files import media_type_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (PNG, "image/png"),
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 30, "image/jpeg"),
        (b"GIF89a" + b"\0" * 30, "image/gif"),
        (b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 30, "audio/wav"),
        (b"ID3\x03\0" + b"\0" * 30, "audio/mpeg"),
        (b"{\\rtf1\\ansi hello}", "application/rtf"),
        (b"name,phone\nGrace,813\n", "text/plain"),
        ("Löhne, 漢".encode(), "text/plain"),
        ("\ufeffBOM".encode(), "text/plain"),
        ("in two bytes".encode("utf-16"), "text/plain"),
        (b"", UNKNOWN_TYPE),
        (b"\0\1\2\3", UNKNOWN_TYPE),
        (b"caf\xe9 in Latin-1", UNKNOWN_TYPE),
        (b"MZ" + b"\0" * 60, "application/x-msdownload"),
        (b"\x7fELF" + b"\0" * 60, "application/x-executable"),
        (b"#!/bin/sh\necho x", "text/x-script"),
        (b"<html><script>", "text/html"),
        (b" \n<!DOCTYPE html>", "text/html"),
        (b"\xef\xbb\xbf<svg onload=x>", "text/html"),
        (b"<?xml version='1.0'?><svg/>", "text/html"),
        ("<b>".encode("utf-16"), "text/html"),
        (b"a < b", "text/plain"),
    ],
)
def test_heads(head, media_type):
    assert media_type_of(head) == media_type


def test_an_archive_is_not_taken_and_neither_is_a_program():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x.txt", "x")
    for head in (made.getvalue(), b"MZ" + b"\0" * 60, b"<html>", b"#!x"):
        assert media_type_of(head) not in COMMON_TYPES


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
def test_a_text_cut_anywhere_is_a_text(text):
    whole = (text * (HEAD // len(text.encode()) + 1)).encode()
    assert media_type_of(b"x " + whole[: HEAD - 2]) == "text/plain"


@given(st.binary(max_size=300))
def test_whatever_it_is_there_is_an_answer(head):
    assert "/" in media_type_of(head)
