"""The peak day of a country: by capacity as the law counts it, and by what a scenario brings and stores can give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from energy_model.data.load import GasData
from energy_model.impact.adequacy import n_minus_1, withdrawal_at
from energy_model.report.onepage.page import Section
from energy_model.report.onepage.page_run import Told
from energy_model.report.onepage.stock import winter
from energy_model.results.run import Results


@dataclass(frozen=True)
class PeakSupply:
    """What could serve a peak day in the month of a scenario's last winter in which demand is highest.

    Attributes
    ----------
    month : Timestamp
        The first day of that month.
    brought : float
        Production and what comes in by pipeline and from terminals, exports taken off, on its mean day, GWh/d.
    filling : float
        Stores at the end of the month as a share of their volume; no number without stores.
    withdrawal : float
        What stores so full can give, GWh/d.
    """

    month: pd.Timestamp
    brought: float
    filling: float
    withdrawal: float


def peak_supply(run: Results, data: GasData, country: str) -> PeakSupply:
    """What could serve a peak day of a country in a scenario, if no more comes in than on a mean day of that month."""
    ask, (start, end) = run.statistics, winter(run)
    where: dict[str, Any] = {"country": country}
    span: dict[str, Any] = {"since": start, "until": end, "unit": "GWh/day"}
    demand = ask.demand("month", **where, **span)
    month = pd.Timestamp(str(demand.idxmax()))
    first = max(month, pd.Timestamp(start)).date()
    last = min(month + pd.offsets.MonthEnd(0), pd.Timestamp(end)).date()
    within: dict[str, Any] = {**where, "since": first, "until": last, "unit": "GWh/day"}
    drawn = ask.withdrawal.value(**within) - ask.injection.value(**within)
    brought = ask.served.value(**within) - drawn
    if not ask.working_gas.value(**where) > 0.0:
        return PeakSupply(month, brought, float("nan"), 0.0)
    boundaries = ask.filling("boundary", **where)
    ends = [day for day in boundaries.index if pd.Timestamp(str(day)) <= pd.Timestamp(last) + pd.Timedelta(days=1)]
    filling = float(boundaries[ends[-1]])
    return PeakSupply(month, brought, filling, float(withdrawal_at(data, filling).get(country, 0.0)))


def peak(told: Told) -> Section:
    """The day of a winter in twenty against capacity by the law's formula, and against what the scenario brings."""
    language, say = told.language, told.language.say
    country = told.run.labels.focus.country
    vintage = told.data.at(told.run.scenario.as_of)
    table = n_minus_1(vintage, told.run.scenario.as_of, ())
    if country not in table.index:
        return Section(say("peak"), (say("peak_none", country=told.country),))
    row = table.loc[country]
    day = float(row["peak_1_in_20_gwh_per_day"])
    total = sum(float(row[f"{kind}_gwh_per_day"]) for kind in ("entries", "production", "storage", "lng"))
    found = peak_supply(told.run, vintage, country)
    law = say(
        "peak_words", peak=language.number(day), capacity=language.number(total), largest=str(row["largest"]),
        left=language.number(total - float(row["largest_gwh_per_day"])),
        percent=language.share(float(row["supply_side_percent"]) / 100.0),
    )  # fmt: skip
    has_stores = found.filling == found.filling
    gas = say(
        "peak_gas" if has_stores else "peak_gas_alone", month=language.month(found.month),
        brought=language.number(found.brought), filling=language.share(found.filling) if has_stores else "",
        rate=language.number(found.withdrawal), share=language.share((found.brought + found.withdrawal) / day),
    )  # fmt: skip
    return Section(say("peak"), (f"{law} {gas}",))
