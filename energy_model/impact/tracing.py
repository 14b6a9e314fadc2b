r"""Where consumed gas comes from: flow tracing by proportional mixing at every node (average participation).

What leaves a node has the mix of what enters it. With :math:`F_n` all that enters node n in a period, own supply and
cargoes :math:`q_{n,l}` by label l, arrivals :math:`a_p` with the sender's mix and withdrawal :math:`w_s` with the
store's mix :math:`m_{s,l}`, the mixes :math:`c_{n,l}` of a period solve

.. math:: F_n\, c_{n,l} - \sum_{p \in P^{in}_n} a_p\, c_{from(p),l} - \sum_{s \in S_n} w_s\, m_{s,l} = q_{n,l}

A store is well mixed within a period: its mix is that of the stock at the period's start together with what is
injected in it, so :math:`m` is linear in :math:`c` and flows in circles are no obstacle. Method: Bialek (1996),
"Tracing the flow of electricity", proportional sharing. Rates are GWh/d, stocks GWh.

:mod:`energy_model.results.origins` asks another question, what stands in for lost gas: there a store is a source of its
own, whoever filled it, because a withdrawal is what replaces a supplier on the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.plan.foresight import Solved
from energy_model.results.long import long_table
from energy_model.scenario.case import Case

STOCK = "stock at the start"
"""Gas in store when the horizon begins: the data do not know who sold it, so it stands apart."""
UNTRACED = "untraced"
"""Gas that circles between nodes without a source; none of it is consumed beyond the solver's rounding."""
LNG_ENDING = ", LNG"
SPECK_GWH_PER_DAY = 1e-9
"""Untraced gas given to every node, so that a node without gas has a mix."""


@dataclass(frozen=True)
class Traced:
    """Mix of gas by label.

    Attributes
    ----------
    labels : ndarray, shape (L,)
        Sellers by pipeline and by ship; :data:`STOCK` and :data:`UNTRACED` come last.
    mix_share : ndarray, shape (N, L, T)
        Mix of what leaves a node; sums to one over labels.
    served_gwh_per_day : ndarray, shape (N, T)
        Demand less what is given up or cut.
    stored_gwh : ndarray, shape (S, L, T+1)
        Content of the stores at the boundaries between periods.
    """

    case: Case
    labels: np.ndarray
    mix_share: np.ndarray
    served_gwh_per_day: np.ndarray
    stored_gwh: np.ndarray

    def consumption_gwh(self) -> np.ndarray:
        """Consumption by node, label and period, GWh, shape (N, L, T)."""
        return np.asarray(self.mix_share * (self.served_gwh_per_day * self.case.timeline.days)[:, None, :])

    def of(self, *labels: str) -> np.ndarray:
        """Consumption of some labels together, GWh, shape (N, T)."""
        return np.asarray(self.consumption_gwh()[:, np.isin(self.labels, labels)].sum(axis=1))


def sellers_by_code(data: GasData) -> dict[str, str]:
    """Seller behind each code of ``suppliers.csv``."""
    table = data["suppliers"]
    return dict(zip(table["supplier"], table["seller"], strict=True))


