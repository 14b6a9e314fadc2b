"""Russian flows by entry point: given to a plan, and as its table of values reads them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from energy_model.cases.ukraine_2022.replay.entries import ENTRY_PIPELINES, FEEDERS, KALININGRAD, UKRAINE_ENTRIES
from energy_model.scenario.case import Case
from energy_model.timeline import Timeline
from energy_model.validate.replay.past import Past

RUSSIA = "RU"
BELARUS_DESK = "RU_BY"
"""Russia's sales to Belarus and Kaliningrad follow what their buyers use. In a plan over a winter that is more than the
plan's part of the year's volume."""
PLENTY_GWH = 1e7
"""More than Russia could send in any plan: its flows are given, so its volumes must not bind."""


def months_of(timeline: Timeline) -> list[pd.Timestamp]:
    """First day of each calendar month of a timeline."""
    return list(pd.PeriodIndex(timeline.months, freq="M").to_timestamp())


def known_months(case: Case, past: Past) -> int:
    """Months of a plan in which what happened is known: the first one, or the whole era under perfect foresight."""
    return len(past.era.months) if past.era.foresight == "perfect" else 1


def with_russian_flows(case: Case, past: Past) -> Case:
    """Russian flows by entry point, given; after what is known, the mean of the last three months."""
    lines, ids = case.pipelines, list(case.pipelines.id)
    flows = _russian_flows(case, past)
    minimum, capacity = lines.minimum.copy(), lines.capacity.copy()
    out_of_ukraine = case.demand.rate[case.node("MD")].sum(axis=0)
    for entry, row in flows.iterrows():
        mine = [ids.index(p) for p in ENTRY_PIPELINES[str(entry)] if p != KALININGRAD]
        nameplate = lines.nameplate[mine]
        for p, part in zip(mine, nameplate / max(nameplate.sum(), 1e-9), strict=True):
            share = part if nameplate.sum() > 0.0 else 1.0 / len(mine)
            minimum[p] = capacity[p] = row.to_numpy(float) * share / (1.0 - lines.loss_share[p])
            if case.nodes[lines.from_node[p]] == "UA":
                out_of_ukraine = out_of_ukraine + minimum[p]
    for fed, feeder in FEEDERS.items():
        p = ids.index(feeder)
        capacity[p] = np.maximum(capacity[p], minimum[ids.index(fed)] / (1.0 - lines.loss_share[p]))
    for line, share in zip(UKRAINE_ENTRIES, (1.0, 0.0), strict=True):
        p = ids.index(line)
        minimum[p] = capacity[p] = out_of_ukraine * share / (1.0 - lines.loss_share[p])
    return _without_russian_limits(case.with_("pipelines", minimum=minimum, capacity=capacity))


def _russian_flows(case: Case, past: Past) -> pd.DataFrame:
    """What arrives at each entry, GWh/d, by month; Kotlovka without the transit to Kaliningrad."""
    months, known = months_of(case.timeline), known_months(case, past)
    seen = past.entry_flows(RUSSIA, months).fillna(0.0)
    last = list(pd.date_range(end=months[known - 1], periods=3, freq="MS"))
    mean = past.entry_flows(RUSSIA, last).mean(axis=1).fillna(0.0)
    for month in months[known:]:
        seen[month] = mean
    seen.loc["kotlovka"] = (seen.loc["kotlovka"] - case.demand.rate[case.node("KGD")].sum(axis=0)).clip(lower=0.0)
    return seen


def expected_case(case: Case, past: Past) -> Case:
    """The case as a plan of the months ahead reads it, without pipelines: Russia can send what is given by route."""
    supply = case.supply
    russian = np.flatnonzero(supply.supplier == RUSSIA)
    flows = _russian_flows(case, past).sum(axis=0).to_numpy(float) + case.demand.rate[case.node("MD")].sum(axis=0)
    rate, volume = supply.rate.copy(), supply.volume.copy()
    rate[russian] = 0.0
    rate[russian[0]] = flows
    volume[russian] = rate[russian] @ case.timeline.days
    return case.with_("supply", rate=rate, volume=volume)


def _without_russian_limits(case: Case) -> Case:
    """Given flows need no volume and owe no take-or-pay; nor have sales that follow one buyer's use."""
    supply, contracts = case.supply, case.contracts
    russian = supply.supplier == RUSSIA
    to_one_buyer = supply.supplier == BELARUS_DESK
    kept = np.flatnonzero(contracts.supplier != RUSSIA)
    if case.supply_by_month is not None:
        case = replace(case, supply_by_month=case.supply_by_month.without(RUSSIA))
    return case.with_(
        "supply",
        rate=np.where(russian[:, None], PLENTY_GWH / case.timeline.days.sum(), supply.rate),
        volume=np.select([russian, to_one_buyer], [PLENTY_GWH, supply.rate @ case.timeline.days], supply.volume),
    ).with_(
        "contracts",
        id=contracts.id[kept],
        pipelines=tuple(contracts.pipelines[k] for k in kept),
        supplier=contracts.supplier[kept],
        floor=contracts.floor[kept],
        price=contracts.price[kept],
    )
