"""What crosses the border of a group of nodes, by pipeline and by ship."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from energy_model.results.cube import Cube, items_of, shaped

PIPELINE, SHIP = "pipeline", "lng"
"""Channels of what is imported."""


def border_cube(
    flows: pd.DataFrame, lng: pd.DataFrame, nodes: pd.DataFrame, inside: Collection[str], count: int
) -> Cube:
    """Energy over the border, GWh: what arrives and what lands, less what leaves.

    Labels: the ``node`` inside, the ``supplier`` (neighbour, seller behind a transit node, or exporter), the
    ``channel`` and the ``route``.

    Parameters
    ----------
    inside : collection of str
        Codes of the nodes within the border.
    count : int
        Number of periods.
    """
    lines, rows = items_of(flows, count)
    source, target = lines["from_node"].to_numpy(str), lines["to_node"].to_numpy(str)
    begins, ends = np.isin(source, list(inside)), np.isin(target, list(inside))
    enters, leaves = ~begins & ends, begins & ~ends
    arrived, sent = (shaped(rows, column, count) for column in ("arrived_gwh", "energy_gwh"))
    behind = carriers(flows, nodes)
    beyond = [behind.get(node, node) for node in [*source[enters].tolist(), *target[leaves].tolist()]]
    route = lines["route"].to_numpy(str)
    ships, cargoes = items_of(lng, count)
    lands = np.isin(ships["node"].to_numpy(str), list(inside))
    return Cube(
        {
            "node": np.concatenate([target[enters], source[leaves], ships["node"].to_numpy(str)[lands]]),
            "supplier": np.concatenate([np.array(beyond, dtype=str), ships["exporter"].to_numpy(str)[lands]]),
            "channel": np.repeat([PIPELINE, SHIP], [len(beyond), int(lands.sum())]),
            "route": np.concatenate([route[enters], route[leaves], np.repeat(SHIP, int(lands.sum()))]),
        },
        np.concatenate([arrived[enters], -sent[leaves], shaped(cargoes, "energy_gwh", count)[lands]]),
    )


def carriers(flows: pd.DataFrame, nodes: pd.DataFrame) -> dict[str, str]:
    """Supplier behind each mere transit node, where it is one and the same over all pipelines that lead to it."""
    pairs = flows.loc[flows["period"] == flows["period"].min(), ["from_node", "to_node"]].astype(str)
    mere = set(nodes.loc[~nodes["is_market"] & ~nodes["is_supplier"], "node"])
    sellers = set(nodes.loc[nodes["is_supplier"], "node"])
    upstream = {node: set(pairs.loc[pairs["to_node"] == node, "from_node"]) for node in mere}
    found: dict[str, str] = {}
    for _ in mere:
        for node, sources in upstream.items():
            origins = {source if source in sellers else found.get(source, "") for source in sources}
            if len(origins) == 1 and "" not in origins:
                found[node] = origins.pop()
    return found
