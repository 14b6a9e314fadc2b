"""Replay of history: what the model would have chosen in the eras of a data package, against what happened.

>>> report = replay(load_data())                             # doctest: +SKIP
>>> report.table.head(10)                                    # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast, get_args

import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.data.mechanisms import MECHANISMS
from energy_model.errors import DataError, ScenarioError
from energy_model.units import GWH_PER_TWH
from energy_model.validate.reference import reference_case
from energy_model.validate.replay import compare
from energy_model.validate.replay.borders import refuse_unknown_month_before
from energy_model.validate.replay.era import PERFECT, ROLLING, Era, Planner, eras_of
from energy_model.validate.replay.given import refuse_unobserved
from energy_model.validate.replay.history import History
from energy_model.validate.replay.run import Replayed, run_era
from energy_model.validate.replay.score import aims, naive, scoreboard

PLANNERS: tuple[str, ...] = get_args(Planner)
ROLLING_WORDS = "plans month by month that know nothing of later prices, flows and weather"


@dataclass(frozen=True)
class ReplayReport:
    """A replay next to the observations.

    Attributes
    ----------
    table : DataFrame
        Scoreboard: one row per era and series, the worst first; see
        :func:`energy_model.validate.replay.score.scoreboard`.
    series : DataFrame
        era, group, series, unit, month, modelled, observed, naive.
    aims : DataFrame
        The aims that were set: era, what, measure, aim, value, is_reached.
    internal_flows : DataFrame
        Flow over every pipeline between two markets: era, pipeline, name, from_node, to_node, month, modelled (TWh).
        Borders as a whole stand in ``series``, beside what was observed.
    history : History
        How the past is looked at.
    eras : tuple of Era
        What was replayed.
    """

    table: pd.DataFrame
    series: pd.DataFrame
    aims: pd.DataFrame
    internal_flows: pd.DataFrame
    history: History
    eras: tuple[Era, ...]

    @property
    def titles(self) -> dict[str, str]:
        """Title of each era."""
        return {era.id: era.title for era in self.eras}


def replay(data: GasData | None = None, *, eras: Iterable[Era] | None = None) -> ReplayReport:
    """Replay history and measure it.

    Parameters
    ----------
    data : GasData, optional
        Every vintage; default is the package's own.
    eras : iterable of Era, optional
        Default are those that the package names.

    Raises
    ------
    DataError
        If the package names no case, or a series that is given is not observed in a month.
    SolveError, ResultError
        If a plan has no certified optimum or its balances do not close.
    """
    data = data if data is not None else load_data()
    history = reference_case(data).history
    chosen = tuple(eras_of(data.storyline) if eras is None else eras)
    if not chosen:
        raise DataError("storyline.toml", ["key 'replay.eras': no era is named; add one, or say from when to when"])
    refuse_unobserved(data, chosen, history)
    refuse_unknown_month_before(data, chosen)
    runs = tuple(run_era(data, era, history) for era in chosen)
    series = pd.concat([era_series(data, run, history) for run in runs], ignore_index=True)
    table = scoreboard(series, data, history, chosen)
    borders = pd.concat([internal_flows(data, run) for run in runs], ignore_index=True)
    return ReplayReport(table, series, aims(series, table, history), borders, history, tuple(run.era for run in runs))


def gains(data: GasData, whole: pd.DataFrame, eras: Iterable[Era]) -> pd.DataFrame:
    """The aims again with one mechanism left out at a time: what each of them gains, or costs.

    Parameters
    ----------
    whole : DataFrame
        Aims of a replay of these eras with nothing left out.

    Returns
    -------
    DataFrame
        era, what, measure, aim, value, is_reached, without (empty: nothing is left out).
    """
    history, eras = reference_case(data).history, list(eras)
    frames = [whole[whole["era"].isin([era.id for era in eras])].assign(without="")]
    for era in eras:
        for name in mechanisms_of(era):
            series = era_series(data, run_era(data, era.less(name), history), history)
            frames.append(aims(series, scoreboard(series, data, history, [era]), history).assign(without=name))
    return pd.concat(frames, ignore_index=True)


def mechanisms_of(era: Era) -> dict[str, str]:
    """What is in force in an era and can be left out: mechanisms of the model, and plans month by month."""
    plans = {} if era.planner == PERFECT else {ROLLING: ROLLING_WORDS}
    return {name: MECHANISMS[name] for name in era.mechanisms} | plans


def chosen(eras: Iterable[Era], only: str | None, without: str | None, planner: str | None = None) -> tuple[Era, ...]:
    """Eras with other mechanisms than the package's, or planned another way.

    Parameters
    ----------
    only : str, optional
        Mechanisms of the model that are in force, with commas between them.
    without : str, optional
        Mechanisms to leave out; without ``rolling`` one plan knows everything.
    planner : str, optional
        ``rolling`` or ``perfect``; default is each era's own.

    Raises
    ------
    ScenarioError
        With every name that is no mechanism, and a planner that is none.
    """
    kept, left = (
        None if words is None else [name.strip() for name in words.split(",") if name.strip()]
        for words in (only, without)
    )
    known = {*MECHANISMS, ROLLING}
    problems = [
        f"no such mechanism of the model: {name}; known: {', '.join(MECHANISMS)}"
        for name in kept or ()
        if name not in MECHANISMS
    ]
    problems += [
        f"no such mechanism: {name}; known: {', '.join(sorted(known))}" for name in left or () if name not in known
    ]
    if planner is not None and planner not in PLANNERS:
        problems.append(f"no such planner: {planner}; known: {', '.join(PLANNERS)}")
    if problems:
        raise ScenarioError("replay", problems)
    if planner is not None:
        eras = [era.planned(cast(Planner, planner)) for era in eras]
    eras = tuple(eras) if kept is None else tuple(replace(era, mechanisms=tuple(kept)) for era in eras)
    return tuple(era.less(*left) for era in eras) if left else eras


def era_series(data: GasData, run: Replayed, history: History) -> pd.DataFrame:
    """Modelled, observed and the mean of the years before, by series and month of an era."""
    months = run.era.months
    known = list(pd.date_range(history.since, months[-1], freq="MS"))
    chosen, seen = compare.both(run.tables, data, known, history)
    table = compare.side_by_side(compare.shown(chosen, history), compare.nobody_cut(seen, chosen, run.era))
    table = table.merge(naive(data, months, seen), on=compare.KEY, how="left", validate="one_to_one")
    table.insert(0, "era", run.era.id)
    return table


def internal_flows(data: GasData, run: Replayed) -> pd.DataFrame:
    """Flow by month over every pipeline between two markets, TWh."""
    markets = set(data["nodes"].loc[data["nodes"]["is_market"], "node"])
    flows = run.tables["flows"]
    inside = flows["from_node"].astype(str).isin(markets) & flows["to_node"].astype(str).isin(markets)
    keys = ["pipeline", "from_node", "to_node", "month"]
    flows = flows[inside].astype(dict.fromkeys(keys[:3], str))
    total = flows.groupby(keys)["arrived_gwh"].sum().div(GWH_PER_TWH).rename("modelled").reset_index()
    names = data["pipelines"].drop_duplicates("pipeline", keep="last").set_index("pipeline")["name"]
    total.insert(1, "name", total["pipeline"].map(names))
    total.insert(0, "era", run.era.id)
    return total
