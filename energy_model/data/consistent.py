"""Do the tables agree with each other: demand with statistics, penalties, contracts, the balance of the base year?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pandas as pd

from energy_model.data.problem import Check, Known, Problem, Tables, checks, error, rows, unit_slip, warning
from energy_model.data.storyline import Balance, Storyline
from energy_model.units import DAYS_PER_YEAR, NM_PER_1000_NM

CLOSE = 0.005
"""Totals of demand agree with the statistics within this share."""
CLASSES_AGREE = 0.01
"""Classes of contracts carry what the contracts of the same seller and buyer do within this share."""
BALANCE_CLOSES = 0.02
"""Share of demand by which the balance of a year may stay open: losses, and gas passed on to neighbours."""
ROUNDING = 1e-6
LNG = "LNG"
"""Supplier of ``purchases.csv`` for gas by ship, whoever sells it."""


@checks("nodes", "groups", "demand_annual", "peak_demand", "observed_demand_monthly")
def demand_matches_statistics(every: Tables, known: Known) -> Iterator[Problem]:
    """Official totals of all members, and a peak for everyone who burns gas."""
    markets = set(known["nodes"].loc[known["nodes"]["is_market"], "node"])
    for group in dict.fromkeys(known["groups"]["group"]):
        yield from _total_of(group, known, markets)
    for node in sorted(markets - set(known["peak_demand"]["node"])):
        yield error(f"peak_demand.csv: no peak of {node}, which is a market; add it")


def _total_of(group: str, known: Known, markets: set[str]) -> Iterator[Problem]:
    """A group of countries burns what the statistics counted, month by month, in its members that are markets."""
    annual, year = known["demand_annual"], known.storyline.base_year
    members = known.members(group) & markets
    modelled = annual.loc[annual["node"].isin(members) & (annual["year"] == year), "demand_gwh"].sum()
    monthly = known["observed_demand_monthly"]
    monthly = monthly[(monthly["month"].dt.year == year) & monthly["node"].isin(members)]
    counted = monthly["demand_gwh"].sum()
    if abs(modelled - counted) > CLOSE * counted:
        yield error(
            f"demand_annual.csv: {group} burns {modelled:.0f} GWh in {year}, the statistics counted {counted:.0f} in "
            "the same countries (observed/demand_monthly.csv); correct the totals"
        )


@checks("storage")
def held_gas_has_a_holder(every: Tables, known: Tables) -> Iterator[Problem]:
    """A share of a store is somebody's, and whoever is named may hold some."""
    table = known["storage"]
    may_hold, named = table["holder_high_share"] > 0.0, table["holder"].notna()
    yield from rows(
        "storage.csv", table[may_hold & ~named], "holder", "nobody holds up to {holder_high_share}", "name the supplier"
    )
    yield from rows(
        "storage.csv", table[named & ~may_hold], "holder", "holds nothing at most", "mend the shares, or name nobody"
    )


@checks("solidarity", "purchases", "groups", "suppliers", "routes")
def purchases_have_a_buyer_who_keeps_them(every: Tables, known: Known) -> Iterator[Problem]:
    """Groups that share exist, and what is bought comes from somewhere and belongs to a market outside them."""
    groups, every_market = set(known["groups"]["group"]), known.storyline.everybody
    sharing = known["solidarity"]
    odd = sharing[~sharing["group"].isin({*groups, every_market})]
    yield from rows("solidarity.csv", odd, "group", "no such group", "use a group of groups.csv, or the group of all")
    table = known["purchases"]
    inside = {node for group in sharing["group"] for node in known.members(group)}
    odd = table[table["node"].isin(inside) | sharing["group"].eq(every_market).any()]
    why = "shares with its group, so that what it bought is not its own"
    yield from rows("purchases.csv", odd, "node", why, "delete the row, or take the group out of solidarity.csv")
    by_ship = table["supplier"].eq(LNG)
    odd = table[~by_ship & ~table["supplier"].isin(known["suppliers"]["supplier"])]
    yield from rows("purchases.csv", odd, "supplier", "no such supplier", f"use a code of suppliers.csv, or {LNG}")
    odd = table[~by_ship & ~table["route"].isin(known["routes"]["route"])]
    yield from rows("purchases.csv", odd, "route", "pipeline gas comes by a route", "name one of routes.csv")
    odd = table[by_ship & table["route"].notna()]
    yield from rows("purchases.csv", odd, "route", "LNG comes by ship", "leave it blank")


