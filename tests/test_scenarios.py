"""The scenario language: the library, inheritance, announcements, and the way through Excel and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from energy_model.data.load import GasData
from energy_model.errors import OutputError, ScenarioError
from energy_model.results.compare import scenario_difference
from energy_model.results.run import run
from energy_model.results.store import save_results
from energy_model.scenario import Case, Scenario, apply, as_scenario, check_against, library, load_scenario, notes
from energy_model.scenario.changes import load_changed
from energy_model.scenario.describe import keys_of, unit_of
from energy_model.scenario.excel import write_excel
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS, Measure
from energy_model.scenario.schema import Horizon

LIBRARY = (
    "reference",
    "eu_bans_russian_gas",
    "full_cutoff_april",
    "full_cutoff_cold_winter",
    "full_cutoff_february",
    "full_cutoff_low_lng",
    "full_cutoff_stores_empty",
    "full_cutoff_stores_filled",
    "full_cutoff_stores_trustee",
    "full_cutoff_with_assurances",
    "full_cutoff_with_savings",
    "germany_backs_in_vain",
    "germany_backs_sanctions",
    "germany_bans_russian_gas",
    "germany_does_not_back",
    "nord_stream_1_stops",
    "ns2_commissioned",
    "ns2_sanctioned_permanently",
    "phase_out_by_winter",
    "russia_cuts_further",
    "ukraine_at_war",
    "ukraine_transit_stops",
    "yamal_and_ukraine_stop",
)
every_scenario = pytest.mark.parametrize("name", LIBRARY)


def test_the_library_is_in_reading_order_with_the_reference_first() -> None:
    assert LIBRARY == tuple(library())


@every_scenario
def test_a_scenario_of_the_library_loads_applies_and_explains_itself(name: str, data: GasData) -> None:
    scenario = load_scenario(name, data=data)
    check_against(scenario, data.at(scenario.as_of))
    case = apply(scenario, data)

    assert name == scenario.id
    assert 10 <= len(scenario.title) <= 80
    assert len(scenario.description.split()) >= 25, "a paragraph that a reader without the file understands"
    assert (date(2022, 1, 31), date(2022, 1, 1)) == (scenario.as_of, scenario.horizon.start)
    assert case.timeline == scenario.timeline(data.storyline.decision_days)


@every_scenario
def test_every_measure_a_scenario_adds_is_named_and_those_that_answer_something_are_dated(name: str) -> None:
    own = load_scenario(name).measures[1:]
    standing = {"nord stream 2 never opens", "gazprom's stores"}  # in force from the first day, without a date

    assert all(measure.name for measure in own)
    assert all(measure.start for measure in own if measure.name not in standing)
    assert all("[" not in measure.headline and "{" not in measure.headline for measure in own)


@every_scenario
def test_titles_and_measures_tell_the_scenarios_apart(name: str) -> None:
    mine = load_scenario(name)
    others = [load_scenario(other) for other in LIBRARY if other != name]

    assert mine.title not in {other.title for other in others}
    for other in others:
        difference = scenario_difference(mine.model_dump(mode="json"), other.model_dump(mode="json"))
        assert set(difference["key"]) - {"based_on"}, f"{name} and {other.id} are one scenario with two names"


def test_at_war_ukraine_burns_two_fifths_less_and_fills_for_the_winter(data: GasData) -> None:
    """Nobody else's demand moves, and what Ukraine leaves is burnt or stored elsewhere, or fewer cargoes come."""
    peace, war = (
        run(with_changes(load_scenario(name, data.root), resolution="month"), data)
        for name in ("reference", "ukraine_at_war")
    )
    asked = (one["demand"].merge(one["periods"][["period", "start"]], on="period") for one in (peace, war))
    spring = (one[one["start"] >= "2022-03-01"] for one in asked)
    before, after = (one.groupby("node", observed=True)["demand_gwh"].sum() for one in spring)
    stock = war["storage"].merge(war["periods"][["period", "start"]], on="period")
    october = stock[(stock["start"] == "2022-10-01") & (stock["node"] == "UA")]

    assert after["UA"] / before["UA"] == pytest.approx(0.6, abs=0.03)
    assert after.drop("UA").to_numpy() == pytest.approx(before.drop("UA").to_numpy())
    assert (
        october["level_at_start_gwh"].sum()
        >= 0.45 * data["storage"].query("node == 'UA'")["working_gas_volume_gwh"].sum() - 1.0
    )
    assert war["sendout"]["energy_gwh"].sum() < peace["sendout"]["energy_gwh"].sum()


# Inheritance ----------------------------------------------------------------------------------------------------------


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def scenario_text(body: str = "", **keys: str) -> str:
    head = {"title": '"A test"', "description": '"Nothing more."'} | keys
    return "\n".join([*(f"{key} = {value}" for key, value in head.items()), body])


