"""Exports: what other tools read back is what the run says, and nothing that is there is overwritten."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from toy_package import AS_OF, YEAR, toy_data, write_toy
from typer.testing import CliRunner, Result

from energy_model import load_data, load_scenario, run, with_changes
from energy_model.cli import app
from energy_model.data.load import GasData
from energy_model.errors import OutputError, UnknownNameError
from energy_model.files import file_digest, folder_digests
from energy_model.report.exports.formats import Job, check_target, every_format, export
from energy_model.report.exports.iamc_variables import GAS, VARIABLES
from energy_model.report.exports.provenance import ABOUT, ASK, citation, licence_notes, scenario_digest
from energy_model.results.columns import RESULT_TABLES, unit_of
from energy_model.results.declared import STATISTICS
from energy_model.results.run import Results

ROOT = Path(__file__).parents[1]
TABLES = ("csv", "parquet", "datapackage", "iamc")
PACKAGES = sorted(path.parent.name for path in (ROOT / "data").glob("*/storyline.toml"))
Cli = Callable[..., Result]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy's cut-off in every format of tables."""
    folder = tmp_path_factory.mktemp("exports")
    for name in TABLES:
        export(name, job(folder / name))
    return folder


@pytest.fixture(scope="module")
def results() -> Results:
    return run("stop", toy_data())


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy(tmp_path_factory.mktemp("toy") / "toy")


@pytest.fixture
def cli(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["export", *map(str, words), "--data", str(package)])


def job(target: Path, scenario: str = "stop", data: GasData | None = None, **keys: object) -> Job:
    world = data or toy_data()
    return Job(with_changes(load_scenario(scenario, world.root, world), **keys), world, target)


# Tables ---------------------------------------------------------------------------------------------------------------


def test_plain_csv_says_in_a_spreadsheet_what_the_run_says(made: Path, results: Results) -> None:
    for name in RESULT_TABLES.keys() & set(results.tables):
        read = pd.read_csv(made / "csv" / f"{name}.csv", keep_default_na=False, na_values=[""])
        assert list(read.columns) == list(results[name].columns)
        for column in results[name].select_dtypes("number"):
            np.testing.assert_allclose(read[column].astype(float), results[name][column], rtol=1e-9, atol=1e-9)
    assert (made / "csv" / "flows.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_every_column_of_every_exported_table_has_a_type_a_meaning_and_a_unit_if_it_is_a_quantity(made: Path) -> None:
    told = pd.read_csv(made / "csv" / "columns.csv", keep_default_na=False).set_index(["table", "column"])
    there = {path.stem for path in (made / "csv").glob("*.csv")} - {"columns"}

    assert there == set(told.index.get_level_values("table"))
    for table in there:
        head = pd.read_csv(made / "csv" / f"{table}.csv", nrows=0).columns
        assert list(told.loc[table].index) == list(head)
    assert told["meaning"].str.len().min() > 2
    numbers = told[(told["type"] == "number") & (told.index.get_level_values("table") != "headlines")]
    assert [] == numbers.index[numbers["unit"] == ""].tolist()
    assert "GWh/d" == told.loc[("flows", "flow_gwh_per_day"), "unit"]


def test_parquet_has_every_digit_and_the_unit_beside_its_column(made: Path, results: Results) -> None:
    read = pq.read_table(made / "parquet" / "storage.parquet")

    assert results["storage"]["level_gwh"].tolist() == read["level_gwh"].to_pylist()
    assert b"GWh" == read.schema.field("level_gwh").metadata[b"unit"]
    assert b"stop" == read.schema.metadata[b"scenario"]
    days = pq.read_table(made / "parquet" / "periods.parquet")["start"].to_pylist()
    assert f"{YEAR}-01-01" == str(days[0])


def test_the_data_package_is_one_for_the_tools_of_others(made: Path) -> None:
    import frictionless

    folder = made / "datapackage"
    with frictionless.system.use_context(trusted=True):
        report = frictionless.Package(str(folder / "datapackage.json")).validate()

    assert report.valid, [error.message for task in report.tasks for error in task.errors]
    told = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert scenario_digest(job(folder).results.scenario) == told["scenario"]["sha256"]
    assert toy_data().at(load_scenario("stop", toy_data().root).as_of).digest == told["data"]["sha256"]
    assert ["CC-BY-4.0"] == [one["name"] for one in told["licenses"]]
    assert "Made up (the tests)" == told["sources"][0]["title"]
    for one in told["resources"]:
        assert f"sha256:{file_digest(folder / one['path'])}" == one["hash"]


def test_a_damaged_table_of_the_data_package_is_seen_by_the_tools_of_others(made: Path, tmp_path: Path) -> None:
    import frictionless

    folder = Path(shutil.copytree(made / "datapackage", tmp_path / "copy"))
    flows = folder / "data" / "flows.csv"
    flows.write_text(flows.read_text(encoding="utf-8").replace("xx_aa", "xx_bb", 1), encoding="utf-8")
    with frictionless.system.use_context(trusted=True):
        report = frictionless.Package(str(folder / "datapackage.json")).validate()

    assert not report.valid


def test_an_export_can_be_cited_and_checked(made: Path, results: Results) -> None:
    for name in TABLES:
        folder = made / name
        cited = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
        told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))

        assert {"cff-version", "message", "title", "authors", "version", "license", "identifiers"} <= set(cited)
        assert ["software", "dataset"] == [one["type"] for one in cited["references"]]
        assert results.data_digest == told["data"]["digest"]
        assert AS_OF == told["data"]["as_of"]
        assert {key: value for key, value in folder_digests(folder).items() if key != ABOUT} == told["files"]


