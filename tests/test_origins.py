"""Whose gas a country uses, and who replaces what is lost: mixtures by hand, balances in general, bars that sum."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from cases import networks
from examples import tries
from hypothesis import given, settings

from energy_model.fast import optimum
from energy_model.impact.study import study
from energy_model.impact.substitution import COLUMNS, differences, lost_column, substitution, wide
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.results import tracing
from energy_model.results.tracing import STORE, Traced, network_of
from energy_model.scenario.toy import toy_case


def solved(case):
    """What tracing reads of a solved scenario."""
    matrix = compile_model(build_model(case))
    found = optimum(matrix, case)[0]
    values = {name: matrix.values(found.col_value, name) for name in matrix.columns}
    return SimpleNamespace(case=case, values=values)


def traced(run) -> Traced:
    return tracing.trace(network_of(run), "source")


@pytest.fixture(scope="module")
def cut():
    return study("full_cutoff_february", resolution="month")


def test_two_suppliers_mix_at_a_node_and_are_passed_on_in_the_same_proportion():
    """A gets 30 from Russia and 10 from Norway, keeps 20 and passes 20 on: B keeps 15 Russian and 5 Norwegian."""
    case = toy_case(
        demand={"A": 20.0, "B": 20.0},
        pipelines={("RU", "A"): (30.0, 1.0), ("NO", "A"): (10.0, 1.0), ("A", "B"): (20.0, 1.0)},
        supply={"RU": (30.0, 5.0), "NO": (10.0, 5.0)},
    )

    found = traced(solved(case))

    for node in ("A", "B"):
        kept = found.kept[:, case.node(node), 0]
        assert kept[found.rows("RU")] == pytest.approx([15.0])
        assert kept[found.rows("NO")] == pytest.approx([5.0])


def test_a_store_counts_net_of_what_is_put_in():
    """Russia sends 15 a day in both periods, A needs 10 and 20: 5 a day go into store and come out again."""
    case = toy_case(
        demand={"A": (10.0, 20.0)},
        pipelines={("RU", "A"): (15.0, 1.0)},
        supply={"RU": (15.0, 5.0)},
        storage={"A": (100.0, 10.0, 10.0, 0.0)},
        periods=2,
    )

    found = traced(solved(case))

    assert found.kept[found.rows(STORE)[0], case.node("A")] == pytest.approx([-5.0, 5.0])
    assert found.kept[found.rows("RU")[0], case.node("A")] == pytest.approx([15.0, 15.0])


@settings(max_examples=tries(25), deadline=None)
@given(networks())
def test_what_a_node_keeps_of_all_origins_is_what_it_serves(case):
    run = solved(case)
    found = traced(run)

    served = case.demand.rate.sum(axis=1)
    market = case.is_market
    served[market] -= run.values["curtailment"].sum(axis=1) + run.values["voluntary"].sum(axis=1)
    assert found.kept.sum(axis=0) == pytest.approx(served, abs=1e-6)
    assert found.mixture.min() >= -1e-9
    through = found.mixture.sum(axis=0)
    assert ((np.abs(through - 1.0) < 1e-6) | (through < 1e-6)).all()


def test_every_row_of_every_table_sums_to_the_lost_gas(cut):
    change, lost = differences(cut), lost_column(cut.subject)

    for keys in (["node"], ["month"], ["node", "month"]):
        table = wide(change, keys, lost)
        assert table[list(COLUMNS.values())].sum(axis=1).to_numpy() == pytest.approx(table[lost].to_numpy(), abs=1e-6)


def test_the_bars_of_the_union_sum_to_the_loss_and_the_countries_to_the_union(cut):
    told = substitution(cut)
    items, countries = (list(told.tables.values())[k] for k in (0, 1))

    bars = items["difference_twh"].iloc[1:]
    assert bars.sum() == pytest.approx(items["difference_twh"].iloc[0], abs=1e-6)
    assert items["of_loss_share"].iloc[1:].sum() == pytest.approx(1.0)
    numbers = countries.drop(columns="country")
    assert numbers.iloc[1:].sum().to_numpy() == pytest.approx(numbers.iloc[0].to_numpy(), abs=1e-6)
    assert f"{items['difference_twh'].iloc[0]:,.0f} TWh" in told.words


def test_what_all_nodes_keep_of_russia_and_what_the_way_costs_is_what_russia_sold(cut):
    origins, days = cut.origins_before, cut.case.timeline.days
    mine = origins.rows("RU")[0]
    kept = float((origins.kept[mine] @ days).sum())
    burnt = float(((origins.sent[mine] - origins.arrived[mine]) @ days).sum())

    supply = cut.reference["supply"]
    sold = supply.loc[supply["supplier"] == "RU", "energy_gwh"].sum()
    assert kept + burnt == pytest.approx(sold)
    assert kept > 0.95 * sold


def test_a_scenario_that_takes_no_russian_gas_away_is_told_as_such():
    told = substitution(study("ns2_sanctioned_permanently", resolution="month"))

    assert "nothing has to be replaced" in told.words
