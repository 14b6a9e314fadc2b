"""The pictures of a page, drawn at the size at which they are printed: a small map, and stores with alarm levels."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.patheffects import withStroke

from energy_model.data.load import GasData
from energy_model.report import facts, style
from energy_model.report.figures import map_flows
from energy_model.report.geography import SHEET, Basemap, basemap_of, find_course, project, smooth, trim
from energy_model.report.map_links import BETWEEN_COUNTRIES, families, net_links
from energy_model.report.map_symbols import draw_arrow, line_width_pt
from energy_model.report.onepage.alarm import COLOURS, LEVELS, Alarms
from energy_model.report.onepage.language import Language
from energy_model.report.onepage.page import Picture
from energy_model.results.run import Results

MM_PER_INCH = 25.4
DPI = 220
MAP_MM = (92.0, 78.0)
CHART_MM = (178.0, 37.0)
LABELLED, LABEL_PT, LETTER_PT = 10, 6.6, 4.6
"""Countries with their share on the map, the largest markets of those that are hit; size of type, width of a letter."""
ROOM_OF_A_MONTH = pd.Timedelta(days=8)
"""What the name of a month takes of the time axis to the right of its tick."""
LABELLED_FROM = 0.005
"""A smaller share would be labelled as none."""
WORST_NAMED = 6
"""Countries named in the words for those who cannot see the map."""
ARROW_FROM_GWH_PER_DAY = 20.0
ARROW_SCALE = 0.6
"""Arrows of a small map against those of a whole sheet."""


def map_picture(results: Results, data: GasData, language: Language) -> Picture | None:
    """Countries shaded by what they do without over the horizon, arrows for pipelines; none without a base map."""
    basemap = basemap_of(data)
    if basemap is None:
        return None
    share, is_cut = hit(results)
    figure = _small_map(results, data, basemap, share, language)
    worst = share[share > style.SHORTFALL_SEEN].sort_values(ascending=False, kind="stable").head(WORST_NAMED)
    named = [f"{language.place(data, str(code))} {language.share(float(value))}" for code, value in worst.items()]
    words = language.say("map_worst", countries=language.join(named)) if named else language.say("map_nobody")
    caption = language.say("map" if is_cut else "map_calm")
    return Picture(_png(figure), language.say("map_alt", words=f"{caption} {words}"), caption, *MAP_MM)


def hit(results: Results) -> tuple[pd.Series, bool]:
    """Share of demand by country that the map shows, and whether it is curtailed; else it left at a price."""
    cut = facts.shortfall(results, "country")
    if cut.max() > style.SHORTFALL_SEEN:
        return cut, True
    demand = results.statistics.demand("country")
    return (results.statistics.reduced("country") / demand.where(demand > 0.0)).fillna(0.0).clip(0.0, 1.0), False


def _small_map(results: Results, data: GasData, basemap: Basemap, share: pd.Series, language: Language) -> Figure:
    size = (MAP_MM[0] / MM_PER_INCH, MAP_MM[1] / MM_PER_INCH)
    with style.house_style():
        figure = style.new_figure(size)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        width = SHEET.east - SHEET.west
        axes.set(xlim=(SHEET.west, SHEET.east), xticks=[], yticks=[])
        axes.set_ylim(SHEET.north - width * size[1] / size[0], SHEET.north)
        axes.set_facecolor(style.SEA)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set(visible=False)
        for iso in basemap.rings:
            colour = style.shortfall_colour(float(share[iso])) if iso in share.index else style.LAND
            axes.add_patch(
                PathPatch(basemap.outline(iso), facecolor=colour, edgecolor="white", linewidth=0.4, zorder=1)
            )
        km_per_pt = width / (size[0] * 72.0)
        _arrows(axes, results, data, basemap, km_per_pt)
        _labels(axes, results, share, language, km_per_pt)
        _legend(axes, language)
    return figure


def mean_flows(results: Results, data: GasData) -> pd.DataFrame:
    """What every pipeline carries on the mean day of the horizon, and what share of it is gas of its route's family.

    Returns
    -------
    DataFrame
        A row per pipeline, as :func:`energy_model.report.map_links.net_links` takes it.
    """
    flows = map_flows(results, data)
    share = flows["period"].map(results["periods"].set_index("period")["days"])
    share = share / results.statistics.window.days.sum()
    weighted = flows.assign(
        flow_gwh_per_day=share * flows["flow_gwh_per_day"],
        capacity_gwh_per_day=share * flows["capacity_gwh_per_day"],
        own_share=share * flows["flow_gwh_per_day"] * flows["own_share"],
    )
    keys = ["pipeline", "name", "status", "route", "from_node", "to_node"]
    numbers = ["flow_gwh_per_day", "capacity_gwh_per_day", "own_share"]
    mean = weighted.groupby(keys, as_index=False, dropna=False)[numbers].sum()
    carried = mean["flow_gwh_per_day"]
    return mean.assign(own_share=(mean["own_share"] / carried.where(carried > 0.0)).fillna(0.0))


def _arrows(axes: Axes, results: Results, data: GasData, basemap: Basemap, km_per_pt: float) -> None:
    """Net flows of suppliers, means of the horizon, from the family of each."""
    known = families(results.labels)
    links = net_links(mean_flows(results, data), known)
    nodes = data["nodes"]
    points = project(nodes["longitude"].to_numpy(), nodes["latitude"].to_numpy())
    places = dict(zip(nodes["node"], points, strict=True))
    shown = links[(links["family"] != BETWEEN_COUNTRIES) & (links["flow_gwh_per_day"] >= ARROW_FROM_GWH_PER_DAY)]
    for order, link in enumerate(shown.itertuples(index=False)):
        via, begins_here, ends_here = find_course(basemap.waypoints, link.route, link.from_node, link.to_node)
        first = [] if begins_here else [places[link.from_node][None, :]]
        last = [] if ends_here else [places[link.to_node][None, :]]
        line = trim(smooth(np.vstack([*first, via, *last])), 0.0, 0.0 if ends_here else 4.0 * km_per_pt)
        if len(line) > 1:
            width = ARROW_SCALE * line_width_pt(link.flow_gwh_per_day)
            draw_arrow(axes, line, width, known.looks[link.family].colour, km_per_pt, 4.0 + 0.001 * order)


def _labels(axes: Axes, results: Results, share: pd.Series, language: Language, km_per_pt: float) -> None:
    """Code and share of the largest markets that are hit, where there is room for them."""
    demand = results.statistics.demand("country")
    hardest = share[share >= LABELLED_FROM].index
    largest = demand.reindex(hardest).sort_values(ascending=False, kind="stable").index
    markets = results.nodes[results.nodes["is_market"]]
    taken: list[tuple[float, float, float, float]] = []
    for code in largest:
        own = markets[markets["country"] == code]
        text = f"{code} {chr(8722)}{language.number(100.0 * float(share[code]))} %"
        east, north = project(own["longitude"].mean(), own["latitude"].mean())[0]
        half = 0.5 * len(text) * LETTER_PT * km_per_pt, 0.75 * LABEL_PT * km_per_pt
        box = (east - half[0], east + half[0], north - half[1], north + half[1])
        inside = SHEET.west < box[0] and box[1] < SHEET.east and box[2] > axes.get_ylim()[0] and box[3] < SHEET.north
        if not inside or any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        written = axes.text(east, north, text, size=LABEL_PT, color=style.INK, weight="bold", ha="center", va="center")
        written.set(zorder=8, clip_on=True)
        written.set_path_effects([withStroke(linewidth=1.8, foreground="white")])
        if len(taken) == LABELLED:
            return


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _legend(axes: Axes, language: Language) -> None:
    """Classes of the shading, at the lower left."""
    colours = (style.LAND_IN_MODEL, *style.SHORTFALL_COLOURS)
    wide, tall = 0.050, 0.030
    for number, colour in enumerate(colours):
        box = Rectangle((0.02 + number * wide, 0.065), wide - 0.004, tall, transform=axes.transAxes, facecolor=colour)
        box.set(edgecolor="white", linewidth=0.4, zorder=9)
        axes.add_patch(box)
    for number, limit in enumerate(style.SHORTFALL_BOUNDS[:-1], start=1):
        label = language.number(100.0 * limit) + (" %" if number == len(style.SHORTFALL_BOUNDS) - 1 else "")
        axes.text(0.02 + number * wide, 0.035, label, transform=axes.transAxes, size=6.0, color=style.INK, ha="center",
                  va="center", zorder=9)  # fmt: skip


def levels_picture(alarms: Alarms, place: str, words: str, language: Language) -> Picture:
    """Filling of a country's stores over time before the alarm level of each period; without stores, what is served."""
    size = (CHART_MM[0] / MM_PER_INCH, CHART_MM[1] / MM_PER_INCH)
    with style.house_style():
        figure = style.new_figure(size)
        axes = figure.add_axes((0.045, 0.16, 0.945, 0.60))
        for row in alarms.table.itertuples(index=False):
            end = row.end + pd.Timedelta(days=1)
            if row.level != LEVELS[0]:
                axes.axvspan(row.start, end, color=COLOURS[row.level], linewidth=0)
        edges, values = alarms.curve
        axes.plot(
            edges,
            100.0 * values,
            color=style.INK,
            linewidth=1.6,
            drawstyle="default" if alarms.has_stores else "steps-post",
        )
        axes.set(xlim=(edges[0], edges[-1]), ylim=(0.0, 102.0))
        style.tidy_axes(axes, language.say("levels_axis" if alarms.has_stores else "levels_axis_none"))
        months = pd.date_range(edges[0], edges[-1] - ROOM_OF_A_MONTH, freq="2MS")
        axes.set_xticks(months, [_tick(month, language) for month in months])
        handles = [Rectangle((0, 0), 1, 1, facecolor=COLOURS[level], edgecolor=style.RULE) for level in LEVELS]
        labels = [language.say(f"level_{level}") for level in LEVELS]
        figure.legend(handles, labels, loc="upper right", ncols=len(LEVELS), bbox_to_anchor=(0.995, 1.02), fontsize=7.5)
    alt = language.say("levels_alt", country=place, words=words)
    return Picture(_png(figure), alt, "", *CHART_MM)


def _tick(month: pd.Timestamp, language: Language) -> str:
    name = language.short_month(month)
    return f"{name}\n{month.year}" if month.month <= 2 else name


def _png(figure: Figure) -> bytes:
    content = io.BytesIO()
    with style.house_style():
        figure.savefig(content, format="png", dpi=DPI, metadata={"Software": None})
    return content.getvalue()
