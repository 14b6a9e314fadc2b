"""Tables of Markdown for the generated pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a bar inside a cell becomes a slash.

    >>> print(markdown(("a", "b"), [(1, "x|y")]), end="")
    | a | b |
    |---|---|
    | 1 | x/y |
    """
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
