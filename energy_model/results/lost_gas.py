"""Who replaces lost gas: one definition for a region's loss, and the bridge from what a seller no longer sells.

The gas of the seller in focus is followed through the network by proportional mixing, home use of own production first
(see :mod:`energy_model.results.tracing`). A group of markets loses what its members no longer use, or put into store,
of it: that is the number every sentence and table names. A :class:`Bridge` leads to it from the seller's sales, step by
step, and adds up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.results import substitution as sub
from energy_model.results.cube import items_of, shaped
from energy_model.results.run import Results
from energy_model.results.tracing import Network, Stock, Traced, home_use, names_of_origins, numbered, origins_of, trace

NAMED_AT_MOST = 8
"""Countries with a step of their own in a bridge: those that lose most."""
DUST_GWH = 1e-3
"""A smaller step is none."""


@dataclass(frozen=True)
class Consumption:
    """A run's gas by origin.

    Attributes
    ----------
    table : DataFrame
        Balance of every market by month: ``node``, ``month``, ``group``, ``item``, ``energy_gwh``. Supply by origin and
        reductions are positive, demand is negative; the rows of a market and month sum to zero.
    kept : Series
        Gas of the seller in focus that a market uses or puts into store, GWh over the horizon, by node.
    fuel : DataFrame
        Gas of the seller in focus that a pipeline burns: ``from_node``, ``to_node``, ``energy_gwh``.
    adjective : str
        Of the seller's gas.
    names : dict
        Name of each node.
    """

    table: pd.DataFrame
    kept: pd.Series
    fuel: pd.DataFrame
    adjective: str
    names: dict[str, str]


@dataclass(frozen=True)
class Bridge:
    """From the sales that a seller loses to the gas that a group of markets loses.

    Attributes
    ----------
    steps : DataFrame
        ``step``, ``gwh``, ``is_level``; the first row is a level, and every later level is the one before it plus the
        steps between them.
    consumed_gwh : float
        The last level: what is lost in the consumption of the group.
    """

    steps: pd.DataFrame
    consumed_gwh: float


def sold_words(adjective: str) -> str:
    """Name of the first level of a bridge.

    >>> sold_words("Sealandic")
    'Sealandic gas no longer sold to Europe by pipeline'
    """
    return f"{adjective} gas no longer sold to Europe by pipeline"


def border_words(adjective: str, group: str) -> str:
    """Name of the second level of a bridge.

    >>> border_words("Sealandic", "the UNION")
    'Sealandic gas that no longer crosses the border of the UNION'
    """
    return f"{adjective} gas that no longer crosses the border of {group}"


def lost_words(adjective: str, group: str) -> str:
    """Name of the loss wherever it is stated: the last level of a bridge.

    >>> lost_words("Sealandic", "the UNION")
    'Sealandic gas lost in the consumption of the UNION'
    """
    return f"{adjective} gas lost in the consumption of {group}"


@dataclass(frozen=True)
class _Followed:
    """A run's gas, traced: the nodes by code, the pipelines, and what is where."""

    nodes: np.ndarray
    lines: pd.DataFrame
    traced: Traced


def _followed(results: Results, period: int | None = None) -> _Followed:
    """Trace a run from its tables; in one of its periods alone if it is named."""
    nodes = results["balance"]["node"].astype(str).unique()
    place = {str(node): number for number, node in enumerate(nodes)}
    days = results["periods"]["days"].to_numpy(float)
    country = numbered(_countries(results, nodes))
    origins, entering, home = _sources(results, place, country, days)
    flows, rows = items_of(results["flows"], len(days))
    ends = [flows[end].astype(str).map(place).to_numpy(int) for end in ("from_node", "to_node")]
    sent, arrived = (shaped(rows, name, len(days)) / days for name in ("energy_gwh", "arrived_gwh"))
    stores, rows = items_of(results["storage"], len(days))
    withdrawal, injection = (shaped(rows, f"{name}_gwh_per_day", len(days)) for name in ("withdrawal", "injection"))
    at = stores["node"].astype(str).map(place).to_numpy(int)
    stock = Stock(at, withdrawal, injection, stores["level_at_start_gwh"].to_numpy(float), 0.0)
    network = Network(ends[0], ends[1], sent, arrived, origins, entering, home, country, stock, days)
    if period is not None:
        network = network.during(results["periods"]["period"].tolist().index(period))
    lines = flows[["pipeline", "from_node", "to_node"]].astype(str).reset_index(drop=True)
    return _Followed(nodes, lines, trace(network, "source"))


