"""The questions an analyst is asked, in the order in which a briefing answers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from inspect import signature

from energy_model.errors import ResultError, UnknownTableError
from energy_model.impact.answer import Answer
from energy_model.impact.registry import every_question
from energy_model.impact.study import Study

NAMED_AT_MOST = 4
"""Questions that the name of a workbook lists."""

Progress = Callable[[str, int, int], None]
"""Called with a question's key, how many are answered, and how many there are."""

QUESTIONS = every_question()
"""Every question by the word that names it on the command line."""


def answer(
    study: Study,
    only: Sequence[str] | None = None,
    progress: Progress | None = None,
    given: Mapping[str, object] | None = None,
) -> list[Answer]:
    """Answer questions on a scenario.

    Parameters
    ----------
    only : sequence of str, optional
        Keys of :data:`QUESTIONS`; default is all of them.
    given : mapping of str to object, optional
        Further arguments by name; each question takes those that it knows.

    Raises
    ------
    ResultError
        If a question is not known, or none of those asked takes an argument that was given.
    """
    found: list[Answer] = []
    asked = arguments_of(only, given)
    for key, own in asked.items():
        found.append(ask(study, key, own))
        if progress is not None:
            progress(key, len(found), len(asked))
    return found


def arguments_of(only: Sequence[str] | None, given: Mapping[str, object] | None) -> dict[str, dict[str, object]]:
    """Questions asked by key, each with what it takes of the arguments that are given.

    Raises
    ------
    ResultError
        As :func:`answer`.
    """
    wanted = list(QUESTIONS) if only is None else list(dict.fromkeys(only))
    unknown = [key for key in wanted if key not in QUESTIONS]
    if unknown:
        raise ResultError(f"no question {', '.join(map(repr, unknown))}; known: {', '.join(QUESTIONS)}")
    arguments = {name: value for name, value in (given or {}).items() if value is not None}
    idle = [name for name in arguments if not any(name in _takes(key) for key in wanted)]
    if idle:
        who = {name: ", ".join(key for key in QUESTIONS if name in _takes(key)) or "no question" for name in idle}
        raise ResultError("; ".join(f"'{name}' is taken by {who[name]}, which is not asked" for name in idle))
    return {key: {name: value for name, value in arguments.items() if name in _takes(key)} for key in wanted}


def ask(study: Study, key: str, arguments: Mapping[str, object]) -> Answer:
    """The answer to one question; it does not depend on what else is asked."""
    try:
        return _with_subject(QUESTIONS[key](study, **arguments), study)
    except UnknownTableError as missing:  # a package need not have what only one question asks for
        return _without_data(key, missing)


def _takes(key: str) -> frozenset[str]:
    """Names of the arguments that a question takes besides the study."""
    return frozenset(list(signature(QUESTIONS[key]).parameters)[1:])


def workbook_name(scenario: str, only: Sequence[str] | None = None, asked: Sequence[str | None] = ()) -> str:
    """File of a scenario's answers: some of them never take the place of all of them.

    Parameters
    ----------
    asked : sequence of str
        Codes of the seller, region and country that were asked about; answers on another subject stand beside.

    >>> workbook_name("my_cut")
    'impact_my_cut.xlsx'
    >>> workbook_name("my_cut", ["economy", "why"])
    'impact_my_cut_why_economy.xlsx'
    >>> workbook_name("my_cut", asked=["XX", None, "AA"])
    'impact_my_cut_XX_AA.xlsx'
    """
    scenario = "_".join([scenario, *(code for code in asked if code is not None)])
    keys = [key for key in QUESTIONS if key in (only or QUESTIONS)]
    if len(keys) == len(QUESTIONS):
        return f"impact_{scenario}.xlsx"
    if len(keys) > NAMED_AT_MOST:
        digest = sha256(" ".join(keys).encode()).hexdigest()[:8]
        keys = [*keys[:NAMED_AT_MOST], f"and_{len(keys) - NAMED_AT_MOST}_more_{digest}"]
    return f"impact_{scenario}_{'_'.join(keys)}.xlsx"


def _without_data(key: str, missing: UnknownTableError) -> Answer:
    """The answer to a question for which the data package has no table."""
    name = key.replace("_", " ").capitalize()
    table = missing.problems[0].partition(";")[0]
    return Answer.not_applicable(name, f"{name}?", f"The data package has {table}, which this question needs.")


def _with_subject(answer: Answer, study: Study) -> Answer:
    """The answer, with a remark where the scenario leaves open whose gas it is about."""
    remark = study.subject.remark
    return replace(answer, caveats=(remark, *answer.caveats)) if remark and answer.applies else answer
