r"""The largest cut of a seller that a region survives: one number, :math:`\theta`, in one linear programme.

.. math:: \max \theta \quad\text{with}\quad q_{k,t} \le q^{0}_{k,t} - \theta\,(q^{0}_{k,t} - q^{1}_{k,t})

and, of each step's volume,

.. math:: \sum_{t \ge f} h_t u_{k,t} q_{k,t} \le (1 - \theta) \Big(V_k - \sum_{t < f} h_t u_{k,t} q_{k,t}\Big)

for every step k of the seller, where :math:`q^0` is what it offers without the cut, :math:`q^1` what is left of it
under a full stop from the same day, :math:`f` the first period of the cut, :math:`V` the volume and :math:`u` what a
unit of gas uses up of it without the cut, and nobody in the region is cut. A share is lost of the rates and of the
volume, as :class:`SupplyCut` means it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from energy_model.impact.answer import Answer
from energy_model.impact.inverse.question import (
    NOTHING_GWH,
    Region,
    curtailed_gwh,
    first_open,
    region_of,
    small_problem,
    solve_if_possible,
)
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import PIPELINE
from energy_model.lp import Matrix
from energy_model.lp.extend import add_columns, add_rows, cost_of
from energy_model.scenario import Case, apply
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.measures.supply import SupplyCut
from energy_model.scenario.world import base_case
from energy_model.timeline import day_words
from energy_model.units import DAYS_PER_YEAR, GWH_PER_TWH

NAME = "Survivable cut"
THETA, LESS, VOLUME_LEFT = "lost share", "rate left", "volume left"
VOLUMES = "supply_limit"
NOTHING_SHARE = 1e-4
"""What a share may miss of the whole by the solver's rounding."""


@dataclass(frozen=True)
class FullStop:
    """A scenario in which the seller stops altogether, and what it would offer if it did not.

    Attributes
    ----------
    study : Study
        Of the scenario with every cut of the seller made whole, or, if it has none, with a stop from ``begins`` on.
    whole : Case
        The same without the stop, on the same periods: what the seller would offer.
    """

    study: Study
    begins: date
    whole: Case

    @cached_property
    def taken(self) -> np.ndarray:
        """Daily rates of supply steps that the stop takes away where the last plan decides, GWh/d, shape (K, T)."""
        taken = self.whole.supply.rate - self.study.case.supply.rate
        taken[:, : first_open(self.study.solved)] = 0.0
        return np.asarray(taken)

    @cached_property
    def use(self) -> np.ndarray:
        """Volume that a GWh of each step uses up over the periods that the last plan decides, GWh, shape (K, T)."""
        use = self.whole.supply.use * self.whole.timeline.days
        use[:, : first_open(self.study.solved)] = 0.0
        return np.asarray(use)

    @cached_property
    def volume(self) -> np.ndarray:
        """Volume of each step that is not used up when the stop comes, GWh, shape (K,)."""
        supply, opened = self.whole.supply, first_open(self.study.solved)
        before = (supply.use * self.study.solved.values["supply"])[:, :opened] @ self.whole.timeline.days[:opened]
        return np.asarray(np.maximum(supply.volume - before, 0.0))

    @property
    def lost_gwh(self) -> float:
        """Gas that would have come and that a full stop takes away, GWh: by rates, and no more than the volume."""
        wanted = (self.use * self.taken).sum(axis=1)
        share = np.minimum(1.0, np.divide(self.volume, wanted, out=np.ones_like(wanted), where=wanted > 0.0))
        return float(share @ self.taken @ self.whole.timeline.days)


