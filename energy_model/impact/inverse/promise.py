"""The needed promise as an answer: how large, by whom, when, what was on offer, and what keeps the price down."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.provenance import table_sources
from energy_model.errors import ResultError
from energy_model.impact.answer import Answer
from energy_model.impact.inverse import entries as ways
from energy_model.impact.inverse.extra_supply import Need, PromiseProblem
from energy_model.impact.inverse.price_limit import asked_limit, limits_of, price_table
from energy_model.impact.inverse.promise_check import unmet_gwh
from energy_model.impact.inverse.question import NOTHING_GWH, first_open, is_cut, region_of
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.whole_plans import to_the_end
from energy_model.timeline import day_words
from energy_model.units import GWH_PER_TWH

A_LITTLE_LESS = 0.99
"""Share of the promise that must not be enough."""
MOST_ROWS = 12
ABOVE_EUR_PER_MWH = 5.0
"""A price that is higher than the limit by no more than a tariff or two is kept."""
PRICES = "How much so that the price stays under a limit, whoever buys it"
PRICE_METHOD = (
    "For the price the same plan keeps its costs, and gas without end is on offer at the limit: in the region's"
    " markets, or as cargoes that cost the limit when landed. What is bought of it is the promise: with it nobody who"
    " can be reached pays more than the limit, and with less somebody would. It is sold to whoever pays, so it flows on"
    " to neighbours who would pay more, and replaces gas that costs more than the limit."
)
PRICE_CAVEAT = (
    "A price limit is kept for all who can be reached from the region, not for the region alone: others buy the same"
    " gas. A promise that spares cuts but leaves the price at the cost of giving up gas is much smaller."
)

METHOD = (
    "Two linear programmes in months over the scenario's last plan (what was decided before is fixed): first"
    " the least shortage that any promise leaves in the region; then, with no more than that, the least"
    " volume of further supply, GWh over the horizon. Customers elsewhere are cut no more than in the scenario,"
    " buyers of LNG outside Europe give up no more, and no filling target is missed by more. Promised rates are"
    " constant within a month, begin after the announcement, and come through exporters' sea routes and"
    " terminals or suppliers' pipelines with their"
    " capacities. The composition uses central assurances first: a GWh up to the highest figure named weighs"
    " twice, one beyond it three times; of equal weight the cheapest. What the region gives up for its price"
    " counts as no harm unless a row says so. The check puts the promise into the case as steps of supply and"
    f" builds the plan anew. {PRICE_METHOD}"
)
CAVEATS = (
    "Promised gas is kept for the region. Under the model's own rule everybody shares it; then a country is"
    " spared only when all are (last row of the first table).",
    "A promise says nothing of the ships, or of the buyers that must release cargoes.",
    PRICE_CAVEAT,
    "Pipes within a country do not bind here; in a real shortage they may.",
    "In months: the peak of a cold week needs more per day than its month's mean.",
)

KEPT, SELLER, FULL_STORES, NO_ONE_GIVES_UP, APPEARS, SHARED = (
    "nobody is cut, the gas is kept for the region",
    "the same, all of it LNG from {seller}",
    "and its stores are as full as without the cut",
    "and nobody gives up more gas for its price",
    "nobody is cut, the gas appears where it lacks (lower bound)",
    "nobody is cut anywhere: the gas is shared",
)
"""What harmless may mean, from the question's own meaning to bounds on either side of it."""


