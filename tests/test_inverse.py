"""Inverse questions: hand-solved toys, and what must hold of any needed promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from cases import HOUSEHOLDS as HOUSES
from cases import networks, total_curtailed_gwh, with_households, with_tiers, with_voluntary
from examples import tries
from hypothesis import given, settings
from toy_study import FIRST_DAY, assurances, toy_study, without_lng, without_supply

from energy_model.errors import ResultError, ScenarioError
from energy_model.fast import optimum
from energy_model.impact.adversary import adversary
from energy_model.impact.answer import Answer
from energy_model.impact.best_sanction import best_sanction
from energy_model.impact.inverse import entries as ways
from energy_model.impact.inverse.extra_supply import PromiseProblem, needed
from energy_model.impact.inverse.frontier import needed_share
from energy_model.impact.inverse.price_limit import price_table
from energy_model.impact.inverse.promise import promise
from energy_model.impact.inverse.promise_check import unmet_gwh
from energy_model.impact.inverse.question import region_of
from energy_model.impact.inverse.saving import Aim, latest_day, needed_saving, saving_curve, saving_start
from energy_model.impact.inverse.survivable import FullStop, full_stop, largest_lost_share, survivable_cut
from energy_model.impact.inverse.warning import early_warning
from energy_model.impact.study import Study, study
from energy_model.plan.foresight import Solved, solve_scenario, values_of
from energy_model.plan.stages import compiled
from energy_model.report.answers import unit_of
from energy_model.scenario.case import Case
from energy_model.scenario.toy import INDUSTRY, target, toy_case

OFFERED = assurances(("us_extra", "SEA", "lng", 2.0, 4.0))
"""America is sure of 2 GWh/d and may manage 4."""


def short_of_six(terminal: float = 8.0, days: int = 10) -> Case:
    """Germany needs 10 GWh/d, Russia sends 4 of its 10; there is a terminal and no cargo on offer."""
    case = toy_case(
        demand={"DE": 10.0},
        pipelines={("RU", "DE"): (10.0, 1.0)},
        supply={"RU": (10.0, 10.0)},
        lng={"DE": (terminal, 30.0, 2.0)},
        days=days,
    )
    return without_lng(without_supply(case, "RU", 0.4))


# The needed promise ---------------------------------------------------------------------------------------------------


def test_the_needed_promise_is_the_shortage_and_uses_assurances_first():
    """6 GWh/d lack for 10 days: 60 GWh; of these 20 are assured, 20 more thought possible, 20 beyond."""
    need = needed(toy_study(short_of_six(), promised=OFFERED), "DE")

    by_standing = {entry.standing: float(rate.sum() * 10) for entry, rate in need.rates.items()}
    assert need.volume_gwh == pytest.approx(60.0, abs=0.01)
    assert need.unserved_gwh == pytest.approx(0.0, abs=0.01)
    assert by_standing == pytest.approx({ways.CENTRAL: 20.0, ways.MOST: 20.0, ways.BEYOND: 20.0}, abs=0.01)


def test_what_a_full_terminal_keeps_out_stays_unserved():
    """The terminal passes 5 of the 6 GWh/d that lack, so 50 GWh help and 10 stay unserved; gas on the spot helps."""
    problem = PromiseProblem(*_of(short_of_six(terminal=5.0)))

    assert problem.least().volume_gwh == pytest.approx(50.0, abs=0.01)
    assert problem.least().unserved_gwh == pytest.approx(10.0, abs=0.01)
    assert problem.least(lambda one: one.standing == ways.ANYWHERE).volume_gwh == pytest.approx(60.0, abs=0.01)
    assert problem.binding()["name"].tolist() == ["DE terminal"]


def test_gas_on_offer_at_a_limit_is_bought_until_nobody_pays_more():
    """6 of 10 GWh/d lack for 10 days. At 40 EUR/MWh 60 GWh are bought, on the spot or through a terminal of 8 GWh/d;
    a terminal of 5 lets 50 GWh pass and leaves customers cut. At 5 EUR/MWh even Russia's gas, which costs 11 in
    Germany, is replaced: 100 GWh, of which a terminal of 8 passes 80 and leaves 20 to Russia at 11."""
    wide, narrow = (price_table(*_of(short_of_six(terminal=size)), [5.0, 40.0]) for size in (8.0, 5.0))

    assert wide["appears_in_the_region_twh"].to_numpy() * 1e3 == pytest.approx([100.0, 60.0], abs=0.01)
    assert wide["as_lng_twh"].to_numpy() * 1e3 == pytest.approx([80.0, 60.0], abs=0.01)
    assert wide["highest_price_with_lng_eur_per_mwh"].to_numpy() == pytest.approx([11.0, 40.0], abs=0.1)
    assert narrow["as_lng_twh"].iloc[1] * 1e3 == pytest.approx(50.0, abs=0.01)
    assert narrow["highest_price_with_lng_eur_per_mwh"].iloc[1] > 400.0
    assert wide["cut_then_twh"].to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_a_price_limit_has_to_be_a_price():
    for wrong in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ResultError, match="a price limit is a number above 0"):
            promise(toy_study(short_of_six(), promised=OFFERED), "DE", price_limit_eur_per_mwh=wrong)


def _of(case: Case, region: str = "DE"):
    found = toy_study(case, promised=OFFERED)
    return found, region_of(found, region)


def test_a_region_is_not_saved_at_its_neighbours_cost():
    """Austria (need 5) hangs behind Germany (need 10); 6 GWh/d lack. Only new gas may spare Germany its part."""
    case = toy_case(
        demand={"AT": 5.0, "DE": 10.0},
        pipelines={("RU", "DE"): (20.0, 1.0), ("DE", "AT"): (5.0, 0.0)},
        supply={"RU": (9.0, 10.0)},
        lng={"DE": (8.0, 30.0, 2.0)},
        days=10,
        slices=20,
    )
    found = toy_study(without_lng(case), promised=OFFERED)
    german = float(found.solved.values["curtailment"][1].sum() * 10)

    assert german > 1.0
    assert needed(found, "DE").volume_gwh == pytest.approx(german, abs=0.1)
    assert needed(found, "EVERYBODY").volume_gwh == pytest.approx(60.0, abs=0.1)


def test_stores_as_full_as_without_the_cut_cost_their_filling():
    """Without the cut the store keeps its 30 GWh; in the cut they are used, for missing a target costs less."""
    full = toy_case(
        demand={"DE": 10.0},
        pipelines={("RU", "DE"): (10.0, 1.0)},
        supply={"RU": (10.0, 10.0)},
        lng={"DE": (8.0, 30.0, 2.0)},
        storage={"DE": (30.0, 5.0, 5.0, 30.0)},
        days=10,
    )
    full = full.with_("storage", targets=(target(full, "DE", 1, 30.0, 50.0),))
    found = toy_study(without_lng(without_supply(full, "RU", 0.4)), without_lng(full), OFFERED)
    problem = PromiseProblem(found, region_of(found, "DE"))

    assert problem.least().volume_gwh == pytest.approx(30.0, abs=0.01)
    assert problem.least(full_stores=True).volume_gwh == pytest.approx(60.0, abs=0.01)


def test_protected_customers_alone_need_less():
    """Households use 3 of the 10 GWh/d and come last: with 2 GWh/d left, 1 GWh/d spares them, 8 everybody."""
    case = with_households(short_of_six(), "DE", 3.0)
    rate = case.demand.rate.copy()
    rate[case.node("DE"), INDUSTRY] = 7.0
    case = with_tiers(
        without_supply(case.with_("demand", rate=rate), "RU", 0.5),
        ("industry", INDUSTRY, 1.0, 300.0, False, 2),
        ("households", HOUSES, 1.0, 3_000.0, True, 2),
    )
    found = toy_study(case, promised=OFFERED)

    assert needed(found, "DE", protected_only=True).volume_gwh == pytest.approx(10.0, abs=0.01)
    assert needed(found, "DE").volume_gwh == pytest.approx(80.0, abs=0.01)


def test_an_unknown_region_is_an_error_that_says_what_to_give():
    with pytest.raises(ScenarioError, match="'XX' is no market"):
        promise(toy_study(short_of_six(), promised=OFFERED), "XX")


@settings(max_examples=tries(25))
@given(networks(slices=3))
def test_a_needed_promise_removes_the_shortage_and_one_per_cent_less_does_not(case: Case):
    """In any network: granted as steps of supply it leaves what no promise reaches; 1 % less leaves more."""
    offered = assurances(("us", "SEA", "lng", 1.0, 3.0), ("own", "DE", "production", 1.0, 50.0))
    found = toy_study(case, promised=offered)
    everybody = region_of(found, "EVERYBODY")
    need = needed(found, "EVERYBODY")

    assert unmet_gwh(found, everybody, need.rates) == pytest.approx(need.unserved_gwh, abs=0.05)
    if need.volume_gwh > 5.0:
        assert unmet_gwh(found, everybody, need.rates, 0.99) > need.unserved_gwh + 1e-4 * need.volume_gwh


def least_cost(found: Study, case: Case) -> Solved:
    """A case optimised as a whole, with nothing of a question in it."""
    matrix = compiled(case)
    solution = optimum(matrix, case)[0]
    return replace(found.solved, case=case, values=values_of(matrix, solution, case))


@settings(max_examples=tries(25))
@given(networks(slices=3))
def test_granted_at_least_cost_the_promise_for_everybody_leaves_what_no_promise_reaches(case: Case):
    """The plan that costs least, with nothing of the question left in it, does as well as the question asked for.

    Not where a store's rate hangs on its filling or a target is set: to cut a little may then cost less than to fill.
    """
    found = toy_study(case, promised=assurances(("own", "DE", "production", 1.0, 50.0)))
    need = needed(found, "EVERYBODY")

    left = total_curtailed_gwh(least_cost(found, ways.with_promises(case, found.data, need.rates)))
    assert left >= need.unserved_gwh - 0.05
    if not case.storage.targets and not len(case.storage.curve_storage):
        assert left == pytest.approx(need.unserved_gwh, abs=0.05)


# The largest cut that is survived -------------------------------------------------------------------------------------


def stop_of(case: Case, stopped: Case) -> FullStop:
    return FullStop(toy_study(stopped), FIRST_DAY, case)  # type: ignore[arg-type]


def own_six(slices: int = 4) -> Case:
    """Germany needs 10 GWh/d and has 6 of its own; Russia offers 10."""
    return toy_case(
        demand={"DE": 10.0},
        pipelines={("RU", "DE"): (10.0, 1.0)},
        supply={"DE": (6.0, 5.0), "RU": (10.0, 10.0)},
        lng={"DE": (5.0, 30.0, 2.0)},
        days=10,
        slices=slices,
    )


def test_the_survivable_cut_leaves_what_is_needed():
    """4 of Russia's 10 GWh/d are needed: a cut of 60 % is survived."""
    case = without_lng(own_six())
    stop = stop_of(case, without_supply(case, "RU"))

    assert largest_lost_share(stop, region_of(stop.study, "DE")) == pytest.approx(0.6)


