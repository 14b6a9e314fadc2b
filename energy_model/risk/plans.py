"""Three plans under uncertainty and their costs: wait and see, stochastic, and naive with recourse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from energy_model.errors import ResultError
from energy_model.fast import Start, optimum
from energy_model.lp import Matrix, Solution
from energy_model.lp.matrix import Floats
from energy_model.plan.stages import Decisions, compiled
from energy_model.risk.tree import Leaf, Tree, build_tree
from energy_model.scenario import Case


@dataclass(frozen=True)
class Way:
    """One outcome: its numbers, and the first period (from 0) that is decided in the knowledge of it."""

    name: str
    case: Case
    first: int | None
    """``None`` for the way that is expected while nothing happens."""


@dataclass(frozen=True)
class Prepared:
    """What does not depend on probabilities: each outcome alone, and the recourse of the naive plan in each."""

    ways: tuple[Way, ...]
    matrices: tuple[Matrix, ...]
    alone: tuple[Solution, ...]
    mended: tuple[Solution, ...]


@dataclass(frozen=True)
class Plans:
    """The plan of least expected cost beside its two limits. Costs in thousand EUR; lists in the order of the ways.

    Attributes
    ----------
    prepared : Prepared
    probabilities : tuple of float
    tree : Tree
        The extensive form; ways without probability have no leaf.
    solution : Solution
        Its optimum.
    start : Start or None
        Where the same ways at other probabilities can start.
    """

    prepared: Prepared
    probabilities: tuple[float, ...]
    tree: Tree
    solution: Solution
    start: Start | None = None

    @property
    def wait_and_see_keur(self) -> float:
        """WS: expected cost if what happens were known on the first day."""
        return _expected(self.probabilities, [one.objective for one in self.prepared.alone])

    @property
    def stochastic_keur(self) -> float:
        """RP: expected cost of the plan."""
        return _expected(self.probabilities, self.stochastic_costs_keur)

    @property
    def naive_keur(self) -> float:
        """EEV: expected cost of expecting no cut until it is announced."""
        return _expected(self.probabilities, self.naive_costs_keur)

    @property
    def value_of_information_keur(self) -> float:
        """EVPI, the expected value of perfect information: RP - WS."""
        return self.stochastic_keur - self.wait_and_see_keur

    @property
    def value_of_stochastic_keur(self) -> float:
        """VSS, the value of the stochastic solution: EEV - RP."""
        return self.naive_keur - self.stochastic_keur

    @property
    def naive_costs_keur(self) -> list[float]:
        """Cost of the naive plan in each way."""
        return [one.objective for one in self.prepared.mended]

    @cached_property
    def stochastic_costs_keur(self) -> list[float]:
        """Cost of the plan in each way; ``nan`` in a way without probability."""
        leaf = {one.name: number for number, one in enumerate(self.tree.leaves)}
        names = [way.name for way in self.prepared.ways]
        return [self.tree.cost(self.solution, leaf[name]) if name in leaf else np.nan for name in names]

    def of(self, way: str, name: str) -> Floats:
        """A variable of the plan as it is in one way."""
        number = [leaf.name for leaf in self.tree.leaves].index(way)
        return self.tree.values(self.solution, number, name)

    def level(self, way: str) -> Floats:
        """Gas in store at each boundary under the plan, GWh, shape (storages, T + 1)."""
        return self.of(way, "level")

    def alone_level(self, way: str) -> Floats:
        """Gas in store with the way known from the first day; of the expected way: the naive plan."""
        number = [one.name for one in self.prepared.ways].index(way)
        return self.prepared.matrices[number].values(self.prepared.alone[number].col_value, "level")


def prepare(ways: Sequence[Way], now: int = 0) -> Prepared:
    """Solve each way alone, and the naive plan in each.

    Parameters
    ----------
    now : int
        First period (from 0) that is still to be decided: what the naive plan did before it is done, in every way.

    Raises
    ------
    ResultError
        If not exactly one way is the expected one, or it does not come first.
    """
    if not ways or [way.first is None for way in ways] != [True] + [False] * (len(ways) - 1):
        raise ResultError("the first way, and no other, is the one that is expected: it has no first period")
    early = [way.name for way in ways if way.first is not None and way.first < now]
    if early:
        raise ResultError(f"{', '.join(early)}: before the day of the decision, nothing is left to choose")
    matrices = [compiled(way.case) for way in ways]
    expected, start = optimum(matrices[0], ways[0].case)
    naive = Decisions.of(matrices[0], expected)
    if now:
        matrices = [naive.frozen(matrix, now, ways[0].case.timeline) for matrix in matrices]
    alone, mended = [expected], [expected]
    for way, matrix in zip(ways[1:], matrices[1:], strict=True):
        solution, start = optimum(matrix, way.case, start)
        alone.append(solution)
        mended.append(optimum(naive.frozen(matrix, way.first or 0, way.case.timeline), way.case, start)[0])
    return Prepared(tuple(ways), tuple(matrices), tuple(alone), tuple(mended))


def compare_plans(ways: Sequence[Way] | Prepared, probabilities: Sequence[float], start: Start | None = None) -> Plans:
    """The plan of least expected cost over some ways, the expected one first.

    Parameters
    ----------
    start : Start, optional
        Of the same ways at other probabilities (:attr:`Plans.start`); it changes the time and not the result.
    """
    ready = ways if isinstance(ways, Prepared) else prepare(ways)
    leaves = [
        Leaf(way.name, chance, matrix, way.first)
        for way, chance, matrix in zip(ready.ways, probabilities, ready.matrices, strict=True)
    ]
    tree = build_tree(leaves)
    solution, after = tree.solve(ready.ways[0].case, start)
    return Plans(ready, tuple(probabilities), tree, solution, after)


def _expected(probabilities: Sequence[float], costs: Sequence[float]) -> float:
    return float(sum(chance * cost for chance, cost in zip(probabilities, costs, strict=True) if chance > 0.0))
