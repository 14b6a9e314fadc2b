"""Plain sentences made from the numbers: what a reader should take away. No sentence holds a number of its own.

A sentence that needs a scenario which was not run is left out, so any list of scenarios gives findings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from energy_model.report import facts, style
from energy_model.results import substitution as sub
from energy_model.results.headline import headlines
from energy_model.results.run import Results
from energy_model.scenario.measures.base import Measure
from energy_model.units import GWH_PER_TWH, show_energy

CUT = "full_cutoff_february"
ASSURANCES = "full_cutoff_with_assurances"
SAVINGS = "full_cutoff_with_savings"
LOW_LNG = "full_cutoff_low_lng"
COLD = "full_cutoff_cold_winter"
NS2_OPEN = "ns2_commissioned"
NS2_SANCTIONED = "ns2_sanctioned_permanently"
NAMED_COUNTRIES = 4
SMALL_MARKET_SHARE = 0.003
"""Members with a smaller share of the EU27's demand are not named as hardest or least hit, and the sentence says so."""
NONE_TWH = 0.5
"""A smaller shortfall is none in a sentence."""
WITH_ARTICLE = ("Netherlands", "United Kingdom", "United States")
HELP = ("extra_supply", "new_lng", "demand_saving", "fuel_switch")
"""Kinds of measure that relieve a shortage."""
SLIGHT = 0.02
"""Share of the loss below which a replacement is next to nothing."""
FULL_USE = 0.995
"""Share of a limit from which it counts as reached."""


Numbers = Callable[[Results], pd.Series]
"""Headline numbers of a run, computed once."""


def findings(results: Sequence[Results]) -> list[str]:
    """Up to five points on a set of runs, the gravest first; each is one to three sentences."""
    known = {run.scenario.id: headlines(run) for run in results}
    runs = {run.scenario.id: run for run in results}

    def of(run: Results) -> pd.Series:
        return known[run.scenario.id]

    base = facts.reference_of(results)
    cut = gravest(results)
    if cut is None:
        return [_nobody(results, base, of)]
    sentences = [
        f"{_who_and_how_much(cut, of)} {_price(cut, base, of)}",
        _when_and_who(cut),
        _why(cut, base),
        _nord_stream_2(runs, base, of),
        f"{_relief(runs, cut)} {_bridged(results, base, of)}".strip(),
    ]
    return [sentence for sentence in sentences if sentence]


def answer(results: Sequence[Results]) -> str:
    """The findings as one paragraph."""
    return " ".join(findings(results))


def gravest(results: Sequence[Results]) -> Results | None:
    """The run that stands for a cut-off: the surprise in February if it is there, else the largest shortfall."""
    short = {run.scenario.id: run for run in results if _curtailed(run) > NONE_TWH}
    if not short:
        return None
    return short.get(CUT) or max(short.values(), key=_curtailed)


def _curtailed(run: Results) -> float:
    eu = facts.eu27(run)
    demand = run["demand"]
    return float(show_energy(demand.loc[demand["node"].isin(eu), "curtailed_gwh"].sum()))


def _nobody(results: Sequence[Results], base: Results, of: Numbers) -> str:
    count = "the scenario" if len(results) == 1 else f"any of the {len(results)} scenarios"
    price = style.format_eur_per_mwh(of(base)["Germany mean price (EUR/MWh)"])
    return f"Nobody in the EU27 is cut off in {count}; the mean price in Germany is {price} in '{base.scenario.title}'."


def _who_and_how_much(cut: Results, of: Numbers) -> str:
    numbers = of(cut)
    protected = numbers["EU27 protected customers curtailed (TWh)"]
    homes = (
        "households and other protected customers are spared"
        if protected < NONE_TWH
        else f"protected customers are cut by {_twh(protected)} too"
    )
    last = facts.day_name(cut["periods"]["end"].max())
    return (
        f"{cut.scenario.title}: up to {last} the EU27 goes short of {_twh(numbers['EU27 curtailed (TWh)'])}, "
        f"{_share(numbers['EU27 curtailed share of demand'])} of its demand, and Germany of "
        f"{_twh(numbers['Germany curtailed (TWh)'])} ({_share(numbers['Germany curtailed share of demand'])}); {homes}."
    )


