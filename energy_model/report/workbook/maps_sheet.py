"""Sheet *Maps*: the map of flows of each scenario shown in detail, all on the same days."""

from __future__ import annotations

from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet

SCALE = 0.9
ROWS = 38
"""Rows of the sheet behind one map."""
PRINTED_COLUMNS = 16
"""Columns of a printed page: more than behind a map, so that its heading fits on the page too."""
NOTE = "Countries: share of demand curtailed. Lines: net flow, in the colour of the gas that is most of it."


@sheet(
    "maps",
    place=68,
    name="Maps",
    about="flows and cuts on a map, one for each scenario shown in detail",
    question="Where does gas flow, and where is it short?",
    given=lambda briefing: bool(briefing.maps),
)
def write_maps(book: Book, briefing: Briefing) -> None:
    """A picture for each run, on a printed page of its own."""
    page = book.page("Maps", "Where gas flows, and where it is short", "All maps show the same days.", NOTE)
    shown = [run for run in briefing.main if run.scenario.id in briefing.maps]
    for number, run in enumerate(shown):
        if number:
            page.new_page()
        page.heading(run.scenario.title)
        cut = facts.shortfall(run, "country")
        names = facts.country_names(run)
        hit = cut[cut > bk.DUST].sort_values(ascending=False, kind="stable").head(4)
        worst = ", ".join(f"{names[str(code)]} ({share:.0%})" for code, share in hit.items())
        words = f"Map of Europe: flows of gas and countries in which demand is curtailed in '{run.scenario.title}'. "
        words += f"Hardest hit over the horizon: {worst}." if worst else "Nobody is curtailed over the horizon."
        look = {"x_scale": SCALE, "y_scale": SCALE, "description": words, "object_position": 2}
        page.sheet.insert_image(page.row, 0, str(briefing.maps[run.scenario.id]), look)
        page.row += ROWS
    page.sheet.print_area(0, 0, page.row, PRINTED_COLUMNS - 1)
