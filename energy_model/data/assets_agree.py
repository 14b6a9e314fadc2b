"""Assets against what was seen of them: levels with their neighbours, flows with capacities, prices, distances."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from energy_model.data.problem import Known, Problem, Tables, checks, error, rows, unit_slip
from energy_model.data.storyline import EXCHANGE_RATE
from energy_model.units import EUR_PER_BEUR, KM_PER_NM, MWH_PER_MMBTU

SAME = 0.01
"""Two figures for one thing may differ by this share."""
LEVEL_STEP = 1.05
"""Gas in store changes by at most what the store can inject or withdraw a day; the largest share seen is 0.91."""
VOLUME_TO_SEEN = (0.25, 1.2)
"""Level of one day in a hundred over working gas: 0.27 (stores far too large for their market) to 1.17."""
RATE_TO_SEEN = (0.05, 2.0)
"""Rate of one day in a hundred over the stated one; reports of one day may cover two, some stores idle for years."""
SENDOUT_TO_SEEN = (0.2, 1.1)
"""Best month of a country's terminals over their capacity: 0.31 (new capacity) to 0.94."""
FLOW_TO_SEEN = (0.3, 1.3)
"""Highest flow seen over capacity: 0.40 to 1.23, as lines carry more than the firm figure on cold days."""
PRODUCTION_TO_HISTORY = 0.25
"""Production of the year over the best of three: fields decline, by two thirds at most here."""
LEAST_PRODUCTION_GWH = 10.0
"""A country that never produced more in a year may be left out."""
EXPORTS_TO_HISTORY = 0.4
"""Base offers over the best of three years: 0.52 for a supplier with unrest to 1.02."""
YEAR_TO_OTHERS = (0.05, 20.0)
"""A year over the median of the same country's years: small fields come and go, units differ by more."""
CAPACITY_TO_OTHER = (0.02, 50.0)
"""Capacity over that of another source: one may mean a point, the other a border."""
QUOTE_TO_SEEN = (0.5, 2.0)
"""A quoted price over the one that was observed in its month; units differ by more."""
SERIES_APART = (0.5, 2.0)
"""One quoted series over the other in the same month: cargoes and the hub compete for the same buyers."""
EARTH_KM = 6371.0
SEA_TO_STRAIGHT = (0.35, 10.0)
"""Nautical miles by sea over those between the points of the map: ports lie nearer than centres, capes far."""
PIPE_TO_STRAIGHT = (0.02, 4.0)
"""Kilometres of a line over those between its nodes: interconnectors begin at the border, not at a centre."""
TERMINAL_FROM_NODE_KM = 1_500.0
GDP_PER_HEAD_EUR = (1_000.0, 200_000.0)
INDUSTRY_OF_GDP = (0.03, 0.6)


@checks("storage_filling", "observed_storage_daily", "storage")
def levels_agree(every: Tables, known: Tables) -> Iterator[Problem]:
    """A level is that of the daily reports of its day, and no farther from the one before than the store can pump."""
    table = every["storage_filling"]
    daily = every["observed_storage_daily"].set_index(["node", "date"])["gas_in_storage_gwh"]
    seen = daily.reindex(pd.MultiIndex.from_frame(table[["node", "date"]])).to_numpy(float)
    level = table["gas_in_storage_gwh"].to_numpy(float)
    off = abs(level - seen) > SAME * np.maximum(seen, 1.0)
    slips = [unit_slip(one / other) for one, other in zip(level[off], np.maximum(seen[off], 1e-9), strict=True)]
    yield from rows(
        "storage_filling.csv",
        table[off].assign(seen=seen[off], slip=slips),
        "gas_in_storage_gwh",
        "the report of {node} on {date} in observed/storage_daily.csv says {seen}{slip}",
        "correct the level",
    )
    stores = (
        known["storage"]
        .groupby("node")[
            ["working_gas_volume_gwh", "injection_capacity_gwh_per_day", "withdrawal_capacity_gwh_per_day"]
        ]
        .sum()
    )
    ordered = table.sort_values(["node", "date"]).join(stores, on="node")
    same = (ordered["node"] == ordered["node"].shift()).to_numpy()
    change = ordered["gas_in_storage_gwh"].diff().to_numpy()
    days = ordered["date"].diff().dt.days.to_numpy(float)
    most = np.where(
        change > 0.0, ordered["injection_capacity_gwh_per_day"], -ordered["withdrawal_capacity_gwh_per_day"]
    )
    far = same & (abs(change) > LEVEL_STEP * abs(most) * days)
    yield from rows(
        "storage_filling.csv",
        ordered[far].assign(change=change[far].round(1), days=days[far], most=abs(most[far])),
        "gas_in_storage_gwh",
        "changes by {change} in {days} days, the rate of {node} in storage.csv is {most} a day",
        "correct the level, the one before it, or the rate",
    )


