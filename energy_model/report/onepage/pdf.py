"""A page as PDF, by reportlab; the same page gives the same bytes."""

from __future__ import annotations

import io
from pathlib import Path

from energy_model.report.onepage.layout import (
    BOLD,
    LEADING,
    MM_PER_PT,
    REGULAR,
    TALL_MM,
    WIDE_MM,
    Image,
    Rule,
    Text,
    laid_out,
)
from energy_model.report.onepage.libraries import library
from energy_model.report.onepage.page import Page


def write_pdf(page: Page, path: Path) -> None:
    """Draw the boxes of a page on one sheet, with its fonts in the file, title and language."""
    canvas, images = library("reportlab.pdfgen.canvas", "reportlab"), library("reportlab.lib.utils", "reportlab")
    boxes = laid_out(page)
    sheet = canvas.Canvas(
        str(path), pagesize=(WIDE_MM / MM_PER_PT, TALL_MM / MM_PER_PT), invariant=1, lang=page.language
    )
    sheet.setTitle(page.title)
    sheet.setSubject(page.subtitle)
    sheet.setAuthor("energy-model")
    for box in boxes:
        left, top = box.x / MM_PER_PT, (TALL_MM - box.y) / MM_PER_PT
        if isinstance(box, Text):
            sheet.setFont(BOLD if box.bold else REGULAR, box.size)
            sheet.setFillColor(box.colour)
            for number, line in enumerate(box.lines):
                base = top - box.size * (0.95 + LEADING * number)
                if box.right:
                    sheet.drawRightString(left + box.width / MM_PER_PT, base, line)
                else:
                    sheet.drawString(left, base, line)
        elif isinstance(box, Rule):
            sheet.setStrokeColor(box.colour)
            sheet.setLineWidth(box.weight_pt)
            sheet.line(left, top, left + box.width / MM_PER_PT, top)
        elif isinstance(box, Image):
            shown = images.ImageReader(io.BytesIO(box.picture.png))
            height = box.picture.height_mm / MM_PER_PT
            sheet.drawImage(shown, left, top - height, box.picture.width_mm / MM_PER_PT, height)
    sheet.showPage()
    sheet.save()
