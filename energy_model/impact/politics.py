"""Three rules of allocation for one shortage: who is curtailed under each, and the cost of non-cooperation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.impact.economy import first_rows
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import node_names
from energy_model.model.demand import slice_table, voluntary_groups
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.plan.sharing import (
    COOPERATIVE,
    OWN_NEEDS_FIRST,
    RULES,
    exports_in_want,
)
from energy_model.results.plan_totals import curtailed_gwh
from energy_model.units import EUR_PER_BEUR, GWH_PER_TWH, MWH_PER_GWH

NAME = "Politics of a shortage"
QUESTION = "Who is cut if countries share, and what does it cost if they keep their gas?"
WORTH_TELLING_TWH = 0.05
"""Differences smaller than half of the last digit shown are not told as differences."""
TOLD = 4
"""Countries that the paragraph names on each side."""

METHOD = (
    "The scenario is solved once under each rule, with its own foresight: every plan obeys the rule, and what was"
    " decided before an announcement stays. cooperative: least cost, by which countries cut the same tiers in the same"
    " order and in equal shares as far as the network lets them. protected_first: lexicographic, first the least"
    " curtailment of protected customers (households, essential social services, their district heating; Reg. (EU)"
    " 2017/1938, Art. 2(5) and 13) over all countries, then least cost. own_needs_first: in no period does a country"
    " that cuts its own customers send out more by pipeline than it takes in; transit passes, and a country whose own"
    " gas (production, LNG landed, withdrawal) covers its demand serves itself and exports the rest. Gas not served is"
    " curtailment in TWh over the horizon. Cost of non-cooperation of a country: curtailment under own_needs_first less"
    " that under cooperative, in TWh; and in EUR with gas cut at the cost of its tier and gas given up at its price."
    " Total cost is that of the whole system over the horizon."
)
CAVEATS = (
    "own_needs_first is a mild selfishness: each country keeps its gas only in the week or month in which it"
    " cuts, and all still plan together for the least common cost. A government that fears a shortage keeps gas before"
    " it is short, and need not take the cheapest way.",
    "Gas counts as a country's own where it enters: LNG at the terminal's country, stored gas at the store's, whoever"
    " owns it. Stores that neighbours share and terminals built for them stop serving"
    " them.",
    "What cooperation asks counts gas sent while a country is cut. Some of it comes back: a country may send in summer"
    " and take in winter.",
    "Want begins with the first customer cut, also an interruptible one. The law asks for solidarity only for protected"
    " customers.",
    "Values of gas not served are the judgements of the curtailment tiers; income from selling gas abroad, bills and"
    " damage after the horizon are not counted.",
    "Other plans obey the letter of the rule at less cost, by landing LNG or emptying stores elsewhere, so that an"
    " exporter keeps nothing and is cut all the same; here a country whose own gas covers its demand serves itself. The"
    " bill depends on that reading (docs/model.md has figures).",
    "The rule acts period by period: a country may be spared in one and cut in the next. Read the sums, not single"
    " weeks.",
)


@question("politics", place=20)
def politics(study: Study) -> Answer:
    """Who is cut under each rule of allocation, and the cost of non-cooperation by country.

    Raises
    ------
    SolveError
        If a plan under one of the rules has no certified optimum.
    """
    plans = by_rule(study)
    countries = _countries(plans, study)
    rules = _rules(plans, study)
    if rules[["all_protected_twh", "all_other_twh"]].to_numpy().max() < WORTH_TELLING_TWH:
        why = "Nobody is cut in this scenario, so the three rules agree: there is no shortage to share."
        return Answer.not_applicable(NAME, QUESTION, why)
    asked = _asked(plans[COOPERATIVE], study)
    tables = {
        "Gas not served by country under each rule, and the cost of non-cooperation": countries,
        "The three rules: protected and other customers cut, and total cost": rules,
        "What cooperation asks: net exports of countries while they cut their own customers": asked,
    }
    return Answer(
        name=NAME,
        question=QUESTION,
        words=_words(study, countries, rules, asked),
        tables={caption: table for caption, table in tables.items() if not table.empty},
        method=METHOD,
        caveats=CAVEATS,
    )


def by_rule(study: Study) -> dict[str, Solved]:
    """The study's scenario under each rule; a plan that is the same under two rules is solved once."""
    known = [study.before, study.solved]
    plans: dict[str, Solved] = {}
    for rule in RULES:
        if study.scenario.allocation == rule:
            plans[rule] = study.solved
            continue
        scenario = study.scenario.model_copy(update={"allocation": rule})
        plans[rule] = solve_scenario(scenario, study.data, known)
        known.append(plans[rule])
    return plans


