"""A study of a toy: what the answers of ``impact`` read of a scenario, for a case solved by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
from cases import answer

from energy_model.impact.subject import Subject
from energy_model.lp import Matrix
from energy_model.plan.foresight import Solved, Stage
from energy_model.scenario.case import Case

ASSURANCE_COLUMNS = [
    "assurance", "supplier", "channel", "volume_gwh_per_year", "high_gwh_per_year", "available_from", "alternative_to",
]  # fmt: skip


def toy_solved(case: Case, first_period: int = 1) -> Solved:
    """The least-cost plan of a toy as the one stage of a scenario."""
    found = answer(case)
    matrix, solution = found.matrix, found.solution
    stage = Stage(case.timeline.start, first_period, "optimal", solution.objective, 0, 0.0, 0.0, 0.0)
    return Solved(
        scenario=None,  # type: ignore[arg-type]  # a toy has none
        case=case,
        values={name: matrix.values(solution.col_value, name) for name in matrix.columns},
        duals={name: matrix.values(solution.row_dual, name) for name in matrix.rows},
        reduced_costs={name: matrix.values(solution.col_dual, name) for name in matrix.columns},
        objective_keur=solution.objective,
        stages=(stage,),
        matrix=matrix,
        solution=solution,
    )


class ToyTables(dict[str, pd.DataFrame]):
    """Stands in for :class:`energy_model.data.load.GasData`: tables, and a storyline about Russia and Germany."""

    as_of = date(2022, 1, 31)
    storyline = SimpleNamespace(
        contract_price="russian_export",
        routes=(),
        transit=(),
        exempt=(),
        everybody="EVERYBODY",
        prices=SimpleNamespace(forward="ttf_forward", lng="lng_reference"),
    )


@dataclass
class ToyStudy:
    """Stands in for :class:`energy_model.impact.study.Study`."""

    solved: Solved
    before: Solved
    data: ToyTables = field(default_factory=ToyTables)

    @property
    def subject(self) -> Subject:
        return Subject("RU", "EU27", "DE", frozenset({"RU"}), "", self.data, "pipeline")  # type: ignore[arg-type]

    @property
    def region_mask(self) -> np.ndarray:
        return self.case.inside("UNION") & self.case.is_market

    @property
    def country_mask(self) -> np.ndarray:
        return np.asarray(self.case.nodes == "DE")

    @property
    def months(self) -> ToyStudy:
        return self

    @property
    def to_the_end(self) -> ToyStudy:
        return self

    @property
    def case(self) -> Case:
        return self.solved.case

    @property
    def matrix(self) -> Matrix:
        return self.solved.matrix


def assurances(*rows: tuple[str, str, str, float, float]) -> pd.DataFrame:
    """Assurances by name, supplier, channel, central and high rate in GWh/d, there from the first day."""
    table = [(name, who, channel, 365 * low, 365 * high, pd.NaT, None) for name, who, channel, low, high in rows]
    return pd.DataFrame(table, columns=ASSURANCE_COLUMNS)


def toy_study(cut: Case, before: Case | None = None, promised: pd.DataFrame | None = None) -> ToyStudy:
    """A study of a case against what would have been without the cut."""
    solved = toy_solved(cut)
    nodes = pd.DataFrame(
        {
            "node": cut.nodes,
            "name": cut.nodes,
            "country": cut.nodes,
            "is_market": cut.is_market,
        }
    )
    groups = pd.DataFrame({"group": "UNION", "node": cut.nodes[cut.is_market]})
    parameters = pd.DataFrame({"parameter": ["tie_break_eur_per_mwh"], "value": [0.0]})
    suppliers = pd.DataFrame({"supplier": ["RU"], "seller": ["RU"], "name": ["Russia"], "adjective": ["Russian"]})
    data = ToyTables(
        nodes=nodes,
        groups=groups,
        assurances=assurances() if promised is None else promised,
        parameters=parameters,
        suppliers=suppliers,
    )
    return ToyStudy(solved, solved if before is None else toy_solved(before), data)


def without_supply(case: Case, supplier: str, left: float = 0.0) -> Case:
    """The case with a supplier's daily rates scaled."""
    rate = case.supply.rate.copy()
    rate[case.supply.supplier == supplier] *= left
    return case.with_("supply", rate=rate)


def without_lng(case: Case) -> Case:
    """The case with exporters and terminals that are there, and no cargo on offer."""
    return case.with_("lng", rate=np.zeros_like(case.lng.rate), europe_limit=0.0 * case.lng.europe_limit)


FIRST_DAY = date(2022, 1, 1)
