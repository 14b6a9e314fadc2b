"""What serves a group of nodes over time: bands of supply by family, as rates and as shares of demand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from energy_model.report import facts, style
from energy_model.report.map_links import families
from energy_model.results import substitution as sub
from energy_model.results.border import carriers
from energy_model.results.labels import Labels
from energy_model.results.run import Results
from energy_model.units import GWH_PER_TWH

PASSED_ON, BETWEEN, VOLUNTARY, CURTAILED = "passed on", "between_countries", "voluntary", "curtailed"
VOLUNTARY_COLOUR = "#D8C9B2"
"""Demand that consumers do without at the price: lighter than what is cut."""
NEIGHBOUR_COLOUR = "#E0A3B0"
"""Net flow over the border of a neighbour that passes the gas of the seller in focus on."""
SEEN_GWH_PER_DAY = 0.5
"""A band that is never higher is not drawn."""


class Band(NamedTuple):
    """A band of a supply mix: its key, how it is drawn and named, and GWh/d by period.

    ``source`` names it inside a sentence on where gas comes from.
    """

    key: str
    label: str
    colour: str
    source: str
    rate: np.ndarray


def mix_bands(results: Results, nodes: frozenset[str]) -> list[Band]:
    """Bands of what serves a group of nodes, from the ground up."""
    scope = sub.Scope("", nodes)
    periods = results["periods"].set_index("period")["days"]
    rows = sub.period_ledger(results, scope)
    names = dict(zip(results.nodes["name"], results.nodes["node"], strict=True))
    known = families(results.labels)
    family = rows["item"].map(lambda item: known.of_supplier.get(names.get(item, ""), BETWEEN))
    passing = passing_on(results)
    through = rows["item"].map(names).isin(passing)
    band = rows["group"].map(
        {
            sub.LNG: "lng",
            sub.PRODUCTION: "production",
            sub.STORAGE: "storage",
            sub.VOLUNTARY: VOLUNTARY,
            sub.CURTAILED: CURTAILED,
        }
    )
    band = band.where(band.notna(), family).mask(through, PASSED_ON)
    kept = ~rows["group"].isin([sub.DEMAND, sub.LOSSES])
    table = (
        rows[kept]
        .assign(band=band[kept])
        .pivot_table(index="period", columns="band", values="energy_gwh", aggfunc="sum", fill_value=0.0, observed=True)
    )
    rate = table.reindex(periods.index).div(periods, axis=0)
    looks = {key: (look.label, look.colour, look.label) for key, look in known.looks.items()}
    border = " and ".join(facts.node_names(results)[node] for node in sorted(passing))
    looks["production"] = (*looks["production"][:2], "own production")
    looks[PASSED_ON] = (f"{border} border, net", NEIGHBOUR_COLOUR, f"gas over the border of {border}")
    looks[BETWEEN] = ("Other countries, net", style.FAMILIES[BETWEEN].colour, "gas from other countries")
    looks |= {
        VOLUNTARY: ("Voluntary reduction", VOLUNTARY_COLOUR, ""),
        CURTAILED: ("Curtailed", style.UNSERVED, ""),
    }
    focus, *others = _focus_first(known.piped, known.of_supplier.get(results.labels.focus.supplier, ""))
    order = ["production", *others, focus, PASSED_ON, "lng", "storage", BETWEEN, VOLUNTARY, CURTAILED]
    shown = [key for key in order if key in rate and rate[key].abs().max() > SEEN_GWH_PER_DAY]
    return [Band(key, *looks[key], rate[key].to_numpy()) for key in shown]


def group_colours(labels: Labels) -> dict[str, str]:
    """Colour of each group of a ledger (:data:`energy_model.results.substitution.GROUPS`)."""
    known = families(labels)
    focus = known.of_supplier.get(labels.focus.supplier, "")
    others = [look.colour for name, look in known.looks.items() if name in known.piped and name != focus]
    return {
        sub.FOCUS: known.looks[focus].colour if focus else style.SUPPLIER_COLOURS[0],
        sub.PIPELINE: others[0] if others else style.SUPPLIER_COLOURS[1],
        sub.LNG: style.FAMILIES["lng"].colour,
        sub.PRODUCTION: style.FAMILIES["production"].colour,
        sub.STORAGE: style.FAMILIES["storage"].colour,
        sub.VOLUNTARY: VOLUNTARY_COLOUR,
        sub.CURTAILED: style.UNSERVED,
        sub.DEMAND: style.FAMILIES[BETWEEN].colour,
        sub.LOSSES: style.IDLE,
    }


def mix_finding(results: Results, nodes: frozenset[str], name: str, bands: list[Band]) -> str:
    """The largest source of a group of nodes, the part of the seller in focus, and what is curtailed, of its demand."""
    days = results["periods"]["days"].to_numpy(float)
    ask = results.statistics
    demand = GWH_PER_TWH * ask.demand.value(node=sorted(nodes))
    cut = facts.ratio(GWH_PER_TWH * ask.curtailed.value(node=sorted(nodes)), demand)
    short = f"{style.format_share(cut)} is curtailed" if cut > style.SHORTFALL_SEEN else "nobody is curtailed"
    share = {band.source: facts.ratio(float(band.rate @ days), demand) for band in bands if band.source}
    family = families(results.labels).of_supplier.get(results.labels.focus.supplier, "")
    own = next((band.source for band in bands if band.key == family), "")
    if not share:
        return f"{name}: no gas comes, and {short}"
    first = max(share, key=lambda source: share[source])
    others = {source: part for source, part in share.items() if source != first}
    second = own if own in others else max(others, key=lambda source: others[source], default="")
    then = f" and {style.format_share(max(others[second], 0.0))} by {second}" if second else ""
    return f"{name}: {style.format_share(share[first])} of demand is covered by {first}{then}; {short}"


def mix_table(results: Results, bands: list[Band], demand: np.ndarray) -> pd.DataFrame:
    """The bands as a table: a row per period with its days, a column per band and demand, GWh/d.

    ``demand``, GWh/d, has the shape (T,).
    """
    table = results["periods"][["period", "start", "end"]].reset_index(drop=True)
    rates = {f"{_word(band.label)}_gwh_per_day": band.rate for band in bands}
    return table.assign(**rates, demand_gwh_per_day=demand)


def passing_on(results: Results) -> set[str]:
    """Markets outside the region in focus that its seller reaches first: what crosses their border is mixed."""
    flows, labels = results["flows"], results.labels
    behind = {labels.focus.supplier} | {
        node for node, who in carriers(flows, results.nodes).items() if who == labels.focus.supplier
    }
    reached = set(flows.loc[flows["from_node"].isin(behind), "to_node"].astype(str))
    markets = set(results.nodes.loc[results.nodes["is_market"], "node"])
    return (reached & markets) - facts.region(results)


def _focus_first(piped: list[str], focus: str) -> list[str]:
    """Families of pipeline suppliers with that of the seller in focus first; it may have none."""
    return [focus, *(family for family in piped if family != focus)]


def _word(label: str) -> str:
    """A label as part of the name of a column.

    >>> _word("Other countries, net")
    'other_countries_net'
    """
    return "_".join("".join(letter if letter.isalnum() else " " for letter in label.lower()).split())
