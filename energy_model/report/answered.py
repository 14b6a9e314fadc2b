"""Many questions on one scenario: those that are known already taken over, the others answered side by side.

What several questions share, the solved scenario and its baseline, on its own periods and on months, with its own
foresight and with plans to the end of the horizon, is solved once and handed to every process. An answer depends on
nothing else that was asked, so that it is the same to the bit from one process as from several.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from energy_model.impact.answer import Answer
from energy_model.impact.questions import Progress, arguments_of, ask
from energy_model.impact.study import Study
from energy_model.report.kept_answers import AnswerStore
from energy_model.workers import BrokenProcessPool, Workers, processes

FEWEST = 6
"""With fewer questions, what a process saves does not pay for its start and for solving what some questions share."""
SHARED = ("before", "solved")
"""Attributes of a study that are handed to every process."""
Asked = Mapping[str, Mapping[str, object]]

_log = logging.getLogger(__name__)
_worker: tuple[Study, Path] | None = None


@dataclass(frozen=True)
class Answered:
    """Answers, and how many of them an earlier call had found.

    Attributes
    ----------
    answers : list of Answer
        In the order asked.
    """

    answers: list[Answer]
    taken_over: int


def answered(
    study: Study,
    only: Sequence[str] | None = None,
    progress: Progress | None = None,
    given: Mapping[str, object] | None = None,
    *,
    workers: int | None = None,
    fresh: bool = False,
) -> Answered:
    """Answer questions on a scenario, as :func:`energy_model.impact.questions.answer` does.

    Parameters
    ----------
    only, progress, given
        As there.
    workers : int, optional
        Processes that answer; default is two, or one on a machine with one core.
    fresh : bool
        Take over nothing that earlier calls have answered.

    Raises
    ------
    ResultError
        If a question is not known, or none of those asked takes an argument that was given.
    SolveError
        If a question has no answer.
    """
    asked = arguments_of(only, given)
    with TemporaryDirectory(prefix="energy-model-") as place:
        store = AnswerStore(study, Path(place), fresh=fresh)
        known = {key: store.read(key, own) for key, own in asked.items()}
        found = {key: answer for key, answer in known.items() if answer is not None}
        taken_over = len(found)

        def tell(key: str, answer: Answer) -> None:
            found[key] = answer
            store.write(key, asked[key], answer)
            if progress is not None:
                progress(key, len(found), len(asked))

        left = {key: own for key, own in asked.items() if key not in found}
        count = processes(workers, len(left)) if len(left) >= FEWEST else 1
        if count > 1:
            try:
                _side_by_side(study, left, count, Path(place), tell)
            except BrokenProcessPool:
                _log.warning("the answering processes stopped; going on with one process")
        for key, own in left.items():
            if key not in found:
                tell(key, ask(study, key, own))
        store.trim()
    return Answered([found[key] for key in asked], taken_over)


def _side_by_side(study: Study, left: Asked, count: int, place: Path, tell: Callable[[str, Answer], None]) -> None:
    bare = Study(study.scenario, study.baseline, study.data, study.subject)
    with Workers(count, _hold, bare, place) as pool:
        for part in [pool.submit(_solve, name) for name in _studies(study)]:
            part.result()
        waiting: dict[Future[Answer], str] = {pool.submit(_ask, key, dict(own)): key for key, own in left.items()}
        for future in as_completed(waiting):
            tell(waiting[future], future.result())


def _studies(study: Study) -> dict[str, Study]:
    """The studies whose solutions questions share, each once; what takes longest first."""
    whole = study.to_the_end
    every = {"own": study, "whole": whole, "months": study.months, "whole_months": whole.months}
    return {name: one for name, one in every.items() if all(one is not other for other in _before(every, name))}


def _before(every: Mapping[str, Study], name: str) -> list[Study]:
    names = list(every)
    return [every[other] for other in names[: names.index(name)]]


def _hold(study: Study, place: Path) -> None:
    global _worker  # in an answering process: the study travels once
    _worker = study, place


def _held() -> tuple[Study, Path]:
    assert _worker is not None  # an answering process has been given the study
    return _worker


def _solve(name: str) -> None:
    """Solve what questions share of one study, and write it for the other processes."""
    study, place = _held()
    one = _studies(study)[name]
    (place / name).write_bytes(pickle.dumps({part: getattr(one, part) for part in SHARED}))


def _ask(key: str, arguments: Mapping[str, object]) -> Answer:
    study, place = _held()
    for name, one in _studies(study).items():
        if not all(part in vars(one) for part in SHARED):
            vars(one).update(pickle.loads((place / name).read_bytes()))
    return ask(study, key, arguments)
