"""Who replaces the gas that Russia no longer sends, in the EU27, by country and by month."""

from __future__ import annotations

from functools import reduce

import pandas as pd

from energy_model.impact.answer import Answer
from energy_model.impact.economy import EU
from energy_model.impact.study import Study
from energy_model.results import substitution as sub
from energy_model.results.lost_gas import consumption
from energy_model.units import GWH_PER_TWH

COLUMNS = {
    sub.PIPELINE: "other_pipeline_twh",
    sub.LNG: "lng_twh",
    sub.PRODUCTION: "european_production_twh",
    sub.STORAGE: "storage_twh",
    sub.VOLUNTARY: "voluntary_saving_twh",
    sub.CURTAILED: "curtailment_twh",
    sub.DEMAND: "saving_by_measures_twh",
}
"""Columns of the wide tables; with sign they sum to the lost gas."""
LOST = "lost_russian_twh"
SMALL_TWH = 0.05
"""Items that change by less are shown together."""

METHOD = (
    "Origins are traced through the network period by period: what leaves a node has the mixture of what entered it"
    " (proportional sharing). What a country keeps of an origin is what enters less what it passes on; over all"
    " origins plus voluntary saving and curtailment this is its demand, so the difference between scenario and"
    " reference sums to zero: the Russian gas that is lost is exactly what all other rows gain. Storage is net,"
    " withdrawals less injections, of own and neighbours' stores. The EU27 is the sum of its members. Unit: TWh over"
    " the month or the horizon; a period over two months is split by gas days. Bialek (1996) for tracing."
)
CAVEATS = (
    "No molecule is followed. Gas mixes by convention, so a country's part of a supplier's gas is a matter of"
    " bookkeeping; the totals over all origins, saving and curtailment are not.",
    "A negative entry is gas that is lost on top: a supplier's cargoes go elsewhere, or stores are filled more than in"
    " the reference.",
    "Gas from store counts as storage, whoever filled it; Russian gas put into a store before the cut appears there.",
    "Russian LNG counts as LNG. Sales to Türkiye and Belarus are apart from those to Europe; what Türkiye passes on"
    " carries its mixture.",
)


def substitution(study: Study) -> Answer:
    """Who replaces the lost volume: the answer on substitution."""
    change = differences(study)
    union = change[change["node"] == EU]
    items, months, countries = by_item(union), wide(union, ["month"]), wide(change, ["node"])
    names = study.data["nodes"].set_index("node")["name"].to_dict() | {EU: "EU27"}
    countries = _ranked(countries, names)
    long = wide(change, ["node", "month"])
    long.insert(0, "country", long.pop("node").map(names))
    return Answer(
        name="Substitution",
        question="Who replaces the lost Russian gas?",
        words=_words(countries, items),
        tables={
            "EU27 by source, over the horizon": items,
            "By country, over the horizon": countries,
            "EU27 by month": months,
            "By country and month": long.reset_index(drop=True),
        },
        method=METHOD,
        caveats=CAVEATS,
    )


def differences(study: Study) -> pd.DataFrame:
    """Scenario less reference for every EU member and the EU27: ``node``, ``month``, ``group``, ``item``,
    ``difference_gwh``; the rows of a node and month sum to zero.
    """
    keys = ["node", "month", "group", "item"]
    now, then = (
        consumption(results).table.set_index(keys)["energy_gwh"] for results in (study.results, study.reference)
    )
    table = now.sub(then, fill_value=0.0).rename("difference_gwh").reset_index()
    members = table[table["node"].isin(study.eu)]
    union = members.groupby(keys[1:])["difference_gwh"].sum().reset_index().assign(node=EU)
    return pd.concat([union, members], ignore_index=True)[[*keys, "difference_gwh"]]


