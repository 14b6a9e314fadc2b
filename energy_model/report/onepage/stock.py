"""How long the stock of a country lasts at the beginning of winter, alone and with what comes in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from energy_model.impact.imports import WINTER_MONTHS
from energy_model.report.onepage.page import Section
from energy_model.report.onepage.page_run import Told
from energy_model.results.run import Results

LEAST_GWH_PER_DAY = 0.5
"""A smaller draw is none."""


def winter(run: Results) -> tuple[date, date]:
    """First and last day of the last winter that begins in a run; of the whole run if none does."""
    periods = run["periods"]
    first, last = periods["start"].min(), periods["end"].max()
    years = range(last.year, first.year - 1, -1)
    begins = [day for day in (pd.Timestamp(year, WINTER_MONTHS[0], 1) for year in years) if first <= day < last]
    if not begins:
        return first.date(), last.date()
    ends = begins[0] + pd.DateOffset(months=len(WINTER_MONTHS)) - pd.Timedelta(days=1)
    return begins[0].date(), min(ends, last).date()


def stock_lasts(run: Results, country: str) -> dict[str, float]:
    """How long the stock at the beginning of the last winter lasts, at that winter's mean demand.

    Returns
    -------
    dict
        ``stock_gwh`` and ``filling`` on its first day; ``alone`` (days, with no gas coming in) and ``with_imports``
        (days at the mean draw: demand served less production and net imports; infinite if nothing is drawn).
    """
    ask = run.statistics
    start, end = winter(run)
    where: dict[str, Any] = {"country": country}
    span: dict[str, Any] = {"since": start, "until": end, "unit": "GWh/day"}
    stock = ask.level.value(at=start, unit="GWh", **where)
    demand = ask.demand.value(**where, **span)
    draw = ask.withdrawal.value(**where, **span) - ask.injection.value(**where, **span)
    return {
        "stock_gwh": stock,
        "filling": ask.filling.value(at=start, **where),
        "alone": stock / demand if demand > 0.0 else float("inf"),
        "with_imports": stock / draw if draw > LEAST_GWH_PER_DAY else float("inf"),
    }


def stock(told: Told) -> Section:
    """How long what is in store at the beginning of winter lasts."""
    language, say = told.language, told.language.say
    country = told.run.labels.focus.country
    if not told.run.statistics.working_gas.value(country=country) > 0.0:
        return Section(say("stock"), (say("stock_none", country=told.country),))
    found = stock_lasts(told.run, country)
    start, end = winter(told.run)
    lasts = found["with_imports"]
    words = say("stock_lasts") if lasts == float("inf") else say("stock_days", days=language.number(lasts))
    text = say(
        "stock_words", day=start, volume=language.twh(found["stock_gwh"]), share=language.share(found["filling"]),
        alone=language.number(found["alone"]), start=start, end=end, with_imports=words,
    )  # fmt: skip
    return Section(say("stock"), (text,))
