"""The one answer that the first page shows: a map, the numbers behind it, and what the run says of itself.

``python -m energy_model.report.today README.md`` solves the scenario that stands for a shortage in the default data
package (``briefing.shortage`` of its storyline) and writes three things: the generated part of the page, the map of its
worst period, and a table of its headlines, both beside the page under ``docs/images``. A test holds all three against
each other and against the results on record.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.errors import ResultError
from energy_model.files import check_writable, file_digest, write_text
from energy_model.generated_page import GeneratedPart
from energy_model.report import facts, figures, style
from energy_model.report.geography import basemap_of
from energy_model.report.markdown import wrapped
from energy_model.report.run_sentences import run_sentences
from energy_model.results.band import Band
from energy_model.results.csv_text import csv_text
from energy_model.results.headline import headline_list, headline_values
from energy_model.results.ranges import bands_of
from energy_model.results.run import Results, run
from energy_model.results.spread import ALL, run_data_spread
from energy_model.scenario import load_scenario
from energy_model.scenario.load import with_changes

PART = GeneratedPart(
    "<!-- answer of today, written by python -m energy_model.report.today README.md -->", "<!-- end of answer -->"
)
IMAGES = Path("docs/images")
PICTURE, EVERYWHERE = "picture_sha256", "curtailed_everywhere_by_month"
"""Rows of the table besides headlines: digest of the map, and the total that the results on record hold too."""
SHOWN = ("region_curtailed", "region_voluntary", "country_curtailed", "region_price", "lng")
"""Headlines that stand with their ranges."""
DPI = 100


def today_table(results: Results, bands: Mapping[str, Band], by_month: Results, picture: str) -> pd.DataFrame:
    """Numbers behind the page: ``key``, ``label``, ``unit``, ``value``, ``low``, ``high``.

    Parameters
    ----------
    results : Results
        In weeks; its headlines are the values.
    bands : mapping of str to Band
        Ranges of headlines over the ranges of the data, by key; solved in months.
    by_month : Results
        The same scenario in months.
    picture : str
        SHA-256 of the map, hexadecimal.
    """
    values = headline_values(results)
    rows: list[tuple[object, ...]] = []
    for one in headline_list(results):
        band = bands.get(one.key)
        ends = (band.low, band.high) if band is not None else (None, None)
        rows.append((one.key, one.label, one.unit, values[one.key], *ends))
    everywhere = float(by_month["curtailment"]["curtailed_gwh"].sum())
    rows.append((EVERYWHERE, "curtailed in every market, in months", "GWh", everywhere, None, None))
    rows.append((PICTURE, picture, "", None, None, None))
    return pd.DataFrame(rows, columns=["key", "label", "unit", "value", "low", "high"])


def today_words(results: Results, bands: Mapping[str, Band], picture: str, when: str) -> str:
    """The part of the page: the map of the period from ``when``, what the run says, and headlines with their ranges."""
    scenario = results.scenario
    alt = f"{scenario.short_title or scenario.title}: flows, and demand not met, from {when}"
    known = f"Data known on {facts.day_name(scenario.as_of)}"
    names = {one.key: one.label.partition(" (")[0] for one in headline_list(results)}
    ranged = "; ".join(f"{names[key]} {bands[key].words}" for key in SHOWN if key in bands)
    lines = [
        f"![{alt}]({picture})\n",
        f"**{scenario.title}.** {known}; {facts.day_name(scenario.horizon.start)} to "
        f"{facts.day_name(scenario.horizon.end)}; `energy-model run {scenario.id}`:\n",
        *(f"- {sentence}" for sentence in run_sentences(results)),
        f"- Over the ranges of the data, in months: {ranged} (`--data-spread`). {_decides(names, bands)}",
    ]
    return wrapped("\n".join(lines))


def _decides(names: Mapping[str, str], bands: Mapping[str, Band]) -> str:
    """Which input moves the first headline most by itself, and what gives the ends of its range."""
    key = SHOWN[0]
    band = bands.get(key)
    if band is None or not band.alone:
        return ""
    alone = replace(band, low=band.alone_low, high=band.alone_high).rounded
    return (
        f"By itself '{band.alone}' moves most ({names[key]} {alone[0]:,.0f} to {alone[-1]:,.0f} {band.unit}); the ends "
        f"of its range are those of {_end(band.low_from)} and of {_end(band.high_from)}."
    )


def _end(told: str) -> str:
    name, _, side = told.rpartition(", ")
    what = "all inputs together" if name == ALL else f"'{name}'"
    return f"{what} on the {side} side" if name else "the central figures"


def write_today(page: Path, data: GasData | None = None) -> tuple[Path, Path, Path]:
    """Solve, draw and write; returns the page, the map and the table.

    Raises
    ------
    ResultError
        If the storyline names no scenario for it, the package has no base map, or the page has no marks.
    OutputError
        If a file cannot be written.
    """
    data = data if data is not None else load_data()
    name = data.storyline.briefing.shortage
    basemap = basemap_of(data)
    if not name or basemap is None:
        lacks = "base map" if name else "scenario that stands for a shortage (storyline.toml, briefing.shortage)"
        raise ResultError(f"{data.root}: the package has no {lacks}, which the first page shows; add it")
    PART.page(page.read_text(encoding="utf-8"), "")
    scenario = load_scenario(name, data.root, data)
    results = run(scenario, data)
    by_month = run(with_changes(scenario, resolution="month"), data)
    bands = bands_of(run_data_spread(scenario, data))
    folder = page.parent / IMAGES
    check_writable(folder)
    period = figures.telling_period(results)
    first = facts.day_name(facts.period_days(results, period)["since"])
    picture = style.save_figure(figures.flow_map(results, data, basemap, period), folder / f"{name}.png", dpi=DPI)
    table = today_table(results, bands, by_month, file_digest(picture))
    numbers = write_text(folder / f"{name}.csv", csv_text(table))
    words = today_words(results, bands, (IMAGES / picture.name).as_posix(), first)
    write_text(page, PART.page(page.read_text(encoding="utf-8"), words))
    return page, picture, numbers


def main(pages: Sequence[str]) -> None:
    """Write the answer into each page."""
    for page in pages:
        write_today(Path(page))


if __name__ == "__main__":
    main(sys.argv[1:])
