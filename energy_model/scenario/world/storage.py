"""Storages: working gas, rates that fall with the level, filling when the horizon begins, targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import is_group, members
from energy_model.scenario.case import Case, Storage
from energy_model.scenario.lookups import indices, monthly_price, parameter, tie_break, usual_shares
from energy_model.scenario.records import FillingTarget, Reserve
from energy_model.timeline import DAY, Timeline
from energy_model.units import DAYS_PER_YEAR

DEFAULT_CURVE = "default"
DUTY, RESERVE, CUSTOM = "legal", "reserve", "customary"
DUTIES = (DUTY, RESERVE)
"""Levels that somebody is obliged to: on their day, or on every day."""
KINDS = (*DUTIES, CUSTOM)
DAILY_LEVELS = "observed_storage_daily"
OLDEST_LEVEL = timedelta(days=31)
"""An older level says nothing about the first day of a horizon."""


def base_storage(data: GasData, timeline: Timeline, nodes: np.ndarray, *, only_duties: bool = False) -> Storage:
    """Storages with their curves, their filling on the first day, customary and end-of-horizon levels.

    Holding gas costs interest on its value; a gas day's interest is small but tells equal months apart.

    Parameters
    ----------
    nodes : ndarray of str, shape (N,)
        Codes of the nodes of the case; stores at others are left out.
    only_duties : bool
        Leave out levels that nobody is obliged to; and reserves as levels of one day, as they hold on every day.
    """
    table = data["storage"]
    table = table[table["node"].isin(nodes)].reset_index(drop=True)
    working_gas = table["working_gas_volume_gwh"].to_numpy(float)
    owner, kind, intercept, slope = _curves(data, table["storage"])
    value = float(monthly_price(data, data.storyline.prices.lng, timeline).mean())
    flat = np.ones(len(timeline))
    return Storage(
        id=table["storage"].to_numpy(str),
        node=indices(table["node"], nodes),
        working_gas=working_gas,
        usable=np.ones((len(table), len(timeline))),
        injection=np.outer(table["injection_capacity_gwh_per_day"].to_numpy(float), flat),
        withdrawal=np.outer(table["withdrawal_capacity_gwh_per_day"].to_numpy(float), flat),
        initial=_initial(data, table, timeline),
        curve_storage=owner,
        curve_kind=kind,
        curve_intercept=intercept,
        curve_slope=slope,
        injection_cost=parameter(data, "injection_cost_eur_per_mwh"),
        withdrawal_cost=np.full((len(table), len(timeline)), parameter(data, "withdrawal_cost_eur_per_mwh")),
        tie_break=tie_break(table["storage"], timeline, data),
        holding_cost=value * parameter(data, "interest_share_per_year") / DAYS_PER_YEAR,
        cycle_loss_share=parameter(data, "storage_cycle_loss_share"),
        targets=tuple(
            target
            for target in (
                *_targets(data, table, timeline, (DUTY,) if only_duties else KINDS),
                *(() if only_duties else _end_levels(data, table, timeline)),
            )
        ),
        reserves=tuple(_reserves(data, table)),
    )


def observed_stock(data: GasData, first: date, oldest: timedelta = OLDEST_LEVEL) -> pd.DataFrame:
    """Gas in store on the first day of a horizon: the last observation up to it, at most a month old.

    Levels by month come first, those by day fill in between; a day that the source flags is left out.

    Returns
    -------
    DataFrame
        Index node; gas_in_storage_gwh, date.
    """
    day = pd.Timestamp(first)

    def lately(table: pd.DataFrame) -> pd.DataFrame:
        return table[(table["date"] <= day) & (table["date"] > day - oldest)]

    columns = ["node", "date", "gas_in_storage_gwh"]
    seen = lately(data["storage_filling"])[columns]
    if DAILY_LEVELS in data.tables:
        daily = lately(data[DAILY_LEVELS])
        daily = daily[daily["quality_flag"].isna() | (daily["quality_flag"] == "")]
        seen = pd.concat([daily[columns], seen], ignore_index=True)
    seen = seen.assign(node=seen["node"].astype(str)).sort_values("date", kind="stable")
    return seen.groupby("node").last()[["gas_in_storage_gwh", "date"]]


def usual_filling(data: GasData, case: Case, before: date) -> np.ndarray:
    """Mean filling of each store at the beginning of each calendar month of the years before a day, shape (stores, 12).

    Not a number where no such month was observed.
    """
    return np.asarray(usual_shares(data, before).reindex(case.nodes[case.storage.node]).to_numpy(float))


def with_usable_targets(case: Case) -> Case:
    """The case in which levels are asked of the part of stores that may be used on their day."""
    stock, line = case.storage, case.timeline
    if bool((stock.usable >= 1.0).all()):
        return case
    targets = []
    for target in stock.targets:
        stores, at = list(target.storages), max(line.boundary_at(target.date) - 1, 0)
        volume = float(stock.working_gas[stores].sum())
        share = float(stock.usable[stores, at] @ stock.working_gas[stores]) / volume if volume > 0.0 else 1.0
        targets.append(replace(target, level_gwh=share * target.level_gwh))
    return case.with_("storage", targets=tuple(targets))


def _initial(data: GasData, table: pd.DataFrame, timeline: Timeline) -> np.ndarray:
    """Gas in store on the morning of the first day; not a number where nobody observed it."""
    level = observed_stock(data, timeline.start)["gas_in_storage_gwh"].reindex(table["node"]).to_numpy(float)
    return np.asarray(np.minimum(level, table["working_gas_volume_gwh"].to_numpy(float)))


def _curves(data: GasData, storages: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Straight lines whose minimum is the share of the rate available at a filling; lines at full rate are dropped."""
    points = data["storage_curve"].sort_values(["storage", "direction", "fill_share"])
    own = dict(iter(points.groupby(["storage", "direction"])))
    lines: list[tuple[int, str, float, float]] = []
    for number, storage in enumerate(storages):
        for direction in ("withdrawal", "injection"):
            part = own.get((storage, direction), own.get((DEFAULT_CURVE, direction)))
            if part is None:
                continue
            fill, rate = part["fill_share"].to_numpy(float), part["rate_share"].to_numpy(float)
            slope = np.diff(rate) / np.diff(fill)
            intercept = rate[:-1] - slope * fill[:-1]
            lines += [
                (number, direction, a, b) for a, b in zip(intercept, slope, strict=True) if not (b == 0.0 and a >= 1.0)
            ]
    owner, kind, intercept, slope = zip(*lines, strict=True)
    return np.array(owner, dtype=int), np.array(kind), np.array(intercept), np.array(slope)


