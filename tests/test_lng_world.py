"""The world market of LNG: Europe's LNG is what exporters and buyers elsewhere leave it at its price.

The toy: market A needs LNG, one exporter SEA loads 100 GWh/d, and buyers overseas take 80 of it at 20 EUR/MWh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import oracle
import pandas as pd
import pytest
from cases import Answer, answer, everything, tables

from energy_model import GasData, Scenario, load_scenario, run, with_changes
from energy_model.errors import DataError
from energy_model.fast import optimum
from energy_model.impact.inverse.question import Region, small_problem, solve_small
from energy_model.lp import compile_model
from energy_model.lp.extend import cost_of
from energy_model.model import build_model
from energy_model.model.lng_world import answer_with_lag, loadable
from energy_model.model.recompile import Recompiler
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.plan.solved import Stage
from energy_model.results.inputs import input_tables
from energy_model.scenario.case import Case
from energy_model.scenario.lng_world import ANY_MARKET, answer_by_day
from energy_model.scenario.toy import toy_case, toy_world
from energy_model.scenario.world import base_case
from energy_model.timeline import Timeline

LOADED, HOME, OVERSEAS, PRICE = 100.0, 20.0, 80.0, 20.0
EUROPE_ELASTICITY = 0.3
OWN_STEPS = np.arange(-40, 200) + 0.5
"""Own production of A in steps of 1 EUR/MWh around the price, by which its demand for LNG falls as the price rises."""


def toy(home: float = HOME, elastic: bool = False, periods: int = 1, days: int = 30, loaded: float = LOADED) -> Case:
    """A needs ``home`` GWh/d; with ``elastic`` its own production answers with the elasticity of Europe's imports."""
    step = EUROPE_ELASTICITY * HOME / PRICE
    prices = [PRICE + 0.25 * k for k in OWN_STEPS if PRICE + 0.25 * k > 0.0] if elastic else []
    made = {f"W{number}": (0.25 * step, price) for number, price in enumerate(prices)}
    cheap = sum(rate for rate, price in made.values() if price < PRICE)
    case = toy_case(
        demand={"A": [home + cheap] * periods},
        pipelines={(node, "A"): (rate, 0.0) for node, (rate, _) in made.items()},
        supply=made,
        lng={"A": (100.0, 0.0, 0.0)},
        periods=periods,
        days=days,
    )
    return _loading(case, {"SEA": loaded})


def _loading(case: Case, rates: Mapping[str, float]) -> Case:
    """The case with exporters that load so much a day; each has the sea routes of the first."""
    lng, count = case.lng, len(rates)
    repeat = {"rate": np.array([[rate] * len(case.timeline) for rate in rates.values()])}
    for name in ("use", "cost", "tie_break", "step"):
        repeat[name] = np.repeat(getattr(lng, name)[:1], count, axis=0)
    for name in ("route_node", "route_cost", "route_tie_break", "route_open"):
        repeat[name] = np.tile(getattr(lng, name), (count, *[1] * (getattr(lng, name).ndim - 1)))
    return case.with_(
        "lng",
        exporter=np.array(list(rates)),
        volume=np.array(list(rates.values())) * case.timeline.days.sum(),
        route_exporter=np.repeat(np.array(list(rates)), len(lng.route_exporter)),
        **repeat,
    )


def with_world(case: Case, elasticity: float = 0.1, **options: object) -> Case:
    return replace(case, lng_world=toy_world(case, {"Overseas": (OVERSEAS, PRICE)}, elasticity, **options))


def outage(case: Case, lost: float) -> Case:
    """The exporter loads so much less a day."""
    return case.with_("lng", rate=case.lng.rate - lost)


def to_europe(found: Answer) -> float:
    return float(found.sendout("A") @ found.case.timeline.days / found.case.timeline.days.sum())


def share_borne(elasticity: float, lost: float) -> float:
    """Share of a loss that A bears."""
    before, after = (answer(with_world(outage(toy(elastic=True), x), elasticity)) for x in (0.0, lost))
    return (to_europe(before) - to_europe(after)) / lost


