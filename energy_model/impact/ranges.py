r"""Ranges of a number over all optimal solutions, and over all that cost little more.

An optimum is a point; often others cost the same, or almost. For a number :math:`a \cdot x` two ranges are given:

* over all optimal solutions: with the duals of one optimum, the optimal solutions are exactly the feasible points at
  which every column with a reduced cost stays at its bound and every row with a dual stays tight (complementary
  slackness). What is left is a small programme, solved for the least and the largest :math:`a \cdot x`;
* over all solutions that cost at most :math:`1 + \varepsilon` of the optimum: one more row, the budget
  :math:`c \cdot x \le (1 + \varepsilon)\, c^*`.

Shadow prices are ranged by their one-sided slopes: what one GWh a day less, and one more, changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from energy_model.fast import optimum
from energy_model.impact.answer import Answer
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.whole_plans import to_the_end
from energy_model.impact.why import cut_shares
from energy_model.lp import LiveModel, Matrix, Solution, solve
from energy_model.lp.extend import add_rows, cost_of, take_columns, with_objective
from energy_model.lp.matrix import Floats
from energy_model.plan.foresight import Solved
from energy_model.units import GWH_PER_TWH

SLACK_SHARE = 0.01
"""Solutions that cost at most this share more than the optimum count as near."""
AT_A_BOUND_EUR_PER_MWH = 1e-6
"""A smaller reduced cost or dual is none."""
STEP_GWH_PER_DAY = 1.0
PRIMAL_SIMPLEX = 4
"""Of HiGHS's options: what is feasible stays so when the objective changes, so each end starts from the least cost."""
FLOWS = 2
"""Borders of the country asked about whose flow is ranged, into and out of the country: those with the largest."""
WORST = 2
"""Countries of the region beside the one asked about whose shortage is ranged: those with the largest share of demand
cut."""

OPTIMAL = {"value": "value_twh", "least": "least_optimal_twh", "largest": "largest_optimal_twh"}
NEAR = {
    "value": "value_on_months_twh",
    "least": "least_within_1_percent_twh",
    "largest": "largest_within_1_percent_twh",
}
"""Columns of the table by field of :class:`Range`."""

METHOD = (
    "Over all optimal solutions: columns with a reduced cost stay at their bound, rows with a dual stay tight"
    " (complementary slackness); over what is left, the number is made as small and as large as possible. Near the"
    f" optimum: the same with a total cost of at most {1 + SLACK_SHARE:.2f} times the least, on periods of a month; the"
    " number's own value on months stands beside it. Price: total cost saved by one GWh a day less in the country"
    " asked about through"
    " the horizon, and caused by one more, per MWh. All are linear programmes, solved to certified optima."
)
CAVEATS = (
    "A range over optima is no forecast interval: it says what the model leaves open, not how wrong its inputs are.",
    f"The total cost holds the cost of unserved gas, so {SLACK_SHARE:.0%} of it is a large sum where much is unserved:"
    " read the second range as what a plan that is nearly as good could look like.",
    "Under surprise the range is that of the last plan: what was decided before its announcement is fixed.",
    "Shortages of single countries hardly move among optima because cuts are weighed by slices, which spreads them"
    " evenly; that evenness is a judgement of the model (see cooperative sharing), not a fact.",
)


@dataclass(frozen=True)
class Headline:
    """A number of a solution that is a weighted sum of its columns, GWh over the horizon.

    Attributes
    ----------
    weights : callable
        From a solved scenario to one weight per column.
    """

    name: str
    weights: Callable[[Solved], Floats]


@dataclass(frozen=True)
class Range:
    """Least and largest value of a number, with its value at the optimum found."""

    value: float
    least: float
    largest: float


def optimal_ranges(solved: Solved, weights: Sequence[Floats]) -> list[Range]:
    """Ranges of ``weights @ x`` over all optimal solutions of the last plan, for each of the weights."""
    x = solved.solution.col_value
    face, free = optimal_face(solved.matrix, solved.solution)
    found = []
    for vector in weights:
        value, own = float(vector @ x), vector[free]
        held = value - float(own @ x[free])
        if not np.any(own):
            found.append(Range(value, value, value))
            continue
        least, largest = (
            held + LiveModel(with_objective(face, own, maximise=most)).solve().objective for most in (False, True)
        )
        found.append(Range(value, min(least, value), max(largest, value)))
    return found


