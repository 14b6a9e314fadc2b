"""Every capacity, stock, production and demand against another source's figure: what was taken, and why.

The other figures lie in ``audit_references.csv``; nothing but this audit reads them. The audit judges no number: it
shows how far sources are apart, whether the stated range covers it, and by which rule one of them was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.data.regions import members

REFERENCES = "audit_references"
_DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_BASE_YEAR = 2021
_SEA_OF = {"EMD": "NO"}
"""Transit nodes that stand for a supplier when a source speaks of a pair of countries."""

Chosen = Callable[[GasData], pd.DataFrame]
"""One row per key: key, value, low, high, source_id."""


def audit(data: GasData, as_of: date | None = None) -> pd.DataFrame:
    """Every figure that the model takes from one source and another source states too.

    Parameters
    ----------
    data : GasData
        Every vintage; references may be younger than ``as_of``, which their notes say.
    as_of : date
        Day on which the author of the model's figures stands.

    Returns
    -------
    DataFrame
        One row per pair of figures: quantity, key, unit, value, low, high, source_id (taken), other_value,
        other_source_id, other_as_of, difference_share (other over value, less 1), in_range (whether the stated range
        covers the other figure), why (the rule by which the figure was chosen), note (of the other figure).
    """
    references = data[REFERENCES].rename(
        columns={"value": "other_value", "source_id": "other_source_id", "as_of": "other_as_of"}
    )
    taken = chosen(data, as_of)
    table = references.merge(taken, on=["quantity", "key"], how="left", validate="many_to_one")
    table["difference_share"] = table["other_value"] / table["value"] - 1.0
    close = 1.0 + np.array([-1, 1]) * 1e-3
    table["in_range"] = table["other_value"].between(table["low"] * close[0], table["high"] * close[1])
    table["why"] = [_why(q, source) for q, source in zip(table["quantity"], table["other_source_id"], strict=True)]
    columns = [
        "quantity", "key", "unit", "value", "low", "high", "source_id", "other_value", "other_source_id",
        "other_as_of", "difference_share", "in_range", "why", "note",
    ]  # fmt: skip
    return table[columns].sort_values(["quantity", "key", "other_source_id", "other_value"], ignore_index=True)


def chosen(data: GasData, as_of: date | None = None) -> pd.DataFrame:
    """What the model takes: quantity, key, value, low, high, source_id; keys joined by ``+`` are added up."""
    known = data.at(as_of or data.storyline.as_of)
    joined = _joined_keys(data[REFERENCES])
    parts = []
    for quantity, read in QUANTITIES.items():
        table = read(known)
        sums = [_added_up(table, key) for key in joined.loc[joined["quantity"] == quantity, "key"]]
        parts.append(pd.concat([table, *sums], ignore_index=True).assign(quantity=quantity))
    return pd.concat(parts, ignore_index=True)


def coverage(data: GasData, as_of: date | None = None) -> pd.DataFrame:
    """How much of each quantity has a second source: figures, of them compared, share of the total compared."""
    references = data[REFERENCES]
    seen = {(row.quantity, part) for row in references.itertuples() for part in row.key.split("+")}
    rows = []
    for quantity, read in QUANTITIES.items():
        table = read(data.at(as_of or data.storyline.as_of))
        table = table[~table["key"].isin(["EU27", "EU27:all:lng"])]
        there = np.array([(quantity, key) in seen for key in table["key"]], dtype=bool)
        total = table["value"].sum()
        rows.append((quantity, len(table), int(there.sum()), float(table.loc[there, "value"].sum() / total)))
    return pd.DataFrame(rows, columns=["quantity", "figures", "compared", "compared_share_of_total"])


def _joined_keys(references: pd.DataFrame) -> pd.DataFrame:
    together = references["key"].str.contains("+", regex=False)
    return references.loc[together, ["quantity", "key"]].drop_duplicates()


def _added_up(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """The sum of several keys as one row; empty if one of them is unknown."""
    members = key.split("+")
    rows = table[table["key"].isin(members)]
    if len(rows) < len(members):
        return table.iloc[:0]
    return pd.DataFrame([{"key": key, **rows[["value", "low", "high"]].sum(), "source_id": _one(rows["source_id"])}])


def _rows(table: pd.DataFrame, key: str, value: str, low: str | None = None, high: str | None = None) -> pd.DataFrame:
    """Columns of one table under the audit's names; without a stated range the value is its own."""
    return pd.DataFrame(
        {
            "key": table[key].astype(str),
            "value": table[value].astype(float),
            "low": table[low or value].astype(float),
            "high": table[high or value].astype(float),
            "source_id": table["source_id"],
        }
    )


def _grouped(rows: pd.DataFrame, key: pd.Series) -> pd.DataFrame:
    """Rows added up by another key."""
    grouped = rows.assign(key=key.to_numpy()).groupby("key")
    table = grouped[["value", "low", "high"]].sum()
    return table.assign(source_id=grouped["source_id"].agg(_one)).reset_index()


def _one(sources: pd.Series) -> str:
    """The source of a sum: a sum over several is our own computation."""
    distinct = set(sources)
    return distinct.pop() if len(distinct) == 1 else "own_computation"


def _pipelines(known: GasData) -> pd.DataFrame:
    return _rows(known["pipelines"], "pipeline", "capacity_gwh_per_day", "low_gwh_per_day", "high_gwh_per_day")


