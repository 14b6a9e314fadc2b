"""The bottleneck between places that have gas to give and stores: where it lies, and what the table makes of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from cases import answer

from energy_model import GasData, Scenario, load_scenario, with_changes
from energy_model.plan.ahead import MonthsAhead
from energy_model.plan.bottleneck import bottleneck
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.plan.merit_order import Offers, beyond_offers, offers
from energy_model.plan.outlook import main_bottleneck, zones_of
from energy_model.plan.stock_value import exchange_cost
from energy_model.scenario import Case
from energy_model.scenario.fan import Fan
from energy_model.scenario.toy import toy_case

CERTAIN = Fan(("normal",), np.ones(1), np.ones(1), np.ones(1))
DAYS = 30


def rolling(name: str, data: GasData) -> Scenario:
    return with_changes(load_scenario(name, data.root, data), resolution="month", foresight="rolling")


def coast_and_inland(
    working_gas: float, inland_terminal: float = 0.0, inland_need: float = 2.0, terminal: float = 9.0
) -> Case:
    """A coast that burns 1 a day and has a terminal, and a line of 3 a day to an inland place with a store."""
    lng = {"COAST": (terminal, 10.0, 0.0)} | ({"INLAND": (inland_terminal, 10.0, 0.0)} if inland_terminal else {})
    return toy_case(
        {"COAST": 1.0, "INLAND": inland_need},
        pipelines={("COAST", "INLAND"): (3.0, 0.0)},
        lng=lng,
        storage={"INLAND": (working_gas, 9.0, 9.0, 0.0)},
        periods=12,
        days=DAYS,
    )


def everywhere(case: Case) -> np.ndarray:
    return np.ones(len(case.nodes), dtype=bool)


@pytest.mark.parametrize(
    ("working_gas", "terminal", "parts"),
    [(360.0, 0.0, False), (720.0, 0.0, True), (720.0, 1.0, False), (1080.0, 1.0, True)],
)
def test_a_line_is_a_bottleneck_if_stores_cannot_be_filled_over_it(
    working_gas: float, terminal: float, parts: bool
) -> None:
    """Inland burns 2 a day; in 360 days 1 a day fills 360 and 2 a day fill 720, over a line of 3 and its terminal."""
    case = coast_and_inland(working_gas, terminal)

    found = bottleneck(case, everywhere(case))

    assert (found is not None) == parts
    if found is not None:
        assert case.nodes[found.beyond].tolist() == ["COAST"]
        assert found.room == pytest.approx(3.0 + terminal)
        assert found.back == pytest.approx(0.0)


def month_cost(found: Offers, moved: float = 0.0) -> float:
    """Thousand EUR of the first month in which stores give or take some gas."""
    return float(exchange_cost(found.need[0, 0, 0], found.price[0, 0], found.width[0, 0, 0], np.array([moved]), 1e5)[0])


@pytest.mark.parametrize("need", [2.0, 3.0, 5.0, 8.0])
def test_a_month_costs_what_it_costs_on_the_network(need: float) -> None:
    """Of the 9 that the coast lands, 1 is burnt there and 3 pass: what inland needs beyond that is curtailed at 1,000
    and more. One merit order without the line would serve 8."""
    case = coast_and_inland(1e5, inland_need=need)
    network = toy_case(
        {"COAST": 1.0, "INLAND": need},
        pipelines={("COAST", "INLAND"): (3.0, 0.0)},
        lng={"COAST": (9.0, 10.0, 0.0)},
        days=DAYS,
    )
    cut = bottleneck(case, everywhere(case))
    assert cut is not None

    found = offers(case, everywhere(case), case.demand.rate[None], CERTAIN, cut=cut)
    blind = offers(case, everywhere(case), case.demand.rate[None], CERTAIN)

    assert month_cost(found) == pytest.approx(answer(network).cost)
    assert (month_cost(blind) < month_cost(found) - 1.0) == (need > 3.0)


def test_stores_beyond_the_bottleneck_sell_what_passes_at_the_price_of_this_side() -> None:
    """The coast needs 1, lands up to 9 at 10 and may sell 3 inland, where gas is worth 50: it lands 4 and gains 40 a
    unit on 3. A fifth unit for its store costs 10; at a price inland of 5 nothing is sold and a unit still costs 10."""
    case = coast_and_inland(1e5)
    cut = bottleneck(case, everywhere(case))
    assert cut is not None
    for price, passes in ((50.0, 3.0), (5.0, 0.0)):
        inland = np.full((12, 1), price)

        found = beyond_offers(case, everywhere(case), case.demand.rate[None], CERTAIN, cut=cut, price=inland)

        lost = (3.0 - passes) * price  # what it would have earned on the gas that it does not sell
        assert month_cost(found) == pytest.approx(DAYS * ((1.0 + passes) * 10.0 + lost))
        assert month_cost(found, 1.0) - month_cost(found) == pytest.approx(10.0)


def test_markets_outside_the_group_trade_on_their_own_side(shipped: GasData) -> None:
    """West of the bottleneck of 2022 stand Iberia, France and Britain; Germany, Italy and the East stand before it."""
    scenario = rolling("full_cutoff_february", shipped)
    ahead = MonthsAhead(scenario, shipped.at(scenario.as_of))
    case = ahead.known(None)
    cut = main_bottleneck(case)
    assert cut is not None

    zones = {zone.name: zone for zone in zones_of(case, cut)}
    beyond = next(zone for zone in zones.values() if zone.is_beyond)

    assert {"ES", "FR", "GB"} <= set(case.nodes[cut.beyond].tolist())
    assert {"DE", "IT", "CZ", "HU"}.isdisjoint(case.nodes[cut.beyond].tolist())
    assert zones["GB"].main == beyond.name
    assert zones["UA"].main == beyond.main
    assert all(cut.beyond[case.storage.node[beyond.stores]])


@pytest.fixture(scope="module")
def cut_off(shipped: GasData) -> Solved:
    scenario = rolling("full_cutoff_february", shipped)
    return solve_scenario(scenario, shipped)


@pytest.mark.slow
def test_with_every_mechanism_a_cut_costs_no_more_before_the_winter_than_in_it(cut_off: Solved) -> None:
    """Mean price before and after 1 November; before it, as much as is expected after it, less the cost of keeping."""
    line, stock = cut_off.case.timeline, cut_off.case.storage
    markets = cut_off.case.is_market & cut_off.case.inside("EU27")
    asked = cut_off.case.demand.rate[markets].sum(axis=1)
    price = (cut_off.duals["balance"][markets] / line.days * asked).sum(axis=0) / asked.sum(axis=0)
    winter = line.boundary_at(cut_off.expected[0].day)
    before = np.arange(line.boundary_at(cut_off.scenario.announcements()[0]), winter)
    interest = stock.holding_cost * float(line.days[before].sum())
    allowed = price[winter:].mean() * (1.0 + stock.cycle_loss_share) + stock.injection_cost + interest

    assert price[before].mean() <= allowed
    assert price[winter:].max() <= 1.15 * price[before].max()


@pytest.mark.slow
def test_what_a_plan_expects_of_the_winter_is_what_comes_when_nothing_else_is_heard(cut_off: Solved) -> None:
    """Weather and LNG come as in the middle of the fan: what is expected after the stop is right within 6 points."""
    mine = cut_off.case.inside("EU27")[cut_off.case.storage.node]
    day = cut_off.expected[0].day
    at = cut_off.case.timeline.boundary_at(day)
    came = cut_off.values["level"][mine, at].sum() / cut_off.case.storage.working_gas[mine].sum()
    news = cut_off.scenario.announcements()[0]

    for expected in cut_off.expected:
        if news <= expected.decided_on < day:
            assert expected.mean_share == pytest.approx(came, abs=0.06)


@pytest.fixture(scope="module")
def curtailed(shipped: GasData) -> Mapping[str, float]:
    """Curtailment in the region under rolling plans, by what becomes of the stores of the seller, GWh."""

    def of(name: str) -> float:
        found = solve_scenario(rolling(f"full_cutoff_{name}", shipped), shipped)
        inside = found.case.inside("EU27")[found.case.is_market]
        return float(found.values["curtailment"][inside].sum(axis=(0, 1)) @ found.case.timeline.days)

    return {name: of(name) for name in ("february", "stores_empty", "stores_trustee", "stores_filled")}


@pytest.mark.slow
def test_stores_filled_as_usual_spare_customers(curtailed: Mapping[str, float]) -> None:
    assert curtailed["stores_filled"] <= 0.97 * curtailed["february"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["february", "stores_trustee"])
def test_stores_left_empty_never_spare_customers_but_by_a_hundredth(name: str, curtailed: Mapping[str, float]) -> None:
    """That much comes from before the stop, as who knows in January that space is missing keeps more in store, and from
    the steps of the table, 2.5 % of the working gas: what one of them leaves in store at the end, another has not cut.
    """
    assert curtailed[name] <= 1.01 * curtailed["stores_empty"]
