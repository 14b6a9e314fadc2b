"""The balance of every place at its border over the whole horizon, all places at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.results import substitution as sub
from energy_model.results.border import carriers
from energy_model.results.run import Results


def place_balances(results: Results, place_of: Mapping[str, str], names: Mapping[str, str]) -> pd.Series:
    """Energy by place, group of :data:`energy_model.results.substitution.GROUPS` and item, GWh over the horizon.

    As sums of :func:`energy_model.results.substitution.period_ledger` for each place, but for LNG, which is one item,
    and for neighbours, which have the names that are given. The rows of a place sum to zero.

    Parameters
    ----------
    place_of : mapping of str to str
        Place of each node that lies in one; nodes of one place have no border between them.
    names : mapping of str to str
        Name of each node.
    """
    nodes, focus = results.nodes, results.labels.focus.supplier
    sellers = set(nodes.loc[nodes["is_supplier"], "node"])
    parts = [
        _supply(results["supply"], sellers, focus, names),
        *_border(results["flows"], carriers(results["flows"], nodes), place_of, focus, names),
        _rows(results["lng"], "node", sub.LNG, sub.LNG, results["lng"]["energy_gwh"]),
        _stored(results),
    ]
    demand = results["demand"]
    for group, column, sign in (
        (sub.VOLUNTARY, "voluntary_gwh", 1.0),
        (sub.CURTAILED, "curtailed_gwh", 1.0),
        (sub.DEMAND, "demand_gwh", -1.0),
    ):
        parts.append(_rows(demand, "node", group, group, sign * demand[column]))
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    table["place"] = table["node"].map(place_of)
    inside = table[table["place"].notna()]
    return inside.groupby(["place", "group", "item"], observed=True)["gwh"].sum()


def _rows(frame: pd.DataFrame, node: str, group: object, item: object, gwh: pd.Series) -> pd.DataFrame:
    """Sums by node, group and item; what a node of several pipelines has in common is one row."""
    table = pd.DataFrame({"node": frame[node].astype(str), "group": group, "item": item, "gwh": gwh})
    return table.groupby(["node", "group", "item"], observed=True)["gwh"].sum().reset_index()


def _supply(supply: pd.DataFrame, sellers: set[str], focus: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Gas of sellers that lie in a place, and what a market produces."""
    who = supply["supplier"].astype(str)
    is_seller = who.isin(sellers)
    group = np.select([is_seller & (who == focus), is_seller], [sub.FOCUS, sub.PIPELINE], sub.PRODUCTION)
    return _rows(supply, "node", group, who.map(names).where(is_seller, sub.PRODUCTION), supply["energy_gwh"])


def _border(
    flows: pd.DataFrame, behind: Mapping[str, str], place_of: Mapping[str, str], focus: str, names: Mapping[str, str]
) -> list[pd.DataFrame]:
    """Net deliveries over the border of each place, by neighbour, and fuel gas of pipelines within a place."""
    ends = {side: flows[f"{side}_node"].astype(str) for side in ("from", "to")}
    places = {side: nodes.map(place_of) for side, nodes in ends.items()}
    within = (places["from"] == places["to"]) & places["from"].notna()
    found = []
    for side, other, gwh in (("to", "from", flows["arrived_gwh"]), ("from", "to", -flows["energy_gwh"])):
        beyond = ends[other].map(lambda node: behind.get(node, node))
        group = np.where(beyond == focus, sub.FOCUS, sub.PIPELINE)
        table = flows.assign(group=group, item=beyond.map(names), gwh=gwh)[~within]
        found.append(_rows(table, f"{side}_node", table["group"], table["item"], table["gwh"]))
    lost = flows.assign(gwh=flows["arrived_gwh"] - flows["energy_gwh"])[within]
    return [*found, _rows(lost, "from_node", sub.LOSSES, sub.LOSSES, lost["gwh"])]


def _stored(results: Results) -> pd.DataFrame:
    store = results["storage"]
    days = store["period"].map(results["periods"].set_index("period")["days"])
    net = (store["withdrawal_gwh_per_day"] - store["injection_gwh_per_day"]) * days
    return _rows(store, "node", sub.STORAGE, sub.STORAGE, net)
