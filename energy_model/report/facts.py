"""What figures, workbook and answer have in common: results brought to the tables and dates that readers ask for.

Every function is pure: tables in, a table or a number out, energy in TWh and prices in EUR/MWh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from energy_model.results.run import Results
from energy_model.results.substitution import to_months
from energy_model.timeline import day_words
from energy_model.units import show_energy

GERMANY = "DE"
BELARUS_TRANSIT = "BYT"
REFERENCE = "reference"
MAIN_SCENARIOS = (
    REFERENCE,
    "full_cutoff_february",
    "full_cutoff_with_assurances",
    "full_cutoff_with_savings",
    "full_cutoff_cold_winter",
    "germany_backs_sanctions",
    "ns2_commissioned",
)
"""Scenarios that the detailed sheets and figures show, in reading order."""
MAX_MAIN = 7
"""Columns that a sheet of A4 and the lines that a figure can hold."""
SEEN_TWH = 0.05
"""A smaller volume is rounding to a reader of tables in TWh."""

PERIOD_NOUNS: dict[str, str] = {"day": "day", "week": "week", "month": "month", "peak_days": "day or week"}

SECTOR_NAMES: dict[str, str] = {
    "households": "Households",
    "services": "Services",
    "industry": "Industry",
    "power_heat": "Power and heat",
    "other": "Other",
}

WRITTEN: dict[str, str] = {
    "cutoff": "cut-off",
    "ns2": "Nord Stream 2",
    "nord": "Nord",
    "stream": "Stream",
    "yamal": "Yamal",
    "ukraine": "Ukraine",
    "russia": "Russia",
    "russian": "Russian",
    "germany": "Germany",
    "norway": "Norway",
    "eu": "EU",
    "lng": "LNG",
    "february": "February",
    "april": "April",
    "twh": "(TWh)",
}
"""Parts of names that are not written as they are in files."""

ROUTE_NAMES: dict[str, str] = {
    "nord_stream_1": "Nord Stream 1",
    "nord_stream_2": "Nord Stream 2",
    "yamal_europe": "Yamal-Europe",
    "belarus_poland": "Belarus to Poland, other points",
    "lithuania": "Belarus to Lithuania",
    "ukraine_transit": "Ukraine, entry from Russia",
    "turkstream_2": "TurkStream, string 2",
    "finland": "Finland",
    "estonia": "Estonia",
    "latvia": "Latvia",
    "belarus": "Losses on the way through Belarus",
    "turkstream_1": "TurkStream, string 1 (Türkiye)",
    "blue_stream": "Blue Stream (Türkiye)",
}
"""Routes in reading order; a route that is not listed keeps its code."""


def pick_main(results: Sequence[Results], wanted: Sequence[str] = MAIN_SCENARIOS) -> list[Results]:
    """The runs that the detailed sheets show: the reference, the wanted ones that exist, then others as given."""
    by_id = {run.scenario.id: run for run in results}
    chosen = list(dict.fromkeys([reference_of(results).scenario.id, *(name for name in wanted if name in by_id)]))
    chosen += [name for name in by_id if name not in chosen][: max(0, MAX_MAIN - len(chosen))]
    return [by_id[name] for name in chosen[:MAX_MAIN]]


def reference_of(results: Sequence[Results]) -> Results:
    """The run against which all are measured: ``reference`` if it is there, else the first."""
    return next((run for run in results if run.scenario.id == REFERENCE), results[0])


def eu27(results: Results) -> frozenset[str]:
    """Nodes of the EU27."""
    return frozenset(results.nodes.loc[results.nodes["is_eu27"], "node"])


def node_names(results: Results) -> dict[str, str]:
    """Name of each node for a reader."""
    return dict(zip(results.nodes["node"], results.nodes["name"], strict=True))


def short_titles(results: Sequence[Results]) -> dict[str, str]:
    """Heading of each scenario's column: its id in words, the official title being too long for a column."""
    return {run.scenario.id: as_written(run.scenario.id) for run in results}