def full_stop(study: Study, begins: date | None = None) -> FullStop:
    """The scenario with the seller's pipeline gas stopped altogether, and a plan made on the day of the stop.

    Parameters
    ----------
    begins : date, optional
        First day of the stop; default is the first day of the scenario's own cut of the seller, else of its first
        announcement, else the day after its author's.
    """
    scenario, seller = study.scenario, study.subject.seller
    cuts = [m for m in scenario.in_force if m.cut_key and (m.share_left(study.data) or ("",))[0] == seller]
    known = [day for day in (cut.start for cut in cuts) if day is not None] or scenario.announcements()
    day = begins or min(known, default=max(scenario.as_of, scenario.horizon.start))
    others = tuple(_known_by(m, day) for m in scenario.in_force if m not in cuts)
    stop = SupplyCut(kind="supply_cut", name="full stop", supplier=seller, remaining_share=0.0, start=day)
    stopped = scenario.model_copy(update={"measures": (*others, stop), "foresight": "surprise"})
    is_it = (
        len(cuts) == 1 and cuts[0].share_left(study.data) == (seller, 0.0) and scenario.announcements() in ([day], [])
    )
    same = is_it and cuts[0].start == day and cuts[0].end is None and cuts[0].known_from == day
    found = study if same and scenario.foresight == "surprise" else study.with_scenario(stopped)
    world = base_case(study.data, found.scenario, announced=found.case.timeline.starts)
    return FullStop(found, day, apply(scenario.model_copy(update={"measures": others}), study.data, None, world))


def _known_by(measure: Measure, day: date) -> Measure:
    """The measure, announced on the day of the stop at the latest: one plan then knows all that happens."""
    late = measure.known_from is not None and measure.known_from > day
    return measure.model_copy(update={"announced": day}) if late else measure


def lost_share_problem(
    stop: FullStop, region: Region, protected_only: bool = False, tolerated_share: float = 0.0
) -> Matrix:
    """The plan made under a full stop, with a column for the share that is lost, to be maximised."""
    matrix = small_problem(stop.study.solved, region, protected_only, tolerated_share=tolerated_share)
    offered, taken = stop.whole.supply.rate, stop.taken
    upper = matrix.block_array("col_upper", "supply")
    matrix = matrix.with_columns("supply", upper=np.where(taken > 0.0, offered, upper))
    matrix = add_columns(matrix, THETA, np.zeros((matrix.n_rows, 1)), upper=1.0)
    step, period = np.nonzero(taken > 0.0)
    block = matrix.columns["supply"]
    columns = np.concatenate([block.start + step * block.shape[1] + period, np.full(len(step), matrix.n_columns - 1)])
    values = np.concatenate([np.ones(len(step)), taken[step, period]])
    table = (values, (np.tile(np.arange(len(step)), 2), columns))
    rows = sparse.csr_array(table, shape=(len(step), matrix.n_columns))
    matrix = _with_volumes(add_rows(matrix, LESS, rows, upper=offered[step, period]), stop)
    # In GWh and not as a share, so that the solver's tolerances mean the same as elsewhere.
    return replace(matrix, cost=cost_of(matrix, THETA, -max(stop.lost_gwh, 1.0)), cost_offset=0.0)


def _with_volumes(matrix: Matrix, stop: FullStop) -> Matrix:
    """The problem in which the share is lost of the volumes too, in place of the volumes under the stop."""
    hit = np.flatnonzero((stop.taken > 0.0).any(axis=1))
    upper = matrix.block_array("row_upper", VOLUMES).copy()
    upper[hit] = np.inf
    matrix = matrix.with_rows(VOLUMES, upper=upper)
    block, left = matrix.columns["supply"], stop.volume[hit]
    rows = sparse.lil_array((len(hit), matrix.n_columns))
    for row, step in enumerate(hit.tolist()):
        rows[row, block.start + step * block.shape[1] + np.arange(block.shape[1])] = stop.use[step]
        rows[row, matrix.n_columns - 1] = left[row]
    return add_rows(matrix, VOLUME_LEFT, rows.tocsr(), upper=left)


def largest_lost_share(stop: FullStop, region: Region, protected_only: bool = False) -> float | None:
    """Largest share of the seller's gas that can be lost with nobody in the region cut; none if one is cut anyway."""
    matrix = lost_share_problem(stop, region, protected_only)
    found = solve_if_possible(matrix)
    return None if found is None else float(matrix.values(found.col_value, THETA)[0])


