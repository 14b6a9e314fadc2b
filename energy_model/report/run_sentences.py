"""What a run says in sentences: in English, and in the second language as its one page does."""

from __future__ import annotations

from collections.abc import Mapping

from energy_model.data.load import GasData
from energy_model.report import facts
from energy_model.report.onepage.language import language_of
from energy_model.report.onepage.page_run import Told
from energy_model.report.onepage.scenario_page import finding, worst
from energy_model.results.band import Band
from energy_model.results.run import Results
from energy_model.results.shortage import elsewhere_phrase, shortage_phrase
from energy_model.results.worst import why_words, worst_words
from energy_model.units import EnergyUnit


def german_sentences(results: Results, base: Results | None, data: GasData, bands: Mapping[str, Band]) -> list[str]:
    """What the one page of a run says of the region in focus in the second language, against another run or none."""
    told = Told(results, base, data, language_of("de", data), data.storyline.as_of, bands)
    return [f"{finding(told)}.", *worst(told).paragraphs]


def run_sentences(results: Results, unit: EnergyUnit = "TWh") -> list[str]:
    """What a run says in words: who goes short, elsewhere too, when it is worst, and why."""
    labels, region, country = results.labels, facts.region(results), facts.country(results)
    name = labels.region_words[:1].upper() + labels.region_words[1:]
    said = [
        f"{name}: {shortage_phrase(results, region, unit)}.",
        f"{labels.country_name(results.nodes)}: {shortage_phrase(results, country, unit)}.",
        elsewhere_phrase(results, region, labels.region_words, unit),
        worst_words(results, region, unit),
        why_words(results, region),
    ]
    return [sentence for sentence in said if sentence]
