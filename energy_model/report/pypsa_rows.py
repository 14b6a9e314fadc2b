"""What PyPSA has no component for, as rows of the network's linopy model.

Volumes of which gas uses up more after a cut, rates that fall with the level, LNG by month, filling targets that can be
missed at a price, take-or-pay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from energy_model.errors import SolveError
from energy_model.scenario.case import Case, Lng, Supply
from energy_model.units import HOURS_PER_DAY, MWH_PER_GWH

META = "energy_model"
"""Key of the network's ``meta`` under which the rows travel."""


def add_constraints(network: Any, snapshots: Sequence[Any]) -> None:
    """Add volumes, curves, LNG by month, filling targets and take-or-pay to the network's linopy model.

    Has the signature of PyPSA's ``extra_functionality`` and expects the whole horizon at once.

    Raises
    ------
    SolveError
        If it is given a part of the horizon.
    """
    if len(snapshots) != len(network.snapshots):
        raise SolveError("volumes and targets hold over the whole horizon; solve all snapshots at once")
    rows = network.meta[META]
    _volume_rows(network, rows["volumes"])
    _curve_rows(network, rows["curves"])
    _month_rows(network, rows["lng_steps"], rows["lng_months"])
    _target_rows(network, rows["targets"])
    _take_or_pay_rows(network, rows["take_or_pay"])


def supply_steps(case: Case) -> list[str]:
    """Names of the generators that are suppliers' steps."""
    return [f"{who}:{step}" for who, step in zip(case.supply.supplier, case.supply.step, strict=True)]


def lng_steps(case: Case) -> list[str]:
    """Names of the generators that are exporters' steps."""
    return [f"LNG {who}:{step}" for who, step in zip(case.lng.exporter, case.lng.step, strict=True)]


def e_sum_max(part: Supply | Lng) -> np.ndarray:
    """Volume of each step in MWh, shape (steps,); of those of which gas uses up more, without end: they have a row."""
    return np.where(_is_scaled(part), np.inf, part.volume * MWH_PER_GWH)


def _is_scaled(part: Supply | Lng) -> np.ndarray:
    return np.asarray((part.use != 1.0).any(axis=1))


def _volumes(names: Sequence[str], part: Supply | Lng) -> list[dict[str, Any]]:
    """Steps of which a unit of gas uses up more or less than itself in some period."""
    return [
        {"generator": name, "volume_mwh": float(volume) * MWH_PER_GWH, "use": use.tolist()}
        for name, volume, use, scaled in zip(names, part.volume, part.use, _is_scaled(part), strict=True)
        if scaled and np.isfinite(volume)
    ]


def rows_beyond_pypsa(case: Case) -> dict[str, Any]:
    """What PyPSA has no component for, in plain words and numbers that survive a file."""
    stock, lng, line, deals = case.storage, case.lng, case.timeline, case.contracts
    verb = {"withdrawal": "withdraw", "injection": "inject"}
    curves = zip(stock.curve_storage, stock.curve_kind, stock.curve_intercept, stock.curve_slope, strict=True)
    months = zip(line.months, lng.europe_limit, line.month_days, strict=True)
    return {
        "volumes": [*_volumes(supply_steps(case), case.supply), *_volumes(lng_steps(case), case.lng)],
        "curves": [
            {"link": f"{verb[kind]} {stock.id[s]}", "store": str(stock.id[s]), "intercept": float(a), "slope": float(b)}
            for s, kind, a, b in curves
        ],
        "lng_steps": lng_steps(case),
        "lng_months": [
            {
                "month": month,
                "limit_mwh": float(limit) * lng.monthly_flexibility * MWH_PER_GWH,
                "hours": (days * HOURS_PER_DAY).tolist(),
            }
            for month, limit, days in months
            if len(lng.exporter)
        ],
        "targets": [
            {
                "name": target.name,
                "stores": [str(stock.id[s]) for s in target.storages],
                "boundary": line.boundary_at(target.date),
                "level_mwh": target.level_gwh * MWH_PER_GWH,
                "penalty_eur_per_mwh": target.penalty_eur_per_mwh,
            }
            for target in stock.targets
        ],
        "take_or_pay": [
            {
                "name": str(deals.id[c]),
                "links": case.pipelines.id[list(group)].tolist(),
                "floor_mwh": float(deals.floor[c]) * MWH_PER_GWH,
                "price_eur_per_mwh": float(deals.price[c]),
            }
            for c, group in enumerate(deals.pipelines)
        ],
    }


def _array(values: Any, **axes: Any) -> Any:
    """A labelled array; one keyword per dimension, with its labels."""
    import xarray as xr

    return xr.DataArray(np.asarray(values), dims=tuple(axes), coords=axes)


def _pick(variable: Any, names: Sequence[str], axis: pd.Index) -> Any:
    """Columns of a variable by component name along a new axis; a component may be picked more than once."""
    wanted = _array(np.array(names, dtype=object), **{str(axis.name): axis})
    return variable.sel(name=wanted).to_linexpr().drop_vars("name")


