"""The exact numbers a case was solved with, as long tables: what is stored and compared next to the results."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.model.demand import grouped_voluntary_width, voluntary_groups
from energy_model.results.long import long_table
from energy_model.scenario.case import Case
from energy_model.scenario.origin import limits_of


def input_tables(case: Case) -> dict[str, pd.DataFrame]:
    """Inputs of a case by name; every number the optimisation read and a measure can change."""
    period = np.arange(1, len(case.timeline) + 1)
    lines, supply, lng, stock, demand = case.pipelines, case.supply, case.lng, case.storage, case.demand
    steps = [f"{who}:{step}" for who, step in zip(supply.supplier, supply.step, strict=True)]
    cargoes = [f"{who}:{step}" for who, step in zip(lng.exporter, lng.step, strict=True)]
    routes = [f"{who}>{node}" for who, node in zip(lng.route_exporter, case.nodes[lng.route_node], strict=True)]
    offers = [f"at {price:.6g} EUR/MWh" for price in voluntary_groups(demand)[0]]
    tables = {
        "pipelines": long_table(
            {"pipeline": lines.id, "period": period},
            {"capacity_gwh_per_day": lines.capacity, "cost_eur_per_mwh": lines.cost},
        ),
        "supply": long_table(
            {"supply_step": steps, "period": period},
            {"rate_gwh_per_day": supply.rate, "cost_eur_per_mwh": supply.cost},
        ),
        "supply_volumes": pd.DataFrame({"supply_step": steps, "volume_gwh": supply.volume}),
        "lng": long_table(
            {"lng_step": cargoes, "period": period}, {"rate_gwh_per_day": lng.rate, "fob_price_eur_per_mwh": lng.cost}
        ),
        "lng_volumes": pd.DataFrame({"lng_step": cargoes, "volume_gwh": lng.volume}),
        "lng_limit": pd.DataFrame({"month": case.timeline.months, "limit_gwh": lng.europe_limit}),
        "sea_routes": long_table(
            {"sea_route": routes, "period": period},
            {"allowed_gwh_per_day": lng.route_open, "freight_eur_per_mwh": lng.route_cost},
        ),
        "terminals": long_table(
            {"terminal": lng.terminal, "period": period}, {"sendout_capacity_gwh_per_day": lng.sendout}
        ),
        "storage": pd.DataFrame(
            {
                "storage": stock.id,
                "working_gas_volume_gwh": stock.working_gas,
                "initial_gwh": stock.initial,
                "injection_gwh_per_day": stock.injection.mean(axis=1),
                "withdrawal_gwh_per_day": stock.withdrawal.mean(axis=1),
            }
        ),
        "targets": pd.DataFrame(
            {
                "target": [target.name for target in stock.targets],
                "target_gwh": [target.level_gwh for target in stock.targets],
                "penalty_eur_per_mwh": [target.penalty_eur_per_mwh for target in stock.targets],
            }
        ),
        "demand": long_table(
            {"node": case.nodes[case.is_market], "sector": demand.sectors, "period": period},
            {"demand_gwh_per_day": demand.rate[case.is_market]},
        ),
        "voluntary": long_table(
            {"step": offers, "node": case.nodes[case.is_market], "period": period},
            {"available_gwh_per_day": grouped_voluntary_width(case).transpose(1, 0, 2)},
        ),
        "contracts": pd.DataFrame({"contract": case.contracts.id, "floor_gwh": case.contracts.floor}),
    }
    return tables | _origin_tables(case, period)


def _origin_tables(case: Case, period: np.ndarray) -> dict[str, pd.DataFrame]:
    """What measures on the origin of gas allow, by market and by pipeline; empty if there is none."""
    limits, markets = limits_of(case), np.flatnonzero(case.is_market)
    names = [] if limits is None else limits.name.tolist()
    nodes, lines = (len(markets), len(period)), (len(case.pipelines.id), len(period))
    buying, resale, duty = (
        np.zeros((0, *nodes)) if limits is None else getattr(limits, key)[:, markets]
        for key in ("buying", "resale", "duty")
    )
    carried = np.zeros((0, *lines)) if limits is None else limits.carried
    buyers = [f"{name}, bought by {node}" for name in names for node in case.nodes[markets].tolist()]
    ways = [f"{name}, in {line}" for name in names for line in case.pipelines.id.tolist()]
    return {
        "origin_buyers": long_table(
            {"buyer": np.array(buyers, dtype=object), "period": period},
            {"allowed_gwh_per_day": buying, "resale_gwh_per_day": resale, "duty_eur_per_mwh": duty},
        ),
        "origin_pipelines": long_table(
            {"way": np.array(ways, dtype=object), "period": period}, {"allowed_gwh_per_day": carried}
        ),
    }
