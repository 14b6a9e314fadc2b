"""Every exception this package raises on purpose.

::

    EnergyModelError
    ├── InputError            something a person wrote is wrong: all problems at once
    │   ├── DataError         a table under data/
    │   ├── ScenarioError     a scenario file or a measure
    │   └── UnknownNameError  a name that nothing has: a table, a statistic, a key (a KeyError as well)
    ├── SolveError            the solver did not return a certified optimum
    │   └── InfeasibleError   what is asked and the limits contradict each other
    ├── ResultError           a solved case does not add up
    ├── OutputError           results cannot be written where they were asked for
    └── StoppedError          work was told to end before its result was there

The compiler and the solver (:mod:`energy_model.lp`) raise ``SolveError`` and ``StoppedError`` as kinds of this tree.

A problem says where it is, what was found, why it matters and what to do.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from energy_model.lp import errors as lp

_LONGEST_WORD = 200
"""Letters without a blank that a message repeats."""
_LONG = re.compile(rf"[^\s'\"(),]{{{_LONGEST_WORD + 1},}}")
_SHOWN = 60
"""Letters of a longer one that it shows."""
_LONGEST_MESSAGE = 4_000


def _readable(text: str) -> str:
    """A message whose quoted input can neither fill a screen nor control a terminal."""
    text = _LONG.sub(lambda long: f"{long[0][:_SHOWN]}... ({len(long[0]):,} characters)", text)
    if len(text) > _LONGEST_MESSAGE:
        text = f"{text[: _LONGEST_MESSAGE // 2]} ... {text[-_LONGEST_MESSAGE // 2 :]}"
    return "".join(letter if letter.isprintable() or letter in "\n\t" else repr(letter)[1:-1] for letter in text)


class EnergyModelError(Exception):
    """Base of all errors raised by this package."""


class InputError(EnergyModelError):
    """Something a person wrote is wrong; ``problems`` lists everything found, not just the first.

    Parameters
    ----------
    where : str
        File, scenario or table that was read.
    problems : sequence of str
        One line each: key or row, value, why it is wrong, what to do.
    remedy : str, optional
        What else can be done about all of them together.
    """

    def __init__(self, where: str, problems: Sequence[str], remedy: str = "") -> None:
        self.where = _readable(where)
        self.problems = tuple(_readable(problem) for problem in problems)
        count = len(self.problems)
        heading = f"{self.where} has {count} problem{'s' if count != 1 else ''}"
        lines = [heading, *(f"  {problem}" for problem in self.problems), *([remedy] if remedy else [])]
        super().__init__("\n".join(lines))


class DataError(InputError):
    """A table of the data package breaks its schema or contradicts another table."""


class ScenarioError(InputError):
    """A scenario or one of its measures cannot be understood or applied."""


class UnknownNameError(InputError, KeyError):
    """Something is asked for by a name that nothing has; Python's own look-ups meet it as a ``KeyError``."""

    __str__ = Exception.__str__  # that of a KeyError would quote the message and put it on one line


class UnknownTableError(DataError, UnknownNameError):
    """A table that the data package does not have."""


class SolveError(EnergyModelError, lp.SolveError, raised_instead=True):
    """The solver did not return a certified optimum."""


class InfeasibleError(SolveError):
    """What is asked and the limits contradict each other; ``contradictions`` says how, each by itself.

    Parameters
    ----------
    contradictions : sequence of str
        One sentence each: what is asked, and the limits that leave no room for it.
    count : int
        How many there are; not all need to be listed.
    remedy : str
        What to do.
    """

    def __init__(self, contradictions: Sequence[str], count: int, remedy: str) -> None:
        self.contradictions = tuple(_readable(one) for one in contradictions)
        self.count, self.remedy = count, remedy
        heading = f"the problem is infeasible: {count} contradiction{'s' if count != 1 else ''}"
        more = [f"and {count - len(self.contradictions)} more"] if count > len(self.contradictions) else []
        super().__init__("\n".join([heading, *(f"  {line}" for line in [*self.contradictions, *more]), remedy]))

    def __reduce__(self) -> tuple[type[InfeasibleError], tuple[tuple[str, ...], int, str]]:
        return InfeasibleError, (self.contradictions, self.count, self.remedy)


class ResultError(EnergyModelError):
    """A solved case does not add up: the balance does not close or a value is missing."""


class OutputError(EnergyModelError):
    """Results cannot be written where they were asked for; nothing was changed."""


class StoppedError(EnergyModelError, lp.StoppedError, raised_instead=True):
    """Work was told to end before its result was there; nobody waits for it any more."""


def closest(word: str, known: Iterable[str]) -> str:
    """A hint: the known word nearest to an unknown one, or all known ones.

    >>> closest("flow", ["flows", "supply"]), closest("x", ["flows", "supply"])
    ("did you mean 'flows'?", 'known: flows, supply')
    """
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean '{close[0]}'?" if close else f"known: {', '.join(known)}"
