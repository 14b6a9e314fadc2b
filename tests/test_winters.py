"""A scenario in a mild, a normal and a cold winter: which weathers, the numbers of the table, the band, the figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from energy_model.data.load import GasData
from energy_model.errors import ScenarioError
from energy_model.report.winters import Winters, by_demand, past_band, winter_demand, winters, write_winters
from energy_model.scenario import Scenario
from energy_model.scenario.load import with_changes


@pytest.fixture(scope="module")
def found(data: GasData, monthly: Callable[..., Scenario]) -> Winters:
    return winters(monthly("reference"), data, "DE")


def test_the_weathers_are_those_with_least_median_and_most_demand_in_winter(data: GasData, found: Winters) -> None:
    """Germany's own winters: what is mild there need not be mild in Spain."""
    demand = winter_demand(data, ["DE"])

    assert (found.weathers["mild"], found.weathers["cold"]) == (demand.idxmin(), demand.idxmax())
    assert by_demand(demand)[1] == found.weathers["normal"]
    assert (demand < demand[found.weathers["normal"]]).sum() == (len(demand) - 1) // 2
    rows = data["demand_daily"].query("node == 'DE' and weather == @name and month in [11, 12, 1, 2, 3]",
                                      local_dict={"name": found.weathers["cold"]})  # fmt: skip
    assert demand.iloc[-1] == pytest.approx(rows.filter(like="_gwh").sum().sum() / 1e3)


def test_the_table_reads_the_winter_of_the_horizon(found: Winters) -> None:
    """1 February and 1 April 2023, which is the end of the horizon; money and cuts of November to March."""
    cold = found.runs["cold"]
    row = found.table.set_index("winter").loc["cold"]
    ask = cold.statistics

    assert row["first_of_february_twh"] == pytest.approx(ask.level(by=(), at="2023-02-01", country="DE").iloc[0])
    assert row["first_of_april_twh"] == pytest.approx(ask.level.value(country="DE"))
    assert row["first_of_april_share"] == pytest.approx(row["first_of_april_twh"] / ask.working_gas.value(country="DE"))
    assert row["least_twh"] <= min(row["first_of_february_twh"], row["first_of_april_twh"]) + 1e-9
    assert row["price_eur_per_mwh"] == pytest.approx(
        ask.price.value(country="DE", since="2022-11-01", until="2023-03-31")
    )


def test_a_colder_winter_asks_for_more_and_costs_no_less(found: Winters) -> None:
    table = found.table

    assert table["winter_demand_twh"].is_monotonic_increasing
    assert table["price_eur_per_mwh"].iloc[0] <= table["price_eur_per_mwh"].iloc[-1]


def test_the_band_is_what_was_observed_on_the_day_before_the_horizon(data: GasData, found: Winters) -> None:
    normal = found.runs["normal"]
    band = past_band(data.at(date(2022, 1, 31)), normal, frozenset({"DE"}))
    seen = data["observed_storage_daily"].query("node == 'DE' and quality_flag.isna()").set_index("date")
    past = seen.loc[["2019-10-15", "2020-10-15", "2021-10-15"], "gas_in_storage_gwh"]
    volume = normal.statistics.working_gas.value(country="DE", unit="GWh")

    assert band.attrs["years"] == "2019-2022"
    assert band.loc[pd.Timestamp("2022-10-15")].tolist() == pytest.approx([past.min() / volume, past.max() / volume])
    assert (band["least"] <= band["most"]).all()
    january = seen.loc[["2019-01-15", "2020-01-15", "2021-01-15", "2022-01-15"], "gas_in_storage_gwh"] / volume
    assert band.loc[pd.Timestamp("2022-01-15"), "least"] == pytest.approx(january.iloc[:3].min())
    assert band.loc[pd.Timestamp("2023-01-15"), "least"] == pytest.approx(january.min()), "by then it was past"


def test_figure_and_table_are_written_and_named_by_scenario_and_place(
    data: GasData, found: Winters, tmp_path: Path
) -> None:
    picture, _, table = write_winters(found, data, tmp_path)
    labels = [text.get_text() for text in found.figure(data).legends[0].get_texts()]

    assert (picture.name, table.name) == ("winters_reference_de.png", "winters_reference_de.csv")
    assert labels[0] == "Least to most of 2019-2022"
    assert labels[1:4] == [f"{w.capitalize()} winter ({found.weathers[w]})" for w in ("mild", "normal", "cold")]
    assert pd.read_csv(table)["winter"].tolist() == ["mild", "normal", "cold"]


def test_what_cannot_be_shown_is_told_at_once(data: GasData, monthly: Callable[..., Scenario]) -> None:
    short = with_changes(monthly("reference"), horizon={"start": date(2022, 1, 1), "end": date(2022, 12, 31)})
    with pytest.raises(ScenarioError) as told:
        winters(short, data, "FI", ["2017", "2108", "2019"])

    for words in ("Finland has no storage", "no weather '2108'; did you mean '2018'", "has no whole winter"):
        assert words in str(told.value)

    with pytest.raises(ScenarioError, match="one weather stands twice") as twice:
        winters(monthly("reference"), data, "Germany", ["2108", "2108", "2019"])
    assert 2 == len(twice.value.problems), "what is unknown is told once"
