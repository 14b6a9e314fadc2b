"""Tables of Markdown for the generated pages."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 116
"""Characters on a line of prose."""
_STAYS = ("|", "#", "!")
"""Beginnings of tables, headings and pictures."""
_ITEM = "- "


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
    """The page with its paragraphs and list items folded anew; tables, headings and pictures stay as they are.

    >>> print(wrapped("- " + "word " * 15 + "\\n  " + "word " * 15), end="")
    - word word word word word word word word word word word word word word word word word word word word word word word
      word word word word word word word
    """
    lines: list[str] = []
    held: list[str] = []
    for line in [*page.splitlines(), ""]:
        stays = not line or line.startswith(_STAYS)
        if held and (stays or line.startswith(_ITEM)):
            lines += _folded(" ".join(held))
            held = []
        if stays:
            lines.append(line)
        else:
            held.append(line.strip())
    return "\n".join(lines[:-1]) + "\n"


def _folded(words: str) -> list[str]:
    indent = "  " if words.startswith(_ITEM) else ""
    return textwrap.wrap(words, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
