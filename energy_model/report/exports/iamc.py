"""A run in the format of the Integrated Assessment Modeling Consortium, as pyam and scenario databases read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from energy_model.errors import OutputError
from energy_model.report.exports.formats import Job, export_format
from energy_model.report.exports.iamc_variables import VARIABLES, Variable
from energy_model.report.exports.provenance import exported_tables, identifier, licence_notes, scenario_digest
from energy_model.results.csv_text import csv_text
from energy_model.results.labels import node_name
from energy_model.results.names import Names
from energy_model.results.run import Results

MONTHS, YEARS, META, DEFINED = "data.csv", "data_years.csv", "meta.csv", "variables.csv"
DEFINITIONS = "definitions"
INDEX = ["model", "scenario", "region", "variable", "unit"]
PARTS = {"pipeline": "Pipeline", "lng": "LNG", "power_heat": "Power and Heat"}
"""Names of parts that are more than their labels with a capital letter."""
PARTING = ("|", ">", ";", "*")
"""Signs that mean something in names of variables and regions."""


@export_format("iamc", place=40)
def write_iamc(job: Job) -> list[str]:
    """The IAMC format, long, by month and by whole year, with definitions of variables and regions; pyam reads it."""
    long = Long(job.results)
    months, years = long.by_month, long.by_year
    defined = long.definitions()
    with job.folder("iamc") as folder:
        _write(folder / MONTHS, months)
        if len(years):
            _write(folder / YEARS, years)
        _write(folder / META, _meta(job))
        rows = [(name, ", ".join(units), words) for name, (units, words) in defined.items()]
        _write(folder / DEFINED, pd.DataFrame(rows, columns=["variable", "unit", "description"]))
        _write_definitions(folder / DEFINITIONS, long, defined)
    return [*long.left_out, *licence_notes(job.seen)]


@dataclass(frozen=True)
class Long:
    """A run as long tables of the format.

    Attributes
    ----------
    results : Results
    """

    results: Results

    @property
    def model(self) -> str:
        """Name and version of the model."""
        return f"energy-model {self.results.versions['energy-model']}"

    @cached_property
    def days(self) -> pd.DatetimeIndex:
        """Every gas day of the run."""
        return self.results.statistics.window.dates

    @cached_property
    def whole_months(self) -> list[str]:
        """Months of which the run has every day, ``YYYY-MM``."""
        counts = pd.Series(1, index=self.days).groupby(self.days.strftime("%Y-%m")).sum()
        return [str(month) for month, days in counts.items() if pd.Period(str(month)).days_in_month == days]

    @cached_property
    def whole_years(self) -> list[int]:
        """Calendar years of which the run has every month."""
        years = [int(month[:4]) for month in self.whole_months]
        return [year for year in sorted(set(years)) if years.count(year) == 12]

    @property
    def left_out(self) -> list[str]:
        """Months and years that the run has in part, which are left out, in words."""
        months = sorted(set(self.days.strftime("%Y-%m")) - set(self.whole_months))
        years = [str(year) for year in sorted({*self.days.year} - {*self.whole_years})]
        told = [("months", months, MONTHS), ("years", years, YEARS)]
        return [
            f"{', '.join(parts)}: the run has these {what} in part only; they are left out of {file}"
            for what, parts, file in told
            if parts
        ]

    @cached_property
    def names(self) -> Names:
        """Names of codes."""
        return self.results.statistics.names

    @cached_property
    def regions(self) -> dict[tuple[str, str], str]:
        """Name of each country and group by grouping and code; a name that two have carries the code."""
        nodes = self.results.nodes
        countries = sorted(set(nodes["country"].astype(str)))
        codes = [*(("country", code) for code in countries), *(("group", code) for code in self.names.groups)]
        shown = {key: _sound(str(self.names.shown(*key))) for key in codes}
        every = list(shown.values())
        return {key: name if every.count(name) == 1 else f"{name} ({key[1]})" for key, name in shown.items()}

    @cached_property
    def links(self) -> dict[str, str]:
        """Name of each node as an end of a link; a name that two have carries the code."""
        nodes = self.results.nodes
        shown = {str(code): _sound(node_name(nodes, str(code))) for code in nodes["node"]}
        every = list(shown.values())
        return {code: name if every.count(name) == 1 else f"{name} ({code})" for code, name in shown.items()}

    @cached_property
    def by_month(self) -> pd.DataFrame:
        """Values of every whole month, its first day as ``time``.

        Raises
        ------
        OutputError
            If the run has no whole calendar month.
        """
        rows = [row for one in VARIABLES for row in self._rows(one) if row[3] in self.whole_months]
        found = pd.DataFrame(rows, columns=["region", "variable", "timing", "month", "value"])
        if found.empty:
            raise OutputError("the run has no whole calendar month, which is the shortest time of this format")
        return self._in_form(found, "month").rename(columns={"month": "time"})

    @cached_property
    def by_year(self) -> pd.DataFrame:
        """Values of every whole calendar year; empty if the run has none."""
        rows: list[tuple[Any, ...]] = []
        for year in self.whole_years:
            ends = {"since": f"{year}-01-01", "until": f"{year}-12-31"}
            for one in VARIABLES:
                if one.timing == "moment":
                    rows += [(*row[:3], year, row[4]) for row in self._rows(one) if row[3] == f"{year}-12"]
                else:
                    rows += [(*row[:3], year, row[4]) for row in self._rows(one, **ends)]
        found = pd.DataFrame(rows, columns=["region", "variable", "timing", "year", "value"])
        return self._in_form(found, "year")

    def _rows(self, one: Variable, **ends: str) -> Iterator[tuple[str, str, str, str, float]]:
        """Region, variable, place in ``VARIABLES``, month (empty without months) and value, totals and parts."""
        ask = self.results.statistics[one.statistic]
        time = [] if ends else ["month"]
        for depth in range(len(one.parts) + 1):
            parts = list(one.parts[:depth])
            for grouping, where in self._places(one):
                heads = ["from_node", "to_node"] if one.of_links else [grouping] if grouping not in where else []
                by = [*heads, *parts, *time]
                chosen: dict[str, Any] = {**where, **ends}
                for label, value in ask(by, unit=one.unit, **chosen).dropna().items():
                    at = (list(label) if isinstance(label, tuple) else [label])[: len(by)]
                    month = str(at.pop()) if time else ""
                    ends_of = [str(at.pop(0)) for _ in heads]
                    region = self._region(one, grouping, ends_of or [where[grouping]])
                    name = "|".join([one.name, *(self._part(*part) for part in zip(parts, at, strict=True))])
                    yield region, name, one.name, month, float(value)

    def _places(self, one: Variable) -> Iterator[tuple[str, dict[str, str]]]:
        """How places are asked for: all at once by a grouping, or one by one where a border is drawn around each."""
        if one.of_links:
            yield "", {}
        elif one.statistic == "imports":
            nodes = self.results.nodes
            markets = set(nodes.loc[nodes["is_market"], "country"].astype(str))
            yield from ((kind, {kind: code}) for kind, code in self.regions if kind == "group" or code in markets)
        else:
            yield from (("country", {}), ("group", {}))

    def _region(self, one: Variable, grouping: str, codes: list[str]) -> str:
        return ">".join(self.links[code] for code in codes) if one.of_links else self.regions[grouping, codes[0]]

    def _part(self, dimension: str, label: object) -> str:
        named = str(label).capitalize() if dimension in ("channel", "sector") else self.names.shown(dimension, label)
        return PARTS.get(str(label)) or _sound(str(named))

    def _in_form(self, found: pd.DataFrame, time: str) -> pd.DataFrame:
        """Columns of the format; a month is told by its first day."""
        unit = {one.name: one.units[0 if time == "month" else -1] for one in VARIABLES}
        place = {one.name: at for at, one in enumerate(VARIABLES)}
        made = found.assign(
            model=self.model,
            scenario=self.results.scenario.id,
            unit=found["timing"].map(unit),
            place=found["timing"].map(place),
        )
        if time == "month":
            made["month"] = made["month"] + "-01"
        made = made.sort_values(["place", "variable", "region", time], kind="stable", ignore_index=True)
        return made[[*INDEX, time, "value"]]

    def definitions(self) -> dict[str, tuple[tuple[str, ...], str]]:
        """Units and definition of every variable that has values, parts with what they are a part of."""
        found: dict[str, tuple[tuple[str, ...], str]] = {}
        said = {one.name: one for one in VARIABLES}
        for name in self.by_month["variable"].drop_duplicates():
            head = next(key for key in sorted(said, key=len, reverse=True) if name == key or name.startswith(f"{key}|"))
            rest = name.removeprefix(head).strip("|")
            words = said[head].words + (f" The part of: {rest.replace('|', ', ')}." if rest else "")
            found[name] = (said[head].units, words)
        return found


def _sound(name: str) -> str:
    """A name without the signs that mean something in the format."""
    for sign in PARTING:
        name = name.replace(sign, "-")
    return name


def _meta(job: Job) -> pd.DataFrame:
    """Indicators of the run as one row: what it is, what it comes from, and its headline numbers."""
    results = job.results
    headlines, _ = exported_tables(results)["headlines"]
    row: dict[str, Any] = {
        "model": Long(results).model,
        "scenario": results.scenario.id,
        "title": results.scenario.title,
        "as_of": str(results.scenario.as_of),
        "data": job.seen.storyline.title,
        "data_sha256": results.data_digest,
        "scenario_sha256": scenario_digest(results.scenario),
        "identifier": identifier(results),
        "notes": "; ".join(results.notes),
    }
    for one in headlines.to_dict("records"):
        unit = "" if f"({one['unit']})" in str(one["label"]) else f" ({one['unit']})"
        row[f"{one['label']}{unit}"] = one["value"]
    return pd.DataFrame([row])


def _write_definitions(folder: Path, long: Long, defined: dict[str, tuple[tuple[str, ...], str]]) -> None:
    """Definitions as scenario databases take them: variables with units, regions by sort."""
    variables = [
        {name: {"description": words, "unit": units[0] if len(units) == 1 else list(units)}}
        for name, (units, words) in defined.items()
    ]
    there = set(long.by_month["region"])
    named = {
        "Countries": [long.regions[key] for key in long.regions if key[0] == "country" and long.regions[key] in there],
        "Groups of countries": [long.regions[key] for key in long.regions if key[0] == "group"],
        "Links": sorted(region for region in there if ">" in region),
    }
    regions = [{sort: names} for sort, names in named.items() if names]
    for sort, content in (("variable", variables), ("region", regions)):
        (folder / sort).mkdir(parents=True)
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
        (folder / sort / f"{sort}s.yaml").write_text(text, encoding="utf-8", newline="\n")


def _write(path: Path, table: pd.DataFrame) -> None:
    path.write_text(csv_text(table), encoding="utf-8", newline="\n")