def _volume_rows(network: Any, volumes: Sequence[Mapping[str, Any]]) -> None:
    """What a step gives, weighted with what it uses up, is at most its volume."""
    if not volumes:
        return
    table = pd.DataFrame(volumes)
    step = pd.RangeIndex(len(table), name="step")
    hours = network.snapshot_weightings["generators"].to_numpy(float)
    used = _array(
        np.array(table["use"].tolist(), dtype=float).T * hours[:, None], snapshot=network.snapshots, step=step
    )
    rate = _pick(network.model["Generator-p"], table["generator"], step)
    network.model.add_constraints(
        (used * rate).sum("snapshot") <= _array(table["volume_mwh"], step=step), name="volume"
    )


def _curve_rows(network: Any, curves: Sequence[Mapping[str, Any]]) -> None:
    """A rate is at most its capacity times a straight line in the level at the start of the period."""
    if not curves:
        return
    model, table = network.model, pd.DataFrame(curves)
    line = pd.RangeIndex(len(table), name="line")
    rate = _pick(model["Link-p"], table["link"], line)
    level = _pick(model["Store-e"], table["store"], line)
    power = network.get_switchable_as_dense("Link", "p_max_pu")[table["link"]].to_numpy()
    power = power * network.links.loc[table["link"], "p_nom"].to_numpy()
    full, first = (network.stores.loc[table["store"], key].to_numpy(float) for key in ("e_nom", "e_initial"))
    axes = {"snapshot": network.snapshots, "line": line}
    gain = power * (table["slope"].to_numpy() / full)
    most = power * table["intercept"].to_numpy()
    # The level before the first period is a number: it moves to the right-hand side.
    most[0] += gain[0] * first
    gain[0] = 0.0
    earlier = np.maximum(np.arange(len(network.snapshots)) - 1, 0)
    before = level.isel(snapshot=earlier).assign_coords(snapshot=network.snapshots)
    model.add_constraints(rate - _array(gain, **axes) * before <= _array(most, **axes), name="curve")


def _month_rows(network: Any, steps: Sequence[str], months: Sequence[Mapping[str, Any]]) -> None:
    """A month draws at most a multiple of its even share of what Europe can attract."""
    if not months:
        return
    month = pd.Index([row["month"] for row in months], name="month")
    hours = _array([row["hours"] for row in months], month=month, snapshot=network.snapshots)
    landed = network.model["Generator-p"].sel(name=list(steps)).sum("name")
    limit = _array([row["limit_mwh"] for row in months], month=month)
    network.model.add_constraints((landed * hours).sum("snapshot") <= limit, name="LNG-month")


def _members(groups: Sequence[Sequence[str]]) -> Iterator[tuple[list[str], np.ndarray]]:
    """First members of all groups, then the second, ...; a group that has run out repeats its first at weight 0."""
    for place in range(max(map(len, groups))):
        there = np.array([place < len(group) for group in groups])
        yield (
            [group[place] if here else group[0] for group, here in zip(groups, there, strict=True)],
            there.astype(float),
        )


def _target_rows(network: Any, targets: Sequence[Mapping[str, Any]]) -> None:
    """The level, or a shortfall that has a price, reaches the target."""
    if not targets:
        return
    model, table = network.model, pd.DataFrame(targets)
    axis = pd.Index(table["name"], name="target")
    missing = model.add_variables(lower=0.0, coords=[axis], name="target-missing")
    boundary = table["boundary"].to_numpy()
    later = (boundary > 0).astype(float)
    snapshot = network.snapshots[np.maximum(boundary - 1, 0)]
    reached, short = 1.0 * missing, table["level_mwh"].to_numpy(float)
    for stores, weight in _members(table["stores"].tolist()):
        when = _array(snapshot, target=axis)
        level = model["Store-e"].sel(name=_array(np.array(stores, dtype=object), target=axis), snapshot=when)
        reached = reached + _array(weight * later, target=axis) * level.to_linexpr().drop_vars(["name", "snapshot"])
        short = short - weight * (1.0 - later) * network.stores.loc[stores, "e_initial"].to_numpy(float)
    model.add_constraints(reached >= _array(short, target=axis), name="target")
    _charge(model, missing, table["penalty_eur_per_mwh"])


def _take_or_pay_rows(network: Any, deals: Sequence[Mapping[str, Any]]) -> None:
    """What is delivered, or paid for without being taken, reaches the floor."""
    if not deals:
        return
    model, table = network.model, pd.DataFrame(deals)
    axis = pd.Index(table["name"], name="contract")
    untaken = model.add_variables(lower=0.0, coords=[axis], name="contract-untaken")
    hours = _array(network.snapshot_weightings["generators"].to_numpy(float), snapshot=network.snapshots)
    taken = 1.0 * untaken
    for links, weight in _members(table["links"].tolist()):
        flow = _pick(model["Link-p"], links, axis)
        taken = taken + (hours * _array(weight, contract=axis) * flow).sum("snapshot")
    model.add_constraints(taken >= _array(table["floor_mwh"], contract=axis), name="take-or-pay")
    _charge(model, untaken, table["price_eur_per_mwh"])


def _charge(model: Any, variable: Any, price_eur_per_mwh: Any) -> None:
    """Add what a variable costs to the objective."""
    price = _array(np.asarray(price_eur_per_mwh, dtype=float), **{str(d): variable.indexes[d] for d in variable.dims})
    model.add_objective(model.objective.expression + (price * variable).sum(), overwrite=True)
