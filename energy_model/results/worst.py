"""When a shortage is worst, and which of the model's limits make gas short then."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from energy_model.results.run import Results
from energy_model.timeline import day_words
from energy_model.units import GWH_PER_TWH, EnergyUnit, show_energy

SEEN_SHARE = 0.0005
"""A smaller share of demand is rounding."""
DAYS_OF_WEEK = 7
LITTLE_SUPPLY_SHARE = 0.5
"""The seller in focus counts as gone when it sends less than this share of its highest rate."""
MUCH_STORED_SHARE = 0.1
"""Injection is a reason when it is at least this share of what is curtailed."""
HIGH_DEMAND = 1.15
"""Demand is a reason when it is this multiple of its mean over the horizon."""
FULL_USE = 0.995
"""Share of a limit from which it counts as reached."""
TARGET_ROUNDING = 1e-3
DEARER_SHARE = 0.1
"""Customers are cut behind full ways if gas is dearer there by this share than where cargoes can still land."""
FEW_SHARE, NEARLY_ALL_SHARE = 0.1, 0.9
"""Shares of what is curtailed from which full ways are a reason, and from which they are the only one about LNG."""
REASONS: Mapping[str, str] = {
    "no_supply": "no {adjective} gas comes",
    "less_supply": "{adjective} gas is down to {rate:,.0f} GWh/d, from {most:,.0f} at its highest",
    "storing": "{rate:,.0f} GWh/d go into store for the winter ({filling:.0%} full)",
    "storing_for_target": (
        "{rate:,.0f} GWh/d go into store for the winter ({filling:.0%} full, {asked:,.0f} TWh are asked for on {day})"
    ),
    "lowest": "stores are at their lowest ({filling:.0%} full)",
    "kept": "what is in store ({filling:.0%} full) is kept for later",
    "lasting": "stores give {rate:,.0f} GWh/d and must last for the rest of the winter ({filling:.0%} full)",
    "high_demand": "demand is {times:.1f} times its mean over the horizon",
    "ways_in": (
        "terminals and pipelines on the way to {share:.0%} of what is cut are full (gas is worth {cut:,.0f} EUR/MWh"
        " there and {landed:,.0f} where cargoes can still land)"
    ),
    "lng_world": (
        "more LNG than the {more:.0%} beyond what was expected costs what buyers elsewhere would give it up for"
    ),
    "lng_limit": "Europe takes all the LNG it can attract over the horizon",
}
"""Why gas is short, each as a part of a sentence with the numbers it holds."""


@dataclass(frozen=True)
class Reason:
    """What makes gas short: a key of :data:`REASONS` and the numbers, names and days that its words hold."""

    key: str
    values: Mapping[str, Any]

    @property
    def words(self) -> str:
        """The part of a sentence."""
        shown = {name: day_words(value) if isinstance(value, date) else value for name, value in self.values.items()}
        return REASONS[self.key].format(**shown)


@dataclass(frozen=True)
class Worst:
    """A span of gas days and what is curtailed in it.

    Attributes
    ----------
    start, end : Timestamp
        First and last gas day.
    curtailed_gwh, share : float
        Curtailed in the span, and as a share of demand in it.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    curtailed_gwh: float
    share: float


def worst_month(results: Results, nodes: Collection[str], *, by_share: bool = False) -> Worst | None:
    """Calendar month in which a group of markets is curtailed most, by volume or by share; none if nothing is cut."""
    daily = _daily(results, nodes)
    return _largest(daily, daily.index.to_period("M"), by_share)


