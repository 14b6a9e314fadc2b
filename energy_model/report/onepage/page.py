"""What stands on a page: texts, numbers, tables and one picture, in the order in which a reader takes them in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Number:
    """A number at the head of the page.

    Attributes
    ----------
    label : str
        What it is.
    value : str
        With its unit.
    span : str
        Low to high, in words; empty where it is not known.
    detail : str
        What puts it in proportion.
    """

    label: str
    value: str
    span: str = ""
    detail: str = ""


LONGEST_NUMBER = 22
"""Letters of a cell that stands to the right as a number does."""


@dataclass(frozen=True)
class Table:
    """A small table of texts; ``widths`` are shares of its width, columns of numbers stand to the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]

    def has_words(self, column: int) -> bool:
        """Whether a column holds sentences, which begin at the left, and no numbers."""
        return any(len(row[column]) > LONGEST_NUMBER for row in self.rows)


@dataclass(frozen=True)
class Section:
    """A heading, paragraphs below it, and perhaps a table."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Picture:
    """A picture as PNG, what it shows for those who cannot see it, and a line below it."""

    png: bytes
    alt: str
    caption: str
    width_mm: float
    height_mm: float


@dataclass(frozen=True)
class Page:
    """One sheet of A4.

    Attributes
    ----------
    language : str
        ``en`` or ``de``.
    title : str
        A finding, as a sentence.
    subtitle : str
        What it is about: the scenario and its days.
    numbers : tuple of Number
        Three at most.
    picture : Picture or None
        None where the data package has no base map.
    beside : tuple of Section
        Beside the picture.
    below : tuple of Section
        Below it, over the whole width.
    caveat_heading, caveat : str
        The one thing a reader must not forget.
    source : str
        Where the numbers come from: the program, the data package and its vintage, the day of issue.
    issued : date
        Day of issue.
    """

    language: str
    title: str
    subtitle: str
    numbers: tuple[Number, ...]
    picture: Picture | None
    beside: tuple[Section, ...]
    below: tuple[Section, ...]
    caveat_heading: str
    caveat: str
    source: str
    issued: date

    def texts(self) -> Iterator[str]:
        """Every text of the page in reading order, the alternative text of the picture among them."""
        yield self.title
        yield self.subtitle
        for number in self.numbers:
            yield from (number.label, number.value, number.span, number.detail)
        if self.picture is not None:
            yield from (self.picture.caption, self.picture.alt)
        for section in (*self.beside, *self.below):
            yield section.heading
            yield from section.paragraphs
            if section.table is not None:
                yield from section.table.heads
                yield from (cell for row in section.table.rows for cell in row)
        yield from (self.caveat_heading, self.caveat, self.source)
