"""Codes that a question to the statistics may name, and what a reader calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data.regions import country_name
from energy_model.results.cube import Cube
from energy_model.results.labels import Labels, node_name, region_nodes


@dataclass(frozen=True)
class Names:
    """Codes that a question may name, and what a reader calls them."""

    nodes: pd.DataFrame
    labels: Labels

    @cached_property
    def groups(self) -> Mapping[str, frozenset[str]]:
        """Nodes of each group of countries."""
        return {one.group: region_nodes(self.nodes, one.group) for one in self.labels.groups}

    @cached_property
    def _country(self) -> pd.Series:
        return pd.Series(self.nodes["country"].astype(str).to_numpy(), index=self.nodes["node"].astype(str))

    def country_of(self, nodes: np.ndarray) -> np.ndarray:
        """Code of the country of each of some nodes, by their codes; both of shape (n,)."""
        return np.asarray(self._country.loc[nodes].to_numpy(str))

    def known(self, dimension: str) -> set[str]:
        """Codes that a question may name; empty if the tables say."""
        if dimension in ("node", "from_node", "to_node"):
            return set(self._country.index)
        if dimension == "country":
            return set(self._country)
        if dimension == "group":
            return set(self.groups)
        if dimension in ("supplier", "seller"):
            codes = {code for row in self.labels.suppliers for code in (row.code, row.seller)}
            return codes | set(self._country.index) | set(self._country)
        if dimension == "route":
            return {row.route for row in self.labels.routes}
        return set()

    def code_of(self, name: str) -> str:
        """Code of a node by its name; empty if none is called so."""
        named = self.nodes.loc[self.nodes["name"].str.casefold() == name.casefold(), "node"]
        return str(named.iloc[0]) if len(named) else ""

    def by_group(self, cube: Cube) -> Cube:
        """The items of a cube once for each group to which their node belongs."""
        node = cube.labels["node"].astype(str)
        rows = [np.flatnonzero(np.isin(node, list(inside))) for inside in self.groups.values()]
        chosen = np.concatenate(rows)
        labels = {name: column[chosen] for name, column in cube.labels.items()}
        labels["group"] = np.repeat(np.array(list(self.groups), dtype=str), [len(part) for part in rows])
        return Cube(labels, cube.values[chosen])

    def shown(self, dimension: str, label: Any) -> Any:
        """A label for a reader."""
        if dimension in ("node", "country", "from_node", "to_node"):
            return country_name(self.nodes, str(label))
        if dimension in ("supplier", "seller"):
            named = next((row.name for row in self.labels.suppliers if row.code == label), "")
            return named or node_name(self.nodes, str(label))
        if dimension == "route":
            return self.labels.route_name(str(label))
        if dimension == "group":
            return self.labels.name_of_region(str(label))
        return label
