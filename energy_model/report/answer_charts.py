"""Charts of answers as native charts of their worksheets: waterfalls, and lines over a column of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from xlsxwriter.chart import Chart

from energy_model.impact.answer import Picture
from energy_model.report import style
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Column, Page
from energy_model.report.workbook.charts import Series, scatter_chart, waterfall_chart

ROWS_OF_A_CHART = 19
WIDTH, HEIGHT, PITCH = 760, 350, 8
"""Pixels of a chart, and columns from one to the next."""
ALL_OF_THEM = "all of them"
LESS = "#22935C"
"""Bars of changes that take away."""
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
    names, values = table[picture.names].astype(str).tolist(), table[picture.values[0]].to_numpy(float)
    levels = set(picture.levels)
    if picture.kind == "steps":
        names, levels = [*names, ALL_OF_THEM], {0, len(names)}
        values = np.array([values[0], *np.diff(values), values[-1]])
    rows = _ends(values, levels)
    if min(row[0] for row in rows) < -bk.DUST:
        return None
    page.heading("Behind the chart")
    columns = [
        Column("Step", width=LETTERS),
        *(Column(f"{head} (in its unit)", bk.TWH, 12.5) for head in ("Starts at", "Level", "More", "Less")),
    ]
    first = page.header(columns)
    for name, row in zip(names, rows, strict=True):
        page.line(columns, [name.replace("_", " "), *row])
    last = page.row - 1
    page.row += 1
    heads, colours = ("Starts at", "Level", "More", "Less"), (None, style.INK, style.UNSERVED, LESS)
    series = [
        Series(head, [page.name, first, 0, last, 0], [page.name, first, col, last, col], colour)
        for col, (head, colour) in enumerate(zip(heads, colours, strict=True), 1)
    ]
    return waterfall_chart(page.book, picture.finding, series)


def _ends(values: np.ndarray, levels: set[int]) -> list[Sequence[float]]:
    """Where each bar starts, and its length as a level, as more and as less.

    >>> [list(map(float, row)) for row in _ends(np.array([5.0, 2.0, -3.0, 4.0]), {0, 3})]
    [[0.0, 5.0, 0.0, 0.0], [5.0, 0.0, 2.0, 0.0], [4.0, 0.0, 0.0, 3.0], [0.0, 4.0, 0.0, 0.0]]
    """
    rows: list[Sequence[float]] = []
    at = 0.0
    for number, value in enumerate(values):
        if number in levels:
            at = float(value)
            rows.append((min(at, 0.0), max(at, 0.0), 0.0, 0.0))
            continue
        rows.append((min(at, at + value), 0.0, max(value, 0.0), max(-value, 0.0)))
        at += value
    return rows
