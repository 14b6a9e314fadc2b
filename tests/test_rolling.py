"""Rolling foresight: plans made month by month, in which stock has the value of the months ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from cases import answer
from toy_package import toy_data

from energy_model import GasData, Results, Scenario, load_data, load_scenario, run, with_changes
from energy_model.data.mechanisms import MECHANISMS
from energy_model.plan.ahead import MonthsAhead
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.plan.outlook import duties
from energy_model.plan.rolling import below_duty
from energy_model.plan.stages import Step, compiled
from energy_model.plan.window import case_of, window
from energy_model.report.workbook import write_workbook
from energy_model.results.tables import build_tables
from energy_model.scenario.records import FillingTarget
from energy_model.scenario.schema import Horizon
from energy_model.scenario.toy import toy_case


@pytest.fixture(scope="module")
def data() -> GasData:
    return load_data()


def rolling(name: str) -> Scenario:
    return with_changes(load_scenario(name), resolution="month", foresight="rolling")


@pytest.fixture(scope="module")
def calm(data: GasData) -> Solved:
    return solve_scenario(rolling("reference"), data)


@pytest.fixture(scope="module")
def cut(data: GasData) -> Solved:
    return solve_scenario(rolling("full_cutoff_february"), data)


def filling(solved: Solved, day: str, group: str = "EU27") -> float:
    """Share of the working gas of a group's stores on a morning."""
    starts = [str(start) for start in solved.case.timeline.starts]
    mine = solved.case.inside(group)[solved.case.storage.node]
    level = solved.values["level"][mine, starts.index(day)]
    return float(level.sum() / solved.case.storage.working_gas[mine].sum())


def test_stores_are_filled_for_the_winter_though_nobody_is_told_to(calm: Solved) -> None:
    """No customary level and none at the end of the horizon: what the winters to come are worth fills them."""
    assert not any(target.kind != "legal" for target in calm.case.storage.targets)
    assert 0.75 < filling(calm, "2022-11-01") < 0.95


def test_the_end_of_the_horizon_empties_no_store(calm: Solved) -> None:
    mine = calm.case.inside("EU27")[calm.case.storage.node]
    left = calm.values["level"][mine, -1].sum() / calm.case.storage.working_gas[mine].sum()

    assert 0.15 < left < 0.5


def test_each_plan_is_proven_optimal_and_says_what_it_expects(calm: Solved) -> None:
    assert len(calm.stages) == len(calm.expected) == 15
    for stage, expected in zip(calm.stages, calm.expected, strict=True):
        assert stage.status == "optimal"
        assert expected.decided_on == stage.decided_on
        assert expected.lowest_share <= expected.mean_share <= expected.highest_share
        assert (np.diff(expected.values_eur_per_mwh) <= 1e-9).all()
    assert {str(one.day) for one in calm.expected[:10]} == {"2022-11-01"}


def test_gas_saved_in_winter_is_worth_what_refilling_costs_in_the_summer_after(calm: Solved) -> None:
    """On 1 April: at most the price of the summer ahead and a little more, as another MWh need not be bought then."""
    spring = next(one for one in calm.expected if str(one.valued_on) == "2022-04-01")
    summer = [one.marginal_cost_eur_per_mwh for one in calm.expected if one.decided_on.month in (5, 6, 7, 8)]

    assert spring.stock_value_eur_per_mwh == pytest.approx(np.mean(summer), rel=0.15)
    assert all(one.values_eur_per_mwh[-1] <= one.stock_value_eur_per_mwh for one in calm.expected)


def test_a_higher_duty_is_missed_in_more_branches_and_a_tenth_in_none(data: GasData, calm: Solved) -> None:
    """From 1 May to 1 November: nearly full, a tenth, and a level between the lowest and the highest branch."""
    ahead, day = MonthsAhead(calm.scenario, data), date(2022, 5, 1)
    step = Step(day, calm.case, number=99)
    stock = np.maximum(calm.values["level"][:, calm.case.timeline.boundary_at(day)], 0.0)
    outlook = ahead(step, stock, day)
    told = next(one for one in calm.expected if one.decided_on == day)
    mine = tuple(sorted(int(s) for zone in outlook.leading for s in zone.stores))
    gas = float(calm.case.storage.working_gas[list(mine)].sum())
    weight = np.outer(outlook.fan.weather_weight, outlook.fan.lng_weight)

    def missed(share: float) -> float:
        duty = FillingTarget("a duty", "legal", mine, date(2022, 11, 1), share * gas, 100.0)
        return below_duty(replace(outlook, case=outlook.case.with_("storage", targets=(duty,))), stock, day, weight)

    middle = missed((told.lowest_share + told.highest_share) / 2.0)
    assert missed(0.1) == 0.0
    assert 0.0 < middle < missed(0.999) <= 1.0
    assert np.isnan(told.below_duty_probability), "duties of single countries are none of the group"


