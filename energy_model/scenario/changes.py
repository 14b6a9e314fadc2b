"""A scenario with measures added and keys set on the command line, read and checked as if a file said so."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

from energy_model.data.load import GasData
from energy_model.data.places import place_names
from energy_model.errors import ScenarioError
from energy_model.scenario.codes import with_codes
from energy_model.scenario.describe import Key, keys_of
from energy_model.scenario.load import Link, built, chain_of, with_changes
from energy_model.scenario.measures import KINDS
from energy_model.scenario.measures.base import LINE_AT_MOST, Measure
from energy_model.scenario.schema import Horizon, Scenario
from energy_model.scenario.source import SET_ON_READING
from energy_model.scenario.values import as_key_takes
from energy_model.scenario.written_places import Placed

ADDED, SET = "--with", "--set"
LONGEST_ID = 80
"""Letters of an automatic id; a longer one is cut, and a digest of the whole keeps it apart from others."""
_DIGEST_LETTERS = 8


def base_of(
    name: str | os.PathLike[str],
    root: str | os.PathLike[str] | None = None,
    data: GasData | None = None,
    *,
    is_changed: bool = False,
) -> Scenario | None:
    """The scenario that one is built on: itself as it is written if it is changed; none if it is built on no other.

    Raises
    ------
    ScenarioError
        As :func:`load_changed`.
    """
    chain = chain_of(name, root)
    rest = chain if is_changed else chain[1:]
    return built(rest, data) if rest else None


def load_changed(
    name: str | os.PathLike[str],
    root: str | os.PathLike[str] | None = None,
    data: GasData | None = None,
    *,
    added: Sequence[str] = (),
    keys: Sequence[str] = (),
) -> Scenario:
    """A scenario of the library or of a file, with measures added and keys set in words.

    Without additions it is the scenario itself. With them it is one of its own, built on the one named: its id and
    title say what was changed, so that its results do not take the place of the other's.

    Parameters
    ----------
    added : sequence of str
        Measures, each as ``KEY=VALUE`` pairs with blanks between them, for example
        ``kind=extra_supply supplier=QA channel=lng volume_gwh_per_year=100000``. Lists are written with commas.
    keys : sequence of str
        Keys of the scenario, each as ``KEY=VALUE``; ``horizon.start`` and ``horizon.end`` are the ends of the horizon.

    Raises
    ------
    ScenarioError
        With every problem at once, in the words of :func:`energy_model.scenario.load_scenario`.
    """
    chain = chain_of(name, root)
    if not added and not keys:
        return built(chain, data)
    problems: list[str] = []
    measures = [_measure(text, f"{ADDED} {number}", problems) for number, text in enumerate(added, start=1)]
    own = _keys(keys, problems)
    if problems:
        raise ScenarioError(f"scenario {chain[0].path.name}, changed", problems)
    for measure in measures:
        with_codes(measure, place_names(root))
    base = chain[0].raw
    horizon = own.pop("horizon", None)
    if horizon is not None:
        own["horizon"] = {**_horizon_of(chain), **horizon}
    title = str(base.get("title", base["id"]))
    first = {"id": base["id"], "title": title, "description": str(base.get("description", title))}
    raw = own.filled({**first, **own, "based_on": chain[0].path.stem, "measures": measures})
    raw.problems += [problem for measure in measures for problem in measure.problems]
    head = Link(raw, Path(f"{chain[0].path.name}, changed"), "command line", pointer=ADDED)
    found = built([head, *chain], data)
    said = [*(measure.headline for measure in found.measures[len(found.measures) - len(measures) :]), *keys]
    words = {
        "id": _id(str(base["id"]), [*added, *keys]),
        "title": shorten(f"{title}, with {'; '.join(said)}", LINE_AT_MOST, placeholder=" ...") if said else title,
        "description": f"{str(first['description']).strip()} Changed on the command line: {'; '.join(said)}.",
    }
    return with_changes(found, **{key: text for key, text in words.items() if key not in own})


def _measure(text: str, place: str, problems: list[str]) -> Placed:
    """A measure from its words, with values of the types its kind asks for."""
    words, raw = dict(_pairs(text, place, problems)), Placed(place)
    model = KINDS.get(words.get("kind", ""), Measure)
    _read(words, keys_of(model), raw)
    return raw


def _pairs(text: str, place: str, problems: list[str]) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        problems.append(f"{place}, value '{text}': {str(error).lower()}; close the quotation mark")
        return
    words = _with_percent(words)
    if not words:
        problems.append(f"{place}: is empty; write kind=KIND and the keys of the measure as KEY=VALUE")
    seen: set[str] = set()
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key:
            problems.append(f"{place}, '{word}': write KEY=VALUE, and quotation marks around a value with blanks")
        elif key in seen:
            problems.append(f"{place}, key '{key}': given twice; give it once")
        else:
            seen.add(key)
            yield key, value


def _with_percent(words: Sequence[str]) -> list[str]:
    """Words with a sign of per cent that stands apart joined to its number."""
    joined: list[str] = []
    for word in words:
        if word == "%" and joined and joined[-1][-1:].isdigit():
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _keys(texts: Sequence[str], problems: list[str]) -> Placed:
    """Keys of a scenario from their words; those of the horizon as a table."""
    raw: dict[str, str] = {}
    for number, text in enumerate(texts, start=1):
        key, sign, value = text.partition("=")
        key = key.strip()
        place = f"{SET} {number}, '{text}'"
        hints = {
            "measures": f"add measures with {ADDED}",
            "based_on": "name the scenario it is built on in its place",
            "horizon": "write horizon.start=DAY or horizon.end=DAY",
            SET_ON_READING: "it is set on reading",
        }
        if not sign or not key:
            problems.append(f"{place}: write KEY=VALUE, for example resolution=month")
        elif key in hints:
            problems.append(f"{place}: cannot be set so; {hints[key]}")
        elif key in raw:
            problems.append(f"{place}: key '{key}' is given twice; give it once")
        else:
            raw[key] = value.strip()
    horizon = {key.partition(".")[2]: value for key, value in raw.items() if key.startswith("horizon.")}
    found, ends = Placed(SET), Placed(SET)
    _read({key: value for key, value in raw.items() if not key.startswith("horizon.")}, keys_of(Scenario), found)
    _read(horizon, keys_of(Horizon), ends, "horizon.")
    found.problems += ends.problems
    if ends:
        found["horizon"] = dict(ends)
    return found


def _horizon_of(chain: Sequence[Link]) -> dict[str, Any]:
    written = (link.raw["horizon"] for link in chain if isinstance(link.raw.get("horizon"), Mapping))
    return {**chain[-1].defaults.get("horizon", {}), **next(written, {})}


def _read(words: Mapping[str, str], known: Sequence[Key], raw: Placed, table: str = "") -> None:
    """Put words as the values their keys take into ``raw``, and the reason why one cannot be read into its problems."""
    keys = {key.name: key for key in known}
    for name, text in words.items():
        try:
            raw[name] = as_key_takes(text, keys[name]) if name in keys else text
        except ValueError as error:
            raw.faulty.add(name)
            hint = "; the decimal sign is a point, as in 0.5" if keys[name].holds == "number" else ""
            raw.problems.append(f"{raw.place}, key '{table}{name}', value '{text}': {error}{hint}")


def _id(base: str, texts: Sequence[str]) -> str:
    """The id of a changed scenario: that of its base and what was changed, in letters an id may have."""
    whole = "\n".join(texts)
    words = re.sub(r"\s*%", " percent", " ".join(texts))
    words = re.sub(r"=-(?=[\d.])", "=minus ", re.sub(r"\b(kind|supplier|channel)=", "", words))
    said = f"{base}_with_{re.sub(r'[^a-z0-9]+', '_', words.lower()).strip('_')}"
    if len(said) <= LONGEST_ID:
        return said
    digest = hashlib.sha256(whole.encode()).hexdigest()[:_DIGEST_LETTERS]
    return f"{said[: LONGEST_ID - _DIGEST_LETTERS - 1].rstrip('_')}_{digest}"
