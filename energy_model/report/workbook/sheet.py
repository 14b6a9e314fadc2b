"""A sheet of the briefing: its name, what it holds, what writes it, and which sheets it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from energy_model.registry import Registry
from energy_model.report.workbook.book import Book
from energy_model.report.workbook.briefing import Briefing

Write = Callable[[Book, Briefing], None]


def _always(briefing: Briefing) -> bool:
    return True


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Attributes
    ----------
    name : str
        May hold ``{country}`` and ``{adjective}``, which take the names of whom the runs are about.
    about : str
        What it holds, for the table of contents.
    question : str
        What it answers, for the sheet of questions; empty for one that only lists what others read.
    needs : tuple of str
        Keys of sheets whose cells it refers to; they are written before it.
    given : callable
        Whether a briefing has what the sheet shows; else it is left out.
    """

    name: str
    about: str
    write: Write
    question: str = ""
    needs: tuple[str, ...] = ()
    given: Callable[[Briefing], bool] = _always


_SHEETS: Registry[Sheet] = Registry(__package__)


def sheet(
    key: str,
    *,
    place: float,
    name: str,
    about: str,
    question: str = "",
    needs: tuple[str, ...] = (),
    given: Callable[[Briefing], bool] = _always,
) -> Callable[[Write], Write]:
    """Decorator of the function that writes a sheet, by its key and its place in the workbook."""

    def enter(write: Write) -> Write:
        _SHEETS.add(key, place)(Sheet(name, about, write, question, needs, given))
        return write

    return enter


def every_sheet() -> dict[str, Sheet]:
    """Every sheet by its key, in the order of the workbook; this folder is looked through for them."""
    return _SHEETS.all()


def in_writing_order(sheets: Mapping[str, Sheet]) -> Iterator[Sheet]:
    """Each sheet after those that it needs; what is left out of the workbook is needed by nobody."""
    written: set[str] = set()

    def with_needs(key: str) -> Iterator[Sheet]:
        if key in written or key not in sheets:
            return
        written.add(key)
        for other in sheets[key].needs:
            yield from with_needs(other)
        yield sheets[key]

    for key in sheets:
        yield from with_needs(key)
