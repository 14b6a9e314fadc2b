"""How dependent every country is on a seller's gas, and how ready for its loss, before and after a scenario."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import numpy as np
import pandas as pd

from energy_model.impact.adequacy import n_minus_1, n_minus_1_percent, supply_standard
from energy_model.impact.answer import Answer
from energy_model.impact.economy import first_day
from energy_model.impact.imports import Imports
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import node_names
from energy_model.plan.foresight import Solved
from energy_model.timeline import day_words

NEGLIGIBLE_SHARE = 0.005
"""Shares below are not named in the paragraph."""
NAMED = 3

NAME = "Dependency"
METHOD = (
    "Border share: gas that enters a country over the seller's routes, and on its ships, over all gas that enters"
    " it from outside, transit included; for the region what crosses its outer border. Consumption share: the"
    " seller's gas over all gas consumed, traced back through transit and stores: a country burns what it produces"
    " first; what else leaves a node has the mix of what enters it (average participation, Bialek 1996). Gas in"
    " store on the first day has no known seller and counts as not the seller's; its share stands beside."
    " Concentration is the Herfindahl-Hirschman index, the sum of squared shares: of sellers in consumption, with"
    " own production as a seller, and of entries (each pipeline and terminal). Days of cover: stock at the last 1"
    " November of the horizon over mean demand a day from November to March. N-1 and supply standard follow"
    " Regulation (EU) 2017/1938, Annex II and Article 6(1), from technical capacities on the day of the vintage."
    " N-1 with what flows counts the seller's entries at the most that flows over them from the scenario's first"
    " day, and new or lost capacity as the scenario leaves it at its end; the largest piece that is left fails."
)
CAVEATS = (
    "Molecules are mixed; contracts are not. A shipper who swaps gas changes no share here, and a country may pay one"
    " seller for gas that is another's in the pipe.",
    "The consumption share is a lower view as long as the first stock lasts: nobody knows who sold it.",
    "Flows between neighbours are nearly indifferent at cost; so is which of two transit countries mixes the gas.",
    "Gas that passes a country in a pipeline of its own mixes here with what that country imports and with what it"
    " produces beyond its own use.",
    "Ships sail where freight is least: cargoes may land where in fact nobody buys them.",
    "N-1 counts capacity, not gas, and does not take off transit. A country can pass and be short.",
    "Storage cover counts stores in the country, whoever owns the gas in them; some stores serve neighbours.",
)


@question("dependency", place=50)
def dependency(study: Study) -> Answer:
    """Shares, concentration, cover, N-1 and supply standard, before and after."""
    since, about = first_day(study), study.subject
    question = f"Who depends on {about.adjective} gas, at the border and in what is burnt, and who is ready to lose it?"
    shares = dependency_table(study, since)
    if not shares.filter(regex="^(at_border|in_consumption)").gt(NEGLIGIBLE_SHARE).any(axis=None):
        why = f"No country gets more than {NEGLIGIBLE_SHARE:.1%} of its gas from {about.name}, so nobody depends on it."
        return Answer.not_applicable(NAME, question, why)
    tables = {f"Share of {about.adjective} gas, concentration and cover, from {day_words(since)}": shares}
    ready = readiness_table(study, since)
    if about.routes:
        tables[f"N-1 in percent: the law's, and with {about.adjective} routes lost"] = ready
        caption = "Supply standard in percent: gas within reach of protected customers over their need"
        tables[caption] = standard_table(study)
    return Answer(
        name=NAME,
        question=question,
        words=_words(study, shares, ready, since),
        tables=tables,
        method=METHOD,
        caveats=CAVEATS,
    )


def dependency_table(study: Study, since: date) -> pd.DataFrame:
    """Shares, concentration and cover of the region and of every market, before and after."""
    before, after = (Imports(solved, since, study.subject) for solved in (study.before, study.solved))
    rows = []
    for name, nodes in _groups(study).items():
        row: dict[str, object] = {"country": name}
        for ending, of in (("before", before), ("after", after)):
            row |= {
                f"at_border_{ending}_share": of.border_share(nodes),
                f"in_consumption_{ending}_share": of.consumption_share(nodes),
                f"first_stock_{ending}_share": of.stock_share(nodes),
                f"sellers_{ending}_hhi": of.supplier_hhi(nodes),
                f"entries_{ending}_hhi": of.entry_hhi(nodes),
                f"cover_{ending}_days": of.days_of_cover(nodes),
            }
        rows.append(row)
    table = pd.DataFrame(rows)
    ordered = table.iloc[1:].sort_values("in_consumption_before_share", ascending=False, kind="stable")
    columns = ["country", *(f"{name}_{end}" for name, end in _PAIRS)]
    return pd.concat([table.iloc[:1], ordered], ignore_index=True)[columns]


_PAIRS = [
    (f"{name}_{ending}", unit)
    for name, unit in (
        ("at_border", "share"), ("in_consumption", "share"), ("first_stock", "share"), ("sellers", "hhi"),
        ("entries", "hhi"), ("cover", "days"),
    )
    for ending in ("before", "after")
]  # fmt: skip


def readiness_table(study: Study, since: date) -> pd.DataFrame:
    """N-1 of every country of the region: by law, with stores half empty, without the seller's routes, with flows."""
    about = study.subject
    table = n_minus_1(study.data, study.scenario.as_of, about.routes)
    for ending, solved in (("before", study.before), ("after", study.solved)):
        flows = with_what_flows_percent(table, study.before, solved, since, about.routes, study.country_of)
        table[f"with_what_flows_{ending}_percent"] = flows
    columns = [
        "supply_side_percent", "demand_side_percent", "half_empty_percent", "routes_lost_percent",
        "routes_and_largest_lost_percent", "with_what_flows_before_percent", "with_what_flows_after_percent",
    ]  # fmt: skip
    inside = set(study.countries_inside)
    shown = table.loc[[code for code in table.index if code in inside], ["largest", *columns]]
    shown = shown.sort_values("routes_lost_percent", kind="stable")
    shown.insert(0, "country", node_names(study.data, shown.index))
    return shown.rename(columns=lambda name: _of_seller(study, str(name))).reset_index(drop=True)


