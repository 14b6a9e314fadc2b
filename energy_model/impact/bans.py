"""The effect of a ban on a seller's gas, how it is circumvented, and the effect of other readings of the same ban."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.impact.economy import first_day
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import LNG, node_names
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.results.plan_totals import curtailed_gwh, mean_price, served
from energy_model.results.tracing import network_of, origins_of, sellers_by_code, trace
from energy_model.scenario.load import with_changes
from energy_model.scenario.measures.base import Measure, countries_mask
from energy_model.scenario.measures.duties import weak_duties
from energy_model.scenario.measures.sellers import gas_by_pipe
from energy_model.scenario.origin import furthest, limits_of
from energy_model.timeline import day_words
from energy_model.units import GWH_PER_TWH, KEUR_PER_BEUR

NAME = "Bans"
SHOWN_TWH = 0.5
"""Buyers with less are not shown."""
BY_PIPE, BY_SHIP = "by pipe to Europe", "by ship to Europe"
READINGS: Mapping[str, Mapping[str, str]] = {
    "closed at the border": {"by": "border", "through_third_countries": "allowed", "transit": "allowed"},
    "by origin, third countries may sell on": {
        "by": "origin", "through_third_countries": "allowed", "transit": "allowed",
    },
    "by origin, not through third countries": {
        "by": "origin", "through_third_countries": "forbidden", "transit": "allowed",
    },
    "by origin, not through third countries, no transit": {
        "by": "origin", "through_third_countries": "forbidden", "transit": "forbidden",
    },
}  # fmt: skip
"""Ways to write the same ban, and the keys that say so."""

METHOD = (
    "A ban by origin follows the seller's gas under its name from the seller to the market that buys it. In every"
    " period and at every node: sold there + named arrivals = named gas sent on + bought; named gas is part of each"
    " flow; a banning country buys none. A country outside the ban buys what it likes and may sell it on as its own,"
    " or, if the ban forbids that, buys no more than it uses or stores, and what it stores keeps its name. Names are"
    " given so that total cost is least: the view most favourable to trade. Sold on is what a country buys beyond what"
    " it burns and stores in the period. The seller's gas burnt is another measure: what molecules do, by proportional"
    " mixing at every node, whatever the contracts say; within a banning country it is the evasion that a pipe would"
    " show. Prices are means over demand. All energy in TWh from the first day of the scenario's first measure."
)
CAVEATS = (
    "Names are contracts. A ban by origin that lets gas pass is met for the greater part on paper: a country outside"
    " burns the seller's gas and frees its own or another's for those inside. A line with gas both ways in a period"
    " is such a swap; shippers call it virtual reverse flow.",
    "The model trades at least cost for all, and nobody refuses a swap. Sellers, lawyers and banks would; a ban bites"
    " more than the cheapest reading says.",
    "Where resale is allowed, gas that a country buys, stores and sells later is not counted as sold on.",
    "Gas that lay in store on the first day, or was bought before the ban, is nobody's and may be burnt anywhere.",
    "Proportional mixing cannot tell a swap from evasion: gas in transit counts where it mixes.",
    "The seller answers only if a measure says so (retaliation).",
    "The other readings are solved in months and compared with a reference in months.",
)


@dataclass(frozen=True)
class Sides:
    """Who takes part, as masks over nodes."""

    banning: np.ndarray
    exempt: np.ndarray
    other: np.ndarray


@question("bans", place=60)
def bans(study: Study) -> Answer:
    """Effect on those who ban, on the exempt and on others; who buys instead; what is sold; other readings."""
    about = study.subject
    question = f"What does a ban on {about.adjective} gas do, and how is it got round?"
    acting, since = acting_measures(study), first_day(study)
    if not acting:
        why = f"The scenario has no ban, duty or cap on {about.adjective} gas by its buyers."
        return Answer.not_applicable(NAME, question, why)
    sides = sides_of(study, acting)
    tables = {
        f"Effect, from {day_words(since)}": effect_table(study, sides, since),
        f"Who buys {about.adjective} pipeline gas by name, and sells it on": buyers_table(study, since),
        f"What {about.name} sells": sales_table(study, since),
    }
    if any(measure.is_read_by_origin for measure in acting):
        tables["The same ban in other words, by months"] = readings_table(study, sides, since)
    tables = {caption: table for caption, table in tables.items() if len(table)}
    return Answer(
        name=NAME,
        question=question,
        words=_words(study, tables, acting, since),
        tables=tables,
        method=METHOD,
        caveats=CAVEATS,
    )


def acting_measures(study: Study) -> list[Measure]:
    """Measures of the scenario that ban, tax, cap or withhold the seller's gas by its buyers."""
    seller, data = study.subject.seller, study.data
    return [one for one in study.scenario.in_force if one.restricts_trade and seller in one.sellers(data)]


