"""Rules by which countries share a shortage: hand-solved toys, and what must hold on any network."""

from __future__ import annotations

import numpy as np
import pytest
from cases import HOUSEHOLDS, networks, with_households, with_targets, with_tiers
from hypothesis import given, settings
from scipy.optimize import Bounds, LinearConstraint, milp

from energy_model.errors import SolveError
from energy_model.lp import compile_model, solve
from energy_model.lp.extend import cost_of, with_objective
from energy_model.model import build_model
from energy_model.scenario.case import Case
from energy_model.scenario.toy import INDUSTRY, target, toy_case
from energy_model.solve.sharing import (
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
from energy_model.solve.slices import solve_from

FEW = settings(max_examples=40, deadline=None)


def under(rule: str, case: Case) -> Shared:
    matrix = compile_model(build_model(case))
    return share(rule, Shared(matrix, *solve_from(matrix, case)), case)


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
