"""Which step of Europe's own costs Russia most for each euro that it costs Europe: single steps side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from energy_model.impact.adversary import default_days
from energy_model.impact.answer import Answer
from energy_model.impact.follower import Follower
from energy_model.impact.study import Study
from energy_model.results.headline import GERMANY, RUSSIAN_SUPPLIER
from energy_model.scenario.measures import ImportBan, RouteOutage, SupplyCut
from energy_model.scenario.measures.base import Measure
from energy_model.timeline import day_words

EU27 = "EU27"
A_YEAR_DAYS = 365
WINTER_MONTH = 10
"""The gas year, and with it winter, begins in October."""
SMALL_EUR_BN = 0.5
"""A loss of revenue or a cost below this has no ratio."""


def steps(now: date, winter: date) -> Mapping[str, Measure]:
    """Single steps that Europe could decide on a day; each is known from ``now`` on.

    Parameters
    ----------
    now : date
        First day of the steps.
    winter : date
        First day of a step that waits.
    """

    def fewer(left: float, **more: object) -> SupplyCut:
        given = {"kind": "supply_cut", "name": "fewer purchases", "supplier": RUSSIAN_SUPPLIER, "start": now, **more}
        return SupplyCut.model_validate({**given, "remaining_share": left})

    def ban(start: date, *countries: str, exempt: tuple[str, ...] = ()) -> ImportBan:
        given = {"kind": "import_ban", "name": "import ban", "countries": countries, "exempt": exempt, "start": start}
        return ImportBan.model_validate(given)

    line = {"kind": "route_outage", "name": "line closed", "route": "nord_stream_1", "start": now}
    return {
        "Nord Stream 1 is closed": RouteOutage.model_validate(line),
        "Germany alone refuses Russian gas at its border": ban(now, GERMANY),
        "the EU27 refuses it": ban(now, EU27),
        "the EU27 without Hungary refuses it": ban(now, EU27, exempt=("HU",)),
        "the EU27 refuses it, decided now, from next winter on": ban(winter, EU27),
        "Europe buys a quarter less": fewer(0.75),
        "Europe buys half": fewer(0.5),
        "Europe buys less every day and nothing after a year": fewer(0.0, ramp_days=A_YEAR_DAYS),
    }


def compared(study: Study, now: date, winter: date) -> pd.DataFrame:
    """Every step with what it costs either side, the most effective first."""
    follower, rows = Follower(study), []
    start = follower.start
    for name, measure in steps(now, winter).items():
        outcome, start = follower.after(measure.apply(follower.case, study.data), now, start)
        change = outcome.less(follower.nothing)
        lost, cost = -change.revenue_eur_bn, change.cost_eur_bn
        ratio = lost / cost if min(lost, cost) > SMALL_EUR_BN else None
        rows.append((name, lost, cost, ratio, change.germany_twh, change.eu_twh))
    columns = [
        "step", "russia_loses_eur_bn", "europe_pays_eur_bn", "lost_per_euro_paid_eur_per_eur", "germany_unserved_twh",
        "eu27_unserved_twh",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table[columns[3]] = table[columns[3]].astype(float)
    return table.sort_values([columns[3], "step"], ascending=[False, True], na_position="last").reset_index(drop=True)


def best_sanction(study: Study) -> Answer:
    """Answer which step costs Russia most for each euro it costs Europe."""
    days = default_days(study.months)
    now = days[0]
    winter = next((day for day in days if day > now and day.month >= WINTER_MONTH), days[-1])
    table = compared(study.months, now, winter)
    return Answer(
        name="Best sanction",
        question="Which step of Europe's own costs Russia most per euro of own cost?",
        words=_words(table),
        tables={f"Single steps from {day_words(now)}, the next winter's from {day_words(winter)}": table},
        method=(
            "Each step alone is put to the reference's plan, which is fixed up to its day and made anew from there at"
            " least cost, in months. What Russia loses is revenue from gas sold by pipeline: volume times s x forward"
            " curve + (1 - s) x last known Russian export price, s the share of the contract price that follows the"
            " hub. What Europe pays is the change of the cost of gas, transport, storage, voluntary reduction and"
            " curtailment in all markets, Russian gas at the price paid, less stock at the end at the last forward"
            " price. The ratio is the first by the second, EUR per EUR."
        ),
        caveats=(
            "What cut customers lose is the model's order of who goes first turned into money: the largest and least"
            " certain part of the cost.",
            "Russia does not answer; it goes on offering what it offers over the lines that stay open. Prices stay at"
            " the forward curve of the day: a ban that raises them would lose Russia less.",
            "Take-or-pay payments for gas that is refused are left out on both sides. Cargoes are not counted: they"
            " find other buyers. Duties and price caps are transfers and depend on the answer; they are not compared.",
        ),
        sources=("exchange_quotes_2022_01", "press_gazprom_price"),
    )


def _words(table: pd.DataFrame) -> str:
    rated = table.dropna(subset=["lost_per_euro_paid_eur_per_eur"])
    if rated.empty:
        return "No step costs Russia revenue and Europe money at once."
    best, worst = rated.iloc[0], rated.iloc[-1]
    text = (
        f"Per euro of own cost Russia loses most when {best['step']}: {best['russia_loses_eur_bn']:,.0f} bn EUR for"
        f" {best['europe_pays_eur_bn']:,.0f} bn EUR, {best['lost_per_euro_paid_eur_per_eur']:.1f} EUR per EUR;"
        f" least when {worst['step']}: {worst['russia_loses_eur_bn']:,.0f} bn EUR for"
        f" {worst['europe_pays_eur_bn']:,.0f} bn EUR."
    )
    idle = table[table["russia_loses_eur_bn"].abs() <= SMALL_EUR_BN]["step"]
    if len(idle):
        text += f" It loses next to nothing when {' or when '.join(idle)}: the gas takes other lines."
    return text
