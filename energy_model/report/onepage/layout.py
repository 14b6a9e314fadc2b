"""Where everything stands on a sheet of A4: texts are wrapped, and type shrinks until one sheet holds them.

The PDF draws these boxes, and the slide puts its own boxes at their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from energy_model.errors import OutputError
from energy_model.report import style
from energy_model.report.onepage.libraries import reportlab_fonts
from energy_model.report.onepage.page import Page, Picture, Section, Table

WIDE_MM, TALL_MM = 210.0, 297.0
MARGIN_MM, GAP_MM = 15.0, 5.0
FOOT_MM = 13.0
"""Kept free at the foot for the source."""
MM_PER_PT = 25.4 / 72.0
LEADING = 1.24
TITLE_PT, NUMBER_PT = 17.0, 21.0
SCALES = (1.15, 1.12, 1.09, 1.06, 1.03, 1.0, 0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.79)
"""Sizes of type that are tried; below the last one a page could not be read at arm's length."""
BETWEEN_WORDS = re.compile(r"\s+(?!%|TWh|GWh|EUR|bn EUR|Mrd)")
"""Where a line may end."""
REGULAR, BOLD = "page", "page-bold"
"""Names of the two fonts."""


@dataclass(frozen=True)
class Text:
    """Lines of one look in a box; places and sizes in mm from the upper left corner, type in points."""

    x: float
    y: float
    width: float
    lines: tuple[str, ...]
    size: float
    colour: str = style.INK
    bold: bool = False
    right: bool = False

    @property
    def height(self) -> float:
        """Height of the lines."""
        return len(self.lines) * self.size * LEADING * MM_PER_PT

    @property
    def whole(self) -> str:
        """The text without its line breaks."""
        return " ".join(self.lines)


@dataclass(frozen=True)
class Rule:
    """A horizontal line."""

    x: float
    y: float
    width: float
    colour: str = style.RULE
    weight_pt: float = 0.6


@dataclass(frozen=True)
class Image:
    """A picture in its place."""

    x: float
    y: float
    picture: Picture


Box = Text | Rule | Image


def laid_out(page: Page) -> list[Box]:
    """The boxes of a page, at the largest size of type with which they fit one sheet.

    Raises
    ------
    OutputError
        If there is too much text for a sheet at the smallest size, or a library is missing.
    """
    reportlab_fonts()
    for scale in SCALES:
        boxes, bottom = _Sheet(page, scale).boxes()
        if bottom <= TALL_MM - FOOT_MM:
            return boxes
    raise OutputError(f"the page '{page.title}' does not fit one sheet of A4; shorten its titles")