# Toys -----------------------------------------------------------------------------------------------------------------


def test_the_market_takes_its_need_and_pays_what_others_would() -> None:
    """100 are loaded, A needs 20, and 80 are taken overseas at 20 EUR/MWh: A pays that, within a step of 1.7 %."""
    found = answer(with_world(toy()))

    assert to_europe(found) == pytest.approx(HOME)
    assert found.price("A") == pytest.approx([PRICE], rel=0.02)


def test_who_needs_more_outbids_the_others_along_their_demand() -> None:
    """A needs 30: overseas gives up 10 of 80, so that its price rises to 20 x (80/70)^(1/0.5) = 26.1 EUR/MWh."""
    found = answer(with_world(toy(home=30.0), elasticity=0.5))

    assert to_europe(found) == pytest.approx(30.0)
    assert found.price("A") == pytest.approx([PRICE * (80.0 / 70.0) ** 2.0], rel=0.02)


def test_a_small_loss_is_shared_by_the_rule_of_thumb() -> None:
    """E e_E / (E e_E + Q e_Q) = 20 x 0.3 / (20 x 0.3 + 80 x 0.1) = 0.43."""
    assert share_borne(0.1, 2.0) == pytest.approx(6.0 / 14.0, abs=0.04)


def test_more_elastic_buyers_overseas_bear_more_of_a_loss() -> None:
    shares = [share_borne(elasticity, 5.0) for elasticity in (0.05, 0.1, 0.2, 0.4)]

    assert all(0.0 < share < 1.0 for share in shares)
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1] + 0.2


def test_a_ban_by_one_buyer_alone_reshuffles_ships_and_costs_nothing() -> None:
    """Two exporters with the same freights: A takes all from the one that it does not ban."""
    case = with_world(_loading(toy(), {"ONE": 50.0, "TWO": 50.0}))
    closed = np.where(case.lng.route_exporter[:, None] == "ONE", 0.0, case.lng.route_open)
    banned = answer(case.with_("lng", route_open=closed))

    assert banned.of("cargo")[case.lng.route_exporter == "ONE"].sum() == 0.0
    assert to_europe(banned) == pytest.approx(HOME)
    assert banned.cost == pytest.approx(answer(case).cost)


def test_a_cargo_is_used_once() -> None:
    """What sails to A and overseas is what is loaded; overseas takes what it would, less what it gives up."""
    found = answer(with_world(toy(home=35.0)))
    elsewhere, part = found.of("world_cargo").sum(), found.case.lng_world

    assert to_europe(found) * 30.0 + elsewhere == pytest.approx(LOADED * 30.0)
    assert elsewhere + found.of("world_forgone").sum() == pytest.approx(part.demand.sum())


def test_a_cargo_belongs_to_its_month() -> None:
    """A needs nothing in January and 70 a day in February: what January does not take is not there in February."""
    days = (date(2022, 1, 1), date(2022, 2, 1))
    case = replace(toy(periods=2), timeline=Timeline(days, date(2022, 2, 28))).with_("lng", europe_limit=np.ones(2))
    rate = case.demand.rate.copy()
    rate[case.node("A"), :, 0] = 0.0
    rate[case.node("A"), :, 1] *= 70.0 / HOME
    found = answer(with_world(case.with_("demand", rate=rate), elasticity=0.2))

    sent = found.sendout("A") * case.timeline.days
    assert sent == pytest.approx([0.0, 70.0 * 28.0])
    assert (sent + found.of("world_cargo").sum(axis=(0, 1)) <= loadable(found.case)[0] + 1e-6).all()
    assert found.price("A")[1] > 2.0 * found.price("A")[0]


