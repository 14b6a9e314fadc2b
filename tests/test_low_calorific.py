"""Low-calorific gas: a second quality with customers, wells, stores, pipelines and conversion of its own.

The toy: A has wells and converts, B burns. Cheap gas of R reaches B directly; the line from A to B carries
low-calorific gas and nothing else; other gas of A goes by way of R.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from cases import answer, as_solved, tables, with_households, with_tiers

from energy_model import GasData, Scenario, load_scenario, run, with_changes
from energy_model.lp import compile_model
from energy_model.model import build_model
from energy_model.model.periods import decided, freeze
from energy_model.model.recompile import Recompiler
from energy_model.results.inputs import input_tables
from energy_model.scenario.case import SECTORS, Case
from energy_model.scenario.low_calorific import LowCalorific
from energy_model.scenario.toy import INDUSTRY, toy_case
from energy_model.scenario.world import base_case

HOUSEHOLDS = SECTORS.index("households")
LINE = "A>B"


def quality(case: Case, **numbers: dict[str, float]) -> Case:
    """The case with low-calorific gas; numbers by node, neutral where nothing is said."""
    nodes, periods = ("A", "B"), len(case.timeline)

    def of(name: str, shape: tuple[int, ...]) -> np.ndarray:
        return np.stack([np.full(shape, numbers.get(name, {}).get(node, 0.0)) for node in nodes])

    part = LowCalorific(
        node=np.array([case.node(node) for node in nodes]),
        line=np.flatnonzero(case.pipelines.id == LINE),
        household_share=of("household_share", (periods,)),
        conversion=of("conversion", (periods,)),
        produced_share=of("produced_share", (periods,)),
        tie_break=np.full((2, periods), 1e-4),
        stored_share=of("stored_share", ()),
    )
    return replace(case, low_calorific=part)


def toy(periods: int = 1) -> Case:
    """B: 20 of industry and 10 of households. A makes 12 at 15 EUR/MWh, R sends up to 50 at 10 EUR/MWh."""
    case = toy_case(
        demand={"A": [1.0] * periods, "B": [20.0] * periods},
        pipelines={("R", "B"): (50.0, 1.0), ("A", "B"): (12.0, 1.0), ("A", "R"): (50.0, 1.0)},
        supply={"R": (50.0, 10.0), "A": (12.0, 15.0)},
        periods=periods,
    )
    case = with_households(case, "B", 10.0)
    return with_tiers(case, ("industry", INDUSTRY, 1.0, 300.0, False, 1), ("home", HOUSEHOLDS, 1.0, 900.0, True, 1))


def test_cheaper_gas_of_another_quality_does_not_displace_what_households_burn() -> None:
    """8 of 10 burn nothing else: they come from A, though R is cheaper; without the quality all comes from R."""
    case = quality(toy(), household_share={"B": 0.8}, produced_share={"A": 1.0})

    assert answer(toy()).flow(LINE) == pytest.approx([0.0])
    assert answer(case).flow(LINE) == pytest.approx([8.0])
    assert answer(case).flow("R>B") == pytest.approx([22.0])


def test_conversion_adds_no_energy_and_is_a_call_on_other_gas() -> None:
    """Half of what A makes is low-calorific: 2 more are converted, out of the other half."""
    case = quality(toy(), household_share={"B": 0.8}, produced_share={"A": 0.5}, conversion={"A": 9.0})
    found = answer(case)

    assert found.of("low_calorific_converted")[0, 0] >= 8.0 - 0.5 * 9.0 - 1e-6
    assert found.supply("A") == pytest.approx([9.0])
    assert found.curtailed("B") == pytest.approx([0.0])


def test_where_it_is_short_its_customers_are_cut_while_other_gas_abounds() -> None:
    """A makes at most 12 x 0.5 of it, so 2 of 8 are cut, although R could send more."""
    case = quality(toy(), household_share={"B": 0.8}, produced_share={"A": 0.5})
    found = answer(case)

    assert found.curtailed("B") == pytest.approx([2.0])
    assert found.flow("R>B") < 50.0
    assert found.of("low_calorific_spared")[1] == pytest.approx([2.0])


def test_who_saves_needs_less_of_it() -> None:
    """Households that use half as much burn half as much of it: the need follows demand after all measures."""
    case = quality(toy(), household_share={"B": 0.8}, produced_share={"A": 1.0})
    rate = case.demand.rate.copy()
    rate[:, HOUSEHOLDS] *= 0.5

    assert answer(case.with_("demand", rate=rate)).flow(LINE) == pytest.approx([4.0])


def test_stores_give_back_the_share_that_they_hold() -> None:
    """B draws 5 from store, of which 0.4 is low-calorific: A has to send 2 less."""
    case = toy_case(
        demand={"A": [1.0], "B": [20.0]},
        pipelines={("R", "B"): (21.0, 1.0), ("A", "B"): (12.0, 1.0)},
        supply={"R": (50.0, 10.0), "A": (12.0, 150.0)},
        storage={"B": (10.0, 5.0, 5.0, 5.0)},
    )
    case = with_tiers(
        with_households(case, "B", 10.0),
        ("industry", INDUSTRY, 1.0, 300.0, False, 1),
        ("home", HOUSEHOLDS, 1.0, 900.0, True, 1),
    )
    case = quality(case, household_share={"B": 0.8}, produced_share={"A": 1.0}, stored_share={"B": 0.4})
    found = answer(case)

    assert found.withdrawn("B") == pytest.approx([5.0])
    assert found.flow(LINE) == pytest.approx([8.0 - 2.0])


def test_its_rows_and_columns_freeze_sum_and_report_by_themselves() -> None:
    """No file of results, plan or fast names the feature: it is known by its declaration."""
    case = quality(toy(periods=2), household_share={"B": 0.8}, produced_share={"A": 0.5}, conversion={"A": 9.0})
    found = answer(case)
    frozen = freeze(found.matrix, decided(found.matrix, found.solution.col_value), 1)
    for name in ("low_calorific_converted", "low_calorific_spared"):
        lower, upper = frozen.block_array("col_lower", name), frozen.block_array("col_upper", name)
        assert lower[..., 0] == pytest.approx(found.of(name)[..., 0])
        assert upper[..., 0] == pytest.approx(found.of(name)[..., 0])
        assert (lower[..., 1] < upper[..., 1]).any()

    told = tables(found)["low_calorific"]
    converted = told.query("node == 'A'")["converted_gwh_per_day"]
    assert converted.to_numpy() == pytest.approx(found.of("low_calorific_converted")[0])
    stored = input_tables(case)["low_calorific"]
    assert stored.query("node == 'B'")["household_share"].tolist() == [0.8, 0.8]
    assert tables(answer(toy()))["low_calorific"].empty


def test_another_need_is_another_number_and_no_other_model() -> None:
    one = quality(toy(), household_share={"B": 0.8}, produced_share={"A": 1.0})
    other = quality(toy(), household_share={"B": 0.6}, produced_share={"A": 0.9})
    recompiler = Recompiler()

    for case in (one, other, toy(), one):
        assert recompiler.matrix(case).equals(compile_model(build_model(case)))


def test_a_case_without_any_need_costs_what_it_costs_without_the_quality() -> None:
    case = quality(toy(), produced_share={"A": 1.0})

    assert answer(case).cost == pytest.approx(answer(toy()).cost)
    assert as_solved(answer(case)).values["low_calorific_spared"].sum() == pytest.approx(0.0)


# On the data ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference(data: GasData) -> Scenario:
    return with_changes(load_scenario("reference", data.root), resolution="month")


def test_lines_for_low_calorific_gas_carry_what_households_there_burn(reference: Scenario, data: GasData) -> None:
    """At least what is burnt beyond own production, stores and saving; without the quality nothing flows there."""
    flows = run(reference, data)["flows"].query("period <= 12")
    energy = flows.groupby("pipeline", observed=True)["energy_gwh"].sum() / 1e3
    mixed = run(with_changes(reference, low_calorific=False), data)["flows"].query("period <= 12")

    assert 40.0 < energy["hilvarenbeek_nl_be"] < 66.0, "54 TWh (45 to 66) were expected for 2022"
    assert 20.0 < energy["blaregnies_l_be_fr"] < energy["hilvarenbeek_nl_be"]
    assert 55.0 < energy["vip_ttf_gaspool_l_nl_de"] + energy["vip_ttf_ncg_l_nl_de"] < 105.0, "82 TWh (55 to 105)"
    assert mixed.groupby("pipeline", observed=True)["energy_gwh"].sum()["hilvarenbeek_nl_be"] < 1_000.0


def test_the_need_falls_with_the_conversion_of_customers(reference: Scenario, data: GasData) -> None:
    case = base_case(data.at(reference.as_of), reference)
    part = case.low_calorific
    belgium, germany = (int(np.flatnonzero(case.nodes[part.node] == code)[0]) for code in ("BE", "DE"))

    need = part.need(case.demand.sectors, case.demand.rate)
    may, june, december, january = (
        case.timeline.starts.index(date(*day)) for day in ((2022, 5, 1), (2022, 6, 1), (2022, 12, 1), (2023, 1, 1))
    )

    assert part.household_share[belgium, may] > part.household_share[belgium, june]
    assert part.household_share[germany, december] > part.household_share[germany, january]
    assert (need[:, december] > 2.0 * need[:, june]).all(), "it is burnt for heat"


def test_wells_give_less_of_it_once_the_large_field_is_at_its_minimum(reference: Scenario, data: GasData) -> None:
    case = base_case(data.at(reference.as_of), reference)
    dutch = int(np.flatnonzero(case.nodes[case.low_calorific.node] == "NL")[0])
    september, october = (case.timeline.starts.index(date(2022, month, 1)) for month in (9, 10))
    share = case.low_calorific.produced_share[dutch]

    assert share[october] < 0.5 * share[september]