@checks("storage_holders", "storage")
def held_parts_fit(every: Tables, known: Tables) -> Iterator[Problem]:
    """What sellers hold of a store is no more than its working gas."""
    held = every["storage_holders"].groupby("storage")["working_gas_gwh"].sum()
    volume = known["storage"].groupby("storage")["working_gas_volume_gwh"].sum()
    for store in held.index[(held > volume.reindex(held.index).fillna(np.inf)).to_numpy(bool)]:
        yield error(
            f"storage_holders.csv, storage '{store}': {held[store]:,.0f} GWh are held, storage.csv has "
            f"{volume[store]:,.0f} GWh of working gas; correct a volume or its unit"
        )


@checks("observed_storage_daily", "storage")
def stores_as_observed(every: Tables, known: Tables) -> Iterator[Problem]:
    """Working gas and rates of a store against the most that was ever reported of it."""
    seen = every["observed_storage_daily"]
    seen = seen[seen["quality_flag"].isna()]
    reports = seen.groupby("node")[["gas_in_storage_gwh", "injection_gwh_per_day", "withdrawal_gwh_per_day"]]
    best = reports.quantile(0.99)
    table = known["storage"]
    alone = table[~table["node"].duplicated(keep=False) & table["node"].isin(best.index)]
    for column, reported, (low, high) in (
        ("working_gas_volume_gwh", "gas_in_storage_gwh", VOLUME_TO_SEEN),
        ("injection_capacity_gwh_per_day", "injection_gwh_per_day", RATE_TO_SEEN),
        ("withdrawal_capacity_gwh_per_day", "withdrawal_gwh_per_day", RATE_TO_SEEN),
    ):
        most = alone["node"].map(best[reported]).to_numpy(float)
        ratio = most / np.maximum(alone[column].to_numpy(float), 1e-9)
        odd = (ratio < low) | (ratio > high)
        yield from rows(
            "storage.csv",
            alone[odd].assign(most=most[odd].round(1), slip=[unit_slip(1.0 / one) for one in ratio[odd]]),
            column,
            "the most that was reported of {node} in observed/storage_daily.csv is {most}{slip}",
            "check the unit, or correct the figure",
        )


@checks("nodes", "lng_terminals", "observed_lng_sendout_monthly")
def terminals_as_observed(every: Tables, known: Tables) -> Iterator[Problem]:
    """The best month of a country's terminals fits through them, and uses more than a fraction of them."""
    seen = every["observed_lng_sendout_monthly"]
    seen = seen[seen["days_reported"] >= 25]
    rate = (seen["energy_gwh"] / seen["days_reported"]).groupby([seen["node"], seen["month"]]).sum()
    best = rate.groupby("node").max()
    table = every["lng_terminals"].drop_duplicates("terminal", keep="last")
    capacity = table.groupby("node")["sendout_capacity_gwh_per_day"].sum()
    for node in sorted(set(best.index) - set(capacity.index)):
        yield error(
            f"lng_terminals.csv: no terminal of {node}, but observed/lng_sendout_monthly.csv has what it landed; add it"
        )
    for node, most in best[best.index.isin(capacity.index)].items():
        if not SENDOUT_TO_SEEN[0] <= most / max(capacity[node], 1e-9) <= SENDOUT_TO_SEEN[1]:
            mine = table[table["node"] == node].sort_values("sendout_capacity_gwh_per_day", ascending=False)
            yield from rows(
                "lng_terminals.csv",
                mine.head(1).assign(most=round(float(most), 1), all=round(float(capacity[node]), 1)),
                "sendout_capacity_gwh_per_day",
                "all terminals of {node} give {all} a day, the best month in observed/lng_sendout_monthly.csv {most}",
                "check the units of this row and of the country's others",
            )
    table = every["lng_terminals"]
    far = _km(table, _points(known, table["node"])) > TERMINAL_FROM_NODE_KM
    yield from rows("lng_terminals.csv", table[far], "latitude", "lies far from {node}", "check both coordinates")


