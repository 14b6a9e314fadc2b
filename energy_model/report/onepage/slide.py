"""A page as a slide of PowerPoint on a sheet of A4, by python-pptx: text boxes at the places of the PDF."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from energy_model.report.onepage.layout import TALL_MM, WIDE_MM, Image, Rule, Text, laid_out
from energy_model.report.onepage.libraries import library
from energy_model.report.onepage.page import Page
from energy_model.report.onepage.same_bytes import rewrite

FONT = "Arial"
"""A font that every office has; it runs narrower than the one that is measured, so nothing grows."""
BLANK = 6
"""Layout of python-pptx's template without a placeholder."""


def write_pptx(page: Page, path: Path) -> None:
    """Put the boxes of a page on a slide: texts stay texts, lines lines, the picture has its alternative text."""
    pptx, util = library("pptx", "python-pptx"), library("pptx.util", "python-pptx")
    colours, texts = library("pptx.dml.color", "python-pptx"), library("pptx.enum.text", "python-pptx")
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = util.Mm(WIDE_MM), util.Mm(TALL_MM)
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    for box in laid_out(page):
        place = util.Mm(box.x), util.Mm(box.y)
        if isinstance(box, Text):
            frame = slide.shapes.add_textbox(*place, util.Mm(box.width), util.Mm(box.height)).text_frame
            frame.word_wrap = True
            frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
            paragraph = frame.paragraphs[0]
            paragraph.alignment = texts.PP_ALIGN.RIGHT if box.right else texts.PP_ALIGN.LEFT
            run = paragraph.add_run()
            run.text = box.whole
            run.font.name, run.font.size, run.font.bold = FONT, util.Pt(box.size), box.bold
            run.font.color.rgb = colours.RGBColor.from_string(box.colour.lstrip("#"))
        elif isinstance(box, Rule):
            line = slide.shapes.add_connector(1, *place, util.Mm(box.x + box.width), util.Mm(box.y))
            line.line.width = util.Pt(box.weight_pt)
            line.line.color.rgb = colours.RGBColor.from_string(box.colour.lstrip("#"))
        elif isinstance(box, Image):
            size = util.Mm(box.picture.width_mm), util.Mm(box.picture.height_mm)
            shape = slide.shapes.add_picture(io.BytesIO(box.picture.png), *place, *size)
            _described(shape, box.picture.alt)
    rewrite(deck, page, path)


def _described(shape: Any, alt: str) -> None:
    """Give a picture its alternative text."""
    shape._element.nvPicPr.cNvPr.set("descr", alt)
