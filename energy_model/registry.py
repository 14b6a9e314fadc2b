"""What registers itself: a thing is marked in its own file, and the folder is looked through for such files."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages
from typing import Generic, TypeVar, cast

Entry = TypeVar("Entry")
Marked = TypeVar("Marked")


class Registry(Generic[Entry]):
    """Entries of one sort by key.

    Parameters
    ----------
    package : str
        Folder whose modules hold the entries, by its name as a package.

    >>> tools = Registry("energy_model.impact")
    >>> tools.add("saw", place=2)(len) is len
    True
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._entries: dict[str, tuple[float, Entry]] = {}

    def add(self, key: str, place: float = 0.0) -> Callable[[Marked], Marked]:
        """Decorator that enters what it decorates, and leaves it as it is.

        Parameters
        ----------
        place : float
            Entries come in the order of their places, those of one place by key; leave gaps for others.

        Raises
        ------
        ValueError
            If another entry has the key: two files would answer to one name.
        """

        def enter(marked: Marked) -> Marked:
            if key in self._entries:
                raise ValueError(f"{self._package}: '{key}' is registered twice; give one of them another key")
            self._entries[key] = (place, cast(Entry, marked))
            return marked

        return enter

    def all(self) -> dict[str, Entry]:
        """Every entry by key, in order; all modules of the package are imported first."""
        for module in walk_packages(import_module(self._package).__path__, f"{self._package}."):
            if not module.name.endswith(".__main__"):
                import_module(module.name)
        return {key: entry for key, (_, entry) in sorted(self._entries.items(), key=lambda item: (item[1][0], item[0]))}
