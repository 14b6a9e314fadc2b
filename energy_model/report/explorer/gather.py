"""Runs as plain numbers for the explorer: what lists and texts hold, ready to be written as JSON.

Energy is in TWh by month, flows in GWh per day by period, filling and shares in per cent, prices in EUR/MWh. Every
number is one of :mod:`energy_model.results`; here they are only rounded.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import countries_of
from energy_model.report import facts, style
from energy_model.report.figures import telling_period
from energy_model.report.findings import findings
from energy_model.report.german_sentences import german_sentences
from energy_model.report.map_links import families
from energy_model.report.mix import group_colours
from energy_model.report.run_sentences import run_sentences
from energy_model.report.seller_routes import ROUTE_COLOURS
from energy_model.report.winters import past_band
from energy_model.results import lost_gas
from energy_model.results import substitution as sub
from energy_model.results.headline import ROUTE_PREFIX, headline_list, headline_values
from energy_model.results.ranges import Bands
from energy_model.results.routes import route_order
from energy_model.results.run import Results
from energy_model.results.statistics import by_column
from energy_model.units import GWH_PER_TWH

TWH_DIGITS, SHARE_DIGITS, PRICE_DIGITS = 3, 1, 1
SEEN_TWH = 5e-3
"""A source of gas that brings less over the whole run is left out of a place's page."""

GROUP_KEYS = {
    "focus": sub.FOCUS,
    "pipeline": sub.PIPELINE,
    "reduced": sub.VOLUNTARY,
    "demand": sub.DEMAND,
    "losses": sub.LOSSES,
}
"""Groups of a ledger that the page treats by themselves."""
SECTOR_COLOURS = ("#8F6FAE", style.SUPPLIER_COLOURS[1], style.UNSERVED, "#C9AE71", style.IDLE)
"""In the order of :data:`energy_model.report.facts.SECTOR_NAMES`."""


@dataclass(frozen=True)
class Place:
    """A group of markets that has a page: the region in focus, or a country.

    Attributes
    ----------
    nodes : frozenset of str
        Its markets.
    """

    code: str
    name: str
    nodes: frozenset[str]


def places_of(results: Results, data: GasData) -> list[Place]:
    """The region in focus, the country in focus, then every country with a market by its demand, largest first."""
    labels, names = results.labels, facts.country_names(results)
    demand = results.statistics.demand("country")
    own = countries_of(data)
    codes = sorted(own, key=lambda code: (code != labels.focus.country, -float(demand.get(code, 0.0)), code))
    region = Place(labels.focus.region, labels.region_name, facts.region(results))
    return [region, *(Place(code, names[code], frozenset(own[code])) for code in codes)]


def gathered(
    results: Sequence[Results], data: GasData, base: str, bands: Mapping[str, Bands], title: str, question: str
) -> dict[str, Any]:
    """All that the page shows but the map: whom it is about, the places, and every run.

    Parameters
    ----------
    results : sequence of Results
        In reading order, over the same days.
    base : str
        Id of the run against which others are measured.
    bands : mapping of str to mapping
        Ranges of headlines by scenario, where they are known.
    title, question : str
        What the runs are about, and what they answer.
    """
    first = next(run for run in results if run.scenario.id == base)
    idle = _idle_routes(results)
    labels = first.labels
    places = places_of(first, data)
    known = data.at(first.scenario.as_of)
    return {
        "title": title,
        "question": question,
        "vintage": data.root.name,
        "as_of": str(first.scenario.as_of),
        "digest": first.data_digest,
        "model": first.versions["energy-model"],
        "solver": f"HiGHS {first.versions['highspy']}",
        "base": base,
        "shortage": data.storyline.briefing.shortage,
        "region": labels.focus.region,
        "country": labels.focus.country,
        "seller": labels.adjective(first.nodes),
        "findings": findings(results, base, bands),
        "places": [{"code": one.code, "name": one.name, "nodes": sorted(one.nodes)} for one in places],
        "looks": _looks(results),
        "groups": GROUP_KEYS,
        "past": {one.code: _past(first, one, known) for one in places},
        "sources": _sources(known),
        "runs": [_run(run, places, bands.get(run.scenario.id, {}), first, data, idle) for run in results],
    }


def _run(
    results: Results, places: Sequence[Place], bands: Bands, base: Results, data: GasData, idle: Collection[str]
) -> dict[str, Any]:
    """One run: what it assumes, its headlines with their ranges, its sentences, and a page for every place."""
    scenario, months = results.scenario, facts.months_of([results])
    against = base if base.scenario.id != scenario.id else None
    periods = results["periods"]
    values = headline_values(results)
    routes = facts.supplier_routes(results)
    by_month = routes.pivot_table(index="route", columns="month", values="twh", aggfunc="sum", observed=True)
    order = route_order(results, set(map(str, by_month.index)))
    return {
        "id": scenario.id,
        "title": scenario.title,
        "short": facts.short_titles([results])[scenario.id],
        "description": scenario.description,
        "status": results.status,
        "notes": list(results.notes),
        "said": {"en": run_sentences(results), "de": german_sentences(results, against, data, bands)},
        "starts": _days(periods["start"]),
        "ends": _days(periods["end"]),
        "months": months,
        "telling": periods["period"].tolist().index(telling_period(results)),
        "someone_short": facts.worst_period(results, facts.region(results))[1] > style.SHORTFALL_SEEN,
        "numbers": [
            {"key": one.key, "label": one.label, "unit": one.unit, "value": _number(values[one.key], 6)}
            for one in headline_list(results)
            if one.key not in idle
        ],
        "ranges": {key: [_number(value, 6) for value in (band.low, band.high)] for key, band in bands.items()},
        "routes": [
            {"name": results.labels.route_name(name), "twh": numbers(by_month.loc[name].reindex(months), TWH_DIGITS)}
            for name in order
        ],
        "places": _pages(results, places, months),
    }


