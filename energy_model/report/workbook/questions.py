"""Sheet *Questions*: which sheet answers what."""

from __future__ import annotations

from energy_model.report.workbook.book import Book, Column
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import every_sheet, sheet

LINK_COLOUR = "#1F66B8"


@sheet(
    "questions",
    place=8,
    name="Questions",
    about="which sheet answers which question",
)
def write_questions(book: Book, briefing: Briefing) -> None:
    """A row for each sheet that answers a question, with a link to it; then those that others read from."""
    page = book.page(
        "Questions",
        "Which sheet answers what?",
        "Click on the name of a sheet. Start with Summary; go to Assumptions before you disagree, to Checks before you"
        " quote.",
        one_page=True,
    )
    columns = [Column("Question", width=78.0), Column("Sheet", width=24.0), Column("What it holds", width=92.0)]
    first = page.header(columns)
    book.freeze(page, first, 0)
    given = {key: one for key, one in every_sheet().items() if one.given(briefing)}
    names = dict(zip(given, book.contents, strict=True))
    answering = [key for key, one in given.items() if one.question]
    others = [key for key in given if key not in answering and names[key] != page.name]
    for key in [*answering, *others]:
        name = names[key]
        page.line(columns, [given[key].question or "(others read from it)", name, book.contents[name]])
        look = book.look(font_color=LINK_COLOUR, underline=1, indent=1)
        book.link(page, page.row - 1, 1, name, look)
