"""From a scenario to its results."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.metadata import version
from typing import Any

import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.data.regions import grouped_nodes
from energy_model.errors import DataError
from energy_model.plan.foresight import Solved, Stage, solve_scenario
from energy_model.results.inputs import input_tables
from energy_model.results.labels import Labels, labels_of
from energy_model.results.plotting import PlotsOf
from energy_model.results.statistics import Statistics
from energy_model.results.tables import STORES, build_tables, tie_breaks
from energy_model.scenario import Scenario, as_scenario, check_against, notes
from energy_model.scenario.world import base_case
from energy_model.show import Card, LateTables, Shown, Tables, counted
from energy_model.units import EUR_PER_KEUR

LIBRARIES = ("energy-model", "highspy", "numpy", "pandas", "pyomo", "scipy")


@dataclass(frozen=True, repr=False)
class Results(Shown):
    """A solved scenario as tables.

    Attributes
    ----------
    scenario : Scenario
        As it took effect, base scenario filled in.
    tables : mapping of str to DataFrame
        ``periods, flows, supply, lng, sendout, storage, targets, demand, curtailment, prices, contracts, balance,
        costs``; long, units in column names.
    inputs : mapping of str to DataFrame
        The exact numbers the optimisation read, as long tables.
    stages : tuple of Stage
        One per plan, with the solver's status and the proof of optimality.
    objective_eur : float
        Least cost, without the tie-breaks that tell options of equal cost apart.
    data_digest : str
        SHA-256 of the data package.
    versions : mapping of str to str
        Of Python and the libraries that decide the numbers.
    nodes : DataFrame
        The nodes of the run with their names and groups.
    labels : Labels
        Whom the headlines are about, and the names of suppliers and routes.
    notes : tuple of str
        What a reader must know about the inputs: a file that stands in for a scenario of the library, a measure that
        changes nothing; empty for most runs.
    """

    scenario: Scenario
    tables: Mapping[str, pd.DataFrame]
    inputs: Mapping[str, pd.DataFrame]
    stages: tuple[Stage, ...]
    objective_eur: float
    data_digest: str
    versions: Mapping[str, str]
    nodes: pd.DataFrame
    labels: Labels
    notes: tuple[str, ...] = ()
    plot = PlotsOf("results")
    """Figures of the run, one call each: ``results.plot.storage()``; tab lists them."""

    def __post_init__(self) -> None:
        """Tables that say what there is when asked for one that is not there."""
        for what, words in (("tables", "results"), ("inputs", "inputs")):
            if not isinstance(getattr(self, what), LateTables):
                object.__setattr__(self, what, Tables(getattr(self, what), f"{words} of '{self.scenario.id}'"))

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def _ipython_key_completions_(self) -> list[str]:
        return sorted(self.tables)

    def card(self) -> Card:
        """What the run says of itself."""
        one, line, ask, focus = self.scenario, self["periods"], self.statistics, self.labels.focus
        where: dict[str, dict[str, Any]] = {
            self.labels.region_name: {"region": focus.region},
            self.labels.country_name(self.nodes): {"country": focus.country},
        }
        rows: list[tuple[str, object]] = [
            ("id", f"{one.id}, {self.status}"),
            ("days", f"{line['start'].iloc[0]:%Y-%m-%d} to {line['end'].iloc[-1]:%Y-%m-%d}"),
            ("periods", f"{len(line)} ({one.resolution}), foresight {one.foresight}, {one.allocation}"),
            ("capacities", one.capacity_view),
        ]
        for name, place in where.items():
            short, price = (ask[part].value(**place) for part in ("curtailed", "price"))
            left, least = ask.reduced.value(**place), ask.filling("period", **place).min()
            rows.append((name, f"{short:,.1f} TWh curtailed, {left:,.1f} TWh reduced at a price"))
            rows.append(("", f"mean price {price:,.0f} EUR/MWh; stores at least {least:.0%} full"))
        rows += [
            (self.labels.adjective(self.nodes), f"{ask.supply.value(supplier=focus.supplier):,.0f} TWh by pipeline"),
            ("LNG", f"{ask.lng.value():,.0f} TWh"),
            ("cost", f"{ask.cost.value():,.0f} bn EUR"),
            ("tables", ", ".join(sorted(self.tables))),
            ("notes", counted(len(self.notes), "note")),
        ]
        return Card(
            f"Results: {one.title}",
            rows,
            then=(
                ('results["curtailment"]', "a table; tab lists them"),
                ('results.statistics.curtailed("country")', "any number by any grouping"),
                ("headlines(results)", "the numbers that are asked for first"),
                ("results.plot.storage()", "a figure; tab lists them"),
            ),
        )

    @cached_property
    def statistics(self) -> Statistics:
        """What can be asked of the run: ``results.statistics.curtailed("country", region="UNION")``."""
        return Statistics({**self.tables, STORES: self.inputs["storage"]}, self.nodes, self.labels)

    @property
    def status(self) -> str:
        """``optimal`` if every plan has a certified optimum."""
        words = {stage.status for stage in self.stages}
        return words.pop() if len(words) == 1 else ", ".join(sorted(words))


def run(
    scenario: Scenario | str,
    data: GasData | None = None,
    *,
    beside: Iterable[Scenario | str] = (),
    known: Solved | None = None,
    plain: bool = False,
) -> Results:
    """Solve a scenario and return its tables.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, a name of the library, or a path to a ``.toml``, ``.xlsx`` or ``.ods`` file.
    data : GasData, optional
        Loaded data package; default is the package's own.
    beside : iterable of Scenario or str
        Scenarios that this one is compared with: it is solved on the periods of all of them. Scenarios of one library
        share their periods without it.
    known : Solved, optional
        Another scenario on the same periods, whose last plan is taken over where the very same problem comes up, as the
        first plan of a surprise is that of the reference; results are the same without it.
    plain : bool
        Hand the full problem of each plan to HiGHS as it stands, without acceleration: slower, the same optimum.

    Raises
    ------
    ScenarioError, DataError
        With every problem of the input at once.
    SolveError, ResultError
        If there is no certified optimum, or the tables do not add up.
    """
    data = data if data is not None else load_data()
    if not isinstance(data, GasData):
        raise DataError("data of a run", [f"is of type {type(data).__name__}; give what load_data() returns"])
    chosen = as_scenario(scenario, data.root, data)
    vintage = data.at(chosen.as_of)
    check_against(chosen, vintage)
    base = base_case(vintage, chosen)
    told = notes(chosen, vintage, base)
    days = {day for one in beside for day in as_scenario(one, data.root, data).announcements()}
    solved = solve_scenario(chosen, vintage, known, base=base, plan_days=days, plain=plain)
    return replace(to_results(solved, vintage), notes=told)


def to_results(solved: Solved, data: GasData) -> Results:
    """Tables and provenance of a solved scenario."""
    return Results(
        scenario=solved.scenario,
        tables=build_tables(solved),
        inputs=input_tables(solved.case),
        stages=solved.stages,
        objective_eur=(solved.objective_keur - tie_breaks(solved)) * EUR_PER_KEUR,
        data_digest=data.digest,
        versions=versions(),
        nodes=grouped_nodes(data),
        labels=labels_of(data),
    )


def about(results: Results, **focus: str) -> Results:
    """The same run told about another ``supplier``, ``region`` or ``country``; headlines and labels follow."""
    labels = results.labels
    return replace(results, labels=labels.model_copy(update={"focus": labels.focus.model_copy(update=focus)}))


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that decide the numbers."""
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
