"""Sheet *Ranges* and its digest on *Summary*: how far each headline moves over the stated ranges of the data."""

from __future__ import annotations

from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.results.band import SIGNS, Band
from energy_model.results.headline import SHARE, headline_list

ON_SUMMARY = (
    "region_curtailed",
    "region_curtailed_share",
    "country_curtailed",
    "region_voluntary",
    "country_price",
    "region_lowest_filling",
)
"""Headlines whose ranges stand on the summary."""
NOTE = (
    "Each input with a stated range at its low and at its high, one at a time and all together, on periods of a month: "
    "the central number is that of months, and differs a little from the one of weeks."
)


@sheet(
    "ranges",
    place=40,
    name="Ranges",
    about="low, central and high of the headlines, and which input gives the ends",
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
    first = page.header(columns, height=26)
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
    page.sheet.autofilter(first - 1, 0, page.row - 1, len(columns) - 1)


def summary_ranges(page: Page, briefing: Briefing) -> None:
    """Ranges of the most important headlines, a row per run whose ranges are known."""
    runs = [run for run in briefing.results if run.scenario.id in briefing.story.bands]
    if not runs:
        return
    heads = {metric.key: metric.header for metric in briefing.metrics}
    columns = [Column("How sure? Low to high over the ranges of the data, on months")]
    columns += [Column(heads[key]) for key in ON_SUMMARY]
    columns.append(Column(f"{briefing.region} curtailed most with"))
    page.header(columns, height=50)
    for run in runs:
        bands = briefing.story.bands[run.scenario.id]
        cells: list[str | None] = [_short(bands.get(key)) for key in ON_SUMMARY]
        most = bands.get("region_curtailed")
        page.line(columns, [run.scenario.title, *cells, most.high_from if most is not None and most.high > 0 else None])
    page.row += 1


def _short(band: Band | None) -> str | None:
    """A range in the cell of a column that names the unit.

    >>> _short(Band(0.4, 643.2, 1613.0, "TWh"))
    '640 (0 to 1,600)'
    """
    return None if band is None else band.words.removeprefix("about ").removesuffix(f" {SIGNS[band.unit]}")
