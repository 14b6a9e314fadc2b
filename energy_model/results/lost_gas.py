"""Who replaces lost gas: one definition for a region's loss, and the bridge from what a seller no longer sells.

The gas of the seller in focus is followed through the network by proportional mixing (see
:mod:`energy_model.results.origins`). A group of markets loses what its members no longer use, or put into store, of it:
that is the number every sentence and table names. A :class:`Bridge` leads to it from the seller's sales, step by step,
and adds up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.results import substitution as sub
from energy_model.results.origins import mixtures
from energy_model.results.run import Results

NAMED_AT_MOST = 8
"""Countries with a step of their own in a bridge: those that lose most."""
DUST_GWH = 1e-3
"""A smaller step is none."""
STORE = "storage"


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
    sold_gwh, border_gwh, consumed_gwh : float
        The levels: lost of sales to Europe, at the border of the group, and in its consumption.
    """

    steps: pd.DataFrame
    sold_gwh: float
    border_gwh: float
    consumed_gwh: float


def sold_words(adjective: str) -> str:
    """Name of the first level of a bridge.

    >>> sold_words("Russian")
    'Russian gas no longer sold to Europe by pipeline'
    """
    return f"{adjective} gas no longer sold to Europe by pipeline"


def border_words(adjective: str, group: str) -> str:
    """Name of the second level of a bridge.

    >>> border_words("Russian", "the EU27")
    'Russian gas that no longer crosses the border of the EU27'
    """
    return f"{adjective} gas that no longer crosses the border of {group}"


def lost_words(adjective: str, group: str) -> str:
    """Name of the loss wherever it is stated: the last level of a bridge.

    >>> lost_words("Russian", "the EU27")
    'Russian gas lost in the consumption of the EU27'
    """
    return f"{adjective} gas lost in the consumption of {group}"


@dataclass(frozen=True)
class _Network:
    """A run's flows and sources as arrays; rates in GWh/d, the last axis is periods."""

    nodes: np.ndarray
    lines: pd.DataFrame
    from_node: np.ndarray
    to_node: np.ndarray
    sent: np.ndarray
    arrived: np.ndarray
    labels: pd.DataFrame
    entering: np.ndarray
    injection: np.ndarray


def _network(results: Results) -> _Network:
    nodes = results["balance"]["node"].astype(str).unique()
    place = {str(node): number for number, node in enumerate(nodes)}
    days = results["periods"]["days"].to_numpy(float)
    labels, entering = _sources(results, place, len(days))
    flows = results["flows"].astype({"pipeline": str}).sort_values(["pipeline", "period"], kind="stable")
    lines = flows.drop_duplicates("pipeline")[["pipeline", "from_node", "to_node"]].astype(str)
    ends = [lines[end].map(place).to_numpy(int) for end in ("from_node", "to_node")]
    sent, arrived = (
        flows[name].to_numpy(float).reshape(len(lines), -1) / days for name in ("energy_gwh", "arrived_gwh")
    )
    injection = _at(results["storage"], "injection_gwh_per_day", place, len(days))
    return _Network(nodes, lines.reset_index(drop=True), ends[0], ends[1], sent, arrived, labels, entering, injection)


def consumption(results: Results) -> Consumption:
    """Trace the gas of a run from its tables."""
    net, days = _network(results), results["periods"]["days"].to_numpy(float)
    mixture = mixtures(net.entering, net.arrived, net.from_node, net.to_node)
    kept = net.entering.copy()
    for line, (source, target) in enumerate(zip(net.from_node, net.to_node, strict=True)):
        kept[:, target] += mixture[:, source] * net.arrived[line]
        kept[:, source] -= mixture[:, source] * net.sent[line]
    kept[_row(net.labels, STORE)] -= net.injection
    market = np.isin(net.nodes, results["demand"]["node"].astype(str).unique())
    focus = _row(net.labels, results.labels.focus.supplier)
    nothing = np.zeros(len(net.lines)), np.zeros(len(net.nodes))
    burnt, used = nothing if focus is None else (
        (mixture[focus][net.from_node] * (net.sent - net.arrived)) @ days, kept[focus] @ days
    )  # fmt: skip
    return Consumption(
        table=_by_month(results, net.labels, kept * days, net.nodes, market),
        kept=pd.Series(used, index=net.nodes)[market],
        fuel=net.lines[["from_node", "to_node"]].assign(energy_gwh=burnt),
        adjective=results.labels.adjective(results.nodes),
        names=dict(zip(results.nodes["node"].astype(str), results.nodes["name"], strict=True)),
    )


def supplier_shares(results: Results, period: int) -> pd.DataFrame:
    """Share of each pipeline supplier's gas in what every pipeline carries in a period: a row per pipeline."""
    net, only = _network(results), [int(results["periods"]["period"].tolist().index(period))]
    mixture = mixtures(net.entering[:, :, only], net.arrived[:, only], net.from_node, net.to_node)[:, :, 0]
    codes = net.labels["origin"].to_numpy(str)
    return pd.DataFrame(mixture[:, net.from_node].T, index=net.lines["pipeline"], columns=codes)


def _row(labels: pd.DataFrame, origin: str) -> int | None:
    """Number of an origin; none if nobody offers gas under this code."""
    found = np.flatnonzero(labels["origin"].to_numpy(str) == origin)
    return int(found[0]) if len(found) else None


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
        Its name inside a sentence, such as ``the EU27``.
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
    return Bridge(pd.DataFrame(rows, columns=["step", "gwh", "is_level"]), sold, border, consumed)


def _burnt(run: Consumption, inside: list[str]) -> tuple[float, float]:
    """Fuel gas inside and outside a group of nodes; a pipeline is inside if both ends are."""
    inner = run.fuel["from_node"].isin(inside) & run.fuel["to_node"].isin(inside)
    return float(run.fuel.loc[inner, "energy_gwh"].sum()), float(run.fuel.loc[~inner, "energy_gwh"].sum())


def _sources(results: Results, place: dict[str, int], periods: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Every origin with its label, and what it brings to each node, GWh/d, shape (origins, nodes, periods)."""
    names = results.nodes.set_index("node")["name"]
    sellers = set(results.nodes.loc[results.nodes["is_supplier"], "node"])
    supply, lng = results["supply"], results["lng"]
    days = results["periods"].set_index("period")["days"]
    rows: list[tuple[str, str, str]] = []
    brings: list[np.ndarray] = []
    for table, column in ((supply, "supplier"), (lng, "exporter")):
        rated = table.assign(rate=table["energy_gwh"] / table["period"].map(days))
        for who in rated[column].astype(str).unique():
            mine = rated[rated[column].astype(str) == who]
            rows.append(sub.supply_label(who, str(names[who]), who in sellers, results.labels.focus.supplier)
                        if column == "supplier" else (f"lng {who}", sub.LNG, f"LNG from {names[who]}"))  # fmt: skip
            brings.append(_at(mine, "rate", place, periods))
    rows.append((STORE, sub.STORAGE, sub.STORAGE))
    brings.append(_at(results["storage"], "withdrawal_gwh_per_day", place, periods))
    return pd.DataFrame(rows, columns=["origin", "group", "item"]), np.stack(brings)


def _at(table: pd.DataFrame, rate: str, place: dict[str, int], periods: int) -> np.ndarray:
    total = np.zeros((len(place), periods))
    np.add.at(
        total, (table["node"].astype(str).map(place).to_numpy(int), table["period"].to_numpy(int) - 1), table[rate]
    )
    return total


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
