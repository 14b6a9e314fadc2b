"""The frontier: how much of a seller's gas is needed at every combination of saving and LNG."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from energy_model.impact.answer import Answer, Picture
from energy_model.impact.inverse.entries import entering_sign
from energy_model.impact.inverse.question import (
    VOLUNTARY,
    Region,
    first_open,
    region_of,
    row_numbers,
    solve_if_possible,
)
from energy_model.impact.inverse.survivable import THETA, FullStop, lost_share_problem, nothing_on_offer, stop_or_none
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.lp import Matrix
from energy_model.model.lng_world import with_more_left
from energy_model.timeline import day_words
from energy_model.units import DAYS_PER_YEAR, GWH_PER_TWH

SAVINGS = (0.0, 0.05, 0.10, 0.15, 0.20)
"""Shares of demand saved by everybody from the day of the cut on."""


def needed_share(
    stop: FullStop, region: Region, saving: float, lng_factor: float, tolerated_share: float = 0.0
) -> float | None:
    """Smallest share of the seller's gas with which nobody in the region is cut; none if even all of it is too little.

    Parameters
    ----------
    saving : float
        Share of demand that everybody saves from the day of the cut on.
    lng_factor : float
        Multiple of what the scenario lets Europe attract of LNG from the day of the cut on.
    """
    matrix = lost_share_problem(stop, region, tolerated_share=tolerated_share)
    matrix = _with_saving(_with_lng(matrix, stop, lng_factor), stop, saving)
    found = solve_if_possible(matrix)
    return None if found is None else 1.0 - float(matrix.values(found.col_value, THETA)[0])


def _with_lng(matrix: Matrix, stop: FullStop, factor: float) -> Matrix:
    """Months after the cut attract more or less; what was landed before it stays."""
    case = stop.study.case
    first = first_open(stop.study.solved)
    after = case.timeline.month_days[:, first:].sum(axis=1) / case.timeline.month_days.sum(axis=1)
    if case.lng_world is not None:
        return with_more_left(matrix, case, (factor - 1.0) * case.lng.europe_limit * after)
    limit = case.lng.europe_limit * (1.0 + (factor - 1.0) * after)
    matrix = matrix.with_rows("europe_month", upper=limit * case.lng.monthly_flexibility)
    return matrix.with_rows("europe_total", upper=float(limit.sum()))


def _with_saving(matrix: Matrix, stop: FullStop, share: float) -> Matrix:
    case = stop.study.case
    strength = np.where(np.arange(len(case.timeline)) >= first_open(stop.study.solved), share, 0.0)
    rows = row_numbers(matrix, "balance")[case.is_market]
    saved = case.demand.rate[case.is_market].sum(axis=1) * strength
    shift = np.zeros(matrix.n_rows)
    shift[rows[rows >= 0]] = entering_sign(matrix) * saved[rows >= 0]
    block = matrix.rows["balance"].slice
    lower, upper = matrix.row_lower - shift, matrix.row_upper - shift
    matrix = matrix.with_rows("balance", lower=_full(matrix, lower[block]), upper=_full(matrix, upper[block]))
    width = matrix.block_array("col_upper", VOLUNTARY)
    return matrix.with_columns(VOLUNTARY, upper=width * (1.0 - strength))


def _full(matrix: Matrix, part: np.ndarray) -> np.ndarray:
    """Bounds of a block's rows over all its index tuples."""
    block = matrix.rows["balance"]
    vector = np.zeros(matrix.n_rows)
    vector[block.slice] = part
    return np.nan_to_num(block.shaped(vector), nan=0.0, posinf=np.inf, neginf=-np.inf)


def lng_levels(study: Study) -> pd.Series:
    """What Europe can attract of LNG by the rows of ``lng_europe_limit.csv`` known on the day, TWh a year by case."""
    table = study.data["lng_europe_limit"].sort_values("limit_gwh_per_year")
    return table.set_index("case")["limit_gwh_per_year"] / GWH_PER_TWH


@question("frontier", place=160)
def frontier(
    study: Study, region: str | None = None, savings: Sequence[float] = SAVINGS, *, tolerated_share: float = 0.01
) -> Answer:
    """Answer how much of the seller's gas a region needs at every combination of saving and LNG."""
    about = study.subject
    region = region or about.region
    name, where = f"Frontier {region}", region_of(study.months, region)
    question = f"How much {about.adjective} gas does {where.name} need, by how much is saved and how much LNG comes?"
    stop = stop_or_none(study)
    if stop is None:
        return Answer.not_applicable(name, question, nothing_on_offer(study))
    line = stop.study.case.timeline
    now = float(stop.study.case.lng.europe_limit.sum() / line.days.sum()) * DAYS_PER_YEAR / GWH_PER_TWH
    levels = lng_levels(study)
    table = pd.DataFrame({"saving_share": list(savings)})
    for case, twh in levels.items():
        shares = [needed_share(stop, where, saving, twh / now, tolerated_share) for saving in savings]
        table[f"{about.adjective_key}_gas_at_{twh:.0f}_twh_of_lng_{case}_share"] = pd.Series(shares, dtype=float)
    caption = f"Share of {about.adjective} gas needed, {tolerated_share:.0%} of demand cut at most"
    needed = tuple(str(name) for name in table.columns[1:])
    finding = f"The more is saved and the more LNG comes, the less {about.adjective} gas {where.name} needs"
    return Answer(
        name=name,
        question=question,
        words=_words(where, stop, table, levels),
        tables={caption: table},
        method=(
            f"Smallest share of the pipeline gas that {about.name} offers from the day of the cut on with which no"
            " more than the tolerated part of the region's demand is cut: a linear programme for each cell, in months,"
            " over the plan made on the day of the cut. Everybody saves alike from that day; LNG is what Europe can"
            " attract in a year by lng_europe_limit.csv. Elsewhere nobody is cut more, and no filling target missed by"
            " more, than under a full stop. Empty: even all of it is too little."
        ),
        caveats=(
            "With a world market of LNG the figure is what Europe attracts at the reference price; it draws more at a"
            " higher one."
            if stop.study.case.lng_world is not None
            else "The LNG that Europe can attract is a limit, not a purchase: exporters' volumes and terminals bind as "
            "well.",
            f"Gas from {about.name} is reduced evenly over days and routes.",
            "Saving and LNG are there on the day of the cut; in truth both take months.",
        ),
        sources=("own_computation",),
        pictures=(Picture("lines", caption, "saving_share", needed, finding),),
    )


def _words(where: Region, stop: FullStop, table: pd.DataFrame, levels: pd.Series) -> str:
    grid = table.set_index("saving_share")
    worst, best = grid.iloc[0, 0], grid.iloc[-1, -1]

    def said(share: float) -> str:
        return "more than all" if pd.isna(share) else f"{share:.0%}"

    return (
        f"Without saving and with {levels.iloc[0]:,.0f} TWh of LNG a year {where.name} needs {said(worst)} of the"
        f" {stop.study.subject.adjective} gas on offer from {day_words(stop.begins)} on; saving {grid.index[-1]:.0%}"
        f" and with {levels.iloc[-1]:,.0f} TWh it needs {said(best)}."
    )
