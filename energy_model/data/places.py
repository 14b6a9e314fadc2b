"""Names of countries: which code of the model a word means (its name, a name in another language, another code).

Names stand in ``nodes.csv``; further ones, and codes that other bodies use, in ``country_names.csv``, which packages
share and need not have. A name of a country that has no node is passed over.
"""

from __future__ import annotations

import csv
import difflib
import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from energy_model.data.descriptor import DESCRIPTOR, parsed
from energy_model.data.home import COMMON, common_folder, data_root
from energy_model.data.load import GasData
from energy_model.data.regions import countries_of, country_name, group_codes
from energy_model.data.storyline import RESOURCE, read_storyline
from energy_model.errors import DataError

TABLE = "country_names"
_FILES = ("nodes.csv", "groups.csv", f"{RESOURCE}.toml", DESCRIPTOR, f"{TABLE}.csv")
_Pairs = Iterable[tuple[str, str]]


def place_names(root: str | os.PathLike[str] | None = None) -> dict[str, str]:
    """Codes by name, in small letters, as the tables on disk say; a damaged table is said when the data are loaded."""
    folder = data_root(root)
    read_from = [folder / name for name in _FILES]
    with suppress(DataError):  # no common folder: told when the data are loaded
        read_from.append(common_folder(folder) / f"{TABLE}.csv")
    return dict(_place_names(folder, tuple(_content(file) for file in read_from)))


@lru_cache(maxsize=4)
def _place_names(folder: Path, contents: tuple[bytes | None, ...]) -> dict[str, str]:
    """Codes by name; read once for each content of the files, as every scenario of a library asks for them."""
    nodes = _pairs(folder / "nodes.csv", "name")
    codes = [*_column(folder / "groups.csv", "group"), *_column(folder / "nodes.csv", "country"), *_everybody(folder)]
    try:
        shared = parsed(folder / DESCRIPTOR)
        home = common_folder(folder) if TABLE in shared.get(COMMON, ()) else folder
    except (DataError, AttributeError, TypeError):  # told when the data are loaded
        home = folder
    return _names(nodes, _pairs(home / f"{TABLE}.csv", "alias"), codes)


def names_in(data: GasData) -> dict[str, str]:
    """Codes by name, in small letters, as loaded tables say."""
    nodes, further = data["nodes"], data.tables.get(TABLE)
    pairs: _Pairs = () if further is None else zip(further["alias"], further["node"], strict=True)
    several = [(country_name(nodes, code), code) for code, own in countries_of(data).items() if own != (code,)]
    named = [*several, *zip(nodes["name"], nodes["node"], strict=True)]
    return _names(named, pairs, [*group_codes(data), *countries_of(data)])


def sentence_names(data: GasData) -> dict[str, str]:
    """Names inside a sentence by code, where they differ from the one at the head of a column."""
    table = data.tables.get(TABLE)
    if table is None:
        return {}
    own = table[(table["kind"] == "sentence") & table["node"].isin(data["nodes"]["country"])]
    return dict(zip(own["node"], own["alias"], strict=True))


def code_of(word: str, names: Mapping[str, str]) -> str:
    """The code that a word means; the word itself if nobody bears that name."""
    return names.get(" ".join(word.casefold().split()), word)


def region_of(word: str, data: GasData) -> str:
    """The group, country or market that a word means, by code or name.

    Raises
    ------
    DataError
        If it means none.
    """
    countries = countries_of(data)
    known = {*group_codes(data), *countries, *(node for nodes in countries.values() for node in nodes)}
    code = word if word in known else code_of(word, names_in(data))
    if code not in known:
        raise DataError(
            "the country or group", [f"'{word}': no such country or group; {place_hint(word, known, data)}"]
        )
    return code


def place_hint(word: str, known: Collection[str], data: GasData) -> str:
    """What to write in place of a word that is no code: the code it names, else the nearest name.

    Codes of two letters lie too close to each other for a guess: ``XX`` is not a misspelt ``XY``.
    """
    names = names_in(data)
    titles = {code: country_name(data["nodes"], code) for code in {*data["nodes"]["node"], *data["nodes"]["country"]}}
    code = code_of(word, names)
    if code != word and code in known:
        return f"{code} is the code of {titles.get(code, code)}"
    near = [name for name, code in names.items() if code in known and len(name) > 3]
    close = difflib.get_close_matches(word.casefold(), near, n=1, cutoff=0.75) if len(word) > 3 else []
    if close:
        code = names[close[0]]
        title = titles.get(code, code)
        return f"did you mean {code}{f' ({title})' if title != code else ''}?"
    return f"known: {', '.join(sorted(known))}"


def _names(nodes: _Pairs, further: _Pairs, codes: Iterable[str]) -> dict[str, str]:
    nodes = list(nodes)
    codes = [*codes, *(code for _, code in nodes)]
    known = [(name, code) for name, code in further if code in codes]
    pairs = [*known, *nodes, *((code, code) for code in codes)]
    return {" ".join(name.casefold().split()): code for name, code in pairs}


def _everybody(folder: Path) -> list[str]:
    """Code of every market, as the storyline on disk says."""
    try:
        return [read_storyline(folder / f"{RESOURCE}.toml").everybody]
    except DataError:
        return []


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _column(file: Path, column: str) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return [row[column] for row in csv.DictReader(lines) if row.get(column)]
    except (OSError, ValueError, KeyError, csv.Error):
        return []


def _pairs(file: Path, column: str) -> list[tuple[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return [(row[column], row["node"]) for row in csv.DictReader(lines) if row.get(column) and row.get("node")]
    except (OSError, ValueError, KeyError, csv.Error):
        return []
