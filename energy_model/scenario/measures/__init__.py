"""The kinds of measure: one class each, told apart by ``kind``, found in the modules of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from energy_model.scenario.measures.base import Measure, every_kind

__all__ = ["KINDS", "AnyMeasure", "Measure"]

KINDS = every_kind()
"""Every kind of measure by the word that names it in a scenario file."""

if TYPE_CHECKING:
    AnyMeasure = Measure
else:
    AnyMeasure = Annotated[Union[tuple(KINDS.values())], Field(discriminator="kind")]  # noqa: UP007 - from the table
"""A measure of any kind, chosen by its ``kind`` key."""
