"""What a run says in sentences in the second language, as its one page does."""

from __future__ import annotations

from collections.abc import Mapping

from energy_model.data.load import GasData
from energy_model.report.onepage.language import language_of
from energy_model.report.onepage.page_run import Told
from energy_model.report.onepage.scenario_page import finding, worst
from energy_model.results.band import Band
from energy_model.results.run import Results


def german_sentences(results: Results, base: Results | None, data: GasData, bands: Mapping[str, Band]) -> list[str]:
    """What the one page of a run says of the region in focus in the second language, against another run or none."""
    told = Told(results, base, data, language_of("de", data), data.storyline.as_of, bands)
    return [f"{finding(told)}.", *worst(told).paragraphs]
