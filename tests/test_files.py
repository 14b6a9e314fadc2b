"""Writing: whole or not at all, whoever is killed, interrupted, or writes at the same time."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest
from kills import When, at_every_step, contents, hidden, killed, steps_of

from energy_model import files
from energy_model.errors import OutputError
from energy_model.files import Workplace, check_writable, mend, replacing_file, replacing_folder, write_text

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills are sent this way on POSIX only")


def three_parts(folder: Path, text: str) -> None:
    """Two folders and a file that belong together, as those of a briefing do."""
    with Workplace(folder) as work:
        for name in ("results/reference", "figures"):
            (work.path / name).mkdir(parents=True)
            (work.path / name / "a.txt").write_text(text)
        (work.path / "briefing.xlsx").write_text(text)
        work.publish({work.path / name: folder / name for name in ("results/reference", "figures", "briefing.xlsx")})


def one_folder(folder: Path, text: str) -> None:
    with replacing_folder(folder / "reference") as part:
        (part / "a.txt").write_text(text)


def one_file(folder: Path, text: str) -> None:
    with replacing_file(folder / "sweep.json") as part:
        part.write_text(text)


@pytest.fixture(params=[True, False], ids=["exchange", "no exchange"])
def can_exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the system lets two folders change places, as Linux and macOS do."""
    if not request.param:
        monkeypatch.setattr(files, "exchange", lambda one, other: False)
    return bool(request.param)


@pytest.mark.parametrize("write", [three_parts, one_folder, one_file])
def test_a_kill_at_any_step_leaves_old_or_new_whole_after_the_next_start(
    write: Callable[[Path, str], None], can_exchange: bool, tmp_path: Path
) -> None:
    write(tmp_path / "count", "old")
    count = steps_of(partial(write, tmp_path / "count", "new"))
    new = contents(tmp_path / "count")
    assert count >= 1
    for step, when in itertools.product(range(1, count + 1), ("before", "after")):
        folder = tmp_path / f"{step} {when}"
        write(folder, "old")
        old = contents(folder)

        assert killed(partial(write, folder, "new"), step, when)
        if write is not three_parts and can_exchange:
            assert contents(folder) in (old, new)
        check_writable(folder)

        assert contents(folder) in (old, new)
        assert [] == hidden(folder)


def test_an_interruption_at_any_step_puts_all_back(can_exchange: bool, tmp_path: Path) -> None:
    three_parts(tmp_path, "old")
    before = contents(tmp_path)
    count = steps_of(partial(three_parts, tmp_path, "old"))
    when: When
    for step, when in itertools.product(range(1, count + 1), ("before", "after")):
        taken = 0

        def stop(here: When, step: int = step, when: When = when) -> None:
            nonlocal taken
            taken += here == "before"
            if (taken, here) == (step, when):
                taken = 1_000
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), at_every_step(partial(stop, "before"), partial(stop, "after")):
            three_parts(tmp_path, "new")

        assert contents(tmp_path) == before
        assert [] == hidden(tmp_path)


def test_what_a_killed_writer_left_is_named_and_what_is_in_work_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert killed(partial(one_file, tmp_path, "new"), 1, "before")
    left = hidden(tmp_path)
    with Workplace(tmp_path) as work:
        assert 1 == len(left)
        assert f"removed {left[0]}, left by an interrupted command" in caplog.text
        assert [] == mend(tmp_path)
        assert work.path.is_dir()
    assert [] == os.listdir(tmp_path)


def figures_and_run(folder: Path) -> None:
    """Two parts, of which the second has no place where ``results`` is a file."""
    with Workplace(folder) as work:
        for name in ("figures", "reference"):
            (work.path / name).mkdir()
            (work.path / name / "a.txt").write_text("new")
        work.publish({work.path / "figures": folder / "figures", work.path / "reference": folder / "results" / "x"})


def test_a_part_that_cannot_be_moved_puts_all_others_back(can_exchange: bool, tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "a.txt").write_text("old")
    (tmp_path / "results").write_text("a file in the way")
    before = contents(tmp_path)

    with pytest.raises(FileExistsError):
        figures_and_run(tmp_path)

    assert contents(tmp_path) == before
    assert [] == hidden(tmp_path)


def write_many(folder: str, tag: str) -> None:
    for _ in range(100):
        one_file(Path(folder), tag * 50_000)
        one_folder(Path(folder), tag * 1_000)


def test_two_processes_that_write_the_same_names_never_meet(tmp_path: Path) -> None:
    context = get_context("fork")
    writers = [context.Process(target=write_many, args=(str(tmp_path), tag)) for tag in "AB"]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        for name in ("sweep.json", "reference/a.txt"):
            if (tmp_path / name).is_file():
                assert 1 == len(set((tmp_path / name).read_text()))
    for writer in writers:
        writer.join()

    assert [0, 0] == [writer.exitcode for writer in writers]
    assert ["reference", "sweep.json"] == sorted(os.listdir(tmp_path))


def test_threads_that_write_the_same_names_never_meet(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def write(tag: str) -> None:
        try:
            write_many(str(tmp_path), tag)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(tag,)) for tag in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failed
    assert ["reference", "sweep.json"] == sorted(os.listdir(tmp_path))


@pytest.mark.parametrize("name", ["отчёт", "報告", "Übersicht für €", "a b", "-x", "رسم"])
def test_names_in_any_alphabet_are_written(name: str, tmp_path: Path) -> None:
    assert "text" == write_text(tmp_path / name / f"{name}.md", "text").read_text(encoding="utf-8")


def test_a_full_disk_is_told_in_words_and_the_earlier_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_file(tmp_path, "old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"cannot write .*sweep\.json: No space left on device; the earlier file"):
        one_file(tmp_path, "new")

    assert {"sweep.json": b"old"} == contents(tmp_path)
