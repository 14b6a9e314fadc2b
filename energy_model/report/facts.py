"""What figures, workbook and answer have in common: results brought to the tables and dates that readers ask for.

Every function is pure: tables in, a table or a number out, energy in TWh and prices in EUR/MWh.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import country_name
from energy_model.data.storyline import Briefing
from energy_model.results.headline import curtailed_share
from energy_model.results.known import once
from energy_model.results.routes import route_volumes
from energy_model.results.run import Results
from energy_model.results.substitution import to_months
from energy_model.scenario import Scenario
from energy_model.timeline import day_words
from energy_model.units import show_energy

MAX_MAIN = 7
"""Columns that a sheet of A4 and the lines that a figure can hold."""
MARKED_FROM = 0.5
"""Share of a group's working gas that must be under a target of one day for the day to be marked."""
SEEN_TWH = 0.05
"""A smaller volume is rounding to a reader of tables in TWh."""

PERIOD_NOUNS: dict[str, str] = {"day": "day", "week": "week", "month": "month", "peak_days": "day or week"}

SECTOR_NAMES: dict[str, str] = {
    "households": "Households",
    "services": "Services",
    "industry": "Industry",
    "power_heat": "Power and heat",
    "other": "Other",
}

WRITTEN: dict[str, str] = {"eu": "EU", "lng": "LNG", "twh": "(TWh)"}
"""Parts of names of files and columns that are not written as they are there."""
SHORT_TITLE_LETTERS = 28
"""Longest head of a column that is made from a title."""


def pick_main(results: Sequence[Results], base: str, wanted: Sequence[str] | None = None) -> list[Results]:
    """The runs that the detailed sheets show.

    Parameters
    ----------
    base : str
        Id of the run against which all are measured.
    wanted : sequence of str, optional
        Ids; default is what the data package wants.
    """
    by_id = {run.scenario.id: run for run in results}
    told = by_id[base].labels.briefing
    told = told if wanted is None else told.model_copy(update={"main": tuple(wanted)})
    return [by_id[name] for name in main_ids(list(by_id), base, told)]


def main_ids(names: Sequence[str], base: str, told: Briefing) -> list[str]:
    """Scenarios that are shown in detail: the base, those of one's own, those the data package wants, then others."""
    own = [name for name in names if name not in told.order]
    wanted = [name for name in told.main if name in names]
    return list(dict.fromkeys([base, *own, *wanted, *names]))[:MAX_MAIN]


def base_words(base: Results) -> str:
    """The run against which others are measured, inside a sentence: the reference of the data, or its title."""
    return "the reference" if base.scenario.id == base.labels.reference else f"'{base.scenario.title}'"


def region(results: Results) -> frozenset[str]:
    """Markets of the region in focus."""
    return results.labels.region_nodes(results.nodes)


def country(results: Results) -> frozenset[str]:
    """The country in focus."""
    return results.labels.country_nodes(results.nodes)


def places(results: Results) -> dict[str, frozenset[str]]:
    """The region and the country in focus by the names that stand at the head of a column."""
    labels = results.labels
    return {labels.region_name: region(results), labels.country_name(results.nodes): country(results)}


def node_names(results: Results) -> dict[str, str]:
    """Name of each node for a reader."""
    return dict(zip(results.nodes["node"], results.nodes["name"], strict=True))


def country_names(results: Results) -> dict[str, str]:
    """Name of each country for a reader."""
    nodes = results.nodes
    return dict(once(results, "names of countries", lambda: {
        code: country_name(nodes, code) for code in nodes["country"].astype(str).unique()
    }))  # fmt: skip


def countries(results: Results, nodes: Collection[str]) -> frozenset[str]:
    """Countries in which some nodes lie."""
    return frozenset(results.nodes.loc[results.nodes["node"].isin(nodes), "country"].astype(str))


def short_titles(results: Sequence[Results], language: str = "en") -> dict[str, str]:
    """Heading of each scenario's column: its short title, else its title cut at a word; two alike add their id.

    Parameters
    ----------
    language : {"en", "de"}
        Language of the titles, where scenarios have them in it.
    """
    titles = {run.scenario.id: _short_title(run.scenario, language) for run in results}
    known = list(titles.values())
    return {name: f"{title} ({name})" if known.count(title) > 1 else title for name, title in titles.items()}


