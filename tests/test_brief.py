"""The whole briefing: everything or nothing, the same in one process or two, and an answer in words."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from pandas.testing import assert_frame_equal
from report_fixtures import real_data, small_validation

from energy_model.data.cache import OFF, VARIABLE
from energy_model.errors import OutputError, ScenarioError
from energy_model.report import brief as module
from energy_model.report import kept_validation, run_cache
from energy_model.report.brief import brief
from energy_model.report.selection import in_reading_order
from energy_model.results.store import read_table
from energy_model.scenario import Scenario, library, load_scenario

NAMES = ("reference", "full_cutoff_february")


def scenarios() -> list[Scenario]:
    return [load_scenario(name, real_data().root).model_copy(update={"resolution": "month"}) for name in NAMES]


@pytest.fixture(scope="module", autouse=True)
def nothing_from_other_calls() -> Iterator[None]:
    """Each briefing is made of itself; what the cache folder adds is tried in tests/test_kept_runs.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, OFF)
        yield


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> module.Brief:
    return brief(real_data(), tmp_path_factory.mktemp("brief") / "out", scenarios(), workers=1, ranges="none")


@pytest.fixture
def undrawn(written: module.Brief, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scenarios come solved and figures are not drawn, where a test is about neither."""
    solved = {results.scenario: results for results in written.results}
    monkeypatch.setattr(module, "run", lambda scenario, data, **_: solved[scenario])
    monkeypatch.setattr(module, "draw_figures", lambda results, data, folder, *_: [mark(folder / "map.png")])
    monkeypatch.setattr(module.style, "save_with_numbers", lambda figure, path: mark(path))
    monkeypatch.setattr(module.figures, "storage_curve", lambda *_: None)


@pytest.fixture
def unwritten(undrawn: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a workbook written."""
    monkeypatch.setattr(module, "write_workbook", lambda results, path, **_: mark(path))


def mark(path: Path) -> Path:
    path.write_bytes(b"made")
    return path


def contents(folder: Path, hidden: bool = True) -> dict[str, bytes]:
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(name): (folder / name).read_bytes() for name in files if hidden or not name.parts[0].startswith(".")}


def test_workbook_tables_and_figures_are_where_the_brief_says(written):
    assert written.workbook.is_file()
    assert [path.name for path in written.result_folders] == list(NAMES)
    assert len(read_table(written.result_folders[0], "flows")) > 0
    assert all(path.stat().st_size > 10_000 for path in written.pictures)
    named = {path.name for path in written.figures}
    assert {path.with_suffix(end).name for path in written.pictures for end in (".svg", ".csv")} <= named
    assert {"storage.png", "full_cutoff_february_flow_map.png", "full_cutoff_february_shortfall.png"} <= {
        path.name for path in written.figures
    }
    assert [path.name for path in sorted(written.folder.iterdir())] == ["briefing.xlsx", "figures", "results"]


def test_answer_says_who_how_much_when_and_at_what_price(written):
    words = ("the EU27 goes short: ", "curtailed and ", "reduced at a price", "Germany: ", "begins on 1", "worst month")
    for word in (*words, "0.3 % of the EU27's demand hardest hit are", "EUR/MWh", "LNG", "Gas is short because"):
        assert word in written.answer


@pytest.mark.slow
def test_two_processes_write_the_same_bytes_as_one(written, tmp_path):
    told: list[tuple[str, int, int]] = []
    again = brief(
        real_data(), tmp_path, scenarios(), workers=2, ranges="none", progress=lambda *step: told.append(step)
    )

    assert contents(written.folder) == contents(again.folder)
    assert [(1, 2), (2, 2)] == [step[1:] for step in told]


def test_validation_is_made_once_if_asked_for_and_not_for_a_few_scenarios(undrawn, written, tmp_path, monkeypatch):
    calls = []
    made = small_validation()
    monkeypatch.setattr(kept_validation, "replay", lambda data: calls.append(data) or made.replay)
    monkeypatch.setattr(kept_validation, "anchors", lambda data: made.published)

    asked = brief(real_data(), tmp_path, scenarios()[:1], workers=1, ranges="none", validate=True)

    assert len(calls) == 1
    assert "Validation" in openpyxl.load_workbook(asked.workbook).sheetnames
    assert "Validation" not in openpyxl.load_workbook(written.workbook).sheetnames


def test_a_failure_leaves_the_earlier_briefing_untouched(unwritten, tmp_path, monkeypatch):
    for part in ("results/reference/run.json", "figures/storage.png", "briefing.xlsx", "notes.txt"):
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part).write_bytes(part.encode())
    before = contents(tmp_path)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "write_workbook", interrupt)
    with pytest.raises(KeyboardInterrupt):
        brief(real_data(), tmp_path, scenarios()[:1], workers=1, ranges="none")

    assert contents(tmp_path, hidden=False) == before


