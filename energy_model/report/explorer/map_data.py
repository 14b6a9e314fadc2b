"""The flow map of the explorer: outlines and courses of lines once, flows and shares by period for every run.

Coordinates are kilometres from the upper left corner of the map's sheet, to the right and down.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.report.explorer.gather import SHARE_DIGITS, numbers
from energy_model.report.figures import map_flows
from energy_model.report.geography import SHEET, Basemap, project
from energy_model.report.map_links import families, net_links
from energy_model.report.maps import anchor_points, badged_nodes, course, places_on_sheet
from energy_model.results.headline import curtailed_share
from energy_model.results.run import Results
from energy_model.results.statistics import by_column

EVERY = 4
"""Points of a drawn course that are passed on: every so many."""
FINEST_KM = 4.0
"""Points of an outline that lie closer than this are one."""
_LINK = ["route", "family", "from_node", "to_node"]


def map_of(results: Sequence[Results], data: GasData, basemap: Basemap | None) -> dict[str, Any]:
    """Size, outlines, places and lines of the map, and for every run what its lines carry and who goes short.

    Returns
    -------
    dict
        ``lands``: ``code``, ``country`` and ``path`` (of SVG); ``nodes``: ``code``, ``country``, ``x``, ``y``;
        ``links``: ``name``, ``family``, ``from``, ``to``, ``points``; ``runs``: by scenario ``flows`` (GWh/d, a row per
        link, a number per period), ``lng`` (GWh/d by node), ``land`` and ``node`` (per cent of demand curtailed).
        Empty without a base map.
    """
    if basemap is None:
        return {}
    first = results[0]
    tables = {run.scenario.id: _links(run, data) for run in results}
    shorts = {run.scenario.id: by_column(curtailed_share(run, ["node", "period"]), "period") for run in results}
    modelled = pd.Series(0.0, index=shorts[first.scenario.id].index.astype(str))
    places, badges = places_on_sheet(first.nodes, basemap), badged_nodes(first.nodes, basemap, modelled)
    used = pd.concat([table.reset_index()[_LINK] for table in tables.values()]).drop_duplicates()
    drawn = [
        (link, course(basemap, link.route, (link.from_node, link.to_node), places, badges))
        for link in used.sort_values(_LINK).itertuples(index=False)
    ]
    drawn = [(link, line) for link, line in drawn if len(line) > 1]
    order = pd.MultiIndex.from_tuples([tuple(link) for link, _ in drawn], names=_LINK)
    terminals = anchor_points(basemap, "lng")
    seen = {*modelled.index, *(node for link, _ in drawn for node in (link.from_node, link.to_node))}
    return {
        "width": round(SHEET.east - SHEET.west),
        "height": round(SHEET.north - SHEET.south),
        "lands": _lands(first, basemap, modelled),
        "nodes": [
            {
                "code": str(row.node),
                "country": str(row.country),
                "name": str(row.name),
                "market": row.node in badges and row.node in modelled.index,
                "at": _placed(places[row.node]),
                "lng": _placed(terminals.get(row.node, places[row.node])),
            }
            for row in first.nodes[["node", "country", "name"]].itertuples(index=False)
            if row.node in places and row.node in seen
        ],
        "links": [
            {
                "name": first.labels.route_name(link.route),
                "family": link.family,
                "from": link.from_node,
                "to": link.to_node,
                "points": [_placed(point) for point in _thinned(line)],
            }
            for link, line in drawn
        ],
        "runs": {run.scenario.id: _moving(run, tables[run.scenario.id], order, shorts) for run in results},
    }


def _links(results: Results, data: GasData) -> pd.DataFrame:
    """Net flow of every link in every period, GWh/d: a row per link, a column per period; 0 where it runs otherwise."""
    links = net_links(map_flows(results, data), families(results.labels))
    table = links.pivot_table(index=_LINK, columns="period", values="flow_gwh_per_day", aggfunc="sum", observed=True)
    return table.fillna(0.0)  # a link that is not there in a period carries nothing


def _moving(
    results: Results, links: pd.DataFrame, order: pd.MultiIndex, shorts: dict[str, pd.DataFrame]
) -> dict[str, Any]:
    """What changes from period to period in one run."""
    periods = results["periods"]["period"].tolist()
    by_country = by_column(curtailed_share(results, ["country", "period"]), "period")
    lng = by_column(results.statistics.sendout(["node", "period"], unit="GWh/day"), "period")[periods]
    flows = links.reindex(order).reindex(columns=periods).fillna(0.0)
    return {
        "flows": [_rates(row) for row in flows.to_numpy()],
        "lng": {str(node): _rates(lng.loc[node].to_numpy()) for node in lng.index if lng.loc[node].max() >= 1.0},
        "land": _shares(by_country, periods),
        "node": _shares(shorts[results.scenario.id], periods),
    }


def _rates(row: np.ndarray) -> list[int]:
    return [round(max(float(value), 0.0)) for value in row]


def _shares(table: pd.DataFrame, periods: list[int]) -> dict[str, list[float | None]]:
    return {str(code): numbers(100 * table.loc[code].reindex(periods), SHARE_DIGITS) for code in table.index}


def _lands(results: Results, basemap: Basemap, modelled: pd.Series) -> list[dict[str, str]]:
    """Countries, and for a market that is no country the piece of land on which it lies."""
    rings = {iso: [project(*ring.T) for ring in basemap.rings[iso]] for iso in basemap.rings}
    found = [{"code": iso, "country": iso, "path": _path(own)} for iso, own in rings.items()]
    nodes = results.nodes
    parts = nodes[nodes["node"].isin(modelled.index) & ~nodes["node"].isin(list(basemap.rings))]
    for part in parts.itertuples(index=False):
        land = basemap.land_at(part.longitude, part.latitude)
        if land is not None and (path := _path([np.asarray(land.vertices)])):
            found.append({"code": str(part.node), "country": str(part.country), "path": path})
    return [land for land in found if land["path"]]


def _path(rings: Sequence[np.ndarray]) -> str:
    """Closed rings as a path of SVG, without those that lie off the sheet and without points closer than the finest."""
    parts = []
    for ring in rings:
        (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
        if east < SHEET.west or west > SHEET.east or north < SHEET.south or south > SHEET.north:
            continue
        kept = [ring[0]]
        for point in ring[1:]:
            if np.hypot(*(point - kept[-1])) >= FINEST_KM:
                kept.append(point)
        if len(kept) > 2:
            placed = [_placed(point) for point in kept]
            steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(placed)]
            parts.append(f"M{placed[0][0]} {placed[0][1]}l{' '.join(f'{x} {y}' for x, y in steps)}z")
    return "".join(parts)


def _placed(point: np.ndarray) -> tuple[int, int]:
    return round(float(point[0]) - SHEET.west), round(SHEET.north - float(point[1]))


def _thinned(line: np.ndarray) -> np.ndarray:
    """Every fourth point of a course, and its last."""
    return np.vstack([line[:-1:EVERY], line[-1:]])
