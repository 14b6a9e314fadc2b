"""How much must be left at the winter's end: floors and savings against what the next season can still reach.

Every choice is solved in every branch of the fan: a weather and a supply of LNG, with their probability. A branch knows
what it brings, so that a level which it misses is out of reach for whoever knows less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.places import region_of
from energy_model.data.regions import members, place_name
from energy_model.errors import ScenarioError
from energy_model.results.run import Results, run
from energy_model.scenario import Scenario
from energy_model.scenario.load import with_changes
from energy_model.scenario.world.fan import Branch, branches_of
from energy_model.show import Card, Shown
from energy_model.timeline import DAY, day_words
from energy_model.units import GWH_PER_TWH, MWH_PER_GWH

AS_IT_IS = "as it is"
FLOOR, SAVING = "floor", "saving"
WINTER_ENDS = (4, 1)
"""Month and day on whose morning a winter is over and the stores begin to fill."""
AUTUMN = (11, 1)
"""Day of a level that no target of the data asks for."""
BELOW_FIRST_CUT = 0.99
"""Part of the price of the first cut at which a level is asked for: all is done for it short of cutting customers."""
MISSED_SHARE = 1e-3
"""Part of a level that may lack before it counts as missed: a GWh in a thousand is the solver's and the sum's."""
STEP_SHARE = 0.01
"""Part of the working gas by which the stock at the winter's end is raised to see what it is worth."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, repr=False)
class WinterFloor(Shown):
    """Choices for this winter and what each leaves for the next.

    Attributes
    ----------
    place : str
        Code of the group or country whose stores and consumers are counted.
    name : str
        Its name.
    winter_end, autumn : date
        Mornings on which the floor and the next level are measured.
    table : DataFrame
        A row per choice: ``choice``, ``left_twh`` and ``left_share`` expected on the winter's end, ``least_left_share``
        of all branches, ``autumn_share`` expected, probabilities ``floor_missed`` and ``autumn_out_of_reach``,
        ``autumn_missing_twh`` expected, expected ``curtailed`` and ``reduced`` (TWh) and ``price`` (EUR/MWh) of
        ``this`` winter and of the time ``after`` it, and ``cost_eur_bn`` over the horizon, without the price of missed
        levels.
    worth : DataFrame
        A row per branch of the scenario as it is: ``weather``, ``lng_case``, ``probability``, ``left_twh``, and
        ``worth_eur_per_mwh``: what a further MWh in store on the winter's end spares the system afterwards, at the
        levels that the data ask for.
    """

    place: str
    name: str
    winter_end: date
    autumn: date
    table: pd.DataFrame
    worth: pd.DataFrame

    @property
    def worth_eur_per_mwh(self) -> float:
        """Expected worth in the next season of a MWh that this winter spares, EUR/MWh."""
        return float(self.worth["probability"] @ self.worth["worth_eur_per_mwh"])

    @property
    def sentence(self) -> str:
        """The answer in words."""
        base = self.table.iloc[0]
        text = (
            f"{self.name}, as it is: {base['left_share']:.0%} are expected in store on {day_words(self.winter_end)}; "
            f"the level of {day_words(self.autumn)} is out of reach with a probability of "
            f"{base['autumn_out_of_reach']:.0%}. A MWh spared this winter is worth {self.worth_eur_per_mwh:,.0f} EUR "
            "in the next season."
        )
        for row in self.table.iloc[1:].to_dict("records"):
            more = row["cost_eur_bn"] - base["cost_eur_bn"]
            text += (
                f" With {row['choice']}: {row['left_share']:.0%}, out of reach {row['autumn_out_of_reach']:.0%}, "
                f"{abs(more):,.1f} bn EUR {'dearer' if more > 0.0 else 'cheaper'}."
            )
        return f"{text} What a saving costs those who save is not counted."

    def card(self) -> Card:
        """What the choices say of themselves."""
        rows = [
            (str(row["choice"]), f"{row['left_twh']:,.1f} TWh left ({row['left_share']:.0%}), next level out of reach"
             f" {row['autumn_out_of_reach']:.0%}, {row['after_curtailed_twh']:,.1f} TWh curtailed after")
            for row in self.table.to_dict("records")
        ]  # fmt: skip
        return Card(f"Floor at the winter's end, {self.name}", rows, [("found.table", "in numbers")])


