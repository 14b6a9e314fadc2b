"""Dependency before and after: shares, concentration, cover and readiness."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from energy_model.impact.dependency import dependency
from energy_model.impact.imports import Imports, hhi
from energy_model.impact.study import study

approx = pytest.approx


@pytest.fixture(scope="module")
def cut():
    return study("full_cutoff_february", resolution="month")


@pytest.fixture(scope="module")
def told(cut):
    return dependency(cut)


@pytest.fixture(scope="module")
def shares(told):
    return told.table.set_index("country")


def test_concentration_of_equal_parts_is_one_over_their_number():
    assert approx(0.25) == hhi(np.full(4, 3.0))
    assert hhi(np.array([9.0, 1.0])) > hhi(np.array([5.0, 5.0]))


def test_austria_imports_nothing_from_russia_at_its_border_and_burns_much_of_it(shares):
    """Its gas comes through Slovakia: the border says nothing about who depends."""
    assert 0.0 == shares.loc["Austria", "at_border_before_share"]
    assert shares.loc["Austria", "in_consumption_before_share"] > 0.4


def test_finland_has_one_supplier_and_spain_none_from_russia_by_pipe(shares):
    assert 0.99 < shares.loc["Finland", "in_consumption_before_share"]
    assert 0.99 < shares.loc["Finland", "sellers_before_hhi"]
    assert shares.loc["Spain", "in_consumption_before_share"] < 0.05


def test_a_cut_lowers_the_share_everywhere_in_the_eu_and_leaves_stores_no_fuller(shares, cut):
    union = shares.loc["EU27"]

    assert union["in_consumption_after_share"] < 0.5 * union["in_consumption_before_share"]
    assert union["cover_after_days"] <= union["cover_before_days"] * 1.001
    columns = [name for name in shares if name.endswith(("share", "hhi"))]
    assert shares[columns].ge(-1e-9).all(axis=None)
    assert shares[columns].le(1.0 + 1e-9).all(axis=None)


def test_the_union_is_the_sum_of_its_members(cut):
    of = Imports(cut.before, date(2022, 2, 15), cut.subject)
    case = cut.before.case
    union = of.consumed_by_seller_gwh(case.inside("EU27"))
    members = [of.consumed_by_seller_gwh(case.nodes == node) for node in case.nodes[case.inside("EU27")]]

    for seller, amount in union.items():
        assert approx(sum(part[seller] for part in members)) == amount


def test_the_border_share_of_the_union_counts_no_border_within_it(cut):
    of = Imports(cut.before, date(2022, 2, 15), cut.subject)
    case = cut.before.case
    entries = of.entries_gwh(case.inside("EU27"))

    assert "nord_stream_1" in entries
    assert not {"mallnow_de_pl", "baumgarten_at_sk"} & set(entries)


def test_what_flows_never_makes_n_1_better_than_capacity_with_nothing_added(told):
    """Before, no capacity is added, so counting Russian entries at their flow can only lower what is left."""
    ready = list(told.tables.values())[1]
    single = ready["largest"].isin(["Imatra", "Kotlovka"])
    assert single.any()
    assert (ready.loc[single, "with_what_flows_after_percent"] < ready.loc[single, "supply_side_percent"]).all()
    assert (ready["russian_routes_and_largest_lost_percent"] <= ready["russian_routes_lost_percent"] + 1e-9).all()


def test_the_paragraph_takes_its_numbers_from_the_table(told, shares):
    for column in ("in_consumption_before_share", "in_consumption_after_share"):
        assert f"{shares.loc['Germany', column]:.0%}" in told.words