def test_two_winters_are_planned_as_one_is(data: GasData) -> None:
    """To 31 October 2024: the second winter's plans expect the second November, and stores are full for it again."""
    longer = with_changes(
        rolling("full_cutoff_february"), horizon=Horizon(start=date(2022, 1, 1), end=date(2024, 10, 31))
    )

    found = solve_scenario(longer, data)

    days = [str(one.day) for one in found.expected]
    assert [days.count(f"{year}-11-01") for year in (2022, 2023, 2024)] == [11, 12, 12]
    assert {stage.status for stage in found.stages} == {"optimal"}
    assert filling(found, "2023-11-01") > filling(found, "2023-04-01") + 0.2


def test_the_workbook_shows_what_each_plan_expected(data: GasData, tmp_path: Path) -> None:
    found = run(rolling("reference"), data)
    path = write_workbook([found], tmp_path / "one.xlsx", data=data)
    rows = [row for row in openpyxl.load_workbook(path)["Plans"].iter_rows(values_only=True) if row[1] == "2022-06-01"]

    plan = found.tables["plans"].set_index("decided_on").loc["2022-06-01"]
    assert len(rows) == 1
    assert rows[0][3] == pytest.approx(plan["expected_filling_share"])
    assert rows[0][7] == pytest.approx(plan["stock_value_eur_per_mwh"])
    assert list(rows[0][9:14]) == sorted(rows[0][9:14], reverse=True), "the fuller, the less another MWh is worth"


def test_before_a_surprise_nothing_differs(calm: Solved, cut: Solved) -> None:
    """Nobody knows of the stop of 15 February before that day."""
    before = calm.case.timeline.boundary_at(cut.scenario.announcements()[0])

    assert np.allclose(calm.values["flow"][:, :before], cut.values["flow"][:, :before])
    assert np.allclose(calm.values["level"][:, : before + 1], cut.values["level"][:, : before + 1])


def test_next_to_nothing_that_becomes_known_within_a_month_costs_next_to_nothing(data: GasData, calm: Solved) -> None:
    """A ten-thousandth of one seller's gas on one day: the plan of that day knows what lies in the stores on it.

    Taken for the stock of the next first of a month, it made gas in store dear in spring, by 1.3 bn EUR in all.
    """
    day = date(2022, 4, 10)
    little = {"kind": "supply_cut", "supplier": "NO", "remaining_share": 0.9999, "start": day, "end": day}
    scenario = rolling("reference")
    found = solve_scenario(with_changes(scenario, measures=(*scenario.measures, little)), data)
    said = {one.decided_on: one.mean_share for one in (*calm.expected, *found.expected)}

    assert found.objective_keur == pytest.approx(calm.objective_keur, rel=0.006)
    assert said[day] == pytest.approx(said[date(2022, 4, 1)], abs=0.02)


def test_a_cut_costs_no_more_before_the_winter_than_it_is_expected_to_cost_in_it(cut: Solved) -> None:
    """The marginal cost of gas before 1 November is at most what a unit in store is expected to be worth after it, with
    the gas lost in the cycle, the cost of putting in and taking out, and interest until then."""
    line, stock = cut.case.timeline, cut.case.storage
    markets = cut.case.is_market & cut.case.inside("EU27")
    price = cut.duals["balance"][markets] / line.days
    winter = line.boundary_at(cut.expected[0].day)
    after = np.arange(line.boundary_at(cut.scenario.announcements()[0]), winter)
    used = np.median(price[:, after], axis=0)
    interest = stock.holding_cost * float(line.days[after].sum())
    allowed = price[:, winter:].mean() * (1.0 + stock.cycle_loss_share) + stock.injection_cost + interest + 1.0
    assert used.mean() <= allowed


def test_volumes_over_the_horizon_hold_over_all_plans(cut: Solved, calm: Solved) -> None:
    for solved in (calm, cut):
        supply, days = solved.case.supply, solved.case.timeline.days
        assert ((supply.use * solved.values["supply"]) @ days <= supply.volume * (1.0 + 1e-9) + 1e-6).all()
        landed = float((solved.values["lng_supply"] @ days).sum())
        assert landed <= solved.case.lng.europe_limit.sum() * (1.0 + 1e-9)


def test_lng_of_a_month_is_gone_when_it_is_not_taken(cut: Solved) -> None:
    """What the months before the stop left is not landed after it: no month exceeds its own part."""
    line, lng = cut.case.timeline, cut.case.lng
    taken = line.month_days @ cut.values["lng_supply"].sum(axis=0)

    assert (taken <= lng.europe_limit * (1.0 + 1e-9) + 1e-6).all()


def test_the_tables_close_and_the_costs_add_up(data: GasData) -> None:
    """``run`` raises if a balance stays open or the costs are not those of the objective."""
    found: Results = run(rolling("full_cutoff_february"), data)

    assert found.status == "optimal"
    assert found.statistics.curtailed.value(region="EU27") > 0.0


