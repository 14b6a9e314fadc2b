"""A floor at the winter's end, the level of the next autumn, and what a MWh spared is worth, on the toy.

The toy's store holds 20 TWh in AA_N; the winter ends on 1 April 2031, and 60 % are asked for on 1 November.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from toy_package import AS_OF, toy_data, write_toy
from typer.testing import CliRunner

from energy_model import GasData, Scenario, load_data, load_scenario, run, with_changes
from energy_model.cli import app
from energy_model.errors import ScenarioError
from energy_model.report.winter_floor import WinterFloor, winter_floor, write_winter_floor

FAN = [
    {"quantity": quantity, "state": state, "weight": weight, "low": weight, "high": weight, "as_of": AS_OF}
    for quantity, state, weight in (
        ("weather", "usual", 0.9),
        ("weather", "harsh", 0.1),
        ("lng", "little", 0.25),
        ("lng", "middle", 0.75),
    )
]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> GasData:
    """The toy with two weathers and two supplies of LNG."""
    return load_data(write_toy(tmp_path_factory.mktemp("toy") / "toy", fan=FAN), accept_errors=True)


def scenario(data: GasData, left: float) -> Scenario:
    """Exland sends a share from April on."""
    cut = {"kind": "supply_cut", "supplier": "XX", "remaining_share": left, "start": date(2031, 4, 1)}
    return with_changes(load_scenario("reference", data.root, data), id="cut", measures=(cut,))


@pytest.fixture(scope="module")
def plenty(toy: GasData) -> WinterFloor:
    return winter_floor(load_scenario("reference", toy.root, toy), toy)


@pytest.fixture(scope="module")
def stopped(toy: GasData) -> WinterFloor:
    return winter_floor(scenario(toy, 0.0), toy, floors=[0.45], savings=[0.2], place="UNION")


def row(found: WinterFloor, choice: str) -> dict[str, Any]:
    return dict(found.table.set_index("choice").loc[choice])


def test_every_pair_of_a_weather_and_a_supply_of_lng_counts_with_its_probability(plenty: WinterFloor) -> None:
    weights = plenty.worth.set_index(["weather", "lng_case"])["probability"]

    assert weights.sum() == pytest.approx(1.0)
    assert weights["harsh", "little"] == pytest.approx(0.1 * 0.25)
    assert (date(2031, 4, 1), date(2031, 11, 1)) == (plenty.winter_end, plenty.autumn)


def test_a_level_is_within_reach_with_plenty_and_out_of_reach_after_a_stop(
    plenty: WinterFloor, stopped: WinterFloor
) -> None:
    """Of 450 GWh a day that are asked for 180 are there without Exland: nothing is left to fill a store with."""
    assert 0.0 == row(plenty, "as it is")["autumn_out_of_reach"]
    assert 1.0 == pytest.approx(row(stopped, "as it is")["autumn_out_of_reach"])
    assert row(stopped, "as it is")["autumn_missing_twh"] > 0.0


def test_the_probability_is_the_sum_of_the_branches_that_miss(toy: GasData) -> None:
    """At half of Exland's gas each branch is solved by itself and looked at."""
    half = scenario(toy, 0.5)
    found = winter_floor(half, toy, level=0.9)
    first = float(toy["curtailment_tiers"]["cost_eur_per_mwh"].min())
    aim = {"kind": "storage_target", "countries": ("UNION",), "date": date(2031, 11, 1), "fill_share": 0.9}
    aim["penalty_eur_per_mwh"] = 0.99 * first
    missed = 0.0
    for weather, one in (("usual", 0.9), ("harsh", 0.1)):
        for lng, other in (("little", 0.25), ("middle", 0.75)):
            own = [measure.model_dump() for measure in half.measures]
            solved = run(with_changes(half, weather=weather, lng_case=lng, measures=(*own, aim)), toy)
            level = solved.statistics.filling.value(at="2031-11-01", node="AA_N")
            missed += one * other * (level < 0.9 - 1e-3)

    assert row(found, "as it is")["autumn_out_of_reach"] == pytest.approx(missed)


