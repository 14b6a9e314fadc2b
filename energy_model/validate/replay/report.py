"""Replay of history: what the model would have chosen in the eras of a data package, against what happened.

>>> report = replay(load_data())                             # doctest: +SKIP
>>> report.table.head(10)                                    # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from energy_model.data.load import GasData, load_data
from energy_model.units import GWH_PER_TWH
from energy_model.validate.reference import reference_case
from energy_model.validate.replay import compare
from energy_model.validate.replay.era import Era
from energy_model.validate.replay.history import History
from energy_model.validate.replay.rolling import Replayed, run_era
from energy_model.validate.replay.score import aims, naive, scoreboard


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
        Predictions for the borders between markets, which are not observed yet: era, pipeline, name, from_node,
        to_node, month, modelled (TWh).
    history : History
        What was replayed.
    """

    table: pd.DataFrame
    series: pd.DataFrame
    aims: pd.DataFrame
    internal_flows: pd.DataFrame
    history: History


def replay(data: GasData | None = None, *, eras: Iterable[Era] | None = None) -> ReplayReport:
    """Replay history and measure it.

    Parameters
    ----------
    data : GasData, optional
        Every vintage; default is the package's own.
    eras : iterable of Era, optional
        Default are those of the case that the package names.

    Raises
    ------
    DataError
        If the package names no case.
    SolveError, ResultError
        If a plan has no certified optimum or its balances do not close.
    """
    data = data if data is not None else load_data()
    history = reference_case(data).history
    runs = tuple(run_era(data, era, history) for era in (history.eras if eras is None else eras))
    series = pd.concat([era_series(data, run, history) for run in runs], ignore_index=True)
    table = scoreboard(series, data, history)
    borders = pd.concat([internal_flows(data, run) for run in runs], ignore_index=True)
    return ReplayReport(table, series, aims(series, table, history), borders, history)


def gains(
    data: GasData, whole: pd.DataFrame, eras: Iterable[Era], mechanisms: Iterable[str] | None = None
) -> pd.DataFrame:
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
        for name in history.mechanisms if mechanisms is None else mechanisms:
            series = era_series(data, run_era(data, era.less(name), history), history)
            frames.append(aims(series, scoreboard(series, data, history), history).assign(without=name))
    return pd.concat(frames, ignore_index=True)


def era_series(data: GasData, run: Replayed, history: History) -> pd.DataFrame:
    """Modelled, observed and the mean of the years before, by series and month of an era."""
    months = run.era.months
    known = list(pd.date_range(history.since, months[-1], freq="MS"))
    seen = compare.observed(data, known, history)
    table = compare.side_by_side(compare.modelled(run.tables, data, history), seen)
    table = table.merge(naive(data, months, seen), on=compare.KEY, how="left", validate="one_to_one")
    table.insert(0, "era", run.era.id)
    return table


def internal_flows(data: GasData, run: Replayed) -> pd.DataFrame:
    """Flow by month over every pipeline between two markets, TWh; observations join on pipeline and month."""
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