def worst_week(results: Results, nodes: Collection[str]) -> Worst | None:
    """Week with the largest curtailed share of demand; none if nothing is cut or the run's periods are months.

    The weeks are those of the run. Days are put together in weeks from the first day of the horizon.
    """
    if results.scenario.resolution == "month":
        return None
    daily = _daily(results, nodes)
    weeks = daily["period"]
    if results.scenario.resolution != "week":
        weeks = pd.Series(np.arange(len(daily)) // DAYS_OF_WEEK, index=daily.index)
    return _largest(daily, weeks, by_share=True)


def worst_words(results: Results, nodes: Collection[str], unit: EnergyUnit = "TWh") -> str:
    """One or two sentences: the worst month and the worst week by date, volume and share; empty if nothing is cut."""
    month, week = worst_month(results, nodes), worst_week(results, nodes)
    if month is None:
        return ""
    text = (
        f"The worst month by volume is {_month(month)} ({_volume(month, unit)}, {_percent(month.share)} of its demand)"
    )
    dearest = worst_month(results, nodes, by_share=True)
    if dearest is not None and dearest.start != month.start:
        text += f", by share of demand {_month(dearest)} ({_volume(dearest, unit)}, {_percent(dearest.share)})"
    if week is not None:
        text += (
            f"; the worst week begins on {day_words(week.start.date())} ({_volume(week, unit)}, {_percent(week.share)})"
        )
    return f"{text}."


def reasons(results: Results, nodes: Collection[str], span: Worst) -> list[str]:
    """What makes gas short in a span, each as part of a sentence, read from the limits that the plan has reached."""
    return [reason.words for reason in reason_list(results, nodes, span)]


def reason_list(results: Results, nodes: Collection[str], span: Worst) -> list[Reason]:
    """What makes gas short in a span, as keys and numbers for whoever words them otherwise."""
    days = _weights(results, span)
    parts = [
        _supply_reason(results, days),
        _storage_reason(results, nodes, days, span),
        _demand_reason(results, nodes, days),
        *_lng_reasons(results, nodes, days),
    ]
    return [part for part in parts if part is not None]


def why_words(results: Results, nodes: Collection[str]) -> str:
    """A sentence on why gas is short in the worst month and in the worst week: what holds in both, then each."""
    spans = [span for span in (worst_month(results, nodes), worst_week(results, nodes)) if span is not None]
    found = [reasons(results, nodes, span) for span in spans]
    if not any(found):
        return ""
    common = [reason for reason in found[0] if all(reason in other for other in found)]
    own = [[reason for reason in each if reason not in common] for each in found]
    each = "; ".join(f"in {_when(span)} {_join(words)}" for span, words in zip(spans, own, strict=True) if words)
    if not common:
        return f"Gas is short because {each}."
    return f"Gas is short because {_join(common)}{': ' if each else ''}{each}."


def _daily(results: Results, nodes: Collection[str]) -> pd.DataFrame:
    """Curtailed and demanded GWh of each gas day, and the number of its period."""
    periods = results["periods"]
    where: dict[str, Any] = {"node": sorted(nodes), "unit": "GWh/day"}
    rate = pd.DataFrame(
        {
            "curtailed_gwh": results.statistics.curtailed("period", **where),
            "demand_gwh": results.statistics.demand("period", **where),
        }
    )
    number = np.repeat(periods["period"].to_numpy(), periods["days"].to_numpy(int))
    days = pd.date_range(periods["start"].iloc[0], periods=len(number))
    return rate.loc[number].set_axis(days).assign(period=number)


def _largest(daily: pd.DataFrame, key: pd.Series | pd.PeriodIndex, by_share: bool) -> Worst | None:
    grouped = daily.groupby(key)
    total = grouped[["curtailed_gwh", "demand_gwh"]].sum()
    share = (total["curtailed_gwh"] / total["demand_gwh"].where(total["demand_gwh"] > 0.0)).fillna(0.0)
    if not len(share) or share.max() <= SEEN_SHARE:
        return None
    found = share.idxmax() if by_share else total["curtailed_gwh"].idxmax()
    days = grouped.groups[found]
    return Worst(days[0], days[-1], float(total.loc[found, "curtailed_gwh"]), float(share[found]))


def _weights(results: Results, span: Worst) -> pd.Series:
    """Gas days of each period that lie in a span, by period."""
    periods = results["periods"].set_index("period")
    first, last = periods["start"].clip(lower=span.start), periods["end"].clip(upper=span.end)
    days = ((last - first).dt.days + 1).clip(lower=0)
    return days[days > 0].astype(float)


def _mean(rate: pd.Series, days: pd.Series) -> float:
    """Mean of a rate by period over the days of a span."""
    return float((rate.reindex(days.index, fill_value=0.0) * days).sum() / days.sum())


def _supply_reason(results: Results, days: pd.Series) -> Reason | None:
    rate = results.statistics.supply("period", supplier=results.labels.focus.supplier, unit="GWh/day")
    most = float(rate.max()) if len(rate) else 0.0
    here = _mean(rate, days)
    adjective = results.labels.adjective(results.nodes)
    if most <= 0.0 or here >= LITTLE_SUPPLY_SHARE * most:
        return None
    if here < SEEN_SHARE * most:
        return Reason("no_supply", {"adjective": adjective})
    return Reason("less_supply", {"adjective": adjective, "rate": here, "most": most})


def _storage_reason(results: Results, nodes: Collection[str], days: pd.Series, span: Worst) -> Reason | None:
    ask, places = results.statistics, sorted(nodes)
    volume = ask.working_gas.value(unit="GWh", node=places)
    if not volume > 0.0:
        return None
    put, taken = (ask[name]("period", node=places, unit="GWh/day") for name in ("injection", "withdrawal"))
    net = _mean(put - taken, days)
    filled = ask.filling("period", node=places)
    filling = float(filled.loc[days.index[-1]])
    cut = span.curtailed_gwh / (((span.end - span.start).days) + 1)
    if net >= MUCH_STORED_SHARE * cut:
        target = _target(results, nodes, span)
        return Reason("storing_for_target" if target else "storing", {"rate": net, "filling": filling, **target})
    if filling <= float(filled.min()) + 0.02:
        return Reason("lowest", {"filling": filling})
    if net > -SEEN_SHARE * volume:
        return Reason("kept", {"filling": filling})
    return Reason("lasting", {"rate": -net, "filling": filling})


def _target(results: Results, nodes: Collection[str], span: Worst) -> dict[str, Any]:
    """The next filling target that binds: how much is asked for (TWh), and the day; empty if none does."""
    targets = results["targets"]
    mine = targets[targets["node"].isin(list(nodes)) & (targets["date"] > span.end) & (targets["kind"] != "end_level")]
    if mine.empty:
        return {}
    by_date = mine.groupby("date")["target_gwh"].sum()
    day = by_date.idxmax()
    places = set(mine.loc[mine["date"] == day, "node"].astype(str))
    periods = results["periods"].set_index("period")
    period = periods.index[periods["end"] < day][-1]
    held = float(results.statistics.level("period", node=sorted(places), unit="GWh").loc[period])
    asked = float(by_date[day])
    if held > asked * (1.0 + TARGET_ROUNDING):
        return {}
    return {"asked": asked / GWH_PER_TWH, "day": pd.Timestamp(day).date()}


def _demand_reason(results: Results, nodes: Collection[str], days: pd.Series) -> Reason | None:
    where: dict[str, Any] = {"node": sorted(nodes), "unit": "GWh/day"}
    mean = results.statistics.demand.value(**where)
    here = _mean(results.statistics.demand("period", **where), days)
    return None if here < HIGH_DEMAND * mean else Reason("high_demand", {"times": here / mean})


def is_priced_by_the_world(results: Results) -> bool:
    """Whether buyers outside Europe answer to price, so that no limit on Europe's LNG stands."""
    exporters = results.tables.get("world_exporters")
    return exporters is not None and not exporters.empty


def _lng_reasons(results: Results, nodes: Collection[str], days: pd.Series) -> list[Reason | None]:
    """Full ways to those who are cut, and scarce LNG; the second is no reason where no cargo could reach them."""
    ways = _ways_reason(results, nodes, days)
    if ways is not None and ways.values["share"] >= NEARLY_ALL_SHARE:
        return [ways]
    return [ways, _lng_reason(results)]


def _ways_reason(results: Results, nodes: Collection[str], days: pd.Series) -> Reason | None:
    """Whether gas is dearer where customers are cut than where terminals have room for another cargo."""
    sendout = results.tables.get("sendout")
    if sendout is None or sendout.empty:
        return None
    weight = days.rename("days")
    here = sendout[sendout["period"].isin(days.index)].join(weight, on="period")
    used = here.assign(gwh=here["sendout_gwh_per_day"] * here["days"], room=here["capacity_gwh_per_day"] * here["days"])
    used = used.groupby(["terminal", "node"])[["gwh", "room"]].sum().reset_index()
    landed = used[(used["gwh"] > 0.0) & (used["gwh"] < FULL_USE * used["room"])].groupby("node")["gwh"].sum()
    price = _price(results, days)
    by_period = results.statistics.curtailed(["node", "period"], node=sorted(nodes), unit="GWh/day")
    rate = by_period[by_period.index.get_level_values("period").isin(days.index)]
    cut = (rate * days.reindex(rate.index.get_level_values("period")).to_numpy()).groupby("node").sum()
    if not (landed.sum() > 0.0 and cut.sum() > 0.0):
        return None
    at_port = float((price.reindex(landed.index) * landed).sum() / landed.sum())
    behind = cut[price.reindex(cut.index) > (1.0 + DEARER_SHARE) * at_port]
    share = float(behind.sum() / cut.sum())
    if share < FEW_SHARE:
        return None
    where = float((price.reindex(behind.index) * behind).sum() / behind.sum())
    return Reason("ways_in", {"share": share, "cut": where, "landed": at_port})


def _price(results: Results, days: pd.Series) -> pd.Series:
    """Mean price of each market over the days of a span, EUR/MWh."""
    prices = results["prices"]
    here = prices[prices["period"].isin(days.index)]
    weighed = here["price_eur_per_mwh"] * here["period"].map(days)
    return weighed.groupby(here["node"]).sum() / float(days.sum())


def _lng_reason(results: Results) -> Reason | None:
    limit = float(results.inputs["lng_limit"]["limit_gwh"].sum())
    used = results.statistics.lng.value(unit="GWh")
    if limit <= 0.0 or used < FULL_USE * limit:
        return None
    if is_priced_by_the_world(results):
        return Reason("lng_world", {"more": max(used / limit - 1.0, 0.0)})
    return Reason("lng_limit", {})


def _when(span: Worst) -> str:
    if (span.end - span.start).days + 1 > DAYS_OF_WEEK:
        return f"{span.start:%B %Y}"
    return f"the week from {day_words(span.start.date())}"


def _month(span: Worst) -> str:
    return f"{span.start:%B %Y}"


def _volume(span: Worst, unit: EnergyUnit) -> str:
    return f"{float(show_energy(span.curtailed_gwh, unit)):,.1f} {unit}"


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
