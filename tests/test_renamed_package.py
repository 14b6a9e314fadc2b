"""A seller's code is a name: with another code in all tables every answer stays the same.

Ties between plans of equal cost are told apart by names; both packages stand at the low view of that parameter, nought,
so that they pose the same problems.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from renamed_package import renamed

from energy_model.data import check_data, load_data
from energy_model.data.load import GasData
from energy_model.impact.questions import QUESTIONS, answer
from energy_model.impact.study import study
from energy_model.results.headline import headlines

CODES = {"RU": "SU"}
_CODE = re.compile(r"\bSU(?=\b|_)")
SIX = ("substitution", "dependency", "revenues", "sanctions", "survivable", "adversary")


def without_ties(data: GasData) -> GasData:
    table = data["parameters"].copy()
    table.loc[table["parameter"] == "tie_break_eur_per_mwh", "value"] = 0.0
    return replace(data, tables={**data.tables, "parameters": table})


@pytest.fixture(scope="module")
def worlds(data, tmp_path_factory):
    folder = renamed(data.root, tmp_path_factory.mktemp("answers"), CODES)
    return without_ties(data), without_ties(load_data(folder))


@pytest.fixture(scope="module")
def pair(worlds):
    studies = {}

    def of(name: str):
        if name not in studies:
            studies[name] = tuple(study(name, world, resolution="month") for world in worlds)
        return studies[name]

    return of


def same(one, other, keys) -> None:
    for mine, theirs in zip(answer(one, keys), answer(other, keys), strict=True):
        told = tuple(_CODE.sub("RU", text) for text in (theirs.question, theirs.words))
        assert (mine.question, mine.words, mine.applies) == (*told, theirs.applies)
        assert list(mine.tables) == list(theirs.tables)
        for caption, table in mine.tables.items():
            named = theirs.tables[caption].replace(_CODE, "RU", regex=True)
            pd.testing.assert_frame_equal(table, named, rtol=1e-9, atol=1e-9)


def test_the_renamed_package_is_a_package_without_errors(worlds):
    _, other = worlds

    assert not [problem.text for problem in check_data(other.root) if problem.is_error]
    assert {"SU", "SU_TR", "SU_BY"} <= set(other["supply_steps"]["supplier"])
    assert not {"RU", "RU_TR", "RU_BY"} & set(other["supply_steps"]["supplier"])


def test_six_answers_are_the_same_but_for_the_code(pair):
    one, other = pair("full_cutoff_february")

    assert ("RU", "SU") == (one.subject.seller, other.subject.seller)
    assert headlines(one.results).to_dict() == pytest.approx(headlines(other.results).to_dict())
    same(one, other, SIX)


@pytest.mark.slow
def test_a_ban_bites_whatever_the_code(pair):
    """The flagship measure did nothing when the code was another; tests/test_any_seller.py holds its run each time."""
    one, other = pair("eu_bans_russian_gas")

    assert headlines(one.results)["EU27 curtailed (TWh)"] > 1.0
    same(one, other, ("bans",))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["full_cutoff_february", "eu_bans_russian_gas", "ns2_commissioned"])
def test_every_answer_is_the_same_but_for_the_code(pair, name):
    same(*pair(name), tuple(QUESTIONS))
