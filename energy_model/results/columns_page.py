"""The result tables of docs/results.md, written from their declaration.

``python -m energy_model.results.columns_page docs/results.md`` writes the part between the page's marks anew; a test
holds it up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from textwrap import fill

from energy_model.generated_page import GeneratedPart
from energy_model.results.columns import RESULT_TABLES

PART = GeneratedPart(
    "<!-- generated from energy_model/results/columns.py by energy_model/results/columns_page.py -->",
    "<!-- end of the generated part -->",
)
_WIDTH = 120


def reference() -> str:
    """Every result table with its columns; those of rolling foresight last, under a heading of their own."""
    lines = ["## Result tables", "", *_sections(False), "## Tables of rolling foresight", "", *_sections(True)]
    return "\n".join(lines)


def _sections(of_rolling: bool) -> Iterator[str]:
    for name, table in RESULT_TABLES.items():
        if table.of_rolling == of_rolling:
            yield from (f"### `{name}`", "")
            yield from ((fill(table.before, _WIDTH), "") if table.before else ())
            yield from ("| column | meaning |", "|---|---|")
            yield from (f"| `{column}` | {words} |" for column, words in table.columns.items())
            yield ""
            yield from ((fill(table.after, _WIDTH), "") if table.after else ())


if __name__ == "__main__":
    PART.write(sys.argv[1:], reference)