def winter_floor(
    scenario: Scenario,
    data: GasData,
    floors: Sequence[float] = (),
    savings: Sequence[float] = (),
    place: str | None = None,
    level: float | None = None,
    progress: Progress | None = None,
) -> WinterFloor:
    """Solve a scenario with floors at the winter's end and with savings in the winter, in every branch of the fan.

    A floor binds each country of the place for itself, at a price just below that of the first cut of customers; so is
    the next autumn's level asked for. A level that is missed then is out of reach without cutting customers.

    Parameters
    ----------
    floors : sequence of float
        Shares of the working gas to be left on the morning of 1 April that ends the first winter of the horizon.
    savings : sequence of float
        Shares of demand saved from the day of the scenario to that morning.
    place : str, optional
        Group, country or market; default is the region in focus of the data.
    level : float, optional
        Share of the working gas asked for in the next autumn, of each country; default are the levels of the data.

    Raises
    ------
    ScenarioError
        If the place has no storage, a share is none, the horizon holds no winter's end with an autumn after it, or no
        level of the next autumn is known.
    """
    known = data.at(scenario.as_of)
    place = data.storyline.focus.region if place is None else region_of(place, known)
    ends, autumn = _days(scenario)
    problems = _problems(scenario, known, place, [*floors, *savings, *([] if level is None else [level])], ends, autumn)
    if problems or ends is None or autumn is None:
        raise ScenarioError(f"winter floor of '{scenario.id}'", problems)
    asked = _asked(run(scenario, data), known, place, level, ends, autumn)
    autumn = next(iter(asked))[1]
    penalty = BELOW_FIRST_CUT * float(known["curtailment_tiers"]["cost_eur_per_mwh"].min())
    aims = [_target(code, day, share, penalty) for (code, day), share in asked.items()]
    choices: dict[str, list[dict[str, Any]]] = {AS_IT_IS: []}
    choices |= {f"{FLOOR} {share:.0%}": [_target(place, ends, share, penalty)] for share in floors}
    choices |= {f"{SAVING} {share:.0%}": [_saving(place, scenario, ends, share)] for share in savings}
    branches = branches_of(known, scenario.weather, scenario.lng_case)
    tell = _counted(progress, len(branches) * (len(choices) + 2))
    rows = []
    first: dict[Branch, Results] = {}
    for choice, measures in choices.items():
        runs = {}
        for branch in branches:
            runs[branch] = run(_changed(scenario, branch, [*measures, *aims]), data)
            tell(choice, 1)
        first = first or runs
        rows.append(_row(choice, runs, sorted(members(known, place)), ends, autumn))
    worth = []
    for branch, one in first.items():
        worth.append(_worth(scenario, branch, one, data, place, ends))
        tell("worth of stock", 2)
    return WinterFloor(place, place_name(known, place), ends, autumn, pd.DataFrame(rows), pd.DataFrame(worth))


