"""Who replaces gas that a seller does not send: the balance of a group of nodes, differenced against a reference.

For any group of nodes, what enters and what is done without equals demand, losses and what leaves. A ledger
(:func:`period_ledger`) writes this balance as rows that sum to zero in every period. The difference of two ledgers sums
to zero too, so what is lost on the rows of the seller in focus is exactly what all other rows gain:
:func:`substitution` states it, and its ``gap_gwh`` is 0 up to rounding.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.results.border import carriers
from energy_model.results.run import Results

FOCUS = "Pipeline gas of the seller in focus"
PIPELINE = "Other gas by pipeline"
LNG = "LNG"
PRODUCTION = "Own production"
STORAGE = "Storage, net withdrawal"
VOLUNTARY = "Voluntary reduction"
CURTAILED = "Curtailment"
DEMAND = "Lower demand before prices"
LOSSES = "Lower losses in transport"
GROUPS = (FOCUS, PIPELINE, LNG, PRODUCTION, STORAGE, VOLUNTARY, CURTAILED, DEMAND, LOSSES)
"""Groups of a ledger in reading order; :data:`DEMAND` is saving by policy and weather, counted as a source."""

_KEYS = ["month", "group", "item"]


@dataclass(frozen=True)
class Scope:
    """A group of nodes whose balance is drawn at its border.

    Attributes
    ----------
    nodes : frozenset of str or None
        ``None`` is the whole model: no border, suppliers by name.
    focus : str
        Supplier whose gas is told apart; a transit node counts as the supplier behind it.
    """

    title: str
    nodes: frozenset[str] | None
    focus: str = ""


@dataclass(frozen=True)
class Substitution:
    """Who replaces what is lost.

    Attributes
    ----------
    table : DataFrame
        ``month`` (if asked for), ``group``, ``item``, ``base_gwh``, ``other_gwh``, ``difference_gwh``; a positive
        difference is more gas, or less use, than in the base.
    lost_gwh : float
        Gas of the seller in focus that the other case lacks.
    gap_gwh : float
        What the rows miss to sum to the loss; 0 up to rounding.
    """

    table: pd.DataFrame
    lost_gwh: float
    gap_gwh: float


def whole_model(results: Results) -> Scope:
    """The whole model, by supplier: what the seller in focus loses is what it no longer sells."""
    return Scope("Whole model, by supplier", None, results.labels.focus.supplier)


def group_words(group: str, results: Results) -> str:
    """A group of a ledger for a reader: the seller in focus by its adjective."""
    return f"{results.labels.adjective(results.nodes)} pipeline gas" if group == FOCUS else group


def supply_label(who: str, name: str, is_seller: bool, focus: str = "") -> tuple[str, str, str]:
    """Code, group and item of what a supplier brings; what a market produces is own production."""
    if not is_seller:
        return who, PRODUCTION, f"Production in {name}"
    return who, FOCUS if who == focus else PIPELINE, name


def month_shares(periods: pd.DataFrame) -> pd.DataFrame:
    """Share of each period's gas days that falls in each calendar month: ``period``, ``month``, ``share``."""
    days = periods["days"].to_numpy(int)
    period = np.repeat(periods["period"].to_numpy(), days)
    first = np.repeat(np.cumsum(days) - days, days)
    day = np.repeat(periods["start"].to_numpy(), days) + pd.to_timedelta(np.arange(days.sum()) - first, unit="D")
    table = pd.DataFrame({"period": period, "month": pd.DatetimeIndex(day).strftime("%Y-%m")})
    counts = table.value_counts(sort=False).rename("days").reset_index()
    total = counts.groupby("period")["days"].transform("sum")
    return counts.assign(share=counts["days"] / total)[["period", "month", "share"]]


def to_months(table: pd.DataFrame, periods: pd.DataFrame, keys: list[str], values: list[str]) -> pd.DataFrame:
    """Sums by month and ``keys`` of energies given by period; a decision is constant within its period."""
    total = table.groupby([*keys, "period"], observed=True)[values].sum().reset_index()
    split = total.merge(month_shares(periods), on="period", validate="m:m")
    split[values] = split[values].mul(split["share"], axis=0)
    return split.groupby(["month", *keys], observed=True)[values].sum().reset_index()


def period_ledger(results: Results, scope: Scope) -> pd.DataFrame:
    """Balance of a scope by period: ``period``, ``group``, ``item``, ``energy_gwh``; every period sums to zero.

    Sources and reductions are positive, demand and losses negative.
    """
    nodes, flows = results.nodes, results["flows"]
    inside = frozenset(nodes["node"]) if scope.nodes is None else scope.nodes
    parts = [
        _supply(results["supply"], nodes, inside, scope),
        _border(flows, nodes, inside, scope),
        _losses(flows, inside),
        _lng(results["lng"], nodes, inside),
        _storage(results["storage"], results["periods"], inside),
        _demand(results["demand"], inside),
    ]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return rows.groupby(["period", "group", "item"], observed=True)["energy_gwh"].sum().reset_index()