def consumption(results: Results) -> Consumption:
    """Trace the gas of a run from its tables; once for a run, however often it is asked for."""
    known: dict[str, Consumption] = vars(results).setdefault("gas_traced", {})
    if "by origin" not in known:
        known["by origin"] = _traced_consumption(results)
    return known["by origin"]


def _traced_consumption(results: Results) -> Consumption:
    run, days = _followed(results), results["periods"]["days"].to_numpy(float)
    traced, focus = run.traced, results.labels.focus.supplier
    mine, market = traced.rows(focus), np.isin(run.nodes, results["demand"]["node"].astype(str).unique())
    burnt, used = (rate[mine].sum(axis=0) @ days for rate in (traced.sent - traced.arrived, traced.kept))
    named = names_of_origins(traced.origins, results.nodes, focus)
    return Consumption(
        table=_by_month(results, named, traced.kept * days, run.nodes, market),
        kept=pd.Series(used, index=run.nodes)[market],
        fuel=run.lines[["from_node", "to_node"]].assign(energy_gwh=burnt),
        adjective=results.labels.adjective(results.nodes),
        names=dict(zip(results.nodes["node"].astype(str), results.nodes["name"], strict=True)),
    )


def supplier_shares(results: Results, period: int) -> pd.DataFrame:
    """Share of each pipeline supplier's gas in what every pipeline carries in a period: a row per pipeline."""
    run = _followed(results, period)
    carried = run.traced.mixture[:, run.traced.network.from_node, 0]
    return pd.DataFrame(carried.T, index=run.lines["pipeline"], columns=run.traced.origins)


def supplier_shares_by_period(results: Results) -> pd.DataFrame:
    """The same in every period: a row per period and pipeline."""
    run, periods = _followed(results), results["periods"]["period"].tolist()
    carried = run.traced.mixture[:, run.traced.network.from_node, :]
    index = pd.MultiIndex.from_product([periods, run.lines["pipeline"]], names=["period", "pipeline"])
    return pd.DataFrame(carried.transpose(2, 1, 0).reshape(len(index), -1), index=index, columns=run.traced.origins)


def loss(base: Consumption, other: Consumption, nodes: Collection[str], *, by_month: bool = False) -> sub.Substitution:
    """What a group of markets loses of the gas of the seller in focus, and who replaces it.

    Parameters
    ----------
    nodes : collection of str
        Codes of the markets.
    by_month : bool
        Keep the month.
    """
    one, two = (run.table[run.table["node"].isin(list(nodes))] for run in (base, other))
    return sub.substitution(one, two, by_month=by_month)


def is_largest_loss(change: sub.Substitution, least_gwh: float) -> bool:
    """Whether a group of markets loses more of the gas of the seller in focus than of any other source.

    If not, what it gains does not stand in for that gas, and its whole balance is to be told.

    Parameters
    ----------
    least_gwh : float
        A smaller loss is none.
    """
    others = change.table[change.table["group"] != sub.FOCUS].groupby("group", observed=True)["difference_gwh"].sum()
    return change.lost_gwh > max(least_gwh, float(-others.min()) if len(others) else 0.0)


def most_lost(base: Consumption, other: Consumption, nodes: Collection[str]) -> list[str]:
    """Markets outside a group that lose most of the gas of the seller in focus: steps of their own in a bridge."""
    change = base.kept.sub(other.kept, fill_value=0.0)
    outside = change[~change.index.isin(list(nodes)) & (change.abs() > DUST_GWH)].abs()
    return [str(node) for node in outside.sort_values(ascending=False, kind="stable").head(NAMED_AT_MOST).index]


