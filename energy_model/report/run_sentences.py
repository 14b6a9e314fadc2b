"""What a run says in sentences."""

from __future__ import annotations

from energy_model.report import facts
from energy_model.results.run import Results
from energy_model.results.shortage import elsewhere_phrase, shortage_phrase
from energy_model.results.worst import why_words, worst_words
from energy_model.units import EnergyUnit


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
