"""Tables of Markdown for the generated pages."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 116
"""Characters on a line of prose."""


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


def wrapped(page: str) -> str:
    """The page with long lines of prose folded; tables, headings and pictures stay as they are.

    >>> print(wrapped("- " + "word " * 30), end="")
    - word word word word word word word word word word word word word word word word word word word word word word word
      word word word word word word word
    """
    lines = []
    for line in page.splitlines():
        if len(line) <= WIDTH or line.startswith(("|", "#", "!")):
            lines.append(line)
        else:
            indent = "  " if line.startswith("- ") else ""
            fold = textwrap.fill(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
            lines.append(fold)
    return "\n".join(lines) + "\n"
