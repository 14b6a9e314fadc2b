"""The view from January 2022 as a section of docs/validation.md, every number taken from the view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from energy_model.cases.ukraine_2022.view import View, ViewComparison
from energy_model.cases.ukraine_2022.view.figure import ROUTES, view_countries_figure, view_figure
from energy_model.cases.ukraine_2022.view.series import EU, EUR_PER_MWH, RUSSIA, SHARE, UNITS
from energy_model.files import check_writable, write_text
from energy_model.report import facts, style
from energy_model.report.markdown import markdown, wrapped
from energy_model.validate.view.runs import further
from energy_model.validate.view.spread import DEMAND, FILLING, LNG, PRICE

SCREEN_DPI = 90
MARKED = ("2022-03", "2022-10", "2023-03")
"""Month ends that readers ask for: after the winter, before the next one, after it."""
SUMS = {LNG: "LNG send-out", DEMAND: "demand served"}
Number = Callable[[float], str]

_TEXT = """## The view from {day}

What the model says from the data of {day} alone, run in months to {end}: {count} scenarios, {runs} runs over weather
years and LNG assumptions. The central figure is normal weather and central LNG. A range holds the lowest and the
highest of its runs, what {further} move by themselves, and the model's own error, measured in a replay of the year
before with demand by price, so that nothing is judged by itself; prices wander from what was quoted as they did before
the day. It is to hold 90 % of what comes. What war does to Ukraine's own use is not varied. {left_out}

{images}### Predicted for the EU27

Ranges of this table are over weather and LNG alone.

{predicted}
### Which world came

A scenario assumes what Russia does; that one did not come true is no error of the model. The one whose Russian pipeline
gas stands nearest to what flowed is held against the observations, the others are not. {verdict_words}

{verdicts}
### How wide is wide enough

{calibrated}
### What came of it

{scored}

