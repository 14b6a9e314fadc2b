"""What each part of the model does to a scenario's answer: mechanisms switched on in turn, and left out alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import get_args

import numpy as np
import pandas as pd

from energy_model.data.mechanisms import MECHANISMS
from energy_model.impact.answer import Answer, Picture, signed
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.results.plan_totals import curtailed_gwh, mean_price, reduced_gwh, sent_out_gwh, stored_gwh
from energy_model.scenario.case import Case
from energy_model.scenario.load import planned_to_the_end, with_changes
from energy_model.scenario.schema import Scenario
from energy_model.scenario.world import base_case
from energy_model.units import GWH_PER_TWH

NAME = "Mechanisms"
WITHOUT, FULL = "without any of them", "all of them"
ROLLING = "rolling"
"""Way of looking ahead that counts as a mechanism, if the model has it: a key of its own, with ``surprise`` besides."""
STEPS, ALONE = "One after another, in months", "What the answer lacks without one of them, in months"


@question("mechanisms", place=45)
def mechanisms(study: Study) -> Answer:
    """Answer what each part of the model that a scenario can leave out does to its numbers."""
    months, question = study.months, "What does each part of the model do to the answer?"
    used = used_by(months.scenario)
    if not used:
        told = (
            f"This scenario uses none of the model's mechanisms ({', '.join(known())}): there is nothing to leave out."
        )
        return Answer.not_applicable(NAME, question, told)
    found = Variants(months)
    steps = step_table(found)
    tables = {STEPS: steps, ALONE: alone_table(found)}
    if months is not study:
        own = f"All of them, by {study.scenario.resolution}"
        tables[own] = pd.DataFrame([{"step": own.lower(), **outcome(study, study.solved)}])
    return Answer(
        name=NAME,
        question=question,
        words=_words(study, steps),
        tables=tables,
        method=(
            "The scenario solved in months without any of the mechanisms that it uses; then with the first of them,"
            " with the first two, and so on in the order of energy_model/data/mechanisms.py, until it is the scenario"
            " itself."
            " A step's change is the difference to the step before. The second table leaves out one at a time: what the"
            " answer has with it less what it has without. All else is equal; measures, data and weather are the"
            " scenario's. Energy in TWh over the horizon, prices as means over demand."
        ),
        caveats=(
            "A step depends on what was switched on before it; the second table has another order in which every one"
            " is the last. Where both differ, mechanisms overlap or need each other.",
            "That a mechanism moves the answer does not say that it is right: the errors of a replay with and without"
            " it do (docs/validation.md).",
            "In months; the last row says what the scenario's own resolution makes of all of them.",
        ),
        pictures=(_picture(study, steps),),
    )


def _picture(study: Study, steps: pd.DataFrame) -> Picture:
    """A waterfall from the cuts without any mechanism, over what each step brings."""
    key = cuts_of(steps)
    first, last = float(steps[key].iloc[0]), float(steps[key].iloc[-1])
    finding = f"{study.subject.where}: {first:,.0f} TWh curtailed without any mechanism, {last:,.0f} with all of them"
    return Picture("steps", STEPS, "step", (key,), finding[:1].upper() + finding[1:])


def known() -> dict[str, str]:
    """Every mechanism by its key, with what it says, in the order in which they are switched on."""
    ways = get_args(Scenario.model_fields["foresight"].annotation)
    rolling = (
        {ROLLING: "plans are made anew each month, and gas in store has the value of the winters ahead"}
        if ROLLING in ways
        else {}
    )
    return {**MECHANISMS, **rolling}


def used_by(scenario: Scenario) -> tuple[str, ...]:
    """Mechanisms that a scenario uses, in order."""
    return tuple(name for name in known() if _is_used(scenario, name))


def _is_used(scenario: Scenario, name: str) -> bool:
    return scenario.foresight == ROLLING if name == ROLLING else bool(getattr(scenario, name))


def with_only(scenario: Scenario, names: frozenset[str]) -> Scenario:
    """The scenario with some of the mechanisms that it uses, and without the others."""
    keys: dict[str, object] = {name: False for name in used_by(scenario) if name in MECHANISMS and name not in names}
    chosen = with_changes(scenario, **keys) if keys else scenario
    return chosen if ROLLING in names else planned_to_the_end(chosen)


def outcome(study: Study, solved: Solved) -> dict[str, float]:
    """The numbers that are followed: cuts, reduced demand, price, LNG, and stock on the day that fillings aim at."""
    case, about = solved.case, study.subject
    region, country = study.region_mask, study.country_mask
    days, markets = case.timeline.days, case.is_market
    cut = curtailed_gwh(case, solved.values["curtailment"])
    reduced = reduced_gwh(case, solved.values["voluntary"])
    price = solved.duals["balance"] / days
    day = filling_day(study)
    share = _stock(case, solved.values["level"], region, day)
    return {
        f"{about.region_key}_curtailed_twh": float(cut[region[markets]].sum()) / GWH_PER_TWH,
        f"{about.region_key}_reduced_twh": float(reduced[region[markets]].sum()) / GWH_PER_TWH,
        f"{about.country_key}_curtailed_twh": float(cut[country[markets]].sum()) / GWH_PER_TWH,
        f"{about.country_key}_price_eur_per_mwh": mean_price(case, price, country),
        "lng_twh": sent_out_gwh(case, solved.values["sendout"], markets) / GWH_PER_TWH,
        f"{about.region_key}_filling_on_{day}_share": share,
    }


def filling_day(study: Study) -> date:
    """Day of the horizon for which levels of ``storage_targets.csv`` ask most; the last day without any."""
    horizon, rows = study.scenario.horizon, study.data["storage_targets"]
    inside = (rows["date"] > pd.Timestamp(horizon.start)) & (rows["date"] <= pd.Timestamp(horizon.end))
    asked = rows[inside].groupby("date")["fill_share"].sum()
    return pd.Timestamp(asked.idxmax()).date() if len(asked) else horizon.end


def _stock(case: Case, level: np.ndarray, inside: np.ndarray, day: date) -> float:
    """Filling of some nodes' stores on a day; no number without stores."""
    volume = float(case.storage.working_gas[inside[case.storage.node]].sum())
    stored = float(stored_gwh(case, level, inside)[case.timeline.boundary_at(day)])
    return stored / volume if volume > 0.0 else float(np.nan)


