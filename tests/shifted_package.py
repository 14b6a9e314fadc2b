"""The data package some years later: every date, every year and every name with a year in it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd

from energy_model.data import Package, seal
from energy_model.data.package import DESCRIPTOR

PROSE = {"note", "description", "url", "edition", "title", "publisher", "reference", "label"}
"""Columns of words that nothing looks up."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)")


def shifted(root: Path, folder: Path, years: int) -> Path:
    """A copy of a package, some years later.

    A year without a 29 February puts that day on the 28th; where both then stand for one thing, the row of the 28th
    stays. Horizons of the package hold no 29 February, before or after.
    """
    copy = folder / "shifted"
    shutil.copytree(root, copy)
    package = Package.open(copy)
    for resource in package.resources.values():
        if resource.is_table and not resource.is_common:
            table = pd.read_csv(resource.file, dtype=str, keep_default_na=False)
            for field in resource.fields:
                name, kind = field["name"], field.get("type")
                if name == "year":
                    table[name] = (table[name].astype(int) + years).astype(str)
                elif kind == "date" or (kind == "string" and name not in PROSE):
                    table[name] = table[name].map({text: later(text, years) for text in table[name].unique()})
            if resource.primary_key:
                table = table.drop_duplicates(resource.primary_key)
            table.to_csv(resource.file, index=False)
    for file in (copy / "storyline.toml", *sorted(copy.glob("s*/*.toml"))):
        file.write_text(later(file.read_text(encoding="utf-8"), years), encoding="utf-8")
    for file in sorted(copy.glob("s*/*.toml")):
        file.rename(file.with_name(later(file.name, years)))
    descriptor = json.loads((copy / DESCRIPTOR).read_text(encoding="utf-8"))
    for item in descriptor["resources"]:
        for field in item.get("schema", {}).get("fields", []):
            limits = field.get("constraints", {})
            if "enum" in limits:
                limits["enum"] = [later(str(word), years) for word in limits["enum"]]
            if field["name"] == "year":
                limits |= {key: limits[key] + years for key in ("minimum", "maximum") if key in limits}
    (copy / DESCRIPTOR).write_text(json.dumps(descriptor), encoding="utf-8")
    seal(copy)
    return copy


def later(text: str, years: int) -> str:
    """A text with its days and years moved.

    >>> later("from 2024-02-29 as in base_2021", 3)
    'from 2027-02-28 as in base_2024'
    """

    def moved(found: re.Match[str]) -> str:
        return str((pd.Timestamp(found[0]) + pd.DateOffset(years=years)).date())

    parts = []
    last = 0
    for day in _DAY.finditer(text):
        parts += [_years(text[last : day.start()], years), moved(day)]
        last = day.end()
    return "".join([*parts, _years(text[last:], years)])


def _years(text: str, years: int) -> str:
    return _YEAR.sub(lambda found: str(int(found[0]) + years), text)
