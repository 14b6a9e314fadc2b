"""Pages of small multiples: for every series what was observed and what the model chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.figure import Figure

from energy_model.cases.ukraine_2022.replay.entries import ENTRY_GROUPS
from energy_model.cases.ukraine_2022.replay.page import OTHERS, honest_lines, planned_lines, validation_page
from energy_model.data.load import GasData
from energy_model.files import check_writable, write_text
from energy_model.report import style
from energy_model.report.replay_page import write_replay
from energy_model.validate.replay import ReplayReport, compare, gains, replay
from energy_model.validate.replay.era import Era, Planner

OBSERVED_COLOUR, MODEL_COLOUR, NAIVE_COLOUR = style.INK, style.SUPPLIER_COLOURS[0], style.RULE
COLUMNS, ROWS = 5, 6
SCREEN_DPI = 90
SMALL_TWH = 0.3
"""Series that never reach this are not drawn."""
PAGES = {
    "flows": (compare.PRICE, compare.DEMAND, compare.LNG_REGION, compare.LNG,
              *(group for origin, group in ENTRY_GROUPS.items() if origin != "RU")),
    "storage": (compare.LEVEL,),
    "storage_movement": (compare.INJECTION, compare.WITHDRAWAL),
}  # fmt: skip
"""Groups of series on each page."""


BEGIN, END = "<!-- errors of the replay -->", "<!-- end of errors -->"
"""Marks around the errors that a page quotes."""


def label(group: str, series: str) -> str:
    """Group and series in few words.

    >>> label("Norway by landing point", "emden_de"), label("LNG by country", "BE")
    ('Norway, emden de', 'LNG, BE')
    """
    short = {"Norway by landing point": "Norway", "LNG by country": "LNG", "from Great Britain": "GB exports"}
    return f"{short.get(group, group)}, {series.replace('_', ' ')}"


def draw_pages(report: ReplayReport, folder: Path) -> list[Path]:
    """Write the pages of every era as PNG and return their paths."""
    paths = []
    for era, part in report.series.groupby("era", observed=True, sort=False):
        for page, groups in PAGES.items():
            drawn = small_multiples(part, report.titles[str(era)], groups)
            for number, figure in enumerate(drawn, start=1):
                name = f"{era}_{page}" if number == 1 else f"{era}_{page}_{number}"
                paths.append(style.save_figure(figure, folder / f"{name}.png"))
    return paths


def small_multiples(series: pd.DataFrame, title: str, groups: tuple[str, ...]) -> Iterator[Figure]:
    """Figures of at most thirty panels: observed dark, modelled red, the mean of the years before light."""
    wanted = [
        (group, name, part)
        for group in groups
        for name, part in series[series["group"] == group].groupby("series", observed=True)
        if part["observed"].notna().any() and part[["observed", "modelled"]].max().max() > SMALL_TWH
    ]
    for first in range(0, len(wanted), COLUMNS * ROWS):
        with style.house_style():
            yield _page(wanted[first : first + COLUMNS * ROWS], title)


def _page(panels: list[tuple[str, str, pd.DataFrame]], title: str) -> Figure:
    figure = style.new_figure(style.A4_LANDSCAPE)
    top = style.add_header(
        figure,
        f"Replay of {title}",
        "Observed (dark), chosen by the model (red), mean of the same months in the years before (light). "
        "TWh a month, storage levels in TWh, price in EUR/MWh.",
    )
    rows = -(-len(panels) // COLUMNS)
    height = (top - 0.07) / max(rows, 3)
    for number, (group, name, part) in enumerate(panels):
        row, column = divmod(number, COLUMNS)
        place = (0.045 + column * 0.192, top - (row + 1) * height + 0.025, 0.155, height * 0.66)
        axes = figure.add_axes(place)
        part = part.sort_values("month")
        for line, colour, width in (
            ("naive", NAIVE_COLOUR, 1.2), ("observed", OBSERVED_COLOUR, 1.6), ("modelled", MODEL_COLOUR, 1.6)
        ):  # fmt: skip
            if line in part and part[line].notna().any():
                axes.plot(part["month"], part[line], color=colour, linewidth=width)
        axes.set_ylim(bottom=0.0)
        axes.set_title(label(group, name), fontsize=6.5, loc="left", pad=2)
        axes.tick_params(length=0, labelsize=5.5)
        axes.xaxis.set_major_locator(mdates.MonthLocator(bymonth=(1, 4, 7, 10)))
        axes.xaxis.set_major_formatter(mdates.DateFormatter("%b"))
    style.add_source_line(
        figure,
        style.source_line("ENTSOG", "GIE AGSI and ALSI", "Eurostat", "World Bank", note="Model: own calculation."),
    )
    return figure


def write_tables(report: ReplayReport, folder: Path) -> Path:
    """Scoreboard, series, aims and border flows as CSV files, and the pages; the folder appears whole or not at all."""
    return write_replay(report, folder, draw_pages)


def with_quotes(text: str, lines: str) -> str:
    """A page with fresh lines between the marks around the errors that it quotes; one without marks as it is.

    >>> with_quotes("a <!-- errors of the replay --> old <!-- end of errors --> b", "- new")
    'a <!-- errors of the replay -->\\n\\n- new\\n\\n<!-- end of errors --> b'
    """
    head, mark, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    return f"{head}{mark}\n\n{lines}\n\n{end}{tail}" if mark and end else text


def planned_otherwise(data: GasData, eras: Iterable[Era]) -> dict[Planner, pd.DataFrame]:
    """Aims of eras by other planners."""
    eras = tuple(eras)
    return {planner: replay(data, eras=[era.planned(planner) for era in eras]).aims for planner in OTHERS}


def write_page(report: ReplayReport, data: GasData, path: Path) -> Path:
    """docs/validation.md, its picture under ``images``; runs eras without each mechanism and by other planners.

    The errors that README.md above it and limits.md beside it quote are written anew, between their marks.
    """
    given = [era for era in report.eras if era.demand == "observed"]
    planned = planned_otherwise(data, report.eras)
    page = validation_page(report, gains(data, report.aims, given), planned)
    shown = given[-1] if given else report.eras[-1]
    picture = next(small_multiples(report.series[report.series["era"] == shown.id], shown.title, PAGES["flows"]))
    check_writable(path.parent / "images")
    style.save_figure(picture, path.parent / "images" / "replay_2022.png", dpi=SCREEN_DPI)
    lines = "\n".join(f"- {line}" for line in [*honest_lines(report), *planned_lines(report, planned)])
    for file in (path.parent / "limits.md", path.parent.parent / "README.md"):
        if file.is_file():
            write_text(file, with_quotes(file.read_text(encoding="utf-8"), lines))
    return write_text(path, page)
