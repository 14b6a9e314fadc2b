"""Answers to questions, kept for the next call of the same inputs: exact to the bit.

They lie beside solved scenarios (:mod:`energy_model.report.run_cache`), each under a key of all that decides it:
question and arguments, scenario, baseline, subject, data, code and versions. An answer that a file would not give back
as it was is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from energy_model.errors import OutputError, ResultError
from energy_model.impact.answer import Answer, Picture
from energy_model.impact.study import Study
from energy_model.report.kept_tables import read_tables, write_tables
from energy_model.report.run_cache import Kept

ANSWER = "answer.json"
_PICTURES = TypeAdapter(tuple[Picture, ...])
_WORDS = ("name", "question", "words", "method", "caveats", "sources", "applies")


class AnswerStore:
    """Answers of a study that earlier calls have kept in the cache folder of the user.

    Parameters
    ----------
    study : Study
        What the questions are asked of.
    place : Path
        An empty folder to work in.
    fresh : bool
        Take over nothing.
    """

    def __init__(self, study: Study, place: Path, *, fresh: bool = False) -> None:
        self._study, self._place = study, place
        self._kept = Kept(place, study.data)
        self._kept.begin([], fresh=fresh)

    def read(self, key: str, arguments: Mapping[str, object]) -> Answer | None:
        """The answer to a question; ``None`` if it was not kept, or not as it was."""
        folder = self._place / f"read {key}"
        with suppress(OSError, ValueError, KeyError, TypeError, ResultError):
            if self._kept.made(self._study.scenario, self._told(key, arguments), folder):
                return read_answer(folder)
        return None

    def write(self, key: str, arguments: Mapping[str, object], answer: Answer) -> None:
        """Keep an answer; one that cannot be kept is asked anew next time."""
        folder = self._place / f"write {key}"
        folder.mkdir()
        with suppress(OSError, ValueError, TypeError, OutputError):
            told = self._told(key, arguments)
            self._kept.make(self._study.scenario, told, folder, lambda own: write_answer(answer, own))

    def trim(self) -> None:
        """Let the oldest go where much is kept."""
        self._kept.remove([])

    def _told(self, key: str, arguments: Mapping[str, object]) -> dict[str, object]:
        about = self._study.subject
        return {
            "what": "answer",
            "question": key,
            "arguments": dict(arguments),
            "baseline": self._study.baseline.model_dump(mode="json"),
            "subject": [about.seller, about.region, about.country, about.channel, about.remark, *sorted(about.touched)],
        }


def write_answer(answer: Answer, folder: Path) -> None:
    """Write an answer into a folder: its words as JSON, its tables as Feather.

    Raises
    ------
    OutputError, ValueError, TypeError
        If reading would not give it back exactly.
    """
    write_tables(answer.tables, folder)
    told = {name: getattr(answer, name) for name in _WORDS}
    told |= {"pictures": _PICTURES.dump_python(answer.pictures, mode="json")}
    (folder / ANSWER).write_text(json.dumps(told), encoding="utf-8")


def read_answer(folder: Path) -> Answer:
    """The answer that :func:`write_answer` wrote.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError, ResultError
        If there is none, or it is not whole.
    """
    told = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    words: dict[str, Any] = {name: tuple(told[name]) if isinstance(told[name], list) else told[name] for name in _WORDS}
    pictures = _PICTURES.validate_json(json.dumps(told["pictures"]))
    return Answer(**words, tables=read_tables(folder), pictures=pictures)
