"""Flows of a supplier as they were observed: fixed at the entry points, and without limits behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from energy_model.scenario.case import Case
from energy_model.validate.replay.past import Past

MONTHS_SEEN = 3
"""What is not known yet is expected to be as in so many months before."""
PLENTY_GWH = 1e7
"""More than any supplier could send in a plan: its flows are given, so its volumes must not bind."""


def expected_flows(case: Case, past: Past, seen: pd.DataFrame) -> pd.DataFrame:
    """Flows of the months of a plan: as they were where they are known, else the mean of the last three known months.

    Parameters
    ----------
    seen : DataFrame
        GWh/d by point (rows) and month (columns).
    """
    months, known = case.timeline.month_firsts, past.months_known
    flows = seen.reindex(columns=months).fillna(0.0)
    last = pd.date_range(end=months[known - 1], periods=MONTHS_SEEN, freq="MS")
    mean = seen.reindex(columns=last).mean(axis=1).fillna(0.0)
    for month in months[known:]:
        flows[month] = mean
    return flows


def with_entry_flows(
    case: Case, flows: pd.DataFrame, behind: Mapping[str, Sequence[str]], feeders: Mapping[str, str]
) -> Case:
    """The case in which flows arrive at their entry points, by the pipelines behind them in proportion to nameplate.

    Parameters
    ----------
    flows : DataFrame
        GWh/d that arrive, by entry point (rows) and month of the timeline (columns).
    behind : mapping of str to sequence of str
        Pipelines behind each entry point.
    feeders : mapping of str to str
        Line that alone feeds a pipeline, and so can carry what the pipeline did.
    """
    lines, ids = case.pipelines, list(case.pipelines.id)
    arrivals = {}
    for entry, row in flows.iterrows():
        names = behind[str(entry)]
        nameplate = lines.nameplate[[ids.index(name) for name in names]]
        total = nameplate.sum()
        shares = nameplate / max(total, 1e-9) if total > 0.0 else np.full(len(names), 1.0 / len(names))
        for name, share in zip(names, shares, strict=True):
            arrivals[name] = row.to_numpy(float) * share
    fixed = with_arrivals(case, arrivals)
    sent = {feeder: fixed.pipelines.minimum[ids.index(fed)] for fed, feeder in feeders.items()}
    return with_room(fixed, {name: rate / (1.0 - lines.loss_share[ids.index(name)]) for name, rate in sent.items()})


def with_arrivals(case: Case, arrivals: Mapping[str, np.ndarray]) -> Case:
    """The case in which pipelines bring just what is given: GWh/d on arrival by pipeline, shape (T,)."""
    lines, ids = case.pipelines, list(case.pipelines.id)
    minimum, capacity = lines.minimum.copy(), lines.capacity.copy()
    for name, arrived in arrivals.items():
        p = ids.index(name)
        minimum[p] = capacity[p] = arrived / (1.0 - lines.loss_share[p])
    return case.with_("pipelines", minimum=minimum, capacity=capacity)


def with_room(case: Case, flows: Mapping[str, np.ndarray]) -> Case:
    """The case in which pipelines can take in at least so much, GWh/d by pipeline, shape (T,)."""
    ids, capacity = list(case.pipelines.id), case.pipelines.capacity.copy()
    for name, flow in flows.items():
        p = ids.index(name)
        capacity[p] = np.maximum(capacity[p], flow)
    return case.with_("pipelines", capacity=capacity)


def without_limits(case: Case, supplier: str) -> Case:
    """The case in which a supplier whose flows are given needs no volume and owes no take-or-pay."""
    supply, contracts = case.supply, case.contracts
    given = supply.supplier == supplier
    kept = np.flatnonzero(contracts.supplier != supplier)
    if case.supply_by_month is not None:
        case = replace(case, supply_by_month=case.supply_by_month.without(supplier))
    return case.with_(
        "supply",
        rate=np.where(given[:, None], PLENTY_GWH / case.timeline.days.sum(), supply.rate),
        volume=np.where(given, PLENTY_GWH, supply.volume),
    ).with_(
        "contracts",
        id=contracts.id[kept],
        pipelines=tuple(contracts.pipelines[k] for k in kept),
        supplier=contracts.supplier[kept],
        floor=contracts.floor[kept],
        price=contracts.price[kept],
    )


def as_needed(case: Case, supplier: str) -> Case:
    """The case in which a supplier sells what its buyers use: in a winter that is more than its part of the year."""
    supply = case.supply
    volume = np.where(supply.supplier == supplier, supply.rate @ case.timeline.days, supply.volume)
    return case.with_("supply", volume=volume)


def sold_as_given(case: Case, supplier: str, flow: np.ndarray) -> Case:
    """The case as a plan of the months ahead reads it, without pipelines: a supplier can send what is given.

    Parameters
    ----------
    flow : ndarray, shape (T,)
        What it sends by all routes, GWh/d.
    """
    supply = case.supply
    given = np.flatnonzero(supply.supplier == supplier)
    rate, volume = supply.rate.copy(), supply.volume.copy()
    rate[given] = 0.0
    rate[given[0]] = flow
    volume[given] = rate[given] @ case.timeline.days
    return case.with_("supply", rate=rate, volume=volume)
