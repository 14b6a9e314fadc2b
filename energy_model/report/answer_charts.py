"""Charts of answers as native charts of their worksheets: waterfalls, and lines over a column of numbers."""

from __future__ import annotations

import pandas as pd
from xlsxwriter.chart import Chart

from energy_model.impact.answer import Picture
from energy_model.report import style
from energy_model.report.steps import LESS, bars_of, steps_of
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Column, Page
from energy_model.report.workbook.charts import Series, scatter_chart, waterfall_chart

ROWS_OF_A_CHART = 19
WIDTH, HEIGHT, PITCH = 760, 350, 8
"""Pixels of a chart, and columns from one to the next."""
KINDS = ("level", "more", "less")
"""Series of a waterfall beside where its bars start."""
LETTERS = 46
"""Of a name beside a bar."""


def draw(page: Page, picture: Picture, table: pd.DataFrame, top: int, place: tuple[int, int]) -> None:
    """Draw a picture from the cells of its table.

    Parameters
    ----------
    top : int
        First row of the table.
    place : tuple of int
        Row of the chart, and how many stand to its left.
    """
    chart = _lines(page, picture, table, top) if picture.kind == "lines" else _waterfall(page, picture, table)
    if chart is None:
        return
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    page.chart(chart, place[0], PITCH * place[1], f"{picture.finding}. Drawn from the table '{picture.table}'.")


def _lines(page: Page, picture: Picture, table: pd.DataFrame, top: int) -> Chart:
    """Columns of a table over one of them; shares of one as per cent."""
    last, names = top + len(table) - 1, [str(name) for name in table.columns]
    across = names.index(picture.names)
    series = []
    for number, name in enumerate(picture.values):
        col = names.index(name)
        head = f"='{page.name}'!{bk.cell(top - 1, col, fixed=True)}"
        colour = style.SCENARIO_COLOURS[number % len(style.SCENARIO_COLOURS)]
        series.append(Series(head, [page.name, top, across, last, across], [page.name, top, col, last, col], colour))
    return scatter_chart(page.book, picture.finding, series, num_format="0%")


def _waterfall(page: Page, picture: Picture, table: pd.DataFrame) -> Chart | None:
    """Levels and changes as stacked bars, from a table of their ends below the answer; none if any lies below zero."""
    steps = steps_of(picture, table)
    bars = bars_of(steps.values, steps.levels)
    if min(bar.low for bar in bars) < -bk.DUST:
        return None
    page.heading("Behind the chart")
    columns = [
        Column("Step", width=LETTERS),
        *(Column(f"{head} (in its unit)", bk.TWH, 12.5) for head in ("Starts at", "Level", "More", "Less")),
    ]
    first = page.header(columns)
    for name, bar in zip(steps.names, bars, strict=True):
        length = [bar.high - bar.low if bar.kind == kind else 0.0 for kind in KINDS]
        page.line(columns, [name, max(bar.low, 0.0), *length])
    last = page.row - 1
    page.row += 1
    heads, colours = ("Starts at", "Level", "More", "Less"), (None, style.INK, style.UNSERVED, LESS)
    series = [
        Series(head, [page.name, first, 0, last, 0], [page.name, first, col, last, col], colour)
        for col, (head, colour) in enumerate(zip(heads, colours, strict=True), 1)
    ]
    return waterfall_chart(page.book, picture.finding, series)