def test_a_region_that_is_short_anyway_survives_no_cut():
    case = without_lng(without_supply(own_six(), "DE", 0.0))
    rate = case.demand.rate + np.where(case.demand.rate > 0.0, 1.0, 0.0)
    case = case.with_("demand", rate=rate)
    stop = stop_of(case, without_supply(case, "RU"))

    assert largest_lost_share(stop, region_of(stop.study, "DE")) is None


def test_saving_and_lng_stand_in_for_russian_gas():
    """Of 10 GWh/d 10 % are saved and 6 are own: 3 from Russia; with 2 GWh/d of LNG 1. No saving, no LNG: 4."""
    case = own_six()
    two_a_day = case.with_("lng", europe_limit=np.full_like(case.lng.europe_limit, 20.0))
    stop = stop_of(two_a_day, without_supply(two_a_day, "RU"))
    region = region_of(stop.study, "DE")

    assert needed_share(stop, region, 0.0, 0.0) == pytest.approx(0.4)
    assert needed_share(stop, region, 0.1, 0.0) == pytest.approx(0.3)
    assert needed_share(stop, region, 0.1, 1.0) == pytest.approx(0.1)


def test_a_cut_that_is_no_full_stop_is_made_one_on_its_own_day(data, monthly):
    stop = full_stop(study(monthly("russia_cuts_further"), data))

    assert date(2022, 2, 15) == stop.begins
    assert stop.study.scenario.measures[-1].remaining_share == 0.0
    russian = stop.study.case.supply.supplier == "RU"
    assert (stop.taken[russian][:, 3:] == stop.whole.supply.rate[russian][:, 3:]).all()


