"""Files that people download become rows of the data package: units, codes, flags, gaps, doubles, refusals."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from energy_model import load_scenario
from energy_model.data import GasData, Package, check_data
from energy_model.data.check import HISTORY, release_problems
from energy_model.errors import DataError
from energy_model.imports.figures import every_format, written
from energy_model.imports.join import Import, options_for, read_file
from energy_model.imports.today import begun_today
from energy_model.scenario import apply

AGSI = """\
Status;Gas Day Start;Code;Gas in storage (TWh);Injection (GWh/d);Withdrawal (GWh/d);Technical capacity (TWh)
C;2022-09-03;DE;200.1;600.1;12;245.3
C;2022-09-02;DE;199.5;600.1;12;245.3
E;2022-09-02;UK;9.5;-;12;10.3
N;2022-09-04;DE;-;-;-;245.3
C;2022-09-02;EU;999.5;600.1;12;1145.3
C;2022-08-31;DE;205.5;600.1;12;245.3
"""


@pytest.fixture(scope="session")
def package(data: GasData) -> Package:
    """The real package: reading a file writes nothing."""
    return Package.open(data.root)


def read(kind: str, name: str, text: str, package: Package, folder: Path, **known: object) -> Import:
    """A made file, read for a package."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return read_file(kind, file, options_for(package, **known))  # type: ignore[arg-type]


def rows_of(found: Import, place: int = 0) -> pd.DataFrame:
    """New and revised rows of a table, as they would be written."""
    change = found.changes[place]
    old = written(found.package, change.resource.name)
    both = change.after.merge(old, how="left", indicator=True)
    return both[both["_merge"] == "left_only"].drop(columns="_merge").reset_index(drop=True)


