"""What varies in a sweep: each axis turns numbers between 0 and 1 into values, whatever they stand for.

A value is found by the inverse of the distribution function, so that points which fill the unit cube evenly fill the
axes evenly too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal, Union

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

Value = float | int | str | date
Number = Annotated[float, Field(allow_inf_nan=False)]


class PlanAxis(BaseModel):
    """Base of all axes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: str
    """How values are chosen."""
    note: str | None = None
    """Why it varies as it does, in words."""

    dimensions: ClassVar[int] = 1  # of the unit cube that it uses; none for a grid

    def value(self, at: Sequence[float]) -> Value:
        """Value at a point of the unit cube, one coordinate for each dimension."""
        raise AssertionError(f"{type(self).__name__} has no values of its own")  # every kind has

    def ends(self) -> list[Value]:
        """Values that a plan is checked with before anything is solved."""
        return [self.value([0.0] * self.dimensions), self.value([1.0] * self.dimensions)]


class FieldAxis(PlanAxis):
    """Base of axes that set a key of the scenario or of one of its measures."""

    field: str | tuple[str, ...]
    """``weather`` or another key of the scenario, or ``measures.NAME.key``, where NAME is the measure's name or its
    number from 1; a list of fields that take the same value is possible too."""

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that take the value."""
        return (self.field,) if isinstance(self.field, str) else self.field


class Grid(FieldAxis):
    """Every value is combined with every other grid and with every sample."""

    kind: Literal["grid"]
    values: Annotated[tuple[Value, ...], Field(min_length=1)]
    """Values in the order in which cases are numbered."""

    dimensions: ClassVar[int] = 0

    @model_validator(mode="after")
    def _each_once(self) -> Grid:
        twice = [value for place, value in enumerate(self.values) if value in self.values[:place]]
        if twice:
            raise ValueError(f"value '{twice[0]}' stands more than once and would count as often; keep one")
        return self

    def ends(self) -> list[Value]:
        """All of them."""
        return list(self.values)


class Discrete(FieldAxis):
    """One of several values, with weights."""

    kind: Literal["discrete"]
    values: Annotated[tuple[Value, ...], Field(min_length=1)]
    """Values to choose from."""
    weights: tuple[Annotated[float, Field(ge=0.0, allow_inf_nan=False)], ...] | None = None
    """How likely each is, in any unit; default is all alike."""

    @model_validator(mode="after")
    def _one_weight_each(self) -> Discrete:
        if self.weights is not None and len(self.weights) != len(self.values):
            raise ValueError(f"{len(self.weights)} weights for {len(self.values)} values; write one for each")
        if self.weights is not None and sum(self.weights) <= 0.0:
            raise ValueError("all weights are zero; make one of them positive")
        return self

    def value(self, at: Sequence[float]) -> Value:
        """The value whose part of the interval holds the coordinate."""
        weights = np.array(self.weights if self.weights is not None else [1.0] * len(self.values))
        upto = np.cumsum(weights) / weights.sum()
        likely = np.flatnonzero(weights)
        return self.values[min(int(np.searchsorted(upto, at[0], side="right")), int(likely[-1]))]

    def ends(self) -> list[Value]:
        """All of them."""
        return list(self.values)


class Uniform(FieldAxis):
    """A number between two, uniformly distributed."""

    kind: Literal["uniform"]
    low: Number
    """Lowest value."""
    high: Number
    """Highest value."""

    @model_validator(mode="after")
    def _in_order(self) -> Uniform:
        if self.high < self.low:
            raise ValueError(f"high {self.high:g} lies below low {self.low:g}; swap them")
        return self

    def value(self, at: Sequence[float]) -> float:
        """``low + u (high - low)``."""
        return self.low + at[0] * (self.high - self.low)


class Triangular(FieldAxis):
    """A number between two with a most likely value, triangularly distributed."""

    kind: Literal["triangular"]
    low: Number
    """Lowest value."""
    mode: Number
    """Most likely value."""
    high: Number
    """Highest value."""

    @model_validator(mode="after")
    def _in_order(self) -> Triangular:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"low {self.low:g}, mode {self.mode:g}, high {self.high:g} are not in this order")
        return self

    def value(self, at: Sequence[float]) -> float:
        """See :func:`triangular`."""
        return triangular(at[0], self.low, self.mode, self.high)


class Day(FieldAxis):
    """A day between two, uniformly distributed."""

    kind: Literal["date"]
    low: date
    """First day."""
    high: date
    """Last day."""
    step_days: Annotated[int, Field(ge=1)] = 1
    """Only every so many days from ``low``."""

    @model_validator(mode="after")
    def _in_order(self) -> Day:
        if self.high < self.low:
            raise ValueError(f"high {self.high} lies before low {self.low}; swap them")
        return self

    def value(self, at: Sequence[float]) -> date:
        """One of the days; all have an equal part of the interval."""
        count = (self.high - self.low).days // self.step_days + 1
        return self.low + timedelta(days=min(int(at[0] * count), count - 1) * self.step_days)


class Outage(PlanAxis):
    """An asset of ``outage_rates.csv`` fails at random; the value is how many gas days it is hit, 0 for not at all.

    The first failure comes after ``-ln(1 - u) / rate`` years, counted from the first day of the horizon; a second one
    in the same horizon is left out. Its length is triangular between the row's low and high with the row's duration
    as the most likely.
    """

    kind: Literal["outage"]
    asset: str
    """Row of ``outage_rates.csv``."""
    rate: Literal["low", "central", "high"] = "central"
    """Which of the row's three rates."""

    dimensions: ClassVar[int] = 2


class DataAxis(PlanAxis):
    """A scalar of ``parameters.csv`` anywhere in its stated range: triangular, its value the most likely."""

    kind: Literal["data"]
    parameter: str
    """Row of ``parameters.csv``; it must have a low and a high."""


KINDS: dict[str, type[PlanAxis]] = {
    "data": DataAxis,
    "date": Day,
    "discrete": Discrete,
    "grid": Grid,
    "outage": Outage,
    "triangular": Triangular,
    "uniform": Uniform,
}
"""Every kind of axis by the word that names it in a plan."""

AnyAxis = Annotated[
    Union[DataAxis, Day, Discrete, Grid, Outage, Triangular, Uniform],  # noqa: UP007 - pydantic tells them apart
    Field(discriminator="kind"),
]


def triangular(u: float, low: float, mode: float, high: float) -> float:
    """Value below which a triangular distribution has the share ``u``.

    ``low + sqrt(u (high - low)(mode - low))`` up to the mode, ``high - sqrt((1 - u)(high - low)(high - mode))`` above.
    """
    if high == low:
        return low
    if u <= (mode - low) / (high - low):
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))