def _when_and_who(cut: Results) -> str:
    eu = facts.eu27(cut)
    share = facts.shortfall_by_period(cut, eu)
    periods = cut["periods"].set_index("period")
    begins = periods.loc[share.index[share > style.SHORTFALL_SEEN][0], "start"]
    period, worst = facts.worst_period(cut, eu)
    demand = cut["demand"].groupby("node", observed=True)["demand_gwh"].sum()
    large = demand.index[demand > SMALL_MARKET_SHARE * demand[demand.index.isin(eu)].sum()].astype(str)
    by_country = facts.shortfall_by_country(cut)
    members = by_country[by_country.index.isin(eu) & by_country.index.isin(large)].sort_values(
        ascending=False, kind="stable"
    )
    names = _names(cut)
    hardest = _join([f"{names[n]} ({_share(v)})" for n, v in members.head(NAMED_COUNTRIES).items()])
    least = _join([f"{names[n]} ({_share(v)})" for n, v in members.iloc[::-1].head(2).items()])
    return (
        f"The shortage begins on {facts.day_name(begins)} and is deepest, at {_share(worst)} of demand, in the "
        f"{_period_noun(cut)} from {facts.day_name(periods.loc[period, 'start'])}. Of members with more than "
        f"{100 * SMALL_MARKET_SHARE:g} % of the EU27's demand hardest hit are {hardest}; "
        f"least hit {least}. {_sectors(cut)}"
    )


def _sectors(cut: Results) -> str:
    """Which sector bears most of the shortfall."""
    table = facts.sector_table(cut)
    total = table[table["node"].isin(facts.eu27(cut))].groupby("sector")["curtailed_twh"].sum()
    top = str(total.idxmax())
    return f"{facts.SECTOR_NAMES[top]} bears {_share(float(total[top] / total.sum()))} of the EU27's shortfall."


def _period_noun(run: Results) -> str:
    return facts.PERIOD_NOUNS[run.scenario.resolution]


def _price(cut: Results, base: Results, of: Numbers) -> str:
    key = "Germany mean price (EUR/MWh)"
    here = of(cut)[key]
    text = f"Germany's price averages {style.format_eur_per_mwh(here)}"
    if base is not cut:
        text += f", against {style.format_eur_per_mwh(of(base)[key])} in the reference"
    return f"{text}; in a shortage it is the cost of cutting the next consumer, not a market forecast."


def _why(cut: Results, base: Results) -> str:
    """What is lost, what replaces it, and which limits are reached."""
    if base is cut:
        return ""
    scope = sub.scopes(cut.nodes)["Europe"]
    change = sub.substitution(sub.ledger(base, scope), sub.ledger(cut, scope))
    parts = change.table.groupby("group", observed=True)["difference_gwh"].sum()
    words = {
        sub.LNG: "LNG",
        sub.PIPELINE: "other pipelines",
        sub.PRODUCTION: "own production",
        sub.STORAGE: "storage",
        sub.VOLUNTARY: "consumers who use less at the price",
        sub.DEMAND: "lower demand",
    }
    filled = [
        f"{words[g]} {style.format_twh(v)}" for g, v in parts.items() if g in words and v > NONE_TWH * GWH_PER_TWH
    ]
    text = f"Europe loses {style.format_twh(change.lost_gwh)} of Russian gas against the reference"
    if filled:
        text += f"; {_join(filled)} make up for part of it, and {style.format_twh(parts[sub.CURTAILED])} is cut off"
    used, limit = facts.lng_use(cut)
    if limit > 0 and used > FULL_USE * limit:
        text += f". Europe takes all the LNG it can attract, {_twh(used)}"
        if float(parts.get(sub.PIPELINE, 0.0)) < SLIGHT * change.lost_gwh:
            text += ", and other pipeline suppliers add next to nothing"
    return f"{text}. {_bottlenecks(cut)}".strip()