CUT = '[[measures]]\nkind = "supply_cut"\nname = "cut"\nsupplier = "RU"\nremaining_share = 0.0\nstart = 2022-02-15\n'


def test_a_scenario_inherits_keys_and_measures_of_its_base_but_not_its_words(tmp_path: Path) -> None:
    write(tmp_path, "mother", scenario_text(CUT, resolution='"day"', weather='"2021"', lng_price_factor="2"))
    child = load_scenario(write(tmp_path, "child", scenario_text(based_on='"mother"', weather='"2017"')))

    assert ("child", "mother") == (child.id, child.based_on)
    assert ("day", "2017", 2.0) == (child.resolution, child.weather, child.lng_price_factor)
    assert ["cut"] == [measure.name for measure in child.measures]


def test_own_measures_stand_after_inherited_ones(tmp_path: Path) -> None:
    write(tmp_path, "mother", scenario_text(CUT))
    own = CUT.replace("supply_cut", "price_cap").replace('"cut"', '"cap"') + "cap_eur_per_mwh = 20\n"
    child = load_scenario(write(tmp_path, "child", scenario_text(own, based_on='"mother"')))

    assert ["cut", "cap"] == [measure.name for measure in child.measures]


def test_without_leaves_an_inherited_measure_out(tmp_path: Path) -> None:
    text = scenario_text(based_on='"reference"', without='["yamal idle"]')
    child = load_scenario(write(tmp_path, "yamal_opens", text))

    assert () == child.measures
    assert 1 == len(load_scenario("reference").measures)


def test_a_file_beside_the_scenario_comes_before_the_library_as_its_base(tmp_path: Path) -> None:
    write(tmp_path, "reference", scenario_text(CUT))
    child = load_scenario(write(tmp_path, "child", scenario_text(based_on='"reference"')))

    assert ["cut"] == [measure.name for measure in child.measures]


def test_a_chain_of_any_length_hands_down_keys_and_measures(tmp_path: Path) -> None:
    """The eldest's measures come first, the nearest key counts, and anybody leaves out what any ancestor has."""
    later = CUT.replace("RU", "NO").replace('"cut"', '"of norway"')
    write(tmp_path, "one", scenario_text(CUT, based_on='"full_cutoff_february"', without='["full stop"]'))
    write(tmp_path, "two", scenario_text(later, based_on='"one"', weather='"2017"', lng_price_factor="2.0"))
    write(tmp_path, "three", scenario_text(based_on='"two"', weather='"2021"'))
    three = load_scenario(tmp_path / "three.toml")
    four = load_scenario(write(tmp_path, "four", scenario_text(based_on='"three"', without='["yamal idle", "cut"]')))

    assert ["yamal idle", "cut", "of norway"] == [measure.name for measure in three.measures]
    assert ["of norway"] == [measure.name for measure in four.measures]
    assert ("2021", 2.0, "A test") == (four.weather, four.lng_price_factor, four.title)
    assert ["four", "three", "two", "one", "full_cutoff_february", "reference"] == [file.name for file in four.files]
    assert ["four.toml", "three.toml beside four.toml", "library"] == [four.files[n].file for n in (0, 1, 5)]


def test_a_workbook_beside_can_be_a_base(tmp_path: Path) -> None:
    write_excel(load_scenario("full_cutoff_february"), tmp_path / "mother.xlsx")
    child = load_scenario(write(tmp_path, "child", scenario_text(based_on='"mother"', weather='"2021"')))

    assert ["yamal idle", "full stop"] == [measure.name for measure in child.measures]
    assert "mother.xlsx beside child.toml" == child.files[1].file


def test_a_file_that_bears_the_name_of_its_base_means_the_librarys(tmp_path: Path) -> None:
    own = load_scenario(write(tmp_path, "reference", scenario_text(CUT, based_on='"reference"')))

    assert ["yamal idle", "cut"] == [measure.name for measure in own.measures]
    assert [True, False] == [file.shadows_library for file in own.files]


def test_a_file_in_place_of_a_scenario_of_the_library_is_told(tmp_path: Path, data: GasData) -> None:
    write(tmp_path, "reference", scenario_text(CUT))
    told = notes(load_scenario(write(tmp_path, "child", scenario_text(based_on='"reference"'))), data)

    assert 1 == len(told)
    assert "built on reference.toml beside child.toml, not on 'reference' of the library" in told[0]
    assert () == notes(load_scenario(write(tmp_path, "other", scenario_text(based_on='"ns2_commissioned"'))), data)


def test_a_file_without_an_id_is_named_after_its_file(tmp_path: Path) -> None:
    assert "my_first_cut" == load_scenario(write(tmp_path, "My first-cut", scenario_text())).id


