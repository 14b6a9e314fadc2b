"""Headlines with their ranges: over all optimal solutions, and over all that cost hardly more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.impact.bottlenecks import curtailed
from energy_model.impact.extremes import Aim, Budget, Face, Range, marginal_range
from energy_model.impact.study import Study
from energy_model.lp import Matrix
from energy_model.lp.extend import cost_of
from energy_model.lp.matrix import Floats
from energy_model.scenario.case import Case
from energy_model.solve.periods import decided
from energy_model.units import GWH_PER_TWH

WITHIN_SHARE = 0.01
"""Plans that cost at most one percent more: less than the error of any price or demand that enters, and what a reader
would still call the same plan."""
GERMANY = "DE"
NOTHING_TWH = 1e-6

METHOD = (
    "All optimal: the smallest and largest value among all solutions of least cost. A solution is optimal if and only"
    " if columns with a reduced cost stay at their bound and rows with a dual stay tight; two linear programmes over"
    " what is left give the ends, exact for the full problem."
    " Within one percent: the ends among all solutions that cost at most 1.01 times the least total cost of the plan"
    " (gas, transport, curtailment, missed targets; what was decided before the last announcement is fixed). Each end"
    " has a limit that no such solution passes, by Lagrangian duality, and a value that one reaches; the end lies"
    " between. The price of cost in the limit comes from the same question on blocks of 90 days and is improved while"
    " both are apart. Modelling to generate alternatives, after Brill, Chang and Hopkins (1982) and DeCarolis (2011)."
    " Price: what the last unit less saves and the first unit more costs, the one-sided derivatives of least cost,"
    " equal to the ends over all dual optima; demand-weighted mean over the periods of the last plan."
)
CAVEATS = (
    "The range says how far the plan decides a number, not how sure the number is: data and behaviour have their own"
    " errors, which are larger.",
    "One percent of all cost is several percent of the cost of the shortage, and enough to move gas from one country to"
    " another: a wide range for a country says that its share follows from the rule of equal sharing, not from pipes.",
    "The ends of two numbers need not be reached together.",
    "Prices have no range within one percent: a plan that is not optimal has no shadow price.",
)


@dataclass(frozen=True)
class Headline:
    """A number of a plan: its name, and its weight on every column, GWh over the horizon."""

    name: str
    aim: Aim


def shortage(name: str, nodes: Sequence[str]) -> Headline:
    """Gas cut in some markets over the horizon."""

    def aim(matrix: Matrix, case: Case) -> Floats:
        inside = np.isin(case.nodes[case.is_market], list(nodes))
        weight = inside[:, None, None] * case.timeline.days
        return cost_of(matrix, "curtailment", np.broadcast_to(weight, matrix.columns["curtailment"].shape))

    return Headline(name, aim)


def flow_of(name: str, route: str, eu: frozenset[str]) -> Headline:
    """Gas that enters a group of countries over a named route over the horizon."""

    def aim(matrix: Matrix, case: Case) -> Floats:
        return cost_of(matrix, "flow", _entries(case, route, eu)[:, None] * case.timeline.days)

    return Headline(name, aim)


def _entries(case: Case, route: str, eu: frozenset[str]) -> np.ndarray:
    """Pipelines of a route that bring gas in; gas that only crosses other countries on its way inside counts once."""
    lines, inside = case.pipelines, np.isin(case.nodes, sorted(eu))
    mine = lines.route == route
    crossed = lines.to_node[mine & inside[lines.from_node]]
    comes_from_outside = ~inside[lines.from_node] & ~np.isin(lines.from_node, crossed)
    entries: np.ndarray = mine & inside[lines.to_node] & comes_from_outside
    return entries


def lng_landed() -> Headline:
    """LNG sent out from all terminals over the horizon."""

    def aim(matrix: Matrix, case: Case) -> Floats:
        return cost_of(matrix, "sendout", np.broadcast_to(case.timeline.days, matrix.columns["sendout"].shape))

    return Headline("LNG sent out", aim)


ROUTES = {
    "norway": "Norwegian pipeline gas",
    "nord_stream_1": "Nord Stream 1",
    "ukraine_exit": "Gas from Ukraine",
    "yamal_europe": "Yamal-Europe",
    "turkstream_2": "TurkStream",
    "southern_corridor": "Southern Gas Corridor",
    "transmed": "Transmed",
    "medgaz": "Medgaz",
    "greenstream": "Greenstream",
    "baltic_pipe": "Baltic Pipe",
}
"""Named routes into the EU27 told, by their code in ``pipelines.csv``."""


def ranges(study: Study) -> Answer:
    """How far the plan decides its headlines: the answer."""
    wide = _within_headlines(study)
    told = all_optimal(study, [*wide, *_routes(study)])
    budget = within(study, wide)
    table = told.merge(budget, on="headline", how="left")
    price = price_range(study)
    return Answer(
        name="Ranges",
        question="How far does least cost decide each headline, and how far would one percent more cost move it?",
        words=_words(told, budget, price),
        tables={
            f"Headlines over the horizon: all solutions of least cost, and all within {WITHIN_SHARE:.0%} of it": table,
            "Mean price over the last plan's periods: all optimal shadow prices": price,
        },
        method=METHOD,
        caveats=CAVEATS,
    )


def all_optimal(study: Study, headlines: Sequence[Headline]) -> pd.DataFrame:
    """Value, smallest and largest value over all optimal solutions, TWh."""
    face = Face(study.matrix, study.solved.solution)
    rows = []
    for one in headlines:
        weight = one.aim(study.matrix, study.case)
        least, most = face.range(weight)
        value = float(weight @ study.solved.solution.col_value)
        rows.append((one.name, *(v / GWH_PER_TWH for v in (value, least, most))))
    columns = ["headline", "value_twh", "all_optimal_least_twh", "all_optimal_most_twh"]
    return pd.DataFrame(rows, columns=columns)


def within(study: Study, headlines: Sequence[Headline], share: float = WITHIN_SHARE) -> pd.DataFrame:
    """Smallest and largest value over all solutions that cost at most ``share`` more than the least, TWh.

    Two linear programmes for each headline on every level of periods: ask for few.
    """
    solved, case = study.solved, study.case
    first = solved.stages[-1].first_period - 1
    past = decided(solved.matrix, solved.solution.col_value) if first else None
    budget = Budget(solved.matrix, case, solved.solution, share, past, first)
    rows = []
    for one in headlines:
        found: Range = budget.range(one.aim)
        ends = (found.least, found.most, found.least_reached, found.most_reached)
        rows.append((one.name, *(v / GWH_PER_TWH for v in ends)))
    columns = ["headline", *(f"within_{end}_twh" for end in ("least", "most", "least_reached", "most_reached"))]
    return pd.DataFrame(rows, columns=columns)


def price_range(study: Study, node: str = GERMANY) -> pd.DataFrame:
    """Smallest and largest demand-weighted mean price of a node over the last plan's periods, EUR/MWh."""
    solved, case = study.solved, study.case
    weight = case.demand.rate[case.node(node)].sum(axis=0) * 1.0
    weight[: solved.stages[-1].first_period - 1 if solved.stages else 0] = 0.0
    change = np.zeros(solved.matrix.rows["balance"].shape)
    change[case.node(node)] = weight / (weight @ case.timeline.days)
    rows = np.zeros(solved.matrix.n_rows)
    rows[solved.matrix.rows["balance"].slice] = solved.matrix.rows["balance"].flat(change)
    least, most = marginal_range(solved.matrix, case, solved.solution, rows)
    value = float(rows @ solved.solution.row_dual)
    columns = ["market", "value_eur_per_mwh", "all_optimal_least_eur_per_mwh", "all_optimal_most_eur_per_mwh"]
    return pd.DataFrame([(_name(study, node), value, least, most)], columns=columns)


