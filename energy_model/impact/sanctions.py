"""What a euro that a seller loses costs its buyers: sanction efficiency, with its range over views of prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.data.provenance import price_sources
from energy_model.impact.accounts import Accounts, foregone, production_cost, stock_at_end
from energy_model.impact.answer import Answer
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import Subject
from energy_model.impact.valuation import FORWARD, VIEW_WORDS, VIEWS, VIEWS_IN_BRIEF
from energy_model.plan.foresight import Solved
from energy_model.results.tracing import origins_of
from energy_model.scenario import Case
from energy_model.scenario.measures.duties import weak_duties
from energy_model.units import KEUR_PER_BEUR

SMALL_BEUR = 0.05
"""A loss of revenue below this has no ratio."""
LEAST_RATIO = 0.005
"""A smaller ratio, or one of a place that gains, is not told."""
MWH_PRICE_TO_BEUR = 1.0 / KEUR_PER_BEUR

NAME = "Sanctions"
METHOD = (
    "Cost of a place: change of its import bill less duties it collects, of the value of gas given up for its price,"
    " of the value of demand that is cut (the cost of its tier in the model), of the cost of own production, and of"
    " stock at the end of the horizon, at the last forward price. Efficiency: cost divided by what the seller loses,"
    " cargoes included; and by what it loses on pipeline gas alone. Below 1, the seller loses more than the place."
    " Unit: bn EUR over the horizon, EUR per EUR. The range"
    " is over the four views of prices, the same view above and below the line. " + VIEW_WORDS
)
CAVEATS = (
    VIEWS_IN_BRIEF,
    "The value of cut demand is the model's order of who goes first turned into money; it is the largest and least"
    " certain part. The answer on the economy gives another measure of it; the two must not be added.",
    "At scarcity prices much of the cost is paid to other sellers and to owners of gas within the region: a"
    " transfer, partly among allies.",
    "Money a seller does not earn within the horizon is not all lost: gas that stays in the ground may be sold later.",
    "Gas that a measure saves costs nothing here: what saving costs those who save is not in the data.",
    "Nothing here says what the money does to a war, or what other sanctions do. No response of the seller besides the"
    " scenario's own measures.",
    "Where the seller earns more than in the reference there is no ratio: the sanction pays its target.",
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
    subject: Subject

    @property
    def case(self) -> Case:
        """All numbers of what happens."""
        return self.solved.case


@question("sanctions", place=90)
def sanctions(study: Study) -> Answer:
    """Cost to the region and to the country per euro the seller loses: the answer on sanctions."""
    about = study.subject
    question = f"What does it cost {about.where} and {about.country_name}, per euro that {about.name} loses?"
    if not about.is_touched:
        why = (
            f"No measure of the scenario is about {about.adjective} gas, so what {about.name} earns is no sanction's"
            " doing."
        )
        return Answer.not_applicable(NAME, question, why)
    parts, ratios = costs(study), efficiency(study)
    if ratios[f"{about.key}_loses_eur_bn"].abs().max() <= SMALL_BEUR:
        why = f"{about.name} earns as much as in the reference in every view of prices; there is nothing to divide by."
        return Answer.not_applicable(
            NAME, question, " ".join(filter(None, (why, weak_duties(study.scenario.in_force))))
        )
    return Answer(
        name=NAME,
        question=question,
        words=_words(study, ratios),
        tables={
            f"Cost per euro of {about.adjective} revenue lost, by view of prices": ratios,
            "What the cost is made of, change from the reference": parts,
        },
        method=METHOD,
        caveats=CAVEATS,
        sources=price_sources(study.data),
    )


def _places(study: Study | Pair) -> dict[str, tuple[str, np.ndarray]]:
    """Code of the region and of the country, with the key of their columns and their nodes."""
    case, about = study.case, study.subject
    region, country = about.region, about.country
    inside = next(iter(study.accounts.values())).inside
    return {region: (about.region_key, inside), country: (about.country_key, np.isin(case.nodes, about.country_nodes))}


def costs(study: Study | Pair) -> pd.DataFrame:
    """Parts of the cost of the region and of the country in every view, bn EUR."""
    region = study.subject.region
    last = float(study.accounts_before[FORWARD].value.hub[0, -1])
    rows = []
    for place, (_, mask) in _places(study).items():
        given_up, cut = (
            now - then for now, then in zip(foregone(study.solved, mask), foregone(study.before, mask), strict=True)
        )
        production = production_cost(study.solved, mask) - production_cost(study.before, mask)
        stock = (stock_at_end(study.before, mask) - stock_at_end(study.solved, mask)) * last * MWH_PRICE_TO_BEUR
        for view in VIEWS:
            imports = _imports(study.accounts[view], place, region) - _imports(
                study.accounts_before[view], place, region
            )
            duties = -(_duties(study.accounts[view], mask) - _duties(study.accounts_before[view], mask))
            numbers = dict(zip(PARTS, (imports, duties, given_up, cut, production, stock), strict=True))
            row = {f"{part}_eur_bn": number for part, number in numbers.items()}
            rows.append({"place": place, "view": view, **row, "cost_eur_bn": sum(numbers.values())})
    return pd.DataFrame(rows)


def _imports(accounts: Accounts, place: str, region: str) -> float:
    return float(accounts.import_bill.sum()) if place == region else accounts.country_imports(place)


def _duties(accounts: Accounts, mask: np.ndarray) -> float:
    """Duties collected on lines into a place, and on purchases by it, bn EUR."""
    at_border = accounts.duties[:, mask[accounts.case.pipelines.to_node]].sum()
    return float(at_border + accounts.purchase_duties[:, mask].sum())


def loss_of_seller(study: Study | Pair, view: str) -> tuple[float, float]:
    """What the seller loses on pipeline gas and on cargoes in a view, bn EUR; below 0 it gains."""
    lost = []
    for origin in origins_of(study.subject.seller):
        then, now = (
            float(a[view].revenue[a[view].origins.rows(origin)].sum()) for a in (study.accounts_before, study.accounts)
        )
        lost.append(then - now)
    return lost[0], lost[1]


def efficiency(study: Study | Pair) -> pd.DataFrame:
    """Cost per euro of the seller's revenue lost by view; no ratio where it loses nothing."""
    by_place, key = costs(study).set_index(["view", "place"])["cost_eur_bn"], study.subject.key
    rows = []
    for view in VIEWS:
        pipeline, cargoes = loss_of_seller(study, view)
        row: dict[str, object] = {
            "view": view,
            f"{key}_loses_pipeline_eur_bn": pipeline,
            f"{key}_loses_cargoes_eur_bn": cargoes,
            f"{key}_loses_eur_bn": pipeline + cargoes,
        }
        for place, (name, _) in _places(study).items():
            cost = float(by_place[view, place])
            row[f"{name}_cost_eur_bn"] = cost
            row[f"{name}_cost_eur_per_eur"] = _ratio(cost, pipeline + cargoes)
            row[f"{name}_cost_pipeline_only_eur_per_eur"] = _ratio(cost, pipeline)
        rows.append(row)
    return pd.DataFrame(rows)