def bridge(
    base: Consumption, other: Consumption, nodes: Collection[str], group: str, named: Sequence[str] | None = None
) -> Bridge:
    """From the sales that the seller in focus loses to what a group of markets loses, step by step.

    Parameters
    ----------
    nodes : collection of str
        Codes of the markets of the group.
    group : str
        Its name inside a sentence, such as ``the UNION``.
    named : sequence of str, optional
        Markets outside the group with a step of their own; default is :func:`most_lost`.
    """
    named = most_lost(base, other, nodes) if named is None else list(named)
    adjective, inside = base.adjective, list(nodes)
    kept = base.kept.sub(other.kept, fill_value=0.0)
    burnt = [_burnt(run, inside) for run in (base, other)]
    fuel_inside, fuel_outside = (before - after for before, after in zip(*burnt, strict=True))
    outside = kept[~kept.index.isin(inside)]
    consumed = float(kept[kept.index.isin(inside)].sum())
    border = consumed + fuel_inside
    sold = border + float(outside.sum()) + fuel_outside
    rest = float(outside[~outside.index.isin(named)].sum())
    rows: list[tuple[str, float, bool]] = [(sold_words(adjective), sold, True)]
    rows += [(f"less: lost in {base.names.get(node, node)}", -float(outside[node]), False) for node in named]
    rows.append((f"less: lost in other countries outside {group}", -rest, False))
    rows.append((f"less: fuel gas of pipelines outside {group}", -fuel_outside, False))
    rows.append((border_words(adjective, group), border, True))
    rows.append((f"less: fuel gas of pipelines inside {group}", -fuel_inside, False))
    rows.append((lost_words(adjective, group), consumed, True))
    return Bridge(pd.DataFrame(rows, columns=["step", "gwh", "is_level"]), consumed)


def _burnt(run: Consumption, inside: list[str]) -> tuple[float, float]:
    """Fuel gas inside and outside a group of nodes; a pipeline is inside if both ends are."""
    inner = run.fuel["from_node"].isin(inside) & run.fuel["to_node"].isin(inside)
    return float(run.fuel.loc[inner, "energy_gwh"].sum()), float(run.fuel.loc[~inner, "energy_gwh"].sum())


def _countries(results: Results, nodes: np.ndarray) -> np.ndarray:
    """Code of the country of each node."""
    return np.asarray(results.nodes.set_index("node").loc[nodes.tolist(), "country"].to_numpy(str))


def _sources(
    results: Results, place: dict[str, int], country: np.ndarray, days: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every origin, what it brings to each node, and home use; GWh/d, shape (origins, nodes, periods)."""
    origins: list[str] = []
    brings: list[np.ndarray] = []
    produced: list[np.ndarray] = []
    for table, column, channel in ((results["supply"], "supplier", 0), (results["lng"], "exporter", 1)):
        heads, rows = items_of(table, len(days))
        rate, at = shaped(rows, "energy_gwh", len(days)) / days, heads["node"].astype(str).map(place).to_numpy(int)
        codes = heads[column].to_numpy(str)
        for who in dict.fromkeys(codes.tolist()):
            total = np.zeros((len(place), len(days)))
            np.add.at(total, at[codes == who], rate[codes == who])
            origins.append(origins_of(who)[channel])
            brings.append(total)
            produced.append(total if channel == 0 else np.zeros_like(total))
    served = np.zeros((len(place), len(days)))
    used, rows = items_of(results["demand"], len(days))
    at = used["node"].astype(str).map(place).to_numpy(int)
    np.add.at(served, at, shaped(rows, "served_gwh", len(days)) / days)
    return np.array(origins, dtype=str), np.stack(brings), home_use(np.stack(produced), country, served)


def _by_month(
    results: Results, labels: pd.DataFrame, kept: np.ndarray, nodes: np.ndarray, market: np.ndarray
) -> pd.DataFrame:
    """Rows by origin and by what is done without; every market and month sums to zero."""
    which, node, period = np.nonzero(np.abs(kept) * market[:, None] > 0.0)
    rows = pd.DataFrame(
        {
            "node": nodes[node],
            "period": period + 1,
            "group": labels["group"].to_numpy(str)[which],
            "item": labels["item"].to_numpy(str)[which],
            "energy_gwh": kept[which, node, period],
        }
    )
    demand = results["demand"].astype({"node": str})
    used = {
        sub.VOLUNTARY: ("voluntary_gwh", 1.0),
        sub.CURTAILED: ("curtailed_gwh", 1.0),
        sub.DEMAND: ("demand_gwh", -1.0),
    }
    parts = [
        demand[["node", "period"]].assign(group=group, item=group, energy_gwh=sign * demand[column])
        for group, (column, sign) in used.items()
    ]
    every = pd.concat([rows, *parts], ignore_index=True)
    return sub.to_months(every, results["periods"], ["node", "group", "item"], ["energy_gwh"])
