"""The briefing's figures: storage, supply mix, shortfall, routes of the seller in focus, flow map.

Each function takes results and returns a figure that carries its words and numbers; save it with
:func:`energy_model.report.style.save_with_numbers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from energy_model.data.load import GasData
from energy_model.data.regions import country_name
from energy_model.report import facts, style
from energy_model.report.geography import Basemap
from energy_model.report.map_links import BETWEEN_COUNTRIES, families, family_of_pair, net_links
from energy_model.report.maps import draw_flow_map
from energy_model.report.mix import mix_bands, mix_finding, mix_table
from energy_model.report.style import HouseFigure
from energy_model.results.lost_gas import supplier_shares, supplier_shares_by_period
from energy_model.results.run import Results

OBSERVED = "Observed"
BARS_AT_MOST, WORST_TOLD = 36, 5
"""Countries with a bar, and those named in the words for who cannot see it."""
LEGEND_LEFT = 0.775
_HALO = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"}


def time_panel(top: float) -> tuple[float, float, float, float]:
    """Place of a time chart beside its legend, below the header."""
    return (0.06, 0.09, 0.70, top - 0.12)


def storage_curve(results: Sequence[Results], data: GasData | None = None) -> HouseFigure:
    """Filling of the region and the country in focus, one line per scenario, with targets and what was observed.

    Parameters
    ----------
    results : sequence of Results
        The reference first; at most seven are drawn.
    data : GasData, optional
        For the observed line; without it there is none.
    """
    results = list(results)[: len(style.SCENARIO_COLOURS)]
    base = results[0]
    titles = facts.short_titles(results)
    with style.house_style():
        figure = style.new_figure(style.A4_LANDSCAPE)
        is_asked = any(facts.asked_levels(base, nodes) for nodes in facts.places(base).values())
        marks = "; marks are the levels that law or custom ask for" if is_asked else ""
        said = f"Gas in store, share of working gas volume{marks}"
        top = style.add_header(figure, _storage_finding(results, titles), said)
        panels, is_observed = facts.places(base), False
        for number, (name, nodes) in enumerate(panels.items()):
            axes = figure.add_axes((0.06 + 0.48 * number, 0.16, 0.42, top - 0.19))
            for run, colour in zip(results, style.SCENARIO_COLOURS, strict=False):
                series = 100 * facts.filling(run, nodes)
                axes.plot(series.index, series.to_numpy(), color=colour, linewidth=2.2 if run is base else 1.5)
            target_marks(axes, base, nodes)
            if data is not None:
                is_observed |= _observed_line(axes, base, nodes, data)
            time_axis(axes, base, f"{name}, % of working gas volume")
            axes.set_ylim(0, 100)
        handles = [
            Line2D([], [], color=colour, linewidth=2.2 if run is base else 1.5, label=titles[run.scenario.id])
            for run, colour in zip(results, style.SCENARIO_COLOURS, strict=False)
        ]
        if is_observed:
            handles.append(Line2D([], [], color=style.MUTED, linestyle=":", linewidth=2.4, label=OBSERVED))
        style.add_source_line(figure, source_of(base, "Observed filling: GIE AGSI+." if is_observed else ""))
        handles += [level_mark()] if is_asked else []
        figure.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.05, 0.05), ncols=5)
        places = " and ".join(panels)
        style.tell(figure, f"Lines over time for {places}: {', '.join(titles.values())}", _filling_table(results))
    return figure


def _storage_finding(results: Sequence[Results], titles: Mapping[str, str]) -> str:
    """The lowest filling of the region in focus, of the run with the emptiest stores and of the reference."""
    lowest = {run.scenario.id: facts.filling(run, facts.region(run)).min() for run in results}
    base, where = results[0].scenario.id, results[0].labels.region_name
    least = min(lowest, key=lambda name: lowest[name])
    if least == base:
        return f"{where}: gas in store falls to {style.format_share(lowest[base])} at lowest"
    return (
        f"{where}: gas in store falls to {style.format_share(lowest[least])} in '{titles[least]}',"
        f" {style.format_share(lowest[base])} in '{titles[base]}'"
    )


def _filling_table(results: Sequence[Results]) -> pd.DataFrame:
    """Filling of the region and the country in focus: ``date``, ``place``, ``scenario``, ``filling_share``."""
    parts = [
        facts.filling(run, nodes).rename_axis("date").rename("filling_share").reset_index()
        .assign(place=name, scenario=run.scenario.id)
        for run in results
        for name, nodes in facts.places(run).items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[["date", "place", "scenario", "filling_share"]]


def supply_mix(results: Results, nodes: frozenset[str] | None = None, name: str | None = None) -> HouseFigure:
    """What serves a group of nodes over time, stacked; what is cut off lies on top, injection below zero.

    Parameters
    ----------
    nodes : frozenset of str, optional
        Default is the region in focus, with net imports by the family of supplies that crosses its border.
    name : str, optional
        Its name; default is that of the region in focus.
    """
    nodes = facts.region(results) if nodes is None else nodes
    name = results.labels.region_name if name is None else name
    bands = mix_bands(results, nodes)
    edges, demand = facts.period_ends(results), _demand_rate(results, nodes)
    with style.house_style():
        figure = style.new_figure(style.A4_LANDSCAPE)
        title = mix_finding(results, nodes, name, bands)
        top = style.add_header(
            figure, title, f"{results.scenario.title}. What serves {name}, mean rates.{facts.open_weeks(results)}"
        )
        style.add_source_line(figure, source_of(results))
        axes = figure.add_axes(time_panel(top))
        above, below = np.zeros(len(edges)), np.zeros(len(edges))
        handles: list[Artist] = []
        for band in bands:
            stepped = np.append(band.rate, band.rate[-1:])
            positive, negative = np.maximum(stepped, 0.0), np.minimum(stepped, 0.0)
            axes.fill_between(edges, above, above + positive, step="post", color=band.colour, linewidth=0)
            axes.fill_between(edges, below, below + negative, step="post", color=band.colour, linewidth=0, alpha=0.55)
            above, below = above + positive, below + negative
            handles.append(Patch(color=band.colour, label=band.label))
        axes.step(edges, np.append(demand, demand[-1:]), where="post", color=style.INK, linewidth=1.3)
        handles.append(Line2D([], [], color=style.INK, label="Demand before prices"))
        axes.axhline(0, color=style.INK, linewidth=0.6)
        time_axis(axes, results, "GWh per day (below zero: into storage or to other countries)")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        figure.legend(
            handles=handles[::-1], loc="upper left", bbox_to_anchor=(LEGEND_LEFT, top - 0.02), labelspacing=0.75
        )
        words = f"Stacked areas over time: {', '.join(band.label for band in bands)}; a line for demand"
        style.tell(figure, words, mix_table(results, bands, demand))
    return figure


def shortfall_by_country(results: Results) -> HouseFigure:
    """Curtailed share of demand over the horizon, by country, members of the region in focus in strong colour."""
    share = facts.shortfall(results, "country")
    inside = {str(code) for code in results.nodes.loc[results.nodes["node"].isin(facts.region(results)), "country"]}
    region = results.labels.region_name
    share = share.sort_values(ascending=False, kind="stable").head(BARS_AT_MOST)
    names = [country_name(results.nodes, str(code)) for code in share.index]
    ask, focus = results.statistics, results.labels.focus.region
    mean = 100 * facts.ratio(ask.curtailed.value(region=focus), ask.demand.value(region=focus))
    with style.house_style():
        figure = style.new_figure(style.A4_PORTRAIT)
        title = f"{names[0]} goes shortest: {style.format_share(share.iloc[0])} of its demand, {mean:.0f} % in {region}"
        title = title if share.iloc[0] > style.SHORTFALL_SEEN else "Nobody is curtailed"
        top = style.add_header(figure, title, f"{results.scenario.title}. Curtailed demand by country.")
        style.add_source_line(figure, source_of(results))
        axes = figure.add_axes((0.24, 0.06, 0.68, top - 0.10))
        place = np.arange(len(share))[::-1]
        colours = [style.UNSERVED if node in inside else style.SHORTFALL_COLOURS[1] for node in share.index]
        axes.barh(place, 100 * share.to_numpy(), color=colours, height=0.72)
        axes.set_yticks(place, names)
        for where, value in zip(place, share, strict=True):
            text = style.format_share(float(value) if value > style.SHORTFALL_SEEN else 0.0)
            axes.text(100 * value + 0.25, where, text, va="center", size=7.5, color=style.INK, zorder=4, bbox=_HALO)
        axes.axvline(mean, color=style.INK, linewidth=0.9, dashes=(4, 3), zorder=3)
        here = f"{region}: {style.SAY.get()(f'{mean:.1f} %')}"
        axes.text(mean, len(share) - 0.35, here, ha="center", va="bottom", size=8, color=style.INK)
        axes.set_ylim(-0.7, len(share) - 0.3)
        axes.set_xlim(0, max(5.0, 112 * float(share.max())))
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("Curtailed, % of demand over the whole horizon", color=style.MUTED)
        axes.tick_params(length=0)
        handles = [Patch(color=style.UNSERVED, label=region), Patch(color=style.SHORTFALL_COLOURS[1], label="Others")]
        axes.legend(handles=handles, loc="lower right")
        table = pd.DataFrame({"country": names, "curtailed_share": share.to_numpy()})
        worst = [f"{name} {style.format_share(part)}" for name, part in zip(names, share, strict=True)][:WORST_TOLD]
        style.tell(figure, f"Bars by country, longest first: {', '.join(worst)}", table)
    return figure


def flow_map(results: Results, data: GasData, basemap: Basemap, period: int | None = None) -> HouseFigure:
    """Flows and shortfalls of one period on a map; default is the period in which the region in focus misses most.

    A run in which nothing is cut shows its period of highest demand, once every measure has begun.
    """
    period = telling_period(results) if period is None else period
    known_families = families(results.labels)
    shares = pd.concat({period: supplier_shares(results, period)})
    flows = _lines(results, data, results["flows"][results["flows"]["period"] == period], shares)
    lng = results.statistics.sendout("node", unit="GWh/day", **facts.period_days(results, period)).clip(lower=0.0)
    when, short = _period_words(results, period)
    figure = draw_flow_map(
        basemap,
        results.nodes,
        flows,
        facts.shortfall(results, "node", period),
        by_country=facts.shortfall(results, "country", period),
        known=known_families,
        title=short,
        subtitle=style.as_sentences(results.scenario.title, f"Mean of {when}"),
        source_line=source_of(results, "Borders do not imply any view on the status of a territory."),
        lng=lng,
    )
    links = net_links(flows, known_families)
    carried = links[links["flow_gwh_per_day"] > 0.0]
    widest = carried[carried["family"] != BETWEEN_COUNTRIES].head(WORST_TOLD)
    told = [
        f"{_ends(results, row.from_node, row.to_node)} {row.flow_gwh_per_day:,.0f} GWh/d" for row in widest.itertuples()
    ]
    style.tell(figure, f"Arrows for flows, the widest of suppliers: {', '.join(told) or 'none'}", links)
    return figure


def map_flows(results: Results, data: GasData) -> pd.DataFrame:
    """What every pipeline carries in every period, as :func:`energy_model.report.map_links.net_links` takes it."""
    return _lines(results, data, results["flows"], supplier_shares_by_period(results))


def _lines(results: Results, data: GasData, flows: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Flow, capacity, name and status of each pipeline by period, and its route's family's share in what it carries.

    Parameters
    ----------
    flows : DataFrame
        Rows of the table of flows.
    shares : DataFrame
        Of each supplier in what every pipeline carries: a row per period and pipeline.
    """
    known = families(results.labels)
    lines = data.at(results.scenario.as_of)["pipelines"][["pipeline", "name", "status"]]
    flows = flows.astype({"pipeline": str, "route": str, "from_node": str, "to_node": str})
    flows = flows.merge(lines, on="pipeline", how="left", validate="m:1")
    by_family = shares.T.groupby(lambda code: known.of_supplier.get(code, "")).sum().T
    carried = by_family.reindex(pd.MultiIndex.from_frame(flows[["period", "pipeline"]]))
    place = by_family.columns.get_indexer(family_of_pair(flows, known))
    own = carried.to_numpy()[np.arange(len(flows)), place]
    flows["own_share"] = np.where(place >= 0, own, 0.0)  # a pair without a supply route brings no family's gas
    flows["name"] = flows["name"].where(flows["name"].notna(), flows["pipeline"])
    for column in ("flow_gwh_per_day", "capacity_gwh_per_day"):
        flows[column] = flows[column].clip(lower=0.0)
    return flows


