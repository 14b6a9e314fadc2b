"""The reference of docs/statistics.md, read from the declarations.

``python -m energy_model.results.statistics_page docs/statistics.md`` writes the part below the page's marker anew; a
test holds it up to date.
"""

from __future__ import annotations

import sys

from energy_model.generated_page import GeneratedPart
from energy_model.results.declared import DEFAULT_UNITS, DIMENSIONS, MOMENTS, STATISTICS
from energy_model.results.question import units_of

PART = GeneratedPart(
    "<!-- generated from the declarations; everything below is written by energy_model/results/statistics_page.py -->"
)


def reference() -> str:
    """Tables of all statistics and of all groupings."""
    lines = ["## Statistics", "", "| name | what it is | units, the default first | grouped by, the default in bold |"]
    lines.append("|---|---|---|---|")
    for name, one in STATISTICS.items():
        default = DEFAULT_UNITS[one.kind]
        units = [default, *(unit for unit in units_of(one) if unit != default)]
        groupings = [f"**{word}**" if word == one.by else word for word in one.dimensions]
        lines.append(f"| `{name}` | {one.words} | {', '.join(units)} | {', '.join(groupings)} |")
    lines += ["", "## Groupings", "", "| name | what it is |", "|---|---|"]
    lines += [f"| `{name}` | {words} |" for name, words in {**DIMENSIONS, **MOMENTS}.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PART.write(sys.argv[1:], reference)
