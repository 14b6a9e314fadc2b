"""What a euro that Russia loses costs Europe: sanction efficiency, with its range over views of prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.impact.accounts import KEUR_PER_BEUR, Accounts, foregone, production_cost, stock_at_end
from energy_model.impact.answer import Answer
from energy_model.impact.economy import EU
from energy_model.impact.revenues import RUSSIAN_LNG
from energy_model.impact.study import Study
from energy_model.impact.valuation import FORWARD, VIEW_WORDS, VIEWS
from energy_model.results import substitution as sub
from energy_model.results.headline import GERMANY
from energy_model.scenario import Case
from energy_model.solve.foresight import Solved

SMALL_BEUR = 0.05
"""A loss of revenue below this has no ratio."""
MWH_PRICE_TO_BEUR = 1.0 / KEUR_PER_BEUR

METHOD = (
    "Cost of a place: change of its import bill less duties it collects, of the value of gas given up for its price,"
    " of the value of demand that is cut (the cost of its tier in the model), of the cost of own production, and of"
    " stock at the end of the horizon, at the last forward price. Efficiency: cost divided by what Russia loses,"
    " cargoes included; and by what it loses on pipeline gas alone. Below 1, Russia loses more than the place. Unit: bn"
    " EUR over the horizon, EUR per EUR. The range"
    " is over the four views of prices, the same view above and below the line. " + VIEW_WORDS
)
CAVEATS = (
    "The value of cut demand is the model's order of who goes first turned into money; it is the largest and least"
    " certain part. The answer on the economy gives another measure of it; the two must not be added.",
    "At scarcity prices much of the cost is paid to Norway, to exporters of LNG and to owners of gas within the EU27: a"
    " transfer, partly among allies.",
    "Money Russia does not earn within the horizon is not all lost: gas that stays in the ground may be sold later,"
    " though there is hardly a pipeline that could take it elsewhere.",
    "Gas that a measure saves costs nothing here: what saving costs those who save is not in the data.",
    "Nothing here says what the money does to a war, or what other sanctions do. No response of Russia besides the"
    " scenario's own measures.",
    "Where Russia earns more than in the reference there is no ratio: the sanction pays its target.",
)
PARTS = ("imports", "duties", "given_up", "cut", "production", "stock")
"""Parts of the cost of a place."""


@dataclass(frozen=True)
class Pair:
    """Two solutions on the same periods with their accounts: what happens, and what it is measured against."""

    solved: Solved
    before: Solved
    accounts: Mapping[str, Accounts]
    accounts_before: Mapping[str, Accounts]

    @property
    def case(self) -> Case:
        """All numbers of what happens."""
        return self.solved.case


def sanctions(study: Study) -> Answer:
    """Cost to the EU27 and to Germany per euro Russia loses: the answer on sanctions."""
    parts, ratios = costs(study), efficiency(study)
    return Answer(
        name="Sanctions",
        question="What does it cost Europe, per euro that Russia loses?",
        words=_words(ratios),
        tables={
            "Cost per euro of Russian revenue lost, by view of prices": ratios,
            "What the cost is made of, change from the reference": parts,
        },
        method=METHOD,
        caveats=CAVEATS,
        sources=("exchange_quotes_2022_01", "press_gazprom_price"),
    )


def costs(study: Study | Pair) -> pd.DataFrame:
    """Parts of the cost of the EU27 and of Germany in every view, bn EUR."""
    case = study.case
    places = {EU: case.is_eu, GERMANY: case.nodes == GERMANY}
    last = float(study.accounts_before[FORWARD].value.hub[0, -1])
    rows = []
    for place, mask in places.items():
        if not mask.any():
            continue
        given_up, cut = (
            now - then for now, then in zip(foregone(study.solved, mask), foregone(study.before, mask), strict=True)
        )
        production = production_cost(study.solved, mask) - production_cost(study.before, mask)
        stock = (stock_at_end(study.before, mask) - stock_at_end(study.solved, mask)) * last * MWH_PRICE_TO_BEUR
        for view in VIEWS:
            imports = _imports(study.accounts[view], place) - _imports(study.accounts_before[view], place)
            duties = -(_duties(study.accounts[view], mask) - _duties(study.accounts_before[view], mask))
            numbers = dict(zip(PARTS, (imports, duties, given_up, cut, production, stock), strict=True))
            row = {f"{part}_eur_bn": number for part, number in numbers.items()}
            rows.append({"place": place, "view": view, **row, "cost_eur_bn": sum(numbers.values())})
    return pd.DataFrame(rows)


def _imports(accounts: Accounts, place: str) -> float:
    return float(accounts.import_bill.sum()) if place == EU else accounts.country_imports(place)


def _duties(accounts: Accounts, mask: np.ndarray) -> float:
    """Import duties collected on lines into a place, bn EUR."""
    return float(accounts.duties[:, mask[accounts.case.pipelines.to_node]].sum())


def russian_loss(study: Study | Pair, view: str) -> tuple[float, float]:
    """What Russia loses on pipeline gas and on cargoes in a view, bn EUR; below 0 it gains."""
    lost = []
    for origin in (sub.RUSSIA, RUSSIAN_LNG):
        then, now = (
            float(a[view].revenue[a[view].origins.rows(origin)].sum()) for a in (study.accounts_before, study.accounts)
        )
        lost.append(then - now)
    return lost[0], lost[1]


def efficiency(study: Study | Pair) -> pd.DataFrame:
    """Cost per euro of Russian revenue lost by view; no ratio where Russia loses nothing."""
    by_place = costs(study).set_index(["view", "place"])["cost_eur_bn"]
    rows = []
    for view in VIEWS:
        pipeline, cargoes = russian_loss(study, view)
        row: dict[str, object] = {
            "view": view,
            "russia_loses_pipeline_eur_bn": pipeline,
            "russia_loses_cargoes_eur_bn": cargoes,
            "russia_loses_eur_bn": pipeline + cargoes,
        }
        for place, name in ((EU, "eu27"), (GERMANY, "germany")):
            cost = float(by_place.get((view, place), np.nan))
            row[f"{name}_cost_eur_bn"] = cost
            row[f"{name}_cost_eur_per_eur"] = _ratio(cost, pipeline + cargoes)
            row[f"{name}_cost_pipeline_only_eur_per_eur"] = _ratio(cost, pipeline)
        rows.append(row)
    return pd.DataFrame(rows)


def _ratio(cost: float, lost: float) -> float:
    return cost / lost if lost > SMALL_BEUR else float("nan")


def _words(ratios: pd.DataFrame) -> str:
    lost = ratios["russia_loses_eur_bn"]
    if lost.abs().max() <= SMALL_BEUR:
        return "Russia earns as much as in the reference in every view of prices; there is nothing to divide by."
    told = ", ".join(f"{amount:,.0f} ({view})" for view, amount in zip(ratios["view"], lost, strict=True))
    text = f"Russia loses, in bn EUR against the reference: {told}."
    gains = ratios.loc[lost < -SMALL_BEUR, "view"].tolist()
    for name, place in (("eu27", "the EU27"), ("germany", "Germany")):
        column = ratios[f"{name}_cost_eur_per_eur"].dropna()
        cost = ratios[f"{name}_cost_eur_bn"]
        text += f" It costs {place} {cost.min():,.0f} to {cost.max():,.0f} bn EUR"
        each = ", ".join(
            f"{ratio:{'.1f' if ratio >= 1.0 else '.2f'}} ({ratios.loc[row, 'view']})" for row, ratio in column.items()
        )
        text += f"; in EUR for each euro Russia loses: {each}." if each else "."
    if gains:
        text += (
            f" In {', '.join(gains)} prices Russia earns more than in the reference: higher prices outweigh the volume."
        )
    return text
