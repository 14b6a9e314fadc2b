"""Who replaces the gas that a seller no longer sends, in a region, by country and by month."""

from __future__ import annotations

import pandas as pd

from energy_model.impact.answer import Answer, Picture
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import LNG as BY_SHIP
from energy_model.impact.subject import PIPELINE as BY_PIPE
from energy_model.impact.subject import Subject, node_names
from energy_model.results import substitution as sub
from energy_model.results.lost_gas import bridge, consumption, lost_words
from energy_model.results.run import about as told_about
from energy_model.results.tracing import names_of_origins, origins_of
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
OF_SELLER = "the seller's gas"
"""Group of the rows of the gas that is asked about."""
NAME = "Substitution"
BRIDGE = "From lost sales to lost consumption: a level is the one before it and the steps between"
SMALL_TWH = 0.05
"""Items that change by less are shown together."""

METHOD = (
    "Origins are traced through the network period by period: a country burns what it produces first; what else"
    " leaves a node has the mixture of what entered it (proportional sharing). What a country keeps of an origin is"
    " what enters less what it passes on; over all origins plus voluntary saving and curtailment this is its"
    " demand, so the difference between scenario and reference sums to zero: the gas that is lost is exactly what"
    " all other rows gain. Storage is net, withdrawals less injections, of own and neighbours' stores. The region"
    " is the sum of its members. Unit: TWh over the month or the horizon; a period over two months is split by gas"
    " days. Bialek (1996) for tracing."
)
CAVEATS = (
    "No molecule is followed. Gas mixes by convention, so a country's part of a supplier's gas is a matter of"
    " bookkeeping; the totals over all origins, saving and curtailment are not.",
    "A negative entry is gas that is lost on top: a supplier's cargoes go elsewhere, or stores are filled more than in"
    " the reference.",
    "Gas from store counts as storage, whoever filled it; gas put into a store before the cut appears there.",
    "A seller's LNG counts as LNG where its pipeline gas is asked about. Gas it sells under another code, such as to"
    " one neighbour, is apart; what a country passes on carries its mixture.",
)


@question("substitution", place=30)
def substitution(study: Study) -> Answer:
    """Who replaces the lost volume: the answer on substitution."""
    about = study.subject
    question = f"Who replaces the lost {about.adjective} gas?"
    if not about.is_touched:
        why = f"No measure of the scenario is about {about.adjective} gas, so none of it has to be replaced."
        return Answer.not_applicable(NAME, question, why)
    change = differences(study)
    union = change[change["node"] == about.region]
    lost = lost_column(about)
    if union.loc[union["group"] == OF_SELLER, "difference_gwh"].sum() > SMALL_TWH * GWH_PER_TWH:
        question = f"What does the further {about.adjective} gas take the place of?"
    items, months = by_item(union, about), wide(union, ["month"], lost)
    bridged, levels = _bridge(study)
    countries = _ranked(wide(change, ["node"], lost), study)
    long = wide(change, ["node", "month"], lost)
    long.insert(0, "country", node_names(study.data, long.pop("node")))
    return Answer(
        name=NAME,
        question=question,
        words=_words(study, countries, items),
        tables={
            f"{about.place} by source, over the horizon": items,
            "By country, over the horizon": countries,
            f"{about.place} by month": months,
            "By country and month": long.reset_index(drop=True),
            **bridged,
        },
        method=METHOD,
        caveats=CAVEATS,
        pictures=tuple(_picture(study, bridged[name], levels) for name in bridged),
    )


def _bridge(study: Study) -> tuple[dict[str, pd.DataFrame], tuple[int, ...]]:
    """From the sales that the seller loses to what the region no longer consumes, for gas by pipeline; its levels."""
    about = study.subject
    if about.channel != BY_PIPE:
        return {}, ()
    before, after = (consumption(told_about(run, supplier=about.seller)) for run in (study.reference, study.results))
    steps = bridge(before, after, study.inside, about.where).steps
    steps = steps[steps["is_level"] | (steps["gwh"].abs() > 0.0)].reset_index(drop=True)
    table = pd.DataFrame({"step": steps["step"], "lost_twh": steps["gwh"] / GWH_PER_TWH})
    return {BRIDGE: table}, tuple(int(row) for row in steps.index[steps["is_level"]])


