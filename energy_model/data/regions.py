"""Groups of countries and single markets under one code: who belongs to them, and how a sentence names them."""

from __future__ import annotations

from energy_model.data.load import GasData
from energy_model.data.storyline import REGIONS
from energy_model.errors import DataError

UNION, EVERYBODY = REGIONS
"""The members of the European Union, and every market of the model."""


def members(data: GasData, region: str) -> tuple[str, ...]:
    """Codes of the markets of a region, in the order of ``nodes.csv``.

    Parameters
    ----------
    region : str
        A code of :data:`~energy_model.data.storyline.REGIONS`, or that of a market.

    Raises
    ------
    DataError
        If it is neither.
    """
    table = data["nodes"]
    markets = table[table["is_market"]]
    if region == UNION:
        return tuple(markets.loc[markets["is_eu27"], "node"])
    if region == EVERYBODY:
        return tuple(markets["node"])
    if region not in set(markets["node"]):
        raise DataError("region", [f"'{region}' is no market; give {UNION}, {EVERYBODY} or the code of a country"])
    return (region,)


def region_name(data: GasData, region: str) -> str:
    """How a sentence names a region: ``the EU27``, ``every market of the model``, or the country's name."""
    if region == UNION:
        return f"the {UNION}"
    if region == EVERYBODY:
        return "every market of the model"
    names = data["nodes"].set_index("node")["name"]
    return str(names.get(region, region))
