"""What consumers pay for gas, and what a region pays for imports, by supplier."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.provenance import price_sources
from energy_model.impact.accounts import Accounts, by_origin
from energy_model.impact.answer import Answer, signed
from energy_model.impact.economy import first_rows
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import node_names
from energy_model.impact.valuation import CAPPED, CONTRACT, FORWARD, SCARCITY, VIEW_WORDS, VIEWS, VIEWS_IN_BRIEF
from energy_model.results import substitution as sub
from energy_model.results.tracing import is_lng, names_of_origins
from energy_model.units import EUR_PER_BEUR, GWH_PER_TWH, MWH_PER_TWH

SMALL_BEUR = 0.005
"""Rows whose amounts are all smaller are left out."""
OWN = "Own gas that leaves and comes back, and stores"

METHOD = (
    "Consumer bill: price of the month and country times what is served, over all origins, stores net. Import bill:"
    " price at the entry country times what arrives over the border of the region or is landed there, by traced origin,"
    " less what leaves again at the price of the country it leaves. Energy is what enters less what leaves. Unit: bn"
    " EUR over the"
    " horizon. " + VIEW_WORDS
)
CAVEATS = (
    VIEWS_IN_BRIEF,
    "At scarcity prices a bill is a modelled upper value: no household or state would be billed the value of lost"
    " load; rationing, price caps and state aid would come first. Quote the range from forward to capped, and scarcity"
    " as what the shortage would be worth.",
    "Wholesale value of gas at country borders: no grid fees within countries, taxes, hedges or subsidies. Consumers"
    " with fixed prices pay later.",
    "Contract formulas are known as one share per supplier; the part that does not follow the hub is set to the last"
    " export price known for the seller in focus of the data, for every supplier.",
    "Forward prices of the vintage would have moved had anybody known of a cut; they show the bill before prices"
    " react.",
    "Bills fall where gas is no longer used. What the missing gas costs its users is no bill; see Sanctions and"
    " Economy.",
)


@question("bills", place=70)
def bills(study: Study) -> Answer:
    """Consumer and import bills: the answer on who pays."""
    about = study.subject
    countries, suppliers, months = consumer_bills(study), import_bills(study), monthly_bills(study)
    return Answer(
        name="Bills",
        question="Who pays how much more for gas?",
        words=_words(study, countries, suppliers),
        tables={
            "Consumer bill by country, over the horizon": countries,
            f"Import bill of {about.where} by supplier, over the horizon": suppliers,
            f"Consumer bill of {about.where} and {about.country_name} by month": months,
        },
        method=METHOD,
        caveats=CAVEATS,
        sources=price_sources(study.data),
    )


def consumer_bills(study: Study) -> pd.DataFrame:
    """Bill of every member and of the region: reference, scenario, and change in every view of prices."""
    case, (region, country) = study.case, first_rows(study)
    columns: dict[str, np.ndarray] = {}
    for view in VIEWS:
        now, then = (accounts[view].consumer_bill.sum(axis=1) for accounts in (study.accounts, study.accounts_before))
        if view in (FORWARD, SCARCITY):
            columns[f"reference_{view}_eur_bn"] = then
        columns[f"change_{view}_eur_bn"] = now - then
    kept, kept_before = (o.kept.sum(axis=0) @ case.timeline.days for o in (study.origins, study.origins_before))
    table = pd.DataFrame(
        {
            "served_before_twh": kept_before / GWH_PER_TWH,
            "served_twh": kept / GWH_PER_TWH,
            **columns,
        },
        index=case.nodes,
    )
    members = study.region_mask
    by_country = table[members | study.country_mask].groupby(study.country_of, sort=False).sum()
    table = pd.concat([table[members].sum().to_frame(region).T, by_country])
    for name, accounts, served in (
        ("price_before", study.accounts_before, "served_before_twh"),
        ("price", study.accounts, "served_twh"),
    ):
        paid = pd.Series(accounts[CAPPED].consumer_bill.sum(axis=1), index=case.nodes)
        whole = paid[members].sum()
        paid = paid.groupby(study.country_of, sort=False).sum()
        paid[region] = whole
        use = table[served].where(table[served] > 0.0)
        table[f"{name}_capped_eur_per_mwh"] = paid.reindex(table.index) * EUR_PER_BEUR / (use * MWH_PER_TWH)
    first = [region, country]
    rest = table.drop(index=first, errors="ignore").sort_values(f"change_{CAPPED}_eur_bn", ascending=False)
    table = pd.concat([table.reindex(first).dropna(how="all"), rest])
    table.insert(0, "country", node_names(study.data, table.index))
    return table.reset_index(drop=True)


def import_bills(study: Study) -> pd.DataFrame:
    """What the region pays for imports by supplier; the last row is the sum."""
    labels = names_of_origins(study.origins.origins, study.data["nodes"]).set_index("origin")
    outside = [o for o in labels.index if o not in study.inside and labels["group"][o] != sub.STORAGE]
    columns = {
        "energy_before_twh": net_imports(study.accounts_before[FORWARD]),
        "energy_twh": net_imports(study.accounts[FORWARD]),
    }
    for view in VIEWS:
        before, now = (by_origin(a[view].import_bill, a[view].origins) for a in (study.accounts_before, study.accounts))
        now = now.reindex(before.index.union(now.index), fill_value=0.0)
        before = before.reindex(now.index, fill_value=0.0)
        if view in (FORWARD, CONTRACT):
            columns[f"reference_{view}_eur_bn"] = before
        columns[f"change_{view}_eur_bn"] = now - before
    table = pd.DataFrame(columns).fillna(0.0)
    total = table.sum()
    rows = table.reindex(outside)
    rows.index = pd.Index([labels["item"][o] for o in outside])
    rows = rows[(rows.abs() > SMALL_BEUR).any(axis=1)].sort_values(f"reference_{FORWARD}_eur_bn", ascending=False)
    rows.loc[OWN] = total - rows.sum()
    rows.loc[f"{study.subject.place}, all imports"] = total
    return rows.rename_axis("supplier").reset_index()


def net_imports(accounts: Accounts) -> pd.Series:
    """What enters the region less what leaves, by origin, TWh."""
    case, origins = accounts.case, accounts.origins
    lines, inside = case.pipelines, accounts.inside
    enters = ~inside[lines.from_node] & inside[lines.to_node]
    leaves = inside[lines.from_node] & ~inside[lines.to_node]
    cargo = is_lng(origins.origins)
    landed = (origins.entering[:, inside].sum(axis=1)) * cargo[:, None]
    net = origins.arrived[:, enters].sum(axis=1) - origins.sent[:, leaves].sum(axis=1) + landed
    return by_origin(net * case.timeline.days / GWH_PER_TWH, origins)


def monthly_bills(study: Study) -> pd.DataFrame:
    """Consumer bill by month: region and country, reference and scenario, forward, capped and scarcity."""
    case = study.case
    share = case.timeline.month_days / case.timeline.days
    table = pd.DataFrame({"month": case.timeline.months})
    about = study.subject
    places = {about.region_key: study.region_mask, about.country_key: study.country_mask}
    for name, mask in places.items():
        for view in (FORWARD, CAPPED, SCARCITY):
            for when, accounts in (("reference", study.accounts_before), ("scenario", study.accounts)):
                paid = accounts[view].consumer_bill[mask].sum(axis=0)
                table[f"{name}_{when}_{view}_eur_bn"] = share @ paid
    return table


def _words(study: Study, countries: pd.DataFrame, suppliers: pd.DataFrame) -> str:
    about, whole, total = study.subject, countries.iloc[0], suppliers.iloc[-1]
    text = (
        f"At forward prices the consumers of {about.where} pay {whole[f'reference_{FORWARD}_eur_bn']:,.0f} bn EUR for"
        f" gas in the reference. In the scenario the bill changes by {_span(whole)}; that of {about.country_name} by"
        f" {_span(countries.iloc[1])}. The import bill of {about.where} changes by {_span(total)}."
    )
    single = suppliers.iloc[:-2]
    more = single.nlargest(3, f"change_{CAPPED}_eur_bn")
    more = more[more[f"change_{CAPPED}_eur_bn"] > SMALL_BEUR * 10]
    if len(more):
        listed = ", ".join(
            f"{name} {amount:+,.0f}" for name, amount in more[["supplier", f"change_{CAPPED}_eur_bn"]].to_numpy()
        )
        text += f" Most more goes to, in bn EUR at capped prices: {listed}."
    return text


def _span(row: pd.Series) -> str:
    """Change in all views, in words."""
    numbers = [f"{signed(row[f'change_{view}_eur_bn'])} ({view})" for view in VIEWS]
    return ", ".join(numbers) + " bn EUR"