def trace(solved: Solved, sellers: Mapping[str, str] | None = None) -> Traced:
    """Trace all consumption of a solved case to sellers by pipeline and by ship.

    Parameters
    ----------
    sellers : mapping of str to str, optional
        Seller behind a supplier's code, see :func:`sellers_by_code`; a code that is absent is its own seller.
    """
    sellers = sellers or {}
    case, values = solved.case, solved.values
    lines, stock, days = case.pipelines, case.storage, case.timeline.days
    labels = _labels(case, sellers)
    own = _entering(case, values["supply"], values["cargo"], labels, sellers)
    arrived = values["flow"] * (1.0 - lines.loss_share)[:, None]
    taken, put = values["withdrawal"], values["injection"]
    kept = (1.0 - stock.cycle_loss_share) * put * days
    nodes, count = len(case.nodes), len(days)
    mix = np.zeros((nodes, len(labels), count))
    stored = np.zeros((len(stock.id), len(labels), count + 1))
    stored[:, labels.tolist().index(STOCK), 0] = values["level"][:, 0]
    for t in range(count):
        content = stored[:, :, t]
        total = content.sum(axis=1) + kept[:, t]
        share = np.divide(1.0, total, out=np.zeros_like(total), where=total > SPECK_GWH_PER_DAY)
        given = np.where(total > SPECK_GWH_PER_DAY, taken[:, t], 0.0)
        entering = own[:, :, t].copy()
        entering[:, -1] += SPECK_GWH_PER_DAY
        np.add.at(entering, stock.node, (given * share)[:, None] * content)
        table = np.zeros((nodes, nodes))
        np.add.at(table, (lines.to_node, lines.from_node), -arrived[:, t])
        np.add.at(table, (stock.node, stock.node), -given * share * kept[:, t])
        inflow = entering.sum(axis=1) - table.sum(axis=1)
        mix[:, :, t] = np.linalg.solve(table + np.diag(inflow), entering)
        blend = content + kept[:, t, None] * mix[stock.node, :, t]
        stored[:, :, t + 1] = blend * np.maximum(1.0 - given * days[t] * share, 0.0)[:, None]
    return Traced(case, labels, mix, served(solved), stored)


def served(solved: Solved) -> np.ndarray:
    """Demand less what is given up for its price and what is cut, GWh/d, shape (N, T)."""
    case, values = solved.case, solved.values
    rate = case.demand.rate.sum(axis=1).copy()
    rate[case.is_market] -= values["voluntary"].sum(axis=1) + values["curtailment"].sum(axis=1)
    return np.asarray(np.maximum(rate, 0.0))


def label_of(supplier: str, sellers: Mapping[str, str], *, is_lng: bool = False) -> str:
    """Label of a supplier's gas: its seller, pipeline gas and LNG apart.

    >>> sellers = {"RU": "RU", "RU_TR": "RU"}
    >>> label_of("RU_TR", sellers), label_of("RU", sellers, is_lng=True), label_of("NO", sellers)
    ('RU', 'RU, LNG', 'NO')
    """
    seller = sellers.get(supplier, supplier)
    return f"{seller}{LNG_ENDING}" if is_lng else seller


def labels_of(seller: str) -> tuple[str, str]:
    """Labels of a seller's gas, by pipeline and by ship."""
    return seller, f"{seller}{LNG_ENDING}"


def seller_of(label: str) -> str:
    """Seller behind a label, pipeline gas and LNG together."""
    return label.removesuffix(LNG_ENDING)


def consumption_table(traced: Traced) -> pd.DataFrame:
    """Consumption by market, label and period: node, label, period, consumed_gwh, of_consumption_share."""
    case = traced.case
    markets = case.is_market
    return long_table(
        {"node": case.nodes[markets], "label": traced.labels, "period": np.arange(1, len(case.timeline) + 1)},
        {
            "consumed_gwh": traced.consumption_gwh()[markets],
            "of_consumption_share": traced.mix_share[markets],
        },
    )


def _labels(case: Case, sellers: Mapping[str, str]) -> np.ndarray:
    pipeline = {label_of(name, sellers) for name in case.supply.supplier.tolist()}
    cargo = {label_of(name, sellers, is_lng=True) for name in case.lng.exporter.tolist()}
    return np.array([*sorted(pipeline | cargo), STOCK, UNTRACED], dtype=str)


def _entering(
    case: Case, supply: np.ndarray, cargo: np.ndarray, labels: np.ndarray, sellers: Mapping[str, str]
) -> np.ndarray:
    """Supply and cargoes by node, label and period, GWh/d, shape (N, L, T)."""
    place = {label: at for at, label in enumerate(labels.tolist())}
    entering = np.zeros((len(case.nodes), len(labels), len(case.timeline)))
    by_pipe = [place[label_of(name, sellers)] for name in case.supply.supplier.tolist()]
    by_ship = [place[label_of(name, sellers, is_lng=True)] for name in case.lng.route_exporter.tolist()]
    np.add.at(entering, (case.supply.node, np.array(by_pipe, dtype=int)), supply)
    np.add.at(entering, (case.lng.route_node, np.array(by_ship, dtype=int)), cargo)
    return entering