def test_buyers_answer_with_a_lag() -> None:
    """A needs 30, and of the 10 that overseas gives up only a third can go at once: A is cut by what is missing."""
    case = with_world(toy(home=30.0), elasticity=0.5)
    slow = answer(case.with_("lng_world", answer=np.full(1, 0.3)))
    rest = case.lng_world.width[0, -1, 0]

    assert slow.price("A")[0] > answer(case).price("A")[0] + 10.0
    assert slow.of("world_forgone")[0, -1].sum() < rest, "the rest leaves at its price, and nothing is infeasible"


def test_bound_cargoes_sail_where_the_contract_says_unless_that_is_broken_at_a_cost() -> None:
    """Half of what is loaded is bound to A, which needs 20 of 100: 30 are diverted at 100 EUR/MWh."""
    bound = {("SEA", ANY_MARKET): 0.5}
    found = answer(with_world(toy(), bound=bound))

    assert found.of("world_diverted").sum() == pytest.approx(30.0 * 30.0)
    assert found.cost - answer(with_world(toy())).cost == pytest.approx(30.0 * 30.0 * 100.0)


def test_force_majeure_lowers_what_is_bound() -> None:
    """All is lost: a contract over half of it binds nothing, and nothing is paid for."""
    case = with_world(outage(toy(home=0.0), LOADED), bound={("SEA", 0): 0.5})

    assert answer(case).of("world_diverted").sum() == 0.0


def test_an_independent_programme_finds_the_same_cost() -> None:
    bound = {("SEA", ANY_MARKET): 0.5, ("SEA", 0): 0.1}
    for case in (
        with_world(toy(home=30.0, periods=3), bound=bound, freight=2.0),
        with_world(toy(elastic=True)).with_("lng_world", answer=np.full(1, 0.4)),
        with_world(_loading(toy(), {"ONE": 50.0, "TWO": 50.0}), bound={("ONE", ANY_MARKET): 0.3}),
    ):
        assert answer(case).cost == pytest.approx(oracle.least_cost(case), rel=1e-7)


def test_the_accelerated_way_finds_the_same_optimum() -> None:
    case = everything()
    exporter = str(case.lng.exporter[0])
    case = replace(case, lng_world=toy_world(case, {"Overseas": (5.0, 20.0)}, bound={(exporter, ANY_MARKET): 0.2}))
    matrix = compile_model(build_model(case))

    fast, plain = (optimum(matrix, case, boundaries=(), plain=plain)[0] for plain in (False, True))
    assert fast.objective == pytest.approx(plain.objective, rel=1e-9)


def test_other_numbers_are_the_same_model_and_no_market_is_another() -> None:
    one, recompiler = with_world(toy(periods=2)), Recompiler()
    other = one.with_("lng_world", width=1.1 * one.lng_world.width, answer=0.5 * one.lng_world.answer)

    for case in (one, other, toy(periods=2), one):
        assert recompiler.matrix(case).equals(compile_model(build_model(case)))


def test_results_add_up_and_name_what_is_paid_outside_europe() -> None:
    found = answer(with_world(toy(home=30.0), freight=1.0))
    costs = tables(found)["costs"].set_index("component")["cost_eur"]
    given_up = (found.of("world_forgone") * found.case.lng_world.price).sum()

    assert costs["LNG outside Europe, demand given up"] == pytest.approx(1e3 * given_up)
    stored = input_tables(found.case)
    assert stored["lng_buyers"]["width_gwh"].sum() == pytest.approx(found.case.lng_world.demand.sum())
    assert not [name for name in input_tables(toy()) if name.startswith(("lng_buyers", "lng_contracts"))]


def test_months_are_divided_where_something_is_announced_and_nowhere_else() -> None:
    news = (date(2022, 2, 24), date(2022, 3, 1))
    line = Timeline.build(date(2022, 1, 1), date(2022, 3, 31), "week", splits=news)

    assert line.part_starts == (date(2022, 1, 1), date(2022, 2, 1), date(2022, 2, 24), date(2022, 3, 1))
    assert line.part_days.sum(axis=1) == pytest.approx([31.0, 23.0, 5.0, 31.0])
    assert line.part_days.sum(axis=0) == pytest.approx(line.days)
    assert line.parts_before(line.boundary_at(date(2022, 2, 24))) == 2


