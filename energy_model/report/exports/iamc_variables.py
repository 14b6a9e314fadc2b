"""Variables of the IAMC export: names, units and definitions, each a statistic of results by place and month.

Names follow the format's rule that what stands after a further ``|`` is a part of what stands before it, and adds up to
it. A part's name is that of a label of results: a sector, a supplier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from energy_model.results.declared import STATISTICS

Timing = Literal["flow", "moment", "mean"]
"""``flow``: a volume of the month or year. ``moment``: what stands at its end. ``mean``: weighted with demand."""


@dataclass(frozen=True)
class Variable:
    """A variable, or one for each label of its parts.

    Attributes
    ----------
    name : str
        Name of the total.
    statistic : str
        Key of :data:`~energy_model.results.declared.STATISTICS`.
    timing : Timing
    unit : str
        In which the statistic is asked for; a flow is that much per month or year.
    parts : tuple of str
        Groupings that continue the name, outermost first.
    of_links : bool
        Whether its regions are pairs of nodes, ``from>to``, in place of countries and groups.
    note : str
        What the statistic's own words do not say.
    """

    name: str
    statistic: str
    timing: Timing = "flow"
    unit: str = "TWh"
    parts: tuple[str, ...] = ()
    of_links: bool = False
    note: str = ""

    @property
    def words(self) -> str:
        """Definition, with what the value of a month or year is."""
        when = {"flow": "", "moment": "At the end of the month or year. ", "mean": ""}[self.timing]
        said = f"{STATISTICS[self.statistic].words}. {when}{self.note}"
        return said.strip()

    @property
    def units(self) -> tuple[str, ...]:
        """Units of monthly and of yearly values; one if both are the same."""
        return (f"{self.unit}/month", f"{self.unit}/yr") if self.timing == "flow" else (self.unit,)

    @property
    def pattern(self) -> str:
        """Name with a place for each part."""
        return "|".join([self.name, *(f"{{{part.capitalize()}}}" for part in self.parts)])


GAS = "Natural Gas"
VARIABLES: tuple[Variable, ...] = (
    Variable(f"{GAS}|Demand", "demand", parts=("sector",)),
    Variable(f"{GAS}|Served", "served", parts=("sector",)),
    Variable(f"{GAS}|Reduced", "reduced", parts=("sector",)),
    Variable(f"{GAS}|Curtailed", "curtailed", parts=("sector",)),
    Variable(
        f"{GAS}|Supply",
        "supply",
        note="In a market its own production; in a supplier's region what it delivers.",
    ),
    Variable(f"{GAS}|Net Imports", "imports", parts=("channel", "supplier")),
    Variable(f"{GAS}|LNG Send-out", "sendout"),
    Variable(f"{GAS}|Storage Injection", "injection"),
    Variable(f"{GAS}|Storage Withdrawal", "withdrawal"),
    Variable(f"{GAS}|Storage Level", "level", "moment"),
    Variable(f"{GAS}|Storage Filling", "filling", "moment", unit="%"),
    Variable(f"Price|{GAS}", "price", "mean", unit="EUR/MWh", note="Money of the data package, not deflated."),
    Variable(f"{GAS}|Flow", "flow", of_links=True, note="Before losses on the way."),
    Variable(f"{GAS}|Flow Capacity", "capacity", of_links=True),
)
"""Every variable, in the order of the files."""
