"""What suppliers earn: Russia's revenue by route and month, rents of the others, and what transit countries take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.impact.accounts import KEUR_PER_BEUR, LNG_PREFIX, Accounts, by_origin
from energy_model.impact.answer import Answer
from energy_model.impact.study import Study
from energy_model.impact.valuation import CAPPED, CONTRACT, FORWARD, SCARCITY, VIEW_WORDS, VIEWS
from energy_model.results import substitution as sub
from energy_model.results.origins import Origins
from energy_model.scenario.measures.routes import RUSSIAN_ROUTES
from energy_model.units import GWH_PER_TWH

ELSEWHERE = "other_europe"
"""Russian gas of markets outside the EU27, less what they get through it, plus what comes back over them."""
UKRAINE_EXIT, UKRAINE_ROUTE = "ukraine_exit", "ukraine_transit"
"""Gas of the Ukrainian route is sold where it leaves Ukraine."""
RUSSIAN_LNG = f"{LNG_PREFIX}{sub.RUSSIA}"
SHOWN_ROUTE_BEUR = 0.05
RENTIERS = ("NO", "US", "QA", "DZ", "RU", "AZ", "NG", "LY", "EG", "TT")
"""Suppliers in the table of rents; pipeline and cargoes together."""

METHOD = (
    "Revenue: price at the point of sale times energy. Pipeline gas is sold where it enters the EU27, and in other"
    " markets where it is kept; cargoes are sold where they are landed. Import duties are deducted. Rent: revenue"
    " less the cost of supply and of the way to the point of sale. Supply costs stand in supply_steps.csv; cargoes"
    " cost the world price, so their rent is what Europe pays above it. Transit: Russian pipeline gas that leaves"
    " the country times what the country takes per MWh: Ukraine the tariff of the whole route (RU>UA), Poland the"
    " Yamal tariff (PL>DE), Slovakia its entry fee (UA>SK) plus its part (exit_share_of_border_fee) of the listed or"
    " default fee at the border it leaves over; low and high are those of the tariffs, with none and all of the"
    " border fee for Slovakia. Unit: bn EUR over the horizon, m EUR for transit. " + VIEW_WORDS
)
CAVEATS = (
    "Rents hold all that is earned between source and point of sale: also what owners of a full pipeline or terminal,"
    " or traders on the way, would keep. They are before taxes, royalties and export duty.",
    "Sunk costs (platforms, pipelines, trains) are not deducted; rents are no profits.",
    "At scarcity prices Russian cargoes earn a multiple: the model leaves Russian LNG in the market unless a scenario"
    " bans it.",
    "Ship-or-pay contracts pay Ukraine for booked capacity whether used or not (40 bcm a year in 2021 to 2024); the"
    " table shows tariff times flow.",
    "The tariff at which Poland is paid is an order of magnitude from the press.",
)


@dataclass(frozen=True)
class Transit:
    """A country, and what it takes for a MWh that leaves it.

    Attributes
    ----------
    tariff : tuple of str
        Border whose tariff it takes.
    takes_exit : bool
        Whether it takes its part of the fee at the border crossed on top.
    to : tuple of str, optional
        Only gas to these countries is transit.
    """

    country: str
    tariff: tuple[str, str]
    takes_exit: bool = False
    to: tuple[str, ...] | None = None


TRANSIT = (
    Transit("UA", ("RU", "UA")),
    Transit("PL", ("PL", "DE"), to=("DE",)),
    Transit("SK", ("UA", "SK"), takes_exit=True),
)
"""Ukraine is paid for the whole route at its entry, Poland for the Yamal section, Slovakia at entry and exit."""
EXIT_SHARE = "exit_share_of_border_fee"


def revenues(study: Study) -> Answer:
    """Russia's revenue, rents and transit: the answer on who earns."""
    routes, months, rents, transit = route_revenue(study), monthly_revenue(study), rents_of(study), transit_of(study)
    return Answer(
        name="Revenues",
        question="Who earns, Russia by route, the other suppliers, and the transit countries?",
        words=_words(routes, rents, transit),
        tables={
            "Russian revenue by route, over the horizon": routes,
            "Rents of suppliers, over the horizon": rents,
            "Revenue from the transit of Russian gas, over the horizon": transit,
            "Russian revenue by month and route, contract prices": months,
        },
        method=METHOD,
        caveats=CAVEATS,
        sources=("press_gazprom_price", "ua_transit_press", "acer_tariffs_2022"),
    )


