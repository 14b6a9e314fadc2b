"""What ``data check`` refuses nothing uses in silence: on disk and in memory, on the command line and in Python."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from broken_tables import cell, change, scale_all
from plain_package import SHIPPED
from typer.testing import CliRunner

from energy_model.cli import app
from energy_model.data import GasData, Package, check, check_data, load_data, memory, seal
from energy_model.data.package import DESCRIPTOR
from energy_model.data.sealed import RULES, VERDICT, is_sealed
from energy_model.errors import DataError
from energy_model.results.run import run
from energy_model.risk.terms import terms_of
from energy_model.scenario import Scenario, notes
from energy_model.scenario.measures import KINDS
from energy_model.sweep import load_plan, run_sweep
from energy_model.sweep.folder import read_base

STANDS = date(2022, 1, 31)
SECTORS = ["households_gwh", "services_gwh", "industry_gwh", "power_heat_gwh", "other_gwh"]


@pytest.fixture(scope="module")
def wrong_unit(tmp_path_factory: pytest.TempPathFactory, data: GasData) -> Path:
    """A package in which somebody entered Germany's demand in TJ and sealed it."""
    folder = tmp_path_factory.mktemp("tj") / "data"
    shutil.copytree(data.root, folder)
    change(folder, "demand_daily", scale_all(SECTORS, 3.6, weather="reference", node="DE"))
    return folder