class Variants:
    """Outcomes of a scenario with some of the mechanisms that it uses; each is solved once.

    Parameters
    ----------
    study : Study
        What is varied; an attribute too, as are ``names``, the mechanisms in order.
    """

    def __init__(self, study: Study) -> None:
        self.study, self.names = study, used_by(study.scenario)
        self._known = {frozenset(self.names): outcome(study, study.solved)}
        self._worlds: dict[str, tuple[Scenario, Case]] = {}

    def having(self, names: Collection[str]) -> dict[str, float]:
        """The outcome with some of the mechanisms alone."""
        chosen = frozenset(names)
        if chosen not in self._known:
            left, data = with_only(self.study.scenario, chosen), self.study.data
            world = base_case(data, left, self._worlds.get(left.foresight))
            self._worlds[left.foresight] = left, world
            self._known[chosen] = outcome(self.study, solve_scenario(left, data, base=world))
        return self._known[chosen]


def step_table(found: Variants) -> pd.DataFrame:
    """The outcome with no mechanism, with the first, with the first two, ..., each under what was switched on last.

    Besides, the change of the region's cuts that the step brought.
    """
    told = {**known(), WITHOUT: ""}
    rows = [
        {"step": name, "what": told[name], **found.having(found.names[:count])}
        for count, name in enumerate((WITHOUT, *found.names))
    ]
    table = pd.DataFrame(rows)
    key = cuts_of(table)
    table.insert(3, key.replace("_twh", "_change_twh"), table[key].diff().fillna(0.0))
    return table


def alone_table(found: Variants) -> pd.DataFrame:
    """For each mechanism what the outcome has with it less what it has without, all others in use."""
    full = pd.Series(found.having(found.names))
    rows = []
    for name in found.names:
        less = full - pd.Series(found.having(frozenset(found.names) - {name}))
        rows.append({"mechanism": name, **{_changed(key): value for key, value in less.items()}})
    return pd.DataFrame(rows)


def _changed(key: object) -> str:
    """Name of a column of differences: the unit stays at the end."""
    stem, unit = str(key), next(u for u in ("_twh", "_eur_per_mwh", "_share") if str(key).endswith(u))
    return f"{stem.removesuffix(unit)}_change{unit}"


def cuts_of(table: pd.DataFrame) -> str:
    """Column of the region's cuts."""
    return next(str(name) for name in table.columns if str(name).endswith("_curtailed_twh"))


def _words(study: Study, steps: pd.DataFrame) -> str:
    key = cuts_of(steps)
    first, last = float(steps[key].iloc[0]), float(steps[key].iloc[-1])
    change = steps.set_index("step")[key.replace("_twh", "_change_twh")].iloc[1:]
    largest = change[change.abs().sort_values(ascending=False, kind="stable").index].head(3)
    said = ", ".join(f"{name} {signed(value)}" for name, value in largest.items())
    return (
        f"Without any of the mechanisms that it uses the scenario has {first:,.0f} TWh curtailed in"
        f" {study.subject.where}, with all of them {last:,.0f} TWh, in months. The largest steps, in TWh: {said}."
    )
