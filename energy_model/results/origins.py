"""Whose gas a country uses: origins traced through the network by proportional mixing.

Gas from everywhere mixes at a node, and what leaves a node has the mixture of what entered it. With :math:`a_p` what
arrives through line p, :math:`s_{n,o}` what origin o brings to node n from outside the network, and :math:`g_n` all
that enters, the mixture :math:`c_{n,o}` solves

.. math:: g_n c_{n,o} = s_{n,o} + \\sum_{p \\to n} a_p c_{from(p),o}

in each period (Bialek 1996, for electricity). What a node keeps of an origin is what enters less what is passed on;
over all origins this is what it serves. No molecule is followed: the rule is a convention, the usual one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from energy_model.plan.foresight import Solved
from energy_model.results import substitution as sub

STORE = "storage"
"""Origin of gas taken from store, whatever was put in."""
LEAST_GWH_PER_DAY = 1e-9
"""A node through which less passes has no mixture."""


@dataclass(frozen=True)
class Origins:
    """Sources of gas and their share in every node and period.

    Attributes
    ----------
    labels : DataFrame
        One row per origin: ``origin`` (code), ``group`` of :data:`~energy_model.results.substitution.GROUPS`, ``item``.
    entering : ndarray
        What an origin brings to a node from outside the network, GWh/d, shape (origins, nodes, periods).
    mixture : ndarray
        Share of an origin in what leaves a node, shape (origins, nodes, periods).
    """

    solved: Solved
    labels: pd.DataFrame
    entering: np.ndarray
    mixture: np.ndarray

    @cached_property
    def arrived(self) -> np.ndarray:
        """What arrives through each line by origin, GWh/d, shape (origins, lines, periods)."""
        lines = self.solved.case.pipelines
        arrives = self.solved.values["flow"] * (1.0 - lines.loss_share)[:, None]
        return np.asarray(self.mixture[:, lines.from_node] * arrives)

    @cached_property
    def sent(self) -> np.ndarray:
        """What is put into each line by origin, GWh/d, shape (origins, lines, periods)."""
        return np.asarray(self.mixture[:, self.solved.case.pipelines.from_node] * self.solved.values["flow"])

    @cached_property
    def kept(self) -> np.ndarray:
        """What each node keeps of an origin, GWh/d; stores net of what is put in; shape (origins, nodes, periods)."""
        case = self.solved.case
        found = self.entering.copy()
        for p, (source, target) in enumerate(zip(case.pipelines.from_node, case.pipelines.to_node, strict=True)):
            found[:, target] += self.arrived[:, p]
            found[:, source] -= self.sent[:, p]
        into = _at(case.storage.node, self.solved.values["injection"], len(case.nodes))
        found[self.rows(STORE)[0]] -= into
        return found

    def rows(self, origin: str) -> np.ndarray:
        """Row numbers of an origin's code."""
        return np.flatnonzero(self.labels["origin"].to_numpy(str) == origin)


def trace(solved: Solved, nodes: pd.DataFrame) -> Origins:
    """Trace every origin through the network of a solved scenario.

    Parameters
    ----------
    nodes : DataFrame
        ``nodes`` of the vintage, for names.
    """
    labels, entering = _sources(solved, nodes)
    lines = solved.case.pipelines
    arrives = solved.values["flow"] * (1.0 - lines.loss_share)[:, None]
    return Origins(solved, labels, entering, mixtures(entering, arrives, lines.from_node, lines.to_node))


def mixtures(entering: np.ndarray, arrives: np.ndarray, from_node: np.ndarray, to_node: np.ndarray) -> np.ndarray:
    """Share of each origin in what leaves a node, shape (origins, nodes, periods).

    Parameters
    ----------
    entering : ndarray
        What an origin brings to a node from outside the network, GWh/d, shape (origins, nodes, periods).
    arrives : ndarray
        What arrives through each line, GWh/d, shape (lines, periods).
    from_node, to_node : ndarray
        Ends of each line.
    """
    count = entering.shape[1]
    through = entering.sum(axis=0) + _at(to_node, arrives, count)
    mixture = np.zeros_like(entering)
    for t in range(through.shape[1]):
        system = np.diag(np.maximum(through[:, t], LEAST_GWH_PER_DAY))
        np.subtract.at(system, (to_node, from_node), arrives[:, t])
        mixture[:, :, t] = np.linalg.solve(system, entering[:, :, t].T).T
    total = mixture.sum(axis=0)
    np.divide(mixture, total, out=mixture, where=total > LEAST_GWH_PER_DAY)
    return mixture


def _sources(solved: Solved, nodes: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Every origin with its label, and what it brings to each node."""
    case, values = solved.case, solved.values
    name = nodes.set_index("node")["name"]
    sellers = set(nodes.loc[nodes["is_supplier"], "node"])
    count = len(case.nodes)
    rows: list[tuple[str, str, str]] = []
    brings: list[np.ndarray] = []
    for who in dict.fromkeys(case.supply.supplier.tolist()):
        mine = case.supply.supplier == who
        rows.append(sub.supply_label(who, str(name[who]), who in sellers))
        brings.append(_at(case.supply.node[mine], values["supply"][mine], count))
    for who in dict.fromkeys(case.lng.route_exporter.tolist()):
        mine = case.lng.route_exporter == who
        rows.append((f"lng {who}", sub.LNG, f"LNG from {name[who]}"))
        brings.append(_at(case.lng.route_node[mine], values["cargo"][mine], count))
    rows.append((STORE, sub.STORAGE, sub.STORAGE))
    brings.append(_at(case.storage.node, values["withdrawal"], count))
    return pd.DataFrame(rows, columns=["origin", "group", "item"]), np.stack(brings)


def _at(where: np.ndarray, rows: np.ndarray, count: int) -> np.ndarray:
    total = np.zeros((count, rows.shape[-1]))
    np.add.at(total, where, rows)
    return total
