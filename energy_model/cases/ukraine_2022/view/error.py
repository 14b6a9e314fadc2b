"""How far the model itself is off, from a replay of the months before the day of a view, and how far prices wander.

The range of runs says what weather and LNG do; it says nothing of the model's own error. That is measured where the
answer was known on the day of the view: the year before is replayed with demand by price, and nothing that is judged by
a range has a part in it. Half the width of a range is then

.. math:: h = \\sqrt{d^2 + (z s)^2}

with :math:`d` from the central run to the extreme one, :math:`s` the root mean square of the replay's monthly errors in
that series, and :math:`z = 1.645`, which holds 90 % of a normal error. Prices are compared as ratios; that of month
:math:`n` after the day also wanders from what was quoted, by :math:`z \\sigma \\sqrt{n}` with :math:`\\sigma` the
standard deviation of monthly changes, in logarithms, of the observed price before the day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from energy_model.cases.ukraine_2022.replay import HISTORY
from energy_model.cases.ukraine_2022.view.series import DEMAND, FILLING, LNG, PRICE, STORE, Coverage
from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.units import GWH_PER_TWH
from energy_model.validate.replay import compare
from energy_model.validate.replay.era import eras_of
from energy_model.validate.replay.past import hub_prices
from energy_model.validate.replay.rolling import run_era

Z_90 = 1.645
"""Standard deviations on either side that hold 90 % of a normal error."""
GROUPS = {compare.LEVEL: STORE, compare.LNG: LNG, compare.LNG_REGION: LNG, compare.DEMAND: DEMAND}


def model_error(data: GasData, day: date, coverage: Coverage) -> pd.DataFrame:
    """Root mean square of the errors of a replay that ended before a day: group, series, error in the unit of the view.

    Parameters
    ----------
    data : GasData
        What was known on the day.

    Raises
    ------
    DataError
        If the package names no era that ended before the day.
    """
    before = [era for era in eras_of(data.storyline) if era.end < day]
    if not before:
        raise DataError("storyline.toml", [f"key 'replay.eras': none ended before {day}; name the year before"])
    era = replace(before[-1], demand="response", vintage=day)
    run, seen = compare.both(run_era(data, era, HISTORY).tables, data, era.months, HISTORY)
    table = run.merge(seen[[*compare.KEY, "observed"]], on=compare.KEY, validate="one_to_one")
    table["squared"] = (table["modelled"] - table["observed"]) ** 2
    price = table[table["group"] == compare.PRICE]
    off = float(np.sqrt((np.log(price["modelled"] / price["observed"]) ** 2).mean()))
    table = table.assign(group=table["group"].map(GROUPS)).dropna(subset=["group"])
    error = np.sqrt(table.groupby(["group", "series"])["squared"].mean()).rename("error").reset_index()
    stored = error[error["group"] == STORE]
    full = coverage.working_gas_gwh.div(GWH_PER_TWH)
    whole = full[full.index.isin(coverage.eu)].sum()
    gas = stored["series"].map(full).fillna(whole)
    filling = stored.assign(group=FILLING, error=stored["error"] / gas)
    prices = pd.DataFrame({"group": [PRICE], "series": [""], "error": [off]})
    return pd.concat([error, filling, prices], ignore_index=True)


def price_wander(data: GasData, day: date) -> float:
    """Standard deviation of monthly changes of the price at the hub before a day, in logarithms."""
    price = hub_prices(data, HISTORY)
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
