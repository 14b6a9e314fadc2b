"""Plots of a run that the briefing has too: storage, supply, who goes short, routes and the map."""

from __future__ import annotations

from typing import Any

import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.errors import ResultError, UnknownNameError
from energy_model.report import facts, figures, seller_routes
from energy_model.report.geography import basemap_of
from energy_model.report.plots.places import place_of, side_by_side
from energy_model.report.style import HouseFigure
from energy_model.results.plotting import plot
from energy_model.results.run import Results


@plot("results", "map", place=10)
def flow_map(results: Results, data: GasData | None = None, day: Any = None) -> HouseFigure:
    """Flows and curtailed shares of one period on a map, GWh/d and % of demand.

    Parameters
    ----------
    data : GasData, optional
        The package of the run, for its base map; default is the one that :func:`energy_model.load_data` gives.
    day : date or str, optional
        A day of the period that is shown; default is the period in which the region in focus misses most, else that of
        highest demand once every measure has begun. Give maps that are compared the same day.

    Raises
    ------
    ResultError
        If the package is another one than that of the run, or has no base map.
    UnknownNameError
        If ``day`` is no day of the run.
    """
    data = load_data() if data is None else data
    if data.digest != results.data_digest:
        raise ResultError(
            f"the run was made from another data package ({results.data_digest[:12]}) than the one given"
            f" ({data.digest[:12]}); give the package of the run: plot.map(data)"
        )
    basemap = basemap_of(data)
    if basemap is None:
        raise ResultError(f"the data package {data.root} has no base map, so no map can be drawn; use plot.shortage()")
    return figures.flow_map(results, data, basemap, None if day is None else _period(results, day))


def _period(results: Results, day: Any) -> int:
    """Number of the period of a run that holds a day."""
    edges = facts.period_ends(results)
    try:
        when = pd.Timestamp(day)
    except (ValueError, TypeError) as error:
        raise UnknownNameError("plot.map", [f"day '{day}' is no date; write it as {edges[0]:%Y-%m-%d}"]) from error
    if not edges[0] <= when < edges[-1]:
        last = edges[-1] - pd.Timedelta(days=1)
        span = f"{edges[0].date()} to {last.date()}"
        raise UnknownNameError("plot.map", [f"day {day} is not in the run, which goes from {span}"])
    return facts.period_at(results, when)


@plot("results", "supply", place=20)
def supply(results: Results, place: str | None = None) -> HouseFigure:
    """What serves a place over time, stacked by source: GWh/d, mean of each period.

    What is cut lies on top; below zero is what goes into storage or on to others.

    Parameters
    ----------
    place : str, optional
        Code of a group of countries, a country or a market, or its name; default is the region in focus.

    Raises
    ------
    UnknownNameError
        If nothing is called so.
    """
    name, nodes = place_of(results, place)
    return figures.supply_mix(results, nodes, name)


@plot("results", "storage", place=30)
def storage(results: Results, *others: Results, data: GasData | None = None) -> HouseFigure:
    """Gas in store of the region and the country in focus over time, % of working gas volume.

    Parameters
    ----------
    *others : Results
        Runs that are drawn beside it, each a line; at most six.
    data : GasData, optional
        For what was observed up to the day of the scenario; without it there is no such line.

    Raises
    ------
    ScenarioError
        If the runs are of different days.
    ResultError
        If there are more runs than lines that can be told apart.
    """
    return figures.storage_curve(side_by_side(results, *others), data)


@plot("results", "routes", place=50)
def routes(results: Results) -> HouseFigure:
    """Pipeline gas of the seller in focus by route over time, stacked: GWh/d, mean of each month."""
    return seller_routes.supplier_routes(results)


@plot("results", "shortage", place=60)
def shortage(results: Results) -> HouseFigure:
    """Curtailed demand by country, % of its demand over the horizon; the dashed line is the region in focus."""
    return figures.shortfall_by_country(results)
