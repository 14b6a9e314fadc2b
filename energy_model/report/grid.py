"""Two by two: one list of happenings against another, every pair solved, as one table and one figure."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from energy_model.data.load import GasData
from energy_model.errors import ScenarioError, closest
from energy_model.report import facts, style
from energy_model.report.style import HouseFigure
from energy_model.results.headline import SHARE, Headline, headline_list, headline_values
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario, load_scenario
from energy_model.scenario.changes import load_changed
from energy_model.scenario.load import check_against, with_changes
from energy_model.scenario.measures import Measure
from energy_model.scenario.measures.base import LINE_AT_MOST
from energy_model.scenario.schema import NAMES
from energy_model.show import Card, Shown

NONE, AS_IT_IS = "none", "As it is"
"""The item that changes nothing, and its label."""
OWN = NAMES | {"based_on", "without", "files", "measures", "boundaries"}
"""Keys of a scenario that are no assumption."""
SHOWN = ("region_curtailed", "region_voluntary", "region_price", "region_lowest_filling", "country_curtailed",
         "country_price", "total_cost")  # fmt: skip
BESIDE = ("region_price", "region_lowest_filling")
"""Headlines in the second line of a cell."""
WRAP = 26
DARK = 0.55
"""Share of the scale from which words in a cell are white."""


@dataclass(frozen=True)
class Item:
    """What one row or column does to the scenario: measures that are added and left out, and keys that change."""

    label: str
    added: tuple[Measure, ...] = ()
    left_out: tuple[Measure, ...] = ()
    keys: Mapping[str, object] | None = None


@dataclass(frozen=True, repr=False)
class Grid(Shown):
    """Every pair of two lists, solved on the same periods.

    Attributes
    ----------
    scenario : Scenario
        What all of them start from.
    down, across : tuple of str
        Labels of rows and columns.
    table : DataFrame
        A row per pair: ``down``, ``across`` and headline numbers, each with its unit in the heading.
    values : mapping of str to ndarray
        Headlines by key, shape (rows, columns).
    headlines : mapping of str to Headline
        Their labels and units.
    """

    scenario: Scenario
    down: tuple[str, ...]
    across: tuple[str, ...]
    table: pd.DataFrame
    values: Mapping[str, np.ndarray]
    headlines: Mapping[str, Headline]
    source: str

    def card(self) -> Card:
        """What the grid says of itself."""
        rows: list[tuple[str, object]] = [
            ("across", "; ".join(self.across)),
            ("of each", self.headlines[SHOWN[0]].label),
        ]
        for row, values in zip(self.down, self.values[SHOWN[0]], strict=True):
            rows.append((row, "  ".join(f"{value:,.1f}" for value in values)))
        return Card(
            f"Grid of '{self.scenario.title}'", rows, [("grid.table", "all numbers"), ("grid.figure()", "drawn")]
        )

    def figure(self, show: str = SHOWN[0]) -> HouseFigure:
        """A field for each pair, the darker the larger the number; price and lowest filling below it.

        Parameters
        ----------
        show : str
            Key of the headline that gives number and colour.

        Raises
        ------
        ScenarioError
            If no headline of the grid has this key.
        """
        if show not in self.values:
            raise ScenarioError("grid", [f"no headline '{show}'; {closest(show, self.values)}"])
        values = self.values[show]
        scale = (values - values.min()) / max(float(np.ptp(values)), 1e-9)
        colours = LinearSegmentedColormap.from_list("grid", [style.PAPER, *style.SHORTFALL_COLOURS])
        beside = [key for key in BESIDE if key != show]
        words = "; ".join(self.headlines[key].label for key in beside)
        with style.house_style():
            figure = style.new_figure(style.A4_LANDSCAPE)
            said = f"{self.scenario.title}. {self.headlines[show].label}; small: {words}."
            top = style.add_header(figure, self._finding(show), said)
            style.add_source_line(figure, self.source)
            axes = figure.add_axes((0.20, 0.10, 0.77, top - 0.24))
            axes.imshow(scale, cmap=colours, vmin=0.0, vmax=1.0, aspect="auto")
            for row, column in np.ndindex(*values.shape):
                ink = style.PAPER if scale[row, column] > DARK else style.INK
                number = _number(self.headlines[show], float(values[row, column]))
                small = "   ".join(_number(self.headlines[key], float(self.values[key][row, column])) for key in beside)
                axes.text(column, row - 0.08, number, ha="center", va="center", size=15, weight="bold", color=ink)
                axes.text(column, row + 0.22, small, ha="center", va="center", size=8, color=ink)
            axes.set_xticks(range(len(self.across)), [_folded(label) for label in self.across], color=style.INK)
            axes.set_yticks(range(len(self.down)), [_folded(label) for label in self.down], color=style.INK)
            axes.xaxis.tick_top()
            axes.tick_params(length=0)
            axes.grid(visible=False)
            for side in axes.spines.values():
                side.set_visible(False)
            style.tell(
                figure, f"A field for each pair of {len(self.down)} rows and {len(self.across)} columns", self.table
            )
        return figure

    def _finding(self, show: str) -> str:
        """The least and the most of a headline, and where the most is."""
        one, values = self.headlines[show], self.values[show]
        least, most = (_number(one, float(end)) for end in (values.min(), values.max()))
        row, column = np.unravel_index(values.argmax(), values.shape)
        what = [f"'{label}'" for label in (self.down[row], self.across[column]) if label != AS_IT_IS]
        return f"{one.label.partition(' (')[0]}: {least} to {most}, most with {' and '.join(what) or 'neither'}"


def grid(
    scenario: Scenario, data: GasData, down: Sequence[str], across: Sequence[str], against: Scenario | None = None
) -> Grid:
    """Solve every pair of two lists on the same periods.

    Parameters
    ----------
    down, across : sequence of str
        Each a scenario by name or path, of which counts what it does differently from ``against``; a measure in words
        such as ``kind=supply_cut supplier=XX remaining_share=0.5``; or ``none``.
    against : Scenario or None
        What scenarios by name are compared with; default is ``scenario``. Give the one without what was added to
        ``scenario`` for all pairs, or those that lack it take it away again.

    Raises
    ------
    ScenarioError
        With every problem at once: a list that is empty, an item that cannot be read, a pair that sets one key to two
        values or one thing twice.
    """
    if not down or not across:
        raise ScenarioError("grid", ["needs at least one item down and one across"])
    base = scenario if against is None else against
    rows, columns = _items(down, across, base, data)
    problems, cells = [], {}
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            try:
                cells[i, j] = _cell(scenario, row, column, f"{scenario.id}_{i + 1}_{j + 1}")
                check_against(cells[i, j], data.at(scenario.as_of))
            except ScenarioError as error:
                problems += [f"'{row.label}' with '{column.label}': {one}" for one in error.problems]
    if problems:
        raise ScenarioError(f"grid of '{scenario.id}'", problems)
    runs = {place: run(cell, data, beside=cells.values()) for place, cell in cells.items()}
    return _grid(scenario, rows, columns, runs)


def write_grid(found: Grid, folder: Path, show: str = SHOWN[0]) -> list[Path]:
    """Write the figure and the table of a grid; same grid, same bytes."""
    return style.save_with_numbers(found.figure(show), folder / f"grid_{found.scenario.id}.png")


def _items(down: Sequence[str], across: Sequence[str], base: Scenario, data: GasData) -> tuple[list[Item], list[Item]]:
    """Items of both lists, or everything that is wrong with either."""
    problems: list[str] = []
    found: dict[str, list[Item]] = {}
    for side, texts in (("down", down), ("across", across)):
        found[side] = []
        for number, text in enumerate(texts, 1):
            place = f"item {number} {side}, '{text}'"
            if text in texts[: number - 1]:
                problems.append(f"{place}: stands in the list twice; name each once")
                continue
            try:
                found[side].append(_item(text, base, data))
            except ScenarioError as error:
                problems += [f"{place}: {one}" for one in error.problems]
    if problems:
        raise ScenarioError("grid", problems)
    return found["down"], found["across"]


def _item(text: str, base: Scenario, data: GasData) -> Item:
    """What a word of the lists does to the base."""
    if text == NONE:
        return Item(AS_IT_IS)
    if "=" in text:
        *_, measure = load_changed(data.storyline.reference, data.root, data, added=[text]).measures
        return Item(measure.headline[:1].upper() + measure.headline[1:], (measure,))
    other = load_scenario(text, data.root, data)
    mine, theirs = base.in_force, other.in_force
    keys = {
        key: getattr(other, key)
        for key in type(base).model_fields
        if key not in OWN | {"as_of", "horizon", "resolution"} and getattr(other, key) != getattr(base, key)
    }
    added = tuple(one for one in theirs if not any(one.is_copy_of(own) for own in mine))
    left_out = tuple(one for one in mine if not any(one.is_copy_of(its) for its in theirs))
    return Item(other.short_title or other.title, added, left_out, keys)


def _cell(base: Scenario, row: Item, column: Item, name: str) -> Scenario:
    """The base with what both items do."""
    keys, others = dict(row.keys or {}), dict(column.keys or {})
    problems = [
        f"key '{key}' is {keys[key]!r} in one and {others[key]!r} in the other; let one of them leave it"
        for key in keys
        if key in others and others[key] != keys[key]
    ]
    if problems:
        raise ScenarioError("", problems)
    gone = [*row.left_out, *column.left_out]
    measures = [one for one in base.in_force if not any(one.is_copy_of(other) for other in gone)]
    for one in (*row.added, *column.added):
        if not any(one.is_copy_of(other) for other in measures):
            measures.append(one)
    pair = f": {row.label}, {column.label}"
    room = max(LINE_AT_MOST - len(pair), LINE_AT_MOST // 4)
    title = textwrap.shorten(
        textwrap.shorten(base.title, room, placeholder=" ...") + pair, LINE_AT_MOST, placeholder=" ..."
    )
    return with_changes(
        base,
        **{
            **keys,
            **others,
            "id": name,
            "title": title,
            "title_de": None,
            "short_title_de": None,
            "measures": tuple(measures),
        },
    )


def _grid(
    scenario: Scenario, rows: Sequence[Item], columns: Sequence[Item], runs: Mapping[tuple[int, int], Results]
) -> Grid:
    first = next(iter(runs.values()))
    headlines = {one.key: one for one in headline_list(first) if one.key in SHOWN}
    numbers = {place: headline_values(results) for place, results in runs.items()}
    shape = (len(rows), len(columns))
    values = {key: np.array([numbers[place][key] for place in np.ndindex(*shape)]).reshape(shape) for key in SHOWN}
    table = pd.DataFrame(
        [
            {"down": rows[i].label, "across": columns[j].label}
            | {headlines[key].label: float(values[key][i, j]) for key in SHOWN}
            for i, j in np.ndindex(*shape)
        ]
    )
    known = facts.day_name(scenario.as_of)
    source = f"Own model calculation; data known on {known}. Data package {first.data_digest[:12]}."
    down, across = tuple(one.label for one in rows), tuple(one.label for one in columns)
    return Grid(scenario, down, across, table, values, headlines, source)


def _number(headline: Headline, value: float) -> str:
    return style.format_share(value) if headline.unit == SHARE else f"{value:,.0f} {headline.unit}"


def _folded(label: str) -> str:
    return textwrap.fill(label, WRAP)
