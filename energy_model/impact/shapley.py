"""Shapley value of a game: what each player adds, averaged over all orders in which players can come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from math import factorial

import numpy as np

from energy_model.errors import ResultError

EXACT_UP_TO = 10
"""Players up to which every coalition is evaluated, 2^n of them."""
PERMUTATIONS = 40
"""Orders that are drawn beyond; the standard error says whether they were enough."""

Value = Callable[[frozenset[int]], np.ndarray]
"""Outcomes of a coalition of player numbers, shape (outcomes,)."""


@dataclass(frozen=True)
class Shapley:
    """Contributions that sum to the outcome of all players less that of none.

    Attributes
    ----------
    share : ndarray
        What each player adds on average, shape (players, outcomes).
    error : ndarray
        Standard error of the share; 0 if it is exact.
    orders : int or None
        Orders drawn; ``None`` if every order counts.
    """

    share: np.ndarray
    error: np.ndarray
    orders: int | None


def shapley(
    players: int, value: Value, *, exact_up_to: int = EXACT_UP_TO, permutations: int = PERMUTATIONS, seed: int = 0
) -> Shapley:
    r"""Shapley value of each player.

    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|!\,(n-|S|-1)!}{n!}\,\big(v(S \cup i) - v(S)\big)

    Parameters
    ----------
    players : int
    value : callable
        Asked once for each coalition that is needed.
    exact_up_to : int
        Beyond this many players, orders are drawn at random.
    permutations, seed : int
        Orders drawn, and where the drawing starts: the same seed gives the same result.

    Raises
    ------
    ResultError
        If fewer than two orders are to be drawn: they have no standard error.
    """
    known: dict[frozenset[int], np.ndarray] = {}

    def of(coalition: frozenset[int]) -> np.ndarray:
        if coalition not in known:
            known[coalition] = np.asarray(value(coalition), dtype=float)
        return known[coalition]

    return _exact(players, of) if players <= exact_up_to else _sampled(players, of, permutations, seed)


def _exact(players: int, of: Value) -> Shapley:
    share = np.zeros((players, of(frozenset()).size))
    for i in range(players):
        others = [j for j in range(players) if j != i]
        for size in range(players):
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            for chosen in combinations(others, size):
                without = frozenset(chosen)
                share[i] += weight * (of(without | {i}) - of(without))
    return Shapley(share, np.zeros_like(share), None)


def _sampled(players: int, of: Value, permutations: int, seed: int) -> Shapley:
    if permutations < 2:
        raise ResultError(f"{permutations} orders have no standard error; draw two or more")
    added = np.zeros((permutations, players, of(frozenset()).size))
    for k in range(permutations):
        coalition: frozenset[int] = frozenset()
        for i in drawn_order(players, seed, k):
            more = coalition | {i}
            added[k, i] = of(more) - of(coalition)
            coalition = more
    return Shapley(added.mean(axis=0), added.std(axis=0, ddof=1) / np.sqrt(permutations), permutations)


def drawn_order(players: int, seed: int, number: int) -> list[int]:
    """An order of the players drawn by the hash of a seed and a number: on every machine the same.

    The hash, taken modulo n!, is the place of the order in the list of all orders: 256 bits leave none ahead.
    """
    place = int.from_bytes(sha256(f"{seed} {number}".encode()).digest()) % factorial(players)
    left, order = list(range(players)), []
    for size in range(players, 0, -1):
        k, place = divmod(place, factorial(size - 1))
        order.append(left.pop(k))
    return order