def russian_routes(accounts: Accounts) -> pd.DataFrame:
    """Russian revenue by route and period, bn EUR: rows are routes, Russian cargoes and other Europe."""
    russia = accounts.origins.rows(sub.RUSSIA)[0]
    lines = accounts.case.pipelines
    net = accounts.entries[russia] - accounts.duties[russia]
    route = np.array([UKRAINE_ROUTE if name == UKRAINE_EXIT else name for name in lines.route])
    entries = pd.DataFrame(net).groupby(route).sum()
    entries = entries[entries.index.isin([*RUSSIAN_ROUTES, UKRAINE_ROUTE])]
    entries.loc[ELSEWHERE] = accounts.revenue[russia] - entries.to_numpy().sum(axis=0)
    entries.loc["cargoes"] = accounts.revenue[accounts.origins.rows(RUSSIAN_LNG)].sum(axis=0)
    return entries


def route_revenue(study: Study) -> pd.DataFrame:
    """Russian revenue by route: reference and change in every view, with the volume that enters."""
    columns: dict[str, pd.Series] = {}
    for view in VIEWS:
        before, now = (russian_routes(a[view]).sum(axis=1) for a in (study.accounts_before, study.accounts))
        columns[f"reference_{view}_eur_bn"] = before
        columns[f"change_{view}_eur_bn"] = now - before
    table = pd.DataFrame(columns)
    table = table[(table.abs() > SHOWN_ROUTE_BEUR).any(axis=1)]
    table = table.sort_values(f"reference_{CONTRACT}_eur_bn", ascending=False)
    table.loc["total"] = table.sum()
    table.insert(0, "route", [str(name).replace("_", " ") for name in table.index])
    return table.reset_index(drop=True)


def monthly_revenue(study: Study, view: str = CONTRACT) -> pd.DataFrame:
    """Russian revenue by month and route in one view, reference and scenario."""
    line = study.case.timeline
    share = line.month_days / line.days
    table = pd.DataFrame({"month": line.months})
    for when, accounts in (("reference", study.accounts_before), ("scenario", study.accounts)):
        rows = russian_routes(accounts[view])
        rows = rows[(rows.abs().sum(axis=1) > SHOWN_ROUTE_BEUR)]
        for route in rows.index:
            table[f"{when}_{route}_eur_bn"] = share @ rows.loc[route].to_numpy(float)
        table[f"{when}_total_eur_bn"] = share @ russian_routes(accounts[view]).sum().to_numpy(float)
    return table


def rents_of(study: Study) -> pd.DataFrame:
    """Rents of suppliers: energy, and rent in the reference and its change in every view."""
    names = study.data["nodes"].set_index("node")["name"]
    columns: dict[str, list[float]] = {}
    pairs = {"before": study.accounts_before, "now": study.accounts}
    sold = {when: _by_supplier(a[FORWARD], _energy(a[FORWARD].origins)) for when, a in pairs.items()}
    columns["energy_before_twh"] = [sold["before"].get(code, 0.0) for code in RENTIERS]
    columns["energy_twh"] = [sold["now"].get(code, 0.0) for code in RENTIERS]
    for view in VIEWS:
        rent = {when: _by_supplier(a[view], a[view].rent) for when, a in pairs.items()}
        columns[f"reference_{view}_eur_bn"] = [rent["before"].get(code, 0.0) for code in RENTIERS]
        columns[f"change_{view}_eur_bn"] = [
            rent["now"].get(code, 0.0) - rent["before"].get(code, 0.0) for code in RENTIERS
        ]
    table = pd.DataFrame(columns)
    table.insert(0, "supplier", [str(names[code]) for code in RENTIERS])
    return table


def _energy(origins: Origins) -> np.ndarray:
    """What each origin brings, TWh, shape (origins, periods)."""
    return np.asarray(origins.entering.sum(axis=1) * origins.solved.case.timeline.days / GWH_PER_TWH)