def test_changed_keys_are_checked_like_written_ones() -> None:
    reference = load_scenario("reference")

    assert "month" == with_changes(reference, resolution="month", foresight=None).resolution
    assert reference == with_changes(reference)
    told = "key 'resolution', value 'hour': must be one of 'day', 'week', 'month' or 'peak_days'"
    with pytest.raises(ScenarioError, match=told):
        with_changes(reference, resolution="hour")


LISTS = [(kind, key) for kind, model in KINDS.items() for key in ("countries", "sectors") if key in model.model_fields]


@pytest.mark.parametrize(("kind", "key"), LISTS)
def test_a_measure_that_acts_on_nobody_is_refused(kind: str, key: str) -> None:
    """But for a price cap: without countries it is that of every buyer."""
    empty = {"kind": kind, key: ()}
    try:
        with_changes(load_scenario("reference"), measures=(empty,))
    except ScenarioError as error:
        found = [problem for problem in error.problems if f"key '{key}'" in problem]
        assert all("value []: is an empty list" in problem and "name at least one" in problem for problem in found)
        assert bool(found) == (kind != "price_cap")
    else:
        pytest.fail("an empty list was accepted")


def nonsense(scenario: Scenario) -> dict[str, dict[str, object]]:
    third = scenario.measures[1].model_copy(update={"remaining_share": 3.0})
    return {
        "must be one of 'day'": {"resolution": "fortnight"},
        "must be more than 0": {"lng_price_factor": -3.0},
        "must be at most 1": {"measures": (third,)},
        "key 'resolutoin': not known; did you mean 'resolution'": {"resolutoin": "month"},
        "must be a table of keys": {"horizon": "2022"},
        "outside the horizon": {"horizon": Horizon(start=date(2022, 3, 1), end=date(2022, 4, 1))},
        "must be a list": {"measures": 5},
    }


def test_a_scenario_changed_past_its_schema_is_refused_before_anything_is_solved(data: GasData) -> None:
    scenario = load_scenario("full_cutoff_february")
    for told, changes in nonsense(scenario).items():
        with pytest.raises(ScenarioError, match=told):
            run(scenario.model_copy(update=changes), data)
    with pytest.raises(ScenarioError, match="has 2 problems"):
        as_scenario(scenario.model_copy(update={"resolution": "fortnight", "lng_price_factor": -3.0}))


# Changes in words -----------------------------------------------------------------------------------------------------

QATAR = "kind=extra_supply supplier=QA channel=lng volume_gwh_per_year=100000"


def test_a_change_in_words_is_the_change_a_file_would_make(tmp_path: Path, data: GasData) -> None:
    body = (
        '[[measures]]\nkind = "extra_supply"\nsupplier = "QA"\nchannel = "lng"\nvolume_gwh_per_year = 100000.0\n'
        '[[measures]]\nkind = "demand_saving"\nname = "a saving"\nshare = 0.1\ncountries = ["DE", "AT"]\n'
        "start = 2022-03-01\n"
    )
    keys = {"based_on": '"full_cutoff_february"', "weather": '"2021"', "days_alone": "[2022-02-01, 2022-02-02]"}
    keys["horizon"] = "{ start = 2022-01-01, end = 2022-12-31 }"
    written = load_scenario(write(tmp_path, "mine", scenario_text(body, **keys)), data=data)
    said = load_changed(
        "full_cutoff_february",
        data=data,
        added=[QATAR, "kind=demand_saving name='a saving' share=0.1 countries=DE,AT start=2022-03-01"],
        keys=["weather=2021", "horizon.end=2022-12-31", "days_alone=2022-02-01,2022-02-02"],
    )

    assert written.measures == said.measures
    assert set(scenario_difference(written.model_dump(mode="json"), said.model_dump(mode="json"))["key"]) == set()
    assert ["command line", "library", "library"] == [file.file for file in said.files]


@pytest.mark.parametrize("share", ["0.15", "0,15", "15 %", "15%", "'15 %'"])
@pytest.mark.parametrize("day", ["2022-06-01", "01.06.2022", "1.6.2022"])
def test_words_are_read_as_a_workbook_reads_its_cells(share: str, day: str, data: GasData) -> None:
    text = f"kind=demand_saving share={share} countries=DE,AT start={day}"
    keys = ["lng_price_factor=1,2", f"boundaries={day}", "horizon.end=31.12.2022"]
    saving = load_changed("reference", data=data, added=[text], keys=keys)

    assert (0.15, ("DE", "AT"), date(2022, 6, 1)) == tuple(
        getattr(saving.measures[-1], key) for key in ("share", "countries", "start")
    )
    assert (1.2, (date(2022, 6, 1),)) == (saving.lng_price_factor, saving.boundaries)
    assert date(2022, 12, 31) == saving.horizon.end