def as_written(name: str) -> str:
    """A name of the project's files as a reader writes it.

    >>> as_written("full_cutoff_low_lng"), as_written("lng_limit_twh")
    ('Full cut-off low LNG', 'LNG limit (TWh)')
    """
    text = " ".join(WRITTEN.get(part, part) for part in name.split("_"))
    return text[:1].upper() + text[1:]


def period_ends(results: Results) -> pd.DatetimeIndex:
    """Boundaries between periods: the start of the horizon, then the end of each period (as the next morning)."""
    periods = results["periods"]
    return pd.DatetimeIndex([periods["start"].iloc[0], *(periods["end"] + pd.Timedelta(days=1))])


def filling(results: Results, nodes: frozenset[str]) -> pd.Series:
    """Gas in store of a group of nodes at each boundary between periods, share of working gas volume."""
    storage = results["storage"]
    mine = storage[storage["node"].isin(nodes)]
    level = mine.groupby("period")["level_gwh"].sum()
    first = mine.loc[mine["period"] == mine["period"].min(), "level_at_start_gwh"].sum()
    values = np.concatenate([[first], level.to_numpy()]) / working_gas_gwh(results, nodes)
    return pd.Series(values, index=period_ends(results), name="fill_share")


def working_gas_gwh(results: Results, nodes: frozenset[str]) -> float:
    """Working gas volume of a group of nodes."""
    places = results["storage"][["storage", "node"]].drop_duplicates().astype(str)
    volume = results.inputs["storage"].set_index("storage")["working_gas_volume_gwh"]
    return float(volume.loc[places.loc[places["node"].isin(nodes), "storage"]].sum())


def filling_at_month_ends(results: Results, nodes: frozenset[str]) -> pd.Series:
    """Filling on the morning of the first of each month, between boundaries in proportion to time."""
    series = filling(results, nodes)
    first = pd.date_range(series.index[0], series.index[-1], freq="MS")
    days = (series.index - series.index[0]).days
    values = np.interp((first - series.index[0]).days, days, series.to_numpy())
    return pd.Series(values, index=first, name="fill_share")


def observed_filling(filled: pd.DataFrame, nodes: Sequence[str], volume_gwh: float) -> pd.Series:
    """Observed gas in store by day where every one of the nodes reports, share of working gas volume."""
    mine = filled[filled["node"].isin(nodes)]
    by_day = mine.groupby("date")["gas_in_storage_gwh"].agg(["sum", "count"])
    complete = by_day[by_day["count"] == by_day["count"].max()]
    return complete["sum"] / volume_gwh


def monthly_price(results: Results, nodes: frozenset[str]) -> pd.Series:
    """Demand-weighted mean shadow price of a group of nodes by month, EUR/MWh."""
    demand = results["demand"]
    weight = demand[demand["node"].isin(nodes)].groupby(["node", "period"], observed=True)["demand_gwh"].sum()
    price = results["prices"].set_index(["node", "period"])["price_eur_per_mwh"]
    table = pd.concat([weight, (weight * price).rename("paid")], axis=1).dropna().reset_index()
    months = to_months(table, results["periods"], [], ["demand_gwh", "paid"]).set_index("month")
    return months["paid"] / months["demand_gwh"]


def sector_table(results: Results) -> pd.DataFrame:
    """Per market and sector: ``node``, ``sector``, ``demand_twh``, ``curtailed_twh``."""
    total = results["demand"].groupby(["node", "sector"], observed=True)[["demand_gwh", "curtailed_gwh"]].sum()
    table = show_energy(total).rename(columns=lambda name: name.replace("_gwh", "_twh")).reset_index()
    return table.astype({"node": str, "sector": str})