def substitution(base: pd.DataFrame, other: pd.DataFrame, *, by_month: bool = False) -> Substitution:
    """Difference of two ledgers of one scope; what the rows of the seller in focus lose, the others gain.

    Parameters
    ----------
    base, other : DataFrame
        Ledgers by month (:func:`to_months`): ``month``, ``group``, ``item``, ``energy_gwh``; rows alike are added up.
    by_month : bool
        Keep the month.
    """
    keys = _KEYS if by_month else _KEYS[1:]
    one = base.groupby(keys, observed=True)["energy_gwh"].sum()
    two = other.groupby(keys, observed=True)["energy_gwh"].sum()
    table = pd.concat([one.rename("base_gwh"), two.rename("other_gwh")], axis=1)
    table = table.astype(float).where(table.notna(), 0.0).reset_index()  # absent from one ledger is none of it
    table["difference_gwh"] = table["other_gwh"] - table["base_gwh"]
    table["group"] = pd.Categorical(table["group"], categories=GROUPS, ordered=True)
    order = ["month", "group"] if by_month else ["group"]
    size = table.groupby(["group", "item"], observed=True)["base_gwh"].transform("sum").abs()
    table = table.assign(size=-size).sort_values([*order, "size", "item"], kind="stable").drop(columns="size")
    lost = -float(table.loc[table["group"] == FOCUS, "difference_gwh"].sum())
    gained = float(table.loc[table["group"] != FOCUS, "difference_gwh"].sum())
    return Substitution(table.reset_index(drop=True), lost, lost - gained)


def _rows(frame: pd.DataFrame, group: str | pd.Series, item: str | pd.Series, energy: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"period": frame["period"], "group": group, "item": item, "energy_gwh": energy})


def _supply(supply: pd.DataFrame, nodes: pd.DataFrame, inside: Collection[str], scope: Scope) -> pd.DataFrame:
    """Gas of suppliers in the scope; what a market produces is own production."""
    mine = supply[supply["node"].isin(inside)]
    sellers = set(nodes.loc[nodes["is_supplier"], "node"])
    who = mine["supplier"].astype(str)
    names = nodes.set_index("node")["name"]
    group = pd.Series(np.where(who.isin(sellers), PIPELINE, PRODUCTION), index=mine.index)
    group = group.mask((who == scope.focus) & who.isin(sellers), FOCUS)
    item = who.map(names).where(who.isin(sellers), PRODUCTION)
    return _rows(mine, group, item, mine["energy_gwh"])


def _border(flows: pd.DataFrame, nodes: pd.DataFrame, inside: Collection[str], scope: Scope) -> pd.DataFrame:
    """Net deliveries over the border of the scope, by neighbour."""
    source, target = flows["from_node"].astype(str), flows["to_node"].astype(str)
    enters = flows[~source.isin(inside) & target.isin(inside)]
    leaves = flows[source.isin(inside) & ~target.isin(inside)]
    behind = carriers(flows, nodes)
    neighbour = pd.concat([enters["from_node"].astype(str), leaves["to_node"].astype(str)])
    neighbour = neighbour.map(lambda node: behind.get(node, node))
    energy = pd.concat([enters["arrived_gwh"], -leaves["energy_gwh"]])
    both = pd.concat([enters, leaves])
    names = nodes.set_index("node")["name"]
    group = pd.Series(PIPELINE, index=both.index).mask(neighbour == scope.focus, FOCUS)
    return _rows(both, group, neighbour.map(names), energy)


def _losses(flows: pd.DataFrame, inside: Collection[str]) -> pd.DataFrame:
    """Fuel gas of pipelines with both ends in the scope, as a use."""
    mine = flows[flows["from_node"].isin(inside) & flows["to_node"].isin(inside)]
    return _rows(mine, LOSSES, LOSSES, mine["arrived_gwh"] - mine["energy_gwh"])


def _lng(lng: pd.DataFrame, nodes: pd.DataFrame, inside: Collection[str]) -> pd.DataFrame:
    mine = lng[lng["node"].isin(inside)]
    names = nodes.set_index("node")["name"]
    return _rows(mine, LNG, "LNG from " + mine["exporter"].astype(str).map(names), mine["energy_gwh"])


def _storage(storage: pd.DataFrame, periods: pd.DataFrame, inside: Collection[str]) -> pd.DataFrame:
    mine = storage[storage["node"].isin(inside)]
    days = mine["period"].map(periods.set_index("period")["days"])
    return _rows(mine, STORAGE, STORAGE, (mine["withdrawal_gwh_per_day"] - mine["injection_gwh_per_day"]) * days)


def _demand(demand: pd.DataFrame, inside: Collection[str]) -> pd.DataFrame:
    mine = demand[demand["node"].isin(inside)]
    columns = {VOLUNTARY: mine["voluntary_gwh"], CURTAILED: mine["curtailed_gwh"], DEMAND: -mine["demand_gwh"]}
    return pd.concat([_rows(mine, name, name, energy) for name, energy in columns.items()], ignore_index=True)
