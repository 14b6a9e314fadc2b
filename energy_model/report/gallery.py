"""The gallery of the documentation: every kind of figure with the call that makes it.

``python -m energy_model.report.gallery docs/gallery.md`` solves the scenario that stands for a shortage in the default
data package, the reference and a small sweep, and writes the generated part of the page and its pictures under
``images/gallery`` beside it.
"""

from __future__ import annotations

import inspect
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import shorten

from matplotlib.figure import Figure

from energy_model.data.load import GasData, load_data
from energy_model.errors import ResultError
from energy_model.files import check_writable
from energy_model.generated_page import GeneratedPart
from energy_model.impact.answer import Answer
from energy_model.impact.questions import answer
from energy_model.impact.study import Study, study
from energy_model.report import style
from energy_model.report.grid import NONE, Grid, grid
from energy_model.report.markdown import wrapped
from energy_model.report.style import HouseFigure
from energy_model.report.winters import Winters, winters
from energy_model.results.plotting import plots_of
from energy_model.risk.tables import Sample, sample
from energy_model.risk.terms import terms_of
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.load import with_changes
from energy_model.sweep import load_plan, read_plan, run_sweep
from energy_model.sweep.folder import read_base
from energy_model.sweep.plan import library_plans, with_keys
from energy_model.sweep.spread import headline_ranges

PART = GeneratedPart(
    "<!-- figures, written by python -m energy_model.report.gallery docs/gallery.md -->", "<!-- end of figures -->"
)
IMAGES = Path("images/gallery")
DPI = 76
ALT_LETTERS = 90
"""Of a picture's words on the page: a line of it fits a screen."""
CASES = 24
"""Of the sweep."""
SAVING = "kind=demand_saving share=0.1"
"""What the grid sets against the cut."""


@dataclass(frozen=True)
class Hall:
    """What the gallery draws, each thing solved when it is first asked for."""

    data: GasData

    @property
    def name(self) -> str:
        """Scenario that stands for a shortage.

        Raises
        ------
        ResultError
            If the storyline names none.
        """
        name = self.data.storyline.briefing.shortage
        if not name:
            raise ResultError(f"{self.data.root}: storyline.toml names no scenario for briefing.shortage; add it")
        return name

    @cached_property
    def asked(self) -> Study:
        """The shortage against the reference."""
        return study(self.name, self.data)

    @cached_property
    def by_month(self) -> Scenario:
        """The reference on periods of a month."""
        return with_changes(load_scenario(self.data.storyline.reference, self.data.root, self.data), resolution="month")

    def answer(self, name: str) -> Answer:
        """The answer to a question about the shortage."""
        (found,) = answer(self.asked, [name])
        return found

    @cached_property
    def cases(self) -> Sample:
        """A small sweep of the first plan of the package."""
        path = next(iter(library_plans(self.data.root).values()))
        plan = with_keys(load_plan(path), resolution="month", samples=CASES)
        with tempfile.TemporaryDirectory() as folder:
            table = run_sweep(plan, folder, data=self.data, workers=1).frame()
            return sample(table, terms_of(read_plan(folder), read_base(folder), self.data))

    @cached_property
    def winters(self) -> Winters:
        """The reference in three winters."""
        return winters(self.by_month, self.data)

    @cached_property
    def grid(self) -> Grid:
        """A saving against the cut."""
        return grid(self.by_month, self.data, [NONE, SAVING], [NONE, self.name])


@dataclass(frozen=True)
class Exhibit:
    """A figure of the gallery: what to type, the command that draws it too, and how it is made here."""

    call: str
    command: str
    draw: Callable[[Hall], Figure]


BRIEF, IMPACT, RISK = "energy-model brief", "energy-model impact SCENARIO", "energy-model risk FOLDER"

