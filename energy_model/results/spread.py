"""Headlines with their range: every important input at its low and its high, one at a time and all together.

The ``low`` and ``high`` columns of the tables say how far sources and judgements are apart. ``tight`` is the side of a
range that makes gas scarcer or dearer, ``easy`` the other. The order of curtailment is a law, not an estimate, and
stays as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from energy_model.data.load import GasData
from energy_model.plan.foresight import Optimum, solve_scenario
from energy_model.results.headline import headline_list, headlines
from energy_model.results.run import to_results
from energy_model.scenario import Scenario, check_against
from energy_model.scenario.load import with_changes
from energy_model.scenario.world.build import ROLLING
from energy_model.scenario.world.fan import LNG, TABLE
from energy_model.units import EnergyUnit
from energy_model.workers import BrokenProcessPool, Workers

CENTRAL, TIGHT, EASY = "central", "tight", "easy"
RESOLUTION = "month"
"""Length of a period of the runs: some twenty are made."""
ALL = "all of them"

_log = logging.getLogger(__name__)
_worker: _Runs | None = None


@dataclass(frozen=True)
class UncertainInput:
    """A column of a table with its stated range.

    Attributes
    ----------
    name : str
        What it is, in words.
    table, value : str
        Where it stands.
    low, high : str
        Columns of its range.
    tight : str
        Which of the two makes gas scarcer or dearer.
    only : tuple of (column, value), optional
        Rows concerned; default is all.
    price : str
        Role in ``prices`` of ``storyline.toml`` of the series concerned; default is every row.
    keys : mapping
        Keys of a scenario with the values at which it reads the table; default is any scenario.
    """

    name: str
    table: str
    value: str
    low: str
    high: str
    tight: str
    only: tuple[str, str] | None = None
    keys: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    price: str = ""

    def acts(self, scenario: Scenario) -> bool:
        """Whether the scenario reads the table, and does not state the number itself."""
        if self.table == "lng_europe_limit" and scenario.lng_limit_twh_per_year is not None:
            return False
        return all(getattr(scenario, key) in values for key, values in self.keys.items())

    def moved(self, data: GasData, side: str) -> GasData:
        """The data with this input at its ``tight`` or its ``easy`` side."""
        easy = self.high if self.tight == self.low else self.low
        column = self.tight if side == TIGHT else easy
        table = data[self.table].copy()
        rows = table[column].notna()
        if self.only is not None:
            rows &= table[self.only[0]] == self.only[1]
        if self.price:
            rows &= table["series"] == getattr(data.storyline.prices, self.price)
        table[self.value] = table[self.value].astype(float).where(~rows, table[column])
        return data.varied({self.table: table})


@dataclass(frozen=True)
class FanWeight:
    """How likely the fan of plans month by month takes little LNG to be: as much more as much LNG is less likely."""

    name: str
    table: str = TABLE

    def acts(self, scenario: Scenario) -> bool:
        """Whether plans have a fan."""
        return scenario.foresight == ROLLING

    def moved(self, data: GasData, side: str) -> GasData:
        """The data with the weight of little LNG at its high (``tight``) or low, and that of much LNG the other way."""
        cases = data.storyline.lng
        scarce, ample = (cases.low, cases.high) if side == TIGHT else (cases.high, cases.low)
        fan = data[self.table].copy()
        for state, column in ((scarce, "high"), (ample, "low")):
            rows = (fan["quantity"] == LNG) & (fan["state"] == state)
            fan.loc[rows, "weight"] = fan.loc[rows, column]
        return data.varied({self.table: fan})


Input = UncertainInput | FanWeight
"""What is varied: an important input of a scenario, over the range that its table states."""


def _lean(name: str, table: str, value: str, unit: str, stem: str = "", **more: object) -> UncertainInput:
    """An input of which less is worse."""
    low, high = f"low_{stem}{unit}", f"high_{stem}{unit}"
    return UncertainInput(name, table, f"{value}_{unit}", low, high, low, **more)  # type: ignore[arg-type]


_CENTRAL = ("central",)
INPUTS: tuple[Input, ...] = (
    _lean("LNG that Europe can attract", "lng_europe_limit", "limit", "gwh_per_year"),
    _lean("volumes of LNG exporters", "lng_supply_steps", "volume", "gwh_per_year", keys={"lng_world": (False,)}),
    UncertainInput(
        "what LNG exporters can load", "lng_world", "value", "low", "high", "low", ("quantity", "ability_gwh_per_year"),
        {"lng_world": (True,)},
    ),
    UncertainInput(
        "answer of LNG buyers elsewhere", "lng_world", "value", "low", "high", "high", ("quantity", "elasticity"),
        {"lng_world": (True,), "lng_elasticity": _CENTRAL},
    ),
    _lean(
        "volumes of pipeline suppliers", "supply_steps", "volume", "gwh_per_year", "volume_",
        keys={"supply_by_month": (False,)},
    ),
    _lean(
        "gas of pipeline suppliers by month", "supply_by_month", "expected", "gwh_per_day",
        keys={"supply_by_month": (True,)},
    ),
    _lean("indigenous production", "production", "production", "gwh_per_day"),
    _lean("pipeline capacities", "pipelines", "capacity", "gwh_per_day"),
    _lean("send-out of terminals", "lng_terminals", "sendout_capacity", "gwh_per_day"),
    UncertainInput(
        "answer of demand to price", "demand_response", "elasticity", "low", "high", "high",
        keys={"response_lag": (False,), "demand_response": _CENTRAL},
    ),
    UncertainInput(
        "answer of demand to price, with a lag", "response_lag", "elasticity", "low", "high", "high",
        keys={"response_lag": (True,), "demand_response": _CENTRAL},
    ),
    UncertainInput(
        "months until demand answers", "response_lag", "months_to_half", "low_months", "high_months", "high_months",
        keys={"response_lag": (True,), "demand_response": _CENTRAL},
    ),
    UncertainInput(
        "price of LNG", "prices", "price_eur_per_mwh", "low_eur_per_mwh", "high_eur_per_mwh", "high_eur_per_mwh",
        price="lng",
    ),
    UncertainInput("filling targets", "storage_targets", "fill_share", "low_share", "high_share", "high_share"),
    UncertainInput(
        "stock left at the end", "parameters", "value", "low", "high", "high", ("parameter", "end_level_fill_share"),
        {"foresight": ("surprise", "perfect")},
    ),
    FanWeight("weight of little LNG in plans"),
)  # fmt: skip
"""What is varied: whatever has a stated range and moves a headline."""


@dataclass(frozen=True)
class DataSpread:
    """Headlines under the stated ranges of the inputs.

    Attributes
    ----------
    ranges : DataFrame
        One row per headline: key, unit, central, low, high (over all runs), low_from and high_from (the input that
        gives them), all_tight, all_easy. Shares of one; energy in the unit asked for.
    runs : DataFrame
        One row per headline, input and side: headline, input, side, value, difference (from central).
    """

    scenario: str
    ranges: pd.DataFrame
    runs: pd.DataFrame


def run_data_spread(
    scenario: Scenario,
    data: GasData,
    *,
    unit: EnergyUnit = "TWh",
    resolution: str | None = RESOLUTION,
    inputs: Sequence[Input] = INPUTS,
    progress: Callable[[int, int, str], None] | None = None,
    optimum: Optimum | None = None,
    workers: int = 1,
) -> DataSpread:
    """Solve a scenario with each input at both ends of its range, and with all at once.

    Parameters
    ----------
    scenario : Scenario
        As loaded; its foresight and measures stay.
    data : GasData
        Loaded data package.
    unit : str
        Unit of volumes in the headlines.
    resolution : str, optional
        Length of a period; months by default, because some twenty runs are made. ``None`` keeps the scenario's.
    inputs : sequence of Input
        What is varied; those that the scenario does not read are left out.
    progress : callable, optional
        Told ``(done, total, what)`` after each run.
    optimum : callable, optional
        Another way to solve a plan, for example from that of the run before.
    workers : int
        Processes that share the runs of a scenario that plans month by month; the numbers are the same.

    Raises
    ------
    ScenarioError, DataError, SolveError, ResultError
        As :func:`energy_model.run`.
    """
    scenario = with_changes(scenario, resolution=resolution)
    known = data.at(scenario.as_of)
    check_against(scenario, known)
    inputs = [item for item in inputs if item.acts(scenario)]
    cases = _cases(inputs)
    runs = _Runs(scenario, known, unit)
    found: list[tuple[pd.DataFrame, pd.DataFrame]] = []

    def tell(case: _Moves, made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
        found.append(made)
        if progress is not None:
            progress(len(found), len(cases), f"{case.input}, {case.side}")

    if workers > 1 and scenario.foresight == ROLLING:
        try:
            with Workers(workers, _hold, runs) as pool:
                for case, made in [(case, pool.submit(_run, case)) for case in cases]:
                    tell(case, made.result())
        except BrokenProcessPool:
            _log.warning("the solving processes stopped; going on with one process")
    for case in cases[len(found) :]:
        tell(case, runs.run(case, optimum))
    return _summed_up(scenario.id, pd.concat([values for values, _ in found], ignore_index=True), found[-1][1])


@dataclass(frozen=True)
class _Moves:
    """A run of a spread: what it is called, and the inputs that are moved, each to its side."""

    input: str
    side: str
    moved: tuple[tuple[Input, str], ...]


def _cases(inputs: Sequence[Input]) -> list[_Moves]:
    """Nothing moved, each input to both of its sides, and all together."""
    cases = [_Moves(CENTRAL, CENTRAL, ())]
    cases += [_Moves(item.name, side, ((item, side),)) for item in inputs for side in (TIGHT, EASY)]
    return cases + [_Moves(ALL, side, tuple((item, side) for item in inputs)) for side in (TIGHT, EASY)]


@dataclass(frozen=True)
class _Runs:
    """What all runs of a spread share."""

    scenario: Scenario
    data: GasData
    unit: EnergyUnit

    def run(self, case: _Moves, optimum: Optimum | None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Headlines of a run, one row each, and key and unit of each headline by its label."""
        world = self.data
        for item, side in case.moved:
            world = item.moved(world, side)
        results = to_results(solve_scenario(self.scenario, world, optimum=optimum), world)
        values = headlines(results, self.unit)
        told = {"headline": values.index, "input": case.input, "side": case.side, "value": values.to_numpy()}
        named = [(one.label, one.key, one.unit) for one in headline_list(results, self.unit)]
        return pd.DataFrame(told), pd.DataFrame(named).set_index(0)


