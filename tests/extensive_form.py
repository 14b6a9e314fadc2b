"""The judge of the table of values: one programme of the whole network with every branch of the fan written out.

The first month is common to all branches; after it each has a weather and a state of LNG that last, and all recourse:
LNG, routes, stores, reduction and curtailment. Reserves are released at the price that plans release them at. It is a
hundred times as large as a plan with a table, and shows what the table leaves out: the network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from energy_model.lp import Matrix, solve
from energy_model.lp.extend import add_columns, add_rows, with_objective
from energy_model.lp.sparse_arrays import sparse
from energy_model.model.periods import is_by_boundary, is_decided_in_time
from energy_model.model.recompile import Recompiler
from energy_model.plan.bands import bands, valued
from energy_model.plan.merit_order import outside
from energy_model.plan.outlook import Outlook, release_price, reserved
from energy_model.plan.stock_value import StockValues
from energy_model.plan.window import Window, window
from energy_model.scenario.case import Case
from energy_model.timeline import DAY

LEVEL, BALANCE, CUT = "level", "balance", "curtailment"


@dataclass(frozen=True)
class Branches:
    """What a plan with all branches written out expects.

    Attributes
    ----------
    weight : ndarray, shape (branches,)
    level : ndarray, shape (branches, stores, months + 1)
        Gas in store at the beginning of each month from the day of the plan on, GWh.
    price : ndarray, shape (nodes,)
        Price of the first month, EUR/MWh.
    curtailed : ndarray, shape (branches, markets, months)
        Curtailment of each month, GWh.
    """

    weight: np.ndarray
    level: np.ndarray
    price: np.ndarray
    curtailed: np.ndarray


def extensive(
    outlook: Outlook, demands: np.ndarray, stock_gwh: np.ndarray, usual: np.ndarray, since: date, until: date
) -> Branches:
    """Solve a plan with all weathers and states of LNG of the fan as branches.

    Parameters
    ----------
    outlook : Outlook
        The months ahead, and the values of what is left at the end.
    demands : ndarray, shape (W, N, J, T)
        Demand of the months in each weather, GWh/d.
    stock_gwh : ndarray, shape (stores,)
        Gas in each store on the morning of ``since``, which begins a month.
    until : date
        Day on which the branches end, and the stock left has the value of the table.
    """
    case, fan, recompiler = outlook.case, outlook.fan, Recompiler()
    first, end = outlook.month(since), outlook.month(until)
    weight = np.outer(fan.weather_weight, fan.lng_weight)
    ends = [*case.timeline.starts, case.timeline.end + DAY]
    kept = np.array([np.minimum(reserved(case, since, day), stock_gwh) for day in ends[first + 1 : end + 1]]).T
    bare = case.with_("storage", reserves=())
    calm = replace(outlook, case=bare, tables={name: without_release(one) for name, one in outlook.tables.items()})
    parts: list[Window] = []
    for w, own in np.ndindex(weight.shape):
        branch = branch_of(case, demands, w, float(fan.lng_share[own]), first)
        whole = recompiler.matrix(branch)
        start = np.zeros(whole.n_columns)
        level = whole.block_array("col_lower", LEVEL)
        level[:, first] = stock_gwh
        start[whole.columns[LEVEL].slice] = level.ravel()
        part = window(whole.with_columns(LEVEL, lower=level), start, case.timeline, first, end)
        behind = bands(calm, bare, stock_gwh, since, until, usual)
        due = released(valued(part.matrix, behind, end - first), kept, release_price(case))
        parts.append(replace(part, matrix=due))
    matrix, places = together([part.matrix for part in parts], weight.ravel())
    solution = solve(matrix)
    one = parts[0].matrix
    levels = np.array(
        [part.matrix.values(solution.col_value[at], LEVEL) for part, at in zip(parts, places, strict=True)]
    )
    begin = np.repeat(stock_gwh[None, :, None], len(parts), axis=0)
    duals = sum(
        part.matrix.values(solution.row_dual[k * one.n_rows : (k + 1) * one.n_rows], BALANCE)[:, 0]
        for k, part in enumerate(parts)
    )
    cut = np.array(
        [part.matrix.values(solution.col_value[at], CUT).sum(axis=1) for part, at in zip(parts, places, strict=True)]
    )
    return Branches(
        weight.ravel(),
        np.concatenate([begin, levels], axis=2),
        duals / case.timeline.days[first],
        cut * case.timeline.days[first:end],
    )


def without_release(table: StockValues) -> StockValues:
    """The table without what releasing a reserve costs: the branches pay that themselves."""
    return replace(table, reserve=(np.zeros(1), 0.0))


def released(matrix: Matrix, kept_gwh: np.ndarray, price: float) -> Matrix:
    """The problem in which a store goes below its reserve at a price, paid once for each MWh that is missing at most.

    Parameters
    ----------
    kept_gwh : ndarray, shape (stores, months)
        Reserve at the end of each month.
    price : float
        EUR/MWh.
    """
    store, month = np.nonzero(kept_gwh > 0.0)
    if not store.size:
        return matrix
    level = matrix.columns[LEVEL]
    assert level.shape == kept_gwh.shape
    owners, own = np.unique(store, return_inverse=True)
    whole = add_columns(matrix, "released", sparse.coo_array((matrix.n_rows, len(owners))), cost=price)
    rows = np.tile(np.arange(len(store)), 2)
    at = np.concatenate([level.start + store * level.shape[-1] + month, matrix.n_columns + own])
    table = sparse.coo_array((np.ones(len(rows)), (rows, at)), shape=(len(store), whole.n_columns))
    return add_rows(whole, "reserve_or_release", table, lower=kept_gwh[store, month])


def together(parts: list[Matrix], weight: np.ndarray) -> tuple[Matrix, list[np.ndarray]]:
    """One programme of branches whose decisions of the first period are common; and the columns of each branch."""
    one = parts[0]
    common = _first(one)
    rest = int((~common).sum())
    places, blocks = [], []
    cost = np.zeros(int(common.sum()) + rest * len(parts))
    lower, upper = np.full(cost.shape, -np.inf), np.full(cost.shape, np.inf)
    for k, part in enumerate(parts):
        at = np.empty(one.n_columns, dtype=int)
        at[common] = np.arange(int(common.sum()))
        at[~common] = int(common.sum()) + k * rest + np.arange(rest)
        np.add.at(cost, at, weight[k] * part.cost)
        lower[at], upper[at] = np.maximum(lower[at], part.col_lower), np.minimum(upper[at], part.col_upper)
        table = part.coefficients.tocoo()
        blocks.append(sparse.coo_array((table.data, (table.row, at[table.col])), shape=(part.n_rows, len(cost))))
        places.append(at)
    table = sparse.vstack(blocks).tocsc()
    table.sort_indices()
    whole = Matrix(
        cost=np.zeros(len(cost)),
        cost_offset=0.0,
        start=table.indptr.astype(np.int32),
        index=table.indices.astype(np.int32),
        value=table.data,
        row_lower=np.concatenate([part.row_lower for part in parts]),
        row_upper=np.concatenate([part.row_upper for part in parts]),
        col_lower=lower,
        col_upper=upper,
    )
    return with_objective(whole, cost), places


def _first(matrix: Matrix) -> np.ndarray:
    """Columns of the first period, and stocks at its end."""
    found = np.zeros(matrix.n_columns, dtype=bool)
    for name, block in matrix.columns.items():
        if is_decided_in_time(name):
            found[block.slice] = np.arange(block.size) % block.shape[-1] == 0
            assert block.places is None or is_by_boundary(name)
    return found


def branch_of(case: Case, demands: np.ndarray, weather: int, share: float, first: int) -> Case:
    """The months in one weather and one state of LNG from the second month of the plan on; the first is as expected.

    Parameters
    ----------
    share : float
        LNG that Europe attracts, as a share of the central state; where buyers outside Europe have their own demand,
        they ask for what is lacking.
    """
    rate = demands[weather].copy()
    rate[..., : first + 1] = case.demand.rate[..., : first + 1]
    limit = case.lng.europe_limit * share
    limit[: first + 1] = case.lng.europe_limit[: first + 1]
    branch = case.with_("demand", rate=rate).with_("lng", europe_limit=limit, monthly_flexibility=1.0)
    if case.lng_world is None:
        return branch
    more = outside(case, np.array([share]))[0]
    more[: first + 1] = 1.0
    by_part = case.timeline.part_days @ more / case.timeline.part_days.sum(axis=1)
    return branch.with_("lng_world", width=case.lng_world.width * by_part)