def test_the_answer_grows_from_month_to_month_after_the_news() -> None:
    line = Timeline.build(date(2022, 1, 1), date(2022, 5, 31), "month", splits=[date(2022, 2, 15)])

    found = answer_by_day(date(2022, 2, 15), line, (0.3, 0.6))
    assert found[:2] == pytest.approx([0.0, 0.0])
    assert found[2] == pytest.approx(0.3)
    assert found[3] == pytest.approx((16 * 0.3 + 15 * 0.6) / 31)
    assert (np.diff(found[2:]) >= 0.0).all()
    assert found[-1] == 1.0


# On the data ----------------------------------------------------------------------------------------------------------


def monthly(data: GasData, name: str = "reference", **changes: object) -> Scenario:
    return with_changes(load_scenario(name, data.root), resolution="month", lng_world=True, **changes)


def solved(data: GasData, name: str = "reference", **changes: object) -> Solved:
    scenario = monthly(data, name, **changes)
    return solve_scenario(scenario, data.at(scenario.as_of))


def europe_twh(found: Solved) -> float:
    return float((found.values["cargo"] @ found.case.timeline.days).sum() / 1e3)


def curtailed_twh(found: Solved) -> float:
    return float(found.values["curtailment"].sum(axis=(0, 1)) @ found.case.timeline.days / 1e3)


def price_of(found: Solved) -> float:
    case = found.case
    return float(np.average(found.duals["balance"][case.node("DE")] / case.timeline.days, weights=case.timeline.days))


def offered_at(case: Case, factor: float) -> float:
    """What is left for Europe over the horizon if buyers elsewhere pay a multiple of their reference price, GWh."""
    part = case.lng_world
    reference = np.sqrt(part.price[:, part.is_below][:, -1] * part.price[:, ~part.is_below][:, 0])
    taken = part.demand - (part.width * (part.price <= factor * reference[:, None, :])).sum(axis=1)
    return float(loadable(case).sum() - taken.sum())


@pytest.mark.parametrize("row", ["low", "central", "high", "2021"])
def test_each_row_of_the_limit_comes_back_at_the_reference_price(row: str, data: GasData) -> None:
    """The limit on Europe's LNG is a check: at the reference price, give or take 3 %, that much is left for Europe."""
    scenario = monthly(data, lng_case=row)
    case = base_case(data.at(scenario.as_of), scenario)
    limit = case.lng.europe_limit.sum()

    assert offered_at(case, 1.0) == pytest.approx(limit, rel=0.02)
    assert 0.97 * limit < offered_at(case, 0.99) <= offered_at(case, 1.01) < 1.03 * limit
    assert offered_at(case, 0.9) < limit < offered_at(case, 1.1)


def test_the_forward_price_comes_back_if_europe_takes_what_it_is_expected_to(data: GasData) -> None:
    """A Europe that takes the central case in every month, whatever it costs, pays the forward price within 3 %."""
    scenario = monthly(data)
    case = base_case(data.at(scenario.as_of), scenario)

    assert _prices_at_a_take_of(case, case.lng.europe_limit) == pytest.approx(
        np.ones(len(case.timeline.part_starts)), abs=0.03
    )


def _prices_at_a_take_of(case: Case, expected: np.ndarray) -> np.ndarray:
    """Price in each month over the reference price if Europe takes so much of each month, GWh, whatever it costs."""
    part, line = case.lng_world, case.timeline
    months = pd.Categorical([f"{day:%Y-%m}" for day in line.part_starts], categories=line.months).codes
    take = (expected / line.month_days.sum(axis=1))[months] * line.part_days.sum(axis=1)
    left = loadable(case).sum(axis=0) - take
    ratio = []
    for y, amount in enumerate(left):
        reference = np.sqrt(part.price[:, part.is_below][:, -1, y] * part.price[:, ~part.is_below][:, 0, y])
        multiple = (part.price[:, :, y] / reference[:, None]).ravel()
        order = np.argsort(multiple)
        given_up = np.cumsum(part.width[:, :, y].ravel()[order])
        ratio.append(multiple[order][np.searchsorted(given_up, part.demand[:, y].sum() - amount - 1e-6)])
    return np.array(ratio)


