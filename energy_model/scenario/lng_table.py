"""What ``lng_world.csv`` and ``lng_regions.csv`` say of exporters, places and promises."""

from __future__ import annotations

from energy_model.data.load import GasData
from energy_model.data.world_agrees import EUROPE_KEY
from energy_model.errors import DataError
from energy_model.scenario.lookups import parameter

TABLE, REGIONS = "lng_world", "lng_regions"


def has_world(data: GasData) -> bool:
    """Whether a data package describes the world market."""
    return TABLE in data.tables and not data[TABLE].empty


def exporters_of(data: GasData) -> list[str]:
    """Exporters of the world market, sorted.

    Raises
    ------
    DataError
        If the package does not describe it.
    """
    if not has_world(data):
        raise DataError(
            f"{TABLE}.csv",
            [f"no row known on {data.as_of}, but the scenario has lng_world = true; add rows, or set it to false"],
        )
    table = data[TABLE]
    return sorted(set(table.loc[table["quantity"] == "ability_gwh_per_year", "code"].astype(str)))


def places_of(data: GasData) -> list[str]:
    """Places that contracts bind cargoes to: basins, and the markets of the model; none without a world market."""
    if not has_world(data):
        return []
    regions = data[REGIONS]
    return [EUROPE_KEY, *regions.loc[regions["role"] == "basin", "region"].astype(str)]


def released_share(data: GasData, assurance: str) -> float:
    """Share of an assurance that other buyers release, the rest being further production; 0 if no row says it."""
    if not has_world(data):
        return 0.0
    table = data[TABLE]
    mine = table[(table["quantity"] == "released_share") & (table["code"] == assurance)]
    return float(mine["value"].iloc[-1]) if len(mine) else 0.0


def voyage_days(data: GasData, exporter: str) -> int:
    """Days a ship of an exporter needs to the nearest market of the model; 0 if no route says it."""
    routes = data["lng_shipping"]
    mine = routes.loc[routes["exporter"] == exporter, "distance_nm"]
    return round(float(mine.min()) / parameter(data, "lng_ship_nm_per_day")) if len(mine) else 0
