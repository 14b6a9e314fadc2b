"""Pipeline gas of the seller in focus by route over time: a figure of what the model determines, months and not weeks.

Within a month gas costs nearly the same in each week, so that in which of them a route carries it is left open: a plan
by weeks takes one of many that are as cheap. Means of months are told, apart before and after a measure within one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.patches import Patch

from energy_model.report import facts, style
from energy_model.report.figures import LEGEND_LEFT, source_of, time_axis, time_panel
from energy_model.report.style import HouseFigure
from energy_model.results.routes import route_order
from energy_model.results.run import Results
from energy_model.units import GWH_PER_TWH

ROUTE_COLOURS: tuple[str, ...] = (
    "#A3123A",
    "#E0A3B0",
    "#8C6A1E",
    "#C9AE71",
    "#E6D9B8",
    "#1F66B8",
    "#22935C",
    "#4A1D6E",
    "#8F6FAE",
    "#C3B2D4",
    "#9AA5AD",
)
"""Routes of the seller in focus, in reading order; a twelfth begins anew."""
CHANGE_TOLD = 0.2
"""Of the larger of two rates: a smaller change is not told as one."""
SEEN_GWH_PER_DAY = 0.5
"""A route that never carries more is left out."""


def route_rates(results: Results) -> pd.DataFrame:
    """Rates of the seller's routes, a row for each month, or part of one before or after the date of a measure.

    Returns
    -------
    DataFrame
        ``start``, ``end`` (last day), and a column in GWh/d for each route.
    """
    table = facts.supplier_routes(results, by="period").pivot_table(index="period", columns="route", values="twh")
    periods = results["periods"].set_index("period")
    measures = results.scenario.in_force
    dates = {day for one in measures for day in (one.start, one.announced) if day is not None}
    dates |= {(pd.Timestamp(one.end) + pd.Timedelta(days=1)).date() for one in measures if one.end is not None}
    turns = pd.DatetimeIndex(sorted(dates))
    block = pd.Series(
        [(begins.to_period("M").ordinal, int((turns <= begins).sum())) for begins in periods["start"]],
        index=periods.index,
    )
    days = periods["days"].groupby(block).sum()
    rates = table.mul(GWH_PER_TWH).groupby(block).sum().div(days, axis=0)
    spans = periods.groupby(block).agg(start=("start", "first"), end=("end", "last"))
    return spans.join(rates).reset_index(drop=True)


def supplier_routes(results: Results) -> HouseFigure:
    """Pipeline gas of the seller in focus by route over time, stacked; see :func:`route_rates`."""
    labels = results.labels
    table = route_rates(results)
    rate = table.drop(columns=["start", "end"])
    edges = pd.DatetimeIndex([*table["start"], table["end"].iloc[-1] + pd.Timedelta(days=1)])
    others = [row.name for row in labels.suppliers if row.seller == labels.focus.supplier != row.code]
    with style.house_style():
        figure = style.new_figure(style.A4_LANDSCAPE)
        said = f"{results.scenario.title}. Gas by route, means of months.{facts.open_weeks(results)}"
        top = style.add_header(figure, _finding(results, rate), said)
        style.add_source_line(figure, source_of(results, f"Not in it: {'; '.join(others)}." if others else ""))
        axes = figure.add_axes(time_panel(top))
        base, handles = np.zeros(len(edges)), []
        for number, route in enumerate(route_order(results, set(map(str, rate.columns)))):
            values = rate[route].to_numpy()
            if values.max() < SEEN_GWH_PER_DAY:
                continue
            stepped = np.append(values, values[-1:])
            colour = ROUTE_COLOURS[number % len(ROUTE_COLOURS)]
            axes.fill_between(edges, base, base + stepped, step="post", color=colour, linewidth=0)
            base = base + stepped
            handles.append(Patch(color=colour, label=labels.route_name(route)))
        time_axis(axes, results, "GWh per day")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        figure.legend(
            handles=handles[::-1], loc="upper left", bbox_to_anchor=(LEGEND_LEFT, top - 0.02), labelspacing=0.75
        )
        words = f"Stacked areas over time: {', '.join(str(one.get_label()) for one in handles) or 'nothing flows'}"
        style.tell(figure, words, table.rename(columns={route: f"{route}_gwh_per_day" for route in rate.columns}))
    return figure


def _finding(results: Results, rate: pd.DataFrame) -> str:
    """The seller's gas in the first and the last month; where they hardly differ, between what rates it moves."""
    total = rate.sum(axis=1)
    begin, end = float(total.iloc[0]), float(total.iloc[-1])
    gas = f"{results.labels.adjective(results.nodes)} pipeline gas to Europe"
    if abs(end - begin) > CHANGE_TOLD * max(begin, end):
        said = [style.format_gwh_per_day(value, unit=False) for value in (begin, end)]
        return f"{gas} goes from {said[0]} to {said[1]} GWh per day, first to last month"
    least, most = (style.format_gwh_per_day(float(value), unit=False) for value in (total.min(), total.max()))
    return f"{gas} stays between {least} and {most} GWh per day"
