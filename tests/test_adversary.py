"""The other side's view: hand-solved toys, every cut against solving it alone, and the frontier's order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from cases import networks
from hypothesis import given, settings
from toy_study import FIRST_DAY, ToyStudy, toy_study

from energy_model.impact.adversary import Cut, aims_of, every_cut, worst_by_budget
from energy_model.impact.best_response import Outcome
from energy_model.impact.best_sanction import compared
from energy_model.impact.study import study
from energy_model.lp import compile_model, solve
from energy_model.model import build_model
from energy_model.scenario.case import Case
from energy_model.scenario.toy import toy_case

HUB, EXPORT = 80.0, 40.0
TWO = {"straight": ("RU>DE",), "roundabout": ("RU>PL",)}


def quotes() -> pd.DataFrame:
    rows = [("ttf_forward", "2022-01-01", HUB), ("russian_export", "2021-12-01", EXPORT)]
    table = pd.DataFrame(rows, columns=["series", "month", "price_eur_per_mwh"])
    return table.assign(month=pd.to_datetime(table["month"]))


def priced(case: Case) -> ToyStudy:
    found = toy_study(case)
    found.data["prices"] = quotes()
    return found


def two_ways() -> Case:
    """Germany needs 10 GWh/d for two spells of 10 days; 6 come straight, 4 by way of Poland, none from elsewhere."""
    return toy_case(
        demand={"DE": 10.0, "PL": 0.0},
        pipelines={("RU", "DE"): (6.0, 1.0), ("RU", "PL"): (4.0, 1.0), ("PL", "DE"): (4.0, 0.0)},
        supply={"RU": (10.0, 10.0)},
        periods=2,
        days=10,
    )


def test_harm_and_lost_revenue_of_every_cut_by_hand():
    """Revenue is at the export price of 40, for nothing of the toy's contracts follows the hub."""
    cuts = {(c.routes, c.begins): c for c in every_cut(priced(two_ways()), TWO, (FIRST_DAY, date(2022, 1, 11)))}
    harm = {key: cut.change.country_twh * 1e3 for key, cut in cuts.items()}

    assert 6 == len(cuts)
    assert harm[("straight",), FIRST_DAY] == pytest.approx(120.0)
    assert harm[("roundabout",), FIRST_DAY] == pytest.approx(80.0)
    assert harm[("straight", "roundabout"), FIRST_DAY] == pytest.approx(200.0)
    assert harm[("straight", "roundabout"), date(2022, 1, 11)] == pytest.approx(100.0)
    for key, cut in cuts.items():
        assert cut.lost_eur_bn * 1e6 == pytest.approx(harm[key] * EXPORT)


def test_the_frontier_keeps_what_no_cheaper_cut_outdoes():
    def cut(lost: float, harm: float) -> Cut:
        return Cut(("a",), FIRST_DAY, Outcome(harm, harm, harm, -lost))

    front = worst_by_budget([cut(3, 5), cut(1, 2), cut(2, 1), cut(3, 4), cut(4, 5), cut(5, 9), cut(0, 0)], "region_twh")

    assert [(1, 2), (3, 5), (5, 9)] == [(c.lost_eur_bn, c.change.region_twh) for c in front]


@settings(max_examples=10)
@given(networks(slices=2))
def test_every_cut_is_what_solving_it_alone_gives(case: Case):
    """Cold, without a frozen past (the cut begins at once), from a case that never had the lines."""
    lines = [name for name in case.pipelines.id if name.startswith("RU>")]
    found = priced(case)
    cuts = every_cut(found, {name: (name,) for name in lines}, (FIRST_DAY,)) if lines else []
    sets = [chosen for size in range(1, len(lines) + 1) for chosen in combinations(lines, size)]

    assert set(sets) == {cut.routes for cut in cuts}
    for cut in cuts:
        alone = cold(without(case, cut.routes))
        assert cut.change.region_twh == pytest.approx(alone - cold(case), abs=1e-4)


def without(case: Case, lines: tuple[str, ...]) -> Case:
    closed = np.isin(case.pipelines.id, lines)[:, None]
    part = {name: np.where(closed, 0.0, getattr(case.pipelines, name)) for name in ("capacity", "minimum")}
    return replace(case, pipelines=replace(case.pipelines, **part))


def cold(case: Case) -> float:
    """Curtailment in the EU, TWh."""
    matrix = compile_model(build_model(case))
    cut = matrix.values(solve(matrix).col_value, "curtailment").sum(axis=1) @ case.timeline.days
    return float(cut[case.inside("UNION")[case.is_market]].sum()) / 1e3


@pytest.fixture(scope="module")
def reference(data):
    return study("reference", data, resolution="month")


def test_more_routes_closed_never_serve_europe_better_and_the_frontier_rises(reference):
    cuts = every_cut(reference, begins=[date(2022, 2, 1)])
    by_set = {frozenset(cut.routes): cut.change for cut in cuts}

    assert 15 == len(by_set)
    for small, one in by_set.items():
        for large, other in by_set.items():
            if small < large:
                assert other.region_twh >= one.region_twh - 1e-3
    for aim in aims_of(reference).values():
        front = worst_by_budget(cuts, aim)
        assert all(a.lost_eur_bn < b.lost_eur_bn for a, b in pairwise(front))
        assert all(getattr(a.change, aim) < getattr(b.change, aim) for a, b in pairwise(front))


def test_buying_less_costs_less_per_euro_than_buying_nothing(reference):
    table = compared(reference, date(2022, 2, 1), date(2022, 10, 1)).set_index("step")
    ratio = table["lost_per_euro_paid_eur_per_eur"]

    assert ratio["Europe buys a quarter less"] > ratio["Europe buys half"] > ratio["the EU27 refuses it"]
    assert table.loc["Nord Stream 1 is closed", "russia_loses_eur_bn"] < 1.0
