"""The world of one plan of a replay: what was given then, in the places of a case.

Given are Russian flows by route, demand, prices, what was in store on the first day, and which assets ran. Everything
else is the model's choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from energy_model.cases.ukraine_2022.replay.entries import IDLE
from energy_model.cases.ukraine_2022.replay.russian_flows import known_months, months_of, with_russian_flows
from energy_model.data.load import GasData
from energy_model.scenario.case import Case
from energy_model.scenario.lookups import active, monthly_price, parameter
from energy_model.scenario.records import FillingTarget
from energy_model.scenario.world import base_case
from energy_model.scenario.world.demand import base_demand
from energy_model.scenario.world.lng_world import season_of_europe
from energy_model.scenario.world.storage import observed_stock
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR
from energy_model.validate.replay.past import Past

NORWAY = "NO"
STEADY = ("DZ", "LY", "AZ")
"""Suppliers under long contracts: their year's volume comes evenly, not when prices are highest."""
LIKE_THE_EU = ("GB", "CH")
"""Markets outside the EU that share its weather: where they report nothing, they move as it does."""
MONTHS_PER_YEAR = 12
STORYLINE = date(2022, 1, 31)
"""Duties written down by this day are taken as old ones."""


def window_case(past: Past, first: date, levels: Mapping[str, float] | None, last: date) -> Case:
    """The case of a plan made on ``first`` up to ``last``.

    Parameters
    ----------
    levels : mapping of str to float, optional
        Gas in store on the morning of ``first`` by node, GWh; by default as observed.
    """
    data = _with_duties(_with_fillings(_without_decisions(past.vintage), first, levels), first)
    case = base_case(data, past.era.scenario(first, last))
    for given in (_able, _priced, _asked, _attracted, _with_habit, _reopened):
        case = given(case, past)
    return with_russian_flows(case, past)


def _without_decisions(data: GasData) -> GasData:
    """The data without the days on which scenarios decide: history is replayed month by month."""
    return replace(data, storyline=data.storyline.model_copy(update={"decision_days": ()}))


def _replaced(data: GasData, **tables: pd.DataFrame) -> GasData:
    return replace(data, tables={**data.tables, **tables})


def _with_fillings(data: GasData, first: date, levels: Mapping[str, float] | None) -> GasData:
    """The world with given levels as the filling of the first day; without them as observed.

    Where nobody reports on that day a store holds what it held when it was last known.
    """
    if levels is None:
        known = data["storage_filling"].sort_values("date", kind="stable")
        known = known[~known["node"].isin(observed_stock(data, first).index)]
        before = known[known["date"] <= pd.Timestamp(first)]
        held = pd.concat([known.drop_duplicates("node"), before]).drop_duplicates("node", keep="last")
        held = held.assign(date=pd.Timestamp(first))
        return _replaced(data, storage_filling=pd.concat([data["storage_filling"], held], ignore_index=True))
    rows = {"node": list(levels), "date": pd.Timestamp(first), "gas_in_storage_gwh": list(levels.values())}
    return _replaced(data, storage_filling=pd.DataFrame(rows))


def _with_duties(data: GasData, first: date) -> GasData:
    """Legal filling duties as they stood on the first day: nothing decreed later."""
    table = data["storage_targets"]
    table = table[(table["kind"] == "legal") & (table["as_of"] <= pd.Timestamp(max(first, STORYLINE)))]
    if first.year < STORYLINE.year:
        earlier = pd.DateOffset(years=STORYLINE.year - first.year)
        table = table.assign(date=table["date"] - earlier).drop_duplicates(["scope", "date"])
    return _replaced(data, storage_targets=table)


def _able(case: Case, past: Past) -> Case:
    """Exports of the year where no table says what suppliers by pipeline send in a month.

    Of 2021: Norway at that year's availability, maintenance included, the others at that year's exports, evenly.
    Norway sells all it can make: its year has no volume below its daily rate.
    """
    if "supply_by_month" in in_force(past):
        return case
    supply, line = case.supply, case.timeline
    rate, volume = supply.rate.copy(), supply.volume.copy()
    history = past.vintage["production_history"].query("year == @line.start.year and quantity == 'export_to_europe'")
    if line.start.year < STORYLINE.year and len(history):
        exported = history.set_index("node")["energy_gwh"]
        for supplier in exported.index.intersection(STEADY):
            volume[supply.supplier == supplier] = exported[supplier] / DAYS_PER_YEAR * line.days.sum()
        rate[supply.supplier == NORWAY] *= _availability(past, line)
    steady = np.isin(supply.supplier, STEADY)
    rate[steady] = np.minimum(rate[steady], (volume[steady] / line.days.sum())[:, None])
    norway = supply.supplier == NORWAY
    volume[norway] = rate[norway] @ line.days
    return case.with_("supply", rate=rate, volume=volume)


def _availability(past: Past, line: Timeline) -> np.ndarray:
    """Norway's availability of the year over the best of three years, by period."""
    profile = past.vintage["supply_profile"].query("supplier == @NORWAY").set_index("month")
    ratio = profile["rate_base_year_share"] / profile["rate_share"]
    year = past.vintage.storyline.base_year
    return line.monthly(np.array([ratio[m.month] if m.year == year else 1.0 for m in months_of(line)]))