def russian_routes(results: Results, by: str = "month") -> pd.DataFrame:
    """Russian pipeline gas to Europe by route, where it leaves Russia or Belarus: ``month`` or ``period``, ``twh``.

    Gas through Belarus is counted at its western border, so that routes can be told apart; the gas burnt on the way is
    a row of its own. The rows sum to what Russia sells to Europe.
    """
    flows = results["flows"]
    source, target = flows["from_node"].astype(str), flows["to_node"].astype(str)
    direct = flows[(source == "RU") & (target != BELARUS_TRANSIT)].assign(twh=lambda t: t["energy_gwh"])
    lost = flows[(source == "RU") & (target == BELARUS_TRANSIT)].assign(
        twh=lambda t: t["energy_gwh"] - t["arrived_gwh"]
    )
    onward = flows[source == BELARUS_TRANSIT].assign(twh=lambda t: t["energy_gwh"])
    rows = pd.concat([direct, lost, onward])
    rows["twh"] = show_energy(rows["twh"])
    rows["route"] = rows["route"].astype(str)
    if by == "month":
        return to_months(rows, results["periods"], ["route"], ["twh"])
    return rows.groupby(["period", "route"], observed=True)["twh"].sum().reset_index()


def route_order(routes: Sequence[str]) -> list[str]:
    """Routes in reading order, unknown ones last."""
    known = list(ROUTE_NAMES)
    return sorted(set(routes), key=lambda route: (known.index(route) if route in known else len(known), route))


def worst_period(results: Results, nodes: frozenset[str]) -> tuple[int, float]:
    """Period with the largest curtailed share of demand, and that share."""
    share = shortfall_by_period(results, nodes)
    return int(share.idxmax()), float(share.max())


def shortfall_by_period(results: Results, nodes: frozenset[str]) -> pd.Series:
    """Curtailed share of demand of a group of nodes in each period."""
    demand = results["demand"]
    total = demand[demand["node"].isin(nodes)].groupby("period")[["curtailed_gwh", "demand_gwh"]].sum()
    return total["curtailed_gwh"] / total["demand_gwh"]


def shortfall_by_country(results: Results, period: int | None = None) -> pd.Series:
    """Curtailed share of demand by market, over the horizon or in one period."""
    demand = results["demand"]
    demand = demand if period is None else demand[demand["period"] == period]
    total = demand.groupby("node", observed=True)[["curtailed_gwh", "demand_gwh"]].sum()
    share = (total["curtailed_gwh"] / total["demand_gwh"].where(total["demand_gwh"] > 0)).fillna(0.0)
    share.index = share.index.astype(str)
    return share.clip(0.0, 1.0)


def months_of(results: Sequence[Results]) -> list[str]:
    """Calendar months of all horizons together, ``YYYY-MM``."""
    spans = [pd.date_range(run["periods"]["start"].min(), run["periods"]["end"].max()) for run in results]
    return sorted({month for span in spans for month in span.strftime("%Y-%m").unique()})


def month_name(month: str) -> str:
    """``2022-02`` as ``Feb 2022``.

    >>> month_name("2022-02")
    'Feb 2022'
    """
    return pd.Timestamp(f"{month}-01").strftime("%b %Y")


def day_name(day: object) -> str:
    """A date as a reader writes it.

    >>> day_name("2022-02-15")
    '15 February 2022'
    """
    return day_words(pd.Timestamp(str(day)).date())


def lng_use(results: Results) -> tuple[float, float]:
    """LNG that Europe takes and the most it can attract, TWh over the horizon."""
    limit = results.inputs["lng_limit"]["limit_gwh"].sum()
    return float(show_energy(results["lng"]["energy_gwh"].sum())), float(show_energy(limit))


def tidy(values: Mapping[str, float]) -> dict[str, float]:
    """Numbers without the solver's dust: what is below 1e-7 is zero, and no zero is negative."""
    return {key: 0.0 if abs(value) < 1e-7 else float(value) for key, value in values.items()}
