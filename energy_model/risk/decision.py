"""The decision before a cut of unknown date: the plan of least expected cost, and the value of planning.

Three costs are compared (Birge and Louveaux, *Introduction to Stochastic Programming*, 2nd edition 2011, chapter 4):

* wait and see, WS: what happens is known on the first day; the mean over leaves of each leaf's own optimum;
* the stochastic plan, RP: one plan until the cut is announced, made in the knowledge of its chance;
* the naive plan, EEV: the plan that expects no cut, kept until one is announced, with recourse from then on. It is the
  surprise solution of a scenario.

``WS <= RP <= EEV``. The expected value of perfect information is ``RP - WS``, the value of the stochastic solution
``EEV - RP``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import members, region_name
from energy_model.errors import ResultError
from energy_model.fast import Start
from energy_model.lp.matrix import Floats
from energy_model.results.plan_totals import curtailed_gwh, stored_gwh
from energy_model.risk.plans import Plans, Prepared, Way, compare_plans, prepare
from energy_model.scenario import Case, Scenario, apply
from energy_model.scenario.load import planned_to_the_end, validated, with_changes
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.world import base_case
from energy_model.timeline import DAY
from energy_model.units import GWH_PER_TWH, KEUR_PER_BEUR

Bools = np.ndarray
NO_CUT = "no cut"
OVER = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Probabilities of a cut at which the plan is shown."""


@dataclass(frozen=True)
class Decision:
    """The decision of a scenario whose cut may come.

    Attributes
    ----------
    scenario : Scenario
    probability : float
        That the cut comes at all.
    dates : tuple of date
        When it may be announced; equally likely, given that it comes.
    plans : Plans
    region : str
        Whose stores, saving and shortage are told, as a sentence names it.
    costs, path, before, outcomes, over_probability : DataFrame
        Expected costs; gas in store while no cut has come; what is done before the first date; what each way brings;
        the decision at other probabilities.
    """

    scenario: Scenario
    probability: float
    dates: tuple[date, ...]
    plans: Plans
    region: str
    costs: pd.DataFrame
    path: pd.DataFrame
    before: pd.DataFrame
    outcomes: pd.DataFrame
    over_probability: pd.DataFrame

    @property
    def morning(self) -> date:
        """First morning on which the cut may be known: until then there is one plan."""
        ready = self.plans.prepared
        first = min(way.first for way in ready.ways if way.first is not None)
        return ready.ways[0].case.timeline.starts[first]


def decide(
    scenario: Scenario,
    data: GasData,
    *,
    probability: float,
    dates: Sequence[date] | None = None,
    over: Sequence[float] = OVER,
    region: str | None = None,
) -> Decision:
    """Plan for a cut that comes with some probability on an unknown date.

    The cut is all the scenario's measures that become known after the first day of the horizon; on another date they
    come together, as far apart as they are in the scenario. Once the first of them is announced all are known.
    Decisions begin with the first period that starts on the scenario's ``as_of`` or later; before it everything is as
    in the plan that expects no cut. All plans reach to the end of the horizon, where stores have their usual levels,
    also of a scenario that plans month by month.

    Parameters
    ----------
    probability : float
        That the cut comes on one of the dates; each is equally likely.
    dates : sequence of date, optional
        Days on which it may be announced; default is the scenario's own.
    over : sequence of float
        Probabilities for the table of the decision at other chances.
    region : str, optional
        Whose stores, saving and shortage are told: a group or a country; default is the data package's.

    Raises
    ------
    DataError
        If there is no such region.
    ResultError
        If a probability is not between 0 and 1, or the scenario has no measure that comes later.
    ScenarioError
        If a moved measure falls outside the horizon.
    """
    if not all(0.0 <= chance <= 1.0 for chance in (probability, *over)):
        raise ResultError(f"a probability lies between 0 and 1, got {probability:g} and {list(over)}")
    scenario = planned_to_the_end(validated(scenario))
    days = tuple(sorted(set(dates or scenario.announcements()[:1])))
    ways = _ways(scenario, data, days)
    prepared = prepare(ways, ways[0].case.timeline.boundary_at(scenario.as_of))
    plans = compare_plans(prepared, _chances(probability, len(days)))
    region = region or data.storyline.focus.region
    inside = np.isin(ways[0].case.nodes, members(data, region))
    rows = [_at_probability(prepared, chance, len(days), inside, plans.start) for chance in over]
    return Decision(
        scenario=scenario,
        probability=probability,
        dates=days,
        plans=plans,
        region=region_name(data, region),
        costs=_costs(plans),
        path=_path(plans, inside),
        before=_before(plans, inside),
        outcomes=_outcomes(plans, inside),
        over_probability=pd.DataFrame(rows),
    )


