"""docs/view_2025.md: the view from 31 October 2025 as a page, every number taken from the view."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from energy_model.cases.winter_2025.view import View, ViewComparison
from energy_model.cases.winter_2025.view.series import EU, HUB, IMPORTS, ORIGINS
from energy_model.files import write_text
from energy_model.report import facts
from energy_model.report.markdown import markdown, wrapped
from energy_model.validate.view.runs import further
from energy_model.validate.view.spread import DEMAND, FILLING, LNG, PRICE, STORE

COUNTRY = "DE"
EUROPE = ((FILLING, EU), (STORE, EU), (LNG, EU), (DEMAND, EU), (PRICE, HUB))
HEADS = {FILLING: "filling, %", STORE: "in store, TWh", LNG: "LNG, TWh", DEMAND: "demand, TWh", PRICE: "price, EUR/MWh"}
_TEXT = """# The view from {day}

Written by `energy-model validate view --vintage 2025-10-31 --write docs/view_2025.md`; do not edit.

What the model says from the data of {day} alone, in months: {count} scenarios, {runs} runs over the weather years of
`fan.csv` and low, central and high LNG. The central figure is normal weather and central LNG. A range, in brackets,
holds the lowest and the highest of its runs, what {further} move by themselves, and the model's own error, measured in
a replay of January to October 2025 with demand by price; prices wander from what was quoted as they did since April
2023. It is to hold 90 % of what comes. Ukraine's stock is not varied.

The first scenario is a world without news. The others say what follows if the Strait of Hormuz closes on 28 February
2026, of which nobody knows before that day: Qatar and the Emirates load nothing for so long. Whoever has observations
since then holds them against the ranges with `--observed FOLDER` (files as in `observed/`).

{scenarios}
## What came of it

{came}
"""


def view_page(view: View, comparison: ViewComparison) -> str:
    """The page as Markdown."""
    parts = [_scenario(view, comparison.table, number) for number in range(len(view.scenarios))]
    return wrapped(
        _TEXT.format(
            day=facts.day_name(view.day),
            count=len(view.scenarios),
            runs=len(view.by_run[["scenario", "weather", "lng_case"]].drop_duplicates()),
            further=further(view),
            scenarios="\n".join(parts),
            came=_came(comparison),
        )
    )


def write_view_page(view: View, comparison: ViewComparison, path: Path) -> Path:
    """The page at ``path``; the file written."""
    return write_text(path, view_page(view, comparison))


def _scenario(view: View, table: pd.DataFrame, number: int) -> str:
    one = view.scenarios[number]
    mine = table[(table["scenario"] == one.id) & table["is_prediction"]]
    rows = [[f"{month:%B %Y}", *[_cell(mine, month, *key) for key in EUROPE]] for month in _months(mine)]
    europe = markdown(("end of, or in", *[HEADS[group] for group, _ in EUROPE]), rows)
    more = [(FILLING, COUNTRY), *[(IMPORTS, origin) for origin in ORIGINS]]
    heads = [f"{view.coverage.names[COUNTRY]}, filling, %", *[f"{name}, TWh" for name in ORIGINS.values()]]
    rows = [[f"{month:%B %Y}", *[_cell(mine, month, *key) for key in more]] for month in _months(mine)]
    return (
        f"## {one.title}\n\nThe EU27, and the price at the Dutch hub:\n\n{europe}\n{markdown(('month', *heads), rows)}"
    )


def _months(mine: pd.DataFrame) -> list[pd.Timestamp]:
    return sorted(mine["month"].unique())


def _cell(mine: pd.DataFrame, month: pd.Timestamp, group: str, series: str) -> str:
    row = mine[(mine["month"] == month) & (mine["group"] == group) & (mine["series"] == series)]
    if row.empty:
        return ""
    scale = 100.0 if group == FILLING else 1.0
    low, middle, high = (scale * float(row[name].iloc[0]) for name in ("low", "central", "high"))
    return f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"


def _came(comparison: ViewComparison) -> str:
    if not comparison.verdicts["months"].any():
        return "Nothing has been observed since.\n"
    verdicts = markdown(
        ("scenario", "observed months of all series", "of these in their range, %"),
        [(row.title, row.months, f"{100 * row.inside_share:.0f}") for row in comparison.verdicts.itertuples()],
    )
    scores = markdown(
        ("scenario", "series", "unit", "months", "observed", "central", "mean error", "in the range, %"),
        [
            (
                row.scenario,
                f"{row.group}, {row.series}",
                row.unit,
                row.months,
                f"{row.observed_mean:,.1f}",
                f"{row.central_mean:,.1f}",
                f"{row.mean_absolute_error:,.1f}",
                f"{100 * row.inside_share:.0f}",
            )
            for row in comparison.scores.itertuples()
        ],
    )
    lead = "Look at the scenario whose condition came true. Observed and central are plain means of the months.\n\n"
    return f"{lead}{verdicts}\n{scores}"
