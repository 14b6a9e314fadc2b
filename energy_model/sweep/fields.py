"""What an axis moves: keys of the base scenario and of its measures; and which of these measures are the cut."""

from __future__ import annotations

from collections.abc import Iterator

from energy_model.errors import ScenarioError, closest
from energy_model.scenario import Scenario
from energy_model.sweep.axes import FieldAxis, PlanAxis
from energy_model.sweep.plan import Plan

SCENARIO_KEYS = ("weather", "lng_case", "lng_limit_twh_per_year", "lng_elasticity", "lng_price_factor")
"""Keys of a scenario that an axis may set; the others say how the model looks at it and are the plan's."""
MEASURE_KEYS_KEPT = {"kind", "name", "note"}


def field_places(axis: PlanAxis, base: Scenario) -> list[tuple[int | None, str]]:
    """What an axis sets: places of measures (``None``: the scenario itself) and their keys; nothing for an outage."""
    return [place_of(field, base) for field in axis.fields] if isinstance(axis, FieldAxis) else []


def cut_of(plan: Plan, base: Scenario) -> list[int]:
    """Places of the measures that are the cut: those that the plan names, else all that become known later.

    Raises
    ------
    ScenarioError
        If the plan names measures that the base scenario does not have, or there is nothing that may fail to come.
    """
    labels = _labels(base)
    heard_of = [(k, m.known_from) for k, m in enumerate(base.measures) if base.holds(m)]
    later = [k for k, day in heard_of if day is not None and day > base.horizon.start]
    if plan.no_cut is None:
        return later
    named = {name: _measure_of(name, base) for name in plan.no_cut.measures}
    unknown = [name for name, place in named.items() if place is None]
    if unknown:
        told = "no_cut, key 'measures', value '{}': no measure of {}; {}"
        raise ScenarioError("plan", [told.format(name, base.id, closest(name, labels)) for name in unknown])
    found = sorted({place for place in named.values() if place is not None}) or later
    if not found:
        told = f"no_cut: nothing in {base.id} comes later that may fail to come; name its cut in 'measures'"
        raise ScenarioError("plan", [told])
    return found


def place_of(field: str, base: Scenario) -> tuple[int | None, str]:
    """Which measure a field belongs to (``None``: the scenario itself) and its key.

    Raises
    ------
    ScenarioError
        If there is no such measure or key, or it cannot vary.
    """
    where = f"key 'field', value '{field}'"
    if not field.startswith("measures."):
        if field not in SCENARIO_KEYS:
            known = [*SCENARIO_KEYS, *(f"measures.{label}.KEY" for label in _labels(base))]
            raise ScenarioError("plan", [f"{where}: not a field that can vary; {closest(field, known)}"])
        return None, field
    label, _, key = field.removeprefix("measures.").rpartition(".")
    labels, place = _labels(base), _measure_of(label, base)
    if place is None:
        told = f"{closest(label, labels)}" if labels else "the base scenario has no measures"
        raise ScenarioError("plan", [f"{where}: no measure '{label}' in {base.id}; {told}"])
    keys = [key for key in type(base.measures[place]).model_fields if key not in MEASURE_KEYS_KEPT]
    if key not in keys:
        raise ScenarioError("plan", [f"{where}: {base.measures[place].kind} has no key '{key}'; {closest(key, keys)}"])
    return place, key


def _measure_of(label: str, base: Scenario) -> int | None:
    """Place of a measure by its name or its number from 1."""
    labels = _labels(base)
    by_number = {str(number): number - 1 for number in range(1, len(labels) + 1)}
    return labels.index(label) if label in labels else by_number.get(label)


def _labels(base: Scenario) -> list[str]:
    return [measure.name or str(number) for number, measure in enumerate(base.measures, start=1)]


def left_behind(plan: Plan, base: Scenario) -> Iterator[str]:
    """Measures whose start moves while the day stays on which they become known."""
    moved = {place: name for name, axis in plan.axes.items() for place in field_places(axis, base)}
    for (place, key), name in moved.items():
        day = None if place is None or key != "start" else base.measures[place].announced
        if day is not None and (place, "announced") not in moved:
            label = f"measures.{base.measures[place or 0].name or (place or 0) + 1}"
            yield (
                f"axis '{name}' moves {label}.start, and the measure stays announced on {day}: give {label}.announced "
                "to the axis too, or an axis of its own"
            )
