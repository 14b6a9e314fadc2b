"""Flows over borders that the plan of a month is held to: those of the month before, as planned or as observed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.plan.foresight import Solved
from energy_model.scenario.case import Case
from energy_model.scenario.lookups import parameter
from energy_model.scenario.transit_bookings import after_flows
from energy_model.validate.observed import BORDERS
from energy_model.validate.replay.era import Era
from energy_model.validate.replay.past import Past


def with_month_before(case: Case, past: Past, flows: Mapping[str, float]) -> Case:
    """The case whose first month changes the borders' flows of the month before at a price.

    Parameters
    ----------
    flows : mapping of str to float
        What the plan of the month before let flow. An era that gives the month before takes what was observed, which
        the case has read already.
    """
    part = case.transit_bookings
    if part is None or past.era.month_before:
        return case
    cost = parameter(past.vintage, "border_change_cost_eur_per_mwh")
    return replace(case, transit_bookings=after_flows(part, flows, cost))


def net_flows(solved: Solved) -> dict[str, float]:
    """Net flow of each border in the first period of a plan, GWh/d; none where borders may change for nothing."""
    part, flow = solved.case.transit_bookings, solved.values["flow"]
    if part is None:
        return {}
    ways = zip(part.border.tolist(), part.forward, part.backward, strict=True)
    return {name: float(flow[list(there), 0].sum() - flow[list(back), 0].sum()) for name, there, back in ways}


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
