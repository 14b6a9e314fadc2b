r"""Volumes that follow rates: what a supplier cuts is gone, and no later rate makes up for it.

A step of supply has a rate by period and a volume over the horizon. A measure that multiplies rates from period
:math:`f` on leaves, of the volume not taken before :math:`f`, the share that the rates of the remaining periods are
left with:

.. math:: \rho = \frac{\sum_{t \ge f} h_t\, m_t\, r_t}{\sum_{t \ge f} h_t\, r_t}, \qquad
    \sum_{t<f} h_t q_t + \frac{1}{\rho} \sum_{t \ge f} h_t q_t \le V

Gas delivered from :math:`f` on therefore uses up :math:`1/\rho` of the volume per unit. Gas taken before is not
affected, a plan frozen before :math:`f` stays feasible, a multiplier of one changes nothing, and a stricter one leaves
less. Several measures multiply, in the order in which they begin: what becomes known later begins later, so no weight
of a period that has passed changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from energy_model.scenario.arrays import append_row
from energy_model.scenario.case import Lng, Supply
from energy_model.scenario.records import Scaling
from energy_model.timeline import Timeline

_Offer = TypeVar("_Offer", Supply, Lng)
SMALLEST_SHARE = 1e-4
"""Share of a volume below which the rates alone limit deliveries: the weight in the volume row stays a fair number."""


def scaled(part: Supply | Lng, hit: np.ndarray, multiplier: np.ndarray, line: Timeline) -> Mapping[str, Any]:
    """Fields of supply or LNG when rates of some steps are multiplied by period, and their volumes with them.

    Parameters
    ----------
    hit : ndarray of bool, shape (K,)
        Steps of the part.
    multiplier : ndarray, shape (T,)
        Multiplier of their rates in each period.
    """
    offered = part.rate if part.offered is None else part.offered
    scalings = (*part.scalings, Scaling(hit, multiplier))
    return {
        "rate": np.where(hit[:, None], part.rate * multiplier, part.rate),
        "offered": offered,
        "scalings": scalings,
        "use": volume_use(offered, scalings, line),
    }


def volume_use(offered: np.ndarray, scalings: Sequence[Scaling], line: Timeline) -> np.ndarray:
    """Volume that a unit of gas uses up in each period, shape (K, T); one without scalings.

    Parameters
    ----------
    offered : ndarray, shape (K, T)
        Rates without any scaling, GWh/d.
    """
    use, rate = np.ones(offered.shape), offered.copy()
    dated = [(int(np.argmax(one.multiplier != 1.0)), one) for one in scalings if (one.multiplier != 1.0).any()]
    for first, one in sorted(dated, key=lambda pair: pair[0]):
        hit = np.flatnonzero(one.hit)
        after = rate[hit] * one.multiplier
        before = rate[hit, first:] @ line.days[first:]
        share = np.divide(after[:, first:] @ line.days[first:], before, out=np.ones(len(hit)), where=before > 0.0)
        use[hit, first:] /= np.maximum(share, SMALLEST_SHARE)[:, None]
        rate[hit] = after
    return use


def appended(part: _Offer, axis: str, rate: np.ndarray, **said: Any) -> _Offer:
    """Supply or LNG with one more step; earlier scalings leave it alone.

    Parameters
    ----------
    axis : str
        ``"supply_steps"`` or ``"lng_steps"``.
    rate : ndarray, shape (T,)
        Highest daily rate of the step, GWh/d.
    **said
        What else is said of the step, by the name of the array.
    """
    offered = {} if part.offered is None else {"offered": rate}
    scalings = tuple(Scaling(np.append(one.hit, False), one.multiplier) for one in part.scalings)
    return replace(append_row(part, axis, rate=rate, **offered, **said), scalings=scalings)