def curtailed_twh(solved: Solved, protected: bool | None = None) -> np.ndarray:
    """Curtailment of each market over the horizon, TWh, shape (markets,).

    Of protected customers, of the others, or, by default, of all.
    """
    return curtailed_gwh(solved.case, solved.values["curtailment"], protected) / GWH_PER_TWH


def lost_eur_bn(solved: Solved) -> np.ndarray:
    r"""Value of what each market does without, bn EUR, shape (markets,).

    .. math:: \sum_t h_t \Big( \sum_c c_c\, x_{n,c,t} + \sum_v c_v\, r_{n,v,t} \Big)
    """
    demand, days = solved.case.demand, solved.case.timeline.days
    value = np.zeros(int(solved.case.is_market.sum()))
    for name, cost in (("curtailment", slice_table(demand).cost), ("voluntary", voluntary_groups(demand)[0])):
        value += np.einsum("nct,c,t->n", solved.values[name], cost, days)
    return value * MWH_PER_GWH / EUR_PER_BEUR


def _countries(plans: dict[str, Solved], study: Study) -> pd.DataFrame:
    """One row per market that any rule leaves short: region and country first, then by cost of non-cooperation."""
    case = plans[COOPERATIVE].case
    nodes = case.nodes[case.is_market].tolist()
    table = pd.DataFrame(index=nodes)
    for rule in RULES:
        table[f"{rule}_twh"] = curtailed_twh(plans[rule])
    demand = case.demand.rate[case.is_market].sum(axis=1) @ case.timeline.days / GWH_PER_TWH
    table["demand_twh"] = demand
    table["non_cooperation_eur_bn"] = lost_eur_bn(plans[OWN_NEEDS_FIRST]) - lost_eur_bn(plans[COOPERATIVE])
    union = table.loc[table.index.isin(study.inside)].sum()
    table = table.groupby(study.country_of, sort=False).sum()
    short = table[[f"{rule}_twh" for rule in RULES]].max(axis=1) >= WORTH_TELLING_TWH
    ranked = table[short].sort_values("non_cooperation_eur_bn", ascending=False, kind="stable")
    region, country = first_rows(study)
    first = [country]
    table = pd.concat([union.to_frame(region).T, table.loc[first], ranked.drop(index=first, errors="ignore")])
    table["non_cooperation_twh"] = table[f"{OWN_NEEDS_FIRST}_twh"] - table[f"{COOPERATIVE}_twh"]
    for rule in (COOPERATIVE, OWN_NEEDS_FIRST):
        table[f"{rule}_share"] = table[f"{rule}_twh"] / table["demand_twh"].where(table["demand_twh"] > 0.0)
    table.insert(0, "country", node_names(study.data, table.index))
    money = table.pop("non_cooperation_eur_bn")
    table.insert(list(table.columns).index("non_cooperation_twh") + 1, "non_cooperation_eur_bn", money)
    return table.drop(columns="demand_twh").reset_index(drop=True)


def _rules(plans: dict[str, Solved], study: Study) -> pd.DataFrame:
    case = plans[COOPERATIVE].case
    union = study.region_mask[case.is_market]
    rows = []
    for rule in RULES:
        solved = plans[rule]
        row: dict[str, object] = {"rule": rule}
        for name, who in ((study.subject.region_key, union), ("all", np.ones_like(union))):
            row[f"{name}_protected_twh"] = float(curtailed_twh(solved, True)[who].sum())
            row[f"{name}_other_twh"] = float(curtailed_twh(solved, False)[who].sum())
        row["total_cost_eur_bn"] = solved.objective_keur * MWH_PER_GWH / EUR_PER_BEUR
        rows.append(row)
    table = pd.DataFrame(rows)
    table["more_than_cooperative_eur_bn"] = table["total_cost_eur_bn"] - float(table["total_cost_eur_bn"].iloc[0])
    table["exports_in_want_twh"] = [float(_exports_twh(plans[rule]).sum()) for rule in RULES]
    return table