def width_mm(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text on one line."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, BOLD if bold else REGULAR, size)) * MM_PER_PT


def wrapped(text: str, wide_mm: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """Lines of a text in a width; a number stays on one line with its unit."""
    lines: list[str] = []
    for word in BETWEEN_WORDS.split(text.strip()):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(longer, size, bold=bold) <= wide_mm:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


class _Sheet:
    """Boxes of a page at one size of type, put down from the top."""

    def __init__(self, page: Page, scale: float) -> None:
        self.page, self.scale = page, scale
        self.made: list[Box] = []

    def boxes(self) -> tuple[list[Box], float]:
        """All boxes, and where the last one above the foot ends."""
        page, width = self.page, WIDE_MM - 2 * MARGIN_MM
        y = self._text(MARGIN_MM, MARGIN_MM - 3.0, width, page.title, TITLE_PT / max(self.scale, 1.0), bold=True)
        y = self._text(MARGIN_MM, y + 1.2, width, page.subtitle, 9.0, style.MUTED) + 2.2
        y = self._numbers(y) + 3.0
        if page.picture is not None and page.beside:
            left = page.picture.width_mm
            right_x = MARGIN_MM + left + GAP_MM
            below = self._picture(MARGIN_MM, y, page.picture)
            y = max(below, self._sections(right_x, y, width - left - GAP_MM, page.beside)) + 2.5
        else:
            if page.picture is not None:
                y = self._picture(MARGIN_MM, y, page.picture) + 1.5
            y = self._sections(MARGIN_MM, y, width, page.beside) if page.beside else y
        y = self._sections(MARGIN_MM, y, width, page.below) + 1.5
        y = self._caveat(y, width)
        foot = wrapped(page.source, width, 6.8)
        top = TALL_MM - 5.0 - len(foot) * 6.8 * LEADING * MM_PER_PT
        self.made.append(Rule(MARGIN_MM, top - 1.2, width))
        self.made.append(Text(MARGIN_MM, top, width, foot, 6.8, style.MUTED))
        return self.made, y

    def _text(
        self, x: float, y: float, width: float, text: str, size: float, colour: str = style.INK, *, bold: bool = False,
        right: bool = False,
    ) -> float:  # fmt: skip
        size = round(size * self.scale, 2)
        box = Text(x, y, width, wrapped(text, width, size, bold), size, colour, bold, right)
        self.made.append(box)
        return y + box.height

    def _numbers(self, y: float) -> float:
        count = len(self.page.numbers)
        width = (WIDE_MM - 2 * MARGIN_MM - GAP_MM * (count - 1)) / max(count, 1)
        size = NUMBER_PT
        while any(width_mm(one.value, size * self.scale, bold=True) > width for one in self.page.numbers):
            size -= 1.0
        ends = [y]
        for place, number in enumerate(self.page.numbers):
            x = MARGIN_MM + place * (width + GAP_MM)
            self.made.append(Rule(x, y, width, style.INK, 1.2))
            at = self._text(x, y + 1.2, width, number.label, 8.6, style.MUTED)
            at = self._text(x, at, width, number.value, size, style.UNSERVED, bold=True)
            for line, colour in ((number.span, style.INK), (number.detail, style.MUTED)):
                at = self._text(x, at, width, line, 8.6, colour) if line else at
            ends.append(at)
        return max(ends)

    def _picture(self, x: float, y: float, picture: Picture) -> float:
        self.made.append(Image(x, y, picture))
        y += picture.height_mm
        return self._text(x, y + 0.8, picture.width_mm, picture.caption, 7.4, style.MUTED) if picture.caption else y

    def _sections(self, x: float, y: float, width: float, sections: Sequence[Section]) -> float:
        for section in sections:
            y = self._text(x, y, width, section.heading, 10.4, bold=True) + 0.4
            for paragraph in section.paragraphs:
                y = self._text(x, y, width, paragraph, 8.8) + 0.6
            if section.table is not None:
                y = self._table(x, y + 0.3, width, section.table)
            y += 2.4
        return y - 2.4

    def _table(self, x: float, y: float, width: float, table: Table) -> float:
        for row, size, colour in _rows(table):
            ends, left = [], x
            for column, (cell, share) in enumerate(zip(row, table.widths, strict=True)):
                span = share * width
                inner = span - (3.0 if column < len(row) - 1 else 0.0)
                right = column > 0 and not table.has_words(column)
                ends.append(self._text(left, y + 0.5, inner, cell, size, colour, right=right))
                left += span
            y = max(ends) + 0.5
            self.made.append(Rule(x, y, width))
        return y

    def _caveat(self, y: float, width: float) -> float:
        self.made.append(Rule(MARGIN_MM, y, width, style.UNSERVED, 1.2))
        y = self._text(MARGIN_MM, y + 1.0, width, self.page.caveat_heading, 8.8, style.UNSERVED, bold=True)
        return self._text(MARGIN_MM, y, width, self.page.caveat, 8.8)


def _rows(table: Table) -> Iterator[tuple[tuple[str, ...], float, str]]:
    yield table.heads, 7.6, style.MUTED
    for row in table.rows:
        yield row, 8.8, style.INK
