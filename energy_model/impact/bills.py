"""What consumers pay for gas, and what the EU27 pays for imports, by supplier."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.impact.accounts import Accounts, by_origin
from energy_model.impact.answer import Answer
from energy_model.impact.economy import EU
from energy_model.impact.study import Study
from energy_model.impact.valuation import CAPPED, CONTRACT, FORWARD, SCARCITY, VIEW_WORDS, VIEWS
from energy_model.results import substitution as sub
from energy_model.results.headline import GERMANY
from energy_model.units import GWH_PER_TWH

SMALL_BEUR = 0.005
"""Rows whose amounts are all smaller are left out."""
OWN = "Own gas that leaves and comes back, and stores"

METHOD = (
    "Consumer bill: price of the month and country times what is served, over all origins, stores net. Import bill:"
    " price at the entry country times what arrives over the border of the EU27 or is landed there, by traced origin,"
    " less what leaves again at the price of the country it leaves. Energy is what enters less what leaves. Unit: bn"
    " EUR over the"
    " horizon. " + VIEW_WORDS
)
CAVEATS = (
    "At scarcity prices a bill is a modelled upper value: no household or state would be billed the value of lost"
    " load; rationing, price caps and state aid would come first. Quote the range from forward to capped, and scarcity"
    " as what the shortage would be worth.",
    "Wholesale value of gas at country borders: no grid fees within countries, taxes, hedges or subsidies. Consumers"
    " with fixed prices pay later.",
    "Contract formulas are known as one share per supplier; the part that does not follow the hub is set to the last"
    " Russian export price for every supplier.",
    "Forward prices of the vintage would have moved had anybody known of a cut; they show the bill before prices"
    " react.",
    "Bills fall where gas is no longer used. What the missing gas costs its users is no bill; see Sanctions and"
    " Economy.",
)


def bills(study: Study) -> Answer:
    """Consumer and import bills: the answer on who pays."""
    countries, suppliers, months = consumer_bills(study), import_bills(study), monthly_bills(study)
    return Answer(
        name="Bills",
        question="Who pays how much more for gas?",
        words=_words(countries, suppliers),
        tables={
            "Consumer bill by country, over the horizon": countries,
            "Import bill of the EU27 by supplier, over the horizon": suppliers,
            "Consumer bill of the EU27 and Germany by month": months,
        },
        method=METHOD,
        caveats=CAVEATS,
        sources=("exchange_quotes_2022_01", "press_gazprom_price"),
    )


def consumer_bills(study: Study) -> pd.DataFrame:
    """Bill of every member and the EU27: reference, scenario, and change in every view of prices."""
    case = study.case
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
    table = table[case.is_eu]
    table.loc[EU] = table.sum()
    for name, accounts, served in (
        ("price_before", study.accounts_before, "served_before_twh"),
        ("price", study.accounts, "served_twh"),
    ):
        paid = pd.Series(accounts[CAPPED].consumer_bill.sum(axis=1), index=case.nodes)[case.nodes[case.is_eu]]
        paid[EU] = paid.sum()
        use = table[served].where(table[served] > 0.0)
        table[f"{name}_capped_eur_per_mwh"] = paid / use * 1e3
    names = study.data["nodes"].set_index("node")["name"].to_dict() | {EU: "EU27"}
    first = [EU, GERMANY]
    rest = table.drop(index=first, errors="ignore").sort_values(f"change_{CAPPED}_eur_bn", ascending=False)
    table = pd.concat([table.reindex(first).dropna(how="all"), rest])
    table.insert(0, "country", [str(names[node]) for node in table.index])
    return table.reset_index(drop=True)


def import_bills(study: Study) -> pd.DataFrame:
    """What the EU27 pays for imports by supplier; the last row is the sum."""
    labels = study.origins.labels.set_index("origin")
    outside = [o for o in labels.index if o not in study.eu and labels["group"][o] != sub.STORAGE]
    columns = {
        "energy_before_twh": net_imports(study.accounts_before[FORWARD]),
        "energy_twh": net_imports(study.accounts[FORWARD]),
    }
    for view in VIEWS:
        before, now = (
            by_origin(a[view].import_bill, a[view].origins.labels) for a in (study.accounts_before, study.accounts)
        )
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
    rows.loc["EU27, all imports"] = total
    return rows.rename_axis("supplier").reset_index()


def net_imports(accounts: Accounts) -> pd.Series:
    """What enters the EU27 less what leaves, by origin, TWh."""
    case, origins = accounts.case, accounts.origins
    lines, eu = case.pipelines, case.is_eu
    enters = ~eu[lines.from_node] & eu[lines.to_node]
    leaves = eu[lines.from_node] & ~eu[lines.to_node]
    cargo = origins.labels["group"].eq(sub.LNG).to_numpy()
    landed = (origins.entering[:, eu].sum(axis=1)) * cargo[:, None]
    net = origins.arrived[:, enters].sum(axis=1) - origins.sent[:, leaves].sum(axis=1) + landed
    return by_origin(net * case.timeline.days / GWH_PER_TWH, origins.labels)


def monthly_bills(study: Study) -> pd.DataFrame:
    """Consumer bill by month: EU27 and Germany, reference and scenario, forward, capped and scarcity."""
    case = study.case
    share = case.timeline.month_days / case.timeline.days
    table = pd.DataFrame({"month": case.timeline.months})
    places = {"eu27": case.is_eu, "germany": case.nodes == GERMANY}
    for name, mask in places.items():
        for view in (FORWARD, CAPPED, SCARCITY):
            for when, accounts in (("reference", study.accounts_before), ("scenario", study.accounts)):
                paid = accounts[view].consumer_bill[mask].sum(axis=0)
                table[f"{name}_{when}_{view}_eur_bn"] = share @ paid
    return table


def _words(countries: pd.DataFrame, suppliers: pd.DataFrame) -> str:
    eu, total = countries.iloc[0], suppliers.iloc[-1]
    text = (
        f"At forward prices the EU27's consumers pay {eu[f'reference_{FORWARD}_eur_bn']:,.0f} bn EUR for gas in the"
        f" reference. In the scenario the bill changes by {_span(eu)}."
    )
    if len(countries) > 1:
        one = countries.iloc[1]
        text += f" {one['country']}'s changes by {_span(one)}."
    text += f" The EU27's import bill changes by {_span(total)}."
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
    numbers = [f"{row[f'change_{view}_eur_bn']:+,.0f} ({view})" for view in VIEWS]
    return ", ".join(numbers) + " bn EUR"
