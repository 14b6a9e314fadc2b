"""Mistakes that the sources of 2023 to 2025 invite, and the evidence that this package does not make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from energy_model.data.load import GasData
from energy_model.units import show_energy

AGREES = 0.15
"""A step of supply lies within this share of the flow that it stands for."""
DAYS_PER_YEAR = 365.0


@dataclass(frozen=True)
class Pitfall:
    """A known mistake: its name, whether the tables avoid it, and the numbers that say so."""

    name: str
    is_avoided: bool
    evidence: str


def pitfalls(data: GasData) -> list[Pitfall]:
    """Every known pitfall, in a fixed order."""
    known = data.at(data.storyline.as_of)
    return [Pitfall(name, *look(known)) for name, look in _PITFALLS.items()]


def _two_regimes(data: GasData) -> tuple[bool, str]:
    routes = data["observed_route_flows_daily"]
    rate = routes.groupby(["route", routes["date"].dt.year])["flow_gwh_per_day"].mean().unstack()
    steps = data["supply_steps"]
    mine = steps[(steps["supplier"] == "RU") & (steps["availability"] == "base")]["volume_gwh_per_year"].sum()
    both = rate[2024].sum() * DAYS_PER_YEAR
    one, two = show_energy(mine), show_energy(both)
    return mine < (1.0 - AGREES) * both, f"Russia sells {one:.0f} TWh a year to Europe, not the {two:.0f} of 2024 with Ukraine"


def _corridor(data: GasData) -> tuple[bool, str]:
    trade = data["trade"]
    norway = trade[(trade["importer"] == "EU27") & (trade["supplier"] == "NO")]["energy_gwh"].sum()
    sold = data["supply_steps"].query("supplier == 'NO' and availability == 'base'")["volume_gwh_per_year"].sum()
    text = f"the EU bought {show_energy(norway):.0f} TWh of the {show_energy(sold):.0f} that Norway pipes: Great Britain has the rest"
    return norway < (1.0 - AGREES) * sold, text


def _inverse_storage(data: GasData) -> tuple[bool, str]:
    czech = data["storage"].query("node == 'CZ'")["working_gas_volume_gwh"].sum()
    return czech < 42_000.0, f"Czech working gas {show_energy(czech):.1f} TWh, not the 45.3 with inverse storage"


def _red_sea(data: GasData) -> tuple[bool, str]:
    route = data["lng_shipping"].query("exporter == 'QA' and node == 'BE'")["distance_nm"]
    return bool(route.min() > 10_000), f"{route.min():,.0f} sea miles from Qatar to Zeebrugge: round the Cape, not by Suez"


_PITFALLS: dict[str, Callable[[GasData], tuple[bool, str]]] = {
    "averages over the end of the transit through Ukraine": _two_regimes,
    "the Norwegian corridor taken for imports of the EU": _corridor,
    "inverse storage counted as working gas": _inverse_storage,
    "voyages through the Red Sea": _red_sea,
}