def _short_title(scenario: Scenario, language: str) -> str:
    if language == "de" and (scenario.short_title_de or scenario.title_de):
        return scenario.short_title_de or cut_at_word(str(scenario.title_de))
    return scenario.short_title or cut_at_word(scenario.title)


def cut_at_word(title: str, letters: int = SHORT_TITLE_LETTERS) -> str:
    """A title as the head of a column.

    >>> cut_at_word("Sealand sends ten more cargoes a month from March"), cut_at_word("Sealand +5 %")
    ('Sealand sends ten more …', 'Sealand +5 %')
    """
    return textwrap.shorten(title, letters + 2, placeholder=" …") or title[:letters]


def as_written(name: str) -> str:
    """A name of the project's files as a reader writes it.

    >>> as_written("saving_share"), as_written("lng_limit_twh")
    ('Saving share', 'LNG limit (TWh)')
    """
    text = " ".join(WRITTEN.get(part, part) for part in name.split("_"))
    return text[:1].upper() + text[1:]


def period_ends(results: Results) -> pd.DatetimeIndex:
    """Boundaries between periods: the start of the horizon, then the end of each period (as the next morning)."""
    periods = results["periods"]
    return pd.DatetimeIndex([periods["start"].iloc[0], *(periods["end"] + pd.Timedelta(days=1))])


OPEN_WEEKS = "In which week of a month gas comes or goes into store is open: it costs nearly the same."
"""Of pictures of runs in periods shorter than a month."""


def open_weeks(results: Results) -> str:
    """What a reader must know of weeks within a month; nothing where periods are months."""
    return "" if results.scenario.resolution == "month" else f" {OPEN_WEEKS}"


def filling(results: Results, nodes: frozenset[str]) -> pd.Series:
    """Gas in store of a group of nodes at each boundary between periods, share of working gas volume."""
    return results.statistics.filling("boundary", node=sorted(nodes))


def working_gas_gwh(results: Results, nodes: frozenset[str]) -> float:
    """Working gas volume of a group of nodes."""
    return results.statistics.working_gas.value(node=sorted(nodes), unit="GWh")


def filling_at_month_ends(results: Results, nodes: frozenset[str]) -> pd.Series:
    """Filling on the morning of the first of each month, between boundaries in proportion to time."""
    edges = period_ends(results)
    return results.statistics.filling(at=pd.date_range(edges[0], edges[-1], freq="MS"), by=(), node=sorted(nodes))


def observed_filling(filled: pd.DataFrame, nodes: Sequence[str], volume_gwh: float) -> pd.Series:
    """Observed gas in store by day where every one of the nodes reports, share of working gas volume."""
    mine = filled[filled["node"].isin(nodes)]
    by_day = mine.groupby("date")["gas_in_storage_gwh"].agg(["sum", "count"])
    complete = by_day[by_day["count"] == by_day["count"].max()]
    return complete["sum"] / volume_gwh


def asked_levels(results: Results, nodes: frozenset[str]) -> dict[pd.Timestamp, float]:
    """Level that all targets of one day together ask for, as a share of the group's working gas volume."""
    targets = results["targets"]
    mine = targets[targets["node"].isin(nodes) & (targets["kind"] != "end_level")]
    volume = working_gas_gwh(results, nodes)
    return {
        pd.Timestamp(str(day)): float(rows["target_gwh"].sum()) / volume
        for day, rows in mine.groupby("date")
        if working_gas_gwh(results, frozenset(rows["node"])) >= MARKED_FROM * volume
    }


def observed_levels(results: Results, nodes: frozenset[str], data: GasData) -> pd.Series:
    """Daily observations from a month before the horizon up to the day on which the scenario's author stands.

    As a share of working gas volume; empty without observations.
    """
    table = data.tables.get("observed_storage_daily")
    if table is None:
        return pd.Series(dtype=float)
    first = results["periods"]["start"].iloc[0] - pd.Timedelta(days=31)
    places = sorted(set(results["storage"]["node"].astype(str)) & nodes)
    table = table[(table["date"] >= first) & (table["date"] <= pd.Timestamp(results.scenario.as_of))]
    return observed_filling(table, places, working_gas_gwh(results, nodes))


