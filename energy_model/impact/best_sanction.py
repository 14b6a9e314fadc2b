"""Which step of Europe's own costs a seller most for each euro that it costs Europe: single steps side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from energy_model.data.provenance import price_sources
from energy_model.data.sellers import route_names
from energy_model.impact.adversary import default_days, routes_from
from energy_model.impact.answer import Answer
from energy_model.impact.best_response import Follower
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import PIPELINE, node_names
from energy_model.impact.whole_plans import to_the_end
from energy_model.scenario.measures.bans import ImportBan
from energy_model.scenario.measures.base import Measure
from energy_model.scenario.measures.routes import RouteOutage
from energy_model.scenario.measures.supply import SupplyCut
from energy_model.timeline import day_words
from energy_model.units import DAYS_OF_YEAR

NAME = "Best sanction"
WINTER_MONTH = 10
"""The gas year, and with it winter, begins in October."""
SMALL_EUR_BN = 0.5
"""A loss of revenue or a cost below this has no ratio."""


def steps(study: Study, now: date, winter: date) -> Mapping[str, Measure]:
    """Single steps that Europe could decide on a day; each is known from ``now`` on.

    Parameters
    ----------
    now : date
        First day of the steps.
    winter : date
        First day of a step that waits.
    """
    about = study.subject

    def fewer(left: float, **more: object) -> SupplyCut:
        given = {"kind": "supply_cut", "name": "fewer purchases", "supplier": about.seller, "start": now, **more}
        return SupplyCut.model_validate({**given, "remaining_share": left})

    found: dict[str, Measure] = {}
    for name, where in _one_route(study).items():
        line = {"kind": "route_outage", "name": "line closed", "start": now, **where}
        found[f"{name} is closed"] = RouteOutage.model_validate(line)
    return (
        found
        | _refusals(study, now, winter)
        | {
            "Europe buys a quarter less": fewer(0.75),
            "Europe buys half": fewer(0.5),
            "Europe buys less every day and nothing after a year": fewer(0.0, ramp_days=DAYS_OF_YEAR),
        }
    )


def _one_route(study: Study) -> dict[str, dict[str, str]]:
    """A route by name, with the key of an outage: the first that the storyline asks about and that carries gas, else
    the first pipeline of the seller; empty if there is none.
    """
    carrying = {line: name for name, lines in routes_from(study).items() for line in lines}
    table = study.data["pipelines"]
    routes = set(table.loc[table["pipeline"].isin(list(carrying)), "route"])
    for one in study.data.storyline.routes:
        if one.route in routes:
            return {route_names(study.data).get(one.route, one.route): {"route": one.route}}
    return {name: {"pipeline": line} for line, name in list(carrying.items())[:1]}


def _refusals(study: Study, now: date, winter: date) -> dict[str, Measure]:
    """Bans at the border."""
    about, line = study.subject, study.data.storyline

    def ban(start: date, *countries: str, exempt: tuple[str, ...] = ()) -> ImportBan:
        given = {"kind": "import_ban", "name": "import ban", "countries": countries, "exempt": exempt, "start": start}
        return ImportBan.model_validate({**given, "supplier": about.seller})

    found: dict[str, Measure] = {
        f"{about.country_name} alone refuses {about.adjective} gas at its border": ban(now, about.country),
        f"{about.where} refuses it": ban(now, about.region),
    }
    if line.exempt and (about.seller, about.region) == (line.focus.supplier, line.focus.region):
        spared = " and ".join(node_names(study.data, line.exempt))
        found[f"{about.where} without {spared} refuses it"] = ban(now, about.region, exempt=line.exempt)
    return found | {f"{about.where} refuses it, decided now, from next winter on": ban(winter, about.region)}


def compared(study: Study, now: date, winter: date) -> pd.DataFrame:
    """Every step with what it costs either side, the most effective first."""
    follower, rows = Follower(study), []
    start = follower.start
    for name, measure in steps(study, now, winter).items():
        outcome, start = follower.after(measure.apply(follower.case, study.data), now, start)
        change = outcome.less(follower.nothing)
        lost, cost = -change.revenue_eur_bn, change.cost_eur_bn
        ratio = lost / cost if min(lost, cost) > SMALL_EUR_BN else None
        rows.append((name, lost, cost, ratio, change.country_twh, change.region_twh))
    about = study.subject
    columns = [
        "step", f"{about.key}_loses_eur_bn", "europe_pays_eur_bn", "lost_per_euro_paid_eur_per_eur",
        f"{about.country_key}_unserved_twh", f"{about.region_key}_unserved_twh",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table[columns[3]] = table[columns[3]].astype(float)
    return table.sort_values([columns[3], "step"], ascending=[False, True], na_position="last").reset_index(drop=True)


@question("best_sanction", place=190)
@to_the_end
def best_sanction(study: Study) -> Answer:
    """Answer which step costs the seller most for each euro it costs Europe."""
    about = study.subject
    question = f"Which step of Europe's own costs {about.name} most per euro of own cost?"
    if about.channel != PIPELINE or not routes_from(study.months):
        why = f"{about.name} sends no gas by pipeline in the reference, so there are no purchases to refuse."
        return Answer.not_applicable(NAME, question, why)
    days = default_days(study.months)
    now = days[0]
    winter = next((day for day in days if day > now and day.month >= WINTER_MONTH), days[-1])
    table = compared(study.months, now, winter)
    return Answer(
        name=NAME,
        question=question,
        words=_words(study, table),
        tables={f"Single steps from {day_words(now)}, the next winter's from {day_words(winter)}": table},
        method=(
            "Each step alone is put to the reference's plan, which is fixed up to its day and made anew from there at"
            " least cost, in months. What the seller loses is revenue from gas sold by pipeline: volume times s x"
            " forward curve + (1 - s) x last known export price, s the share of the contract price that follows the"
            " hub. What Europe pays is the change of the cost of gas, transport, storage, voluntary reduction and"
            " curtailment in all markets, the seller's gas at the price paid, less stock at the end at the last"
            " forward price. The ratio is the first by the second, EUR per EUR."
        ),
        caveats=(
            "What cut customers lose is the model's order of who goes first turned into money: the largest and least"
            " certain part of the cost.",
            "The seller does not answer; it goes on offering what it offers over the lines that stay open. Prices"
            " stay at the forward curve of the day: a ban that raises them would lose it less.",
            "Take-or-pay payments for gas that is refused are left out on both sides. Cargoes are not counted: they"
            " find other buyers. Duties and price caps are transfers and depend on the answer; they are not compared.",
        ),
        sources=price_sources(study.data),
    )


def _words(study: Study, table: pd.DataFrame) -> str:
    seller, loses = study.subject.name, f"{study.subject.key}_loses_eur_bn"
    rated = table.dropna(subset=["lost_per_euro_paid_eur_per_eur"])
    if rated.empty:
        return f"No step costs {seller} revenue and Europe money at once."
    best, worst = rated.iloc[0], rated.iloc[-1]
    text = (
        f"Per euro of own cost {seller} loses most when {best['step']}: {best[loses]:,.0f} bn EUR for"
        f" {best['europe_pays_eur_bn']:,.0f} bn EUR, {best['lost_per_euro_paid_eur_per_eur']:.1f} EUR per EUR;"
        f" least when {worst['step']}: {worst[loses]:,.0f} bn EUR for"
        f" {worst['europe_pays_eur_bn']:,.0f} bn EUR."
    )
    idle = table[table[loses].abs() <= SMALL_EUR_BN]["step"]
    if len(idle):
        text += f" It loses next to nothing when {' or when '.join(idle)}: the gas takes other lines."
    return text
