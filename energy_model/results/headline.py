"""The numbers that are asked for first, for the seller, the region and the country that a run is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from energy_model.results.known import once
from energy_model.results.routes import entry_routes, route_volumes
from energy_model.results.run import Results
from energy_model.units import EnergyUnit, show_energy

ENERGY, SHARE, PRICE, COST = "TWh", "share", "EUR/MWh", "bn EUR"
"""Units of headlines; energy is shown in the unit that is asked for."""
ROUTE_PREFIX = "route "
"""Begins the key of the headline of a route."""


@dataclass(frozen=True)
class Headline:
    """A headline number.

    Attributes
    ----------
    key : str
        The same whoever the run is about.
    label : str
        For paper, with the names of the run's region, country and seller, and with the unit.
    unit : str
        One of :data:`ENERGY`, :data:`SHARE`, :data:`PRICE`, :data:`COST`.
    """

    key: str
    label: str
    unit: str


def headline_list(results: Results, unit: EnergyUnit = "TWh") -> list[Headline]:
    """The headlines of a run in reading order."""
    labels = results.labels
    region, country = labels.region_name, labels.country_name(results.nodes)
    named = {
        "region_demand": (f"{region} demand", ENERGY),
        "region_curtailed": (f"{region} curtailed", ENERGY),
        "region_curtailed_share": (f"{region} curtailed share of demand", SHARE),
        "region_worst_period_share": (f"{region} worst period curtailed share", SHARE),
        "region_protected_curtailed": (f"{region} protected customers curtailed", ENERGY),
        "region_voluntary": (f"{region} voluntary reduction", ENERGY),
        "country_demand": (f"{country} demand", ENERGY),
        "country_curtailed": (f"{country} curtailed", ENERGY),
        "country_curtailed_share": (f"{country} curtailed share of demand", SHARE),
        "country_voluntary": (f"{country} voluntary reduction", ENERGY),
        "country_price": (f"{country} mean price", PRICE),
        "region_price": (f"{region} mean price", PRICE),
        "supplier_pipeline_gas": (f"{labels.adjective(results.nodes)} pipeline gas to Europe", ENERGY),
        **{ROUTE_PREFIX + route: (labels.route_name(route), ENERGY) for route in entry_routes(results)},
        "lng": ("LNG to Europe", ENERGY),
        "region_lowest_filling": (f"{region} lowest filling", SHARE),
        "region_final_filling": (f"{region} filling at the end", SHARE),
        "country_lowest_filling": (f"{country} lowest filling", SHARE),
        "total_cost": ("Total cost", COST),
    }
    shown = {ENERGY: f" ({unit})", SHARE: "", PRICE: f" ({PRICE})", COST: f" ({COST})"}
    return [Headline(key, f"{words}{shown[what]}", what) for key, (words, what) in named.items()]


def headlines(results: Results, unit: EnergyUnit = "TWh") -> pd.Series:
    """Headline numbers of a run; the index carries name and unit.

    Volumes are totals over the whole horizon unless the name says otherwise; prices are demand-weighted means of the
    shadow price; a share of demand has the horizon's demand as its denominator.
    """
    values = headline_values(results, unit)
    return pd.Series({one.label: values[one.key] for one in headline_list(results, unit)})


def headline_values(results: Results, unit: EnergyUnit = "TWh") -> dict[str, float]:
    """Headline numbers of a run by key; no number where there is no storage to fill or no demand to share.

    They are worked out once for a run and a unit: a briefing asks for them from many places.
    """
    return dict(once(results, f"headlines in {unit}", lambda: _headline_values(results, unit)))


def _headline_values(results: Results, unit: EnergyUnit) -> dict[str, float]:
    ask, focus = results.statistics, results.labels.focus
    region: dict[str, Any] = {"region": focus.region}
    country: dict[str, Any] = {"country": focus.country}
    routes = route_volumes(results).groupby("route")["energy_gwh"].sum()
    filling = ask.filling("period", **region)
    volumes = {
        "region_demand": ask.demand.value(unit=unit, **region),
        "region_curtailed": ask.curtailed.value(unit=unit, **region),
        "region_protected_curtailed": ask.curtailed.value(unit=unit, protected=True, **region),
        "region_voluntary": ask.reduced.value(unit=unit, **region),
        "country_demand": ask.demand.value(unit=unit, **country),
        "country_curtailed": ask.curtailed.value(unit=unit, **country),
        "country_voluntary": ask.reduced.value(unit=unit, **country),
        "supplier_pipeline_gas": ask.supply.value(unit=unit, supplier=focus.supplier),
        "lng": ask.lng.value(unit=unit),
    }
    return {
        **volumes,
        "region_curtailed_share": _share(volumes, "region"),
        "region_worst_period_share": float(curtailed_share(results, "period", **region).max()),
        "country_curtailed_share": _share(volumes, "country"),
        "country_price": ask.price.value(**country),
        "region_price": ask.price.value(**region),
        **{ROUTE_PREFIX + name: float(show_energy(routes.get(name, 0.0), unit)) for name in entry_routes(results)},
        "region_lowest_filling": float(filling.min()),
        "region_final_filling": float(filling.iloc[-1]),
        "country_lowest_filling": float(ask.filling("period", **country).min()),
        "total_cost": ask.cost.value(),
    }


def is_of_seller(key: str) -> bool:
    """Whether a headline is about the gas of the seller in focus."""
    return key == "supplier_pipeline_gas" or key.startswith(ROUTE_PREFIX)


def curtailed_share(results: Results, by: str | Collection[str], **where: Any) -> pd.Series:
    """Curtailed share of demand by a grouping; no number where nothing is asked for."""
    demand = results.statistics.demand(by, **where)
    return results.statistics.curtailed(by, **where) / demand.where(demand > 0.0)


def _share(volumes: dict[str, float], place: str) -> float:
    demand = volumes[f"{place}_demand"]
    return volumes[f"{place}_curtailed"] / demand if demand > 0.0 else np.nan
