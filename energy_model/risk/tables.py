r"""Statistics of many cases: probability of a shortage, expectation, tail risk, storage month by month.

Every case in which the cut comes counts alike; those without it stand beside them
(:func:`weighed`). With :math:`n` solved cases and a number :math:`y_i` of each:

* probability of a shortage: share of cases with :math:`y_i` above :data:`SHORT_TWH`; standard error
  :math:`\sqrt{p(1-p)/n}`;
* expectation: the mean; standard error :math:`s/\sqrt n`;
* conditional value at risk at 95 % (Rockafellar and Uryasev 2000): with :math:`q` the 95 % quantile,
  :math:`q + \frac{1}{1-0.95}\,\frac1n\sum_i \max(y_i - q, 0)`, the mean of the worst twentieth; its standard error is
  that of the mean of its terms;
* quantile :math:`p` of the gas in store: half the distance between the cases at ranks
  :math:`np \pm \sqrt{np(1-p)}`, one standard error of the rank (David and Nagaraja, *Order Statistics*, 3rd edition
  2003, section 7.1); no distribution is assumed.

Where a plan says how likely it is that no cut comes, :math:`w`, each point is solved with the cut (:math:`y_i`) and
without (:math:`x_i`); not knowing whether it comes, the probability is the mean of
:math:`(1-w)\,[y_i > s] + w\,[x_i > s]`, and so for the other numbers.

Quasi-random points fill space more evenly than independent draws, so the standard errors shown are conservative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.errors import ResultError
from energy_model.results.plotting import PlotsOf
from energy_model.risk.terms import Terms
from energy_model.sweep.columns import FIRST, PROTECTED, STORAGE, UNSERVED
from energy_model.sweep.plan import NoCut

SOLVED = "optimal"
TAIL = 0.95
SHORT_TWH = 0.001
"""Unserved gas over the horizon that counts as a shortage: 1 GWh, far above the solver's rounding."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
FEWEST = 2
ROUNDING = 1e-12
IN_MARKET, PROTECTED_IN_MARKET, PRICE = "unserved_twh", "protected_unserved_twh", "price_eur_per_mwh"
"""Columns of a market, with its code behind."""


@dataclass(frozen=True)
class Sample:
    """The cases of a sweep that have a result, and what became of the others.

    Attributes
    ----------
    solved : DataFrame
        One row per solved case with the cut: axes and numbers.
    spared : DataFrame
        The same of the cases without it; empty where the plan has none.
    failed : DataFrame
        The others: ``case``, ``reason`` and axes.
    axes : tuple of str
        Columns of what varied.
    terms : Terms
        On which the numbers hold.
    """

    solved: pd.DataFrame
    spared: pd.DataFrame
    failed: pd.DataFrame
    axes: tuple[str, ...]
    terms: Terms
    plot = PlotsOf("sample")
    """Figures of the cases, one call each: ``cases.plot.fan()``; tab lists them."""

    def __len__(self) -> int:
        return len(self.solved)


def sample(results: pd.DataFrame, terms: Terms) -> Sample:
    """Split the results of a sweep.

    Parameters
    ----------
    terms : Terms
        Of the sweep's plan (:func:`~energy_model.risk.terms.terms_of`).

    Raises
    ------
    ResultError
        If a column is missing, or fewer than two cases are solved.
    """
    solved = solved_with_cut(results)
    is_solved, with_cut = results["status"] == SOLVED, results["with_cut"].astype(bool)
    last_axis = results.columns.get_loc(UNSERVED)
    axes = tuple(name for name in results.columns[:last_axis] if name not in FIRST)
    failed = results.loc[~is_solved, ["case", "reason", *axes]].reset_index(drop=True)
    return Sample(solved, results[is_solved & ~with_cut].reset_index(drop=True), failed, axes, terms)


def solved_with_cut(results: pd.DataFrame) -> pd.DataFrame:
    """Cases of a sweep in which the cut comes and that have a result.

    Raises
    ------
    ResultError
        If a column is missing, or there are fewer than two.
    """
    missing = [name for name in (*FIRST, UNSERVED, PROTECTED) if name not in results.columns]
    if missing:
        raise ResultError(f"these are no results of a sweep: they lack the columns {', '.join(missing)}")
    with_cut = results["with_cut"].astype(bool)
    solved = results[(results["status"] == SOLVED) & with_cut].reset_index(drop=True)
    if len(solved) < FEWEST:
        raise ResultError(f"{len(solved)} of {int(with_cut.sum())} cases are solved; risk needs at least {FEWEST}")
    return solved


