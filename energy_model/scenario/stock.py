"""Gas in store when the horizon begins: observed, of which day, or to be given by the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.scenario.case import Case
from energy_model.scenario.measures.base import members
from energy_model.scenario.schema import Scenario
from energy_model.scenario.world.storage import OLDEST_LEVEL, observed_stock
from energy_model.timeline import day_words

EVER = timedelta(days=36_500)


def stock_problems(scenario: Scenario, data: GasData) -> list[str]:
    """Countries with storage whose stock on the first day nobody observed and the scenario does not give."""
    first = scenario.horizon.start
    missing = sorted(_stored(data) - set(observed_stock(data, first).index) - _given(scenario, data))
    if not missing:
        return []
    shown = ", ".join(f'"{code}"' for code in missing)
    return [
        f"horizon, key 'start', value {first}: no level of gas in store of the {OLDEST_LEVEL.days} days before it is "
        f"known on {scenario.as_of} for {_last_known(missing, first, data)}; give it by a measure "
        f'kind = "initial_storage", countries = [{shown}], fill_share = ..., or begin on a day with levels'
    ]


def with_stock_of(scenario: Scenario, other: Scenario, data: GasData) -> Scenario:
    """A scenario that is held against another one, begun with the other's stock where its own is not known.

    Where every level was observed it stays as it is: then what the other one begins with is part of the question.
    """
    if not stock_problems(scenario, data):
        return scenario
    given = [measure for measure in other.in_force if measure.stock_given]
    return scenario.model_copy(update={"measures": (*scenario.measures, *given)})


def stock_notes(scenario: Scenario, data: GasData) -> Iterator[str]:
    """Levels that are of another day than the first."""
    first = scenario.horizon.start
    seen = observed_stock(data, first)
    used = seen[seen.index.isin(_stored(data) - _given(scenario, data)) & (seen["date"] < pd.Timestamp(first))]
    for day, rows in used.groupby("date"):
        yield (
            f"gas in store on {day_words(first)} is that of {day_words(pd.Timestamp(day).date())} for "
            f"{', '.join(sorted(rows.index))}; a measure initial_storage sets it"
        )


def with_known_stock(case: Case) -> Case:
    """The case itself.

    Raises
    ------
    DataError
        If the stock of a storage on the first day is not known.
    """
    missing = case.storage.id[np.isnan(case.storage.initial)]
    if len(missing):
        what = "observed in the month before, nor given by a measure initial_storage; give it"
        raise DataError(
            "storage_filling.csv",
            [f"gas in store of {one} on {case.timeline.start} is neither {what}" for one in missing],
        )
    return case


def _stored(data: GasData) -> set[str]:
    """Markets with storage."""
    nodes = data["nodes"]
    return set(data["storage"]["node"].astype(str)) & set(nodes.loc[nodes["is_market"], "node"].astype(str))


def _given(scenario: Scenario, data: GasData) -> set[str]:
    """Countries whose stock the scenario gives."""
    return {code for measure in scenario.in_force for code in members(measure.stock_given, data)}


def _last_known(missing: list[str], first: date, data: GasData) -> str:
    """Countries with the day of their last level, those of one day together."""
    seen = observed_stock(data, first, EVER)["date"].reindex(missing)
    days = [(day_words(day.date()), list(rows.index)) for day, rows in seen.groupby(seen)]
    never = [code for code in missing if pd.isna(seen[code])]
    told = [f"{', '.join(codes)} (last on {day})" for day, codes in days]
    return "; ".join([*told, *([f"{', '.join(never)} (none at all)"] if never else [])])
