"""Whose gas a set of scenarios takes: what titles, rows and sheets of a briefing are about.

The seller in focus of a data package need not be the one whose gas is lost: a strait that closes takes that of others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.sellers import routes_of, seller_name
from energy_model.impact.subject import touched_sellers
from energy_model.results import substitution as sub
from energy_model.results.headline import is_of_seller
from energy_model.results.labels import Labels
from energy_model.results.ranges import Bands
from energy_model.results.run import Results
from energy_model.scenario import Scenario

QUESTION = "What do the scenarios change for {region}: who goes short, when, by how much, at what price, and why?"
"""What runs about the gas of others than the seller in focus answer."""


@dataclass(frozen=True)
class Whose:
    """Sellers whose gas scenarios take, beside the seller in focus.

    LNG is one market: where an exporter fails, cargoes of all others go other ways. So the loss of a seller by ship is
    told as that of LNG as a whole, whoever loaded it.

    Attributes
    ----------
    focus : str
        Code of the seller in focus.
    sellers : tuple of str
        Codes of the sellers that the scenarios are about; empty if they are about nobody's gas.
    names : tuple of str
        Their names inside a sentence.
    piped : tuple of str
        Codes of those who send gas by pipeline.
    """

    focus: str
    sellers: tuple[str, ...]
    names: tuple[str, ...]
    piped: tuple[str, ...]

    @property
    def has_focus(self) -> bool:
        """Whether any of the scenarios is about the gas of the seller in focus."""
        return self.focus in self.sellers

    @property
    def is_others(self) -> bool:
        """Whether the scenarios are about the gas of other sellers alone."""
        return bool(self.sellers) and not self.has_focus

    @property
    def is_mixed(self) -> bool:
        """Whether the scenarios are about the gas of the seller in focus and about that of others."""
        return self.has_focus and len(self.sellers) > 1

    @property
    def title(self) -> str:
        """What replaces the gas, as the title of a sheet."""
        if not self.sellers:
            return "What changes in the balance of gas"
        if self.is_mixed:
            return "What replaces the gas that is lost"
        who = "Who" if len(self.piped) == len(self.sellers) else "What"
        verb = "does" if len(self.sellers) == 1 else "do"
        return f"{who} replaces the {'gas' if self.piped else 'LNG'} that {joined(self.names)} {verb} not send"

    @property
    def gas(self) -> str:
        """The gas of other sellers, as a row of a table."""
        named = dict(zip(self.sellers, self.names, strict=True))
        parts = [f"gas from {joined([named[one] for one in self.piped])}"] if self.piped else []
        parts += [sub.LNG] if len(self.piped) < len(self.sellers) else []
        text = joined(parts)
        return f"{text[0].upper()}{text[1:]}"

    def cover(self, region: str) -> str:
        """What runs about the gas of others are about, as the title of a workbook or a page.

        Parameters
        ----------
        region : str
            Name of the region in focus inside a sentence.
        """
        return f"{'Gas' if self.piped else 'LNG'} from {joined(self.names)}: what changes for {region}"

    def lost(self, group: str) -> str:
        """Name of what a group of markets loses of the gas of other sellers."""
        return f"{self.gas} lost in the consumption of {group}"

    def regrouped(self, table: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
        """A table by group and item with the gas that it is about, and no other, in the group in focus.

        Parameters
        ----------
        table : DataFrame
            Columns ``group`` and ``item`` among others, as :func:`energy_model.results.substitution.substitution` has.
        nodes : DataFrame
            Nodes of the vintage, whose names the items bear.
        """
        if self.has_focus:
            return table
        mine = set(nodes.loc[nodes["node"].isin(self.piped), "name"].astype(str))
        group = table["group"].astype(str)
        group = group.mask(group == sub.FOCUS, sub.PIPELINE)
        is_mine = (group == sub.PIPELINE) & table["item"].astype(str).isin(mine)
        if len(self.piped) < len(self.sellers):
            is_mine |= group == sub.LNG
        return table.assign(group=pd.Categorical(group.mask(is_mine, sub.FOCUS), categories=sub.GROUPS, ordered=True))


def whose(scenarios: Sequence[Scenario], base: Scenario, data: GasData, labels: Labels) -> Whose:
    """Whose gas the measures of scenarios take that those of the base do not, in the order of their codes."""
    found = sorted({seller for one in scenarios for seller in touched_sellers(one, base, data)})
    names = tuple(labels.in_sentence.get(seller, seller_name(data, seller)) for seller in found)
    piped = tuple(seller for seller in found if routes_of(data, seller, supplier=seller))
    return Whose(labels.focus.supplier, tuple(found), names, piped)


def about_one_seller(
    results: Sequence[Results], base: Scenario, data: GasData, beside: Sequence[Scenario] = ()
) -> list[Results]:
    """The runs, told of the one seller by pipeline whose gas their scenarios take; unchanged if it is not one alone.

    Parameters
    ----------
    results : sequence of Results
        Runs of one data package, that of the base among them or not.
    base : Scenario
        What the runs are measured against.
    beside : sequence of Scenario
        Others that the runs are shown with.
    """
    labels = results[0].labels
    every = [*(one.scenario for one in results), *beside]
    told = whose([one for one in every if one.id != base.id], base, data, labels)
    if len(told.sellers) != 1 or told.has_focus or not told.piped:
        return list(results)
    focus = labels.focus.model_copy(update={"supplier": told.sellers[0]})
    return [replace(one, labels=one.labels.model_copy(update={"focus": focus})) for one in results]


def ranges_told(before: Results, told: Results, bands: Mapping[str, Bands]) -> Mapping[str, Bands]:
    """Ranges of headlines by scenario: those of a seller's gas are known of the seller in focus alone.

    Parameters
    ----------
    before, told : Results
        A run as it was solved, and as :func:`about_one_seller` tells it.
    """
    if told.labels.focus.supplier == before.labels.focus.supplier:
        return bands
    return {name: {key: one[key] for key in one if not is_of_seller(key)} for name, one in bands.items()}


def as_told(
    results: Sequence[Results], base: str, data: GasData, bands: Mapping[str, Bands]
) -> tuple[list[Results], Mapping[str, Bands]]:
    """Runs with ranges of their headlines by scenario, told of the one seller whose gas their scenarios take.

    Parameters
    ----------
    base : str
        Id of the run that they are measured against.
    """
    told = about_one_seller(results, next(one.scenario for one in results if one.scenario.id == base), data)
    return told, ranges_told(results[0], told[0], bands)


def title_and_question(results: Sequence[Results], base: Scenario, data: GasData) -> tuple[str, str]:
    """What runs are about, as a title, and what they answer: as the data package says, unless it is others' gas.

    Parameters
    ----------
    results : sequence of Results
        As they were solved.
    base : Scenario
        What the runs are measured against.
    """
    labels, line = results[0].labels, data.storyline
    told = whose([one.scenario for one in results if one.scenario.id != base.id], base, data, labels)
    if told.is_others:
        return told.cover(labels.region_words), QUESTION.format(region=labels.region_words)
    return line.briefing.title or line.title, line.briefing.question


def joined(words: Sequence[str]) -> str:
    """Words in a row.

    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