def mean_error(values: np.ndarray) -> tuple[float, float]:
    """Mean of the cases, shape (cases,), and its standard error, both in their unit."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def probability(values: np.ndarray, above: float = SHORT_TWH) -> tuple[float, float]:
    """Share of cases above a threshold in their unit, and its standard error; ``values`` have the shape (cases,)."""
    share = float(np.mean(values > above))
    return share, float(np.sqrt(share * (1.0 - share) / len(values)))


def cvar(values: np.ndarray, tail: float = TAIL) -> tuple[float, float]:
    """Mean of the worst ``1 - tail`` of cases, shape (cases,), and its standard error, both in their unit.

    >>> cvar(np.arange(1.0, 101.0))[0]
    98.0
    """
    quantile = np.sort(values)[int(np.ceil(tail * len(values))) - 1]
    mean, error = mean_error(_tail_terms(values, float(quantile), tail))
    return round(mean, 12), error


def _tail_terms(values: np.ndarray, quantile: float, tail: float) -> np.ndarray:
    """Numbers whose mean is the mean of the tail beyond a quantile."""
    return np.asarray(quantile + np.maximum(values - quantile, 0.0) / (1.0 - tail))


def weighed(cases: Sample, no_cut: NoCut) -> pd.DataFrame:
    """The region's shortage given the cut, given none, and not knowing which, at three weights of the case without.

    Returns
    -------
    DataFrame
        ``condition, weight_without_cut_percent`` (missing where it is known whether the cut comes), then probability of
        a shortage and of one of protected customers, expected and worst curtailed gas, each with its standard error.

    Raises
    ------
    ResultError
        If fewer than two points are solved both with the cut and without.
    """
    columns = [UNSERVED, PROTECTED]
    both = cases.solved[["point", *columns]].merge(
        cases.spared[["point", *columns]], on="point", suffixes=("", "_none")
    )
    if len(both) < FEWEST:
        told = f"{len(both)} points are solved both with the cut and without; not knowing which needs at least {FEWEST}"
        raise ResultError(told)
    weights = {"low": no_cut.low, "central": no_cut.probability, "high": no_cut.high}
    known = {"given the cut": (cases.solved, 0.0), "given no cut": (cases.spared, 1.0)}
    rows = [_weighed_row(name, np.nan, *_pair(table, table), weight) for name, (table, weight) in known.items()]
    none = both[[f"{name}_none" for name in columns]].set_axis(columns, axis=1)
    for name, weight in weights.items():
        label = f"not known, {name} weight of no cut"
        rows.append(_weighed_row(label, 100.0 * weight, *_pair(both, none), weight))
    return pd.DataFrame(rows)


def _pair(cut: pd.DataFrame, none: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Unserved gas of all and of protected customers, shape (points, 2), with the cut and without."""
    return cut[[UNSERVED, PROTECTED]].to_numpy(float), none[[UNSERVED, PROTECTED]].to_numpy(float)


def _weighed_row(name: str, percent: float, cut: np.ndarray, none: np.ndarray, weight: float) -> dict[str, object]:
    def mixed(function: Callable[[np.ndarray], np.ndarray], column: int) -> tuple[float, float]:
        return mean_error((1.0 - weight) * function(cut[:, column]) + weight * function(none[:, column]))

    volumes = np.concatenate([cut[:, 0], none[:, 0]])
    shares = np.repeat([1.0 - weight, weight], len(cut)) / len(cut)
    order = np.argsort(volumes, kind="stable")
    upto = np.cumsum(shares[order])
    quantile = float(volumes[order][min(int(np.searchsorted(upto, TAIL - ROUNDING)), len(order) - 1)])
    found = {
        "shortage_probability_percent": mixed(lambda twh: 100.0 * (twh > SHORT_TWH), 0),
        "protected_shortage_probability_percent": mixed(lambda twh: 100.0 * (twh > SHORT_TWH), 1),
        "expected_unserved_twh": mixed(lambda twh: twh, 0),
        "cvar95_unserved_twh": mixed(lambda twh: _tail_terms(twh, quantile, TAIL), 0),
    }
    row: dict[str, object] = {"condition": name, "weight_without_cut_percent": percent}
    for key, (value, error) in found.items():
        row |= {key: value, f"error_of_{key}": error}
    return row


