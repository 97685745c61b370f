"""Fonts come from packages, and only those that are needed."""

from __future__ import annotations

import pytest

from leadcore_pdf import fonts


def names(text):
    return [path.name.split("[")[0].split("-")[0] for path in fonts.faces_for(text)]


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("Zoë Łódź Ευχαριστώ", ["NotoSans"]),
        ("अनन्या", ["NotoSans"]),
        ("شكرا", ["NotoSans", "NotoSansArabic"]),
        ("谢 שלום", ["NotoSans", "Heebo", "NotoSansCJKtc"]),
        ("\U0001f600", ["NotoSans"]),
    ],
)
def test_a_text_is_drawn_with_the_fonts_it_needs(text, chosen):
    assert names(text) == chosen


def test_letters_that_join_or_run_from_the_right_are_shaped():
    assert not fonts.needs_shaping("Łódź Ευχαριστώ")
    assert fonts.needs_shaping("a שלום")


def test_without_its_first_font_nothing_is_drawn(monkeypatch):
    fonts.faces.cache_clear()
    monkeypatch.setattr(fonts, "FACES", (("no_such_package", "NotoSans["), *fonts.FACES[1:]))
    with pytest.raises(FileNotFoundError, match="Noto Sans is missing"):
        fonts.faces()
    fonts.faces.cache_clear()


def test_without_an_extra_font_its_letters_are_told_by_code(monkeypatch):
    fonts.faces.cache_clear()
    monkeypatch.setattr(fonts, "FACES", (*fonts.FACES[:-1], ("no_such_package", "CJK")))
    assert fonts.shown("谢 a\tb\nc") == "[U+8C22] a b\nc"
    monkeypatch.undo()
    fonts.faces.cache_clear()
    assert fonts.shown("谢") == "谢"
