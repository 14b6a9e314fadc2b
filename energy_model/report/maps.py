"""One map of a gas day or of a period: who goes short, and what flows where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from energy_model.data.regions import country_name
from energy_model.errors import ResultError
from energy_model.report import style
from energy_model.report.geography import SHEET, Basemap, find_course, project, smooth, trim
from energy_model.report.map_links import BETWEEN_COUNTRIES, Families, net_links, sold_apart, supply_by_family
from energy_model.report.map_panel import Imports, draw_panel
from energy_model.report.map_symbols import circle_diameter_pt, draw_arrow, line_width_pt
from energy_model.report.style import HouseFigure

MAP_WIDTH_INCHES = 8.6
_MAP_LEFT, _MAP_BOTTOM = 0.35, 0.40
_BADGE_RADIUS_PT, _DOT_RADIUS_PT = 8.5, 1.5

_FLOW_COLUMNS = ("pipeline", "name", "route", "from_node", "to_node", "flow_gwh_per_day", "capacity_gwh_per_day")
_NODE_COLUMNS = ("node", "name", "country", "latitude", "longitude")
LINKS_AT_MOST = 1_000
"""More links than a map has: each is drawn above the one before, within its layer."""


def draw_flow_map(
    basemap: Basemap,
    nodes: pd.DataFrame,
    flows: pd.DataFrame,
    shortfall: pd.Series,
    *,
    known: Families,
    title: str,
    subtitle: str = "",
    source_line: str = "",
    lng: pd.Series | None = None,
    by_country: pd.Series | None = None,
) -> HouseFigure:
    """Draw flows and shortfalls on a map that fills one A4 sheet, landscape.

    Parameters
    ----------
    basemap : Basemap
        From :func:`energy_model.report.geography.load_basemap`.
    nodes : DataFrame
        ``node``, ``name``, ``country``, ``latitude``, ``longitude``; nodes off the sheet are left out of the drawing.
    flows : DataFrame
        ``pipeline``, ``name``, ``route``, ``from_node``, ``to_node``, ``flow_gwh_per_day``, ``capacity_gwh_per_day``
        (and ``status``: planned lines without flow are left out; and ``own_share``: see
        :func:`~energy_model.report.map_links.net_links`); points and directions of a border are netted.
    shortfall : Series
        Share (0..1) of demand not met, by node. A node that is absent counts as not modelled and is drawn so.
    known : Families
        Names and colours of supplies, from :func:`energy_model.report.map_links.families`.
    lng : Series, optional
        LNG send-out (GWh/d) by node.
    by_country : Series, optional
        The shortfall by country, for the land and the list; default is that by node.

    Raises
    ------
    ResultError
        If a table lacks a column, names an unknown node or holds what is no number in range; all problems at once.
    """
    lng = pd.Series(dtype=float) if lng is None else lng
    land = shortfall if by_country is None else by_country
    _check(nodes, flows, shortfall, lng)
    links = net_links(flows, known)
    places = places_on_sheet(nodes, basemap)
    badges = badged_nodes(nodes, basemap, shortfall)
    with style.house_style():
        figure = style.new_figure(style.A4_LANDSCAPE)
        top = style.add_header(figure, title, subtitle)
        style.add_source_line(figure, source_line)
        axes = _map_axes(figure, top)
        _draw_countries(axes, basemap, land, nodes)
        _draw_links(axes, basemap, links, places, badges, known)
        _draw_lng(axes, basemap, lng, places)
        _draw_badges(axes, places, badges, links, shortfall, lng, known)
        _draw_route_names(axes, basemap, links, known)
        _draw_supplier_names(axes, basemap, nodes, known)
        imports = Imports(known, supply_by_family(links, known), sold_apart(links, known), lng)
        names = pd.Series({code: country_name(nodes, str(code)) for code in land.index}, dtype=object)
        draw_panel(figure, axes, land, names.combine_first(nodes.set_index("node")["name"]), imports)
    return figure


def _check(nodes: pd.DataFrame, flows: pd.DataFrame, shortfall: pd.Series, lng: pd.Series) -> None:
    """Raise with everything that would make the map wrong without a sign of it."""
    problems = [f"nodes: column {name} is missing" for name in _NODE_COLUMNS if name not in nodes.columns]
    problems += [f"flows: column {name} is missing" for name in _FLOW_COLUMNS if name not in flows.columns]
    if not problems:
        known = set(nodes["node"])
        ends = {*flows["from_node"], *flows["to_node"]}
        for table, used in {"flows": ends, "shortfall": {*shortfall.index}, "lng": {*lng.index}}.items():
            problems += [f"{table}: node {node!r} is not among the nodes" for node in sorted(used - known)]
        values = {"flow": flows["flow_gwh_per_day"], "capacity": flows["capacity_gwh_per_day"], "LNG send-out": lng}
        for what, series in values.items():
            bad = ~(np.isfinite(series.to_numpy(dtype=float)) & (series.to_numpy(dtype=float) > -1e-3))
            problems += [f"{what} of {label}: must be a number of at least 0" for label in series.index[bad]]
        outside = shortfall[~shortfall.between(-1e-6, 1 + 1e-6)]
        problems += [f"shortfall of {node}: {share} is no share between 0 and 1" for node, share in outside.items()]
    if problems:
        raise ResultError("\n  ".join(["the flow map cannot be drawn", *problems]))


def places_on_sheet(nodes: pd.DataFrame, basemap: Basemap) -> dict[str, np.ndarray]:
    """Position of the badge of each node that lies on the sheet, km east and north of its centre, shape (2,)."""
    points = project(nodes["longitude"].to_numpy(), nodes["latitude"].to_numpy())
    moved = anchor_points(basemap, "node")
    places = {node: moved.get(node, point) for node, point in zip(nodes["node"], points, strict=True)}
    return {node: point for node, point in places.items() if _on_sheet(point)}


def _on_sheet(point: np.ndarray) -> bool:
    return bool(SHEET.west < point[0] < SHEET.east and SHEET.south < point[1] < SHEET.north)


def _map_axes(figure: Figure, top: float) -> Axes:
    """Axes with equal scales; the sheet is cut, not squeezed, where header and map need more than the page has."""
    width, height = figure.get_size_inches()
    tall = min(top * height - _MAP_BOTTOM, MAP_WIDTH_INCHES * (SHEET.north - SHEET.south) / (SHEET.east - SHEET.west))
    axes = figure.add_axes((_MAP_LEFT / width, top - tall / height, MAP_WIDTH_INCHES / width, tall / height))
    shown = (SHEET.east - SHEET.west) * tall / MAP_WIDTH_INCHES
    axes.set(xlim=(SHEET.west, SHEET.east), ylim=(SHEET.north - shown, SHEET.north), xticks=[], yticks=[])
    axes.set_facecolor(style.SEA)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set(visible=True, color=style.RULE, linewidth=0.6)
    return axes


def _km_per_pt() -> float:
    return (SHEET.east - SHEET.west) / (MAP_WIDTH_INCHES * 72.0)


def _draw_countries(axes: Axes, basemap: Basemap, shortfall: pd.Series, nodes: pd.DataFrame) -> None:
    """Shade countries by shortfall, and for a node that is no country the piece of land on which it lies."""

    def fill(outline: Outline, colour: str) -> None:
        axes.add_patch(PathPatch(outline, facecolor=colour, edgecolor="white", linewidth=0.6, zorder=1))

    for iso in basemap.rings:
        known = iso in shortfall.index
        fill(basemap.outline(iso), style.shortfall_colour(float(shortfall[iso])) if known else style.LAND)
    parts = nodes[nodes["node"].isin(shortfall.index) & ~nodes["node"].isin(list(basemap.rings))]
    for part in parts.itertuples(index=False):
        land = basemap.land_at(part.longitude, part.latitude)
        if land is not None:
            fill(land, style.shortfall_colour(float(shortfall[part.node])))


def _draw_links(
    axes: Axes,
    basemap: Basemap,
    links: pd.DataFrame,
    places: dict[str, np.ndarray],
    badges: frozenset[str],
    known: Families,
) -> None:
    """Idle lines lowest, then flows between countries, then supplies; thick ones below thin ones."""
    for order, link in enumerate(links.itertuples(index=False)):
        line = course(basemap, link.route, (link.from_node, link.to_node), places, badges)
        if len(line) < 2:
            continue
        if link.flow_gwh_per_day == 0:
            if link.family != BETWEEN_COUNTRIES:
                axes.plot(*line.T, color=known.looks[link.family].colour, linewidth=0.9, dashes=(3.4, 2.4), zorder=3)
            continue
        layer = 4.0 if link.family == BETWEEN_COUNTRIES else 5.0
        colour = known.looks[link.family].colour
        width = line_width_pt(link.flow_gwh_per_day)
        draw_arrow(axes, line, width, colour, _km_per_pt(), layer + order / LINKS_AT_MOST)


def course(
    basemap: Basemap, route: str, ends: tuple[str, str], places: dict[str, np.ndarray], badges: frozenset[str]
) -> np.ndarray:
    """Line from one badge to the other through the waypoints, km, shape (points, 2); empty if an end is off the sheet.

    ``places`` holds the position of each badge, shape (2,), as :func:`places_on_sheet` gives it.
    """
    from_node, to_node = ends
    via, begins_here, ends_here = find_course(basemap.waypoints, route, from_node, to_node)
    if not ((begins_here or from_node in places) and (ends_here or to_node in places)):
        return np.empty((0, 2))
    first = [] if begins_here else [places[from_node][None, :]]
    last = [] if ends_here else [places[to_node][None, :]]
    gap = {node: (_BADGE_RADIUS_PT if node in badges else _DOT_RADIUS_PT) * _km_per_pt() for node in ends}
    gaps = (0.0 if begins_here else gap[from_node], 0.0 if ends_here else gap[to_node])
    return trim(smooth(np.vstack([*first, via, *last])), *gaps)


def badged_nodes(nodes: pd.DataFrame, basemap: Basemap, shortfall: pd.Series) -> frozenset[str]:
    """Nodes that are markets or lie in a country of the map, and are no mere landing points."""
    drawn = nodes["country"].isin(list(basemap.rings)) | nodes["node"].isin(shortfall.index)
    return frozenset(nodes.loc[drawn, "node"])


def _draw_lng(axes: Axes, basemap: Basemap, lng: pd.Series, places: dict[str, np.ndarray]) -> None:
    """Circles off the coast, tied to the country they serve; the number is GWh/d."""
    anchors = anchor_points(basemap, "lng")
    colour = style.FAMILIES["lng"].colour
    for node in sorted(lng.index, key=lambda name: (-float(lng[name]), name)):
        if lng[node] < 1.0 or node not in places:
            continue
        point = anchors.get(node, places[node] + np.array([0.0, -14.0 * _km_per_pt()]))
        diameter = circle_diameter_pt(float(lng[node]))
        axes.plot(*np.vstack([point, places[node]]).T, color=colour, linewidth=0.9, dashes=(1.2, 1.2), zorder=6.5)
        axes.scatter(point[0], point[1], s=diameter**2, color=colour, edgecolor="white", linewidth=0.6, zorder=7)
        text = style.format_gwh_per_day(float(lng[node]), unit=False)
        inside = diameter > 13.0
        shift = np.array([0.0, -0.1 * _km_per_pt() if inside else -(diameter / 2 + 4.2) * _km_per_pt()])
        tone = "white" if inside else colour
        _write(axes, point + shift, text, 5.8, tone, layer=9, halo=0.0 if inside else 1.6)


def _draw_badges(
    axes: Axes,
    places: dict[str, np.ndarray],
    badges: frozenset[str],
    links: pd.DataFrame,
    shortfall: pd.Series,
    lng: pd.Series,
    known: Families,
) -> None:
    """Country codes at the nodes, with the share that is missing where something is; a dot for a mere landing point."""
    seen = {*shortfall.index, *lng.index, *links["from_node"], *links["to_node"]} & set(places)
    for node in sorted(node for node in seen if node not in known.of_supplier):
        if node not in badges:
            axes.scatter(
                places[node][0], places[node][1], s=(2 * _DOT_RADIUS_PT) ** 2, color=style.MUTED, linewidth=0, zorder=8
            )
            continue
        share = float(shortfall[node]) if node in shortfall.index else 0.0
        short = share > style.SHORTFALL_SEEN
        text = f"{node}\n{chr(8722)}{style.format_share(share)}" if short else node
        edge = style.UNSERVED if short else style.RULE
        box = {"boxstyle": "round,pad=0.2,rounding_size=0.4", "fc": "white", "ec": edge, "lw": 0.6, "alpha": 0.93}
        _write(axes, places[node], text, 5.8, style.INK, layer=8, box=box)


def anchor_points(basemap: Basemap, kind: str) -> dict[str, np.ndarray]:
    """Points of the flat map at which things of a kind are written, by name: km east and north, shape (2,)."""
    rows = basemap.anchors[basemap.anchors["kind"] == kind]
    points = project(rows["longitude"].to_numpy(), rows["latitude"].to_numpy())
    return dict(zip(rows["anchor"], points, strict=True))


def _route_labels(basemap: Basemap, links: pd.DataFrame) -> Iterator[tuple[np.ndarray, str, float, str]]:
    """Place, name, flow and family of each route whose leg is among the links."""
    places = anchor_points(basemap, "route")
    rows = basemap.anchors[basemap.anchors["kind"] == "route"]
    for row in rows.itertuples(index=False):
        leg = links[links["route"] == row.anchor]
        if row.from_node:
            pair = [row.from_node, row.to_node]
            leg = leg[leg["from_node"].isin(pair) & leg["to_node"].isin(pair)]
        if len(leg):
            yield places[row.anchor], row.label, float(leg["flow_gwh_per_day"].sum()), leg["family"].iloc[0]


def _draw_route_names(axes: Axes, basemap: Basemap, links: pd.DataFrame, known: Families) -> None:
    for place, name, flow, family in _route_labels(basemap, links):
        text = f"{name}\n{style.format_gwh_per_day(flow) if flow else 'no flow'}"
        _write(axes, place, text, 6.4, known.looks[family].colour, layer=10, halo=2.2)


def _draw_supplier_names(axes: Axes, basemap: Basemap, nodes: pd.DataFrame, known: Families) -> None:
    for node, place in anchor_points(basemap, "supplier").items():
        name = nodes.loc[nodes["node"] == node, "name"]
        if len(name) and node in known.of_supplier:
            colour = known.looks[known.of_supplier[node]].colour
            _write(axes, place, " ".join(style.SAY.get()(name.iloc[0]).upper()), 7.0, colour, layer=9, halo=2.0)


def _write(
    axes: Axes,
    point: np.ndarray,
    text: str,
    size: float,
    colour: str,
    *,
    layer: float,
    halo: float = 0.0,
    box: dict[str, Any] | None = None,
) -> None:
    """Bold text centred on a point, with a white edge or a box behind it; what leaves the map is cut."""
    written = axes.text(point[0], point[1], text, size=size, color=colour, weight="bold", linespacing=1.08, bbox=box)
    written.set(ha="center", va="center", zorder=layer, clip_on=True)
    if halo:
        written.set_path_effects([withStroke(linewidth=halo, foreground="white")])
