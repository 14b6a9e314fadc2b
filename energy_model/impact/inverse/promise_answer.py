"""The needed promise as an answer: how large, by whom, when, and what was on offer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.impact.inverse import entries as ways
from energy_model.impact.inverse.promise import Need, PromiseProblem, unmet_gwh
from energy_model.impact.inverse.question import EVERYBODY, NOTHING_GWH, curtailed_gwh, first_open, region_of
from energy_model.impact.study import Study
from energy_model.units import GWH_PER_TWH

A_LITTLE_LESS = 0.99
"""Share of the promise that must not be enough."""
MOST_ROWS = 12

MEANINGS = {
    "nobody is cut, the gas is kept for the region": {},
    "and its stores are as full as without the cut": {"stores": "full"},
    "and nobody gives up more gas for its price": {"stores": "full", "voluntary": True},
    "nobody is cut, stores run down as far as they must": {"stores": "run down"},
    "nobody is cut, pipelines bring all they can carry": {"pipes": True},
    "nobody is cut, the gas appears where it lacks": {"spot": True},
}
"""What harmless may mean, from the question's own meaning to bounds on either side of it."""


def promise(study: Study, region: str = "DE", *, protected_only: bool = False) -> Answer:
    """Answer what would have to be promised so that a region goes unharmed in a cut.

    Parameters
    ----------
    region : str
        A country code, ``EU27``, or ``EUROPE`` for every market of the model.
    protected_only : bool
        Ask for protected customers alone.

    Raises
    ------
    ScenarioError
        If there is no such region.
    """
    study = study.monthly
    where = region_of(study, region)
    problem = PromiseProblem(study, where, protected_only)
    need = problem.composed()
    sizes = _sizes(study, problem, region, protected_only)
    by_supplier = _by_supplier(study, problem, need)
    check = _check(study, problem, need, protected_only)
    tables = {
        "How large the promise must be, by what harmless means": sizes,
        "Who would have to send it, and what was said they could": by_supplier,
        "When, by standing": _by_month(problem, need),
        "The promise granted in full and one per cent short of it": check,
    }
    if need.unserved_gwh > NOTHING_GWH:
        tables["What is full wherever gas lacks in spite of every promise"] = problem.binding().head(MOST_ROWS)
    return Answer(
        name=f"needed promise {region}",
        question=f"What would have to be promised so that {where.name} goes unharmed?",
        words=_words(study, where.name, need, sizes, by_supplier),
        tables=tables,
        method=(
            "Smallest volume of further supply, GWh over the horizon, with which nobody in the region is cut, "
            "customers "
            "elsewhere are cut no more than in the scenario and no filling target is missed by more: a linear "
            "programme "
            "over the scenario's last plan in months (what was decided before is fixed). Promised rates are constant "
            "within a month, "
            "begin after the announcement, and come through exporters' sea routes and terminals or suppliers' "
            "pipelines "
            "with their capacities. Among the smallest promises the one is shown that uses central assurances first, "
            "then "
            "what was thought possible at most, then LNG beyond. What the region gives up for its price counts as no "
            "harm "
            "unless a row says so. The check puts the promise into the case as steps of supply and builds the plan "
            "anew."
        ),
        caveats=(
            "Promised gas is kept for the region. Under the model's own rule everybody shares it; then a country is "
            "spared only when all are (last row of the first table).",
            "A promise says nothing of the ships, the buyers that must release cargoes, or the price.",
            "Pipes within a country do not bind here; in the winter of 2022 they would have.",
        ),
        sources=("press_assurances_2022",),
    )


def _sizes(study: Study, problem: PromiseProblem, region: str, protected_only: bool) -> pd.DataFrame:
    needs = {meaning: problem.least(**asked) for meaning, asked in MEANINGS.items()}  # type: ignore[arg-type]
    if region != EVERYBODY:
        everybody = PromiseProblem(study, region_of(study, EVERYBODY), protected_only)
        needs["nobody is cut anywhere: the gas is shared"] = everybody.least()
    days = float(study.case.timeline.days[problem.first :].sum())
    return pd.DataFrame(
        {
            "harmless means": list(needs),
            "promise_twh": [need.volume_gwh / GWH_PER_TWH for need in needs.values()],
            "promise_gwh_per_day": [need.volume_gwh / days for need in needs.values()],
            "out_of_reach_twh": [need.unserved_gwh / GWH_PER_TWH for need in needs.values()],
            "stores_lack_twh": [need.stores_lack_gwh / GWH_PER_TWH for need in needs.values()],
        }
    )


