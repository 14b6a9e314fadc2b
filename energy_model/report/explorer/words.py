"""Texts of the page, and names of what the data package holds in the page's second language.

Countries take theirs from rows of ``country_names.csv``; what has none there keeps its English name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from energy_model.data.load import GasData
from energy_model.report import facts
from energy_model.report.facts import short_titles
from energy_model.report.map_links import families
from energy_model.report.tongue import Tongue
from energy_model.results import substitution as sub
from energy_model.results.headline import headline_list
from energy_model.results.run import Results

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "de")
NAME_TABLE, NAME_KIND = "country_names", "german"


@lru_cache(maxsize=1)
def texts() -> Mapping[str, Mapping[str, Any]]:
    """Texts of ``texts.toml`` by section and key."""
    return tomllib.loads(resources.files(__package__).joinpath("texts.toml").read_text(encoding="utf-8"))


def page_texts() -> dict[str, dict[str, str]]:
    """Texts of the page by language and key."""
    return {lang: {key: both[lang] for key, both in texts()["page"].items()} for lang in LANGUAGES}


def named(results: Sequence[Results], data: GasData, heads: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """What the page calls codes and names of the data package: by language, by the word in the data.

    The first language holds only what it calls otherwise than the data do.

    Parameters
    ----------
    heads : sequence of str
        What stands above the page; what the second language has no words for is not in it.
    """
    first = results[0]
    labels, known = first.labels, second_names(first, data)
    seller = labels.supplier_name(first.nodes)
    of = {"region": labels.region_name, "country": labels.country_name(first.nodes), "seller": seller}
    there = {key: known.get(name, name) for key, name in of.items()} | {"adjective": labels.adjective(first.nodes)}
    here = {**of, "adjective": labels.adjective(first.nodes)}
    sectors = texts()["sectors"]
    groups = {group: texts()["groups"].get(group, {"en": group, "de": group}) for group in sub.GROUPS}
    english = {key: both["en"] for key, both in sectors.items()}
    english |= {group: both["en"].format(**here) for group, both in groups.items()}
    tongue = Tongue.of("de", data, {})
    second = {**known, **{head: said for head in heads if (said := tongue.say(head)) != head}}
    line = data.storyline
    second |= {line.briefing.title or line.title: line.title_de or line.briefing.title or line.title}
    for run in results:
        short, other = (short_titles([run], language)[run.scenario.id] for language in LANGUAGES)
        second |= {short: other, run.scenario.title: run.scenario.title_de or run.scenario.title}
    second |= {key: both["de"] for key, both in sectors.items()}
    second |= {group: both["de"].format(**there) for group, both in groups.items()}
    for pattern, words in texts()["items"].items():
        names = known.items() if "{name}" in pattern else [("", "")]
        second |= {pattern.format(name=name): words.format(name=other) for name, other in names}
    for run in results:
        patterns = texts()["headlines"]
        second |= {one.label: patterns[one.key].format(**there) for one in headline_list(run) if one.key in patterns}
    for look in families(labels).looks.values():
        if look.label not in second:
            parts = [known.get(part, part) for part in look.label.split(" and ")]
            second[look.label] = " und ".join(parts)
    return {"en": english, "de": second}


def second_names(results: Results, data: GasData) -> dict[str, str]:
    """Names of countries and nodes in the second language by their English names."""
    table = data.tables.get(NAME_TABLE)
    if table is None:
        return {}
    rows = table[table["kind"] == NAME_KIND]
    by_code = dict(zip(rows["node"], rows["alias"], strict=True))
    english = {**facts.node_names(results), **facts.country_names(results)}
    return {name: str(by_code[code]) for code, name in english.items() if code in by_code}
