"""Supply by month: gas belongs to its month, within the swing that contracts allow; known flows are not planned anew.

The toy: S sends gas at 10 EUR/MWh under a contract for 10 GWh a day, two months of 30 days, a tenth of swing. Cargoes
cost 30.00 in the first month and 30.01 in the second; A burns 20.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import answer, cost, everything, networks
from hypothesis import given
from hypothesis import strategies as st
from oracle import least_cost
from test_one_optimum import assert_same_plan, two_ways
from toy_package import MONTHS, write_toy

from energy_model import GasData, Scenario, load_data, load_scenario, run, with_changes
from energy_model.data.check import check_data
from energy_model.data.mechanisms import MECHANISMS
from energy_model.results.run import Results
from energy_model.scenario import apply
from energy_model.scenario.case import Case
from energy_model.scenario.supply_by_month import SupplyByMonth
from energy_model.scenario.toy import toy_case
from energy_model.scenario.world import base_case

EXPECTED, SWING, DAYS = 10.0, 0.1, 30


def takes(case: Case, least_share: float, step: str = "S:base", price: float = 2.0) -> Case:
    """The case with a least take: a share of what a step offers in each period."""
    share = np.full((1, len(case.timeline)), least_share)
    return replace(case, supply_by_month=SupplyByMonth(np.array([step]), share, np.full(share.shape, price)))


def toy(swing: float | None) -> Case:
    """Two months; without a swing the volume is pooled and the line is the only limit of a day."""
    case = toy_case(
        demand={"A": [20.0, 20.0]},
        pipelines={("S", "A"): (20.0, 0.0)},
        supply={"S": (20.0, 10.0)},
        lng={"A": (20.0, 30.0, 0.0)},
        periods=2,
        days=DAYS,
    )
    case = case.with_("lng", cost=np.array([[30.0, 30.01]]))
    case = case.with_("supply", volume=np.array([2.0 * DAYS * EXPECTED]))
    if swing is None:
        return case
    case = case.with_("supply", rate=np.full((1, 2), (1.0 + swing) * EXPECTED))
    return takes(case, (1.0 - swing) / (1.0 + swing))


def test_nothing_is_postponed_beyond_the_swing_for_a_cent() -> None:
    """Pooled, all of the contract waits for the month in which cargoes cost a cent more; by month a tenth does."""
    assert answer(toy(None)).supply("S") == pytest.approx([0.0, 20.0])
    assert answer(toy(SWING)).supply("S") == pytest.approx([9.0, 11.0])


def test_gas_below_the_least_take_costs_its_deferral() -> None:
    """Cargoes at 5 EUR/MWh in the first month save 5 on each MWh: more than the 2 of a deferral, but not than 6."""
    case = toy(SWING).with_("lng", cost=np.array([[5.0, 30.0]]))
    part = case.supply_by_month
    assert part is not None
    dear = replace(case, supply_by_month=replace(part, price=np.full((1, 2), 6.0)))

    assert answer(case).of("deferred") == pytest.approx(np.array([[9.0, 0.0]]))
    assert answer(case).cost == pytest.approx(DAYS * (20.0 * 5.0 + 9.0 * 2.0 + 11.0 * 10.0 + 9.0 * 30.0))
    assert answer(dear).supply("S") == pytest.approx([9.0, 11.0])


def test_half_a_cut_halves_ability_and_least_take() -> None:
    case = toy(SWING)
    part, half = case.supply_by_month, 0.5 * case.supply.rate
    assert part is not None

    assert part.least(case.supply.labels, case.supply.rate) == pytest.approx(9.0)
    assert part.least(case.supply.labels, half) == pytest.approx(4.5)
    assert part.least(case.supply.labels, 0.0 * half) == pytest.approx(0.0)


def test_a_least_take_that_no_line_can_carry_leaves_a_plan() -> None:
    """The line is out: 9 are deferred in each month, and cargoes serve A."""
    case = toy(SWING)
    found = answer(case.with_("pipelines", capacity=np.zeros((1, 2))))

    assert found.of("deferred") == pytest.approx(9.0)
    assert found.curtailed("A") == pytest.approx(0.0)


def test_its_rows_agree_with_an_oracle() -> None:
    case = takes(everything(), 0.8, "RU:base", 3.0)

    assert answer(case).cost == pytest.approx(least_cost(case), rel=1e-9)
    assert answer(case).cost > cost(everything())


def suppliers_of(case: Case, shares: list[float]) -> Case:
    """The case with a least take of every step, from a list of shares that is used over and over."""
    count = len(case.supply.labels)
    least = np.repeat(np.resize(np.array(shares), count)[:, None], len(case.timeline), axis=1)
    part = SupplyByMonth(np.array(case.supply.labels), least, np.full(least.shape, 2.0))
    return replace(case, supply_by_month=part)


@pytest.mark.slow
@given(networks(), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=4), st.floats(0.0, 1.0))
def test_a_wider_swing_never_costs_more(case: Case, shares: list[float], wider: float) -> None:
    narrow, wide = (suppliers_of(case, [factor * share for share in shares]) for factor in (1.0, wider))

    assert cost(wide) <= cost(narrow) + 1e-6 * (1.0 + abs(cost(narrow)))


@pytest.mark.slow
@given(networks())
def test_no_least_take_is_no_mechanism(case: Case) -> None:
    assert cost(suppliers_of(case, [0.0])) == pytest.approx(cost(case), rel=1e-9, abs=1e-9)


# --- tables -----------------------------------------------------------------------------------------------------------


def month_rows(**dated: dict[str, float]) -> list[dict[str, Any]]:
    """XX sends 300 a day in winter and 100 in summer, a tenth of swing; more rows by month of the year."""
    plain = {f"{month:02}": 300.0 if month in (1, 2, 3, 10, 11, 12) else 100.0 for month in range(1, 13)}
    swing = {"least_share": 0.9, "most_share": 1.1}
    head = {"supplier": "XX", "step": "base"}
    rows = [{**head, "month": month, "expected_gwh_per_day": rate, **swing} for month, rate in plain.items()]
    return rows + [{**head, "month": month.replace("_", "-").lstrip("m"), **said} for month, said in dated.items()]


def toy_of(folder: Path, **tables: list[dict[str, Any]]) -> GasData:
    steps = [
        {"supplier": supplier, "step": "base", "description": "flat", "destination": "europe"}
        | {"volume_gwh_per_year": volume, "rate_gwh_per_day": rate, "cost_eur_per_mwh": cost, "price_link": 0.5}
        | {"availability": "base"}
        for supplier, rate, cost, volume in (("XX", 400.0, 20.0, 72_900.0), ("YY", 120.0, 25.0, 43_800.0))
    ]
    return load_data(write_toy(folder / "toy", supply_steps=steps, **tables), accept_errors=True)


def reference_of(data: GasData, **keys: Any) -> Scenario:
    return with_changes(load_scenario(data.storyline.reference, data.root), **keys)


def test_a_month_offers_what_its_row_says_and_a_dated_row_goes_first(tmp_path: Path) -> None:
    data = toy_of(
        tmp_path,
        supply_by_month=month_rows(m2031_01={"expected_gwh_per_day": 200.0, "least_share": 1.0, "most_share": 1.0}),
    )
    case = base_case(data, reference_of(data, supply_by_month=True))
    part, supply = case.supply_by_month, case.supply
    k = supply.labels.index("XX:base")
    assert part is not None
    least = part.least(supply.labels, supply.rate)[0]

    assert supply.rate[k, :2] == pytest.approx([200.0, 330.0])
    assert least[:2] == pytest.approx([200.0, 270.0])
    expected = [200.0 if m == 1 else 300.0 if m in (2, 3, 10, 11, 12) else 100.0 for m in range(1, 13)]
    assert supply.volume[k] == pytest.approx(np.dot(expected, MONTHS))
    assert supply.rate[supply.labels.index("YY:base")] == pytest.approx(120.0), "not in the table"


def test_left_out_or_without_a_table_it_leaves_no_trace(tmp_path: Path) -> None:
    with_table = toy_of(tmp_path / "with", supply_by_month=month_rows())
    without = toy_of(tmp_path / "without")
    runs = [
        run(reference_of(with_table, supply_by_month=False), with_table),
        run(reference_of(without, supply_by_month=True), without),
        run(reference_of(without, supply_by_month=False), without),
    ]

    assert len({round(one.objective_eur, 3) for one in runs}) == 1
    assert all(one["deferred"].empty for one in runs)
    on = run(reference_of(with_table, supply_by_month=True), with_table)
    assert abs(on.objective_eur - runs[0].objective_eur) > 1e3


def test_a_known_month_is_not_planned_anew(tmp_path: Path) -> None:
    """East Line carried 120 in January: it carries no more then, and its capacity later."""
    flow = {"pipeline": "xx_aa", "month": "2031-01", "flow_gwh_per_day": 120.0}
    data = toy_of(tmp_path, known_flows=[flow])
    case = base_case(data, reference_of(data, supply_by_month=True))
    line = int(np.flatnonzero(case.pipelines.id == "xx_aa")[0])
    arrives = case.pipelines.capacity[line] * (1.0 - case.pipelines.loss_share[line])

    assert arrives[0] == pytest.approx(120.0)
    assert case.pipelines.capacity[line, 1:] == pytest.approx(300.0)


def test_a_missing_month_a_foreign_step_and_a_slip_of_units_are_named(tmp_path: Path) -> None:
    rows = [row for row in month_rows() if row["month"] != "05"]
    rows += [{**row, "step": "dream"} for row in month_rows()]
    broken = write_toy(
        tmp_path / "toy",
        supply_by_month=rows,
        known_flows=[
            {"pipeline": "xx_aa", "month": "2031-01", "flow_gwh_per_day": 99_000.0},
            {"pipeline": "zz", "month": "2031-03", "flow_gwh_per_day": 1.0},
        ],
    )
    found = " ".join(str(one) for one in check_data(broken))

    assert "supplier 'XX', step 'base': no row of month 05" in found
    assert "step 'dream': no base step of supply_steps.csv" in found
    assert "flow_gwh_per_day = '99000': more than xx_aa carries" in found
    assert "pipeline = 'zz': no such pipeline" in found
    assert "month = '2031-03': was not over on 2031-01-31" in found
    scaled = [{**row, "expected_gwh_per_day": 1000.0 * row["expected_gwh_per_day"]} for row in month_rows()]
    found = " ".join(str(one) for one in check_data(write_toy(tmp_path / "slip", supply_by_month=scaled)))
    assert "twelve months give" in found
    assert "check the unit of expected_gwh_per_day" in found


# --- the package of January 2022 --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(data: GasData) -> Results:
    return run(monthly("reference", data, True), data)


def monthly(name: str, data: GasData, on: bool) -> Scenario:
    return with_changes(load_scenario(name, data.root), resolution="month", supply_by_month=on)


WAYS = {
    "nord_stream_1": ("nord_stream_1",),
    "yamal_europe": ("yamal_kondratki",),
    "ukraine_transit": (
        "velke_kapusany_ua_sk",
        "budince_ua_sk",
        "bereg_ua_hu",
        "drozdowicze_ua_pl",
        "isaccea_2_ua_ro",
        "isaccea_3_ua_ro",
        "mediesu_isaccea_ua_ro",
    ),
    "turkstream_2": ("strandzha_2_tr_bg",),
}


IDLE = 5.0
"""GWh/d: a route that carried half a per cent of its capacity is idle, and the reference closes it."""


def january_of(found: Results) -> dict[str, float]:
    """What arrived over each line in January, GWh/d."""
    flows = found["flows"].query("period == 1").set_index("pipeline")
    return (flows["arrived_gwh"] / 31.0).to_dict()


@pytest.mark.parametrize("route", WAYS)
def test_january_runs_over_the_routes_as_it_was_found(route: str, found: Results, data: GasData) -> None:
    seen = data["route_status"].set_index("route")["mean_flow_gwh_per_day"]

    assert sum(january_of(found)[line] for line in WAYS[route]) == pytest.approx(seen[route], rel=0.1, abs=IDLE)


def test_january_brings_what_came_from_russia_and_norway(found: Results, data: GasData) -> None:
    """Norway sold 10.6 billion m3 in January, of 11.0 kWh: a figure of February that no table holds."""
    seen = data["route_status"].set_index("route")["mean_flow_gwh_per_day"]
    lines = {line for known in WAYS.values() for line in known}
    norway = found["supply"].query("supplier == 'NO' and period == 1")["rate_gwh_per_day"].sum()

    assert sum(january_of(found)[line] for line in lines) == pytest.approx(seen["russia_to_eu27"], rel=0.1)
    assert norway == pytest.approx(10.6e3 * 11.0 / 31.0, rel=0.1)


def test_what_was_taken_in_a_month_that_is_over_is_not_postponed(found: Results) -> None:
    late = found["deferred"].query("period == 1").set_index("supply_step")["deferred_gwh_per_day"]

    assert late.max() < 1.0


SHORT = {"resolution": "day", "horizon": {"start": date(2022, 1, 1), "end": date(2022, 2, 28)}}


@pytest.mark.parametrize("keys", [{"resolution": "month"}, {"resolution": "month", "foresight": "rolling"}, SHORT])
def test_nobody_is_cut_in_the_first_winter_of_the_reference(keys: dict[str, Any], data: GasData) -> None:
    """January and February 2022 were not short: with every mechanism in force nobody is cut by order.

    Finland, which only two lines reach, burns nearly twice as much in a usual January as it did in that one. Belarus
    and Kaliningrad have one seller and no market beside it: its months are those of their own demand.
    """
    scenario = with_changes(load_scenario("reference", data.root), **keys, **dict.fromkeys(MECHANISMS, True))
    results = run(scenario, data)
    periods, demand = results["periods"], results["demand"]
    demand = demand[demand["period"].isin(periods.loc[periods["start"] < "2022-03-01", "period"])]
    cut = demand.groupby("node", observed=True)["curtailed_gwh"].sum()

    assert {"FI", "BY", "MD", "KGD", "DE"} <= set(cut.index)
    assert cut.to_numpy() == pytest.approx(0.0, abs=1e-3)


def test_stores_of_the_union_hold_at_the_end_of_january_what_was_measured(found: Results, data: GasData) -> None:
    members = set(data["groups"].query("group == 'EU27'")["node"])
    daily = data["observed_storage_daily"]
    seen = daily[(daily["date"] == "2022-02-01") & daily["node"].isin(members)]["gas_in_storage_gwh"].sum()
    level = found["storage"].query("period == 1")
    held = level[level["node"].isin(members)]["level_gwh"].sum()

    assert held == pytest.approx(seen, rel=0.1)


def test_norway_sends_what_its_fields_let_it_in_every_month(found: Results) -> None:
    """Pooled it would send 2,200 GWh/d in April; by month it sends its ability, less in the months of maintenance."""
    sent = found["supply"].query("supplier == 'NO'")

    assert (sent["rate_gwh_per_day"] >= 0.95 * sent["offered_gwh_per_day"] - 1e-6).all()
    assert sent["offered_gwh_per_day"].min() < 0.9 * sent["offered_gwh_per_day"].max()


def test_a_cut_to_half_halves_what_has_to_be_taken(data: GasData) -> None:
    scenario = monthly("reference", data, True)
    cut = {"kind": "supply_cut", "supplier": "DZ", "remaining_share": 0.5, "start": date(2022, 6, 1)}
    whole, half = apply(scenario, data), apply(with_changes(scenario, measures=[cut]), data)
    before, after = (case.supply_by_month.least(case.supply.labels, case.supply.rate) for case in (whole, half))
    row = whole.supply_by_month.step.tolist().index("DZ:base")
    june = [start.isoformat() for start in whole.timeline.starts].index("2022-06-01")

    assert after[row, june:] == pytest.approx(0.5 * before[row, june:])
    assert after[row, :june] == pytest.approx(before[row, :june])


def test_who_is_cut_off_owes_no_least_take(data: GasData) -> None:
    cut = run(monthly("full_cutoff_february", data, True), data)
    russian = cut["deferred"][cut["deferred"]["supply_step"].str.startswith("RU:")]

    assert russian["deferred_gwh_per_day"].sum() == pytest.approx(0.0, abs=1e-6)


@pytest.mark.slow
def test_another_quality_no_longer_moves_purchases_before_anybody_knows(data: GasData) -> None:
    """Pooled, January buys 14 TWh less from Russia with low-calorific gas; a cut of February curtails as much more."""
    apart = {}
    for on in (False, True):
        alone = {**dict.fromkeys(MECHANISMS, False), "supply_by_month": on}
        pair = [
            run(with_changes(monthly("full_cutoff_february", data, on), **{**alone, "low_calorific": low}), data)
            for low in (False, True)
        ]
        january = [one["supply"].query("supplier == 'RU' and period == 1")["energy_gwh"].sum() for one in pair]
        apart[on] = abs(january[0] - january[1]) / 1e3

    assert apart[False] > 10.0
    assert apart[True] < 1.0


@pytest.mark.slow
def test_longer_periods_lead_to_the_same_plan(data: GasData, monkeypatch: pytest.MonkeyPatch) -> None:
    """The least takes of weeks, of months that a week is cut by, and of a past that a cut of February froze."""
    scenario = with_changes(load_scenario("full_cutoff_february", data.root), supply_by_month=True)

    assert_same_plan(*two_ways(scenario, data, monkeypatch))
