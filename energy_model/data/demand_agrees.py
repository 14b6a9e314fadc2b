"""Demand by day against all that is known of it: whole years, official totals, other weathers, peaks, neighbours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from energy_model.data.problem import LINE, Problem, Tables, checks, error, rows, unit_slip
from energy_model.units import DAYS_OF_YEAR

SECTOR_COLUMNS = ["households_gwh", "services_gwh", "industry_gwh", "power_heat_gwh", "other_gwh"]
STEADY = ["industry_gwh", "other_gwh"]
"""Sectors that use the same over a year whatever the weather: only heat and power follow it."""
DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
CLOSE = 0.005
"""Sums of one quantity may differ by this share: the rounding of 365 daily figures leaves less than 0.01 %."""
SECTOR_WITH_WEATHER = (0.75, 1.35)
"""A made-up weather may move a sector over a year by so much against the mean of real years: the weather of a past year
at the level of today takes up to 22 % off where hardly anything but heat is used, or adds up to 34 %."""
ALIKE = 0.75
"""A weather is an average one if this share of its sectors of all markets has the mean of the real years."""
ABOVE_PEAK = 0.01
"""A day may exceed the stated high peak by this share, the rounding of both figures."""
DAY_TO_NEIGHBOURS = (0.25, 3.0)
"""A day's use against the median of the three days before and after it: 0.44 to 1.82 in five years of 35 markets."""


@checks("nodes", "demand_daily")
def weather_years_are_whole(every: Tables, known: Tables) -> Iterator[Problem]:
    """Each market has every day of each weather, and a use of gas on each."""
    daily = known["demand_daily"]
    odd = daily[daily["day"].to_numpy() > DAYS_IN_MONTH[daily["month"].to_numpy() - 1]]
    yield from rows("demand_daily.csv", odd, "day", "month {month} has no such day (and no 29 February)", "correct it")
    markets = set(known["nodes"].loc[known["nodes"]["is_market"], "node"])
    there = set(daily["node"].unique())
    for node in sorted(markets ^ there):
        why = "is a market without demand" if node in markets else "has demand but is no market in nodes.csv"
        yield error(f"demand_daily.csv, node '{node}': {why}; one of the two tables is wrong")
    count = pd.crosstab(daily["weather"], daily["node"])
    for weather, days in count.iterrows():
        for node in days.index[(days < DAYS_OF_YEAR).to_numpy()]:
            if node not in markets:
                continue
            part = daily[(daily["weather"] == weather) & (daily["node"] == node)]
            yield error(
                f"demand_daily.csv, weather '{weather}', node '{node}': {days[node]} of {DAYS_OF_YEAR} days (no 29 "
                f"February); add {_missing_days(part)}"
            )
    total = daily[SECTOR_COLUMNS].sum(axis=1)
    none = daily[(total <= 0.0).to_numpy()]
    yield from rows("demand_daily.csv", none, "node", "needs no gas on {month}-{day} of {weather}", "fill the row in")


def _missing_days(part: pd.DataFrame) -> str:
    have = set(zip(part["month"], part["day"], strict=True))
    lost = [(m, d) for m in range(1, 13) for d in range(1, DAYS_IN_MONTH[m - 1] + 1) if (m, d) not in have]
    if len(lost) == DAYS_OF_YEAR:
        return "them all"
    return f"month {lost[0][0]} day {lost[0][1]}" + (f" and {len(lost) - 1} more" if len(lost) > 1 else "")


@checks("demand_daily", "demand_annual")
def totals_of_years(every: Tables, known: Tables) -> Iterator[Problem]:
    """The days of a real year sum to its official total, and days of a made-up weather to what real years say."""
    daily, annual = known["demand_daily"], known["demand_annual"]
    groups = daily.groupby(["weather", "node"])
    whole = groups.size() == DAYS_OF_YEAR
    sums = groups[SECTOR_COLUMNS].sum()[whole]
    lines = groups[LINE].agg(["min", "max"])
    official = annual.assign(weather=annual["year"].astype(str)).set_index(["weather", "node"])["demand_gwh"]
    total = sums.sum(axis=1)
    for key, ratio in (total / official).dropna().items():
        if abs(ratio - 1.0) > CLOSE:
            yield _off(key, lines, "the sectors", total[key], official[key], f"demand_annual.csv says for {key[0]}")
    real = sums[sums.index.get_level_values("weather").isin(annual["year"].astype(str).unique())]
    mean = real.groupby("node").mean()
    made_up = sums.index.get_level_values("weather").unique().difference(annual["year"].astype(str))
    for weather in made_up:
        yield from _made_up(weather, sums.loc[weather], mean, lines)


