"""One scenario in a mild, a normal and a cold winter: stock curves against the levels of the law, and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from energy_model.data.load import GasData
from energy_model.data.places import region_of
from energy_model.data.regions import members, place_name
from energy_model.errors import ScenarioError, closest
from energy_model.report import facts, style
from energy_model.report.figures import level_mark, target_marks, time_axis
from energy_model.report.style import HouseFigure
from energy_model.results.run import Results, run
from energy_model.scenario.load import with_changes
from energy_model.scenario.schema import Scenario
from energy_model.show import Card, Shown
from energy_model.units import GWH_PER_TWH

WINTERS = ("mild", "normal", "cold")
WINTER_MONTHS = (11, 12, 1, 2, 3)
COLOURS: Mapping[str, str] = {"mild": "#3F9A6D", "normal": style.INK, "cold": "#1F66B8"}
BAND_COLOUR = "#D5DADE"
OBSERVED = "observed_storage_daily"
DAYS_BRIDGED = 14
"""Days in a row on which not every year is reported, over which the band is drawn on."""


@dataclass(frozen=True, repr=False)
class Winters(Shown):
    """A scenario in three winters.

    Attributes
    ----------
    place : str
        Code of the group or country whose stores are shown.
    name : str
        Its name.
    weathers : mapping of str to str
        Weather of ``demand_daily.csv`` by ``mild``, ``normal`` and ``cold``.
    runs : mapping of str to Results
        By the same words.
    table : DataFrame
        A row per winter: weather, demand of the winter months of a year, stock on the first of February and of April,
        least stock, cuts, reductions (TWh), mean price (EUR/MWh) of the winter.
    """

    place: str
    name: str
    weathers: Mapping[str, str]
    runs: Mapping[str, Results]
    table: pd.DataFrame

    def card(self) -> Card:
        """What the three winters say of themselves."""
        rows = [
            (str(row["winter"]), f"{row['weather']}: {row['first_of_april_twh']:,.1f} TWh in store on 1 April,"
             f" {row['curtailed_twh']:,.1f} TWh curtailed, {row['price_eur_per_mwh']:,.0f} EUR/MWh")
            for row in self.table.to_dict("records")
        ]  # fmt: skip
        return Card(
            f"Three winters, {self.name}", rows, [("winters.table", "in numbers"), ("winters.figure(data)", "")]
        )

    def figure(self, data: GasData) -> HouseFigure:
        """Stock curves of the three winters, the levels asked for, and the band of the years before.

        Parameters
        ----------
        data : GasData
            For what was observed in past years; without observations there is no band.
        """
        normal = self.runs["normal"]
        nodes = frozenset(members(data, self.place))
        is_asked = bool(facts.asked_levels(normal, nodes))
        marks = "; marks: levels asked for" if is_asked else ""
        subtitle = f"Share of working gas volume{marks}. {normal.scenario.title}"
        with style.house_style():
            figure = style.new_figure(style.A4_LANDSCAPE)
            low = {one: style.format_share(facts.filling(run, nodes).min()) for one, run in self.runs.items()}
            finding = f"{self.name}: stores fall to {low['mild']} with a mild winter, {low['cold']} with a cold one"
            top = style.add_header(figure, finding, subtitle)
            known = facts.day_name(normal.scenario.as_of)
            style.add_source_line(
                figure, f"Own model calculation; data known on {known}. Data package {normal.data_digest[:12]}."
            )
            axes = figure.add_axes((0.07, 0.17, 0.88, top - 0.20))
            band = past_band(data.at(normal.scenario.as_of), normal, nodes)
            handles: list[object] = []
            if len(band):
                axes.fill_between(band.index, 100 * band["least"], 100 * band["most"], color=BAND_COLOUR, linewidth=0)
                handles.append(Patch(color=BAND_COLOUR, label=f"Least to most of {band.attrs['years']}"))
            for winter in WINTERS:
                series = 100 * facts.filling(self.runs[winter], nodes)
                axes.plot(series.index, series.to_numpy(), color=COLOURS[winter], linewidth=1.9)
                label = f"{winter.capitalize()} winter ({self.weathers[winter]})"
                handles.append(Line2D([], [], color=COLOURS[winter], linewidth=1.9, label=label))
            target_marks(axes, normal, nodes)
            time_axis(axes, normal, "% of working gas volume")
            axes.set_ylim(0, 100)
            handles += [level_mark()] if is_asked else []
            figure.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.05, 0.05), ncols=5)
            style.tell(figure, "Three lines over time, before the band of the years before", self.table)
        return figure


def winters(
    scenario: Scenario, data: GasData, place: str | None = None, weathers: Sequence[str] | None = None
) -> Winters:
    """Solve a scenario in three winters.

    Parameters
    ----------
    place : str, optional
        Group, country or market; default is the region in focus of the data.
    weathers : sequence of str, optional
        Three weathers of ``demand_daily.csv``, mild, normal and cold; default are the ones with the least, the median
        and the most demand from November to March in the place.

    Raises
    ------
    ScenarioError
        If the place has no storage, the horizon has no winter from 1 November to 1 April, or a weather is not known.
    """
    known = data.at(scenario.as_of)
    place = data.storyline.focus.region if place is None else region_of(place, known)
    nodes = members(known, place)
    demand = winter_demand(known, nodes)
    given = dict.fromkeys(weathers or ())
    chosen = dict(zip(WINTERS, weathers or by_demand(demand), strict=False))
    problems = [f"no weather '{name}'; {closest(name, demand.index)}" for name in given if name not in demand]
    if len(chosen) != len(WINTERS) or (weathers is not None and len(weathers) != len(WINTERS)):
        problems.append(f"give three weathers: {', '.join(WINTERS)}")
    if weathers is not None and len(given) < len(weathers):
        problems.append("one weather stands twice among the three; name each once")
    if not set(known["storage"]["node"]) & set(nodes):
        problems.append(f"{place_name(known, place)} has no storage, so there is no stock to show")
    begins = pd.Timestamp(scenario.horizon.end.year, 11, 1)
    while begins + pd.DateOffset(months=5) > pd.Timestamp(scenario.horizon.end) + pd.Timedelta(days=1):
        begins -= pd.DateOffset(years=1)
    if begins < pd.Timestamp(scenario.horizon.start):
        problems.append(
            f"the horizon {scenario.horizon.start} to {scenario.horizon.end} has no whole winter; set horizon.end to a"
            " 31 March after a 1 November in it"
        )
    if problems:
        raise ScenarioError(f"winters of '{scenario.id}'", problems)
    ids = {winter: f"{scenario.id}_{winter}" for winter in WINTERS}
    runs = {
        winter: run(with_changes(scenario, id=ids[winter], weather=weather), data) for winter, weather in chosen.items()
    }
    rows = [_row(winter, chosen[winter], runs[winter], nodes, begins, demand) for winter in WINTERS]
    return Winters(place, place_name(known, place), chosen, runs, pd.DataFrame(rows))


def winter_demand(data: GasData, nodes: Sequence[str]) -> pd.Series:
    """Demand from November to March of a year of each weather, TWh, least first."""
    table = data["demand_daily"]
    mine = table[table["node"].isin(nodes) & table["month"].isin(WINTER_MONTHS)]
    sectors = [name for name in table.columns if name.endswith("_gwh")]
    total = mine[sectors].sum(axis=1).groupby(mine["weather"].astype(str)).sum() / GWH_PER_TWH
    return total.sort_values(kind="stable")


def by_demand(demand: pd.Series) -> tuple[str, str, str]:
    """The weathers with the least, the median and the most demand; of an even number the lower median.

    >>> by_demand(pd.Series({"a": 1.0, "b": 2.0, "c": 3.0, "d": 9.0}))
    ('a', 'b', 'd')
    """
    names = [str(name) for name in demand.index]
    return names[0], names[(len(names) - 1) // 2], names[-1]


def past_band(data: GasData, results: Results, nodes: frozenset[str]) -> pd.DataFrame:
    """Least and most filling on each day of a run in the calendar years before its own, where every store reports.

    The years stand in ``attrs``; empty without observations. ``data`` are of the day on which the author stands.
    """
    table = data.tables.get(OBSERVED)
    places = sorted(set(results["storage"]["node"].astype(str)) & nodes)
    if table is None or not len(table[table["node"].isin(places)]):
        return pd.DataFrame(columns=["least", "most"])
    table = table[table["quality_flag"].isna() & table["node"].isin(places)]
    seen = facts.observed_filling(table, places, facts.working_gas_gwh(results, nodes))
    when, dates = pd.DatetimeIndex(seen.index), results.statistics.window.dates
    parts = []
    for year in dates.year.unique():
        own = dates[dates.year == year]
        before = seen[when.year < year]
        by = before.groupby([before.index.month, before.index.day]).agg(["min", "max", "count"])
        usual = by["count"].mode().max()  # a day that fewer years report would make a dent in the band
        by = by.loc[by["count"] >= usual, ["min", "max"]]
        part = by.reindex(pd.MultiIndex.from_arrays([own.month, own.day])).set_axis(["least", "most"], axis=1)
        parts.append(part.set_axis(own))
    found = pd.concat(parts).interpolate(limit=DAYS_BRIDGED)
    found.attrs["years"] = f"{when.year.min()}-{min(when.year.max(), dates.year.max() - 1)}"
    return found


def write_winters(found: Winters, data: GasData, folder: Path) -> list[Path]:
    """Write the figure and the table of three winters; same winters, same bytes."""
    stem = f"winters_{found.runs['normal'].scenario.id.removesuffix('_normal')}_{found.place.lower()}"
    return style.save_with_numbers(found.figure(data), folder / f"{stem}.png")


def _row(
    winter: str, weather: str, results: Results, nodes: Sequence[str], begins: pd.Timestamp, demand: pd.Series
) -> dict[str, object]:
    ask, inside = results.statistics, sorted(set(nodes))
    end = begins + pd.DateOffset(months=5)
    february = begins + pd.DateOffset(months=3)
    last = end - pd.Timedelta(days=1)
    places = sorted(set(results["storage"]["node"].astype(str)) & set(nodes))
    stock = ask.level(by=(), at=[february, end], node=places).to_numpy(float)
    share = ask.filling(by=(), at=[february, end], node=places).to_numpy(float)
    least = ask.level("boundary", node=places, since=begins)
    return {
        "winter": winter,
        "weather": weather,
        "winter_demand_twh": float(demand[weather]),
        "first_of_february_twh": float(stock[0]),
        "first_of_february_share": float(share[0]),
        "first_of_april_twh": float(stock[1]),
        "first_of_april_share": float(share[1]),
        "least_twh": float(np.min(least.to_numpy(float))),
        "curtailed_twh": ask.curtailed.value(node=inside, since=begins, until=last),
        "reduced_twh": ask.reduced.value(node=inside, since=begins, until=last),
        "price_eur_per_mwh": ask.price.value(node=inside, since=begins, until=last),
    }
