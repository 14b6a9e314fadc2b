"""The world market of LNG: every exporter and buyer has all its figures, in sizes that they can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from energy_model.data.problem import Known, Problem, Tables, checks, error, rows

EUROPE_KEY, ALL_KEY = "europe", "all"
UNITS: Mapping[str, tuple[str, float, float]] = {
    "ability_gwh_per_year": ("GWh/a", 1_000.0, 2_000_000.0),
    "demand_gwh_per_year": ("GWh/a", 1_000.0, 2_000_000.0),
    "loading_cost_eur_per_mwh": ("EUR/MWh", 0.5, 60.0),
    "bound_share": ("share", 0.01, 1.0),
    "spot_share": ("share", 0.01, 1.0),
    "released_share": ("share", 0.01, 1.0),
    "season_share": ("share", 0.1, 3.0),
    "distance_nm": ("nm", 300.0, 20_000.0),
    "elasticity": ("% per %", -1.0, -0.005),
}
"""Of each quantity the unit, and the least and the most that a figure other than 0 can be."""
OF_EXPORTER = ("ability_gwh_per_year", "loading_cost_eur_per_mwh")
OF_BUYER = ("demand_gwh_per_year", "elasticity", "spot_share")
MONTHS = tuple(f"{month:02d}" for month in range(1, 13))
MEAN_SEASON = (0.97, 1.03)
"""Mean of the twelve months of a buyer."""
WORLD_TO_EUROPE = (2.0, 20.0)
"""All that exporters can load over what Europe attracts in the central case: about 4."""


@checks("lng_world")
def world_sizes(every: Tables, known: Tables) -> Iterator[Problem]:
    """Hold each quantity against its unit and the sizes it can have."""
    table = every["lng_world"]
    for quantity, (unit, least, most) in UNITS.items():
        own = table[table["quantity"] == quantity]
        yield from rows("lng_world.csv", own[own["unit"] != unit], "unit", f"{quantity} is in {unit}", "correct it")
        for column in ("low", "value", "high"):
            odd = own[own[column].notna() & (own[column] != 0.0) & ~own[column].between(least, most)]
            why = f"a quantity {quantity} lies between {least:,g} and {most:,g}"
            yield from rows("lng_world.csv", odd, column, why, "check the unit")


@checks("lng_world", "lng_regions", "lng_supply_steps", "assurances")
def world_is_whole(every: Tables, known: Tables) -> Iterator[Problem]:
    """Codes are those of the other tables, and nobody lacks a figure."""
    table, regions = every["lng_world"], every["lng_regions"]
    if table.empty:
        return
    by_role = {role: set(part["region"]) for role, part in regions.groupby("role")}
    basins, buyers = by_role.get("basin", set()), by_role.get("buyer", set())
    exporters = set(every["lng_supply_steps"]["exporter"]) | by_role.get("exporter", set())
    lost = regions[(regions["role"] == "buyer") & ~regions["basin"].isin(basins)]
    yield from rows("lng_regions.csv", lost, "basin", "no such basin", f"choose of {', '.join(sorted(basins))}")
    allowed = {**dict.fromkeys((*OF_EXPORTER, "bound_share", "distance_nm"), exporters)}
    allowed |= dict.fromkeys(OF_BUYER, buyers)
    allowed["season_share"] = buyers | {EUROPE_KEY}
    allowed["released_share"] = set(every["assurances"]["assurance"])
    keys = {"bound_share": basins | {EUROPE_KEY}, "distance_nm": basins, "season_share": set(MONTHS)}
    for quantity, part in table.groupby("quantity"):
        who, what = allowed[str(quantity)], keys.get(str(quantity), {ALL_KEY})
        strange = part[~part["code"].isin(who)]
        yield from rows("lng_world.csv", strange, "code", "no such exporter, buyer or assurance", "correct it")
        odd = part[~part["key"].isin(what)]
        yield from rows("lng_world.csv", odd, "key", f"known: {', '.join(sorted(what))}", "correct it")
    wanted = {(code, quantity, ALL_KEY) for code in exporters for quantity in OF_EXPORTER}
    wanted |= {(code, "distance_nm", basin) for code in exporters for basin in basins}
    wanted |= {(code, quantity, ALL_KEY) for code in buyers for quantity in OF_BUYER}
    wanted |= {(code, "season_share", month) for code in buyers for month in MONTHS}
    there = set(table[["code", "quantity", "key"]].itertuples(index=False, name=None))
    for code, quantity, key in sorted(wanted - there):
        yield error(f"lng_world.csv, code '{code}', quantity '{quantity}', key '{key}': no row; add it")


@checks("lng_world", "lng_europe_limit")
def world_adds_up(every: Tables, known: Known) -> Iterator[Problem]:
    """Seasons are shares of a mean, contracts bind no more than there is, and Europe is a part of the world."""
    table = known["lng_world"]
    if table.empty:
        return
    for code, mean in table[table["quantity"] == "season_share"].groupby("code")["value"].mean().items():
        if not MEAN_SEASON[0] <= mean <= MEAN_SEASON[1]:
            yield error(f"lng_world.csv, code '{code}': the mean of its season_share is {mean:.2f}; make it 1")
    for code, bound in _latest(table, "bound_share").groupby("code")["value"].sum().items():
        if bound > 1.0:
            yield error(f"lng_world.csv, code '{code}': contracts bind {bound:.2f} of what it can load; 1 at most")
    able = float(_latest(table, "ability_gwh_per_year")["value"].sum())
    limits = known["lng_europe_limit"].set_index("case")["limit_gwh_per_year"]
    central = known.storyline.lng.central
    if central in limits and not WORLD_TO_EUROPE[0] <= able / limits[central] <= WORLD_TO_EUROPE[1]:
        yield error(
            f"lng_world.csv: exporters can load {able:.0f} GWh a year, {able / limits[central]:.1f} times what Europe "
            f"attracts in the case '{central}' of lng_europe_limit.csv; check the unit of both"
        )


def _latest(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    own = table[table["quantity"] == quantity].sort_values("available_from")
    return own.drop_duplicates(["code", "key"], keep="last")
