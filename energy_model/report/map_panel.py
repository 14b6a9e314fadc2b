"""Column beside the flow map: the legend, and the few totals a reader asks for first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from energy_model.report import style
from energy_model.report.map_links import Families
from energy_model.report.map_symbols import circle_diameter_pt, draw_arrow, line_width_pt

WORST_SHOWN = 8
_ALL = 0.001
_GAP_INCHES = 0.24
_RIGHT_INCHES = 0.35
_SAMPLE_FLOWS = (100.0, 500.0, 1500.0)


@dataclass(frozen=True)
class Imports:
    """What comes to the countries of the map.

    Attributes
    ----------
    known : Families
        Names and colours.
    supply : Series
        Pipeline flow of each family, GWh/d.
    apart : DataFrame
        What sellers send out under codes of their own for single countries: ``family``, ``to_node``,
        ``flow_gwh_per_day``.
    lng : Series
        Send-out of each node, GWh/d.
    """

    known: Families
    supply: pd.Series
    apart: pd.DataFrame
    lng: pd.Series


class _Column:
    """Axes measured in points, written from the top down."""

    def __init__(self, figure: Figure, beside: Axes) -> None:
        box = beside.get_position()
        wide, tall = figure.get_size_inches()
        left = box.x1 + _GAP_INCHES / wide
        span = 1.0 - _RIGHT_INCHES / wide - left
        self.axes = figure.add_axes((left, box.y0, span, box.height))
        self.width, self.top = span * wide * 72.0, box.height * tall * 72.0
        self.axes.set(xlim=(0.0, self.width), ylim=(0.0, self.top))
        self.axes.set_axis_off()

    def heading(self, text: str, unit: str = "") -> None:
        self.axes.plot([0, self.width], [self.top - 1, self.top - 1], color=style.INK, linewidth=0.9)
        self.top -= 13.0
        self.write(0, text, size=8.5, weight="bold")
        if unit:
            self.write(self.width, unit, size=7.0, color=style.MUTED, ha="right")
        self.top -= 15.0

    def write(self, x: float, text: str, **look: Any) -> None:
        settings: dict[str, Any] = {"size": 8.0, "color": style.INK, "ha": "left", "va": "center", **look}
        self.axes.text(x, self.top, text, **settings)

    def note(self, text: str) -> None:
        self.write(0, text, size=6.6, color=style.MUTED, va="top", linespacing=1.25)
        self.top -= 9.0 * (text.count("\n") + 1) + 6.0


def draw_panel(figure: Figure, beside: Axes, shortfall: pd.Series, names: pd.Series, imports: Imports) -> None:
    """Write the legend of the flow map, the worst shortfalls and the imports by origin to the right of ``beside``.

    ``names`` gives the name of a node.
    """
    column = _Column(figure, beside)
    _shortfalls(column, shortfall, names)
    _supplies(column, imports, names)
    _scales(column, has_lng=float(imports.lng.sum()) > 0)


def _shortfalls(column: _Column, shortfall: pd.Series, names: pd.Series) -> None:
    column.heading("Demand not met", "share of demand")
    colours = (style.LAND_IN_MODEL, *style.SHORTFALL_COLOURS)
    step = column.width / len(colours)
    for number, colour in enumerate(colours):
        column.axes.add_patch(Rectangle((number * step, column.top - 5), step - 1.2, 11, facecolor=colour))
    column.top -= 11.5
    column.write(step / 2, "none", size=6.4, color=style.MUTED, ha="center")
    for number, limit in enumerate(style.SHORTFALL_BOUNDS[1:-1], start=2):
        column.write(number * step - 0.6, style.format_share(limit), size=6.4, color=style.MUTED, ha="center")
    column.top -= 12.0
    unmodelled = Rectangle((0, column.top - 4), 14, 8, facecolor=style.LAND, edgecolor=style.RULE, linewidth=0.5)
    column.axes.add_patch(unmodelled)
    column.write(18, "no demand in the model", size=6.6, color=style.MUTED)
    column.top -= 15.0
    short = shortfall[shortfall > style.SHORTFALL_SEEN]
    ranked = sorted(short.items(), key=lambda item: (-item[1], str(item[0])))
    for node, share in ranked[:WORST_SHOWN]:
        column.write(0, str(names[node]))
        column.write(column.width, style.format_share(float(share)), ha="right", weight="bold", color=style.UNSERVED)
        column.top -= 12.0
    if len(ranked) > WORST_SHOWN:
        column.write(0, f"and {len(ranked) - WORST_SHOWN} more", color=style.MUTED, size=7.2)
        column.top -= 12.0
    if not ranked:
        column.write(0, "Nobody goes short.")
        column.top -= 12.0
    column.top -= 8.0


def _supplies(column: _Column, imports: Imports, names: pd.Series) -> None:
    column.heading("Imports by origin", "GWh/d")
    for family in imports.known.piped:
        look = imports.known.looks[family]
        total = float(imports.supply.get(family, 0.0))
        if total > 0:
            draw_arrow(column.axes, _sample(column, 24.0), 3.2, look.colour, 1.0, 2.0)
        else:
            column.axes.plot([0, 24], [column.top, column.top], color=look.colour, linewidth=1.0, dashes=(3.2, 2.2))
        column.write(31, look.label)
        column.write(column.width, style.format_gwh_per_day(total, unit=False), ha="right", weight="bold")
        column.top -= 14.0
        apart = imports.apart[imports.apart["family"] == family]
        if len(apart):
            part = float(apart["flow_gwh_per_day"].sum())
            whose = " and ".join(str(names[node]) for node in apart["to_node"])
            lead = "all" if part > (1.0 - _ALL) * total else "of which"
            column.top += 3.5
            column.write(31, f"{lead} to {whose}", size=6.6, color=style.MUTED)
            column.write(
                column.width, style.format_gwh_per_day(part, unit=False), size=6.6, color=style.MUTED, ha="right"
            )
            column.top -= 11.0
    lng_total = float(imports.lng.sum())
    look = style.FAMILIES["lng"]
    column.axes.scatter(12, column.top, s=64, color=look.colour, edgecolor="white", linewidth=0.6)
    column.write(31, look.label)
    column.write(column.width, style.format_gwh_per_day(lng_total, unit=False), ha="right", weight="bold")
    column.top -= 14.0
    look = style.FAMILIES["between_countries"]
    draw_arrow(column.axes, _sample(column, 24.0), 3.2, look.colour, 1.0, 2.0)
    column.write(31, look.label + ", net")
    column.top -= 14.0
    column.axes.plot([0, 24], [column.top, column.top], color=style.IDLE, linewidth=1.0, dashes=(3.2, 2.2))
    column.write(31, "Built, carries nothing")
    column.top -= 13.0
    column.note(
        "Pipelines: all gas that leaves the supplier for\ncountries on this map. A line has the colour\n"
        "of a supplier if most of what it carries is\ntheirs. LNG: sent into the grid."
    )
    column.top -= 6.0


def _scales(column: _Column, has_lng: bool) -> None:
    column.heading("Scale", "GWh/d")
    colour = style.FAMILIES["between_countries"].colour
    for flow in _SAMPLE_FLOWS:
        width = line_width_pt(flow)
        column.top -= width / 2
        draw_arrow(column.axes, _sample(column, 46.0), width, colour, 1.0, 2.0)
        column.write(54, style.format_gwh_per_day(flow, unit=False), size=7.2)
        column.top -= width / 2 + 8.0
    if not has_lng:
        return
    column.top += 30.0
    for x, flow in ((92.0, 100.0), (128.0, 500.0)):
        size = circle_diameter_pt(flow)
        column.axes.scatter(x, column.top, s=size**2, color=style.FAMILIES["lng"].colour, linewidth=0)
        column.write(x + size / 2 + 3, style.format_gwh_per_day(flow, unit=False), size=7.2)


def _sample(column: _Column, length: float) -> np.ndarray:
    return np.array([[0.0, column.top], [length / 2, column.top], [length, column.top]])