def test_one_per_cent_and_all_of_it_have_results_of_their_own(data: GasData) -> None:
    texts = [f"kind=supply_cut supplier=NO remaining_share={share}" for share in ("1", "1 %", "0.5", "0,5 %")]

    assert len(texts) == len({load_changed("reference", added=[text]).id for text in texts})


def test_every_word_that_cannot_be_read_is_told_at_once_with_what_else_is_wrong(data: GasData) -> None:
    texts = ["kind=supply_cut supplier=NO remaining_share=x start=y", "kind=supply_cut suplier=RU remaining_share=0"]
    with pytest.raises(ScenarioError) as error:
        load_changed("reference", data=data, added=texts, keys=["lng_price_factor=z", "horizon.end=w"])

    said = str(error.value)
    assert all(f"value '{word}'" in said for word in "xyzw")
    assert "'suplier': not known" in said
    assert "missing" not in said


def test_a_changed_scenario_has_an_id_and_a_title_of_its_own() -> None:
    base = load_scenario("full_cutoff_february")
    texts = [
        QATAR,
        QATAR.replace("100000", "10000"),
        QATAR.replace("QA", "US"),
        f"{QATAR} start=2022-03-01",
        f"{QATAR} end=2022-03-01",
        "kind=route_outage route=nord_stream_1",
        "kind=route_outage pipeline=nord_stream_1",
    ]
    changed = [load_changed(base.id, added=[text]) for text in texts] + [load_changed(base.id, keys=["weather=2021"])]

    assert base == load_changed(base.id)
    assert len(changed) + 1 == len({one.id for one in [*changed, base]})
    assert all(one.id.startswith("full_cutoff_february_with_") and len(one.id) <= 80 for one in changed)
    assert "full_cutoff_february_with_extra_supply_qa_lng_volume_gwh_per_year_100000" == changed[0].id
    assert changed[0].title == f"{base.title}, with extra supply from QA, 100000 GWh a year (central)"
    assert "weather=2021" in changed[-1].title
    assert "mine" == load_changed(base.id, keys=["id=mine"], added=[QATAR]).id


WRONG_WORDS = {
    "kind=extra_suply supplier=QA": "key 'kind': no such kind of measure; did you mean 'extra_supply'?",
    "kind=supply_cut suplier=RU remaining_share=0": "key 'suplier': not known; did you mean 'supplier'?",
    "kind=supply_cut supplier=RUX remaining_share=0": "(supply_cut), key 'supplier', value 'RUX': no",
    "kind=supply_cut supplier=RU remaining_share=50": "must be at most 1; it is a share: write 0.5 for 50 %",
    "kind=supply_cut supplier=RU remaining_share=1.000": "value '1.000': may mean a thousand or a fraction",
    "kind=supply_cut supplier=RU remaining_share=half": "write the figure alone; the decimal sign is a point",
    "kind=supply_cut supplier=RU remaining_share=nan": "key 'remaining_share', value 'nan': must be a number",
    "kind=supply_cut supplier=NO remaining_share=0 start=1/3/2022": "may begin with the day or with the month",
    "kind=supply_cut supplier=NO remaining_share=0 start=31.2.2022": "is no day of the calendar",
    "kind=demand_saving share=0.1 countries=": "key 'countries', value '': holds no item",
    "kind=supply_cut supplier=RU remaining_share=%": "value '%': must be a number",
    "kind=supply_cut supplier=NO remaining_share=0 start=2031-01-01": "outside the horizon",
    "kind=supply_cut supplier=RU remaining_share=0": "both set supplier RU",
    "supplier=RU": "--with 1 (no kind), key 'kind': missing",
    "kind=supply_cut RU": "--with 1, 'RU': write KEY=VALUE",
    "kind=supply_cut supplier=NO supplier=DZ": "--with 1, key 'supplier': given twice",
    "kind=supply_cut name='open": "--with 1, value 'kind=supply_cut name='open': no closing quotation",
    "": "--with 1: is empty",
}


@pytest.mark.parametrize("text", WRONG_WORDS)
def test_wrong_words_are_told_like_wrong_files(text: str, data: GasData) -> None:
    with pytest.raises(ScenarioError) as error:
        load_changed("full_cutoff_february", data=data, added=[text])

    assert WRONG_WORDS[text] in str(error.value)


WRONG_KEYS = {
    "wether=2021": "key 'wether': not known; did you mean 'weather'?",
    "weather=2031": "key 'weather', value '2031': no such weather",
    "weather": "--set 1, 'weather': write KEY=VALUE",
    "measures=none": "add measures with --with",
    "based_on=reference": "name the scenario it is built on in its place",
    "horizon=2022": "write horizon.start=DAY or horizon.end=DAY",
    "horizon.begin=2022-01-01": "horizon, key 'begin': not known",
    "horizon.end=2021-01-01": "end 2021-01-01 lies before start 2022-01-01",
    "files=library": "it is set on reading",
    "peak_days=2.5": "must be a whole number",
}


