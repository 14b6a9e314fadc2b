"""The data of a plan of a replay on its first day: no day of decisions, and what is in store then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.world.storage import observed_stock


def on_first_day(data: GasData, first: date) -> GasData:
    """The data as a plan made on a day reads them: history is replayed month by month, not by decisions of scenarios.

    Where nobody reports on that day a store holds what it held when it was last known.
    """
    storyline = data.storyline.model_copy(update={"decision_days": ()})
    return replace(data, storyline=storyline, tables={**data.tables, "storage_filling": _last_known(data, first)})


def _last_known(data: GasData, first: date) -> pd.DataFrame:
    """The observed filling, carried on to the first day where nobody reports."""
    known = data["storage_filling"].sort_values("date", kind="stable")
    known = known[~known["node"].isin(observed_stock(data, first).index)]
    before = known[known["date"] <= pd.Timestamp(first)]
    held = pd.concat([known.drop_duplicates("node"), before]).drop_duplicates("node", keep="last")
    return pd.concat([data["storage_filling"], held.assign(date=pd.Timestamp(first))], ignore_index=True)
