"""Sheet *Ranges*: how far each headline moves over the stated ranges of the data."""

from __future__ import annotations

from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.results.headline import SHARE, headline_list

NOTE = (
    "Each input with a stated range at its low and at its high, one at a time and all together, on periods of a month: "
    "the central number is that of months, and differs a little from the one of weeks."
)


@sheet(
    "ranges",
    place=40,
    name="Ranges",
    about="low, central and high of the headlines, and which input gives the ends",
    question="How sure are the headlines, and what decides it?",
    given=lambda briefing: bool(briefing.story.bands),
)
def write_ranges(book: Book, briefing: Briefing) -> None:
    """Low, central and high of every headline of the runs whose ranges are known, and what gives the ends."""
    page = book.page(
        "Ranges", "How sure are the headlines?", "Low, central and high over the ranges that the data state.", NOTE
    )
    columns = [
        Column("Scenario", width=38.0),
        Column("Headline", width=44.0),
        Column("Low (in its unit)", bk.TWH, 13.0),
        Column("Central (in its unit)", bk.TWH, 13.0),
        Column("High (in its unit)", bk.TWH, 13.0),
        Column("In words", width=34.0),
        Column("Lowest with", width=40.0),
        Column("Highest with", width=40.0),
    ]
    first = page.header(columns)
    book.freeze(page, first, 2)
    names = {one.key: one for one in headline_list(briefing.reference)}
    for run in briefing.results:
        for key, band in briefing.story.bands.get(run.scenario.id, {}).items():
            if key not in names:
                continue
            label = names[key].label + (" (%)" if names[key].unit == SHARE else "")
            scale = 100.0 if band.unit == SHARE else 1.0
            values = [bk.clean(scale * value) for value in (band.low, band.central, band.high)]
            page.line(
                columns, [briefing.titles[run.scenario.id], label, *values, band.words, band.low_from, band.high_from]
            )
    page.filter()
