"""Marks that a flow map and its legend share, so that one always explains the other."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.patheffects import Stroke

from energy_model.report.geography import trim

WIDTH_PT_PER_GWH_PER_DAY = 0.0062
MIN_WIDTH_PT = 0.9
LNG_DIAMETER_PT = 0.86
"""Diameter of the LNG circle of 1 GWh/d; the area grows with the flow."""


def line_width_pt(flow_gwh_per_day: float) -> float:
    """Width of an arrow: proportional to its flow, and never too thin to see."""
    return max(MIN_WIDTH_PT, WIDTH_PT_PER_GWH_PER_DAY * flow_gwh_per_day)


def circle_diameter_pt(sendout_gwh_per_day: float) -> float:
    """Diameter of an LNG circle whose area is proportional to the send-out."""
    return LNG_DIAMETER_PT * float(np.sqrt(max(sendout_gwh_per_day, 0.0)))


def draw_arrow(axes: Axes, line: np.ndarray, width_pt: float, colour: str, unit_per_pt: float, layer: float) -> None:
    """Arrow along a line, edged in white so that crossings can be read.

    Parameters
    ----------
    axes : Axes
        Axes with equal scales in both directions.
    line : ndarray, shape (n, 2)
        Points of the line from tail to tip, in units of the axes.
    width_pt : float
        Width of the shaft, in points.
    colour : str
        Fill of shaft and head.
    unit_per_pt : float
        Length of one point in units of the axes.
    layer : float
        Drawing order; higher lies on top.
    """
    length = (0.95 * width_pt + 3.6) * unit_per_pt
    half = (0.80 * width_pt + 1.7) * unit_per_pt
    shaft = trim(line, 0.0, 0.9 * length)
    tip = line[-1]
    along = tip - shaft[-1]
    along = along / max(float(np.hypot(*along)), 1e-9)
    across = np.array([-along[1], along[0]])
    base = tip - along * length
    edged = [Stroke(linewidth=width_pt + 1.1, foreground="white"), Stroke(linewidth=width_pt, foreground=colour)]
    axes.plot(*shaft.T, color=colour, linewidth=width_pt, solid_capstyle="butt", zorder=layer, path_effects=edged)
    head = Polygon([tip, base + across * half, base - across * half], closed=True)
    head.set(facecolor=colour, edgecolor="white", linewidth=0.5, zorder=layer + 0.0005)
    axes.add_patch(head)
