"""The data package under other codes: whoever knows a supplier by its code gives other answers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from energy_model.data import Package, seal

WORDS = {"note", "description", "label", "reference", "title"}
"""Columns of prose."""


def renamed(root: Path, folder: Path, codes: Mapping[str, str]) -> Path:
    """A copy of a data package in which codes are replaced, in all tables, in the storyline and in the scenarios.

    A code is replaced where it stands alone or between marks, and in ``SU`` for ``RU`` also in ``RU_TR``.
    """
    copy = folder / "renamed"
    shutil.copytree(root, copy)
    whole = re.compile(rf"(?<![A-Za-z0-9_])({'|'.join(map(re.escape, codes))})(?![A-Za-z0-9])")

    def replaced(text: str) -> str:
        return whole.sub(lambda found: codes[found[1]], text)

    package = Package.open(copy)
    for resource in package.resources.values():
        file = resource.file
        if file.suffix != ".csv" or resource.is_common:
            continue
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        for column in [column for column in table.columns if column not in WORDS]:
            table[column] = table[column].map(replaced)
        table.to_csv(file, index=False)
    for file in (copy / "storyline.toml", *sorted((copy / "scenarios").glob("*.toml"))):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r'"[^"\n]*"', lambda found: replaced(found[0]), text), encoding="utf-8")
    seal(copy)
    return copy
