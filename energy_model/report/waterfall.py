"""What changed in a headline and why: a waterfall over the mechanisms of the model, as a figure and as a page.

``python -m energy_model.report.waterfall docs/notes/headline.md`` writes the page's generated part and
``docs/images/headline.png``; the words above the marker are written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from energy_model.data.load import GasData, load_data
from energy_model.errors import ResultError
from energy_model.files import write_text
from energy_model.generated_page import GeneratedPart
from energy_model.impact.answer import Answer
from energy_model.impact.mechanisms import STEPS, cuts_of, mechanisms
from energy_model.impact.study import Study, study
from energy_model.report import style
from energy_model.report.answers import heading, unit_of
from energy_model.report.markdown import markdown, wrapped

PART = GeneratedPart("<!-- measured; everything below is written by energy_model/report/waterfall.py -->")
IMAGE = "headline.png"
LESS = "#22935C"
"""Bars of steps that take cuts away."""


def waterfall(steps: pd.DataFrame, title: str, subtitle: str = "") -> Figure:
    """Bars from the answer without any mechanism to that with all of them; a step's bar begins where the last ended.

    Parameters
    ----------
    steps : DataFrame
        The first table of the question ``mechanisms``: ``step`` and the region's cuts after it.
    """
    key = cuts_of(steps)
    level = steps[key].to_numpy(float)
    names = [_spoken(name) for name in steps["step"]] + ["all of them"]
    left = np.array([0.0, *np.minimum(level[1:], level[:-1]), 0.0])
    width = np.array([level[0], *np.abs(np.diff(level)), level[-1]])
    colours = [style.INK, *(style.UNSERVED if up > 0.0 else LESS for up in np.diff(level)), style.INK]
    said = [f"{level[0]:,.0f}", *(f"{change + 0.0:+,.0f}" for change in np.diff(level)), f"{level[-1]:,.0f}"]
    with style.house_style():
        figure = style.new_figure((style.HALF_PAGE[0], 1.6 + 0.34 * len(names)))
        top = style.add_header(figure, title, subtitle)
        axes = figure.add_axes((0.27, 0.14, 0.66, top - 0.22))
        place = np.arange(len(names))[::-1]
        axes.barh(place, width, left=left, color=colours, height=0.66)
        ends = np.array([level[0], *level[1:], level[-1]])
        for at, end in zip(place[:-1], ends[:-1], strict=True):
            axes.plot([end, end], [at - 0.33, at - 0.67], color=style.MUTED, linewidth=0.8)
        for at, end, words in zip(place, left + width, said, strict=True):
            axes.text(end, at, f" {words}", va="center", size=8, color=style.INK)
        axes.set_yticks(place, names)
        axes.set_xlim(0.0, 1.12 * max(float((left + width).max()), 1.0))
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(f"{heading(key)}, over the horizon", color=style.MUTED)
        axes.tick_params(length=0)
    return figure


def headline_page(page: str, asked: Study, answer: Answer, image: str) -> str:
    """The page with its generated part written anew.

    Raises
    ------
    ResultError
        If the page does not say where that part begins.
    """
    scenario = asked.scenario
    parts = [
        f"## {scenario.title}, by mechanism\n",
        f"{answer.words}\n",
        f"![{scenario.title}: curtailed, by mechanism]({image})\n",
        *(part for caption, table in answer.tables.items() for part in (f"### {caption}\n", _table(table))),
        "## How\n",
        f"{answer.method}\n",
        "\n".join(f"- {caveat}" for caveat in answer.caveats) + "\n",
    ]
    return PART.page(page, wrapped("\n".join(parts)))


def write_headline_page(path: Path, data: GasData | None = None) -> Path:
    """Solve the scenario that stands for a shortage with every mechanism switched on in turn; write page and picture.

    Raises
    ------
    ResultError
        If the storyline names no such scenario, or the scenario uses no mechanism.
    """
    data = data if data is not None else load_data()
    name = data.storyline.briefing.shortage
    if not name:
        raise ResultError("storyline.toml names no scenario that stands for a shortage (briefing.shortage); add it")
    asked = study(name, data)
    answer = mechanisms(asked)
    if not answer.applies:
        raise ResultError(answer.words)
    picture = path.parent.parent / "images" / IMAGE
    title = f"What the mechanisms of the model do to '{asked.scenario.short_title or asked.scenario.title}'"
    style.save_figure(waterfall(answer[STEPS], title, "Switched on one after another, in months"), picture)
    made = headline_page(path.read_text(encoding="utf-8"), asked, answer, f"../images/{IMAGE}")
    return write_text(path, made)


def _spoken(name: object) -> str:
    return str(name).replace("_", " ")


def _table(table: pd.DataFrame) -> str:
    rows = [[_cell(str(name), value) for name, value in row.items()] for row in table.to_dict("records")]
    return markdown([heading(str(name)) for name in table.columns], rows)


def _cell(name: str, value: object) -> str:
    if not isinstance(value, float):
        return f"`{value}`" if name == "mechanism" else str(value)
    if np.isnan(value):
        return ""
    return f"{100.0 * value:.1f}" if unit_of(name) == "share" else f"{value + 0.0:,.1f}"


if __name__ == "__main__":
    for file in sys.argv[1:]:
        write_headline_page(Path(file))
