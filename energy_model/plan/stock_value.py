r"""What gas in store is worth: a table of values by dynamic programming over stock, state of LNG and weather.

A month begins with a stock :math:`s` and a state of LNG :math:`l`; its weather :math:`w` is drawn, then it is decided
what is put in or taken out. The state stays with some probability, and is drawn anew otherwise.

.. math:: V_m(s, l) = \sum_w p_w \min_{s'} \Bigl[ C_{m,w,l}(s' - s) + h_m s' + \sum_{l'} P_{l,l'} V_{m+1}(s', l') \Bigr]

:math:`C` is what the rest of the market pays for the month when stores take that much, and :math:`h` is interest. The
last months are a year that repeats itself until the values no longer move, so that no end of a horizon empties a store.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

MOST_TURNS = 30
"""Years repeated at most; four are enough for stores that a year can fill."""
STATIONARY_EUR_PER_MWH = 1e-3
"""Change of a value from one year to the next below which the table stands."""


@dataclass(frozen=True)
class Chances:
    """What is not known of a month, and how likely it is.

    Attributes
    ----------
    weather : ndarray, shape (W,)
        Probability of each weather of a month, drawn anew every month.
    lng : ndarray, shape (L,)
        Probability of each state of LNG when it is drawn.
    stays : float
        Probability that the state of LNG lasts into the next month without being drawn anew.
    """

    weather: np.ndarray
    lng: np.ndarray
    stays: float = 0.0

    @property
    def moves(self) -> np.ndarray:
        """Probability of each state of the next month (columns) after each of this one (rows), shape (L, L)."""
        count = len(self.lng)
        return self.stays * np.eye(count) + (1.0 - self.stays) * np.tile(self.lng, (count, 1))


@dataclass(frozen=True)
class Stores:
    """Stores of a zone as one.

    Attributes
    ----------
    levels : ndarray, shape (K,)
        Stocks that the table knows, equally spaced from empty to full, GWh.
    injection, withdrawal : ndarray, shape (months, K)
        Most that a month that begins with a stock puts in (as gas in store) or takes out, GWh.
    holding : ndarray, shape (months,)
        Interest on the gas left at the end of a month, EUR/MWh.
    wanted, penalty : ndarray, shape (months,)
        Level that is owed at the end of a month, GWh, and what a MWh below it costs, EUR/MWh.
    usable : ndarray, shape (months,), optional
        Level up to which gas may be put in, GWh; without it all of the space.
    kept : ndarray, shape (months,), optional
        Level below which gas is released in an emergency only, GWh, and ``release``, what a MWh of it costs then,
        EUR/MWh: once, in the month in which it leaves.
    """

    levels: np.ndarray
    injection: np.ndarray
    withdrawal: np.ndarray
    holding: np.ndarray
    wanted: np.ndarray
    penalty: np.ndarray
    usable: np.ndarray | None = None
    kept: np.ndarray | None = None
    release: float = 0.0

    @property
    def step(self) -> float:
        """Distance of two levels, GWh."""
        return float(self.levels[1] - self.levels[0])


@dataclass(frozen=True)
class StockValues:
    """A table of values.

    Attributes
    ----------
    levels : ndarray, shape (K,)
        Stocks, GWh.
    cost : ndarray, shape (months + 1, K, L)
        Expected cost from the beginning of a month on, thousand EUR, but for a constant of each month.
    policy : ndarray of int, shape (months, W, L, K)
        Number of the level at which a month ends.
    reserve : (ndarray of shape (months,), float)
        Gas that is released in an emergency only, GWh, and the cost of that, EUR/MWh.
    """

    levels: np.ndarray
    cost: np.ndarray = field(repr=False)
    policy: np.ndarray = field(repr=False)
    chances: Chances
    reserve: tuple[np.ndarray, float] = field(default=(np.zeros(1), 0.0), repr=False)

    def release(self, month: int) -> np.ndarray:
        """Part of the value of each step that is the cost of releasing a reserve, EUR/MWh, shape (K - 1,)."""
        kept, cost = self.reserve
        level = kept[min(month, len(kept) - 1)]
        return np.asarray(cost * np.clip((level - self.levels[:-1]) / np.diff(self.levels), 0.0, 1.0))

    def slopes(self, month: int, belief: np.ndarray) -> np.ndarray:
        """Value of each step between two levels at the beginning of a month, EUR/MWh, shape (K - 1,); it falls.

        It is the price above which the gas leaves: of a reserve with what its release costs.

        Parameters
        ----------
        belief : ndarray, shape (L,)
            Probability of each state of LNG in that month.
        """
        return falling(-np.diff(self.cost[month] @ belief) / np.diff(self.levels) + self.release(month))

    def values(self) -> np.ndarray:
        """Value of each step at the beginning of each month in each state of LNG, EUR/MWh, shape (months, L, K - 1)."""
        released = np.array([self.release(month) for month in range(len(self.cost) - 1)])
        found = -np.diff(self.cost[:-1], axis=1) / np.diff(self.levels)[:, None] + released[:, :, None]
        found = np.ascontiguousarray(found.transpose(0, 2, 1))
        for at in np.argwhere((np.diff(found, axis=2) > 0.0).any(axis=2)):
            found[tuple(at)] = falling(found[tuple(at)])
        return found

    def paths(self, month: int, stock_gwh: float, state: int, until: int, left: float = 1.0) -> np.ndarray:
        """Stock at the beginning of month ``until`` if one weather and one state of LNG last, GWh, shape (W, L).

        ``left`` is as in :meth:`courses`.
        """
        return np.asarray(self.courses(month, stock_gwh, state, until, left)[-1])

    def courses(self, month: int, stock_gwh: float, state: int, until: int, left: float = 1.0) -> np.ndarray:
        """The same at the beginning of each month from ``month`` to ``until``, shape (until - month + 1, W, L).

        The month at hand has the state that is known; from the next one on it is that of the path.

        Parameters
        ----------
        left : float
            Share of the month at hand that is still to come, above 0 and at most 1: the stock is that of a day within
            it, and what the whole month would put in or take out is done in that share.
        """
        weathers, states = len(self.chances.weather), len(self.chances.lng)
        own = np.arange(states)
        step, last = float(self.levels[1] - self.levels[0]), len(self.levels) - 1
        at = np.full((weathers, states), stock_gwh / step)
        found = [at]
        for t in range(month, until):
            change = self.policy[t][:, np.full(states, state) if t == month else own] - np.arange(last + 1)
            low = np.clip(at.astype(int), 0, max(last - 1, 0))
            here = np.take_along_axis(change, low[..., None], axis=-1)[..., 0]
            above = np.take_along_axis(change, np.minimum(low + 1, last)[..., None], axis=-1)[..., 0]
            part = np.clip(at - low, 0.0, 1.0)
            moved = (1.0 - part) * here + part * above
            at = np.clip(at + (left * moved if t == month else moved), 0.0, float(last))
            found.append(at)
        return np.array(found) * step


def falling(values: np.ndarray) -> np.ndarray:
    """The nearest sequence that never rises: neighbours that rise are put at their mean, so that the total stays.

    ``values`` and the result have the same shape, (n,), and the same unit.
    """
    means: list[float] = []
    counts: list[int] = []
    for value in values.tolist():
        means.append(value)
        counts.append(1)
        while len(means) > 1 and means[-1] > means[-2]:
            count = counts[-1] + counts[-2]
            means[-2] = (means[-1] * counts[-1] + means[-2] * counts[-2]) / count
            counts[-2] = count
            del means[-1], counts[-1]
    return np.repeat(means, counts)


def exchange_cost(
    need: np.ndarray, price: np.ndarray, width: np.ndarray, moved: np.ndarray, beyond: float = np.inf
) -> np.ndarray:
    """Least cost of a month in which stores give or take gas, by a merit order, thousand EUR.

    Parameters
    ----------
    need : float or array
        Demand of the month, GWh.
    price, width : ndarray, shape (steps,)
        What is on offer, reduction and curtailment of demand included: EUR/MWh and GWh.
    moved : ndarray
        Gas that the market gives to stores, GWh; below zero it receives it.
    beyond : float
        EUR/MWh of what no step covers.
    """
    order = np.argsort(price, kind="stable")
    volume = np.concatenate([[0.0], np.cumsum(width[order])])
    paid = np.concatenate([[0.0], np.cumsum(width[order] * price[order])])
    asked = np.maximum(need + moved, 0.0)
    over = asked - volume[-1]
    rounding = 1e-9 * max(volume[-1], 1.0)
    short = np.where(over > rounding, np.inf if np.isinf(beyond) else np.maximum(over, 0.0) * beyond, 0.0)
    return np.asarray(np.interp(asked, volume, paid) + short)


def stock_values(moves: np.ndarray, stores: Stores, chances: Chances, repeated: int = 0) -> StockValues:
    """The table of values.

    Parameters
    ----------
    moves : ndarray, shape (months, W, L, 2 K - 1)
        Cost of a month in which the stock changes by -(K-1) to K-1 steps, thousand EUR, all costs of putting in and
        taking out included.
    stores : Stores
    chances : Chances
    repeated : int
        Months at the end that repeat themselves for ever; with none, nothing after the last month has a value.
    """
    months, levels = moves.shape[0], stores.levels
    count = len(levels)
    reach, released = _reach(moves, stores), _released(stores, months)
    owed = stores.penalty[:months, None] * np.maximum(stores.wanted[:months, None] - levels, 0.0)
    held = stores.holding[:months, None] * levels + owed
    chance = chances.moves.T
    cost = np.zeros((months + 1, count, len(chances.lng)))
    policy = np.zeros((months, len(chances.weather), len(chances.lng), count), dtype=int)

    def work(last: int, first: int, *, decides: bool = False) -> None:
        for t in range(last - 1, first - 1, -1):
            ahead = cost[t + 1] @ chance + held[t][:, None]  # (K, L): by the state of this month
            total = reach[t] + ahead[:, None, :, None]
            if released is not None:
                total += released[t]
            if decides:
                policy[t] = total.argmin(axis=0)
            cost[t] = np.einsum("w,wlk->kl", chances.weather, total.min(axis=0))

    if repeated:
        start = months - repeated
        for _ in range(MOST_TURNS):
            work(months, start)
            moved = np.diff(cost[start], axis=0) - np.diff(cost[months], axis=0)
            cost[months] = cost[start] - cost[start].min()
            if np.abs(moved).max(initial=0.0) <= STATIONARY_EUR_PER_MWH * stores.step:
                break
    work(months, 0, decides=True)
    reserve = (np.zeros(1), 0.0) if stores.kept is None else (stores.kept, stores.release)
    return StockValues(stores.levels, cost, policy, chances, reserve)


def _reach(moves: np.ndarray, stores: Stores) -> np.ndarray:
    """Cost of ending a month at a level, (months, K, W, L, K): by that level first, by the one at the beginning last.

    Levels that injection, withdrawal or the space that may be used do not reach cost infinity.
    """
    count, room = len(stores.levels), 1e-9 * max(stores.levels[-1], 1.0)
    change = np.arange(count)[:, None] - np.arange(count)  # to (rows) from (columns)
    gain = change * stores.step
    beyond = (gain > stores.injection[:, None] + room) | (-gain > stores.withdrawal[:, None] + room)
    if stores.usable is not None:
        beyond |= (gain > 0.0) & (stores.levels[:, None] > stores.usable[:, None, None] + room)
    beyond &= change != 0
    reach = np.ascontiguousarray(np.moveaxis(moves[..., change + count - 1], -2, 1))
    reach[np.broadcast_to(beyond[: len(moves), :, None, None, :], reach.shape)] = np.inf
    return reach


def _released(stores: Stores, months: int) -> np.ndarray | None:
    """Cost of what a month releases of a reserve, (months, K, 1, 1, K), as :func:`_reach`; ``None`` without one."""
    if stores.kept is None:
        return None
    reserve = np.minimum(stores.levels, stores.kept[:months, None])
    return np.asarray(
        stores.release * np.maximum(reserve[:, None, None, None, :] - stores.levels[:, None, None, None], 0.0)
    )
