r"""Whose gas is where: flow tracing by proportional mixing in every country (average participation), home use first.

What a country produces serves its own customers first; only what they leave is mixed and passed on, so that a transit
country does not seem to export what it produces and to burn what passes through. What else leaves a country has the
mixture of what entered it. All nodes of a country are one place here, so that its consumption does not depend on how
many nodes a data package gives it. With :math:`F_n` all that enters country n in a period beyond that, own supply and
cargoes :math:`q_{n,o}` of origin o, arrivals :math:`a_p` with the sender's mixture and withdrawal :math:`w_s` with the
store's mixture :math:`m_{s,o}`, the mixtures :math:`c_{n,o}` of a period solve

.. math:: F_n\, c_{n,o} - \sum_{p \in P^{in}_n} a_p\, c_{from(p),o} - \sum_{s \in S_n} w_s\, m_{s,o} = q_{n,o}

No molecule is followed: the rule is a convention, the usual one (Bialek 1996, "Tracing the flow of electricity").
Stores are told in one of two ways, because two questions are asked:

* ``stores="source"``: a withdrawal is an origin of its own, :data:`STORE`, whoever filled the store. It answers what
  stands in for lost gas, for a withdrawal is what replaces a supplier on the day.
* ``stores="mixed"``: a store passes on the mixture that it holds. It answers who is depended on. A store is well mixed
  within a period: it holds the stock at the period's start together with what is injected, so :math:`m` is linear in
  :math:`c` and flows in circles are no obstacle. The stock of the first day is an origin of its own, :data:`STOCK`.

The code of an origin is that of the supplier, or of its seller if codes are put together; with :data:`LNG_PREFIX` it is
the exporter's gas by ship.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import country_name
from energy_model.plan.foresight import Solved
from energy_model.results import substitution as sub
from energy_model.results.plan_totals import served

LNG_PREFIX = "lng "
"""Begins the origin of liquefied gas, before the exporter's code."""
STORE = "storage"
"""Origin of gas taken from store, whoever put it in."""
STOCK = "stock at the start"
"""Origin of gas in store when the horizon begins: the data do not know who sold it."""
UNTRACED = "untraced"
"""Gas that circles between nodes without a source; none of it is consumed beyond the solver's rounding."""
SPECK_GWH_PER_DAY = 1e-9
"""Untraced gas given to every node, so that a node without gas has a mixture."""

Stores = Literal["source", "mixed"]


@dataclass(frozen=True)
class Stock:
    """What stores do; rates in GWh/d, shape (S, T).

    Attributes
    ----------
    node : ndarray
        Node of each store.
    first_gwh : ndarray
        Stock when the horizon begins.
    loss_share : float
        Part of what is injected that is lost.
    """

    node: np.ndarray
    withdrawal: np.ndarray
    injection: np.ndarray
    first_gwh: np.ndarray
    loss_share: float


@dataclass(frozen=True)
class Network:
    """What tracing reads of a plan; rates in GWh/d, the last axis is the period.

    Attributes
    ----------
    from_node, to_node : ndarray
        Ends of each line.
    sent, arrived : ndarray
        What is put into each line and what comes out, shape (P, T).
    origins : ndarray of str
        Codes of those who bring gas, shape (O,).
    entering : ndarray
        What each brings to each node from outside the network, shape (O, N, T).
    home : ndarray
        What each node burns of what its country has produced, shape (O, N, T); see :func:`home_use`.
    country : ndarray of int
        Number of the country of each node, from 0, shape (N,); see :func:`numbered`.
    days : ndarray
        Gas days of each period.
    """

    from_node: np.ndarray
    to_node: np.ndarray
    sent: np.ndarray
    arrived: np.ndarray
    origins: np.ndarray
    entering: np.ndarray
    home: np.ndarray
    country: np.ndarray
    stock: Stock
    days: np.ndarray

    def during(self, period: int) -> Network:
        """One period by itself, by its index."""
        only, stock = slice(period, period + 1), self.stock
        kept = Stock(stock.node, stock.withdrawal[:, only], stock.injection[:, only], stock.first_gwh, stock.loss_share)
        return Network(
            self.from_node, self.to_node, self.sent[:, only], self.arrived[:, only], self.origins,
            self.entering[:, :, only], self.home[:, :, only], self.country, kept, self.days[only],
        )  # fmt: skip