def _hold(runs: _Runs) -> None:
    global _worker  # in a solving process, so that the data travel once
    _worker = runs


def _run(case: _Moves) -> tuple[pd.DataFrame, pd.DataFrame]:
    assert _worker is not None  # a solving process has been given what runs share
    return _worker.run(case, None)


def _summed_up(scenario: str, runs: pd.DataFrame, named: pd.DataFrame) -> DataSpread:
    order = runs["headline"].drop_duplicates()
    central = runs[runs["side"] == CENTRAL].set_index("headline")["value"]
    runs["difference"] = runs["value"] - runs["headline"].map(central)
    lowest, highest = (runs.loc[pick].set_index("headline") for pick in _extremes(runs.dropna(subset="value")))
    together = runs[runs["input"] == ALL].pivot_table(index="headline", columns="side", values="value")
    ranges = pd.DataFrame(
        {
            "key": named[1],
            "unit": named[2],
            "central": central,
            "low": lowest["value"],
            "high": highest["value"],
            "low_from": lowest["input"] + ", " + lowest["side"],
            "high_from": highest["input"] + ", " + highest["side"],
            "all_tight": together[TIGHT],
            "all_easy": together[EASY],
        }
    ).loc[order]
    same = f"{CENTRAL}, {CENTRAL}"
    ranges[["low_from", "high_from"]] = ranges[["low_from", "high_from"]].replace(same, CENTRAL)
    return DataSpread(scenario, ranges, runs)


def _extremes(runs: pd.DataFrame) -> tuple[pd.Index, pd.Index]:
    """Rows with the lowest and the highest value of each headline; of equal ones the central run."""
    by = runs.groupby("headline", sort=False)["value"]
    return pd.Index(by.idxmin()), pd.Index(by.idxmax())
