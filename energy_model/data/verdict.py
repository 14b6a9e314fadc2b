"""What ``data check`` says of a package, kept so that it is asked once: in the descriptor, and in memory by digest.

``data seal`` writes the verdict into ``datapackage.json`` together with a hash of everything it depends on: every file,
the descriptor, and the rules themselves. A run reads it and checks nothing again; after any change the check is made.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from energy_model.data.check import check_tables, hash_problems
from energy_model.data.descriptor import read_descriptor
from energy_model.data.home import COMMON, common_folder
from energy_model.data.package import DESCRIPTOR, Package, plain_bytes, text_digest
from energy_model.data.problem import Problem
from energy_model.data.sealed import VERDICT, depends_on, is_sealed
from energy_model.data.tables import foreign_key_problems, read_tables, typed_problems
from energy_model.files import write_text

_IN_MEMORY: dict[str, tuple[str, ...]] = {}
_MOST_IN_MEMORY = 64


def errors_of(package: Package, read: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Errors of a package whose tables were read without a fault of form: its stored verdict, else the check."""
    if is_sealed(package):
        return tuple(str(text) for text in package.descriptor[VERDICT]["errors"])
    found = [*hash_problems(package), *check_tables(package, read)]
    return tuple(one.text for one in found if one.is_error)


def errors_in_memory(
    digest: str,
    root: Path,
    now: Mapping[str, pd.DataFrame],
    read: Mapping[str, pd.DataFrame],
    changed: list[str],
    as_of: date | None,
) -> tuple[str, ...]:
    """Errors that tables changed in memory brought; asked once for each digest.

    Of a vintage only errors that were not there before count: an early one lacks rows that later ones have.
    """
    key = f"{digest} {as_of}"
    if key not in _IN_MEMORY:
        if len(_IN_MEMORY) >= _MOST_IN_MEMORY:
            _IN_MEMORY.clear()
        package = Package.open(root)
        errors = _errors_of_tables(package, now, changed)
        before = _errors_of_tables(package, read, [name for name in changed if name in read]) if as_of and read else ()
        _IN_MEMORY[key] = tuple(text for text in errors if text not in before)
    return _IN_MEMORY[key]


def _errors_of_tables(package: Package, now: Mapping[str, pd.DataFrame], changed: list[str]) -> tuple[str, ...]:
    form: list[str] = []
    broken: set[str] = set()
    for name, resource in package.resources.items():
        if not resource.is_table:
            continue
        found = typed_problems(now[name], resource) if name in now and name in changed else []
        found += [f"{resource.path}: the table '{name}' is missing; put it back"] if name not in now else []
        form += found
        broken |= {name} if found else set()
    whole = {name: table for name, table in now.items() if name not in broken and name in package.resources}
    links = list(foreign_key_problems(package, whole, about=changed))
    return (*form, *links, *(one.text for one in check_tables(package, whole, about=changed) if one.is_error))


def seal(path: str | os.PathLike[str] | None = None) -> list[str]:
    """Write the hash and size of every file, and what ``data check`` says of it, into the descriptor.

    Run after a deliberate edit of a table; ``data check`` reports files that were changed without it. What vintages
    share is sealed with a package that lies beside it. Returns the names of resources that changed.

    Raises
    ------
    DataError
        If a file that the descriptor lists is missing or cannot be read; nothing is written then.
    OutputError
        If the descriptor cannot be written.
    """
    package = Package.open(path)
    package.refuse_missing()
    changed = _seal_common(package)
    package = Package.open(package.root) if changed else package
    descriptor: dict[str, Any] = deepcopy(dict(package.descriptor))
    descriptor.pop(VERDICT, None)
    changed += _fresh_hashes(descriptor, package.root)
    read, form = read_tables(package)
    if not any(form.values()) and not list(foreign_key_problems(package, read)):
        found: list[Problem] = list(check_tables(package, read))
        descriptor[VERDICT] = {
            "of": depends_on(package, descriptor),
            "errors": [one.text for one in found if one.is_error],
        }
    write_text(package.root / DESCRIPTOR, _as_text(descriptor))
    return changed


def _seal_common(package: Package) -> list[str]:
    """Renew the hashes of what vintages share, if it lies beside the package; the names of files that changed."""
    if not package.descriptor.get(COMMON):
        return []
    common = common_folder(package.root)
    if common.parent != package.root.resolve().parent:
        return []
    descriptor = read_descriptor(common)
    changed = _fresh_hashes(descriptor, common)
    if changed:
        write_text(common / DESCRIPTOR, _as_text(descriptor))
    return changed


def _fresh_hashes(descriptor: Mapping[str, Any], folder: Path) -> list[str]:
    """Write hashes and sizes of files as they are now; the names of resources that changed."""
    changed = []
    for item in descriptor["resources"]:
        file = folder / item["path"]
        fresh = f"sha256:{text_digest(file)}"
        if item.get("hash") != fresh:
            changed.append(item["name"])
        item["hash"], item["bytes"] = fresh, len(plain_bytes(file))
    return changed


def _as_text(descriptor: Mapping[str, Any]) -> str:
    return json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n"
