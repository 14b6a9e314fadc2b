"""Pages of documentation of which one part is written by a command, between marks that stand in the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from energy_model.errors import ResultError
from energy_model.files import write_text


@dataclass(frozen=True)
class GeneratedPart:
    """What of a page is written anew: from the line ``begins`` to the line ``ends``, or to the end of the page."""

    begins: str
    ends: str = ""

    def page(self, page: str, text: str) -> str:
        """The page with its generated part in place of the one it had.

        Raises
        ------
        ResultError
            If the page does not have each of the two lines once.
        """
        for line in filter(None, (self.begins, self.ends)):
            if page.count(line) != 1:
                raise ResultError(
                    f"the page has {page.count(line)} lines '{line}'; put one where the generated part is"
                )
        head, rest = page.split(self.begins)
        tail = self.ends + rest.split(self.ends)[1] if self.ends else ""
        return f"{head}{self.begins}\n\n{text.rstrip()}\n" + (f"\n{tail}" if tail else "")

    def write(self, files: Iterable[str], made: Callable[[], str]) -> None:
        """Write the generated part of pages anew."""
        for path in map(Path, files):
            write_text(path, self.page(path.read_text(encoding="utf-8"), made()))
