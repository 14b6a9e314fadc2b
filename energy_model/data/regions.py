"""Groups of countries, countries and nodes under one code: who belongs to them, and how a sentence names them."""

from __future__ import annotations

import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError

GROUPS = "groups"
"""Table of the members of groups; column of nodes in which the groups of each are listed."""


def group_codes(data: GasData) -> tuple[str, ...]:
    """Codes of all groups, that of every market last."""
    listed = dict.fromkeys(data[GROUPS]["group"])
    return tuple(code for code in (*listed, data.storyline.everybody) if code)


def is_group(data: GasData, code: str) -> bool:
    """Whether a code stands for a group of countries."""
    return code in group_codes(data)


def grouped_nodes(data: GasData) -> pd.DataFrame:
    """The nodes with the groups that each belongs to, separated by blanks; only markets belong to groups."""
    nodes, listed = data["nodes"], data[GROUPS]
    every = data.storyline.everybody
    by_node = listed.groupby("node", sort=False)["group"].agg(" ".join)
    found = (nodes["node"].map(by_node).fillna("") + f" {every}").str.strip()
    return nodes.assign(groups=found.where(nodes["is_market"], ""))


def nodes_of_group(nodes: pd.DataFrame, group: str) -> pd.Series:
    """Which of the nodes with a column ``groups`` belong to a group, in the order of the rows."""
    return pd.Series([group in str(groups).split() for groups in nodes[GROUPS]], index=nodes.index, dtype=bool)


def countries_of(data: GasData) -> dict[str, tuple[str, ...]]:
    """Markets of each country that has any, in the order of ``nodes.csv``."""
    nodes = data["nodes"]
    own_country = nodes["is_market"].to_numpy(bool) & nodes["country"].notna().to_numpy()
    country_of, codes = nodes["country"].to_numpy()[own_country], nodes["node"].to_numpy()[own_country]
    found: dict[str, list[str]] = {}
    for country, node in zip(country_of, codes, strict=True):
        found.setdefault(str(country), []).append(node)
    return {country: tuple(own) for country, own in found.items()}


def members(data: GasData, region: str) -> tuple[str, ...]:
    """Codes of the markets of a region, in the order of ``nodes.csv``.

    Parameters
    ----------
    region : str
        Code of a group, of a country, or of a market.

    Raises
    ------
    DataError
        If it is none of them.
    """
    if is_group(data, region):
        nodes = grouped_nodes(data)
        return tuple(nodes.loc[nodes_of_group(nodes, region), "node"])
    countries = countries_of(data)
    if region in countries:
        return countries[region]
    if region not in {node for nodes in countries.values() for node in nodes}:
        known = ", ".join(group_codes(data))
        raise DataError("region", [f"'{region}' is no market; give {known} or the code of a country"])
    return (region,)


def region_name(data: GasData, region: str) -> str:
    """How a sentence names a region: ``the Union``, ``every market of the model``, or the country's name."""
    if region == data.storyline.everybody:
        return "every market of the model"
    if is_group(data, region):
        return data.storyline.group_name(region).words
    return place_name(data, region)


def place_name(data: GasData, code: str) -> str:
    """Name of a group at the head of a column, of a country, or of a node."""
    if is_group(data, code):
        return data.storyline.group_name(code).title
    return country_name(data["nodes"], code)


def country_name(nodes: pd.DataFrame, code: str) -> str:
    """Name of a node; of a country of several nodes what their names have in common, else its code."""
    own = nodes.loc[nodes["node"] == code, "name"]
    if len(own):
        return str(own.iloc[0])
    parts = nodes.loc[nodes["country"] == code, "name"].astype(str)
    common = parts.iloc[0] if len(parts) else ""
    for part in parts:
        while not part.startswith(common):
            common = common[:-1]
    return common.rstrip(" ,(-") or code