def _idle_routes(results: Sequence[Results]) -> frozenset[str]:
    """Keys of headlines on routes of the seller in focus that carry nothing in any run."""
    used = [{key for key, value in headline_values(run).items() if value > SEEN_TWH} for run in results]
    known = {key for run in results for key in headline_values(run) if key.startswith(ROUTE_PREFIX)}
    return frozenset(known.difference(*used))


def _pages(results: Results, places: Sequence[Place], months: list[str]) -> dict[str, dict[str, Any]]:
    """Every place's page by its code; see :func:`_page`."""
    ask, focus = results.statistics, results.labels.focus
    traced = lost_gas.consumption(results).table
    sectors = ["country", "sector", "month"]
    frames = {what: by_column(ask[what](sectors), "month") for what in ("curtailed", "reduced", "demand")}
    found = {}
    for one in places:
        where: dict[str, Any] = {"region": one.code} if one.code == focus.region else {"country": one.code}
        inside = facts.countries(results, one.nodes)
        own = {
            what: frame[frame.index.get_level_values("country").isin(inside)].groupby(level="sector").sum()
            for what, frame in frames.items()
        }
        rows = traced[traced["node"].isin(one.nodes)]
        has_store = ask.working_gas.value(**where) > 0.0
        found[one.code] = {
            "supply": _supply(rows, months),
            "sectors": {
                str(sector): {what: numbers(frame.loc[sector, months], TWH_DIGITS) for what, frame in own.items()}
                for sector in own["demand"].index
            },
            "filling": numbers(100 * ask.filling("boundary", **where), SHARE_DIGITS) if has_store else None,
            "working_gas": _number(ask.working_gas.value(**where), TWH_DIGITS),
            "price": numbers(ask.price("month", **where).reindex(months), PRICE_DIGITS),
        }
    return found


def _supply(rows: pd.DataFrame, months: list[str]) -> list[dict[str, Any]]:
    """Who serves a place, by origin and month in TWh, in the order of a ledger, largest of a group first."""
    table = rows.pivot_table(
        index=["group", "item"], columns="month", values="energy_gwh", aggfunc="sum", observed=True, fill_value=0.0
    )
    table = table.reindex(columns=months, fill_value=0.0) / GWH_PER_TWH
    sizes = table.abs().sum(axis=1)
    shown = [key for key in table.index if sizes[key] > SEEN_TWH]
    shown.sort(key=lambda key: (sub.GROUPS.index(key[0]), -sizes[key], key[1]))
    return [{"group": str(g), "item": str(i), "twh": numbers(table.loc[(g, i)], TWH_DIGITS)} for g, i in shown]


def _past(results: Results, place: Place, data: GasData) -> dict[str, Any]:
    """Levels asked for, what was observed, and least and most of past years, in per cent of working gas volume."""
    if facts.working_gas_gwh(results, place.nodes) <= 0.0:
        return {"asked": [], "observed": {}, "band": {}}
    asked = facts.asked_levels(results, place.nodes)
    seen = facts.observed_levels(results, place.nodes, data).dropna()
    band = past_band(data, results, place.nodes)
    band = band.iloc[::7].dropna() if len(band) else band
    return {
        "asked": [[f"{day:%Y-%m-%d}", round(100 * share, 1)] for day, share in sorted(asked.items())],
        "observed": {"days": _days(seen.index), "percent": numbers(100 * seen, 1)} if len(seen) else {},
        "band": {
            "years": band.attrs.get("years", ""),
            "days": _days(band.index),
            "least": numbers(100 * band["least"], 1),
            "most": numbers(100 * band["most"], 1),
        }
        if len(band)
        else {},
    }


def _looks(results: Sequence[Results]) -> dict[str, Any]:
    """Colours by what they stand for: groups of a ledger, families of supplies, routes, shares of demand not met."""
    known = families(results[0].labels)
    routes = dict.fromkeys(
        run.labels.route_name(name)
        for run in results
        for name in route_order(run, set(map(str, facts.supplier_routes(run)["route"].unique())))
    )
    return {
        "families": {key: {"label": look.label, "colour": look.colour} for key, look in known.looks.items()},
        "groups": group_colours(results[0].labels),
        "routes": {name: ROUTE_COLOURS[number % len(ROUTE_COLOURS)] for number, name in enumerate(routes)},
        "shares": {"bounds": [100 * bound for bound in style.SHORTFALL_BOUNDS], "colours": style.SHORTFALL_COLOURS},
        "sectors": dict(zip(facts.SECTOR_NAMES, SECTOR_COLOURS, strict=True)),
        "unserved": style.UNSERVED,
        "share_seen": 100 * style.SHORTFALL_SEEN,
    }


def _sources(data: GasData) -> list[list[str]]:
    """Title, publisher and licence of every source of the data package; addresses are in its table of sources."""
    table = data["sources"].fillna("").astype(str)
    return sorted(map(list, zip(table["title"], table["publisher"], table["licence"], strict=True)))


def numbers(values: Iterable[float], digits: int) -> list[float | None]:
    """Rounded numbers of which none is a negative nought; what is missing is ``None``.

    >>> numbers([1.23456, -1e-9, float("nan")], 2)
    [1.23, 0.0, None]
    """
    return [_number(value, digits) for value in values]


def _number(value: float, digits: int) -> float | None:
    return round(float(value), digits) + 0.0 if math.isfinite(value) else None


def _days(days: Iterable[Any]) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in pd.DatetimeIndex(np.asarray(list(days), dtype="datetime64[ns]"))]