def monthly_price(results: Results, nodes: frozenset[str]) -> pd.Series:
    """Demand-weighted mean shadow price of a group of nodes by month, EUR/MWh."""
    return results.statistics.price("month", node=sorted(nodes))


def sector_table(results: Results) -> pd.DataFrame:
    """Per country and sector: ``country``, ``sector``, ``demand_twh``, ``curtailed_twh``."""
    ask, by = results.statistics, ["country", "sector"]
    return pd.DataFrame({"demand_twh": ask.demand(by), "curtailed_twh": ask.curtailed(by)}).reset_index()


def supplier_routes(results: Results, by: str = "month") -> pd.DataFrame:
    """Pipeline gas of the seller in focus by route: ``month`` or ``period``, ``route``, ``twh``.

    Gas is counted where it leaves the seller or, on a route that ends at a transit node, where it leaves that node, so
    that routes can be told apart; the gas burnt on the way is a row of its own. The rows sum to the seller's sales.
    """
    rows = route_volumes(results)
    rows = rows.assign(twh=show_energy(rows["energy_gwh"])).drop(columns="energy_gwh")
    if by == "month":
        return to_months(rows, results["periods"], ["route"], ["twh"])
    return rows.groupby(["period", "route"], observed=True)["twh"].sum().reset_index()


def period_at(results: Results, day: pd.Timestamp) -> int:
    """Number of the period that holds a day; of the nearest one for a day outside the horizon."""
    starts = results["periods"].set_index("period")["start"]
    return int(starts.index[starts <= day][-1]) if (starts <= day).any() else int(starts.index[0])


def worst_period(results: Results, nodes: frozenset[str]) -> tuple[int, float]:
    """Period with the largest curtailed share of demand, and that share."""
    share = shortfall_by_period(results, nodes)
    return int(share.idxmax()), float(share.max())


def shortfall_by_period(results: Results, nodes: frozenset[str]) -> pd.Series:
    """Curtailed share of demand of a group of nodes in each period."""
    return curtailed_share(results, "period", node=sorted(nodes)).fillna(0.0)


def ratio(part: float, whole: float) -> float:
    """A part of a whole; nothing of nothing is 0."""
    return float(part) / float(whole) if whole > 0.0 else 0.0


def shortfall(results: Results, by: str, period: int | None = None) -> pd.Series:
    """Curtailed share of demand by ``node`` or ``country``, over the horizon or in one period."""
    days = {} if period is None else period_days(results, period)
    return curtailed_share(results, by, **days).fillna(0.0).clip(0.0, 1.0)


def period_days(results: Results, period: int) -> dict[str, pd.Timestamp]:
    """First and last day of a period, as statistics are asked for them."""
    row = results["periods"].set_index("period").loc[period]
    return {"since": row["start"], "until": row["end"]}


def months_of(results: Sequence[Results]) -> list[str]:
    """Calendar months of all horizons together, ``YYYY-MM``."""
    spans = [pd.date_range(run["periods"]["start"].min(), run["periods"]["end"].max()) for run in results]
    return sorted({month for span in spans for month in span.strftime("%Y-%m").unique()})


def month_name(month: str) -> str:
    """``2022-02`` as ``Feb 2022``.

    >>> month_name("2022-02")
    'Feb 2022'
    """
    return str(pd.Timestamp(f"{month}-01").strftime("%b %Y"))


def day_name(day: object) -> str:
    """A date as a reader writes it.

    >>> day_name("2022-02-15")
    '15 February 2022'
    """
    return day_words(pd.Timestamp(str(day)).date())


def lng_use(results: Results) -> tuple[float, float]:
    """LNG that Europe takes and the most it can attract, TWh over the horizon."""
    limit = float(results.inputs["lng_limit"]["limit_gwh"].sum())
    return results.statistics.lng.value(), show_energy(limit)


def tidy(values: Mapping[str, float]) -> dict[str, float]:
    """Numbers without the solver's numerical noise: what is below 1e-7 is zero, and no zero is negative."""
    return {key: 0.0 if abs(value) < 1e-7 else float(value) for key, value in values.items()}
