"""The vintages that are installed, one line each."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from energy_model.data.home import default_vintage, vintages
from energy_model.data.package import Package
from energy_model.data.sealed import is_sealed
from energy_model.data.storyline import storyline_of
from energy_model.errors import DataError


def vintage_list() -> pd.DataFrame:
    """Vintages by name, the newest last.

    Returns
    -------
    DataFrame
        ``name``, ``as_of`` (day on which it stands), ``title``, ``focus`` (supplier, region and country that questions
        are about), ``tables`` (how many), ``is_sealed`` (whether its files are those that ``data check`` has judged),
        ``is_default`` and ``folder``. A package that cannot be read says so in place of its title.
    """
    return pd.DataFrame([*_lines()])


def _lines() -> Iterator[dict[str, object]]:
    default = default_vintage()
    for name, folder in vintages().items():
        line: dict[str, object] = {"name": name, "as_of": "", "title": "", "focus": "", "tables": 0, "is_sealed": False}
        try:
            package = Package.open(folder)
            storyline, untold = storyline_of(package)
            line["tables"] = sum(resource.is_table for resource in package.resources.values())
            line["is_sealed"] = not package.missing() and is_sealed(package)
            line["title"] = f"cannot be read: {untold[0]}" if untold else ""
            if storyline is not None:
                focus = storyline.focus
                told = {"as_of": str(storyline.as_of), "title": storyline.title}
                line |= {**told, "focus": f"{focus.supplier}, {focus.region}, {focus.country}"}
        except DataError as error:
            line["title"] = f"cannot be read: {error.problems[0]}"
        yield {**line, "is_default": name == default, "folder": str(folder)}