def _by_supplier(accounts: Accounts, amounts: np.ndarray) -> pd.Series:
    """Sums over periods by country, pipeline and cargoes together."""
    per_origin = by_origin(amounts, accounts.origins.labels)
    return per_origin.groupby(per_origin.index.str.removeprefix(LNG_PREFIX)).sum()


def transit_of(study: Study) -> pd.DataFrame:
    """Transit of Russian gas through Ukraine, Poland and Slovakia: volume and revenue with its range."""
    rows = []
    names = study.data["nodes"].set_index("node")["name"]
    for one in TRANSIT:
        before, now = (transit_revenue(o, one, study.data) for o in (study.origins_before, study.origins))
        rows.append(
            {
                "country": str(names[one.country]),
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


def transit_revenue(origins: Origins, one: Transit, data: GasData) -> tuple[float, float, float, float]:
    """Russian gas passed on by a country, TWh, and what it takes for it at low, central and high tariffs, m EUR."""
    case = origins.solved.case
    if one.country not in case.nodes:
        return 0.0, 0.0, 0.0, 0.0
    lines, n = case.pipelines, case.node(one.country)
    leaves = lines.from_node == n
    if one.to is not None:
        leaves &= np.isin(case.nodes[lines.to_node], one.to)
    sent = origins.sent[origins.rows(sub.RUSSIA)[0]][leaves] @ case.timeline.days
    targets = case.nodes[lines.to_node[leaves]]
    takes = float(sent.sum()) * _fee(data, *one.tariff)
    if one.takes_exit:
        share = _three(data, EXIT_SHARE)
        for energy, target in zip(sent, targets, strict=True):
            takes = takes + energy * share * _fee(data, one.country, str(target))
    low, central, high = (takes / KEUR_PER_BEUR * 1e3).tolist()
    return float(sent.sum()) / GWH_PER_TWH, low, central, high


def _fee(data: GasData, source: str, target: str) -> np.ndarray:
    """Tariff over a border, low, central and high, EUR/MWh; the default where none is listed."""
    table = data["tariffs"]
    row = table[(table["from_node"] == source) & (table["to_node"] == target)]
    if row.empty:
        return _three(data, "default_border_tariff_eur_per_mwh")
    return row.iloc[0][["low_eur_per_mwh", "tariff_eur_per_mwh", "high_eur_per_mwh"]].to_numpy(float)


def _three(data: GasData, name: str) -> np.ndarray:
    """Low, central and high value of a parameter."""
    table = data["parameters"].set_index("parameter")
    if name not in table.index:
        raise DataError("parameters.csv", [f"no parameter '{name}' known on {data.as_of}; add it with its source"])
    return table.loc[name, ["low", "value", "high"]].to_numpy(float)


def _words(routes: pd.DataFrame, rents: pd.DataFrame, transit: pd.DataFrame) -> str:
    total = routes.iloc[-1]
    now = total[f"reference_{CONTRACT}_eur_bn"] + total[f"change_{CONTRACT}_eur_bn"]
    text = (
        f"Russia earns {total[f'reference_{CONTRACT}_eur_bn']:,.0f} bn EUR from gas for Europe, cargoes included, in"
        f" the reference at contract prices and {now:,.0f} bn EUR in the scenario;"
        f" the change is {total[f'change_{FORWARD}_eur_bn']:+,.0f} (forward) to"
        f" {total[f'change_{CAPPED}_eur_bn']:+,.0f} (capped) and {total[f'change_{SCARCITY}_eur_bn']:+,.0f} (scarcity)."
    )
    gains = rents[rents["supplier"].isin(["Norway", "United States", "Qatar", "Algeria"])]
    listed = ", ".join(
        f"{row['supplier']} {row[f'change_{FORWARD}_eur_bn']:+,.0f} / {row[f'change_{CAPPED}_eur_bn']:+,.0f} /"
        f" {row[f'change_{SCARCITY}_eur_bn']:+,.0f}"
        for _, row in gains.iterrows()
    )
    text += f" Rents change, in bn EUR at forward / capped / scarcity prices: {listed}."
    fees = ", ".join(f"{row['country']} {row['change_eur_m']:+,.0f}" for _, row in transit.iterrows())
    return text + f" Transit revenue changes, in m EUR: {fees}."
