"""Code lists: the words that keys of a scenario take from the data package, with what each stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import cleandoc
from typing import Any

import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.places import code_of
from energy_model.data.regions import countries_of, country_name, group_codes
from energy_model.data.sellers import seller_name
from energy_model.scenario.case import SECTORS
from energy_model.scenario.describe import codes_of
from energy_model.scenario.lng_table import places_of
from energy_model.scenario.measures import KINDS
from energy_model.scenario.measures.base import Measure

PLACES = ("country", "market", "supplier", "exporter", "seller")
"""Code lists whose codes stand for countries, so that a name of one is understood."""
Rows = list[tuple[str, str]]


def kinds() -> Rows:
    """Kinds of measure with what each does."""
    return [(kind, " ".join(cleandoc(model.__doc__ or "").split("\n\n")[0].split())) for kind, model in KINDS.items()]


def code_lists(data: GasData) -> dict[str, Rows]:
    """Every code list of a vintage: codes with their names, in reading order."""
    lists = {name: _unique(read(data)) for name, read in _LISTS.items()}
    lists["seller"] = _unique([*lists["supplier"], *lists["exporter"], *lists["producer"]])
    lists["asset"] = [*lists["terminal"], *lists["storage"], *lists["producer"]]
    return lists


def with_codes(raw: dict[str, Any], names: Mapping[str, str]) -> None:
    """Replace names of countries in a raw measure by their codes; what is no name stays."""
    model = KINDS.get(str(raw.get("kind")), Measure)
    for key, codes in codes_of(model).items():
        value = raw.get(key)
        if codes not in PLACES:
            continue
        if isinstance(value, str):
            raw[key] = code_of(value, names)
        elif isinstance(value, list):
            raw[key] = [code_of(item, names) if isinstance(item, str) else item for item in value]


def _unique(rows: Iterable[tuple[str, str]]) -> Rows:
    return list(dict(rows).items())


def _pairs(table: pd.DataFrame, code: str, name: str) -> Rows:
    return [(str(one), str(other)) for one, other in zip(table[code], table[name], strict=True)]


def _markets(data: GasData) -> Rows:
    nodes = data["nodes"]
    return _pairs(nodes[nodes["is_market"]], "node", "name")


def _named(table: str, column: str) -> Callable[[GasData], Rows]:
    """Codes of a column with the names that their nodes bear."""

    def read(data: GasData) -> Rows:
        names = dict(_pairs(data["nodes"], "node", "name"))
        return [(code, names.get(code, code)) for code in sorted(set(data[table][column]))]

    return read


def _groups(data: GasData) -> Rows:
    return [(code, data.storyline.group_name(code).description) for code in group_codes(data)]


def _countries(data: GasData) -> Rows:
    """Countries of several markets, which have a code besides those of their markets."""
    return [(code, country_name(data["nodes"], code)) for code, nodes in countries_of(data).items() if nodes != (code,)]


def _withheld(data: GasData) -> Rows:
    steps = data["supply_steps"]
    return _pairs(steps[steps["availability"] != "base"], "step", "description")


def _holders(data: GasData) -> Rows:
    table = data.tables.get("storage_holders")
    codes = sorted(set(table["holder"].astype(str))) if table is not None else []
    return [(code, seller_name(data, code)) for code in codes]


def _assurances(data: GasData) -> Rows:
    table = data.tables.get("assurances")
    if table is None:
        return []
    each = [(row["assurance"], f"{row['supplier']} by {row['channel']}") for row in table.to_dict("records")]
    return [*each, ("all", "every row of the vintage")]


_LISTS: Mapping[str, Callable[[GasData], Rows]] = {
    "country": lambda data: [*_groups(data), *_countries(data), *_markets(data)],
    "market": _markets,
    "supplier": _named("supply_steps", "supplier"),
    "exporter": _named("lng_supply_steps", "exporter"),
    "producer": _named("production", "node"),
    "sector": lambda data: [(sector, sector.replace("_", " and ")) for sector in SECTORS],
    "route": lambda data: _pairs(data["routes"], "route", "name"),
    "pipeline": lambda data: _pairs(data["pipelines"], "pipeline", "name"),
    "terminal": lambda data: _pairs(data["lng_terminals"], "terminal", "name"),
    "storage": lambda data: [
        (store, f"stores of {node}") for store, node in _pairs(data["storage"], "storage", "node")
    ],
    "assurance": _assurances,
    "step": _withheld,
    "holder": _holders,
    "basin": lambda data: [(place, "") for place in places_of(data)],
    "condition": lambda data: [(one.name, one.words) for one in data.storyline.conditions],
    "weather": lambda data: [(name, "") for name in sorted(set(data["demand_daily"]["weather"]))],
    "lng_case": lambda data: [(name, "") for name in data["lng_europe_limit"]["case"]],
}