def test_the_identifier_is_that_of_scenario_and_data(results: Results) -> None:
    seen = toy_data().at(results.scenario.as_of)
    other = run("reference", toy_data())

    assert citation(results, seen)["identifiers"] == citation(run("stop", toy_data()), seen)["identifiers"]
    assert citation(results, seen)["identifiers"] != citation(other, seen)["identifiers"]


def test_publishers_who_want_to_be_asked_are_named(tmp_path: Path) -> None:
    world = toy_data()
    asked = world.varied({"sources": world["sources"].assign(redistribution=ASK)})

    assert ["before you pass this on, ask the publishers of: toy"] == licence_notes(asked)
    assert [] == licence_notes(world)


@pytest.mark.parametrize("name", TABLES)
def test_the_same_scenario_gives_the_same_bytes(name: str, made: Path, tmp_path: Path) -> None:
    export(name, job(tmp_path / "again"))

    assert folder_digests(made / name) == folder_digests(tmp_path / "again")


@pytest.mark.slow
@pytest.mark.parametrize("vintage", PACKAGES)
def test_both_packages_can_be_exported_in_every_format(vintage: str, tmp_path: Path) -> None:
    import frictionless

    world = load_data(ROOT / "data" / vintage)
    whole = job(tmp_path / "iamc", world.storyline.reference, world, resolution="month")
    for name in TABLES:
        one = Job(whole.scenario, world, tmp_path / name)
        one.__dict__["results"] = whole.results
        export(name, one)
    with frictionless.system.use_context(trusted=True):
        assert frictionless.Package(str(tmp_path / "datapackage" / "datapackage.json")).validate().valid
    _assert_parts_add_up(pd.read_csv(tmp_path / "iamc" / "data.csv"))


# IAMC -----------------------------------------------------------------------------------------------------------------


def _assert_parts_add_up(long: pd.DataFrame) -> None:
    """Whatever stands after a further bar adds up to what stands before it."""
    at = [column for column in ("region", "time", "year") if column in long]
    values = long.set_index(["variable", *at])["value"]
    names = set(long["variable"])
    for whole in names:
        parts = [name for name in names if name.rpartition("|")[0] == whole]
        if parts:
            total = values.loc[parts].groupby(at).sum()
            expected = values.loc[whole].reindex(total.index, fill_value=0.0)
            np.testing.assert_allclose(total, expected, atol=1e-6, err_msg=whole)


@pytest.mark.parametrize("file", ["data.csv", "data_years.csv"])
def test_parts_of_a_variable_add_up_to_it(made: Path, file: str) -> None:
    _assert_parts_add_up(pd.read_csv(made / "iamc" / file))


