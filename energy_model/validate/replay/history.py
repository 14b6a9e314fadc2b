"""What a replay must be told by name: which stretches, whose gas is given, how observed entries match pipelines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from energy_model.scenario.case import Case
from energy_model.validate.replay.era import Era

if TYPE_CHECKING:
    from energy_model.validate.replay.past import Past
    from energy_model.validate.replay.report import ReplayReport

Plan = Callable[["Past", date, "Mapping[str, float] | None", date], Case]
"""Case of a plan made on a day with given stores up to a last day."""


@dataclass(frozen=True)
class History:
    """The past of a data package as a replay sees it.

    Attributes
    ----------
    mechanisms : mapping of str to str
        What a replay adds to the model of scenarios, by name, in words. Each can be left out.
    replaced_by_value : tuple of str
        What is left out of an era whose plans read the value of stock.
    region : str
        Code of the group of countries that is summed up.
    hub : str
        Market at which the price is compared.
    hub_series, exchange_rate : str
        Series of the observed prices: the hub's, and the currency's.
    season_until : date
        The usual season of prices is that of the observations before this day.
    since : date
        First month of the observations that a mean of the years before is made of.
    entries : mapping of str to tuple of str
        Pipelines behind each observed entry point.
    groups : mapping of str to str
        Title of the entry points of each origin.
    given : str
        Origin whose flows are given.
    landings : str
        Origin whose landing points are told one by one.
    summed : mapping of str to tuple of str
        Entry points that are also told together, under a name of their own.
    plan : callable
        Makes the case of a plan.
    ahead : callable
        The case of a plan as its table of values reads it, without the network.
    steering_cost : callable
        What a store pays for leaving its usual path, EUR/MWh.
    aims : callable
        Aims of one era from its series and its scores: dictionaries with what, measure, aim, value.
    quoted : callable
        The errors to quote: rows by name, a column ``of`` that says of what, and a column for each era.
    given_words, nearly_given : str
        What is given and what nearly is, for a reader.
    imports : mapping of str to tuple of str
        Origins whose gas into the region is compared as a whole, with the nodes from which it enters.
    """

    mechanisms: Mapping[str, str]
    replaced_by_value: tuple[str, ...]
    region: str
    hub: str
    hub_series: str
    exchange_rate: str
    season_until: date
    since: date
    entries: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, str]
    given: str
    landings: str
    summed: Mapping[str, tuple[str, ...]]
    plan: Plan
    ahead: Callable[[Case, Past], Case]
    steering_cost: Callable[[Case, Past], float]
    aims: Callable[[History, pd.DataFrame, pd.DataFrame], list[dict[str, object]]]
    quoted: Callable[[ReplayReport], pd.DataFrame]
    given_words: str = ""
    nearly_given: str = ""
    imports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def own_mechanisms(self, era: Era) -> dict[str, str]:
        """What a replay of an era adds to the model of scenarios: what the value of stock does not replace."""
        return {name: words for name, words in self.mechanisms.items() if not self.is_replaced(name, era)}

    def is_replaced(self, mechanism: str, era: Era) -> bool:
        """Whether the value of stock stands in place of a mechanism of the replay."""
        return era.values_stock and mechanism in self.replaced_by_value

    def uses(self, mechanism: str, era: Era) -> bool:
        """Whether a mechanism of the replay is in force."""
        return mechanism not in era.without and not self.is_replaced(mechanism, era)