def test_left_out_it_leaves_no_trace(data: GasData) -> None:
    """Switched off, the model is the one without the rows; without rows it cannot be switched on."""
    scenario = with_changes(monthly(data), lng_world=False)
    vintage = data.at(scenario.as_of)
    without = replace(
        vintage, tables={k: v for k, v in vintage.tables.items() if k not in ("lng_world", "lng_regions")}
    )
    one, other = (compile_model(build_model(base_case(known, scenario))) for known in (vintage, without))

    assert one.equals(other)
    with pytest.raises(DataError, match="but the scenario has lng_world = true"):
        base_case(without, monthly(data))


def test_europe_takes_every_month_what_it_is_expected_to(data: GasData) -> None:
    """The reference: 1,600 TWh in 15 months, evenly, a little below the forward price as its demand is given."""
    found = solved(data)
    sent = found.case.timeline.month_days @ found.values["cargo"].sum(axis=0)

    assert europe_twh(found) == pytest.approx(1_600.0, rel=0.03)
    assert sent == pytest.approx(found.case.lng.europe_limit, rel=0.1)
    assert 70.0 < price_of(found) < 88.0


def test_after_news_buyers_elsewhere_move_by_a_third_of_their_answer_at_first(data: GasData) -> None:
    """What each gives up in the month after the news lies within a third of the way from what it planned before."""
    scenario = monthly(data, "full_cutoff_february")
    vintage = data.at(scenario.as_of)
    calm = solve_scenario(monthly(data), vintage, plan_days=scenario.announcements())
    cut = solve_scenario(scenario, vintage)
    part, news = cut.case.lng_world, scenario.announcements()[0]
    at = cut.case.timeline.part_starts.index(news)
    before, after = (one.case.lng_world.share_of(one.values["world_forgone"])[:, :-1, at] for one in (calm, cut))

    moved = np.abs(after - before)[part.width[:, :-1, at] > 1.0]
    assert moved.max() > 0.2
    assert (moved <= part.first_month_answer + 1e-6).all()
    assert answer_with_lag(calm.matrix, toy(), news, toy(), {}) is calm.matrix
    for name in ("world_cargo", "world_forgone"):
        assert cut.values[name][..., :at] == pytest.approx(calm.values[name][..., :at]), "what has sailed has sailed"


def test_a_cut_of_pipeline_gas_draws_cargoes_and_more_elastic_buyers_let_more_go(data: GasData) -> None:
    found = {view: solved(data, "full_cutoff_february", lng_elasticity=view) for view in ("low", "central", "high")}
    drawn = {view: europe_twh(one) for view, one in found.items()}
    short = {view: curtailed_twh(one) for view, one in found.items()}

    assert europe_twh(solved(data)) + 100.0 < drawn["low"] < drawn["central"] < drawn["high"]
    assert short["low"] > short["central"] > short["high"]


def test_results_of_a_scenario_add_up_with_the_world_market(data: GasData) -> None:
    result = run(monthly(data), data)
    elsewhere = result["costs"].set_index("component")["cost_eur"].filter(like="outside Europe")

    assert (elsewhere > 0.0).all()
    assert result.status == "optimal"


def lost(share: float = 0.0, exporter: str = "QA", **keys: object) -> dict[str, object]:
    return {"kind": "lng_outage", "exporter": exporter, "remaining_share": share, **keys}


def with_measures(data: GasData, *measures: Mapping[str, object], **changes: object) -> Solved:
    return solved(data, measures=measures, **changes)


def loaded_twh(found: Solved) -> float:
    return float(loadable(found.case).sum() / 1e3)


