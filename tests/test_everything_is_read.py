"""Every parameter and every column of the data package is read by code: nothing stands there for show."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import energy_model
from energy_model.data.load import GasData

PROVENANCE = ("source_id", "as_of", "note", "low", "high", "basis")
"""Endings of columns that say where a figure is from and how sure it is."""
LEAST_LITERAL = 20
"""Letters that a composed name must spell out to count as one that is read."""


def names_in_code() -> tuple[set[str], list[re.Pattern[str]]]:
    """Words of every string of the code, and names that it composes, as patterns."""
    said: set[str] = set()
    composed = []
    for path in Path(energy_model.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [str(p.value) if isinstance(p, ast.Constant) else None for p in node.values]
                if sum(len(part) for part in parts if part) >= LEAST_LITERAL:
                    composed.append(re.compile("".join(".+" if part is None else re.escape(part) for part in parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                said |= set(re.findall(r"\w+", node.value))
            elif isinstance(node, (ast.Attribute, ast.keyword)):
                said.add(str(node.attr if isinstance(node, ast.Attribute) else node.arg))
    return said, composed


def test_every_parameter_and_every_column_is_read(data: GasData) -> None:
    """A number that nothing reads would stand among the assumptions as if it were in the model."""
    said, composed = names_in_code()

    def is_read(name: str) -> bool:
        return name in said or any(pattern.fullmatch(name) for pattern in composed)

    columns = {(table, column) for table, rows in data.tables.items() for column in rows.columns}
    idle = {(table, column) for table, column in columns if not column.endswith(PROVENANCE) and not is_read(column)}

    assert [] == [name for name in data["parameters"]["parameter"] if not is_read(name)]
    assert set() == idle
    assert not is_read("regasification_loss_share"), "send-out is stated at the terminal: a loss would count twice"