def _bottlenecks(cut: Results) -> str:
    """Borders between markets whose capacity is worth most."""
    flows = cut["flows"]
    markets = set(cut.nodes.loc[cut.nodes["is_market"], "node"])
    between = flows[flows["from_node"].isin(markets) & flows["to_node"].isin(markets)]
    worth = (
        (between["capacity_value_eur_per_mwh"] * between["energy_gwh"])
        .groupby([between["from_node"].astype(str), between["to_node"].astype(str)])
        .sum()
    )
    top = worth[worth > 0].sort_values(ascending=False, kind="stable").head(NAMED_COUNTRIES)
    if top.empty:
        return ""
    names = _names(cut)
    borders = _join([f"{names[source]} to {names[target]}" for source, target in top.index])
    return f"The tightest borders are {borders}."


def _nord_stream_2(runs: Mapping[str, Results], base: Results, of: Numbers) -> str:
    opened, sanctioned = runs.get(NS2_OPEN), runs.get(NS2_SANCTIONED)
    if opened is None:
        return ""
    one, two = of(base), of(opened)
    key = "Germany mean price (EUR/MWh)"
    text = (
        f"Nord Stream 2 is no safeguard: a pipe without gas carries nothing in a cut-off. Opened with Russia's "
        f"withheld spot gas it carries {_twh(two['Nord Stream 2 (TWh)'])} and moves Germany's mean price from "
        f"{one[key]:.1f} to {two[key]:.1f} EUR/MWh"
    )
    if sanctioned is not None:
        change = of(sanctioned)["EU27 curtailed (TWh)"] - one["EU27 curtailed (TWh)"]
        dearer = of(sanctioned)[key] - one[key]
        nothing = abs(change) < NONE_TWH and abs(dearer) < 0.5
        text += (
            "; sanctioning it for good changes nothing against January 2022"
            if nothing
            else (f"; sanctioning it for good changes the EU27's shortfall by {_twh(change)}")
        )
    return f"{text}."


def _relief(runs: Mapping[str, Results], cut: Results) -> str:
    """What assurances, savings, weather and LNG change against the cut."""
    if cut.scenario.id != CUT:
        return ""
    base = _curtailed(cut)
    parts = []
    cases = {
        ASSURANCES: "all alternative suppliers together bring the EU27's shortfall from {base} to {now}",
        SAVINGS: "saving 15 % of demand brings it to {now}",
        COLD: "a one-in-twenty winter raises it to {now}",
        LOW_LNG: "being outbid by Asia for LNG raises it to {now}",
    }
    for key, words in cases.items():
        if key in runs:
            now = _curtailed(runs[key])
            parts.append(words.format(base=_twh(base), now=_twh(now) if now > NONE_TWH else "nothing"))
    if not parts:
        return ""
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _bridged(results: Sequence[Results], base: Results, of: Numbers) -> str:
    """The deepest loss of Russian gas that the EU27 bears without a cut and without new measures."""
    key, price = "Russian pipeline gas to Europe (TWh)", "Germany mean price (EUR/MWh)"
    sold = of(base)[key]
    alone = [run for run in results if not _has_help(run)]
    spared = [(run, of(run)) for run in alone if _curtailed(run) <= NONE_TWH]
    less = [(run, numbers) for run, numbers in spared if numbers[key] < sold - NONE_TWH]
    if not less:
        return ""
    run, numbers = min(less, key=lambda pair: float(pair[1][key]))
    return (
        f"Short of a full stop the market bridges the gap at a price: in '{run.scenario.title}' Russia sends "
        f"{_twh(sold - numbers[key])} less, nobody in the EU27 is cut off, and Germany's price averages "
        f"{style.format_eur_per_mwh(numbers[price])}."
    )


def _has_help(run: Results) -> bool:
    """Whether a run holds a measure that relieves a shortage."""
    measures: Sequence[Measure] = run.scenario.measures
    return any(measure.kind in HELP for measure in measures)


def _names(run: Results) -> dict[str, str]:
    """Names of countries inside a sentence."""
    return {node: f"the {name}" if name in WITH_ARTICLE else name for node, name in facts.node_names(run).items()}


def _twh(twh: float) -> str:
    return style.format_twh(twh * GWH_PER_TWH)


def _share(share: float) -> str:
    return style.format_share(float(share))


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
