"""A page as a document of Word, by python-docx: headings, paragraphs and tables that can be edited."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from energy_model.report import style
from energy_model.report.onepage.layout import GAP_MM, MARGIN_MM, TALL_MM, WIDE_MM
from energy_model.report.onepage.libraries import library
from energy_model.report.onepage.page import Page, Section, Table
from energy_model.report.onepage.same_bytes import rewrite

FONT = "Arial"
BODY_PT, SMALL_PT, HEADING_PT, TITLE_PT, NUMBER_PT = 8.5, 7.0, 10.0, 16.0, 20.0
LOCALES = {"en": "en-GB", "de": "de-DE"}


def write_docx(page: Page, path: Path) -> None:
    """Write a page as one sheet of a document."""
    _Document(page).write(path)


class _Document:
    """A document that is filled from the top."""

    def __init__(self, page: Page) -> None:
        docx = library("docx", "python-docx")
        self.shared, self.enum = library("docx.shared", "python-docx"), library("docx.enum.text", "python-docx")
        self.oxml, self.ns = library("docx.oxml", "python-docx"), library("docx.oxml.ns", "python-docx")
        self.page, self.file = page, docx.Document()
        self.wide = WIDE_MM - 2 * MARGIN_MM
        self._set_up()

    def write(self, path: Path) -> None:
        """Fill and save it."""
        page = self.page
        self._say(self.file, page.title, TITLE_PT, bold=True, style_name="Title")
        self._say(self.file, page.subtitle, BODY_PT, style.MUTED, after=4.0)
        self._numbers()
        self._gap(3.0)
        if page.picture is not None and page.beside:
            left = page.picture.width_mm
            ((one, other),) = (row.cells for row in self._grid((left + GAP_MM, self.wide - left - GAP_MM)).rows)
            self._picture(one)
            self._sections(other, page.beside, self.wide - left - GAP_MM)
            self._gap(2.0)
        else:
            if page.picture is not None:
                self._picture(self.file)
            self._sections(self.file, page.beside, self.wide)
        self._sections(self.file, page.below, self.wide)
        self._say(self.file, page.caveat_heading, BODY_PT, style.UNSERVED, bold=True, before=4.0)
        self._say(self.file, page.caveat, BODY_PT)
        self._say(self.file, page.source, SMALL_PT, style.MUTED, before=3.0)
        rewrite(self.file, page, path)

    def _set_up(self) -> None:
        mm, pt = self.shared.Mm, self.shared.Pt
        section = self.file.sections[0]
        section.page_width, section.page_height = mm(WIDE_MM), mm(TALL_MM)
        section.left_margin = section.right_margin = mm(MARGIN_MM)
        section.top_margin, section.bottom_margin = mm(11.0), mm(9.0)
        section.header_distance = section.footer_distance = mm(4.0)
        normal = self.file.styles["Normal"]
        normal.font.name, normal.font.size = FONT, pt(BODY_PT)
        fonts = normal.element.get_or_add_rPr()
        language = self.oxml.OxmlElement("w:lang")
        language.set(self.ns.qn("w:val"), LOCALES.get(self.page.language, self.page.language))
        fonts.append(language)

    def _say(
        self, place: Any, text: str, size: float, colour: str = style.INK, *, bold: bool = False, right: bool = False,
        before: float = 0.0, after: float = 0.0, style_name: str = "Normal", first: bool = False,
    ) -> Any:  # fmt: skip
        """A paragraph; ``first`` takes the empty one that every cell has."""
        pt = self.shared.Pt
        paragraph = place.paragraphs[0] if first else place.add_paragraph()
        paragraph.style = self.file.styles[style_name]
        look = paragraph.paragraph_format
        look.space_before, look.space_after, look.line_spacing = pt(before), pt(after), 1.0
        look.keep_with_next = False
        if right:
            paragraph.alignment = self.enum.WD_ALIGN_PARAGRAPH.RIGHT
        if style_name != "Normal":
            self._no_border(paragraph)
        run = paragraph.add_run(text)
        run.font.name, run.font.size, run.font.bold = FONT, pt(size), bold
        run.font.color.rgb = self.shared.RGBColor.from_string(colour.lstrip("#"))
        return paragraph

    def _no_border(self, paragraph: Any) -> None:
        """Headings of the template have a rule below them."""
        border = self.oxml.OxmlElement("w:pBdr")
        bottom = self.oxml.OxmlElement("w:bottom")
        bottom.set(self.ns.qn("w:val"), "nil")
        border.append(bottom)
        paragraph._p.get_or_add_pPr().insert_element_before(
            border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )

    def _gap(self, size: float) -> None:
        self._say(self.file, "", size)

    def _grid(self, widths_mm: tuple[float, ...], rows: int = 1, place: Any = None) -> Any:
        """A table without lines."""
        mm = self.shared.Mm
        where = self.file if place is None else place
        grid = where.add_table(rows, len(widths_mm))
        grid.autofit = False
        for row in grid.rows:
            for cell, width in zip(row.cells, widths_mm, strict=True):
                cell.width = mm(width)
        for column, width in zip(grid.columns, widths_mm, strict=True):
            column.width = mm(width)
        return grid

    def _numbers(self) -> None:
        count = max(len(self.page.numbers), 1)
        grid = self._grid((self.wide / count,) * count)
        for cell, number in zip(grid.rows[0].cells, self.page.numbers, strict=False):
            self._say(cell, number.label, BODY_PT, style.MUTED, first=True)
            self._say(cell, number.value, NUMBER_PT, style.UNSERVED, bold=True)
            for line, colour in ((number.span, style.INK), (number.detail, style.MUTED)):
                if line:
                    self._say(cell, line, BODY_PT, colour)

    def _picture(self, place: Any) -> None:
        picture, mm = self.page.picture, self.shared.Mm
        assert picture is not None  # its caller has looked
        is_cell = place is not self.file
        run = self._say(place, "", BODY_PT, first=is_cell).add_run()
        shape = run.add_picture(io.BytesIO(picture.png), width=mm(picture.width_mm))
        shape._inline.docPr.set("descr", picture.alt)
        if picture.caption:
            self._say(place, picture.caption, SMALL_PT, style.MUTED)

    def _sections(self, place: Any, sections: tuple[Section, ...], width: float) -> None:
        is_cell = place is not self.file
        for number, section in enumerate(sections):
            first = is_cell and number == 0
            space = 0.0 if first else 4.0
            self._say(place, section.heading, HEADING_PT, bold=True, before=space, style_name="Heading 2", first=first)
            for paragraph in section.paragraphs:
                self._say(place, paragraph, BODY_PT, after=1.0)
            if section.table is not None:
                self._table(place, section.table, width)

    def _table(self, place: Any, table: Table, width: float) -> None:
        grid = self._grid(tuple(share * width for share in table.widths), 1 + len(table.rows), place)
        for number, (row, cells) in enumerate(zip(grid.rows, (table.heads, *table.rows), strict=True)):
            for column, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
                small = number == 0
                self._say(cell, text, SMALL_PT if small else BODY_PT, style.MUTED if small else style.INK, first=True,
                          right=column > 0 and not table.has_words(column))  # fmt: skip
