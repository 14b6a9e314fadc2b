r"""By which ways gas can be brought to a country: source, tariffs, losses, room left and price on delivery.

A way is the cheapest path of open lines from a source to the country. A line with a charge :math:`c` that burns a share
:math:`l` turns a price :math:`p` where it begins into :math:`(p + c) / (1 - l)` where it ends, so a path's price only
rises and Dijkstra's search finds the cheapest one. The price at the source is what its gas is worth there, the dual of
the balance: what a further buyer has to offer. A ban or a duty by origin counts where the gas would be bought
(:mod:`energy_model.impact.named_ways`): a way is closed on the days on which it leaves nothing. By complementary
slackness a way with room delivers at no less than the country's price, and one that delivers below it is full. Prices
are means over the days on which the way is open.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.data.provenance import table_sources
from energy_model.data.sellers import routes_of, seller_of
from energy_model.impact.answer import Answer, signed
from energy_model.impact.named_ways import Allowed, allowed
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import node_names
from energy_model.plan.foresight import Solved

NAME = "Ways"
CHEAPEST, ALL = "Cheapest way of each source", "Every source by every neighbour it can come through"
PIPE, LNG = "pipeline or production", "LNG"
ROOM = 1e-3
"""GWh/d below which nothing is open or left."""
METHOD = (
    "For each source the cheapest path of open lines to the country, of all and by each neighbour from which it can"
    " enter. Price at the source: what its gas is worth there by the model, the least that a further buyer has to"
    " offer; of LNG the price on the market of its terminal less what room at the terminal is worth, freight and"
    " regasification included. What the supplier asks by its cheapest step stands beside it. Tariffs and duties of the"
    " lines are added, and what they burn is paid for. Capacity is that of the narrowest line, room what it does not"
    " carry, at the source what is not taken; an exporter's room does not say that it would send more. Where bans by"
    " origin leave less than the lines, capacity and room are what they leave; a duty by origin is one of the tariffs."
    " Prices are means over the days on which every line of the way is open and bans leave something, all else over the"
    " horizon of the scenario. What a seller sells to single countries under a code of its own is a source for these"
    " alone. The seller's gas stands as it was in the run that the scenario is measured against."
    " Energy in GWh/d, prices in EUR/MWh."
)
CAVEATS = (
    "Room of ways that share a line is the same room: do not add it up.",
    "A way that delivers below the price of the country's market is full, or its source is bound: whoever has booked it"
    " earns the difference, and a further buyer cannot have it.",
    "A price of the model is no contract: buyers under contract pay its formula. Tariffs are listed, or a default for"
    " each border; short-term bookings may cost more.",
)


@dataclass(frozen=True)
class Way:
    """One way: where the gas comes from, the lines it takes, and the price on delivery, EUR/MWh."""

    source: str
    kind: str
    start: int
    lines: tuple[int, ...]
    asked: float
    source_price: float
    tariffs: float
    delivered: float
    source_left: float
    open_share: float
    allowed: Allowed | None = None


@question("ways", place=55)
def ways(study: Study) -> Answer:
    """Answer by which ways gas can be brought to the country, cheapest first, and what it costs beside the seller's."""
    about, solved = study.subject, study.solved
    asked = f"By which ways can gas be brought to {about.country_name}, and at what price?"
    inside = study.country_mask
    found = sorted((way for way in all_ways(solved, inside) if _is_sold_here(study, way)), key=_order)
    if not found:
        return Answer.not_applicable(NAME, asked, f"No open line or terminal leads to {about.country_name}.")
    before = min(
        (one for one in all_ways(study.before, inside) if one.source in about.suppliers and _is_sold_here(study, one)),
        key=_order,
        default=None,
    )
    best: dict[tuple[str, str, int], Way] = {}
    for way in found:
        best.setdefault((way.source, way.kind, way.start if way.kind == LNG else -1), way)
    tables = {CHEAPEST: _table(study, list(best.values()), before), ALL: _table(study, found, before)}
    return Answer(
        name=NAME,
        question=asked,
        words=_words(study, list(best.values()), before),
        tables=tables,
        method=METHOD,
        caveats=CAVEATS,
        sources=table_sources(study.data, "tariffs"),
    )


def _is_sold_here(study: Study, way: Way) -> bool:
    """Whether a source's gas is for sale to the country: sales under a code of their own go over its routes alone."""
    seller = seller_of(study.data, way.source)
    if way.kind == LNG or seller == way.source or not way.lines:
        return True
    entering = str(study.solved.case.pipelines.route[way.lines[-1]])
    return entering in routes_of(study.data, seller, supplier=way.source)