def telling_period(results: Results) -> int:
    """The period that a map of a run shows: see :func:`flow_map`."""
    period, worst = facts.worst_period(results, facts.region(results))
    if worst > style.SHORTFALL_SEEN:
        return period
    periods = results["periods"].set_index("period")
    rate = results.statistics.demand("period", region=results.labels.focus.region, unit="GWh/day")
    begun = max((measure.start for measure in results.scenario.in_force if measure.start), default=None)
    settled = rate[pd.to_datetime(periods["start"]) >= pd.Timestamp(begun)] if begun else rate
    return int((settled if len(settled) else rate).idxmax())


def _period_words(results: Results, period: int) -> tuple[str, str]:
    """The days of a period, and what the region in focus misses in it."""
    row = results["periods"].set_index("period").loc[period]
    share = float(facts.shortfall_by_period(results, facts.region(results)).loc[period])
    short = (
        "Nobody is curtailed"
        if share <= style.SHORTFALL_SEEN
        else f"{_upper(results.labels.region_words)} misses {style.format_share(share)} of demand"
    )
    return f"{facts.day_name(row['start'])} to {facts.day_name(row['end'])}", short


def _ends(results: Results, *nodes: str) -> str:
    """Names of the two ends of a flow."""
    names = facts.node_names(results)
    return " to ".join(names[node] for node in nodes)


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _demand_rate(results: Results, nodes: frozenset[str]) -> np.ndarray:
    return np.asarray(results.statistics.demand("period", node=sorted(nodes), unit="GWh/day").to_numpy())