def sides_of(study: Study, acting: list[Measure]) -> Sides:
    """Who bans, who is exempt, who stands aside; a measure without countries is that of all buyers."""
    case = study.case
    named, spared = np.zeros(len(case.nodes), bool), np.zeros(len(case.nodes), bool)
    for measure in acting:
        countries, exempt = getattr(measure, "countries", ()), getattr(measure, "exempt", ())
        spared |= countries_mask(exempt, case) & countries_mask(countries or None, case)
        named |= countries_mask(countries or None, case) & ~countries_mask(exempt, case)
    named &= case.is_market
    exempt_only = spared & ~named & case.is_market
    return Sides(named, exempt_only, case.is_market & ~named & ~exempt_only)


def effect_table(study: Study, sides: Sides, since: date) -> pd.DataFrame:
    """Share of the seller's gas, curtailment and price, before and after, of every side."""
    names = ("countries of the measure", "exempt", "other countries")
    rows = []
    for name, nodes in zip(names, (sides.banning, sides.exempt, sides.other), strict=True):
        if not nodes.any():
            continue
        row: dict[str, object] = {"side": name}
        for ending, solved in (("before", study.before), ("after", study.solved)):
            state = _state(study, solved, nodes, since)
            row |= {f"{key}_{ending}_{unit}": value for (key, unit), value in state.items()}
        rows.append(row)
    keys = [(_burnt(study), "twh"), (_burnt(study), "share"), ("curtailed", "twh"), ("price", "eur_per_mwh")]
    columns = [f"{key}_{end}_{unit}" for key, unit in keys for end in ("before", "after")]
    return pd.DataFrame(rows)[["side", *columns]]


def _burnt(study: Study) -> str:
    """Key of the seller's gas that is burnt."""
    return f"{study.subject.adjective_key}_burnt"


def _state(study: Study, solved: Solved, nodes: np.ndarray, since: date) -> dict[tuple[str, str], float]:
    case, days = solved.case, _days(solved, since)
    traced = trace(network_of(solved, sellers_by_code(study.data)), "mixed")
    seller = traced.rows(*origins_of(study.subject.seller))
    own = float(traced.served_gwh(served(solved))[seller][:, nodes][:, :, days > 0.0].sum()) / GWH_PER_TWH
    burnt = float((served(solved)[nodes] @ days).sum()) / GWH_PER_TWH
    cut = curtailed_gwh(case, solved.values["curtailment"], days=days)[nodes[case.is_market]]
    price = solved.duals["balance"] / case.timeline.days
    return {
        (_burnt(study), "twh"): own,
        (_burnt(study), "share"): own / burnt if burnt > 0.0 else 0.0,
        ("curtailed", "twh"): float(cut.sum()) / GWH_PER_TWH,
        ("price", "eur_per_mwh"): mean_price(case, price, nodes, days),
    }


def buyers_table(study: Study, since: date) -> pd.DataFrame:
    """Markets that buy the seller's pipeline gas by name: bought, and sold on beyond own use; empty if no name is
    kept."""
    limits, solved = limits_of(study.case), study.solved
    at = furthest(limits, gas_by_pipe(study.data, study.subject.seller))
    if limits is None or at is None:
        return pd.DataFrame()
    days = _days(solved, since) * limits.in_force[at]
    bought, own = solved.values["origin_bought"][at], _burnt_or_stored_gwh_per_day(solved)
    markets = study.case.is_market
    table = pd.DataFrame(
        {
            "country": node_names(study.data, study.case.nodes[markets].tolist()),
            "bought_twh": bought[markets] @ days / GWH_PER_TWH,
            "sold_on_twh": np.maximum(bought - own, 0.0)[markets] @ days / GWH_PER_TWH,
            "use_twh": served(solved)[markets] @ days / GWH_PER_TWH,
        }
    )
    table["of_use_share"] = (table["bought_twh"] - table["sold_on_twh"]) / table["use_twh"].where(table["use_twh"] > 0)
    table = table[table["bought_twh"] > SHOWN_TWH].fillna(0.0)
    return table.sort_values("bought_twh", ascending=False, kind="stable").reset_index(drop=True)


def _burnt_or_stored_gwh_per_day(solved: Solved) -> np.ndarray:
    """What a node burns and puts in store, shape (N, T)."""
    use = served(solved)
    np.add.at(use, solved.case.storage.node, solved.values["injection"])
    return use


