"""What the shortage costs in output: every elasticity side by side, industry at risk, shared or not."""

from __future__ import annotations

from datetime import date

import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.impact.economy import EU, SIGMAS, ces_output, gas_in_the_economy, gas_shortfall, output_loss
from energy_model.impact.study import Study
from energy_model.timeline import day_words

SHOWN = 12
"""Countries in a table, those with the largest loss first; the EU27 and Germany always."""
ALWAYS = (EU, "DE")
CAUTIOUS_SIGMA, WIDE_SIGMA = 0.04, 0.1
"""Elasticities at which the two views of a shared and an unshared shortage are told."""

METHOD = (
    "Output as a share of normal is [a e^((s-1)/s) + 1 - a]^(s/(s-1)), with e the share of gas that is left, a the"
    " share of gas in spending and s (sigma) the elasticity of substitution; s = 0 is Leontief. Exact CES form;"
    " Bachmann et al. (2022), 'What if?', appendix; second-order form after Baqaee and Farhi. Missing gas is what the"
    " reference serves less what the scenario serves, from the first day of the scenario's first measure, curtailed or"
    " given up for its price. Industry at risk sets industry's missing gas against its value added, by its gas"
    " intensity. The range follows the two views of IMF Working Paper 22/145: one market shares the shortage equally"
    f" over the EU27, or it stays where it falls; each at sigma {CAUTIOUS_SIGMA:g} and {WIDE_SIGMA:g}."
)
CAVEATS = (
    "Nobody knows sigma: the argument of 2022 between losses of half a percent and of twelve percent of GDP is an"
    " argument about it. Never quote one column alone.",
    "No fall of demand through lost income, no policy, no damage after the horizon; a supply chain that breaks at one"
    " missing input is worse than any column but the first.",
    "At a small sigma a country that uses little gas but loses half of it looks as badly hurt as one built on gas: the"
    " form lets no part of the economy go on without it.",
    "Value added of all industry stands against all gas of industry: a few branches use most of it.",
)


def economy(study: Study) -> Answer:
    """Output lost in a scenario against its reference: the answer on the economy.

    Raises
    ------
    DataError
        If the vintage knows no price or exchange rate of the base year.
    """
    since = first_day(study)
    losses = output_loss(study.results, study.data, study.reference, since)
    total = _wide(losses[losses["basis"] == "total"], "gdp_change_share", study)
    industry = _wide(losses[losses["basis"] == "industry"], "change_share", study, economy=study.data)
    spread = shared_or_not(study, since)
    return Answer(
        name="Economy",
        question="What does the missing gas cost in output?",
        words=_words(total, spread, since),
        tables={
            f"Change of GDP at an annual rate, from {day_words(since)} on, by elasticity of substitution": total,
            "Industry at risk: change of industry's value added, by elasticity": industry,
            "Range of views: the shortage shared equally, or left where it falls (change of GDP)": spread,
        },
        method=METHOD,
        caveats=CAVEATS,
        sources=("worldbank_wdi", "worldbank_pinksheet"),
    )


def first_day(study: Study) -> date:
    """First day of the scenario's first measure; the first day of the horizon if it has none."""
    starts = [day for measure in study.scenario.measures if (day := measure.start) is not None]
    return max(min(starts, default=study.scenario.horizon.start), study.scenario.horizon.start)


def shared_or_not(study: Study, since: date) -> pd.DataFrame:
    """Change of GDP by country if the EU's shortage were shared equally, and if it stays where it falls."""
    weights = gas_in_the_economy(study.data)
    short = gas_shortfall(study.results, study.reference, since)
    short = short[short["basis"] == "total"].set_index("node")["shortfall_share"]
    nodes = [n for n in weights.index if n in short.index and n in study.eu]
    share = weights.loc[nodes, "gas_share"].to_numpy(float)
    left = {"shared_equally": 1.0 - float(short[EU]), "where_it_falls": 1.0 - short[nodes].to_numpy(float)}
    table = pd.DataFrame({"country": names_of(study, nodes), "missing_gas_share": short[nodes]}, index=nodes)
    for view, remaining in left.items():
        for sigma in (CAUTIOUS_SIGMA, WIDE_SIGMA):
            table[_view(view, sigma)] = ces_output(remaining, share, sigma) - 1.0
    gdp = weights.loc[nodes, "gdp_eur_bn"]
    table.loc[EU] = ["EU27", float(short[EU]), *(table.iloc[:, 2:].mul(gdp, axis=0).sum() / gdp.sum())]
    return _ranked(table, _view("where_it_falls", CAUTIOUS_SIGMA))


def _view(view: str, sigma: float) -> str:
    return f"{view}_at_sigma_{sigma:g}_share"


def names_of(study: Study, nodes: list[str]) -> list[str]:
    """Names of nodes for a reader."""
    table = study.data["nodes"].set_index("node")["name"]
    return ["EU27" if node == EU else str(table[node]) for node in nodes]


def _wide(losses: pd.DataFrame, column: str, study: Study, economy: object = None) -> pd.DataFrame:
    wide = losses.pivot_table(index="node", columns="sigma", values=column)
    wide.columns = [f"sigma_{sigma:g}_share" for sigma in wide.columns]
    missing = losses[losses["sigma"] == SIGMAS[0]].set_index("node")
    wide.insert(0, "country", names_of(study, list(wide.index)))
    wide.insert(1, "missing_gas_share", missing["shortfall_share"])
    if economy is not None:
        intensity = gas_in_the_economy(study.data)
        wide["gas_intensity_mwh_per_meur"] = intensity["industry_gas_mwh_per_meur"]
        wide["value_added_eur_bn"] = intensity["industry_value_added_eur_bn"]
    else:
        euros = losses[losses["sigma"] == CAUTIOUS_SIGMA].set_index("node")["change_eur_bn"]
        wide[f"at_sigma_{CAUTIOUS_SIGMA:g}_eur_bn"] = euros
    eu = wide[wide.index.isin([*study.eu, *ALWAYS])]
    return _ranked(eu, f"sigma_{CAUTIOUS_SIGMA:g}_share")


def _ranked(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """The EU27 and Germany, then the countries that lose most."""
    first = table.loc[[node for node in ALWAYS if node in table.index]]
    rest = table.drop(index=first.index).sort_values(by, kind="stable").head(SHOWN)
    return pd.concat([first, rest]).reset_index(drop=True)


def _words(total: pd.DataFrame, spread: pd.DataFrame, since: date) -> str:
    eu, germany = total.iloc[0], total.iloc[1]
    columns = [f"sigma_{sigma:g}_share" for sigma in SIGMAS]

    def chain(row: pd.Series) -> str:
        return ", ".join(f"{-row[name]:.1%} at {sigma:g}" for name, sigma in zip(columns, SIGMAS, strict=True))

    hardest = total.iloc[2:]["country"].head(3)
    return (
        f"From {day_words(since)} to the end of the horizon the EU27 uses {eu['missing_gas_share']:.0%} less gas than"
        f" in the reference. The loss of output depends on how easily gas is replaced; by elasticity it is {chain(eu)}"
        f" of the EU27's GDP at an annual rate, and {chain(germany)} of Germany's. Hardest hit beside them are"
        f" {', '.join(hardest)}."
        f" At {CAUTIOUS_SIGMA:g} a shortage shared equally costs the EU27 {_of(spread, 'shared_equally')}, one that"
        f" stays where it falls {_of(spread, 'where_it_falls')}."
    )


def _of(spread: pd.DataFrame, view: str) -> str:
    return f"{-float(spread[_view(view, CAUTIOUS_SIGMA)].iloc[0]):.1%}"
