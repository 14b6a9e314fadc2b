"""Sheet *Outlooks*: what others expected, beside the runs of the briefing, and what came."""

from __future__ import annotations

import textwrap

import pandas as pd

from energy_model.report.scorecard_page import JUDGES_NOBODY, WHAT_IS_WHAT, about, said
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.assumptions import letters
from energy_model.report.workbook.book import Book, Column
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.validate.scorecard import has_outlooks, scorecard

COLUMNS = (
    Column("Who", width=16.0, wrap=True),
    Column("Said on", bk.DATE, 12.0),
    Column("About", width=24.0, wrap=True),
    Column("Assumes", width=34.0, wrap=True),
    Column("Said (share)", width=20.0, wrap=True),
    Column("Scenario beside it", width=30.0, wrap=True),
    Column("This model (share)", bk.SHARE, 11.0),
    Column("Came (share)", bk.SHARE, 11.0),
    Column("Note", width=60.0, wrap=True),
)


@sheet(
    "outlooks",
    place=107,
    name="Outlooks",
    about="what others expected of stores and savings, beside these runs and what came",
    question="What did others expect, and what came?",
    given=lambda briefing: has_outlooks(briefing.data),
)
def write_outlooks(book: Book, briefing: Briefing) -> None:
    """A row for each outlook that was public on the day of the vintage; a scenario not in the briefing stays blank."""
    runs = {run.scenario.id: run for run in briefing.results}
    rows = scorecard(briefing.data, runs=runs).table.to_dict("records")
    page = book.page(
        "Outlooks",
        "What did others expect?",
        "Outlooks published by the day of the vintage, beside the scenario that comes nearest to what each assumes.",
        JUDGES_NOBODY,
    )
    for line in textwrap.wrap(WHAT_IS_WHAT, sum(letters(column.width) for column in COLUMNS)):
        page.text(page.row, 0, line)
        page.row += 1
    page.row += 1
    page.header(COLUMNS)
    for row in rows:
        title = "" if pd.isna(row["scenario"]) else briefing.titles.get(row["scenario"], f"{row['scenario']}: not here")
        note = "" if pd.isna(row["note"]) else row["note"]
        cells = [
            row["who"],
            row["said_on"],
            about(row),
            row["assumes"],
            said(row),
            title,
            row["ours"],
            row["came"],
            note,
        ]
        words = [(column, str(cell)) for column, cell in zip(COLUMNS, cells, strict=True) if column.wrap]
        lines = max(len(textwrap.wrap(text, letters(column.width))) for column, text in words)
        page.line(COLUMNS, cells, height=bk.LINE_HEIGHT * lines + 2.0)