def _by_supplier(study: Study, problem: PromiseProblem, need: Need) -> pd.DataFrame:
    """Needed volume of every supplier and channel against what the assurances give over the same days, TWh."""
    case, rows = study.case, []
    names = study.data["nodes"].set_index("node")["name"]
    days = case.timeline.days
    for number, entry in enumerate(problem.entries):
        available = days @ ways.schedule(case, problem.first, entry).sum(axis=1)
        offered = entry.most_gwh_per_day * available if np.isfinite(entry.most_gwh_per_day) else 0.0
        rows.append(
            {
                "supplier": str(names.get(entry.supplier, entry.supplier)),
                "channel": entry.channel,
                "needed_twh": float(need.monthly_gwh.loc[number].sum()) / GWH_PER_TWH,
                "assured_twh": offered / GWH_PER_TWH if entry.standing == ways.CENTRAL else 0.0,
                "possible_at_most_twh": offered / GWH_PER_TWH,
            }
        )
    table = pd.DataFrame(rows, columns=["supplier", "channel", "needed_twh", "assured_twh", "possible_at_most_twh"])
    table = table.groupby(["supplier", "channel"], as_index=False).sum()
    table["beyond_assured_twh"] = np.maximum(table["needed_twh"] - table["assured_twh"], 0.0)
    table["beyond_possible_twh"] = np.maximum(table["needed_twh"] - table["possible_at_most_twh"], 0.0)
    return table.sort_values(["needed_twh", "supplier"], ascending=[False, True]).reset_index(drop=True)


def _by_month(problem: PromiseProblem, need: Need) -> pd.DataFrame:
    standing = [entry.standing for entry in problem.entries]
    by_standing = need.monthly_gwh.groupby(standing).sum().reindex([r for r in ways.RANKS if r in standing])
    table = (by_standing / GWH_PER_TWH).T.rename_axis("month")
    table.columns = [f"{name.lower().replace(' ', '_')}_twh" for name in table.columns]
    table = table.loc[:, (table > 0.0).any(axis=0)]
    table = table.assign(all_twh=table.sum(axis=1)).reset_index()
    return table[table["all_twh"] > 0.0].reset_index(drop=True)


def _check(study: Study, problem: PromiseProblem, need: Need, protected_only: bool) -> pd.DataFrame:
    shares = (1.0, A_LITTLE_LESS, 0.0)
    left = [unmet_gwh(study, problem.region, need.rates, share, protected_only) for share in shares]
    return pd.DataFrame({"granted_share": shares, "still_cut_twh": np.array(left) / GWH_PER_TWH})


def _words(study: Study, name: str, need: Need, sizes: pd.DataFrame, by_supplier: pd.DataFrame) -> str:
    case = study.case
    cut = float(curtailed_gwh(study.solved).sum()) / GWH_PER_TWH
    if cut * GWH_PER_TWH <= NOTHING_GWH or need.volume_gwh + need.unserved_gwh <= NOTHING_GWH:
        return f"Nothing has to be promised: in this scenario nobody in {name} is cut."
    volume = need.volume_gwh / GWH_PER_TWH
    since = case.timeline.starts[first_open(study.solved)]
    total = by_supplier[["beyond_assured_twh", "beyond_possible_twh"]].sum()
    said = (
        f"The central assurances hold {volume - total['beyond_assured_twh']:,.0f} TWh of it, the highest figures named "
        f"{volume - total['beyond_possible_twh']:,.0f} TWh."
    )
    full = sizes.set_index("harmless means")["promise_twh"]
    if need.unserved_gwh <= NOTHING_GWH:
        head = (
            f"{volume:,.0f} TWh more from {since:%-d %B %Y} to {case.timeline.end:%-d %B %Y} would spare {name} every "
            "cut."
        )
    else:
        head = (
            f"No promise spares {name} every cut: {volume:,.0f} TWh more from {since:%-d %B %Y} to "
            f"{case.timeline.end:%-d %B %Y} is the most that helps, and {need.unserved_gwh / GWH_PER_TWH:,.0f} TWh "
            "stay "
            "unserved because terminals and pipelines are full."
        )
    return (
        f"{head} {said} With stores as full as without the cut it is {full.iloc[1]:,.0f} TWh. The gas must be kept for "
        f"{name}; if Europe shares it as it shares the shortage, {full.iloc[-1]:,.0f} TWh are needed."
    )
