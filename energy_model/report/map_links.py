"""Flows by pipeline and direction, aggregated to what a map can show: one net arrow per route and pair of countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.report import style
from energy_model.report.style import Family
from energy_model.results.labels import Labels

BETWEEN_COUNTRIES = "between_countries"

IDLE_BELOW_GWH_PER_DAY = 0.5
"""A line that carries less is drawn as idle: the solver's tolerance is no flow."""


OWN_SHARE = 0.5
"""A route brings a family's supplies where at least this share of what it carries is theirs."""


@dataclass(frozen=True)
class Families:
    """Groups of supplies that readers know by one name, from the sellers and routes of the data package.

    Attributes
    ----------
    of_route, of_supplier : mapping of str to str
        Family that a route brings, and that a supplier's code belongs to; what is not in it has none.
    seller_of : mapping of str to str
        Seller behind each code.
    looks : mapping of str to Family
        Name and colour, pipeline suppliers first.
    """

    of_route: Mapping[str, str]
    of_supplier: Mapping[str, str]
    seller_of: Mapping[str, str]
    looks: Mapping[str, Family]

    @property
    def piped(self) -> list[str]:
        """Families of pipeline suppliers, in the order of the data package."""
        return list(dict.fromkeys(self.of_supplier.values()))


def families(labels: Labels) -> Families:
    """Families of the sellers and routes that a run knows."""
    of_supplier = {row.code: row.family for row in labels.suppliers if row.family}
    names: dict[str, list[str]] = {}
    for row in labels.suppliers:
        if row.family and row.code == row.seller:
            names.setdefault(row.family, []).append(row.name)
    colours = style.SUPPLIER_COLOURS
    looks = {
        family: Family(" and ".join(who), colours[number % len(colours)])
        for number, (family, who) in enumerate(names.items())
    }
    of_route = {row.route: of_supplier[row.supplier] for row in labels.routes if row.supplier in of_supplier}
    seller_of = {row.code: row.seller for row in labels.suppliers}
    return Families(of_route, of_supplier, seller_of, {**looks, **style.FAMILIES})


def net_links(flows: pd.DataFrame, known: Families) -> pd.DataFrame:
    """Net flow per route and pair of countries, in the direction in which gas goes.

    All points of one route between two countries become one link, both directions netted. Points that only join two
    markets are netted with the widest supply route of the same pair, if there is one, else put together as
    ``between_countries``. Gas is named by what flows and not by the pipe: a link that runs backwards, or carries mostly
    gas of others, brings no supply and becomes ``between_countries`` too. An idle link points where its larger capacity
    points; what is only planned (column ``status``, if given) and carries nothing is left out.

    Parameters
    ----------
    flows : DataFrame
        ``route``, ``from_node``, ``to_node``, ``flow_gwh_per_day``, ``capacity_gwh_per_day``; a row per pipeline.
        ``own_share``, if given, is the share in what a pipeline carries of the family of :func:`family_of_pair`; if
        not, supply routes carry nothing else, and other points none of it. With ``period`` there is a row per pipeline
        and period, and each period is netted by itself.
    known : Families
        Of routes and suppliers.

    Returns
    -------
    DataFrame
        ``route``, ``family``, ``from_node``, ``to_node``, ``flow_gwh_per_day`` (and ``period``), widest first.
    """
    table = _with_supply_route(_sorted_pairs(flows, known))
    keys = ["route", "family", "first", "second", *_when(flows)]
    links = table.groupby(keys, as_index=False, sort=True)[["net", "own", "supply"]].sum()
    idle = links["net"].abs() < IDLE_BELOW_GWH_PER_DAY
    forward = (links["net"] > 0).where(~idle, links["supply"] >= 0)
    foreign = links["own"] * np.sign(links["net"]) < OWN_SHARE * links["net"].abs()
    named = links["family"] != BETWEEN_COUNTRIES
    brings_none = ~idle & named & (foreign | (forward != (links["supply"] >= 0)))
    out = pd.DataFrame(
        {
            "route": links["route"].mask(brings_none, BETWEEN_COUNTRIES),
            "family": links["family"].mask(brings_none, BETWEEN_COUNTRIES),
            "from_node": links["first"].where(forward, links["second"]),
            "to_node": links["second"].where(forward, links["first"]),
            "flow_gwh_per_day": links["net"].abs().mask(idle, 0.0),
            **{name: links[name] for name in _when(flows)},
        }
    )
    order = ["flow_gwh_per_day", "route", "from_node", "to_node"]
    return out.sort_values(order, ascending=[False, True, True, True], ignore_index=True)


def _when(table: pd.DataFrame) -> list[str]:
    """The column of the period, where flows of several periods stand in one table."""
    return [name for name in table.columns if name == "period"]