@question("promise", place=130)
@to_the_end
def promise(
    study: Study,
    region: str | None = None,
    *,
    protected_only: bool = False,
    price_limit_eur_per_mwh: float | None = None,
) -> Answer:
    """Answer what would have to be promised so that nobody in a region is curtailed, and so that its price stays low.

    Parameters
    ----------
    region : str, optional
        A country code or a group; default is the country asked about.
    protected_only : bool
        Ask for protected customers alone.
    price_limit_eur_per_mwh : float, optional
        Price that should not be exceeded; default is half as much again as without the cut.

    Raises
    ------
    ScenarioError
        If there is no such region.
    ResultError
        If the price is no number above 0.
    """
    if price_limit_eur_per_mwh is not None and not 0.0 < price_limit_eur_per_mwh < np.inf:
        raise ResultError(f"a price limit is a number above 0 EUR/MWh, got {price_limit_eur_per_mwh:g}")
    study, region = study.months, region or study.subject.country
    where = region_of(study, region)
    name, question = f"Needed promise {region}", f"What would have to be promised so that {where.name} goes unharmed?"
    limits = limits_of(study, where, price_limit_eur_per_mwh)
    prices = price_table(study, where, limits)
    priced = _price_words(where.name, prices, asked_limit(limits, price_limit_eur_per_mwh))
    if not is_cut(study, where):
        return _of_prices_alone(study, name, question, where.name, prices, priced)
    problem = PromiseProblem(study, where, protected_only)
    sizes = _sizes(study, problem, region, protected_only)
    need = problem.composed()
    by_supplier = _by_supplier(study, problem, need)
    check = _check(study, problem, need, protected_only)
    tables = {
        "How large the promise must be, by what harmless means": sizes,
        "Who would have to send it, and what was said they could": by_supplier,
        "When, by standing": _by_month(problem, need),
        PRICES: prices,
        "The promise granted in full and one per cent short of it": check,
    }
    if need.unserved_gwh > NOTHING_GWH:
        tables["What is full wherever gas lacks in spite of every promise"] = problem.binding().head(MOST_ROWS)
    return Answer(
        name=name,
        question=question,
        words=f"{_words(study, where.name, need, sizes, by_supplier)} {priced}",
        tables=tables,
        method=METHOD,
        caveats=CAVEATS,
        sources=table_sources(study.data, "assurances"),
    )


def _of_prices_alone(study: Study, name: str, question: str, where: str, prices: pd.DataFrame, priced: str) -> Answer:
    """The answer where nobody is cut: only the price asks for a promise."""
    return Answer(
        name=name,
        question=question,
        words=f"Nothing has to be promised against cuts: in this scenario nobody in {where} is cut. {priced}",
        tables={PRICES: prices},
        method=PRICE_METHOD,
        caveats=(PRICE_CAVEAT, "In months: the peak of a cold week needs more per day than its month's mean."),
        sources=table_sources(study.data, "assurances"),
    )


def _price_words(where: str, prices: pd.DataFrame, limit: float) -> str:
    row = prices.set_index("price_limit_eur_per_mwh").loc[limit]
    here, sea = row["appears_in_the_region_twh"], row["as_lng_twh"]
    if here * GWH_PER_TWH <= NOTHING_GWH:
        return f"The price in {where} stays under {limit:,.0f} EUR/MWh without any promise."
    said = f"So that the price in {where} stays under {limit:,.0f} EUR/MWh {here:,.0f} TWh more must be on offer there."
    if np.isnan(sea):
        return said
    highest = row["highest_price_with_lng_eur_per_mwh"]
    full = (
        f"; terminals and pipelines then leave it at up to {highest:,.0f}"
        if highest > limit + ABOVE_EUR_PER_MWH
        else ""
    )
    return f"{said} As LNG at that price {sea:,.0f} TWh would be bought{full}."


def _sizes(study: Study, problem: PromiseProblem, region: str, protected_only: bool) -> pd.DataFrame:
    sellers = [entry.supplier for entry in problem.entries if entry.standing == ways.BEYOND]
    needs = {KEPT: problem.least()}
    if sellers:
        name = str(study.data["nodes"].set_index("node")["name"].get(sellers[0], sellers[0]))
        needs[SELLER.format(seller=name)] = problem.least(lambda one: ways.is_largest_seller(one, problem.entries))
    needs[FULL_STORES] = problem.least(full_stores=True)
    needs[NO_ONE_GIVES_UP] = problem.least(full_stores=True, no_voluntary=True)
    needs[APPEARS] = problem.least(lambda entry: entry.standing == ways.ANYWHERE)
    if region != study.subject.everybody:
        needs[SHARED] = PromiseProblem(study, region_of(study, study.subject.everybody), protected_only).least()
    days = float(study.case.timeline.days[problem.first :].sum())
    return pd.DataFrame(
        {
            "harmless means": list(needs),
            "promise_twh": [need.volume_gwh / GWH_PER_TWH for need in needs.values()],
            "promise_gwh_per_day": [need.volume_gwh / days for need in needs.values()],
            "out_of_reach_twh": [need.unserved_gwh / GWH_PER_TWH for need in needs.values()],
        }
    )


