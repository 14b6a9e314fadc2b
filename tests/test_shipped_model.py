"""The model as it is shipped, every mechanism in use: what holds of the plainer one of most tests holds of it too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import pytest

from energy_model import GasData, library, load_scenario, run, with_changes
from energy_model.data.mechanisms import MECHANISMS
from energy_model.results.headline import headline_values
from energy_model.results.run import Results
from energy_model.scenario import Scenario
from energy_model.scenario.measures import KINDS

SHORTAGE = "full_cutoff_february"
Solve = Callable[..., Results]


@pytest.fixture(scope="module")
def solve(shipped: GasData) -> Solve:
    """A scenario of the library in months, with further measures as dictionaries in JSON and keys changed."""

    @cache
    def solved(name: str, *measures: tuple[tuple[str, object], ...], **keys: object) -> Results:
        known = load_scenario(name, shipped.root, shipped)
        added = tuple(KINDS[str(dict(one)["kind"])](**dict(one)) for one in measures)
        return run(
            with_changes(known, **{"resolution": "month", "measures": (*known.measures, *added), **keys}), shipped
        )

    return solved


def measure(**keys: object) -> tuple[tuple[str, object], ...]:
    return tuple(keys.items())


def curtailed(results: Results) -> float:
    """Curtailed in the region in focus, TWh."""
    return float(headline_values(results, "TWh")["region_curtailed"])


def test_the_package_names_the_mechanisms_that_it_uses(shipped: GasData) -> None:
    used = set(shipped.storyline.mechanisms)

    assert used <= set(MECHANISMS)
    assert {"low_calorific", "supply_by_month", "delivery_points", "lng_world", "solidarity_groups"} <= used


def test_nobody_is_short_in_the_reference(solve: Solve) -> None:
    """January 2022 was dear, and nobody was cut."""
    assert curtailed(solve("reference")) < 1.0


@pytest.mark.parametrize("supplier", ["RU", "NO", pytest.param("DZ", marks=pytest.mark.slow)])
def test_a_supplier_who_sends_more_never_leaves_a_greater_cost(supplier: str, solve: Solve) -> None:
    def cost(share: float) -> float:
        cut = measure(kind="supply_cut", supplier=supplier, remaining_share=share, start=date(2022, 3, 1))
        return solve("reference", cut, foresight="perfect").objective_eur

    none, half, whole = (cost(share) for share in (0.0, 0.5, 1.0))
    assert none >= half >= whole
    assert whole == pytest.approx(solve("reference", foresight="perfect").objective_eur, rel=1e-9), "a cut by nothing"


def test_a_saving_never_makes_the_shortage_worse(solve: Solve) -> None:
    saving = measure(kind="demand_saving", share=0.1, countries=("EU27",), start=date(2022, 4, 1))

    assert curtailed(solve(SHORTAGE, saving)) < curtailed(solve(SHORTAGE))


def test_a_cold_winter_and_a_thirsty_asia_make_it_worse(solve: Solve) -> None:
    assert curtailed(solve("full_cutoff_cold_winter")) > curtailed(solve(SHORTAGE))
    assert curtailed(solve("full_cutoff_low_lng")) > curtailed(solve(SHORTAGE))


def test_a_more_elastic_world_leaves_europe_more_gas(solve: Solve) -> None:
    low, central, high = (curtailed(solve(SHORTAGE, lng_elasticity=one)) for one in ("low", "central", "high"))

    assert low > central > high > 0.0


def test_balances_close_and_plain_and_fast_ways_agree(solve: Solve, shipped: GasData) -> None:
    fast = solve(SHORTAGE)
    plain = run(with_changes(load_scenario(SHORTAGE, shipped.root, shipped), resolution="month"), shipped, plain=True)

    assert plain.objective_eur == pytest.approx(fast.objective_eur, rel=1e-7)
    assert headline_values(plain, "TWh")["region_curtailed"] == pytest.approx(
        headline_values(fast, "TWh")["region_curtailed"], abs=0.05
    )


def test_each_mechanism_left_out_changes_the_answer(solve: Solve, shipped: GasData) -> None:
    """What is shipped is used: none of them is there for show, also where plans are few."""
    whole = solve(SHORTAGE, foresight="surprise").objective_eur

    for name in shipped.storyline.mechanisms:
        without = solve(SHORTAGE, foresight="surprise", **{name: False})
        assert without.objective_eur != pytest.approx(whole, rel=1e-6), name


def shortage(shipped: GasData, **keys: object) -> Scenario:
    """As it is shipped, in months: a day on which something is announced divides one."""
    return with_changes(load_scenario(SHORTAGE, shipped.root, shipped), **{"resolution": "month", **keys})


@pytest.fixture(scope="module")
def alone(shipped: GasData) -> Results:
    """The shortage, compared with nothing."""
    return run(shortage(shipped), shipped)


def test_a_run_alone_says_what_a_briefing_says(shipped: GasData, alone: Results) -> None:
    """Scenarios of the library stand on the periods of all, and buyers of LNG hear no news on somebody else's day."""
    beside = run(shortage(shipped), shipped, beside=list(library(shipped.root)))

    assert curtailed(beside) == pytest.approx(curtailed(alone), rel=1e-9)


@pytest.mark.parametrize("resolution", ["month", pytest.param("week", marks=pytest.mark.slow)])
@pytest.mark.parametrize("foresight", ["surprise", "rolling"])
def test_a_day_on_which_nothing_is_announced_is_no_news_to_buyers_of_lng(
    shipped: GasData, alone: Results, foresight: str, resolution: str
) -> None:
    """A plan that is put on finer periods later on still answers to the news of 15 February, not to those days."""
    days = (date(2022, 2, 24), date(2022, 3, 20))
    reference = load_scenario("reference", shipped.root, shipped)
    saving = [KINDS["demand_saving"](kind="demand_saving", share=0.05, start=day) for day in days]
    others = [with_changes(reference, measures=(one,)) for one in saving]
    scenario = shortage(shipped, foresight=foresight, resolution=resolution)
    by_itself = alone if scenario == alone.scenario else run(scenario, shipped)
    beside = run(scenario, shipped, beside=others)

    assert curtailed(beside) == pytest.approx(curtailed(by_itself), rel=0.003)


def test_january_has_the_cargoes_that_came_and_nothing_of_it_is_postponed(solve: Solve, shipped: GasData) -> None:
    """The month was over on the day of the vintage: what landed in each larger market is known, and what was taken."""
    landed = shipped["known_lng"].query("month == '2022-01'").set_index("node")["landed_gwh_per_day"]
    found = solve("reference")
    sent = found["sendout"].query("period == 1").groupby("node")["energy_gwh"].sum() / 31.0
    large = landed.index[landed > 100.0]

    assert sent[landed.index].sum() == pytest.approx(landed.sum(), rel=0.1)
    assert sent[large].to_numpy() == pytest.approx(landed[large].to_numpy(), rel=0.1)
    assert found["deferred"].query("period == 1")["deferred_gwh_per_day"].max() < 1.0


def test_what_landed_in_a_known_month_is_no_duty(solve: Solve) -> None:
    """Whoever refuses American cargoes from the first day on has none in January either, and a plan is found."""
    found = solve("reference", measure(kind="lng_ban", exporter="US", start=date(2022, 1, 1)))

    assert found["lng"].query("exporter == 'US'")["energy_gwh"].sum() < 1.0
