r"""How dependent and how concentrated: imports at the border, gas consumed by origin, suppliers and entries.

With shares :math:`a_i` of suppliers (or entries) the Herfindahl-Hirschman index is :math:`\sum_i a_i^2`: 1 for a single
one, 1/n for n equal ones. Gas in store when the horizon begins has no known seller; it is left out of the shares of
suppliers and shown beside them. Energy in GWh, over the periods from a day on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from energy_model.impact.subject import Subject
from energy_model.plan.foresight import Solved
from energy_model.results.plan_totals import served, stored_gwh
from energy_model.results.tracing import (
    STOCK,
    UNTRACED,
    Traced,
    network_of,
    origins_of,
    seller_of,
    sellers_by_code,
    trace,
)

WINTER_MONTHS = (11, 12, 1, 2, 3)
"""November to March, the withdrawal season."""
WINTER_BEGINS = (11, 1)
"""Month and day on which cover is told: stores are to be full then."""


def hhi(parts: np.ndarray) -> float:
    """Herfindahl-Hirschman index of parts of a whole, shape (n,) in any unit, 0 to 1; 0 if there is nothing.

    >>> float(hhi(np.array([5.0, 5.0]))), float(hhi(np.array([3.0]))), float(hhi(np.zeros(2)))
    (0.5, 1.0, 0.0)
    """
    total = float(parts.sum())
    return float(((parts / total) ** 2).sum()) if total > 0.0 else 0.0


@dataclass(frozen=True)
class Imports:
    """Where a solved case's gas comes from, for countries or groups, from a day on; one seller's gas apart.

    Methods are about a group of ``nodes``, bool, shape (N,).
    """

    solved: Solved
    since: date
    subject: Subject

    @cached_property
    def traced(self) -> Traced:
        """All gas by seller."""
        return trace(network_of(self.solved, sellers_by_code(self.subject.data)), "mixed")

    @cached_property
    def consumed_gwh(self) -> np.ndarray:
        """Consumption by origin, node and period that counts, GWh, shape (O, N, T)."""
        return self.traced.served_gwh(served(self.solved)) * (self.days > 0.0)

    @cached_property
    def days(self) -> np.ndarray:
        """Gas days of the periods that count, zero before; shape (T,)."""
        line = self.solved.case.timeline
        return np.where([day >= self.since for day in line.starts], line.days, 0.0)

    def consumed_by_seller_gwh(self, nodes: np.ndarray) -> Mapping[str, float]:
        """Consumption of a group by country of the seller, GWh; the first stock has its own name."""
        energy = self.consumed_gwh[:, nodes].sum(axis=(1, 2))
        found: dict[str, float] = {}
        for origin, amount in zip(self.traced.origins.tolist(), energy.tolist(), strict=True):
            found[seller_of(origin)] = found.get(seller_of(origin), 0.0) + amount
        return found

    def consumption_share(self, nodes: np.ndarray) -> float:
        """The seller's gas over all gas consumed."""
        energy = self.consumed_gwh[:, nodes]
        return _share(float(energy[self.traced.rows(*origins_of(self.subject.seller))].sum()), float(energy.sum()))

    def stock_share(self, nodes: np.ndarray) -> float:
        """Gas of unknown origin, from the first stock, over all gas consumed."""
        found = self.consumed_by_seller_gwh(nodes)
        return _share(found[STOCK], sum(found.values()))

    def supplier_hhi(self, nodes: np.ndarray) -> float:
        """Concentration of consumption on sellers, own production among them, 0 to 1."""
        found = self.consumed_by_seller_gwh(nodes)
        return hhi(np.array([amount for seller, amount in found.items() if seller not in (STOCK, UNTRACED)]))

    def entries_gwh(self, nodes: np.ndarray) -> Mapping[str, float]:
        """Gas that enters a group from outside, GWh, by pipeline and by terminal."""
        case, values = self.solved.case, self.solved.values
        lines, inside = case.pipelines, np.isin(np.arange(len(case.nodes)), np.flatnonzero(nodes))
        crossing = np.flatnonzero(inside[lines.to_node] & ~inside[lines.from_node])
        arrived = (values["flow"] * (1.0 - lines.loss_share)[:, None]) @ self.days
        landed = values["sendout"] @ self.days
        ports = np.flatnonzero(inside[case.lng.terminal_node])
        pipes = {str(lines.id[p]): float(arrived[p]) for p in crossing}
        return pipes | {str(case.lng.terminal[q]): float(landed[q]) for q in ports}

    def border_share(self, nodes: np.ndarray) -> float:
        """Gas that enters a group over the seller's routes or on its ships, over all that enters it."""
        case, entries = self.solved.case, self.entries_gwh(nodes)
        own = set(case.pipelines.id[np.isin(case.pipelines.route, self.subject.routes)].tolist())
        by_pipe = sum(amount for entry, amount in entries.items() if entry in own)
        ships = np.isin(case.lng.route_exporter, self.subject.suppliers) & nodes[case.lng.route_node]
        by_ship = float((self.solved.values["cargo"][ships] @ self.days).sum())
        return _share(by_pipe + by_ship, sum(entries.values()))

    def entry_hhi(self, nodes: np.ndarray) -> float:
        """Concentration of imports on entries, each pipeline and terminal by itself, 0 to 1."""
        return hhi(np.array(list(self.entries_gwh(nodes).values())))

    def days_of_cover(self, nodes: np.ndarray) -> float:
        """Stock at the last 1 November of the horizon, in days of mean demand from November to March."""
        case = self.solved.case
        line = case.timeline
        months = np.array([day.month for day in line.starts])
        winter = np.isin(months, WINTER_MONTHS) if np.isin(months, WINTER_MONTHS).any() else np.ones(len(line), bool)
        demand = case.demand.rate[nodes].sum(axis=(0, 1))
        mean = float(demand[winter] @ line.days[winter]) / float(line.days[winter].sum())
        stock = stored_gwh(case, self.solved.values["level"], nodes)[cover_boundary(self.solved)]
        return _share(float(stock), mean)


def cover_boundary(solved: Solved) -> int:
    """Boundary between periods on which cover is told: the first on or after the last 1 November of the horizon.

    Without a 1 November in the horizon it is the end.
    """
    line = solved.case.timeline
    begins = [date(year, *WINTER_BEGINS) for year in range(line.start.year, line.end.year + 1)]
    inside = [day for day in begins if line.start <= day <= line.end]
    later = [at for at, day in enumerate(line.starts) if inside and day >= inside[-1]]
    return later[0] if later else len(line)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0
