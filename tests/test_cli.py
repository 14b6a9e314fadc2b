"""The command line: every command works on the real data, fails in words, and keeps its output apart from its talk."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from toy_package import toy_data
from typer.testing import CliRunner, Result

from energy_model.cli import EXIT_FAILED, EXIT_INTERRUPTED, app
from energy_model.cli.common import called_as
from energy_model.results.store import read_scenario, read_table
from energy_model.scenario import library, load_scenario

EXIT_USAGE = 2
Cli = Callable[..., Result]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Call the program in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def program(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Call the program as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "energy_model.cli", *words], capture_output=True, text=True, check=False, **options
    )


def worked(result: Result) -> str:
    assert 0 == result.exit_code, result.output
    assert "" == result.stderr
    return result.stdout


def failed(result: Result, code: int = EXIT_FAILED) -> str:
    assert code == result.exit_code, result.output
    assert "" == result.stdout, "what failed has nothing to say on stdout"
    assert "Traceback" not in result.stderr
    return result.stderr


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


# Help -----------------------------------------------------------------------------------------------------------------


def test_help_needs_none_of_the_heavy_libraries() -> None:
    probe = (
        "import sys; from typer.testing import CliRunner; from energy_model.cli import app;"
        "print(CliRunner().invoke(app, ['--help']).exit_code,"
        "sorted({'pandas', 'numpy', 'pyomo', 'scipy', 'highspy', 'matplotlib', 'pydantic'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout

    assert "0 []" == said.strip()


def test_importing_the_package_needs_none_of_them_either() -> None:
    probe = "import sys, energy_model as em; print({'pandas', 'pyomo'} & set(sys.modules), 'brief' in dir(em))"
    said = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout

    assert "set() True" == said.strip()


def test_a_group_without_a_command_shows_its_help() -> None:
    result = CliRunner().invoke(app, ["scenarios"])

    assert EXIT_USAGE == result.exit_code
    assert "list" in result.output


@pytest.mark.parametrize(
    "words", [["rum"], ["run"], ["run", "reference", "--resolutoin", "month"], ["scenarios", "lst"]]
)
def test_a_misspelt_command_or_option_is_a_usage_error(words: list[str], cli: Cli) -> None:
    assert "Usage: " in failed(cli(*words), EXIT_USAGE)


# run ------------------------------------------------------------------------------------------------------------------


def test_run_prints_headlines_and_stores_every_table(cli: Cli, tmp_path: Path) -> None:
    said = worked(cli("run", "full_cutoff_february", "--resolution", "month", "--out", "here"))
    folder = tmp_path / "here" / "results" / "full_cutoff_february"

    assert "Full cut-off in mid-February 2022, without warning (full_cutoff_february): optimal" in said
    assert "EU27 curtailed (TWh)" in said
    assert f"tables: {Path('here', 'results', 'full_cutoff_february')}" in said
    assert ["here"] == os.listdir(tmp_path)
    assert {"scenario.json", "run.json", "manifest.json", "tables", "inputs"} == set(os.listdir(folder))
    assert "month" == read_scenario(folder).resolution
    assert {"DE", "UA"} <= set(read_table(folder, "demand")["node"])
    run = json.loads((folder / "run.json").read_text())
    assert ("optimal", 2) == (run["status"], len(run["stages"]))


def test_bcm_are_twh_divided_by_the_energy_of_a_cubic_metre(cli: Cli) -> None:
    def demand(unit: str) -> float:
        said = worked(cli("run", "reference", "--resolution", "month", "--unit", unit))
        line = next(line for line in said.splitlines() if f"EU27 demand ({unit})" in line)
        return float(line.split()[-1].replace(",", ""))

    assert pytest.approx(10.55, rel=1e-3) == demand("TWh") / demand("bcm")


def test_foresight_can_be_changed_for_a_run(cli: Cli, tmp_path: Path) -> None:
    worked(cli("run", "full_cutoff_february", "--resolution", "month", "--foresight", "perfect"))
    folder = tmp_path / "reports" / "results" / "full_cutoff_february"

    assert 1 == len(json.loads((folder / "run.json").read_text())["stages"])


def test_the_rule_of_allocation_can_be_changed_for_a_run(cli: Cli, tmp_path: Path) -> None:
    words = ("run", "full_cutoff_february", "--resolution", "month")
    worked(cli(*words, "--allocation", "own_needs_first"))

    assert "own_needs_first" == read_scenario(tmp_path / "reports" / "results" / "full_cutoff_february").allocation
    refused = cli(*words, "--allocation", "selfish")
    assert EXIT_FAILED == refused.exit_code
    assert "protected_first" in refused.output


def test_a_scenario_of_ones_own_runs_from_toml_and_from_excel_with_one_result(cli: Cli, tmp_path: Path) -> None:
    worked(cli("scenarios", "template", "mine.xlsx", "nord_stream_1_stops"))
    told = cli("run", "mine.xlsx", "--resolution", "month", "--out", "excel")
    worked(cli("run", "nord_stream_1_stops", "--resolution", "month", "--out", "toml"))
    theirs, own = (Path("results", name, "tables") for name in ("nord_stream_1_stops", "mine"))

    assert 0 == told.exit_code
    assert "not the library's scenario" not in told.stderr, "a template has an id of its own, that of its file"
    assert digests(tmp_path / "toml" / theirs) == digests(tmp_path / "excel" / own)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    """Two processes with other hash seeds, so that no order of a set can hide."""
    for seed in ("1", "2"):
        words = ("run", "germany_backs_sanctions", "--resolution", "month", "--out", str(tmp_path / seed))
        assert 0 == program(*words, env={**os.environ, "PYTHONHASHSEED": seed}).returncode

    assert digests(tmp_path / "1") == digests(tmp_path / "2")
    assert len(digests(tmp_path / "1")) > 20


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "full_cutof_february"], "did you mean 'full_cutoff_february'?"),
        (["run", "mine.toml"], "scenario mine.toml has 1 problem\n  no such file; check the path"),
        (["run", "reference", "--resolution", "hour"], "must be one of 'day', 'week', 'month' or 'peak_days'"),
        (["run", "reference", "--data", "nowhere"], "no datapackage.json in it; name the folder"),
        (["run", "reference", "--resolution", "month", "--out", "file"], "choose another folder"),
        (["compare", "reference", "full_cutof_april"], "did you mean 'full_cutoff_april'?"),
        (["winters", "reference", "--country", "Germny"], "'Germny': no such country or group; did you mean DE"),
        (["winters", "reference", "--country", ""], "'': no such country or group; known: "),
        (["grid", "reference", "--down", "stop", "--across", ""], "item 1 across, '': no scenario of this name"),
        (["brief", "--only", "full_cutof_april"], "did you mean 'full_cutoff_april'?"),
        (["scenarios", "show", "nothing"], "no scenario of this name"),
        (["scenarios", "diff", "reference", "nothing"], "no scenario of this name"),
        (["scenarios", "template", "file/mine.xlsx"], "cannot write"),
        (["scenarios", "template", "mine.toml"], "a name that ends in .xlsx"),
        (["data", "show", "pipes"], "no table 'pipes'; did you mean 'prices'? known tables: "),
        (["data", "seal", "--data", "nowhere"], "no datapackage.json in it"),
        (["data", "check", "--data", "nowhere"], "no datapackage.json in it"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_on_stderr(words: list[str], expected: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    said = failed(cli(*words))

    assert said.startswith("error: ")
    assert expected in said
    assert {"file"} == set(os.listdir(tmp_path)), "nothing is left behind"


@pytest.mark.parametrize(
    "words",
    [
        ["run", "reference", "--unit", "barrels"],
        ["data", "show", "nodes", "--as-of", "January"],
        ["data", "show", "nodes", "--rows", "0"],
        ["brief", "--workers", "0"],
        ["brief", "--ranges", "much"],
        ["grid", "reference", "--down", "none", "--across", "none", "--show", "price"],
        ["onepager", "reference", "--out", "page.xyz"],
        ["onepager", "reference", "--out", "page.pdf", "--format", "html"],
        ["onepager", "reference", "--out", "."],
        ["onepager", "reference", "--issued", "1900-01-01"],
        ["explore", "--out", "page.txt"],
        ["explore", "--lang", "fr"],
        ["validate", "scorecard", "--write", "."],
        ["validate", "scorecard", "--write", "page.exe"],
        ["validate", "replay", "--demand", "x"],
        ["serve", "--data", "here", "--vintage", "there"],
    ],
    ids=" ".join,
)
def test_an_option_with_a_wrong_value_is_a_usage_error_before_any_work(
    words: list[str], cli: Cli, tmp_path: Path
) -> None:
    assert "Invalid value" in failed(cli(*words), EXIT_USAGE)
    assert [] == os.listdir(tmp_path)


def test_an_interrupted_run_says_so_and_leaves_earlier_results(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import energy_model.results.store as store

    worked(cli("run", "reference", "--resolution", "month"))
    before, packed, count = digests(tmp_path), store._packed, 0

    def interrupted(table: pd.DataFrame) -> bytes:
        nonlocal count
        count += 1
        if count == 4:
            raise KeyboardInterrupt
        return packed(table)

    monkeypatch.setattr(store, "_packed", interrupted)
    said = failed(cli("run", "reference", "--resolution", "month"), EXIT_INTERRUPTED)

    assert "interrupted; earlier outputs are untouched\n" == said
    assert before == digests(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="signals are sent this way on POSIX only")
def test_ctrl_c_while_the_solver_works_ends_the_program_in_words(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "energy_model.cli", "run", "full_cutoff_february", "--resolution", "day"]
    process = subprocess.Popen(
        words, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )  # fmt: skip
    while not (tmp_path / "reports" / "results").exists():  # made just before the work begins
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said, complaint = process.communicate(timeout=120)

    assert (EXIT_INTERRUPTED, "", "interrupted; earlier outputs are untouched") == (
        process.returncode, said, complaint.strip().splitlines()[-1],
    )  # fmt: skip
    assert {"reports", "reports/results"} == {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}


# The other commands ---------------------------------------------------------------------------------------------------


def check_brief(made: subprocess.CompletedProcess[str], folder: Path, cut: str) -> None:
    assert 0 == made.returncode
    assert len(made.stdout.splitlines()[0].split()) > 20, "the answer in one paragraph"
    said = dict(line.split(":", 1) for line in made.stdout.splitlines()[1:] if line)
    assert ["workbook", "figures", "tables", "next"] == list(said)
    assert said.pop("next").startswith(f" energy-model impact {cut}")
    assert all(Path(path.split(" (")[0].strip()).exists() for path in said.values())
    drawn = {path.stem for path in (folder / "figures").iterdir()}
    assert {"storage", f"{cut}_shortfall"} <= drawn
    assert {"reference", cut} <= set(os.listdir(folder / "results"))


def test_brief_makes_workbook_figures_and_tables_and_prints_the_answer(tmp_path: Path) -> None:
    chosen = ("--data", str(toy_data().root), "--only", "reference", "--only", "stop", "--ranges", "none", "--fresh")
    made = program("brief", "--out", str(tmp_path), *chosen)

    check_brief(made, tmp_path, "stop")
    said = [line for line in made.stderr.splitlines() if not line.startswith("scenarios")]  # how far it is
    assert {"no base map, so no flow maps"} == {line.split(": ")[-1] for line in said}


@pytest.mark.slow
def test_brief_of_the_real_package_with_its_replay_and_ranges(tmp_path: Path) -> None:
    made = program("brief", "--out", str(tmp_path), "--only", "reference", "--only", "full_cutoff_february")

    check_brief(made, tmp_path, "full_cutoff_february")
    assert all(line.startswith("scenarios") for line in made.stderr.splitlines())
    assert (tmp_path / "figures" / "full_cutoff_february_flow_map.png").is_file()


def test_compare_shows_inputs_and_results_that_differ_and_no_others(cli: Cli) -> None:
    said = worked(cli("compare", "reference", "full_cutoff_february", "--resolution", "month", "--unit", "bcm"))

    assert said.startswith("full_cutoff_february against reference")
    assert "kind=supply_cut, name=full stop" in said
    assert "RU:europe_january_2022" in said
    assert "EU27 curtailed (bcm)" in said
    assert "NO:base" not in said, "another cut of the periods is no other input"
    assert "only in full_cutoff_february: kind=supply_cut" in said
    share = next(line for line in said.splitlines() if "curtailed share of demand" in line)
    assert share.split()[-1][0] == "+"
    assert share.endswith("%")
    assert "EU27 protected customers" not in said, "what is 0 in both says nothing"


def test_compare_has_a_line_for_each_quantity_of_a_table_and_all_numbers_where_asked(cli: Cli) -> None:
    call = ("compare", "reference", "full_cutoff_february", "--resolution", "month", "--set", "weather=cold_1_in_20")
    short, full = (worked(cli(*call, *more)) for more in ((), ("--all",)))

    def inputs(said: str) -> list[str]:
        return said.split("inputs, means over the horizon\n")[1].split("\n\n")[0].splitlines()

    kinds = {tuple(line.split(":")[0].split(", ")) for line in inputs(short)}
    assert len(kinds) == len(inputs(short)) < 10
    assert sum(int(line.split(": ")[1].split()[0].replace(",", "")) for line in inputs(short)) == len(inputs(full)) - 1
    assert all(line.split()[0] in {table.strip() for table, _ in kinds} for line in inputs(full)[1:])


def test_the_next_command_is_one_that_the_terminal_finds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed = tmp_path / "energy-model"
    installed.touch(mode=0o755)
    monkeypatch.setattr("sys.argv", [str(installed), "brief"])
    monkeypatch.setenv("PATH", "")
    by_path = called_as("energy-model")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert (str(installed), "energy-model") == (by_path, called_as("energy-model"))


def test_doctor_solves_a_toy_and_prints_versions(cli: Cli) -> None:
    said = worked(cli("doctor"))

    assert "toy network" in said
    assert {"python", "energy-model", "pyomo", "highspy"} <= {line.split()[0] for line in said.splitlines()}


def test_scenarios_list_shows_name_and_title_of_the_library(cli: Cli) -> None:
    lines = worked(cli("scenarios", "list")).splitlines()

    assert list(library()) == [line.split()[0] for line in lines]
    assert lines[0].endswith("January 2022 as found")


def test_scenarios_show_prints_the_file_or_the_effective_scenario(cli: Cli) -> None:
    written = worked(cli("scenarios", "show", "full_cutoff_april"))
    effective = json.loads(worked(cli("scenarios", "show", "full_cutoff_april", "--effective")))

    assert f"# built on reference (library)\n{library()['full_cutoff_april'].read_text(encoding='utf-8')}" == written
    assert "yamal idle" not in written
    assert ["yamal idle", "full stop"] == [measure["name"] for measure in effective["measures"]]


@pytest.mark.parametrize(
    "words",
    [("show", "reference"), ("show", "reference", "--effective"), ("diff", "reference", "reference")],
    ids=" ".join,
)
def test_what_is_shown_in_effect_is_held_against_the_data(cli: Cli, words: tuple[str, ...]) -> None:
    wrong = ("--with", "kind=supply_cut supplier=NOO remaining_share=0.5", "--with", "kind=route_outage route=yamahl")
    done = cli("scenarios", *words, *wrong, "--set", "weather=1900")

    assert 1 == done.exit_code
    assert "" == done.stdout
    assert all(word in done.stderr for word in ("3 problems", "'NOO'", "'yamahl'", "'1900'"))


def test_a_file_with_unknown_names_can_be_read_but_takes_no_effect(cli: Cli) -> None:
    cut = '[[measures]]\nkind = "supply_cut"\nsupplier = "NOO"\nremaining_share = 0.5\n'
    Path("own.toml").write_text(f'title = "t"\ndescription = "d"\nbased_on = "reference"\n{cut}')

    assert "NOO" in worked(cli("scenarios", "show", "own.toml"))
    assert 1 == cli("scenarios", "show", "own.toml", "--effective").exit_code


def test_words_after_a_scenario_change_it_in_every_command_that_takes_one(cli: Cli) -> None:
    words = ("--with", "kind=supply_cut supplier=NO remaining_share=0.5", "--set", "weather=2021")
    shown = json.loads(worked(cli("scenarios", "show", "full_cutoff_april", *words)))
    said = worked(cli("scenarios", "diff", "full_cutoff_april", "full_cutoff_april", *words))
    solved = worked(cli("run", "full_cutoff_april", *words, "--resolution", "month", "--out", "out"))

    assert ["RU", "NO"] == [measure["supplier"] for measure in shown["measures"][1:]]
    assert {"key", "weather", "measure", "based_on"} == {line.split()[0] for line in said.splitlines()}
    assert shown["title"] in solved
    assert {shown["id"]} == {path.name for path in Path("out", "results").iterdir()}


def test_runs_over_different_days_are_compared_over_those_they_share(cli: Cli) -> None:
    Path("short.toml").write_text(
        'title = "A year"\ndescription = "Less."\nbased_on = "reference"\nresolution = "month"\n'
        "horizon = { start = 2022-01-01, end = 2022-12-31 }\n"
    )
    told = failed(cli("compare", "short.toml", "reference", "--resolution", "month"))
    both = worked(cli("compare", "short.toml", "reference", "--resolution", "month", "--common-days"))

    assert "short: 1 January 2022 to 31 December 2022" in told
    assert "compare --common-days" in told
    assert both.startswith("both over the days they share, 1 January 2022 to 31 December 2022\n")
    rows = [line.split() for line in both.partition("headlines")[2].splitlines() if "demand (TWh)" in line]
    assert rows
    assert {0.0} == {float(row[-1]) for row in rows}


def test_scenarios_diff_shows_what_differs_without_solving(cli: Cli) -> None:
    said = worked(cli("scenarios", "diff", "full_cutoff_february", "full_cutoff_low_lng"))

    assert {"key", "lng_case", "lng_price_factor"} == {line.split()[0] for line in said.splitlines()}
    assert "nothing" == worked(cli("scenarios", "diff", "reference", "reference")).strip()


def test_scenarios_template_writes_a_workbook_that_can_be_shown(cli: Cli) -> None:
    told = worked(cli("scenarios", "template", "mine.xlsx")).splitlines()

    assert ("mine.xlsx", True) == (told[0], told[-1].startswith("next: energy-model run mine.xlsx"))
    shown = tomllib.loads(worked(cli("scenarios", "show", "mine.xlsx")))

    assert load_scenario("reference").title == shown["title"]


def test_data_show_lists_tables_or_prints_one_of_a_vintage(cli: Cli) -> None:
    listed = worked(cli("data", "show"))
    early = worked(cli("data", "show", "assurances", "--as-of", "2022-01-31"))

    assert {"nodes", "pipelines", "storage", "sources"} <= {line.split()[0] for line in listed.splitlines()}
    assert "us_extra" in early
    assert "qa_kaabi" not in early
    assert 3 == len(worked(cli("data", "show", "nodes", "--rows", "2")).splitlines())


def test_data_check_finds_nothing_wrong_with_the_packages_own_data(cli: Cli) -> None:
    result = cli("data", "check")

    assert (0, "") == (result.exit_code, result.stderr)
    assert "0 errors" in result.stdout.splitlines()[-1]


def test_data_check_fails_on_a_changed_table_until_it_is_sealed(cli: Cli, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(toy_data().root, tmp_path / "data"))
    table = copy / "tariffs.csv"
    last, text = ",2031-01-31,\n", table.read_text(encoding="utf-8")
    assert last in text
    table.write_text(text.replace(last, f"{last.strip()}exit and entry\n", 1), encoding="utf-8")

    result = cli("data", "check", "--data", "data")
    assert EXIT_FAILED == result.exit_code
    assert "tariffs.csv" in result.stderr
    assert "sealed; changed: tariffs" in worked(cli("data", "seal", "--data", "data"))
    assert "sealed; changed: nothing" in worked(cli("data", "seal", "--data", "data"))
    assert 0 == cli("data", "check", "--data", "data").exit_code