@checks("curtailment_tiers", "demand_response")
def every_sector_has_a_say(every: Tables, known: Tables) -> Iterator[Problem]:
    """Each sector that may be cut answers to price as well, and the other way round."""
    cut, answers = (set(known[name]["sector"]) for name in ("curtailment_tiers", "demand_response"))
    for sector in sorted(cut - answers):
        yield error(f"demand_response.csv: no row of sector '{sector}', which curtailment_tiers.csv has; add it")
    for sector in sorted(answers - cut):
        yield error(f"curtailment_tiers.csv: no tier of sector '{sector}', which demand_response.csv has; add it")


@checks("curtailment_tiers")
def tiers_in_legal_order(every: Tables, known: Tables) -> Iterator[Problem]:
    """Tiers cover each sector once, and who is cut later costs more."""
    table = known["curtailment_tiers"].sort_values("tier")
    for sector, share in table.groupby("sector")["share_of_sector"].sum().items():
        if abs(share - 1.0) > ROUNDING:
            yield error(f"curtailment_tiers.csv, sector '{sector}': shares sum to {share:g}, not 1; some gas is lost")
    falling = table[table["cost_eur_per_mwh"].diff() <= 0.0]
    yield from rows(
        "curtailment_tiers.csv",
        falling,
        "cost_eur_per_mwh",
        "no dearer than the tier before, so the legal order would not hold",
        "raise it",
    )
    last = table.loc[~table["is_protected"], "tier"].max()
    early = table[table["is_protected"] & (table["tier"] < last)]
    yield from rows("curtailment_tiers.csv", early, "tier", "protected, yet cut before others", "move it to the end")


@checks("curtailment_tiers", "prices", "lng_supply_steps", "lng_shipping", "parameters")
def penalties_in_order(every: Tables, known: Known) -> Iterator[Problem]:
    """LNG before voluntary saving's last step, that before curtailment, stock between unprotected and protected."""
    value = known["parameters"].set_index("parameter")["value"]
    tiers = known["curtailment_tiers"].sort_values("tier")
    first = tiers["cost_eur_per_mwh"].iloc[0]
    prices = known["prices"]
    landed = (
        prices.loc[prices["series"] == known.storyline.prices.lng, "price_eur_per_mwh"].max()
        + known["lng_supply_steps"]["premium_eur_per_mwh"].max()
        + known["lng_shipping"]["distance_nm"].max() / NM_PER_1000_NM * value["shipping_cost_eur_per_mwh_per_1000_nm"]
        + value["regasification_cost_eur_per_mwh"]
    )
    loose = tiers.loc[~tiers["is_protected"], "cost_eur_per_mwh"].max() + value["slice_slope_eur_per_mwh"]
    strict = tiers.loc[tiers["is_protected"], "cost_eur_per_mwh"].min()
    ladder = [
        (
            "tie_break_eur_per_mwh",
            value["tie_break_eur_per_mwh"],
            "indigenous_cost",
            value["indigenous_cost_eur_per_mwh"],
        ),
        ("the dearest landed LNG", landed, "the first curtailment tier", first),
        ("response_price_6_eur_per_mwh", value["response_price_6_eur_per_mwh"], "the first curtailment tier", first),
        ("target_penalty_eur_per_mwh", value["target_penalty_eur_per_mwh"], "the first curtailment tier", first),
        ("the last unprotected tier", loose, "end_level_penalty", value["end_level_penalty_eur_per_mwh"]),
        ("end_level_penalty_eur_per_mwh", value["end_level_penalty_eur_per_mwh"], "the first protected tier", strict),
    ]
    for low, less, high, more in ladder:
        if less >= more:
            yield error(
                f"parameters.csv and curtailment_tiers.csv: {low} ({less:.4g} EUR/MWh) must stay below {high} "
                f"({more:.4g}), or the model prefers the wrong way out; correct one of them"
            )
    gap = tiers["cost_eur_per_mwh"].diff()
    tight = tiers[gap <= value["slice_slope_eur_per_mwh"]]
    yield from rows(
        "curtailment_tiers.csv",
        tight,
        "cost_eur_per_mwh",
        "closer to the tier before than the slope of its slices",
        "widen the gap or lower slice_slope_eur_per_mwh",
    )


