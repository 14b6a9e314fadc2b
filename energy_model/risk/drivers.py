r"""What drives the variance of an outcome: rank correlation and first-order Sobol indices, both from given cases.

First-order index of an axis :math:`X`: the share of the variance of :math:`Y` that would go if :math:`X` were known,

.. math:: S = \frac{\operatorname{Var}\,E[Y \mid X]}{\operatorname{Var}\,Y}

estimated by sorting the cases into classes of :math:`X` (equally full ones for numbers and dates, the values themselves
for words): variance between classes over all variance, :math:`\eta^2`, less what chance alone would put there,
:math:`1 - (1-\eta^2)\frac{n-1}{n-K}` with :math:`K` classes. Source: Plischke, Borgonovo and Smith (2013), "Global
sensitivity measures from given data", European Journal of Operational Research 226; the correction is Wherry's. Any
design whose axes are drawn independently will do. Rank correlation is Spearman's. Error bars are standard deviations
over resampled cases (bootstrap).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from energy_model.risk.tables import Sample
from energy_model.sweep.columns import UNSERVED

CLASSES = 16
"""Classes of an axis of numbers; fewer where each would hold under :data:`FULL` cases."""
FULL = 8
RESAMPLES = 200


def drivers(cases: Sample, outcome: str = UNSERVED, seed: int = 1) -> pd.DataFrame:
    """Axes by the share of the outcome's variance they explain, the largest first.

    Parameters
    ----------
    outcome : str
        Column of the results.
    seed : int
        Of the resampling.

    Returns
    -------
    DataFrame
        ``axis, first_order_share, error_of_first_order_share, rank_correlation, error_of_rank_correlation``; a rank
        correlation is missing where the axis has no order.
    """
    target = cases.solved[outcome].to_numpy(float)
    picks = stats.randint.rvs(0, len(target), size=(RESAMPLES, len(target)), random_state=seed)
    rows = []
    for axis in cases.axes:
        codes, ordered = _numbers(cases.solved[axis])
        classes = _classes(codes, ordered)
        share = first_order(classes, target)
        shares = [first_order(classes[pick], target[pick]) for pick in picks]
        row: dict[str, object] = {
            "axis": axis,
            "first_order_share": max(share, 0.0),
            "error_of_first_order_share": float(np.std(shares)),
        }
        if ordered:
            row["rank_correlation"] = rank_correlation(codes, target)
            row["error_of_rank_correlation"] = float(
                np.std([rank_correlation(codes[pick], target[pick]) for pick in picks])
            )
        else:
            row |= {"rank_correlation": np.nan, "error_of_rank_correlation": np.nan}
        rows.append(row)
    table = pd.DataFrame(rows)
    return table.sort_values(["first_order_share", "axis"], ascending=[False, True], kind="stable", ignore_index=True)


def first_order(classes: np.ndarray, outcome: np.ndarray) -> float:
    """Share of variance of an outcome between classes, corrected for chance; may fall a little below zero.

    Class and outcome of each case, the latter in any unit, have the shape (cases,).
    """
    total = float(np.var(outcome))
    kinds, inverse = np.unique(classes, return_inverse=True)
    count, groups = len(outcome), len(kinds)
    if total <= 0.0 or groups < 2 or count <= groups:
        return 0.0
    sizes = np.bincount(inverse)
    means = np.bincount(inverse, weights=outcome) / sizes
    between = float(sizes @ (means - outcome.mean()) ** 2) / count / total
    return 1.0 - (1.0 - between) * (count - 1) / (count - groups)


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's rank correlation of two numbers of each case, shape (cases,); zero if either does not vary."""
    if np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return 0.0
    return float(stats.spearmanr(one, other).statistic)


def _numbers(values: pd.Series) -> tuple[np.ndarray, bool]:
    """Values as numbers, and whether their order means something."""
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(float), True
    dates = pd.to_datetime(values, errors="coerce", format="%Y-%m-%d")
    if dates.notna().all() and not _are_words(values):
        return (dates - dates.min()).dt.days.to_numpy(float), True
    return pd.factorize(values, sort=True)[0].astype(float), False


def _are_words(values: pd.Series) -> bool:
    return bool(values.map(lambda value: isinstance(value, str)).all())


def _classes(codes: np.ndarray, ordered: bool) -> np.ndarray:
    """Class of each case: equally full ones along an order with many values, else the values themselves."""
    wanted = int(min(CLASSES, max(2, len(codes) // FULL)))
    if not ordered or len(np.unique(codes)) <= wanted:
        return codes
    edges = np.quantile(codes, np.linspace(0.0, 1.0, wanted + 1)[1:-1])
    return np.searchsorted(edges, codes, side="right").astype(float)
