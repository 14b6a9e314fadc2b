"""What a replay must be told by name: which stretches, whose gas is given, how observed entries match pipelines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from energy_model.scenario.case import Case

if TYPE_CHECKING:
    from energy_model.validate.replay.past import Past
    from energy_model.validate.replay.report import ReplayReport

Plan = Callable[["Past", date, date], Case]
"""Case from a day to a last day, of which the first months are as they were and later ones as they are expected."""


@dataclass(frozen=True)
class History:
    """The past of a data package as a replay sees it.

    Attributes
    ----------
    region : str
        Code of the group of countries that is summed up.
    hub : str
        Market at which the price is compared.
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
    aims : callable
        Aims of one era from its series and its scores: dictionaries with what, measure, aim, value.
    quoted : callable
        The errors to quote: rows by name, a column ``of`` that says of what, and a column for each era.
    given_words, nearly_given : str
        What is given and what nearly is, for a reader.
    imports : mapping of str to tuple of str
        Origins whose gas into the region is compared as a whole, with the nodes from which it enters.
    """

    region: str
    hub: str
    since: date
    entries: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, str]
    given: str
    landings: str
    summed: Mapping[str, tuple[str, ...]]
    plan: Plan
    ahead: Callable[[Case, Past], Case]
    aims: Callable[[History, pd.DataFrame, pd.DataFrame], list[dict[str, object]]]
    quoted: Callable[[ReplayReport], pd.DataFrame]
    given_words: str = ""
    nearly_given: str = ""
    imports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
