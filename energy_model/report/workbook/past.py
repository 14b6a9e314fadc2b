"""Sheet *Past months*: months of the runs that lie outside of what was observed in the same month of years before."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from energy_model.report.ledger_rows import PAST_HEADS, past_cells
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.assumptions import letters
from energy_model.report.workbook.book import Book, Column
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.validate.ledger import ledger
from energy_model.validate.past_months import Observed

NOTE = (
    "Outside is no error by itself: a cut makes it so, and of n years that are alike the next lies outside in 2 of "
    "n + 1 cases. What has no like in any month on record deserves the first look."
)
LINE_CHARACTERS = 190
WIDTHS = (46.0, 11.0, 12.0, 12.0, 12.0, 12.0, 60.0, 10.0, 12.0)
AT_MOST = 30
"""Months of a run that are shown: those without a like on record first, then as the ledger has them."""


@sheet(
    "past",
    place=105,
    name="Past months",
    about="months that lie outside of what was observed in that month of the years before",
    question="Which months were never seen before?",
    given=lambda briefing: bool(Observed.of(briefing.data).quantities),
)
def write_past(book: Book, briefing: Briefing) -> None:
    """Months of the region and the country in focus that lie outside, run by run, and a line on each run."""
    page = book.page(
        "Past months",
        "Which months were never seen?",
        "Each month beside the least and most observed in that month of the years before the day of the vintage.",
        NOTE,
    )
    ledgers = [(run, ledger(run, briefing.data)) for run in briefing.main]
    for run, past in ledgers:
        page.text(page.row, 0, briefing.titles[run.scenario.id], bold=True)
        for line in textwrap.wrap(past.words, LINE_CHARACTERS):
            page.text(page.row + 1, 0, line)
            page.row += 1
        page.row += 1
    page.row += 1
    page.heading(
        "Months that lie outside",
        f"At most {AT_MOST} of each run, those without a like on record first; a run's workbook has all.",
    )
    columns = [Column("Scenario", width=38.0)]
    for head, width in zip(PAST_HEADS, WIDTHS, strict=True):
        look = bk.COUNT if "number" in head else "#,##0.00" if "in its unit" in head else None
        columns.append(Column(head, look, width, wrap=head.startswith("Outside")))
    page.header(columns)
    for run, past in ledgers:
        for record in past.outside.sort_values("on_record", kind="stable").head(AT_MOST).to_dict("records"):
            cells = [bk.clean(cell) if isinstance(cell, float) else cell for cell in past_cells(past, record)]
            page.line(columns, [briefing.titles[run.scenario.id], *cells], height=_height(cells, columns))
    page.filter()


def _height(cells: Sequence[object], columns: Sequence[Column]) -> float:
    """Height of a row whose words wrap."""
    lines = [
        len(textwrap.wrap(str(cell), letters(column.width))) if column.wrap and cell is not None else 1
        for cell, column in zip(cells, columns[1:], strict=True)
    ]
    return bk.LINE_HEIGHT * max(lines) + 2.0
