"""What Nord Stream 2 changes in a scenario: the pipe alone, and the pipe with the gas that is held back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.impact.accounts import Accounts, all_accounts
from energy_model.impact.answer import Answer
from energy_model.impact.coalitions import Coalitions, Piece, pieces
from energy_model.impact.revenues import LNG_PREFIX, TRANSIT, transit_revenue
from energy_model.impact.sanctions import Pair, efficiency
from energy_model.impact.study import Study
from energy_model.impact.valuation import CAPPED, VIEW_WORDS, VIEWS, hub_shares
from energy_model.results import substitution as sub
from energy_model.results.headline import GERMANY
from energy_model.results.origins import trace
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.measures import ExtraSupply, RouteCommissioning, RouteOutage
from energy_model.scenario.measures.base import Measure
from energy_model.solve.foresight import Solved
from energy_model.units import GWH_PER_TWH

ROUTE = "nord_stream_2"
CERTIFIED = "ns2_commissioned"
"""Scenario of the library whose measures certify the line: when it opens, and what Russia then offers."""
WITHOUT, PIPE, GAS = "without", "pipe", "pipe_and_gas"
SMALL_TWH = 0.05
SUPPLIERS = {"NO": "Norway", "US": "United States", "QA": "Qatar", "DZ": "Algeria"}

METHOD = (
    "The scenario is solved three times on months, all else equal: with Nord Stream 2 idle, with the line certified"
    " from the day of the library's scenario, and with the line and the short-term sales Russia has held back since"
    " autumn 2021. The scenario's own cuts apply to those sales too. Every line is the amount without the line and"
    " what changes with it. Where other measures are in force, cost per euro Russia loses is told against the"
    " reference without the line, and against one in which line and gas are there already. Money is at capped prices"
    " except where a view is named. Unit: TWh, bn EUR, m EUR over the horizon. " + VIEW_WORDS
)
CAVEATS = (
    "Whether Russia sends more gas because a line opens is its decision, not the line's: the two columns are the ends"
    " of that argument.",
    "The date of certification is an assumption of the library's scenario; in January 2022 the procedure was"
    " suspended.",
    "Contracts that oblige Russia to pay Ukraine for transit whether used or not are left out of the change of"
    " revenue.",
    "Flow choice between Russian routes is one of cost in the model. Gazprom chose by other criteria.",
)


@dataclass(frozen=True)
class Runs:
    """Solutions on months, without the line, with it, and with it and the gas held back.

    Attributes
    ----------
    scenario, baseline : mapping of str to Solved
        By :data:`WITHOUT`, :data:`PIPE` and :data:`GAS`; ``baseline`` is empty if nothing else differs from it.
    """

    scenario: Mapping[str, Solved]
    baseline: Mapping[str, Solved]


def nord_stream_2(study: Study) -> Answer:
    """What the line changes: the answer on Nord Stream 2."""
    runs = solved_variants(study)
    energy, money = energy_of(runs.scenario), money_of(runs.scenario, study)
    tables = {"Energy, over the horizon": energy, "Money, over the horizon": money}
    if runs.baseline:
        caption = "Cost to Europe per euro Russia loses: without the line, and with line and gas before and after"
        tables[caption] = efficiency_of(runs, study)
    return Answer(
        name="Nord Stream 2",
        question="What does Nord Stream 2 change in all this?",
        words=_words(energy, money),
        tables=tables,
        method=METHOD,
        caveats=CAVEATS,
        sources=("acer_tariffs_2022", "ua_transit_press"),
    )


def solved_variants(study: Study) -> Runs:
    """The scenario and its baseline without the line, with it, and with it and the gas held back, on months."""
    certified = load_scenario(CERTIFIED, study.data.root).measures
    opens = tuple(m for m in certified if isinstance(m, RouteCommissioning))
    offers = tuple(m for m in certified if isinstance(m, ExtraSupply))
    steps = {measure.step for measure in offers}
    days = {day for m in (*opens, *offers) if (day := m.known_from) is not None}
    frame = {"resolution": "month", "boundaries": tuple(sorted({*study.scenario.boundaries, *days}))}

    def without(one: Scenario) -> Scenario:
        rest = tuple(m for m in one.measures if not _is_about(m, steps))
        return one.model_copy(update={**frame, "measures": rest})

    scenario, baseline = without(study.scenario), without(study.baseline)
    full = scenario.model_copy(update={"measures": (*opens, *offers, *scenario.measures)})
    own = pieces(scenario, baseline, grouped_above=0)
    line = [Piece(PIPE, comes=opens), Piece(GAS, comes=offers)]
    game = Coalitions(Study(full, baseline, study.data), [*own, *line])
    happens, n = frozenset(range(len(own))), len(own)
    chosen = {WITHOUT: frozenset[int](), PIPE: frozenset({n}), GAS: frozenset({n, n + 1})}
    found = {name: game.solved(happens | more) for name, more in chosen.items()}
    return Runs(found, {name: game.solved(chosen[name]) for name in (WITHOUT, GAS)} if own else {})


def efficiency_of(runs: Runs, study: Study) -> pd.DataFrame:
    """Cost per euro of Russian revenue lost by view, without the line and with line and gas before and after."""
    nodes, formula = study.data["nodes"], hub_shares(runs.baseline[WITHOUT])
    parts = []
    for name in (WITHOUT, GAS):
        solved = runs.scenario[name], runs.baseline[name]
        now, then = (all_accounts(one, trace(one, nodes), study.data, formula) for one in solved)
        table = efficiency(Pair(*solved, now, then)).set_index("view")
        columns = ["russia_loses_eur_bn", "eu27_cost_eur_per_eur", "germany_cost_eur_per_eur"]
        parts.append(table[columns].add_prefix(f"{name}_"))
    return pd.concat(parts, axis=1).reset_index()


def _is_about(measure: Measure, steps: set[str | None]) -> bool:
    """Whether a measure decides on the line, or on the gas that would come with it."""
    if isinstance(measure, RouteCommissioning | RouteOutage):
        return measure.route == ROUTE or measure.pipeline == ROUTE
    return isinstance(measure, ExtraSupply) and measure.step in steps


def energy_of(runs: Mapping[str, Solved]) -> pd.DataFrame:
    """Volumes without the line and what changes with it, TWh."""
    rows = {name: _energies(run) for name, run in runs.items()}
    return _table(rows, "twh")


def _energies(run: Solved) -> dict[str, float]:
    case, days, values = run.case, run.case.timeline.days, run.values
    eu = case.is_eu[case.is_market]
    flow = values["flow"] @ days
    route = case.pipelines.route
    cut = values["curtailment"].sum(axis=1) @ days
    germany = case.nodes[case.is_market] == GERMANY
    landed = (values["cargo"] @ days)[case.is_eu[case.lng.route_node]].sum()
    named = {
        "Nord Stream 2": flow[route == ROUTE].sum(),
        "Nord Stream 1": flow[route == "nord_stream_1"].sum(),
        "Exit from Ukraine to the west": flow[route == "ukraine_exit"].sum(),
        "Russian sales to Europe by pipeline": (values["supply"] @ days)[case.supply.supplier == sub.RUSSIA].sum(),
        "LNG landed in the EU27": landed,
        "EU27 unserved": cut[eu].sum(),
        "Germany unserved": cut[germany].sum(),
    }
    return {name: float(energy) / GWH_PER_TWH for name, energy in named.items()}


def money_of(runs: Mapping[str, Solved], study: Study) -> pd.DataFrame:
    """Bills, revenues, rents and transit without the line and what changes with it, bn EUR."""
    formula = hub_shares(runs[WITHOUT])
    rows = {name: _amounts(run, study, formula) for name, run in runs.items()}
    return _table(rows, "eur_bn")


def _amounts(run: Solved, study: Study, formula: Mapping[str, float]) -> dict[str, float]:
    origins = trace(run, study.data["nodes"])
    views = all_accounts(run, origins, study.data, formula)
    capped, eu = views[CAPPED], run.case.is_eu
    amounts = {
        "EU27 consumer bill": capped.consumer_bill[eu].sum(),
        "Germany consumer bill": capped.consumer_bill[run.case.nodes == GERMANY].sum(),
        "EU27 import bill": capped.import_bill.sum(),
    }
    for view in VIEWS:
        amounts[f"Russian revenue by pipeline, {view} prices"] = views[view].revenue[origins.rows(sub.RUSSIA)].sum()
    for code, name in SUPPLIERS.items():
        amounts[f"Rent of {name}"] = _both(capped, code)
    names = study.data["nodes"].set_index("node")["name"]
    for one in TRANSIT:
        amounts[f"Transit revenue of {names[one.country]}"] = transit_revenue(origins, one, study.data)[2] / 1e3
    return {name: float(amount) for name, amount in amounts.items()}


def _both(accounts: Accounts, code: str) -> float:
    """Rent of a supplier, pipeline and cargoes."""
    rows = np.concatenate([accounts.origins.rows(code), accounts.origins.rows(f"{LNG_PREFIX}{code}")])
    return float(accounts.rent[rows].sum())


def _table(rows: Mapping[str, Mapping[str, float]], unit: str) -> pd.DataFrame:
    base = rows[WITHOUT]
    return pd.DataFrame(
        {
            "what": list(base),
            f"without_{unit}": list(base.values()),
            f"change_with_pipe_{unit}": [rows[PIPE][name] - amount for name, amount in base.items()],
            f"change_with_pipe_and_gas_{unit}": [rows[GAS][name] - amount for name, amount in base.items()],
        }
    )


def _words(energy: pd.DataFrame, money: pd.DataFrame) -> str:
    volume, amount = energy.set_index("what"), money.set_index("what")

    def change(name: str, which: str, table: pd.DataFrame = amount, unit: str = "eur_bn") -> str:
        return f"{round(float(table.loc[name, f'change_with_{which}_{unit}']), 1) + 0.0:+,.1f}"

    text = ""
    for which, said in ((PIPE, "The pipe alone"), (GAS, "With the gas that is held back, it")):
        carried = float(volume.loc["Nord Stream 2", f"change_with_{which}_twh"])
        moved = volume[f"change_with_{which}_twh"].abs().max()
        if moved < SMALL_TWH:
            text += f"{said} changes nothing: a line without gas replaces none. "
            continue
        text += (
            f"{said} carries {carried:,.0f} TWh and Russia sells"
            f" {change('Russian sales to Europe by pipeline', which, volume, 'twh')} TWh more; unserved demand of the"
            f" EU27 changes by {change('EU27 unserved', which, volume, 'twh')} TWh, its consumers' bill by"
            f" {change('EU27 consumer bill', which)} bn EUR, Germany's by"
            f" {change('Germany consumer bill', which)}, Russian pipeline revenue by"
            f" {change('Russian revenue by pipeline, capped prices', which)}, Ukraine's transit revenue by"
            f" {amount.loc['Transit revenue of Ukraine', f'change_with_{which}_eur_bn'] * 1e3:+,.0f} m EUR. "
        )
    return text.strip()
