"""What suppliers earn: a seller's revenue by route and month, rents of the others, and what transit countries take."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.provenance import price_sources, table_sources
from energy_model.data.sellers import route_names, sellers
from energy_model.data.storyline import Transit
from energy_model.errors import DataError
from energy_model.impact.accounts import Accounts, by_origin
from energy_model.impact.answer import Answer, signed
from energy_model.impact.registry import question
from energy_model.impact.study import Study
from energy_model.impact.subject import Subject, node_names, slug
from energy_model.impact.valuation import CAPPED, CONTRACT, FORWARD, SCARCITY, VIEW_WORDS, VIEWS, VIEWS_IN_BRIEF
from energy_model.results.tracing import Traced, origins_of, seller_of
from energy_model.scenario.case import Case
from energy_model.units import EUR_PER_KEUR, EUR_PER_MEUR, GWH_PER_TWH

CARGOES, ELSEWHERE, DUTIES = "Cargoes", "Other markets", "Duties on purchases"
"""Rows besides routes; other markets hold gas of markets outside the region, less what they get through it, plus what
comes back over them."""
SHOWN_BEUR = 0.05
RENTIERS, TOLD = 10, 4
"""Sellers in the table of rents, pipeline and cargoes together: those whose rent changes most; and in the paragraph."""
SMALL_TWH = 0.05
TOLD_EUR_BN = 0.5
"""Rents that change by less are not named in the paragraph."""
NAME = "Revenues"
EXIT_SHARE = "exit_share_of_border_fee"

METHOD = (
    "Revenue: price at the point of sale times energy. Pipeline gas is sold where it enters the region, and in other"
    " markets where it is kept; cargoes are sold where they are landed. Import duties are deducted. Rent: revenue less"
    " the cost of supply and of the way to the point of sale. Supply costs stand in supply_steps.csv; cargoes cost the"
    " world price, so their rent is what Europe pays above it. Transit: the seller's pipeline gas that leaves a"
    " country times what the country takes per MWh: the tariff of the border that the storyline of the data names for"
    " it, and, where it takes an exit fee, its part (exit_share_of_border_fee) of the listed or default fee at the"
    " border that the gas leaves over; low and high are those of the tariffs, with none and all of that border fee."
    " Unit: bn EUR over the horizon, m EUR for transit. " + VIEW_WORDS
)
CAVEATS = (
    VIEWS_IN_BRIEF,
    "Rents hold all that is earned between source and point of sale: also what owners of a full pipeline or terminal,"
    " or traders on the way, would keep. They are before taxes, royalties and export duty.",
    "Sunk costs (platforms, pipelines, trains) are not deducted; rents are no profits.",
    "At scarcity prices cargoes earn a multiple: the model leaves a seller's LNG in the market unless a scenario bans"
    " it.",
    "Ship-or-pay contracts pay a transit country for booked capacity whether used or not; the table shows tariff times"
    " flow.",
    "Some transit tariffs are orders of magnitude from the press; the table tariffs says which.",
)


@question("revenues", place=80)
def revenues(study: Study) -> Answer:
    """The seller's revenue, rents and transit: the answer on who earns."""
    about = study.subject
    way = " by route" if about.routes else ""
    carriers = ", and the transit countries" if transit_countries(study) else ""
    question = f"Who earns: {about.name}{way}, the other sellers{carriers}?"
    if not sells(study):
        return Answer.not_applicable(NAME, question, f"{about.name} sells no gas in the reference or in the scenario.")
    routes, months, rents = route_revenue(study), monthly_revenue(study), rents_of(study)
    transit = transit_of(study)
    tables = {
        f"{about.adjective} revenue by route, over the horizon": routes,
        "Rents of sellers, over the horizon": rents,
    }
    if len(transit):
        tables[f"Revenue from the transit of {about.adjective} gas, over the horizon"] = transit
    return Answer(
        name=NAME,
        question=question,
        words=_words(study, routes, rents, transit),
        tables=tables | {f"{about.adjective} revenue by month and route, contract prices": months},
        method=METHOD,
        caveats=CAVEATS,
        sources=(*price_sources(study.data), *table_sources(study.data, "tariffs")),
    )


def sells(study: Study) -> bool:
    """Whether the seller sells any gas, by pipeline or by ship, in the reference or in the scenario."""
    sold = (_by_supplier(a[FORWARD], _energy(a[FORWARD].origins)) for a in (study.accounts_before, study.accounts))
    return any(float(one.get(study.subject.seller, 0.0)) > SMALL_TWH for one in sold)


