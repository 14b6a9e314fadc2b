"""Does every scenario of a data package load, and hold against the data of its day?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from energy_model.data.load import GasData, as_data
from energy_model.data.package import Package
from energy_model.data.storyline import Storyline, storyline_of
from energy_model.errors import InputError
from energy_model.scenario.load import check_against, load_scenario
from energy_model.scenario.schema import Scenario
from energy_model.scenario.source import library


def library_problems(package: Package, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """What keeps scenarios of a data package from loading, or from holding against the data of their day.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        As read from the package; empty if they cannot be used, so that scenarios are only read.
    """
    storyline, _ = storyline_of(package)
    if storyline is not None:
        yield from _unknown_names(storyline, set(library(package.root)))
    known = as_data(package, tables, storyline) if tables and storyline is not None else None
    vintages: dict[date, GasData] = {}
    for name in library(package.root):
        try:
            scenario = load_scenario(name, package.root)
            if known is not None and scenario.as_of not in vintages:
                vintages[scenario.as_of] = known.at(scenario.as_of)
            if known is not None:
                check_against(scenario, vintages[scenario.as_of])
                yield from _days_apart(scenario, known)
        except InputError as broken:
            yield from (f"scenarios/{name}.toml: {problem}" for problem in broken.problems)


def _unknown_names(told: Storyline, known: set[str]) -> Iterator[str]:
    """Scenarios that ``storyline.toml`` names and the library does not hold."""
    named = {
        "reference": [told.reference],
        "briefing.shortage": [told.briefing.shortage] if told.briefing.shortage else [],
        "briefing.main": told.briefing.main,
        "briefing.order": told.briefing.order,
        "backing": list(told.backing.scenarios) if told.backing is not None else [],
        "helps": [name for one in told.helps for name in one.scenarios],
    }
    for key, names in named.items() if known else ():
        for name in names:
            if name not in known:
                yield (
                    f"storyline.toml, key '{key}', value '{name}': no such scenario in scenarios/; correct the name, "
                    "or add the file"
                )


def _days_apart(scenario: Scenario, data: GasData) -> Iterator[str]:
    """Announcements of a library scenario at which the other scenarios of the package have no period."""
    days = sorted(set(scenario.announcements()) - set(data.storyline.decision_days))
    if days:
        yield (
            f"scenarios/{scenario.id}.toml: something becomes known on {', '.join(map(str, days))}, which is not among "
            "the decision_days of storyline.toml; add it, so that all scenarios of the library share their periods"
        )