def test_months_add_up_to_the_year_and_to_what_the_run_says(made: Path, results: Results) -> None:
    months, years = (pd.read_csv(made / "iamc" / name) for name in ("data.csv", "data_years.csv"))
    key = ["variable", "region"]
    flows = months[months["unit"] == "TWh/month"].groupby(key)["value"].sum()
    yearly = years[years["unit"] == "TWh/yr"].set_index(key)["value"]

    np.testing.assert_allclose(flows, yearly.loc[flows.index], atol=1e-6)
    assert results.statistics.curtailed.value(region="UNION") == pytest.approx(
        yearly[f"{GAS}|Curtailed", "Union"], rel=1e-6
    )
    price = years.set_index(key)["value"][f"Price|{GAS}", "Aland"]
    assert results.statistics.price.value(country="AA") == pytest.approx(price)
    level = years.set_index(key)["value"][f"{GAS}|Storage Level", "Aland"]
    assert results.statistics.level.value(country="AA") == pytest.approx(level)


def test_gas_of_a_country_without_a_store_is_what_it_imports_and_produces(made: Path) -> None:
    """Celand has no production and no store: what it imports is what is served. A line loses no more than 1 %."""
    long = pd.read_csv(made / "iamc" / "data.csv").set_index(["variable", "region", "time"])["value"].sort_index()
    imports, served = long[f"{GAS}|Net Imports", "Celand"], long[f"{GAS}|Served", "Celand"]

    np.testing.assert_allclose(imports, served, rtol=0.01)
    assert served.min() > 0.0


def test_variables_and_regions_of_the_data_are_those_that_are_defined(made: Path) -> None:
    folder = made / "iamc"
    long = pd.read_csv(folder / "data.csv")
    variables = yaml.safe_load((folder / "definitions/variable/variables.yaml").read_text(encoding="utf-8"))
    regions = yaml.safe_load((folder / "definitions/region/regions.yaml").read_text(encoding="utf-8"))
    defined = {name: told for one in variables for name, told in one.items()}

    assert set(long["variable"]) == set(defined)
    assert set(long["region"]) == {name for one in regions for names in one.values() for name in names}
    for name, unit in set(zip(long["variable"], long["unit"], strict=True)):
        assert unit in defined[name]["unit"]
        assert defined[name]["description"].endswith(".")


def test_a_month_that_the_run_has_in_part_is_left_out_and_said(tmp_path: Path) -> None:
    horizon = {"start": date(YEAR, 1, 1), "end": date(YEAR, 5, 20)}
    said = export("iamc", job(tmp_path / "part", "reference", horizon=horizon))
    months = pd.read_csv(tmp_path / "part" / "data.csv")["time"]

    assert f"{YEAR}-04-01" == months.max()
    assert not (tmp_path / "part" / "data_years.csv").exists()
    assert [f"{YEAR}-05", f"{YEAR}"] == [one.partition(":")[0] for one in said]


def test_a_run_without_a_whole_month_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no whole calendar month"):
        export("iamc", job(tmp_path / "x", "reference", horizon={"start": date(YEAR, 1, 2), "end": date(YEAR, 1, 20)}))
    assert [] == list(tmp_path.iterdir())


def test_pyam_reads_it_and_finds_that_parts_add_up(made: Path) -> None:
    pyam = pytest.importorskip("pyam", reason="pyam-iamc is not installed")
    for name, time in (("data.csv", "time"), ("data_years.csv", "year")):
        frame = pyam.IamDataFrame(made / "iamc" / name)
        frame.load_meta(made / "iamc" / "meta.csv")

        assert time in frame.dimensions
        assert ["stop"] == frame.scenario
        assert frame.check_aggregate(f"{GAS}|Demand") is None
        assert frame.check_aggregate(f"{GAS}|Net Imports") is None
        assert "Union curtailed (TWh)" in frame.meta


def test_every_variable_is_a_statistic_that_has_its_parts() -> None:
    for one in VARIABLES:
        assert set(one.parts) <= set(STATISTICS[one.statistic].dimensions)


# Where ----------------------------------------------------------------------------------------------------------------