@checks("prices")
def prices_cover_the_horizon(every: Tables, known: Known) -> Iterator[Problem]:
    """Every month of the storyline has a price that was known when it begins."""
    days = known.storyline.horizon
    wanted = pd.date_range(days.start.replace(day=1), days.end, freq="MS")
    for series in known.storyline.prices.quoted:
        have = set(known["prices"].loc[known["prices"]["series"] == series, "month"])
        missing = [str(month.date()) for month in wanted if month not in have]
        if missing:
            yield error(f"prices.csv, series '{series}': no price of {', '.join(missing)}; add what was known then")


@checks("nodes", "groups", "pipelines", "contracts", "supply_steps", "suppliers", "parameters")
def contracts_can_be_kept(every: Tables, known: Known) -> Iterator[Problem]:
    """Contracts within the total of the literature, on routes that exist and can carry what must be paid for."""
    table, lines = known["contracts"], known["pipelines"]
    lost = table[table["delivery_route"].notna() & ~table["delivery_route"].isin(lines["route"])]
    yield from rows("contracts.csv", lost, "delivery_route", "no pipeline has this route", "use one of pipelines.csv")
    lost = table[table["delivery_pipeline"].notna() & ~table["delivery_pipeline"].isin(lines["pipeline"])]
    yield from rows("contracts.csv", lost, "delivery_pipeline", "no such pipeline", "use an id of pipelines.csv")
    swapped = table[table["end"] < table["start"]]
    yield from rows("contracts.csv", swapped, "end", "lies before its start {start}", "swap the dates")
    yield from _contracts_within_literature(known)
    owed = (table["annual_quantity_gwh"] * table["take_or_pay_share"]).groupby(table["supplier"]).sum()
    offered = known["supply_steps"]
    offered = offered[offered["availability"] == "base"].groupby("supplier")["volume_gwh_per_year"].sum()
    for supplier, volume in owed.items():
        if volume > offered.get(supplier, 0.0):
            yield warning(
                f"contracts.csv, supplier '{supplier}': buyers must pay for {volume:.0f} GWh a year, its base steps "
                f"offer {offered.get(supplier, 0.0):.0f}; correct one of them"
            )
    by_route = (table["annual_quantity_gwh"] * table["take_or_pay_share"]).groupby(table["delivery_route"]).sum()
    carried = lines.groupby("route")["capacity_gwh_per_day"].sum() * DAYS_PER_YEAR
    for route, volume in by_route.items():
        if volume > carried.get(route, volume):
            yield warning(
                f"contracts.csv, delivery_route '{route}': {volume:.0f} GWh a year must be paid for, the route carries "
                f"{carried[route]:.0f}; some contracts are delivered elsewhere"
            )


