"""Outlines of countries and routes of pipelines on a flat map, with no more than numpy.

The map uses Lambert's azimuthal equal-area projection about a point in Central Europe, so a shaded area is as large on
paper as the country is on the ground. Distances are kilometres from that point.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.path import Path as Outline

from energy_model.data.load import GasData
from energy_model.data.package import Package
from energy_model.errors import DataError

RESOURCE = "basemap"
"""Of a data package that has a base map."""

_log = logging.getLogger(__name__)

EARTH_RADIUS_KM = 6371.0
CENTRE_LONGITUDE, CENTRE_LATITUDE = 16.0, 50.0

WAYPOINTS_FILE = "route_waypoints.csv"
ANCHORS_FILE = "map_anchors.csv"
_WAYPOINT_COLUMNS = ("route", "from_node", "to_node", "sequence", "role", "latitude", "longitude")
_ANCHOR_COLUMNS = ("kind", "anchor", "label", "from_node", "to_node", "latitude", "longitude")


class Sheet(NamedTuple):
    """Visible part of the map, kilometres east and north of its centre."""

    west: float
    east: float
    south: float
    north: float


SHEET = Sheet(west=-2420.0, east=2990.0, south=-1930.0, north=2440.0)


def project(longitude: np.ndarray | float, latitude: np.ndarray | float) -> np.ndarray:
    """Kilometres east and north of the map's centre of some points (n,), in degrees; shape (n, 2).

    >>> project(16.0, 50.0).tolist()
    [[0.0, 0.0]]
    """
    east = np.radians(np.atleast_1d(np.asarray(longitude, dtype=float)) - CENTRE_LONGITUDE)
    north = np.radians(np.atleast_1d(np.asarray(latitude, dtype=float)))
    middle = np.radians(CENTRE_LATITUDE)
    cosine = np.sin(middle) * np.sin(north) + np.cos(middle) * np.cos(north) * np.cos(east)
    scale = EARTH_RADIUS_KM * np.sqrt(2.0 / (1.0 + cosine))
    x = scale * np.cos(north) * np.sin(east)
    y = scale * (np.cos(middle) * np.sin(north) - np.sin(middle) * np.cos(north) * np.cos(east))
    return np.column_stack([x, y])


@dataclass(frozen=True)
class Basemap:
    """Countries as rings of longitude and latitude, and the map's own small gazetteer.

    Attributes
    ----------
    rings : mapping of str to tuple of ndarray
        ISO 3166-1 alpha-2 code (``XK`` for Kosovo) to closed rings; outer rings run anticlockwise, holes clockwise.
    names : mapping of str to str
        Short English name of each country.
    waypoints : DataFrame
        Points through which a route runs: ``route``, ``from_node``, ``to_node`` (blank: any), ``sequence``,
        ``role``, ``latitude``, ``longitude``. A line begins and ends at its nodes unless a point's role is
        ``start`` or ``end``; all others are ``via``.
    anchors : DataFrame
        Where the map writes things: ``kind``, ``anchor``, ``label``, ``from_node``, ``to_node``, ``latitude``,
        ``longitude``. Kinds: ``route`` (its name; two nodes, if given, say of which leg the flow is told),
        ``supplier`` (its name), ``lng`` (circle off the coast), ``node`` (badge, where the node itself would crowd its
        neighbours).
    """

    rings: Mapping[str, tuple[np.ndarray, ...]]
    names: Mapping[str, str]
    waypoints: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_WAYPOINT_COLUMNS)))
    anchors: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_ANCHOR_COLUMNS)))

    def outline(self, iso: str) -> Outline:
        """One country on the flat map, holes included."""
        return Outline.make_compound_path(*(Outline(project(*ring.T), closed=True) for ring in self.rings[iso]))

    def land_at(self, longitude: float, latitude: float) -> Outline | None:
        """Outline of the one piece of a country (an island, an exclave) on which a point lies, or None at sea."""
        for rings in self.rings.values():
            for ring in rings:
                if _crossings(ring, longitude, latitude) % 2:
                    return Outline(project(*ring.T), closed=True)
        return None


def _crossings(ring: np.ndarray, longitude: float, latitude: float) -> int:
    """How often a line due east from a point crosses a closed ring: an odd number of times if the point lies inside."""
    x0, y0 = ring[:-1].T
    x1, y1 = ring[1:].T
    spans = (y0 > latitude) != (y1 > latitude)
    x0, y0, x1, y1 = x0[spans], y0[spans], x1[spans], y1[spans]
    return int((x0 + (latitude - y0) * (x1 - x0) / (y1 - y0) > longitude).sum())


def load_basemap(path: Path | str, beside: Path | str | None = None) -> Basemap:
    """Read the base map, and the waypoints and anchors of a package (without them routes are drawn straight).

    Parameters
    ----------
    path : path
        GeoJSON file of countries with the properties ``iso_a2`` and ``name``.
    beside : path, optional
        Folder of the waypoints and anchors; default is that of the base map.

    Raises
    ------
    DataError
        If the file cannot be read as such a map; all problems at once.
    """
    source = Path(path)
    folder = source.parent if beside is None else Path(beside)
    try:
        features = json.loads(source.read_text(encoding="utf-8"))["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(str(source), [f"is no GeoJSON FeatureCollection that can be read: {error!r}"]) from error
    rings: dict[str, tuple[np.ndarray, ...]] = {}
    names: dict[str, str] = {}
    problems = []
    for number, feature in enumerate(features, start=1):
        try:
            iso, name = feature["properties"]["iso_a2"], feature["properties"]["name"]
            rings[iso], names[iso] = _rings(feature["geometry"]), name
        except (KeyError, TypeError, ValueError) as error:
            problems.append(f"feature {number}: needs iso_a2, name and a polygon ({error!r})")
    if problems:
        raise DataError(str(source), problems)
    return Basemap(
        MappingProxyType(rings),
        MappingProxyType(names),
        waypoints=_read_beside(folder, WAYPOINTS_FILE, _WAYPOINT_COLUMNS),
        anchors=_read_beside(folder, ANCHORS_FILE, _ANCHOR_COLUMNS),
    )


def _rings(geometry: Mapping[str, Any]) -> tuple[np.ndarray, ...]:
    """Rings of a polygon or of several, outer rings and holes alike."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return tuple(np.asarray(ring, dtype=float) for polygon in polygons for ring in polygon)


