"""The largest flow of a network, from what places give to what they ask for, and the smallest cut that bounds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_model.lp.sparse_arrays import sparse
from energy_model.scenario.case import Pipelines

UNITS_PER_GWH = 10.0
"""Flows are whole numbers of tenths of a GWh a day."""
MOST_GWH_PER_DAY = 1e6
"""What stands for no limit: far above what all lines together carry."""


@dataclass(frozen=True)
class LargestFlow:
    """A largest flow.

    Attributes
    ----------
    given, served : ndarray, shape (N,)
        What each node gives, and what it gets of what it asks for, GWh/d.
    asked : ndarray, shape (N,)
        What it asks for, rounded as the flow is, GWh/d.
    before_cut : ndarray of bool, shape (N,)
        Nodes that could still give more, or that such gas reaches: before the smallest cut all is served, and what it
        cuts is full.
    """

    given: np.ndarray
    served: np.ndarray
    asked: np.ndarray
    before_cut: np.ndarray

    @property
    def serves_all(self) -> bool:
        """Whether everything that is asked for is served, but for the rounding."""
        return float((self.asked - self.served).sum()) * UNITS_PER_GWH <= len(self.asked)


def largest_flow(lines: Pipelines, capacity: np.ndarray, give: np.ndarray, ask: np.ndarray) -> LargestFlow:
    """The largest flow over some lines; gas lost on the way is left out.

    Parameters
    ----------
    capacity : ndarray, shape (P,)
        Of each line, GWh/d; without limit where it is infinite.
    give, ask : ndarray, shape (N,)
        Most that each node gives and takes, GWh/d.
    """
    count = len(give)
    nodes, source, sink = np.arange(count), np.full(count, count), np.full(count, count + 1)
    sizes = np.minimum(np.concatenate([capacity, give, ask]), MOST_GWH_PER_DAY)
    size = np.floor(np.maximum(sizes, 0.0) * UNITS_PER_GWH + 1e-6).astype(np.int32)
    start, end = np.concatenate([lines.from_node, source, nodes]), np.concatenate([lines.to_node, nodes, sink])
    graph = sparse.coo_array((size, (start, end)), shape=(count + 2, count + 2)).tocsr()
    best = sparse.csgraph.maximum_flow(graph, count, count + 1)
    left = graph - best.flow
    left.data = np.maximum(left.data, 0)
    left.eliminate_zeros()
    reached = np.zeros(count + 2, dtype=bool)
    reached[sparse.csgraph.breadth_first_order(left, count, return_predecessors=False)] = True
    flow = best.flow.toarray() / UNITS_PER_GWH
    return LargestFlow(flow[count, :count], flow[:count, count + 1], size[-count:] / UNITS_PER_GWH, reached[:count])
