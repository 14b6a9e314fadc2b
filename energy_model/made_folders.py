"""Folders made for what is to be written, so that a refusal leaves none behind that is empty."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_MADE: list[Path] = []
"""Outer ones before those inside them."""


def make(folder: Path) -> None:
    """Make a folder and those around it, and remember which were not there."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    _MADE.extend(reversed(missing))


def remove_empty() -> None:
    """Take away the folders that were made and in which nothing was written."""
    while _MADE:
        with suppress(OSError):
            _MADE.pop().rmdir()
