"""Which cases are solved together, and in which order: neighbours first, so that each starts near its optimum.

The order depends on the plan alone, never on who solves what. It changes the time a sweep takes, not its meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from energy_model.sweep.axes import FieldAxis, Outage
from energy_model.sweep.cases import Study

Ints = np.ndarray


def chunks(study: Study, positions: Mapping[str, np.ndarray]) -> list[Ints]:
    """Cases of each chunk, numbered from 0, in the order in which they are solved.

    Cases that differ in words, as in their weather, are kept apart: they have other demand in every row. The others
    are halved along the axis on which they are most spread until a part fits in a chunk. Where an outage does not come,
    all places of its axis are one.
    """
    words = [name for name, axis in study.plan.axes.items() if isinstance(axis, FieldAxis) and _in_words(axis)]
    numbers = [_felt(study, name, positions[name]) for name in positions if name not in words]
    places = np.hstack(numbers) if numbers else np.zeros((study.count, 0))
    found: list[Ints] = []
    for members in _groups(study, positions, words):
        found += [_tour(part, places) for part in _halved(members, places, study.plan.chunk)]
    return found


def _in_words(axis: FieldAxis) -> bool:
    return any(isinstance(value, str) for value in axis.ends())


def _felt(study: Study, name: str, places: np.ndarray) -> np.ndarray:
    """Places of an axis as far as they make a difference."""
    if not isinstance(study.plan.axes[name], Outage):
        return places
    comes = np.array([study.value(name, place) is not None for place in places], dtype=bool)
    return np.where(comes[:, None], places, 0.0)


def _groups(study: Study, positions: Mapping[str, np.ndarray], words: list[str]) -> Iterator[Ints]:
    """Cases with the same words, in the order in which the words first appear."""
    codes = np.zeros((study.count, len(words)), dtype=int)
    for column, name in enumerate(words):
        known: dict[object, int] = {}
        values = (study.value(name, place) for place in positions[name])
        codes[:, column] = [known.setdefault(value, len(known)) for value in values]
    _, group = np.unique(codes, axis=0, return_inverse=True)
    group = group.ravel()
    for number in range(int(group.max(initial=0)) + 1):
        yield np.flatnonzero(group == number)


def _halved(members: Ints, places: np.ndarray, size: int) -> Iterator[Ints]:
    """Parts of at most ``size`` members; all but the last of a group are full."""
    if len(members) <= size:
        yield members
        return
    part = places[members]
    spread = np.ptp(part, axis=0) if part.shape[1] else np.zeros(1)
    along = part[:, int(np.argmax(spread))] if part.shape[1] else members
    ordered = members[np.argsort(along, kind="stable")]
    half = max(1, -(-len(members) // size) // 2) * size
    yield from _halved(np.sort(ordered[:half]), places, size)
    yield from _halved(np.sort(ordered[half:]), places, size)


def _tour(members: Ints, places: np.ndarray) -> Ints:
    """From the lowest corner always on to the nearest one left, by the sum of differences."""
    part = places[members]
    left = np.ones(len(members), dtype=bool)
    at = int(np.argmin(part.sum(axis=1))) if part.shape[1] else 0
    tour = [at]
    left[at] = False
    while left.any():
        far = np.abs(part - part[at]).sum(axis=1)
        far[~left] = np.inf
        at = int(np.argmin(far))
        left[at] = False
        tour.append(at)
    return members[tour]