def test_of_a_lost_exporter_europe_bears_a_part_and_more_where_others_answer_less(data: GasData) -> None:
    """Qatar is lost for the horizon: between none and all of it, more than 221 TWh a year; the price rises."""
    borne = {}
    for view in ("low", "central", "high"):
        calm, hit = (with_measures(data, *one, lng_elasticity=view) for one in ((), (lost(),)))
        loss = loaded_twh(calm) - loaded_twh(hit)
        assert loss == pytest.approx(1_300.0, rel=0.05)
        borne[view] = (europe_twh(calm) - europe_twh(hit)) / loss
        assert price_of(hit) > 1.5 * price_of(calm)

    assert 0.9 > borne["low"] > borne["central"] > borne["high"] > 0.1
    assert borne["central"] == pytest.approx(0.5, abs=0.15)


def test_a_ban_of_europe_on_one_exporter_reshuffles_ships_and_costs_little(data: GasData) -> None:
    """Europe alone refuses Qatar's cargoes, of which 198 TWh came: others come in their place."""
    ban = {"kind": "lng_ban", "exporter": "QA"}
    calm, banned, hit = (with_measures(data, *one) for one in ((), (ban,), (lost(),)))

    qatari = banned.case.lng.route_exporter == "QA"
    assert banned.values["cargo"][qatari].sum() == pytest.approx(0.0, abs=1e-6)
    assert europe_twh(banned) > europe_twh(calm) - 0.05 * (europe_twh(calm) - europe_twh(hit))
    assert price_of(banned) < 1.05 * price_of(calm)


def test_without_a_world_market_europe_loses_what_the_exporter_sends_it(data: GasData) -> None:
    """With the limit, others fill the place as far as their volumes go; nothing of the exporter is left."""
    scenario = with_changes(monthly(data), lng_world=False, measures=(lost(),))
    found = solve_scenario(scenario, data.at(scenario.as_of))

    assert found.values["cargo"][found.case.lng.route_exporter == "QA"].sum() == pytest.approx(0.0, abs=1e-6)


def test_an_outage_is_felt_a_voyage_later_and_comes_back_by_its_repair(data: GasData) -> None:
    """12 days of sea from Sabine Pass; 90 days of repair: half of what is lost is back after 45."""
    outage = {"start": date(2022, 6, 8), "end": date(2022, 9, 5), "repair_days": 90}
    scenario = monthly(data, measures=(lost(0.8, "US", **outage),), lng_case="central")
    vintage = data.at(scenario.as_of)
    daily = with_changes(scenario, resolution="day")
    case = base_case(vintage, daily)
    left = daily.measures[0].left(case, 12)

    dates = pd.DatetimeIndex(case.timeline.starts)
    assert (left[dates < "2022-06-20"] == 1.0).all()
    assert left[dates == "2022-06-20"] == pytest.approx(0.8)
    assert left[dates == pd.Timestamp(2022, 9, 5) + pd.Timedelta(days=12 + 45)] == pytest.approx(0.9, abs=0.002)
    assert (left[dates > "2022-12-20"] == 1.0).all()


def test_force_majeure_may_be_declared_to_some_alone(data: GasData) -> None:
    """Half of Qatar is lost: contracts with Europe bear it first, those with the Pacific stay as they were."""
    scenario = monthly(data, measures=(lost(0.5, force_majeure=("europe",)),))
    vintage = data.at(scenario.as_of)
    base = base_case(vintage, scenario)
    case = scenario.measures[0].apply(base, vintage)
    world, before = case.lng_world, base.lng_world
    mine = world.contract_exporter == world.exporter.tolist().index("QA")
    europe = mine & (world.contract_basin == ANY_MARKET)
    bound = world.contract_share * loadable(case)[world.contract_exporter]
    was = before.contract_share * loadable(base)[before.contract_exporter]

    assert bound[europe] == pytest.approx(0.0, abs=1e-6)
    assert (bound[mine].sum(axis=0) <= loadable(case)[world.exporter.tolist().index("QA")] + 1e-6).all()
    assert (bound[mine & ~europe] >= 0.75 * was[mine & ~europe]).all(), "more than the half that all alike would get"