def _sorted_pairs(flows: pd.DataFrame, known: Families) -> pd.DataFrame:
    """One row per pipeline: its pair of nodes in alphabetical order, flow and capacity signed by direction."""
    status = flows["status"] if "status" in flows.columns else pd.Series("", index=flows.index)
    flows = flows[(status != "planned") | (flows["flow_gwh_per_day"] >= IDLE_BELOW_GWH_PER_DAY)]
    onward = flows["from_node"] < flows["to_node"]
    sign = np.where(onward, 1.0, -1.0)
    family = route_family(flows, known)
    share = (family != BETWEEN_COUNTRIES).astype(float)
    if "own_share" in flows.columns:
        share = flows["own_share"]
        foreign = (flows["own_share"] < OWN_SHARE) & (flows["flow_gwh_per_day"] >= IDLE_BELOW_GWH_PER_DAY)
        family = family.mask(foreign, BETWEEN_COUNTRIES)
    return pd.DataFrame(
        {
            "route": flows["route"].where(family != BETWEEN_COUNTRIES, BETWEEN_COUNTRIES),
            "family": family,
            "first": flows["from_node"].where(onward, flows["to_node"]),
            "second": flows["to_node"].where(onward, flows["from_node"]),
            "net": sign * flows["flow_gwh_per_day"],
            "own": sign * flows["flow_gwh_per_day"] * share,
            "supply": sign * flows["capacity_gwh_per_day"],
            **{name: flows[name] for name in _when(flows)},
        }
    )


def route_family(flows: pd.DataFrame, known: Families) -> pd.Series:
    """Family of supplies that each pipeline is built to bring; ``between_countries`` if it joins two markets."""
    by_start = flows["from_node"].map(dict(known.of_supplier))
    return flows["route"].map(dict(known.of_route)).fillna(by_start).fillna(BETWEEN_COUNTRIES)


def family_of_pair(flows: pd.DataFrame, known: Families) -> pd.Series:
    """The same, and for points that join two markets that of the widest supply route beside them, in any direction."""
    family = route_family(flows, known)
    pair = pd.Series([frozenset(ends) for ends in zip(flows["from_node"], flows["to_node"], strict=True)], flows.index)
    table = pd.DataFrame(
        {"pair": pair, "route": flows["route"], "family": family, "size": flows["capacity_gwh_per_day"]}
    )
    widest = _widest(table[family != BETWEEN_COUNTRIES], ["pair"]).set_index("pair")["family"]
    return family.where(family != BETWEEN_COUNTRIES, pair.map(widest).fillna(BETWEEN_COUNTRIES))


def _widest(named: pd.DataFrame, pair: list[str]) -> pd.DataFrame:
    """The row of the widest supply route of each pair."""
    return named.sort_values(["size", "route"], ascending=[False, True]).drop_duplicates(pair)


def _with_supply_route(table: pd.DataFrame) -> pd.DataFrame:
    """Points that join two markets take the route and family of the widest supply route of their pair, if any."""
    named = table["family"] != BETWEEN_COUNTRIES
    pair = ["first", "second", *_when(table)]
    widest = _widest(table[named].assign(size=table["supply"].abs()), pair)[[*pair, "route", "family"]]
    plain = table[~named].merge(widest, on=pair, how="left", suffixes=("", "_supply"), validate="m:1")
    joined = plain["route_supply"].notna()
    plain["route"] = plain["route_supply"].where(joined, plain["route"])
    plain["family"] = plain["family_supply"].where(joined, plain["family"])
    plain["supply"] = plain["supply"].where(~joined, 0.0)  # its capacity must not turn the direction of supply
    return pd.concat([table[named], plain[table.columns]], ignore_index=True)


def supply_by_family(links: pd.DataFrame, known: Families) -> pd.Series:
    """Net flow (GWh/d) of each family where it leaves the territory of its suppliers."""
    leaves = _leaving(links, known)
    return leaves.groupby("family")["flow_gwh_per_day"].sum()


def sold_apart(links: pd.DataFrame, known: Families) -> pd.DataFrame:
    """What sellers send out under codes that are not their own: ``family``, ``to_node``, ``flow_gwh_per_day``."""
    leaves = _leaving(links, known)
    apart = leaves[leaves["from_node"].map(dict(known.seller_of)) != leaves["from_node"]]
    table = (
        apart[apart["flow_gwh_per_day"] > 0].groupby(["family", "to_node"], as_index=False)["flow_gwh_per_day"].sum()
    )
    return table.sort_values(
        ["family", "flow_gwh_per_day", "to_node"], ascending=[True, False, True], ignore_index=True
    )


def _leaving(links: pd.DataFrame, known: Families) -> pd.DataFrame:
    """Links that leave the territory of their family's suppliers."""
    start, end = (links[name].map(dict(known.of_supplier)) for name in ("from_node", "to_node"))
    return links[(start == links["family"]) & (end != links["family"])]
