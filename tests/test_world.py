"""From tables to the case before measures, worked out by hand on the toy package; and mutants that these claims kill.

Rates are GWh/d and flat over the year 2031; see :mod:`toy_package` for the network.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from textwrap import dedent
from typing import Any

import numpy as np
import pandas as pd
import pytest
from toy_package import toy_data

from energy_model.data import GasData
from energy_model.data.ranges import RANGES
from energy_model.plan import foresight
from energy_model.plan.foresight import solve_scenario
from energy_model.results import spread
from energy_model.results.run import run
from energy_model.scenario import Case, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import bans
from energy_model.scenario.schema import Scenario
from energy_model.scenario.world import base_case, contracts, lng, network, response, storage, supply

TIE = 1.1e-4
"""Ties between equal costs are broken by less than this, EUR/MWh."""


def scenario(**changes: Any) -> Scenario:
    data = toy_data()
    return with_changes(load_scenario("reference", data.root, data), **{"resolution": "month", **changes})


def case(data: GasData | None = None, **changes: Any) -> Case:
    chosen = scenario(**changes)
    return base_case((toy_data() if data is None else data).at(chosen.as_of), chosen)


def months(count: int) -> dict[str, object]:
    """A horizon of the first months of the year."""
    return {
        "horizon": {"start": date(2031, 1, 1), "end": (pd.Timestamp(2031, count, 1) + pd.offsets.MonthEnd()).date()}
    }


def line(found: Case, name: str) -> int:
    return int(np.flatnonzero(found.pipelines.id == name)[0])


# Claims, each a number worked out by hand


def listed_tariffs_count() -> None:
    """XX to BB costs the 2.00 that its tariff says, whatever the distance."""
    assert case().pipelines.cost[line(case(), "xx_bb")] == pytest.approx(2.0, abs=TIE)


def default_tariff_and_distance() -> None:
    """Elsewhere 0.73 for a border, and 0.72 per 1,000 km from a supplier; within one country nothing."""
    found, data = case(), toy_data()
    (km,) = data["pipelines"].loc[data["pipelines"]["pipeline"] == "xx_aa", "length_km"]

    assert 2000.0 < km < 3000.0
    assert found.pipelines.cost[line(found, "xx_aa")] == pytest.approx(0.73 + 0.72 * km / 1000.0, abs=TIE)
    assert found.pipelines.loss_share[line(found, "xx_aa")] == pytest.approx(0.01 * km / 1000.0)
    assert found.pipelines.cost[line(found, "aa_cc")] == pytest.approx(0.73, abs=TIE)
    assert found.pipelines.cost[line(found, "north_south")] == pytest.approx(0.0, abs=TIE)
    assert 0.0 == found.pipelines.loss_share[line(found, "aa_cc")]


def suppliers_follow_their_profile() -> None:
    """XX can deliver 400 a day, in July half of it; YY 120 in every month."""
    found = case()
    rate = dict(zip(found.supply.supplier, found.supply.rate, strict=True))

    assert rate["XX"] == pytest.approx([400.0] * 6 + [200.0] + [400.0] * 5)
    assert rate["YY"] == pytest.approx([120.0] * 12)
    assert rate["AA_S"] == pytest.approx([10.0] * 12)


def take_or_pay_is_of_the_horizon() -> None:
    """0.8 of 36,500 GWh a year: 80 a day for the 90 days of January to March, 181 days to the end of the contract."""
    assert case(**months(3)).contracts.floor == pytest.approx([36_500 * 0.8 * 90 / 365])
    assert case().contracts.floor == pytest.approx([36_500 * 0.8 * 181 / 365])
    assert case().contracts.owed[0] == pytest.approx([80.0] * 6 + [0.0] * 6)


def first_stock_is_the_last_observation() -> None:
    """10,500 GWh in mid-December, 10,000 on 1 January: a year begins with 10,000, and so does a run from the 20th."""
    assert [10_000.0] == case().storage.initial.tolist()
    late = {"horizon": {"start": date(2031, 1, 20), "end": date(2031, 3, 31)}}
    assert [10_000.0] == case(**late).storage.initial.tolist()
    old = {"horizon": {"start": date(2031, 2, 10), "end": date(2031, 3, 31)}}
    assert np.isnan(case(**old).storage.initial).all(), "a level of more than a month ago says nothing"


def held_gas_costs_interest() -> None:
    """5 % a year on 40 EUR/MWh is 2 EUR a year, a 365th of it a day."""
    assert case().storage.holding_cost == pytest.approx(2.0 / 365.0)


def elasticity_steps_stand_at_the_geometric_mean() -> None:
    """Industry, elasticity -0.5 from 20 EUR/MWh: to 30 EUR it gives up 1 - (30/20)^-0.5 = 18.35 %, at sqrt(20 x 30)."""
    found = case().demand
    steps = np.flatnonzero(found.voluntary_sector == found.sectors.index("industry"))

    assert found.voluntary_share[0, steps[0], 0] == pytest.approx(0.183503, abs=1e-6)
    assert found.voluntary_cost[steps[0]] == pytest.approx(24.494897)
    assert found.voluntary_share[0, steps, 0].sum() == pytest.approx(1.0 - (250.0 / 20.0) ** -0.5)
    assert found.voluntary_cost[steps[1]] == pytest.approx(np.sqrt(30.0 * 50.0))


def volumes_and_rates_of_lng() -> None:
    """109,500 GWh a year are 300 a day, 375 in a month; freight 0.82 for 1,000 nm and 1.00 to regasify."""
    found = case().lng

    assert found.rate == pytest.approx(np.full((1, 12), 375.0))
    assert found.volume == pytest.approx([109_500.0])
    assert case(**months(3)).lng.volume == pytest.approx([27_000.0])
    assert found.cost == pytest.approx(np.full((1, 12), 40.0), abs=TIE)
    assert found.route_cost == pytest.approx(np.full((1, 12), 1.82), abs=TIE)
    assert found.europe_limit[:2] == pytest.approx([120_000 * 31 / 365, 120_000 * 28 / 365])
    assert case(lng_limit_twh_per_year=73.0).lng.europe_limit[0] == pytest.approx(73_000 * 31 / 365)


def volumes_of_suppliers_are_of_the_horizon() -> None:
    """146,000 GWh a year for XX: in January to March 90/365 of it; own production is its rates, summed."""
    found = case(**months(3)).supply
    volume = dict(zip(found.supplier, found.volume, strict=True))

    assert volume == pytest.approx({"XX": 36_000.0, "YY": 10_800.0, "AA_S": 900.0})


def rates_of_stores_fall_with_the_level() -> None:
    """Withdrawal from 0.2 to the full rate at half; injection from the full rate at 0.8 to 0.4 when full."""
    found = case().storage
    lines = {
        (str(kind), round(float(a), 9), round(float(b), 9))
        for kind, a, b in zip(found.curve_kind, found.curve_intercept, found.curve_slope, strict=True)
    }

    assert {("withdrawal", 0.2, 1.6), ("injection", 3.4, -3.0)} == lines
    assert found.injection == pytest.approx(np.full((1, 12), 100.0))
    assert found.withdrawal == pytest.approx(np.full((1, 12), 150.0))


def levels_to_be_reached() -> None:
    """60 % of 20,000 GWh on 1 November, and 19.62 % left at the end."""
    levels = {target.kind: (target.date, target.level_gwh) for target in case().storage.targets}

    assert (date(2031, 11, 1), pytest.approx(12_000.0)) == levels["customary"]
    assert (date(2032, 1, 1), pytest.approx(0.1962 * 20_000.0)) == levels["end_level"]


def demand_is_that_of_the_weather() -> None:
    """450 a day; half of it is heat, of which the cold year takes a fifth more; sectors as they burn."""
    found = case()

    assert found.demand.rate.sum(axis=(0, 1)) == pytest.approx([450.0] * 12)
    assert case(weather="harsh").demand.rate.sum(axis=(0, 1)) == pytest.approx([495.0] * 12)
    assert found.demand.rate[found.node("AA_N"), :, 0] == pytest.approx([80.0, 20.0, 60.0, 30.0, 10.0])


def a_ban_leaves_lines_between_those_who_ban_open() -> None:
    """AA and BB ban at the border what comes over the routes of XX; a leg from BB to AA stays open."""
    lines = toy_data()["pipelines"]
    onward = lines.assign(route=lines["route"].where(lines["pipeline"] != "bb_aa", "south_line"))
    ban = bans.ImportBan(kind="import_ban", supplier="XX", countries=("AA_N", "AA_S", "BB"), by="border")
    chosen = scenario()
    data = toy_data().varied({"pipelines": onward}).at(chosen.as_of)
    found = ban.apply(base_case(data, chosen), data)
    open_lines = set(found.pipelines.id[found.pipelines.capacity.max(axis=1) > 0.0])

    assert {"yy_aa", "north_south", "south_north", "aa_cc", "aa_bb", "bb_aa"} <= open_lines
    assert {"xx_aa", "xx_bb"}.isdisjoint(open_lines)


def a_surprise_moves_prices_on_its_day() -> None:
    """XX stops on 1 April and nobody knew: March has the price of plenty, April that of customers who are cut."""
    prices = run("stop", toy_data())["prices"]
    price = prices.loc[prices["node"] == "AA_N", "price_eur_per_mwh"].tolist()

    assert max(price[:3]) < 40.0
    assert min(price[3:9]) > 200.0


def a_tight_side_is_never_cheaper() -> None:
    """With every stated range a tenth wide, gas is dearer for everybody at the tight side of each input."""
    data, chosen = with_ranges(toy_data()), load_scenario("stop", toy_data().root)
    for name in ("volumes of pipeline suppliers", "indigenous production", "send-out of terminals", "price of LNG"):
        (item,) = (one for one in spread.INPUTS if one.name == name)
        costs = [solve_scenario(chosen, item.moved(data, side)).objective_keur for side in (spread.EASY, spread.TIGHT)]

        assert costs[0] < costs[1], name


def with_ranges(data: GasData) -> GasData:
    """The toy with a range of a tenth to either side of each value that has one."""
    tables = {}
    for name in ("supply_steps", "production", "lng_terminals", "prices"):
        table = data[name].copy()
        for low, value, high in RANGES[name]:
            table[low], table[high] = 0.9 * table[value], 1.1 * table[value]
        tables[name] = table
    return data.varied(tables)


CLAIMS = [
    listed_tariffs_count,
    default_tariff_and_distance,
    suppliers_follow_their_profile,
    take_or_pay_is_of_the_horizon,
    first_stock_is_the_last_observation,
    held_gas_costs_interest,
    elasticity_steps_stand_at_the_geometric_mean,
    volumes_and_rates_of_lng,
    volumes_of_suppliers_are_of_the_horizon,
    rates_of_stores_fall_with_the_level,
    levels_to_be_reached,
    demand_is_that_of_the_weather,
    a_ban_leaves_lines_between_those_who_ban_open,
    a_surprise_moves_prices_on_its_day,
    a_tight_side_is_never_cheaper,
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_the_case_is_what_the_tables_say(claim: Callable[[], None]) -> None:
    claim()


# Mutants: a slip in one line of code, and the claim that notices it

Mutant = tuple[Callable[..., Any], str, str, Callable[[], None]]
MUTANTS: dict[str, Mutant] = {
    "interest of a month in place of a day": (
        storage.base_storage,
        "/ DAYS_PER_YEAR,",
        "/ 12.0,",
        held_gas_costs_interest,
    ),
    "steps valued at the arithmetic mean": (
        response.voluntary_steps,
        "np.sqrt(low * high)",
        "(low + high) / 2",
        elasticity_steps_stand_at_the_geometric_mean,
    ),
    "listed tariffs ignored": (
        network._transport,
        "np.where(np.isnan(listed), default + by_distance, listed)",
        "default + by_distance",
        listed_tariffs_count,
    ),
    "profile of suppliers ignored": (
        supply.step_rate,
        ".fillna(1.0)",
        " * 0.0 + 1.0",
        suppliers_follow_their_profile,
    ),
    "take-or-pay of a year in any horizon": (
        contracts._owed,
        " * float(in_force @ timeline.days) / DAYS_PER_YEAR",
        "",
        take_or_pay_is_of_the_horizon,
    ),
    "first observation in place of the last": (
        storage.observed_stock,
        ".last()",
        ".first()",
        first_stock_is_the_last_observation,
    ),
    "a ban closes lines between two who ban": (
        bans.ImportBan.apply,
        " & ~group[lines.from_node]",
        "",
        a_ban_leaves_lines_between_those_who_ban_open,
    ),
    "prices of a new plan from its second period on": (
        foresight._Record.add,
        "for n in matrix.rows}, first, parts)",
        "for n in matrix.rows}, first + (first > 0), parts)",
        a_surprise_moves_prices_on_its_day,
    ),
    "tight and easy change places": (
        spread.UncertainInput.moved,
        "self.tight if side == TIGHT else easy",
        "easy if side == TIGHT else self.tight",
        a_tight_side_is_never_cheaper,
    ),
    "default fee within a country": (
        network._transport,
        "abroad * parameter(",
        "parameter(",
        default_tariff_and_distance,
    ),
    "monthly limit of LNG in twelfths": (
        lng._monthly_limit,
        "timeline.month_days.sum(axis=1) * daily",
        "timeline.month_days.sum(axis=1) * 0 + yearly / 12",
        volumes_and_rates_of_lng,
    ),
    "volume of a year in any horizon": (
        supply.base_supply,
        'steps["volume_gwh_per_year"].to_numpy(float) * years',
        'steps["volume_gwh_per_year"].to_numpy(float)',
        volumes_of_suppliers_are_of_the_horizon,
    ),
}


@contextmanager
def mutated(function: Callable[..., Any], old: str, new: str) -> Iterator[None]:
    """Every caller of a function meets it with one piece of its code exchanged."""
    source = dedent(inspect.getsource(function))
    assert 1 == source.count(old), f"{function.__qualname__} has no longer one '{old}'; correct the mutant"
    space: dict[str, Any] = {}
    exec("from __future__ import annotations\n" + source.replace(old, new), function.__globals__, space)
    known, function.__code__ = function.__code__, space[function.__name__].__code__  # type: ignore[attr-defined]
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(GasData, "once", lambda _, key, make: make())  # nothing was made before, nor is kept
            yield
    finally:
        function.__code__ = known  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_slip_in_the_code_is_noticed(name: str) -> None:
    function, old, new, claim = MUTANTS[name]
    claim()
    with mutated(function, old, new), pytest.raises(AssertionError):
        claim()
