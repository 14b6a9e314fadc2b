"""A page as HTML in one file: no script, no request, printable on one sheet, readable by a screen reader."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from pathlib import Path

from energy_model.report import style
from energy_model.report.onepage.layout import MARGIN_MM, TALL_MM, WIDE_MM
from energy_model.report.onepage.page import Number, Page, Picture, Section, Table

_STYLE = f"""
@page {{ size: {WIDE_MM:g}mm {TALL_MM:g}mm; margin: 10mm {MARGIN_MM:g}mm; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; max-width: {WIDE_MM - 2 * MARGIN_MM:g}mm; padding: 4mm 0; color: {style.INK}; background: #fff;
  font: 9pt/1.28 "DejaVu Sans", Verdana, Arial, sans-serif; }}
h1 {{ font-size: 17pt; line-height: 1.15; margin: 0 0 1.5mm; }}
h2 {{ font-size: 10.5pt; margin: 2.6mm 0 0.6mm; }}
p {{ margin: 0 0 0.8mm; }}
.muted, figcaption, th {{ color: {style.MUTED}; }}
.numbers {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(45mm, 1fr)); gap: 5mm; margin: 2.5mm 0; }}
.numbers div {{ border-top: 1.2pt solid {style.INK}; padding-top: 1mm; }}
.numbers strong {{ display: block; font-size: 20pt; line-height: 1.15; color: {style.UNSERVED}; }}
.numbers span {{ display: block; }}
.pair {{ display: grid; grid-template-columns: 92mm 1fr; gap: 5mm; }}
.pair h2:first-child {{ margin-top: 0; }}
figure {{ margin: 0; }}
figure img {{ width: 100%; display: block; }}
figcaption {{ font-size: 7.5pt; }}
table {{ width: 100%; border-collapse: collapse; }}
th {{ font-size: 7.6pt; font-weight: normal; text-align: left; vertical-align: bottom; }}
th, td {{ padding: 0.5mm 1.6mm 0.5mm 0; border-bottom: 0.6pt solid {style.RULE}; vertical-align: top; }}
.right {{ text-align: right; }}
aside {{ border-top: 1.2pt solid {style.UNSERVED}; margin-top: 3mm; padding-top: 1mm; }}
aside h2 {{ margin: 0; color: {style.UNSERVED}; font-size: 9pt; }}
footer {{ border-top: 0.6pt solid {style.RULE}; margin-top: 2mm; padding-top: 1mm; font-size: 7pt;
  color: {style.MUTED}; }}
@media (max-width: 170mm) {{ body {{ padding: 4mm; font-size: 11pt; }} .pair {{ grid-template-columns: 1fr; }} }}
"""


def write_html(page: Page, path: Path) -> None:
    """Write a page as one file of HTML."""
    path.write_text("\n".join(_lines(page)) + "\n", encoding="utf-8", newline="\n")


def _lines(page: Page) -> Iterable[str]:
    yield f'<!DOCTYPE html>\n<html lang="{page.language}">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(page.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
    yield f'<h1>{escape(page.title)}</h1>\n<p class="muted">{escape(page.subtitle)}</p>'
    yield '<div class="numbers">'
    for number in page.numbers:
        yield from _number(number)
    yield "</div>"
    if page.picture is not None and page.beside:
        yield f'<div class="pair">\n{_figure(page.picture)}\n<div>'
        yield from _sections(page.beside)
        yield "</div>\n</div>"
    else:
        if page.picture is not None:
            yield _figure(page.picture)
        yield from _sections(page.beside)
    yield from _sections(page.below)
    yield f"<aside>\n<h2>{escape(page.caveat_heading)}</h2>\n<p>{escape(page.caveat)}</p>\n</aside>\n</main>"
    yield f"<footer>{escape(page.source)}</footer>\n</body>\n</html>"


def _number(number: Number) -> Iterable[str]:
    yield f'<div><span class="muted">{escape(number.label)}</span><strong>{escape(number.value)}</strong>'
    if number.span:
        yield f"<span>{escape(number.span)}</span>"
    if number.detail:
        yield f'<span class="muted">{escape(number.detail)}</span>'
    yield "</div>"


def _figure(picture: Picture) -> str:
    source = f"data:image/png;base64,{b64encode(picture.png).decode()}"
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    return f'<figure><img src="{source}" alt="{escape(picture.alt, quote=True)}">{caption}</figure>'


def _sections(sections: Iterable[Section]) -> Iterable[str]:
    for section in sections:
        yield f"<section>\n<h2>{escape(section.heading)}</h2>"
        yield from (f"<p>{escape(text)}</p>" for text in section.paragraphs)
        if section.table is not None:
            yield from _table(section.table)
        yield "</section>"


def _table(table: Table) -> Iterable[str]:
    looks = [' class="right"' if number and not table.has_words(number) else "" for number in range(len(table.heads))]
    widths = "".join(f'<col style="width:{100.0 * share:.0f}%">' for share in table.widths)
    yield f"<table><colgroup>{widths}</colgroup>"
    heads = "".join(f'<th scope="col"{look}>{escape(head)}</th>' for head, look in zip(table.heads, looks, strict=True))
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    for row in table.rows:
        cells = "".join(f"<td{look}>{escape(cell)}</td>" for cell, look in zip(row, looks, strict=True))
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"
