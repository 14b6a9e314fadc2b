"""Numbers of every place in every run, from which the sheets with a choice read: by place, by month, by source.

Keys are words that a reader sees: ``RUN | PLACE``, ``RUN | PLACE | QUANTITY``, ``PLACE | ROW``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import pandas as pd

from energy_model.report import facts
from energy_model.report.explorer.gather import Place
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.briefing import Briefing
from energy_model.results import substitution as sub
from energy_model.results.balances import place_balances
from energy_model.results.known import once
from energy_model.results.run import Results
from energy_model.results.statistics import Ask, by_column
from energy_model.units import show_energy

DEMAND, CURTAILED, REDUCED, PROTECTED = "Demand", "Curtailed", "Reduced at a price", "Protected customers curtailed"
SHARE, PRICE, FILLING = "Curtailed share", "Mean price", "Lowest filling"
STORED = "In store"
MONTH_SHARE, WORST = "Curtailed share in the worst month", "Worst month"
ENERGY = (DEMAND, CURTAILED, PROTECTED, REDUCED)
"""Quantities in TWh; the others have a unit of their own."""
UNITS: Mapping[str, str] = {
    **dict.fromkeys(ENERGY, "TWh"), SHARE: "%", MONTH_SHARE: "%", PRICE: "EUR/MWh", FILLING: "%", STORED: "%",
    "Gas of the seller in focus by pipeline": "TWh", "LNG to Europe": "TWh", "Total cost": "bn EUR",
}  # fmt: skip
BAND_KEYS: Mapping[str, str] = {
    DEMAND: "demand", CURTAILED: "curtailed", SHARE: "curtailed_share", PROTECTED: "protected_curtailed",
    REDUCED: "voluntary", PRICE: "price", FILLING: "lowest_filling",
}  # fmt: skip
"""Ends of the keys of headlines whose ranges a place may have."""
SELLER, LNG, COST = "Gas of the seller in focus by pipeline", "LNG to Europe", "Total cost"
EVERYWHERE: Mapping[str, tuple[str, str]] = {
    SELLER: ("supplier_pipeline_gas", "TWh"), LNG: ("lng", "TWh"), COST: ("total_cost", "bn EUR"),
}  # fmt: skip
"""Headlines of the whole model with their keys and units; they stand in the row of the region in focus."""
LOW, HIGH = "low", "high"
NOBODY = "none"
"""In place of a month, where nobody is curtailed in any."""
JOINED = " | "
DIGITS = 9
"""Decimals of numbers, so that what is equal is equal in a spreadsheet program, which has fifteen digits, as well."""


def key(*words: str) -> str:
    """Words under which a row is found.

    >>> key("Reference", "Land A", "Demand")
    'Reference | Land A | Demand'
    """
    return JOINED.join(words)


def by_place(briefing: Briefing) -> pd.DataFrame:
    """A row for each run and place, a column for each quantity, and the ends of its range where they are known."""
    rows: dict[str, dict[str, float | str]] = {}
    for run in briefing.results:
        month = by_month(briefing)[run.scenario.id]
        for place, numbers in _totals(run, briefing.places).items():
            name = key(briefing.titles[run.scenario.id], place.name)
            cut, asked = (month[key(place.name, what)] for what in (CURTAILED, DEMAND))
            share = (cut / asked.where(asked > 0.0)).fillna(0.0)
            worst = str(cut.idxmax()) if float(cut.max()) > facts.SEEN_TWH else ""
            rows[name] = {
                "run": briefing.titles[run.scenario.id],
                "place": place.name,
                **numbers,
                MONTH_SHARE: float(share.get(worst, 0.0)),
                WORST: briefing.tongue.say(facts.month_name(worst) if worst else NOBODY),
                **_everywhere(briefing, run, place),
                **_ends(briefing, run, place),
            }
    return pd.DataFrame.from_dict(rows, orient="index").round(DIGITS)


def _totals(run: Results, wanted: Sequence[Place]) -> dict[Place, dict[str, float]]:
    """Totals and means over the horizon of each place."""
    codes = [place.code for place in wanted]
    found = once(run, f"totals of {', '.join(codes)}", lambda: _totals_by_code(run, codes))
    return {place: found[place.code] for place in wanted}


def _totals_by_code(run: Results, wanted: Sequence[str]) -> dict[str, dict[str, float]]:
    ask, region = run.statistics, run.labels.focus.region
    filling = ask.filling(("country", "period")).groupby(level=0).min()
    asked: dict[str, tuple[Ask, dict[str, Any]]] = {
        DEMAND: (ask.demand, {}), CURTAILED: (ask.curtailed, {}), PROTECTED: (ask.curtailed, {"protected": True}),
        REDUCED: (ask.reduced, {}), PRICE: (ask.price, {}),
    }  # fmt: skip
    country = {what: one("country", **where) for what, (one, where) in asked.items()}
    found = {}
    for code in wanted:
        whole = code == region
        mine: dict[str, float] = {
            what: one.value(region=region, **where) if whole else float(country[what].get(code, 0.0))
            for what, (one, where) in asked.items()
        }
        mine[SHARE] = facts.ratio(mine[CURTAILED], mine[DEMAND])
        least = ask.filling("period", region=region).min() if whole else filling.get(code, float("nan"))
        found[code] = {**{what: bk.clean(value) for what, value in mine.items()}, FILLING: float(least)}
    return found


def _everywhere(briefing: Briefing, run: Results, place: Place) -> dict[str, float]:
    """Headlines of the whole model, in the row of the region in focus."""
    numbers = briefing.numbers.loc[run.scenario.id]
    here = place.code == run.labels.focus.region
    return {what: float(numbers[name]) if here else float("nan") for what, (name, _) in EVERYWHERE.items()}


def _ends(briefing: Briefing, run: Results, place: Place) -> dict[str, float]:
    """Low and high of the headlines of the region or the country in focus."""
    focus = run.labels.focus
    whose = {focus.region: "region", focus.country: "country"}.get(place.code)
    bands = briefing.story.bands.get(run.scenario.id, {}) if whose else {}
    found: dict[str, float] = {}
    keys = {what: f"{whose}_{ending}" for what, ending in BAND_KEYS.items()}
    keys |= {what: one if place.code == focus.region else "" for what, (one, _) in EVERYWHERE.items()}
    for what, name in keys.items():
        band = bands.get(name)
        found[f"{what}, {LOW}"] = float("nan") if band is None else band.low
        found[f"{what}, {HIGH}"] = float("nan") if band is None else band.high
    return found


def by_month(briefing: Briefing) -> dict[str, dict[str, pd.Series]]:
    """Numbers by month of each run, by place and quantity; gas in store on its first day, and at the end last."""
    return briefing.once("by_month", lambda: {run.scenario.id: _monthly(run, briefing) for run in briefing.results})


def _monthly(run: Results, briefing: Briefing) -> dict[str, pd.Series]:
    names = {place.code: place.name for place in briefing.places}
    months, days = facts.months_of([run]), fillings_on(run)
    found = once(run, f"months of {', '.join(names)}", lambda: _monthly_by_code(run, list(names), months, days))
    return {
        key(names[code], what): pd.Series(values, index=days if what == STORED else months)
        for code, mine in found.items()
        for what, values in mine.items()
    }


def _monthly_by_code(
    run: Results, codes: Sequence[str], months: Sequence[str], days: Sequence[pd.Timestamp]
) -> dict[str, dict[str, list[float]]]:
    """Numbers by month of each place, and gas in store on some mornings."""
    ask, region = run.statistics, run.labels.focus.region
    by: dict[str, Any] = {DEMAND: ask.demand, CURTAILED: ask.curtailed, REDUCED: ask.reduced, PRICE: ask.price}
    country = {what: by_column(one(("country", "month")), "month").reindex(columns=months) for what, one in by.items()}
    stored = by_column(ask.filling(("country",), at=list(days)), "date")
    found: dict[str, dict[str, pd.Series]] = {code: {} for code in codes}
    for code, mine in found.items():
        whole = code == region
        for what, one in by.items():
            mine[what] = one("month", region=region).reindex(months) if whole else country[what].loc[code]
        if whole:
            mine[STORED] = ask.filling((), at=list(days), region=region)
        elif code in stored.index:
            mine[STORED] = stored.loc[code]
    return {
        code: {what: [float(value) for value in series.round(DIGITS)] for what, series in mine.items()}
        for code, mine in found.items()
    }


def fillings_on(run: Results) -> list[pd.Timestamp]:
    """Mornings on which stock is shown: the first of each month within the horizon, its first, and the one after it."""
    edges = facts.period_ends(run)
    firsts = [max(pd.Timestamp(f"{month}-01"), edges[0]) for month in facts.months_of([run])]
    return [*firsts, edges[-1]]


def balances(briefing: Briefing) -> dict[str, dict[str, list[float] | str]]:
    """Rows of the balance of each place by their key, numbers in the order of the runs shown in detail, TWh.

    Sources have keys with a number, the largest first; what is done without, and demand, has that of its group. Each
    row has its label, and its numbers.
    """
    runs, wanted = list(briefing.main), briefing.places
    names = _node_names(briefing)
    region = wanted[0]
    inside = dict.fromkeys(region.nodes, region.name)
    country = {node: place.name for place in wanted[1:] for node in place.nodes}
    parts = {}
    for run in runs:
        both = [_balance_rows(run, place_of, names) for place_of in (inside, country)]
        parts[run.scenario.id] = {(place, group, item): gwh for place, group, item, gwh in chain(*both)}
    table = pd.DataFrame(parts).rename_axis(["place", "group", "item"]).sort_index()
    table = show_energy(table).fillna(0.0).round(DIGITS)  # absent from one run is none of it
    found: dict[str, dict[str, list[float] | str]] = {}
    apart = (sub.VOLUNTARY, sub.CURTAILED, sub.DEMAND)
    for place in wanted:
        mine = table.loc[place.name] if place.name in table.index.get_level_values(0) else table.iloc[:0].droplevel(0)
        groups = mine.index.get_level_values("group").astype(str)
        for group in apart:
            rows = mine[groups == group]
            sign = -1.0 if group == sub.DEMAND else 1.0
            found[key(place.name, group)] = {"label": group, "twh": [sign * float(v) for v in rows.sum()]}
        sources = mine[~groups.isin(apart) & (mine.abs().max(axis=1) > facts.SEEN_TWH)]
        rest = mine[~groups.isin(apart)].sum() - sources.sum()
        order = sorted(
            sources.index, key=lambda at: (sub.GROUPS.index(at[0]), -abs(float(sources.loc[at].iloc[0])), at)
        )
        for number, (group, item) in enumerate(order, 1):
            label = f"Net from {item}" if group in (sub.FOCUS, sub.PIPELINE) else item
            found[key(place.name, str(number))] = {
                "label": label,
                "twh": [float(v) for v in sources.loc[(group, item)]],
            }
        if float(rest.abs().max()) > bk.DUST:
            found[key(place.name, str(len(order) + 1))] = {"label": "All others", "twh": [float(v) for v in rest]}
    return found


def _balance_rows(run: Results, place_of: Mapping[str, str], names: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """Place, group, item and GWh of each row of the balances of places."""
    told = hashlib.sha256(json.dumps([place_of, names], sort_keys=True).encode()).hexdigest()

    def found() -> list[tuple[Any, ...]]:
        return [(*at, float(gwh)) for at, gwh in place_balances(run, place_of, names).items()]

    return once(run, f"balances of {told}", found)


def sector_shares(briefing: Briefing) -> dict[str, dict[str, list[float] | str]]:
    """Curtailed share of the demand of each sector of each place, in the runs shown in detail, by key."""
    found: dict[str, dict[str, list[float] | str]] = {}
    tables = [facts.sector_table(run).set_index(["country", "sector"]) for run in briefing.main]
    for place in briefing.places:
        inside = facts.countries(briefing.reference, place.nodes)
        mine = [t[t.index.get_level_values("country").isin(inside)].groupby(level="sector").sum() for t in tables]
        for sector, name in facts.SECTOR_NAMES.items():
            shares = [facts.ratio(t.loc[sector, "curtailed_twh"], t.loc[sector, "demand_twh"]) for t in mine]
            found[key(place.name, name)] = {"label": name, "twh": [bk.clean(share) for share in shares]}
    return found


def _node_names(briefing: Briefing) -> dict[str, str]:
    """Name of each node for a reader: that of its country if it is a market."""
    nodes, names = briefing.reference.nodes, facts.country_names(briefing.reference)
    of_country = dict(zip(nodes["node"], nodes["country"].astype(str), strict=True))
    own = facts.node_names(briefing.reference)
    markets = set(nodes.loc[nodes["is_market"], "node"])
    return {node: names.get(of_country[node], name) if node in markets else name for node, name in own.items()}
