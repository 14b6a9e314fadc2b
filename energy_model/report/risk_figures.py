"""Figures of risk: how large a shortage how often, storage month by month, what drives it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from energy_model.report import style
from energy_model.report.facts import as_written
from energy_model.risk.drivers import drivers
from energy_model.risk.tables import TAIL, Sample, cvar, storage_fan
from energy_model.sweep.columns import UNSERVED

BANDS = (("p5_twh", "p95_twh", 0.25, "5 to 95 %"), ("p25_twh", "p75_twh", 0.45, "25 to 75 %"))


def exceedance(cases: Sample, title: str) -> Figure:
    """Share of cases in which the curtailed gas of the region exceeds a volume."""
    values = np.sort(cases.solved[UNSERVED].to_numpy(float))
    share = 100.0 * (1.0 - np.arange(1, len(values) + 1) / len(values))
    tail, _ = cvar(values)
    with style.house_style():
        figure = style.new_figure(style.HALF_PAGE)
        top = style.add_header(figure, "How much goes unserved, how often", title)
        style.add_source_line(figure, _source(cases))
        axes = figure.add_axes((0.10, 0.17, 0.86, top - 0.22))
        axes.step(values, share, where="post", color=style.UNSERVED, linewidth=1.8)
        axes.fill_between(values, share, step="post", color=style.UNSERVED, alpha=0.15, linewidth=0)
        for place, label in ((float(values.mean()), "mean"), (tail, f"mean of worst {1 - TAIL:.0%}")):
            axes.axvline(place, color=style.INK, linewidth=0.9, linestyle=":")
            axes.annotate(f"{label}\n{place:,.0f} TWh", (place, 96), ha="left", va="top", xytext=(4, 0),
                          textcoords="offset points", fontsize=8)  # fmt: skip
        axes.set_ylim(0, 102)
        axes.set_xlim(0, max(float(values[-1]) * 1.08, 1.0))
        axes.set_xlabel(f"Unserved gas over the horizon, {cases.terms.region}, TWh")
        style.tidy_axes(axes, "% of cases with more")
    return figure


def fan(cases: Sample, title: str) -> Figure:
    """Gas in the region's stores by month: bands of quantiles and the median."""
    table = storage_fan(cases)
    months = pd.to_datetime(table["end_of_month"]) + pd.offsets.MonthEnd(0)
    with style.house_style():
        figure = style.new_figure(style.HALF_PAGE)
        top = style.add_header(figure, f"Gas in the stores of {cases.terms.region}", title)
        style.add_source_line(figure, _source(cases))
        axes = figure.add_axes((0.10, 0.13, 0.86, top - 0.18))
        for low, high, alpha, label in BANDS:
            axes.fill_between(
                months, table[low], table[high], color="#1F66B8", alpha=alpha, linewidth=0, label=f"{label} of cases"
            )
        axes.plot(months, table["p50_twh"], color="#1F66B8", linewidth=1.8, label="middle case")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(BANDS) + 1, frameon=False, borderpad=0.0)
        style.tidy_axes(axes, "TWh at the end of the month")
        axes.set_xticks(months[::2], [f"{day:%b %y}" for day in months[::2]])
    return figure


def driver_bars(cases: Sample, title: str) -> Figure:
    """Share of the variance of the region's curtailed gas that each axis explains, with its standard error."""
    table = drivers(cases).iloc[::-1]
    with style.house_style():
        figure = style.new_figure(style.HALF_PAGE)
        top = style.add_header(figure, f"What drives the spread of the unserved gas of {cases.terms.region}", title)
        style.add_source_line(figure, _source(cases))
        axes = figure.add_axes((0.26, 0.19, 0.70, top - 0.22))
        axes.barh(
            [as_written(name) for name in table["axis"]], 100.0 * table["first_order_share"],
            xerr=100.0 * table["error_of_first_order_share"], color="#1F66B8", height=0.62,
            error_kw={"ecolor": style.INK, "elinewidth": 1.0},
        )  # fmt: skip
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("% of variance that would go if it were known (bar: standard error)")
        style.tidy_axes(axes, "")
    return figure


FIGURES = {"exceedance": exceedance, "storage_fan": fan, "drivers": driver_bars}
"""Each takes the cases and a title."""


def _source(cases: Sample) -> str:
    note = f"{len(cases):,} cases, given the cut" if cases.terms.event else f"{len(cases):,} cases"
    return style.source_line("own model calculation", note=f"{note}; foresight: {cases.terms.foresight}.")
