"""What a route is worth: the scenario with and without it, by how much room the seller's other routes have."""

from __future__ import annotations

import pandas as pd

from energy_model.data.provenance import table_sources
from energy_model.impact.answer import Answer, signed
from energy_model.impact.registry import question
from energy_model.impact.route_tables import bill, efficiency_of, energy_of, money_of, reduced, revenue, sales, unserved
from energy_model.impact.route_variants import (
    AS_IT_IS,
    CENTRAL,
    CHANGED,
    HIGH,
    LOW,
    ROOMS,
    RouteChange,
    Runs,
    changes_of,
    has_gas,
    room_elsewhere,
    solve_variants,
)
from energy_model.impact.study import Study
from energy_model.impact.subject import PIPELINE
from energy_model.impact.valuation import CAPPED, VIEW_WORDS
from energy_model.impact.whole_plans import to_the_end
from energy_model.plan.foresight import Solved
from energy_model.timeline import day_words

NAME = "Worth of routes"
SMALL_TWH = 0.05
"""Smaller changes, of TWh or bn EUR, are the solver's rounding."""

METHOD = (
    "The scenario is solved on months, all else equal, with each route as it is and with what the storyline's scenario"
    " does to it: a stop, or an opening, alone and with the gas that is held back until then. Where the storyline"
    " names no route of the seller, its largest routes are stopped from the first month after the day of the data. The"
    " scenario's own measures on the route are left out; its cuts apply to gas that comes with the route too. Every"
    " line is the amount as it is and what changes. Room elsewhere: the capacity of the seller's other lines at its"
    " own border, at the low, central and high figure of pipelines.csv, before and after alike. Total cost is that of"
    " all markets without penalties for missed filling targets. Money is at capped prices except where a view is"
    " named."
    " Unit: TWh, bn EUR over the horizon. " + VIEW_WORDS
)
CAVEATS = (
    "The worth of a route is that of the room which other routes lack: read it with the room elsewhere, never alone.",
    "Whether a seller sends more gas because a line opens is its decision, not the line's: the pipe alone and the pipe"
    " with gas are the ends of that argument.",
    "Dates of a stop or an opening are assumptions of the library's scenarios.",
    "Contracts that pay a transit country whether the route is used or not are left out of the change of revenue.",
    "Choice between a seller's routes is one of cost in the model. Sellers choose by other criteria too.",
)


@question("routes", place=100)
@to_the_end
def route_worth(study: Study) -> Answer:
    """What routes of the seller are worth: the answer."""
    about = study.subject
    question = f"What are {about.adjective} routes worth, and what does that depend on?"
    changes = changes_of(study.months) if about.channel == PIPELINE else []
    if not changes:
        why = f"{about.name} sends no gas by pipeline over a route of its own, so there is none to be worth anything."
        return Answer.not_applicable(NAME, question, why)
    moving = [change for change in changes if has_gas(study.months, change)]
    if not moving:
        names = " and ".join(change.name for change in changes)
        why = (
            f"In this scenario {about.name} has no gas on offer when its routes would change: a line without gas"
            f" replaces none, and no change of {names} changes anything else."
        )
        return Answer.not_applicable(NAME, question, why)
    worth, words = [], []
    details: dict[str, pd.DataFrame] = {}
    for change in moving:
        central = solve_variants(study.months, change, ratios=True)
        table = _by_room(study.months, change, central)
        worth.append(table)
        energy, money = energy_of(central, change, study.months), money_of(central, change, study.months)
        details |= {f"{change.name}: energy over the horizon": energy, f"{change.name}: money over the horizon": money}
        if central.baseline:
            caption = f"{change.name}: cost per euro {about.name} loses, route as it is, and route and gas throughout"
            details[caption] = efficiency_of(central, study.months)
        words.append(_words(study, change, table, energy, money, central))
    return Answer(
        name=NAME,
        question=question,
        words=" ".join(words),
        tables={
            "Change of cost and shortage, by the room on other routes": pd.concat(worth, ignore_index=True),
            **details,
        },
        method=METHOD,
        caveats=CAVEATS,
        sources=table_sources(study.data, "tariffs"),
    )


def _by_room(study: Study, change: RouteChange, central: Runs) -> pd.DataFrame:
    """What each variant changes with low, central and high capacity of the seller's other routes."""
    rows, solved = [], {}
    for side in ROOMS:
        data, room = room_elsewhere(study.data, change, study.subject.seller, side)
        if side != CENTRAL and room not in solved:
            known = room_elsewhere(study.data, change, study.subject.seller, CENTRAL)[1]
            solved[room] = (
                central if abs(room - known) < SMALL_TWH else solve_variants(study, change, data, like=central)
            )
        runs = central if side == CENTRAL else solved[room]
        energy = energy_of(runs, change, study).set_index("what")
        rows += [_row(study, change, runs, energy, variant, side, room) for variant in change.variants[1:]]
    table = pd.DataFrame(rows)
    order = {side: place for place, side in enumerate(ROOMS)}
    return table.sort_values("room elsewhere", key=lambda sides: sides.map(order), kind="stable")


