"""``energy-model data check``: everything that is wrong with the data package, at once.

First the form (schema, hashes, unlisted files, sources, vintage, ranges), then, for tables whose form is sound, what an
expert of gas would question (:mod:`energy_model.data.plausible`, :mod:`energy_model.data.consistent`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd

from energy_model.data import assets_agree, consistent, demand_agrees, plausible, sizes, supply_agrees, world_agrees
from energy_model.data.package import COMMON_SOURCES, DESCRIPTOR, SOURCES, Package
from energy_model.data.problem import GROUPS, LINE, Check, Known, Problem, Tables, error, rows, warning
from energy_model.data.ranges import RANGES
from energy_model.data.redistribution import ALLOWED, ASK, NOT_ASKED, SINGLE, held_back
from energy_model.data.storyline import Storyline, storyline_of
from energy_model.data.tables import foreign_key_problems, read_tables
from energy_model.data.vintage import seen_from

FurtherCheck = Callable[[Package, Tables], Iterable[str]]
"""A check that lives above this layer, such as "every scenario of the library loads": given the package and its tables,
none if they have faults of form, it returns complaints."""

_FREE_FILES = {DESCRIPTOR, "README.md", "CHECKLIST.md"}
_LIBRARIES = {("scenarios", ".toml"), ("sweeps", ".toml")}
"""Folders of scenarios and plans, and the ending of their files; each checks itself when it is read."""
_OBSERVATIONS = ("observed_", "storage_filling")
"""Tables of dated observations: a later row needs no word of explanation, its date says it."""
_CONTENT = (plausible, consistent, demand_agrees, assets_agree, supply_agrees, sizes, world_agrees)
"""Modules with checks of what tables say."""
_HINDSIGHT = "hindsight"
_URL = re.compile(r"https?://[\w.-]+\.[a-z]{2,}(/\S*)?")
HISTORY = "history"
"""Folder of rows whose place others have taken ('data import'): they are kept, and nothing reads them."""
_MOST_SINGLE_FIGURES = 60
"""Different figures one table may take from a source whose terms allow single figures; more would be a copy."""


def check_data(path: str | os.PathLike[str] | None = None, further: Sequence[FurtherCheck] = ()) -> list[Problem]:
    """Every problem of the data package, errors first; an empty list means that nothing is wrong.

    Parameters
    ----------
    path : path, optional
        Folder with ``datapackage.json``; default is the package's own data.
    further : sequence of callables, optional
        Checks of layers above; what they return is reported as errors.

    Raises
    ------
    DataError
        Only where there is no descriptor to check against.
    """
    from energy_model.data import cache  # which asks for the verdict, which is made of the checks of this module

    package = Package.open(path)
    found = [*_file_problems(package)]
    known = cache.read(package)
    tables, form = (known, {}) if known else read_tables(package)
    links = [] if known else list(foreign_key_problems(package, tables))
    faults = [error(text) for text in dict.fromkeys([*(one for many in form.values() for one in many), *links])]
    found += faults
    paths = {resource.path: name for name, resource in package.resources.items()}
    lost = {paths[text.split(" line ")[0].split(",")[0]] for text in links}
    found += check_tables(package, tables, lost | {name for name, many in form.items() if many})
    whole = {} if faults else tables
    for extra in further:
        found += [error(text) for text in extra(package, whole)]
    return sorted(found, key=lambda problem: problem.severity)


def check_tables(
    package: Package, tables: Tables, broken: Iterable[str] = (), about: Iterable[str] | None = None
) -> list[Problem]:
    """What is wrong with the content of tables that were read, in any order.

    Parameters
    ----------
    broken : iterable of str
        Tables with a fault of form or a lost link: their sources and dates are looked at, and no more.
    about : iterable of str, optional
        Only what involves one of these tables, because all others were checked; by default everything.
    """
    asked = set(tables) if about is None else set(about)
    found = [*_source_problems(package, tables, asked)]
    storyline, untold = storyline_of(package)
    found += [error(text) for text in untold]
    sound = set(tables) - set(broken)
    chosen = [check for check in _every_check() if check.tables <= sound and check.tables & asked]
    needed = {GROUPS}.union(asked, *(check.tables for check in chosen))
    numbered = {name: table.assign(**{LINE: table.index + 2}) for name, table in tables.items() if name in needed}
    for name in [name for name in numbered if name in asked]:
        table = numbered[name]
        file = package.resources[name].path
        found += _vintage_problems(file, name, table, storyline.as_of) if storyline is not None else ()
        if name in sound:
            found += _range_problems(file, name, table)
    keys = {name: tuple(resource.primary_key) for name, resource in package.resources.items()}
    every = {name: table for name, table in numbered.items() if name in sound}
    if storyline is None:
        return found
    known = Known(seen_from(every, keys, storyline.as_of), storyline)
    found += _storyline_problems(storyline, {name: table for name, table in tables.items() if name in sound})
    found += _absent_tables(storyline, package)
    for check in chosen:
        found += _ask(check, every, known)
    return found


def _every_check() -> Iterator[Check]:
    """Every check that the modules of content declare, one by one or as a tuple."""
    for part in _CONTENT:
        for declared in vars(part).values():
            yield from (
                one for one in (declared if isinstance(declared, tuple) else [declared]) if isinstance(one, Check)
            )


def _ask(check: Check, every: Tables, known: Known) -> list[Problem]:
    """What a check finds; a row it looks up by name and does not find is a finding of its own."""
    tables = ", ".join(f"{name}.csv" for name in sorted(check.tables))
    try:
        return list(check.run(every, known))
    except KeyError as missing:
        return [error(f"{tables}: nothing there is called {missing}, but other rows count on it; restore that row")]
    except (IndexError, ArithmeticError, ValueError) as broken:
        why = f"too few rows, or figures that cannot be, to hold them against each other ({broken})"
        return [error(f"{tables}: {why}; restore what was removed")]


def hash_problems(package: Package) -> Iterator[Problem]:
    """Files that are missing, or that were changed without a word."""
    own = [resource for resource in package.resources.values() if not resource.is_common]
    is_new = all(resource.sha256 is None for resource in own)
    if is_new:
        yield error(f"{DESCRIPTOR}: no file has a hash yet; fill in the tables, then run 'energy-model data seal'")
    for name, resource in package.resources.items():
        if is_new and not resource.is_common and name in package.file_digests:
            continue
        if name not in package.file_digests:
            if not resource.is_table:
                yield error(f"{resource.path}: the file is missing; restore it or remove it from {DESCRIPTOR}")
        elif resource.sha256 != package.file_digests[name]:
            yield error(
                f"{resource.path}: differs from the hash in {DESCRIPTOR}, so results could not be traced to it; "
                "if the edit was meant, run 'energy-model data seal', else restore the file"
            )


def _file_problems(package: Package) -> Iterator[Problem]:
    """Files that are missing, changed without a word, or unknown to the descriptor."""
    yield from hash_problems(package)
    listed = {package.file(name).resolve() for name in package.resources}
    for file in sorted(path for path in package.root.rglob("*") if path.is_file()):
        inside = file.relative_to(package.root)
        hidden = any(part.startswith(".") for part in inside.parts)
        library = (inside.parts[0], inside.suffix) in _LIBRARIES
        kept = inside.parts[0] == HISTORY
        if file.resolve() not in listed and str(inside) not in _FREE_FILES and not (hidden or library or kept):
            yield warning(f"{inside.as_posix()}: not listed in {DESCRIPTOR}, so nothing reads it; list or remove it")


def _source_problems(package: Package, tables: Tables, asked: set[str]) -> Iterator[Problem]:
    """Sources without a title, publisher or licence; sources nobody uses; more rows of a table than the terms allow."""
    for name in (SOURCES, COMMON_SOURCES):
        if name in tables:
            listed = tables[name].assign(**{LINE: tables[name].index + 2})
            yield from _unclear_sources(package.resources[name].path, listed)
    if SOURCES not in tables:
        return
    sources = tables[SOURCES].assign(**{LINE: tables[SOURCES].index + 2})
    yield from _unused_sources(package, tables, sources)
    for source in sources.loc[sources["redistribution"] == ASK, "source_id"]:
        yield warning(f"{package.resources[SOURCES].path}, source_id = '{source}': {NOT_ASKED}")
    few = set(sources.loc[sources["redistribution"] == SINGLE, "source_id"])
    for name, table in tables.items():
        if name in (SOURCES, COMMON_SOURCES) or "source_id" not in table or asked.isdisjoint({name, SOURCES}):
            continue
        if few.isdisjoint(table["source_id"].unique()):
            continue
        figures = table[table["source_id"].isin(few)]
        figures = figures.select_dtypes("number").assign(source_id=figures["source_id"]).drop_duplicates()
        for source, count in figures["source_id"].value_counts().items():
            if count > _MOST_SINGLE_FIGURES:
                yield warning(
                    f"{package.resources[name].path}, source_id = '{source}': {count} figures, but its terms allow "
                    "single ones only; derive fewer or clear the licence"
                )


def release_problems(path: str | os.PathLike[str] | None = None) -> list[str]:
    """Why a package must not be passed on: a publisher has to be asked first, or terms are not said."""
    package = Package.open(path)
    tables, _ = read_tables(package)
    return [
        problem
        for name in (SOURCES, COMMON_SOURCES)
        if name in tables
        for problem in held_back(package.resources[name].path, tables[name].to_dict("records"))
    ]


def _unclear_sources(file: str, sources: pd.DataFrame) -> Iterator[Problem]:
    """Sources of which a reader cannot say whose they are and what may be passed on."""
    for column in ("title", "publisher", "licence", "redistribution"):
        empty = sources[sources[column].isna()]
        yield from rows(file, empty, column, "is empty", "say it: a reader must know what may be passed on")
    odd = sources[~sources["redistribution"].isin(ALLOWED) & sources["redistribution"].notna()]
    yield from rows(file, odd, "redistribution", "is not known", f"use one of: {', '.join(ALLOWED)}")
    odd = sources[sources["url"].notna() & ~sources["url"].astype(str).str.fullmatch(_URL)]
    yield from rows(file, odd, "url", "is not a public address", "write https://... or leave it blank")


def _unused_sources(package: Package, tables: Tables, sources: pd.DataFrame) -> Iterator[Problem]:
    used = {resource.source_id for resource in package.resources.values()}
    words: list[str] = []
    for name, table in tables.items():
        if name not in (SOURCES, COMMON_SOURCES) and "source_id" in table:
            used |= set(table["source_id"].unique())
        if "note" in table:
            words += [str(word) for word in table["note"].unique()]
    named = set(re.findall(r"[a-z][a-z0-9_]+", " ".join(words)))
    idle = sources[~sources["source_id"].isin(used | named)]
    yield from rows(
        "sources.csv", idle, "source_id", "no row and no note uses it", "remove it or use it", severity="warning"
    )


def _vintage_problems(file: str, name: str, table: pd.DataFrame, stands: date) -> Iterator[Problem]:
    """Rows that would let the future into the past."""
    if "as_of" not in table:
        return
    if name.startswith(_OBSERVATIONS):
        day = next(column for column in ("date", "month") if column in table)
        early = table[(table[day].to_numpy() > table["as_of"].to_numpy())]
        yield from rows(
            file, early, "as_of", f"the observation of {{{day}}} was not known then", f"set it to {day} or later"
        )
        return
    late = table[table["as_of"].to_numpy() > np.datetime64(stands)]
    silent = late
    if "note" in late:
        silent = late[~late["note"].fillna("").astype(str).str.contains(_HINDSIGHT, case=False)]
    yield from rows(
        file, silent, "as_of", f"was not public on {stands} and does not say so", "begin its note with 'Hindsight:'"
    )
    if "year" in table:
        early = table[table["as_of"].dt.year < table["year"]]
        yield from rows(file, early, "as_of", "lies before the year {year} it reports", "correct the year or the date")


def _storyline_problems(storyline: Storyline, tables: Tables) -> Iterator[Problem]:
    """Names in ``storyline.toml`` that the tables do not know."""
    focus = storyline.focus
    if "suppliers" in tables and focus.supplier not in set(tables["suppliers"]["seller"]):
        known = ", ".join(dict.fromkeys(tables["suppliers"]["seller"]))
        yield error(f"storyline.toml, key 'focus.supplier', value '{focus.supplier}': no such seller; known: {known}")
    if "nodes" in tables:
        nodes = tables["nodes"]
        if focus.country not in set(nodes.loc[nodes["is_market"], "country"]):
            yield error(
                f"storyline.toml, key 'focus.country', value '{focus.country}': no market is in that country of "
                "nodes.csv"
            )
        offer = storyline.backing
        if offer is not None and offer.country not in {*nodes["country"], *nodes["node"]}:
            yield error(
                f"storyline.toml, key 'backing.country', value '{offer.country}': no such country in nodes.csv; "
                "correct the code"
            )
    if "groups" in tables:
        groups = [*dict.fromkeys(tables["groups"]["group"]), storyline.everybody]
        if focus.region not in groups:
            yield error(
                f"storyline.toml, key 'focus.region', value '{focus.region}': no such group; known: {', '.join(groups)}"
            )
        if storyline.everybody in set(tables["groups"]["group"]):
            yield error(
                f"groups.csv, group '{storyline.everybody}': is every market by storyline.toml; remove its rows, or "
                "give that group another code"
            )
    for key, value, table, column in _storyline_names(storyline):
        if table in tables and value not in set(tables[table][column].unique()):
            yield error(f"storyline.toml, key '{key}', value '{value}': not in column '{column}' of table '{table}'")


def _absent_tables(storyline: Storyline, package: Package) -> Iterator[Problem]:
    """Names in ``storyline.toml`` of rows whose table the package does not list: no run could look them up."""
    for key, value, table, column in _storyline_names(storyline):
        if table not in package.resources:
            yield error(
                f"storyline.toml, key '{key}', value '{value}': is in column '{column}' of table '{table}', which "
                f"{DESCRIPTOR} does not list; add the table with its file"
            )


def _storyline_names(line: Storyline) -> Iterator[tuple[str, str, str, str]]:
    """Every further name in ``storyline.toml``: key, value, and the table and column that must know it."""
    yield "contract_price", line.contract_price, "prices", "series"
    yield "prices.forward", line.prices.forward, "prices", "series"
    yield "prices.lng", line.prices.lng, "prices", "series"
    yield "prices.hub", line.prices.hub, "observed_prices_monthly", "series"
    yield from ((f"weather.{key}", name, "demand_daily", "weather") for key, name in line.weather)
    yield from ((f"lng.{key}", name, "lng_europe_limit", "case") for key, name in line.lng)
    replays = line.replay
    yield from (
        (f"replay.lng_by_year.{year}", name, "lng_europe_limit", "case") for year, name in replays.lng_by_year.items()
    )
    after = [era.lng_after for era in replays.eras if era.lng_after]
    yield from (("replay.eras.lng_after", name, "lng_europe_limit", "case") for name in after)
    expected = [era.lng_expected for era in replays.eras if era.lng_expected]
    yield from (("replay.eras.lng_expected", name, "lng_europe_limit", "case") for name in expected)
    yield from (("idle_routes", route, "pipelines", "route") for route in line.idle_routes)
    yield from (("exempt", code, "nodes", "country") for code in line.exempt)
    yield from (("routes.route", one.route, "routes", "route") for one in line.routes)
    for one in line.transit:
        yield from (("transit.country", code, "nodes", "country") for code in (one.country, *one.to))
        yield from (("transit.tariff", code, "nodes", "node") for code in one.tariff)


def _range_problems(file: str, name: str, table: pd.DataFrame) -> Iterator[Problem]:
    """A low view above the value, or a high view below it."""
    for low, value, high in RANGES.get(name, ()):
        least, middle, most = (table[column].to_numpy() for column in (low, value, high))
        bad = table[(least > middle) | (middle > most)]
        yield from rows(
            file, bad, value, f"lies outside its own range {{{low}}} to {{{high}}}", "correct the value or the range"
        )
