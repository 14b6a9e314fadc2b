"""A run to be told on a page: with what it is measured against, in a language, with its ranges and what helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from energy_model.data.load import GasData
from energy_model.report import facts
from energy_model.report.onepage.language import Language
from energy_model.report.onepage.options import Option
from energy_model.report.whose import Whose, whose
from energy_model.results.band import SIGNS, Band
from energy_model.results.run import Results
from energy_model.results.worst import worst_month
from energy_model.scenario import Scenario


@dataclass(frozen=True)
class Told:
    """A run to be told on a page.

    Attributes
    ----------
    run : Results
        The scenario's.
    base : Results or None
        The run it is measured against; none if it is that run itself.
    data : GasData
    language : Language
    issued : date
        Day of issue.
    bands : mapping of str to Band
        Low, central and high of headlines, where they are known.
    options : sequence of Option
        What helps, the most helpful first.
    built_on : tuple of Results, optional
        The scenario it is built on, and itself on the same periods; none if that is what it is measured against.
    over_other_days : Scenario, optional
        The scenario it is built on, where that is over other days, so that there is no difference to tell.
    """

    run: Results
    base: Results | None
    data: GasData
    language: Language
    issued: date
    bands: Mapping[str, Band] = field(default_factory=dict)
    options: Sequence[Option] = ()
    built_on: tuple[Results, Results] | None = None
    over_other_days: Scenario | None = None

    @property
    def region(self) -> str:
        """Name of the region in focus."""
        return self.language.place(self.data, self.run.labels.focus.region)

    @property
    def country(self) -> str:
        """Name of the country in focus."""
        return self.language.place(self.data, self.run.labels.focus.country)

    @property
    def supplier(self) -> str:
        """Name of the seller in focus."""
        return self.language.place(self.data, self.run.labels.focus.supplier)

    @property
    def base_words(self) -> str:
        """The run it is measured against, inside a sentence."""
        assert self.base is not None  # asked for only where there is one
        is_reference = self.base.scenario.id == self.base.labels.reference
        say, title = self.language.say, self.language.title(self.base.scenario)
        return say("reference") if is_reference else say("quoted", title=title)

    @cached_property
    def whose(self) -> Whose:
        """Whose gas the scenario takes; nobody's where there is nothing to measure it against."""
        if self.base is None:
            return Whose(self.run.labels.focus.supplier, (), (), ())
        return whose([self.run.scenario], self.base.scenario, self.data, self.run.labels)


def days_of(told: Told) -> dict[str, date]:
    """First and last day of a run, and the day on which its author stands."""
    periods = told.run["periods"]
    ends = {"start": periods["start"].min().date(), "end": periods["end"].max().date()}
    return {**ends, "as_of": told.run.scenario.as_of}


def source_of(told: Told) -> str:
    """Where the numbers of a page come from."""
    run = told.run
    package, known = told.language.package(told.data), run.scenario.as_of
    words = {"package": package, "as_of": known, "digest": run.data_digest[:12], "issued": told.issued}
    return told.language.say("source", version=run.versions["energy-model"], **words)


def span_words(told: Told, key: str, value: float) -> str:
    """Low to high of a headline with its unit; what the run itself says lies in it, though ranges are of months."""
    band = told.bands.get(key)
    if band is None:
        return told.language.say("range_unknown")
    language = told.language
    wide = replace(band, low=min(band.low, value), high=max(band.high, value))
    low, _, high = wide.rounded
    return language.say("range", low=language.short(low), high=f"{language.short(high)} {SIGNS[band.unit]}")


def is_cut(told: Told) -> bool:
    """Whether anybody in the region is curtailed."""
    return worst_month(told.run, facts.region(told.run)) is not None


def caveat_words(told: Told, *, is_cut: bool) -> str:
    """The one thing a reader must not forget: what the numbers are not, and what the plan in them knows."""
    say = told.language.say
    return f"{say('caveat_cut' if is_cut else 'caveat_calm')} {say(f'foresight_{told.run.scenario.foresight}')}"