def cut_later(scenario: Scenario, day: date) -> Scenario:
    """The scenario with all its measures that come later moved together, so that the first is announced on ``day``."""
    gap = day - _first_news(scenario)
    measures = []
    for measure in scenario.measures:
        raw = measure.model_dump()
        if _comes_later(measure, scenario):
            for key in ("start", "end", "announced"):
                raw[key] = raw[key] + gap if raw[key] is not None else None
            if raw["end"] is not None and raw["end"] > scenario.horizon.end:
                raw["end"] = None
        measures.append(raw)
    return with_changes(scenario, measures=tuple(measures))


def _comes_later(measure: Measure, scenario: Scenario) -> bool:
    return scenario.holds(measure) and measure.known_from is not None and measure.known_from > scenario.horizon.start


def _first_news(scenario: Scenario) -> date:
    news = scenario.announcements()
    if not news:
        raise ResultError(f"the scenario {scenario.id!r} has no cut to wait for: nothing in it comes later")
    return news[0]


def _ways(scenario: Scenario, data: GasData, days: Sequence[date]) -> list[Way]:
    _first_news(scenario)
    moved = [cut_later(scenario, day) for day in days]
    news = {day for one in moved for day in one.announcements()} | set(scenario.boundaries)
    moved = [one.model_copy(update={"boundaries": tuple(sorted(news))}) for one in moved]
    vintage = data if data.as_of == scenario.as_of else data.at(scenario.as_of)
    base = base_case(vintage, moved[0])
    ways = [Way(NO_CUT, apply(moved[0], vintage, scenario.horizon.start, base), None)]
    for day, one in zip(days, moved, strict=True):
        case = apply(one, vintage, None, base)
        ways.append(Way(f"cut from {day:%d %b %Y}", case, case.timeline.boundary_at(day)))
    return ways


def _chances(probability: float, count: int) -> list[float]:
    return [1.0 - probability, *([probability / count] * count)]


def _costs(plans: Plans) -> pd.DataFrame:
    rows = [
        ("what happens is known from the first day (WS)", plans.wait_and_see_keur),
        ("the plan that reckons with a cut (RP)", plans.stochastic_keur),
        ("the plan that expects none (EEV)", plans.naive_keur),
        ("value of perfect information (RP - WS)", plans.value_of_information_keur),
        ("value of the stochastic plan (EEV - RP)", plans.value_of_stochastic_keur),
    ]
    return pd.DataFrame(
        {"measure": [name for name, _ in rows], "expected_eur_bn": [cost / KEUR_PER_BEUR for _, cost in rows]}
    )


def _level_twh(case: Case, level: Floats, inside: Bools) -> Floats:
    return stored_gwh(case, level, inside) / GWH_PER_TWH


def _path(plans: Plans, inside: Bools) -> pd.DataFrame:
    """Gas in store at each boundary as long as no cut has come, and had the first cut been known from the start."""
    first = plans.prepared.ways[0]
    line = first.case.timeline
    knowing = plans.prepared.ways[1].name
    return pd.DataFrame(
        {
            "morning_of": pd.to_datetime([*line.starts, line.end + DAY]),
            "expecting_none_twh": _level_twh(first.case, plans.alone_level(first.name), inside),
            "chosen_twh": _level_twh(first.case, plans.level(plans.tree.leaves[0].name), inside),
            "first_cut_foreseen_twh": _level_twh(first.case, plans.alone_level(knowing), inside),
        }
    )


