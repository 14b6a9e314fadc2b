"""Whose gas it is: sellers, the codes under which they offer gas, the routes that bring it, and what they are called.

A seller may offer gas under several codes; a supplier that no table names, such as a market with production of its own,
is its own seller.
"""

from __future__ import annotations

from energy_model.data.load import GasData


def sellers(data: GasData) -> list[str]:
    """Codes of all sellers, in the order of ``suppliers.csv``."""
    return list(dict.fromkeys(data["suppliers"]["seller"]))


def seller_of(data: GasData, supplier: str) -> str:
    """Code of the seller behind a supplier."""
    table = data["suppliers"]
    row = table.loc[table["supplier"] == supplier, "seller"]
    return str(row.iloc[0]) if len(row) else supplier


def suppliers_of(data: GasData, seller: str) -> tuple[str, ...]:
    """Codes under which a seller offers gas by pipeline or as LNG, its own code first."""
    table = data["suppliers"]
    codes = table.loc[table["seller"] == seller, "supplier"]
    return tuple(dict.fromkeys([seller, *codes]))


def seller_name(data: GasData, seller: str) -> str:
    """English name of a seller."""
    return _said(data, seller, "name")


def adjective(data: GasData, seller: str) -> str:
    """English adjective of a seller's gas; its name where no table has one."""
    return _said(data, seller, "adjective")


def routes_of(data: GasData, seller: str, *, supplier: str | None = None) -> tuple[str, ...]:
    """Routes that bring a seller's gas to markets, in reading order.

    Parameters
    ----------
    supplier : str, optional
        Only the routes of this code of the seller.
    """
    table = data["routes"].sort_values("place")
    codes = suppliers_of(data, seller) if supplier is None else (supplier,)
    return tuple(table.loc[table["supplier"].isin(codes) & table["reaches_markets"], "route"])


def route_names(data: GasData) -> dict[str, str]:
    """Name of each route for a reader, in reading order."""
    table = data["routes"].sort_values("place")
    return dict(zip(table["route"], table["name"], strict=True))


def _said(data: GasData, seller: str, column: str) -> str:
    table = data["suppliers"].set_index("supplier")
    if seller in table.index:
        return str(table.at[seller, column])
    names = data["nodes"].set_index("node")["name"]
    return str(names.get(seller, seller))
