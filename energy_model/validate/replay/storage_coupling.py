"""Coupling of storages: least cost alone would empty one country and leave its neighbour full."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from energy_model.lp import Matrix
from energy_model.lp.extend import add_columns, add_rows
from energy_model.scenario.case import Case
from energy_model.timeline import DAY
from energy_model.validate.replay.past import Past

LEVEL, DEVIATION = "level", "deviation"


def tied_storages(matrix: Matrix, case: Case, past: Past, penalty_eur_per_mwh: float) -> Matrix:
    """The problem in which the region's stores leave their usual season by the same share of working gas.

    At each end of a period, what store s has gained or lost since the plan began, less what it usually gains or loses
    by then, is a common deviation, free and the same for all, plus its own, which costs ``penalty_eur_per_mwh``. The
    region's total stays the model's choice.
    """
    stock, usual = case.storage, past.usual_filling
    owners = case.nodes[stock.node]
    inside = case.inside(past.history.region)
    tied = [s for s, node in enumerate(owners) if node in usual.index and inside[stock.node[s]]]
    mornings = [*case.timeline.starts[1:], case.timeline.end + DAY]
    level, count = matrix.columns[LEVEL], len(mornings)
    rows, columns, values, right = [], [], [], []
    first = pd.Timestamp(case.timeline.start).month
    for k, s in enumerate(tied):
        full, path = float(stock.working_gas[s]), usual.loc[owners[s]]
        ahead = float(stock.initial[s] - path[first])
        for t, morning in enumerate(mornings):
            rows.append(k * count + t)
            columns.append(level.start + s * level.shape[1] + t + 1)
            values.append(1.0 / full)
            right.append(min(max((float(path[pd.Timestamp(morning).month]) + ahead) / full, 0.0), 1.0))
    size = len(tied) * count
    table = sparse.coo_array((values, (rows, columns)), shape=(size, matrix.n_columns))
    tied_rows = add_rows(matrix, "together", table, lower=np.array(right), upper=np.array(right))
    price = penalty_eur_per_mwh * np.repeat(stock.working_gas[tied], count)
    mine = sparse.eye_array(size)
    common = sparse.coo_array(sparse.kron(np.ones((len(tied), 1)), sparse.eye_array(count)))
    blank = sparse.coo_array((matrix.n_rows, 2 * size + count))
    block = sparse.vstack([blank, sparse.hstack([-common, -mine, mine])])
    return add_columns(
        tied_rows,
        DEVIATION,
        block,
        lower=np.concatenate([np.full(count, -np.inf), np.zeros(2 * size)]),
        cost=np.concatenate([np.zeros(count), price, price]),
    )
