"""Interruptions and deaths: the program ends in words within seconds, and no process outlives the one that began it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import HAS_PROC, PATIENCE_SECONDS, are_gone, processor_seconds
from toy_package import toy_data

from energy_model.data.load import GasData
from energy_model.results.run import run
from energy_model.scenario import Scenario
from energy_model.workers import Workers, usable

KILLED_PARENTS = [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP]
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
MOMENTS = {
    "while the program is read": "energy_model.cli.program",
    "while the model is read": "highspy",
    "before the results are written": "energy_model.report.run_workbook",
}
"""Modules at whose import a command gets each signal: moments of its work, however fast the machine is."""
LATER_MOMENTS = [6.0, 9.0, 14.0, 16.0, 20.0]
"""Seconds after which Ctrl-C reaches a daily run, in the solver too."""


pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent this way on POSIX only")

IN_TIME_SECONDS = 3.0
"""Seconds of the processor that a program may use after Ctrl-C; a clock would measure what else the machine does."""


def test_runs_in_threads_give_the_same_as_one_after_the_other(data: GasData, monthly: Callable[..., Scenario]) -> None:
    scenarios = [monthly(name) for name in ("reference", "full_cutoff_february")]
    alone = [run(scenario, data).objective_eur for scenario in scenarios]
    found: list[object] = [None] * 4

    def solve(place: int) -> None:
        try:
            found[place] = run(scenarios[place % 2], data).objective_eur
        except BaseException as error:
            found[place] = error

    threads = [threading.Thread(target=solve, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [*alone, *alone] == found


# Processes ------------------------------------------------------------------------------------------------------------


def begin(factor: int) -> None:
    os.environ["FACTOR"] = str(factor)


def scaled(number: int) -> int:
    return number * int(os.environ["FACTOR"])


def sleep(seconds: float) -> int:
    """Work that takes much longer than a test waits for a process to end."""
    time.sleep(seconds)
    return os.getpid()


def test_processes_have_what_they_were_given_and_end_with_the_block() -> None:
    with Workers(2, begin, 7) as pool:
        assert [0, 7, 14] == [future.result() for future in [pool.submit(scaled, n) for n in range(3)]]
        pids = [int(process.pid or 0) for process in pool._context.begun]

    assert are_gone(pids)


def begin_and_leave(pids: list[int]) -> None:
    """Leave the block in the middle of the work."""
    with Workers(1, begin, 1) as pool:
        pool.submit(scaled, 1).result()
        pool.submit(sleep, 3600.0)
        pids += [int(process.pid or 0) for process in pool._context.begun]
        raise KeyboardInterrupt


def test_an_interruption_does_not_wait_for_processes() -> None:
    pids: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        begin_and_leave(pids)

    assert 1 == len(pids)
    assert are_gone(pids)


PARENT = """
    import sys, time
    sys.path.insert(0, {tests!r})
    from test_workers import begin, scaled, sleep
    from energy_model.workers import Workers

    if __name__ == "__main__":
        with Workers(2, begin, 1) as pool:
            [future.result() for future in [pool.submit(scaled, n) for n in range(8)]]
            busy = [pool.submit(sleep, 3600.0) for _ in range(1)]
            print(*(process.pid for process in pool._context.begun), flush=True)
            time.sleep(3600.0)
"""


@pytest.mark.skipif(not HAS_PROC, reason="looks into /proc")
@pytest.mark.parametrize("number", KILLED_PARENTS)
def test_no_process_outlives_a_killed_parent(number: int, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(textwrap.dedent(PARENT).format(tests=str(Path(__file__).parent)))
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, preexec_fn=heard)
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    parent.send_signal(number)
    parent.communicate()

    assert pids
    assert are_gone(pids)


UNGUARDED = """
    import sys
    from energy_model.workers import usable

    def main():
        print(usable(2), __name__)

    {call}