def _picture(study: Study, table: pd.DataFrame, levels: tuple[int, ...]) -> Picture:
    """The bridge as a waterfall."""
    sold, lost = (float(table["lost_twh"].iloc[row]) for row in (0, -1))
    about = study.subject
    finding = f"{sold:,.0f} TWh of {about.adjective} gas less are sold, of which {about.where} loses {lost:,.0f}"
    return Picture("waterfall", BRIDGE, "step", ("lost_twh",), finding, levels)


def lost_column(about: Subject) -> str:
    """Column of the gas that is lost."""
    return f"lost_{about.adjective_key}_twh"


def differences(study: Study) -> pd.DataFrame:
    """Scenario less reference for every member and the region: ``node``, ``month``, ``group``, ``item``,
    ``difference_gwh``; the rows of a node and month sum to zero.
    """
    keys = ["node", "month", "group", "item"]
    now, then = (
        _of_seller(consumption(results).table, study).groupby(keys)["energy_gwh"].sum()
        for results in (study.results, study.reference)
    )
    table = now.sub(then, fill_value=0.0).rename("difference_gwh").reset_index()
    inside = table[table["node"].isin(study.inside)]
    country = study.data["nodes"].set_index("node")["country"]
    members = table[table["node"].isin([*study.inside, *study.subject.country_nodes])]
    members = members.assign(node=members["node"].map(country)).groupby(keys)["difference_gwh"].sum().reset_index()
    union = inside.groupby(keys[1:])["difference_gwh"].sum().reset_index().assign(node=study.subject.region)
    return pd.concat([union, members], ignore_index=True)[[*keys, "difference_gwh"]]