def by_country(cases: Sample) -> pd.DataFrame:
    """Probability of any and of protected shortage, expected and worst curtailed gas, price, given the cut.

    The region first, then its markets in the order of expected curtailed gas.
    """
    solved = cases.solved
    rows = [_country(cases.terms.heading, solved[UNSERVED], solved[PROTECTED], None)]
    for code, name in cases.terms.names:
        own = [f"{column}_{code}" for column in (IN_MARKET, PROTECTED_IN_MARKET, PRICE)]
        if own[0] in solved:
            rows.append(_country(name, *(solved[column] for column in own)))
    table = pd.DataFrame(rows)
    rest = table.iloc[1:].sort_values(["expected_unserved_twh", "country"], ascending=[False, True], kind="stable")
    return pd.concat([table.head(1), rest], ignore_index=True)


def _country(name: str, unserved: pd.Series, protected: pd.Series, price: pd.Series | None) -> dict[str, object]:
    cut, safe = unserved.to_numpy(float), protected.to_numpy(float)
    numbers: dict[str, object] = {"country": name}
    for key, (value, error) in {
        "shortage_probability_percent": probability(cut),
        "protected_shortage_probability_percent": probability(safe),
    }.items():
        numbers |= {key: 100.0 * value, f"error_of_{key}": 100.0 * error}
    pairs = {"expected_unserved_twh": mean_error(cut), "cvar95_unserved_twh": cvar(cut)}
    if price is not None:
        paid = price.to_numpy(float)
        pairs |= {"expected_price_eur_per_mwh": mean_error(paid), "cvar95_price_eur_per_mwh": cvar(paid)}
    for key, (value, error) in pairs.items():
        numbers |= {key: value, f"error_of_{key}": error}
    return numbers


def storage_fan(cases: Sample) -> pd.DataFrame:
    """Gas in the region's stores at the end of each month: quantiles over the cases, with standard errors, TWh."""
    columns = [name for name in cases.solved.columns if name.startswith(STORAGE)]
    levels = cases.solved[columns].to_numpy(float)
    table = pd.DataFrame({"end_of_month": [name.removeprefix(STORAGE).replace("_", "-") for name in columns]})
    for chance in QUANTILES:
        table[f"p{100 * chance:g}_twh"] = np.quantile(levels, chance, axis=0)
    for chance in QUANTILES:
        table[f"error_of_p{100 * chance:g}_twh"] = quantile_error(levels, chance)
    return table


def quantile_error(values: np.ndarray, chance: float) -> np.ndarray:
    """Standard error of a quantile over the first axis, from the order of the cases alone.

    ``values`` have the shape (cases, ...), the error the shape of the rest, in the same unit.

    >>> round(float(quantile_error(np.arange(100.0), 0.5)), 9)
    5.0
    """
    count = len(values)
    spread = np.sqrt(count * chance * (1.0 - chance))
    ranks = np.array([count * chance - spread, count * chance + spread]) / count
    low, high = np.quantile(values, np.clip(ranks, 0.0, 1.0), axis=0, method="hazen")
    return np.asarray((high - low) / 2.0)


def convergence(cases: Sample, target_twh: float) -> pd.DataFrame:
    """The region's expected curtailed gas over the first 8, 16, 32, ... cases, and how many a target error would need.

    Parameters
    ----------
    target_twh : float
        Standard error of the mean that is small enough.
    """
    values = cases.solved.sort_values("case")[UNSERVED].to_numpy(float)
    counts = [2**k for k in range(3, int(np.log2(len(values))) + 1) if 2**k < len(values)] + [len(values)]
    rows = []
    for count in counts:
        mean, error = mean_error(values[:count])
        chance, chance_error = probability(values[:count])
        rows.append(
            {
                "cases": count,
                "expected_unserved_twh": mean,
                "error_twh": error,
                "shortage_probability_percent": 100.0 * chance,
                "error_percent": 100.0 * chance_error,
                "target_met": "yes" if error <= target_twh else "no",
                "cases_for_target": cases_needed(values[:count], target_twh),
            }
        )
    return pd.DataFrame(rows)


def cases_needed(values: np.ndarray, target: float) -> int:
    """Cases at which the standard error of the mean meets a target, if the spread stays as it is.

    ``values``, one for each case, have the shape (cases,); the target has their unit.
    """
    return max(FEWEST, int(np.ceil((np.std(values, ddof=1) / target) ** 2)))