def test_what_was_solved_before_a_failure_is_kept_and_the_next_call_writes_the_same_bytes(
    written: module.Brief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    solved = {results.scenario: results for results in written.results}
    with monkeypatch.context() as broken:
        broken.setattr(module, "run", lambda scenario, data, **_: solved[scenario])
        broken.setattr(module, "draw_figures", fail)
        with pytest.raises(OutputError, match="No space left on device; earlier results are untouched"):
            brief(real_data(), tmp_path, scenarios(), workers=1, ranges="none")
    assert "2 of 2 scenarios are solved and kept" in caplog.text
    assert contents(tmp_path, hidden=False) == {}

    with monkeypatch.context() as nothing:
        nothing.setattr(module, "run", lambda *_: pytest.fail("it was solved already"))
        resumed = brief(real_data(), tmp_path, scenarios(), workers=1, ranges="none")

    assert 2 == resumed.resumed
    assert contents(tmp_path) == contents(written.folder)


def test_what_is_kept_is_exact_and_holds_for_the_same_scenario_data_and_code_only(
    written: module.Brief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    solved = written.results[1]
    run_cache.Kept(tmp_path, real_data()).put(solved)
    found = run_cache.Kept(tmp_path, real_data()).get(solved.scenario)

    assert found is not None
    for name in ("scenario", "stages", "versions", "labels", "notes", "objective_eur", "data_digest"):
        assert getattr(solved, name) == getattr(found, name)
    for name in ("tables", "inputs"):
        assert list(getattr(solved, name)) == list(getattr(found, name))
        for table, there in zip(getattr(solved, name).values(), getattr(found, name).values(), strict=True):
            assert_frame_equal(table, there, check_exact=True)

    assert run_cache.Kept(tmp_path, real_data()).get(solved.scenario.model_copy(update={"weather": "2018"})) is None
    other_data = SimpleNamespace(digest="of other data")
    assert run_cache.Kept(tmp_path, other_data).get(solved.scenario) is None
    monkeypatch.setattr(run_cache, "code_digest", lambda: "of other code")
    assert run_cache.Kept(tmp_path, real_data()).get(solved.scenario) is None
    monkeypatch.undo()

    table = next(tmp_path.rglob("flows.feather"))
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    assert run_cache.Kept(tmp_path, real_data()).get(solved.scenario) is None
    assert "is damaged: full_cutoff_february is solved again" in caplog.text


def test_fresh_forgets_what_is_kept_and_touches_nothing_else(
    unwritten: None, written: module.Brief, tmp_path: Path
) -> None:
    for result in written.results:
        run_cache.Kept(tmp_path, real_data()).put(result)
    (tmp_path / ".brief" / "notes.txt").write_text("mine")

    made = brief(real_data(), tmp_path, scenarios()[:1], workers=1, ranges="none", fresh=True)

    assert 0 == made.resumed
    assert ["notes.txt"] == [path.name for path in (tmp_path / ".brief").iterdir()]


def test_a_briefing_of_one_scenario_leaves_what_is_kept_of_others(
    unwritten: None, written: module.Brief, tmp_path: Path
) -> None:
    run_cache.Kept(tmp_path, real_data()).put(written.results[1])

    brief(real_data(), tmp_path, scenarios()[:1], workers=1, ranges="none")

    assert run_cache.Kept(tmp_path, real_data()).get(written.results[1].scenario) is not None


def test_figures_of_other_commands_stay(unwritten: None, tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "risk_winter_exceedance.png").write_bytes(b"of a sweep")
    (tmp_path / "figures" / "of_an_earlier_briefing_flow_map.png").write_bytes(b"old")

    brief(real_data(), tmp_path, scenarios()[:1], workers=1, ranges="none")

    assert b"of a sweep" == (tmp_path / "figures" / "risk_winter_exceedance.png").read_bytes()
    assert not (tmp_path / "figures" / "of_an_earlier_briefing_flow_map.png").exists()


def test_an_unwritable_folder_is_refused_before_anything_is_solved(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="choose another folder"):
        brief(real_data(), tmp_path / "file" / "out", scenarios()[:1], workers=1, ranges="none")


def test_all_misspelt_scenarios_are_told_at_once(tmp_path):
    with pytest.raises(ScenarioError, match="2 problems"):
        brief(real_data(), tmp_path / "out", ["referense", "full_cutof_february"])
    assert not (tmp_path / "out").exists()


def test_reading_order_names_the_whole_library_and_begins_with_the_reference():
    told = real_data().storyline
    assert set(told.briefing.order) == set(library(real_data().root))
    assert in_reading_order(sorted(told.briefing.order), told.briefing.order) == list(told.briefing.order)
    assert told.briefing.order[0] == told.reference
