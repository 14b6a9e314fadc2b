"""What the terms of a source allow, and which sources keep a package from being passed on.

It needs the standard library alone and imports nothing of this package, because the build of a wheel loads it by its
path (``hatch_build.py``) before any dependency is there.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

COLUMN = "redistribution"
"""Column of a table of sources."""
SHIPPED, SINGLE, ASK = "shipped", "single figures", "ask"
ALLOWED = (SHIPPED, SINGLE, ASK)
"""Words of the column: all rows may be passed on; single figures with citation; none before the publisher agreed."""
NOT_ASKED = (
    "its rows may be used and not passed on before the publisher has agreed; ask, and write the answer into "
    "'licence' and 'redistribution', or leave the rows out"
)
_TABLES = ("sources", "common_sources")
_DESCRIPTOR = "datapackage.json"


def held_back(file: str, sources: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Why rows of a table of sources keep its package from being passed on.

    Parameters
    ----------
    file : str
        The table, as messages name it.
    sources : iterable of mapping
        Its rows: ``source_id`` and ``redistribution``. What is blank or not one of :data:`ALLOWED` allows nothing.
    """
    for row in sources:
        source, said = row["source_id"], row[COLUMN]
        if said == ASK:
            yield f"{file}, source_id = '{source}': {NOT_ASKED}"
        elif said not in ALLOWED:
            words = f"'{said}'" if isinstance(said, str) and said else "nothing"
            yield f"{file}, source_id = '{source}': {COLUMN} says {words}; use one of: {', '.join(ALLOWED)}"


def home_problems(home: Path) -> list[str]:
    """Why the packages of a home of data must not be passed on, all at once; empty if nothing speaks against it.

    Parameters
    ----------
    home : Path
        Folder with a folder for each package; each has its ``datapackage.json``.
    """
    packages = sorted(home.glob(f"*/{_DESCRIPTOR}"))
    if not packages:
        return [f"{home}: no data package there; a release carries at least one"]
    return [problem for package in packages for problem in _of_package(package)]


def _of_package(descriptor: Path) -> Iterator[str]:
    try:
        listed = json.loads(descriptor.read_text(encoding="utf-8-sig"))["resources"]
        paths = [item["path"] for item in listed if item["name"] in _TABLES]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield f"{descriptor}: cannot be read ({error}); see what 'energy-model data check' says"
        return
    if not paths:
        yield f"{descriptor}: lists no table of sources, so nobody can say what may be passed on"
    for path in paths:
        file = descriptor.parent / path
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                yield from held_back(f"{descriptor.parent.name}/{path}", list(csv.DictReader(lines)))
        except (OSError, ValueError, KeyError) as error:
            yield f"{file}: cannot be read ({error}); see what 'energy-model data check' says"