Observations that are added to `observed/` of the data package later join here without any other change. The observed
price is a monthly mean in dollars at the exchange rate known on the day of the view.
"""


def view_section(view: View, comparison: ViewComparison, images: Sequence[str] = ()) -> str:
    """The section as Markdown.

    Parameters
    ----------
    images : sequence of str
        Paths of the figures, as the page that holds the section sees them.
    """
    months = view.table["month"]
    return _TEXT.format(
        day=facts.day_name(view.day),
        end=facts.day_name(months.max() + pd.offsets.MonthEnd(0)),
        count=len(view.scenarios),
        runs=len(view.by_run[["scenario", "weather", "lng_case"]].drop_duplicates()),
        further=further(view),
        left_out=f"Left out: {'; '.join(view.left_out)}." if view.left_out else "Nothing was left out.",
        images="".join(f"![The view from January 2022]({path})\n\n" for path in images),
        predicted=predicted_table(view),
        verdict_words=_verdict_words(comparison),
        verdicts=_verdicts(comparison),
        calibrated=_calibrated(comparison),
        scored=_scored(view, comparison),
    )


def write_view_page(view: View, comparison: ViewComparison, path: Path) -> Path:
    """docs/view.md with its figures under ``images`` beside it."""
    folder = path.parent / "images"
    check_writable(folder)
    figures = {
        "view_eu.png": view_figure(view, comparison),
        "view_countries.png": view_countries_figure(view, comparison),
    }
    for name, figure in figures.items():
        style.save_figure(figure, folder / name, dpi=SCREEN_DPI)
    section = view_section(view, comparison, [f"images/{name}" for name in figures])
    head = "Written by `energy-model validate view --write docs/view.md`; do not edit."
    page = section.replace("## ", "# ", 1).replace("\n\n", f"\n\n{head}\n\n", 1).replace("\n### ", "\n## ")
    return write_text(path, wrapped(page.rstrip() + "\n"))


def predicted_table(view: View) -> str:
    """EU27 by scenario: filling at three month ends, LNG and demand of the months after the day, mean price."""
    heads = ["scenario", *(f"filling end of {facts.month_name(month)}, %" for month in MARKED)]
    heads += [f"{name}, TWh" for name in SUMS.values()] + ["mean price, EUR/MWh"]
    rows = []
    for one in view.scenarios:
        mine = view.by_run[(view.by_run["scenario"] == one.id) & (view.by_run["series"] == EU)]
        later = mine[mine["month"] > pd.Timestamp(view.day)]
        cells = []
        for month in MARKED:
            part = mine[(mine["group"] == FILLING) & (mine["month"] == pd.Timestamp(f"{month}-01"))]
            cells.append(_range(part, part["value"], lambda x: f"{100 * x:.0f}"))
        for group in SUMS:
            cells.append(_summed(later[later["group"] == group], "sum"))
        cells.append(_summed(later[later["group"] == PRICE], "mean"))
        rows.append([one.title, *cells])
    return markdown(heads, rows)


def _summed(part: pd.DataFrame, how: str) -> str:
    """Range over runs of a sum, or a mean, over months."""
    by = part.groupby(["weather", "lng_case", "is_central"])["value"].agg(how).reset_index()
    return _range(by, by["value"], lambda x: f"{x:,.0f}")


def _range(part: pd.DataFrame, values: pd.Series, show: Number) -> str:
    central = values[part["is_central"]]
    return f"{show(float(central.iloc[0]))} ({show(float(values.min()))} to {show(float(values.max()))})"


def _verdict_words(comparison: ViewComparison) -> str:
    if not comparison.nearest:
        return "Nothing has been observed since."
    best = comparison.verdicts.iloc[0]
    off = best["russian_gas_off_twh_per_month"]
    return (
        f'Nearest over the {best["months"]} months whose Russian flows are known is "{best["title"]}", off by '
        f"{off:,.0f} TWh a month. All other series are known for fewer months, as the next table shows."
    )


def _verdicts(comparison: ViewComparison) -> str:
    rows = [
        [row["title"], _number(row["russian_gas_off_twh_per_month"], "TWh"), str(row["months"]), row["verdict"]]
        for row in comparison.verdicts.to_dict("records")
    ]
    return markdown(["scenario", "Russian gas off by, TWh a month", "months", "verdict"], rows)


def _calibrated(comparison: ViewComparison) -> str:
    """Share of the observed months in ranges that are to hold 90 %."""
    if comparison.calibration.empty:
        return "Nothing has been observed since.\n"
    rows = [
        [row["given"], row["group"], str(row["months"]), f"{100 * row['inside_share']:.0f}"]
        for row in comparison.calibration.to_dict("records")
    ]
    lead = "Ranges are to hold 90 % of the observed months; at least 80 % is the aim.\n\n"
    return lead + markdown(["given", "series", "observed months", "of these in the range, %"], rows)


def _scored(view: View, comparison: ViewComparison) -> str:
    """Scores of the nearest scenario, without the Russian gas it assumes, and without filling: gas in store again."""
    scores = comparison.scores[~comparison.scores["group"].isin([RUSSIA, FILLING])]
    if scores.empty:
        return "Nothing has been observed since."
    order = {group: number for number, group in enumerate(UNITS)}
    scores = scores.assign(place=scores["group"].map(order), whole=scores["series"].ne(EU))
    scores = scores.sort_values(["place", "whole", "inside_share"], kind="stable")
    inside = float((scores["inside_share"] * scores["months"]).sum() / scores["months"].sum())
    rows = []
    for row in scores.to_dict("records"):
        unit = row["unit"]
        shown = [_number(row[name], unit) for name in ("observed_mean", "central_mean", "mean_absolute_error")]
        name = f"{row['group']}, {series_name(view, row['series'])}"
        rows.append([name, _UNIT[unit], *shown, f"{row['inside_share'] * row['months']:.0f} of {row['months']}"])
    heads = ["series", "unit", "observed", "central", "mean error of central", "months in the range"]
    words = (
        f"Of all observed months of the series below, countries and EU27 alike, {100 * inside:.0f} % lie in their "
        'range. Columns "observed" and "central" are plain means of the months.\n\n'
    )
    return words + markdown(heads, rows)


_UNIT = {SHARE: "% of working gas", EUR_PER_MWH: "EUR/MWh", "TWh": "TWh"}


def series_name(view: View, series: str) -> str:
    """A series as a reader knows it: country or route."""
    return {EU: EU, **ROUTES}.get(series, view.coverage.names.get(series, series))


def _number(value: float, unit: str) -> str:
    if pd.isna(value):
        return ""
    if unit == SHARE:
        return f"{100 * value:.0f}"
    return f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"
