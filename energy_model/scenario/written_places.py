"""Keys and values with the place where each was written, so that a message can point to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_KEY = re.compile(r"key '(\w+)'")


class Placed(dict[str, Any]):
    """Raw keys of a scenario or of a measure that were read from cells.

    Attributes
    ----------
    place : str
        Sheet, for a measure also the row.
    cells : dict of str to str
        Cell of each key.
    faulty : set of str
        Keys whose cell could not be read; that is said already, so nobody need add them.
    problems : list of str
        What could not be read, in words.
    """

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self.cells: dict[str, str] = {}
        self.faulty: set[str] = set()
        self.problems: list[str] = []

    def filled(self, keys: Mapping[str, Any]) -> Placed:
        """The same places with other keys: those of the bases besides its own."""
        other = Placed(self.place)
        other.update(keys)
        other.cells, other.faulty, other.problems = self.cells, self.faulty, self.problems
        return other


def located(problem: str, raw: Mapping[str, Any]) -> str:
    """A problem of a key with the sheet and cell in front, where the key was read from a cell."""
    key = _KEY.match(problem)
    if not isinstance(raw, Placed) or key is None or key[1] not in raw.cells:
        return problem
    return f"{raw.place}, cell {raw.cells[key[1]]}, {problem}"
