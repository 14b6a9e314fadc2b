"""Who pays whom for gas: consumer bills, what a region pays for imports, what suppliers earn and what it costs them.

All amounts follow from three arrays of a traced solution: what enters, what lines carry and what nodes keep, by origin.
With P the price of a view,

* consumer bill of a market: sum over origins of P x what it keeps (stores net), which is P x served demand where all
  origins have one price;
* import bill of a region for an origin: P x what arrives over the border and what is landed, less P x what leaves;
* revenue of a supplier: the import bill for its gas less import duties, plus P x what markets outside the region keep;
* rent: revenue less the cost of its supply and of transport to the point of sale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.impact.valuation import Valuation, valuations
from energy_model.model.demand import slice_table, voluntary_groups
from energy_model.plan.foresight import Solved
from energy_model.results.plan_totals import stored_gwh
from energy_model.results.tracing import STORE, Traced, is_lng, origins_of, seller_of
from energy_model.scenario import Case
from energy_model.scenario.origin import limits_of
from energy_model.units import KEUR_PER_BEUR

LITTLE = 1e-9


@dataclass(frozen=True)
class Accounts:
    """Payments of a solved scenario in one view of prices. All arrays are bn EUR; the last axis is the period.

    Attributes
    ----------
    inside : ndarray of bool, shape (nodes,)
        Markets of the region whose imports are counted.
    """

    solved: Solved
    origins: Traced
    value: Valuation
    inside: np.ndarray

    @property
    def case(self) -> Case:
        """All numbers of the scenario's last plan."""
        return self.solved.case

    @cached_property
    def _weight(self) -> np.ndarray:
        """GWh/d x EUR/MWh to bn EUR over a period."""
        return np.asarray(self.case.timeline.days / KEUR_PER_BEUR)

    @cached_property
    def bill(self) -> np.ndarray:
        """What each node pays for what it keeps of an origin, shape (origins, nodes, periods)."""
        return np.asarray(self.origins.kept * self.value.at(slice(None)) * self._weight)

    @cached_property
    def consumer_bill(self) -> np.ndarray:
        """Bill of every node over all origins, stores net, shape (nodes, periods)."""
        return np.asarray(self.bill.sum(axis=0))

    @cached_property
    def entries(self) -> np.ndarray:
        """Value of what each line brings into the region, by origin, shape (origins, lines, periods)."""
        lines, own = self.case.pipelines, self.inside
        enters = ~own[lines.from_node] & own[lines.to_node]
        price = self.value.at(lines.to_node)
        return np.asarray(self.origins.arrived * price * enters[:, None] * self._weight)

    @cached_property
    def import_bill(self) -> np.ndarray:
        """What the region pays for each origin at its border, exports netted, shape (origins, periods).

        What is produced or stored in the region enters only by what leaves over the border, and comes back.
        """
        lines, own = self.case.pipelines, self.inside
        leaves = own[lines.from_node] & ~own[lines.to_node]
        out = self.origins.sent * self.value.at(lines.from_node) * leaves[:, None] * self._weight
        return np.asarray(self.entries.sum(axis=1) + self._landed.sum(axis=1) - out.sum(axis=1))

    @cached_property
    def _landed(self) -> np.ndarray:
        """Value of cargoes landed in the region, shape (origins, nodes, periods)."""
        cargo = is_lng(self.origins.origins)
        mine = cargo[:, None] & self.inside[None, :]
        return np.asarray(self.origins.entering * self.value.at(slice(None)) * mine[:, :, None] * self._weight)

    @cached_property
    def elsewhere(self) -> np.ndarray:
        """What markets outside the region pay for what they keep of an origin, shape (origins, periods)."""
        return np.asarray(self.bill[:, ~self.inside].sum(axis=1))

    @cached_property
    def revenue(self) -> np.ndarray:
        """What suppliers receive at the point of sale, duties deducted, by origin, shape (origins, periods)."""
        return np.asarray(
            self.import_bill + self.elsewhere - self.duties.sum(axis=1) - self.purchase_duties.sum(axis=1)
        )

    @cached_property
    def duties(self) -> np.ndarray:
        """Import duties collected on each line, by origin, shape (origins, lines, periods)."""
        return np.asarray(self.origins.sent * self.case.pipelines.duty * self._weight)

    @cached_property
    def purchase_duties(self) -> np.ndarray:
        """Duties on gas bought under its seller's name, by origin, shape (origins, nodes, periods).

        A group of sellers shares its duty by what a node keeps of each; where it keeps nothing, by what each sends.
        """
        named, codes = limits_of(self.case), self.origins.origins
        found = np.zeros_like(self.origins.entering)
        if named is None:
            return found
        paid = self.solved.values["origin_bought"] * named.duty * self._weight
        sends = self.origins.entering.sum(axis=1)
        for o, (suppliers, exporters) in enumerate(zip(named.suppliers, named.exporters, strict=True)):
            mine = np.isin(codes, [*suppliers, *(origins_of(who)[1] for who in exporters)])
            kept = np.maximum(self.origins.kept, 0.0) + LITTLE * sends[:, None, :]
            share = kept * mine[:, None, None]
            found += share / np.maximum(share.sum(axis=0), LITTLE) * paid[o]
        return found

    @cached_property
    def supply_cost(self) -> np.ndarray:
        """What the gas of an origin costs where it comes from; cargoes at cost on board; shape (origins, periods)."""
        case, values = self.case, self.solved.values
        paid = values["supply"] * case.supply.cost * self._weight
        loaded = values["lng_supply"] * case.lng.cost * self._weight
        rows = [
            loaded[case.lng.exporter == seller_of(origin)].sum(axis=0)
            if origin != seller_of(origin)
            else paid[case.supply.supplier == origin].sum(axis=0)
            for origin in self.origins.origins.tolist()
        ]
        return np.stack(rows)

    @cached_property
    def way_cost(self) -> np.ndarray:
        """Transport cost to the delivery point: tariffs and freight to the border and over it; shape of the rents."""
        case, lines = self.case, self.case.pipelines
        outside = ~(self.inside[lines.from_node] & self.inside[lines.to_node])
        cost = (self.origins.sent * (lines.cost * outside[:, None])).sum(axis=1) * self._weight
        freight = self.solved.values["cargo"] * case.lng.route_cost * self._weight
        for k, origin in enumerate(self.origins.origins.tolist()):
            if origin != seller_of(origin):
                cost[k] += freight[case.lng.route_exporter == seller_of(origin)].sum(axis=0)
        return np.asarray(cost)

    @cached_property
    def rent(self) -> np.ndarray:
        """Revenue less cost of supply and of transport, by origin, shape (origins, periods)."""
        return np.asarray(self.revenue - self.supply_cost - self.way_cost)

    def country_imports(self, country: str) -> float:
        """Imports less exports of one country at its own price, bn EUR: its bill less own production and own stores.

        A country of several nodes is the sum of them.
        """
        return sum(self._node_imports(int(n)) for n in np.flatnonzero(self.case.inside(country)))

    def _node_imports(self, n: int) -> float:
        price, values, stores = self.value.at(n), self.solved.values, self.case.storage
        own = self.origins.rows(str(self.case.nodes[n]))
        net = (values["withdrawal"] - values["injection"])[stores.node == n].sum(axis=0)
        stored = (net * price[self.origins.rows(STORE)[0]] * self._weight).sum()
        made = self.origins.entering[own, n] * price[own] * self._weight
        return float(self.bill[:, n].sum() - stored - made.sum())