def sales_table(study: Study, since: date) -> pd.DataFrame:
    """What the seller sells by way, before and after."""
    about, names = study.subject, study.data["suppliers"].set_index("supplier")["name"]
    rows = []
    for code in about.suppliers:
        mine = [_sold(solved, solved.case.supply.supplier == code, "supply", since) for solved in _both(study)]
        way = BY_PIPE if code == about.seller else f"by pipe: {names[code]}"
        if code == about.seller or max(mine) > 0.0:
            rows.append((way, *mine))
    ships = [
        _sold(solved, np.isin(solved.case.lng.route_exporter, about.suppliers), "cargo", since)
        for solved in _both(study)
    ]
    rows.append((BY_SHIP, *ships))
    table = pd.DataFrame(rows, columns=["way", "before_twh", "after_twh"])
    table.loc[len(table)] = ["in all", *table[["before_twh", "after_twh"]].sum()]
    return table.assign(change_twh=table["after_twh"] - table["before_twh"])


def _both(study: Study) -> tuple[Solved, Solved]:
    return study.before, study.solved


def _sold(solved: Solved, mine: np.ndarray, column: str, since: date) -> float:
    return float((solved.values[column][mine] @ _days(solved, since)).sum()) / GWH_PER_TWH


def _days(solved: Solved, since: date) -> np.ndarray:
    line = solved.case.timeline
    return np.where([day >= since for day in line.starts], line.days, 0.0)


def readings_table(study: Study, sides: Sides, since: date) -> pd.DataFrame:
    """The scenario with its ban written in each way: cost, curtailment, sales of the seller and its gas burnt."""
    about, burnt = study.subject, _burnt(study)
    monthly = [with_changes(one, resolution="month") for one in (study.baseline, study.scenario)]
    before = solve_scenario(monthly[0], study.data)
    rows, acting = [], acting_measures(study)
    for reading, keys in READINGS.items():
        measures = [
            {**measure.model_dump(), **keys}
            if measure in acting and measure.is_read_by_origin
            else measure.model_dump()
            for measure in monthly[1].in_force
        ]
        solved = solve_scenario(with_changes(monthly[1], measures=tuple(measures)), study.data, known=before)
        here, everybody = (_state(study, solved, nodes, since) for nodes in (sides.banning, solved.case.is_market))
        rows.append(
            {
                "reading": reading,
                "cost_eur_bn": (solved.objective_keur - before.objective_keur) / KEUR_PER_BEUR,
                "curtailed_there_twh": here["curtailed", "twh"],
                "curtailed_everywhere_twh": everybody["curtailed", "twh"],
                f"{about.adjective_key}_sales_by_pipe_twh": _sold(
                    solved, solved.case.supply.supplier == about.seller, "supply", since
                ),
                f"{burnt}_there_twh": here[burnt, "twh"],
                f"{burnt}_there_share": here[burnt, "share"],
            }
        )
    return pd.DataFrame(rows)


def _words(study: Study, tables: Mapping[str, pd.DataFrame], acting: list[Measure], since: date) -> str:
    about, burnt = study.subject, _burnt(study)
    effect = next(iter(tables.values())).iloc[0]
    sales = tables[f"What {about.name} sells"].set_index("way").loc[BY_SHIP if about.channel == LNG else BY_PIPE]
    said = "; ".join(measure.headline for measure in acting)
    told = (
        f"{said[:1].upper()}{said[1:]}. {about.name} sells {sales['after_twh']:,.0f} TWh {sales.name} from"
        f" {day_words(since)}, after {sales['before_twh']:,.0f} TWh in the reference. In the countries of the measure"
        f" {effect['curtailed_after_twh']:,.0f} TWh are cut, after {effect['curtailed_before_twh']:,.0f}; over the"
        f" horizon {about.where} has {study.shortage}. The mean price is {effect['price_after_eur_per_mwh']:,.0f}"
        f" EUR/MWh, after {effect['price_before_eur_per_mwh']:,.0f}. As molecules mix,"
        f" {effect[f'{burnt}_after_share']:.0%} of what they burn is still {about.adjective}, after"
        f" {effect[f'{burnt}_before_share']:.0%}."
    )
    if study.shortage_elsewhere:
        told += f" {study.shortage_elsewhere}"
    buyers = tables.get(f"Who buys {about.adjective} pipeline gas by name, and sells it on")
    if buyers is not None:
        first = ", ".join(
            f"{row['country']} ({row['bought_twh']:,.0f} TWh)" for row in buyers.head(3).to_dict("records")
        )
        told += f" Most is bought by {first}; {buyers['sold_on_twh'].sum():,.0f} TWh are sold on as others' gas."
    weak = weak_duties(acting)
    told += f" {weak}" if weak else ""
    readings = tables.get("The same ban in other words, by months")
    if readings is not None:
        cost = readings.set_index("reading")["cost_eur_bn"]
        told += f" By how it is worded the same ban costs between {cost.min():,.1f} and {cost.max():,.1f} bn EUR."
    return told