def all_ways(solved: Solved, inside: np.ndarray) -> Iterator[Way]:
    """The cheapest way of each source by each neighbour from which it can enter.

    Parameters
    ----------
    inside : ndarray of bool, shape (N,)
        Nodes of the country; paths do not lead through them.
    """
    capacity, days = solved.case.pipelines.capacity, solved.case.timeline.days
    for name, kind, node, asked, price, left in _sources(solved):
        if inside[node]:
            if kind == LNG:
                mean = float(np.average(price, weights=days))
                yield Way(name, kind, node, (), asked, mean, 0.0, mean, left, 1.0)
            continue
        for taken in _paths(solved, inside, node, float(np.average(price, weights=days))):
            may = allowed(solved, name, node, taken, inside)
            weights = days * (np.minimum(capacity[list(taken)].min(axis=0), may.most) > ROOM)
            if weights.any():
                paid, tariffs, delivered = _paid(solved, taken, price, weights, may)
                open_share = float(weights.sum() / days.sum())
                yield Way(name, kind, node, taken, asked, paid, tariffs, delivered, left, open_share, may)


def banned(solved: Solved, inside: np.ndarray) -> list[str]:
    """Names of sources of which bans by origin leave nothing by any way on any day.

    ``inside`` marks the nodes that the ways lead to, bool, shape (N,).
    """
    open_to = {way.source for way in all_ways(solved, inside)}
    days, capacity = solved.case.timeline.days, solved.case.pipelines.capacity
    found = []
    for name, kind, node, _, price, _ in _sources(solved):
        if kind == PIPE and name not in open_to and not inside[node]:
            paths = list(_paths(solved, inside, node, float(np.average(price, weights=days))))
            if any((capacity[list(taken)].min(axis=0) > ROOM).any() for taken in paths):
                found.append(name)
    return list(dict.fromkeys(found))


def _paid(
    solved: Solved, taken: tuple[int, ...], price: np.ndarray, weights: np.ndarray, may: Allowed
) -> tuple[float, float, float]:
    """Price at the source, tariffs and price on delivery of a path, means over the days on which it is open.

    A duty by origin is paid on delivery: the place on the way where it is lowest may be another.
    """
    lines = solved.case.pipelines
    paid = delivered = float(np.average(price, weights=weights))
    charges = np.average((lines.cost + lines.duty)[list(taken)], axis=1, weights=weights)
    for line, charge in zip(taken, charges, strict=True):
        delivered = float((delivered + charge) / (1.0 - lines.loss_share[line]))
    duty = float(np.average(may.duty, weights=weights))
    return paid, float(charges.sum()) + duty, delivered + duty


def _sources(solved: Solved) -> Iterator[tuple[str, str, int, float, np.ndarray, float]]:
    """Name, kind, node, price asked, worth by period, and what is not taken, of everything from which gas can come."""
    case, values, days = solved.case, solved.values, solved.case.timeline.days
    price = solved.duals["balance"] / days
    supply, lng = case.supply, case.lng
    for name, node in dict.fromkeys(zip(supply.supplier.tolist(), supply.node.tolist(), strict=True)):
        hit = (supply.supplier == name) & (supply.node == node)
        offered = supply.rate[hit]
        there = offered.sum(axis=0) > ROOM
        if there.any():
            cost = np.where(offered > ROOM, supply.cost[hit], np.inf).min(axis=0)[there]
            spare = (offered - values["supply"][hit]).sum(axis=0) @ days / days.sum()
            asked = float(np.average(cost, weights=days[there]))
            yield name, PIPE, node, asked, price[node], float(max(spare, 0.0))
    worth = np.maximum(0.0, -solved.reduced_costs["sendout"] / days)
    for node in dict.fromkeys(lng.terminal_node.tolist()):
        hit = (lng.terminal_node == node) & (lng.sendout.max(axis=1) > ROOM)
        if hit.any():
            room = np.maximum(lng.sendout[hit] - values["sendout"][hit], 0.0).sum(axis=0)
            landed = price[node] - worth[hit].min(axis=0)
            yield LNG, LNG, node, np.nan, landed, float(room @ days / days.sum())


def _paths(solved: Solved, inside: np.ndarray, source: int, price: float) -> Iterator[tuple[int, ...]]:
    """Lines of the cheapest path by each neighbour of the country."""
    lines, days = solved.case.pipelines, solved.case.timeline.days
    charge = (lines.cost + lines.duty) @ days / days.sum()
    is_open = lines.capacity @ days / days.sum() > ROOM
    reached: dict[int, tuple[float, tuple[int, ...]]] = {}
    queue: list[tuple[float, int, tuple[int, ...]]] = [(price, source, ())]
    entries: dict[int, tuple[float, tuple[int, ...]]] = {}
    while queue:
        paid, node, taken = heapq.heappop(queue)
        if node in reached:
            continue
        reached[node] = paid, taken
        for p in np.flatnonzero(is_open & (lines.from_node == node)).tolist():
            arrives = float((paid + charge[p]) / (1.0 - lines.loss_share[p]))
            target = int(lines.to_node[p])
            if inside[target]:
                entries[node] = min(entries.get(node, (np.inf, ())), (arrives, (*taken, p)))
            elif target not in reached:
                heapq.heappush(queue, (arrives, target, (*taken, p)))
    for _, taken in entries.values():
        yield taken


