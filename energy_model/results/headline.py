"""The numbers that are asked for first, for the seller, the region and the country that a run is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.results.routes import entry_routes, route_volumes
from energy_model.results.run import Results
from energy_model.units import EUR_PER_BEUR, EnergyUnit, show_energy

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
    """Headline numbers of a run by key; no number where there is no storage to fill or no demand to share."""
    labels = results.labels
    region, country = labels.region_nodes(results.nodes), frozenset({labels.focus.country})
    demand, supply = results["demand"], results["supply"]
    inside, at_home = demand["node"].isin(region), demand["node"].isin(country)
    protected = results["curtailment"]
    protected = protected[protected["is_protected"]]
    routes = route_volumes(results).groupby("route")["energy_gwh"].sum()
    filling = filling_at_ends(results, region)

    def volume(series: pd.Series) -> float:
        return float(show_energy(series.sum(), unit))

    def share(mask: pd.Series) -> float:
        whole = float(demand.loc[mask, "demand_gwh"].sum())
        return float(demand.loc[mask, "curtailed_gwh"].sum()) / whole if whole > 0.0 else np.nan

    return {
        "region_demand": volume(demand.loc[inside, "demand_gwh"]),
        "region_curtailed": volume(demand.loc[inside, "curtailed_gwh"]),
        "region_curtailed_share": share(inside),
        "region_worst_period_share": _worst_share(demand[inside]),
        "region_protected_curtailed": volume(protected.loc[protected["node"].isin(region), "curtailed_gwh"]),
        "region_voluntary": volume(demand.loc[inside, "voluntary_gwh"]),
        "country_demand": volume(demand.loc[at_home, "demand_gwh"]),
        "country_curtailed": volume(demand.loc[at_home, "curtailed_gwh"]),
        "country_curtailed_share": share(at_home),
        "country_voluntary": volume(demand.loc[at_home, "voluntary_gwh"]),
        "country_price": mean_price(results, sorted(country)),
        "region_price": mean_price(results, sorted(region)),
        "supplier_pipeline_gas": volume(supply.loc[supply["supplier"] == labels.focus.supplier, "energy_gwh"]),
        **{ROUTE_PREFIX + name: float(show_energy(routes.get(name, 0.0), unit)) for name in entry_routes(results)},
        "lng": volume(results["lng"]["energy_gwh"]),
        "region_lowest_filling": float(filling.min()),
        "region_final_filling": float(filling.iloc[-1]),
        "country_lowest_filling": float(filling_at_ends(results, country).min()),
        "total_cost": total_cost(results) / EUR_PER_BEUR,
    }


def total_cost(results: Results) -> float:
    """Cost of gas, transport, storage, voluntary reduction and curtailment, EUR.

    Missed filling targets are left out: their penalty steers the plan but nobody pays it.
    """
    costs = results["costs"].set_index("component")["cost_eur"]
    return float(costs.sum() - costs["missed filling targets"])


def mean_price(results: Results, nodes: list[str]) -> float:
    """Demand-weighted mean shadow price over nodes and periods, EUR/MWh; no number where nobody buys."""
    weight = results["demand"].groupby(["node", "period"], observed=True)["demand_gwh"].sum()
    price = results["prices"].set_index(["node", "period"])["price_eur_per_mwh"]
    joined = pd.concat([weight, price], axis=1).loc[lambda t: t.index.get_level_values("node").isin(nodes)]
    if not joined["demand_gwh"].sum() > 0.0:
        return np.nan
    return float(np.average(joined["price_eur_per_mwh"], weights=joined["demand_gwh"]))


def _worst_share(demand: pd.DataFrame) -> float:
    by_period = demand.groupby("period")[["curtailed_gwh", "demand_gwh"]].sum()
    return float((by_period["curtailed_gwh"] / by_period["demand_gwh"]).max())


def filling_at_ends(results: Results, nodes: frozenset[str]) -> pd.Series:
    """Filling at the end of each period, share of working gas volume; no numbers where there is no storage."""
    storage = results["storage"]
    storage = storage[storage["node"].isin(nodes)]
    periods = results["periods"]["period"]
    if storage.empty:
        return pd.Series(np.nan, index=periods)
    level = storage.groupby("period")["level_gwh"].sum()
    full = (
        (storage["level_gwh"] / storage["fill_share"].where(storage["fill_share"] > 0))
        .groupby(storage["storage"], observed=True)
        .max()
    )
    return level / float(full.sum())
