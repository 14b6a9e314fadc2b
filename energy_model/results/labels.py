"""What a reader of results needs without the data package: whom they are about, and the names of sellers and routes."""

from __future__ import annotations

import pandas as pd
from pydantic import BaseModel, ConfigDict

from energy_model.data.load import GasData
from energy_model.data.places import sentence_names
from energy_model.data.regions import country_name, group_codes, nodes_of_group
from energy_model.data.storyline import Briefing, Focus, GroupName, named_group


class SupplierLabel(BaseModel):
    """A code under which gas is offered: the seller behind it and what it is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    seller: str
    name: str
    adjective: str
    family: str = ""


class RouteLabel(BaseModel):
    """A route: its name, the code that sends gas over it, and whether it ends at a market."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    route: str
    name: str
    supplier: str = ""
    reaches_markets: bool = True


class Labels(BaseModel):
    """Names and roles that a run carries along; a stored run has them in ``run.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    focus: Focus
    """Whom headlines are about."""
    reference: str
    """Scenario against which others are measured."""
    briefing: Briefing = Briefing()
    """How the data package tells its scenarios."""
    in_sentence: dict[str, str] = {}
    """Countries whose name inside a sentence is another one, such as one with an article."""
    groups: tuple[GroupName, ...] = ()
    """Every group of countries, that of every market last."""
    suppliers: tuple[SupplierLabel, ...] = ()
    """In the order of ``suppliers.csv``."""
    routes: tuple[RouteLabel, ...] = ()
    """In reading order."""

    def seller_of(self, supplier: str) -> str:
        """Code of the seller behind a supplier; one that is not listed is its own seller."""
        return next((row.seller for row in self.suppliers if row.code == supplier), supplier)

    def suppliers_of(self, seller: str) -> tuple[str, ...]:
        """Codes under which a seller offers gas, its own first."""
        return tuple(dict.fromkeys([seller, *(row.code for row in self.suppliers if row.seller == seller)]))

    def route_name(self, route: str) -> str:
        """Name of a route; its code if it is not listed."""
        return next((row.name for row in self.routes if row.route == route), route)

    def supplier_name(self, nodes: pd.DataFrame) -> str:
        """Name of the seller in focus."""
        return self._said("name", nodes)

    def adjective(self, nodes: pd.DataFrame) -> str:
        """Adjective of the gas of the seller in focus."""
        return self._said("adjective", nodes)

    def country_name(self, nodes: pd.DataFrame) -> str:
        """Name of the country in focus."""
        return country_name(nodes, self.focus.country)

    @property
    def region_name(self) -> str:
        """Name of the region in focus at the head of a column."""
        return self.name_of_region(self.focus.region)

    @property
    def region_words(self) -> str:
        """Name of the region in focus inside a sentence."""
        return named_group(self.groups, self.focus.region).words

    def name_of_region(self, region: str) -> str:
        """Name of a group of countries at the head of a column."""
        return named_group(self.groups, region).title

    def region_nodes(self, nodes: pd.DataFrame) -> frozenset[str]:
        """Markets of the region in focus."""
        return region_nodes(nodes, self.focus.region)

    def country_nodes(self, nodes: pd.DataFrame) -> frozenset[str]:
        """Markets of the country in focus."""
        return country_nodes(nodes, self.focus.country)

    def _said(self, what: str, nodes: pd.DataFrame) -> str:
        code = self.focus.supplier
        said = next((str(getattr(row, what)) for row in self.suppliers if row.code == code), "")
        return said or node_name(nodes, code)


def labels_of(data: GasData) -> Labels:
    """Labels of a data package."""
    suppliers, routes = data["suppliers"], data["routes"].sort_values("place")
    named = suppliers.where(suppliers.notna(), "").rename(columns={"supplier": "code"})
    ways = routes.where(routes.notna(), "")
    return Labels(
        focus=data.storyline.focus,
        reference=data.storyline.reference,
        in_sentence=sentence_names(data),
        groups=tuple(data.storyline.group_name(code) for code in group_codes(data)),
        briefing=data.storyline.briefing,
        suppliers=tuple(SupplierLabel.model_validate(row) for row in _records(named, SupplierLabel)),
        routes=tuple(RouteLabel.model_validate(row) for row in _records(ways, RouteLabel)),
    )


def _records(table: pd.DataFrame, kind: type[BaseModel]) -> list[dict[str, object]]:
    return [{str(k): v for k, v in row.items()} for row in table[list(kind.model_fields)].to_dict("records")]


def region_nodes(nodes: pd.DataFrame, region: str) -> frozenset[str]:
    """Markets of a group of countries."""
    return frozenset(nodes.loc[nodes_of_group(nodes, region), "node"].astype(str))


def country_nodes(nodes: pd.DataFrame, country: str) -> frozenset[str]:
    """Markets of a country, or the market of this code."""
    inside = nodes["is_market"] & ((nodes["country"] == country) | (nodes["node"] == country))
    return frozenset(nodes.loc[inside, "node"].astype(str))


def node_name(nodes: pd.DataFrame, node: str) -> str:
    """Name of a node; its code if it has none."""
    mine = nodes.loc[nodes["node"] == node, "name"]
    return str(mine.iloc[0]) if len(mine) else node
