r"""What many cases say together: probability of a shortage, expectation, the bad tail, storage month by month.

Every case counts alike. With :math:`n` solved cases and a number :math:`y_i` of each:

* probability of a shortage: share of cases with :math:`y_i` above :data:`SHORT_TWH`; standard error
  :math:`\sqrt{p(1-p)/n}`;
* expectation: the mean; standard error :math:`s/\sqrt n`;
* conditional value at risk at 95 % (Rockafellar and Uryasev 2000): with :math:`q` the 95 % quantile,
  :math:`q + \frac{1}{1-0.95}\,\frac1n\sum_i \max(y_i - q, 0)`, the mean of the worst twentieth; its standard error is
  that of the mean of its terms.

Quasi-random points fill space more evenly than independent draws, so the errors shown are on the safe side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.errors import ResultError

SOLVED = "optimal"
TAIL = 0.95
SHORT_TWH = 0.001
"""Unserved gas over the horizon that counts as a shortage: 1 GWh, far above the solver's rounding."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
FEWEST = 2
EU = "EU27"
UNSERVED, PROTECTED, PRICE = "unserved_twh", "protected_unserved_twh", "price_eur_per_mwh"
EU_UNSERVED, EU_PROTECTED, STORAGE = "eu_unserved_twh", "protected_eu_unserved_twh", "eu_storage_twh_"
FIRST = ("case", "status", "reason")


@dataclass(frozen=True)
class Sample:
    """The cases of a sweep that have a result, and what became of the others.

    Attributes
    ----------
    solved : DataFrame
        One row per solved case: axes and numbers.
    failed : DataFrame
        The others: ``case``, ``reason`` and axes.
    axes : tuple of str
        Columns of what varied.
    """

    solved: pd.DataFrame
    failed: pd.DataFrame
    axes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.solved)


def sample(results: pd.DataFrame) -> Sample:
    """Split the results of a sweep.

    Raises
    ------
    ResultError
        If a column is missing, or fewer than two cases are solved.
    """
    missing = [name for name in (*FIRST, EU_UNSERVED, EU_PROTECTED) if name not in results.columns]
    if missing:
        raise ResultError(f"these are no results of a sweep: they lack the columns {', '.join(missing)}")
    is_solved = results["status"] == SOLVED
    solved = results[is_solved].reset_index(drop=True)
    if len(solved) < FEWEST:
        raise ResultError(f"{len(solved)} of {len(results)} cases are solved; risk needs at least {FEWEST}")
    last_axis = results.columns.get_loc(EU_UNSERVED)
    axes = tuple(name for name in results.columns[:last_axis] if name not in FIRST)
    return Sample(solved, results.loc[~is_solved, ["case", "reason", *axes]].reset_index(drop=True), axes)


def mean_error(values: np.ndarray) -> tuple[float, float]:
    """Mean and its standard error."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def probability(values: np.ndarray, above: float = SHORT_TWH) -> tuple[float, float]:
    """Share of cases above a threshold, and its standard error."""
    share = float(np.mean(values > above))
    return share, float(np.sqrt(share * (1.0 - share) / len(values)))


def cvar(values: np.ndarray, tail: float = TAIL) -> tuple[float, float]:
    """Mean of the worst ``1 - tail`` of cases, and its standard error.

    >>> cvar(np.arange(1.0, 101.0))[0]
    98.0
    """
    quantile = np.sort(values)[int(np.ceil(tail * len(values))) - 1]
    terms = quantile + np.maximum(values - quantile, 0.0) / (1.0 - tail)
    mean, error = mean_error(terms)
    return round(mean, 12), error


def by_country(cases: Sample, names: Mapping[str, str]) -> pd.DataFrame:
    """Probability of any and of protected shortage, expected and worst unserved gas, price; the EU27 first.

    Parameters
    ----------
    names : mapping of str to str
        Markets to show, by code: the order of the table after the EU27 is that of expected unserved gas.
    """
    solved = cases.solved
    rows = [_country(EU, solved[EU_UNSERVED], solved[EU_PROTECTED], None)]
    for code, name in names.items():
        if f"{UNSERVED}_{code}" in solved:
            rows.append(
                _country(name, solved[f"{UNSERVED}_{code}"], solved[f"{PROTECTED}_{code}"], solved[f"{PRICE}_{code}"])
            )
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
    """Gas in the EU's stores at the end of each month: quantiles over the cases, TWh."""
    columns = [name for name in cases.solved.columns if name.startswith(STORAGE)]
    levels = cases.solved[columns].to_numpy(float)
    table = pd.DataFrame({"end_of_month": [name.removeprefix(STORAGE).replace("_", "-") for name in columns]})
    for quantile in QUANTILES:
        table[f"p{100 * quantile:g}_twh"] = np.quantile(levels, quantile, axis=0)
    return table


def convergence(cases: Sample, target_twh: float) -> pd.DataFrame:
    """The EU27's expected unserved gas over the first 2, 4, 8, ... cases, and how many a target error would need.

    Parameters
    ----------
    target_twh : float
        Standard error of the mean that is small enough.
    """
    values = cases.solved.sort_values("case")[EU_UNSERVED].to_numpy(float)
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
    """Cases at which the standard error of the mean meets a target, if the spread stays as it is."""
    return max(FEWEST, int(np.ceil((np.std(values, ddof=1) / target) ** 2)))
