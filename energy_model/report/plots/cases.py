"""Plots of the cases of a sweep: gas in store as a fan, how much goes unserved how often, what drives the spread."""

from __future__ import annotations

from energy_model.report import risk_figures
from energy_model.report.style import HouseFigure
from energy_model.results.plotting import plot
from energy_model.risk.tables import Sample, storage_fan


@plot("sample", "fan", place=10, has=lambda cases: len(storage_fan(cases)) > 0)
def fan(cases: Sample, title: str = "") -> HouseFigure:
    """Gas in the region's stores at the end of each month, TWh: the middle case, and bands of 50 and 90 % of them."""
    return risk_figures.fan(cases, title)


@plot("sample", "exceedance", place=20)
def exceedance(cases: Sample, title: str = "") -> HouseFigure:
    """Share of the cases, %, in which more than a volume goes unserved over the horizon, TWh."""
    return risk_figures.exceedance(cases, title)


@plot("sample", "drivers", place=30, has=lambda cases: len(cases.axes) > 0)
def drivers(cases: Sample, title: str = "") -> HouseFigure:
    """Share of the variance of the unserved gas that each axis of the sweep explains, %, with its standard error."""
    return risk_figures.driver_bars(cases, title)
