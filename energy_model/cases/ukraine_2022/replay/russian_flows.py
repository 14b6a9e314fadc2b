"""Russian flows by entry point: given to a plan, and as its table of values reads them."""

from __future__ import annotations

import pandas as pd

from energy_model.cases.ukraine_2022.replay.entries import ENTRY_PIPELINES, FEEDERS, KALININGRAD, UKRAINE_ENTRIES
from energy_model.scenario.case import Case
from energy_model.validate.replay.given_flows import (
    as_needed,
    expected_flows,
    sold_as_given,
    with_arrivals,
    with_entry_flows,
    without_limits,
)
from energy_model.validate.replay.past import Past

RUSSIA, UKRAINE, MOLDOVA = "RU", "UA", "MD"
BELARUS_DESK = "RU_BY"
"""Russia's sales to Belarus and Kaliningrad follow what their buyers use."""


def with_russian_flows(case: Case, past: Past) -> Case:
    """Russian flows by entry point, given; after what is known, the mean of the last three months."""
    flows = _russian_flows(case, past)
    behind = {entry: [line for line in lines if line != KALININGRAD] for entry, lines in ENTRY_PIPELINES.items()}
    case = with_entry_flows(case, flows, behind, FEEDERS)
    lines, ids = case.pipelines, list(case.pipelines.id)
    out_of_ukraine = case.demand.rate[case.node(MOLDOVA)].sum(axis=0)
    for p in (ids.index(name) for entry in flows.index for name in behind[entry]):
        if case.nodes[lines.from_node[p]] == UKRAINE:
            out_of_ukraine = out_of_ukraine + lines.minimum[p]
    into_ukraine = {line: out_of_ukraine * share for line, share in zip(UKRAINE_ENTRIES, (1.0, 0.0), strict=True)}
    return as_needed(without_limits(with_arrivals(case, into_ukraine), RUSSIA), BELARUS_DESK)


def expected_case(case: Case, past: Past) -> Case:
    """The case as a plan of the months ahead reads it, without pipelines: Russia can send what is given by route."""
    by_route = _russian_flows(case, past).sum(axis=0).to_numpy(float)
    return sold_as_given(case, RUSSIA, by_route + case.demand.rate[case.node(MOLDOVA)].sum(axis=0))


def _russian_flows(case: Case, past: Past) -> pd.DataFrame:
    """What arrives at each entry, GWh/d, by month; Kotlovka without the transit to Kaliningrad."""
    flows = expected_flows(case, past, past.entry_flows(RUSSIA))
    flows.loc["kotlovka"] = (flows.loc["kotlovka"] - case.demand.rate[case.node("KGD")].sum(axis=0)).clip(lower=0.0)
    return flows
