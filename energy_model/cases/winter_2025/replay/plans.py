"""The world of one plan of a replay: what was given then, in the places of a case.

Given are demand, prices, Russian flows by route, what suppliers by pipeline sent, home production of the year, and what
was in store on the first day. The model chooses LNG, stocks, flows inside Europe, and what Norway sends to the
continent and to Great Britain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from energy_model.cases.winter_2025.replay.entries import (
    ENTRY_PIPELINES,
    FEEDERS,
    TRANSIT_ENDS,
    TRANSIT_ENTRY,
    TRANSIT_EXIT,
    TRANSIT_ROUTE,
)
from energy_model.data.load import GasData
from energy_model.scenario.case import Case
from energy_model.scenario.lookups import monthly_price, parameter
from energy_model.scenario.records import FillingTarget
from energy_model.scenario.world import base_case
from energy_model.scenario.world.demand import base_demand
from energy_model.timeline import Timeline
from energy_model.units import DAYS_PER_YEAR
from energy_model.validate.replay.past import Past

RUSSIA = "RU"
PLENTY_GWH = 1e7
"""More than Russia could send in any plan: its flows are given, so its volumes must not bind."""
MONTHS_PER_YEAR = 12


def window_case(past: Past, first: date, levels: Mapping[str, float] | None, last: date) -> Case:
    """The case of a plan made on ``first`` up to ``last``.

    Parameters
    ----------
    levels : mapping of str to float, optional
        Gas in store on the morning of ``first`` by node, GWh; by default as observed.
    """
    case = base_case(_prepared(past.vintage, first, levels), past.era.scenario(first, last))
    for given in (_priced, _asked, _attracted, _with_habit, with_russian_flows):
        case = given(case, past)
    return case


def habit_penalty(case: Case, past: Past) -> float:
    """What a MWh out of its usual place loses in a month: a twelfth of the usual spread between seasons, EUR/MWh."""
    price = float(past.hub_price(months_of(case.timeline)[:1])[0])
    return past.winter_premium_share * price / MONTHS_PER_YEAR


def months_of(timeline: Timeline) -> list[pd.Timestamp]:
    """First day of each calendar month of a timeline."""
    return list(pd.PeriodIndex(timeline.months, freq="M").to_timestamp())


def known_months(past: Past) -> int:
    """Months of a plan in which what happened is known: the first one, or the whole era under perfect foresight."""
    return len(past.era.months) if past.era.foresight == "perfect" else 1


def _prepared(data: GasData, first: date, levels: Mapping[str, float] | None) -> GasData:
    """The data without decision days and targets of later seasons, with given levels on the first day."""
    storyline = data.storyline.model_copy(update={"decision_days": ()})
    tables = {**data.tables, "storage_targets": data["storage_targets"].iloc[:0]}
    filling = data["storage_filling"].sort_values("date", kind="stable")
    if levels is None:
        known = filling[filling["date"] <= pd.Timestamp(first)]
        held = pd.concat([filling.drop_duplicates("node"), known]).drop_duplicates("node", keep="last")
        tables["storage_filling"] = pd.concat([filling, held.assign(date=pd.Timestamp(first))], ignore_index=True)
    else:
        rows = {"node": list(levels), "date": pd.Timestamp(first), "gas_in_storage_gwh": list(levels.values())}
        tables["storage_filling"] = pd.DataFrame(rows)
        tables.pop("observed_storage_daily", None)
    return replace(data, storyline=storyline, tables=tables)


def _priced(case: Case, past: Past) -> Case:
    """Buyers of LNG outside Europe take what Europe leaves at the price of the month, which is expected to last."""
    line, world = case.timeline, case.lng_world
    price = past.hub_price(months_of(line))
    price[known_months(past) :] = np.nan
    price = pd.Series(price).ffill().to_numpy()
    reference = line.monthly(price - parameter(past.vintage, "lng_reference_netback_eur_per_mwh"))
    if world is None:
        premium = case.lng.cost - case.lng.cost.min(axis=0)
        return case.with_("lng", cost=reference + premium)
    expected = monthly_price(past.vintage, "lng_reference", line)
    steps = world.price.copy()
    steps[:, :-1] *= (line.part_days @ (reference / expected)) / line.part_days.sum(axis=1)
    steps[:, -1] = np.maximum(steps[:, -1], steps[:, -2])
    return case.with_("lng_world", price=steps)


def _asked(case: Case, past: Past) -> Case:
    """Demand as observed, without an answer to price; a normal year, with one, where it is not known yet.

    Who does not report by month burns what the year's weather has for it, as far as the table knows that year. What was
    used at the price of the month was worth it to its users, so the cost of a cut counts from that price.
    """
    if past.era.demand == "response":
        return case
    line, demand = case.timeline, case.demand
    months, known = months_of(line), known_months(past)
    seen = past.demand(case.nodes, months) / line.days
    rate, share = demand.rate.copy(), demand.voluntary_share.copy()
    offered = set(past.vintage["demand_daily"]["weather"])
    patterns: dict[int, np.ndarray] = {}
    for t in range(known):
        year = months[t].year
        if year not in patterns:
            patterns[year] = _burnt(case, past, str(year) if str(year) in offered else past.era.weather)
        pattern = patterns[year][:, :, t]
        total, reported = pattern.sum(axis=1), ~np.isnan(seen[:, t])
        factor = np.ones(len(total))
        factor[reported] = seen[reported, t] / np.maximum(total[reported], 1e-9)
        rate[:, :, t] = pattern * factor[:, None]
        share[:, :, t] = 0.0
    price = float(past.hub_price(months[:1])[0])
    return case.with_("demand", rate=rate, voluntary_share=share, tier_cost=demand.tier_cost + price)


def _burnt(case: Case, past: Past, weather: str) -> np.ndarray:
    scenario = past.era.scenario(case.timeline.start, case.timeline.end).model_copy(update={"weather": weather})
    return base_demand(past.vintage, scenario, case.timeline, case.nodes).rate


def _attracted(case: Case, past: Past) -> Case:
    """What Europe attracts at the price of the month: the row of the year of each month, evenly over its days."""
    line, era = case.timeline, past.era
    limits = past.vintage["lng_europe_limit"].set_index("case")["limit_gwh_per_year"]
    yearly = np.array([limits[era.lng_case(month)] for month in months_of(line)], dtype=float)
    limit = yearly / DAYS_PER_YEAR * line.month_days.sum(axis=1)
    world = case.lng_world
    if world is not None:
        taken = ~world.is_below
        left = world.width[:, taken].sum(axis=(0, 1))
        months = pd.Categorical([f"{day:%Y-%m}" for day in line.part_starts], categories=line.months).codes
        part = line.part_days.sum(axis=1) / line.month_days.sum(axis=1)[months]
        wanted = left - (limit - case.lng.europe_limit)[months] * part
        case = case.with_("lng_world", width=world.width * np.maximum(wanted / left, 0.0))
    return case.with_("lng", europe_limit=limit)


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


def with_russian_flows(case: Case, past: Past) -> Case:
    """Russian flows by entry point, given; after what is known, the mean of the last three months known then."""
    lines, ids = case.pipelines, list(case.pipelines.id)
    minimum, capacity = lines.minimum.copy(), lines.capacity.copy()

    def fix(line: str, arrived: np.ndarray) -> None:
        p = ids.index(line)
        minimum[p] = capacity[p] = arrived / (1.0 - lines.loss_share[p])

    for entry, row in _ahead(case, past, past.entry_flows(RUSSIA, _span(case, past))).iterrows():
        for line in ENTRY_PIPELINES[str(entry)]:
            fix(line, row.to_numpy(float))
            p, feeder = ids.index(line), ids.index(FEEDERS[line])
            capacity[feeder] = np.maximum(capacity[feeder], minimum[p] / (1.0 - lines.loss_share[feeder]))
    through = _through_ukraine(case, past)
    fix(TRANSIT_ENTRY, through)
    p = ids.index(TRANSIT_EXIT)
    capacity[p] = np.maximum(capacity[p], through)
    return _without_russian_limits(case.with_("pipelines", minimum=minimum, capacity=capacity))


def expected_case(case: Case, past: Past) -> Case:
    """The case as a plan of the months ahead reads it, without pipelines: Russia can send what is given by route."""
    supply = case.supply
    russian = np.flatnonzero(supply.supplier == RUSSIA)
    flows = _ahead(case, past, past.entry_flows(RUSSIA, _span(case, past))).sum(axis=0).to_numpy(float)
    flows = flows + _through_ukraine(case, past)
    rate, volume = supply.rate.copy(), supply.volume.copy()
    rate[russian] = 0.0
    rate[russian[0]] = flows
    volume[russian] = rate[russian] @ case.timeline.days
    return case.with_("supply", rate=rate, volume=volume)


def _span(case: Case, past: Past) -> list[pd.Timestamp]:
    """The months of a plan and the three before its first unknown one."""
    months = months_of(case.timeline)
    return list(pd.date_range(months[0] - pd.DateOffset(months=3), months[-1], freq="MS"))


def _transit(past: Past) -> pd.DataFrame:
    """What passed Ukraine by month, GWh/d; nothing where nothing is on record any more."""
    table = past.data["observed_route_flows_daily"]
    table = table[table["route"] == TRANSIT_ROUTE]
    month = table["date"].dt.to_period("M").dt.to_timestamp()
    mean = table.groupby(month)["flow_gwh_per_day"].mean()
    whole = pd.date_range(mean.index.min(), mean.index.max(), freq="MS")
    filled = mean.reindex(whole).ffill()  # a month that nobody reported is like the one before
    return filled.where(filled.index <= pd.Timestamp(TRANSIT_ENDS), 0.0).to_frame(TRANSIT_ROUTE).T


def _through_ukraine(case: Case, past: Past) -> np.ndarray:
    """Transit in the months of a plan, GWh/d; nothing is expected beyond its contract."""
    flow = _ahead(case, past, _transit(past)).iloc[0].to_numpy(float)
    over = np.array([month > pd.Timestamp(TRANSIT_ENDS) for month in months_of(case.timeline)])
    return np.where(over, 0.0, flow)


def _ahead(case: Case, past: Past, seen: pd.DataFrame) -> pd.DataFrame:
    """Flows of the months of a plan: as they were where known, else the mean of the last three known."""
    months, known = months_of(case.timeline), known_months(past)
    out = seen.reindex(columns=pd.DatetimeIndex(months)).fillna(0.0)
    last = list(pd.date_range(end=months[known - 1], periods=3, freq="MS"))
    mean = seen.reindex(columns=pd.DatetimeIndex(last)).mean(axis=1).fillna(0.0)
    for month in months[known:]:
        out[month] = mean
    return out


def _without_russian_limits(case: Case) -> Case:
    """Given flows need no volume and owe no take-or-pay."""
    supply, contracts = case.supply, case.contracts
    russian = supply.supplier == RUSSIA
    kept = np.flatnonzero(contracts.supplier != RUSSIA)
    if case.supply_by_month is not None:
        case = replace(case, supply_by_month=case.supply_by_month.without(RUSSIA))
    return case.with_(
        "supply",
        rate=np.where(russian[:, None], PLENTY_GWH / case.timeline.days.sum(), supply.rate),
        volume=np.where(russian, PLENTY_GWH, supply.volume),
    ).with_(
        "contracts",
        id=contracts.id[kept],
        pipelines=tuple(contracts.pipelines[k] for k in kept),
        supplier=contracts.supplier[kept],
        floor=contracts.floor[kept],
        price=contracts.price[kept],
    )