@checks("pipelines", "route_status", "observed_border_entries_monthly")
def lines_as_observed(every: Tables, known: Tables) -> Iterator[Problem]:
    """Flows that were seen fit through their lines, and use more than a fraction of them."""
    lines = known["pipelines"]
    open_lines = lines[lines["capacity_gwh_per_day"] > 0.0]
    by_route = open_lines.groupby("route")["capacity_gwh_per_day"].agg(["max", "sum"])
    low, high = FLOW_TO_SEEN
    table = known["route_status"].join(by_route, on="route")
    flow = table["max_three_years_gwh_per_day"]
    odd = table[(flow < low * table["max"]) | (flow > high * table["sum"])]
    yield from rows(
        "route_status.csv",
        odd,
        "max_three_years_gwh_per_day",
        "the lines of {route} in pipelines.csv carry {max} to {sum} a day",
        "check the units of both",
    )
    seen = every["observed_border_entries_monthly"]
    seen = seen[seen["days_reported"] >= 25]
    best = (seen["energy_gwh"] / seen["days_reported"]).groupby(seen["entry"]).max()
    table = open_lines.assign(most=open_lines["pipeline"].map(best).round(1))
    ratio = table["most"] / table["capacity_gwh_per_day"]
    odd = table[table["most"].notna() & ((ratio < low) | (ratio > high))]
    yield from rows(
        "pipelines.csv",
        odd,
        "capacity_gwh_per_day",
        "its best month in observed/border_entries_monthly.csv was {most} a day",
        "check the unit",
    )


@checks("nodes", "pipelines")
def lines_run_the_right_way(every: Tables, known: Tables) -> Iterator[Problem]:
    """No line runs into a country that only sells; lengths fit the map."""
    nodes = known["nodes"]
    sells = set(nodes.loc[nodes["is_supplier"] & ~nodes["is_market"], "node"])
    table = every["pipelines"]
    turned = table[table["to_node"].isin(sells)]
    yield from rows(
        "pipelines.csv", turned, "to_node", "sells gas and buys none, so the line runs the wrong way", "swap its ends"
    )
    table = table[table["length_km"].notna()]
    straight = np.maximum(_km(_points(known, table["from_node"]), _points(known, table["to_node"])), 1.0)
    ratio = table["length_km"].to_numpy(float) / straight
    odd = (ratio < PIPE_TO_STRAIGHT[0]) | (ratio > PIPE_TO_STRAIGHT[1])
    yield from rows(
        "pipelines.csv",
        table[odd].assign(straight=straight[odd].round(0)),
        "length_km",
        "its nodes lie {straight} km apart",
        "check the unit, or the coordinates in nodes.csv",
    )


@checks("nodes", "lng_shipping")
def voyages_fit_the_map(every: Tables, known: Tables) -> Iterator[Problem]:
    """A voyage is about as long as the map says."""
    table = known["lng_shipping"]
    straight = _km(_points(known, table["exporter"]), _points(known, table["node"])) / KM_PER_NM
    ratio = table["distance_nm"].to_numpy(float) / np.maximum(straight, 1.0)
    odd = (ratio < SEA_TO_STRAIGHT[0]) | (ratio > SEA_TO_STRAIGHT[1])
    yield from rows(
        "lng_shipping.csv",
        table[odd].assign(straight=straight[odd].round(0)),
        "distance_nm",
        "{exporter} and {node} lie {straight} nautical miles apart on the map",
        "check the unit, or the coordinates in nodes.csv",
    )


