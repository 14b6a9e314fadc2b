"""Flows over borders that were observed in the month before each month of an era, for eras that are given them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.scenario.case import Case
from energy_model.scenario.lookups import parameter
from energy_model.scenario.transit_bookings import after_flows
from energy_model.scenario.world.transit_bookings import observed_before
from energy_model.validate.observed import BORDERS
from energy_model.validate.replay.era import Era
from energy_model.validate.replay.past import Past


def with_months_before(case: Case, past: Past) -> Case:
    """The case whose months change at a price the flows that were observed, where the era gives those.

    A month before which nothing was observed changes those of the plan. That before the first has been read already.
    """
    part = case.transit_bookings
    if part is None or not past.era.month_before:
        return case
    cost = parameter(past.vintage, "border_change_cost_eur_per_mwh")
    for number, month in enumerate(past.era.months[1:], start=1):
        net = observed_before(past.vintage, month.date(), part.border)
        part = after_flows(part, net, cost, number) if net else part
    return replace(case, transit_bookings=part)


def refuse_unknown_month_before(data: GasData, eras: Iterable[Era]) -> None:
    """See that flows are there for eras that give those of the month before.

    Raises
    ------
    DataError
        If no flow over a border was observed.
    """
    if BORDERS not in data.tables and any(era.month_before for era in eras):
        file = f"{BORDERS.removeprefix('observed_')}.csv"
        why = "the flows of the month before are to be given, and no flow over a border is observed"
        raise DataError(f"observed/{file}", [f"{why}; put {file} into a folder and name it with --observed"])
