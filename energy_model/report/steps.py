"""Levels and changes of a waterfall: their names, and where each bar starts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.impact.answer import Picture

ALL_OF_THEM = "all of them"
"""The last level of steps that are told by the level after each."""
LESS = "#22935C"
"""Bars of changes that take away."""


@dataclass(frozen=True)
class Steps:
    """Levels and changes between them.

    Attributes
    ----------
    names : tuple of str
        For a reader.
    values : ndarray
        Levels as they are, changes with their sign.
    levels : frozenset of int
        Which of them are levels.
    """

    names: tuple[str, ...]
    values: np.ndarray
    levels: frozenset[int]


@dataclass(frozen=True)
class Bar:
    """A bar from its lower to its upper end: a level, or a change that brings more or less."""

    low: float
    high: float
    kind: str


def steps_of(picture: Picture, table: pd.DataFrame) -> Steps:
    """Steps of a picture of an answer (``waterfall`` or ``steps``) from its table."""
    names, values = table[picture.names].astype(str).tolist(), table[picture.values[0]].to_numpy(float)
    levels = frozenset(picture.levels)
    if picture.kind == "steps":
        names, levels = [*names, ALL_OF_THEM], frozenset({0, len(names)})
        values = np.array([values[0], *np.diff(values), values[-1]])
    return Steps(tuple(name.replace("_", " ") for name in names), values, levels)


def bars_of(values: Sequence[float] | np.ndarray, levels: Collection[int]) -> list[Bar]:
    """Where each bar lies: a level from nought, a change from where the bar before it ended; values of shape (n,).

    >>> for bar in bars_of([5.0, 2.0, -3.0, 4.0], {0, 3}):
    ...     print(bar.low, bar.high, bar.kind)
    0.0 5.0 level
    5.0 7.0 more
    4.0 7.0 less
    0.0 4.0 level
    """
    bars, at = [], 0.0
    for number, value in enumerate(map(float, values)):
        start = 0.0 if number in levels else at
        at = start + value
        kind = "level" if number in levels else "more" if value > 0.0 else "less"
        bars.append(Bar(min(start, at), max(start, at), kind))
    return bars