def _of_seller(study: Study, name: str) -> str:
    """A column on routes with the seller's adjective in it."""
    return name.replace("routes_", f"{study.subject.adjective_key}_routes_")


def with_what_flows_percent(
    table: pd.DataFrame,
    before: Solved,
    solved: Solved,
    since: date,
    routes: Collection[str],
    country_of: Mapping[str, str],
) -> pd.Series:
    """N-1 in which entries over some routes count for the gas behind them; capacity as at the horizon's end.

    Parameters
    ----------
    table : DataFrame
        From :func:`~energy_model.impact.adequacy.n_minus_1`.
    before, solved : Solved
        The baseline, for the capacity that the scenario adds or takes, and the solution whose flows count.
    routes : collection of str
        The seller's routes.
    country_of : mapping of str to str
        Country of each node.
    """
    total = table[[f"{kind}_gwh_per_day" for kind in ("entries", "production", "storage", "lng")]].sum(axis=1)
    flows = _flows_over(solved, since, routes)
    added = _other_capacity(solved, routes, country_of) - _other_capacity(before, routes, country_of)
    by_node = flows.groupby(flows["node"].map(country_of))["gwh_per_day"]
    left = total - table["routes_gwh_per_day"]
    left = left + by_node.sum().reindex(table.index).fillna(0.0) + added.reindex(table.index).fillna(0.0)
    largest = np.maximum(table["largest_other_gwh_per_day"], by_node.max().reindex(table.index).fillna(0.0))
    return n_minus_1_percent(left, largest, table["peak_1_in_20_gwh_per_day"])


def _flows_over(solved: Solved, since: date, routes: Collection[str]) -> pd.DataFrame:
    """Most that arrives over each entry of some routes in a period from a day on, GWh/d."""
    lines, nodes = solved.case.pipelines, solved.case.nodes
    counted = np.array([day >= since for day in solved.case.timeline.starts])
    mine = np.isin(lines.route, list(routes))
    most = (solved.values["flow"] * (1.0 - lines.loss_share)[:, None])[mine][:, counted].max(axis=1, initial=0.0)
    return pd.DataFrame({"node": nodes[lines.to_node[mine]], "gwh_per_day": most})