@pytest.mark.parametrize("text", WRONG_KEYS)
def test_a_key_that_cannot_be_set_is_told(text: str, data: GasData) -> None:
    with pytest.raises(ScenarioError) as error:
        load_changed("full_cutoff_february", data=data, keys=[text])

    assert WRONG_KEYS[text] in str(error.value)


# Measures without effect ----------------------------------------------------------------------------------------------

IDLE = {
    "a route that is idle already": {"kind": "route_outage", "route": "nord_stream_2"},
    "a share of one": {"kind": "supply_cut", "supplier": "NO", "remaining_share": 1.0},
    "no volume": {"kind": "extra_supply", "supplier": "QA", "channel": "lng", "volume_gwh_per_year": 0.0},
    "no volume of one's own": {"kind": "extra_supply", "supplier": "DE", "channel": "production",
                               "volume_gwh_per_year": 0.0},
    "no saving": {"kind": "demand_saving", "share": 0.0},
    "no switch": {"kind": "fuel_switch", "share": 0.0, "price_eur_per_mwh": 90.0},
    "no change": {"kind": "supply_change", "supplier": "NO", "change_share": 0.0},
    "the weather of the scenario": {"kind": "weather_spell", "weather": "reference"},
    "no cold": {"kind": "cold_spell", "extra_share": 0.0},
    "a cap above every price": {"kind": "price_cap", "supplier": "RU", "cap_eur_per_mwh": 900.0},
    "an open route": {"kind": "route_commissioning", "route": "nord_stream_1"},
    "no duty": {"kind": "tariff", "eur_per_mwh": 0.0},
    "a ban from which all are exempt": {"kind": "import_ban", "countries": ("DE",), "exempt": ("DE",)},
    "cargoes that never came": {"kind": "lng_ban", "exporter": "RU", "countries": ("AT",)},
    "a level of nothing": {"kind": "storage_target", "countries": ("DE",), "date": date(2022, 7, 15),
                           "fill_share": 0.0},
    "a plant that works": {"kind": "asset_loss", "asset": "storage", "id": "de_storage", "remaining_share": 1.0},
}  # fmt: skip


def test_a_stock_that_a_later_measure_overwrites_is_told(monthly: Callable[..., Scenario], data: GasData) -> None:
    own, group = (
        {"kind": "initial_storage", "countries": (code,), "fill_share": share}
        for code, share in (("DE", 0.5), ("EU27", 0.6))
    )
    told = notes(monthly("reference", own, group), data)

    assert 1 == len(told)
    assert "storages of DE hold 50%" in told[0]
    assert "write the one of a country after that of its group" in told[0]
    assert () == notes(monthly("reference", group, own), data)


@pytest.mark.parametrize("case", IDLE)
@pytest.mark.parametrize("dates", [{}, {"start": date(2022, 3, 10)}], ids=["always", "from a day on"])
def test_a_measure_without_effect_is_told(
    case: str, dates: dict[str, date], monthly: Callable[..., Scenario], data: GasData
) -> None:
    told = notes(monthly("reference", {**IDLE[case], **dates}), data)

    assert 1 == len(told)
    assert f"the measure {IDLE[case]['kind']}" in told[0]
    assert "changes nothing" in told[0]


ODD = {
    "opens what carries gas already (nord_stream_1)": {
        "kind": "route_commissioning", "route": "nord_stream_1", "capacity_gwh_per_day": 2000.0},
    "bans all of that gas: contract_classes.csv has no contract of NO with any country that bans": {
        "kind": "class_ban", "supplier": "NO", "channel": "pipeline", "classes": ("new",), "countries": ("EU27",)},
}  # fmt: skip


@pytest.mark.parametrize("words", ODD)
def test_a_measure_that_does_more_than_it_seems_is_told(
    words: str, monthly: Callable[..., Scenario], data: GasData
) -> None:
    told = notes(monthly("reference", ODD[words]), data)

    assert [note for note in told if words in note] == list(told) != []


def test_keys_about_periods_that_no_period_follows_are_told(monthly: Callable[..., Scenario], data: GasData) -> None:
    late = {"peak_days": 3, "days_alone": (date(2025, 1, 1),), "boundaries": (date(2022, 4, 15), date(2021, 4, 15))}
    told = notes(with_changes(monthly("reference"), **late), data)

    assert [note.split(":")[0] for note in told] == [
        "key 'days_alone', value 2025-01-01",
        "key 'boundaries', value 2021-04-15",
        "key 'peak_days', value 3",
    ]
    assert () == notes(with_changes(monthly("reference"), resolution="peak_days", peak_days=3), data)


