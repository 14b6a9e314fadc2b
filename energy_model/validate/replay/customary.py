"""Customary levels of stores in a replay that knows everything: the filling of the years before."""

from __future__ import annotations

from energy_model.scenario.case import Case
from energy_model.scenario.lookups import parameter
from energy_model.scenario.records import FillingTarget
from energy_model.validate.replay.past import Past

CUSTOMARY = "customary"


def with_customary_levels(case: Case, past: Past) -> Case:
    """The case in which stores aim for the filling of the years before on the days on which those of scenarios do.

    A MWh below it costs what scenarios give for such a level.
    """
    stock, line, usual = case.storage, case.timeline, past.usual_filling
    rows = past.vintage["storage_targets"].query("kind == @CUSTOMARY")
    turns = {(str(node), day.month) for node, day in zip(rows["scope"], rows["date"], strict=True)}
    penalty = parameter(past.vintage, "target_penalty_eur_per_mwh")
    targets = list(stock.targets)
    for s, node in enumerate(case.nodes[stock.node]):
        if node not in usual.index:
            continue
        for start in line.starts[1:]:
            if (node, start.month) in turns:
                level = min(float(usual.loc[node, start.month]), float(stock.working_gas[s]))
                targets.append(FillingTarget(f"{stock.id[s]} {start} as usual", CUSTOMARY, (s,), start, level, penalty))
    return case.with_("storage", targets=tuple(targets))