@checks("contract_classes", "contracts", "suppliers")
def classes_are_those_of_contracts(every: Tables, known: Known) -> Iterator[Problem]:
    """Classes of contracts in their order of time, and as large as the contracts of the same seller and buyer."""
    table, contracts = every["contract_classes"], known["contracts"]
    swapped = table[table["end"] < table["start"]]
    yield from rows("contract_classes.csv", swapped, "end", "lies before its start {start}", "swap the dates")
    seller = known["suppliers"].set_index("supplier")["seller"]
    of_seller = contracts["supplier"].map(seller).fillna(contracts["supplier"])
    listed = contracts.groupby([of_seller, "buyer_node"])["annual_quantity_gwh"].sum()
    piped = known["contract_classes"]
    piped = piped[piped["channel"].eq("pipeline") & piped["signed_before"].eq("yes")]
    for pair, volume in piped.groupby(["supplier", "buyer_node"])["annual_gwh"].sum().items():
        if pair in listed and abs(volume / listed[pair] - 1.0) > CLASSES_AGREE:
            yield error(
                f"contract_classes.csv, supplier '{pair[0]}', buyer_node '{pair[1]}': its classes by pipeline carry "
                f"{volume:.0f} GWh a year, contracts.csv has {listed[pair]:.0f}"
                f"{unit_slip(volume / listed[pair])}; correct one of them"
            )


@checks("outlooks", "groups")
def outlooks_look_ahead(every: Tables, known: Known) -> Iterator[Problem]:
    """An outlook is about a group of countries and about a day after it was said."""
    table = every["outlooks"]
    strange = table[~table["region"].isin(every["groups"]["group"])]
    yield from rows("outlooks.csv", strange, "region", "no group of groups.csv", "name one, or add its rows")
    late = table[table["date"] <= table["said_on"]]
    yield from rows("outlooks.csv", late, "date", "not after said_on {said_on}", "swap the dates")


def _contracts_within_literature(known: Known) -> Iterator[Problem]:
    """Contracts of a seller with buyers of a group, where ``parameters.csv`` has their total under its adjective."""
    table, totals = known["contracts"], known["parameters"].set_index("parameter")
    pairs = product(known["suppliers"].groupby("seller"), dict.fromkeys(known["groups"]["group"]))
    for (seller, codes), group in pairs:
        said, members = str(codes["adjective"].iloc[0]), known.members(group)
        name = f"{said.lower().replace(' ', '_')}_contracts_{group.lower()}_gwh_per_year"
        if name not in totals.index:
            continue
        mine = table[(table["supplier"] == seller) & table["buyer_node"].isin(members)]["annual_quantity_gwh"].sum()
        low, high = (float(totals.loc[name, end]) for end in ("low", "high"))
        if not low <= mine <= high:
            yield error(
                f"contracts.csv: {said} contracts with buyers of {group} sum to {mine:.0f} GWh a year, the literature "
                f"names {low:.0f} to {high:.0f}; correct the remainder row"
            )


@checks("assurances", "supply_steps", "lng_supply_steps")
def assurances_name_their_step(every: Tables, known: Tables) -> Iterator[Problem]:
    """A promise and the step it calls have the same volume, and both were public on the same day."""
    steps = pd.concat(
        [
            every["supply_steps"].set_index(["supplier", "step"])[["volume_gwh_per_year", "as_of"]],
            every["lng_supply_steps"].set_index(["exporter", "step"])[["volume_gwh_per_year", "as_of"]],
        ]
    )
    table = every["assurances"]
    key = pd.MultiIndex.from_arrays([table["supplier"], table["step"]])
    lost = table[~key.isin(steps.index)]
    yield from rows("assurances.csv", lost, "step", "no such step of {supplier}", "use a step of the supply tables")
    there = steps.reindex(key)
    other = table.assign(called=there["volume_gwh_per_year"].to_numpy(float))
    uneven = other[key.isin(steps.index) & (abs(other["called"] - other["volume_gwh_per_year"]) > ROUNDING)]
    yield from rows("assurances.csv", uneven, "volume_gwh_per_year", "its step says {called}", "make them equal")


@checks("nodes", "pipelines", "tariffs")
def tariffs_have_a_pipe(every: Tables, known: Tables) -> Iterator[Problem]:
    """A tariff without a pipeline is never paid."""
    pairs = set(zip(every["pipelines"]["from_node"], every["pipelines"]["to_node"], strict=True))
    table = known["tariffs"]
    idle = table[[pair not in pairs for pair in zip(table["from_node"], table["to_node"], strict=True)]]
    yield from rows(
        "tariffs.csv",
        idle,
        "from_node",
        "no pipeline runs to {to_node}",
        "remove it or add the line",
        severity="warning",
    )