def test_plans_month_by_month_know_every_mechanism(data: GasData) -> None:
    """Months, contracts, bookings and the world market of LNG: the costs add up, and stores are filled for winter."""
    keys = dict.fromkeys(MECHANISMS, True)

    found = solve_scenario(with_changes(rolling("full_cutoff_february"), **keys), data)

    assert {stage.status for stage in found.stages} == {"optimal"}
    assert build_tables(found)["costs"]["cost_eur"].sum() > 0.0
    assert 0.5 < filling(found, "2022-11-01") < 0.95


def test_caution_values_gas_in_store_higher(data: GasData, cut: Solved) -> None:
    """Half the weight on the worst fifth: every step of stock is worth more, on the day of the stop already."""
    careful = solve_scenario(with_changes(rolling("full_cutoff_february"), caution_share=0.5), data)

    day = cut.scenario.announcements()[0]
    usual, more = (
        next(np.array(one.values_eur_per_mwh) for one in found.expected if one.decided_on == day)
        for found in (cut, careful)
    )
    assert (more > usual).mean() > 0.9
    assert more[len(more) // 2] > usual[len(usual) // 2] + 5.0


def test_low_lng_is_learned(data: GasData) -> None:
    """LNG stays low: on the first day as much is expected of 1 November as in a central year, then ever less."""
    usual, means = (
        [one.mean_share for one in found.expected if str(one.day) == "2022-11-01"]
        for found in (
            solve_scenario(with_changes(rolling("reference"), lng_case=case), data) for case in ("central", "low")
        )
    )

    assert means[0] == pytest.approx(usual[0], abs=1e-6)
    assert means[0] > 0.75
    assert means[6] < means[0] - 0.1


def test_an_announced_weather_is_certain_on_its_days_and_no_colder_than_it_is(data: GasData) -> None:
    """The cold winter is heard of on 1 October: until then, and after it, months are as spread as without it."""
    scenario = rolling("full_cutoff_cold_winter")
    ahead = MonthsAhead(scenario, data.at(scenario.as_of))
    before, after = (ahead.known(day) for day in (date(2022, 9, 30), date(2022, 10, 1)))
    usual, told = ahead.in_weathers(before), ahead.in_weathers(after)
    first, end = (after.timeline.boundary_at(day) for day in (date(2022, 10, 1), date(2023, 4, 1)))
    cold = ahead.fan.weathers.index("cold_1_in_20")

    assert (np.ptp(usual.sum(axis=(1, 2)), axis=0) > 0.0).all()
    assert told[..., first:end] == pytest.approx(
        np.broadcast_to(usual[cold][..., first:end], (len(told), *usual[cold][..., first:end].shape))
    )
    assert after.demand.rate[..., first:end] == pytest.approx(usual[cold][..., first:end])
    assert told[..., :first] == pytest.approx(usual[..., :first])
    assert told[..., end:] == pytest.approx(usual[..., end:])


def test_a_package_without_a_fan_has_one_branch() -> None:
    """The toy package has no ``fan.csv``: its usual weather and its middle supply of LNG are certain."""
    toys = toy_data()
    scenario = with_changes(load_scenario("reference", toys.root, toys), foresight="rolling", resolution="month")

    found = solve_scenario(scenario, toys)

    for expected in found.expected:
        assert expected.lowest_share == pytest.approx(expected.highest_share)


def test_a_window_is_the_whole_if_it_has_all_periods() -> None:
    case = toy_case({"A": [5.0, 8.0, 8.0]}, supply={"A": (7.0, 10.0)}, storage={"A": (4.0, 2.0, 2.0, 1.0)}, periods=3)
    whole = compiled(case)
    start = np.where(np.isfinite(whole.col_lower), whole.col_lower, 0.0)

    part = window(whole, start, case.timeline, 0, 3)

    assert len(part.columns) == whole.n_columns - 1  # the level at the beginning is given
    assert answer(case_of(case, 0, 3)).cost == pytest.approx(answer(case).cost)


def test_a_window_inherits_what_was_used_and_leaves_its_part_of_a_volume() -> None:
    """3 a day for three days, and a volume of 6. A day that took 1 leaves 5 for two days: 2.5 for the next one."""
    case = toy_case({"A": [5.0, 5.0, 5.0]}, supply={"A": (3.0, 10.0)}, periods=3)
    case = case.with_("supply", volume=np.array([6.0]))
    whole = compiled(case)
    taken = np.zeros(whole.n_columns)
    taken[whole.columns["supply"].slice] = [1.0, 0.0, 0.0]

    part = window(whole, taken, case.timeline, 1, 2)

    assert part.matrix.block_array("row_upper", "supply_limit").tolist() == [2.5]


def test_a_target_that_is_not_known_yet_moves_no_plan(data: GasData) -> None:
    """A duty that becomes known in July leaves the plans before as they were."""
    calm = solve_scenario(rolling("reference"), data).case
    late = tuple(replace(target, known_on=date(2022, 7, 1)) for target in calm.storage.targets)
    case = calm.with_("storage", targets=late)

    assert not duties(case, date(2022, 6, 1))
    assert len(duties(case, date(2022, 7, 1))) == len(late)
