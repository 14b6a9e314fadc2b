"""The data package as it lies on disk: ``datapackage.json`` (Frictionless Table Schema) and its CSV tables.

This module knows files, schemas and hashes, and nothing about gas.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from energy_model.data.descriptor import DESCRIPTOR, lost_links, read_descriptor
from energy_model.data.home import COMMON, common_folder, data_root
from energy_model.errors import DataError

__all__ = ["DESCRIPTOR", "Package", "Resource", "data_root", "package_digest", "plain_bytes", "text_digest"]

SOURCES, COMMON_SOURCES = "sources", "common_sources"
"""Tables of sources: the package's own, and those of the files that vintages share."""


@dataclass(frozen=True)
class Resource:
    """One file of the package with its schema.

    Attributes
    ----------
    path : str
        As messages name it: within the package, or within ``common/``.
    file : Path
        Where it lies.
    basis : str or None
        What all its rows rest on, for a table without a column that says so row by row.
    """

    name: str
    path: str
    file: Path
    title: str
    description: str
    schema: Mapping[str, Any]
    sha256: str | None
    source_id: str | None = None
    basis: str | None = None
    is_common: bool = False

    @property
    def is_table(self) -> bool:
        """False for files that carry no rows, such as the base map."""
        return bool(self.schema.get("fields"))

    @cached_property
    def fields(self) -> list[dict[str, Any]]:
        """Field descriptors in column order."""
        return list(self.schema.get("fields", []))

    @cached_property
    def primary_key(self) -> list[str]:
        """Columns that identify a row; ``as_of`` among them means later rows supersede earlier ones."""
        key = self.schema.get("primaryKey", [])
        return [key] if isinstance(key, str) else list(key)

    @cached_property
    def foreign_keys(self) -> list[dict[str, Any]]:
        """Columns whose values must occur in another table."""
        return list(self.schema.get("foreignKeys", []))


@dataclass(frozen=True)
class Package:
    """A data package on disk."""

    root: Path
    resources: Mapping[str, Resource]
    descriptor: Mapping[str, Any]

    @classmethod
    def open(cls, path: str | os.PathLike[str] | None = None) -> Package:
        """Read the descriptor.

        Raises
        ------
        DataError
            If the descriptor is missing, or with everything that is wrong with it.
        """
        root = data_root(path)
        descriptor = read_descriptor(root)
        resources = {item["name"]: _resource(item, root) for item in descriptor["resources"]}
        shared = _shared(root, descriptor)
        if shared:
            resources |= {item["name"]: _resource(item, common_folder(root), is_common=True) for item in shared}
            lost = [f"key '{COMMON}': {text}" for text in lost_links([*descriptor["resources"], *shared])]
            if lost:
                raise DataError(DESCRIPTOR, lost)
        return cls(root, resources, descriptor)

    def file(self, name: str) -> Path:
        """Path of a resource's file."""
        return self.resources[name].file

    def missing(self) -> list[str]:
        """Files that the descriptor lists and that are not there, in words."""
        return [
            f"{resource.path}: the file is missing; restore it or remove it from {DESCRIPTOR}"
            for resource in self.resources.values()
            if not self.file(resource.name).is_file()
        ]

    def refuse_missing(self) -> None:
        """Nothing can be said of a package that is not complete.

        Raises
        ------
        DataError
            With every file that is missing.
        """
        if missing := self.missing():
            raise DataError(f"data package {self.root}", missing)

    @cached_property
    def file_digests(self) -> dict[str, str]:
        """SHA-256 of every file that is there, by resource."""
        return {name: text_digest(self.file(name)) for name in self.resources if self.file(name).is_file()}


def _resource(item: Mapping[str, Any], folder: Path, is_common: bool = False) -> Resource:
    """An entry of a descriptor."""
    return Resource(
        name=item["name"],
        path=f"{COMMON}/{item['path']}" if is_common else item["path"],
        file=folder / item["path"],
        title=item.get("title", item["name"]),
        description=item.get("description", ""),
        schema=item.get("schema", {}),
        sha256=item.get("hash", "").removeprefix("sha256:") or None,
        source_id=item.get("source_id"),
        basis=item.get("basis"),
        is_common=is_common,
    )


def _shared(root: Path, descriptor: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Entries of the common descriptor that a package takes by name.

    Raises
    ------
    DataError
        If there is no such entry, or the package has a file of its own by that name.
    """
    wanted = descriptor.get(COMMON, [])
    if not wanted:
        return []
    there = {item["name"]: item for item in read_descriptor(common_folder(root))["resources"]}
    own = {item["name"] for item in descriptor["resources"]}
    known = ", ".join(there)
    problems = [f"key '{COMMON}', '{name}': not there; it has: {known}" for name in wanted if name not in there]
    twice = [name for name in wanted if name in own]
    problems += [f"key '{COMMON}', '{name}': the package has a file of that name itself; keep one" for name in twice]
    if problems:
        raise DataError(DESCRIPTOR, problems)
    return [there[name] for name in wanted]


def text_digest(path: Path) -> str:
    """SHA-256 of a file's text with lines ended by LF, hexadecimal.

    A checkout on Windows may end lines with CRLF, and spreadsheets put a byte order mark before UTF-8: neither is data.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    return hashlib.sha256(plain_bytes(path)).hexdigest()


def plain_bytes(path: Path) -> bytes:
    """A file's text with lines ended by LF and without a byte order mark.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(path.name, [f"cannot be read ({error.strerror}); check its rights and the disk"]) from error
    content = content.removeprefix(b"\xef\xbb\xbf")
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def package_digest(package: Package) -> str:
    """One SHA-256 over the contents of every file of the package, independent of their order."""
    whole = hashlib.sha256()
    for name in sorted(package.file_digests):
        whole.update(f"{name}:{package.file_digests[name]}\n".encode())
    return whole.hexdigest()