def target_marks(axes: Axes, results: Results, nodes: frozenset[str]) -> None:
    """Mark the levels asked for on a chart of the filling in per cent."""
    for day, share in facts.asked_levels(results, nodes).items():
        level = 100 * share
        axes.plot([day], [level], marker="_", markersize=14, markeredgewidth=2.2, color=style.INK, zorder=5)
        axes.annotate(f"{level:.0f} %", (day, level), xytext=(0, 4), textcoords="offset points", ha="center", size=7.5)


def level_mark() -> Line2D:
    """The mark of a level asked for, as a legend shows it."""
    return Line2D([], [], color=style.INK, marker="_", markersize=11, linestyle="", label="Level asked for")


def _observed_line(axes: Axes, results: Results, nodes: frozenset[str], data: GasData) -> bool:
    """Draw what was observed up to the day on which the scenario's author stands; whether anything was."""
    series = 100 * facts.observed_levels(results, nodes, data)
    if len(series):
        axes.plot(series.index, series.to_numpy(), color=style.MUTED, linestyle=":", linewidth=2.4, zorder=6)
    return len(series) > 0


def time_axis(axes: Axes, results: Results, ylabel: str) -> None:
    """Days of a run along an axis, with the words of the other one."""
    style.tidy_axes(axes, ylabel)
    edges = facts.period_ends(results)
    axes.set_xlim(edges[0] - pd.Timedelta(days=1), edges[-1])
    axes.tick_params(axis="x", pad=7)
    locator = mdates.MonthLocator(interval=2)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False))


def source_of(results: Results, note: str = "") -> str:
    """Where the numbers of a figure come from, for its foot."""
    text = f"Own model calculation; data known on {facts.day_name(results.scenario.as_of)}. {note}".strip()
    return f"{text} Data package {results.data_digest[:12]}."
