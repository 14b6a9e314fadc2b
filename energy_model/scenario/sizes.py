"""Numbers of a scenario against the size of what the data hold for their kind: a unit mixed up is asked about.

What a number is like is declared beside the key: ``Annotated[float, Like(("prices.price_eur_per_mwh",))]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from energy_model.data.load import GasData
from energy_model.scenario.comparable_figures import Like
from energy_model.scenario.schema import Scenario

MOST, LEAST = 10.0, 1e-3
"""Of the largest figure of its kind: beyond ten times it, or below a thousandth, a unit is likelier than an intention.
The usual slips are factors of 1,000 (MWh and GWh, GWh and TWh) and of 10 (billion cubic metres and TWh)."""

MOST_WRITTEN_OUT = 1e15
"""From here on a number is written with a power of ten."""


def size_questions(scenario: Scenario, data: GasData) -> Iterator[str]:
    """One sentence for each number of a scenario that no figure of the data package is like.

    Parameters
    ----------
    data : GasData
        Of the scenario's vintage.
    """
    yield from _questions(scenario, "", data)
    for measure in scenario.measures:  # without its number, which is not that of the file where some are inherited
        name = f" '{measure.name}'" if measure.name else ""
        yield from _questions(measure, f"the measure {measure.kind}{name} ({measure.headline}), ", data)


def _questions(part: BaseModel, place: str, data: GasData) -> Iterator[str]:
    for key, field in type(part).model_fields.items():
        like = next((one for one in field.metadata if isinstance(one, Like)), None)
        value = getattr(part, key)
        if like is None or value is None or value == 0.0:
            continue
        largest, where = _largest(like, data)
        if largest > 0.0 and not LEAST * largest <= value <= MOST * largest:
            times = _plain(round(value / largest)) if value > largest else f"{largest / value:,.0f}"
            much = f"{times} times" if value > largest else f"one in {times} parts of"
            yield (
                f"{place}key '{key}', value {_plain(value)}: {much} the largest figure of its kind, {_plain(largest)} "
                f"({where}); is the unit the one that the key names?"
            )


def _plain(value: float) -> str:
    if abs(value) >= MOST_WRITTEN_OUT:
        return f"{value:.3g}"
    return f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) >= LEAST else f"{value:.3g}"


def _largest(like: Like, data: GasData) -> tuple[float, str]:
    """The largest figure of a kind, in the unit of the key, and where it stands."""
    found: list[tuple[float, str]] = [(like.usual, "1 changes nothing")] if like.usual is not None else []
    for column in like.columns:
        table, name = column.split(".")
        values: Any = data[table][name]
        if len(values):
            found.append((float(values.max()) / like.per_unit, f"{table}.csv, {name}"))
    return max(found, default=(0.0, ""))
