"""Which scenarios of a briefing come first, are shown in detail, and get ranges of their headlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from energy_model.data.load import GasData
from energy_model.report import facts
from energy_model.scenario import Scenario

RangesOf = Literal["few", "main", "none"]
"""Scenarios whose ranges of headlines are found."""


def in_reading_order(names: Sequence[str], order: Sequence[str]) -> list[str]:
    """Names as a reader wants them: those of an order first, then others as given.

    >>> in_reading_order(["my_own", "cut", "reference"], ["reference", "cut"])
    ['reference', 'cut', 'my_own']
    """
    place = {name: number for number, name in enumerate(order)}
    return sorted(names, key=lambda name: place.get(name, len(place)))


def detailed_ids(chosen: Sequence[Scenario], base: str, data: GasData) -> frozenset[str]:
    """Scenarios that get figures and ranges of their own: those that the workbook shows in detail."""
    return frozenset(facts.main_ids([one.id for one in chosen], base, data.storyline.briefing))


def ranged_ids(chosen: Sequence[Scenario], base: str, data: GasData, ranges: RangesOf) -> frozenset[str]:
    """Scenarios whose ranges are wanted."""
    detailed, told = detailed_ids(chosen, base, data), data.storyline.briefing
    own = {one.id for one in chosen if one.id not in told.order}
    wanted = {"none": frozenset[str](), "few": detailed & {base, told.shortage, *own}, "main": detailed}
    return frozenset(wanted[ranges])