def test_the_command_writes_and_says_where(cli: Cli, tmp_path: Path) -> None:
    ended = cli("csv", "reference", "new/folder", "--set", "weather=harsh")

    assert 0 == ended.exit_code, ended.output
    assert "written: new/folder\n" == ended.stdout
    told = json.loads((tmp_path / "new/folder" / ABOUT).read_text(encoding="utf-8"))
    assert "harsh" == told["scenario"]["weather"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["xlsx", "stop", "x"], "no format 'xlsx'; known: csv, parquet, datapackage, iamc, pypsa"),
        (["cvs", "stop", "x"], "no format 'cvs'; did you mean 'csv'?"),
        (["csv", "stopp", "x"], "stop"),
        (["csv", "stop", "full"], "holds files that no export wrote (mine.txt); they are left alone: name another"),
        (["csv", "stop", "full", "--replace"], "holds files that no export wrote (mine.txt)"),
        (
            ["csv", "stop", "full/mine.txt"],
            "is a file that is there already; name another place; an exp",
        ),
        (["csv", "stop", "full/mine.txt/x"], "cannot write to"),
        (["csv", "stop", "full/mine.txt", "--replace"], "is a file that is there already"),
        (["pypsa", "stop", "full/mine.txt", "--replace"], "is a file that is there already"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_written_is_said_and_nothing_changes(
    words: list[str], message: str, cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")

    ended = cli(*words)

    assert 1 == ended.exit_code
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "" == ended.stdout
    assert {"full/mine.txt"} == set(folder_digests(tmp_path))
    assert "mine" == (tmp_path / "full" / "mine.txt").read_text()


def test_an_earlier_export_is_replaced_only_if_asked_for_and_only_alone(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("csv", "reference", "out").exit_code
    kept = folder_digests(tmp_path / "out")

    refused = cli("parquet", "stop", "out")
    assert "holds an export already (csv of 'reference'); give --replace" in refused.stderr
    (tmp_path / "out" / "note.txt").write_text("mine")
    foreign = cli("parquet", "stop", "out", "--replace")
    assert "holds files that no export wrote (note.txt)" in foreign.stderr
    (tmp_path / "out" / "note.txt").unlink()
    assert kept == folder_digests(tmp_path / "out")

    assert 0 == cli("parquet", "stop", "out", "--replace").exit_code
    assert not (tmp_path / "out" / "flows.csv").exists()
    assert (tmp_path / "out" / "flows.parquet").exists()


def test_a_file_of_a_network_is_replaced_by_another_one_alone(tmp_path: Path) -> None:
    (tmp_path / "net.nc").write_text("a network")

    check_target("pypsa", tmp_path / "net.nc", replace=True)
    with pytest.raises(OutputError, match="is a file that is there already; name another place, or give --replace"):
        check_target("pypsa", tmp_path / "net.nc", replace=False)
    with pytest.raises(OutputError, match="an export is a folder"):
        check_target("csv", tmp_path / "net.nc", replace=True)
    (tmp_path / "folder.nc").mkdir()
    with pytest.raises(OutputError, match="is a folder, and its name is that of a file"):
        check_target("pypsa", tmp_path / "folder.nc", replace=True)


def test_a_check_is_for_formats_that_can_be_solved(cli: Cli) -> None:
    ended = cli("csv", "stop", "x", "--check")

    assert 2 == ended.exit_code
    assert "--check is for pypsa" in ended.stderr


def test_a_format_stands_in_the_module_of_its_key_and_says_what_it_is() -> None:
    for name, one in every_format().items():
        assert name == one.__module__.rpartition(".")[2]
    assert all(len((one.__doc__ or "").split("\n")[0]) > 30 for one in every_format().values())
    page = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in every_format())
    shown = " ".join(CliRunner().invoke(app, ["export", "--help"]).stdout.split())
    assert all(name in shown for name in every_format())
    with pytest.raises(UnknownNameError):
        export("nothing", job(Path("nowhere")))


# Pages ----------------------------------------------------------------------------------------------------------------


def test_units_are_read_from_names() -> None:
    named = {column: unit_of(column) for table in RESULT_TABLES.values() for column in table.columns}

    assert {"GWh/d", "GWh", "EUR/MWh", "EUR", "1", "d", ""} == set(named.values())
    assert all(unit for column, unit in named.items() if column.endswith(("_gwh", "_per_day", "_mwh", "_share")))
