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

REFERENCES, RULES = "audit_references", "audit_rules"
_DERIVED = r":all:|^route:"
"""Keys of sums that the audit makes of other figures."""
_DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


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
    pairs = zip(table["quantity"], table["other_source_id"], strict=True)
    table["why"] = [_why(data[RULES], quantity, source) for quantity, source in pairs]
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


def coverage(data: GasData) -> pd.DataFrame:
    """How much of each quantity has a second source: figures, of them compared, share of the total compared."""
    references = data[REFERENCES]
    seen = {(row.quantity, part) for row in references.itertuples() for part in row.key.split("+")}
    rows = []
    for quantity, read in QUANTITIES.items():
        table = read(data.at(data.storyline.as_of))
        table = table[~table["key"].isin([data.storyline.focus.region]) & ~table["key"].str.contains(_DERIVED)]
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
    start = table["from_node"].replace(_stands_for(known))
    return _grouped(_pipelines(known).loc[table.index], start + ">" + table["to_node"])


def _stands_for(known: GasData) -> dict[str, str]:
    """Transit nodes that stand for a supplier when a source speaks of a pair of countries."""
    rules = known[RULES]
    rules = rules[rules["kind"] == "node"]
    return dict(zip(rules["key"], rules["words"], strict=True))


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
        total = {"key": region, **union[["value", "low", "high"]].sum(), "source_id": _one(union["source_id"])}
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
    return _rows(table[table["year"] == known.storyline.base_year], "node", "demand_gwh")


def _total(key: str, energy: pd.Series, sources: pd.Series) -> dict[str, object]:
    """A sum as a row of the audit."""
    return {"key": key, **dict.fromkeys(("value", "low", "high"), energy.sum()), "source_id": _one(sources)}


def _imports(known: GasData) -> pd.DataFrame:
    line, trade = known.storyline, known["trade"]
    trade = trade[trade["year"] == line.base_year]
    rows = _rows(
        trade.assign(key=trade["importer"] + ":" + trade["supplier"] + ":" + trade["channel"]), "key", "energy_gwh"
    )
    lng = trade[(trade["importer"] == line.focus.region) & (trade["channel"] == "lng")]
    ships = _total(f"{line.focus.region}:all:lng", lng["energy_gwh"], lng["source_id"])
    daily = known["observed_route_flows_daily"]
    daily = daily[daily["date"].dt.year == line.base_year]
    metered = [
        _total(f"route:{route}", part["flow_gwh_per_day"], part["source_id"]) for route, part in daily.groupby("route")
    ]
    more = pd.DataFrame([ships, *metered])
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
    "demand_base_year": _demand,
    "imports_base_year": _imports,
}
"""What is audited, and how each figure is read from the tables."""


def _why(rules: pd.DataFrame, quantity: str, other: str) -> str:
    """Why the figure was chosen, and what speaks against the other source, as the table of rules says."""
    of = rules.set_index(["kind", "key"])["words"]
    chosen, against = of.get(("quantity", quantity), ""), of.get(("source", other), "")
    return f"{chosen}; the other: {against}" if against else str(chosen)