def _asked(solved: Solved, study: Study) -> pd.DataFrame:
    """Net exports of each market in the periods in which it is cut, cooperative, largest first."""
    nodes = solved.case.nodes[solved.case.is_market]
    table = pd.DataFrame(
        {
            "country": node_names(study.data, nodes.tolist()),
            "exports_in_want_twh": _exports_twh(solved),
            "cut_at_home_twh": curtailed_twh(solved),
        }
    ).sort_values("exports_in_want_twh", ascending=False, kind="stable")
    return table[table["exports_in_want_twh"] >= WORTH_TELLING_TWH].reset_index(drop=True)


def _exports_twh(solved: Solved) -> np.ndarray:
    net = exports_in_want(solved.case, solved.values["flow"], solved.values["curtailment"])
    return np.asarray(net @ solved.case.timeline.days / GWH_PER_TWH)


def _words(study: Study, countries: pd.DataFrame, rules: pd.DataFrame, asked: pd.DataFrame) -> str:
    together, protected, apart = (rules.set_index("rule").loc[rule] for rule in RULES)
    total = together["all_protected_twh"] + together["all_other_twh"]
    where, union = study.subject.where, countries.iloc[0]
    return " ".join(
        part
        for part in (
            f"Shared cooperatively, the shortage cuts {total:,.0f} TWh in all countries and"
            f" {union[f'{COOPERATIVE}_twh']:,.0f} TWh in {where}; the scenario leaves {where} with {study.shortage}.",
            study.shortage_elsewhere,
            _said_of_protected(together, protected),
            _said_of_non_cooperation(where, union, countries.iloc[1:], apart),
            _said_of_exports(asked, together),
        )
        if part
    )


def _said_of_protected(together: pd.Series, protected: pd.Series) -> str:
    cut, least = together["all_protected_twh"], protected["all_protected_twh"]
    if cut < WORTH_TELLING_TWH:
        return "It cuts no protected customers, so that putting them first changes nothing."
    if cut - least < WORTH_TELLING_TWH:
        return f"It cuts {cut:,.1f} TWh of protected customers; putting them first cannot lower that."
    return (
        f"It cuts {cut:,.1f} TWh of protected customers; putting them first leaves {least:,.1f} TWh, at"
        f" {protected['more_than_cooperative_eur_bn']:,.2f} bn EUR more."
    )


def _said_of_non_cooperation(where: str, union: pd.Series, single: pd.DataFrame, apart: pd.Series) -> str:
    said = (
        f"If every country in want keeps its own gas, total cost rises by {apart['more_than_cooperative_eur_bn']:,.1f}"
        f" bn EUR; {where} is cut by {union[f'{OWN_NEEDS_FIRST}_twh']:,.0f} TWh ({_change(union)})."
    )
    change = single["non_cooperation_twh"]
    worse = single[change >= WORTH_TELLING_TWH].nlargest(TOLD, "non_cooperation_twh")
    better = single[change <= -WORTH_TELLING_TWH].nsmallest(TOLD, "non_cooperation_twh")
    if not worse.empty:
        said += f" Those who lose most by it are {_listed(worse)}."
    if not better.empty:
        said += f" Those who are cut less are {_listed(better)}."
    return said


def _listed(table: pd.DataFrame) -> str:
    return ", ".join(f"{row['country']} ({_change(row)})" for _, row in table.iterrows())


def _change(row: pd.Series) -> str:
    return f"{row['non_cooperation_twh']:+,.1f} TWh, {row['non_cooperation_eur_bn']:+,.1f} bn EUR"


def _said_of_exports(asked: pd.DataFrame, together: pd.Series) -> str:
    if asked.empty:
        return "No country exports on balance while it is cut: cooperation asks nobody for gas of their own."
    most = ", ".join(
        f"{row['country']} ({row['exports_in_want_twh']:,.0f} TWh)" for _, row in asked.head(TOLD).iterrows()
    )
    return (
        f"Cooperation rests on {together['exports_in_want_twh']:,.0f} TWh that countries send on balance while they cut"
        f" their own customers, most of it from {most}."
    )
