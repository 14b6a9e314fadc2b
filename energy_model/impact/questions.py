"""The questions an analyst is asked, in the order in which a briefing answers them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from energy_model.errors import ResultError
from energy_model.impact.answer import Answer
from energy_model.impact.output import economy
from energy_model.impact.ranges import ranges
from energy_model.impact.study import Study
from energy_model.impact.why import why

Progress = Callable[[str, int, int], None]
"""Called with a question's key, how many are answered, and how many there are."""

QUESTIONS: dict[str, Callable[[Study], Answer]] = {
    "why": why,
    "ranges": ranges,
    "economy": economy,
}
"""Every question by the word that names it on the command line."""


def answer(study: Study, only: Sequence[str] | None = None, progress: Progress | None = None) -> list[Answer]:
    """Answer questions on a scenario.

    Parameters
    ----------
    only : sequence of str, optional
        Keys of :data:`QUESTIONS`; default is all of them.

    Raises
    ------
    ResultError
        If a question is not known.
    """
    wanted = list(QUESTIONS) if only is None else list(only)
    unknown = [key for key in wanted if key not in QUESTIONS]
    if unknown:
        raise ResultError(f"no question {', '.join(map(repr, unknown))}; known: {', '.join(QUESTIONS)}")
    found = []
    for key in wanted:
        found.append(QUESTIONS[key](study))
        if progress is not None:
            progress(key, len(found), len(wanted))
    return found
