"""What a rule on the level of storages costs, who pays for it, what it buys in a cold winter, what a market stores."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from energy_model.impact.answer import Answer, signed
from energy_model.impact.bills import consumer_bills
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.valuation import CAPPED
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.results.plan_totals import curtailed_gwh, stored_gwh
from energy_model.scenario import Scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.lookups import monthly_price
from energy_model.scenario.measures.mandate import candidate_days
from energy_model.timeline import DAY, day_words
from energy_model.units import GWH_PER_TWH, KEUR_PER_BEUR

NAME, QUESTION = "Storage rule", "What does the rule on storages cost, who pays, and what does it buy?"
NONE, USUAL = "no rule", "the rule"
COLD = "in a cold winter nobody foresaw"
COST, MISSING, CURTAILED, FILLED = "cost_eur_bn", "missing_twh", "curtailed_twh", "highest_fill_share"
SEASON_DAYS = 182
"""Half a year: how long gas lies in store from summer to winter."""
NEAR_BEUR = 0.05

METHOD = (
    "The scenario in months, with its rule and with a rule that asks for nothing. Cost: the model's cost without the"
    " price of a level that is missed, which nobody pays, less the gas in store at the end at the last forward price."
    " The law lets a store choose any day of the window: the rule on one day is kept by a plan that the law allows, so"
    " the cheapest of the days is the most that the law costs; no rule at all is the least. Filling is the highest in"
    " the window. Cold winter: demand of the cold weather of the data from the day after the window, unknown before."
    " Who pays: consumer bills at capped prices with the rule less those without. Spread: mean forward price of the"
    " half year after the window began less that of the half year before; carrying: injection, withdrawal, interest."
)
CAVEATS = (
    "The plan without a rule stores what the foresight of the scenario finds worth storing; a market that fears less or"
    " more than this plan stores less or more. Levels by custom are dropped only if the rule says so.",
    "The price of a missed level decides how much of the rule is kept when gas is dear; it is a judgement.",
    "Each store of a country chooses one day, the same for all its sites. What the rule buys beyond the horizon is seen"
    " only in the price of the gas left at its end.",
)


@question("storage_rule", place=175)
def storage_rule(study: Study) -> Answer:
    """Answer what the mandate costs against no rule, who pays, and what it buys."""
    study = study.months
    rules = [rule for one in study.scenario.in_force if (rule := one.mandate) is not None]
    end = max((rule.last for rule in rules), default=study.scenario.horizon.end)
    if not rules or end >= study.scenario.horizon.end:
        why = "The scenario has no measure storage_rule" if not rules else "The window of the rule ends the horizon"
        return Answer.not_applicable(NAME, QUESTION, f"{why}, so there is no winter that it could help.")
    first = min(rule.first for rule in rules)
    window = (first, end)
    pair = _pair(study, study.scenario)
    days = candidate_days(*window) if all(rule.measured_on is None for rule in rules) else []
    runs = {NONE: pair.before, USUAL: pair.solved}
    runs |= {f"{USUAL}, all on {day_words(day)}": _solved(study, _on(study.scenario, day)) for day in days}
    cold = _pair(study, _with_cold(study, end + DAY))
    runs |= {f"{NONE}, {COLD}": cold.before, f"{USUAL}, {COLD}": cold.solved}
    variants = pd.DataFrame([{"variant": name, **_row(study, run, window)} for name, run in runs.items()])
    tables = {
        "The rule, without it, and by the day of the window": variants,
        "Who pays: consumer bills with the rule less without": consumer_bills(pair),
        "Mandate and market": _market(study, pair.before, window),
    }
    return Answer(NAME, QUESTION, _words(study, tables), tables, METHOD, CAVEATS)


def _pair(study: Study, scenario: Scenario) -> Study:
    """The scenario measured against itself with a rule that asks for nothing."""
    idle = tuple(one if (rule := one.mandate) is None else rule.asking_nothing for one in scenario.measures)
    return Study(scenario, with_changes(scenario, measures=idle), study.data, study.subject)


def _on(scenario: Scenario, day: date) -> Scenario:
    """The scenario with all stores of its rules measured on one day."""
    same = tuple(one if (rule := one.mandate) is None else rule.on(day) for one in scenario.measures)
    return with_changes(scenario, measures=same)


def _with_cold(study: Study, start: date) -> Scenario:
    """The scenario with the cold weather of the data from a day on that nobody foresaw."""
    spell = {
        "kind": "weather_spell",
        "name": "cold winter after the window",
        "weather": study.data.storyline.weather.cold,
        "start": start,
    }
    return with_changes(study.scenario, measures=(*study.scenario.measures, spell))


def _solved(study: Study, scenario: Scenario) -> Solved:
    return solve_scenario(scenario, study.data)


def _row(study: Study, run: Solved, window: tuple[date, date]) -> dict[str, float]:
    """Cost, cuts, what is missing and the highest filling in the window, of the region asked about."""
    case, inside = run.case, study.region_mask
    stored = stored_gwh(case, run.values["level"], inside)
    at = slice(case.timeline.boundary_at(window[0]), case.timeline.boundary_at(window[1]) + 1)
    gas = float(case.storage.working_gas[inside[case.storage.node]].sum())
    last = float(monthly_price(study.data, study.data.storyline.prices.forward, case.timeline)[-1])
    rest = stored_gwh(case, run.values["level"], np.ones(len(case.nodes), dtype=bool))[-1]
    missing = np.atleast_1d(run.values["missing"])
    unpaid = float(missing @ np.array([target.penalty_eur_per_mwh for target in case.storage.targets]))
    of_rule = np.array(
        [t.kind == "legal" and window[0] <= t.date <= window[1] + DAY for t in case.storage.targets], dtype=float
    )
    cut = curtailed_gwh(case, run.values["curtailment"])[inside[case.is_market]].sum()
    return {
        COST: (run.objective_keur - unpaid - last * float(rest)) / KEUR_PER_BEUR,
        CURTAILED: float(cut) / GWH_PER_TWH,
        FILLED: float(stored[at].max()) / gas if gas > 0.0 else 0.0,
        MISSING: float(missing @ of_rule) / GWH_PER_TWH,
    }


def _market(study: Study, free: Solved, window: tuple[date, date]) -> pd.DataFrame:
    """What forward prices pay for gas in store from summer to winter, and what carrying it costs."""
    case = free.case
    forward = monthly_price(study.data, study.data.storyline.prices.forward, case.timeline)
    since = np.array([(day - window[0]).days for day in case.timeline.starts])
    days = case.timeline.days
    before, after = ((since >= -SEASON_DAYS) & (since < 0), (since >= 0) & (since < SEASON_DAYS))
    summer, winter = (
        float(np.average(forward[some], weights=days[some])) if some.any() else float("nan") for some in (before, after)
    )
    stock = case.storage
    carrying = stock.injection_cost + float(stock.withdrawal_cost.mean()) + stock.holding_cost * SEASON_DAYS
    return pd.DataFrame(
        {
            "summer_eur_per_mwh": [summer],
            "winter_eur_per_mwh": [winter],
            "spread_eur_per_mwh": [winter - summer],
            "carrying_eur_per_mwh": [carrying],
            "margin_eur_per_mwh": [winter - summer - carrying],
        }
    )


def _words(study: Study, tables: dict[str, pd.DataFrame]) -> str:
    where = study.subject.where
    variants, payers, market = tables.values()
    row = variants.set_index("variant").to_dict("index")
    free, ruled = row[NONE], row[USUAL]
    bare, cold = row[f"{NONE}, {COLD}"], row[f"{USUAL}, {COLD}"]
    most = min(one[COST] for name, one in row.items() if COLD not in name and name != NONE) - free[COST]
    paid = payers.iloc[0][f"change_{CAPPED}_eur_bn"]
    quoted = market.iloc[0]
    cost = f"costs at most {most:,.1f} bn EUR" if most >= NEAR_BEUR else "costs next to nothing"
    fills = "pay" if quoted["margin_eur_per_mwh"] > 0.0 else "do not pay"
    return (
        f"The rule {cost}: stores of {where} are {ruled[FILLED]:.0%} full in the window, and {free[FILLED]:.0%} without"
        f" it; {ruled[MISSING]:,.0f} TWh of the level are missed. The bill of consumers in {where} changes by"
        f" {signed(paid, 1)} bn EUR at capped prices. In a cold winter that nobody foresaw the rule changes what is cut"
        f" there by {signed(cold[CURTAILED] - bare[CURTAILED], 1)} TWh, to {cold[CURTAILED]:,.1f}, and the cost by"
        f" {signed(cold[COST] - bare[COST], 1)} bn EUR. Forward prices {fills} for storing: winter is"
        f" {signed(quoted['spread_eur_per_mwh'], 1)} EUR/MWh above summer, carrying gas costs"
        f" {quoted['carrying_eur_per_mwh']:,.1f}."
    )
