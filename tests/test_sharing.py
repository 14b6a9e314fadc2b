"""Rules by which countries share a shortage: hand-solved toys, and what must hold on any network."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from cases import HOUSEHOLDS, networks, with_households, with_targets, with_tiers
from examples import tries
from hypothesis import given, settings
from scipy.optimize import Bounds, LinearConstraint, milp

from energy_model.data.load import load_data
from energy_model.errors import SolveError
from energy_model.fast import optimum
from energy_model.impact.politics import politics
from energy_model.impact.study import study
from energy_model.lp import compile_model, solve
from energy_model.lp.extend import cost_of, with_objective
from energy_model.model import build_model
from energy_model.plan.foresight import solve_scenario
from energy_model.plan.sharing import (
    COOPERATIVE,
    OWN_NEEDS_FIRST,
    PROTECTED_FIRST,
    RULES,
    Shared,
    exports_in_want,
    is_protected_slice,
    net_exports,
    share,
)
from energy_model.report.answers import unit_of, write_answers
from energy_model.results.run import to_results
from energy_model.scenario import Scenario
from energy_model.scenario.case import Case
from energy_model.scenario.load import with_changes
from energy_model.scenario.toy import INDUSTRY, target, toy_case

FEW = settings(max_examples=tries(25), deadline=None)


def under(rule: str, case: Case) -> Shared:
    matrix = compile_model(build_model(case))
    return share(rule, Shared(matrix, *optimum(matrix, case)), case)


def of(plan: Shared, name: str) -> np.ndarray:
    return plan.matrix.values(plan.solution.col_value, name)


def cut(plan: Shared, case: Case) -> dict[str, list[float]]:
    """Curtailment by market and period, GWh/d."""
    rows = of(plan, "curtailment").sum(axis=1)
    return {str(n): row.tolist() for n, row in zip(case.nodes[case.is_market], rows, strict=True)}


def near(found: dict[str, list[float]]) -> dict[str, object]:
    """For comparison with a hand-solved answer, to a tenth of a MWh a day."""
    return {node: pytest.approx(values, abs=1e-4) for node, values in found.items()}


def protected_gwh(plan: Shared, case: Case) -> float:
    return float(of(plan, "curtailment")[:, is_protected_slice(case)].sum(axis=(0, 1)) @ case.timeline.days)


def in_a_row(production: float, slices: int = 6) -> Case:
    """A producer feeds itself (8), a country on the way (4) and one behind it (8)."""
    return toy_case(
        demand={"NL": 8.0, "BE": 4.0, "FR": 8.0},
        pipelines={("NL", "BE"): (20.0, 0.0), ("BE", "FR"): (20.0, 0.0)},
        supply={"NL": (production, 5.0)},
        slices=slices,
    )


def test_cooperative_halves_every_country_when_there_is_half_the_gas():
    case = in_a_row(10.0)

    assert {"BE": [2.0], "FR": [4.0], "NL": [4.0]} == near(cut(under(COOPERATIVE, case), case))


def test_a_producer_first_serves_itself_and_exports_the_rest_which_passes_a_country_in_want():
    """Of 10 the producer keeps 8; the other two share 2 of their 12, and what France gets crosses Belgium."""
    case = in_a_row(10.0)

    found = under(OWN_NEEDS_FIRST, case)

    assert {"BE": [10.0 / 3.0], "FR": [20.0 / 3.0], "NL": [0.0]} == near(cut(found, case))
    assert [2.0, 4.0 / 3.0] == pytest.approx(of(found, "flow")[:, 0].tolist())


def test_a_producer_that_lacks_gas_itself_exports_nothing():
    case = in_a_row(6.0)

    found = under(OWN_NEEDS_FIRST, case)

    assert {"BE": [4.0], "FR": [8.0], "NL": [2.0]} == near(cut(found, case))
    assert 0.0 == pytest.approx(of(found, "flow").sum())


def test_transit_of_foreign_gas_goes_on_through_a_country_that_keeps_its_own():
    """Russia sends 6 through Poland, which has 2 of its own and wants 8; Germany wants 8.

    Cooperative: 8 for 16, half for each: Poland 4, Germany 4. Own needs first changes nothing, for Poland takes 2 of
    the 6 and exports nothing on balance: 4 pass.
    """
    case = toy_case(
        demand={"PL": 8.0, "DE": 8.0},
        pipelines={("RU", "PL"): (6.0, 0.0), ("PL", "DE"): (20.0, 0.0)},
        supply={"RU": (6.0, 1.0), "PL": (2.0, 1.0)},
        slices=4,
    )

    for rule in (COOPERATIVE, OWN_NEEDS_FIRST):
        found = under(rule, case)
        assert {"DE": [4.0], "PL": [4.0]} == near(cut(found, case))
        assert [6.0, 4.0] == pytest.approx(of(found, "flow")[:, 0].tolist())


def far_away() -> Case:
    """Norwegian industry beside Estonian households at the end of a line that loses four fifths."""
    case = toy_case(
        demand={"NO": 10.0, "EE": 0.0},
        pipelines={("NO", "EE"): (20.0, 0.0)},
        supply={"NO": (10.0, 1.0)},
    )
    case = with_tiers(
        with_households(case, "EE", 2.0),
        ("industry", INDUSTRY, 1.0, 1_000.0, False, 5),
        ("households", HOUSEHOLDS, 1.0, 3_000.0, True, 4),
    )
    return case.with_("pipelines", loss_share=np.array([0.8]))


def test_each_rule_has_its_own_answer_where_a_protected_customer_is_dear_to_reach():
    """By hand: 2 for Estonian homes take 10 from industry, 10 x 1,000 against 2 x 3,000: at least cost they freeze."""
    case = far_away()
    expected = {
        COOPERATIVE: {"EE": [2.0], "NO": [0.0]},
        PROTECTED_FIRST: {"EE": [0.0], "NO": [10.0]},
        OWN_NEEDS_FIRST: {"EE": [2.0], "NO": [0.0]},
    }

    for rule, by_hand in expected.items():
        found = cut(under(rule, case), case)
        assert by_hand == near(found)


def test_homes_come_before_gas_kept_for_the_next_winter():
    """A level at the end that costs more to miss than homes: least cost keeps it, protected first does not."""
    case = toy_case(demand={"DE": 0.0}, storage={"DE": (100.0, 0.0, 10.0, 50.0)}, days=5)
    case = with_tiers(with_households(case, "DE", 10.0), ("households", HOUSEHOLDS, 1.0, 3_000.0, True, 4))
    case = with_targets(case, target(case, "DE", 1, 50.0, 5_000.0))

    assert {"DE": [10.0]} == cut(under(COOPERATIVE, case), case)
    assert [0.0] == pytest.approx(cut(under(PROTECTED_FIRST, case), case)["DE"], abs=1e-4)


def test_a_country_on_its_own_gas_keeps_its_store_in_the_period_of_want_only():
    """Two periods: no want in the first, so exports go on in it; in the second the store serves home first."""
    case = toy_case(
        demand={"AT": (0.0, 10.0), "CZ": (0.0, 10.0)},
        pipelines={("AT", "CZ"): (10.0, 0.0)},
        storage={"AT": (100.0, 0.0, 12.0, 12.0)},
        periods=2,
        slices=5,
    )

    assert {"AT": [0.0, 4.0], "CZ": [0.0, 4.0]} == near(cut(under(COOPERATIVE, case), case))
    assert {"AT": [0.0, 0.0], "CZ": [0.0, 8.0]} == near(cut(under(OWN_NEEDS_FIRST, case), case))


def test_the_price_at_home_falls_below_the_price_abroad_when_exports_stop():
    """With exports stopped one more MWh serves the country that has it; its neighbour would pay for a whole cut."""
    case = in_a_row(6.0)

    found = under(OWN_NEEDS_FIRST, case)
    price = found.matrix.values(found.solution.row_dual, "balance")[:, 0]
    home, abroad = price[case.node("NL")], price[case.node("FR")]

    assert 1_000.0 < home < abroad


@FEW
@given(networks())
def test_no_country_in_want_exports_on_balance(case):
    found = under(OWN_NEEDS_FIRST, case)

    assert 0.0 == exports_in_want(case, of(found, "flow"), of(found, "curtailment")).sum()
    assert found.solution.certificate.passes()


@FEW
@given(networks())
def test_no_rule_costs_less_than_cooperation_and_none_cuts_fewer_protected_customers_than_protected_first(case):
    plans = {rule: under(rule, case) for rule in RULES}
    costs = {rule: float(plan.matrix.cost @ plan.solution.col_value) for rule, plan in plans.items()}
    protected = {rule: protected_gwh(plan, case) for rule, plan in plans.items()}

    room = 1e-6 * (1.0 + abs(costs[COOPERATIVE]))
    assert costs[COOPERATIVE] <= min(costs.values()) + room
    assert protected[PROTECTED_FIRST] <= min(protected.values()) + 3e-6 * (1.0 + min(protected.values()))


@FEW
@given(networks())
def test_the_least_protected_curtailment_is_that_of_a_solve_with_every_slice(case):
    """Independent of lazy slices and warm starts: the full problem with protected curtailment as its cost."""
    found = under(PROTECTED_FIRST, case)
    matrix = compile_model(build_model(case))
    weight = cost_of(matrix, "curtailment", is_protected_slice(case)[:, None] * case.timeline.days)
    least = solve(with_objective(matrix, weight)).objective
    assert protected_gwh(found, case) == pytest.approx(least, abs=3e-6 * (1.0 + least))


def test_net_exports_count_what_arrives():
    case = far_away()

    assert [-2.0, 10.0] == pytest.approx(net_exports(case, np.array([[10.0]])).ravel().tolist())


def test_an_unknown_rule_is_refused():
    case = in_a_row(10.0)

    with pytest.raises(SolveError, match="cooperative, protected_first, own_needs_first"):
        under("equal", case)


def by_integers(case: Case) -> float:
    """Least cost under own_needs_first with every either-or as a 0-1 variable: an oracle of another kind."""
    matrix = compile_model(build_model(case))
    markets, count = int(case.is_market.sum()), len(case.timeline)
    pairs = markets * count
    flow, cuts = matrix.columns["flow"].slice, matrix.columns["curtailment"].slice
    exports, cutting = np.zeros((pairs, matrix.n_columns)), np.zeros((pairs, matrix.n_columns))
    unit = np.eye(len(case.pipelines.id) * count)
    sent = [net_exports(case, one.reshape(-1, count)).ravel() for one in unit]
    exports[:, flow] = np.array(sent).reshape(-1, pairs).T
    place = np.arange(matrix.n_columns)[cuts].reshape(markets, -1, count)
    for market, period in np.ndindex(markets, count):
        cutting[market * count + period, place[market, :, period]] = 1.0
    most_out, most_cut = np.abs(exports) @ _finite(matrix.col_upper), cutting @ _finite(matrix.col_upper)
    table = np.block(
        [
            [matrix.coefficients.toarray(), np.zeros((matrix.n_rows, pairs))],
            [exports, -np.diag(most_out)],
            [cutting, np.diag(most_cut)],
        ]
    )
    upper = np.concatenate([matrix.row_upper, np.zeros(pairs), most_cut])
    lower = np.concatenate([matrix.row_lower, np.full(2 * pairs, -np.inf)])
    found = milp(
        np.append(matrix.cost, np.zeros(pairs)),
        integrality=np.append(np.zeros(matrix.n_columns), np.ones(pairs)),
        bounds=Bounds(np.append(matrix.col_lower, np.zeros(pairs)), np.append(matrix.col_upper, np.ones(pairs))),
        constraints=LinearConstraint(table, lower, upper),
    )
    assert found.success, found.message
    return float(found.fun + matrix.cost_offset)


def _finite(upper: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(upper), upper, 0.0)


@FEW
@given(networks())
def test_the_rounds_never_claim_less_than_the_integer_optimum(case):
    found, least = under(OWN_NEEDS_FIRST, case).solution.objective, by_integers(case)

    assert least <= found + 1e-5 * (1.0 + abs(least))


@pytest.mark.parametrize("production", [6.0, 10.0, 18.0])
def test_the_rounds_find_the_integer_optimum_of_the_row_of_three(production):
    case = in_a_row(production)

    assert by_integers(case) == pytest.approx(under(OWN_NEEDS_FIRST, case).solution.objective)


@pytest.fixture(scope="module")
def cut_off():
    return study("full_cutoff_february", resolution="month")


@pytest.fixture(scope="module")
def told(cut_off):
    return politics(cut_off)


def test_the_schema_offers_the_rules_that_the_solver_knows():
    assert RULES == get_args(Scenario.model_fields["allocation"].annotation)


def test_a_surprise_obeys_the_rule_in_each_of_its_plans(cut_off):
    """Two plans; what was decided before the announcement is that of a plan that expects no shortage."""
    selfish = with_changes(cut_off.scenario, allocation=OWN_NEEDS_FIRST)
    found = solve_scenario(selfish, cut_off.data)
    first = found.stages[-1].first_period - 1

    assert 2 == len(found.stages)
    assert exports_in_want(found.case, cut_off.solved.values["flow"], cut_off.solved.values["curtailment"]).sum() > 0.0
    assert 0.0 == exports_in_want(found.case, found.values["flow"], found.values["curtailment"]).sum()
    assert found.objective_keur > cut_off.solved.objective_keur
    before, after = (one.values["withdrawal"][:, :first] for one in (cut_off.before, found))
    assert before == pytest.approx(after, abs=1e-6)
    assert "optimal" == to_results(found, cut_off.data).status  # tables close the balance and the costs, or raise


def test_plans_taken_over_change_nothing(cut_off):
    for rule in (PROTECTED_FIRST, OWN_NEEDS_FIRST):
        scenario = with_changes(cut_off.scenario, allocation=rule)
        alone = solve_scenario(scenario, cut_off.data)
        chained = solve_scenario(scenario, cut_off.data, [cut_off.before, cut_off.solved])
        assert alone.objective_keur == pytest.approx(chained.objective_keur, rel=1e-5)


@pytest.mark.slow
def test_weeks_by_way_of_longer_periods_obey_the_rule_too():
    found = study("full_cutoff_cold_winter").solved
    selfish = solve_scenario(with_changes(found.scenario, allocation=OWN_NEEDS_FIRST), load_data(), found)

    assert 0.0 == exports_in_want(selfish.case, selfish.values["flow"], selfish.values["curtailment"]).sum()
    assert selfish.objective_keur > found.objective_keur


def test_the_three_rules_stand_side_by_side(told, cut_off):
    rules = told.tables["The three rules: protected and other customers cut, and total cost"].set_index("rule")

    assert list(RULES) == rules.index.tolist()
    assert 0.0 == rules.loc[OWN_NEEDS_FIRST, "exports_in_want_twh"]
    assert rules.loc[COOPERATIVE, "exports_in_want_twh"] > 0.0
    assert rules.loc[COOPERATIVE, "total_cost_eur_bn"] * 1e6 == pytest.approx(cut_off.solved.objective_keur)
    assert (rules["more_than_cooperative_eur_bn"] >= 0.0).all()


def test_non_cooperation_moves_the_shortage_from_those_who_keep_gas_to_those_who_import(told):
    """Germany imports nearly all it burns; the Netherlands has fields, and LNG beside them."""
    table = told.table.set_index("country")

    assert table.loc["Germany", "non_cooperation_twh"] > 0.0 > table.loc["Netherlands", "non_cooperation_twh"]
    assert table.loc["Germany", "non_cooperation_eur_bn"] > 0.0 > table.loc["Netherlands", "non_cooperation_eur_bn"]
    everybody = table.drop(index="EU27")["non_cooperation_twh"]
    assert abs(everybody.sum()) < 0.01 * everybody.abs().sum()


def test_the_paragraph_tells_the_figures_of_the_tables(told):
    germany = told.table.set_index("country").loc["Germany"]

    assert f"Germany ({germany['non_cooperation_twh']:+,.1f} TWh" in told.words
    assert all(unit_of(name) for table in told.tables.values() for name in table.select_dtypes("number"))


def test_without_a_shortage_the_rules_agree_and_the_answer_says_so(tmp_path):
    calm = study("ns2_commissioned", resolution="month")
    found = politics(calm)

    assert "the three rules agree" in found.words
    assert not found.applies
    assert write_answers([found], calm, tmp_path / "impact.xlsx").is_file()
