"""Suppliers by pipeline and indigenous production."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.case import Supply
from energy_model.scenario.lookups import indices, parameter, tie_break
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR

INDIGENOUS = "indigenous"
NATURAL, BIOMETHANE = "natural_gas", "biomethane"
"""Quantities of ``production_history.csv`` that make up a market's own production."""
MONTHS = range(1, 13)


def base_supply(data: GasData, timeline: Timeline, nodes: np.ndarray) -> Supply:
    """Steps that flow without anyone's decision: availability ``base``, and every market's own production.

    ``nodes`` holds the codes of the nodes of the case, shape (N,).
    """
    steps = data["supply_steps"]
    steps = steps[(steps["availability"] == "base") & steps["supplier"].isin(nodes)].reset_index(drop=True)
    homes = sorted(set(data["production"]["node"]) & set(nodes))
    names = [*(steps["supplier"] + steps["step"]), *homes]
    cost = np.array([*steps["cost_eur_per_mwh"], *[parameter(data, "indigenous_cost_eur_per_mwh")] * len(homes)])
    rate = np.vstack([step_rate(steps, data, timeline), _production_rate(data, homes, timeline)])
    years = timeline.days.sum() / DAYS_PER_YEAR
    return Supply(
        supplier=np.array([*steps["supplier"], *homes], dtype=str),
        step=np.array([*steps["step"], *[INDIGENOUS] * len(homes)], dtype=object).astype(str),
        node=indices([*steps["supplier"], *homes], nodes),
        rate=rate,
        volume=np.concatenate(
            [steps["volume_gwh_per_year"].to_numpy(float) * years, rate[len(steps) :] @ timeline.days]
        ),
        use=np.ones(rate.shape),
        cost=np.outer(cost, np.ones(len(timeline))),
        tie_break=tie_break(names, timeline, data),
        hub_link_share=np.array([*steps["price_link"], *[1.0] * len(homes)], dtype=float),
    )


def step_rate(steps: pd.DataFrame, data: GasData, timeline: Timeline) -> np.ndarray:
    """Highest daily rate of supply steps in each period, seasonal profile applied, GWh/d, shape (steps, T)."""
    profile = data["supply_profile"].pivot_table(index="supplier", columns="month", values="rate_share", observed=True)
    profile = profile.reindex(index=steps["supplier"].unique(), columns=MONTHS).fillna(1.0)
    month_number = [int(label[-2:]) for label in timeline.months]
    shares = timeline.monthly(profile.loc[steps["supplier"], month_number].to_numpy(float))
    opened = [timeline.active_share(None if pd.isna(day) else day.date(), None) for day in steps["available_from"]]
    return np.asarray(
        steps["rate_gwh_per_day"].to_numpy(float)[:, None] * shares * np.array(opened).reshape(len(steps), -1)
    )


def _production_rate(data: GasData, homes: list[str], timeline: Timeline) -> np.ndarray:
    """Own production in each period, GWh/d: by the months of ``production.csv``, at the total of a year that is over.

    A market without a row for a year in ``production_history.csv`` keeps that of ``production.csv``.
    """
    table = data["production"].pivot_table(
        index="node", columns="month", values="production_gwh_per_day", aggfunc="sum"
    )
    table = table.reindex(index=homes, columns=MONTHS).fillna(0.0)
    made = _made(data).reindex(index=homes)
    planned = table.mean(axis=1) * DAYS_PER_YEAR
    ratio = {year: (made[year] / planned).to_numpy(float) for year in made}
    same = np.ones(len(homes))
    plain = table[[int(label[-2:]) for label in timeline.months]].to_numpy(float)
    told = plain * np.array([ratio.get(int(label[:4]), same) for label in timeline.months]).T
    return timeline.monthly(np.where(np.isnan(told), plain, told))


def _made(data: GasData) -> pd.DataFrame:
    """What was made in each year that was over when it was told, GWh, nodes in rows; biomethane as last told.

    A package need not have a history: then no year is known.
    """
    history = data.tables.get("production_history")
    if history is None:
        return pd.DataFrame()
    gas = _by_year(history[history["as_of"].dt.year > history["year"]], NATURAL)
    return gas.add(biomethane(data).reindex(gas.index).fillna(0.0), axis=0)


def biomethane(data: GasData) -> pd.Series:
    """Biomethane that each node feeds in, GWh a year, of the last year that was over when it was told."""
    history = data.tables.get("production_history")
    if history is None:
        return pd.Series(dtype=float)
    made = _by_year(history[history["as_of"].dt.year > history["year"]], BIOMETHANE)
    return made.ffill(axis=1).iloc[:, -1] if len(made.columns) else pd.Series(dtype=float)


def _by_year(history: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """A quantity of ``production_history.csv``, GWh, nodes in rows and years in columns."""
    rows = history[history["quantity"] == quantity]
    return rows.pivot_table(index="node", columns="year", values="energy_gwh", aggfunc="sum", observed=True)