def _priced(case: Case, past: Past) -> Case:
    """LNG at the observed price; later months are expected at the price of the last known one.

    In a world market that is the price at which buyers outside Europe take what Europe leaves.
    """
    line = case.timeline
    price = past.hub_price(months_of(line))
    price[known_months(case, past) :] = np.nan
    price = pd.Series(price).ffill().to_numpy()
    reference = line.monthly(price - parameter(past.vintage, "lng_reference_netback_eur_per_mwh"))
    world = case.lng_world
    if world is not None:
        expected = monthly_price(past.vintage, "lng_reference", line)
        steps = world.price.copy()
        steps[:, :-1] *= (line.part_days @ (reference / expected)) / line.part_days.sum(axis=1)
        steps[:, -1] = np.maximum(steps[:, -1], steps[:, -2])
        return case.with_("lng_world", price=steps)
    premium = case.lng.cost - case.lng.cost.min(axis=0)
    return case.with_("lng", cost=reference + premium)


def _asked(case: Case, past: Past) -> Case:
    """Demand as observed, without an answer to price; a normal year, with one, where it is not known yet.

    What was used at the price of the month was worth it to its users, so the cost of a cut counts from that price.
    In a month that they do not report, Great Britain, Switzerland and members of the EU move as the EU does against the
    same month of 2021; others repeat 2021.
    """
    if past.era.demand == "response":
        return case
    line, demand = case.timeline, case.demand
    months, base_year = months_of(line), past.vintage.storyline.base_year
    inside = case.inside(past.history.region)
    moving = np.isin(case.nodes, LIKE_THE_EU) | inside
    weather = past.vintage.storyline.weather.base_year
    scenario = past.era.scenario(line.start, line.end).model_copy(update={"weather": weather})
    pattern = base_demand(past.vintage, scenario, line, case.nodes).rate
    seen = past.demand(case.nodes, months) / line.days
    rate, share = demand.rate.copy(), demand.voluntary_share.copy()
    for t in range(known_months(case, past)):
        total = pattern[:, :, t].sum(axis=1)
        reported = ~np.isnan(seen[:, t])
        among = reported & inside
        europe = seen[among, t].sum() / total[among].sum() if months[t].year != base_year else 1.0
        factor = np.where(moving, europe, 1.0)
        factor[reported] = seen[reported, t] / np.maximum(total[reported], 1e-9)
        rate[:, :, t] = pattern[:, :, t] * factor[:, None]
        share[:, :, t] = 0.0
    price = float(past.hub_price(months[:1])[0])
    return case.with_("demand", rate=rate, voluntary_share=share, tier_cost=demand.tier_cost + price)


def _attracted(case: Case, past: Past) -> Case:
    """LNG that Europe attracts by month at the reference price: the year's total, evenly or by the model's season."""
    line, era = case.timeline, past.era
    limits = past.vintage["lng_europe_limit"].set_index("case")["limit_gwh_per_year"]
    known = known_months(case, past)
    rows = [era.lng_case(m) if t < known or not era.lng_expected else era.lng_expected
            for t, m in enumerate(months_of(line))]  # fmt: skip
    yearly = limits[rows].to_numpy(float)
    has_season = {"lng_world", "lng_season"} <= in_force(past)
    daily = season_of_europe(past.vintage, line, yearly) if has_season else yearly / DAYS_PER_YEAR
    limit = line.month_days.sum(axis=1) * daily
    if case.lng_world is not None:
        case = case.with_("lng_world", width=_left_to_others(case, limit))
    return case.with_("lng", europe_limit=limit)


def in_force(past: Past) -> set[str]:
    """Mechanisms of the model that are in force."""
    return set(past.era.mechanisms) - set(past.era.without)


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


def _with_habit(case: Case, past: Past) -> Case:
    """Stores aim for the filling of the years before at the start of every month.

    Missing it for a year costs what gas carried from summer to winter usually earns at today's price.
    """
    if not past.uses("habit"):
        return case
    stock, line, usual = case.storage, case.timeline, past.usual_filling
    penalty = habit_penalty(case, past)
    targets = list(stock.targets)
    for s, node in enumerate(case.nodes[stock.node]):
        if node not in usual.index:
            continue
        for start in line.starts[1:]:
            level = min(float(usual.loc[node, start.month]), float(stock.working_gas[s]))
            targets.append(FillingTarget(f"{stock.id[s]} {start} as usual", "customary", (s,), start, level, penalty))
    return case.with_("storage", targets=tuple(targets))


def habit_penalty(case: Case, past: Past) -> float:
    """What a MWh out of its usual place loses in a month: a twelfth of the usual spread between seasons, EUR/MWh."""
    price = float(past.hub_price(months_of(case.timeline)[:1])[0])
    return past.winter_premium_share * price / MONTHS_PER_YEAR


def _reopened(case: Case, past: Past) -> Case:
    """Lines that have closed since run up to their last day; a line without trade does not run."""
    table = past.vintage["pipelines"].set_index("pipeline").reindex(case.pipelines.id).reset_index()
    closed = (table["status"] == "closed").to_numpy()
    open_then = case.pipelines.nameplate[:, None] * active(table, case.timeline)
    capacity = np.where(closed[:, None], open_then, case.pipelines.capacity)
    capacity[case.pipelines.id == IDLE] = 0.0
    return case.with_("pipelines", capacity=capacity)