EXHIBITS: Mapping[str, Exhibit] = {
    "results.map": Exhibit("cut.plot.map(data)", BRIEF, lambda hall: hall.asked.results.plot.map(hall.data)),
    "results.supply": Exhibit("cut.plot.supply()", BRIEF, lambda hall: hall.asked.results.plot.supply()),
    "results.storage": Exhibit(
        "cut.plot.storage(reference, data=data)", BRIEF,
        lambda hall: hall.asked.results.plot.storage(hall.asked.reference, data=hall.data),
    ),
    "results.price": Exhibit(
        "cut.plot.price(reference)", "", lambda hall: hall.asked.results.plot.price(hall.asked.reference)
    ),
    "results.routes": Exhibit("cut.plot.routes()", BRIEF, lambda hall: hall.asked.results.plot.routes()),
    "results.shortage": Exhibit("cut.plot.shortage()", BRIEF, lambda hall: hall.asked.results.plot.shortage()),
    "results.sectors": Exhibit("cut.plot.sectors()", "", lambda hall: hall.asked.results.plot.sectors()),
    "results.replaced": Exhibit(
        "cut.plot.replaced(reference)", "", lambda hall: hall.asked.results.plot.replaced(hall.asked.reference)
    ),
    "results.ranges": Exhibit(
        "cut.plot.ranges(headline_ranges(cut.scenario, data))", "",
        lambda hall: hall.asked.results.plot.ranges(headline_ranges(hall.asked.scenario, hall.data)),
    ),
    "answer.waterfall": Exhibit(
        'em.answer(asked, ["substitution"])[0].plot.waterfall()', IMPACT,
        lambda hall: hall.answer("substitution").plot.waterfall(),
    ),
    "answer.lines": Exhibit(
        'em.answer(asked, ["frontier"])[0].plot.lines()', IMPACT, lambda hall: hall.answer("frontier").plot.lines()
    ),
    "sample.fan": Exhibit("cases.plot.fan()", RISK, lambda hall: hall.cases.plot.fan()),
    "sample.exceedance": Exhibit("cases.plot.exceedance()", RISK, lambda hall: hall.cases.plot.exceedance()),
    "sample.drivers": Exhibit("cases.plot.drivers()", RISK, lambda hall: hall.cases.plot.drivers()),
    "winters.figure": Exhibit(
        "winters(by_month, data).figure(data)", "energy-model winters SCENARIO",
        lambda hall: hall.winters.figure(hall.data),
    ),
    "grid.figure": Exhibit(
        "grid(by_month, data, down, across).figure()", "energy-model grid SCENARIO", lambda hall: hall.grid.figure()
    ),
}  # fmt: skip
"""Every kind of figure, by the sort of object and the name of its plot."""


def about(kind: str) -> str:
    """First sentence of what a kind of figure says of itself."""
    sort, _, name = kind.partition(".")
    draw = {"winters": Winters.figure, "grid": Grid.figure}.get(sort) or plots_of(sort)[name].draw
    return (inspect.getdoc(draw) or "").partition("\n\n")[0].replace("\n", " ")


def picture_of(kind: str) -> Path:
    """Picture of a kind of figure, beside the page."""
    return IMAGES / f"{kind.replace('.', '_')}.png"


def gallery(hall: Hall, folder: Path) -> str:
    """Draw every figure under a folder; the text that shows them, by sort of object."""
    check_writable(folder / IMAGES)
    parts = []
    for kind, one in EXHIBITS.items():
        figure = one.draw(hall)
        assert isinstance(figure, HouseFigure), kind
        style.save_figure(figure, folder / picture_of(kind), dpi=DPI)
        also = f" Also drawn by `{one.command}`." if one.command else ""
        parts += [
            f"## `{one.call}`\n",
            f"{about(kind)}{also}\n",
            f"![{shorten(figure.finding, ALT_LETTERS, placeholder=' ...')}]({picture_of(kind).as_posix()})\n",
        ]
    return wrapped("\n".join(parts))


def write_gallery(page: Path, data: GasData | None = None) -> Path:
    """Write the generated part of the page and its pictures.

    Raises
    ------
    ResultError
        If the storyline names no scenario that stands for a shortage, or the page lacks the marks of the part.
    OutputError
        If a file cannot be written.
    """
    PART.page(page.read_text(encoding="utf-8"), "")
    made = gallery(Hall(data if data is not None else load_data()), page.parent)
    PART.write([str(page)], lambda: made)
    return page


def main(pages: Sequence[str]) -> None:
    """Write each page."""
    for page in pages:
        write_gallery(Path(page))


if __name__ == "__main__":
    main(sys.argv[1:])