def test_a_released_cargo_is_demand_that_others_give_up_and_new_production_is_more_gas(data: GasData) -> None:
    """Both bring Europe a part and no more than all: 100 GWh/d from another buyer, or 36,500 GWh a year of Qatar's."""
    promised = {"kind": "extra_supply", "assurance": "us_extra"}
    made = {"kind": "extra_supply", "supplier": "QA", "channel": "lng", "volume_gwh_per_year": 100_000.0}
    calm, freed, more = (
        with_measures(data, *one, {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.0})
        for one in ((), (promised,), (made,))
    )

    assert loaded_twh(freed) == pytest.approx(loaded_twh(calm))
    assert calm.case.lng_world.demand.sum() - freed.case.lng_world.demand.sum() > 100_000.0
    assert loaded_twh(more) == pytest.approx(loaded_twh(calm) + 100.0 * 455 / 365, rel=0.001)
    for one, amount in ((freed, 180.0), (more, 125.0)):
        assert 0.2 * amount < europe_twh(one) - europe_twh(calm) < amount


def test_tables_say_where_cargoes_go_and_who_sets_the_price(data: GasData) -> None:
    """Cargoes of each exporter sum to what is loaded, buyers to what is shipped; each price lies between two steps."""
    result = run(monthly(data, "full_cutoff_february"), data)
    exporters, buyers, marginal = (result[name] for name in ("world_exporters", "world_buyers", "marginal_lng"))
    sums = exporters.sum(numeric_only=True)

    assert sums["to_markets_gwh"] == pytest.approx(result["lng"]["energy_gwh"].sum())
    assert sums["elsewhere_gwh"] == pytest.approx(buyers["taken_gwh"].sum())
    assert sums["loadable_gwh"] == pytest.approx(sums[["to_markets_gwh", "elsewhere_gwh", "not_loaded_gwh"]].sum())
    late = marginal[marginal["since"].astype(str) >= "2022-06-01"]
    assert (late["last_eur_per_mwh"] <= late["price_eur_per_mwh"] + 1e-3).all()
    assert (late["price_eur_per_mwh"] <= late["next_eur_per_mwh"] + 1e-3).all()
    assert set(late["last"]) <= set(buyers["buyer"])
    given = buyers[buyers["since"].astype(str) >= "2022-06-01"].groupby("buyer", observed=True)["given_up_gwh"].sum()
    assert given.idxmax() == "CN", "of all buyers the largest that answers"
    assert tables(answer(toy()))["marginal_lng"].empty


# Inverse questions ----------------------------------------------------------------------------------------------------


def test_an_inverse_question_does_not_take_cargoes_from_buyers_elsewhere_for_nothing() -> None:
    """A lacks gas though cargoes sail overseas, for there they fetch more than its customers lose.

    Without costs every cargo would sail to A; whoever asks what must be promised may not count them as there already.
    """
    case = toy(home=60.0)
    case = replace(case, lng_world=toy_world(case, {"Overseas": (OVERSEAS, 100_000.0)}))
    found = answer(case)
    cut = float(found.of("curtailment").sum() * 30.0)
    values = {name: found.of(name) for name in found.matrix.columns}
    only = Stage(date(2022, 1, 1), 1, "optimal", found.cost, 0, 0.0, 0.0, 0.0)
    run = Solved(None, case, values, {}, {}, found.cost, (only,), found.matrix, found.solution)  # type: ignore[arg-type]
    region = Region("A", "A", np.array([True]))
    problem = small_problem(run, region, shut=False)
    least = solve_small(replace(problem, cost=cost_of(problem, "curtailment", 30.0))).objective

    assert cut > 1000.0
    assert least == pytest.approx(cut, abs=0.1)
