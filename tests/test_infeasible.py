"""An infeasible case names what is asked and the limits that leave no room for it."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.data.load import GasData
from energy_model.data.package import data_root
from energy_model.errors import InfeasibleError
from energy_model.lp import LiveModel, compile_model
from energy_model.lp.clash import clashes
from energy_model.model import build_model
from energy_model.model.clashes import explain
from energy_model.plan.foresight import solve_scenario
from energy_model.plan.stages import Decisions
from energy_model.scenario import Case, Scenario, apply
from energy_model.scenario.toy import toy_case
from energy_model.scenario.world import base_case

NAMES = {"A": "Atlantis", "B": "Bensalem"}


def told(case: Case) -> tuple[str, ...]:
    """What contradicts what in a case that has no solution."""
    error = explain(compile_model(build_model(case)), case, names=NAMES)
    assert error is not None
    return error.contradictions


def must_carry(case: Case, **minimum: float) -> Case:
    """A case in which pipelines, written as ``A_B``, have a minimum flow."""
    least = case.pipelines.minimum.copy()
    for pipeline, rate in minimum.items():
        least[case.pipelines.id == pipeline.replace("_", ">")] = rate
    return case.with_("pipelines", minimum=least)


def chain(periods: int = 1) -> Case:
    """Field R feeds A, and A feeds B; N feeds D, which is joined to neither."""
    return toy_case(
        demand={"A": 4.0, "B": 4.0, "D": 5.0},
        pipelines={("R", "A"): (10.0, 1.0), ("A", "B"): (9.0, 1.0), ("N", "D"): (9.0, 1.0)},
        supply={"R": (3.0, 5.0), "N": (8.0, 5.0)},
        periods=periods,
    )


def test_a_case_with_a_solution_contradicts_nothing() -> None:
    case = must_carry(chain(), R_A=3.0)

    assert explain(compile_model(build_model(case)), case) is None


def test_a_minimum_flow_above_what_the_field_gives_names_both() -> None:
    assert (
        "pipeline R>A from R to Atlantis (A) has to carry at least 5 GWh/d, but step R:base in R gives at most 3 GWh/d;"
        " that is 2 GWh too much",
    ) == told(must_carry(chain(), R_A=5.0))


def test_the_limit_is_found_upstream_of_a_country_that_can_be_cut_whole() -> None:
    assert (
        "pipeline A>B from Atlantis (A) to Bensalem (B) has to carry at least 3.5 GWh/d, but step R:base in R gives at"
        " most 3 GWh/d; that is 0.5 GWh too much",
    ) == told(must_carry(chain(), A_B=3.5))


def test_a_minimum_flow_above_capacity_is_named_and_does_not_hide_another_contradiction() -> None:
    found = told(must_carry(chain(), R_A=2.0, A_B=12.0, N_D=7.0))

    assert 3 == len(found)
    assert found[0].startswith("pipeline A>B from Atlantis (A) to Bensalem (B) has to carry at least 12 GWh/d, but ")
    assert "can carry at most 9 GWh/d; that is 3 GWh too much" in found[0]
    assert any("step R:base in R gives at most 3 GWh/d" in one for one in found)
    assert any("pipeline N>D from N to D has to carry at least 7 GWh/d, but D uses at most 5 GWh/d" in o for o in found)


def test_periods_of_one_contradiction_are_told_once_with_their_days() -> None:
    case = chain(periods=6)
    least = case.pipelines.minimum.copy()
    least[0, 1:4] = [4.0, 5.0, 6.0]

    assert (
        "pipeline R>A from R to Atlantis (A) has to carry at least 4 to 6 GWh/d from 2 January 2022 to 4 January 2022,"
        " but step R:base in R gives at most 3 GWh/d from 2 January 2022 to 4 January 2022; that is 6 GWh too much",
    ) == told(case.with_("pipelines", minimum=least))


def stock_only() -> Case:
    """A country that has nothing but a store, and a neighbour it feeds, on four days."""
    return toy_case(
        demand={"A": 4.0, "B": 4.0},
        pipelines={("A", "B"): (9.0, 1.0)},
        storage={"A": (20.0, 1.0, 9.0, 10.0)},
        periods=4,
    )


def test_a_stock_that_runs_out_is_a_limit() -> None:
    assert (
        "pipeline A>B from Atlantis (A) to Bensalem (B) has to carry at least 3 GWh/d, but storage A storage in"
        " Atlantis (A) holds, when the horizon begins, 10 GWh on 1 January 2022; that is 2 GWh too much",
    ) == told(must_carry(stock_only(), A_B=3.0))


def lng_case(**changes: object) -> Case:
    """A market with a terminal that has to send out 3 GWh/d on each of two days."""
    case = toy_case(demand={"A": 4.0}, lng={"A": (5.0, 10.0, 1.0)}, periods=2)
    return case.with_("lng", **{"sendout_minimum": np.full((1, 2), 3.0), **changes})


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({"rate": np.full((1, 2), 2.0)}, "LNG step SEA:base gives at most 2 GWh/d; that is 2 GWh too much"),
        ({"volume": np.array([5.0])}, "LNG step SEA:base gives at most 5 GWh over the horizon; that is 1 GWh too much"),
        ({"route_open": np.zeros((1, 2))}, "LNG of SEA to Atlantis (A) is allowed up to 0 GWh/d; that is 6 GWh too"),
        ({"europe_limit": np.array([4.0])}, "LNG of all importers "),
        (
            {"sendout": np.full((1, 2), 1.0)},
            "terminal A terminal in Atlantis (A) can send out at most 1 GWh/d;",
        ),
    ],
)
def test_a_minimum_send_out_above_cargoes_names_the_terminal_and_what_limits_them(
    changes: dict[str, object], limit: str
) -> None:
    (found,) = told(lng_case(**changes))

    asked, _, limits = found.partition(", but ")
    assert "terminal A terminal in Atlantis (A) has to send out at least 3 GWh/d" == asked
    assert limits.startswith(limit)


def test_gas_in_store_that_cannot_get_out_in_time_is_named() -> None:
    (found,) = told(toy_case(demand={"A": 4.0}, storage={"A": (10.0, 1.0, 2.0, 15.0)}, periods=2))

    assert found.startswith("storage A storage in Atlantis (A) holds, when the horizon begins, 15 GWh")
    assert "can hold at most 10 GWh on 2 January 2022" in found
    assert "can give at most 2 GWh/d on 1 January 2022" in found


def test_a_curve_that_falls_below_zero_is_named() -> None:
    case = toy_case(demand={"A": 4.0}, storage={"A": (10.0, 1.0, 2.0, 1.0)}, periods=2)
    line = {"curve_storage": np.array([0]), "curve_kind": np.array(["withdrawal"]),
            "curve_intercept": np.array([-0.5]), "curve_slope": np.array([1.5])}  # fmt: skip

    (found,) = told(case.with_("storage", **line))

    assert "storage A storage in Atlantis (A) has a withdrawal curve with a line from -50% of the rate" in found
    assert "to 100% when full" in found


def test_demand_that_no_tier_cuts_is_named() -> None:
    case = toy_case(demand={"A": 4.0}, supply={"A": (1.0, 1.0)})

    assert (
        "Atlantis (A) has to be supplied with, or cut by, 4 GWh/d, but Atlantis (A) can be cut by at most 2 GWh/d;"
        " step A:base in Atlantis (A) gives at most 1 GWh/d",
    ) == told(case.with_("demand", tier_share=np.array([0.5])))


def test_what_was_decided_before_is_a_limit_of_what_is_asked_later() -> None:
    case = stock_only()
    plain = compile_model(build_model(case))
    used_up = LiveModel(plain).solve()
    asked = case.pipelines.minimum.copy()
    asked[0, 2:] = 4.0
    later = case.with_("pipelines", minimum=asked)
    left = float(plain.values(used_up.col_value, "level")[0, 2])
    frozen = Decisions.of(plain, used_up).frozen(compile_model(build_model(later)), 2)

    error = explain(frozen, later, first=2, names=NAMES)

    assert left < 8.0
    assert error is not None
    (found,) = error.contradictions
    assert found.startswith(
        "pipeline A>B from Atlantis (A) to Bensalem (B) has to carry at least 4 GWh/d from 3 January"
    )
    assert f"storage A storage in Atlantis (A) was fixed before 3 January 2022 at {left:g} GWh" in found


def test_the_proof_holds_by_hand() -> None:
    matrix = compile_model(build_model(must_carry(chain(), R_A=5.0)))

    (clash,) = clashes(matrix)

    low = {matrix.columns["flow"].start}
    assert low == set(clash.columns_low.tolist())
    assert {matrix.columns["supply"].start} == set(clash.columns_high.tolist())
    assert 2.0 == pytest.approx(clash.missed.sum())


def test_the_error_says_how_many_there_are_and_survives_another_process() -> None:
    error = explain(compile_model(build_model(case := must_carry(chain(), R_A=5.0, N_D=7.0))), case)

    assert error is not None
    assert str(error).startswith("the problem is infeasible: 2 contradictions\n  pipeline ")
    assert str(error).endswith("\nlower what is asked, or raise one of the limits; in tables and in measures alike")
    assert str(error) == str(pickle.loads(pickle.dumps(error)))


def test_a_minimum_flow_of_a_pipeline_that_a_cut_empties_is_told_on_the_network_of_europe(
    monthly: Callable[..., Scenario], data: GasData
) -> None:
    scenario = monthly("full_cutoff_february")
    vintage = data.at(scenario.as_of)

    def worlds(announced: tuple[date, ...]) -> Case:
        world = base_case(vintage, scenario, announced=announced)
        least = np.where(world.pipelines.id == "yamal_kondratki", 300.0, 0.0)
        return world.with_("pipelines", minimum=np.repeat(least[:, None], len(world.timeline), axis=1))

    with pytest.raises(InfeasibleError) as caught:
        solve_scenario(scenario, vintage, worlds=worlds, base=worlds(tuple(scenario.announcements())))

    (found,) = caught.value.contradictions
    assert "pipeline yamal_kondratki (Yamal-Europe, Kondratki) from Belarus (transit) (BYT) to Poland (PL)" in found
    assert "has to carry at least 300 GWh/d" in found
    assert "can carry at most 0 GWh/d" in found


def test_low_calorific_gas_that_is_promised_and_not_there_names_fields_and_conversion(
    monthly: Callable[..., Scenario], data: GasData
) -> None:
    scenario = monthly("reference")
    vintage = data.at(scenario.as_of)
    case = apply(scenario, vintage)
    own = case.low_calorific
    assert own is not None
    least = np.where(case.pipelines.id[:, None] == "vip_ttf_gaspool_l_nl_de", 0.9 * case.pipelines.capacity, 0.0)
    scarce = case.with_("low_calorific", conversion=0.0 * own.conversion, produced_share=0.02 * own.produced_share)
    short = scarce.with_("pipelines", minimum=least)

    error = explain(compile_model(build_model(short)), short, names={"NL": "Netherlands"})

    assert error is not None
    (found,) = error.contradictions
    assert "Netherlands (NL) needs low-calorific gas of at least" in found
    assert "from Netherlands (NL) to DE has to carry at least 113.8 GWh/d" in found
    assert "Netherlands (NL) can convert to low-calorific gas at most 0 GWh/d" in found


def test_a_convex_curve_of_a_data_package_is_told_by_the_command_line(tmp_path: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(data_root(), root)
    curve = pd.read_csv(root / "storage_curve.csv", dtype=str)
    withdrawal = (curve["storage"] == "default") & (curve["direction"] == "withdrawal")
    curve.loc[withdrawal & (curve["fill_share"] == "0.5"), "rate_share"] = "0.01"
    curve.to_csv(root / "storage_curve.csv", index=False)
    scenario = tmp_path / "cold.toml"
    scenario.write_text(
        'id = "cold"\ntitle = "Cold"\ndescription = "d"\nbased_on = "full_cutoff_february"\nresolution = "month"\n'
    )
    words = ["run", str(scenario), "--data", str(root), "--out", str(tmp_path / "out")]

    found = CliRunner().invoke(app, [*words, "--accept-data-errors"])

    said = " ".join(found.output.split())
    assert 1 == found.exit_code
    assert "the problem is infeasible" in said
    assert "storage de_storage in Germany (DE) holds, when the horizon begins," in said
    assert "has a withdrawal curve with a line from 129% of the rate when empty to -127% when full" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").rglob("*.csv"))