def test_a_floor_leaves_what_it_asks_for_and_a_saving_leaves_no_less(stopped: WinterFloor) -> None:
    base, floor, saving = (row(stopped, choice) for choice in ("as it is", "floor 45%", "saving 20%"))

    assert 0.0 == floor["floor_missed"]
    assert floor["least_left_share"] >= 0.45 - 1e-6
    assert saving["left_twh"] >= base["left_twh"] - 1e-6
    assert floor["after_curtailed_twh"] <= base["after_curtailed_twh"] + 1e-6
    assert saving["after_curtailed_twh"] <= base["after_curtailed_twh"] + 1e-6


def test_a_floor_and_a_saving_of_nothing_change_nothing() -> None:
    table = winter_floor(scenario(toy_data(), 0.5), toy_data(), floors=[0.0], savings=[0.0]).table.set_index("choice")
    numbers = table.loc[["floor 0%", "saving 0%"]].to_numpy(float)

    assert numbers == pytest.approx(table.loc[["as it is"] * 2].to_numpy(float), rel=1e-6, abs=1e-6)


def test_a_stricter_floor_leaves_more_and_costs_no_less() -> None:
    """With plenty it is gas that is bought in winter and not in summer."""
    found = winter_floor(load_scenario("reference", toy_data().root), toy_data(), floors=[0.3, 0.45, 0.6])
    floors = found.table.iloc[1:]

    assert floors["cost_eur_bn"].is_monotonic_increasing
    assert (floors["left_share"].to_numpy() >= [0.3 - 1e-6, 0.45 - 1e-6, 0.6 - 1e-6]).all()


def test_a_mwh_spared_is_worth_a_cut_after_a_stop_and_a_purchase_with_plenty(
    toy: GasData, plenty: WinterFloor, stopped: WinterFloor
) -> None:
    """After the stop it serves a customer who would be cut; with plenty it spares buying one in summer."""
    cheapest = float(toy["curtailment_tiers"]["cost_eur_per_mwh"].min())

    assert stopped.worth_eur_per_mwh > 0.8 * cheapest
    assert 15.0 < plenty.worth_eur_per_mwh < 0.5 * cheapest


def test_sentence_card_and_files_say_the_numbers_of_the_table(stopped: WinterFloor, tmp_path: Path) -> None:
    base = row(stopped, "as it is")
    files = write_winter_floor(stopped, "cut", tmp_path)

    assert f"{base['left_share']:.0%} are expected in store on 1 April 2031" in stopped.sentence
    assert "out of reach with a probability of 100%" in stopped.sentence
    assert "With floor 45%" in stopped.sentence
    assert "floor 45%" in repr(stopped)
    assert ["winter_floor_cut_union_choices.csv", "winter_floor_cut_union_worth.csv"] == [path.name for path in files]
    assert stopped.table["choice"].tolist() == pd.read_csv(files[0])["choice"].tolist()


def test_what_cannot_be_answered_is_told_at_once(toy: GasData) -> None:
    reference = load_scenario("reference", toy.root, toy)
    short = with_changes(reference, horizon={"start": date(2031, 1, 1), "end": date(2031, 8, 31)})
    with pytest.raises(ScenarioError) as told:
        winter_floor(short, toy, floors=[35.0], place="CC")
    for words in ("value 35: is no share", "Celand has no storage", "no 1 April with a 1 November after it"):
        assert words in str(told.value)


def test_without_a_level_of_the_data_one_has_to_be_named(tmp_path: Path) -> None:
    late = [{"target": "late", "scope": "AA_N", "date": "2031-02-01", "fill_share": 0.3, "kind": "customary"}]
    data = load_data(write_toy(tmp_path / "toy", storage_targets=late), accept_errors=True)
    reference = load_scenario("reference", data.root, data)
    with pytest.raises(ScenarioError, match="no level of Union is asked for after 2031-04-01; name one"):
        winter_floor(reference, data)

    assert winter_floor(reference, data, level=0.5).table["autumn_share"].iloc[0] >= 0.5 - 1e-6


def test_on_the_command_line_a_table_a_sentence_and_files(toy: GasData, tmp_path: Path) -> None:
    words = ["winter-floor", "stop", "--data", str(toy.root), "--accept-data-errors", "--out", str(tmp_path)]
    shown = CliRunner().invoke(app, [*words, "--floor", "0.3", "--saving", "0.1"], env={"COLUMNS": "250"})

    assert 0 == shown.exit_code, shown.output
    assert "out of reach with a probability of" in shown.output
    assert (tmp_path / "winter_floor_stop_union_choices.csv").is_file()