def wide(change: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Lost gas and what replaces it in columns; :data:`COLUMNS` sum to ``lost_russian_twh`` in every row."""
    table = change.pivot_table(index=keys, columns="group", values="difference_gwh", aggfunc="sum", fill_value=0.0)
    table = table.reindex(columns=[sub.RUSSIAN, *COLUMNS], fill_value=0.0) / GWH_PER_TWH
    table = table.rename(columns=COLUMNS).rename_axis(columns=None)
    table.insert(0, LOST, 0.0 - table.pop(sub.RUSSIAN))
    return table.reset_index()


def by_item(change: pd.DataFrame) -> pd.DataFrame:
    """The bars of a waterfall: the lost gas, then every source with its part of the loss, largest group first."""
    table = change.groupby(["group", "item"])["difference_gwh"].sum().div(GWH_PER_TWH).rename("twh").reset_index()
    lost = -float(table.loc[table["group"] == sub.RUSSIAN, "twh"].sum())
    table = table[table["group"] != sub.RUSSIAN]
    small = table["twh"].abs() < SMALL_TWH
    rest = table[small].groupby("group")["twh"].sum().reset_index().assign(item="Others")
    table = pd.concat([table[~small], rest[rest["twh"] != 0.0]], ignore_index=True)
    size = table.groupby("group")["twh"].transform("sum")
    order = table.assign(size=-size, own=-table["twh"]).sort_values(["size", "group", "own"], kind="stable")
    table = order.drop(columns=["size", "own"])
    first = pd.DataFrame({"group": [sub.RUSSIAN], "item": ["Lost"], "twh": [lost]})
    table = pd.concat([first, table], ignore_index=True).rename(columns={"group": "source", "twh": "difference_twh"})
    table["of_loss_share"] = table["difference_twh"] / lost if abs(lost) > SMALL_TWH else float("nan")
    return table


def _ranked(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The EU27 first, then the countries that lose most."""
    order = table.assign(first=table["node"] != EU, size=-table[LOST]).sort_values(["first", "size"], kind="stable")
    order.insert(0, "country", order.pop("node").map(names))
    return order.drop(columns=["first", "size"]).reset_index(drop=True)


def _words(countries: pd.DataFrame, items: pd.DataFrame) -> str:
    union = countries.iloc[0]
    lost = float(union[LOST])
    if abs(lost) <= SMALL_TWH:
        return (
            "The EU27 gets as much Russian gas by pipeline as in the reference; nothing has to be replaced. What"
            f" changes otherwise: LNG by {union['lng_twh']:+.1f} TWh, storage by {union['storage_twh']:+.1f} TWh,"
            f" curtailment by {union['curtailment_twh']:+.1f} TWh."
        )
    ways = {
        "other pipeline gas": "other_pipeline_twh",
        "LNG": "lng_twh",
        "European production": "european_production_twh",
        "storage": "storage_twh",
        "saving for the price": "voluntary_saving_twh",
        "curtailment": "curtailment_twh",
        "saving by measures": "saving_by_measures_twh",
    }
    parts = {name: float(union[column]) for name, column in ways.items() if abs(union[column]) > SMALL_TWH}
    ordered = sorted(parts.items(), key=lambda pair: -pair[1] * (1.0 if lost > 0.0 else -1.0))
    told = ", ".join(f"{name} {energy:+,.0f} TWh ({energy / lost:.0%})" for name, energy in ordered)
    verb = "loses" if lost > 0.0 else "gains"
    single = items[~items["source"].isin([sub.RUSSIAN, sub.STORAGE, sub.VOLUNTARY, sub.CURTAILED, sub.DEMAND])]
    best = single.nlargest(3, "difference_twh")
    best = best[best["difference_twh"] > SMALL_TWH]
    most = reduce(lambda text, row: f"{text}, {row[0]} {row[1]:,.0f}", best[["item", "difference_twh"]].to_numpy(), "")
    text = f"The EU27 {verb} {abs(lost):,.0f} TWh of Russian gas by pipeline over the horizon. In its place: {told}."
    if most and lost > 0.0:
        text += f" The largest single sources are, in TWh: {most.lstrip(', ')}."
    hardest = countries.iloc[1:].nlargest(1, "curtailment_twh").iloc[0]
    if hardest["curtailment_twh"] > SMALL_TWH:
        text += (
            f" Most is cut in {hardest['country']}, {hardest['curtailment_twh']:,.0f} TWh more than in the reference."
        )
    return text
