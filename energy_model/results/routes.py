"""The ways by which the gas of the seller in focus leaves its territory, and how much goes by each."""

from __future__ import annotations

import pandas as pd

from energy_model.results.run import Results


def route_volumes(results: Results) -> pd.DataFrame:
    """Pipeline gas of the seller in focus by route: ``route``, ``period``, ``energy_gwh``.

    A route that ends at a transit node and not at a market is followed to where gas leaves that node; what is burnt on
    it is a row of its own. The rows sum to what the seller sells under its own code.
    """
    flows, start = results["flows"], results.labels.focus.supplier
    source, target = flows["from_node"].astype(str), flows["to_node"].astype(str)
    route = flows["route"].astype(str)
    inner = route.isin([row.route for row in results.labels.routes if not row.reaches_markets])
    transit = set(target[(source == start) & inner])
    burnt = flows.loc[(source == start) & inner]
    out = flows.loc[((source == start) & ~inner) | source.isin(transit)]
    parts = [(out, out["energy_gwh"]), (burnt, burnt["energy_gwh"] - burnt["arrived_gwh"])]
    rows = [
        pd.DataFrame({"route": part["route"].astype(str), "period": part["period"], "energy_gwh": energy})
        for part, energy in parts
    ]
    return pd.concat(rows, ignore_index=True)


def entry_routes(results: Results) -> list[str]:
    """Routes over which the seller in focus reaches markets, in reading order, whether they carry gas or not."""
    used = set(route_volumes(results)["route"])
    return [row.route for row in results.labels.routes if row.route in used and row.reaches_markets]


def route_order(results: Results, routes: set[str]) -> list[str]:
    """Routes in reading order, those without a name last."""
    known = [row.route for row in results.labels.routes]
    return sorted(routes, key=lambda route: (known.index(route) if route in known else len(known), route))
