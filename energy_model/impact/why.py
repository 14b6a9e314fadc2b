"""Why a country is short: the places that are full, in words, and the value of one more GWh a day there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from energy_model.errors import ResultError
from energy_model.impact.answer import Answer
from energy_model.impact.bottlenecks import PIPELINE, PRODUCTION, STORE, TERMINAL, Place, Ring, curtailed, ring
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import node_names
from energy_model.results.plan_totals import served
from energy_model.timeline import day_words

WORST = 5
"""Countries of the region told beside the one asked about, those with the largest share of demand cut."""
SHOWN = 6
"""Places named per country and sort: ways for gas, and gas itself."""
NAMED = 3
"""Of these in the paragraph."""
NOTHING_GWH_PER_DAY = 1e-3
"""A smaller shortage is rounding."""
SORTS = {"by_pipeline": "flow", "by_ship": "sendout", "from_store": "withdrawal", "produced_or_supplied": "supply"}
"""How gas enters a zone, and the variable that says how much."""
WAYS = (PIPELINE, TERMINAL, STORE)
"""Kinds that bring gas to where it is short; production and volumes are gas itself."""

NAME, QUESTION = "Why short", "Why is a country short of gas, and what would relieve it first?"
METHOD = (
    "The zone of a country is every node from which one more GWh could still reach it in the period, over pipelines and"
    " ships with room or by keeping back what leaves. Everything that could bring gas into the zone is then full, or is"
    " a volume that is used elsewhere in the horizon: a minimum cut (Ford and Fulkerson 1956). Gas through these places"
    " equals what the zone is served, sends on, loses and stores; the balance is checked. The worth of a place is its"
    " dual price: the fall of total cost per further MWh. A pipeline's worth is what gas is worth behind it less before"
    " it; production's is the price of gas less its cost; of gas in store it is what that gas is worth now or later; of"
    " LNG what Europe would save with more of it. A volume's capacity is what the plan takes of it in the period."
)
CAVEATS = (
    "One more GWh in the zone relieves the zone: who of its countries gets it follows from equal sharing, not from"
    " where it arrives.",
    "Worth holds for the first further GWh a day; further on the next bottleneck takes over.",
    "A pipeline into the zone is worth little where the gas behind it is scarce as well: it moves the shortage.",
    "Gas held in store for later is a choice of the plan, so its worth is that of gas, not of withdrawal capacity.",
    "Countries inside one zone share one cut: their lists are alike because their shortage is one.",
    "The worst period of a country is the one with the largest share of its demand cut; in summer that is a shortage of"
    " gas for the winter, not of pipes.",
)


@dataclass(frozen=True)
class WhyShort:
    """Why a node is short in a period.

    Attributes
    ----------
    node, period : str, int
        Node code and number of the period (from 1).
    words : str
        One or two sentences.
    table : DataFrame
        Every place of the cut that has worth, the most valuable first; columns as in the answer.
    ring : Ring
        Zone and cut in arrays.
    """

    node: str
    period: int
    words: str
    table: pd.DataFrame
    ring: Ring


def why_short(study: Study, node: str, day: date | None = None) -> WhyShort:
    """Why ``node`` is short on a day; default is the period with the largest share of its demand cut.

    Raises
    ------
    ResultError
        If the node is no market, is not short then, or the day lies outside the horizon.
    """
    solved, case = study.solved, study.case
    markets = case.nodes[case.is_market].tolist()
    if node not in markets:
        raise ResultError(f"{node!r} is no market; known: {', '.join(markets)}")
    cut = curtailed(solved)[markets.index(node)]
    period = _worst(study, node) if day is None else _period_of(study, day)
    if cut[period] <= NOTHING_GWH_PER_DAY:
        raise ResultError(f"{node} is not short from {day_words(case.timeline.starts[period])} on")
    found = ring(solved, case.node(node), period)
    table = _table(study, node, found)
    return WhyShort(node, period + 1, _sentence(study, node, found, table), table, found)


@question("why", place=10)
def why(study: Study) -> Answer:
    """Why the country asked about and the worst-hit of the region are short: the answer."""
    nodes = _short_nodes(study)
    if not nodes:
        why_not = (
            f"No country of {study.subject.where} is short in this scenario, {study.subject.country_name} neither."
        )
        return Answer.not_applicable(NAME, QUESTION, why_not)
    told = [why_short(study, node) for node in nodes]
    return Answer(
        name=NAME,
        question=QUESTION,
        words=" ".join([*_opening(study, nodes), *(one.words for one in _one_per_zone(told))]),
        tables={
            "What is full around each country in its worst period, and the worth of more": _joined(told),
            "The zone that shares the shortage: what it is served and what brings it": _zones(study, told),
        },
        method=METHOD,
        caveats=CAVEATS,
    )


def cut_shares(study: Study) -> pd.Series:
    """Share of demand cut over the horizon in each country of the region, the hardest hit first."""
    case = study.case
    markets = case.nodes[case.is_market]
    cut = curtailed(study.solved) @ case.timeline.days
    asked = case.demand.rate[case.is_market].sum(axis=1) @ case.timeline.days
    share = pd.Series(cut / np.maximum(asked, 1e-9), index=markets)
    return share[share.index.isin(study.inside)].sort_values(ascending=False, kind="stable")


def _short_nodes(study: Study) -> list[str]:
    """The country asked about if it is short, then the worst of the region by share of demand cut over the horizon."""
    case = study.case
    cut = pd.Series(curtailed(study.solved) @ case.timeline.days, index=case.nodes[case.is_market])
    short = [str(node) for node in cut_shares(study).index if cut[node] > NOTHING_GWH_PER_DAY]
    first = study.subject.country_nodes
    others = [node for node in short if node not in first]
    own = sorted((node for node in first if cut[node] > NOTHING_GWH_PER_DAY), key=lambda node: -cut[node])
    return [*own, *others[:WORST]]


def _worst(study: Study, node: str) -> int:
    case = study.case
    cut = curtailed(study.solved)[case.nodes[case.is_market].tolist().index(node)]
    asked = case.demand.rate[case.node(node)].sum(axis=0)
    return int(np.argmax(cut / np.maximum(asked, 1e-9)))


def _period_of(study: Study, day: date) -> int:
    line = study.case.timeline
    if not line.start <= day <= line.end:
        raise ResultError(f"{day} lies outside the horizon ({line.start} to {line.end})")
    return int(np.searchsorted(np.array(line.starts, dtype="datetime64[D]"), np.datetime64(day), side="right")) - 1


def _node_name(study: Study, node: str) -> str:
    return node_names(study.data, [node])[0]


def _table(study: Study, node: str, found: Ring) -> pd.DataFrame:
    """Places with worth; pieces that a reader would call one place are added up."""
    case, start = study.case, study.case.timeline.starts[found.period]
    pieces = pd.DataFrame(
        [
            {
                "place": _place_name(study, place),
                "kind": place.kind,
                "capacity_gwh_per_day": place.used_gwh_per_day,
                "worth_eur_per_mwh": place.worth_eur_per_mwh,
                _closed(study): _is_closed(study, place),
            }
            for place in found.binding
        ],
        columns=["place", "kind", "capacity_gwh_per_day", "worth_eur_per_mwh", _closed(study)],
    )
    sums = {"capacity_gwh_per_day": "sum", "worth_eur_per_mwh": "max", _closed(study): "any"}
    table = pieces.groupby(["place", "kind"], as_index=False).agg(sums)
    table[_closed(study)] = np.where(table[_closed(study)].astype(bool), "yes", "no")
    table.insert(0, "country", _node_name(study, node))
    table.insert(1, "period", f"from {day_words(start)}, {int(case.timeline.days[found.period])} days")
    keys = table.assign(worth=-table["worth_eur_per_mwh"].round(1), room=-table["capacity_gwh_per_day"])
    return table.loc[keys.sort_values(["worth", "room", "place"], kind="stable").index].reset_index(drop=True)


def _place_name(study: Study, place: Place) -> str:
    case, where = study.case, _node_name(study, str(study.case.nodes[place.node]))
    if place.variable == "flow":
        lines = case.pipelines
        ends = [_node_name(study, str(case.nodes[end[place.index]])) for end in (lines.from_node, lines.to_node)]
        return f"{lines.name[place.index]} ({ends[0]} to {ends[1]})"
    if place.variable == "sendout":
        if place.kind != TERMINAL:
            return "LNG that Europe attracts"
        names = study.data["lng_terminals"].set_index("terminal")["name"]
        return f"{names.get(case.lng.terminal[place.index], case.lng.terminal[place.index])} ({where})"
    if place.variable == "withdrawal":
        return f"withdrawal from stores, {where}" if place.kind == STORE else f"gas in store, {where}"
    return f"supply of {where}" if place.kind == PRODUCTION else f"volume of {where} over the horizon"


def _closed(study: Study) -> str:
    """Column that says whether a place is a closed route of the seller asked about."""
    return f"{study.subject.adjective_key}_route_closed"


def _is_closed(study: Study, place: Place) -> bool:
    """A route of the seller without capacity, or its supply that is cut off."""
    case = study.case
    if place.used_gwh_per_day > NOTHING_GWH_PER_DAY:
        return False
    if place.variable == "flow":
        return str(case.pipelines.route[place.index]) in study.subject.routes
    return place.variable == "supply" and str(case.supply.supplier[place.index]) == study.subject.seller


def _sentence(study: Study, node: str, found: Ring, table: pd.DataFrame) -> str:
    case, t = study.case, found.period
    cut = float(curtailed(study.solved)[case.nodes[case.is_market].tolist().index(node), t])
    others = [n for n in case.nodes[found.zone & case.is_market].tolist() if n != node]
    shared = f", a shortage it shares with {_names(study, others)}" if others else ""
    begin = f"{day_words(case.timeline.starts[t])}"
    text = f"{_node_name(study, node)} lacks {cut:,.0f} GWh/d in the period from {begin}{shared}."
    ways, gas = (table[table["kind"].isin(WAYS) == sort] for sort in (True, False))
    full = ways[ways["capacity_gwh_per_day"] > NOTHING_GWH_PER_DAY]
    none = ways[ways["capacity_gwh_per_day"] <= NOTHING_GWH_PER_DAY]
    for words, places in (("Full are", full), ("Without capacity are", none)):
        text += f" {words} {_list(places)}." if len(places) else ""
    if found.injection_gwh_per_day > NOTHING_GWH_PER_DAY:
        text += f" Meanwhile {found.injection_gwh_per_day:,.0f} GWh/d go into store, kept for a worse day."
    reliefs = [
        f"{words} {first['place']} (each further MWh saves {first['worth_eur_per_mwh']:,.0f} EUR)"
        for words, places in (("way in:", ways), ("gas:", gas))
        if len(places) and (first := places.iloc[0]) is not None
    ]
    return f"{text} What would relieve it first, {'; '.join(reliefs)}." if reliefs else text


def _names(study: Study, nodes: Sequence[str]) -> str:
    """Names of a few nodes, or how many there are."""
    if len(nodes) > NAMED:
        return f"{len(nodes)} other markets"
    return " and ".join(_node_name(study, node) for node in nodes)


def _list(places: pd.DataFrame) -> str:
    """The most valuable places by name."""
    head = list(places["place"].head(NAMED))
    rest = len(places) - len(head)
    return "; ".join([*head, f"{rest} more"] if rest else head)


def _one_per_zone(told: Sequence[WhyShort]) -> list[WhyShort]:
    """The first country of each zone: the others would say the same."""
    seen: dict[bytes, WhyShort] = {}
    for one in told:
        seen.setdefault(one.ring.zone.tobytes(), one)
    return list(seen.values())


def _opening(study: Study, nodes: Sequence[str]) -> list[str]:
    """Who is hit, the shortage as such, and who else is curtailed."""
    about = study.subject
    spared = [] if set(about.country_nodes) & set(nodes) else [f"{about.country_name} is not short."]
    hit = f"Hardest hit: {', '.join(node_names(study.data, nodes))}. {about.where} has {study.shortage}."
    return [part for part in (*spared, hit.replace(". the ", ". The "), study.shortage_elsewhere) if part]


def _joined(told: Sequence[WhyShort]) -> pd.DataFrame:
    parts = []
    for one in told:
        is_way = one.table["kind"].isin(WAYS)
        parts += [one.table[is_way == sort].head(SHOWN) for sort in (False, True)]
    return pd.concat(parts, ignore_index=True)


def _zones(study: Study, told: Sequence[WhyShort]) -> pd.DataFrame:
    """What each zone is served, sends on and stores, and by what it comes, GWh/d."""
    rows = []
    for one in told:
        places, t = one.ring.places, one.ring.period
        brought = {name: sum(p.used_gwh_per_day for p in places if p.variable == kind) for name, kind in SORTS.items()}
        rows.append(
            (
                _node_name(study, one.node),
                one.table["period"].iloc[0] if len(one.table) else "",
                ", ".join(study.case.nodes[one.ring.zone & study.case.is_market].tolist()),
                float(served(study.solved)[one.ring.zone, t].sum()),
                one.ring.outflow_gwh_per_day,
                one.ring.injection_gwh_per_day,
                *brought.values(),
            )
        )
    rates = ("served", "sent_on", "stored", *SORTS)
    return pd.DataFrame(rows, columns=["country", "period", "zone", *(f"{name}_gwh_per_day" for name in rates)])
