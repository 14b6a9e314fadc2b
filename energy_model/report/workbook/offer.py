"""Sheet *Offer*: what taking an offer that hangs on a condition is worth, by a chance that the reader can change."""

from __future__ import annotations

from collections.abc import Mapping

from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.units import MEUR_PER_BEUR

CHANCE = "Chance that what was promised comes (change this cell)"
INPUT_FILL = "#FFF2CC"
"""Of the cell that a reader may change."""
LABELS = ("curtailed (TWh)", "reduced at a price (TWh)", "served (TWh)", "mean price (EUR/MWh)", "bill at it (bn EUR)")


def _is_given(briefing: Briefing) -> bool:
    offer = briefing.data.storyline.backing
    told = {run.scenario.id for run in briefing.results}
    return (
        offer is not None
        and bool(offer.in_vain)
        and offer.country == briefing.data.storyline.focus.country
        and set(offer.scenarios) <= told
    )


@sheet(
    "offer",
    place=65,
    name="Offer",
    about="what taking the offer is worth, by the chance that it holds: a cell to change",
    question="What is taking the offer worth?",
    given=_is_given,
)
def write_offer(book: Book, briefing: Briefing) -> None:
    """Three runs side by side, what meeting the condition saves, and the expected saving by formula."""
    offer = briefing.data.storyline.backing
    if offer is None:
        return
    said = briefing.data.storyline.conditions_by_name[offer.condition]
    page = book.page(
        "Offer",
        f"What is it worth to {briefing.country} if {said}?",
        "Expected saving = chance x saving if the promise holds + (1 - chance) x saving if it fails.",
        f"The chance is a judgement: {offer.probability:.0%}, {offer.low:.0%} to {offer.high:.0%}. {offer.note}",
    )
    page.text(page.row, 0, CHANCE, bold=True)
    page.put(page.row, 1, offer.probability, num_format=bk.SHARE, bg_color=INPUT_FILL, border=1)
    chance = bk.cell(page.row, 1, fixed=True)
    page.row += 2
    columns = [
        Column(briefing.country, width=34.0),
        *(Column(f"{briefing.titles[name]} (in its unit)", bk.TWH, 18.0) for name in offer.scenarios),
        Column("Saved if the promise holds (in its unit)", bk.TWH_SIGNED, 16.0),
        Column("Saved if it fails (in its unit)", bk.TWH_SIGNED, 16.0),
        Column("Expected saving (in its unit)", bk.TWH_SIGNED, 16.0),
    ]
    book.freeze(page, page.header(columns), 1)
    by_run = [_values(briefing.numbers.loc[name].to_dict()) for name in offer.scenarios]
    first = page.row
    for number, label in enumerate(LABELS):
        row, values = page.row, [one[number] for one in by_run]
        cells = [_cell(number, first, col, value) for col, value in enumerate(values, 1)]
        held, failed = values[2] - values[0], values[2] - values[1]
        saved = (
            Formula(f"={bk.cell(row, 3)}-{bk.cell(row, 1)}", held),
            Formula(f"={bk.cell(row, 3)}-{bk.cell(row, 2)}", failed),
            Formula(
                f"={chance}*{bk.cell(row, 4)}+(1-{chance})*{bk.cell(row, 5)}",
                offer.probability * held + (1.0 - offer.probability) * failed,
            ),
        )
        page.line(columns, [label[:1].upper() + label[1:], *cells, *saved])


def _values(numbers: Mapping[str, float]) -> tuple[float, ...]:
    """The country's curtailed, reduced and served gas, its price and its bill in a run, in the order of the labels."""
    cut, reduced, price = (numbers[f"country_{key}"] for key in ("curtailed", "voluntary", "price"))
    served = numbers["country_demand"] - cut - reduced
    return cut, reduced, served, price, served * price / MEUR_PER_BEUR


def _cell(number: int, first: int, col: int, value: float) -> float | Formula:
    """A number of a run; its bill is a formula of the rows above it."""
    if number < len(LABELS) - 1:
        return value
    served, price = bk.cell(first + number - 2, col), bk.cell(first + number - 1, col)
    return Formula(f"={served}*{price}/{MEUR_PER_BEUR:g}", value)
