"""Mistakes that others made with these sources, and the evidence that this package does not make them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from energy_model.data.audit import audit
from energy_model.data.consistent import balance_of_base_year
from energy_model.data.load import GasData
from energy_model.units import show_energy
from energy_model.validate.reference import Pitfall

AGREES = 0.03
"""Two statements of one total may differ by this share."""
BALANCE_CLOSES = 0.02
"""Share of use by which the balance of the EU may stay open."""
EXPANSIONS = 0.1
"""A country's terminals of January 2022 may exceed its send-out of September 2022, expansions included, by this."""
NOT_TWICE = 0.75
"""The sum of every row of the capacity map counts most Dutch-German gas twice: the right one is below this share."""
ABOVE_LARGEST_DAY = 1.25
"""Entry capacity into Ukraine may exceed the largest day of its exits by this factor."""


def pitfalls(data: GasData) -> list[Pitfall]:
    """Every known pitfall, in a fixed order."""
    known, table = data.at(data.storyline.as_of), audit(data)
    return [Pitfall(name, *look(known, table)) for name, look in _PITFALLS.items()]


def _other(table: pd.DataFrame, quantity: str, key: str, source: str) -> tuple[float, float]:
    """The chosen figure and another source's largest figure for it."""
    row = table[(table["quantity"] == quantity) & (table["key"] == key) & (table["other_source_id"] == source)]
    return float(row["value"].max()), float(row["other_value"].max())


def _cushion(known: GasData, table: pd.DataFrame) -> tuple[bool, str]:
    mine, platform = _other(table, "storage_working_gas", "EU27", "gie_agsi")
    _, sites = _other(table, "storage_working_gas", "GB", "scigrid_iggin")
    britain, _ = _other(table, "storage_working_gas", "GB", "gie_agsi")
    union, seen, here, listed = (show_energy(gwh) for gwh in (mine, platform, britain, sites))
    text = (
        f"EU working gas {union:.0f} TWh against {seen:.0f} on the platform; Great Britain "
        f"{here:.1f} TWh, not the {listed:.0f} of a site list with closed Rough"
    )
    return abs(mine / platform - 1.0) <= AGREES and britain < 0.5 * sites, text


def _twice(known: GasData, table: pd.DataFrame) -> tuple[bool, str]:
    mine, every_row = _other(table, "country_pair_capacity", "NL>DE", "entsog_capmap_2021")
    _, once = _other(table, "country_pair_capacity", "NL>DE", "own_computation")
    text = (
        f"{mine:.0f} GWh/d from NL to DE; every row of the map would make {every_row:.0f}, each point once {once:.0f}"
    )
    return mine <= NOT_TWICE * every_row and abs(mine / once - 1.0) <= AGREES, text


def _dormant(known: GasData, table: pd.DataFrame) -> tuple[bool, str]:
    lines = known["pipelines"][known["pipelines"]["route"] == "nord_stream_2"]
    states = ", ".join(sorted(lines["status"].unique()))
    return bool(len(lines)) and set(lines["status"]) == {
        "idle"
    }, f"Nord Stream 2 is {states}: capacity 0 until commissioned"


def _ukraine(known: GasData, table: pd.DataFrame) -> tuple[bool, str]:
    key = "sudzha+sokhranivka"
    mine, booked = _other(table, "pipeline_capacity", key, "ua_transit_press")
    _, soviet = _other(table, "pipeline_capacity", key, "team_judgement")
    routes = known["route_status"].set_index("route")
    largest = float(routes.loc["ukraine_transit", "max_three_years_gwh_per_day"])
    text = (
        f"{mine:.0f} GWh/d from RU to UA, between {booked:.0f} booked (40 bcm/a) and {soviet:.0f} of all lines ever "
        f"built (248 bcm/a); largest day of the exits {largest:.0f}"
    )
    return booked <= mine <= ABOVE_LARGEST_DAY * largest, text


def _calorific(known: GasData, table: pd.DataFrame) -> tuple[bool, str]:
    energy = table[table["quantity"].isin(["demand_base_year", "imports_base_year"])]
    middle = float(1.0 + energy["difference_share"].median())
    worst = abs(middle - 1.0)
    return worst <= AGREES, f"median of other over chosen energy {middle:.3f}; a net value would give 0.90 or 1.11"


def _expansions(known: GasData, table: pd.DataFrame) -> tuple[bool, str]:
    rows = table[(table["quantity"] == "lng_sendout_capacity_of_country") & (table["other_source_id"] == "gie_alsi")]
    ratio = (rows["value"] / rows["other_value"]).set_axis(rows["key"])
    text = f"at most {ratio.max():.2f} ({ratio.idxmax()}) of the send-out declared in September 2022 with expansions"
    return bool(ratio.max() <= 1.0 + EXPANSIONS), text


def _kaliningrad(known: GasData, table: pd.DataFrame) -> tuple[bool, str]:
    mine, firm = _other(table, "pipeline_capacity", "kotlovka+kaliningrad_transit", "entsog_capmap_2021")
    nodes = known["nodes"].set_index("node")
    members = set(known["groups"].query("group == 'EU27'")["node"])
    apart = "KGD" in nodes.index and "KGD" not in members
    text = (
        f"Kotlovka for Lithuania and the transit together {mine:.1f} GWh/d, firm entry {firm:.1f}; Kaliningrad is a "
        "market of its own outside the EU, and its use stands on the side of use in the EU's balance"
    )
    return apart and mine <= firm * 1.001, text


def _balance(known: GasData, table: pd.DataFrame) -> tuple[bool, str]:
    assert known.storyline.balance is not None
    supply, use = balance_of_base_year(known.tables, known.storyline, known.storyline.balance)
    gap = supply / use - 1.0
    comes, goes = show_energy(supply), show_energy(use)
    text = f"supply {comes:.0f} TWh (imports, production, stock drawn), use {goes:.0f} TWh: open by {gap:+.1%}"
    return abs(gap) <= BALANCE_CLOSES, text


_PITFALLS: dict[str, Callable[[GasData, pd.DataFrame], tuple[bool, str]]] = {
    "cushion gas counted as working gas": _cushion,
    "Dutch-German points counted twice": _twice,
    "Nord Stream 2 counted as existing": _dormant,
    "capacity from Russia to Ukraine, 40 to 248 bcm/a": _ukraine,
    "net and gross calorific values mixed": _calorific,
    "terminals counted with their expansions": _expansions,
    "transit to Kaliningrad counted as an EU import": _kaliningrad,
    "balance of the EU in 2021 does not close": _balance,
}
