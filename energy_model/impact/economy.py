"""What the shortage costs in output: every elasticity side by side, industry at risk, shared or not."""

from __future__ import annotations

from datetime import date

import pandas as pd

from energy_model.data.provenance import table_sources
from energy_model.impact.answer import Answer
from energy_model.impact.output_loss import SIGMAS, ces_output, gas_in_the_economy, gas_shortfall, output_loss
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import node_names
from energy_model.timeline import day_words

SHOWN = 12
"""Countries in a table, those with the largest loss first; the region and the country asked about always."""
NOTHING_SHARE = 5e-4
"""A smaller share of gas that is missing is none."""
NAME, QUESTION = "Economy", "What does the missing gas cost in output?"
CAUTIOUS_SIGMA, WIDE_SIGMA = 0.04, 0.1
"""Elasticities at which the two views of a shared and an unshared shortage are told."""

METHOD = (
    "Output as a share of normal is [a e^((s-1)/s) + 1 - a]^(s/(s-1)), with e the share of gas that is left, a the"
    " share of gas in spending and s (sigma) the elasticity of substitution; s = 0 is Leontief. Exact CES form;"
    " Bachmann et al. (2022), 'What if?', appendix; second-order form after Baqaee and Farhi. Missing gas is what the"
    " scenario does not serve of what is asked for, less the same of the reference, from the first day of the"
    " scenario's first measure, curtailed or given up for its price; what measures save is not missing. Industry at"
    " risk sets industry's missing gas against its value added, by its gas intensity. The range follows the two views"
    " of IMF Working Paper 22/145: one market shares the shortage equally over the region, or it stays where it falls;"
    f" each at sigma {CAUTIOUS_SIGMA:g} and {WIDE_SIGMA:g}."
)
CAVEATS = (
    "Nobody knows sigma: whether a stop costs half a percent or twelve percent of GDP is, among economists, an"
    " argument about it. Never quote one column alone.",
    "No fall of demand through lost income, no policy, no damage after the horizon; a supply chain that breaks at one"
    " missing input is worse than any column but the first.",
    "At a small sigma a country that uses little gas but loses half of it looks as badly hurt as one built on gas: the"
    " form lets no part of the economy go on without it.",
    "Value added of all industry stands against all gas of industry: a few branches use most of it.",
)


@question("economy", place=110)
def economy(study: Study) -> Answer:
    """Output lost in a scenario against its reference: the answer on the economy.

    Raises
    ------
    DataError
        If the vintage knows no price or exchange rate of the base year.
    """
    since, about = first_day(study), study.subject
    losses = output_loss(study.results, study.data, study.reference, since, about.region, about.country)
    total = _wide(losses[losses["basis"] == "total"], "gdp_change_share", study)
    if total["missing_gas_share"].max() < NOTHING_SHARE:
        why = f"No country of {about.where} misses gas in this scenario, so no output is lost to a shortage."
        return Answer.not_applicable(NAME, QUESTION, why)
    industry = _wide(losses[losses["basis"] == "industry"], "change_share", study, of_industry=True)
    spread = shared_or_not(study, since)
    return Answer(
        name=NAME,
        question=QUESTION,
        words=_words(study, total, spread, since),
        tables={
            f"Change of GDP at an annual rate, from {day_words(since)} on, by elasticity of substitution": total,
            "Industry at risk: change of industry's value added, by elasticity": industry,
            "Range of views: the shortage shared equally, or left where it falls (change of GDP)": spread,
        },
        method=METHOD,
        caveats=CAVEATS,
        sources=table_sources(study.data, "economy", "observed_prices_monthly"),
    )


def first_day(study: Study) -> date:
    """First day of the scenario's first measure; the first day of the horizon if it has none."""
    starts = [day for measure in study.scenario.in_force if (day := measure.start) is not None]
    return max(min(starts, default=study.scenario.horizon.start), study.scenario.horizon.start)


