"""The variables of docs/iamc.md, written from their declaration.

``python -m energy_model.report.exports.iamc_page docs/iamc.md`` writes the part below the page's mark anew; a test
holds it up to date.
"""

from __future__ import annotations

import sys

from energy_model.generated_page import GeneratedPart
from energy_model.report.exports.iamc_variables import VARIABLES
from energy_model.results.declared import STATISTICS

PART = GeneratedPart(
    "<!-- generated from iamc_variables.py; everything below is written by energy_model/report/exports/iamc_page.py -->"
)


def reference() -> str:
    """Table of all variables with units, regions, statistic and definition."""
    lines = ["## Variables", "", "| variable | unit by month, by year | regions | statistic | definition |"]
    lines.append("|---|---|---|---|---|")
    for one in VARIABLES:
        statistic = STATISTICS[one.statistic]
        border = any(source.table == "border" for source in statistic.sources)
        markets = "markets and groups, each with its own border" if border else "countries and groups"
        places = "links" if one.of_links else markets
        name = one.pattern.replace("|", "&#124;")  # a bar of its own would end the cell
        lines.append(f"| <code>{name}</code> | {', '.join(one.units)} | {places} | `{one.statistic}` | {one.words} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PART.write(sys.argv[1:], reference)
