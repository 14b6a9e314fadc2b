"""Prices, targets and profiles of another day that are carried to the days of a run, and what they enter.

The stock of the first day has sentences of its own, in :mod:`energy_model.scenario.stock`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energy_model.data.load import GasData
from energy_model.scenario.world.storage import KINDS
from energy_model.timeline import DAY, Timeline

_ENTERED_BY_LNG = "the cost of every cargo of LNG and the interest on stored gas"
_ENTERED_BY_FORWARD = "payments at market prices and the worth of stored gas in the answers of impact"
_SHOWN = 8
"""Codes that a sentence names before it counts the rest."""


def carried(data: GasData, timeline: Timeline) -> Iterator[str]:
    """One sentence for each input that the data do not hold for the days of a scenario, and that is carried there.

    Parameters
    ----------
    data : GasData
        Of the scenario's vintage.
    timeline : Timeline
        The periods that are solved.
    """
    yield from _prices(data, timeline)
    yield from _targets(data, timeline)
    yield from _profiles(data)


def _prices(data: GasData, timeline: Timeline) -> Iterator[str]:
    months = timeline.month_firsts
    table = data["prices"]
    roles = data.storyline.prices
    for series, enters in ((roles.lng, _ENTERED_BY_LNG), (roles.forward, _ENTERED_BY_FORWARD)):
        quoted = table.loc[table["series"] == series, "month"]
        if quoted.empty:
            continue
        first, last = quoted.min(), quoted.max()
        before, after = months[months < first], months[months > last]
        inside = months[(months > first) & (months < last) & ~months.isin(quoted)]
        for lost, how in (
            (before, f"begins in {first:%Y-%m}; that price is carried back"),
            (after, f"ends in {last:%Y-%m}; that price is carried on"),
        ):
            if len(lost):
                yield f"prices.csv, series '{series}': {how} over {_span(lost)}; it enters {enters}"
        if len(inside):
            yield (
                f"prices.csv, series '{series}': no price of {_listed(f'{month:%Y-%m}' for month in inside)}; the line "
                f"between its neighbours stands in and enters {enters}"
            )


def _targets(data: GasData, timeline: Timeline) -> Iterator[str]:
    """Days on which other years have a target and a later year within the horizon has none."""
    table = data["storage_targets"]
    table = table[table["kind"].isin(KINDS)]
    have = set(table["date"])
    last = timeline.end + DAY
    for (month, day), part in table.groupby([table["date"].dt.month, table["date"].dt.day]):
        for year in range(timeline.start.year, last.year + 1):
            date = pd.Timestamp(year, int(month), int(day))
            inside = timeline.start < date.date() <= last
            if inside and date not in have and date > part["date"].min():
                known = part["date"].max().date()
                yield (
                    f"storage_targets.csv: no target of {date.date()}; that of {known} is not carried on, so that "
                    "stores fill by price and by the level at the end alone; it enters filling and prices before"
                )


def _profiles(data: GasData) -> Iterator[str]:
    steps = data["supply_steps"]
    offered = steps.loc[steps["availability"] == "base", "supplier"]
    flat = sorted(set(offered) - set(data["supply_profile"]["supplier"]))
    if flat:
        yield (
            f"supply_profile.csv: no months of {_listed(flat)}; a flat rate over the year stands in and enters "
            "its supply"
        )


def _listed(codes: object) -> str:
    names = [str(code) for code in codes]  # type: ignore[attr-defined]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _span(months: pd.DatetimeIndex) -> str:
    first, last = f"{months[0]:%Y-%m}", f"{months[-1]:%Y-%m}"
    return first if first == last else f"{first} to {last}"
