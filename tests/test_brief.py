"""The whole briefing: everything or nothing, the same in one process or two, and an answer in words."""

from pathlib import Path

import openpyxl
import pytest
from report_fixtures import real_data, small_validation

from energy_model.errors import OutputError, ScenarioError
from energy_model.report import brief as module
from energy_model.report.brief import READING_ORDER, brief, in_reading_order
from energy_model.results.store import read_table
from energy_model.scenario import Scenario, library, load_scenario

NAMES = ("reference", "full_cutoff_february")


def scenarios() -> list[Scenario]:
    return [load_scenario(name, real_data().root).model_copy(update={"resolution": "month"}) for name in NAMES]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> module.Brief:
    return brief(real_data(), tmp_path_factory.mktemp("brief") / "out", scenarios(), workers=1)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_workbook_tables_and_figures_are_where_the_brief_says(written):
    assert written.workbook.is_file()
    assert [path.name for path in written.result_folders] == list(NAMES)
    assert len(read_table(written.result_folders[0], "flows")) > 0
    assert all(path.stat().st_size > 10_000 for path in written.figures)
    assert {"storage.png", "full_cutoff_february_flow_map.png", "full_cutoff_february_shortfall.png"} <= {
        path.name for path in written.figures
    }
    assert [path.name for path in sorted(written.folder.iterdir())] == ["briefing.xlsx", "figures", "results"]


def test_answer_says_who_how_much_when_and_at_what_price(written):
    words = ("EU27 goes short of", "Germany of", "begins on 1", "0.3 % of the EU27's demand hardest hit are", "EUR/MWh")
    for word in (*words, "LNG"):
        assert word in written.answer


@pytest.mark.slow
def test_two_processes_write_the_same_bytes_as_one(written, tmp_path):
    told: list[tuple[str, int, int]] = []
    again = brief(real_data(), tmp_path, scenarios(), workers=2, progress=lambda *step: told.append(step))

    assert contents(written.folder) == contents(again.folder)
    assert [(1, 2), (2, 2)] == [step[1:] for step in told]


def test_validation_is_made_once_if_asked_for_and_not_for_a_few_scenarios(written, tmp_path, monkeypatch):
    calls = []
    made = small_validation()
    monkeypatch.setattr(module, "replay", lambda data: calls.append(data) or made.replay)
    monkeypatch.setattr(module, "anchors", lambda data: made.published)

    asked = brief(real_data(), tmp_path, scenarios()[:1], workers=1, validate=True)

    assert len(calls) == 1
    assert "Validation" in openpyxl.load_workbook(asked.workbook).sheetnames
    assert "Validation" not in openpyxl.load_workbook(written.workbook).sheetnames


def test_a_failure_leaves_the_earlier_briefing_untouched(tmp_path, monkeypatch):
    for part in ("results/reference/run.json", "figures/storage.png", "briefing.xlsx", "notes.txt"):
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part).write_bytes(part.encode())
    before = contents(tmp_path)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "write_workbook", interrupt)
    with pytest.raises(KeyboardInterrupt):
        brief(real_data(), tmp_path, scenarios()[:1], workers=1)

    assert contents(tmp_path) == before


def test_a_part_that_cannot_be_moved_puts_all_others_back(tmp_path):
    staging, target = tmp_path / "staging", tmp_path / "target"
    for folder, text in ((staging, "new"), (target, "old")):
        (folder / "figures").mkdir(parents=True)
        (folder / "figures" / "a.png").write_text(text, encoding="utf-8")
    with pytest.raises(OutputError, match="earlier results are untouched"):
        module._publish(staging, target, ["figures", "briefing.xlsx"])
    assert contents(target) == {"figures/a.png": b"old"}


def test_an_unwritable_folder_is_refused_before_anything_is_solved(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="choose another folder"):
        brief(real_data(), tmp_path / "file" / "out", scenarios()[:1], workers=1)


def test_all_misspelt_scenarios_are_told_at_once(tmp_path):
    with pytest.raises(ScenarioError, match="2 problems"):
        brief(real_data(), tmp_path / "out", ["referense", "full_cutof_february"])
    assert not (tmp_path / "out").exists()


def test_reading_order_names_the_whole_library_and_begins_with_the_reference():
    assert set(READING_ORDER) == set(library(real_data().root))
    assert in_reading_order(sorted(READING_ORDER)) == list(READING_ORDER)
    assert READING_ORDER[0] == "reference"