def _by_supplier(study: Study, problem: PromiseProblem, need: Need) -> pd.DataFrame:
    """Needed volume of every supplier and channel against what the assurances give over the same days, TWh."""
    case, rows = study.case, []
    names = study.data["nodes"].set_index("node")["name"]
    days = case.timeline.days
    for number, entry in enumerate(problem.entries):
        if not ways.is_by_trade(entry):
            continue
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
    if need.volume_gwh + need.unserved_gwh <= NOTHING_GWH:
        return f"Nothing has to be promised to {name}: nobody the question is about is cut there."
    volume = need.volume_gwh / GWH_PER_TWH
    since, until = case.timeline.starts[first_open(study.solved)], case.timeline.end
    total = by_supplier[["beyond_assured_twh", "beyond_possible_twh"]].sum()
    head = f"{volume:,.0f} TWh more from {day_words(since)} to {day_words(until)} would spare {name} every cut."
    if need.unserved_gwh > NOTHING_GWH:
        head = (
            f"No promise spares {name} every cut: {volume:,.0f} TWh more from {day_words(since)} to {day_words(until)}"
            f" is all that helps, and {need.unserved_gwh / GWH_PER_TWH:,.0f} TWh stay unserved because terminals and"
            " pipelines are full."
        )
    assured, possible = volume - total["beyond_assured_twh"], volume - total["beyond_possible_twh"]
    shared = _variant(sizes, SHARED, "If Europe shares it as it shares the shortage, {} TWh are needed.")
    return (
        f"{head} The central assurances hold {assured:,.0f} TWh of it, the highest figures named {possible:,.0f} TWh."
        f"{_alone(sizes)}{_variant(sizes, FULL_STORES, 'With stores as full as without the cut it is {} TWh.')}"
        f" All this if the gas is kept for {name}.{shared}"
    )


def _variant(sizes: pd.DataFrame, means: str, words: str) -> str:
    """A sentence on another meaning of harmless; it says what no promise reaches."""
    rows = sizes[sizes["harmless means"] == means]
    if rows.empty:
        return ""
    twh, lacks = rows.iloc[0][["promise_twh", "out_of_reach_twh"]]
    left = (
        f" That is all that helps; {lacks:,.0f} TWh stay unserved all the same."
        if lacks * GWH_PER_TWH > NOTHING_GWH
        else ""
    )
    return f" {words.format(f'{twh:,.0f}')}{left}"


def _alone(sizes: pd.DataFrame) -> str:
    """What the largest seller would have to send, if it were to send all."""
    begin = SELLER.split("{")[0]
    rows = sizes[sizes["harmless means"].str.startswith(begin)]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    seller, twh, lacks = row["harmless means"].removeprefix(begin), row["promise_twh"], row["out_of_reach_twh"]
    if lacks * GWH_PER_TWH <= NOTHING_GWH:
        return f" As LNG of one seller alone ({seller}) it is {twh:,.0f} TWh."
    if twh * GWH_PER_TWH <= NOTHING_GWH:
        return (
            f" More LNG of one seller alone ({seller}) would not help: terminals, or the ways from them, are full;"
            f" {lacks:,.0f} TWh lack all the same."
        )
    return f" LNG of one seller alone ({seller}) helps up to {twh:,.0f} TWh; then {lacks:,.0f} TWh still lack."