@checks("groups", "trade", "production_history", "storage_filling", "demand_annual")
def balance_of_base_year_closes(every: Tables, known: Known) -> Iterator[Problem]:
    """Imports, production and stock of a group in the base year add up to what it and those behind it burnt."""
    line, balance = known.storyline, known.storyline.balance
    if balance is None:
        return
    supply, use = balance_of_base_year(known, line, balance)
    gap = supply - use
    if abs(gap) > BALANCE_CLOSES * use:
        yield error(
            f"the balance of {balance.group} in {line.base_year} stays open by {gap:.0f} GWh ({gap / use:.1%}): "
            f"trade.csv, production_history.csv and storage_filling.csv give {supply:.0f}, demand_annual.csv "
            f"{use:.0f}; find the cause"
        )


def balance_of_base_year(known: Tables, line: Storyline, balance: Balance) -> tuple[float, float]:
    """Supply and use of a group in the base year, GWh, from trade, production, stock change and demand.

    The last reported year stands in where a small producer has no figure for the base year. Markets that are supplied
    through the group are on the side of use.
    """
    groups, year = known["groups"], line.base_year
    members = {*groups.loc[groups["group"] == balance.group, "node"], *balance.supplied_through}
    trade = known["trade"]
    imports = trade.loc[(trade["importer"] == balance.group) & (trade["year"] == year), "energy_gwh"].sum()
    past = known["production_history"]
    past = past[past["node"].isin(members) & past["quantity"].isin(["natural_gas", "biomethane"])]
    produced = past.sort_values("year").groupby(["node", "quantity"])["energy_gwh"].last().sum()
    level = known["storage_filling"]
    level = level[level["node"].isin(members)].groupby("date")["gas_in_storage_gwh"].sum()
    drawn = level[pd.Timestamp(year, 1, 1)] - level[pd.Timestamp(year + 1, 1, 1)]
    annual = known["demand_annual"]
    annual = annual[(annual["year"] == year) & annual["node"].isin(members)]
    return float(imports + produced + drawn), float(annual["demand_gwh"].sum())


def _ends_have_a_pipe(name: str) -> Check:
    """Rows of a table are about borders that a pipeline crosses in their direction."""

    @checks(name, "pipelines")
    def check(every: Tables, known: Tables) -> Iterator[Problem]:
        lines, table = every["pipelines"], every[name]
        there = set(zip(lines["from_node"], lines["to_node"], strict=True))
        odd = table[[pair not in there for pair in zip(table["from_node"], table["to_node"], strict=True)]]
        why = "no pipeline of pipelines.csv leads from {from_node} to {to_node}, so the row would do nothing"
        yield from rows(f"{name}.csv", odd, "to_node", why, "correct the ends or remove the row")

    return check


@checks("landing_points", "observed_border_entries_monthly")
def landing_points_are_observed(every: Tables, known: Tables) -> Iterator[Problem]:
    """The usual share of a landing point is read from the entries that were observed there."""
    table, seen = every["landing_points"], set(every["observed_border_entries_monthly"]["entry"])
    odd = table[~table["entry"].isin(seen)]
    why = "no such entry in observed/border_entries_monthly.csv, so its usual share is not known"
    yield from rows("landing_points.csv", odd, "entry", why, "correct the name or remove the row")


@checks("transit_bookings")
def bookings_end_after_they_start(every: Tables, known: Tables) -> Iterator[Problem]:
    """A booking has at least one day."""
    table = every["transit_bookings"]
    odd = table[table["end"].notna() & (table["end"] < table["start"])]
    yield from rows("transit_bookings.csv", odd, "end", "lies before {start}, its first day", "swap them")


ENDS_HAVE_PIPES = tuple(_ends_have_a_pipe(name) for name in ("delivery_points", "landing_points", "transit_bookings"))
"""One check for each table of pairs of nodes."""
