"""Plot of a run: its headlines with low, central and high over the stated ranges of the data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from energy_model.errors import ResultError
from energy_model.report import style
from energy_model.report.figures import source_of
from energy_model.report.style import HouseFigure
from energy_model.results.band import SIGNS, Band
from energy_model.results.headline import COST, ENERGY, PRICE, ROUTE_PREFIX, SHARE, headline_list
from energy_model.results.plotting import plot
from energy_model.results.run import Results

PANELS = (SHARE, ENERGY, PRICE, COST)
"""Units in the order of their panels."""
ROW, GAP, LEFT = 0.30, 0.62, 0.34
"""Inches of a row and between two panels; share of the width that names take."""
NUMBERS = ("low", "central", "high")


@plot("results", "ranges", place=90)
def ranges(results: Results, bands: Mapping[str, Band]) -> HouseFigure:
    """Low, central and high of the headlines over the stated ranges of the data: %, TWh, EUR/MWh and bn EUR.

    Routes, and what no range moves, are left out; they are in ``bands``.

    Parameters
    ----------
    bands : mapping of str to Band
        By key of the headline, from :func:`energy_model.sweep.spread.headline_ranges`, some twenty runs by month.

    Raises
    ------
    ResultError
        If no headline of the run has a band that is wider than nothing.
    """
    table = _table(results, bands)
    if table.empty:
        known = ", ".join(one.key for one in headline_list(results))
        raise ResultError(f"the ranges move none of the headlines of '{results.scenario.id}', which are {known}")
    panels = [rows for unit in PANELS for rows in [table[table["unit"] == SIGNS[unit]]] if len(rows)]
    with style.house_style():
        figure = style.new_figure(
            (style.HALF_PAGE[0] + 1.4, 1.7 + GAP * len(panels) + ROW * sum(len(rows) for rows in panels))
        )
        height = float(figure.get_size_inches()[1])
        said = f"{results.scenario.title}. Dot: central; line: lowest to highest over the stated ranges of the data."
        top = style.add_header(figure, _finding(results, bands, table), said)
        style.add_source_line(figure, source_of(results, "Ranges: solved by month."))
        at = top - 0.25 / height
        for rows in panels:
            tall = ROW * len(rows) / height
            _panel(figure.add_axes((LEFT, at - tall, 0.60, tall)), rows)
            at -= tall + GAP / height
        style.tell(figure, "; ".join(f"{row['headline']} {row['words']}" for row in table.to_dict("records")), table)
    return figure


def _table(results: Results, bands: Mapping[str, Band]) -> pd.DataFrame:
    """A row per headline with a band: its unit, ``low``, ``central`` and ``high``, what gives the ends, and words."""
    rows = []
    for one in headline_list(results):
        band = bands.get(one.key)
        if band is None or one.key.startswith(ROUTE_PREFIX) or band.low == band.high:
            continue
        scale = 100.0 if band.unit == SHARE else 1.0
        numbers = {name: scale * float(getattr(band, name)) for name in NUMBERS}
        name = one.label.partition(" (")[0].replace(" share of demand", "").replace(" share", "")
        rows.append({"headline": name, "unit": SIGNS[band.unit], **numbers, "low_from": band.low_from,
                     "high_from": band.high_from, "words": band.words})  # fmt: skip
    return pd.DataFrame(rows, columns=["headline", "unit", *NUMBERS, "low_from", "high_from", "words"])


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Lines from low to high with a dot at the central value, all in one unit."""
    place = np.arange(len(rows))[::-1]
    low, central, high = (rows[name].to_numpy(float) for name in NUMBERS)
    axes.hlines(place, low, high, color=style.SUPPLIER_COLOURS[1], linewidth=4.0, alpha=0.55)
    axes.plot(central, place, linestyle="", marker="o", markersize=5.5, color=style.INK)
    least, most = min(float(low.min()), 0.0), max(float(high.max()), 1e-9)
    axes.set_xlim(least - 0.02 * (most - least), most + 0.36 * (most - least))
    for at, end, words in zip(place, high, rows["words"], strict=True):
        axes.annotate(str(words).removesuffix(f" {rows['unit'].iloc[0]}"), (end, at), xytext=(7, 0), size=8,
                      textcoords="offset points", va="center", color=style.INK)  # fmt: skip
    axes.set_yticks(place, list(rows["headline"]))
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    style.tidy_axes(axes, str(rows["unit"].iloc[0]))


def _finding(results: Results, bands: Mapping[str, Band], table: pd.DataFrame) -> str:
    """The share of demand that the region lacks, with its range; else the first headline with one."""
    band = bands.get("region_curtailed_share")
    if band is not None:
        return f"{results.labels.region_name}: curtailed is {band.words} of demand"
    return f"{table['headline'].iloc[0]}: {table['words'].iloc[0]}"
