"""Gas that is missing, as output that is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy_model.data.load import GasData
from energy_model.data.regions import members as members_of
from energy_model.errors import ResultError
from energy_model.impact.output_loss import (
    SIGMAS,
    ces_output,
    gas_in_the_economy,
    gas_shortfall,
    output_loss,
    price_based_change,
    second_order_change,
    side_by_side,
)
from energy_model.results.run import Results, to_results

APRIL = date(2022, 4, 1)

left = st.floats(0.02, 1.0)
share = st.floats(0.001, 0.5)
sigma = st.floats(0.01, 3.0)


@pytest.fixture(scope="session")
def results(data: GasData, monthly: Callable, solved: Callable) -> Callable[[str], Results]:
    """Tables of a library scenario in months."""
    now = data.at(date(2022, 1, 31))
    return lambda name: to_results(solved(monthly(name)), now)


@pytest.fixture(scope="session")
def now(data: GasData) -> GasData:
    return data.at(date(2022, 1, 31))


# The formula


@pytest.mark.parametrize(
    ("remaining", "cost_share", "elasticity", "published"),
    [(0.9, 0.04, 0.0, -10.0), (0.9, 0.04, 0.04, -1.57), (0.9, 0.04, 0.1, -0.68), (0.9, 0.04, 1.0, -0.42),
     (0.7, 0.01, 0.1, -2.33)],
)  # fmt: skip
def test_the_output_module_gives_the_numbers_of_bachmann_et_al(
    remaining: float, cost_share: float, elasticity: float, published: float
) -> None:
    assert published == pytest.approx(100.0 * (ces_output(remaining, cost_share, elasticity) - 1.0), abs=0.02)


def test_the_second_order_forms_give_their_published_numbers() -> None:
    assert -0.86 == pytest.approx(100.0 * second_order_change(-0.10, 0.04, 0.04), abs=0.02)
    assert -0.72 == pytest.approx(100.0 * price_based_change(-0.30, 0.012, 0.036), abs=0.02)


@given(left, share, sigma)
def test_output_falls_by_less_than_gas_and_never_rises_from_a_shortage(left: float, share: float, sigma: float) -> None:
    assert left - 1e-9 <= ces_output(left, share, sigma) <= 1.0 + 1e-9


@given(left, share, sigma, st.floats(1.01, 2.0))
def test_easier_substitution_never_costs_more_output(left: float, share: float, sigma: float, more: float) -> None:
    assert ces_output(left, share, sigma) <= ces_output(left, share, sigma * more) + 1e-9


@given(left, share)
def test_without_substitution_output_follows_gas(left: float, share: float) -> None:
    assert left == ces_output(left, share, 0.0)
    assert left == pytest.approx(ces_output(left, share, 1e-4), rel=0.02)


@given(left, share)
def test_an_elasticity_of_one_is_cobb_douglas(left: float, share: float) -> None:
    assert left**share == pytest.approx(ces_output(left, share, 1.0))
    assert ces_output(left, share, 1.0) == pytest.approx(ces_output(left, share, 1.0 + 1e-6), rel=1e-4)


@given(share, st.floats(0.1, 2.0))
def test_the_second_order_form_is_the_exact_one_for_small_shocks(share: float, sigma: float) -> None:
    shock = -0.001
    assert np.log(ces_output(np.exp(shock), share, sigma)) == pytest.approx(
        second_order_change(shock, share, sigma), rel=1e-3
    )


def test_no_gas_at_all_stops_everything_that_cannot_replace_it() -> None:
    assert [0.0] * 4 == [ces_output(0.0, 0.01, sigma) for sigma in SIGMAS]


def test_a_second_order_form_does_not_exist_without_substitution() -> None:
    assert np.isnan(second_order_change(-0.1, 0.04, 0.0))


def test_the_formula_takes_arrays() -> None:
    many = ces_output(np.array([0.9, 1.0]), 0.04, 0.04)
    assert [ces_output(0.9, 0.04, 0.04), 1.0] == pytest.approx(list(many))


# Gas in the economy


def test_gas_is_about_the_share_of_german_output_that_the_literature_uses(now: GasData) -> None:
    economy = gas_in_the_economy(now)
    assert 0.012 == pytest.approx(economy.loc["DE", "gas_share"], rel=0.25)
    doubled = gas_in_the_economy(now, 2.0)["gas_share"] / gas_in_the_economy(now, 1.0)["gas_share"]
    assert doubled.to_numpy() == pytest.approx(2.0)


def test_the_eu_uses_what_its_members_use(now: GasData) -> None:
    economy = gas_in_the_economy(now)
    members = members_of(now, "EU27")
    inside = economy.loc[economy.index.isin(members), ["gas_gwh", "industry_gas_gwh"]].sum()
    assert list(inside) == pytest.approx(list(economy.loc["EU27", ["gas_gwh", "industry_gas_gwh"]].astype(float)))


# From a run to losses


def test_german_losses_of_a_cut_can_be_computed_by_hand(now: GasData, results: Callable[[str], Results]) -> None:
    run = results("full_cutoff_april")
    demand = run["demand"].merge(run["periods"][["period", "start"]], on="period", validate="many_to_one")
    german = demand[(demand["node"] == "DE") & (demand["start"] >= "2022-04-01")]
    missing = (german["voluntary_gwh"].sum() + german["curtailed_gwh"].sum()) / german["demand_gwh"].sum()
    gas = gas_in_the_economy(now).loc["DE"]
    losses = output_loss(run, now, since=APRIL)
    mine = losses[(losses["node"] == "DE") & (losses["basis"] == "total")].set_index("sigma")
    for elasticity in SIGMAS:
        expected = ces_output(1.0 - missing, gas["gas_share"], elasticity) - 1.0
        assert expected == pytest.approx(mine.loc[elasticity, "gdp_change_share"], rel=1e-9)
        assert expected * gas["gdp_eur_bn"] == pytest.approx(mine.loc[elasticity, "change_eur_bn"], rel=1e-9)


def test_industry_loses_a_share_of_its_own_value_added(now: GasData, results: Callable[[str], Results]) -> None:
    losses = output_loss(results("full_cutoff_april"), now, since=APRIL).query("node == 'DE' and basis == 'industry'")
    gas = gas_in_the_economy(now).loc["DE"]
    in_gdp = gas["industry_value_added_eur_bn"] / gas["gdp_eur_bn"]
    assert list(losses["change_share"] * in_gdp) == pytest.approx(list(losses["gdp_change_share"]))


def test_the_loss_of_the_eu_is_the_sum_of_its_members(now: GasData, results: Callable[[str], Results]) -> None:
    losses = output_loss(results("full_cutoff_april"), now, since=APRIL)
    members = members_of(now, "EU27")
    inside = losses[losses["node"].isin(members)].groupby(["basis", "sigma"])["change_eur_bn"].sum()
    union = losses[losses["node"] == "EU27"].set_index(["basis", "sigma"])["change_eur_bn"].sort_index()
    assert list(inside.sort_index()) == pytest.approx(list(union))


def test_the_same_run_on_both_sides_loses_nothing(now: GasData, results: Callable[[str], Results]) -> None:
    run = results("reference")
    assert 0.0 == pytest.approx(output_loss(run, now, run)["change_eur_bn"].abs().max(), abs=1e-9)


def test_a_cut_leaves_less_gas_than_the_reference_in_every_country_that_bought_it(
    results: Callable[[str], Results],
) -> None:
    short = gas_shortfall(results("full_cutoff_april"), results("reference"), APRIL)
    german = short[(short["node"] == "DE") & (short["basis"] == "total")]
    assert 0.1 < german["shortfall_share"].item() < 0.4
    assert 365 == german["days"].item()


def test_elasticities_are_always_shown_together(now: GasData, results: Callable[[str], Results]) -> None:
    losses = output_loss(results("full_cutoff_april"), now, country="DE")
    shown = side_by_side(losses)
    assert [f"sigma {s:g}" for s in SIGMAS] == list(shown.columns)
    assert shown.notna().all().all()
    assert [("EU27", "total"), ("EU27", "industry"), ("DE", "total"), ("DE", "industry")] == list(shown.index[:4])


def test_runs_with_other_periods_are_not_compared(results: Callable[[str], Results]) -> None:
    run = results("reference")
    with pytest.raises(ResultError, match="different periods"):
        gas_shortfall(replace(run, tables={**run.tables, "periods": run["periods"].iloc[:-1]}), run)


@pytest.mark.parametrize("sigma", [0.0, 0.1, 1.0])
def test_where_an_input_is_missing_the_output_is_missing_and_nothing_else(sigma: float) -> None:
    """A country without figures of its economy keeps nobody else from an answer."""
    found = np.asarray(ces_output(np.array([0.9, np.nan, 0.9]), np.array([0.04, 0.04, np.nan]), sigma))

    assert found[0] == pytest.approx(ces_output(0.9, 0.04, sigma))
    assert np.isnan(found[1:]).all()