"""


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("main()", 1),
        ("if len(sys.argv) < 9:\n        main()", 1),
        ("if __name__ == '__main__':\n        main()", 2),
        ("if sys.argv and '__main__' == __name__:\n        main()", 2),
    ],
)
def test_a_script_without_a_main_guard_goes_on_with_one_process_and_a_sentence(
    call: str, count: int, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(UNGUARDED.format(call=call)))
    made = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)

    assert f"{count} __main__\n" == made.stdout
    assert (1 if count == 1 else 0) == len(made.stderr.splitlines())
    assert ("workers=1" in made.stderr) == (count == 1)


def test_one_process_needs_no_guard(caplog: pytest.LogCaptureFixture) -> None:
    assert [1, 2] == [usable(count) for count in (1, 2)]  # called by pytest, which has a guard
    assert "" == caplog.text


# The program ----------------------------------------------------------------------------------------------------------


def heard() -> None:
    """A shell's background jobs ignore INT and those of nohup HUP, and hand that down."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def started(tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "energy_model.cli", *words], cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=heard,
    )  # fmt: skip


SIGNALLED = """
    import os, sys
    ahead = [{module!r}]

    def send(event, about):
        if event == "import" and about[0] in ahead:
            ahead.clear()
            os.kill(os.getpid(), {number})

    sys.addaudithook(send)
    from energy_model.cli import main
    main()
"""


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_at_any_time_ends_the_program_in_words(number: int, moment: str, tmp_path: Path) -> None:
    code = textwrap.dedent(SIGNALLED).format(module=MOMENTS[moment], number=int(number))
    words = ["run", "stop", "--data", str(toy_data().root)]
    ended = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        preexec_fn=heard,
        check=False,
    )

    assert (130, "", "interrupted; earlier outputs are untouched\n") == (ended.returncode, ended.stdout, ended.stderr)
    assert [] == [path for path in tmp_path.rglob("*") if path.is_file()]


def ended_children() -> float:
    """Seconds of the processor of all processes that this one has begun and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.slow
@pytest.mark.skipif(not HAS_PROC, reason="looks into /proc")
@pytest.mark.parametrize("after", LATER_MOMENTS)
def test_ctrl_c_in_a_daily_run_takes_three_seconds_at_most(after: float, tmp_path: Path) -> None:
    process = started(tmp_path, "run", "full_cutoff_february", "--resolution", "day")
    time.sleep(after)
    if process.poll() is not None:
        pytest.skip("it was done before")
    before, used = ended_children(), processor_seconds(process.pid)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_SECONDS)

    assert 130 == process.returncode
    assert ended_children() - before - used < IN_TIME_SECONDS


CP1252 = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252:strict"}
POLISH = """
    title = "Zażółć gęślą jaźń → 天然气"
    description = "Gaz dla Łodzi"
    based_on = "reference"
    resolution = "month"
"""


@pytest.mark.parametrize(
    "words",
    [
        ("run", "pl.toml"),
        ("scenarios", "show", "pl.toml", "--effective"),
        ("scenarios", "diff", "reference", "pl.toml"),
    ],
)
def test_letters_that_the_terminal_lacks_are_replaced(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "pl.toml").write_text(textwrap.dedent(POLISH), encoding="utf-8")
    called = [sys.executable, "-m", "energy_model.cli", *words]
    made = subprocess.run(called, cwd=tmp_path, capture_output=True, env=os.environ | CP1252, check=False)

    assert 0 == made.returncode, made.stderr
    assert b"Traceback" not in made.stderr


@pytest.mark.parametrize(("megabytes", "codes"), [(300, {1}), (700, {1}), (900, {0, 1})])
def test_little_memory_is_told_in_words(megabytes: int, codes: set[int], tmp_path: Path) -> None:
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({megabytes}_000_000, {megabytes}_000_000))"
    code = f"{limited}; from energy_model.cli import main; main()"
    words = [sys.executable, "-c", code, "run", "reference", "--resolution", "month"]
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    made = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, env=os.environ | threads, check=False)

    assert made.returncode in codes, made.stderr
    assert "Traceback" not in made.stderr
    if made.returncode:
        assert made.stderr.startswith("error: there is not enough memory; ")