def _targets(data: GasData, table: pd.DataFrame, timeline: Timeline, kinds: Sequence[str]) -> list[FillingTarget]:
    """Levels of some kinds whose date lies in the horizon; of several for one store and day the highest counts.

    A customary level of a group holds only for stores whose country has none of its own on that day. A reserve stands
    for a duty of its day.
    """
    penalty = parameter(data, "target_penalty_eur_per_mwh")
    rows = data["storage_targets"]
    rows = rows[rows["kind"].isin(kinds)]
    rows = rows[(rows["date"] > pd.Timestamp(timeline.start)) & (rows["date"] <= pd.Timestamp(timeline.end + DAY))]
    inside = {scope: members(data, scope) for scope in rows["scope"].unique()}
    groups = {scope for scope in inside if is_group(data, scope)}
    own = {
        (node, day, kind)
        for scope, day, kind in zip(rows["scope"], rows["date"], rows["kind"], strict=True)
        if scope not in groups
        for node in inside[scope]
    }
    best: dict[tuple[int, pd.Timestamp], FillingTarget] = {}
    for row in rows.to_dict("records"):
        held = set(inside[row["scope"]])
        if row["scope"] in groups:
            held = {node for node in held if row["kind"] != CUSTOM or (node, row["date"], CUSTOM) not in own}
        for s in np.flatnonzero(table["node"].isin(held)):
            level = float(row["fill_share"]) * float(table["working_gas_volume_gwh"].iloc[s])
            day = row["date"].date()
            kind = DUTY if row["kind"] in DUTIES else row["kind"]
            target = FillingTarget(
                f"{table['storage'].iloc[s]} {day}", kind, (int(s),), day, level, penalty, _known_on(data, row["as_of"])
            )
            known = best.get((int(s), row["date"]))
            if known is None or level > known.level_gwh:
                best[int(s), row["date"]] = target
    return list(best.values())


def _known_on(data: GasData, as_of: pd.Timestamp) -> date | None:
    """Day on which a row became known; ``None``, from the beginning, if it was when the package was made."""
    day = as_of.date()
    return None if day <= data.storyline.as_of else day


def _reserves(data: GasData, table: pd.DataFrame) -> Iterator[Reserve]:
    """Gas that has to be kept in each store on every day, whatever the horizon, in the order of the days."""
    release = parameter(data, "target_penalty_eur_per_mwh")
    rows = data["storage_targets"]
    for row in rows[rows["kind"] == RESERVE].sort_values("date", kind="stable").to_dict("records"):
        for s in np.flatnonzero(table["node"].isin(members(data, row["scope"]))):
            level = float(row["fill_share"]) * float(table["working_gas_volume_gwh"].iloc[s])
            yield Reserve(int(s), row["date"].date(), level, release, _known_on(data, row["as_of"]))


def _end_levels(data: GasData, table: pd.DataFrame, timeline: Timeline) -> list[FillingTarget]:
    """Level left for the next season: without it every store ends empty, because the model sees no day after."""
    share = parameter(data, "end_level_fill_share")
    penalty = parameter(data, "end_level_penalty_eur_per_mwh")
    day = timeline.end + DAY
    return [
        FillingTarget(f"{name} end of horizon", "end_level", (s,), day, share * float(volume), penalty)
        for s, (name, volume) in enumerate(zip(table["storage"], table["working_gas_volume_gwh"], strict=True))
    ]
