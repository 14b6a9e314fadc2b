"""The data package as it lies on disk: ``datapackage.json`` (Frictionless Table Schema) and its CSV tables.

This module knows files, schemas and hashes, and nothing about gas.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from energy_model.data.descriptor import DESCRIPTOR, read_descriptor
from energy_model.errors import DataError

__all__ = ["DESCRIPTOR", "Package", "Resource", "data_root", "package_digest", "plain_bytes", "text_digest"]

_PACKAGED = Path(__file__).resolve().parent.parent / "_data"
_CHECKOUT = Path(__file__).resolve().parents[2] / "data"


def data_root(path: str | os.PathLike[str] | None = None) -> Path:
    """Folder of the data package: ``path``, else the installed copy, else ``data/`` of the checkout.

    Raises
    ------
    DataError
        If no ``datapackage.json`` is there.
    """
    candidates = [Path(path)] if path is not None else [_PACKAGED, _CHECKOUT]
    for candidate in candidates:
        with suppress(OSError, ValueError):  # a name that no file can have is no folder of data
            if (candidate / DESCRIPTOR).is_file():
                return candidate
    shown = str(candidates[0])
    shown = shown if len(shown) <= _SHOWN_LETTERS else f"{shown[:_SHOWN_LETTERS]}..."
    raise DataError(f"data folder {shown}", [f"no {DESCRIPTOR} in it; name the folder that holds the data package"])


_SHOWN_LETTERS = 200


@dataclass(frozen=True)
class Resource:
    """One file of the package with its schema."""

    name: str
    path: str
    title: str
    description: str
    schema: Mapping[str, Any]
    sha256: str | None
    source_id: str | None = None

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
        resources = {
            item["name"]: Resource(
                name=item["name"],
                path=item["path"],
                title=item.get("title", item["name"]),
                description=item.get("description", ""),
                schema=item.get("schema", {}),
                sha256=item.get("hash", "").removeprefix("sha256:") or None,
                source_id=item.get("source_id"),
            )
            for item in descriptor["resources"]
        }
        return cls(root, resources, descriptor)

    def file(self, name: str) -> Path:
        """Path of a resource's file."""
        return self.root / self.resources[name].path

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
    """A file's text with lines ended by LF and without a byte order mark."""
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
