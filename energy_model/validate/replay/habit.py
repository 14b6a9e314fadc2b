"""The usual course of stores: the filling of the years before, and what it costs to leave it."""

from __future__ import annotations

from energy_model.scenario.case import Case
from energy_model.scenario.records import FillingTarget
from energy_model.validate.replay.past import Past

MONTHS_PER_YEAR = 12


def with_habit(case: Case, past: Past) -> Case:
    """Stores aim for the filling of the years before at the start of every month.

    Missing it for a year costs what gas carried from summer to winter usually earns at today's price.
    """
    if not past.era.uses("habit"):
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
    price = float(past.hub_price(case.timeline.month_firsts[:1])[0])
    return past.winter_premium_share * price / MONTHS_PER_YEAR
