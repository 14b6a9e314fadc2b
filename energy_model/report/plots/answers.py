"""Plots of an answer: the pictures that it declares, as a waterfall or as lines."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import numpy as np
import pandas as pd

from energy_model.errors import UnknownNameError
from energy_model.impact.answer import Answer, Picture
from energy_model.report import style
from energy_model.report.answers import UNITS, heading, unit_of
from energy_model.report.steps import LESS, bars_of, steps_of
from energy_model.report.style import HouseFigure
from energy_model.results.plotting import plot

WATERFALL, LINES = ("waterfall", "steps"), ("lines",)
LETTERS = 40
"""Of a line of a name beside a bar."""
INCHES_PER_LETTER = 0.068
KEYS, KEY_INCHES = 2, 0.21
"""Columns of a legend, and inches of its row."""
SOURCE = "Own model calculation; method and caveats stand with the answer."
PERCENT = ("share",)
"""Units whose numbers are shares of one and are drawn in per cent."""


def _has(kinds: tuple[str, ...]) -> Callable[[Answer], bool]:
    return lambda answer: any(one.kind in kinds for one in answer.pictures)


def _picture(answer: Answer, kinds: tuple[str, ...], which: int) -> Picture:
    """One of the pictures of an answer of some kinds."""
    there = [one for one in answer.pictures if one.kind in kinds]
    if not 0 <= which < len(there):
        known = "; ".join(f"{number}: {one.finding}" for number, one in enumerate(there)) or "none"
        raise UnknownNameError(f"the answer '{answer.name}'", [f"no picture {which} of this kind; known: {known}"])
    return there[which]


@plot("answer", "waterfall", place=10, has=_has(WATERFALL))
def waterfall(answer: Answer, which: int = 0) -> HouseFigure:
    """Levels and the changes between them as bars, in the unit of the answer's table; a change begins where the last
    bar ended.

    Parameters
    ----------
    which : int
        Of several waterfalls of an answer, by number from 0.

    Raises
    ------
    UnknownNameError
        If the answer has no such picture.
    """
    picture = _picture(answer, WATERFALL, which)
    return waterfall_figure(answer[picture.table], picture, answer.question)


def waterfall_figure(table: pd.DataFrame, picture: Picture, subtitle: str) -> HouseFigure:
    """Draw a picture of steps from its table."""
    steps = steps_of(picture, table)
    bars = bars_of(steps.values, steps.levels)
    names = [textwrap.fill(name, LETTERS) for name in steps.names]
    rows = [max(1.0, 0.72 * (name.count("\n") + 1)) for name in names]
    place = -np.cumsum(rows) + 0.5 * np.array(rows)
    letters = max(len(line) for name in names for line in name.split("\n"))
    width = style.HALF_PAGE[0] + 1.4
    with style.house_style():
        figure = style.new_figure((width, 2.05 + 0.34 * sum(rows)))
        height = float(figure.get_size_inches()[1])
        top = style.add_header(figure, picture.finding, subtitle)
        style.add_source_line(figure, SOURCE)
        left = (0.25 + INCHES_PER_LETTER * letters) / width
        axes = figure.add_axes((left, 0.70 / height, 0.97 - left, top - 0.80 / height))
        shades = {"level": style.INK, "more": style.UNSERVED, "less": LESS}
        axes.barh(place, [bar.high - bar.low for bar in bars], left=[bar.low for bar in bars],
                  color=[shades[bar.kind] for bar in bars], height=0.66)  # fmt: skip
        at = 0.0
        for number, (bar, value) in enumerate(zip(bars, steps.values, strict=True)):
            at = float(value) if number in steps.levels else at + float(value)
            if number + 1 < len(bars):
                axes.plot([at, at], [place[number] - 0.33, place[number + 1] + 0.33], color=style.MUTED, linewidth=0.8)
            said = f"{value + 0.0:,.0f}" if number in steps.levels else f"{round(value) + 0.0:+,.0f}"
            axes.text(bar.high, place[number], f" {said}", va="center", size=8, color=style.INK)
        low, high = min(bar.low for bar in bars), max(max(bar.high for bar in bars), 1.0)
        axes.set_xlim(1.08 * low, high + 0.12 * (high - low))
        axes.set_ylim(-sum(rows) - 0.1, 0.1)
        axes.set_yticks(place, names)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.axvline(0.0, color=style.INK, linewidth=0.6)
        axes.set_xlabel(f"{heading(picture.values[0])}, over the horizon", color=style.MUTED)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.tick_params(length=0)
        told = ", ".join(f"{name} {value:,.0f}" for name, value in zip(steps.names, steps.values, strict=True))
        style.tell(figure, f"Bars from the top: {told}", table)
    return figure


@plot("answer", "lines", place=20, has=_has(LINES))
def lines(answer: Answer, which: int = 0) -> HouseFigure:
    """Columns of numbers over one of them, each a line, in the units of the answer's table: a frontier, for example.

    Parameters
    ----------
    which : int
        Of several such pictures of an answer, by number from 0.

    Raises
    ------
    UnknownNameError
        If the answer has no such picture.
    """
    picture = _picture(answer, LINES, which)
    table = answer[picture.table]
    across = _shown(table, picture.names)
    with style.house_style():
        rows = -(-len(picture.values) // KEYS)
        height = style.HALF_PAGE[1] + 0.9 + KEY_INCHES * rows
        figure = style.new_figure((style.HALF_PAGE[0] + 1.4, height))
        top = style.add_header(figure, picture.finding, answer.question)
        style.add_source_line(figure, SOURCE)
        low = (0.85 + KEY_INCHES * rows) / height
        axes = figure.add_axes((0.08, low, 0.88, top - 0.25 / height - low))
        for name in picture.values:
            axes.plot(across, _shown(table, name), marker="o", markersize=4, label=heading(name))
        style.tidy_axes(axes, f"{picture.table} ({UNITS[unit_of(picture.values[0]) or 'share'].words})")
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        axes.set_xlabel(heading(picture.names), color=style.MUTED)
        figure.legend(loc="lower left", bbox_to_anchor=(0.07, 0.28 / height), ncols=KEYS)
        ends = [f"{heading(name)} {_end(table[name], 0)} to {_end(table[name], -1)}" for name in picture.values]
        style.tell(figure, f"Lines over {heading(picture.names)}: {'; '.join(ends)}", table)
    return figure


def _shown(table: pd.DataFrame, name: str) -> pd.Series:
    """A column in the unit of its heading."""
    return table[name] * (100.0 if unit_of(name) in PERCENT else 1.0)


def _end(column: pd.Series, at: int) -> str:
    value = column.iloc[at]
    return "no value" if pd.isna(value) else f"{value:,.2f}"