def test_a_scenario_that_knows_more_than_the_day_of_the_package_is_told(
    monthly: Callable[..., Scenario], data: GasData
) -> None:
    day = data.storyline.as_of
    later = with_changes(monthly("reference"), as_of=date(2022, 6, 30))

    assert any(f"lies after {day}" in note and "hindsight" in note for note in notes(later, data))
    assert not any("hindsight" in note for note in notes(with_changes(later, as_of=day), data))


HALF = {"remaining_share": 0.5}
TOGETHER = (
    {"kind": "supply_cut", "supplier": "NO", **HALF, "start": date(2022, 3, 1)},
    {"kind": "asset_loss", "asset": "production", "id": "NO", **HALF, "end": date(2022, 4, 30)},
    {"kind": "price_cap", "supplier": "NO", "cap_eur_per_mwh": 5.0, **HALF, "start": date(2022, 6, 1)},
    {"kind": "supply_change", "supplier": "NO", "change_share": -0.5, "end": date(2022, 2, 28)},
)


def test_two_wordings_of_one_cut_are_told_with_what_both_leave(monthly: Callable[..., Scenario], data: GasData) -> None:
    def told(*measures: dict[str, object]) -> list[str]:
        scenario = monthly("reference")
        return [note for note in notes(with_changes(scenario, measures=measures), data) if "two wordings" in note]

    cut, loss, cap, change = TOGETHER
    both = told(cut, loss)

    assert "from 2022-03-01 to 2022-04-30" in both[0]
    assert "leave 25% of it" in both[0]
    assert 2 == len(told(*TOGETHER[:3])), "in spring the cut and the loss, from summer on the cut and the cap"
    assert "leave 12.5% of it" in told(cut, {**loss, "end": None}, cap)[0]
    idle, other = {**loss, "remaining_share": 1.0}, {**cut, "supplier": "DZ"}
    for apart in ((loss, cap), (cut, other), (cut, change), (cut, idle)):
        assert [] == told(*apart)


@pytest.mark.parametrize("kind", KINDS)
def test_a_measure_with_an_effect_is_not(kind: str, monthly: Callable[..., Scenario], data: GasData) -> None:
    route = {"route": "nord_stream_2"} if kind == "route_commissioning" else EVERY_MEASURE[kind]

    assert () == notes(monthly("reference", {"kind": kind, **route}), data)


def test_what_was_told_is_stored_with_the_run(monthly: Callable[..., Scenario], data: GasData, tmp_path: Path) -> None:
    results = run(monthly("reference", {**IDLE["no saving"]}), data)
    stored = json.loads((save_results(results, tmp_path) / "run.json").read_text())

    assert list(results.notes) == stored["notes"]
    assert "demand_saving" in stored["notes"][0]


def test_the_cold_winter_is_cold_in_the_winter_it_names_and_in_no_other(
    monthly: Callable[..., Scenario], data: GasData
) -> None:
    """Until October it is the cut-off of February, in demand and in what anybody knows; then it is that cold winter."""
    names = ("full_cutoff_february", "full_cutoff_cold_winter")
    mild, cold = (apply(monthly(name, boundaries=(date(2022, 2, 15),)), data) for name in names)
    always = apply(monthly(names[0], weather="cold_1_in_20"), data)
    october = cold.timeline.boundary_at(date(2022, 10, 1))
    before = apply(monthly(names[1]), data, date(2022, 9, 30))

    assert mild.demand.rate[:, :, :october] == pytest.approx(cold.demand.rate[:, :, :october])
    assert always.demand.rate[:, :, october:] == pytest.approx(cold.demand.rate[:, :, october:])
    assert mild.demand.rate == pytest.approx(before.demand.rate)
    assert [date(2022, 2, 15), date(2022, 10, 1)] == monthly(names[1]).announcements()


# Announcements --------------------------------------------------------------------------------------------------------


def test_a_measure_is_announced_on_the_day_it_starts_unless_it_says_otherwise() -> None:
    assert [date(2022, 2, 15)] == load_scenario("full_cutoff_february").announcements()
    assert [date(2022, 3, 1)] == load_scenario("phase_out_by_winter").announcements()
    assert [] == load_scenario("reference").announcements()


def test_several_announcements_make_several_stages_in_order() -> None:
    days = load_scenario("germany_backs_sanctions").announcements()

    assert [date(2022, 2, 15), date(2022, 3, 1), date(2022, 3, 15)] == days


@every_scenario
@pytest.mark.parametrize("resolution", ["day", "week", "month"])
def test_periods_are_cut_at_announcements_and_cover_the_horizon_once(name: str, resolution: str) -> None:
    scenario = with_changes(load_scenario(name), resolution=resolution)
    line = scenario.timeline()

    assert set(scenario.announcements()) <= set(line.starts)
    assert 455.0 == line.days.sum()
    assert all(earlier < later for earlier, later in pairwise(line.starts))


