"""What the sheets share: the runs, which of them are shown in detail, their headline numbers and the words for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from energy_model.data.load import GasData
from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.results import substitution as sub
from energy_model.results.headline import headlines
from energy_model.results.run import Results
from energy_model.scenario.measures.base import Measure
from energy_model.units import show_energy


@dataclass(frozen=True)
class Metric:
    """A headline number: its key in :meth:`Briefing.numbers`, its heading with unit, and how it is shown."""

    key: str
    header: str
    number: str
    signed: str


METRICS: tuple[Metric, ...] = (
    Metric("EU27 demand (TWh)", "EU27 demand (TWh)", bk.PRICE, bk.TWH_SIGNED),
    Metric("EU27 curtailed (TWh)", "EU27 curtailed (TWh)", bk.TWH, bk.TWH_SIGNED),
    Metric("EU27 curtailed share of demand", "EU27 curtailed (% of demand)", bk.SHARE, bk.SHARE_SIGNED),
    Metric("EU27 worst period curtailed share", "EU27 worst period (% of demand)", bk.SHARE, bk.SHARE_SIGNED),
    Metric("EU27 protected customers curtailed (TWh)", "of which protected (TWh)", bk.TWH, bk.TWH_SIGNED),
    Metric("EU27 voluntary reduction (TWh)", "EU27 voluntary reduction (TWh)", bk.TWH, bk.TWH_SIGNED),
    Metric("Germany demand (TWh)", "Germany demand (TWh)", bk.PRICE, bk.TWH_SIGNED),
    Metric("Germany curtailed (TWh)", "Germany curtailed (TWh)", bk.TWH, bk.TWH_SIGNED),
    Metric("Germany curtailed share of demand", "Germany curtailed (% of demand)", bk.SHARE, bk.SHARE_SIGNED),
    Metric("Germany mean price (EUR/MWh)", "Germany mean price (EUR/MWh)", bk.PRICE, bk.PRICE_SIGNED),
    Metric("EU27 mean price (EUR/MWh)", "EU27 mean price (EUR/MWh)", bk.PRICE, bk.PRICE_SIGNED),
    Metric("Russian pipeline gas to Europe (TWh)", "Russian gas by pipeline (TWh)", bk.PRICE, bk.TWH_SIGNED),
    Metric("Nord Stream 2 (TWh)", "of which Nord Stream 2 (TWh)", bk.TWH, bk.TWH_SIGNED),
    Metric("LNG to Europe (TWh)", "LNG to Europe (TWh)", bk.PRICE, bk.TWH_SIGNED),
    Metric("EU27 lowest filling", "EU27 lowest filling (% of working gas)", bk.SHARE, bk.SHARE_SIGNED),
    Metric("Total cost (bn EUR)", "Total cost (bn EUR)", bk.COST, bk.COST_SIGNED),
)
"""Columns of the comparison, in reading order."""
SHARES = {
    "EU27 curtailed share of demand": ("EU27 curtailed (TWh)", "EU27 demand (TWh)"),
    "Germany curtailed share of demand": ("Germany curtailed (TWh)", "Germany demand (TWh)"),
}
"""Shares that the sheet computes by formula: numerator and denominator."""


@dataclass(frozen=True)
class Briefing:
    """Everything that the sheets are written from.

    Attributes
    ----------
    data : GasData
        Of the vintage of the runs.
    findings : sequence of str
        Plain sentences for the summary.
    """

    results: Sequence[Results]
    main: Sequence[Results]
    data: GasData
    title: str
    as_of: date
    findings: Sequence[str]

    @property
    def reference(self) -> Results:
        """The run against which all are measured."""
        return facts.reference_of(self.results)

    @property
    def others(self) -> list[Results]:
        """Runs shown in detail, without the reference."""
        return [run for run in self.main if run.scenario.id != self.reference.scenario.id]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Column heading of each scenario."""
        return facts.short_titles(self.results)

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """Headline numbers, a row per scenario."""
        rows = {}
        for run in self.results:
            german = run["demand"]["node"] == facts.GERMANY
            demand = float(show_energy(run["demand"].loc[german, "demand_gwh"].sum()))
            rows[run.scenario.id] = facts.tidy({**headlines(run).to_dict(), "Germany demand (TWh)": demand})
        return pd.DataFrame(rows).T

    @cached_property
    def ledgers(self) -> dict[str, dict[str, pd.DataFrame]]:
        """Balances by scope and scenario of the runs shown in detail."""
        runs = {run.scenario.id: run for run in [self.reference, *self.main]}
        views = sub.scopes(self.reference.nodes)
        return {name: {key: sub.ledger(run, view) for key, run in runs.items()} for name, view in views.items()}

    @cached_property
    def eu(self) -> frozenset[str]:
        """Nodes of the EU27."""
        return facts.eu27(self.reference)


def measure_words(measure: Measure) -> str:
    """A measure as a sentence part.

    >>> from energy_model.scenario.measures.supply import SupplyCut
    >>> measure_words(SupplyCut(kind="supply_cut", supplier="RU", remaining_share=0.0))
    'RU delivers 0% of its pipeline gas'
    """
    words = measure.headline
    return words[:1].upper() + words[1:]
