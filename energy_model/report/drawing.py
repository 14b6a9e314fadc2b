"""The figures of a run as files, and the day that all maps of a briefing show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from energy_model.data.load import GasData
from energy_model.report import facts, figures, seller_routes, style
from energy_model.report.figure_words import in_language, save_figure_files
from energy_model.report.findings import Story, gravest
from energy_model.report.geography import basemap_of
from energy_model.report.whose import Whose, about_one_seller, whose
from energy_model.results.run import Results
from energy_model.scenario import Scenario, load_scenario

MAP = "flow_map"
"""End of the name of the file of a map."""


def map_day(results: Sequence[Results]) -> pd.Timestamp:
    """A day that all maps show, so that they can be laid side by side: of the worst period of the gravest run.

    Where nobody is short it is the day from which every run has its measures in force at high demand.
    """
    story = Story(results, None)
    cut = gravest(story)
    telling = [cut] if cut is not None else list(results)
    starts = [run["periods"].set_index("period").loc[figures.telling_period(run), "start"] for run in telling]
    return pd.Timestamp(max(starts))


def draw_figures(
    results: Results,
    data: GasData,
    folder: Path,
    day: pd.Timestamp | None = None,
    language: str = "en",
    beside: Sequence[Scenario] = (),
) -> list[Path]:
    """Supply mix, routes, flow map and, if anybody goes short, shortfall by country: PNG, SVG and CSV.

    Routes are those of the seller in focus, or of the one seller whose gas the scenario takes; there are none where it
    takes the gas of others who send none by pipeline.

    Parameters
    ----------
    day : Timestamp, optional
        Day whose period the map shows; default is the most telling period of the run.
    language : {"en", "de"}
        Of what is written on them; their tables are in English.
    beside : sequence of Scenario
        Scenarios that a run which takes nobody's gas is shown with: the seller is theirs.
    """
    with in_language(language, data, [results]):
        return _drawn(results, data, folder, day, beside)


def drawn_of(results: Results, data: GasData, beside: Sequence[Scenario]) -> dict[str, object]:
    """What decides the figures of a run beside the run itself: the reference, and the sellers whose gas is taken."""
    base, about = _about(results, data, beside)
    return {"reference": base.model_dump(mode="json"), "sellers": about.sellers}


def _about(results: Results, data: GasData, beside: Sequence[Scenario]) -> tuple[Scenario, Whose]:
    base = load_scenario(results.labels.reference, data.root, data)
    every = [one for one in (results.scenario, *beside) if one.id != base.id]
    return base, whose(every, base, data, results.labels)


def _drawn(
    results: Results, data: GasData, folder: Path, day: pd.Timestamp | None, beside: Sequence[Scenario]
) -> list[Path]:
    base, about = _about(results, data, beside)
    (results,) = about_one_seller([results], base, data, beside)
    name, labels = results.scenario.id, results.labels
    country = labels.country_name(results.nodes)
    drawn = {
        "supply_mix": figures.supply_mix(results),
        f"{_file_word(country)}_mix": figures.supply_mix(results, facts.country(results), country),
    }
    if not about.is_others or labels.focus.supplier != about.focus:
        drawn[f"{_file_word(labels.adjective(results.nodes))}_routes"] = seller_routes.supplier_routes(results)
    if facts.shortfall(results, "country").max() > style.SHORTFALL_SEEN:
        drawn["shortfall"] = figures.shortfall_by_country(results)
    basemap = basemap_of(data)
    if basemap is not None:
        period = None if day is None else facts.period_at(results, day)
        drawn[MAP] = figures.flow_map(results, data, basemap, period)
    return [path for what, figure in drawn.items() for path in save_figure_files(figure, folder / f"{name}_{what}.png")]


def maps_in(folder: Path, results: Sequence[Results]) -> dict[str, Path]:
    """Maps of runs among the figures in a folder, by scenario; none of a run that has none."""
    found = {run.scenario.id: folder / f"{run.scenario.id}_{MAP}.png" for run in results}
    return {name: path for name, path in found.items() if path.is_file()}


def _file_word(text: str) -> str:
    """A name as part of the name of a file.

    >>> _file_word("Land of A")
    'land_of_a'
    """
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