def shared_or_not(study: Study, since: date) -> pd.DataFrame:
    """Change of GDP by country if the region's shortage were shared equally, and if it stays where it falls."""
    region = study.subject.region
    weights = gas_in_the_economy(study.data, region=region)
    short = gas_shortfall(study.results, study.reference, since, region)
    short = short[short["basis"] == "total"].set_index("node")["shortfall_share"]
    inside = set(study.countries_inside)
    nodes = [code for code in weights.index if code in short.index and code in inside]
    share = weights.loc[nodes, "gas_share"].to_numpy(float)
    left = {"shared_equally": 1.0 - float(short[region]), "where_it_falls": 1.0 - short[nodes].to_numpy(float)}
    table = pd.DataFrame({"country": node_names(study.data, nodes), "missing_gas_share": short[nodes]}, index=nodes)
    for view, remaining in left.items():
        for sigma in (CAUTIOUS_SIGMA, WIDE_SIGMA):
            table[_view(view, sigma)] = ces_output(remaining, share, sigma) - 1.0
    gdp = weights.loc[nodes, "gdp_eur_bn"]
    mean = table.iloc[:, 2:].mul(gdp, axis=0).sum() / gdp.sum()
    table.loc[region] = [study.subject.place, float(short[region]), *mean]
    return _ranked(table, _view("where_it_falls", CAUTIOUS_SIGMA), study)


def _view(view: str, sigma: float) -> str:
    return f"{view}_at_sigma_{sigma:g}_share"


def _wide(losses: pd.DataFrame, column: str, study: Study, *, of_industry: bool = False) -> pd.DataFrame:
    wide = losses.pivot_table(index="node", columns="sigma", values=column)
    wide.columns = [f"sigma_{sigma:g}_share" for sigma in wide.columns]
    missing = losses[losses["sigma"] == SIGMAS[0]].set_index("node")
    wide.insert(0, "country", node_names(study.data, wide.index))
    wide.insert(1, "missing_gas_share", missing["shortfall_share"])
    if of_industry:
        intensity = gas_in_the_economy(study.data, region=study.subject.region)
        wide["gas_intensity_mwh_per_meur"] = intensity["industry_gas_mwh_per_meur"]
        wide["value_added_eur_bn"] = intensity["industry_value_added_eur_bn"]
    else:
        euros = losses[losses["sigma"] == CAUTIOUS_SIGMA].set_index("node")["change_eur_bn"]
        wide[f"at_sigma_{CAUTIOUS_SIGMA:g}_eur_bn"] = euros
    shown = wide[wide.index.isin([*study.countries_inside, *first_rows(study)])]
    return _ranked(shown, f"sigma_{CAUTIOUS_SIGMA:g}_share", study)


def first_rows(study: Study) -> tuple[str, str]:
    """Codes of the rows that stand first in tables of countries: the region and the country asked about."""
    return study.subject.region, study.subject.country


def _ranked(table: pd.DataFrame, by: str, study: Study) -> pd.DataFrame:
    """The region and the country asked about, then the countries that lose most."""
    first = table.loc[[node for node in first_rows(study) if node in table.index]]
    rest = table.drop(index=first.index).sort_values(by, kind="stable").head(SHOWN)
    return pd.concat([first, rest]).reset_index(drop=True)


def _words(study: Study, total: pd.DataFrame, spread: pd.DataFrame, since: date) -> str:
    about = study.subject
    columns = [f"sigma_{sigma:g}_share" for sigma in SIGMAS]

    def chain(row: pd.Series) -> str:
        return ", ".join(f"{-row[name] + 0.0:.1%} at {sigma:g}" for name, sigma in zip(columns, SIGMAS, strict=True))

    whole, rest = total.iloc[0], total.iloc[1:]
    own = rest[rest["country"] == about.country_name]
    others = rest[(rest["country"] != about.country_name) & (rest["missing_gas_share"] > NOTHING_SHARE)]
    hardest = others["country"].head(3)
    text = (
        f"From {day_words(since)} to the end of the horizon {about.where} misses {whole['missing_gas_share']:.0%} of"
        f" the gas it uses in the reference, over the horizon {study.shortage}. The loss of output depends on how"
        f" easily gas is replaced; by elasticity it is {chain(whole)} of the GDP of {about.where} at an annual rate"
    )
    text += f", and {chain(own.iloc[0])} of that of {about.country_name}." if len(own) else "."
    text += f" Hardest hit beside are {', '.join(hardest)}." if len(hardest) else ""
    return (
        f"{text} At {CAUTIOUS_SIGMA:g} a shortage shared equally costs {about.where}"
        f" {_of(spread, 'shared_equally')}, one that stays where it falls {_of(spread, 'where_it_falls')}."
    )


def _of(spread: pd.DataFrame, view: str) -> str:
    return f"{-float(spread[_view(view, CAUTIOUS_SIGMA)].iloc[0]):.1%}"