@dataclass(frozen=True)
class Traced:
    """Mixtures of gas by origin; rates in GWh/d, shape (origins, nodes or lines, periods).

    Attributes
    ----------
    origins : ndarray of str
        Those of the network, then the stores' own.
    entering : ndarray
        What an origin brings to a node: from outside the network and, of the stores' own, from store.
    mixture : ndarray
        Share of an origin in what a node passes on, stores, or burns beyond its country's production, the same at all
        nodes of a country; sums to one where gas passes.
    stored_gwh : ndarray
        Content of the stores at the boundaries between periods, shape (S, O, T+1); empty if stores are sources.
    """

    network: Network
    stores: Stores
    origins: np.ndarray
    entering: np.ndarray
    mixture: np.ndarray
    stored_gwh: np.ndarray

    @cached_property
    def arrived(self) -> np.ndarray:
        """What arrives through each line by origin, GWh/d, shape (O, P, T)."""
        return np.asarray(self.mixture[:, self.network.from_node] * self.network.arrived)

    @cached_property
    def sent(self) -> np.ndarray:
        """What is put into each line by origin, GWh/d, shape (O, P, T)."""
        return np.asarray(self.mixture[:, self.network.from_node] * self.network.sent)

    @cached_property
    def kept(self) -> np.ndarray:
        """What each node keeps of an origin, GWh/d, shape (O, N, T): what it serves.

        Where stores are sources it is net of what is injected.
        """
        stock, home = self.network.stock, self.network.home
        used = self.entering.sum(axis=0)
        np.add.at(used, self.network.to_node, self.network.arrived)
        np.add.at(used, self.network.from_node, -self.network.sent)
        into = _at(stock.node, stock.injection, len(used))
        beyond = used - home.sum(axis=0)
        found = self.mixture * (beyond if self.stores == "source" else beyond - into)
        if self.stores == "source":
            found[self.rows(STORE)[0]] -= into
        found[: len(home)] += home
        return np.asarray(found)

    def served_gwh(self, served_gwh_per_day: np.ndarray) -> np.ndarray:
        """What is served of each origin, GWh, shape (O, N, T), of rates that nodes serve, shape (N, T)."""
        home = self.network.home
        found = self.mixture * (served_gwh_per_day - home.sum(axis=0))
        found[: len(home)] += home
        return np.asarray(found * self.network.days)

    def rows(self, *origins: str) -> np.ndarray:
        """Row numbers of some origins, shape (n,)."""
        return np.flatnonzero(np.isin(self.origins, origins))


def trace(network: Network, stores: Stores) -> Traced:
    """Follow every origin through a network.

    Parameters
    ----------
    stores : {"source", "mixed"}
        Whether a withdrawal is an origin of its own or has the mixture that the store holds.
    """
    stock, (own, nodes, periods) = network.stock, network.entering.shape
    mixed, place = stores == "mixed", network.country
    origins = np.array([*network.origins.tolist(), STOCK if mixed else STORE, UNTRACED])
    entering = np.zeros((own + 2, nodes, periods))
    entering[:own] = network.entering
    if not mixed:
        entering[own] = _at(stock.node, stock.withdrawal, nodes)
    put = (1.0 - stock.loss_share) * stock.injection * network.days
    countries = int(place.max(initial=-1)) + 1
    mixture = np.zeros((len(origins), countries, periods))
    stored = np.zeros((len(stock.node) if mixed else 0, len(origins), periods + 1))
    ends = place[network.to_node], place[network.from_node]
    home_of_store = place[stock.node]
    if mixed:
        stored[:, own, 0] = stock.first_gwh
    for t in range(periods):
        brought = _at(place, entering[:, :, t].T, countries)
        brought[:, :own] -= _at(place, network.home[:, :, t].T, countries)
        brought[:, -1] += SPECK_GWH_PER_DAY
        table = np.zeros((countries, countries))
        np.add.at(table, ends, -network.arrived[:, t])
        given = np.zeros(len(stored))
        if mixed:
            content = stored[:, :, t]
            total = content.sum(axis=1) + put[:, t]
            there = total > SPECK_GWH_PER_DAY
            given = np.divide(stock.withdrawal[:, t], total, out=np.zeros_like(total), where=there)
            np.add.at(brought, home_of_store, given[:, None] * content)
            np.add.at(table, (home_of_store, home_of_store), -given * put[:, t])
        inflow = brought.sum(axis=1) - table.sum(axis=1)
        mixture[:, :, t] = np.linalg.solve(table + np.diag(inflow), brought).T
        if mixed:
            blend = content + put[:, t, None] * mixture[:, home_of_store, t].T
            np.add.at(entering[:, :, t].T, stock.node, given[:, None] * blend)
            stored[:, :, t + 1] = blend * np.maximum(1.0 - given * network.days[t], 0.0)[:, None]
    if mixed:
        return Traced(network, stores, origins, entering, mixture[:, place], stored)
    known = mixture[:-1]
    total = known.sum(axis=0)
    known = np.divide(known, total, out=np.zeros_like(known), where=total > SPECK_GWH_PER_DAY)
    return Traced(network, stores, origins[:-1], entering[:-1], known[:, place], stored)