def optimal_face(matrix: Matrix, optimum: Solution) -> tuple[Matrix, np.ndarray]:
    """All optimal solutions as a programme over the columns that are free, and a mark of those.

    The mark, bool, has the shape (columns,) of the full problem.
    """
    x, sense = optimum.col_value, AT_A_BOUND_EUR_PER_MWH
    free = (np.abs(optimum.col_dual) <= sense) & (matrix.col_lower < matrix.col_upper)
    tight = np.abs(optimum.row_dual) > sense
    held = matrix.coefficients @ np.where(free, 0.0, x)
    lower = np.where(tight, optimum.row_value, np.minimum(matrix.row_lower, optimum.row_value)) - held
    upper = np.where(tight, optimum.row_value, np.maximum(matrix.row_upper, optimum.row_value)) - held
    small = take_columns(replace(matrix, row_lower=lower, row_upper=upper, cost_offset=0.0), free)
    lower, upper = np.minimum(small.col_lower, x[free]), np.maximum(small.col_upper, x[free])
    return replace(small, col_lower=lower, col_upper=upper), free


def near_ranges(solved: Solved, weights: Sequence[Floats], slack_share: float = SLACK_SHARE) -> list[Range]:
    """Ranges of several numbers over all solutions of the last plan that cost at most a share more than the least."""
    matrix, best = solved.matrix, solved.solution
    whole = add_rows(matrix, "budget", matrix.cost, upper=(1.0 + slack_share) * best.objective - matrix.cost_offset)
    kept = (matrix.col_lower != 0.0) | (matrix.col_upper != 0.0)
    budget = take_columns(whole, kept)
    least_cost = solve(budget).basis
    walk = LiveModel(budget, options={"simplex_strategy": PRIMAL_SIMPLEX})
    found = []
    for vector in weights:
        value, ends = float(vector @ best.col_value), []
        for most in (False, True):
            walk.update(with_objective(budget, vector[kept], maximise=most))
            walk.start_from(least_cost)
            ends.append(walk.solve().objective)
        found.append(Range(value, min(ends[0], value), max(ends[1], value)))
    return found


def price_range(solved: Solved, nodes: Sequence[str]) -> Range:
    """Mean shadow price of some nodes in the last plan, EUR/MWh: as found, per GWh/d less and per GWh/d more.

    One GWh/d is spread evenly over them.

    The mean is over the gas days that the last plan decides: what is frozen has no price any more.
    """
    matrix, case = solved.matrix, solved.case
    rows = np.isin(case.nodes, nodes)
    bounds = {side: matrix.block_array(side, "balance") for side in ("row_lower", "row_upper")}
    days = np.where(np.isfinite(bounds["row_lower"][rows]).any(axis=0), case.timeline.days, 0.0)
    start = solved.start
    slopes = []
    for step in (-STEP_GWH_PER_DAY, STEP_GWH_PER_DAY):
        lower, upper = (values.copy() for values in bounds.values())
        lower[rows] += step / rows.sum()
        upper[rows] += step / rows.sum()
        moved, _ = optimum(matrix.with_rows("balance", lower=lower, upper=upper), case, start)
        slopes.append((moved.objective - solved.solution.objective) / (step * float(days.sum())))
    found = float(matrix.values(solved.solution.row_dual, "balance")[rows].mean(axis=0).sum() / days.sum())
    return Range(found, min(*slopes, found), max(*slopes, found))


@question("ranges", place=120)
@to_the_end
def ranges(study: Study) -> Answer:
    """Ranges of the headlines of a scenario over all optimal solutions: the answer."""
    near = study.months
    asked = headlines(study)
    exact = optimal_ranges(study.solved, [one.weights(study.solved) for one in asked])
    loose = near_ranges(near.solved, [one.weights(near.solved) for one in asked])
    table = pd.DataFrame(
        {"number": [one.name for one in asked]}
        | {
            name: np.array([getattr(one, part) for one in found]) / GWH_PER_TWH
            for found, names in ((exact, OPTIMAL), (loose, NEAR))
            for part, name in names.items()
        }
    )
    price = price_range(study.solved, study.subject.country_nodes)
    prices = pd.DataFrame(
        {
            "number": [f"mean price of {study.subject.country_name} in the last plan"],
            "value_eur_per_mwh": [price.value],
            "least_eur_per_mwh": [price.least],
            "largest_eur_per_mwh": [price.largest],
        }
    )
    return Answer(
        name="Ranges",
        question="How far does the optimum pin the headlines down?",
        words=_words(study, table, price),
        tables={
            "Headlines over the horizon: least and largest value over all optima, and over all near ones": table,
            "Shadow price: for one GWh/d less and one more": prices,
        },
        method=METHOD,
        caveats=CAVEATS,
    )


