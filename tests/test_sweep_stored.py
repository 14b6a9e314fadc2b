"""A stored sweep is read as it was stored, or an error says which file is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd
import pyarrow.parquet as pq
import pytest
from toy_package import toy_data
from toy_sweep import toy_plan

from energy_model.errors import OutputError
from energy_model.sweep import Plan, Sweep, read_plan, read_results, run_sweep

FLIPS = 100


def left_plan(**changes: object) -> Plan:
    """Three parts of two cases each: shares of a stop alone, all of one weather."""
    axes = {"left": toy_plan().axes["left"].model_dump()}
    return toy_plan(**{"chunk": 2, "axes": axes, **changes})


def go_on(folder: Path, **changes: object) -> Sweep:
    return run_sweep(left_plan(**changes), folder, data=toy_data(), workers=1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return go_on(tmp_path_factory.mktemp("sweep")).folder


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of other points, with the same columns."""
    return go_on(tmp_path_factory.mktemp("other"), seed=8, samples=2).folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "sweep"))


def part(folder: Path, number: int) -> Path:
    return folder / "results" / f"part-{number:06d}.parquet"


def test_no_flipped_bit_of_a_part_is_ever_read_as_other_numbers(copy: Path) -> None:
    random, known = Random(7), read_results(copy)
    told = 0
    for _ in range(FLIPS):
        file = part(copy, random.randrange(3))
        content = bytearray(intact := file.read_bytes())
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        file.write_bytes(content)
        complaint = ""
        try:
            pd.testing.assert_frame_equal(known, read_results(copy), check_exact=True)
        except OutputError as error:
            complaint = str(error)
        assert complaint == "" or file.name in complaint
        told += complaint != ""
        file.write_bytes(intact)

    assert told > 0.4 * FLIPS  # the others hit what nothing is read from, such as statistics of a column


def twin(folder: Path, other: Path) -> str:
    shutil.copy(part(folder, 0), part(folder, 99))
    return r"part-000099\.parquet is a copy of part 0; remove it"


def sync_conflict(folder: Path, other: Path) -> str:
    shutil.copy(part(folder, 0), folder / "results" / "part-000000 (1).parquet")
    return r"part-000000 \(1\)\.parquet belongs to no sweep; remove it"


def foreign(folder: Path, other: Path) -> str:
    shutil.copy(part(other, 0), part(folder, 1))
    return r"part-000001\.parquet belongs to another sweep"


def not_ours(folder: Path, other: Path) -> str:
    pd.DataFrame({"case": [0, 1], "eu_unserved_twh": [0.0, 0.0]}).to_parquet(part(folder, 1))
    return r"part-000001\.parquet is no part of a sweep"


def edited(folder: Path, other: Path) -> str:
    table = pq.read_table(part(folder, 2))
    last = table.num_columns - 1
    pq.write_table(table.set_column(last, table.schema.field(last), [[0.0] * table.num_rows]), part(folder, 2))
    return r"part-000002\.parquet is damaged or was edited"


def truncated(folder: Path, other: Path) -> str:
    part(folder, 2).write_bytes(part(folder, 2).read_bytes()[:-100])
    return r"part-000002\.parquet is damaged"


def empty(folder: Path, other: Path) -> str:
    part(folder, 2).write_bytes(b"")
    return r"part-000002\.parquet is damaged"


DAMAGES = [twin, sync_conflict, foreign, not_ours, edited, truncated, empty]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_part_that_is_not_what_was_stored_is_named(
    damage: Callable[[Path, Path], str], copy: Path, other: Path
) -> None:
    said = damage(copy, other)

    with pytest.raises(OutputError, match=said):
        read_results(copy)


@pytest.mark.parametrize("damage", [foreign, not_ours, edited, truncated, empty])
def test_a_sweep_that_goes_on_solves_a_damaged_part_again(
    damage: Callable[[Path, Path], str], copy: Path, whole: Path, other: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damage(copy, other)

    assert 4 == go_on(copy).resumed
    assert "it is solved again" in caplog.text
    for number in range(3):
        assert part(copy, number).read_bytes() == part(whole, number).read_bytes()


def test_a_file_that_belongs_to_no_sweep_stops_one_that_goes_on(copy: Path, other: Path) -> None:
    sync_conflict(copy, other)

    with pytest.raises(OutputError, match=r"holds files that belong to no sweep \(part-000000 \(1\)\.parquet\)"):
        go_on(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[1, 2]", "\x00", "[" * 100_000])
def test_a_broken_description_is_told_by_whatever_reads_it(text: str, copy: Path) -> None:
    (copy / "sweep.json").write_text(text, encoding="utf-8")

    for read in (go_on, read_plan, read_results):
        with pytest.raises(OutputError, match=r"sweep\.json"):
            read(copy)


def test_an_edited_plan_is_not_that_of_the_parts(copy: Path) -> None:
    about = json.loads((copy / "sweep.json").read_text())
    about["plan"]["title"] = "something else"
    (copy / "sweep.json").write_text(json.dumps(about))

    with pytest.raises(OutputError, match="belongs to another sweep"):
        read_results(copy)


def test_a_case_beyond_the_plan_is_told(copy: Path) -> None:
    about = json.loads((copy / "sweep.json").read_text())
    (copy / "sweep.json").write_text(json.dumps(about | {"cases": 3}))

    with pytest.raises(OutputError, match=r"case 3 is not one of the plan's 3; begin the sweep afresh"):
        read_results(copy)


def test_fresh_removes_the_parts_and_nothing_else(copy: Path) -> None:
    for name in ("results/reference/run.json", "results/notes.txt", "impact_mine.xlsx"):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text("of another command")

    done = run_sweep(left_plan(samples=2), copy, data=toy_data(), workers=1, fresh=True)

    assert (2, 0) == (done.cases, done.resumed)
    assert ["part-000000.parquet"] == [file.name for file in (copy / "results").glob("*.parquet")]
    for name in ("results/reference/run.json", "results/notes.txt", "impact_mine.xlsx"):
        assert "of another command" == (copy / name).read_text()