def revenue_by_route(accounts: Accounts, about: Subject) -> pd.DataFrame:
    """The seller's revenue by route and period, bn EUR: rows are routes by name, cargoes and other markets."""
    own, names = accounts.origins.rows(about.seller), route_names(about.data)
    net = (accounts.entries[own] - accounts.duties[own]).sum(axis=0)
    every = pd.DataFrame(net).groupby(accounts.case.pipelines.route).sum()
    entries = every[every.index.isin(about.routes)].rename(index=lambda route: names.get(route, route))
    levied = accounts.purchase_duties[own].sum(axis=(0, 1))
    if levied.any():
        entries.loc[DUTIES] = -levied
    entries.loc[ELSEWHERE] = accounts.revenue[own].sum(axis=0) - entries.to_numpy().sum(axis=0)
    cargoes = accounts.origins.rows(origins_of(about.seller)[1])
    entries.loc[CARGOES] = accounts.revenue[cargoes].sum(axis=0)
    return entries


def route_revenue(study: Study) -> pd.DataFrame:
    """The seller's revenue by route: reference and change in every view; the last row is the sum of all routes."""
    columns: dict[str, pd.Series] = {}
    for view in VIEWS:
        pairs = (study.accounts_before, study.accounts)
        before, now = (revenue_by_route(a[view], study.subject).sum(axis=1) for a in pairs)
        columns[f"reference_{view}_eur_bn"] = before
        columns[f"change_{view}_eur_bn"] = now.sub(before, fill_value=0.0)
    every = pd.DataFrame(columns).fillna(0.0)
    table = every[(every.abs() > SHOWN_BEUR).any(axis=1)]
    table = table.sort_values(f"reference_{CONTRACT}_eur_bn", ascending=False)
    table.loc["total"] = every.sum()
    return table.rename_axis("route").reset_index()


def monthly_revenue(study: Study, view: str = CONTRACT) -> pd.DataFrame:
    """The seller's revenue by month and route in one view, reference and scenario."""
    line = study.case.timeline
    share = line.month_days / line.days
    table = pd.DataFrame({"month": line.months})
    for when, accounts in (("reference", study.accounts_before), ("scenario", study.accounts)):
        every = revenue_by_route(accounts[view], study.subject)
        rows = every[(every.abs().sum(axis=1) > SHOWN_BEUR)]
        for route in rows.index:
            table[f"{when}_{slug(str(route))}_eur_bn"] = share @ rows.loc[route].to_numpy(float)
        table[f"{when}_total_eur_bn"] = share @ every.sum().to_numpy(float)
    return table


def rents_of(study: Study) -> pd.DataFrame:
    """Rents of sellers: energy, and rent in the reference and its change in every view, the largest change first."""
    pairs = {"before": study.accounts_before, "now": study.accounts}
    sold = {when: _by_supplier(a[FORWARD], _energy(a[FORWARD].origins)) for when, a in pairs.items()}
    columns = {"energy_before_twh": sold["before"], "energy_twh": sold["now"]}
    for view in VIEWS:
        rent = {when: _by_supplier(a[view], a[view].rent) for when, a in pairs.items()}
        columns[f"reference_{view}_eur_bn"] = rent["before"]
        columns[f"change_{view}_eur_bn"] = rent["now"].sub(rent["before"], fill_value=0.0)
    codes = [code for code in sellers(study.data) if code not in study.inside]
    table = pd.DataFrame(columns).reindex(codes).fillna(0.0)
    table = table[table[["energy_before_twh", "energy_twh"]].max(axis=1) > SMALL_TWH]
    size = table[f"change_{CAPPED}_eur_bn"].abs()
    table = table.loc[size.sort_values(ascending=False, kind="stable").index].head(RENTIERS)
    table.insert(0, "supplier", node_names(study.data, table.index))
    return table.reset_index(drop=True)


def _energy(origins: Traced) -> np.ndarray:
    """What each origin brings, TWh, shape (origins, periods)."""
    return np.asarray(origins.entering.sum(axis=1) * origins.network.days / GWH_PER_TWH)


def _by_supplier(accounts: Accounts, amounts: np.ndarray) -> pd.Series:
    """Sums over periods by country, pipeline and cargoes together."""
    per_origin = by_origin(amounts, accounts.origins)
    return per_origin.groupby(per_origin.index.map(seller_of)).sum()


def transit_countries(study: Study) -> tuple[Transit, ...]:
    """Countries that earn from carrying the seller's gas: known for the seller in focus of the data alone."""
    line = study.data.storyline
    return line.transit if study.subject.seller == line.focus.supplier else ()


