"""A country of two nodes: every number that is asked of the country or of the region stays what it was with one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest
from report_fixtures import real_data
from split_country import split

from energy_model import answer, run, study
from energy_model.data.load import GasData, load_data
from energy_model.impact.answer import Answer
from energy_model.results.headline import headline_values
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