def _row(
    study: Study, change: RouteChange, runs: Runs, energy: pd.DataFrame, variant: str, side: str, room: float
) -> dict[str, object]:
    about = study.subject
    now, then = runs.scenario[variant], runs.scenario[AS_IT_IS]
    changed = energy[[name for name in energy if name.startswith("change")][change.variants.index(variant) - 1]]
    price = _price(study, now) - _price(study, then)
    return {
        "route": change.name,
        "change": said_of(change, variant),
        "room elsewhere": side,
        "room_elsewhere_gwh_per_day": room,
        "cost_change_eur_bn": runs.cost_eur_bn[variant] - runs.cost_eur_bn[AS_IT_IS],
        f"{about.region_key}_unserved_change_twh": changed[unserved(about.place)],
        f"{about.country_key}_unserved_change_twh": changed[unserved(about.country_name)],
        f"{about.region_key}_reduced_change_twh": changed.get(reduced(about.place), 0.0),
        f"{about.country_key}_price_change_eur_per_mwh": price,
        f"{about.key}_sales_change_twh": changed.get(sales(study), 0.0),
        "route_carries_change_twh": changed[change.name],
    }


def _price(study: Study, solved: Solved) -> float:
    """Mean price of the country, weighed by demand, EUR/MWh."""
    case, duals = solved.case, solved.duals
    use = case.demand.rate.sum(axis=1)[study.country_mask] * case.timeline.days
    price = duals["balance"][study.country_mask] / case.timeline.days
    return float((price * use).sum() / max(float(use.sum()), 1e-9))


def said_of(change: RouteChange, variant: str) -> str:
    """What happens to the route, in words."""
    day = f" from {day_words(change.begins)}" if change.begins is not None else ""
    if not change.opens:
        return f"stopped{day}"
    return f"opened{day}, the pipe alone" if variant == CHANGED else f"opened{day}, with the gas held back"


def _words(
    study: Study, change: RouteChange, worth: pd.DataFrame, energy: pd.DataFrame, money: pd.DataFrame, runs: Runs
) -> str:
    parts = []
    for place, variant in enumerate(change.variants[1:]):
        mine = worth[worth["change"] == said_of(change, variant)].set_index("room elsewhere")
        volume = energy.set_index("what").filter(like="change").iloc[:, place]
        amount = money.set_index("what").filter(like="change").iloc[:, place]
        parts.append(_one(study, change, variant, mine, volume, amount, runs))
    return f"{change.name}. {' '.join(parts)}"


def _one(
    study: Study,
    change: RouteChange,
    variant: str,
    worth: pd.DataFrame,
    volume: pd.Series,
    amount: pd.Series,
    runs: Runs,
) -> str:
    """One variant: what it changes as the room is, and what it would with less or more of it."""
    about, now = study.subject, worth.loc[CENTRAL]
    lead = f"{said_of(change, variant)[:1].upper()}{said_of(change, variant)[1:]}"
    cost, carried = float(now["cost_change_eur_bn"]), float(now["route_carries_change_twh"])
    changes = {
        "sold": float(volume.get(sales(study), 0.0)),
        "cut": float(now[f"{about.region_key}_unserved_change_twh"]),
        "left": float(now[f"{about.region_key}_reduced_change_twh"]),
        "paid": float(amount[bill(about.place)]),
        "earned": float(amount[revenue(study, CAPPED)]),
    }
    if max(abs(carried), abs(cost), *map(abs, changes.values())) < SMALL_TWH:
        return f"{lead}, it changes nothing. {_with_room(worth, about.region_key)}"
    said = {name: signed(number, 1) for name, number in changes.items()}
    text = (
        f"{lead}, it {'carries' if change.opens else 'no longer carries'} {abs(carried):,.0f} TWh; what"
        f" {about.name} sells changes by {said['sold']} TWh, curtailment in {about.where} by {said['cut']} TWh and"
        f" reduction at a price by {said['left']} TWh, total cost by {signed(cost, 1)} bn EUR, the bill of consumers in"
        f" {about.where} by {said['paid']} bn EUR, {about.adjective} pipeline revenue by {said['earned']} bn EUR."
    )
    if change.opens and abs(carried) < SMALL_TWH:
        text += _why_it_moves(runs) if variant == CHANGED else " The gas comes over other lines."
    return f"{text} {_with_room(worth, about.region_key)}"


def _why_it_moves(runs: Runs) -> str:
    """Why a line that carries nothing changes something."""
    if runs.counted_on_twh < SMALL_TWH:
        return " It carries nothing: plans differ only among those that cost the same when they were made."
    return (
        f" It carries nothing, but plans made before the last announcement counted on up to {runs.counted_on_twh:,.0f}"
        " TWh over it, and so left other gas in store than they would have."
    )


def _with_room(worth: pd.DataFrame, region_key: str) -> str:
    """How cost and shortage depend on the room that the seller's other routes have."""
    room = worth["room_elsewhere_gwh_per_day"]
    if room.max() < 1.0:
        return "It has no other route at its border."
    if room.max() - room.min() < 1.0:
        return f"The data state no range for the capacity of its other routes ({room[CENTRAL]:,.0f} GWh/d)."

    def told(side: str) -> str:
        row = worth.loc[side]
        cut, left = (signed(row[f"{region_key}_{what}_change_twh"]) for what in ("unserved", "reduced"))
        return (
            f"at the {side} figure of the data, {room[side]:,.0f} GWh/d, cost changes by"
            f" {signed(row['cost_change_eur_bn'], 1)} bn EUR, curtailment by {cut} TWh and reduction by {left} TWh"
        )

    listed = "; ".join(told(side) for side in (LOW, HIGH) if abs(room[side] - room[CENTRAL]) >= 1.0)
    return f"This rests on {room[CENTRAL]:,.0f} GWh/d of capacity on its other routes: {listed}."