def transit_of(study: Study) -> pd.DataFrame:
    """Transit of the seller's gas by country: volume and revenue with its range."""
    rows = []
    for one in transit_countries(study):
        pairs = ((study.before, study.origins_before), (study.solved, study.origins))
        before, now = (transit_revenue(run.case, o, one, study.data, study.subject.seller) for run, o in pairs)
        rows.append(
            {
                "country": node_names(study.data, [one.country])[0],
                "transit_before_twh": before[0],
                "transit_twh": now[0],
                "reference_eur_m": before[2],
                "scenario_eur_m": now[2],
                "change_eur_m": now[2] - before[2],
                "change_at_low_tariff_eur_m": now[1] - before[1],
                "change_at_high_tariff_eur_m": now[3] - before[3],
            }
        )
    return pd.DataFrame(rows)


def transit_revenue(
    case: Case, origins: Traced, one: Transit, data: GasData, seller: str
) -> tuple[float, float, float, float]:
    """A seller's gas passed on by a country, TWh, and what it takes for it at low, central and high tariffs, m EUR."""
    lines, own = case.pipelines, case.inside(one.country)
    leaves = own[lines.from_node] & ~own[lines.to_node]
    if one.to:
        leaves &= case.inside(*one.to)[lines.to_node]
    sent = origins.sent[origins.rows(seller)].sum(axis=0)[leaves] @ case.timeline.days
    targets = case.nodes[lines.to_node[leaves]]
    takes = float(sent.sum()) * _fee(data, *one.tariff)
    if one.takes_exit_fee:
        share = _three(data, EXIT_SHARE)
        sources = case.nodes[lines.from_node[leaves]]
        for energy, source, target in zip(sent, sources, targets, strict=True):
            takes = takes + energy * share * _fee(data, str(source), str(target))
    low, central, high = (takes * EUR_PER_KEUR / EUR_PER_MEUR).tolist()
    return float(sent.sum()) / GWH_PER_TWH, low, central, high


def _fee(data: GasData, source: str, target: str) -> np.ndarray:
    """Tariff over a border, low, central and high, EUR/MWh; the default where none is listed."""
    table = data["tariffs"]
    row = table[(table["from_node"] == source) & (table["to_node"] == target)]
    if row.empty:
        return _three(data, "default_border_tariff_eur_per_mwh")
    return np.asarray(row.iloc[0][["low_eur_per_mwh", "tariff_eur_per_mwh", "high_eur_per_mwh"]].to_numpy(float))


def _three(data: GasData, name: str) -> np.ndarray:
    """Low, central and high value of a parameter."""
    table = data["parameters"].set_index("parameter")
    if name not in table.index:
        raise DataError("parameters.csv", [f"no parameter '{name}' known on {data.as_of}; add it with its source"])
    return np.asarray(table.loc[name, ["low", "value", "high"]].to_numpy(float))


def _words(study: Study, routes: pd.DataFrame, rents: pd.DataFrame, transit: pd.DataFrame) -> str:
    about, total = study.subject, routes.iloc[-1]
    now = total[f"reference_{CONTRACT}_eur_bn"] + total[f"change_{CONTRACT}_eur_bn"]
    text = (
        f"{about.name} earns {total[f'reference_{CONTRACT}_eur_bn']:,.0f} bn EUR from gas for Europe, cargoes included,"
        f" in the reference at contract prices and {now:,.0f} bn EUR in the scenario;"
        f" the change is {signed(total[f'change_{FORWARD}_eur_bn'])} (forward) to"
        f" {signed(total[f'change_{CAPPED}_eur_bn'])} (capped) and {signed(total[f'change_{SCARCITY}_eur_bn'])}"
        " (scarcity)."
    )
    changes = rents.filter(regex="^change_").abs().max(axis=1)
    others = rents[(rents["supplier"] != about.name) & (changes >= TOLD_EUR_BN)].head(TOLD)
    listed = ", ".join(
        f"{row['supplier']} {signed(row[f'change_{FORWARD}_eur_bn'])} / {signed(row[f'change_{CAPPED}_eur_bn'])} /"
        f" {signed(row[f'change_{SCARCITY}_eur_bn'])}"
        for _, row in others.iterrows()
    )
    text += f" Rents of others change, in bn EUR at forward / capped / scarcity prices: {listed}." if listed else ""
    fees = ", ".join(f"{row['country']} {signed(row['change_eur_m'])}" for _, row in transit.iterrows())
    return text + (f" Transit revenue changes, in m EUR: {fees}." if fees else "")