@pytest.mark.parametrize("foresight", ["surprise", "perfect"])
def test_the_share_that_is_survived_is_the_share_of_the_measure(data, monthly, foresight):
    """Asked another way: with a little more than the needed share of Russian gas nobody is cut, with less somebody."""
    asked = study(monthly("full_cutoff_february", foresight=foresight), data)
    stop = full_stop(asked)
    lost = largest_lost_share(stop, region_of(stop.study, "EUROPE"))
    assert 0.02 < lost < 0.98

    def cut_gwh(share: float) -> float:
        cut = {"kind": "supply_cut", "supplier": "RU", "remaining_share": share, "start": stop.begins}
        solved = solve_scenario(monthly("reference", cut), data)
        return float(solved.values["curtailment"].sum(axis=1).sum(axis=0) @ solved.case.timeline.days)

    assert cut_gwh(1.0 - lost + 0.005) == pytest.approx(0.0, abs=50.0)
    assert cut_gwh(1.0 - lost - 0.02) > 1_000.0


def test_what_a_stop_takes_away_is_what_would_have_come(data, monthly):
    """Not the daily rates, which stand above what the volume of the horizon allows."""
    asked = study(monthly("full_cutoff_february"), data)
    stop = full_stop(asked)
    before = asked.before
    sold = before.values["supply"][before.case.supply.supplier == "RU"] @ before.case.timeline.days
    first = before.case.timeline.boundary_at(stop.begins)
    rates = before.values["supply"][before.case.supply.supplier == "RU"][:, first:]
    came = float((rates @ before.case.timeline.days[first:]).sum())

    assert came == pytest.approx(stop.lost_gwh, rel=0.02)
    assert stop.lost_gwh < sold.sum()


