"""The dozen numbers that are asked for first, for Germany and the EU."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.results.run import Results
from energy_model.units import EUR_PER_BEUR, EnergyUnit, show_energy

RUSSIAN_SUPPLIER = "RU"
GERMANY = "DE"


def headlines(results: Results, unit: EnergyUnit = "TWh") -> pd.Series:
    """Headline numbers of a run; the index carries name and unit.

    Volumes are totals over the whole horizon unless the name says otherwise; prices are demand-weighted means of the
    shadow price; a share of demand has the horizon's demand as its denominator.
    """
    eu = set(results.nodes.loc[results.nodes["is_eu27"], "node"])
    demand = results["demand"]
    in_eu, in_de = demand["node"].isin(eu), demand["node"] == GERMANY
    protected = results["curtailment"]
    protected = protected[protected["is_protected"]]
    supply, flows = results["supply"], results["flows"]
    lng = results["lng"]

    def twh(series: pd.Series) -> float:
        return float(show_energy(series.sum(), unit))

    def share(mask: pd.Series) -> float:
        return float(demand.loc[mask, "curtailed_gwh"].sum() / demand.loc[mask, "demand_gwh"].sum())

    numbers = pd.Series(
        {
            "EU27 demand (TWh)": twh(demand.loc[in_eu, "demand_gwh"]),
            "EU27 curtailed (TWh)": twh(demand.loc[in_eu, "curtailed_gwh"]),
            "EU27 curtailed share of demand": share(in_eu),
            "EU27 worst period curtailed share": _worst_share(demand[in_eu]),
            "EU27 protected customers curtailed (TWh)": twh(protected.loc[protected["node"].isin(eu), "curtailed_gwh"]),
            "EU27 voluntary reduction (TWh)": twh(demand.loc[in_eu, "voluntary_gwh"]),
            "Germany curtailed (TWh)": twh(demand.loc[in_de, "curtailed_gwh"]),
            "Germany curtailed share of demand": share(in_de),
            "Germany voluntary reduction (TWh)": twh(demand.loc[in_de, "voluntary_gwh"]),
            "Germany mean price (EUR/MWh)": mean_price(results, [GERMANY]),
            "EU27 mean price (EUR/MWh)": mean_price(results, sorted(eu)),
            "Russian pipeline gas to Europe (TWh)": twh(
                supply.loc[supply["supplier"] == RUSSIAN_SUPPLIER, "energy_gwh"]
            ),
            "Nord Stream 1 (TWh)": twh(flows.loc[flows["route"] == "nord_stream_1", "energy_gwh"]),
            "Nord Stream 2 (TWh)": twh(flows.loc[flows["route"] == "nord_stream_2", "energy_gwh"]),
            "LNG to Europe (TWh)": twh(lng["energy_gwh"]),
            "EU27 lowest filling": _fill(results, eu).min(),
            "EU27 filling at the end": _fill(results, eu).iloc[-1],
            "Germany lowest filling": _fill(results, {GERMANY}).min(),
            "Total cost (bn EUR)": total_cost(results) / EUR_PER_BEUR,
        }
    )
    return numbers.rename(lambda name: name.replace("(TWh)", f"({unit})"))


def total_cost(results: Results) -> float:
    """Cost of gas, transport, storage, voluntary reduction and curtailment, EUR.

    Missed filling targets are left out: their penalty steers the plan but nobody pays it.
    """
    costs = results["costs"].set_index("component")["cost_eur"]
    return float(costs.sum() - costs["missed filling targets"])


def mean_price(results: Results, nodes: list[str]) -> float:
    """Demand-weighted mean shadow price over nodes and periods, EUR/MWh."""
    weight = results["demand"].groupby(["node", "period"], observed=True)["demand_gwh"].sum()
    price = results["prices"].set_index(["node", "period"])["price_eur_per_mwh"]
    joined = pd.concat([weight, price], axis=1).loc[lambda t: t.index.get_level_values("node").isin(nodes)]
    return float(np.average(joined["price_eur_per_mwh"], weights=joined["demand_gwh"]))


def _worst_share(demand: pd.DataFrame) -> float:
    by_period = demand.groupby("period")[["curtailed_gwh", "demand_gwh"]].sum()
    return float((by_period["curtailed_gwh"] / by_period["demand_gwh"]).max())


def _fill(results: Results, nodes: set[str]) -> pd.Series:
    """Filling at the end of each period, share of working gas volume."""
    storage = results["storage"]
    storage = storage[storage["node"].isin(nodes)]
    level = storage.groupby("period")["level_gwh"].sum()
    full = (
        (storage["level_gwh"] / storage["fill_share"].where(storage["fill_share"] > 0))
        .groupby(storage["storage"], observed=True)
        .max()
    )
    return level / float(full.sum())
