"""What a reader must know about inputs before the result.

Errors of the data that were accepted, files that stand in for others, hindsight, inputs of another day, numbers of a
size that the data do not know, measures without effect, measures that may be one cut in two wordings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from math import prod
from typing import Any

import numpy as np

from energy_model.data.load import GasData
from energy_model.scenario.carried_inputs import carried
from energy_model.scenario.case import Case
from energy_model.scenario.measures.base import Measure, members
from energy_model.scenario.records import FillingTarget
from energy_model.scenario.schema import Scenario
from energy_model.scenario.sizes import size_questions
from energy_model.scenario.stock import stock_notes
from energy_model.scenario.world import base_case

ACCEPTED = "error of the data, accepted: "
"""How a note about an error of ``data check`` begins."""
_OFFERS = ("rate", "sendout", "voluntary_share", "in_force")
"""What a new row of a part must have above zero to be there at all."""
_ROUNDING = 1e-12
"""Relative difference below which two inputs are the same number."""


def notes(scenario: Scenario, data: GasData, base: Case | None = None) -> tuple[str, ...]:
    """What a reader must know about the inputs of a scenario, one sentence each; empty for most.

    Parameters
    ----------
    data : GasData
        Any vintage; it is brought to ``scenario.as_of``.
    base : Case, optional
        The scenario's world before its measures, if it is at hand already.
    """
    vintage = data if data.as_of == scenario.as_of else data.at(scenario.as_of)
    world = base if base is not None else base_case(vintage, scenario)
    return (
        *(f"{ACCEPTED}{error}" for error in vintage.errors),
        *_shadowing(scenario),
        *_hindsight(scenario, data),
        *stock_notes(scenario, vintage),
        *carried(vintage, world.timeline),
        *size_questions(scenario, vintage),
        *_unused_keys(scenario),
        *_without_effect(scenario, vintage, world),
        *_overwritten_stock(scenario, vintage),
        *_cut_together(scenario, vintage),
    )


def _shadowing(scenario: Scenario) -> Iterator[str]:
    for number, one in enumerate(scenario.files):
        if not one.shadows_library:
            continue
        if number == 0:
            yield (
                f"{one.file} is not the library's scenario of the same name or id ({scenario.id}); "
                "rename it and its id, or its results take the place of the other's"
            )
        else:
            yield (
                f"the scenario is built on {one.file}, not on '{one.name}' of the library; "
                "rename that file if the library's was meant"
            )


def _hindsight(scenario: Scenario, data: GasData) -> Iterator[str]:
    day = data.storyline.as_of
    if scenario.as_of > day:
        yield (
            f"key 'as_of', value {scenario.as_of}: lies after {day}, the day of the data package; rows that became "
            "known until then are read too, so the result is hindsight"
        )


def _unused_keys(scenario: Scenario) -> Iterator[str]:
    """Keys about periods that no period follows."""
    first, last = scenario.horizon.start, scenario.horizon.end
    for key in ("days_alone", "boundaries"):
        for day in getattr(scenario, key):
            if not first <= day <= last:
                yield f"key '{key}', value {day}: lies outside the horizon {first} to {last} and changes nothing"
    usual = Scenario.model_fields["peak_days"].default
    if scenario.peak_days != usual and scenario.resolution != "peak_days":
        yield (
            f"key 'peak_days', value {scenario.peak_days}: changes nothing with resolution '{scenario.resolution}'; "
            "write resolution = 'peak_days' for days of highest demand"
        )


def _without_effect(scenario: Scenario, data: GasData, base: Case) -> Iterator[str]:
    case = base
    for measure in scenario.measures:
        if not scenario.holds(measure):
            yield (
                f"the measure {measure.kind}{_named(measure)} ({measure.headline}) does nothing: it hangs on the"
                f" condition '{measure.when}', which does not hold in this scenario"
            )
            continue
        after = measure.apply(case, data)
        if not is_changed(case, after):
            yield f"the measure {measure.kind}{_named(measure)} ({measure.headline}) changes nothing: {measure.idle}"
        elif (odd := measure.oddity(case, data)) is not None:
            yield f"the measure {measure.kind}{_named(measure)} ({measure.headline}) {odd}"
        case = after


def _named(measure: Measure) -> str:
    return f" '{measure.name}'" if measure.name else ""


def _overwritten_stock(scenario: Scenario, data: GasData) -> Iterator[str]:
    """Stocks of the first day of which later measures leave nothing."""
    given = [measure for measure in scenario.in_force if measure.stock_given]
    for number, one in enumerate(given):
        later = {code for other in given[number + 1 :] for code in members(other.stock_given, data)}
        if members(one.stock_given, data) <= later:
            yield (
                f"the measure {one.kind} ({one.headline}) changes nothing: a later one sets the stock of the same "
                "countries; write the one of a country after that of its group"
            )


def _cut_together(scenario: Scenario, data: GasData) -> Iterator[str]:
    """Measures that leave one supplier less at the same time: what remains is the product of their shares."""
    cuts: dict[str, list[tuple[Measure, float]]] = {}
    for measure in scenario.in_force:
        supplier, share = measure.share_left(data) or ("", 1.0)
        if share < 1.0:
            cuts.setdefault(supplier, []).append((measure, share))
    first, last = scenario.horizon.start, scenario.horizon.end
    for supplier, acting in cuts.items():
        on_day = {
            tuple(k for k, (one, _) in enumerate(acting) if (one.start or first) <= day <= (one.end or last))
            for day in (measure.start or first for measure, _ in acting)
        }
        largest = [some for some in on_day if len(some) > 1 and not any(set(some) < set(more) for more in on_day)]
        for some in sorted(largest):
            since = max(acting[k][0].start or first for k in some)
            until = min(acting[k][0].end or last for k in some)
            words = " and ".join(f"{acting[k][0].kind} ({acting[k][0].headline})" for k in some)
            left = 100.0 * prod(acting[k][1] for k in some)
            yield (
                f"the measures {words} act together on what {supplier} offers, from {since} to {until}, and leave "
                f"{left:.3g}% of it at full strength; if these are one cut in two wordings, delete one"
            )


def is_changed(before: Case, after: Case) -> bool:
    """Whether any number of a case differs from another's; new rows that offer nothing are no difference."""
    names = dict.fromkeys((*before.parts, *after.parts))
    return any(_part_differs(getattr(before, part), getattr(after, part)) for part in names)


