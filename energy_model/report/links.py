"""Flows by pipeline and direction, brought to what a map can show: one net arrow per route and pair of countries."""

from __future__ import annotations

import numpy as np
import pandas as pd

INTERCONNECTOR = "interconnector"

ROUTE_FAMILY: dict[str, str] = {
    **dict.fromkeys(
        (
            "nord_stream_1",
            "nord_stream_2",
            "yamal_europe",
            "belarus",
            "belarus_poland",
            "yamal_onward",
            "ukraine_transit",
            "ukraine_exit",
            "turkstream_1",
            "turkstream_2",
            "balkan_stream",
            "blue_stream",
            "finland",
            "estonia",
            "latvia",
            "lithuania",
            "kaliningrad_transit",
        ),
        "russia",
    ),
    **dict.fromkeys(("norway", "norway_onward", "baltic_pipe"), "norway"),
    **dict.fromkeys(("medgaz", "maghreb_europe", "transmed", "greenstream"), "north_africa"),
    **dict.fromkeys(("southern_corridor", "iran_turkey"), "caspian"),
}
"""Family of supplies (see ``style.FAMILIES``) that a route brings; every other route joins two markets."""

SUPPLIER_FAMILY: dict[str, str] = {
    "RU": "russia",
    "NO": "norway",
    "DZ": "north_africa",
    "LY": "north_africa",
    "AZ": "caspian",
    "IR": "caspian",
}
"""Family of the gas that a supplier sends out by pipeline; a part of a supplier (``RU_...``) belongs to it."""

IDLE_BELOW_GWH_PER_DAY = 0.5
"""A line that carries less is drawn as idle: the solver's tolerance is no flow."""


def supplier_family(node: str) -> str | None:
    """Family of a supplier or of a part of one, None for any other node.

    >>> supplier_family("RU_TR"), supplier_family("DE")
    ('russia', None)
    """
    return SUPPLIER_FAMILY.get(node.split("_")[0])


def net_links(flows: pd.DataFrame) -> pd.DataFrame:
    """Net flow per route and pair of countries, in the direction in which gas goes.

    All points of one route between two countries become one link, both directions netted. Points that only join two
    markets are netted with the widest supply route of the same pair, if there is one, else put together as
    ``interconnector``. A supply route that runs backwards brings no supply and becomes an ``interconnector`` too. An
    idle link points where its larger capacity points; what is only planned (column ``status``, if given) and carries
    nothing is left out.

    Parameters
    ----------
    flows : DataFrame
        ``route``, ``from_node``, ``to_node``, ``flow_gwh_per_day``, ``capacity_gwh_per_day``; a row per pipeline.

    Returns
    -------
    DataFrame
        ``route``, ``family``, ``from_node``, ``to_node``, ``flow_gwh_per_day``, ``capacity_gwh_per_day``, widest first.
    """
    table = _with_supply_route(_sorted_pairs(flows))
    links = table.groupby(["route", "family", "first", "second"], as_index=False, sort=True)[["net", "supply"]].sum()
    idle = links["net"].abs() < IDLE_BELOW_GWH_PER_DAY
    forward = (links["net"] > 0).where(~idle, links["supply"] >= 0)
    backwards = ~idle & (links["family"] != INTERCONNECTOR) & (forward != (links["supply"] >= 0))
    out = pd.DataFrame(
        {
            "route": links["route"].mask(backwards, INTERCONNECTOR),
            "family": links["family"].mask(backwards, INTERCONNECTOR),
            "from_node": links["first"].where(forward, links["second"]),
            "to_node": links["second"].where(forward, links["first"]),
            "flow_gwh_per_day": links["net"].abs().mask(idle, 0.0),
        }
    )
    order = ["flow_gwh_per_day", "route", "from_node", "to_node"]
    return out.sort_values(order, ascending=[False, True, True, True], ignore_index=True)


def _sorted_pairs(flows: pd.DataFrame) -> pd.DataFrame:
    """One row per pipeline: its pair of nodes in alphabetical order, flow and capacity signed by direction."""
    status = flows["status"] if "status" in flows.columns else pd.Series("", index=flows.index)
    flows = flows[(status != "planned") | (flows["flow_gwh_per_day"] >= IDLE_BELOW_GWH_PER_DAY)]
    onward = flows["from_node"] < flows["to_node"]
    sign = np.where(onward, 1.0, -1.0)
    family = flows["route"].map(ROUTE_FAMILY).fillna(flows["from_node"].map(supplier_family)).fillna(INTERCONNECTOR)
    return pd.DataFrame(
        {
            "route": flows["route"].where(family != INTERCONNECTOR, INTERCONNECTOR),
            "family": family,
            "first": flows["from_node"].where(onward, flows["to_node"]),
            "second": flows["to_node"].where(onward, flows["from_node"]),
            "net": sign * flows["flow_gwh_per_day"],
            "supply": sign * flows["capacity_gwh_per_day"],
        }
    )


def _with_supply_route(table: pd.DataFrame) -> pd.DataFrame:
    """Points that join two markets take the route and family of the widest supply route of their pair, if any."""
    named = table["family"] != INTERCONNECTOR
    size = table["supply"].abs()
    widest = table[named].assign(size=size).sort_values(["size", "route"], ascending=[False, True])
    widest = widest.drop_duplicates(["first", "second"])[["first", "second", "route", "family"]]
    plain = table[~named].merge(widest, on=["first", "second"], how="left", suffixes=("", "_supply"), validate="m:1")
    joined = plain["route_supply"].notna()
    plain["route"] = plain["route_supply"].where(joined, plain["route"])
    plain["family"] = plain["family_supply"].where(joined, plain["family"])
    plain["supply"] = plain["supply"].where(~joined, 0.0)  # its capacity must not turn the direction of supply
    return pd.concat([table[named], plain[table.columns]], ignore_index=True)


def supply_by_family(links: pd.DataFrame) -> pd.Series:
    """Net flow (GWh/d) of each family where it leaves the territory of its suppliers."""
    leaves = links["from_node"].map(supplier_family) == links["family"]
    leaves &= links["to_node"].map(supplier_family) != links["family"]
    return links[leaves].groupby("family")["flow_gwh_per_day"].sum()
