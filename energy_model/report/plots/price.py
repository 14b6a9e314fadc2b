"""Plot of a run: prices by month."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.lines import Line2D

from energy_model.report import facts, style
from energy_model.report.figures import source_of, time_axis
from energy_model.report.plots.places import places_of, side_by_side
from energy_model.report.style import HouseFigure
from energy_model.results.plotting import plot
from energy_model.results.run import Results


@plot("results", "price", place=40)
def price(results: Results, *others: Results, place: str | None = None) -> HouseFigure:
    """Shadow price by month, EUR/MWh, mean weighted with demand, of the region and the country in focus.

    Parameters
    ----------
    *others : Results
        Runs that are drawn beside it, each a line; at most six.
    place : str, optional
        Code of a group of countries, a country or a market, or its name: that place alone.

    Raises
    ------
    UnknownNameError
        If nothing is called so.
    ScenarioError
        If the runs are of different days.
    ResultError
        If there are more runs than lines that can be told apart.
    """
    runs = side_by_side(results, *others)
    titles, panels = facts.short_titles(runs), places_of(results, place)
    prices = {name: [facts.monthly_price(run, nodes) for run in runs] for name, nodes in panels.items()}
    with style.house_style():
        figure = style.new_figure(style.A4_LANDSCAPE)
        said = "Shadow price of gas: what one MWh more would cost; in a shortage, the cost of the next consumer cut"
        top = style.add_header(figure, _finding(runs, titles, *next(iter(panels.items()))), said)
        style.add_source_line(figure, source_of(results))
        width = 0.42 if len(panels) > 1 else 0.90
        highest = max(float(series.max()) for many in prices.values() for series in many)
        for number, (name, many) in enumerate(prices.items()):
            axes = figure.add_axes((0.06 + 0.48 * number, 0.16, width, top - 0.19))
            for series, colour in zip(many, style.SCENARIO_COLOURS, strict=False):
                days = pd.to_datetime([f"{month}-01" for month in series.index])
                ends = [*days, days[-1] + pd.offsets.MonthEnd(0)]
                axes.step(ends, [*series, series.iloc[-1]], where="post", color=colour, linewidth=1.8)
            time_axis(axes, results, f"{name}, EUR/MWh")
            axes.set_ylim(0, 1.05 * max(highest, 1.0))
            axes.yaxis.set_major_formatter("{x:,.0f}")
        handles = [
            Line2D([], [], color=colour, label=titles[run.scenario.id])
            for run, colour in zip(runs, style.SCENARIO_COLOURS, strict=False)
        ]
        figure.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.05, 0.05), ncols=5)
        words = f"Lines by month for {' and '.join(panels)}: {', '.join(titles.values())}"
        style.tell(figure, words, _table(runs, prices))
    return figure


def _finding(runs: Sequence[Results], titles: dict[str, str], name: str, nodes: frozenset[str]) -> str:
    """Mean price of a place over the horizon, run by run."""
    means = [run.statistics.price.value(node=sorted(nodes)) for run in runs]
    if len(runs) == 1:
        series = facts.monthly_price(runs[0], nodes)
        dearest = facts.month_name(str(series.idxmax()))
        return f"{name}: gas costs {means[0]:,.0f} EUR/MWh on average, {series.max():,.0f} in {dearest}"
    said = [f"{mean:,.0f} in '{titles[run.scenario.id]}'" for mean, run in zip(means, runs, strict=True)]
    return f"{name}: mean price in EUR/MWh {', '.join(said)}"


def _table(runs: Sequence[Results], prices: dict[str, list[pd.Series]]) -> pd.DataFrame:
    """Prices as ``month``, ``place``, ``scenario``, ``price_eur_per_mwh``."""
    parts = [
        pd.DataFrame({"month": series.index, "place": name, "scenario": run.scenario.id,
                      "price_eur_per_mwh": series.to_numpy()})
        for name, many in prices.items() for run, series in zip(runs, many, strict=True)
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)