def _before(plans: Plans, inside: Bools) -> pd.DataFrame:
    """What the region does before the first date on which a cut may come: the decision that is taken now."""
    ready, case = plans.prepared, plans.prepared.ways[0].case
    first = min(way.first for way in ready.ways if way.first is not None)
    naive = ready.matrices[0].values
    markets, stores = inside[case.is_market], inside[case.storage.node]
    kinds = {
        "voluntary saving": ("voluntary", markets),
        "demand cut": ("curtailment", markets),
        "LNG sent out": ("sendout", inside[case.lng.terminal_node]),
        "injected": ("injection", stores),
        "withdrawn": ("withdrawal", stores),
    }
    rows = []
    for what, (name, chosen) in kinds.items():
        pair = naive(ready.alone[0].col_value, name), plans.of(plans.tree.leaves[0].name, name)
        totals = [float((rate[chosen][..., :first] * case.timeline.days[:first]).sum()) / GWH_PER_TWH for rate in pair]
        rows.append((what, totals[0], totals[1], totals[1] - totals[0]))
    return pd.DataFrame(rows, columns=["what", "expecting_none_twh", "chosen_twh", "difference_twh"])


def _outcomes(plans: Plans, inside: Bools) -> pd.DataFrame:
    """Cost and the region's demand cut in each way: the naive plan, the chosen one, and with foresight."""
    ready, rows = plans.prepared, []
    leaves = [leaf.name for leaf in plans.tree.leaves]
    for number, way in enumerate(ready.ways):
        own = ready.matrices[number].values
        cut = [
            _cut_twh(way.case, own(ready.mended[number].col_value, "curtailment"), inside),
            _cut_twh(way.case, plans.of(way.name, "curtailment"), inside) if way.name in leaves else np.nan,
            _cut_twh(way.case, own(ready.alone[number].col_value, "curtailment"), inside),
        ]
        costs = (plans.naive_costs_keur[number], plans.stochastic_costs_keur[number], ready.alone[number].objective)
        rows.append((way.name, plans.probabilities[number], *cut, *(cost / KEUR_PER_BEUR for cost in costs)))
    names = ("expecting_none", "chosen", "foreseen")
    columns = [*(f"{name}_demand_cut_twh" for name in names), *(f"{name}_cost_eur_bn" for name in names)]
    return pd.DataFrame(rows, columns=["way", "probability_share", *columns])


def _cut_twh(case: Case, curtailed: Floats, inside: Bools) -> float:
    return float(curtailed_gwh(case, curtailed)[inside[case.is_market]].sum()) / GWH_PER_TWH


def _at_probability(
    prepared: Prepared, probability: float, count: int, inside: Bools, start: Start | None
) -> dict[str, float]:
    plans = compare_plans(prepared, _chances(probability, count), start)
    case = prepared.ways[0].case
    firsts = [way.first for way in prepared.ways if way.first is not None]
    stored = _level_twh(case, plans.level(plans.tree.leaves[0].name), inside)
    return {
        "probability_share": probability,
        "stored_when_it_may_first_come_twh": float(stored[firsts[0]]),
        "most_in_store_twh": float(stored.max()),
        "wait_and_see_eur_bn": plans.wait_and_see_keur / KEUR_PER_BEUR,
        "stochastic_plan_eur_bn": plans.stochastic_keur / KEUR_PER_BEUR,
        "naive_plan_eur_bn": plans.naive_keur / KEUR_PER_BEUR,
        "value_of_perfect_information_eur_bn": plans.value_of_information_keur / KEUR_PER_BEUR,
        "value_of_stochastic_plan_eur_bn": plans.value_of_stochastic_keur / KEUR_PER_BEUR,
    }