def of_russia(case: Case) -> np.ndarray:
    return case.supply.rate[case.supply.supplier == "RU"]


def test_before_its_announcement_a_measure_has_no_strength_but_its_assets_are_there(data: GasData) -> None:
    scenario = load_scenario("germany_backs_sanctions")
    unaware = apply(scenario, data, date(2022, 3, 14))
    aware = apply(scenario, data, date(2022, 3, 15))
    extra = aware.lng.step == "us_extra"

    assert list(aware.lng.step) == list(unaware.lng.step)
    assert 0.0 == unaware.lng.rate[extra].max()
    assert aware.lng.rate[extra].max() > 0.0
    assert (of_russia(aware) == of_russia(unaware)).all()


# Excel ----------------------------------------------------------------------------------------------------------------


def effective(scenario: Scenario) -> Scenario:
    """A scenario without the trace of where its measures come from: what a workbook holds."""
    return scenario.model_copy(update={"based_on": None, "without": (), "files": ()})


EVERY_KEY = (
    "eu_bans_russian_gas", "germany_backs_sanctions", "ukraine_at_war", "ns2_commissioned", "full_cutoff_cold_winter",
    "full_cutoff_stores_trustee", "full_cutoff_low_lng", "phase_out_by_winter", "full_cutoff_with_savings",
    "germany_backs_in_vain", "russia_cuts_further",
)  # fmt: skip
"""Scenarios that between them use every key that the library uses; the others are written with the slow tests."""


def test_scenarios_that_are_written_use_every_key_that_the_library_uses() -> None:
    def used(names: Sequence[str]) -> set[tuple[str, str]]:
        found = set()
        for scenario in map(load_scenario, names):
            for part in (scenario, *scenario.measures):
                found |= {(getattr(part, "kind", ""), key) for key in part.model_dump(exclude_defaults=True)}
        return found

    assert used(LIBRARY) == used(EVERY_KEY)


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[] if one in EVERY_KEY else [pytest.mark.slow]) for one in LIBRARY]
)
def test_a_scenario_written_to_excel_and_read_back_is_the_same(name: str, data: GasData, tmp_path: Path) -> None:
    scenario = load_scenario(name)

    assert effective(scenario) == effective(load_scenario(write_excel(scenario, tmp_path / "book.xlsx", data)))


EVERY_MEASURE: dict[str, dict[str, object]] = {
    "asset_loss": {"asset": "storage", "id": "de_storage", "remaining_share": 0.5},
    "class_ban": {
        "channel": "pipeline", "classes": ("short_term", "new"), "countries": ("EU27",), "exempt": ("HU",),
        "delayed": ("SK",), "delayed_until": date(2022, 6, 1), "suspended_on": (date(2022, 12, 1),),
    },
    "cold_spell": {"extra_share": 0.2, "countries": ("DE", "PL"), "end": date(2022, 3, 31)},
    "demand_saving": {"share": 0.15, "sectors": ("industry",), "ramp_days": 30, "price_response": "added"},
    "extra_supply": {"supplier": "US", "channel": "lng", "volume_gwh_per_year": 10000, "premium_eur_per_mwh": 5},
    "fuel_switch": {"share": 0.1, "price_eur_per_mwh": 90},
    "held_storage": {"holder": "RU", "state": "left_empty", "start": None},
    "import_ban": {"countries": ("EU27",), "exempt": ("HU", "SK")},
    "initial_storage": {"countries": ("EU27", "UA"), "fill_share": 0.6, "start": None},
    "lng_ban": {"exporter": "RU"},
    "lng_outage": {"exporter": "QA", "remaining_share": 0.5, "repair_days": 20, "force_majeure": ("europe",)},
    "new_lng": {"terminal": "stade", "country": "DE", "sendout_gwh_per_day": 130},
    "price_cap": {"supplier": "RU", "cap_eur_per_mwh": 10, "remaining_share": 0.5},
    "retaliation": {"countries": ("HU", "SK"), "remaining_share": 0.5, "redirect_gwh_per_year": 10000},
    "route_commissioning": {"route": "nord_stream_2", "capacity_gwh_per_day": 500},
    "route_outage": {"pipeline": "nord_stream_1", "remaining_share": 0.4},
    "storage_rule": {
        "countries": ("EU27",), "fill_share": 0.9, "deviation_share": 0.1,
        "window_start": date(2022, 10, 1), "window_end": date(2022, 12, 1), "replaces_custom": True,
    },
    "storage_target": {"countries": ("DE",), "date": date(2022, 11, 1), "fill_share": 0.9, "penalty_eur_per_mwh": 1000},
    "supply_change": {"supplier": "NO", "change_share": 0.05},
    "supply_cut": {"supplier": "NO", "remaining_share": 0.9},
    "tariff": {"eur_per_mwh": 30, "route": "nord_stream_1"},
    "weather_spell": {"weather": "cold_1_in_20"},
}  # fmt: skip
"""One measure of every kind, with values of every type."""