def _part_differs(before: Any, after: Any) -> bool:
    if before is after or after is None:
        return before is not after
    if before is None:
        return bool(after.in_force.any())
    return any(
        _differs(field.name, getattr(before, field.name), getattr(after, field.name))
        for field in fields(after)
        if field.compare
    )


def _differs(name: str, before: Any, after: Any) -> bool:
    if before is after:
        return False
    if name == "targets":
        return _binding(before) != _binding(after)
    if not isinstance(after, np.ndarray) or not isinstance(before, np.ndarray):
        return bool(np.any(before != after))
    if before.shape == after.shape:
        is_number = np.issubdtype(after.dtype, np.floating)
        same = np.isclose(before, after, rtol=_ROUNDING, atol=0.0, equal_nan=True) if is_number else before == after
        return not bool(np.all(same))
    known = tuple(slice(0, size) for size in before.shape)
    if _differs(name, before, after[known]):
        return True
    fresh = np.ones(after.shape, dtype=bool)
    fresh[known] = False
    return name in _OFFERS and bool((after[fresh] > 0.0).any())


def _binding(targets: tuple[FillingTarget, ...]) -> set[FillingTarget]:
    """Targets that ask for something."""
    return {target for target in targets if target.level_gwh > 0.0 and target.penalty_eur_per_mwh > 0.0}
