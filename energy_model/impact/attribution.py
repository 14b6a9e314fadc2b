"""What each of a scenario's measures does, so that no bar depends on the order in which they are applied."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from energy_model.impact.answer import Answer, Picture, signed
from energy_model.impact.coalitions import Coalitions, outcomes, pieces
from energy_model.impact.registry import question
from energy_model.impact.shapley import EXACT_UP_TO, PERMUTATIONS, Shapley, shapley
from energy_model.impact.study import Study
from energy_model.impact.whole_plans import to_the_end

GROUPED_ABOVE = 6
"""Measures that are told apart; more are grouped by kind, since every further one doubles the solves."""

NAME, QUESTION = "Attribution", "Which measure does how much?"
BARS = "Waterfall: from the reference to the scenario"
METHOD = (
    "Shapley value: a measure's bar is what it adds to the outcome, averaged over all orders in which the"
    " measures can be applied: the sum over coalitions S without it of |S|! (n - |S| - 1)! / n! times v(S with it)"
    " - v(S). Shapley (1953). The bars sum to scenario less reference, measures that do the same get the same, one"
    " that does nothing gets 0. 'First' is what a measure does alone, 'last' what it adds to all others; where"
    f" they part, measures overlap or need each other. Up to {EXACT_UP_TO} measures every coalition is solved;"
    " beyond, orders are drawn with a fixed seed and the standard error is given. Coalitions are solved on months,"
    " whatever the scenario's resolution. Unserved is curtailment in TWh over the horizon; cost is all cost but"
    " penalties for missed filling targets, bn EUR; price is the demand-weighted shadow price of the region,"
    " EUR/MWh."
)
CAVEATS = (
    "Months smooth what happens within them: levels differ a little from the scenario's own resolution; the split"
    " hardly does.",
    "A measure's bar says what it does in this scenario, among these measures; it is no property of the measure.",
    "Under surprise a measure's part includes what others could not prepare for because it came unannounced.",
    "Mean price is a shadow price: in a shortage it is the cost of the customers who are cut.",
)


@question("attribution", place=40)
@to_the_end
def attribution(
    study: Study, *, grouped_above: int = GROUPED_ABOVE, permutations: int = PERMUTATIONS, seed: int = 0
) -> Answer:
    """Who did what: the answer on attribution.

    Parameters
    ----------
    grouped_above : int
        Measures up to which each has a bar of its own.
    permutations, seed : int
        Orders drawn if there are more than ten bars, and where the drawing starts.
    """
    game = Coalitions(study, pieces(study.scenario, study.baseline, grouped_above))
    count = len(game.pieces)
    if not count:
        why = "The scenario differs in nothing from the reference; there is nothing to attribute."
        return Answer.not_applicable(NAME, QUESTION, why)
    keys = outcomes(study)
    found = shapley(count, game.outcome, permutations=permutations, seed=seed)
    every = frozenset(range(count))
    ends = [game.outcome(frozenset()), game.outcome(every)]
    names = [piece.name for piece in game.pieces]
    bars = _bars(names, found, ends, keys)
    first = np.array([game.outcome(frozenset({k})) - ends[0] for k in range(count)])
    last = np.array([ends[1] - game.outcome(every - {k}) for k in range(count)])
    return Answer(
        name=NAME,
        question=QUESTION,
        words=_words(study, bars, found),
        tables={
            BARS: bars,
            "How far it depends on the order: a measure first, on average, and last": _orders(
                names, (first, found.share, last), keys
            ),
        },
        method=METHOD,
        caveats=CAVEATS,
        pictures=(Picture("waterfall", BARS, "bar", (keys[0],), _finding(study, bars), (0, len(bars) - 1)),),
    )


def _finding(study: Study, bars: pd.DataFrame) -> str:
    """What the waterfall shows: the measure that does most."""
    region = outcomes(study)[0]
    middle = bars.iloc[1:-1]
    most = middle.loc[middle[region].abs().idxmax()]
    where = study.subject.where
    return f"{where[:1].upper()}{where[1:]}: most is done by '{most['bar']}', {signed(most[region])} TWh curtailed"


def _bars(names: list[str], found: Shapley, ends: list[np.ndarray], keys: Sequence[str]) -> pd.DataFrame:
    rows = [ends[0], *found.share, ends[1]]
    table = pd.DataFrame(rows, columns=list(keys))
    table.insert(0, "bar", ["Reference", *names, "Scenario"])
    if found.orders is not None:
        zero = np.zeros(len(keys))
        error = pd.DataFrame([zero, *found.error, zero], columns=[f"standard_error_{name}" for name in keys])
        table = pd.concat([table, error], axis=1)
    return table


def _orders(names: list[str], parts: tuple[np.ndarray, np.ndarray, np.ndarray], keys: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame({"measure": names})
    for k, outcome in enumerate(keys[:3]):
        for place, values in zip(("first", "average", "last"), parts, strict=True):
            table[f"{place}_{outcome}"] = values[:, k]
    return table


def _words(study: Study, bars: pd.DataFrame, found: Shapley) -> str:
    about = study.subject
    region, country = outcomes(study)[:2]
    start, end = bars.iloc[0], bars.iloc[-1]
    middle = bars.iloc[1:-1].sort_values(region, key=lambda column: -column.abs(), kind="stable")
    each = "; ".join(
        f"{row['bar']} {signed(row[region])} TWh for {about.where}, {signed(row[country])} for"
        f" {about.country_name}, {signed(row['cost_eur_bn'])} bn EUR"
        for _, row in middle.iterrows()
    )
    text = (
        f"Unserved demand of {about.where} goes from {start[region]:,.0f} to {end[region]:,.0f} TWh, that of"
        f" {about.country_name} from {start[country]:,.0f} to {end[country]:,.0f} TWh, cost from"
        f" {start['cost_eur_bn']:,.0f} to {end['cost_eur_bn']:,.0f} bn EUR (on months). In the scenario {about.where}"
        f" has {study.shortage}. Averaged over all orders: {each}."
    )
    if found.orders is not None:
        worst = float(found.error[:, 0].max())
        text += (
            f" {found.orders} orders were drawn; the largest standard error of a bar of {about.where} is {worst:,.1f}"
            " TWh."
        )
    return text
