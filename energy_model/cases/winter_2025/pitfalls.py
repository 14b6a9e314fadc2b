"""Mistakes that the sources of 2023 to 2025 invite, and the evidence that this package does not make them."""

from __future__ import annotations

from collections.abc import Callable

from energy_model.data.load import GasData
from energy_model.units import DAYS_PER_YEAR, show_energy
from energy_model.validate.reference import Pitfall

AGREES = 0.15
"""A step of supply lies within this share of the flow that it stands for."""
BY_SUEZ_NM = 10_000
"""A voyage from the Gulf to the North Sea is longer than this round the Cape, and shorter by Suez."""


def pitfalls(data: GasData) -> list[Pitfall]:
    """Every known pitfall, in a fixed order."""
    known = data.at(data.storyline.as_of)
    return [Pitfall(name, *look(known)) for name, look in _PITFALLS.items()]


def _two_regimes(data: GasData) -> tuple[bool, str]:
    routes = data["observed_route_flows_daily"]
    rate = routes.groupby(["route", routes["date"].dt.year])["flow_gwh_per_day"].mean().unstack()
    mine = _sold(data, "RU")
    both = float(rate[2024].sum()) * DAYS_PER_YEAR
    one, two = show_energy(mine), show_energy(both)
    text = f"Russia pipes {one:.0f} TWh a year to Europe, not the {two:.0f} of 2024 with Ukraine"
    return mine < (1.0 - AGREES) * both, text


def _corridor(data: GasData) -> tuple[bool, str]:
    trade = data["trade"]
    piped = trade[(trade["importer"] == "EU27") & (trade["supplier"] == "NO") & (trade["channel"] == "pipeline")]
    bought = float(piped["energy_gwh"].sum())
    sold = _sold(data, "NO")
    one, two = show_energy(bought), show_energy(sold)
    text = f"the EU bought {one:.0f} TWh in 2024 of the {two:.0f} a year that Norway pipes; Great Britain has the rest"
    return bought < (1.0 - AGREES) * sold, text


def _red_sea(data: GasData) -> tuple[bool, str]:
    miles = data["lng_shipping"].query("exporter == 'QA' and node == 'BE'")["distance_nm"].min()
    text = f"{miles:,.0f} sea miles from Qatar to Zeebrugge: round the Cape, not by Suez"
    return bool(miles > BY_SUEZ_NM), text


def _sold(data: GasData, supplier: str) -> float:
    steps = data["supply_steps"]
    base = steps[(steps["supplier"] == supplier) & (steps["availability"] == "base")]
    return float(base["volume_gwh_per_year"].sum())


_PITFALLS: dict[str, Callable[[GasData], tuple[bool, str]]] = {
    "averages over the end of the transit through Ukraine": _two_regimes,
    "the Norwegian corridor taken for imports of the EU": _corridor,
    "voyages through the Red Sea": _red_sea,
}