def home_use(produced: np.ndarray, country: np.ndarray, served_gwh_per_day: np.ndarray) -> np.ndarray:
    """What countries burn of what they produce, as much as their customers take: by origin, node and period, GWh/d.

    Nodes of a country share it in proportion to what they serve. Production of a country without customers is all
    passed on.

    Parameters
    ----------
    produced : ndarray
        Gas from the ground by origin, node and period, shape (O, N, T).
    country : ndarray of int, shape (N,)
        See :func:`numbered`.
    served_gwh_per_day : ndarray, shape (N, T)

    Returns
    -------
    ndarray, shape (O, N, T)
    """
    count = int(country.max(initial=-1)) + 1
    by_country = np.stack([_at(country, rate, count) for rate in produced]) if len(produced) else produced[:, :0]
    total, served = by_country.sum(axis=0), _at(country, served_gwh_per_day, count)
    burnt = by_country * np.divide(np.minimum(total, served), total, out=np.zeros_like(total), where=total > 0.0)
    of_country = served[country]
    share = np.divide(served_gwh_per_day, of_country, out=np.zeros_like(of_country), where=of_country > 0.0)
    return np.asarray(burnt[:, country] * share)


def numbered(countries: np.ndarray) -> np.ndarray:
    """Number of the country of each node, from 0, by the countries' codes; both of shape (N,).

    >>> numbered(np.array(["XX", "AA", "XX"])).tolist()
    [1, 0, 1]
    """
    return np.unique(countries.astype(str), return_inverse=True)[1]


def network_of(solved: Solved, sellers: Mapping[str, str] | None = None) -> Network:
    """The network of a solved case.

    Parameters
    ----------
    sellers : mapping of str to str, optional
        Seller behind each supplier's code, see :func:`sellers_by_code`, to put codes of one seller together; a code
        that is absent, or any without the mapping, stands by itself.
    """
    case, values, known = solved.case, solved.values, sellers or {}
    lines, stock = case.pipelines, case.storage
    piped = [known.get(who, who) for who in case.supply.supplier.tolist()]
    shipped = [f"{LNG_PREFIX}{known.get(who, who)}" for who in case.lng.route_exporter.tolist()]
    origins = list(dict.fromkeys([*piped, *shipped]))
    place = {origin: number for number, origin in enumerate(origins)}
    entering = np.zeros((len(origins), len(case.nodes), len(case.timeline)))
    np.add.at(entering, (np.array([place[who] for who in piped], dtype=int), case.supply.node), values["supply"])
    country = numbered(case.country)
    home = home_use(entering, country, served(solved))
    np.add.at(entering, (np.array([place[who] for who in shipped], dtype=int), case.lng.route_node), values["cargo"])
    return Network(
        lines.from_node, lines.to_node, values["flow"], values["flow"] * (1.0 - lines.loss_share)[:, None],
        np.array(origins, dtype=str), entering, home, country,
        Stock(stock.node, values["withdrawal"], values["injection"], values["level"][:, 0], stock.cycle_loss_share),
        case.timeline.days,
    )  # fmt: skip


def sellers_by_code(data: GasData) -> dict[str, str]:
    """Seller behind each code of ``suppliers.csv``."""
    table = data["suppliers"]
    return dict(zip(table["supplier"], table["seller"], strict=True))


def origins_of(seller: str) -> tuple[str, str]:
    """Origins of a seller's gas, by pipeline and by ship.

    >>> origins_of("XX")
    ('XX', 'lng XX')
    """
    return seller, f"{LNG_PREFIX}{seller}"


def seller_of(origin: str) -> str:
    """Seller behind an origin, pipeline gas and LNG together.

    >>> seller_of("lng XX"), seller_of("XX")
    ('XX', 'XX')
    """
    return origin.removeprefix(LNG_PREFIX)


def is_lng(origins: np.ndarray) -> np.ndarray:
    """Which origins are liquefied gas, bool, in the shape of the origins' codes."""
    return np.char.startswith(origins.astype(str), LNG_PREFIX)


def names_of_origins(origins: np.ndarray, nodes: pd.DataFrame, focus: str = "") -> pd.DataFrame:
    """Each origin for a reader: ``origin``, ``group`` and ``item`` of a ledger.

    Parameters
    ----------
    origins : ndarray of str, shape (O,)
        Their codes.
    nodes : DataFrame
        ``nodes`` of the vintage, for names.
    focus : str, optional
        Seller whose pipeline gas is a group of its own.
    """
    names, countries = nodes.set_index("node")["name"], nodes.set_index("node")["country"]
    sellers = set(nodes.loc[nodes["is_supplier"], "node"])
    rows = []
    for origin in origins.tolist():
        who = seller_of(origin)
        if origin == STORE:
            rows.append((STORE, sub.STORAGE, sub.STORAGE))
        elif origin != who:
            rows.append((origin, sub.LNG, f"LNG from {names[who]}"))
        else:
            name = names[who] if who in sellers else country_name(nodes, str(countries[who]))
            rows.append(sub.supply_label(who, str(name), who in sellers, focus))
    return pd.DataFrame(rows, columns=["origin", "group", "item"])


def _at(where: np.ndarray, rows: np.ndarray, count: int) -> np.ndarray:
    total = np.zeros((count, rows.shape[-1]))
    np.add.at(total, where, rows)
    return total