@checks("nodes", "production", "supply_steps", "production_history")
def offers_not_far_below_history(every: Tables, known: Tables) -> Iterator[Problem]:
    """Production and exports are no small fraction of what the last years saw."""
    past = known["production_history"]
    table = known["production"]
    days = pd.to_datetime(table["month"].map("1970-{:02d}-01".format)).dt.days_in_month
    year = (table["production_gwh_per_day"] * days).groupby(table["node"]).sum()
    own = (
        past[past["quantity"] != "export_to_europe"].groupby(["node", "year"])["energy_gwh"].sum().groupby("node").max()
    )
    for node, ratio in (year / own).dropna().items():
        if ratio < PRODUCTION_TO_HISTORY:
            yield error(
                f"production.csv, node '{node}': {year[node]:.0f} GWh in the year, the best of the last years was "
                f"{own[node]:.0f}{unit_slip(ratio)}; correct the rates"
            )
    markets = set(known["nodes"].loc[known["nodes"]["is_market"], "node"])
    for node in sorted((set(own.index[own > LEAST_PRODUCTION_GWH]) & markets) - set(year.index)):
        yield error(
            f"production.csv: no rows of {node}, whose best year gave {own[node]:.0f} GWh; add its twelve months"
        )
    middle = table.groupby("node")["production_gwh_per_day"].transform("median")
    odd = table[(table["production_gwh_per_day"] > 3.0 * middle) | (table["production_gwh_per_day"] < middle / 3.0)]
    yield from rows(
        "production.csv",
        odd.assign(middle=middle[odd.index].round(1)),
        "production_gwh_per_day",
        "the other months of {node} are about {middle}",
        "check the unit of this month",
    )
    base = known["supply_steps"]
    base = base[base["availability"] == "base"]
    best = past[past["quantity"] == "export_to_europe"].groupby("node")["energy_gwh"].max()
    for supplier, volume in base.groupby("supplier")["volume_gwh_per_year"].sum().items():
        if supplier in best and volume < EXPORTS_TO_HISTORY * best[supplier]:
            yield error(
                f"supply_steps.csv, supplier '{supplier}': its base steps sum to {volume:.0f} GWh a year, the most it "
                f"sent lately was {best[supplier]:.0f}{unit_slip(volume / best[supplier])}; correct the volumes"
            )


@checks("production_history")
def history_is_steady(every: Tables, known: Tables) -> Iterator[Problem]:
    """What a country produced or exported in a year is of the size of its other years."""
    table = every["production_history"]
    middle = table.groupby(["node", "quantity"])["energy_gwh"].transform("median")
    ratio = table["energy_gwh"] / middle.where(middle > 0.0)
    odd = table[ratio.notna() & ~ratio.between(*YEAR_TO_OTHERS)]
    yield from rows(
        "production_history.csv",
        odd.assign(middle=middle[odd.index].round(1)),
        "energy_gwh",
        "the other years of {node} are about {middle}",
        "check the unit",
    )


@checks("pipelines", "audit_references")
def lines_as_others_say(every: Tables, known: Tables) -> Iterator[Problem]:
    """A capacity is of the size that another source states for the line; what lies between is for the audit."""
    other = known["audit_references"]
    other = other[other["quantity"] == "pipeline_capacity"].groupby("key")["value"].median()
    table = known["pipelines"]
    table = table.assign(other=table["pipeline"].map(other))
    ratio = table["capacity_gwh_per_day"] / table["other"].where(table["other"] > 0.0)
    odd = table[ratio.notna() & (table["capacity_gwh_per_day"] > 0.0) & ~ratio.between(*CAPACITY_TO_OTHER)]
    yield from rows(
        "pipelines.csv",
        odd,
        "capacity_gwh_per_day",
        "another source in audit_references.csv says {other}",
        "check the unit of both",
    )