# Saving ---------------------------------------------------------------------------------------------------------------


def short_of_twenty() -> Case:
    """Three spells of 10 days; 10 GWh/d are needed and 9 come; the store holds 10 GWh: 20 GWh lack."""
    return toy_case(
        demand={"DE": 10.0},
        pipelines={("RU", "DE"): (10.0, 1.0)},
        supply={"RU": (9.0, 10.0)},
        storage={"DE": (30.0, 5.0, 5.0, 10.0)},
        periods=3,
        days=10,
    )


def test_the_later_saving_begins_the_more_is_needed_until_none_is_enough():
    """20 GWh of 300, of 200; from day 21 on it is too late: 20 GWh lack before, and the store has 10."""
    found = toy_study(short_of_twenty())
    curve = saving_curve(found.solved, Aim(region_of(found, "DE")))

    assert curve.to_numpy()[:2] == pytest.approx([20 / 300, 20 / 200])
    assert np.isnan(curve.to_numpy()[2])


def test_the_latest_day_is_the_last_on_which_the_strength_is_enough():
    """10 % of the last 20 days are 20 GWh: it must begin on day 11, and a day later is too late."""
    found = toy_study(short_of_twenty())
    aim = Aim(region_of(found, "DE"))

    assert latest_day(found.solved, aim, 0.10) == date(2022, 1, 11)
    assert latest_day(found.solved, aim, 0.05) is None
    assert needed_saving(found.solved, aim, date(2022, 1, 12)) > 0.10


def test_a_tolerated_cut_needs_less_saving():
    """Of 300 GWh 2 %, 6 GWh, may be cut: 14 are saved."""
    found = toy_study(short_of_twenty())

    assert needed_saving(found.solved, Aim(region_of(found, "DE"), 0.02), FIRST_DAY) == pytest.approx(14 / 300)


