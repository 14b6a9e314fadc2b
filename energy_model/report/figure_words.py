"""What is written on a figure in the language of a briefing: titles as they are drawn, the rest when it is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from matplotlib.text import Text
from matplotlib.ticker import Formatter

from energy_model.data.load import GasData
from energy_model.report import style
from energy_model.report.style import HouseFigure
from energy_model.report.tongue import Tongue
from energy_model.results.run import Results


@contextmanager
def in_language(code: str, data: GasData, results: Sequence[Results]) -> Iterator[None]:
    """Within it, what figures say is in a language: in that of the workbook what the workbook says too.

    Raises
    ------
    OutputError
        If figures are not drawn in it.
    """
    titles = {run.scenario.title: run.scenario.title_de or run.scenario.title for run in results}
    for one in (run.scenario for run in results):
        if one.short_title is not None and one.short_title_de is not None:
            titles[one.short_title] = one.short_title_de
    tongue = Tongue.of(code, data, titles)
    labels, adjective = results[0].labels, results[0].labels.adjective(results[0].nodes)
    seller = tongue.language.names.get(labels.focus.supplier, adjective)
    spoken = replace(tongue, names={**tongue.names, adjective: seller})
    token = style.SAY.set(str if tongue.is_plain else spoken.say)
    try:
        yield
    finally:
        style.SAY.reset(token)


def save_figure_files(figure: HouseFigure, path: Path) -> list[Path]:
    """Write a figure as PNG, SVG and CSV, what is written on it in the language that is spoken.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    say = style.SAY.get()
    if say is not str:
        for text in figure.findobj(Text):
            if text not in figure.texts:  # title and source are in it as they were drawn
                text.set_text(say(text.get_text()))
        for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
            axis.set_major_formatter(_Spoken(axis.get_major_formatter(), say))
    return style.save_with_numbers(figure, path)


class _Spoken(Formatter):
    """Marks of an axis as they are, in words and signs of a language."""

    def __init__(self, marks: Formatter, say: Callable[[str], str]) -> None:
        self.marks, self.say = marks, say

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self.say(self.marks(x, pos))

    def format_ticks(self, values: list[float]) -> list[str]:
        return [self.say(mark) for mark in self.marks.format_ticks(values)]
