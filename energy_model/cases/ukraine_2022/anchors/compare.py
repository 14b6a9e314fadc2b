"""Published results that are told next to ours and never pass or fail: volumes and prices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from energy_model.cases.ukraine_2022.anchors.runs import AnchorRuns
from energy_model.data.regions import nodes_of_group
from energy_model.results.run import Results
from energy_model.units import DAYS_PER_YEAR, GWH_PER_TWH, show_energy
from energy_model.validate.anchors import Ours, number

APRIL = date(2022, 4, 1)
JULY_SETTING = "full stop on 1 July 2022, ten months to April 2023, LNG as in 2022, weather of 2019, 2020 and 2021"
APRIL_SETTING = "full stop on 1 April 2022 by surprise, twelve months to March 2023, data of January 2022"
EQUAL_SHARES = "ours shares a shortage equally as far as pipes allow; theirs lets each group keep what it has"
BALTIC, SOUTH_WEST, HARDEST_HIT = ("EE", "FI", "LT", "LV"), ("ES", "FR", "IT"), ("CZ", "HU", "SK")
NORWAY, BEHIND_TERMINALS = ("NO", "EMD"), ("BE", "FR", "NL")


def compare_rows(runs: AnchorRuns, published: pd.DataFrame) -> list[Ours]:
    """Every comparison of volumes and prices."""
    return [
        *_july(runs),
        *_gaps(runs),
        *_substitution(runs),
        *_german_substitution(runs, published),
        *_nord_stream_2(runs),
    ]


def members(results: Results) -> list[str]:
    """Members of the EU that are markets."""
    return list(results.nodes.loc[nodes_of_group(results.nodes, "EU27"), "node"])


def missing_percent(
    results: Results, nodes: Sequence[str], since: date | None = None, until: date | None = None
) -> float:
    """Gas that consumers go without, curtailed or too dear, in percent of demand."""
    ask = results.statistics
    where: dict[str, Any] = {"node": list(nodes), "since": since, "until": until}
    return 100.0 * ask.shortage.value(**where) / ask.demand.value(**where)


def _range(values: Sequence[float]) -> tuple[float, ...]:
    return (min(values), max(values))


def _july(runs: AnchorRuns) -> list[Ours]:
    """Bruegel of 7 July 2022 and what others say of the same months."""
    union = members(runs.july[0])
    groups = {"bru_jul_eu": union, "bru_jul_de": ["DE"], "bru_jul_baltic": BALTIC, "bru_jul_south_west": SOUTH_WEST}
    rows = [
        Ours(anchor, _range([missing_percent(r, nodes) for r in runs.july]), JULY_SETTING, EQUAL_SHARES)
        for anchor, nodes in groups.items()
    ]
    rows[0] = Ours(
        "bru_jul_eu",
        rows[0].values,
        JULY_SETTING,
        "the price takes off demand first; Ukraine's need is in ours, Bruegel counts the EU alone",
    )
    late = "weather by year, not a mild mean; ours counts what the price takes off as well"
    rows.append(Ours("entsog_yso", rows[0].values, JULY_SETTING, late))
    hit = [missing_percent(r, [node]) for r in runs.july for node in HARDEST_HIT]
    rows.append(Ours("imf145_shortfall", _range(hit), JULY_SETTING, EQUAL_SHARES))
    partial = runs["july 70 %"]
    ask = partial.statistics
    cut = 100.0 * ask.curtailed.value(node=union) / ask.demand.value(node=union)
    rows.append(
        Ours(
            "imf145_manageable",
            (),
            "as above, average weather, 30 % of Russian gas still flows",
            "manageable is their word: here it means that nobody is cut off",
            text=f"a cut of 70 % leaves {number(cut)} % of the EU's demand curtailed, and "
            f"{number(missing_percent(partial, union) - cut)} % too dear",
        )
    )
    return rows


def _gaps(runs: AnchorRuns) -> list[Ours]:
    """Gas missing in Germany."""
    april, reference = runs["full_cutoff_april"], runs["reference"]
    why_less = (
        "of a normal year's use: what is too dear counts, and part of it is so in the reference already; equal shares "
        "across borders; neither Groningen nor coal nor appeals to save are assumed"
    )
    second_half = [missing_percent(r, ["DE"], until=date(2022, 12, 31)) for r in runs.july]
    next_year = [missing_percent(r, ["DE"], since=date(2023, 1, 1)) for r in runs.july]
    gap = [r.statistics.curtailed.value(node="DE") for r in runs.july]
    bill, normal = (r.statistics.bill.value(node=members(r), since=APRIL) for r in (april, reference))
    return [
        Ours("bb_shortfall", (missing_percent(april, ["DE"], APRIL),), APRIL_SETTING, why_less),
        Ours(
            "imf144_shortage_2022",
            _range(second_half),
            JULY_SETTING,
            "one plan with foresight spreads the shortage over the winter; what is too dear counts here",
        ),
        Ours("imf144_shortage_2023", _range(next_year), JULY_SETTING, "four months of 2023 here, the year there"),
        Ours(
            "gd_apr_gap",
            (april.statistics.curtailed.value(node="DE", since=date(2023, 1, 1)),),
            APRIL_SETTING + "; curtailed January to March 2023",
            "three months here, the year there; the institutes count saving and other fuels before they speak of a gap",
        ),
        Ours(
            "gd_jun_gap",
            _range(gap),
            JULY_SETTING + "; curtailed",
            "three weathers here, many draws of saving and supply there; ours ends in April 2023",
        ),
        Ours(
            "rekk_bill",
            (100.0 * (bill / normal - 1.0),),
            APRIL_SETTING + "; gas served at the shadow price, against the reference",
            "our reference already stands at the prices of January 2022; a shadow price in a shortage is the cost of "
            "the last customer cut, not a bill anybody was sent",
        ),
    ]


def _inflow_twh(results: Results, origins: Sequence[str]) -> float:
    """Gas that enters Germany from some countries from April 2022 on, TWh a year."""
    ask, periods = results.statistics, results["periods"]
    where: dict[str, Any] = {"from_node": list(origins), "to_node": "DE", "since": APRIL}
    days = float(periods.loc[periods["start"] >= pd.Timestamp(APRIL), "days"].sum())
    return (ask.flow.value(**where) - ask.losses.value(**where)) * DAYS_PER_YEAR / days


def _substitution(runs: AnchorRuns) -> list[Ours]:
    """What replaces Russian gas in the EU."""
    april = runs["full_cutoff_april"]
    union, storyline = members(april), runs.data.at(april.scenario.as_of)
    ask, limit = april.statistics, storyline["lng_europe_limit"].set_index("case")
    before = float(show_energy(float(limit["limit_gwh_per_year"]["2021"]), "bcm"))
    more_lng = ask.lng.value(since=APRIL, unit="bcm") - before
    dear, cut = (ask[part].value(node=union, since=APRIL, unit="bcm") for part in ("reduced", "curtailed"))
    return [
        Ours(
            "repower_supply",
            (more_lng,),
            APRIL_SETTING + "; LNG to all of Europe against 2021",
            "pipeline suppliers already run at their maximum in January 2022, and no assurance is called in this run",
        ),
        Ours(
            "repower_saving",
            (dear + cut,),
            APRIL_SETTING,
            "a plan there, what a sudden stop leaves no choice about here",
            text=f"{number(dear)} too dear and {number(cut)} curtailed",
        ),
        Ours(
            "iea_10_point",
            (more_lng + dear,),
            APRIL_SETTING + "; LNG and what its price takes off",
            "no extra coal, nuclear or heat pumps are assumed",
        ),
    ]


def _german_substitution(runs: AnchorRuns, published: pd.DataFrame) -> list[Ours]:
    """What replaces Russian gas in Germany."""
    april, reference = runs["full_cutoff_april"], runs["reference"]
    more = {key: _inflow_twh(april, key) - _inflow_twh(reference, key) for key in (NORWAY, BEHIND_TERMINALS)}
    russian = float(published["value"]["agora_in_russian"])
    german = april.statistics.shortage.value(node="DE", since=APRIL)
    inflow = "gross inflow against the reference, over Agora's 400 TWh a year"
    whole = "gross: part of it goes on to Czechia, Austria and Poland, which lost their Russian gas as well"
    return [
        Ours(
            "diw_norway",
            (100.0 * more[NORWAY] / russian,),
            f"{APRIL_SETTING}; {inflow}",
            "Norway sells all it can produce in the reference already",
        ),
        Ours("diw_lng", (100.0 * more[BEHIND_TERMINALS] / russian,), f"{APRIL_SETTING}; {inflow}", whole),
        Ours(
            "agora_gap",
            (german,),
            APRIL_SETTING + "; curtailed and too dear",
            "Germany's Russian gas is partly replaced in Europe as a whole; storage and lost re-exports help",
        ),
        Ours(
            "halser_imports",
            (float(show_energy(GWH_PER_TWH * sum(more.values()), "bcm")),),
            APRIL_SETTING + "; more gross inflow from Norway, Belgium, France and the Netherlands",
            f"{whole}; no German terminal was decided on 31 January 2022",
        ),
    ]


def _nord_stream_2(runs: AnchorRuns) -> list[Ours]:
    """Effects of Nord Stream 2 whose size is told, or which the model cannot state."""
    found = runs["no pipe"]
    union = members(found)
    base = found.statistics.price.value(node=union)
    prices = (runs[name].statistics.price.value(node=union) for name in ("pipe", "pipe and gas"))
    change = [100.0 * (price / base - 1.0) for price in prices]
    text = f"{number(change[0])} for the pipe alone, {number(change[1])} with the gas that was held back"
    why = "LNG sets the price at a level that does not answer to volume here; theirs falls along a supply curve"
    idle = "no gas crosses Poland westward in January 2022 already: there is nothing to lose"
    flat = "the LNG price does not answer to a short disruption, so a number would be an assumption"
    return [
        *(Ours(anchor, _range(change), "2022, 15 months", why, text) for anchor in ("ewi_price_low", "ewi_price_high")),
        Ours("eser_poland", (), "pipe against the reference, 2022", idle, text="not stated"),
        Ours("eser_south", (), "none", flat, text="not stated"),
    ]