def test_who_gives_up_gas_for_its_price_cannot_save_it_again():
    """Of 10 GWh/d half may leave for its price and 4 come: (1 - s) 5 + 4 = (1 - s) 10 gives s = 0.2."""
    case = toy_case(demand={"DE": 10.0}, pipelines={("RU", "DE"): (10.0, 1.0)}, supply={"RU": (4.0, 10.0)}, days=10)
    found = toy_study(with_voluntary(case, ("half", INDUSTRY, 0.5, 50.0)))

    assert needed_saving(found.solved, Aim(region_of(found, "DE")), FIRST_DAY) == pytest.approx(0.2)


# Real data ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cut(data) -> Study:
    return study("full_cutoff_february", data, resolution="month")


@pytest.fixture(scope="module")
def german_promise(cut) -> Answer:
    return promise(cut, "DE")


def test_the_promise_for_germany_removes_its_shortage_and_one_per_cent_less_does_not(german_promise):
    found = german_promise
    check = found.tables["The promise granted in full and one per cent short of it"].set_index("granted_share")

    assert check.loc[1.0, "still_cut_twh"] == pytest.approx(0.0, abs=1e-4)
    assert check.loc[0.99, "still_cut_twh"] > 0.5
    assert found.table["promise_twh"].iloc[0] == pytest.approx(check.loc[0.0, "still_cut_twh"], rel=0.02)


def test_gas_on_the_spot_bounds_every_promise_from_below_and_more_harm_needs_more(german_promise):
    table = german_promise.table
    kept, seller, full, voluntary, appears, shared = table["promise_twh"].to_numpy()

    assert appears <= kept + 1e-6 <= min(full, shared)
    assert full <= voluntary + 1e-6
    assert seller + table["out_of_reach_twh"].iloc[1] >= kept - 1e-6


def test_a_lower_price_asks_for_a_larger_promise_and_spares_every_cut_on_the_way(cut, german_promise):
    table = price_table(cut, region_of(cut, "DE"), [110.0, 175.0, 265.0])
    kept = german_promise.table["promise_twh"].iloc[0]

    assert table["appears_in_the_region_twh"].is_monotonic_decreasing
    assert table["appears_in_the_region_twh"].min() >= kept
    assert table["cut_then_twh"].to_numpy() == pytest.approx(0.0, abs=1e-4)
    assert (table["as_lng_twh"] <= table["appears_in_the_region_twh"]).all()


def test_where_nobody_is_cut_the_price_alone_asks_for_a_promise(data):
    dear = study("russia_cuts_further", data, resolution="month")
    low, high = (promise(dear, "DE", price_limit_eur_per_mwh=limit) for limit in (120.0, 250.0))

    assert "Nothing has to be promised against cuts" in low.words
    assert "stays under 120 EUR/MWh" in low.words
    assert "stays under 250 EUR/MWh without any promise" in high.words


def test_a_larger_survivable_cut_for_fewer_customers_and_smaller_regions(cut):
    table = survivable_cut(cut).table.set_index(["region", "customers"])["survived_share"]

    for region in ("Germany", "the EU27", "every market of the model"):
        assert table[region, "all"] <= table[region, "protected"] + 1e-9
    assert table["every market of the model", "all"] <= table["the EU27", "all"] <= table["Germany", "all"]


def test_saving_needed_rises_with_the_day_it_begins(cut):
    found = saving_start(cut, shares := "EU27")
    curve = list(found.tables.values())[1]["needed_with_some_cut_share"].dropna()

    assert curve.is_monotonic_increasing
    assert shares in found.name


def test_the_promise_flows_only_after_the_announcement(cut):
    need = needed(cut, "DE")

    assert all((rate[:2] == 0.0).all() for rate in need.rates.values())
    assert replace(need, volume_gwh=0.0).rates == need.rates


@pytest.mark.slow
def test_every_number_of_an_answer_has_a_unit(cut):
    for found in (promise(cut), survivable_cut(cut), early_warning(cut), adversary(cut), best_sanction(cut)):
        for table in found.tables.values():
            numbers = table.select_dtypes("float").columns
            assert [] == [name for name in numbers if unit_of(str(name)) is None], found.name