def _of_seller(ledger: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The ledger with the gas that is asked about in a group of its own."""
    about, (piped, shipped) = study.subject, origins_of(study.subject.seller)
    item = names_of_origins(study.origins.origins, study.data["nodes"]).set_index("origin")["item"]
    code = shipped if about.channel == BY_SHIP else piped
    kind = {BY_PIPE: sub.PIPELINE, BY_SHIP: sub.LNG}.get(about.channel, sub.PRODUCTION)
    group = ledger["group"].replace({sub.FOCUS: sub.PIPELINE})
    asked = (ledger["item"] == item.get(code, "")) & (group == kind)
    return ledger.assign(group=group.mask(asked, OF_SELLER))


def wide(change: pd.DataFrame, keys: list[str], lost: str) -> pd.DataFrame:
    """Lost gas and what replaces it in columns; :data:`COLUMNS` sum to the column ``lost`` in every row."""
    table = change.pivot_table(index=keys, columns="group", values="difference_gwh", aggfunc="sum", fill_value=0.0)
    table = table.reindex(columns=[OF_SELLER, *COLUMNS], fill_value=0.0) / GWH_PER_TWH
    table = table.rename(columns=COLUMNS).rename_axis(columns=None)
    table.insert(0, lost, 0.0 - table.pop(OF_SELLER))
    return table.reset_index()


def by_item(change: pd.DataFrame, about: Subject) -> pd.DataFrame:
    """The bars of a waterfall: the lost gas, then every source with its part of the loss, largest group first."""
    table = change.groupby(["group", "item"])["difference_gwh"].sum().div(GWH_PER_TWH).rename("twh").reset_index()
    lost = -float(table.loc[table["group"] == OF_SELLER, "twh"].sum())
    table = table[table["group"] != OF_SELLER]
    small = table["twh"].abs() < SMALL_TWH
    rest = table[small].groupby("group")["twh"].sum().reset_index().assign(item="Others")
    table = pd.concat([table[~small], rest[rest["twh"] != 0.0]], ignore_index=True)
    size = table.groupby("group")["twh"].transform("sum")
    order = table.assign(size=-size, own=-table["twh"]).sort_values(["size", "group", "own"], kind="stable")
    table = order.drop(columns=["size", "own"])
    first = pd.DataFrame({"group": [about.gas_group], "item": ["Lost"], "twh": [lost]})
    table = pd.concat([first, table], ignore_index=True).rename(columns={"group": "source", "twh": "difference_twh"})
    table["of_loss_share"] = table["difference_twh"] / lost if abs(lost) > SMALL_TWH else float("nan")
    return table


def _ranked(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The region first, then the countries that lose most."""
    lost = lost_column(study.subject)
    order = table.assign(first=table["node"] != study.subject.region, size=-table[lost])
    order = order.sort_values(["first", "size"], kind="stable")
    order.insert(0, "country", node_names(study.data, order.pop("node")))
    return order.drop(columns=["first", "size"]).reset_index(drop=True)


def _words(study: Study, countries: pd.DataFrame, items: pd.DataFrame) -> str:
    about, union = study.subject, countries.iloc[0]
    lost = float(union[lost_column(about)])
    if abs(lost) <= SMALL_TWH:
        return (
            f"{_begin(about.where)} gets as much {about.gas} as in the reference; nothing has to be replaced. What"
            f" changes otherwise: LNG by {union['lng_twh']:+.1f} TWh, storage by {union['storage_twh']:+.1f} TWh,"
            f" curtailment by {union['curtailment_twh']:+.1f} TWh."
        )
    told, besides = _ways(union, lost)
    if lost > 0.0 and about.channel == BY_PIPE:
        text = f"{lost_words(about.adjective, about.where)}: {lost:,.0f} TWh over the horizon. In its place: {told}."
    elif lost > 0.0:
        text = f"{_begin(about.where)} loses {lost:,.0f} TWh of {about.gas} over the horizon. In its place: {told}."
    else:
        text = (
            f"{_begin(about.where)} gets {-lost:,.0f} TWh more of {about.gas} over the horizon than in the reference."
            f" It takes the place of: {told}."
        )
    if besides:
        also = "has to be made up for as well" if lost > 0.0 else "comes on top of it"
        text += f" What changes the same way, and {also}: {besides}."
    if lost > 0.0:
        text += _largest(items)
    text += _in_country(study, countries)
    hardest = countries.iloc[1:].nlargest(1, "curtailment_twh").iloc[0]
    if hardest["curtailment_twh"] > SMALL_TWH:
        text += (
            f" Most is cut in {hardest['country']}, {hardest['curtailment_twh']:,.0f} TWh more than in the reference."
            f" Over the horizon {about.where} has {study.shortage}."
        )
    return " ".join(part for part in (text, study.shortage_elsewhere) if part)


WAYS = {
    "other pipeline gas": "other_pipeline_twh",
    "LNG": "lng_twh",
    "European production": "european_production_twh",
    "storage": "storage_twh",
    "saving for the price": "voluntary_saving_twh",
    "curtailment": "curtailment_twh",
    "saving by measures": "saving_by_measures_twh",
}
"""What stands in for gas, in a sentence, and its column."""


def _ways(row: pd.Series, lost: float) -> tuple[str, str]:
    """What stands in for the lost gas of a place, or makes room for what it gains; what changes the other way."""
    parts = {name: float(row[column]) for name, column in WAYS.items() if abs(row[column]) > SMALL_TWH}
    ordered = sorted(parts.items(), key=lambda pair: -pair[1] * (1.0 if lost > 0.0 else -1.0))
    instead = [(name, energy) for name, energy in ordered if energy * lost > 0.0 and abs(energy / lost) >= 0.005]
    besides = [(name, energy) for name, energy in ordered if energy * lost <= 0.0 and round(abs(energy)) > 0]
    told = ", ".join(f"{name} {energy:+,.0f} TWh ({energy / lost:.0%})" for name, energy in instead) or "nothing"
    return told, ", ".join(f"{name} {energy:+,.0f} TWh" for name, energy in besides)


def _in_country(study: Study, countries: pd.DataFrame) -> str:
    """The same of the country that the question is about; nothing where it neither loses nor gains."""
    about = study.subject
    row = countries.loc[countries["country"] == about.country_name]
    if row.empty or abs(lost := float(row.iloc[0][lost_column(about)])) <= SMALL_TWH:
        return ""
    told, besides = _ways(row.iloc[0], lost)
    verb, instead = ("loses", "in its place") if lost > 0.0 else ("gets more", "in the place of")
    also = f"; {besides} besides" if besides else ""
    return f" {about.country_name} {verb}: {abs(lost):,.1f} TWh; {instead}: {told}{also}."


def _largest(items: pd.DataFrame) -> str:
    """The largest single suppliers of what replaces the lost gas, as a sentence."""
    single = items.iloc[1:]
    single = single[~single["source"].isin([sub.STORAGE, sub.VOLUNTARY, sub.CURTAILED, sub.DEMAND])]
    best = single.nlargest(3, "difference_twh")
    best = best[best["difference_twh"] > SMALL_TWH]
    listed = ", ".join(f"{row['item']} {row['difference_twh']:,.0f}" for row in best.to_dict("records"))
    return f" The largest single sources are, in TWh: {listed}." if listed else ""


def _begin(words: str) -> str:
    """Words at the beginning of a sentence."""
    return words[:1].upper() + words[1:]
