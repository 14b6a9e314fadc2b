"""A country of two nodes: every number that is asked of the country or of the region stays what it was with one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import openpyxl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from report_fixtures import real_data
from split_country import split

from energy_model import answer, run, study
from energy_model.data.home import data_home
from energy_model.data.load import GasData, load_data
from energy_model.impact.answer import Answer
from energy_model.report.figures import flow_map
from energy_model.report.geography import load_basemap
from energy_model.report.workbook import write_workbook
from energy_model.results.headline import headline_values
from energy_model.results.lost_gas import consumption
from energy_model.results.run import Results
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes

CUT = "full_cutoff_february"
SAME = 1e-4
"""Both problems have the same optimum; the tie-breaks of a further pair of pipelines move single flows."""


@cache
def split_data() -> GasData:
    return load_data(split(real_data().root, Path(mkdtemp(prefix="split_")), "DE"), accept_errors=True)


def one_quality(name: str, data: GasData) -> Scenario:
    """A scenario of the library in months in which any gas serves anybody, as the line between both nodes asks."""
    return with_changes(load_scenario(name, data.root), resolution="month", low_calorific=False)


@cache
def solved(name: str, data_of: Callable[[], GasData]) -> Results:
    return run(one_quality(name, data_of()), data_of())


@pytest.mark.parametrize("name", ["reference", CUT])
def test_headlines_of_the_country_and_the_region_stay(name: str) -> None:
    whole, parts = headline_values(solved(name, real_data)), headline_values(solved(name, split_data))

    assert whole.keys() == parts.keys()
    for key in whole:
        assert parts[key] == pytest.approx(whole[key], rel=SAME, abs=1e-3, nan_ok=True), key


def test_both_nodes_are_the_country_of_the_statistics_and_the_group_of_the_region() -> None:
    parts = solved(CUT, split_data)
    by_node = parts.statistics.curtailed("node", country="DE")

    assert {"DE_N", "DE_S"} == set(by_node.index)
    assert by_node["DE_S"] / by_node.sum() == pytest.approx(0.4, rel=0.02), "equal shares of a shortage"
    assert parts.labels.country_name(parts.nodes) == "Germany"
    assert {"DE_N", "DE_S"} < parts.labels.region_nodes(parts.nodes)


def numbers(found: Answer) -> dict[tuple[str, str], pd.Series]:
    """Columns of numbers of an answer's tables that speak of the region and of the country, by table and name."""
    out = {}
    for title, table in found.tables.items():
        if "country" in table:
            rows = table[table["country"].isin(["EU27", "Germany"])].set_index("country")
            out |= {(title, str(name)): rows[name] for name in rows.select_dtypes("number")}
    return out


def both() -> tuple[GasData, GasData]:
    return real_data(), split_data()


@pytest.mark.parametrize("question", ["economy", "bills", "dependency", "substitution"])
def test_answers_on_the_country_stay(question: str) -> None:
    asked = [study(one_quality(CUT, data), data, baseline=one_quality("reference", data)) for data in both()]
    whole, parts = (answer(one, [question])[0] for one in asked)
    one, two = numbers(whole), numbers(parts)

    assert one.keys() == two.keys()
    assert one
    for key, column in one.items():
        np.testing.assert_allclose(two[key], column, rtol=2e-3, atol=0.05, err_msg=str(key))
    assert "Germany, north" not in parts.words


@pytest.mark.parametrize("name", ["reference", CUT])
def test_the_country_burns_gas_of_the_same_origins_month_by_month(name: str) -> None:
    """And every other country does: the second node neither hides home production nor makes a country of transit."""
    tables = []
    for data_of in (real_data, split_data):
        run = solved(name, data_of)
        country = run.nodes.set_index("node")["country"]
        table = consumption(run).table.assign(country=lambda rows, of=country: rows["node"].map(of))
        tables.append(table.groupby(["country", "group", "item"], observed=True)["energy_gwh"].sum())
    one, two = pd.concat(tables, axis=1, keys=["one", "two"]).fillna(0.0).to_numpy().T

    np.testing.assert_allclose(two, one, rtol=2e-3, atol=30.0)


# Workbook and map -----------------------------------------------------------------------------------------------------

Rows = list[list[object]]
BORDERS = "The tightest borders are"
"""A border has markets at its ends, and each of both nodes is one."""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """Cells of the briefing of both packages by sheet."""
    found = []
    for name, data_of in (("whole", real_data), ("parts", split_data)):
        runs = [solved(scenario, data_of) for scenario in ("reference", CUT)]
        path = write_workbook(runs, tmp_path_factory.mktemp("books") / f"{name}.xlsx", data=data_of())
        book = openpyxl.load_workbook(path, data_only=True)
        found.append({sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book})
    return found[0], found[1]


@pytest.mark.parametrize("sheet", ["Scenarios", "Country", "Countries x sectors", "Substitution", "Storage", "Prices"])
def test_sheets_on_countries_say_the_same(books: tuple[dict[str, Rows], dict[str, Rows]], sheet: str) -> None:
    whole, parts = (book[sheet] for book in books)

    assert len(whole) == len(parts)
    for one, two in zip(whole, parts, strict=True):
        words, numbers = ([isinstance(cell, kind) for cell in one] for kind in (str, float))
        assert [cell for cell, is_word in zip(one, words, strict=True) if is_word] == [
            cell for cell, is_word in zip(two, words, strict=True) if is_word
        ]
        old, new = ([cell for cell, is_number in zip(row, numbers, strict=True) if is_number] for row in (one, two))
        np.testing.assert_allclose(new, old, rtol=2e-3, atol=2e-3, err_msg=str(one))


def test_the_country_has_one_row_for_each_scenario_with_a_shortage(
    books: tuple[dict[str, Rows], dict[str, Rows]],
) -> None:
    for book in books:
        rows = [row for row in book["Countries x sectors"] if str(row[1]).startswith("Germany")]
        assert ["Germany"] == [row[1] for row in rows]


def test_no_node_of_the_country_is_told_as_a_country(books: tuple[dict[str, Rows], dict[str, Rows]]) -> None:
    _, parts = books
    cells = [str(cell) for rows in parts.values() for row in rows for cell in row]

    assert [] == [cell for cell in cells if "Germany, north" in cell and BORDERS not in cell]
    assert [] == [cell for cell in cells if cell == "Germany, south"]


def shapes_and_words(figure: Figure) -> tuple[list[tuple[int, tuple[float, ...]]], list[str]]:
    """Every filled outline with its colour, and every text of a map."""
    land = [patch for axes in figure.axes for patch in axes.patches if patch.get_zorder() == 1]
    texts = [text.get_text() for text in figure.findobj(Text) if text.get_text()]
    return [(len(patch.get_path().vertices), patch.get_facecolor()) for patch in land], texts


def test_the_map_shades_and_lists_the_country_once() -> None:
    drawn = []
    for data_of in (real_data, split_data):
        basemap = load_basemap(data_home() / "common" / "basemap.geojson", beside=data_of().root)
        drawn.append(shapes_and_words(flow_map(solved(CUT, data_of), data_of(), basemap)))
    (shapes, words), (parts, parts_words) = drawn

    assert [size for size, _ in shapes] == [size for size, _ in parts], "the same outlines, each once"
    np.testing.assert_allclose([colour for _, colour in parts], [colour for _, colour in shapes], atol=0.02)
    unlike = {word for word in set(words) ^ set(parts_words) if not word.startswith(("DE", "Own model"))}
    assert set() == unlike, "all but badges and digest reads the same"
    assert {"DE_N", "DE_S"} <= {word.split("\n")[0] for word in parts_words}, "each market has its badge"