def _pairs(known: GasData) -> pd.DataFrame:
    table = known["pipelines"]
    table = table[table["status"] == "operating"]
    start = table["from_node"].replace(_SEA_OF)
    return _grouped(_pipelines(known).loc[table.index], start + ">" + table["to_node"])


def _terminals(known: GasData) -> pd.DataFrame:
    table = known["lng_terminals"]
    open_now = (table["status"] == "operating") & (table["available_from"] <= pd.Timestamp(known.storyline.as_of))
    rates = "sendout_capacity_gwh_per_day", "low_gwh_per_day", "high_gwh_per_day"
    return _rows(table[open_now], "terminal", *rates).join(table["node"])


def _terminals_by_country(known: GasData) -> pd.DataFrame:
    table = _terminals(known)
    return _grouped(table.drop(columns="node"), table["node"])


def _storage(column: str) -> Chosen:
    def read(known: GasData) -> pd.DataFrame:
        rows = _rows(known["storage"], "node", column)
        region = known.storyline.focus.region
        union = rows[rows["key"].isin(members(known, region))]
        total = {"key": region, **union[["value", "low", "high"]].sum(), "source_id": "gie_agsi"}
        return pd.concat([rows, pd.DataFrame([total])], ignore_index=True)

    return read


def _production(known: GasData) -> pd.DataFrame:
    table = known["production"]
    days = _DAYS_IN_MONTH[table["month"].to_numpy(int) - 1]
    rows = _rows(table, "node", "production_gwh_per_day", "low_gwh_per_day", "high_gwh_per_day")
    rows[["value", "low", "high"]] = rows[["value", "low", "high"]].mul(days, axis=0)
    return _grouped(rows, rows["key"])


def _demand(known: GasData) -> pd.DataFrame:
    table = known["demand_annual"]
    return _rows(table[table["year"] == _BASE_YEAR], "node", "demand_gwh")


def _imports(known: GasData) -> pd.DataFrame:
    trade = known["trade_2021"]
    rows = _rows(
        trade.assign(key=trade["importer"] + ":" + trade["supplier"] + ":" + trade["channel"]), "key", "energy_gwh"
    )
    lng = trade[(trade["importer"] == "EU27") & (trade["channel"] == "lng")]
    ships = {"key": "EU27:all:lng", **dict.fromkeys(("value", "low", "high"), lng["energy_gwh"].sum())}
    daily = known["observed_russian_routes_daily"]
    daily = daily[(daily["date"].dt.year == _BASE_YEAR) & (daily["route"] == "nord_stream_1")]
    metered = {"key": "route:nord_stream_1", **dict.fromkeys(("value", "low", "high"), daily["flow_gwh_per_day"].sum())}
    more = pd.DataFrame([{**ships, "source_id": "bruegel_imports"}, {**metered, "source_id": "entsog_tp"}])
    return pd.concat([rows, more], ignore_index=True)


QUANTITIES: Mapping[str, Chosen] = {
    "pipeline_capacity": _pipelines,
    "country_pair_capacity": _pairs,
    "lng_sendout_capacity": lambda known: _terminals(known).drop(columns="node"),
    "lng_sendout_capacity_of_country": _terminals_by_country,
    "storage_working_gas": _storage("working_gas_volume_gwh"),
    "storage_withdrawal": _storage("withdrawal_capacity_gwh_per_day"),
    "storage_injection": _storage("injection_capacity_gwh_per_day"),
    "production": _production,
    "demand_2021": _demand,
    "imports_2021": _imports,
}
"""What is audited, and how each figure is read from the tables."""

_RULES = {
    "pipeline_capacity": "firm technical capacity of the newest map before the storyline: what can be counted on",
    "country_pair_capacity": "virtual points once, without the physical points inside them",
    "lng_sendout_capacity": "firm entry into the grid, or the largest day where the grid took more",
    "lng_sendout_capacity_of_country": "sum of the terminals at work in January 2022",
    "storage_working_gas": "working gas declared by the operators in September 2021; cushion gas stays in the ground",
    "storage_withdrawal": "rates declared by the operators, raised where a higher one was seen",
    "storage_injection": "rates declared by the operators, raised where a higher one was seen",
    "production": "expected for 2022: decline of fields, and plans known in January 2022",
    "demand_2021": "observed inland consumption by month: the only one that also has the shape of the year",
    "imports_2021": "one source for all entries, so that the balance closes",
}
_AGAINST = {
    "entsog_tp": "a largest day shows what is possible for a day, not what can be planned with",
    "gem_gas_tracker_2024": "nameplate spread over the year hides the daily maximum and the state of the lines",
    "gem_lng_2024": "nameplate in Mt a year spread evenly understates what a terminal can send out on a day",
    "scigrid_iggin": "site lists mix working and total gas, and sites that are planned or closed",
    "entsog_capmap_2019": "older edition",
    "iea_gtf": "maximum of metered months or days in an own cubic metre; may lie above firm capacity",
    "gie_agsi": "younger edition, not yet known in January 2022",
    "gie_alsi": "after the expansions of 2022, not yet known in January 2022",
    "ei_review_2024": "cubic metres of 40 MJ: exact for its standard, not for the gas of a country",
    "eurostat_nrg_cb_gas": "balanced after the year, with stock changes and revisions",
    "ua_transit_press": "booked by contract, a matter of money and not of steel",
}


def _why(quantity: str, other: str) -> str:
    against = _AGAINST.get(other)
    return f"{_RULES[quantity]}; the other: {against}" if against else _RULES[quantity]