def em(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def january(data: GasData) -> int:
    """Row of Germany's stock on 1 January 2022."""
    table = data["storage_filling"]
    return int(np.flatnonzero((table["node"] == "DE") & (table["date"] == pd.Timestamp(2022, 1, 1)))[0])


def spoilt_filling(data: GasData) -> pd.DataFrame:
    """Levels of which one is absurd."""
    table = data["storage_filling"].copy()
    table.loc[january(data), "gas_in_storage_gwh"] = 9e9
    return table


# On disk


@pytest.mark.parametrize(
    "words",
    [
        ["run", "reference"],
        ["brief"],
        ["impact", "full_cutoff_february"],
        ["compare", "reference", "full_cutoff_february"],
        ["sweep", "winter_risk"],
        ["sweep", "winter_risk", "--target", "5"],
        ["risk", "no_such_folder"],
        ["decide", "full_cutoff_february", "--probability", "0.5"],
        ["export", "pypsa", "reference", "net"],
        ["validate", "anchors"],
        ["validate", "replay"],
        ["validate", "view"],
    ],
    ids=" ".join,
)
def test_no_command_uses_data_that_the_check_refuses(words: list[str], wrong_unit: Path, tmp_path: Path) -> None:
    out = ["--out", tmp_path] if words[0] in {"run", "brief", "impact", "sweep", "risk", "decide"} else []
    code, said = em(*words, "--data", wrong_unit, *out)

    assert 1 == code
    assert "weather 'reference', node 'DE'" in said
    assert "--accept-data-errors" in said
    assert [] == list(tmp_path.iterdir()), "nothing was written"


def test_python_refuses_the_same_data_unless_errors_are_accepted(wrong_unit: Path) -> None:
    with pytest.raises(DataError, match=r"TJ for GWh(.|\n)*accept_errors=True"):
        load_data(wrong_unit)
    accepted = load_data(wrong_unit, accept_errors=True)

    assert accepted.errors
    assert accepted.errors == accepted.at(STANDS).errors


def test_accepted_errors_stand_in_every_output(wrong_unit: Path, tmp_path: Path) -> None:
    code, said = em("run", "reference", "--resolution", "month", "--data", wrong_unit, "--out", tmp_path,
                    "--accept-data-errors")  # fmt: skip
    (stored,) = tmp_path.rglob("run.json")

    assert 0 == code
    assert "error of the data, accepted: demand_daily.csv lines" in said
    assert any("TJ for GWh" in note for note in json.loads(stored.read_text(encoding="utf-8"))["notes"])


SWEEP = """title = "t"
base = "full_cutoff_february"
resolution = "month"
foresight = "perfect"
samples = 2

[axes.left]
kind = "uniform"
field = "measures.full stop.remaining_share"
low = 0.0
high = 0.5
"""


def test_a_sweep_and_the_risk_read_from_it_name_accepted_errors(wrong_unit: Path, tmp_path: Path) -> None:
    plan, swept, out = tmp_path / "plan.toml", tmp_path / "swept", tmp_path / "out"
    plan.write_text(SWEEP, encoding="utf-8")
    words = ["--data", wrong_unit, "--accept-data-errors"]
    solved, said = em("sweep", plan, "--out", swept, "--workers", "1", *words)
    read, told = em("risk", swept, "--out", out, *words)

    assert (0, 0) == (solved, read), (said, told)
    assert "error of the data, accepted: demand_daily.csv lines" in said
    assert "error of the data, accepted: demand_daily.csv lines" in told
    (book,) = out.glob("*.xlsx")
    cells = [cell for sheet in openpyxl.load_workbook(book) for row in sheet.values for cell in row]
    assert any("TJ for GWh" in str(cell) for cell in cells)


def test_a_sweep_in_python_refuses_tables_that_were_spoilt_in_memory(data: GasData, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(SWEEP, encoding="utf-8")
    spoilt = replace(data, tables={**data.tables, "storage_filling": spoilt_filling(data)})
    with pytest.raises(DataError, match=r"changed in memory \(storage_filling\)"):
        run_sweep(load_plan(plan), tmp_path / "out", data=spoilt, workers=1)

    assert not (tmp_path / "out").exists()
    done = run_sweep(load_plan(plan), tmp_path / "out", data=replace(spoilt, accepts_errors=True), workers=1)
    with pytest.raises(DataError, match=r"changed in memory \(storage_filling\)"):
        terms_of(load_plan(plan), read_base(done.folder), spoilt)


def test_sealing_says_what_the_check_says(wrong_unit: Path) -> None:
    code, said = em("data", "seal", "--data", wrong_unit)
    checked, found = em("data", "check", "--data", wrong_unit)

    assert (1, 1) == (code, checked)
    assert found in said


def test_an_edit_that_nobody_sealed_is_refused(tmp_path: Path, small_package: Path) -> None:
    shutil.copytree(small_package, tmp_path / "data")
    change(tmp_path / "data", "economy", cell("gdp_eur_bn", "406.0", country="AT"), sealed=False)
    with pytest.raises(DataError, match=r"economy\.csv: differs from the hash .* 'energy-model data seal'"):
        load_data(tmp_path / "data")
    seal(tmp_path / "data")

    assert load_data(tmp_path / "data").digest != load_data(small_package).digest


@pytest.mark.parametrize("package", sorted(SHIPPED.glob("*/storyline.toml")), ids=lambda file: file.parent.name)
def test_a_package_is_shipped_with_the_verdict_of_the_rules_of_today(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a run checks nothing again; after a change of rules or tables: energy-model data seal --vintage NAME."""

    def never(*_: object) -> None:
        raise AssertionError("the package was checked again: run 'energy-model data seal'")

    monkeypatch.setattr("energy_model.data.verdict.check_tables", never)

    assert is_sealed(Package.open(package.parent))
    assert not load_data(package.parent).errors


def test_a_verdict_is_of_every_module_that_checks_tables() -> None:
    """A rule that changes asks for a new verdict, whichever module it stands in."""
    folder = Path(check.__file__).parent
    asking = {file.stem for file in folder.glob("*.py") if "@checks(" in file.read_text(encoding="utf-8")}

    assert len(asking) > 4
    assert asking <= set(RULES)


def test_a_verdict_copied_from_another_package_counts_for_nothing(wrong_unit: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(wrong_unit, folder)
    descriptor = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    descriptor[VERDICT] = Package.open().descriptor[VERDICT]
    (folder / DESCRIPTOR).write_text(json.dumps(descriptor), encoding="utf-8")
    with pytest.raises(DataError, match="TJ for GWh"):
        load_data(folder)


# In memory


def raised(data: GasData) -> pd.DataFrame:
    table = data["storage_filling"].copy()
    table.loc[(table["node"] == "DE") & (table["date"] == pd.Timestamp(2022, 1, 1)), "gas_in_storage_gwh"] = 140_000.0
    return table


@pytest.mark.parametrize("way", ["in place", "a column", "replace", "a vintage"])
def test_a_table_changed_in_memory_carries_another_digest(way: str) -> None:
    data = load_data()
    before = data.digest
    if way == "in place":
        data["parameters"].loc[0, "value"] *= 1.01
    elif way == "a column":
        data["parameters"]["value"] = data["parameters"]["value"] * 1.01
    elif way == "replace":
        table = data["parameters"]
        data = replace(data, tables={**data.tables, "parameters": table.assign(value=table["value"] * 1.01)})
    else:
        data = data.at(STANDS)
        data["parameters"].loc[0, "value"] *= 1.01

    assert before != data.digest
    assert ["parameters"] == data.changed
    assert before == load_data().digest, "and no other data are touched"


def test_values_are_where_they_lie_with_and_without_the_iterator_of_pandas(data: GasData) -> None:
    """A version of pandas that lacks it takes longer and finds the same."""

    class Public:
        def __init__(self, table: pd.DataFrame) -> None:
            self.items = table.items

    for name, table in data.tables.items():
        assert memory._places(table) == memory._places(Public(table)), name  # type: ignore[arg-type]


def test_the_digest_of_a_change_is_that_of_its_content(data: GasData) -> None:
    one, other = (replace(data, tables={**data.tables, "storage_filling": raised(data)}) for _ in range(2))
    same = replace(data, tables={**data.tables, "storage_filling": data["storage_filling"].copy()})

    assert one.digest == other.digest != data.digest
    assert same.digest == data.digest, "an equal copy is the same table"


def test_reading_tables_changes_nothing(data: GasData, monthly: Callable[..., Scenario]) -> None:
    before = data.digest
    results = run(monthly("reference"), data)

    assert before == data.digest == results.data_digest
    assert pickle.loads(pickle.dumps(data)).digest == before
    assert [] == pickle.loads(pickle.dumps(data.at(STANDS))).changed


def test_absurd_tables_in_memory_are_refused_before_a_run(data: GasData, monthly: Callable[..., Scenario]) -> None:
    full = replace(data, tables={**data.tables, "storage_filling": spoilt_filling(data)})
    line = january(data) + 2
    with pytest.raises(DataError, match=rf"changed in memory \(storage_filling\)(.|\n)*line {line}"):
        run(monthly("reference"), full)
    told = run(monthly("reference"), replace(full, accepts_errors=True))

    assert told.data_digest != data.digest
    assert any("9000000000" in note for note in told.notes)


# Inputs of another day, numbers of another size


def test_a_price_series_that_ends_is_carried_and_told(data: GasData, monthly: Callable[..., Scenario]) -> None:
    longer = {"start": date(2022, 1, 1), "end": date(2024, 6, 30)}
    told = notes(monthly("reference", horizon=longer), data)

    assert any(
        "'lng_reference': ends in 2023-03; that price is carried on over 2023-04 to 2024-06" in one for one in told
    )
    assert any("no target of 2023-11-01; that of 2022-11-01 is not carried on" in one for one in told)
    assert not [one for one in notes(monthly("reference"), data) if "carried" in one]


def test_demand_unknown_on_the_day_of_the_author_is_no_demand_of_zero(
    data: GasData, monthly: Callable[..., Scenario]
) -> None:
    table = data["demand_daily"]
    late = table["as_of"].mask((table["node"] == "NL").to_numpy(), pd.Timestamp(2022, 6, 1))
    seen = data.at(STANDS).varied({"demand_daily": table.assign(as_of=late)[(late <= pd.Timestamp(STANDS)).to_numpy()]})
    with pytest.raises(DataError, match=r"weather 'reference', node 'NL': 0 of 365 days"):
        run(monthly("reference"), seen)


SIZED = {
    "lng_limit_twh_per_year": (1_061_312.0, 1_061.0),
    "volume_gwh_per_year": (30.0, 30_000.0),
}


@pytest.mark.parametrize("key", SIZED)
def test_a_number_in_another_unit_is_asked_about(key: str, data: GasData, monthly: Callable[..., Scenario]) -> None:
    def told(value: float) -> list[str]:
        extra = {"kind": "extra_supply", "supplier": "QA", "channel": "lng", "volume_gwh_per_year": 30_000.0}
        scenario = (
            monthly("reference", {**extra, key: value})
            if key == "volume_gwh_per_year"
            else monthly("reference", lng_limit_twh_per_year=value)
        )
        return [one for one in notes(scenario, data) if "is the unit the one that the key names?" in one]

    wrong, right = SIZED[key]
    (asked,) = told(wrong)
    assert f"key '{key}'" in asked
    assert "measure 2" not in asked, "numbers count inherited measures, which are not in the file"
    assert [] == told(right)
    assert len(told(1e300)[0]) < 300, "a number of three hundred digits is written with a power of ten"


@pytest.mark.parametrize("kind", [*KINDS, "scenario"])
def test_every_number_with_a_unit_says_what_it_is_like(kind: str) -> None:
    from energy_model.scenario.comparable_figures import Like

    schema = Scenario if kind == "scenario" else KINDS[kind]
    units = ("_gwh", "_gwh_per_day", "_gwh_per_year", "_twh_per_year", "_eur_per_mwh", "eur_per_mwh")
    mute = [
        key
        for key, field in schema.model_fields.items()
        if key.endswith(units) and not any(isinstance(one, Like) for one in field.metadata)
    ]

    assert [] == mute


# Files as machines and people leave them


def test_line_ends_and_byte_order_marks_are_no_data(tmp_path: Path, small_package: Path) -> None:
    data = load_data(small_package)
    shutil.copytree(small_package, tmp_path / "data")
    for file in (tmp_path / "data").rglob("*.csv"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    windows = load_data(tmp_path / "data")

    assert data.digest == windows.digest
    assert [] == check_data(tmp_path / "data")
    for name, table in data.tables.items():
        pd.testing.assert_frame_equal(table, windows[name])


def test_text_files_are_checked_out_with_the_line_ends_of_the_hashes() -> None:
    root = Path(__file__).resolve().parents[1]
    asked = subprocess.run(
        ["git", "check-attr", "eol", "data/2022-01-31/nodes.csv", "data/common/datapackage.json"],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert 2 == asked.count("eol: lf")


AS_SAVED = {
    "semicolons": (
        lambda text: text.replace(",", ";").encode("cp1252", "replace"),
        "line 1: columns are parted by semicolons",
    ),
    "tabulators": (lambda text: text.replace(",", "\t").encode(), "line 1: columns are parted by tabulators"),
    "UTF-16": (lambda text: text.encode("utf-16"), "is UTF-16 text"),
    "a code page": (lambda text: text.replace("official", "öffentlich", 1).encode("cp1252"), "may be in a code page"),
    "a NUL byte": (lambda text: text.replace("AT", "A\0", 1).encode(), "holds a NUL byte"),
    "commas after rows": (
        lambda text: "\n".join(
            f"{line}," if number else line for number, line in enumerate(text.splitlines())
        ).encode(),
        "rows have more values than the heading has names",
    ),
    "commas after all lines": (
        lambda text: "\n".join(f"{line}," for line in text.splitlines()).encode(),
        "a column has no heading",
    ),
    "a comma too many": (lambda text: text.replace("\nAT,2018", "\nAT,,2018", 1).encode(), "line 3: has "),
    "nothing": (lambda text: b"", "holds no heading"),
    "a heading alone": (lambda text: text.splitlines()[0].encode(), "demand_annual.csv"),
    "a heading twice": (lambda text: text.replace("basis", "demand_gwh", 1).encode(), "occurs 2 times"),
}


@pytest.mark.parametrize("how", AS_SAVED)
def test_a_table_saved_by_another_program_is_told_in_words(how: str, tmp_path: Path, small_package: Path) -> None:
    shutil.copytree(small_package, tmp_path / "data")
    file = tmp_path / "data" / "demand_annual.csv"
    saved, words = AS_SAVED[how]
    file.write_bytes(saved(file.read_text(encoding="utf-8")))
    code, said = em("data", "seal", "--data", tmp_path / "data")

    assert 1 == code
    assert "demand_annual.csv" in said
    assert words in said


def edited(**keys: object) -> Callable[[dict[str, object]], object]:
    """The descriptor with keys of its first resource changed."""
    return lambda whole: {**whole, "resources": [{**whole["resources"][0], **keys}, *whole["resources"][1:]]}  # type: ignore[index,misc]


DESCRIPTORS: dict[str, tuple[Callable[[dict[str, object]], object], str]] = {
    "a list": (lambda whole: [whole], "is a list at the top"),
    "a number": (lambda whole: 7, "is a number at the top"),
    "no resources": (lambda whole: {"name": "x"}, "key 'resources': is missing"),
    "resources as a text": (lambda whole: {"resources": "nodes.csv"}, "key 'resources': is "),
    "no entry": (lambda whole: {"resources": []}, "key 'resources': is empty"),
    "an entry that is a text": (lambda whole: {"resources": ["nodes.csv"]}, "resource 1: is a text"),
    "no name": (edited(name=None), "resource 1, key 'name': is missing"),
    "no path": (edited(path=None), "key 'path': is missing"),
    "a path upwards": (edited(path="../../etc/passwd"), "leaves the folder of the package"),
    "an absolute path": (edited(path="/etc/passwd"), "leaves the folder of the package"),
    "a drive": (edited(path="C:/secret.csv"), "leaves the folder of the package"),
    "an address": (edited(path="https://example.org/sources.csv"), "leaves the folder of the package"),
    "a backslash": (edited(path="observed\\sources.csv"), "holds a backslash"),
    "a folder": (edited(path="observed"), "is a folder"),
    "a schema that is null": (edited(schema=None), "key 'schema': is null"),
    "fields that are no list": (edited(schema={"fields": {}}), "key 'fields': is an object"),
    "a field without a name": (edited(schema={"fields": [{"type": "string"}]}), "field 1: has no name"),
    "an unknown type": (
        edited(schema={"fields": [{"name": "a", "type": "geopoint"}]}),
        "type 'geopoint': is not known",
    ),
    "a bad pattern": (
        edited(schema={"fields": [{"name": "a", "constraints": {"pattern": "["}}]}),
        "is no regular expression",
    ),
    "a limit in words": (
        edited(schema={"fields": [{"name": "a", "constraints": {"minimum": "none"}}]}),
        "minimum 'none': is not a number",
    ),
    "a key that is no field": (edited(schema={"fields": [{"name": "a"}], "primaryKey": ["b"]}), "no field 'b'"),
    "two of one name": (
        lambda whole: {**whole, "resources": [*whole["resources"], whole["resources"][0]]},  # type: ignore[misc]
        "listed 2 times",
    ),
    "a hash that is a number": (edited(hash=5), "key 'hash': is a number"),
}


@pytest.mark.parametrize("how", DESCRIPTORS)
@pytest.mark.parametrize("words", [["data", "check"], ["data", "seal"], ["run", "reference"], ["scenarios", "list"]])
def test_a_broken_descriptor_is_told_in_words_by_every_command(how: str, words: list[str], tmp_path: Path) -> None:
    root = Package.open().root
    change_it, told = DESCRIPTORS[how]
    content = json.dumps(change_it(json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))))
    (tmp_path / DESCRIPTOR).write_text(content, encoding="utf-8")
    (tmp_path / "observed").mkdir()
    for name in ("scenarios", "sources.csv"):
        (tmp_path / name).symlink_to(root / name) if name == "scenarios" else shutil.copy(root / name, tmp_path / name)
    code, said = em(*words, "--data", tmp_path)

    if words != ["scenarios", "list"]:  # reads no table
        assert 1 == code
        assert told in said, said
    assert "Traceback" not in said
    assert content == (tmp_path / DESCRIPTOR).read_text(encoding="utf-8"), "nothing is written"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"resources": [', "line 1"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8 text"),
        (b'{"name": "a", "name": "b"}', "key 'name' occurs more than once"),
        (b"[" * 100_000, "nested beyond reading"),
        (b'{"a": ' + b"9" * 5_001 + b"}", "cannot be read"),
        (b"", "repair the JSON"),
    ],
    ids=["cut off", "UTF-16", "a key twice", "deep", "a long number", "empty"],
)
def test_a_descriptor_that_cannot_be_read_is_told_in_words(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / DESCRIPTOR).write_bytes(content)
    with pytest.raises(DataError, match=told):
        load_data(tmp_path)


def test_a_link_may_not_lead_out_of_the_package(tmp_path: Path, small_package: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(small_package, folder)
    secret = tmp_path / "secret.csv"
    secret.write_text("password\nhunter2\n", encoding="utf-8")
    (folder / "nodes.csv").unlink()
    (folder / "nodes.csv").symlink_to(secret)
    with pytest.raises(DataError, match=r"path 'nodes\.csv': leaves the folder") as told:
        load_data(folder)

    assert "hunter2" not in str(told.value)


def test_sealing_a_package_with_a_file_missing_writes_nothing(tmp_path: Path, small_package: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(small_package, folder)
    (folder / "nodes.csv").unlink()
    before = (folder / DESCRIPTOR).read_bytes()
    code, said = em("data", "seal", "--data", folder)

    assert 1 == code
    assert "nodes.csv: the file is missing; restore it" in said
    assert before == (folder / DESCRIPTOR).read_bytes()


def test_a_vintage_that_somebody_changed_is_not_given_to_the_next(data: GasData) -> None:
    first = data.at(STANDS)
    first["parameters"].loc[0, "value"] *= 2.0
    second = data.at(STANDS)

    assert first is not second
    assert [] == second.changed
    assert second is data.at(STANDS), "unchanged, it is given again"
