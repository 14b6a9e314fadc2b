"""Charts of the briefing: at most four lines in colour, a title that says what is found, type that can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.chart import Chart

from energy_model.report import style
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book

COLOURED = 4
"""Lines that a reader can tell apart; the others are grey, thin and without a name."""
SIZE, TITLE_SIZE = 9, 11
"""Of type in a chart and of its title, in points."""
BASE_WIDTH, WIDTH, GREY_WIDTH = 2.5, 2.0, 0.75


@dataclass(frozen=True)
class Series:
    """One line or one set of bars: its name and its cells.

    Attributes
    ----------
    name : str
        Or a formula that leads to it.
    categories, values : sequence
        Sheet, first row, first column, last row, last column; from 0.
    colour : str, optional
    """

    name: str
    categories: Sequence[str | int]
    values: Sequence[str | int]
    colour: str | None = None


def line_chart(book: Book, title: str, series: Sequence[Series], **axis: Any) -> Chart:
    """Lines over months; the first is what others are measured against.

    Parameters
    ----------
    title : str
        The finding, or a formula that leads to it.
    axis : optional
        Properties of the axis of values.
    """
    chart = book.workbook.add_chart({"type": "line"})
    for number, one in enumerate(series):
        colour = (one.colour or style.SCENARIO_COLOURS[number]) if number < COLOURED else style.RULE
        width = BASE_WIDTH if number == 0 else WIDTH if number < COLOURED else GREY_WIDTH
        chart.add_series(_entry(book, one) | {"line": {"color": colour, "width": width}})
    _dress(book, chart, title, axis)
    chart.set_x_axis(_months(book))
    if len(series) > COLOURED:
        chart.set_legend({**_legend(), "delete_series": list(range(COLOURED, len(series)))})
    return chart


def column_chart(book: Book, title: str, series: Sequence[Series], *, stacked: bool = False, **axis: Any) -> Chart:
    """Columns over months."""
    chart = book.workbook.add_chart({"type": "column", **({"subtype": "stacked"} if stacked else {})})
    for number, one in enumerate(series):
        colour = (one.colour or style.SCENARIO_COLOURS[number]) if number < COLOURED else style.RULE
        chart.add_series(_entry(book, one) | {"fill": {"color": colour}, "border": {"none": True}, "gap": 60})
    _dress(book, chart, title, axis)
    chart.set_x_axis(_months(book))
    return chart


def bar_chart(book: Book, title: str, one: Series, most: float, number: str = "#,##0") -> Chart:
    """Bars with their names beside them and their numbers at their ends, the first on top."""
    chart = book.workbook.add_chart({"type": "bar"})
    labels = {"value": True, "num_format": f"{number};-{number};0", "font": _font()}
    fill = {"fill": {"color": one.colour or style.UNSERVED}, "gap": 35, "data_labels": labels}
    chart.add_series(_entry(book, one) | fill)
    _dress(book, chart, title, {})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": _font(), "line": {"color": style.RULE}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0, "max": 1.15 * max(most, 1.0)})
    return chart


def waterfall_chart(book: Book, title: str, series: Sequence[Series]) -> Chart:
    """Stacked bars of which the first set, without a colour, lifts the others to where they start."""
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for number, one in enumerate(series):
        look = {"fill": {"none": True}} if one.colour is None else {"fill": {"color": one.colour}}
        shown = {} if number == 0 else {"data_labels": {"value": True, "num_format": "#,##0;-#,##0;;", "font": _font()}}
        chart.add_series(_entry(book, one) | look | shown | {"gap": 35, "border": {"none": True}})
    _dress(book, chart, title, {})
    chart.set_legend({**_legend(), "delete_series": [0]})
    chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": _font(), "line": {"color": style.RULE}})
    chart.set_x_axis({"num_font": _font(), "num_format": "#,##0", "major_gridlines": {"visible": False}, "min": 0})
    return chart


def scatter_chart(book: Book, title: str, series: Sequence[Series], **axis: Any) -> Chart:
    """Lines over numbers; both axes are shares unless their number format is given otherwise."""
    chart = book.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    for number, one in enumerate(series):
        seen = number < COLOURED
        colour = one.colour if seen and one.colour else style.RULE
        marker = {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}}
        chart.add_series(_entry(book, one) | {"line": {"color": colour, "width": WIDTH}, "marker": marker})
    _dress(book, chart, title, axis)
    chart.set_x_axis({"num_font": _font(), "num_format": "0%", "line": {"color": style.RULE}, "min": 0})
    return chart


def _entry(book: Book, one: Series) -> dict[str, Any]:
    cells = [[book.say(str(part[0])), *part[1:]] for part in (one.categories, one.values)]
    return {"name": _told(book, one.name), "categories": cells[0], "values": cells[1]}


def _told(book: Book, text: str) -> str:
    """Words, or a formula that leads to them, in the language of the workbook."""
    return book.tongue.formula(text) if text.startswith("=") else book.say(text)


def _dress(book: Book, chart: Chart, title: str, axis: Mapping[str, Any]) -> None:
    font = {"name": bk.FONT, "size": TITLE_SIZE, "bold": True, "color": style.INK}
    chart.set_title({"name": _told(book, title), "name_font": font, "overlay": False})
    chart.set_legend(_legend())
    grid = {"visible": True, "line": {"color": style.RULE, "width": 0.5}}
    look = {"num_font": _font(), "major_gridlines": grid, "line": {"none": True}, "num_format": "#,##0", "min": 0}
    chart.set_y_axis({**look, **axis})
    chart.set_chartarea({"border": {"none": True}})


def _months(book: Book) -> dict[str, Any]:
    """The axis of months."""
    look = book.tongue.number_format("mmm yy")
    return {"num_font": _font(), "num_format": look, "line": {"color": style.RULE}, "interval_unit": 2}


def _legend() -> dict[str, Any]:
    return {"position": "bottom", "font": _font()}


def _font() -> dict[str, Any]:
    return {"name": bk.FONT, "size": SIZE, "color": style.MUTED}
