"""Sheet *Sources*: where the figures come from, and what may be passed on."""

from __future__ import annotations

import textwrap

from energy_model.report.workbook import book as bk
from energy_model.report.workbook.assumptions import letters, text_of
from energy_model.report.workbook.book import Book, Column
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet

NOT_INPUT = ("sources", "common_sources", "route_waypoints", "map_anchors")
"""Tables that only draw the map."""


@sheet(
    "sources",
    place=120,
    name="Sources",
    about="where the figures come from, with licences",
    question="Where do the figures come from?",
)
def write_sources(book: Book, briefing: Briefing) -> None:
    """Every source with a row in the tables of the vintage, and the tables it feeds."""
    page = book.page(
        "Sources",
        "Where the figures come from",
        "Every row of every input table names its source; this is the list of those in use at the vintage.",
        "'single figures': quoted with citation, the table itself is not passed on.",
    )
    columns = [
        Column("Source", width=24.0, wrap=True),
        Column("Title", width=46.0, wrap=True),
        Column("Publisher", width=26.0, wrap=True),
        Column("Edition", width=20.0, wrap=True),
        Column("Licence", width=20.0, wrap=True),
        Column("Redistribution", width=14.0, wrap=True),
        Column("Used in", width=36.0, wrap=True),
        Column("Address", width=52.0, wrap=True),
    ]
    first = page.header(columns)
    book.freeze(page, first, 1)
    used = _tables_by_source(briefing)
    for row in briefing.data.sources.to_dict("records"):
        if row["source_id"] not in used:
            continue
        values = [
            row["source_id"],
            row["title"],
            row["publisher"],
            text_of(row["edition"]),
            row["licence"],
            row["redistribution"],
            ", ".join(used[row["source_id"]]),
            text_of(row["url"]),
        ]
        lines = [
            len(textwrap.wrap(value, letters(column.width))) if value else 1
            for column, value in zip(columns, values, strict=True)
        ]
        page.line(columns, values, height=bk.LINE_HEIGHT * max(lines) + 2.0)


def _tables_by_source(briefing: Briefing) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, table in briefing.data.tables.items():
        if "source_id" not in table or name in NOT_INPUT:
            continue
        for source in sorted(table["source_id"].dropna().unique()):
            found.setdefault(source, []).append(name)
    return found
