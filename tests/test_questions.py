"""The program without arguments shows what can be asked, and every command that it shows exists."""

from __future__ import annotations

import shlex
import threading
import time

import pytest
import typer
from processes import PATIENCE_SECONDS
from typer.testing import CliRunner

from energy_model.cli import app, common
from energy_model.cli.commands import every_command
from energy_model.cli.questions import QUESTIONS


def test_without_arguments_the_program_shows_every_question_and_ends_well() -> None:
    ended = CliRunner().invoke(app, [])

    assert ended.exit_code == 0
    assert all(question in ended.stdout and command in ended.stdout for question, command in QUESTIONS)


def test_every_question_names_a_command_that_there_is_and_every_command_answers_one() -> None:
    known = typer.main.get_command(app).commands
    asked = [shlex.split(command)[1:] for _, command in QUESTIONS]

    for words in asked:
        assert words[0] in known, words
        inner = getattr(known[words[0]], "commands", None)
        assert inner is None or words[1] in {*inner, "--help"}, words
        options = {option for one in known[words[0]].params for option in one.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= options, words
    assert set(every_command()) == {words[0] for words in asked}


def test_a_command_that_is_not_there_is_still_an_error() -> None:
    assert CliRunner().invoke(app, ["rum"]).exit_code == 2


def test_long_work_without_a_terminal_gets_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also while one step lasts; and none once it has ended."""
    monkeypatch.setattr(common, "SECONDS_BETWEEN_LINES", 0.01)
    with common.Bar("runs") as step:
        step("central", 1, 3)
        said, until = "", time.monotonic() + PATIENCE_SECONDS
        while len(said.splitlines()) < 4 and time.monotonic() < until:
            threading.Event().wait(0.01)
            said += capsys.readouterr().err
    lines = (said + capsys.readouterr().err).splitlines()

    assert len(lines) > 3
    assert lines[-1].startswith("runs: 1 of 3 done, last: central, ")
    threading.Event().wait(0.05)
    assert "" == capsys.readouterr().err
