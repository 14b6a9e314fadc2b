"""What changed in a headline and why: a page with a waterfall over the mechanisms of the model.

``python -m energy_model.report.waterfall docs/notes/headline.md`` writes the page's generated part and
``docs/images/headline.png``; the words above the marker are written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.errors import ResultError
from energy_model.files import write_text
from energy_model.generated_page import GeneratedPart
from energy_model.impact.answer import Answer
from energy_model.impact.mechanisms import mechanisms
from energy_model.impact.study import Study, study
from energy_model.report import style
from energy_model.report.answers import heading, unit_of
from energy_model.report.markdown import markdown, wrapped
from energy_model.report.plots.answers import waterfall

PART = GeneratedPart("<!-- measured; everything below is written by energy_model/report/waterfall.py -->")
IMAGE = "headline.png"


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
    style.save_figure(waterfall(answer), picture)
    made = headline_page(path.read_text(encoding="utf-8"), asked, answer, f"../images/{IMAGE}")
    return write_text(path, made)


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
