"""The scenario language: the library, inheritance, announcements, and the way through Excel and back."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from energy_model.data.load import GasData
from energy_model.errors import OutputError, ScenarioError
from energy_model.results.compare import scenario_difference
from energy_model.scenario import Case, Scenario, apply, check_against, library, load_scenario
from energy_model.scenario.describe import keys_of, unit_of
from energy_model.scenario.excel import write_excel
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures import KINDS, Measure

LIBRARY = (
    "reference",
    "eu_bans_russian_gas",
    "full_cutoff_april",
    "full_cutoff_cold_winter",
    "full_cutoff_february",
    "full_cutoff_low_lng",
    "full_cutoff_with_assurances",
    "full_cutoff_with_savings",
    "germany_backs_sanctions",
    "germany_bans_russian_gas",
    "nord_stream_1_stops",
    "ns2_commissioned",
    "ns2_sanctioned_permanently",
    "phase_out_by_winter",
    "russia_cuts_further",
    "ukraine_transit_stops",
    "yamal_and_ukraine_stop",
)
every_scenario = pytest.mark.parametrize("name", LIBRARY)


def test_the_library_holds_the_seventeen_scenarios_with_the_reference_first() -> None:
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
    assert len(case.timeline) == len(scenario.timeline())


@every_scenario
def test_every_measure_a_scenario_adds_is_named_and_those_that_answer_something_are_dated(name: str) -> None:
    own = load_scenario(name).measures[1:]
    standing = {"nord stream 2 never opens"}  # a ban in force from the first day needs no date

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


def test_a_file_without_an_id_is_named_after_its_file(tmp_path: Path) -> None:
    assert "my_first_cut" == load_scenario(write(tmp_path, "My first-cut", scenario_text())).id


def test_changed_keys_are_checked_like_written_ones() -> None:
    reference = load_scenario("reference")

    assert "month" == with_changes(reference, resolution="month", foresight=None).resolution
    assert reference == with_changes(reference)
    told = "key 'resolution', value 'hour': must be one of 'day', 'week', 'month' or 'peak_days'"
    with pytest.raises(ScenarioError, match=told):
        with_changes(reference, resolution="hour")


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
    return scenario.model_copy(update={"based_on": None, "without": ()})


@every_scenario
def test_a_scenario_written_to_excel_and_read_back_is_the_same(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(name)

    assert effective(scenario) == load_scenario(write_excel(scenario, tmp_path / "book.xlsx"))


EVERY_MEASURE: dict[str, dict[str, object]] = {
    "asset_loss": {"asset": "storage", "id": "de_storage", "remaining_share": 0.5},
    "cold_spell": {"extra_share": 0.2, "countries": ("DE", "PL"), "end": date(2022, 3, 31)},
    "demand_saving": {"share": 0.15, "sectors": ("industry",), "ramp_days": 30},
    "extra_supply": {"supplier": "US", "channel": "lng", "volume_gwh_per_year": 1000, "premium_eur_per_mwh": 5},
    "fuel_switch": {"share": 0.1, "price_eur_per_mwh": 90},
    "import_ban": {"countries": ("EU27",), "exempt": ("HU", "SK")},
    "lng_ban": {"exporter": "RU"},
    "new_lng": {"terminal": "stade", "country": "DE", "sendout_gwh_per_day": 130},
    "price_cap": {"supplier": "RU", "cap_eur_per_mwh": 10, "remaining_share": 0.5},
    "retaliation": {"countries": ("HU", "SK"), "remaining_share": 0.5, "to_turkey_gwh_per_year": 10000},
    "route_commissioning": {"route": "nord_stream_2", "capacity_gwh_per_day": 500},
    "route_outage": {"pipeline": "nord_stream_1", "remaining_share": 0.4},
    "storage_target": {"countries": ("DE",), "date": date(2022, 11, 1), "fill_share": 0.9, "penalty_eur_per_mwh": 1000},
    "supply_cut": {"supplier": "NO", "remaining_share": 0.9},
    "tariff": {"eur_per_mwh": 30, "route": "nord_stream_1"},
}
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
    assert scenario == load_scenario(write_excel(scenario, tmp_path / "book.xlsx"), data=data)


def test_excel_cells_keep_their_meaning_whatever_type_excel_gave_them(tmp_path: Path) -> None:
    """A year typed as a number is a weather, 30.0 is thirty days, an empty row and a nameless column are nothing."""
    import openpyxl

    path = write_excel(load_scenario("full_cutoff_with_savings"), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(path)
    head, sheet = book["scenario"], book["measures"]
    for row in head.iter_rows(min_row=2):
        if row[0].value == "weather":
            row[1].value = 2021
    sheet.insert_rows(3)
    column = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(row=5, column=column["ramp_days"]).value = 30.0
    sheet.cell(row=5, column=column["start"]).value = "2022-03-02"
    sheet.insert_cols(2)
    sheet.cell(row=2, column=2).value = "a remark of the reader's"
    book.save(path)
    read = load_scenario(path)

    assert "2021" == read.weather
    assert 3 == len(read.measures)
    assert (30, date(2022, 3, 2)) == (read.measures[2].ramp_days, read.measures[2].start)


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
    assert "EU27 refuse Russian pipeline gas at the border, except HU, SK" == said["import_ban"]
    assert "LNG from RU refused by EUROPE" == said["lng_ban"]
    assert "duty of 30 EUR/MWh on Russian pipeline gas into EU27 over nord_stream_1" == said["tariff"]
    assert "extra supply from US, 1000 GWh a year (central)" == said["extra_supply"]
