"""A vintage of another day from its frame to a run, by the steps of docs/new_vintage.md."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from plain_package import SHIPPED
from typer.testing import CliRunner, Result

from energy_model import load_data, load_scenario, run, with_changes
from energy_model.cli import app
from energy_model.data.descriptor import DESCRIPTOR
from energy_model.data.frame import CHECKLIST
from energy_model.data.home import VARIABLE
from energy_model.data.package import Package

LIKE, DAY, BEGINS = "2025-10-31", "2026-05-06", "2026-05-01"
KEPT = {"demand_daily": "weather in ('reference', 'cold_1_in_20')", "fan": "quantity == 'lng'"}
"""Rows of the long tables that a small package needs."""
NOT_NEEDED = ("outlooks", "observed_storage", "observed_demand", "observed_route", "observed_imports")
"""What serves to hold a model against the past, and is left out with its file. Prices at the hub are needed by runs."""
PRICES = "observed_prices_monthly"
FULL = 0.34
"""Share of the working gas in store on the first day, made up for this test."""

pytestmark = pytest.mark.slow


def called(*words: str) -> Result:
    return CliRunner().invoke(app, [*words], env={"COLUMNS": "250"})


def gaps(folder: Path) -> list[str]:
    """Tables that the checklist asks to fill in."""
    return re.findall(r"^## \[ \] `([^`]+)`", (folder / CHECKLIST).read_text(encoding="utf-8"), re.MULTILINE)


def without_what_nobody_needs(folder: Path) -> None:
    """Take tables out of the descriptor with their files, and the sources that only they name."""
    content = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    kept = [one for one in content["resources"] if not one["name"].startswith(NOT_NEEDED)]
    for one in content["resources"]:
        if one not in kept:
            (folder / one["path"]).unlink()
    (folder / DESCRIPTOR).write_text(json.dumps({**content, "resources": kept}), encoding="utf-8")


def first_stock(old: pd.DataFrame) -> pd.DataFrame:
    """Gas in store on the first day, a figure that only the new vintage can have."""
    stores = pd.read_csv(SHIPPED / LIKE / "storage.csv")
    rows = stores.groupby("node")["working_gas_volume_gwh"].sum().mul(FULL).round(1).rename("gas_in_storage_gwh")
    said = {"date": BEGINS, "basis": "judgement", "source_id": "team_judgement", "as_of": BEGINS, "note": "Made up."}
    return pd.concat([old, rows.reset_index().assign(**said)[list(old)]], ignore_index=True).astype(str)


def filled(folder: Path) -> Path:
    """Fill the gaps that the checklist lists with rows of the vintage before, and those that are new with its own."""
    for path in gaps(folder):
        if not (folder / path).exists():
            continue
        name = next(one.name for one in Package.open(folder).resources.values() if one.path == path)
        table = pd.read_csv(SHIPPED / LIKE / path, dtype=str, keep_default_na=False)
        table = table.query(KEPT[name]) if name in KEPT else table
        table = first_stock(table) if name == "storage_filling" else table
        table.to_csv(folder / path, index=False)
    return folder


def written(folder: Path, file: str, *changes: tuple[str, str]) -> None:
    """A file of TOML whose examples are taken for true, but for what has changed since."""
    text = (SHIPPED / LIKE / file).read_text(encoding="utf-8")
    for old, new in changes:
        text, count = re.subn(old, new, text, flags=re.MULTILINE)
        assert count, f"{file} has no {old}"
    (folder / file).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def home() -> Any:
    """The data as they are shipped, where both vintages have a name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(SHIPPED))
        yield