def _counted(progress: Progress | None, total: int) -> Callable[[str, int], None]:
    """Tells how many runs are done, of how many, when so many more are."""
    done = 0

    def tell(what: str, more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(what, done, total)

    return tell


def write_winter_floor(found: WinterFloor, scenario: str, folder: Path) -> list[Path]:
    """Write both tables as CSV; the same runs give the same bytes."""
    written = []
    for name, table in (("choices", found.table), ("worth", found.worth)):
        path = folder / f"winter_floor_{scenario}_{found.place.lower()}_{name}.csv"
        table.round(4).to_csv(path, index=False, lineterminator="\n")
        written.append(path)
    return written


def _days(scenario: Scenario) -> tuple[date | None, date | None]:
    """Morning that ends the first winter of a horizon, and the first of November after it; none if it is not there."""
    first, last = scenario.horizon.start, scenario.horizon.end
    ends = next((day for year in (first.year, first.year + 1) if (day := date(year, *WINTER_ENDS)) > first), None)
    if ends is None or ends > last:
        return None, None
    autumn = date(ends.year, *AUTUMN)
    return ends, autumn if autumn <= last else None


def _problems(
    scenario: Scenario, known: GasData, place: str, shares: Sequence[float], ends: date | None, autumn: date | None
) -> list[str]:
    found = [f"value {share:g}: is no share; write 0.35 for 35 %" for share in shares if not 0.0 <= share <= 1.0]
    if not set(known["storage"]["node"]) & set(members(known, place)):
        found.append(f"{place_name(known, place)} has no storage, so nothing can be left in it")
    if ends is None or autumn is None:
        found.append(
            f"the horizon {scenario.horizon.start} to {scenario.horizon.end} has no 1 April with a 1 November after "
            "it; set horizon.start and horizon.end"
        )
    return found


def _asked(
    plain: Results, known: GasData, place: str, level: float | None, ends: date, autumn: date
) -> dict[tuple[str, date], float]:
    """Levels asked for in the next autumn, by country and day, as shares of working gas.

    Raises
    ------
    ScenarioError
        If none is.
    """
    if level is not None:
        return {(place, autumn): level}
    table = plain["targets"]
    inside = table["node"].astype(str).isin(members(known, place)) & (table["kind"].astype(str) != "end_level")
    table = table[inside & (table["date"] > pd.Timestamp(ends)) & (table["target_gwh"] > 0.0)]
    if table.empty:
        raise ScenarioError(
            f"winter floor of '{plain.scenario.id}'",
            [f"no level of {place_name(known, place)} is asked for after {ends}; name one, a share of working gas"],
        )
    day = table["date"].max() if not (table["date"] == pd.Timestamp(autumn)).any() else pd.Timestamp(autumn)
    table = table[table["date"] == day]
    return {
        (str(row["node"]), day.date()): min(1.0, float(row["target_fill_share"])) for row in table.to_dict("records")
    }


def _target(code: str, day: date, share: float, penalty: float) -> dict[str, Any]:
    return {
        "kind": "storage_target",
        "countries": (code,),
        "date": day,
        "fill_share": share,
        "penalty_eur_per_mwh": penalty,
    }


def _saving(place: str, scenario: Scenario, ends: date, share: float) -> dict[str, Any]:
    start = max(scenario.as_of, scenario.horizon.start)
    return {"kind": "demand_saving", "countries": (place,), "share": share, "start": start, "end": ends - DAY}


def _changed(scenario: Scenario, branch: Branch, measures: Sequence[dict[str, Any]], **keys: Any) -> Scenario:
    """The scenario in a branch, with further measures."""
    own = [one.model_dump() for one in scenario.measures]
    return with_changes(scenario, weather=branch.weather, lng_case=branch.lng_case, measures=(*own, *measures), **keys)


def _row(
    choice: str, runs: Mapping[Branch, Results], nodes: Sequence[str], ends: date, autumn: date
) -> dict[str, object]:
    """Expectations and probabilities over the branches."""
    weight = np.array([branch.probability for branch in runs])
    each = pd.DataFrame([_of_run(one, nodes, ends, autumn) for one in runs.values()])
    expected = {str(name): float(weight @ each[name].to_numpy(float)) for name in each}
    return {
        "choice": choice,
        "left_twh": expected["left_twh"],
        "left_share": expected["left_share"],
        "least_left_share": float(each["left_share"].min()),
        "floor_missed": expected["floor_missed"],
        "autumn_share": expected["autumn_share"],
        "autumn_out_of_reach": expected["autumn_out_of_reach"],
        "autumn_missing_twh": expected["autumn_missing_twh"],
        **{f"{when}_{what}": expected[f"{when}_{what}"] for when in ("this", "after") for what in _SEASON},
        "cost_eur_bn": expected["cost_eur_bn"],
    }


_SEASON = ("curtailed_twh", "reduced_twh", "price_eur_per_mwh")


def _of_run(results: Results, nodes: Sequence[str], ends: date, autumn: date) -> dict[str, float]:
    ask, places = results.statistics, sorted(set(results["storage"]["node"].astype(str)) & set(nodes))
    left = ask.level.value(at=ends, node=places)
    share, later = ask.filling(by=(), at=[ends, autumn], node=places).to_numpy(float)
    missing = {day: _missing(results, nodes, day) for day in (ends, autumn)}
    seasons = {
        f"{when}_{what}": statistic.value(node=list(nodes), since=since, until=until)
        for when, since, until in (("this", None, ends - DAY), ("after", ends, None))
        for what, statistic in zip(_SEASON, (ask.curtailed, ask.reduced, ask.price), strict=True)
    }
    return {
        "left_twh": left,
        "left_share": float(share),
        "floor_missed": float(missing[ends][1]),
        "autumn_share": float(later),
        "autumn_out_of_reach": float(missing[autumn][1]),
        "autumn_missing_twh": missing[autumn][0],
        "cost_eur_bn": ask.cost.value(),
        **seasons,
    }


def _missing(results: Results, nodes: Sequence[str], day: date) -> tuple[float, bool]:
    """What lacks of the levels of a day, TWh, and whether it is more than a trifle."""
    table = results["targets"]
    mine = table[table["node"].astype(str).isin(nodes) & (table["date"] == pd.Timestamp(day))]
    mine = mine[mine["kind"].astype(str) != "end_level"]
    missing = float(mine["missing_gwh"].sum())
    return missing / GWH_PER_TWH, missing > MISSED_SHARE * float(mine["target_gwh"].sum())


def _worth(
    scenario: Scenario, branch: Branch, before: Results, data: GasData, place: str, ends: date
) -> dict[str, object]:
    """The season after the winter alone, from the stock of a run and from a little more: what the difference spares."""
    inside, ask = set(members(data, place)), before.statistics
    stock = ask.level("node", at=ends, unit="GWh").droplevel("date")
    room = ask.working_gas("node", unit="GWh").reindex(stock.index)
    step = STEP_SHARE * room.where(room.index.isin(inside), 0.0)
    step = step.where(stock + step <= room, -step)
    cost = []
    for levels in (stock, stock + step):
        first = [
            {"kind": "initial_storage", "countries": (node,), "gas_in_storage_gwh": min(max(gwh, 0.0), room[node])}
            for node, gwh in levels.items()
        ]
        horizon = {"start": ends, "end": scenario.horizon.end}
        later = run(_changed(scenario, branch, first, horizon=horizon), data)
        cost.append(later.objective_eur)
    spared = (cost[0] - cost[1]) / (float(step.sum()) * MWH_PER_GWH)
    return {
        "weather": branch.weather,
        "lng_case": branch.lng_case,
        "probability": branch.probability,
        "left_twh": float(stock[stock.index.isin(inside)].sum()) / GWH_PER_TWH,
        "worth_eur_per_mwh": spared,
    }
