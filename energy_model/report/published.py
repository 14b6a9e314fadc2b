"""Published shortages beside ours, in one figure and on one measure: per cent of demand over the days of each study."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from energy_model.report import style
from energy_model.report.findings import Story, gravest
from energy_model.report.style import HouseFigure
from energy_model.results.band import Band
from energy_model.results.run import Results
from energy_model.validate.anchors import AnchorReport

LABEL_AT_MOST = 58
"""Letters of a scenario beside its bars."""
PUBLISHED, OURS = style.SCENARIO_COLOURS[0], style.UNSERVED
_COLUMNS = [
    "study", "scope", "scenario", "metric", "published_from_percent", "published_to_percent", "ours_from_percent",
    "ours_to_percent", "setting", "why_different", "source_id",
]  # fmt: skip


def shortage_table(report: AnchorReport, headline: tuple[str, str, Band] | None = None) -> pd.DataFrame:
    """Published and own shortages in per cent of demand, one row per study, the largest published one first.

    Parameters
    ----------
    headline : tuple of title, scope and Band, optional
        A run of ours with its range, which no study asks about: a row of its own at the end.
    """
    table = report.shortages.rename(columns=lambda name: f"{name}_percent" if name.endswith(("_from", "_to")) else name)
    table = table.sort_values("published_to_percent", ascending=False, kind="stable")[_COLUMNS]
    if headline is not None:
        title, scope, band = headline
        own = {
            "study": "this model", "scope": scope, "scenario": title, "metric": "curtailed, low to high",
            "ours_from_percent": 100.0 * band.low, "ours_to_percent": 100.0 * band.high,
            "setting": f"central {band.central:.1%}; lowest with {band.low_from}; highest with {band.high_from}",
        }  # fmt: skip
        table = pd.concat([table, pd.DataFrame([own])], ignore_index=True)
    return table.reset_index(drop=True)


def published_figure(table: pd.DataFrame) -> HouseFigure:
    """Two ranges for each row of :func:`shortage_table`: what was published, and what this model says to the same."""
    place = np.arange(len(table))[::-1]
    with style.house_style():
        figure = style.new_figure((style.A4_LANDSCAPE[0], 2.0 + 0.46 * len(table)))
        top = style.add_header(
            figure,
            _finding(table),
            "Gas missing, % of demand over the days of each study; every study has its own dates, scope and savings",
        )
        style.add_source_line(figure, "Sources: the studies named. Differences of definition: table beside the figure.")
        axes = figure.add_axes((0.40, 0.11, 0.55, top - 0.14))
        for colour, whose, shift in ((PUBLISHED, "published", 0.14), (OURS, "ours", -0.14)):
            low, high = (table[f"{whose}_{end}_percent"].to_numpy(float) for end in ("from", "to"))
            for at, one, other in zip(place + shift, low, high, strict=True):
                axes.plot([one, other], [at, at], color=colour, linewidth=4.0, marker="o", markersize=5.0)
        axes.set_yticks(place, [_label(row) for row in table.to_dict("records")])
        axes.set_ylim(-0.7, len(table) - 0.3)
        axes.set_xlim(left=0.0)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("Gas missing, % of demand", color=style.MUTED)
        axes.tick_params(length=0)
        marks = [Line2D([], [], color=colour, linewidth=4.0) for colour in (PUBLISHED, OURS)]
        axes.legend(marks, ["published", "this model"], loc="lower right")
        style.tell(figure, "Two ranges for each study: what was published, and this model to the same question", table)
    return figure


def _finding(table: pd.DataFrame) -> str:
    """The least and the most of what others published, and of what this model says to the same questions."""
    table = table[table["published_to_percent"].notna()]
    ends = {
        whose: (table[f"{whose}_from_percent"].min(), table[f"{whose}_to_percent"].max())
        for whose in ("published", "ours")
    }
    said = {whose: f"{low:,.0f} to {high:,.0f} %" for whose, (low, high) in ends.items()}
    return f"A full stop leaves {said['published']} of demand short in studies of others, {said['ours']} in this model"


def write_published(report: AnchorReport, folder: Path, headline: tuple[str, str, Band] | None = None) -> Path:
    """Draw the figure into a folder as ``published.png``, with an SVG and its data (CSV) beside it."""
    picture = folder / "published.png"
    style.save_with_numbers(published_figure(shortage_table(report, headline)), picture)
    return picture


def headline_of(results: Sequence[Results], bands: Mapping[str, Mapping[str, Band]]) -> tuple[str, str, Band] | None:
    """The gravest run with the range of its cuts as a share of demand, where that is known."""
    run = gravest(Story(results, None))
    band = bands.get(run.scenario.id, {}).get("region_curtailed_share") if run is not None else None
    return (run.scenario.title, run.labels.region_name, band) if run is not None and band is not None else None


def _label(row: Mapping[Hashable, Any]) -> str:
    scenario = str(row["scenario"])
    words = scenario if len(scenario) <= LABEL_AT_MOST else f"{scenario[:LABEL_AT_MOST].rsplit(' ', 1)[0]} ..."
    study = str(row["study"])
    if len(study) > LABEL_AT_MOST:
        study = re.sub(r",[^()]*(?=\)? \d{4})", " and others", study)
    return f"{study}, {row['scope']}\n{words}"
