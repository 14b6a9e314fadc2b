"""What the sheets share: the runs, which of them are shown in detail, their headline numbers and the words for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from energy_model.data.load import GasData
from energy_model.report import facts
from energy_model.report.explorer.gather import Place, places_of
from energy_model.report.findings import Story, tell
from energy_model.report.onepage.language import Language
from energy_model.report.tongue import Tongue
from energy_model.report.whose import Whose, whose
from energy_model.report.workbook import book as bk
from energy_model.results.headline import ROUTE_PREFIX
from energy_model.results.run import Results
from energy_model.scenario.measures.base import Measure
from energy_model.validate.anchors import AnchorReport
from energy_model.validate.replay import ReplayReport

Found = TypeVar("Found")
"""Longest head of a column in a language that has no short titles."""


@dataclass(frozen=True)
class Metric:
    """A headline number: its key in :meth:`Briefing.numbers`, its heading with unit, and how it is shown."""

    key: str
    header: str
    number: str
    signed: str


METRICS: tuple[Metric, ...] = (
    Metric("region_demand", "{region} demand (TWh)", bk.PRICE, bk.TWH_SIGNED),
    Metric("region_curtailed", "{region} curtailed (TWh)", bk.TWH, bk.TWH_SIGNED),
    Metric("region_curtailed_share", "{region} curtailed (% of demand)", bk.SHARE, bk.SHARE_SIGNED),
    Metric("region_worst_period_share", "{region} worst period (% of demand)", bk.SHARE, bk.SHARE_SIGNED),
    Metric("region_protected_curtailed", "of which protected (TWh)", bk.TWH, bk.TWH_SIGNED),
    Metric("region_voluntary", "{region} voluntary reduction (TWh)", bk.TWH, bk.TWH_SIGNED),
    Metric("country_demand", "{country} demand (TWh)", bk.PRICE, bk.TWH_SIGNED),
    Metric("country_curtailed", "{country} curtailed (TWh)", bk.TWH, bk.TWH_SIGNED),
    Metric("country_curtailed_share", "{country} curtailed (% of demand)", bk.SHARE, bk.SHARE_SIGNED),
    Metric("country_price", "{country} mean price (EUR/MWh)", bk.PRICE, bk.PRICE_SIGNED),
    Metric("region_price", "{region} mean price (EUR/MWh)", bk.PRICE, bk.PRICE_SIGNED),
    Metric("supplier_pipeline_gas", "{adjective} gas by pipeline (TWh)", bk.PRICE, bk.TWH_SIGNED),
    Metric("lng", "LNG to Europe (TWh)", bk.PRICE, bk.TWH_SIGNED),
    Metric("region_lowest_filling", "{region} lowest filling (% of working gas)", bk.SHARE, bk.SHARE_SIGNED),
    Metric("total_cost", "Total cost (bn EUR)", bk.COST, bk.COST_SIGNED),
)
"""Columns of the comparison in reading order; headings take the names of the region, the country and the seller."""
SHARES = {
    "region_curtailed_share": ("region_curtailed", "region_demand"),
    "country_curtailed_share": ("country_curtailed", "country_demand"),
}
"""Shares that the sheet computes by formula: numerator and denominator."""


@dataclass(frozen=True)
class Validation:
    """What the model is held against.

    Attributes
    ----------
    replay : ReplayReport
        History replayed.
    published : AnchorReport
        Results of others.
    """

    replay: ReplayReport
    published: AnchorReport


@dataclass(frozen=True)
class Briefing:
    """Everything that the sheets are written from.

    Attributes
    ----------
    reference : Results
        The run against which all are measured.
    data : GasData
        Of the vintage of the runs.
    title, question : str
        What the runs are about, and what they answer.
    story : Story
        What the findings are made from, ranges of headlines included where they are known.
    validation : Validation, optional
        Without it the sheet on it is left out.
    maps : mapping of str to Path
        Pictures of maps by scenario, as PNG files; without any the sheet of maps is left out.
    tongue : Tongue
        The language of the workbook.
    """

    results: Sequence[Results]
    reference: Results
    main: Sequence[Results]
    data: GasData
    title: str
    as_of: date
    story: Story
    question: str = ""
    validation: Validation | None = None
    maps: Mapping[str, Path] = field(default_factory=dict)
    tongue: Tongue = field(default_factory=lambda: Tongue(Language("en", {})))
    _found: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, find: Callable[[], Found]) -> Found:
        """What several sheets read, found by the first of them."""
        if name not in self._found:
            self._found[name] = find()
        found: Found = self._found[name]
        return found

    @cached_property
    def places(self) -> list[Place]:
        """The region in focus, the country in focus, then every country with a market by its demand."""
        found, names = places_of(self.reference, self.data), self.tongue.language.names
        return [replace(one, name=names.get(one.code, one.name)) for one in found]

    @cached_property
    def findings(self) -> list[str]:
        """Plain sentences for the summary."""
        return tell(self.story)

    @property
    def others(self) -> list[Results]:
        """Runs shown in detail, without the reference."""
        return [run for run in self.main if run.scenario.id != self.reference.scenario.id]

    @cached_property
    def whose(self) -> Whose:
        """Whose gas the scenarios shown in detail take."""
        runs = [run.scenario for run in self.others]
        return whose(runs, self.reference.scenario, self.data, self.reference.labels)

    def sellers_of(self, run: Results) -> tuple[str, ...]:
        """Codes of the sellers whose gas a run takes."""
        return whose([run.scenario], self.reference.scenario, self.data, self.reference.labels).sellers

    @property
    def has_routes(self) -> bool:
        """Whether routes of the seller in focus belong in the briefing: not where all that is lost is others' gas."""
        return not self.whose.is_others

    @cached_property
    def telling(self) -> list[str]:
        """Ids of the runs shown in detail: the one they are measured against, then the gravest first, for charts."""
        base = self.reference.scenario.id
        cut = self.numbers["region_curtailed"]
        others = [run.scenario.id for run in self.main if run.scenario.id != base]
        return [base, *sorted(others, key=lambda name: -float(cut[name]))]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Column heading of each scenario."""
        return facts.short_titles(self.results, self.tongue.language.code)

    @property
    def against(self) -> str:
        """The run against which all are measured, inside a sentence."""
        return facts.base_words(self.reference)

    @cached_property
    def region(self) -> str:
        """Name of the region in focus at the head of a column."""
        return self.reference.labels.region_name

    @cached_property
    def country(self) -> str:
        """Name of the country in focus."""
        return self.reference.labels.country_name(self.reference.nodes)

    @cached_property
    def adjective(self) -> str:
        """Adjective of the gas of the seller in focus."""
        return self.reference.labels.adjective(self.reference.nodes)

    @cached_property
    def metrics(self) -> list[Metric]:
        """Columns of the comparison with their names filled in; a route that only some runs open follows its seller."""
        names = {"region": self.region, "country": self.country, "adjective": self.adjective}
        found = []
        for metric in METRICS:
            if metric.key == "supplier_pipeline_gas" and not self.has_routes:
                continue
            found.append(replace(metric, header=metric.header.format(**names)))
            if metric.key == "supplier_pipeline_gas":
                found += [
                    Metric(key, f"of which {self._route(key)} (TWh)", bk.TWH, bk.TWH_SIGNED) for key in self._opened()
                ]
        return found

    def _opened(self) -> list[str]:
        """Keys of routes that carry nothing in the reference and something in another run."""
        base = self.numbers.loc[self.reference.scenario.id]
        routes = [key for key in self.numbers if key.startswith(ROUTE_PREFIX)]
        return [key for key in routes if not base[key] > bk.DUST and self.numbers[key].max() > facts.SEEN_TWH]

    def _route(self, key: str) -> str:
        return self.reference.labels.route_name(key.removeprefix(ROUTE_PREFIX))

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """Headline numbers, a row per scenario and a column per key."""
        return pd.DataFrame({name: facts.tidy(values) for name, values in self.story.numbers.items()}).T

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Markets of the region in focus."""
        return facts.region(self.reference)


def measure_words(measure: Measure) -> str:
    """A measure as a sentence part.

    >>> from energy_model.scenario.measures.supply import SupplyCut
    >>> measure_words(SupplyCut(kind="supply_cut", supplier="XX", remaining_share=0.0))
    'XX delivers 0% of its pipeline gas'
    """
    words = measure.headline
    return words[:1].upper() + words[1:]
