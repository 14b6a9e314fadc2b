"""No country, supplier, route, scenario, weather or year by name outside the data packages and the cases."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import energy_model
from energy_model.data.load import GasData
from energy_model.data.regions import group_codes
from energy_model.scenario import library

ROOT = Path(energy_model.__file__).parent
MODULES = sorted(p for p in ROOT.rglob("*.py") if p.relative_to(ROOT).parts[0] not in ("cases", "_data"))
TEXTS = sorted(
    path
    for pattern in ("*.toml", "*.js", "*.html")
    for path in ROOT.rglob(pattern)
    if path.relative_to(ROOT).parts[0] not in ("cases", "_data")
)
STRINGS = (tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING))
PLAIN_WORDS = {"reference", "low", "central", "high", "base", "usd_per_eur"}
"""Ids that are words of the trade, and the rate between two currencies."""
LANGUAGES = {"german"}
"""Adjectives that an identifier may hold: what is written in that language."""
ADJECTIVES = (
    "German", "British", "Ukrainian", "Polish", "French", "Italian", "Turkish", "Hungarian", "Austrian", "Baltic",
    "Gazprom", "Nord Stream", "TurkStream", "Yamal", "Kremlin", "Moscow",
)  # fmt: skip
CITED = re.compile(
    r"\(EU\)\s*(?:\d{4}/\d+)?|\d{4}/\d{3,4}"  # a regulation
    r"|[A-Z][a-zäöüß]+(?: et al\.| and [A-Z]\w+|'s)?,?\s*\(?(?:19|20)\d\d\b"  # an author and the year of the work
    r"|(?:Economica|edition|Press|Research)\s+\d{4}|What if\?.{0,4}\(\d{4}|(?:19|20)\d\d,\s(?:chapter|section)"
    r"|^\s*\"?\s*2011\)|yaml\.org,\d{4}"
)
DAY = re.compile(r"(?:19|20)\d\d-\d\d(?:-\d\d)?|\d\d\.\d\d\.(?:19|20)\d\d|\d{1,2} [A-Z][a-z]+ (?:19|20)\d\d")
"""An example of how a day is written."""
YEAR = re.compile(r"(?<![\d.\\u])(?:199\d|20\d\d)(?!\d)")
TOYS = {"scenario/toy.py"}
"""Small worlds of their own, whose days are of no storyline."""


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every line of a text or a comment, and every number, with the number of its line."""
    source = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in STRINGS:
            for at, line in enumerate(token.string.splitlines()):
                yield token.start[0] + at, line
        elif token.type == tokenize.NUMBER:
            yield token.start[0], token.string


def words(*names: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in sorted(names, key=len, reverse=True))})(?!\w)")


@pytest.fixture(scope="module")
def names(data: GasData) -> re.Pattern[str]:
    """Names of countries, sellers and routes, adjectives, and ids of routes, pipelines, scenarios and weathers."""
    said = {*data["nodes"]["name"], *data["suppliers"]["adjective"], *data["suppliers"]["name"]}
    said |= {*data["routes"]["name"]}
    ids = {*data["routes"]["route"], *data["pipelines"]["pipeline"], *library(data.root)}
    ids |= {*data["prices"]["series"], *data["observed_prices_monthly"]["series"], *data["contracts"]["contract"]}
    ids |= {*data["supply_steps"]["step"], *data["assurances"]["assurance"]}
    roles = {*data["demand_daily"]["weather"], *data["lng_europe_limit"]["case"]}
    ids |= {one for one in roles if not one.isdigit()}
    return words(*said, *ADJECTIVES, *(one for one in ids if one not in PLAIN_WORDS))


@pytest.fixture(scope="module")
def codes(data: GasData) -> frozenset[str]:
    """Codes of nodes, countries, groups and suppliers."""
    return frozenset(
        {*data["nodes"]["node"], *data["nodes"]["country"], *data["suppliers"]["supplier"], *group_codes(data)}
    )


@pytest.fixture(scope="module")
def parts(data: GasData) -> frozenset[str]:
    """Names and adjectives of countries and sellers as they would stand in an identifier."""
    said = {*data["nodes"]["name"], *data["suppliers"]["adjective"], *data["suppliers"]["name"], *ADJECTIVES}
    return frozenset(name.replace(" ", "_").lower() for name in said if len(name) > 3) - LANGUAGES


def named_after(path: Path, parts: frozenset[str]) -> list[str]:
    """Identifiers that hold the name of a country, of a seller, or an adjective of either."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    told = {token.string for token in tokens if token.type == tokenize.NAME}
    return sorted(name for name in told if any(f"_{part}_" in f"_{name.lower()}_" for part in parts))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: short(path))
def test_no_text_in_another_language_or_page_names_a_country_a_seller_or_a_route(
    path: Path, names: re.Pattern[str]
) -> None:
    """Nor in small letters, as heads of columns have them: names come from the data."""
    named = re.compile(names.pattern, re.IGNORECASE)
    languages = re.compile(rf"\b({'|'.join(LANGUAGES)})\b", re.IGNORECASE)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [] == [(at, line) for at, line in enumerate(lines, 1) if named.search(languages.sub("", line))]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: short(path))
def test_no_identifier_is_named_after_a_country(path: Path, parts: frozenset[str]) -> None:
    assert [] == named_after(path, parts)


def test_an_identifier_named_after_a_country_is_found(tmp_path: Path, parts: frozenset[str]) -> None:
    probe = tmp_path / "probe.py"
    probe.write_text("def all_russian(in_germany, nord_stream_flow, flow): ...\n", encoding="utf-8")

    assert ["all_russian", "in_germany", "nord_stream_flow"] == named_after(probe, parts)


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def storyline_in(path: Path, names: re.Pattern[str], codes: frozenset[str]) -> list[str]:
    found = []
    for number, line in texts(path):
        hits = names.findall(line)
        hits += [code for code in re.findall(r"[`\"']+(\w+)[`\"']+", line) if code in codes]
        hits += [code for code in re.findall(r"\w+\d+", line) if code in codes]  # of a group, wherever it stands
        years = YEAR.findall(DAY.sub("", CITED.sub("", line))) if short(path) not in TOYS else []
        found += [f"{short(path)}:{number} {hit}: {line.strip()[:100]}" for hit in [*hits, *years]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and node.value in codes:
            found.append(f"{short(path)}:{node.lineno} {node.value!r}")
    return found


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_the_code_tells_no_storyline(path: Path, names: re.Pattern[str], codes: frozenset[str]) -> None:
    assert [] == storyline_in(path, names, codes)


def test_the_search_finds_what_it_looks_for(tmp_path: Path, names: re.Pattern[str], codes: frozenset[str]) -> None:
    told = (
        '"DE"',
        '"ttf_forward"',
        '"Russian gas"',
        "# through Ukraine",
        '"nord_stream_1 stops"',
        "2022",
        '"prices of 2021"',
    )
    for line in (*told, '"``RU``"', '"""as in country=\'DE\'"""', '"""of the EU27"""'):
        probe = tmp_path / "probe.py"
        probe.write_text(f"x = {line}\n" if not line.startswith("#") else f"{line}\n", encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("test_no_storyline.ROOT", tmp_path)
            assert storyline_in(probe, names, codes), line
    for line in ('"Bialek (1996)"', '"Regulation (EU) 2017/1938"', '"such as 2022-02-15"'):
        assert not YEAR.findall(DAY.sub("", CITED.sub("", line))), line