@question("survivable", place=140)
def survivable_cut(study: Study, regions: tuple[str, ...] | None = None) -> Answer:
    """Answer how large a cut of the seller protected customers, or all customers, survive.

    Parameters
    ----------
    regions : tuple of str, optional
        Country codes or groups; default is the country and the region asked about, and every market.
    """
    about = study.subject
    question = f"How large a cut of {about.adjective} gas would be survived without cutting anybody off?"
    stop = stop_or_none(study)
    if stop is None:
        return Answer.not_applicable(NAME, question, nothing_on_offer(study))
    regions = regions or tuple(dict.fromkeys((about.country, about.region, about.everybody)))
    table = pd.DataFrame([_row(stop, code, protected) for code in regions for protected in (True, False)])
    return Answer(
        name=NAME,
        question=question,
        words=_words(stop, table),
        tables={f"The largest cut of {about.adjective} gas that is survived": table},
        method=(
            f"Largest share of the pipeline gas on offer from {about.name} to Europe that can be lost, from the first"
            " day of the cut to the end of the horizon, with nobody of the kind named being cut in the region: one"
            " linear programme a row, in months, over the plan made on the day of the cut. Customers elsewhere are cut"
            " no more, and filling targets missed no more, than under a full stop. Lost gas is the share times what a"
            " full stop takes away."
        ),
        caveats=(
            "Less than all lost is lost evenly over all days and routes, of daily rates and of the volume; a cut in"
            " winter alone hurts more.",
            "The plan is made on the day of the cut, whatever the scenario's foresight: nobody has prepared for it.",
            "A region may take gas from its neighbours until these are as badly off as under a full stop.",
            "That protected customers can be spared says nothing of industry, which is cut in their place.",
        ),
    )


def stop_or_none(study: Study) -> FullStop | None:
    """The full stop of the seller, in months; none if it has no gas by pipeline on offer. A study is solved once."""
    if study.subject.channel != PIPELINE:
        return None
    known: dict[str, FullStop] = vars(study.months).setdefault("stops_known", {})
    stop = known.get("full") or known.setdefault("full", full_stop(study.months))
    return stop if stop.lost_gwh > NOTHING_GWH else None


def nothing_on_offer(study: Study) -> str:
    """Why a stop of the seller cannot be asked about, as a sentence."""
    about = study.subject
    if about.channel != PIPELINE:
        return f"The question is about gas by pipeline, and the scenario is about {about.gas}."
    return f"{about.name} has no gas by pipeline on offer, so none can be lost."


def _row(stop: FullStop, code: str, protected_only: bool) -> dict[str, object]:
    region = region_of(stop.study, code)
    share = largest_lost_share(stop, region, protected_only)
    days = float(stop.study.case.timeline.days[first_open(stop.study.solved) :].sum())
    short = float(curtailed_gwh(stop.study.solved)[region.inside].sum())
    return {
        "region": region.name,
        "customers": "protected" if protected_only else "all",
        "survived_share": share,
        "survived_twh": None if share is None else share * stop.lost_gwh / GWH_PER_TWH,
        "survived_per_year_twh": None if share is None else share * stop.lost_gwh / days * DAYS_PER_YEAR / GWH_PER_TWH,
        f"needed_from_{stop.study.subject.key}_share": None if share is None else 1.0 - share,
        "cut_under_a_full_stop_twh": short / GWH_PER_TWH,
    }


def _words(stop: FullStop, table: pd.DataFrame) -> str:
    parts, seller = [], stop.study.subject.adjective
    for row in table.to_dict("records"):
        who = f"{row['customers']} customers in {row['region']}"
        if pd.isna(row["survived_share"]):
            parts.append(f"{who} are cut even without a cut of {seller} gas")
        elif row["survived_share"] > 1.0 - NOTHING_SHARE:
            parts.append(f"{who} can be spared under a full stop")
        else:
            parts.append(f"{who} survive the loss of {row['survived_share']:.0%} of it")
    total = stop.lost_gwh / GWH_PER_TWH
    name = stop.study.subject.name
    return f"From {day_words(stop.begins)} {name} has {total:,.0f} TWh by pipeline on offer: {'; '.join(parts)}."
