"""An offer that hangs on a condition: what it is worth to a country to meet it, by the chance that the promise holds.

Three outcomes of one scenario, all else equal, with a chance p that what was promised comes:

* A: the condition holds, and what was promised comes;
* B: the condition holds, and it does not come;
* C: the condition does not hold: what hangs on it does nothing, and the rest happens all the same.

``worth(p) = p (C - A) + (1 - p) (C - B)``. Against N, in which nothing of it happens at all, the offer pays if the rest
would have happened without it with a chance above ``q = (p A + (1 - p) B - N) / (C - N)``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from energy_model.data.regions import place_name
from energy_model.data.storyline import Backing
from energy_model.errors import ResultError
from energy_model.impact.answer import Answer, signed
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.valuation import CAPPED
from energy_model.results.plan_totals import curtailed_gwh, mean_price, reduced_gwh
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures.base import countries_mask
from energy_model.scenario.schema import Scenario
from energy_model.units import GWH_PER_TWH

NAME = "Backing"
COMES, FAILS = "condition met, the promise holds", "condition met, the promise fails"
NOT_MET, NOTHING = "condition not met, the rest happens", "nothing of it happens"
CHANCES = (0.0, 0.25, 0.5, 0.75, 1.0)
COLUMNS = ("curtailed_twh", "reduced_twh", "price_eur_per_mwh", "bill_eur_bn")
"""What an outcome is told by: customers cut by order, demand that leaves at a price, mean price, consumer bill."""
_LITTLE_TWH = 0.05


@question("backing", place=135)
def backing(study: Study, probability: float | None = None) -> Answer:
    """Answer what meeting the condition of an offer is worth to the country that decides on it.

    Parameters
    ----------
    probability : float, optional
        That what was promised comes; default is the storyline's.

    Raises
    ------
    ResultError
        If the probability does not lie between 0 and 1.
    """
    offer, line = study.data.storyline.backing, study.data.storyline
    question = "What is it worth to take an offer that hangs on a condition?"
    if offer is None:
        return Answer.not_applicable(NAME, question, "storyline.toml has no [backing]: no offer is asked about.")
    country = place_name(study.data, offer.country)
    said = line.conditions_by_name[offer.condition]
    question = f"What is it worth to {country} if {said}?"
    if not any(measure.when == offer.condition for measure in study.scenario.measures):
        why = f"No measure of this scenario hangs on the condition '{offer.condition}'; ask of '{offer.backed}'."
        return Answer.not_applicable(NAME, question, why)
    chance = offer.probability if probability is None else probability
    if not 0.0 <= chance <= 1.0:
        raise ResultError(f"a probability lies between 0 and 1, got {chance:g}")
    outcomes = outcomes_of(study.months, offer)
    ends = {"low": offer.low, "asked": chance, "high": offer.high}
    tables = {
        f"What happens to {country}, over the horizon": outcomes.reset_index(),
        f"What meeting the condition saves {country}": worth_table(outcomes, ends),
        "The same by the chance that the promise holds": by_chance(outcomes, sorted({*CHANCES, chance})),
    }
    return Answer(
        name=NAME,
        question=question,
        words=_words(country, said, outcomes, chance, offer),
        tables=tables,
        method=(
            "The scenario solved in months, all else equal, with the condition met and the promised gas there, with the"
            " condition met and without the promised gas, and with the condition not met, in which case measures that"
            " hang on it do nothing. Worth is the outcome without the condition less the outcome with it; expected"
            " worth is p x worth with the promise + (1 - p) x worth without it. Prices are means over demand; the bill"
            " is the price, at most the highest at which customers give up gas by choice, times what is served. The"
            " last table's share is the chance with which the rest would have to happen anyhow for meeting the"
            " condition to pay: below it, not meeting it and a chance of being left alone cost less."
        ),
        caveats=(
            f"The chance {offer.probability:g} ({offer.low:g} to {offer.high:g}) is a judgement, not a measurement."
            f" {offer.note}".rstrip(),
            "Nobody plans for either outcome: a country that doubts the promise would store and save more.",
            "The measures that do not hang on the condition are taken to be the same either way; whether the seller"
            " answers the condition itself is what the last column of the last table is for.",
            "A bill falls when gas is not used: read it beside the cuts.",
        ),
    )


def outcomes_of(study: Study, offer: Backing) -> pd.DataFrame:
    """What happens to the country that decides, by outcome: a row for each, with :data:`COLUMNS`."""
    met = with_changes(study.scenario, conditions=tuple(sorted({*study.scenario.conditions, offer.condition})))
    promised = [one for one in met.measures if one.brings_gas and one.when == offer.condition]
    ways = {
        COMES: met,
        FAILS: with_changes(met, measures=tuple(one for one in met.measures if one not in promised)),
        NOT_MET: with_changes(met, conditions=tuple(one for one in met.conditions if one != offer.condition)),
        NOTHING: study.baseline,
    }
    days = tuple(sorted({day for one in ways.values() for day in (*one.boundaries, *one.announcements())}))
    ways = {name: one.model_copy(update={"boundaries": days}) for name, one in ways.items()}
    rows = {name: _outcome(study, one, ways[NOTHING], offer.country) for name, one in ways.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS)).rename_axis("outcome")


def _outcome(study: Study, scenario: Scenario, baseline: Scenario, country: str) -> tuple[float, ...]:
    made = replace(study, scenario=scenario, baseline=baseline)
    solved, case = made.solved, made.case
    nodes = countries_mask((country,), case)
    markets, days = nodes[case.is_market], case.timeline.days
    cut = float(curtailed_gwh(case, solved.values["curtailment"])[markets].sum())
    reduced = float(reduced_gwh(case, solved.values["voluntary"])[markets].sum())
    price = mean_price(case, solved.duals["balance"] / days, nodes)
    bill = float(made.accounts[CAPPED].consumer_bill[nodes].sum())
    return cut / GWH_PER_TWH, reduced / GWH_PER_TWH, price, bill


def worth(outcomes: pd.DataFrame, probability: float) -> pd.Series:
    """What meeting the condition saves in expectation when the promise holds with a probability, by column."""
    met = probability * outcomes.loc[COMES] + (1.0 - probability) * outcomes.loc[FAILS]
    return outcomes.loc[NOT_MET] - met


def worth_table(outcomes: pd.DataFrame, chances: dict[str, float]) -> pd.DataFrame:
    """Worth with a promise that holds, with one that fails, and expected at some chances."""
    named = {"the promise holds": 1.0, "the promise fails": 0.0}
    named |= {f"expected at a chance of {chance:.0%} ({name})": chance for name, chance in chances.items()}
    rows = [{"case": name, **_saved(worth(outcomes, chance))} for name, chance in named.items()]
    return pd.DataFrame(rows)


def by_chance(outcomes: pd.DataFrame, chances: list[float]) -> pd.DataFrame:
    """Expected worth at every chance, and how likely the rest must be anyhow for the condition to pay."""
    rows = [
        {
            "promise_holds_share": chance,
            **_saved(worth(outcomes, chance)),
            "pays_from_share": pays_from(outcomes, chance),
        }
        for chance in chances
    ]
    return pd.DataFrame(rows)


def pays_from(outcomes: pd.DataFrame, probability: float, column: str = "price_eur_per_mwh") -> float:
    """Chance of the rest happening anyhow above which meeting the condition lowers the mean price.

    No number where the rest costs nothing; above 1 meeting the condition never pays.
    """
    value = outcomes[column]
    risked = value[NOT_MET] - value[NOTHING]
    if risked <= 0.0:
        return float(np.nan)
    met = probability * value[COMES] + (1.0 - probability) * value[FAILS]
    return float(max((met - value[NOTHING]) / risked, 0.0))


def _saved(values: pd.Series) -> dict[str, float]:
    return {f"{column.replace('_', '_saved_', 1)}": float(values[column]) for column in COLUMNS}


def _words(country: str, said: str, outcomes: pd.DataFrame, chance: float, offer: Backing) -> str:
    held, expected = worth(outcomes, 1.0), worth(outcomes, chance)
    low, high = worth(outcomes, offer.low), worth(outcomes, offer.high)
    failed = worth(outcomes, 0.0)
    nothing = bool(failed.abs().max() < _LITTLE_TWH)
    lost = "nothing is gained" if nothing else f"{_told(failed)} are saved"
    share = pays_from(outcomes, chance)
    pays = (
        ""
        if np.isnan(share)
        else f" Measured against a year in which nothing of it happens, meeting the condition lowers the price only"
        f" if the rest would come anyhow with a chance above {share:.0%}."
    )
    return (
        f"If {said} and what was promised comes, {country} saves {_told(held)}. If the promise fails, {lost}. At a"
        f" chance of {chance:.0%} that it holds the expected saving is {_told(expected)}; at {offer.low:.0%} it is"
        f" {signed(low['price_eur_per_mwh'])} EUR/MWh and {signed(low['bill_eur_bn'])} bn EUR, at {offer.high:.0%}"
        f" {signed(high['price_eur_per_mwh'])} EUR/MWh and {signed(high['bill_eur_bn'])} bn EUR.{pays}"
    )


def _told(values: pd.Series) -> str:
    return (
        f"{values['curtailed_twh']:,.0f} TWh of cuts and {values['reduced_twh']:,.0f} TWh of demand that leaves for its"
        f" price, {values['price_eur_per_mwh']:,.0f} EUR/MWh and {values['bill_eur_bn']:,.0f} bn EUR of its bill"
    )