@pytest.fixture(scope="module")
def frame(home: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("new")
    made = called("data", "new-vintage", DAY, "--from", LIKE, "--out", str(out))
    assert 0 == made.exit_code, made.output
    return out / DAY


@pytest.fixture(scope="module")
def package(frame: Path) -> Path:
    """The frame filled in, step by step."""
    without_what_nobody_needs(frame)
    filled(frame)
    written(
        frame,
        "storyline.toml",
        (r"^as_of = .*$", f"as_of = {DAY}"),
        (r"^case = .*\n", ""),
        (r"^start = 2025-10-01$", f"start = {BEGINS}"),
        (r"^decision_days = .*$", "decision_days = [2026-10-01, 2027-01-01]"),
        (r'^base_year = "2024"$', 'base_year = "reference"'),
        (r"^shortage = .*$", 'shortage = "norway_outage"'),
        (r"^main = \[[^\]]*\]", 'main = ["reference", "norway_outage"]'),
        (r"^order = \[[^\]]*\]", 'order = ["reference", "norway_outage"]'),
        (r"^# What helps in a shortage(.|\n)*?(?=^# What the worth of a route)", ""),
        (r"^\[\[routes\]\]\nroute = .*\nscenario = .*\n", ""),
        (r"^# What history the package is held against: rows(.|\n)*?(?=^# Imports, production)", ""),
    )
    written(
        frame,
        "scenarios/reference.toml",
        (r"^as_of = .*$", f"as_of = {DAY}"),
        (r"^horizon = .*$", f"horizon = {{ start = {BEGINS}, end = 2027-03-31 }}"),
    )
    written(frame, "scenarios/norway_outage.toml", (r"^id = .*\n", ""))
    return frame


def test_the_frame_lists_every_gap_and_every_key_and_says_that_it_is_empty(frame: Path) -> None:
    """Before anything is filled in; the package of the next test is made of this frame."""
    listed = gaps(frame)
    tables = [one for one in Package.open(SHIPPED / LIKE).resources.values() if one.is_table and not one.is_common]
    marked = (frame / "storyline.toml").read_text(encoding="utf-8")

    assert {one.path for one in tables} - {"sources.csv"} == set(listed)
    assert all(f"# {key} = " in marked for key in ("title", "reference", "as_of", "decision_days"))
    assert tomllib.loads(marked) == {"as_of": pd.Timestamp(DAY).date()}


def test_a_filled_frame_is_checked_sealed_and_run(package: Path) -> None:
    sealed = called("data", "seal", "--data", str(package))
    checked = called("data", "check", "--release", "--data", str(package))
    listed = called("scenarios", "list", "--data", str(package))
    ran = called("run", "norway_outage", "--data", str(package), "--resolution", "month", "--out", str(package.parent))

    assert "0 errors" in sealed.output, sealed.output
    assert 0 == sealed.exit_code
    assert (0, True) == (checked.exit_code, "0 errors" in checked.output), checked.output
    assert {"reference", "norway_outage"} <= set(re.findall(r"\w+", listed.output))
    assert 0 == ran.exit_code, ran.output
    assert json.loads((package / DESCRIPTOR).read_text(encoding="utf-8"))["verdict"]["errors"] == []


def test_a_run_of_the_new_day_begins_with_its_own_stock(package: Path) -> None:
    data = load_data(package)
    results = run(with_changes(load_scenario("reference", package, data), resolution="month"), data)
    first = results["storage"].query("period == 1")["level_at_start_gwh"].sum()

    assert DAY == str(data.storyline.as_of)
    assert pd.Timestamp(BEGINS) == results["periods"]["start"].min()
    assert first == pytest.approx(FULL * data["storage"]["working_gas_volume_gwh"].sum(), rel=1e-3)


def without_prices(folder: Path) -> None:
    content = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    kept = [one for one in content["resources"] if one["name"] != PRICES]
    (folder / DESCRIPTOR).write_text(json.dumps({**content, "resources": kept}), encoding="utf-8")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (lambda folder: (folder / "prices.csv").write_text("series\n", encoding="utf-8"), "prices.csv"),
        (lambda folder: (folder / "nodes.csv").unlink(), "nodes.csv"),
        (without_prices, f"key 'prices.hub', value 'gas_europe': is in column 'series' of table '{PRICES}', which"),
    ],
    ids=["a table without its columns", "a table that is not there", "a table that the storyline needs"],
)
def test_what_is_not_filled_in_is_named(
    package: Path, tmp_path: Path, broken: Callable[[Path], Any], told: str
) -> None:
    copy = shutil.copytree(package, tmp_path / DAY)
    broken(copy)
    checked = called("data", "check", "--data", str(copy))

    assert 1 == checked.exit_code
    assert told in checked.output
