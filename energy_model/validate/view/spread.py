"""Ranges of a view: the extremes of its runs, the model's own error from a replay, and how far prices wander.

The range of runs says what weather and LNG do. Further inputs, each at the ends of its range with the central weather
and LNG, are taken to be independent of these and of each other: with :math:`d_0` from the central run to the extreme
one over weather and LNG, and :math:`d_i` to that of input :math:`i` on the same side,
:math:`d = \\sqrt{\\sum_i d_i^2}`. This says nothing of the model's own error. That is measured where the answer was
known on the day of the view: the year before is replayed with demand by price, and nothing that is judged by a range
has a part in it. Half the width of a range is then

.. math:: h = \\sqrt{d^2 + (z s)^2}

with :math:`s` the root mean square of the replay's monthly errors in that series, and :math:`z = 1.645`, which holds
90 % of a normal error. Prices are compared as ratios; that of month :math:`n` after the day also wanders from what was
quoted, by :math:`z \\sigma \\sqrt{n}` with :math:`\\sigma` the standard deviation of monthly changes, in logarithms, of
the observed price before the day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.scenario import Scenario
from energy_model.scenario.lookups import hub_prices
from energy_model.units import GWH_PER_TWH
from energy_model.validate.replay import compare
from energy_model.validate.replay.era import eras_of
from energy_model.validate.replay.history import History
from energy_model.validate.replay.run import run_era

Z_90 = 1.645
"""Standard deviations on either side that hold 90 % of a normal error."""
STORE, FILLING, LNG, DEMAND, PRICE = "gas in store", "filling", "LNG send-out", "demand served", "price"
UNITS: Mapping[str, str] = {STORE: "TWh", FILLING: "share", LNG: "TWh", DEMAND: "TWh", PRICE: "EUR/MWh"}
"""Groups of series that every view has, in reading order, with their units; what a scenario assumes comes last."""
KEY = ["group", "series", "unit", "month"]
RUN = ["scenario", "weather", "lng_case"]
ASIDE = ["scenario", "input", "side"]
REPLAYED = {compare.LEVEL: STORE, compare.LNG: LNG, compare.LNG_REGION: LNG, compare.DEMAND: DEMAND}


def combinations(
    scenario: Scenario, weathers: Sequence[str], lng_cases: Sequence[str], normal: tuple[str, str]
) -> list[tuple[str, str]]:
    """Weather and LNG of each run of a scenario, its own first; what it states itself is not varied.

    Parameters
    ----------
    normal : (str, str)
        Weather and LNG case of a scenario that states neither.
    """
    own_weather = scenario.weather != normal[0]
    own_lng = scenario.lng_case != normal[1] or scenario.lng_limit_twh_per_year is not None
    weather = [scenario.weather] if own_weather else list(dict.fromkeys([scenario.weather, *weathers]))
    cases = [scenario.lng_case] if own_lng else list(dict.fromkeys([scenario.lng_case, *lng_cases]))
    return [(one, case) for one in weather for case in cases]


def ranges(by_run: pd.DataFrame, aside: pd.DataFrame) -> pd.DataFrame:
    """Lowest, central and highest of each series and month, in reading order.

    Parameters
    ----------
    by_run : DataFrame
        scenario, is_central, group, series, unit, month, value: every combination of weather and LNG.
    aside : DataFrame
        scenario, input, side, group, series, unit, month, value: the central run with a further input at an end.
    """
    keys = ["scenario", *KEY]
    of_all = by_run.groupby(keys, observed=True)["value"].agg(low="min", high="max")
    of_all.insert(1, "central", by_run[by_run["is_central"]].set_index(keys)["value"])
    off = aside.assign(off=aside["value"] - aside.join(of_all["central"], on=keys)["central"])
    by_input = off.groupby([*keys, "input"], observed=True)["off"].agg(["min", "max"]).astype(float)
    down, up = by_input["min"].clip(upper=0.0), by_input["max"].clip(lower=0.0)
    squares = pd.DataFrame({"low": down**2, "high": up**2}).groupby(level=keys, observed=True).sum()
    squares = squares.reindex(of_all.index, fill_value=0.0)
    least = of_all["central"] - np.sqrt((of_all["central"] - of_all["low"]) ** 2 + squares["low"])
    of_all["low"] = least.clip(lower=of_all["low"].clip(upper=0.0))
    of_all["high"] = of_all["central"] + np.sqrt((of_all["high"] - of_all["central"]) ** 2 + squares["high"])
    table = of_all.reset_index()
    place = {group: number for number, group in enumerate(UNITS)}
    order = {name: number for number, name in enumerate(by_run["scenario"].unique())}
    table = table.assign(first=table["scenario"].map(order), second=table["group"].map(place).fillna(len(place)))
    table = table.sort_values(["first", "second", "group", "series", "month"], kind="stable")
    return table.drop(columns=["first", "second"]).reset_index(drop=True)


def model_error(data: GasData, day: date, history: History, working_gas_gwh: pd.Series) -> pd.DataFrame:
    """Root mean square of the errors of a replay that ended before a day: group, series, error in the unit of the view.

    Parameters
    ----------
    data : GasData
        What was known on the day.
    working_gas_gwh : Series
        Working gas by node, GWh.

    Raises
    ------
    DataError
        If the package names no era that ended before the day.
    """
    before = [era for era in eras_of(data.storyline) if era.end < day]
    if not before:
        raise DataError("storyline.toml", [f"key 'replay.eras': none ended before {day}; name the year before"])
    era = replace(before[-1], demand="response", vintage=day)
    run, seen = compare.both(run_era(data, era, history).tables, data, era.months, history)
    table = run.merge(seen[[*compare.KEY, "observed"]], on=compare.KEY, validate="one_to_one")
    table["squared"] = (table["modelled"] - table["observed"]) ** 2
    price = table[table["group"] == compare.PRICE]
    off = float(np.sqrt((np.log(price["modelled"] / price["observed"]) ** 2).mean()))
    table = table.assign(group=table["group"].map(REPLAYED)).dropna(subset=["group"])
    error = np.sqrt(table.groupby(["group", "series"])["squared"].mean()).rename("error").reset_index()
    stored = error[error["group"] == STORE]
    full = working_gas_gwh.div(GWH_PER_TWH)
    whole = full[full.index.isin(compare.members(data, history.region))].sum()
    gas = stored["series"].map(full).fillna(whole)
    filling = stored.assign(group=FILLING, error=stored["error"] / gas)
    prices = pd.DataFrame({"group": [PRICE], "series": [""], "error": [off]})
    return pd.concat([error, filling, prices], ignore_index=True)


def price_wander(data: GasData, day: date) -> float:
    """Standard deviation of monthly changes of the price at the hub before a day, in logarithms."""
    price = hub_prices(data)
    return float(np.log(price[price.index < pd.Timestamp(day)]).diff().std())


def widened(table: pd.DataFrame, error: pd.DataFrame, wander: float, day: date) -> pd.DataFrame:
    """Ranges of runs with the model's own error in them; what a scenario assumes keeps its range.

    Parameters
    ----------
    table : DataFrame
        group, series, month, low, central, high, among others.
    """
    known = {(row.group, row.series): float(row.error) for row in error.itertuples()}
    own = np.array([known.get(key, 0.0) for key in zip(table["group"], table["series"], strict=True)])
    low, middle, high = (table[name].to_numpy(float) for name in ("low", "central", "high"))
    least = np.maximum(middle - np.hypot(middle - low, Z_90 * own), np.minimum(low, 0.0))
    most = middle + np.hypot(high - middle, Z_90 * own)
    first = pd.Timestamp(day).to_period("M")
    ahead = np.array([max((month.to_period("M") - first).n, 0) for month in table["month"]], dtype=float)
    off = Z_90 * np.hypot(known.get((PRICE, ""), 0.0), wander * np.sqrt(ahead))
    priced = (table["group"] == PRICE).to_numpy() & (middle > 0.0) & (low > 0.0)
    safe = np.where(priced, middle, 1.0)
    down, up = (np.log(np.where(priced, end, 1.0) / safe) for end in (low, high))
    least = np.where(priced, safe * np.exp(-np.hypot(down, off)), least)
    most = np.where(priced, safe * np.exp(np.hypot(up, off)), most)
    return table.assign(low=least, high=np.where(table["group"] == FILLING, np.minimum(most, 1.0), most))
