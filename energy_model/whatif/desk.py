"""Where what-if scenarios are solved: one after the other, months before weeks, each once whoever asks.

A scenario is known by its hash, so an answer can never be shown for another question. What nobody waits for any more,
because the same reader has asked something newer or has gone, is not solved.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from queue import PriorityQueue
from typing import Any, Generic, Literal, TypeVar

from energy_model.data.load import GasData
from energy_model.errors import EnergyModelError
from energy_model.report.run_sentences import run_sentences
from energy_model.results.headline import headline_list, headline_values
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.toml import scenario_toml
from energy_model.whatif.choices import Choice, scenario_of

STEPS = ("month", "week")
"""Lengths of periods in the order in which a scenario is solved: a first answer soon, then the finer one."""
ANSWERS_KEPT, REFERENCES_KEPT = 24, 8
"""Runs that are held in memory."""
SECONDS_UNSEEN = 60.0
"""A reader who has not asked for so long has gone."""
State = Literal["waiting", "solving", "done", "failed", "dropped"]
_Kept = TypeVar("_Kept")


@dataclass(frozen=True)
class Question:
    """A checked scenario, and the hash by which its answers are known.

    Attributes
    ----------
    key : str
        First 16 digits of the SHA-256 of the scenario as it takes effect and of the digest of the data.
    """

    key: str
    scenario: Scenario


@dataclass
class Job:
    """One solve of a question.

    Attributes
    ----------
    readers : set of str
        Who waits for it.
    reference, results : Results, optional
        The run that it is held against, over the same periods, and its own.
    reason : str
        Why there is no answer, in words.
    """

    question: Question
    resolution: str
    state: State = "waiting"
    readers: set[str] = field(default_factory=set)
    reference: Results | None = None
    results: Results | None = None
    reason: str = ""


class Desk:
    """Solves what readers ask, in a thread of its own.

    Parameters
    ----------
    data : GasData
        Data package that all scenarios are of.
    """

    def __init__(self, data: GasData) -> None:
        self.data = data
        self._jobs: _Latest[Job] = _Latest(ANSWERS_KEPT)
        self._references: _Latest[Results] = _Latest(REFERENCES_KEPT)
        self._queue: PriorityQueue[tuple[int, int, tuple[str, str] | None]] = PriorityQueue()
        self._changed = threading.Condition()
        self._seen: dict[str, float] = {}
        self._number = 0
        self._thread = threading.Thread(target=self._work, name="what-if", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more questions, and wait until the one that is being solved is."""
        self._queue.put((-1, 0, None))
        self._thread.join()

    def ask(self, choice: Choice, reader: str) -> Question:
        """Take a question; it takes the place of the same reader's earlier one.

        Raises
        ------
        ScenarioError
            With every problem of the choice at once; the reader's earlier question stays.
        """
        scenario = scenario_of(choice, self.data)
        question = Question(key_of(scenario, self.data), scenario)
        with self._changed:
            self._seen[reader] = time.monotonic()
            for job in self._jobs.values():
                job.readers.discard(reader)
            for step in STEPS:
                self._wanted(question, step, reader)
        return question

    def job(self, key: str, resolution: str, reader: str = "", wait_seconds: float = 0.0) -> Job | None:
        """A solve as it stands, after at most so many seconds; none if nobody has asked for it."""
        with self._changed:
            job = self._jobs.get((key, resolution))
            if job is None:
                return None
            if reader:
                self._seen[reader] = time.monotonic()
            self._changed.wait_for(lambda: job.state not in ("waiting", "solving"), timeout=wait_seconds)
            return job

    def _wanted(self, question: Question, step: str, reader: str) -> None:
        at = (question.key, step)
        job = self._jobs.get(at)
        if job is None or job.state in ("dropped", "failed"):
            job = Job(question, step)
            self._jobs.put(at, job)
            self._number += 1
            self._queue.put((STEPS.index(step), self._number, at))
        job.readers.add(reader)

    def _work(self) -> None:
        while (at := self._queue.get()[2]) is not None:
            with self._changed:
                job = self._jobs.get(at)
                if job is None or job.state != "waiting":
                    continue
                now = time.monotonic()
                waiting = {one for one in job.readers if now - self._seen.get(one, 0.0) < SECONDS_UNSEEN}
                job.state = "solving" if waiting else "dropped"
                self._changed.notify_all()
            if job.state == "solving":
                self._solve(job)

    def _solve(self, job: Job) -> None:
        state: State = "failed"
        try:
            scenario = with_changes(job.question.scenario, resolution=job.resolution)
            job.reference = self._reference(scenario)
            job.results = run(scenario, self.data, beside=[job.reference.scenario])
            state = "done"
        except EnergyModelError as error:
            job.reason = str(error)
        except Exception as error:  # the page lives on, whatever happens to one scenario
            job.reason = f"it could not be solved ({type(error).__name__}: {error}); choose something else"
        with self._changed:
            job.state = state
            self._changed.notify_all()

    def _reference(self, scenario: Scenario) -> Results:
        """The package's reference on the periods of a scenario."""
        base = with_changes(
            load_scenario(self.data.storyline.reference, self.data.root),
            resolution=scenario.resolution,
            horizon=scenario.horizon,
            as_of=scenario.as_of,
        )
        at = (scenario.resolution, scenario.horizon, scenario.as_of, scenario.boundaries, *scenario.announcements())
        found = self._references.get(at)
        if found is None:
            found = run(base, self.data, beside=[scenario])
            self._references.put(at, found)
        return found


def key_of(scenario: Scenario, data: GasData) -> str:
    """The hash of a scenario on a data package: see :class:`Question`."""
    return hashlib.sha256(f"{data.digest}\n{scenario_toml(scenario)}".encode()).hexdigest()[:16]


def numbers_of(results: Results, reference: Results) -> list[dict[str, Any]]:
    """Headlines of a run beside those of another, each with key, label, unit, both values and their difference."""
    own, other = headline_values(results), headline_values(reference)
    return [
        {
            "key": one.key,
            "label": one.label,
            "unit": one.unit,
            "reference": _plain(other.get(one.key)),
            "value": _plain(own[one.key]),
        }
        for one in headline_list(results)
    ]


def told(job: Job) -> dict[str, Any]:
    """A solve as the page reads it: its state and, once it is done, numbers and sentences."""
    said: dict[str, Any] = {"key": job.question.key, "resolution": job.resolution, "state": job.state}
    said |= {"title": job.question.scenario.title, "reason": job.reason}
    if job.state == "done" and job.results is not None and job.reference is not None:
        said["numbers"] = numbers_of(job.results, job.reference)
        said["said"] = run_sentences(job.results)
        said["notes"] = list(job.results.notes)
        said["reference"] = job.reference.scenario.title
    return said


def _plain(value: float | None) -> float | None:
    """A number that JSON can hold; none where there is none."""
    return None if value is None or value != value else float(value)


class _Latest(Generic[_Kept]):
    """A mapping that forgets what was not asked for longest."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[Hashable, _Kept] = OrderedDict()

    def get(self, key: Hashable) -> _Kept | None:
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def put(self, key: Hashable, value: _Kept) -> None:
        self._held[key] = value
        self._held.move_to_end(key)
        while len(self._held) > self._size:
            self._held.popitem(last=False)

    def values(self) -> list[_Kept]:
        return list(self._held.values())