def workbook(file: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file


def test_levels_in_storage_come_in_our_units_and_codes(package: Package, tmp_path: Path) -> None:
    found = read("agsi", "agsi.csv", AGSI, package, tmp_path, as_of=date(2022, 9, 5))
    rows = rows_of(found).set_index(["date", "node"])

    assert ("2022-09-02", "GB") in rows.index, "UK is what others call GB"
    assert float(rows.loc[("2022-09-03", "DE"), "gas_in_storage_gwh"]) == 200_100.0
    assert rows.loc[("2022-09-02", "GB"), "quality_flag"] == "estimated"
    assert rows.loc[("2022-09-02", "GB"), "injection_gwh_per_day"] == "", "a dash is no figure, and no nought"
    assert rows.loc[("2022-09-02", "DE"), "as_of"] == "2022-09-02"
    assert rows.loc[("2022-08-31", "DE"), "as_of"] == "2022-09-05", "a revision counts from the day of the file on"
    (change,) = found.changes
    assert (change.new, change.revised, change.same) == (3, 1, 0)
    told = "\n".join(found.lines())
    assert "1 rows of EU left out" in told
    assert "1 rows without data by their status" in told
    assert "DE: 1 gas days without a figure stay without one, the first 2022-09-01" in told


def test_the_answer_of_the_service_is_read_like_its_file(package: Package, tmp_path: Path) -> None:
    day = {"gasDayStart": "2022-09-02", "injection": "600.1", "withdrawal": "12", "status": "C"}
    own = {**day, "code": "DE", "gasInStorage": "199.5", "workingGasVolume": "245.3", "info": []}
    whole = {**day, "code": "EU", "gasInStorage": "999.5", "workingGasVolume": "1145.3", "children": [own]}
    found = read("agsi", "agsi.json", json.dumps({"last_page": 1, "data": [whole]}), package, tmp_path)

    assert rows_of(found)[["node", "gas_in_storage_gwh"]].to_numpy().tolist() == [["DE", "199500"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (AGSI.replace("199.5", "199500"), "more in store than the working gas volume; both are in TWh"),
        (AGSI.replace("199.5", "199,5"), "value '199,5': not a number"),
        (AGSI.replace("2022-09-02;DE", "02.09.2022;DE"), "value '02.09.2022': not a day; write it as 2025-11-20"),
        (AGSI + "C;2022-09-03;DE;210.1;600.1;12;245.3\n", "2022-09-03 DE: stands there twice with different figures"),
        (AGSI.replace("Gas in storage (TWh)", "Stock"), "no column for gas in storage"),
        (AGSI.replace(";DE;", ";Atlantis;").replace(";UK;", ";Atlantis;"), "no row is about a market of the package"),
        ("Status;Gas Day Start\n", "has no rows"),
        ('{"data": [', "is no complete JSON"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_in_words(
    text: str, words: str, package: Package, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=words.replace("(", r"\(").replace(")", r"\)")):
        read("agsi", "agsi.csv", text, package, tmp_path)


def test_a_country_that_the_file_does_not_name_is_given(package: Package, tmp_path: Path) -> None:
    text = "Gas Day Start,Gas in storage (TWh)\n2022-09-02,199.5\n"
    with pytest.raises(DataError, match="says of no country which it is about; name it: --country DE"):
        read("agsi", "agsi.csv", text, package, tmp_path)
    with pytest.raises(DataError, match="country 'Atlantis': no node of the package"):
        read("agsi", "agsi.csv", text, package, tmp_path, country="Atlantis")
    assert rows_of(read("agsi", "agsi.csv", text, package, tmp_path, country="Germany"))["node"].tolist() == ["DE"]


def test_a_country_s_send_out_does_not_count_beside_its_terminals(package: Package, tmp_path: Path) -> None:
    head = "Gas Day Start,Country,Name,Send-out (GWh/d),Status\n"
    days = pd.date_range("2022-09-01", "2022-09-30").strftime("%Y-%m-%d")
    gate = "".join(f"{day},NL,Gate Terminal,300,C\n" for day in days)
    totals = "".join(f"{day},NL,Netherlands,300,C\n{day},DE,Germany,90,C\n" for day in days)
    found = read("alsi", "alsi.csv", head + gate + totals, package, tmp_path)
    rows = rows_of(found).set_index("terminal")

    assert rows["energy_gwh"].astype(float).to_dict() == {"gate_terminal_i": 9_000.0, "all_of_de": 2_700.0}
    assert "1 monthly totals of countries left out, as the table has their terminals: NL" in "\n".join(found.lines())


def test_flows_are_summed_over_operators_and_by_month(package: Package, tmp_path: Path) -> None:
    head = "indicator,periodType,periodFrom,operatorKey,pointLabel,directionKey,unit,value,flowStatus\n"
    rows = [
        f"Physical Flow,day,{day:%Y-%m-%d} 06:00,DE-TSO-{operator},Greifswald,entry,kWh/d,{value},Confirmed"
        for day in pd.date_range("2022-09-01", "2022-09-20")
        for operator, value in (("0001", 200_000_000), ("0016", 100_000_000))
    ]
    rows += ["Physical Flow,day,2022-09-01 06:00,DE-TSO-0001,Nowhere,entry,kWh/d,5,Confirmed"]
    rows += ["Nomination,day,2022-09-01 06:00,DE-TSO-0001,Greifswald,entry,kWh/d,5,Confirmed"]
    found = read("entsog-flows", "flows.csv", head + "\n".join(rows), package, tmp_path)
    (row,) = rows_of(found).to_dict("records")

    assert (row["entry"], row["origin"], row["node"], row["month"]) == ("nord_stream_1", "RU", "DE", "2022-09-01")
    assert (float(row["energy_gwh"]), row["days_reported"]) == (20 * 300.0, "20")
    told = "\n".join(found.lines())
    assert "1 rows of another indicator left out" in told
    assert "1 rows left out, of points that the package does not name: Nowhere" in told
    with pytest.raises(DataError, match="unit 'mcm': not a unit of energy; download flows in kWh/d"):
        read("entsog-flows", "flows.csv", (head + rows[0]).replace("kWh/d", "mcm"), package, tmp_path)


def test_a_capacity_map_adds_a_row_and_keeps_the_old_one(package: Package, tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "map.xlsx",
        {
            "Notes": [["Published by the operators"]],
            "Capacities": [
                ["System Capacity Map"],
                *[[]] * 10,
                ["Number", "From CC", "To CC", "Point", "Technical physical capacity (GWh/d)"],
                [1, "AT", "SI", "Murfeld / Ceršak", 150],
                [2, "UK", "BE", "Somewhere else", 5],
            ],
        },
    )
    with pytest.raises(DataError, match="does not say of which day it is"):
        read_file("entsog-capacity", file, options_for(package))
    found = read_file("entsog-capacity", file, options_for(package, as_of=date(2026, 5, 1)))
    (change,) = found.changes
    mine = change.after[change.after["pipeline"] == "murfeld_at_si"].sort_values("as_of")

    assert mine["capacity_gwh_per_day"].astype(float).tolist() == [112.5, 150.0]
    assert mine["as_of"].tolist()[-1] == mine["available_from"].tolist()[-1] == "2026-05-01"
    assert change.replaced.empty, "as_of is part of the key: both rows stand in the table"
    assert "1 rows belong to no single pipeline of the package" in "\n".join(found.lines())


TSV = (
    "freq,nrg_bal,siec,unit,geo\\TIME_PERIOD\t2022-09 \t2022-10 \n"
    "M,IC_OBS,G3000,TJ_GCV,EL\t3600.0 p\t: c\n"
    "M,IC_OBS,G3000,TJ_GCV,EU27_2020\t999999.0 \t1.0 \n"
    "M,IC_OBS,G3000,MIO_M3,EL\t90.0 \t: \n"
)


def test_consumption_of_eurostat_keeps_flags_and_gaps(package: Package, tmp_path: Path) -> None:
    found = read("eurostat", "nrg_cb_gasm.tsv", TSV, package, tmp_path)
    (row,) = rows_of(found).to_dict("records")

    assert (row["node"], row["month"], float(row["demand_gwh"]), row["note"]) == (
        "GR",
        "2022-09-01",
        1000.0,
        "provisional",
    )
    told = "\n".join(found.lines())
    assert "unit MIO_M3 left out; taken is TJ_GCV" in told
    assert "1 months without a figure stay without one: GR 2022-10" in told
    old = "unit,product,indic_nrg,geo\\time\t2022M10\t2022M09\nTJ_GCV,4100,100900,EL\t:\t3600.0 p\n"
    assert rows_of(read("eurostat", "nrg_103m.tsv", old, package, tmp_path)).equals(rows_of(found))
    stat = {
        "id": ["unit", "geo", "time"],
        "size": [1, 1, 2],
        "dimension": {
            "unit": {"category": {"index": {"TJ_GCV": 0}}},
            "geo": {"category": {"index": ["EL"]}},
            "time": {"category": {"index": {"2022-09": 0, "2022-10": 1}}},
        },
        "value": {"0": 3600.0},
        "status": {"0": "p"},
    }
    assert rows_of(read("eurostat", "answer.json", json.dumps(stat), package, tmp_path)).equals(rows_of(found))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TSV.replace("TJ_GCV", "GWH"), "dimension unit: has GWH, MIO_M3, and TJ_GCV is needed"),
        (TSV.replace("3600.0 p\t: c", "3600.0 p"), "line 2: 1 cells, and 2 months are named; the file is cut short"),
        (TSV.replace("3600.0", "many"), "line 2, value 'many p': neither a number nor ':'"),
        (TSV.replace("2022-09", "2022-S1"), "column '2022-S1': not a month"),
        ('{"id": ["geo"]', "is no complete JSON-stat"),
    ],
)
def test_a_damaged_file_of_eurostat_is_refused(text: str, words: str, package: Package, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=words):
        read("eurostat", "nrg_cb_gasm.tsv", text, package, tmp_path)


def prices(unit: str = "($/mmbtu)") -> list[list[object]]:
    names = ["Crude oil, Brent", "Coal, Australian", "Natural gas, US", "Natural gas, Europe"]
    names += ["Liquefied natural gas, Japan", "Natural gas index", "Cocoa"]
    units = ["($/bbl)", "($/mt)", "($/mmbtu)", unit, "($/mmbtu)", "(2010=100)", "($/kg)"]
    return [
        ["World Bank"],
        ["Updated"],
        [None, *names],
        [None, *units],
        ["2022M09", 90.2, 430, 7.8, 59.1, "…", 200, 2.3],
    ]


def test_prices_of_the_pink_sheet(package: Package, tmp_path: Path) -> None:
    found = read_file("worldbank", workbook(tmp_path / "cmo.xlsx", {"Monthly Prices": prices()}), options_for(package))
    rows = rows_of(found).set_index("series")

    assert float(rows.loc["gas_europe", "price"]) == 59.1
    assert "lng_japan" not in rows.index, "three dots are no figure"
    assert "1 other series left out" in "\n".join(found.lines())
    odd = workbook(tmp_path / "odd.xlsx", {"Monthly Prices": prices("($/MWh)")})
    with pytest.raises(DataError, match="series 'Natural gas, Europe': unit"):
        read_file("worldbank", odd, options_for(package))
    with pytest.raises(DataError, match="no sheet 'Monthly Prices'"):
        read_file("worldbank", workbook(tmp_path / "other.xlsx", {"Annual": [["a"]]}), options_for(package))


def test_flows_by_route_wide_or_long_by_day_only(package: Package, tmp_path: Path) -> None:
    wide = "dates,Norway,Nord Stream,Turkstream\n2022-12-01,300,0,40\n2022-12-02,300,0,41\n"
    long = "date,route,value\n2022-12-01,TurkStream,40\n2022-12-02,TurkStream,41\n"
    found = read("bruegel", "imports.csv", wide, package, tmp_path)
    rows = rows_of(found).set_index(["date", "route"])["flow_gwh_per_day"].astype(float)

    assert rows[("2022-12-02", "turkstream_2")] == pytest.approx(41 * 10.3)
    same = rows_of(read("bruegel", "long.csv", long, package, tmp_path))
    assert same["flow_gwh_per_day"].astype(float).tolist() == [412.0, 422.3]
    assert "Norway left out: no route of the package" in "\n".join(found.lines())
    with pytest.raises(DataError, match="rows are 7 days apart; the file by day is needed"):
        read("bruegel", "weeks.csv", "date,TurkStream\n2022-12-01,40\n2022-12-08,41\n", package, tmp_path)


def test_what_is_written_passes_its_checks_and_what_was_there_is_kept(data: GasData, tmp_path: Path) -> None:
    shutil.copytree(data.root.parent / "common", tmp_path / "common")
    shutil.copytree(data.root, tmp_path / "own")
    own = Package.open(tmp_path / "own")
    before = written(own, "observed_storage_daily")
    files = {path: path.read_bytes() for path in own.root.rglob("*") if path.is_file()}
    found = read("agsi", "agsi.csv", AGSI, own, tmp_path, as_of=date(2022, 9, 5))
    assert {path: path.read_bytes() for path in files} == files, "reading writes nothing"

    found.write()
    after = written(Package.open(own.root), "observed_storage_daily")
    history = pd.read_csv(own.root / HISTORY / "observed/storage_daily.csv", dtype=str)
    old = before[(before["date"] == "2022-08-31") & (before["node"] == "DE")]

    assert [] == [problem.text for problem in check_data(own.root) if problem.is_error]
    assert len(after) == len(before) + 3
    assert history["gas_in_storage_gwh"].tolist() == old["gas_in_storage_gwh"].tolist()
    assert history["replaced_as_of"].tolist() == ["2022-09-05"]
    again = read("agsi", "agsi.csv", AGSI, Package.open(own.root), tmp_path, as_of=date(2022, 9, 5))
    assert again.is_nothing, "the same file once more changes nothing"


def test_rows_that_may_not_be_passed_on_hold_back_a_release(data: GasData, tmp_path: Path) -> None:
    shutil.copytree(data.root.parent / "common", tmp_path / "common")
    shutil.copytree(data.root, tmp_path / "own")
    wide = "dates,Nord Stream,TurkStream\n2022-12-01,0,40\n2022-12-02,0,41\n"
    assert release_problems(tmp_path / "own") == []
    found = read("bruegel", "imports.csv", wide, Package.open(tmp_path / "own"), tmp_path, as_of=date(2022, 12, 3))
    assert any("must not be passed on" in line for line in found.lines())
    found.write()

    (problem,) = release_problems(tmp_path / "own")
    assert "bruegel_imports_daily" in problem


def test_an_unknown_format_names_those_there_are(package: Package, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="format 'xyz': not known; known: agsi, alsi, bruegel"):
        read("xyz", "a.csv", "a\n", package, tmp_path)
    with pytest.raises(DataError, match="no such file"):
        read_file("agsi", tmp_path / "none.csv", options_for(package))
    assert all(own.source["redistribution"] in {"shipped", "ask"} for own in every_format().values())


TODAY = """\
Status;Gas Day Start;Code;Gas in storage (TWh);Injection (GWh/d);Withdrawal (GWh/d);Technical capacity (TWh)
C;2022-02-09;DE;77.0;10;500;245.3
C;2022-02-09;IT;80.0;10;500;193
"""


def test_a_run_begins_with_today_s_levels_and_says_what_is_older(data: GasData, tmp_path: Path) -> None:
    file = tmp_path / "agsi.csv"
    file.write_text(TODAY, encoding="utf-8")
    day = date(2022, 2, 10)
    begun, notes = begun_today(load_scenario("full_cutoff_february", data.root, data), file, day, data)
    case = apply(begun, data.at(day))
    stock = dict(zip(case.nodes[case.storage.node].tolist(), case.storage.initial.tolist(), strict=True))

    assert case.timeline.start == day
    assert stock["DE"] == pytest.approx(77_000.0)
    assert stock["IT"] == pytest.approx(80_000.0)
    assert "begins on 10 February 2022 with 157.0 TWh in store in DE, IT by agsi.csv" in notes[0]
    assert "TR 2022-01-01" in notes[1], "a level that is published once a year is named with its day"
    assert "all else is older than 2022-02-10" in notes[2]
    with pytest.raises(DataError, match="no level of the 7 days before 20 February 2022"):
        begun_today(load_scenario("reference", data.root, data), file, date(2022, 2, 20), data)