@checks("prices", "observed_prices_monthly")
def prices_in_euro_per_mwh(every: Tables, known: Known) -> Iterator[Problem]:
    """Quoted prices are in the currency and unit of the column: held against the market of the month, and in pairs."""
    table = known["prices"].set_index("month")
    roles = known.storyline.prices
    quoted = (roles.lng, roles.forward)
    series = {name: table[table["series"] == name] for name in quoted}
    one, other = (series[name]["price_eur_per_mwh"] for name in quoted)
    ratio = (one / other).dropna()
    low, high = SERIES_APART
    for month in ratio.index[~ratio.between(low, high).to_numpy()]:
        lines = [
            f"prices.csv, series '{name}', {month:%Y-%m}: {series[name].loc[month, 'price_eur_per_mwh']:g}"
            for name in quoted
        ]
        yield error(f"{lines[0]}, but {lines[1]}; one of them is in another unit")
    seen = every["observed_prices_monthly"]
    wide = seen.pivot_table(index="month", columns="series", values="price")
    if not {roles.hub, EXCHANGE_RATE} <= set(wide):
        return
    market = wide[roles.hub] / wide[EXCHANGE_RATE] / MWH_PER_MMBTU
    for name in quoted:
        both = (series[name]["price_eur_per_mwh"] / market).dropna().head(1)
        for month, ratio_of_first in both.items():
            if not QUOTE_TO_SEEN[0] <= ratio_of_first <= QUOTE_TO_SEEN[1]:
                yield from rows(
                    "prices.csv",
                    series[name].loc[[month]].assign(seen=round(float(market[month]), 1)),
                    "price_eur_per_mwh",
                    f"the market of {month:%Y-%m} was {{seen}} EUR/MWh by observed/prices_monthly.csv",
                    "check currency and unit of the series",
                )
    for name in quoted:
        prices = series[name]["price_eur_per_mwh"]
        middle = float(prices.median()) if len(prices) else np.nan
        odd = series[name][~prices.between(middle / 3.0, middle * 3.0)]
        yield from rows(
            "prices.csv",
            odd.assign(middle=round(middle, 1)),
            "price_eur_per_mwh",
            "the other months of {series} are about {middle}",
            "check currency and unit of this month",
        )


@checks("economy")
def economies_of_a_size(every: Tables, known: Tables) -> Iterator[Problem]:
    """Output per head and the share of industry are those of an economy, not of a unit mixed up."""
    table = known["economy"]
    head = table["gdp_eur_bn"] * EUR_PER_BEUR / table["population"]
    low, high = GDP_PER_HEAD_EUR
    odd = table[table["population"].notna() & ~head.between(low, high)]
    yield from rows(
        "economy.csv", odd, "gdp_eur_bn", "makes it an odd sum per head of {population} people", "check both units"
    )
    share = table["industry_value_added_eur_bn"] / table["gdp_eur_bn"]
    odd = table[share.notna() & ~share.between(*INDUSTRY_OF_GDP)]
    yield from rows(
        "economy.csv", odd, "industry_value_added_eur_bn", "against an output of {gdp_eur_bn}", "check both units"
    )
    odd = table[table["manufacturing_value_added_eur_bn"] > table["industry_value_added_eur_bn"]]
    yield from rows(
        "economy.csv",
        odd,
        "manufacturing_value_added_eur_bn",
        "more than all industry, {industry_value_added_eur_bn}",
        "check both",
    )


def _points(known: Tables, codes: pd.Series) -> pd.DataFrame:
    """Coordinates of nodes, one row per code."""
    return known["nodes"].set_index("node").reindex(codes)[["latitude", "longitude"]]


def _km(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """Great-circle distances row by row."""
    a, b = (np.radians(table[["latitude", "longitude"]].to_numpy(float)) for table in (one, other))
    cosine = np.sin(a[:, 0]) * np.sin(b[:, 0]) + np.cos(a[:, 0]) * np.cos(b[:, 0]) * np.cos(a[:, 1] - b[:, 1])
    return np.asarray(EARTH_KM * np.arccos(np.clip(cosine, -1.0, 1.0)))