def foregone(solved: Solved, nodes: np.ndarray) -> tuple[float, float]:
    """Value of what is given up for its price and of what is cut at the nodes (bool, shape (N,)), bn EUR."""
    case = solved.case
    markets, days = nodes[case.is_market], case.timeline.days
    voluntary = (solved.values["voluntary"][markets] @ days).sum(axis=0) @ voluntary_groups(case.demand)[0]
    cut = (solved.values["curtailment"][markets] @ days).sum(axis=0) @ slice_table(case.demand).cost
    return float(voluntary) / KEUR_PER_BEUR, float(cut) / KEUR_PER_BEUR


def production_cost(solved: Solved, nodes: np.ndarray) -> float:
    """Cost of own production at the nodes (bool, shape (N,)), bn EUR."""
    case = solved.case
    mine = nodes[case.supply.node] & case.is_market[case.supply.node]
    return float(((solved.values["supply"] * case.supply.cost)[mine] @ case.timeline.days).sum()) / KEUR_PER_BEUR


def stock_at_end(solved: Solved, nodes: np.ndarray) -> float:
    """Gas in the stores of the nodes (bool, shape (N,)) after the last day, GWh."""
    return float(stored_gwh(solved.case, solved.values["level"], nodes)[-1])


def by_origin(amounts: np.ndarray, origins: Traced) -> pd.Series:
    """Sums over periods by origin; a supplier's pipeline gas and cargoes stay apart.

    ``amounts`` have the shape (origins, T); the sums keep their unit.
    """
    return pd.Series(amounts.sum(axis=-1), index=origins.origins)


def all_accounts(
    solved: Solved,
    origins: Traced,
    data: GasData,
    inside: np.ndarray,
    formula: Mapping[str, float] | None = None,
) -> dict[str, Accounts]:
    """Accounts of a solved scenario in every view of prices; see :func:`~energy_model.impact.valuation.valuations`.

    Parameters
    ----------
    inside : ndarray of bool, shape (nodes,)
        Markets of the region whose imports are counted.
    """
    prices = valuations(solved, origins, data, formula)
    return {view: Accounts(solved, origins, value, inside) for view, value in prices.items()}
