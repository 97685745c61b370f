"""The drawing: headings, tables that break over pages, page numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, VAlign, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from leadcore_pdf.fonts import faces_for, needs_shaping, shown
from leadcore_pdf.words import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Document"]

_INK, _FAINT, _ACCENT = (30, 30, 36), (110, 112, 120), (25, 62, 110)
_BAND = (238, 241, 246)
_BODY, _SMALL = 9.0, 7.5
_LINE = 1.4
_FAMILY = "leadcore-1"


class Document(FPDF):
    """A document on letter paper, with a line at the foot of every page.

    Args:
        foot: the line at the foot.
        text: whatever will be drawn, in any order; it decides which fonts are needed.
    """

    def __init__(self, *, foot: str, text: str) -> None:
        super().__init__(format="letter", unit="mm")
        self._foot = shown(foot)
        names: list[str] = []
        for number, path in enumerate(faces_for(text), 1):
            names.append(f"leadcore-{number}")
            self.add_font(names[-1], fname=path)
        self.set_fallback_fonts(names[1:], exact_match=False)
        self.set_margins(18, 18, 18)
        self.set_auto_page_break(auto=True, margin=20)
        self._style(_BODY, _INK)

    def footer(self) -> None:
        """Draw the foot: what it is, no legal advice, the page."""
        self.set_y(-14)
        self._style(_SMALL, _FAINT)
        self._shape(self._foot)
        self.cell(text=self._foot)
        self.set_x(-60)
        self.cell(w=42, text=f"page {self.page_no()} of {{nb}}", align="R")

    def finished(self) -> bytes:
        """Give the file, and let go of the fonts."""
        try:
            return bytes(self.output())
        finally:
            for font in self.fonts.values():
                if isinstance(font, TTFFont):
                    font.close()

    def _style(self, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font(_FAMILY, size=size)
        self.set_text_color(*colour)

    def title_line(self, text: str) -> None:
        """Draw the title."""
        self._style(20, _ACCENT)
        self._lines(text, 20)

    def heading(self, text: str) -> None:
        """Draw the heading of a part; never the last line of a page."""
        self._room(24)
        self.ln(4)
        self._style(13, _ACCENT)
        self._lines(text, 13)
        self.set_draw_color(*_ACCENT)
        self.line(self.l_margin, self.y, self.w - self.r_margin, self.y)
        self.ln(2)

    def entry(self, text: str) -> None:
        """Draw the heading of one record; never the last line of a page."""
        self._room(18)
        self.ln(2)
        self._style(10, _ACCENT)
        self._lines(text, 10)

    def _room(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()

    def paragraph(self, text: str, *, faint: bool = False) -> None:
        """Draw a paragraph."""
        self._style(_SMALL if faint else _BODY, _FAINT if faint else _INK)
        self._lines(text, _SMALL if faint else _BODY)
        self.ln(1)

    def _lines(self, text: str, size: float) -> None:
        height = size * _LINE * 25.4 / 72
        self._shape(text)
        self.multi_cell(
            w=0, h=height, text=shown(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def _shape(self, text: str) -> None:
        # Only where it is needed: it takes most of the time.
        self.set_text_shaping(use_shaping_engine=needs_shaping(text))

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Draw labels and what they stand for, side by side."""
        broken = (
            ("" if number else label, piece)
            for label, text in rows
            for number, piece in enumerate(pieces(text))
        )
        self._table(
            broken, widths=(1, 2.4), heads=None, borders=TableBordersLayout.NONE, faint_first=True
        )

    def grid(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]
    ) -> None:
        """Draw a table whose heads are repeated on every page it goes on to."""
        self._table(rows, widths=widths, heads=heads, borders=TableBordersLayout.HORIZONTAL_LINES)

    def _table(
        self,
        rows: Iterable[Sequence[str]],
        *,
        widths: Sequence[float],
        heads: Sequence[str] | None,
        borders: TableBordersLayout,
        faint_first: bool = False,
    ) -> None:
        told = [tuple(map(shown, cells)) for cells in rows]
        self._shape("".join(text for cells in told for text in cells))
        self._style(_BODY, _INK)
        self.set_draw_color(205, 209, 216)
        faint = FontFace(color=_FAINT)
        with self.table(
            align="LEFT",
            borders_layout=borders,
            col_widths=tuple(widths),
            first_row_as_headings=heads is not None,
            headings_style=FontFace(color=_ACCENT, fill_color=_BAND),
            line_height=_BODY * _LINE * 25.4 / 72,
            padding=(0.4, 1.2),
            text_align="LEFT",
            v_align=VAlign.T,
            width=self.epw,
        ) as table:
            if heads is not None:
                table.row(tuple(map(shown, heads)))
            for cells in told:
                row = table.row()
                for place, text in enumerate(cells):
                    row.cell(text, style=faint if faint_first and not place else None)
        self.ln(1)
