"""What a measure on stores asks for within a window of days, as questions about such a rule need it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from energy_model.timeline import DAY, month_starts

if TYPE_CHECKING:
    from energy_model.scenario.measures.base import Measure


@dataclass(frozen=True)
class Mandate:
    """A level of storages that has to be reached on any one day of a window.

    Attributes
    ----------
    first, last : date
        The window, both days included.
    measured_on : date or None
        Day on which all stores are measured; ``None`` is the usual day of each.
    asking_nothing : Measure
        The measure with a level of nothing.
    on : callable
        The measure with all stores measured on one day of the window.
    """

    first: date
    last: date
    measured_on: date | None
    asking_nothing: Measure
    on: Callable[[date], Measure]


def candidate_days(first: date, last: date) -> list[date]:
    """First days of the months in a window, or its last day if there is none."""
    return [*month_starts(first - DAY, last)] or [last]