def _name(study: Study, node: str) -> str:
    return str(study.data["nodes"].set_index("node")["name"].get(node, node))


def _within_headlines(study: Study) -> list[Headline]:
    """Shortage of the EU27, of Germany and of the country with the largest share cut beside it; LNG."""
    found = [shortage("EU27 shortage", sorted(study.eu)), shortage("Germany's shortage", [GERMANY])]
    case = study.case
    cut = curtailed(study.solved) @ case.timeline.days
    asked = case.demand.rate[case.is_market].sum(axis=1) @ case.timeline.days
    others = np.isin(case.nodes[case.is_market], sorted(study.eu - {GERMANY}))
    share = np.where(others, cut / np.maximum(asked, 1e-9), 0.0)
    if share.max() * asked[share.argmax()] > NOTHING_TWH * GWH_PER_TWH:
        worst = str(case.nodes[case.is_market][share.argmax()])
        found.append(shortage(f"Shortage of {_name(study, worst)}, the worst hit", [worst]))
    return [*found, lng_landed()]


def _routes(study: Study) -> list[Headline]:
    """Named routes that bring gas into the EU27."""
    flow = study.solved.values["flow"].max(axis=1)
    return [
        flow_of(f"{name} into the EU27", route, study.eu)
        for route, name in ROUTES.items()
        if (flow[_entries(study.case, route, study.eu)] > NOTHING_TWH * GWH_PER_TWH).any()
    ]


def _words(told: pd.DataFrame, budget: pd.DataFrame, price: pd.DataFrame) -> str:
    spread = told["all_optimal_most_twh"] - told["all_optimal_least_twh"]
    moving = told[spread > 0.005]  # what would show with two decimals
    if len(moving):
        free = "; ".join(
            f"{row['headline']} {row['all_optimal_least_twh']:,.2f} to {row['all_optimal_most_twh']:,.2f} TWh"
            for _, row in moving.iterrows()
        )
        text = f"Over all solutions of least cost these headlines are not single numbers: {free}."
    else:
        text = "Least cost decides every headline: all optimal solutions share their values."
    ends = "; ".join(
        f"{row['headline']} {_to(row['within_least_twh'])} to {_to(row['within_most_twh'])} TWh (plan: {_to(value)})"
        for (_, row), value in zip(budget.iterrows(), told["value_twh"], strict=False)
    )
    one = price.iloc[0]
    low, high = (f"{one[f'all_optimal_{end}_eur_per_mwh']:,.1f}" for end in ("least", "most"))
    spread_of_price = f"{low} EUR/MWh at every optimal shadow price" if low == high else f"{low} to {high} EUR/MWh"
    return (
        f"{text} A plan may cost {WITHIN_SHARE:.0%} more, and no such plan leaves these limits: {ends}."
        f" The mean price of {one['market']} is {spread_of_price}."
    )


def _to(twh: float) -> str:
    return f"{abs(twh) if abs(twh) < 0.5 else twh:,.0f}"
