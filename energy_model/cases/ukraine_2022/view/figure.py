"""The view from January 2022 as fans: range, central line, and what was observed as dots."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from energy_model.cases.ukraine_2022.view import View, ViewComparison
from energy_model.cases.ukraine_2022.view.compare import NEAREST
from energy_model.cases.ukraine_2022.view.series import ALL_ROUTES, EU, HUB, RUSSIA
from energy_model.report import style
from energy_model.validate.view.spread import DEMAND, LNG, PRICE, STORE

Panel = tuple[str, str, str]
"""Group, series, heading."""
OVERVIEW: tuple[Panel, ...] = (
    (RUSSIA, ALL_ROUTES, "Russian pipeline gas (assumed by the scenario), TWh a month"),
    (STORE, EU, "EU27 gas in store at month end, TWh"),
    (LNG, EU, "EU27 LNG send-out, TWh a month"),
    (DEMAND, EU, "EU27 demand served, TWh a month"),
    (PRICE, HUB, "Price at the Dutch hub, EUR/MWh"),
)
SHOWN = ("full_cutoff_february", "russia_cuts_further", "phase_out_by_winter")
"""Columns of the overview where they were run: the gravest, the mildest, and the one between."""
COLUMNS_AT_MOST, HEAD_CHARACTERS = 3, 32
ROUTES = {
    "nord_stream_1": "Nord Stream 1",
    "yamal_europe": "Yamal-Europe, Poland",
    "ukraine_transit": "through Ukraine",
    "turkstream_2": "TurkStream, Europe",
    "baltic_finland": "Baltic states, Finland",
    ALL_ROUTES: "all routes",
}
LINE_COLOUR, FAN_COLOUR = style.SUPPLIER_COLOURS[1], "#C5D9EE"
MISSED_COLOUR = style.SUPPLIER_COLOURS[0]
_SOURCES = style.source_line(
    "GIE AGSI+",
    "ENTSOG",
    "Eurostat",
    "World Bank",
    note="Ranges: own model calculation from the data of 31 January 2022, over weather years and LNG assumptions.",
)


def view_figure(view: View, comparison: ViewComparison, scenarios: Sequence[str] | None = None) -> Figure:
    """Europe at a glance: rows are quantities, columns scenarios.

    Parameters
    ----------
    scenarios : sequence of str, optional
        At most three ids; default is :data:`SHOWN`, or the first three if none of them was run.
    """
    known = [one.id for one in view.scenarios]
    wanted = [name for name in (scenarios or SHOWN) if name in known] or known
    names = wanted[:COLUMNS_AT_MOST]
    table = comparison.table
    with style.house_style():
        figure = style.new_figure(style.A4_PORTRAIT)
        top = style.add_header(figure, "The view from January 2022, and what came", _words(comparison))
        _legend(figure, top, columns=3)
        style.add_source_line(figure, _SOURCES)
        left, gap, bottom = 0.075, 0.035, 0.045
        width = (0.955 - left - gap * (len(names) - 1)) / len(names)
        height = (top - 0.105 - bottom) / len(OVERVIEW)
        for row, (group, series, heading) in enumerate(OVERVIEW):
            part = table[(table["group"] == group) & (table["series"] == series) & table["scenario"].isin(names)]
            ceiling = _ceiling(part)
            for column, name in enumerate(names):
                base = top - 0.105 - (row + 1) * height + 0.028
                axes = figure.add_axes((left + column * (width + gap), base, width, height * 0.70))
                _fan(axes, part[part["scenario"] == name], view)
                axes.set_ylim(0.0, ceiling)
                if column == 0:
                    axes.set_title(heading, fontsize=8.5, pad=5)
                else:
                    axes.tick_params(labelleft=False)
                if row == 0:
                    _column_head(figure, axes, view.title(name), _verdict(comparison, name), top)
    return figure


def view_countries_figure(view: View, comparison: ViewComparison, scenario: str | None = None) -> Figure:
    """One scenario, country by country and route by route; by default the one nearest to what happened."""
    name = scenario or comparison.nearest or view.scenarios[0].id
    table = comparison.table[comparison.table["scenario"] == name]
    countries = view.coverage.names
    rows: list[tuple[str, list[Panel]]] = [
        (
            "Russian gas by route (the total is assumed by the scenario), TWh a month",
            [(RUSSIA, route, title) for route, title in ROUTES.items()],
        )
    ]
    for group, heading in (
        (STORE, "Gas in store at month end, TWh"),
        (LNG, "LNG send-out, TWh a month"),
        (DEMAND, "Demand served, TWh a month"),
    ):
        rows.append((heading, [(group, node, countries[node]) for node in view.coverage.countries[group]]))
    with style.house_style():
        figure = style.new_figure(style.A4_LANDSCAPE)
        top = style.add_header(
            figure,
            "The view from January 2022 by country and route",
            f"{view.title(name)}: {_verdict(comparison, name)}.",
        )
        _legend(figure, top, columns=5)
        style.add_source_line(figure, _SOURCES)
        height = (top - 0.045 - 0.055) / len(rows)
        for row, (heading, panels) in enumerate(rows):
            base = top - 0.045 - (row + 1) * height
            figure.text(0.03, base + height - 0.012, heading, size=9, weight="bold", va="top", color=style.INK)
            for column, (group, series, title) in enumerate(panels):
                axes = figure.add_axes((0.04 + column * 0.162, base + 0.03, 0.128, height * 0.56))
                part = table[(table["group"] == group) & (table["series"] == series)]
                _fan(axes, part, view)
                axes.set_ylim(0.0, max(_ceiling(part), 1.0))
                axes.set_title(title, fontsize=7.5, fontweight="normal", color=style.MUTED, pad=3)
                axes.tick_params(labelsize=6.5)
    return figure


def _fan(axes: Axes, part: pd.DataFrame, view: View) -> None:
    """Range, centre, dots: full where the range is held against them, red outside it, empty elsewhere.

    Not held against it are other scenarios than the one that came nearest, the months before the day of the view, and
    Russian gas, which a scenario assumes.
    """
    part = part.sort_values("month")
    middle = part["month"] + pd.Timedelta(days=14)
    axes.axvspan(part["month"].iloc[0], pd.Timestamp(view.day), color=style.RULE, alpha=0.35, linewidth=0)
    axes.fill_between(middle, part["low"], part["high"], color=FAN_COLOUR, linewidth=0)
    axes.plot(middle, part["central"], color=LINE_COLOUR, linewidth=1.7)
    seen = part["observed"].notna()
    counts = seen & part["verdict"].eq(NEAREST) & part["is_prediction"] & part["group"].ne(RUSSIA)
    outside = part["is_inside"].eq(False).fillna(False).astype(bool)
    for mask, face, edge in (
        (counts & ~outside, style.INK, style.INK),
        (counts & outside, MISSED_COLOUR, MISSED_COLOUR),
        (seen & ~counts, style.PAPER, style.MUTED),
    ):
        look: dict[str, Any] = {"markerfacecolor": face, "markeredgecolor": edge, "markeredgewidth": 0.9, "zorder": 5}
        axes.plot(middle[mask], part["observed"][mask], linestyle="", marker="o", markersize=4, **look)
    axes.set_xlim(part["month"].iloc[0], part["month"].iloc[-1] + pd.offsets.MonthEnd(0))
    axes.xaxis.set_major_locator(mdates.MonthLocator(bymonth=(1, 7)))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%b %y"))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.tick_params(length=0, labelsize=7)


def _ceiling(part: pd.DataFrame) -> float:
    return 1.08 * float(part[["high", "observed"]].max().max())


def _column_head(figure: Figure, axes: Axes, title: str, verdict: str, top: float) -> None:
    left = axes.get_position().x0
    lines = textwrap.wrap(title, HEAD_CHARACTERS)[:2]
    figure.text(left, top - 0.047, "\n".join(lines), size=8.5, weight="bold", color=style.INK, va="top")
    figure.text(left, top - 0.076, verdict, size=8, style="italic", color=style.MUTED, va="top")


def _verdict(comparison: ViewComparison, scenario: str) -> str:
    return str(comparison.verdicts.set_index("scenario").loc[scenario, "verdict"])


def _words(comparison: ViewComparison) -> str:
    """How many of the predicted months lie inside the range, of the scenario that counts."""
    mine = comparison.table[comparison.table["scenario"] == comparison.nearest]
    shown = {(group, series) for group, series, _ in OVERVIEW if group != RUSSIA}
    mine = mine[[(g, s) in shown for g, s in zip(mine["group"], mine["series"], strict=True)]]
    mine = mine[mine["is_prediction"] & mine["observed"].notna()]
    lead = "Each fan is a prediction made of what was known on 31 January 2022"
    if mine.empty:
        return f"{lead}. Nothing is observed yet."
    inside = int(mine["is_inside"].sum())
    return (
        f"{lead}. In the scenario that came nearest, {inside} of {len(mine)} observed months of storage, LNG, demand "
        "and price lie in the range."
    )


def _legend(figure: Figure, top: float, columns: int) -> None:
    dot: dict[str, Any] = {"marker": "o", "linestyle": "", "markersize": 4.5}
    handles = [
        Patch(color=FAN_COLOUR, label="Range over weather and LNG"),
        Line2D([], [], color=LINE_COLOUR, linewidth=1.7, label="Normal weather, central LNG"),
        Line2D([], [], color=style.INK, **dot, label="Observed, in the range"),
        Line2D([], [], color=MISSED_COLOUR, **dot, label="Observed, outside the range"),
        Line2D([], [], markerfacecolor=style.PAPER, markeredgecolor=style.MUTED, **dot, label="Observed, not scored"),
    ]
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.025, top + 0.012), ncols=columns, fontsize=7.5)
