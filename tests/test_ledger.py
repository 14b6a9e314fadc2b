"""A ledger of months: what a run has beside what was observed in the same month of the years before.

The toy's year is 2031. Unless a test says otherwise, these were observed each month, GWh a day:

    from XX into AA_N 500 in 2029 and 520 in 2030; LNG of aa_lng 30 and 45; demand of AA_N 190 and 210; net into
    store 10 and 20
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from toy_package import AS_OF, write_toy

from energy_model.data.load import GasData, load_data
from energy_model.report.run_workbook import write_run_workbook
from energy_model.results.run import Results, run
from energy_model.scenario import load_scenario
from energy_model.scenario.load import with_changes
from energy_model.validate.ledger import Ledger, ledger
from energy_model.validate.ledger_run import entry_sources
from energy_model.validate.past_months import IMPORTS, LNG, NET_INJECTION, RESPONSE, SERVED, Observed

MONTHS = pd.date_range("2029-01-01", "2030-12-01", freq="MS")
Rows = list[dict[str, object]]


def entries(rate: Callable[[pd.Timestamp], float], name: str = "xx_aa", months: pd.DatetimeIndex = MONTHS) -> Rows:
    about = {"entry": name, "origin": "XX", "node": "AA_N"}
    return [
        about | {"month": f"{m:%Y-%m-%d}", "energy_gwh": rate(m) * m.days_in_month, "days_reported": m.days_in_month}
        | {"as_of": f"{m + pd.offsets.MonthEnd(0):%Y-%m-%d}"}
        for m in months
    ]  # fmt: skip


def landed(rate: Callable[[pd.Timestamp], float], name: str = "aa_lng", months: pd.DatetimeIndex = MONTHS) -> Rows:
    return [{k: v for k, v in row.items() if k not in ("entry", "origin")} | {"terminal": name, "node": "AA_S"}
            for row in entries(rate, months=months)]  # fmt: skip


def used(rate: Callable[[pd.Timestamp], float]) -> Rows:
    return [{"month": row["month"], "node": "AA_N", "demand_gwh": row["energy_gwh"], "as_of": row["as_of"]}
            for row in entries(rate)]  # fmt: skip


def stored() -> Rows:
    days = pd.date_range("2029-01-01", "2030-12-31")
    return [
        {"date": f"{day:%Y-%m-%d}", "node": "AA_N", "gas_in_storage_gwh": 9000.0, "as_of": f"{day:%Y-%m-%d}"}
        | {"injection_gwh_per_day": 30.0 if day.year == 2029 else 40.0, "withdrawal_gwh_per_day": 20.0}
        for day in days
    ]


def by_year(first: float, second: float) -> Callable[[pd.Timestamp], float]:
    return lambda month: first if month.year == 2029 else second


def past(folder: Path, **changed: Rows) -> GasData:
    observed = {
        "observed_border_entries_monthly": entries(by_year(500.0, 520.0)),
        "observed_lng_sendout_monthly": landed(by_year(30.0, 45.0)),
        "observed_demand_monthly": used(by_year(190.0, 210.0)),
        "observed_storage_daily": stored(),
    }
    return load_data(write_toy(folder, **{**observed, **changed}), accept_errors=True)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> GasData:
    return past(tmp_path_factory.mktemp("past") / "toy")


@pytest.fixture(scope="module")
def calm(toy: GasData) -> Results:
    return run("reference", toy)


@pytest.fixture(scope="module")
def stopped(toy: GasData) -> Results:
    return run("stop", toy)


def rows(found: Ledger, quantity: str, place: str = "UNION") -> pd.DataFrame:
    table = found.table
    return table[(table["quantity"] == quantity) & (table["place"] == place)].set_index("month")


def test_demand_between_two_years_is_inside_and_stands_beside_its_range(toy: GasData, calm: Results) -> None:
    """January: AA_N asks for 200 a day and is served but for what leaves at a price; 190 to 210 were observed."""
    row = rows(ledger(calm, toy), SERVED).loc["2031-01"]

    served = calm.statistics.served.value(node="AA_N", until="2031-01-31")
    assert row["value"] == pytest.approx(served)
    assert (row["least"], row["most"]) == pytest.approx((190 * 31 / 1e3, 210 * 31 / 1e3))
    assert (row["years"], row["first_year"], row["last_year"], row["source_id"]) == (2, 2029, 2030, "toy")
    assert row["outside"] == ("" if served >= 190 * 31 / 1e3 else "below")
    assert row["by_chance_share"] == pytest.approx(2 / 3), "of three like years one is the least, one the most"


def test_more_than_was_ever_observed_is_above_by_so_much(toy: GasData, calm: Results) -> None:
    """LNG of QQ is the only other gas of AA_S: what is sent out lies beside 30 to 45 a day."""
    table = rows(ledger(calm, toy), LNG)
    sent = calm.statistics.sendout("month")

    for month, row in table.iterrows():
        days = pd.Timestamp(f"{month}-01").days_in_month
        assert row["value"] == pytest.approx(sent[month])
        expected = max(row["value"] - 0.045 * days, 0.030 * days - row["value"], 0.0)
        assert row["beyond"] == pytest.approx(expected, abs=5e-4)
        assert (row["outside"] == "above") == (row["value"] > 0.045 * days + 5e-4)


def test_a_cut_is_the_reason_for_less_of_that_suppliers_gas_from_its_day_on(toy: GasData, stopped: Results) -> None:
    """XX offers 400 where at least 500 were observed: below all year, by the cut only from April."""
    table = rows(ledger(stopped, toy), IMPORTS)

    assert set(table["source"]) == {"XX"}
    assert (table["outside"] == "below").all()
    assert not table["on_record"].any()
    assert (table.loc[:"2031-03", "reason"] == "").all()
    assert (table.loc["2031-04":, "reason"] == "XX delivers 0% of its pipeline gas").all()
    assert table.loc["2031-05", "value"] == 0.0
    assert table.loc["2031-05", "beyond"] == pytest.approx(500 * 31 / 1e3)


def test_imports_are_what_arrives_over_the_border_from_outside(toy: GasData, calm: Results) -> None:
    """Both lines of XX end in the union: what the ledger counts is what XX sells, less what its lines burn."""
    table = rows(ledger(calm, toy), IMPORTS)
    burnt = calm.statistics.losses.value(route=["east_line", "south_line"])

    assert table["value"].sum() == pytest.approx(calm.statistics.supply.value(supplier="XX") - burnt)


def test_response_stands_beside_the_deepest_fall_below_other_years(tmp_path: Path) -> None:
    """200, 200 and 100 a day: the last lies half below the mean of the others, and nothing is too little."""
    three = used(lambda month: 200.0)
    three += [{**row, "month": str(row["month"]).replace("2030", "2028"), "as_of": "2028-12-31",
               "demand_gwh": float(str(row["demand_gwh"])) / 2} for row in three[12:]]  # fmt: skip
    data = past(tmp_path / "toy", observed_demand_monthly=three)
    found = rows(ledger(run("reference", data), data), RESPONSE).loc["2031-03"]

    assert found["most"] == pytest.approx(0.5)
    assert found["least"] == pytest.approx(1 - 200 / 150)
    assert (found["outside"], found["unit"], found["years"]) == ("", "share", 3)


def test_net_injection_is_a_month_at_the_mean_of_its_days(toy: GasData, calm: Results) -> None:
    row = rows(ledger(calm, toy), NET_INJECTION).loc["2031-06"]
    ask = calm.statistics

    assert (row["least"], row["most"]) == pytest.approx((0.3, 0.6))
    moved = ask.injection("month") - ask.withdrawal("month")
    assert row["value"] == pytest.approx(moved["2031-06"])


def test_a_store_whose_rates_nobody_reported_is_not_observed_at_rest(tmp_path: Path) -> None:
    """The level alone was reported in 2029: of that year net injection is not known; it was 20 GWh a day in 2030."""
    unknown = {"injection_gwh_per_day": None, "withdrawal_gwh_per_day": None}
    rows = [row | unknown if str(row["date"]) < "2030" else row for row in stored()]
    data = past(tmp_path / "toy", observed_storage_daily=rows)

    (seen,) = [one for one in Observed.of(data).series(["AA_N"], False) if one.quantity == NET_INJECTION]

    assert {2030} == set(seen.values.index.year)
    assert 0.62 == pytest.approx(seen.values[pd.Timestamp("2030-01-01")])


def test_a_month_is_not_held_against_itself_nor_against_what_was_not_public(tmp_path: Path) -> None:
    """January 2031 is observed on its last day and February 2030 was published too late: neither makes a range."""
    late = entries(by_year(500.0, 520.0))
    for row in late:
        if row["month"] == "2030-02-01":
            row["as_of"] = "2031-06-30"
    late += entries(lambda month: 0.0, months=pd.DatetimeIndex(["2031-01-01"]))
    data = past(tmp_path / "toy", observed_border_entries_monthly=late)
    table = rows(ledger(run("reference", data), data), IMPORTS)

    assert table.loc["2031-01", "years"] == 2
    assert table.loc["2031-02", "years"] == 1
    assert pd.isna(table.loc["2031-02", "least"])
    assert table.loc["2031-02", "outside"] == "", "one year makes no range"


def test_an_entry_counts_from_its_first_report_and_a_silent_one_spoils_the_sum(tmp_path: Path) -> None:
    """A second entry is built in July 2029 and silent in May 2030; a third brought 100 a day until June 2029."""
    both = entries(by_year(300.0, 300.0))
    built = pd.DatetimeIndex([m for m in MONTHS if m >= pd.Timestamp("2029-07-01") and m != pd.Timestamp("2030-05-01")])
    both += entries(lambda month: 50.0, "xx_bb", built)
    both += entries(lambda month: 100.0, "old", MONTHS[:6])
    data = past(tmp_path / "toy", observed_border_entries_monthly=both)
    (seen,) = [one for one in Observed.of(data).series(["AA_N"], with_imports=True) if one.quantity == IMPORTS]
    rate = seen.values * 1e3 / seen.values.index.days_in_month

    assert rate[pd.Timestamp("2029-06-01")] == pytest.approx(400.0)
    assert rate[pd.Timestamp("2029-07-01")] == pytest.approx(350.0)
    assert pd.Timestamp("2030-05-01") not in rate.index


def test_the_line_counts_what_lies_outside_and_by_chance_and_names_the_furthest(toy: GasData, stopped: Results) -> None:
    found = ledger(stopped, toy)
    told = found.told

    assert found.words.startswith(
        f"Ledger: {(told['outside'] != '').sum()} of {len(told)} monthly figures of the Union"
    )
    assert f"some {told['by_chance_share'].sum():.0f} would by chance" in found.words
    assert "imports by pipeline from Exland 0.0 TWh in" in found.words
    assert found.outside["place"].iloc[0] == "UNION"
    assert "in 2029-2030" in found.words


def test_a_package_without_observations_says_so(tmp_path: Path) -> None:
    data = load_data(write_toy(tmp_path / "toy"), accept_errors=True)
    found = ledger(run("reference", data), data)

    assert len(found.table) == 0
    assert "no months observed" in found.words
    assert AS_OF == str(data.storyline.as_of)


def test_the_workbook_of_a_run_lists_every_month_those_outside_first(
    toy: GasData, stopped: Results, tmp_path: Path
) -> None:
    found = ledger(stopped, toy)
    path = write_run_workbook(stopped, tmp_path / "run.xlsx", past=found)
    cells = [row for row in openpyxl.load_workbook(path)["Past months"].iter_rows(values_only=True) if row[1]]

    assert len(cells) == 1 + len(found.table)
    assert str(cells[1][6]).startswith("below")
    assert sum(row[6] is not None for row in cells[1:]) == len(found.outside)


def test_gas_that_comes_back_is_no_import_and_transit_has_its_seller(shipped: GasData) -> None:
    """Serbia's gas came through Bulgaria; what Ukraine passes on at Velke Kapusany is Russian; Bacton is British."""
    scenario = with_changes(load_scenario("reference", shipped.root), resolution="month")
    results = run(scenario, shipped)
    source = entry_sources(results, results.labels.region_nodes(results.nodes))

    assert "kiskundorozsma_2_rs_hu" not in source
    assert source["velke_kapusany_ua_sk"] == source["strandzha_2_tr_bg"] == source["nord_stream_1"] == "RU"
    assert (source["iuk_gb_be"], source["emden_de"], source["kipoi_tap"]) == ("GB", "NO", "AZ")