def headlines(study: Study) -> list[Headline]:
    """The numbers that are ranged, each over the horizon."""
    about, country = study.subject, study.subject.country_nodes
    names = study.data["nodes"].set_index("node")["name"]
    inside = [n for n in study.case.nodes[study.case.is_market].tolist() if n in study.inside]
    worst = [str(n) for n in cut_shares(study).index if n not in country][:WORST]
    found = [Headline(f"unserved gas, {about.place}", partial(unserved, nodes=inside))]
    found.append(Headline(f"unserved gas, {about.country_name}", partial(unserved, nodes=country)))
    found += [Headline(f"unserved gas, {names[node]}", partial(unserved, nodes=[node])) for node in worst]
    found.append(Headline(f"LNG landed, {about.place}", partial(landed, nodes=inside)))
    found += [
        Headline(f"LNG from {names[seller]}", partial(from_exporter, exporter=seller))
        for seller in _largest_exporter(study)
    ]
    for start, end in _largest_flows(study):
        found.append(Headline(f"pipeline gas, {names[start]} to {names[end]}", partial(piped, start=start, end=end)))
    return found


def _largest_exporter(study: Study) -> list[str]:
    """The exporter that sends most LNG over the horizon; none if nobody sends any."""
    lng, days = study.case.lng, study.case.timeline.days
    sent = pd.Series(study.solved.values["lng_supply"] @ days, index=lng.exporter).groupby(level=0).sum()
    return [str(name) for name in sent[sent > 0.0].nlargest(1).index]


def _largest_flows(study: Study) -> list[tuple[str, str]]:
    """Pairs of nodes with the largest flow into and out of the country asked about over the horizon."""
    case, lines = study.case, study.case.pipelines
    volume = study.solved.values["flow"] @ case.timeline.days
    pairs = pd.DataFrame(
        {"start": case.nodes[lines.from_node], "end": case.nodes[lines.to_node], "volume_gwh": volume}
    ).groupby(["start", "end"], as_index=False)["volume_gwh"].sum()  # fmt: skip
    ranked = pairs.sort_values(["volume_gwh", "start", "end"], ascending=[False, True, True], kind="stable")
    own = study.subject.country_nodes
    ranked = ranked[ranked["start"].isin(own) != ranked["end"].isin(own)]
    sides = [ranked[ranked[side].isin(own)].head(FLOWS) for side in ("end", "start")]
    return [(str(a), str(b)) for side in sides for a, b in zip(side["start"], side["end"], strict=True)]


def unserved(solved: Solved, nodes: Sequence[str]) -> Floats:
    """Curtailment in some markets over the horizon, GWh."""
    case = solved.case
    mine = np.isin(case.nodes[case.is_market], nodes)
    return _weights(solved, "curtailment", mine[:, None, None])


def landed(solved: Solved, nodes: Sequence[str]) -> Floats:
    """LNG sent out in some markets over the horizon, GWh."""
    return _weights(solved, "sendout", np.isin(solved.case.nodes[solved.case.lng.terminal_node], nodes)[:, None])


def from_exporter(solved: Solved, exporter: str) -> Floats:
    """LNG of an exporter over the horizon, GWh."""
    return _weights(solved, "lng_supply", (solved.case.lng.exporter == exporter)[:, None])


def piped(solved: Solved, start: str, end: str) -> Floats:
    """Gas over all pipelines from one node to another over the horizon, GWh."""
    lines, case = solved.case.pipelines, solved.case
    return _weights(
        solved, "flow", ((case.nodes[lines.from_node] == start) & (case.nodes[lines.to_node] == end))[:, None]
    )


def _weights(solved: Solved, name: str, chosen: np.ndarray) -> Floats:
    days = solved.case.timeline.days
    return cost_of(solved.matrix, name, np.broadcast_to(np.where(chosen, days, 0.0), solved.values[name].shape))


def _words(study: Study, table: pd.DataFrame, price: Range) -> str:
    about, whole, own = study.subject, table.iloc[0], table.iloc[1]
    open_ = table[
        (table["largest_optimal_twh"] - table["least_optimal_twh"]) > 0.01 * table["value_twh"].clip(lower=1.0)
    ]
    text = (
        f"The scenario leaves {about.where} with {study.shortage}. Its unserved gas of {whole['value_twh']:,.1f} TWh"
        f" lies between {whole['least_optimal_twh']:,.1f} and {whole['largest_optimal_twh']:,.1f} TWh over all optimal"
        f" plans, and on months between {whole['least_within_1_percent_twh']:,.1f} and"
        f" {whole['largest_within_1_percent_twh']:,.1f} TWh over all plans that cost at most {SLACK_SHARE:.0%} more."
        f" The {own['value_twh']:,.1f} TWh of {about.country_name} lie between {own['least_optimal_twh']:,.1f} and"
        f" {own['largest_optimal_twh']:,.1f} TWh, near the optimum between {own['least_within_1_percent_twh']:,.1f}"
        f" and {own['largest_within_1_percent_twh']:,.1f} TWh."
    )
    if len(open_):
        text += f" Left open by the optimum: {', '.join(open_['number'])}."
    return (
        f"{text} One GWh a day less in {about.country_name} saves {price.least:,.0f} EUR/MWh, one more costs"
        f" {price.largest:,.0f}."
    )
