"""The value of stock as a plan reads it: bands of each store's level at the end of the plan, whose value falls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from energy_model.lp import Matrix
from energy_model.lp.extend import add_columns, add_rows
from energy_model.lp.sparse_arrays import sparse
from energy_model.plan.outlook import Outlook, release_price, reserved
from energy_model.scenario.case import Case

VALUED, ROW = "valued_stock", "stock_in_bands"
LEVEL, NAMED = "level", "origin_level"
MONTHS_PER_YEAR = 12
SMALLEST_GWH = 1e-6


@dataclass(frozen=True)
class Bands:
    """Bands of all stores.

    Attributes
    ----------
    store : ndarray of int
        Store of each band.
    width_gwh, value_eur_per_mwh : ndarray
    apart : ndarray, shape (stores,)
        Share of the gas stored under a banned seller's name that is worth nothing: that of the store's market which
        such gas serves in full anyway.
    """

    store: np.ndarray
    width_gwh: np.ndarray
    value_eur_per_mwh: np.ndarray
    apart: np.ndarray


def bands(
    outlook: Outlook,
    case: Case,
    stock: np.ndarray,
    since: date,
    day: date,
    usual: np.ndarray,
    price: np.ndarray | None = None,
) -> Bands:
    """Bands of the stores of a case on a day.

    A store of a zone has the value that the zone has when all its stores depart from their usual course by the same
    share of their working gas; so nobody empties one of them and leaves its neighbour full without a reason. The usual
    course of the plan is what the years before gained or lost in these months. Where gas was dearer of late than at the
    middle store of its zone, as at the end of a way that is paid for, it is worth that much more in store. So is a
    reserve, by what its release costs, as far as it is there when the plan begins; and gas of a store that holds
    low-calorific gas, by its share of what that is worth more.

    Parameters
    ----------
    stock : ndarray, shape (stores,)
        Gas in each store on the day of the plan, ``since``.
    usual : ndarray, shape (stores, 12)
        Filling at the beginning of each calendar month in years before; not a number where nobody observed it.
    price : ndarray, shape (N,), optional
        Of the period before the plan at each node, EUR/MWh; without it gas is as dear everywhere.
    """
    gas = case.storage.working_gas
    held, release = np.minimum(reserved(case, since, day), stock), release_price(case)
    rare = premiums(outlook, gas, stock, _course(usual, gas, since, day), day)
    owner, width, value = [], [], []
    for zone in outlook.zones:
        values = outlook.values(zone.name, day)
        told = outlook.tables[zone.name].release(outlook.month(day))
        edges = np.linspace(0.0, 1.0, len(values) + 1)
        ahead = _apart(gas[zone.stores], stock[zone.stores], _course(usual[zone.stores], gas[zone.stores], since, day))
        here = np.zeros(len(zone.stores)) if price is None else price[case.storage.node[zone.stores]]
        dearer = here - np.median(here)
        for s, own, more in zip(zone.stores.tolist(), ahead, dearer, strict=True):
            places = np.clip(edges + own, 0.0, 1.0)
            places[0], places[-1] = 0.0, 1.0
            worth = values + more
            if s in rare:
                worth = worth + rare[s].at((places[1:] + places[:-1]) / 2.0)
            sizes, worth = with_reserve(np.diff(places) * gas[s], worth, float(held[s]), release - told)
            wide = sizes > SMALLEST_GWH
            owner.append(np.full(int(wide.sum()), s))
            width.append(sizes[wide])
            value.append(worth[wide])
    ahead_of_it = outlook.open_share[case.storage.node, outlook.month(day) :][:, :MONTHS_PER_YEAR]
    apart_share = 1.0 - ahead_of_it.mean(axis=1) if ahead_of_it.size else np.zeros(len(gas))
    return Bands(np.concatenate(owner).astype(int), np.concatenate(width), np.concatenate(value), apart_share)


def with_reserve(
    width: np.ndarray, value: np.ndarray, kept_gwh: float, release_eur_per_mwh: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Bands of a store, from empty to full, in which the lowest gas is worth its release more: widths and values.

    Parameters
    ----------
    width, value : ndarray, shape (bands,)
        GWh, and EUR/MWh.
    kept_gwh : float
        What of the gas in store is kept for an emergency: the lowest.
    release_eur_per_mwh : float or ndarray, shape (bands,)
        What a MWh of it is worth more.

    Returns
    -------
    pair of ndarray, shape (2 bands,)
        Widths and values of what is kept in each band, and then of the rest.
    """
    ends = np.cumsum(width)
    kept = np.clip(kept_gwh - (ends - width), 0.0, width)
    return np.concatenate([kept, width - kept]), np.concatenate([value + release_eur_per_mwh, value])


@dataclass(frozen=True)
class Premium:
    """What a store's gas is worth more than any gas: by its filling less ``ahead`` of the stores that are like it.

    Attributes
    ----------
    ahead : float
        How much fuller it is than those, as a share of its working gas.
    value_eur_per_mwh : ndarray, shape (steps,)
        By equal steps of their filling, from empty to full.
    """

    ahead: float
    value_eur_per_mwh: np.ndarray

    def at(self, filling: np.ndarray) -> np.ndarray:
        """The premium at fillings of the store, which are shares of its working gas; EUR/MWh, in their shape."""
        middle = (np.arange(len(self.value_eur_per_mwh)) + 0.5) / len(self.value_eur_per_mwh)
        return np.asarray(np.interp(filling - self.ahead, middle, self.value_eur_per_mwh))


