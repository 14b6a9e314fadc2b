"""Figures by gas day summed to months, with the days that were reported."""

from __future__ import annotations

import pandas as pd

from energy_model.imports.figures import Figures, Options, listed, written
from energy_model.timeline import month_of

WHOLE = "all_of_"
"""How the name of a country's total begins, which stands for terminals nobody reports apart."""


def by_month(table: str, rows: pd.DataFrame, names: list[str], notes: list[str], options: Options) -> Figures:
    """Energy by month and name; totals of a country give way to terminals of it that the table has already."""
    month = month_of(rows["date"])
    summed = rows.assign(month=month).groupby(["month", *names], as_index=False)
    total = summed.agg(energy_gwh=("energy_gwh", "sum"), days_reported=("date", "nunique"))
    if names[0] == "terminal":
        total = _without_doubles(total, table, notes, options)
    short = total[total["days_reported"] < total["month"].dt.days_in_month]
    if len(short):
        which = [f"{name} {day:%Y-%m}" for name, day in zip(short[names[0]], short["month"], strict=True)]
        notes.append(f"{len(short)} months are not complete and say how many days were reported: {listed(which)}")
    return Figures(table, total, total["month"] + pd.offsets.MonthEnd(0), notes)


def _without_doubles(total: pd.DataFrame, table: str, notes: list[str], options: Options) -> pd.DataFrame:
    held = written(options.package, table)
    held = held[~held["terminal"].str.startswith(WHOLE)]
    apart = set(zip(held["month"], held["node"], strict=True))
    own = total[~total["terminal"].str.startswith(WHOLE)]
    apart |= set(zip(own["month"].dt.strftime("%Y-%m-%d"), own["node"], strict=True))
    month = total["month"].dt.strftime("%Y-%m-%d")
    pairs = pd.Series(list(zip(month, total["node"], strict=True)), index=total.index)
    double = total["terminal"].str.startswith(WHOLE) & pairs.isin(list(apart))
    if double.any():
        notes.append(
            f"{int(double.sum())} monthly totals of countries left out, as the table has their terminals: "
            f"{listed(total.loc[double, 'node'])}"
        )
    return total[~double].reset_index(drop=True)