def one_of_each() -> Scenario:
    measures = tuple(
        {"kind": kind, "name": kind, "start": date(2022, 3, 1), "note": "2021", **keys}
        for kind, keys in EVERY_MEASURE.items()
    )
    return with_changes(load_scenario("reference"), measures=measures, lng_limit_twh_per_year=1200, weather="2021")


def test_a_measure_of_every_kind_survives_the_way_through_excel(tmp_path: Path, data: GasData) -> None:
    scenario = one_of_each()
    check_against(scenario, data.at(scenario.as_of))

    assert tuple(KINDS) == tuple(EVERY_MEASURE)
    assert effective(scenario) == effective(load_scenario(write_excel(scenario, tmp_path / "book.xlsx"), data=data))


def test_a_workbook_can_be_based_on_a_scenario_of_the_library(tmp_path: Path) -> None:
    import openpyxl

    path = write_excel(one_of_each().model_copy(update={"id": "mine"}), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(path)
    book["scenario"].append(["based_on", "reference"])
    book["scenario"].append(["without", "yamal idle"])
    book.save(path)

    assert list(EVERY_MEASURE) == [measure.kind for measure in load_scenario(path).measures]


def test_the_help_sheet_explains_every_key_of_every_kind(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(write_excel(one_of_each(), tmp_path / "book.xlsx"))
    rows = list(book["help"].iter_rows(min_row=2, values_only=True))

    assert all(row[2] and row[4] and row[5] for row in rows), "what it takes, its default, its meaning"
    for kind, model in KINDS.items():
        said = {row[1] for row in rows if row[0] in (kind, "every measure")}
        assert set(model.model_fields) == said


def test_a_template_cannot_be_written_over_a_file_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"ends in \.xlsx"):
        write_excel(load_scenario("reference"), tmp_path / "scenario.toml")


# Words ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Scenario, Measure, *KINDS.values()], ids=lambda model: model.__name__)
def test_every_key_has_a_meaning_and_numbers_have_a_unit(model: type) -> None:
    for key in keys_of(model):
        assert key.meaning.endswith("."), f"{model.__name__}.{key.name}"
        assert not key.takes.startswith("number") or unit_of(key.name), f"{model.__name__}.{key.name}"


def test_a_headline_says_only_what_is_given() -> None:
    said = {measure.kind: measure.headline for measure in one_of_each().measures}

    assert "nord_stream_1 carries 40% of its capacity" == said["route_outage"]
    assert "EU27 refuse pipeline gas from the focus supplier at the border, except HU, SK" == said["import_ban"]
    assert "LNG from RU refused by every market" == said["lng_ban"]
    assert (
        "duty of 30 EUR/MWh on pipeline gas from the focus supplier into the region in focus over nord_stream_1"
        == said["tariff"]
    )
    assert "extra supply from US, 10000 GWh a year (central)" == said["extra_supply"]


def test_a_run_does_not_see_the_dates_of_later_announcements(data, monthly):
    """Its first plan is that of the run without them, to the last GWh in store, though they would cut its periods."""
    stop = {"kind": "supply_cut", "supplier": "RU", "remaining_share": 0.3, "start": date(2022, 5, 10)}
    later = {"kind": "supply_cut", "supplier": "NO", "remaining_share": 0.9, "start": date(2022, 9, 17)}
    one, two = (run(monthly("reference", *measures), data) for measures in ((stop,), (stop, later)))
    passed = [int((pd.to_datetime(result["periods"]["start"]) < "2022-05-10").sum()) for result in (one, two)]
    stored = [table[table["period"] <= passed[0]].reset_index(drop=True) for table in (one["storage"], two["storage"])]

    assert passed[0] == passed[1] > 0
    assert len(two["periods"]) == len(one["periods"]) + 1
    pd.testing.assert_frame_equal(*stored)


@pytest.mark.parametrize(("word", "value"), [("false", False), ("No", False), ("TRUE", True), ("yes", True)])
def test_a_switch_is_set_in_words(word: str, value: bool, data: GasData) -> None:
    assert value is load_changed("reference", data=data, keys=(f"low_calorific={word}",)).low_calorific


def test_a_switch_that_is_neither_is_refused(data: GasData) -> None:
    with pytest.raises(ScenarioError, match="'low_calorific', value 'maybe': must be true or false"):
        load_changed("reference", data=data, keys=("low_calorific=maybe",))