def premiums(outlook: Outlook, gas: np.ndarray, stock: np.ndarray, gained: np.ndarray, day: date) -> dict[int, Premium]:
    """What gas in the stores that hold low-calorific gas is worth more on a day, by store.

    Parameters
    ----------
    gas, stock : ndarray, shape (stores,)
        Working gas and gas in each store, GWh.
    gained : ndarray, shape (stores,)
        Share of its working gas that each usually gains until the day (:func:`_course`).
    """
    part = outlook.low_calorific
    if part is None:
        return {}
    value, mine = part.values(outlook.month(day)), part.stores
    ahead = _apart(part.share * gas[mine], part.share * stock[mine], gained[mine])
    return {int(s): Premium(float(own), share * value) for s, own, share in zip(mine, ahead, part.share, strict=True)}


def _apart(gas: np.ndarray, stock: np.ndarray, gained: np.ndarray) -> np.ndarray:
    """How much fuller than their zone stores are if they keep their usual course, as a share of their working gas.

    ``gas`` and ``stock``, GWh, ``gained``, a share, and the result all have the shape (stores,), those of the zone.
    """
    full = np.divide(stock, gas, out=np.zeros_like(stock), where=gas > 0.0) + gained
    full = np.clip(full, 0.0, 1.0)
    return np.asarray(full - float(gas @ full) / max(float(gas.sum()), SMALLEST_GWH))


def _course(usual: np.ndarray, gas: np.ndarray, since: date, day: date) -> np.ndarray:
    """Share of its working gas that each store usually gains between two days; that of all where nobody observed it.

    ``usual``, the filling at the beginning of each calendar month, has the shape (stores, 12), and not a number where
    nobody observed it; ``gas``, GWh, and the result have the shape (stores,).

    Between two beginnings of months the level is a straight line.
    """
    gained = _on(usual, day) - _on(usual, since)
    seen = ~np.isnan(gained)
    weight = np.where(seen, gas, 0.0)
    mean = float(weight @ np.nan_to_num(gained)) / max(float(weight.sum()), SMALLEST_GWH)
    return np.where(seen, gained, mean)


def _on(usual: np.ndarray, day: date) -> np.ndarray:
    """Usual filling on a day."""
    part = (day.day - 1) / 31.0
    return np.asarray((1.0 - part) * usual[:, day.month - 1] + part * usual[:, day.month % 12])


def valued(matrix: Matrix, found: Bands, boundary: int) -> Matrix:
    r"""The problem in which the gas left in store at its end has a value.

    .. math:: \min \ldots - \sum_{s,k} v_{s,k}\, e_{s,k}, \quad
        \sum_k e_{s,k} \le l_{s,T} - a_s \sum_o l^o_{s,T}, \quad e_{s,k} \le W_{s,k}

    Of gas that is stored under a banned seller's name, the share :math:`a_s` has none.

    Parameters
    ----------
    boundary : int
        Number of the boundary at the end, counted from that at which the problem begins.
    """
    if not found.store.size:
        return matrix
    level = matrix.columns[LEVEL]
    shape = level.shape
    owners = np.unique(found.store)
    has_first = 1 if shape[-1] > boundary else 0  # a window has no column for the level it begins with
    at = level.start + owners * shape[-1] + boundary - (0 if has_first else 1)
    count = len(owners)
    own, columns, share = _named(matrix, found.apart, owners, boundary)
    levels = sparse.coo_array(
        (
            np.concatenate([-np.ones(count), share]),
            (np.concatenate([np.arange(count), own]), np.concatenate([at, columns])),
        ),
        shape=(count, matrix.n_columns),
    )
    rows = add_rows(matrix, ROW, levels, upper=0.0, labels=owners.tolist())
    row = matrix.n_rows + np.searchsorted(owners, found.store)
    size = len(found.store)
    table = sparse.coo_array((np.ones(size), (row, np.arange(size))), shape=(rows.n_rows, size))
    return add_columns(rows, VALUED, table, upper=found.width_gwh, cost=-found.value_eur_per_mwh)


def _named(
    matrix: Matrix, apart: np.ndarray, owners: np.ndarray, boundary: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gas under a seller's name that counts for less at a boundary: place of its store, its column, and by how much."""
    block = matrix.columns.get(NAMED)
    none = np.zeros(0, dtype=int)
    if block is None or not block.size or not (apart > 0.0).any():
        return none, none, np.zeros(0)
    shape = block.shape
    places = np.arange(block.size) if block.places is None else block.places
    _, store, at = np.unravel_index(places, shape)
    last = boundary - (0 if shape[-1] > boundary else 1)
    hit = np.flatnonzero((at == last) & (apart[store] > 0.0) & np.isin(store, owners))
    return np.searchsorted(owners, store[hit]), block.start + hit, apart[store[hit]]