def _read_beside(folder: Path, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Small table of a folder, or an empty one. ``NA`` is Namibia here, not a missing value."""
    beside = folder / name
    if not beside.is_file():
        return pd.DataFrame(columns=list(columns))
    table = pd.read_csv(beside, keep_default_na=False)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise DataError(str(beside), [f"column {column} is missing; the map needs it" for column in missing])
    return table[list(columns)]


class Course(NamedTuple):
    """Waypoints on the flat map, and whether the line begins or ends at them rather than at its nodes."""

    points: np.ndarray
    begins_here: bool
    ends_here: bool


def find_course(waypoints: pd.DataFrame, route: str, from_node: str, to_node: str) -> Course:
    """Waypoints between two nodes in the direction asked for; without any, no points.

    The first that is given wins: this route between these nodes, this route anywhere, any route between these nodes.
    Points of the opposite direction are turned round.
    """
    there, back = (from_node, to_node), (to_node, from_node)
    for of_route, (start, end) in ((route, there), (route, back), (route, ("", "")), ("", there), ("", back)):
        found = waypoints[
            (waypoints["route"] == of_route) & (waypoints["from_node"] == start) & (waypoints["to_node"] == end)
        ]
        if len(found):
            turned = (start, end) == back
            ordered = found.sort_values("sequence", ascending=not turned)
            roles = [bool(ordered["role"].eq(role).any()) for role in ("start", "end")]
            begins_here, ends_here = reversed(roles) if turned else roles
            points = project(ordered["longitude"].to_numpy(), ordered["latitude"].to_numpy())
            return Course(points, begins_here, ends_here)
    return Course(np.empty((0, 2)), begins_here=False, ends_here=False)


def smooth(points: np.ndarray, per_piece: int = 24) -> np.ndarray:
    """Catmull-Rom curve through points, km east and north, shape (n, 2), as more such points.

    Two points give a line that bows a little to the left of its way.
    """
    steps = np.hypot(*np.diff(points, axis=0).T)
    points = points[np.concatenate([[True], steps > 1e-6])]
    if len(points) < 2:
        return points
    if len(points) == 2:
        across = (points[1] - points[0]) @ np.array([[0.0, 1.0], [-1.0, 0.0]])
        points = np.insert(points, 1, points.mean(axis=0) + 0.06 * across, axis=0)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    p0, p1, p2, p3 = (padded[shift : len(padded) - 3 + shift, None, :] for shift in range(4))
    t = np.linspace(0.0, 1.0, per_piece, endpoint=False)[None, :, None]
    bend = 2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    return np.vstack([0.5 * bend.reshape(-1, 2), points[-1:]])


def trim(line: np.ndarray, start_km: float, end_km: float) -> np.ndarray:
    """Line, points of shape (n, 2) in km, without its first and last kilometres; at least its middle fifth stays."""
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    total = travelled[-1]
    first, last = min(start_km, 0.4 * total), total - min(end_km, 0.4 * total)
    inside = (travelled > first) & (travelled < last)
    where = np.concatenate([[first], travelled[inside], [last]])
    return np.column_stack([np.interp(where, travelled, line[:, axis]) for axis in (0, 1)])


def basemap_of(data: GasData) -> Basemap | None:
    """The base map of a package with its waypoints and anchors; none, with a warning, if it has no base map."""
    resources = Package.open(data.root).resources
    if RESOURCE not in resources or not resources[RESOURCE].file.is_file():
        _log.warning("%s: no base map, so no flow maps", data.root)
        return None
    return load_basemap(resources[RESOURCE].file, beside=data.root)
