"""The usual course of stores: the filling of the years before, and what it costs to leave it."""

from __future__ import annotations

from collections.abc import Set

from energy_model.scenario.case import Case
from energy_model.scenario.lookups import parameter
from energy_model.scenario.records import FillingTarget
from energy_model.validate.replay.past import Past

MONTHS_PER_YEAR = 12
CUSTOMARY = "customary"


def with_habit(case: Case, past: Past) -> Case:
    """Stores aim for the filling of the years before at the start of every month.

    Missing it for a year costs what gas carried from summer to winter usually earns at today's price. Planned as
    scenarios are that know everything, they aim for it when scenarios do, at the price that these give to such a level.
    """
    if past.era.plans_as_told:
        rows = past.vintage["storage_targets"].query("kind == @CUSTOMARY")
        turns = {(str(node), day.month) for node, day in zip(rows["scope"], rows["date"], strict=True)}
        return _aiming(case, past, parameter(past.vintage, "target_penalty_eur_per_mwh"), turns)
    return _aiming(case, past, habit_penalty(case, past)) if past.era.uses("habit") else case


def _aiming(case: Case, past: Past, penalty: float, turns: Set[tuple[str, int]] | None = None) -> Case:
    """The case with levels of the years before, at the start of every month or of some calendar months by node."""
    stock, line, usual = case.storage, case.timeline, past.usual_filling
    targets = list(stock.targets)
    for s, node in enumerate(case.nodes[stock.node]):
        if node not in usual.index:
            continue
        for start in line.starts[1:]:
            if turns is None or (node, start.month) in turns:
                level = min(float(usual.loc[node, start.month]), float(stock.working_gas[s]))
                targets.append(FillingTarget(f"{stock.id[s]} {start} as usual", CUSTOMARY, (s,), start, level, penalty))
    return case.with_("storage", targets=tuple(targets))


def habit_penalty(case: Case, past: Past) -> float:
    """What a MWh out of its usual place loses in a month: a twelfth of the usual spread between seasons, EUR/MWh."""
    price = float(past.hub_price(case.timeline.month_firsts[:1])[0])
    return past.winter_premium_share * price / MONTHS_PER_YEAR
