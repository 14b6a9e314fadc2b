"""What an era must find observed before it can be replayed: a month that nobody reported is no month without gas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.scenario.lookups import hub_prices
from energy_model.validate.replay.compare import members
from energy_model.validate.replay.era import Era
from energy_model.validate.replay.history import History

BEFORE = pd.DateOffset(months=12)
"""What is usual is that of the months before, at least so many of them."""
BRING = "bring observations along (--observed DIR), or replay other months"


def refuse_unobserved(data: GasData, eras: Iterable[Era], history: History) -> None:
    """Refuse eras whose given series are not observed.

    Raises
    ------
    DataError
        With every month of every series that is missing.
    """
    problems = [f"{era.title}: {text}; {BRING}" for era in eras for text in _missing(data, era, history)]
    if problems:
        raise DataError("replay", problems)


def _missing(data: GasData, era: Era, history: History) -> Iterator[str]:
    months = pd.DatetimeIndex(era.months)
    entries = data["observed_border_entries_monthly"]
    given = entries.loc[entries["origin"] == history.given, "month"]
    used = data["observed_demand_monthly"]
    used = used.loc[used["node"].isin(members(data, history.region)), "month"]
    stock = data["observed_storage_daily"]
    known = {
        f"flows from {history.given} (border_entries_monthly.csv)": given,
        "price at the hub and exchange rate (prices_monthly.csv)": hub_prices(data).index,
    }
    if era.demand == "observed":
        known[f"demand of any member of {history.region} (demand_monthly.csv)"] = used
    for what, seen in known.items():
        lost = [f"{month:%Y-%m}" for month in months.difference(pd.DatetimeIndex(seen))]
        if lost:
            yield f"{what}: not observed in {', '.join(lost)}"
    near = stock["date"].between(pd.Timestamp(era.start) - pd.Timedelta(days=31), pd.Timestamp(era.start))
    if not near.any():
        yield f"gas in store (storage_daily.csv) is not observed in the month before {era.start}"
    if era.lng_by_year and era.start.year < min(era.lng_by_year):
        told = f"is known from {min(era.lng_by_year)} on (storyline.toml, key replay.lng_by_year)"
        yield f"LNG that arrived in {era.start.year}, a row of lng_europe_limit.csv: {told}"
    if pd.Timestamp(era.start) < pd.Timestamp(history.since) + BEFORE:
        yield f"begins less than a year after the first observations of what is usual, {history.since}"