def _ratio(cost: float, lost: float) -> float:
    return cost / lost if lost > SMALL_BEUR else float("nan")


def _words(study: Study, ratios: pd.DataFrame) -> str:
    about = study.subject
    lost = ratios[f"{about.key}_loses_eur_bn"]
    gains = ratios.loc[lost < -SMALL_BEUR, "view"].tolist()
    told = ", ".join(f"{amount:,.0f} ({view})" for view, amount in zip(ratios["view"], lost, strict=True) if amount > 0)
    text = f"{about.name} loses, in bn EUR against the reference: {told}." if told else ""
    if gains:
        gained = ", ".join(
            f"{-amount:,.0f} ({view})" for view, amount in zip(ratios["view"], lost, strict=True) if view in gains
        )
        text += f" {about.name} earns more than in the reference where higher prices outweigh the volume: {gained}."
    for name, place in ((about.region_key, about.where), (about.country_key, about.country_name)):
        column = ratios[f"{name}_cost_eur_per_eur"].dropna()
        cost = ratios[f"{name}_cost_eur_bn"]
        text += f" It costs {place} {_whole(cost.min())} to {_whole(cost.max())} bn EUR"
        each = ", ".join(
            f"{ratio:{'.1f' if ratio >= 1.0 else '.2f'}} ({ratios.loc[row, 'view']})"
            for row, ratio in column.items()
            if ratio >= LEAST_RATIO
        )
        text += f"; in EUR for each euro {about.name} loses: {each}." if each else "."
    return " ".join(filter(None, (text.strip(), weak_duties(study.scenario.in_force))))


def _whole(amount: float) -> str:
    """An amount in whole units, without a negative nought."""
    return f"{round(amount) + 0.0:,.0f}"
