"""Which cases are solved together, and in which order: neighbours first, so that each starts near its optimum.

The order depends on the plan alone, never on who solves what. It changes the time a sweep takes, not its meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import depth_first_order, minimum_spanning_tree
from scipy.spatial.distance import cdist

from energy_model.sweep.axes import FieldAxis, Outage
from energy_model.sweep.cases import PreparedSweep

Ints = np.ndarray
APART = 1e-6
"""Added to all distances: scipy takes two cases at less than a hundredth of this for two that are not joined."""


@dataclass(frozen=True)
class Chunk:
    """Cases that are solved together, numbered from 0, in the order in which they are solved.

    Attributes
    ----------
    cases : array of int, shape (n,)
        Numbers of the cases.
    after : array of int, shape (n,)
        Which case of the chunk each starts from, by its place in the order; -1 for the first.
    """

    cases: Ints
    after: Ints


def chunks(study: PreparedSweep, positions: Mapping[str, np.ndarray]) -> list[Chunk]:
    """All cases of a study, in chunks of as many points; ``positions`` are by axis, 0 to 1, shape (points, dimensions).

    Points that differ in words, as in their weather, are kept apart: they have other demand in every row. The others
    are halved along the axis on which they are most spread until a part fits in a chunk. Where an outage does not come,
    all places of its axis are one.
    """
    words = [name for name, axis in study.plan.axes.items() if isinstance(axis, FieldAxis) and _in_words(axis)]
    numbers = [_felt(study, name, positions[name]) for name in positions if name not in words]
    places = np.hstack(numbers) if numbers else np.zeros((study.points, 1))
    found: list[Chunk] = []
    for members in _groups(study, positions, words):
        found += [_branching(part, places) for part in _halved(members, places, study.plan.chunk)]
    return found if study.count == study.points else [_in_pairs(part, study.points) for part in found]


def _in_pairs(chunk: Chunk, points: int) -> Chunk:
    """After each case the one of the same point without a cut: under surprise its first plan is made already.

    Each starts from its like: a case with the cut from one with it, a case without from one without.
    """
    cases = np.column_stack([chunk.cases, chunk.cases + points]).ravel()
    with_cut, without = (np.where(chunk.after < 0, -1, 2 * chunk.after + twin) for twin in (0, 1))
    return Chunk(cases, np.column_stack([with_cut, without]).ravel())


def _in_words(axis: FieldAxis) -> bool:
    return any(isinstance(value, str) for value in axis.ends())


def _felt(study: PreparedSweep, name: str, places: np.ndarray) -> np.ndarray:
    """Places of an axis as far as they make a difference."""
    if not isinstance(study.plan.axes[name], Outage):
        return places
    comes = np.array([study.value(name, place) is not None for place in places], dtype=bool)
    return np.where(comes[:, None], places, 0.0)


def _groups(study: PreparedSweep, positions: Mapping[str, np.ndarray], words: list[str]) -> Iterator[Ints]:
    """Points with the same words, in the order in which the words first appear."""
    codes = np.zeros((study.points, len(words)), dtype=int)
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
    along = part[:, int(np.argmax(np.ptp(part, axis=0)))]
    ordered = members[np.argsort(along, kind="stable")]
    half = max(1, -(-len(members) // size) // 2) * size
    yield from _halved(np.sort(ordered[:half]), places, size)
    yield from _halved(np.sort(ordered[half:]), places, size)


def _branching(members: Ints, places: np.ndarray) -> Chunk:
    """From the lowest corner along the shortest tree that joins all, by the sum of differences.

    A way through all cases that never goes back is a fifth longer.
    """
    part = places[members]
    tree = minimum_spanning_tree(np.triu(cdist(part, part, "cityblock") + APART, 1))
    order, before = depth_first_order(tree, int(np.argmin(part.sum(axis=1))), directed=False)
    place = np.empty(len(members), dtype=int)
    place[order] = np.arange(len(members))
    return Chunk(members[order], np.append(-1, place[before[order[1:]]]))
