"""Bad input: one clear message with every problem in it, and earlier outputs as they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from test_scenarios import EVERY_MEASURE

from energy_model.data.load import GasData
from energy_model.data.places import names_in, place_names
from energy_model.errors import ScenarioError
from energy_model.scenario import load_scenario
from energy_model.scenario.measures import KINDS

HEAD = 'title = "A test"\ndescription = "Nothing more."\n'
CUT = '[[measures]]\nkind = "supply_cut"\nsupplier = "RU"\nremaining_share = 0.0\nstart = 2022-02-15\n'
RULE = ('countries = ["DE"]', "fill_share = 0.8", "window_start = 2022-10-01", "window_end = 2022-12-01")
BASED = HEAD + 'based_on = "reference"\n'


@pytest.fixture
def problems(tmp_path: Path, data: GasData) -> Callable[[str], tuple[str, ...]]:
    """The problems of a scenario written as TOML."""

    def found(text: str) -> tuple[str, ...]:
        path = tmp_path / "my_cut.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ScenarioError) as error:
            load_scenario(path, data=data)
        assert str(error.value).startswith("scenario my_cut.toml has ")
        return error.value.problems

    return found


Problems = Callable[[str], tuple[str, ...]]


def measure(kind: str, *lines: str) -> str:
    return "\n".join(["[[measures]]", f'kind = "{kind}"', *lines, ""])


ONE_PROBLEM = {
    "a misspelt key of a measure": (
        HEAD + CUT.replace("remaining", "remaning"),
        "measure 1 (supply_cut), key 'remaning_share': not known; did you mean 'remaining_share'?",
    ),
    "a misspelt key of the scenario": (
        HEAD + 'wether = "2021"\n',
        "key 'wether': not known; did you mean 'weather'?",
    ),
    "a misspelt key of the horizon": (
        HEAD + "horizon = { begin = 2022-01-01, end = 2023-03-31 }\n",
        "horizon, key 'begin': not known; known: start, end",
    ),
    "an unknown kind": (
        HEAD + CUT.replace("supply_cut", "suply_cut"),
        "measure 1 (suply_cut), key 'kind': no such kind of measure; did you mean 'supply_cut'?",
    ),
    "no kind": (
        HEAD + '[[measures]]\nname = "nothing"\n',
        "measure 1 (no kind 'nothing'), key 'kind': missing; known: asset_loss, class_ban, ",
    ),
    "a missing key": (
        HEAD + measure("supply_cut", 'supplier = "RU"'),
        "measure 1 (supply_cut), key 'remaining_share': missing; add it",
    ),
    "an unknown supplier": (
        HEAD + CUT.replace('"RU"', '"Rusia"'),
        "measure 1 (supply_cut), key 'supplier', value 'Rusia': no such supplier; did you mean RU (Russia)?",
    ),
    "an unknown route": (
        HEAD + measure("route_outage", 'route = "nordstream_1"'),
        "measure 1 (route_outage), key 'route', value 'nordstream_1': no such route; did you mean nord_stream_1",
    ),
    "an unknown pipeline": (
        HEAD + measure("route_outage", 'pipeline = "mallnow"'),
        "measure 1 (route_outage), key 'pipeline', value 'mallnow': no such pipeline; did you mean yamal_mallnow",
    ),
    "an unknown country": (
        HEAD + measure("demand_saving", "share = 0.1", 'countries = ["Germny"]'),
        "measure 1 (demand_saving), key 'countries', value 'Germny': no such country; did you mean DE (Germany)?",
    ),
    "a code of a country that is not in the model": (
        HEAD + measure("demand_saving", "share = 0.1", 'countries = ["XK"]'),
        "measure 1 (demand_saving), key 'countries', value 'XK': no such country; known: AT, BA, BE, ",
    ),
    "an unknown sector": (
        HEAD + measure("demand_saving", "share = 0.1", 'sectors = ["industri"]'),
        "measure 1 (demand_saving), key 'sectors', value 'industri': no such sector; did you mean industry?",
    ),
    "an assurance of a later day": (
        HEAD + measure("extra_supply", 'assurance = "qa_kaabi"'),
        "key 'assurance', value 'qa_kaabi': no such assurance known on this day; ",
    ),
    "an unknown weather": (
        HEAD + 'weather = "1963"\n',
        "key 'weather', value '1963': no such weather; known: 2017, 2018, 2019, 2020, 2021, cold_1_in_20, reference",
    ),
    "an LNG limit of a later day": (
        HEAD + 'lng_case = "2022_hindsight"\n',
        "key 'lng_case', value '2022_hindsight': not known on 2022-01-31; known on that day: 2021, central, high, low",
    ),
    "a negative capacity": (
        HEAD + measure("route_commissioning", 'route = "nord_stream_2"', "capacity_gwh_per_day = -5"),
        "measure 1 (route_commissioning), key 'capacity_gwh_per_day', value '-5': must be at least 0; correct",
    ),
    "a share in per cent": (
        HEAD + measure("demand_saving", "share = 15"),
        "measure 1 (demand_saving), key 'share', value '15': must be at most 1; it is a share: write 0.15 for 15 %",
    ),
    "a share that is no number": (
        HEAD + measure("demand_saving", "share = nan"),
        "measure 1 (demand_saving), key 'share', value 'nan': must be a finite number; write the figure",
    ),
    "a share of a supplier that is no number": (
        HEAD + CUT.replace("0.0", "inf"),
        "measure 1 (supply_cut), key 'remaining_share', value 'inf': must be a finite number; write the figure",
    ),
    "a cut of pipeline gas of somebody who ships it": (
        HEAD + CUT.replace('"RU"', '"QA"'),
        "key 'supplier', value 'QA': offers no gas by pipeline; what its ships carry is cut by kind = 'lng_outage'",
    ),
    "a change by the wrong channel": (
        HEAD + measure("supply_change", 'supplier = "QA"', "change_share = -0.5"),
        "key 'supplier', value 'QA': offers no gas by pipeline; write channel = 'lng'",
    ),
    "a duty on one seller's gas over the route of another": (
        HEAD + measure("tariff", 'supplier = "NO"', "eur_per_mwh = 5", 'route = "nord_stream_1"'),
        "key 'route', value 'nord_stream_1': was not built for gas of NO (routes.csv); name one of its routes, baltic",
    ),
    "a storage taken for a terminal": (
        HEAD + measure("asset_loss", 'asset = "lng_terminal"', 'id = "de_storage"'),
        "key 'id', value 'de_storage': is no lng_terminal; write asset = 'storage'",
    ),
    "two measures of one name": (
        HEAD + CUT + 'name = "half"\n' + measure("demand_saving", 'name = "half"', "share = 0.1"),
        "measure 1 (supply_cut 'half') and measure 2 (demand_saving 'half'): both are named 'half', and no table could",
    ),
    "a title without a letter": (
        HEAD.replace("A test", ""),
        "key 'title', value '': is empty; write it",
    ),
    "a number in quotes": (
        HEAD + CUT.replace("0.0", '"none"'),
        "measure 1 (supply_cut), key 'remaining_share', value 'none': must be a number; write it without quotes",
    ),
    "a date in quotes": (
        HEAD + CUT.replace("2022-02-15", '"2022-02-15"'),
        "measure 1 (supply_cut), key 'start', value '2022-02-15': must be a day such as 2022-02-15, without quotes",
    ),
    "a year without quotes": (
        HEAD + "weather = 2021\n",
        "key 'weather', value '2021': must be text; put it in quotes",
    ),
    "a country that is not a list": (
        HEAD + measure("demand_saving", "share = 0.1", 'countries = "DE"'),
        "measure 1 (demand_saving), key 'countries', value 'DE': must be a list, such as [\"A\", \"B\"]",
    ),
    "a country without quotes in a list": (
        HEAD + measure("demand_saving", "share = 0.1", 'countries = ["DE", 49]'),
        "measure 1 (demand_saving), key 'countries', item 2, value '49': must be text; put it in quotes",
    ),
    "half a day of ramp": (
        HEAD + CUT + "ramp_days = 1.5\n",
        "measure 1 (supply_cut), key 'ramp_days', value '1.5': must be a whole number",
    ),
    "a ramp of a million days": (
        HEAD + CUT + "ramp_days = 1000000\n",
        "measure 1 (supply_cut), key 'ramp_days', value '1000000': must be at most 36525",
    ),
    "a word near to one of a few": (
        HEAD + 'resolution = "weekly"\n',
        "key 'resolution', value 'weekly': must be one of 'day', 'week', 'month' or 'peak_days'; did you mean 'week'?",
    ),
    "a level on a day after the measure has ended": (
        HEAD + measure("storage_target", *RULE[:2], "date = 2022-11-01", "end = 2022-10-01"),
        "measure 1 (storage_target), date 2022-11-01 lies outside start to end; move it, or leave",
    ),
    "a rule on storage that begins after its window": (
        HEAD + measure("storage_rule", *RULE, "start = 2022-12-02"),
        "measure 1 (storage_rule), start to end has no day of the window to 2022-12-01; move or leave them out",
    ),
    "a rule on storage measured before it begins": (
        HEAD + measure("storage_rule", *RULE, "start = 2022-11-15", "measured_on = 2022-11-01"),
        "measure 1 (storage_rule), measured_on 2022-11-01 lies outside the window, 2022-11-15 to 2022-12-01",
    ),
    "a resolution of hours": (
        HEAD + 'resolution = "hour"\n',
        "key 'resolution', value 'hour': must be one of 'day', 'week', 'month' or 'peak_days'",
    ),
    "an id with a path in it": (
        HEAD + 'id = "../elsewhere"\n',
        "key 'id', value '../elsewhere': may hold lower case letters, digits and underscores only; rename it",
    ),
    "a route and a pipeline": (
        HEAD + measure("route_outage", 'route = "nord_stream_1"', 'pipeline = "nord_stream_1"'),
        "measure 1 (route_outage), name either 'route' or 'pipeline'",
    ),
    "extra supply of two sorts": (
        HEAD + measure("extra_supply", 'assurance = "us_extra"', 'supplier = "US"'),
        "measure 1 (extra_supply), give 'assurance', or 'step', or all of 'supplier', 'channel' and",
    ),
    "a start before the horizon": (
        HEAD + CUT.replace("2022-02-15", "2021-02-15"),
        "measure 1 (supply_cut), key 'start', value 2021-02-15: outside the horizon 2022-01-01 to 2023-03-31; move it",
    ),
    "an end after the horizon": (
        HEAD + CUT + "end = 2024-01-01\n",
        "measure 1 (supply_cut), key 'end', value 2024-01-01: outside the horizon 2022-01-01 to 2023-03-31; move it",
    ),
    "a target after the horizon": (
        HEAD + measure("storage_target", 'countries = ["DE"]', "date = 2023-11-01", "fill_share = 0.9"),
        "measure 1 (storage_target), key 'date', value 2023-11-01: outside the horizon",
    ),
    "an end before the start": (
        HEAD + CUT + "end = 2022-02-01\n",
        "measure 1 (supply_cut): end 2022-02-01 lies before start 2022-02-15; swap them",
    ),
    "an announcement after the start": (
        HEAD + CUT + "announced = 2022-03-01\n",
        "measure 1 (supply_cut): announced 2022-03-01, after it starts on 2022-02-15; leave 'announced' out",
    ),
    "a horizon that ends before it begins": (
        HEAD + "horizon = { start = 2023-01-01, end = 2022-01-01 }\n",
        "key 'horizon', end 2022-01-01 lies before start 2023-01-01; swap them",
    ),
    "two cuts of one supplier at once": (
        HEAD + CUT + CUT.replace("0.0", "0.5").replace("02-15", "06-01"),
        "measure 1 (supply_cut) and measure 2 (supply_cut): both set supplier RU on 2022-06-01; end the one that "
        "starts first on 2022-05-31, or leave an inherited one out with 'without'",
    ),
    "a measure against an inherited one": (
        BASED + measure("route_outage", 'route = "yamal_europe"', "remaining_share = 0.5"),
        "measure 1 of reference (route_outage 'yamal idle') and measure 1 (route_outage): both set pipeline yamal",
    ),
    "an opening that undoes an outage": (
        BASED + measure("route_commissioning", 'route = "yamal_europe"', "start = 2022-05-01"),
        "and the opening undoes the outage; end the outage on 2022-04-30, or write it after the opening",
    ),
    "an assurance called twice": (
        HEAD + measure("extra_supply", 'assurance = "all"') + measure("extra_supply", 'assurance = "us_extra"'),
        "measure 1 (extra_supply) and measure 2 (extra_supply): both set extra gas us_extra on 2022-01-01; keep one",
    ),
    "a scenario based on itself": (
        HEAD + 'based_on = "my_cut"\n',
        "key 'based_on', value 'my_cut': based on itself, a cycle; remove the key",
    ),
    "the files of a scenario, which are set on reading": (
        HEAD + "files = []\n",
        "key 'files': is set on reading; leave it out",
    ),
    "an announcement of what acts from the first day": (
        HEAD + CUT.replace("start =", "announced ="),
        "measure 1 (supply_cut), key 'announced', value 2022-02-15: without 'start' the measure acts",
    ),
    "a level on the day on which it is given": (
        HEAD + measure("storage_target", 'countries = ["DE"]', "date = 2022-01-01", "fill_share = 0.9"),
        "measure 1 (storage_target), key 'date', value 2022-01-01: the level on the first day is given",
    ),
    "a level for a country without storage": (
        HEAD + measure("storage_target", 'countries = ["DE", "LU"]', "date = 2022-11-01", "fill_share = 0.9"),
        "measure 1 (storage_target), key 'countries', value 'LU': has no storage in storage.csv; leave it out",
    ),
    "a base that does not exist": (
        HEAD + 'based_on = "referense"\n',
        "key 'based_on', value 'referense': no scenario of this name in the library, and no path to a .toml, .xlsx",
    ),
    "a measure left out that is not there": (
        BASED + 'without = ["jamal idle"]\n',
        "key 'without', value 'jamal idle': no such measure in reference; known: yamal idle",
    ),
    "something left out of nothing": (
        HEAD + 'without = ["yamal idle"]\n',
        "key 'without' needs 'based_on'; add it or leave both out",
    ),
    "measures that are not a list": (
        HEAD + '[measures]\nkind = "supply_cut"\n',
        "key 'measures': must be a list of tables; begin each measure with a line [[measures]]",
    ),
    "broken TOML": (
        HEAD + "resolution = week\n",
        "not valid TOML: Invalid value (at line 3, column 14); repair the line",
    ),
    "a key written twice": (HEAD + 'title = "B"\n', "not valid TOML: Cannot overwrite a value (at line 3"),
}


@pytest.mark.parametrize("case", ONE_PROBLEM)
def test_a_faulty_scenario_gives_one_line_that_says_where_what_why_and_what_to_do(
    case: str, problems: Problems
) -> None:
    text, expected = ONE_PROBLEM[case]
    found = problems(text)

    assert 1 == len(found), found
    assert expected in found[0]


def test_all_problems_of_a_file_come_in_one_error(problems: Problems) -> None:
    found = problems(
        BASED
        + 'wether = "2021"\n'
        + CUT.replace("remaining", "remaning")
        + measure("route_outage", 'route = "jamal"', "start = 2024-01-01")
        + measure("route_commissioning", 'route = "nord_stream_2"', "capacity_gwh_per_day = -5")
        + measure("demand_saving", "share = 15", 'countries = "DE"')
    )
    expected = (
        "measure 1 (supply_cut), key 'remaning_share'",
        "measure 3 (route_commissioning), key 'capacity_gwh_per_day'",
        "measure 4 (demand_saving), key 'countries'",
        "measure 4 (demand_saving), key 'share'",
        "key 'wether': not known; did you mean 'weather'?",
        "measure 2 (route_outage), key 'start', value 2024-01-01",
        "measure 2 (route_outage), key 'route', value 'jamal'",
    )

    assert expected == tuple(line[: len(start)] for line, start in zip(found, expected, strict=True))


def test_names_dates_and_contradictions_come_together(problems: Problems) -> None:
    found = problems(
        HEAD + CUT.replace('"RU"', '"RUX"') + CUT.replace("2022-02", "2025-02")
        + measure("route_outage", 'route = "nord_stream_1"') * 2
    )  # fmt: skip

    assert 3 == len(found)
    assert "outside the horizon" in found[0]
    assert "'RUX': no such supplier" in found[1]
    assert "one and the same measure, twice" in found[2]


def test_a_country_that_is_none_does_not_hide_what_else_is_wrong(problems: Problems) -> None:
    """Whether it has a store cannot be asked of it; the second measure is told as well."""
    wrong = [measure("storage_rule", *RULE[1:], 'countries = ["DE", "MT"]'), CUT.replace('"RU"', '"RUX"')]
    target = measure("storage_target", 'countries = ["MT"]', "date = 2022-11-01", "fill_share = 0.8")
    found = problems(HEAD + "".join(wrong) + target)

    assert 3 == len(found)
    assert found[0].startswith("measure 1 (storage_rule), key 'countries', value 'MT': no such country")
    assert found[2].startswith("measure 3 (storage_target), key 'countries', value 'MT': no such country")


def test_a_list_whose_only_item_is_wrong_is_not_called_empty(problems: Problems) -> None:
    keys = ('channel = "pipeline"', 'classes = ["shortterm"]', 'countries = ["DE"]')
    (found,) = problems(HEAD + measure("class_ban", *keys))

    assert found.endswith("must be one of 'short_term', 'long_term' or 'new'; did you mean 'short_term'?")


def test_the_names_of_a_misspelt_scenario_are_suggested(data: GasData) -> None:
    with pytest.raises(ScenarioError, match="did you mean 'full_cutoff_february'"):
        load_scenario("full_cutof_february")
    with pytest.raises(ScenarioError, match="no such file; check the path"):
        load_scenario("somewhere/my_cut.toml")


@pytest.mark.parametrize("names", [("one", "two"), ("one", "two", "three", "four")], ids=" ".join)
def test_a_chain_that_leads_back_into_itself_is_printed(names: tuple[str, ...], tmp_path: Path) -> None:
    for name, base in zip(names, (*names[1:], names[0]), strict=True):
        (tmp_path / f"{name}.toml").write_text(HEAD + f'based_on = "{base}"\n')

    with pytest.raises(ScenarioError, match=f"a cycle, {' -> '.join((*names, names[0]))}; let one of them"):
        load_scenario(tmp_path / "one.toml")


def test_a_fault_deep_in_a_chain_names_the_file_that_holds_it(tmp_path: Path) -> None:
    (tmp_path / "child.toml").write_text(HEAD + 'based_on = "mother"\n')
    (tmp_path / "mother.toml").write_text(HEAD + 'based_on = "grandmother"\nwithout = ["nothing"]\n')
    (tmp_path / "grandmother.toml").write_text(BASED + CUT.replace("0.0", "7.0"))

    with pytest.raises(ScenarioError, match=r"mother\.toml, key 'without', value 'nothing': no such measure"):
        load_scenario(tmp_path / "child.toml")
    (tmp_path / "mother.toml").write_text(HEAD + 'based_on = "grandmother"\n')
    with pytest.raises(ScenarioError, match=r"measure 1 of grandmother \(supply_cut\), key 'remaining_share'"):
        load_scenario(tmp_path / "child.toml")


def test_a_fault_in_the_base_names_the_base(tmp_path: Path) -> None:
    (tmp_path / "mother.toml").write_text("title = \n")
    (tmp_path / "child.toml").write_text(HEAD + 'based_on = "mother"\n')

    with pytest.raises(ScenarioError, match=r"(?s)child\.toml .*value 'mother': not valid TOML"):
        load_scenario(tmp_path / "child.toml")


# Absurd files ---------------------------------------------------------------------------------------------------------

ABSURD: dict[str, tuple[str, str]] = {
    "a title of 40,000 letters": (
        HEAD.replace("A test", "z" * 40_000),
        "has 40,000 characters; at most 200, shorten it",
    ),
    "a title of two lines": (HEAD.replace("A test", "a\\nb"), "holds a line break at place 2; delete it"),
    "a title that controls a terminal": (
        HEAD.replace("A test", "\\u001b[31mred"),
        "a control character (U+001B) at place 1",
    ),
    "a vertical tab in a title": (
        HEAD.replace("A test", "Cut\\u000bin two"),
        "a control character (U+000B) at place 4",
    ),
    "a NUL in a description": (HEAD.replace("Nothing", "No\\u0000thing"), "a control character (U+0000) at place 3"),
    "a title that is no character": (HEAD.replace("A test", "a\\uffff"), "a control character (U+FFFF) at place 2"),
    "a description too long for a cell": (
        HEAD.replace("Nothing more.", "d" * 32_768),
        "has 32,768 characters; at most 32,767, shorten it",
    ),
    "a description of 9,000 words": (HEAD.replace("Nothing more.", "word " * 9_000), "has 45,000 characters; at most"),
    "an id of 300 letters": (HEAD + f'id = "{"a" * 300}"\n', "has 300 characters; at most 100, shorten it"),
    "an id that is a list": (HEAD + 'id = ["a"]\n', "key 'id', value ('a',): must be text; put it in quotes"),
    "a horizon to the year 9999": (
        HEAD + "horizon = { start = 2022-01-01, end = 9999-12-31 }\n",
        "2022-01-01 to 9999-12-31 touches more than 10 calendar years, for which there are no data; shorten it",
    ),
    "a horizon of a hundred years": (
        HEAD + "horizon = { start = 2022-01-01, end = 2122-12-31 }\n",
        "touches more than 10 calendar years",
    ),
    "a horizon in the year 1": (
        HEAD + "horizon = { start = 0001-01-01, end = 0001-12-31 }\n",
        "horizon, key 'start', value 0001-01-01: no level of gas in store",
    ),
    "a horizon in the year 9999": (
        HEAD + "horizon = { start = 9999-01-01, end = 9999-12-31 }\n",
        "horizon, key 'start', value 9999-01-01: no level of gas in store",
    ),
    "a vintage before any data": (HEAD + "as_of = 1990-01-01\n", "no such weather; known: none"),
    "a moment as a day": (
        HEAD + "as_of = 2022-01-31T10:00:00\n",
        "key 'as_of', value '2022-01-31 10:00:00': must be a day",
    ),
    "a time as a day": (HEAD + "as_of = 10:00:00\n", "key 'as_of', value '10:00:00': must be a day"),
    "a base in a folder": (HEAD + 'based_on = "sub/reference"\n', "without a folder; copy the file beside this one"),
    "a base one folder up": (HEAD + 'based_on = "../reference"\n', "without a folder; copy the file beside this one"),
    "a base from the root": (HEAD + 'based_on = "/etc/passwd"\n', "without a folder; copy the file beside this one"),
    "a base on another disk": (
        HEAD + r"based_on = 'C:\reference'" + "\n",
        "without a folder; copy the file beside this one",
    ),
    "a base of 5,000 letters": (HEAD + f'based_on = "{"b" * 5000}"\n', "bbb... (5,000 characters)': must be the name"),
    "a base with a NUL": (HEAD + 'based_on = "a\\u0000b"\n', "value 'a\\x00b': must be the name of a scenario"),
    "a base that is a list": (HEAD + 'based_on = ["reference"]\n', "must be the name of a scenario of the library"),
    "a base that is a number": (HEAD + "based_on = 5\n", "key 'based_on', value '5': must be the name of a scenario"),
    "a base without a name": (HEAD + 'based_on = ""\n', "key 'based_on', value '': must be the name of a scenario"),
    "lists left out": (
        BASED + 'without = [["a"]]\n',
        "key 'without', value '[['a']]': must be a list of names of measures",
    ),
    "tables left out": (BASED + "without = [{ a = 1 }]\n", "must be a list of names of measures"),
    "numbers left out": (BASED + "without = [1]\n", "must be a list of names of measures"),
    "a number of 5,001 digits": (
        HEAD + f"lng_limit_twh_per_year = 1{'0' * 5000}\n",
        "holds a number of more digits than any quantity has; correct it",
    ),
    "a number beyond all": (HEAD + "lng_limit_twh_per_year = 1e999\n", "must be a finite number"),
    "deep lists": (HEAD + f"a = {'[' * 3000}{']' * 3000}\n", "is nested too deeply; write plain lists"),
    "deep tables": (HEAD + f"a = {'{a=' * 3000}1{'}' * 3000}\n", "is nested too deeply; write plain lists"),
    "a kind that is a list": (HEAD + '[[measures]]\nkind = ["a"]\n', "no such kind of measure; known: asset_loss"),
    "a kind of 5,000 letters": (HEAD + f'[[measures]]\nkind = "{"k" * 5000}"\n', "kkk... (5,000 characters)"),
    "a key of 5,000 letters": (HEAD + f"{'k' * 5000} = 1\n", "kkk... (5,000 characters)': not known"),
    "a list of lists of days": (HEAD + "days_alone = [[2022-01-01]]\n", "key 'days_alone', item 1"),
    "a measure that is a word": (HEAD + 'measures = ["a"]\n', "key 'measures': must be a list of tables"),
    "a terminal that is a formula": (
        HEAD + measure("new_lng", "terminal = \"=cmd|' /C calc'!A0\"", 'country = "DE"', "sendout_gwh_per_day = 300"),
        "must begin with a letter or a digit, as a spreadsheet may take it for a formula; rename it",
    ),
    "a terminal without a name": (
        HEAD + measure("new_lng", 'terminal = ""', 'country = "DE"', "sendout_gwh_per_day = 300"),
        "key 'terminal', value '': must begin with a letter or a digit",
    ),
    "a saving pasted twice": (
        HEAD + measure("demand_saving", "share = 0.15") * 2,
        "measure 1 (demand_saving) and measure 2 (demand_saving): one and the same measure, twice; delete one, or give",
    ),
    "extra gas pasted twice": (
        HEAD + measure("extra_supply", 'supplier="NO"', 'channel="pipeline"', "volume_gwh_per_year=1000") * 2,
        "one and the same measure, twice",
    ),
    "an inherited measure pasted": (
        BASED + measure("route_outage", 'name = "yamal idle"', 'pipeline = "yamal_kondratki"'),
        "one and the same measure, twice",
    ),
    "an empty file": ("", "key 'title': missing; add it"),
}
"""What nobody means, and what is said; every one in one error in words."""


@pytest.mark.parametrize("case", ABSURD)
def test_an_absurd_scenario_ends_in_words(case: str, problems: Problems) -> None:
    text, expected = ABSURD[case]
    found = problems(text)

    assert any(expected in problem for problem in found), found
    assert all(len(problem) < 1000 for problem in found), "no message fills the screen"


MEASURES = {kind: KINDS[kind].model_validate({"kind": kind, **keys}) for kind, keys in EVERY_MEASURE.items()}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_same_row_twice_is_refused_for_every_kind_of_measure(kind: str) -> None:
    keys = {key: getattr(MEASURES[kind], key) for key in type(MEASURES[kind]).model_fields}
    twin = type(MEASURES[kind]).model_validate({**keys, "note": "pasted"})
    other = type(MEASURES[kind]).model_validate({**keys, "name": "another"})
    named = type(MEASURES[kind]).model_validate({**keys, "name": "a third"})

    assert MEASURES[kind].is_copy_of(twin), "a note tells nothing apart"
    assert MEASURES[kind].is_copy_of(other), "one of them has no name of its own"
    assert not named.is_copy_of(other)


# Names of countries ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Germany", "DE"), ("germany", "DE"), ("GERMANY", "DE"), ("de", "DE"), ("Deutschland", "DE"), ("DEU", "DE"),
        ("EL", "GR"), ("Greece", "GR"), ("UK", "GB"), ("United Kingdom", "GB"), ("Great Britain", "GB"),
        ("Czech Republic", "CZ"), ("czechia", "CZ"), ("Turkey", "TR"), ("Türkiye", "TR"), ("Österreich", "AT"),
        ("Bosnia  and Herzegovina", "BA"), ("eu27", "EU27"), ("Europe", "EUROPE"), ("KGD", "KGD"),
    ],
)  # fmt: skip
def test_a_name_of_a_country_is_understood(written: str, code: str, tmp_path: Path, data: GasData) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + measure("demand_saving", "share = 0.1", f'countries = ["{written}"]'), encoding="utf-8")

    assert (code,) == load_scenario(path, data=data).measures[0].countries  # type: ignore[attr-defined]


@pytest.mark.parametrize(("written", "code"), [("Russia", "RU"), ("norway", "NO"), ("Russland", "RU"), ("DZA", "DZ")])
def test_a_name_of_a_supplier_is_understood(written: str, code: str, tmp_path: Path, data: GasData) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + CUT.replace('"RU"', f'"{written}"'), encoding="utf-8")

    assert code == load_scenario(path, data=data).measures[0].supplier  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "hint"), [("EL", "GR is the code of Greece"), ("UK", "GB is the code of United K")]
)
def test_a_name_given_past_the_reader_is_told_with_its_code(written: str, hint: str, data: GasData) -> None:
    """In Python a measure may be made by hand; the error names the code."""
    saving = KINDS["demand_saving"](kind="demand_saving", share=0.1, countries=(written,))

    assert [f"key 'countries', value '{written}': no such country; {hint}"[:70]] == [
        problem[:70] for problem in saving.problems(data.at(date(2022, 1, 31)))
    ]


def test_no_two_countries_share_a_name(data: GasData) -> None:
    """A code of the model never stands for another country, whatever other bodies call it."""
    names, codes = names_in(data), set(data["nodes"]["node"])

    assert all(names[code.casefold()] == code for code in codes)
    assert names == place_names(data.root)


BAD_INPUTS = [*ONE_PROBLEM, *ABSURD]
"""Distinct bad inputs that this module tries."""