def _order(way: Way) -> tuple[float, str, int]:
    return way.delivered, way.source, way.start


def _room(solved: Solved, way: Way) -> tuple[str, float, float]:
    """What is narrowest of a way, the capacity and what is not carried, GWh/d; at a terminal of the country its own."""
    if not way.lines or way.allowed is None:
        return "terminal", np.nan, way.source_left
    lines, days = solved.case.pipelines, solved.case.timeline.days
    own = list(way.lines)
    left = np.maximum(lines.capacity[own] - solved.values["flow"][own], 0.0)
    narrowest = str(lines.name[own[int(np.argmin(left @ days))]])
    physical, may = left.min(axis=0), way.allowed
    least = np.minimum(physical, may.left)
    if least @ days < physical @ days - ROOM:
        narrowest = f"ban on {' and '.join(may.names)}"
    capacity = np.minimum(lines.capacity[own].min(axis=0), may.most)
    return narrowest, float(capacity @ days / days.sum()), float(least @ days / days.sum())


def _table(study: Study, found: list[Way], before: Way | None) -> pd.DataFrame:
    about, key = study.subject, study.subject.key
    rows = []
    if before is not None:
        rows.append(_row(study, study.before, before, before) | {"as": f"{about.name}'s gas before"})
    rows += [_row(study, study.solved, way, before) | {"as": "in the scenario"} for way in found]
    table = pd.DataFrame(rows).rename(columns={"above": f"above_{key}_eur_per_mwh"})
    return table[["as", *(name for name in table if name != "as")]]


def _row(study: Study, solved: Solved, way: Way, before: Way | None) -> dict[str, object]:
    lines, nodes = solved.case.pipelines, solved.case.nodes
    narrowest, capacity, left = _room(solved, way)
    stops = [way.start, *(int(lines.to_node[p]) for p in way.lines)]
    named = dict(zip(study.data["nodes"]["node"], study.data["nodes"]["name"], strict=True))
    source = f"LNG at {named[nodes[way.start]]}" if way.kind == LNG else named.get(way.source, way.source)
    return {
        "source": source,
        "way": " > ".join(node_names(study.data, nodes[stops].tolist())),
        "asked_eur_per_mwh": way.asked,
        "source_price_eur_per_mwh": way.source_price,
        "tariffs_eur_per_mwh": way.tariffs,
        "losses_eur_per_mwh": way.delivered - way.source_price - way.tariffs,
        "delivered_eur_per_mwh": way.delivered,
        "above": way.delivered - before.delivered if before is not None else np.nan,
        "open_share": way.open_share,
        "narrowest": narrowest,
        "capacity_gwh_per_day": capacity,
        "left_gwh_per_day": left,
        "left_at_source_gwh_per_day": way.source_left,
    }


def _words(study: Study, best: list[Way], before: Way | None) -> str:
    about, case = study.subject, study.solved.case
    days = case.timeline.days
    demand = case.demand.rate[study.country_mask].sum(axis=(0, 1))
    price = (study.solved.duals["balance"] / days)[study.country_mask].mean(axis=0)
    market = float(np.average(price, weights=demand * days)) if (demand > 0.0).any() else float("nan")
    others = [way for way in best if way.source not in about.suppliers]
    open_ways = [way for way in others if min(_room(study.solved, way)[2], way.source_left) > ROOM]
    said = [f"Gas of {len(others)} other sources can be brought to {about.country_name}"]
    if others:
        first = _row(study, study.solved, others[0], before)
        said[0] += (
            f", the cheapest from {first['source']} by {first['way']} at {others[0].delivered:,.0f} EUR/MWh on delivery"
        )
        if before is not None:
            above = signed(others[0].delivered - before.delivered)
            said[0] += f", {above} EUR/MWh beside {about.adjective} gas before ({before.delivered:,.0f})"
    if open_ways:
        row: Mapping[str, object] = _row(study, study.solved, open_ways[0], before)
        said.append(
            f"The cheapest with room left, at the source and on the way, is {row['source']} by {row['way']} at"
            f" {open_ways[0].delivered:,.0f} EUR/MWh"
        )
    else:
        said.append("None of them has room left both at the source and on the way")
    if refused := banned(study.solved, study.country_mask):
        names = node_names(study.data, refused)
        said.append(f"Bans of the scenario leave no way for gas of {', '.join(names)}")
    said.append(f"The market of {about.country_name} has a mean price of {market:,.0f} EUR/MWh")
    return ". ".join(said) + "."