def _made_up(weather: str, sums: pd.DataFrame, mean: pd.DataFrame, lines: pd.DataFrame) -> Iterator[Problem]:
    """A weather that no year had: steady sectors use the mean of real years, so does all of an average weather."""
    right = mean.reindex(sums.index)
    ratio = sums / right
    alike = ((ratio - 1.0).abs() < CLOSE).to_numpy()[(right > 1.0).to_numpy()]
    is_average = bool(alike.mean() >= ALIKE) if alike.size else False
    limits = {name: _limits(name, is_average) for name in SECTOR_COLUMNS}
    bad = pd.DataFrame({name: ~ratio[name].between(*limits[name]) & (right[name] > 1.0) for name in SECTOR_COLUMNS})
    why = "the mean of the real years is"
    for node in bad.index[bad.any(axis=1)]:
        wrong = [name for name in SECTOR_COLUMNS if bad.loc[node, name]]
        apart = ratio.loc[node, wrong]
        if len(wrong) > 1 and apart.max() - apart.min() < CLOSE * apart.max():
            summed, wanted = sums.loc[node, wrong].sum(), right.loc[node, wrong].sum()
            yield _off((weather, node), lines, ", ".join(wrong), summed, wanted, why)
            continue
        for name in wrong:
            yield _off((weather, node), lines, name, float(sums[name][node]), float(right[name][node]), why)


def _limits(sector: str, is_average: bool) -> tuple[float, float]:
    return (1.0 - CLOSE, 1.0 + CLOSE) if is_average or sector in STEADY else SECTOR_WITH_WEATHER


def _off(key: tuple[str, str], lines: pd.DataFrame, what: str, summed: float, right: float, why: str) -> Problem:
    first, last = lines.loc[key]
    slip = unit_slip(summed / right) if right else ""
    return error(
        f"demand_daily.csv lines {first} to {last}, weather '{key[0]}', node '{key[1]}': {what} sum to {summed:,.0f} "
        f"GWh over the year, {why} {right:,.0f}{slip}; correct the rows or the total"
    )


@checks("demand_daily", "peak_demand")
def days_within_peaks(every: Tables, known: Tables) -> Iterator[Problem]:
    """No day above the highest that a market can need, and some day about as high as the peak that is stated."""
    daily, peaks = known["demand_daily"], known["peak_demand"].set_index("node")
    total = daily[SECTOR_COLUMNS].sum(axis=1)
    most = daily["node"].map(peaks["high_gwh_per_day"]).to_numpy(float)
    over = (total > most * (1.0 + ABOVE_PEAK)).to_numpy()
    table = daily[over].assign(total=total[over].round(1), most=most[over])
    yield from rows(
        "demand_daily.csv",
        table,
        "node",
        "needs {total} GWh on {month}-{day} of {weather}, more than the high peak of peak_demand.csv, {most}",
        "check the unit of the row or correct the peak",
    )
    highest = total.groupby(daily["node"].to_numpy()).max()
    table = known["peak_demand"]
    table = table.assign(highest=table["node"].map(highest).round(1))
    low = table[table["highest"] < table["low_gwh_per_day"] * (1.0 - ABOVE_PEAK)]
    yield from rows(
        "peak_demand.csv",
        low,
        "low_gwh_per_day",
        "the highest day of {node} under any weather is {highest}",
        "check the unit of the peak",
    )


@checks("demand_daily")
def days_like_their_neighbours(every: Tables, known: Tables) -> Iterator[Problem]:
    """A day that needs a quarter or three times what the days around it need was misread or is in another unit."""
    daily = known["demand_daily"]
    year = pd.factorize(daily["weather"])[0] * len(daily) + pd.factorize(daily["node"])[0]
    order = np.lexsort((daily["day"].to_numpy(), daily["month"].to_numpy(), year))
    if len(daily) == 0 or (np.unique(year, return_counts=True)[1] != DAYS_OF_YEAR).any():
        return
    daily = daily.iloc[order]
    total = daily[SECTOR_COLUMNS].sum(axis=1).to_numpy().reshape(-1, DAYS_OF_YEAR)
    around = np.median(np.stack([np.roll(total, k, axis=1) for k in (-3, -2, -1, 1, 2, 3)]), axis=0)
    low, high = DAY_TO_NEIGHBOURS
    odd = ((total < low * around) | (total > high * around)).ravel() & (total > 0.0).ravel()
    table = daily[odd].assign(total=total.ravel()[odd].round(1), around=around.ravel()[odd].round(1))
    yield from rows(
        "demand_daily.csv",
        table.sort_values(LINE),
        "node",
        "needs {total} GWh on {month}-{day} of {weather}, the days around it {around}",
        "check the row's unit",
    )
