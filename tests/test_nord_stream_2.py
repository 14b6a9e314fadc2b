"""What Nord Stream 2 changes: nothing without gas, much with it."""

from __future__ import annotations

import pytest

from energy_model.impact.nord_stream_2 import GAS, PIPE, WITHOUT, nord_stream_2
from energy_model.impact.sanctions import efficiency
from energy_model.impact.study import study
from energy_model.results.headline import headlines


def tables(name: str):
    one = study(name, resolution="month")
    told = nord_stream_2(one)
    return one, told, *(table.set_index("what") for table in list(told.tables.values())[:2])


def test_in_a_full_cut_the_line_changes_nothing():
    """The cut applies to the gas that would come with the line too."""
    one, told, energy, money = tables("full_cutoff_february")

    for table in (energy, money):
        for column in table.filter(like="change"):
            assert table[column].abs().max() == pytest.approx(0.0, abs=1e-3)
    assert "changes nothing" in told.words

    ratios, expected = list(told.tables.values())[2].set_index("view"), efficiency(one).set_index("view")
    for place in ("eu27", "germany"):
        without, both = (ratios[f"{name}_{place}_cost_eur_per_eur"] for name in (WITHOUT, GAS))
        assert without.to_numpy() == pytest.approx(expected[f"{place}_cost_eur_per_eur"].to_numpy(), rel=1e-3)
        assert (both < without).all()  # Russia has more to lose, the world after the cut is the same


@pytest.fixture(scope="module")
def opened():
    return tables("ns2_commissioned")


def test_the_pipe_alone_moves_gas_from_other_routes(opened):
    _, _, energy, money = opened

    moved = energy[f"change_with_{PIPE}_twh"]
    assert moved["Nord Stream 2"] > 50.0
    assert moved["Russian sales to Europe by pipeline"] == pytest.approx(0.0, abs=1.0)
    assert moved["Exit from Ukraine to the west"] < -10.0
    assert money.loc["Transit revenue of Ukraine", f"change_with_{PIPE}_eur_bn"] < -0.05
    assert abs(money.loc["EU27 consumer bill", f"change_with_{PIPE}_eur_bn"]) < 1.0


def test_with_the_gas_consumers_pay_less_russia_earns_more_and_others_earn_less(opened):
    _, _, _, money = opened

    change = money[f"change_with_{GAS}_eur_bn"]
    assert change["EU27 consumer bill"] < change["Germany consumer bill"] < 0.0
    assert change["Russian revenue by pipeline, contract prices"] > 5.0
    assert change["Rent of Norway"] < 0.0
    assert change["Rent of United States"] < 0.0


def test_with_pipe_and_gas_it_is_the_scenario_of_the_library(opened):
    one, _, energy, _ = opened

    both = energy["without_twh"] + energy[f"change_with_{GAS}_twh"]
    numbers = headlines(one.results)
    assert both["Nord Stream 2"] == pytest.approx(numbers["Nord Stream 2 (TWh)"], rel=1e-3)
    assert both["Russian sales to Europe by pipeline"] == pytest.approx(
        numbers["Russian pipeline gas to Europe (TWh)"], rel=1e-6
    )
