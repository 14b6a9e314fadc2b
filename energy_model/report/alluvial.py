"""An alluvial figure of two columns: what is lost on the left, what comes in its place on the right, bands between."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline

from energy_model.report import style
from energy_model.report.style import HouseFigure

SIZE = (10.4, 6.4)
LEFT, RIGHT, WIDE = 0.335, 0.635, 0.03
"""Left edges of the two columns of blocks, and their width, as shares of the figure."""
GAP = 0.018
"""Between two blocks, as a share of the total."""
LINE = 0.034
"""Least distance of two labels, as a share of the height of the columns."""
Blocks = Mapping[str, tuple[float, float]]
"""Bottom and top of each block."""


def alluvial(
    bands: pd.DataFrame, colours: Mapping[str, str], heads: tuple[str, str], title: str, subtitle: str, source: str
) -> HouseFigure:
    """Draw volumes that go from blocks on the left to blocks on the right.

    Parameters
    ----------
    bands : DataFrame
        ``from``, ``to``, ``twh`` (above 0), a row per pair; blocks stand in the order of their first row.
    colours : mapping of str to str
        Of every block, left and right; a band has that of its right end.
    heads : tuple of str
        Above the two columns.
    """
    total = float(bands["twh"].sum())
    left, right = (bands.groupby(side, sort=False)["twh"].sum() for side in ("from", "to"))
    height = total * (1.0 + GAP * max(len(left), len(right)))
    with style.house_style():
        figure = style.new_figure(SIZE)
        top = style.add_header(figure, title, subtitle)
        style.add_source_line(figure, source)
        axes = figure.add_axes((0.0, 0.09, 1.0, top - 0.15))
        axes.set(xlim=(0.0, 1.0), ylim=(0.0, height))
        axes.set_axis_off()
        blocks = [_blocks(column, height, GAP * total) for column in (left, right)]
        _draw_bands(axes, bands, blocks[0], blocks[1], colours)
        for at, column, places, head in zip((LEFT, RIGHT), (left, right), blocks, heads, strict=True):
            is_left = at == LEFT
            edge, align = (at - 0.012, "right") if is_left else (at + WIDE + 0.012, "left")
            axes.text(edge, 1.035 * height, head, size=9, weight="bold", ha=align, va="bottom", color=style.INK)
            for name, (low, tall) in places.items():
                axes.add_patch(Rectangle((at, low), WIDE, tall - low, facecolor=colours[name], linewidth=0))
            for name, place in _spread(places, LINE * height).items():
                text = f"{name}  {column[name]:,.1f}" if column[name] < 10.0 else f"{name}  {column[name]:,.0f}"
                middle = sum(places[name]) / 2
                axes.plot([edge, at if is_left else at + WIDE], [place, middle], color=style.RULE, linewidth=0.7)
                axes.text(edge, place, f" {text} ", size=8.5, ha=align, va="center", color=style.INK)
        figure.text(0.5, 0.06, f"Both columns: {total:,.0f} TWh", size=8, color=style.MUTED, ha="center")
        said = [", ".join(f"{name} {volume:,.0f}" for name, volume in column.items()) for column in (left, right)]
        words = f"Two columns with bands between them. {heads[0]}: {said[0]}. {heads[1]}: {said[1]}"
        style.tell(figure, words, bands.reset_index(drop=True))
    return figure


def _blocks(column: pd.Series, height: float, gap: float) -> dict[str, tuple[float, float]]:
    """Blocks from the top down, the column in the middle of the height."""
    at = (height + float(column.sum()) + gap * (len(column) - 1)) / 2
    found = {}
    for name, volume in column.items():
        found[str(name)] = (at - float(volume), at)
        at -= float(volume) + gap
    return found


def _draw_bands(axes: Axes, bands: pd.DataFrame, left: Blocks, right: Blocks, colours: Mapping[str, str]) -> None:
    """A curved band for each pair, in the order of the blocks at both ends."""
    order = {name: number for number, name in enumerate(right)}
    leaves, enters = {name: top for name, (_, top) in left.items()}, {name: top for name, (_, top) in right.items()}
    rows = bands.assign(place=bands["to"].map(order)).to_dict("records")
    start, end = LEFT + WIDE, RIGHT
    middle = (start + end) / 2
    for row in rows:
        source, target, volume = str(row["from"]), str(row["to"]), float(row["twh"])
        one, two = leaves[source], enters[target]
        leaves[source], enters[target] = one - volume, two - volume
        points = [(start, one), (middle, one), (middle, two), (end, two), (end, two - volume), (middle, two - volume),
                  (middle, one - volume), (start, one - volume), (start, one)]  # fmt: skip
        codes = [Outline.MOVETO, *[Outline.CURVE4] * 3, Outline.LINETO, *[Outline.CURVE4] * 3, Outline.CLOSEPOLY]
        axes.add_patch(PathPatch(Outline(points, codes), facecolor=colours[target], alpha=0.45, linewidth=0))


def _spread(places: Blocks, least: float) -> dict[str, float]:
    """Heights of labels beside blocks, from the top down and no closer than ``least``.

    >>> _spread({"a": (8.0, 10.0), "b": (7.6, 7.8)}, 2.0)
    {'a': 9.35, 'b': 7.35}
    """
    middles = np.array([(low + top) / 2 for low, top in places.values()])
    found = middles.copy()
    for number in range(1, len(found)):
        found[number] = min(found[number], found[number - 1] - least)
    # what was pushed down goes half of the way back up, all together, so that no label is far from its block
    groups = np.cumsum([0, *(np.diff(found) < -least - 1e-9)])
    for group in np.unique(groups):
        inside = groups == group
        found[inside] += (middles[inside] - found[inside]).mean()
    for number in range(1, len(found)):
        found[number] = min(found[number], found[number - 1] - least)
    return {name: float(place) for name, place in zip(places, found, strict=True)}
