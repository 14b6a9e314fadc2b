"""LNG of a plan of a replay: the price that was observed, and what Europe attracted at it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from energy_model.scenario.case import Case
from energy_model.scenario.lookups import monthly_price, parameter
from energy_model.scenario.world.lng_world import season_of_europe
from energy_model.units import DAYS_PER_YEAR
from energy_model.validate.replay.past import Past


def lng_at_observed_price(case: Case, past: Past) -> Case:
    """LNG at the observed price; later months are expected at the price of the last known one.

    In a world market that is the price at which buyers outside Europe take what Europe leaves.
    """
    line, world = case.timeline, case.lng_world
    price = past.hub_price(line.month_firsts)
    price[past.months_known :] = np.nan
    price = pd.Series(price).ffill().to_numpy()
    reference = line.monthly(price - parameter(past.vintage, "lng_reference_netback_eur_per_mwh"))
    if world is None:
        premium = case.lng.cost - case.lng.cost.min(axis=0)
        return case.with_("lng", cost=reference + premium)
    expected = monthly_price(past.vintage, past.vintage.storyline.prices.lng, line)
    steps = world.price.copy()
    steps[:, :-1] *= (line.part_days @ (reference / expected)) / line.part_days.sum(axis=1)
    steps[:, -1] = np.maximum(steps[:, -1], steps[:, -2])
    return case.with_("lng_world", price=steps)


def lng_attracted(case: Case, past: Past) -> Case:
    """LNG that Europe attracts by month at the reference price: the year's total, evenly or by the model's season."""
    line, era, known = case.timeline, past.era, past.months_known
    months = line.month_firsts
    yearly = np.concatenate([attracted(past, months[:known]), expected(past, months[known:])])
    has_season = {"lng_world", "lng_season"} <= era.in_force
    daily = season_of_europe(past.vintage, line, yearly) if has_season else yearly / DAYS_PER_YEAR
    limit = line.month_days.sum(axis=1) * daily
    if case.lng_world is not None:
        case = case.with_("lng_world", width=_left_to_others(case, limit))
    return case.with_("lng", europe_limit=limit)


def attracted(past: Past, months: Sequence[pd.Timestamp]) -> np.ndarray:
    """LNG of a year that Europe attracted in some months, GWh, shape (months,)."""
    return _limits(past, [past.era.lng_case(month) for month in months])


def expected(past: Past, months: Sequence[pd.Timestamp]) -> np.ndarray:
    """LNG of a year that Europe was expected to attract in some months, GWh, shape (months,)."""
    return _limits(past, [past.era.lng_expected or past.era.lng_case(month) for month in months])


def central(past: Past) -> float:
    """LNG of a year that Europe attracts in the central state of the fan, GWh."""
    return float(_limits(past, [past.vintage.storyline.lng.central])[0])


def _limits(past: Past, rows: list[str]) -> np.ndarray:
    table = past.vintage["lng_europe_limit"].set_index("case")["limit_gwh_per_year"]
    return np.asarray(table[rows].to_numpy(float))


def _left_to_others(case: Case, attracted: np.ndarray) -> np.ndarray:
    """Demand outside Europe by step when Europe attracts so much at the reference price: what it leaves, GWh."""
    world, line = case.lng_world, case.timeline
    assert world is not None, "only a world market has other buyers"
    taken = ~world.is_below
    left = world.width[:, taken].sum(axis=(0, 1))
    months = pd.Categorical([f"{day:%Y-%m}" for day in line.part_starts], categories=line.months).codes
    share = line.part_days.sum(axis=1) / line.month_days.sum(axis=1)[months]
    wanted = left - (attracted - case.lng.europe_limit)[months] * share
    return np.asarray(world.width * np.maximum(wanted / left, 0.0))
