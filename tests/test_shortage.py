"""How a shortage is said: never a volume curtailed without what left at a price and what it means for industry."""

from __future__ import annotations

import pytest
from report_fixtures import monthly

from energy_model.data.regions import nodes_of_group
from energy_model.results.shortage import Shortage, elsewhere_phrase, in_words, shortage_of, shortage_phrase


@pytest.fixture(scope="module")
def cut():
    return monthly("full_cutoff_february")


def eu(results):
    return set(results.nodes.loc[nodes_of_group(results.nodes, "EU27"), "node"])


def test_the_phrase_states_curtailed_and_reduced_gas_and_both_shares_of_industry(cut):
    demand = cut["demand"]
    mine = demand[demand["node"].isin(eu(cut))]
    industry = mine[mine["sector"] == "industry"]

    said = shortage_phrase(cut, eu(cut))

    assert f"{mine['curtailed_gwh'].sum() / 1e3:,.0f} TWh curtailed" in said
    assert f"{mine['voluntary_gwh'].sum() / 1e3:,.0f} TWh reduced at a price" in said
    assert f"{industry['curtailed_gwh'].sum() / industry['demand_gwh'].sum():.0%} of its demand curtailed" in said
    assert f"{industry['voluntary_gwh'].sum() / industry['demand_gwh'].sum():.0%} reduced)" in said


def test_the_other_unit_is_the_same_energy(cut):
    in_bcm = shortage_phrase(cut, {"DE"}, "bcm")

    assert f"{shortage_of(cut, {'DE'}).curtailed_gwh / 10_550:,.1f} bcm curtailed" in in_bcm


def test_everybody_outside_who_is_curtailed_is_named_with_a_volume(cut):
    demand = cut["demand"]
    by_node = demand[~demand["node"].isin(eu(cut))].groupby("node", observed=True)["curtailed_gwh"].sum()
    names = cut.nodes.set_index("node")["name"]

    said = elsewhere_phrase(cut, eu(cut), "the EU27")

    assert by_node.max() > 1e3
    for node, gwh in by_node.items():
        assert (f"{names[node]} " in said) == (gwh >= 50.0)


def test_nobody_outside_is_curtailed_when_nobody_is():
    assert elsewhere_phrase(monthly("reference"), {"DE"}, "Germany") == ""


def test_a_small_share_is_not_said_to_be_none():
    said = in_words(Shortage(60.0, 0.0, 0.001, 0.0))

    assert "less than 1% of its demand curtailed" in said
    assert "0% reduced" in said
