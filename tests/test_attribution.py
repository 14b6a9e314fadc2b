"""Shapley bars: by hand, their axioms in general, and on the model's own scenarios."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from examples import tries
from hypothesis import given, settings
from hypothesis import strategies as st

from energy_model.errors import ResultError
from energy_model.impact.attribution import attribution
from energy_model.impact.coalitions import Coalitions, pieces
from energy_model.impact.shapley import shapley
from energy_model.impact.study import study
from energy_model.results.headline import headlines
from energy_model.scenario import load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures.demand import DemandSaving

HEADLINES = (
    "EU27 curtailed (TWh)",
    "Germany curtailed (TWh)",
    "Total cost (bn EUR)",
    "EU27 mean price (EUR/MWh)",
)


def game(table: dict[str, float]):
    """A game from the worth of its coalitions, written as the digits of their players."""
    return lambda chosen: np.array([table["".join(sorted(map(str, chosen)))]])


@st.composite
def games(draw: st.DrawFn, most: int = 4):
    """Number of players and the worth of every coalition, the empty one included."""
    players = draw(st.integers(1, most))
    worth = {mask: draw(st.integers(-50, 50)) for mask in range(2**players)}
    return players, lambda chosen: np.array([float(worth[sum(2**k for k in chosen)])])


@pytest.fixture(scope="module")
def answers_back():
    return study("germany_backs_sanctions", resolution="month")


@pytest.fixture(scope="module")
def told(answers_back):
    return attribution(answers_back)


def test_three_players_by_hand():
    """Gloves: 0 has a left one, 1 and 2 a right one each; a pair is worth 1. Known: 2/3, 1/6, 1/6."""
    worth = {"": 0.0, "0": 0.0, "1": 0.0, "2": 0.0, "01": 1.0, "02": 1.0, "12": 0.0, "012": 1.0}

    found = shapley(3, game(worth))

    assert found.share[:, 0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert found.orders is None


def test_a_cut_and_a_saving_by_hand():
    """A cut alone leaves 10 short, a saving alone nothing, both together 4: the cut did 7, the saving took away 3."""
    found = shapley(2, game({"": 0.0, "0": 10.0, "1": 0.0, "01": 4.0}))

    assert found.share[:, 0] == pytest.approx([7.0, -3.0])


@settings(max_examples=tries(50))
@given(games())
def test_bars_sum_to_the_total(drawn):
    players, value = drawn

    total = value(frozenset(range(players))) - value(frozenset())

    assert shapley(players, value).share.sum(axis=0) == pytest.approx(total)
    assert shapley(players, value, exact_up_to=0, permutations=5).share.sum(axis=0) == pytest.approx(total)


@settings(max_examples=tries(50))
@given(games())
def test_a_player_who_changes_nothing_gets_nothing_and_changes_nobody(drawn):
    players, value = drawn

    more = shapley(players + 1, lambda chosen: value(chosen - {players}))

    assert more.share[players] == pytest.approx([0.0])
    assert more.share[:players] == pytest.approx(shapley(players, value).share)


@settings(max_examples=tries(50))
@given(games())
def test_the_names_of_the_players_do_not_matter(drawn):
    players, value = drawn

    other = shapley(players, lambda chosen: value(frozenset(players - 1 - k for k in chosen)))

    assert other.share[::-1] == pytest.approx(shapley(players, value).share)


def test_drawn_orders_come_close_within_their_error_and_the_seed_decides():
    def value(chosen: frozenset[int]) -> np.ndarray:
        return np.array([sum(chosen) ** 2 - 3.0 * len(chosen)])

    exact = shapley(6, value)
    drawn = shapley(6, value, exact_up_to=5, permutations=200, seed=1)
    again = shapley(6, value, exact_up_to=5, permutations=200, seed=1)

    assert 200 == drawn.orders
    assert (np.abs(drawn.share - exact.share) <= 4.0 * drawn.error + 1e-9).all()
    assert drawn.error[1:].min() > 0.0
    assert (drawn.share == again.share).all()
    assert (drawn.share != shapley(6, value, exact_up_to=5, permutations=200, seed=2).share).any()
    with pytest.raises(ResultError, match="no standard error"):
        shapley(6, value, exact_up_to=5, permutations=1)


def held_against_the_runs(one):
    found = Coalitions(one, pieces(one.scenario, one.baseline, 6))
    for chosen, results in (((), one.reference), (range(len(found.pieces)), one.results)):
        expected = headlines(results)[list(HEADLINES)].to_numpy(float)
        assert found.outcome(frozenset(chosen)) == pytest.approx(expected, rel=1e-4, abs=1e-6)
    return [piece.name for piece in found.pieces]


def test_nobody_and_everybody_are_the_two_runs(answers_back):
    """Solved along other plans, from other bases: the headline numbers are those of the runs themselves."""
    assert 3 == len(held_against_the_runs(answers_back))


@pytest.mark.slow
def test_other_weather_is_a_piece_too():
    cold = with_changes(load_scenario("full_cutoff_february"), weather="cold_1_in_20")
    names = held_against_the_runs(study(cold, resolution="month"))

    assert ["full stop", "weather: cold_1_in_20"] == names


def test_bars_go_from_the_reference_to_the_scenario(told):
    bars = told.table

    numbers = bars.drop(columns="bar").to_numpy()
    assert numbers[:-1].sum(axis=0) == pytest.approx(numbers[-1])
    assert ["Reference", "Scenario"] == [bars["bar"].iloc[0], bars["bar"].iloc[-1]]


def test_a_pipe_that_carries_nothing_changes_nothing_when_it_never_opens(told):
    """Nord Stream 2 is idle in the reference: to end it is a measure without effect, whoever comes first."""
    bars = told.table.set_index("bar")

    assert bars.loc["nord stream 2 never opens", list(bars.columns)].to_numpy(float) == pytest.approx(0.0, abs=1e-9)
    assert bars.loc["russia halves deliveries", "cost_eur_bn"] > 10.0
    assert bars.loc["all assurances", "cost_eur_bn"] < -1.0


@pytest.mark.slow
def test_two_measures_that_do_the_same_get_the_same():
    base = study("full_cutoff_february", resolution="month").scenario
    half = {"kind": "demand_saving", "share": 0.05, "countries": ("EU27",), "start": date(2022, 4, 1)}
    twins = tuple(DemandSaving(name=name, **half) for name in ("one", "other"))
    twice = base.model_copy(update={"measures": (*base.measures, *twins)})

    bars = attribution(study(twice)).table.set_index("bar")

    exact = ["eu27_unserved_twh", "germany_unserved_twh", "cost_eur_bn"]
    assert bars.loc["one", exact].to_numpy(float) == pytest.approx(bars.loc["other", exact].to_numpy(float), rel=1e-4)
    assert bars.loc["one", "eu27_unserved_twh"] < -1.0


def test_many_measures_of_a_kind_are_one_bar(answers_back):
    base = answers_back.scenario
    many = tuple(
        DemandSaving(kind="demand_saving", share=0.01, countries=("DE",), start=date(2022, 4, 1 + k)) for k in range(4)
    )
    more = base.model_copy(update={"measures": (*base.measures, *many)})

    found = pieces(more, answers_back.baseline, 6)

    assert 7 == len(pieces(more, answers_back.baseline, 7))
    assert ["route outage", "supply cut"] == [p.name for p in found][:2]
    assert "demand saving (4 measures)" == found[-1].name


def test_nothing_is_attributed_where_nothing_differs():
    told = attribution(study("reference", resolution="month"))

    assert "nothing to attribute" in told.words
    assert not told.applies
