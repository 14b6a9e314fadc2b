"""Figures of risk: how large a shortage how often, storage month by month, what drives it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from energy_model.report import style
from energy_model.report.facts import as_written, month_name
from energy_model.report.style import HouseFigure
from energy_model.risk.drivers import drivers
from energy_model.risk.tables import TAIL, Sample, cvar, probability, storage_fan
from energy_model.sweep.columns import UNSERVED

RIGHT = 0.75
"""Share of the largest volume from which words stand to the left of their line."""
BANDS = (("p5_twh", "p95_twh", 0.25, "90 %"), ("p25_twh", "p75_twh", 0.45, "50 %"))


def exceedance(cases: Sample, title: str) -> HouseFigure:
    """Share of cases in which the curtailed gas of the region exceeds a volume."""
    values = np.sort(cases.solved[UNSERVED].to_numpy(float))
    share = 100.0 * (1.0 - np.arange(1, len(values) + 1) / len(values))
    tail, _ = cvar(values)
    chance, worst = style.format_share(probability(values)[0]), style.format_share(1.0 - TAIL)
    finding = f"In {chance} of cases gas goes unserved; the worst {worst} lack {tail:,.0f} TWh on average"
    with style.house_style():
        figure = style.new_figure(style.HALF_PAGE)
        top = style.add_header(figure, finding, title)
        style.add_source_line(figure, _source(cases))
        axes = figure.add_axes((0.10, 0.17, 0.86, top - 0.22))
        axes.step(values, share, where="post", color=style.UNSERVED, linewidth=1.8)
        axes.fill_between(values, share, step="post", color=style.UNSERVED, alpha=0.15, linewidth=0)
        for place, label in ((float(values.mean()), "mean"), (tail, f"mean of worst {worst}")):
            axes.axvline(place, color=style.INK, linewidth=0.9, linestyle=":")
            is_right = place > RIGHT * float(values[-1])
            side: dict[str, Any] = {"ha": "right", "xytext": (-4, 0)} if is_right else {"ha": "left", "xytext": (4, 0)}
            axes.annotate(f"{label}\n{place:,.0f} TWh", (place, 96), va="top", **side,
                          textcoords="offset points", fontsize=8)  # fmt: skip
        axes.set_ylim(0, 102)
        axes.set_xlim(0, max(float(values[-1]) * 1.08, 1.0))
        axes.set_xlabel(f"Unserved gas over the horizon, {cases.terms.region}, TWh")
        style.tidy_axes(axes, "% of cases with more")
        words = f"A falling curve: share of the cases in which {cases.terms.region} lacks more than a volume"
        style.tell(figure, words, pd.DataFrame({"unserved_twh": values, "cases_with_more_percent": share}))
    return figure


def fan(cases: Sample, title: str) -> HouseFigure:
    """Gas in the region's stores by month: bands of quantiles and the median."""
    table = storage_fan(cases)
    months = pd.to_datetime(table["end_of_month"]) + pd.offsets.MonthEnd(0)
    least = table.loc[table["p50_twh"].idxmin()]
    low_twh, high_twh = (float(least[name]) for name in BANDS[0][:2])
    lowest = f"{low_twh:,.0f} to {high_twh:,.0f} TWh at the end of {month_name(str(least['end_of_month']))}"
    finding = f"Stores of {cases.terms.region} are lowest with {lowest}, in {BANDS[0][3]} of cases"
    with style.house_style():
        figure = style.new_figure(style.HALF_PAGE)
        top = style.add_header(figure, finding, title)
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
        style.tell(figure, "A fan over time: the middle case within bands of 50 and 90 % of the cases", table)
    return figure


def driver_bars(cases: Sample, title: str) -> HouseFigure:
    """Share of the variance of the region's curtailed gas that each axis explains, with its standard error."""
    ranked = drivers(cases)
    table, most = ranked.iloc[::-1], ranked.iloc[0]
    share = style.format_share(max(float(most["first_order_share"]), 0.0))
    finding = (
        f"{as_written(str(most['axis']))} explains {share} of the spread of the unserved gas of {cases.terms.region}"
    )
    with style.house_style():
        figure = style.new_figure(style.HALF_PAGE)
        top = style.add_header(figure, finding, title)
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
        told = [f"{as_written(str(row['axis']))} {row['first_order_share']:.0%}" for row in ranked.to_dict("records")]
        style.tell(figure, f"Bars by axis: {', '.join(told)}", ranked)
    return figure


FIGURES = {"exceedance": exceedance, "storage_fan": fan, "drivers": driver_bars}
"""Each takes the cases and a title."""


def _source(cases: Sample) -> str:
    note = f"{len(cases):,} cases, given the cut" if cases.terms.event else f"{len(cases):,} cases"
    return style.source_line("own model calculation", note=f"{note}; foresight: {cases.terms.foresight}.")
