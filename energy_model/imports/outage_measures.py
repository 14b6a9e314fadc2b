"""Outages of a calendar as dated measures: one for each stretch of days on which a thing has lost the same share.

Outages of one thing on one day add up. What is lost a day counts against what the thing could do on that day by the
data. Of a supplier or a producer the data may have the months with the usual maintenance of the season taken off
already: planned outages take the place of that maintenance and count for what exceeds it, unplanned ones in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError, ScenarioError
from energy_model.imports.outages import Outage, read_outages
from energy_model.scenario.case import Case
from energy_model.scenario.load import check_against, load_scenario, with_changes
from energy_model.scenario.measures import KINDS
from energy_model.scenario.schema import Scenario
from energy_model.scenario.source import find, library
from energy_model.scenario.toml import keys_toml
from energy_model.scenario.world import base_case
from energy_model.timeline import DAY

MAINTAINED = ("supplier", "production")
"""What the data may have by month, maintenance taken off."""
DIGITS = 4
"""Decimals of a share."""
ROUNDING = 0.5 * 10**-DIGITS


@dataclass(frozen=True)
class Calendar:
    """Outages as measures.

    Attributes
    ----------
    measures : tuple of mapping
        Keys of each measure as a scenario file has them.
    notes : tuple of str
        What was left out or counts for less than it says, and why.
    """

    measures: tuple[Mapping[str, object], ...]
    notes: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """The measures for a terminal: what, from, until, known and what is left."""
        rows = [
            {"measure": one["name"], "from": one["start"], "until": one["end"], "known": one["announced"]}
            | {"left_share": one["remaining_share"], "note": one["note"]}
            for one in self.measures
        ]
        return pd.DataFrame(rows, columns=["measure", "from", "until", "known", "left_share", "note"])


def outage_calendar(file: Path, scenario: Scenario, data: GasData) -> Calendar:
    """Measures for the outages of a file within the horizon of a scenario.

    Raises
    ------
    DataError
        With everything that is wrong with the file, row by row.
    """
    found, notes, problems = read_outages(file, data)
    vintage = data.at(scenario.as_of)
    case = base_case(vintage, with_changes(scenario, resolution="day"))
    first, last = pd.Timestamp(scenario.horizon.start), pd.Timestamp(scenario.horizon.end)
    inside = [one for one in found if one.start < last + DAY and one.end > first]
    if len(inside) < len(found):
        rows = ", ".join(str(one.row) for one in found if one not in inside)
        notes.append(f"{len(found) - len(inside)} outages lie outside of the horizon and change nothing (row {rows})")
    things: dict[tuple[str, str], list[Outage]] = {}
    for one in inside:
        things.setdefault((one.what, one.code), []).append(one)
    measures: list[Mapping[str, object]] = []
    for (what, code), outages in things.items():
        thing = _Thing(what, code, outages, case, scenario)
        problems += thing.problems()
        if not problems:
            measures += thing.measures()
            notes += thing.notes()
    if problems:
        raise DataError(file.name, sorted(problems, key=_row_of))
    return Calendar(tuple(measures), tuple(notes))


def with_outages(scenario: Scenario, file: Path, data: GasData) -> tuple[Scenario, list[str]]:
    """A scenario with the outages of a file, under an id of its own, and what a reader must know of them.

    Raises
    ------
    DataError
        With everything that is wrong with the file, row by row.
    ScenarioError
        If the scenario has a measure on the same thing at the same time.
    """
    calendar = outage_calendar(file, scenario, data)
    changed = with_changes(
        scenario,
        id=f"{scenario.id}_with_outages",
        title=f"{scenario.title}, with outages of {file.name}",
        measures=(*scenario.measures, *calendar.measures),
    )
    check_against(changed, data.at(scenario.as_of))
    return changed, list(calendar.notes)


def outages_toml(calendar: Calendar, file: Path, base: str, root: Path, target: Path) -> str:
    """A scenario file that adds the outages of a file to another scenario.

    Parameters
    ----------
    base : str
        Name of the library, or path of a file in the folder of ``target``: a scenario file names no other folder.
    root : Path
        Folder of the data package.
    target : Path
        File that is to be written; its name is the id.

    Raises
    ------
    ScenarioError
        If there is no outage to add, or the other scenario lies elsewhere.
    """
    path, known = find(base, root), library(root)
    is_beside = path.resolve().parent == target.resolve().parent
    problems = []
    if not calendar.measures:
        problems.append(f"no outage of {file.name} changes anything within the horizon; there is nothing to write")
    if base not in known and not is_beside:
        problems.append(f"{path.name} lies in another folder; write the new scenario beside it, or copy it there")
    if problems:
        raise ScenarioError(f"scenario {target.name}", problems)
    scenario = load_scenario(base, root)
    head = {
        "id": target.stem,
        "title": f"{scenario.title}, with outages of {file.name}",
        "description": f"{scenario.description.strip()} Outages as listed in {file.name}.",
        "based_on": base if base in known else path.name,
    }
    return keys_toml({**head, "measures": calendar.measures})


def _row_of(problem: str) -> int:
    """Row that a problem begins with."""
    found = re.match(r"row (\d+)", problem)
    return int(found[1]) if found else 0


class _Thing:
    """A thing that fails, with all its outages, day by day over a horizon."""

    def __init__(self, what: str, code: str, outages: Sequence[Outage], case: Case, scenario: Scenario) -> None:
        self.what, self.code, self.outages = what, code, outages
        self.as_of = scenario.as_of
        self.days = pd.date_range(scenario.horizon.start, scenario.horizon.end)
        self.offered = _offered(what, code, case)
        self.covered = np.array([[one.share_of(day) for day in self.days] for one in outages])

    def problems(self) -> Iterator[str]:
        """Outages that take more than there is: most often a unit mixed up."""
        for one, covered in zip(self.outages, self.covered, strict=True):
            if one.lost_gwh_per_day is None:
                continue
            place = f"row {one.row}, lost = {one.lost_gwh_per_day:,.1f} GWh/d"
            if self.offered is None:
                yield f"{place}: {self.code} is a route of several pipelines; give 'lost_share', or name one of them"
                continue
            there = self.offered if self.what in MAINTAINED else self.offered[covered > 0.0]
            if one.lost_gwh_per_day > float(there.max()) * (1.0 + ROUNDING):
                mend = "correct the number or its unit, or give 'lost_share'"
                yield f"{place}: {self.code} has {there.max():,.1f} GWh/d at most; {mend}"

    def lost(self) -> np.ndarray:
        """Share that is lost on each day of the horizon, 0 to 1."""
        share, planned, sudden = np.zeros(len(self.days)), np.zeros(len(self.days)), np.zeros(len(self.days))
        for one, covered in zip(self.outages, self.covered, strict=True):
            if one.lost_share is not None:
                share += one.lost_share * covered
            elif one.is_planned:
                planned += float(one.lost_gwh_per_day or 0.0) * covered
            else:
                sudden += float(one.lost_gwh_per_day or 0.0) * covered
        if self.offered is not None:
            usual = self.offered.max() - self.offered if self.what in MAINTAINED else np.zeros(len(self.days))
            amount = np.maximum(planned - usual, 0.0) + sudden
            share += np.divide(amount, self.offered, out=np.zeros_like(amount), where=self.offered > 0.0)
        return np.asarray(np.minimum(share, 1.0))

    def measures(self) -> Iterator[Mapping[str, object]]:
        """One measure for each stretch of days on which the same share is lost by the same outages."""
        keys = next(found for one in KINDS.values() if (found := one.outage(self.what, self.code)) is not None)
        lost = np.round(self.lost(), DIGITS)
        states = [(lost[d], tuple(np.flatnonzero(self.covered[:, d] > 0.0))) for d in range(len(self.days))]
        for (share, active), run in groupby(range(len(self.days)), key=lambda d: states[d]):
            stretch = [self.days[d] for d in run]
            if share > ROUNDING:
                mine = [self.outages[k] for k in active]
                start = stretch[0].date()
                yield {
                    **keys,
                    "name": f"outage of {self.code} from {start}",
                    "start": start,
                    "end": stretch[-1].date(),
                    "announced": self._known(mine, start),
                    "remaining_share": round(1.0 - float(share), DIGITS),
                    "note": "; ".join(dict.fromkeys(_said(one) for one in mine)),
                }

    def notes(self) -> Iterator[str]:
        """Outages that count for less than they say."""
        lost = self.lost()
        for one, covered in zip(self.outages, self.covered, strict=True):
            asks = one.lost_share or one.lost_gwh_per_day
            if not asks:
                yield f"row {one.row}, {one.name}: loses nothing, and changes nothing"
            elif not (lost[covered > 0.0] > ROUNDING).any():
                yield (
                    f"row {one.row}, {one.name}: is within the maintenance that the data have taken off {self.code} in "
                    "those months already, and changes nothing"
                )

    def _known(self, mine: Sequence[Outage], start: date) -> date:
        """Day on which all of it is known: of a sudden outage its first day, of a planned one that of its message."""
        days = []
        for one in mine:
            begun = max(one.start.date(), self.days[0].date())
            days.append((one.known or self.as_of) if one.is_planned else min(one.known or begun, begun))
        return min(max(days), start)


def _said(one: Outage) -> str:
    """An outage in words."""
    much = f"{one.lost_share:.0%}" if one.lost_share is not None else f"{one.lost_gwh_per_day:,.1f} GWh/d"
    kind = "planned" if one.is_planned else "unplanned"
    return f"{one.name}, {kind}, {much}" + (f" ({one.source})" if one.source else "")


def _offered(what: str, code: str, case: Case) -> np.ndarray | None:
    """What a thing could do on each day before any measure, GWh/d; nothing for a route of several pipelines."""
    if what == "route":
        hit = case.pipelines.route == code
        return case.pipelines.capacity[hit][0] if hit.sum() == 1 else None
    table, ids = {
        "pipeline": (case.pipelines.capacity, case.pipelines.id),
        "lng_terminal": (case.lng.sendout, case.lng.terminal),
        "storage": (case.storage.withdrawal, case.storage.id),
        "lng_exporter": (case.lng.rate, case.lng.exporter),
    }.get(what, (case.supply.rate, case.supply.supplier))
    return np.asarray(np.broadcast_to(table[ids == code].sum(axis=0), (len(case.timeline),)))