def _other_capacity(solved: Solved, routes: Collection[str], country_of: Mapping[str, str]) -> pd.Series:
    """Capacity of terminals, stores and entries over other routes in the last period, GWh/d, by country."""
    case = solved.case
    lines, lng, stock = case.pipelines, case.lng, case.storage
    country = np.array([country_of[node] for node in case.nodes])
    abroad = country[lines.from_node] != country[lines.to_node]
    other = ~np.isin(lines.route, list(routes)) & abroad
    pieces = (
        (lines.to_node[other], lines.capacity[other, -1]),
        (lng.terminal_node, lng.sendout[:, -1]),
        (stock.node, stock.withdrawal[:, -1]),
    )
    total = np.zeros(len(case.nodes))
    for node, capacity in pieces:
        np.add.at(total, node, capacity)
    return pd.Series(total, index=country).groupby(level=0).sum()


def standard_table(study: Study) -> pd.DataFrame:
    """The supply standard of every country of the region, with all entries and without the seller's."""
    table = supply_standard(study.data, study.scenario.as_of, study.subject.routes)
    table = table[table["country"].isin(study.countries_inside)]
    letter = table["case"].str[0]
    parts: dict[str, pd.Series] = {}
    for case, rows in table.groupby(letter):
        own = rows.set_index("country")
        parts[f"case_{case}_percent"] = own["cover_percent"]
        parts[f"case_{case}_without_routes_percent"] = own["without_routes_percent"]
    shown = pd.DataFrame(parts).sort_values("case_b_without_routes_percent", kind="stable")
    shown.insert(0, "country", node_names(study.data, shown.index))
    return shown.rename(columns=lambda name: _of_seller(study, str(name))).reset_index(drop=True)


def _groups(study: Study) -> Mapping[str, np.ndarray]:
    """The region and every market, by name, as masks over nodes."""
    groups = {study.subject.place: study.region_mask}
    masks = study.country_masks
    return groups | dict(zip(node_names(study.data, masks), masks.values(), strict=True))


def _words(study: Study, shares: pd.DataFrame, ready: pd.DataFrame, since: date) -> str:
    about = study.subject
    union = shares.iloc[0]
    own = shares[shares["country"] == about.country_name].iloc[0]
    most = shares.iloc[1:].sort_values("in_consumption_after_share", ascending=False, kind="stable").head(NAMED)
    leaders = ", ".join(
        f"{row['country']} ({row['in_consumption_after_share']:.0%})"
        for row in most.to_dict("records")
        if row["in_consumption_after_share"] > NEGLIGIBLE_SHARE
    )
    text = (
        f"From {day_words(since)} {about.adjective} gas is {union['at_border_before_share']:.0%} of what enters"
        f" {about.where} in the reference and {union['at_border_after_share']:.0%} in the scenario; of what is burnt it"
        f" is {union['in_consumption_before_share']:.0%} and {union['in_consumption_after_share']:.0%}, in"
        f" {about.country_name} {own['in_consumption_before_share']:.0%} and {own['in_consumption_after_share']:.0%}."
        + (f" Highest in the scenario: {leaders}." if leaders else " In the scenario no market burns any.")
        + f" Stores at the start of winter cover {union['cover_after_days']:.0f} days of winter demand in"
        f" {about.where}, after {union['cover_before_days']:.0f} in the reference."
    )
    if not about.routes:
        return text
    failing = ready[ready[f"{about.adjective_key}_routes_lost_percent"] < 100.0]["country"].tolist()
    return (
        f"{text} Without the {about.adjective} routes {_fall(len(failing))} below the law's 100 percent in"
        f" {about.where} on a day of a winter in twenty" + (f": {', '.join(failing)}." if failing else ".")
    )


def _fall(number: int) -> str:
    """How many countries fall, subject and predicate."""
    return f"{number} countries fall" if number > 1 else "one country falls" if number else "no country falls"
