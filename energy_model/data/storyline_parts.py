"""Parts of a storyline that stand by themselves: a span of days, and what is wrong with a file in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Days(BaseModel):
    """First and last gas day of scenarios that name none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Days:
        if self.end < self.start:
            raise ValueError(f"end {self.end} lies before start {self.start}; swap them")
        return self


def in_words(error: Mapping[str, Any]) -> str:
    """One problem of a storyline as pydantic lists it: the key, what is wrong, and where the keys are described."""
    key = ".".join(map(str, error["loc"]))
    why = {"extra_forbidden": "no such key; correct its name or leave it out", "missing": "missing; add it"}
    said = why.get(str(error["type"]), str(error["msg"]).removeprefix("Value error, "))
    return f"key '{key}': {said}; see data/README.md"
