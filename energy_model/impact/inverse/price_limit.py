r"""The promise that keeps the price under a limit: how much more gas is bought if it is on offer at the limit.

The scenario's last plan with its own costs and its past frozen, and unlimited further gas at the price X:

.. math:: \min\ c\,x + X \sum_{n,t} h_t\, p_{n,t}

where gas is on offer at X nobody pays more, since the next unit costs no more than X; and what is bought of it at the
optimum is what is lacking. Everybody is free to buy it: pipes carry it on to whoever would pay more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from energy_model.impact.inverse import entries as ways
from energy_model.impact.inverse.extra_supply import PROMISE
from energy_model.impact.inverse.question import CURTAILMENT, Region, first_open
from energy_model.impact.study import Study
from energy_model.lp import LiveModel, Matrix
from energy_model.lp.extend import add_columns, cost_of
from energy_model.results.plan_totals import curtailed_gwh, mean_price
from energy_model.units import GWH_PER_TWH

TIMES_THE_REFERENCE = (1.25, 1.5, 2.0, 3.0)
"""Limits that are asked about, as multiples of the region's mean price without the cut."""
ASKED = 1.5
"""The one of them that is told in words unless the reader gives a limit."""
ROUND_TO_EUR_PER_MWH = 5.0
COLUMNS = (
    "price_limit_eur_per_mwh", "appears_in_the_region_twh", "cut_then_twh", "as_lng_twh",
    "highest_price_with_lng_eur_per_mwh", "mean_price_with_lng_eur_per_mwh",
)  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """The last plan with gas on offer without end: columns ``promise``, a row for each way in, and a price each.

    Attributes
    ----------
    transport : ndarray
        Cost between the offer and the market that is added to it, EUR/MWh, shape (ways, T).
    """

    matrix: Matrix
    transport: np.ndarray


def limits_of(study: Study, region: Region, limit: float | None = None) -> list[float]:
    """Prices that are asked about, EUR/MWh, rising; with the reader's own if it is given."""
    before = study.before
    price = before.duals["balance"] / before.case.timeline.days
    nodes = np.zeros(len(before.case.nodes), dtype=bool)
    nodes[before.case.is_market] = region.inside
    mean = mean_price(before.case, price, nodes)
    rounded = {ROUND_TO_EUR_PER_MWH * round(times * mean / ROUND_TO_EUR_PER_MWH) for times in TIMES_THE_REFERENCE}
    return sorted({one for one in rounded if one > 0.0} | ({limit} if limit is not None else set()))


def asked_limit(limits: Sequence[float], limit: float | None) -> float:
    """The limit that is told in words."""
    return limit if limit is not None else limits[min(TIMES_THE_REFERENCE.index(ASKED), len(limits) - 1)]


def price_table(study: Study, region: Region, limits: Sequence[float]) -> pd.DataFrame:
    """For each limit the further gas that keeps the region's price under it.

    Returns
    -------
    DataFrame
        :data:`COLUMNS`: what is bought if the gas appears in the region's markets, and what is cut there then; what is
        bought if it comes as LNG through ships and terminals, and the highest and the mean price that the region has
        then in what the last plan decides. No number without an exporter that could send more.
    """
    spot, ships = spot_offer(study, region), lng_offer(study, region)
    by_spot = dict(_bought(study, region, spot, limits))
    by_ship = dict(_bought(study, region, ships, limits)) if ships is not None else {}
    nothing = (np.nan, np.nan, np.nan, np.nan)
    rows = []
    for limit in limits:
        here, sea = by_spot[limit], by_ship.get(limit, nothing)
        rows.append((limit, here[0], here[1], sea[0], sea[2], sea[3]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def spot_offer(study: Study, region: Region) -> Offer:
    """Gas that appears in the region's markets, past every terminal and pipeline."""
    matrix, case = study.matrix, study.case
    gas = [ways.at_node(matrix, case, entry.supplier) for entry in ways.anywhere(case, region.inside)]
    return Offer(_with_columns(study, gas), np.zeros((len(gas), len(case.timeline))))


def lng_offer(study: Study, region: Region) -> Offer | None:
    """Cargoes of the exporter with the largest assurance; what Europe can attract grows by them."""
    matrix, case = study.matrix, study.case
    sellers = [one for one in ways.entries_of(case, study.data) if one.standing == ways.BEYOND]
    if not sellers:
        return None
    each_period = np.eye(len(case.timeline))
    gas = [ways.gas_of(matrix, case, one) + ways.room_of(matrix, case, one, each_period) for one in sellers]
    near = np.zeros(len(case.nodes), dtype=bool)
    near[case.is_market] = region.inside
    transport = []
    for one in sellers:
        mine = case.lng.route_exporter == one.supplier
        home = mine & near[case.lng.route_node]
        transport.append(case.lng.route_cost[home if home.any() else mine].min(axis=0))
    return Offer(_with_columns(study, gas), np.array(transport))


def _with_columns(study: Study, gas: Sequence[sparse.csc_array]) -> Matrix:
    """The last plan with the gas of each way in and period, none of it before the announcement."""
    periods = len(study.case.timeline)
    most = np.where(np.arange(periods) >= first_open(study.solved), np.inf, 0.0)
    return add_columns(study.matrix, PROMISE, sparse.hstack(gas), upper=np.tile(most, len(gas)))


def _bought(
    study: Study, region: Region, offer: Offer, limits: Sequence[float]
) -> list[tuple[float, tuple[float, float, float, float]]]:
    """Gas bought at each limit, cuts left in the region (TWh), highest and mean price there (EUR/MWh)."""
    case, days = study.case, study.case.timeline.days
    live = LiveModel(offer.matrix)
    nodes = np.zeros(len(case.nodes), dtype=bool)
    nodes[case.is_market] = region.inside
    decided = np.arange(len(days)) >= first_open(study.solved)
    found = []
    for limit in limits:
        cost = np.maximum(limit - offer.transport, 0.0) * days
        matrix = replace(offer.matrix, cost=offer.matrix.cost + cost_of(offer.matrix, PROMISE, cost.ravel()))
        solution = live.solve(matrix)
        sent = np.maximum(matrix.values(solution.col_value, PROMISE), 0.0).reshape(-1, len(days))
        cut = curtailed_gwh(case, matrix.values(solution.col_value, CURTAILMENT), days=np.where(decided, days, 0.0))
        price = matrix.values(solution.row_dual, "balance") / days
        mean = mean_price(case, price, nodes, np.where(decided, days, 0.0))
        left = float(cut[region.inside].sum()) / GWH_PER_TWH
        highest = float(price[nodes][:, decided].max())
        found.append((limit, (float(sent.sum(axis=0) @ days) / GWH_PER_TWH, left, highest, mean)))
    return found
