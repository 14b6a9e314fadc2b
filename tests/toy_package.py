"""A small data package that shares no name and no year with the real one: supplier XX, country AA in two nodes, 2031.

Everything is flat over the year, so that answers can be worked out on paper (GWh/d):

    XX --east_line 300--> AA_N <--200--> AA_S --100--> CC        demand: AA_N 200, AA_S 100, BB 100, CC 50
    XX --south_line 150--> BB <--80--> AA_S                      AA_S produces 10
    YY --north_line 150--> AA_S                                  LNG of QQ lands in AA_S (50), store in AA_N
"""

from __future__ import annotations

import atexit
import json
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data import GasData, load_data, seal
from energy_model.data.package import DESCRIPTOR, Package
from energy_model.data.ranges import RANGES

AS_OF = "2031-01-31"
YEAR, BASE_YEAR = 2031, 2030
DEMAND = {"AA_N": 200.0, "AA_S": 100.0, "BB": 100.0, "CC": 50.0}
SECTORS = {"households": 0.4, "services": 0.1, "industry": 0.3, "power_heat": 0.15, "other": 0.05}
HEATED = ("households", "services")
MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
PRICE = 40.0
COPIED = ("parameters", "curtailment_tiers")
"""Tables of the physics and of the value of gas that are no storyline: they are those of the real package."""
_OPEN = {"year", "route", "region", "family", "case", "weather", "series"}
"""Columns whose words are names of a package."""

STORYLINE = f"""
title = "Gas of Exland for Aland, 2031"
as_of = {AS_OF}
reference = "reference"
decision_days = [{YEAR}-04-01]
contract_price = "export_price"
base_year = {BASE_YEAR}
everybody = "ALL"

[horizon]
start = {YEAR}-01-01
end = {YEAR}-12-31

[weather]
normal = "usual"
cold = "harsh"
base_year = "{BASE_YEAR}"

[lng]
central = "middle"
low = "little"
high = "much"
observed = "seen"

[prices]
forward = "hub_forward"
lng = "cargo_on_board"
hub = "hub"

[focus]
supplier = "XX"
region = "UNION"
country = "AA"

[briefing]
title = "Gas of Exland: who goes short if it stops"
question = "If gas of Exland stops: who goes short?"
shortage = "stop"
main = ["reference", "stop"]
order = ["reference", "east_stops", "stop", "both_stop"]

[[routes]]
route = "east_line"
scenario = "east_stops"

[[transit]]
country = "BB"
tariff = ["XX", "BB"]

[[groups]]
group = "UNION"
title = "Union"
words = "the Union"

[[groups]]
group = "ALL"
title = "All"
words = "all markets"
"""

_HEAD = f'as_of = {AS_OF}\nhorizon = {{ start = {YEAR}-01-01, end = {YEAR}-12-31 }}\nresolution = "month"\n'
SCENARIOS = {
    "reference": f'title = "Nothing happens"\ndescription = "All flows."\n{_HEAD}',
    "stop": """title = "Exland stops on 1 April"
description = "All of it."
based_on = "reference"

[[measures]]
kind = "supply_cut"
supplier = "XX"
remaining_share = 0.0
start = 2031-04-01
""",
    "both_stop": """title = "Exland and Yland stop on 1 April"
description = "Both of them."
based_on = "stop"

[[measures]]
kind = "supply_cut"
supplier = "YY"
remaining_share = 0.0
start = 2031-04-01
""",
    "east_stops": """title = "The East Line stops on 1 April"
description = "One route."
based_on = "reference"

[[measures]]
kind = "route_outage"
route = "east_line"
remaining_share = 0.0
start = 2031-04-01
""",
}


def tables() -> dict[str, list[dict[str, Any]]]:
    """Rows of the toy, by table; provenance and ranges are filled in."""
    found: dict[str, list[dict[str, Any]]] = {}
    places = {
        "XX": (60.0, 50.0),
        "YY": (64.0, 5.0),
        "QQ": (25.0, 51.0),
        "AA_N": (54.0, 12.0),
        "AA_S": (49.0, 11.0),
        "BB": (47.0, 19.0),
        "CC": (42.0, 12.0),
    }
    names = {"XX": "Exland", "YY": "Yland", "QQ": "Quland", "BB": "Beland", "CC": "Celand"}
    names |= {"AA_N": "Aland, north", "AA_S": "Aland, south"}
    found["nodes"] = [
        {
            "node": node,
            "name": names[node],
            "country": node[:2],
            "is_market": node in DEMAND,
            "is_supplier": node in ("XX", "YY"),
            "is_lng_exporter": node == "QQ",
            "region": "Toys",
            "latitude": latitude,
            "longitude": longitude,
        }
        for node, (latitude, longitude) in places.items()
    ]
    found["groups"] = [{"group": "UNION", "node": node} for node in ("AA_N", "AA_S", "BB")]
    found["suppliers"] = [
        {"supplier": code, "seller": code, "name": names[code], "adjective": f"{names[code]}ic", "family": family}
        for code, family in (("XX", "east"), ("YY", "north"), ("QQ", "sea"))
    ]
    lines = [
        ("xx_aa", "east_line", "XX", "AA_N", 300.0),
        ("xx_bb", "south_line", "XX", "BB", 150.0),
        ("yy_aa", "north_line", "YY", "AA_S", 150.0),
        ("north_south", "inner", "AA_N", "AA_S", 200.0),
        ("south_north", "inner", "AA_S", "AA_N", 200.0),
        ("aa_cc", "interconnector", "AA_S", "CC", 100.0),
        ("aa_bb", "interconnector", "AA_S", "BB", 80.0),
        ("bb_aa", "interconnector", "BB", "AA_S", 80.0),
    ]
    found["pipelines"] = [
        {
            "pipeline": pipeline,
            "name": pipeline,
            "route": route,
            "from_node": start,
            "to_node": end,
            "capacity_gwh_per_day": capacity,
            "capacity_basis": "firm technical",
            "status": "operating",
            "length_km": _apart_km(places[start], places[end]),
            "gas_quality": "H",
        }
        for pipeline, route, start, end, capacity in lines
    ]
    owners = {"east_line": "XX", "south_line": "XX", "north_line": "YY", "inner": "", "interconnector": ""}
    found["routes"] = [
        {
            "route": route,
            "name": route.replace("_", " ").title(),
            "supplier": owner,
            "reaches_markets": owner != "",
            "place": at,
        }
        for at, (route, owner) in enumerate(owners.items(), 1)
    ]
    found["tariffs"] = [{"from_node": "XX", "to_node": "BB", "tariff_eur_per_mwh": 2.0}]
    found["supply_steps"] = [
        {
            "supplier": supplier,
            "step": "base",
            "description": "flat",
            "destination": "europe",
            "volume_gwh_per_year": 365.0 * rate,
            "rate_gwh_per_day": rate,
            "cost_eur_per_mwh": cost,
            "price_link": 0.5,
            "availability": "base",
        }
        for supplier, rate, cost in (("XX", 400.0, 20.0), ("YY", 120.0, 25.0))
    ]
    found["supply_profile"] = [
        {"supplier": supplier, "month": month, "rate_share": 0.5 if (supplier, month) == ("XX", 7) else 1.0}
        for supplier in ("XX", "YY")
        for month in range(1, 13)
    ]
    found["production"] = [{"node": "AA_S", "month": month, "production_gwh_per_day": 10.0} for month in range(1, 13)]
    found["contracts"] = [
        {
            "contract": "xx_aland",
            "supplier": "XX",
            "buyer": "Aland Gas",
            "buyer_node": "AA_N",
            "delivery_route": "east_line",
            "annual_quantity_gwh": 36500.0,
            "take_or_pay_share": 0.8,
            "start": "2025-01-01",
            "end": f"{YEAR}-06-30",
            "hub_link_share": 0.5,
            "confidence": "medium",
        }
    ]
    found["storage"] = [
        {
            "storage": "aa_store",
            "node": "AA_N",
            "working_gas_volume_gwh": 20000.0,
            "injection_capacity_gwh_per_day": 100.0,
            "withdrawal_capacity_gwh_per_day": 150.0,
            "holder_share": 0.0,
            "is_single_site": True,
        }
    ]
    found["storage_filling"] = [
        {"node": "AA_N", "date": f"{year}-{month:02}-01", "gas_in_storage_gwh": level, "as_of": f"{year}-{month:02}-01"}
        for year in (BASE_YEAR - 1, BASE_YEAR)
        for month, level in enumerate([9e3, 7e3, 5e3, 4e3, 5e3, 7e3, 9e3, 11e3, 13e3, 14e3, 13e3, 11e3], 1)
    ]
    found["storage_filling"] += [
        {"node": "AA_N", "date": day, "gas_in_storage_gwh": level, "as_of": day}
        for day, level in ((f"{BASE_YEAR}-12-15", 10_500.0), (f"{YEAR}-01-01", 10_000.0))
    ]
    curve = {"withdrawal": ((0.0, 0.2), (0.5, 1.0), (1.0, 1.0)), "injection": ((0.0, 1.0), (0.8, 1.0), (1.0, 0.4))}
    found["storage_curve"] = [
        {"storage": "default", "direction": direction, "fill_share": fill, "rate_share": rate}
        for direction, points in curve.items()
        for fill, rate in points
    ]
    found["demand_response"] = [
        {"sector": sector, "elasticity": -0.5 if sector == "industry" else -0.05, "reference_price_eur_per_mwh": 20.0}
        for sector in SECTORS
    ]
    found["storage_targets"] = [
        {"target": "customary_aa", "scope": "AA_N", "date": f"{YEAR}-11-01", "fill_share": 0.6, "kind": "customary"}
    ]
    found["lng_terminals"] = [
        {
            "terminal": "aa_lng",
            "name": "Aland LNG",
            "node": "AA_S",
            "kind": "onshore",
            "sendout_capacity_gwh_per_day": 50.0,
            "status": "operating",
            "latitude": 48.5,
            "longitude": 11.0,
        }
    ]
    found["lng_supply_steps"] = [
        {
            "exporter": "QQ",
            "step": "base",
            "description": "cargoes",
            "volume_gwh_per_year": 109_500.0,
            "premium_eur_per_mwh": 0.0,
            "availability": "base",
        }
    ]
    found["lng_europe_limit"] = [
        {"case": case, "limit_gwh_per_year": limit, "premium_eur_per_mwh": 0.0}
        for case, limit in (("little", 100_000.0), ("seen", 109_500.0), ("middle", 120_000.0), ("much", 150_000.0))
    ]
    found["lng_shipping"] = [{"exporter": "QQ", "node": "AA_S", "distance_nm": 1000}]
    found["demand_daily"] = [
        {"weather": weather, "node": node, "month": month, "day": day}
        | {
            f"{sector}_gwh": round(rate * share * (cold if sector in HEATED else 1.0), 6)
            for sector, share in SECTORS.items()
        }
        for weather, cold in (("usual", 1.0), ("harsh", 1.2), (str(BASE_YEAR), 1.0))
        for node, rate in DEMAND.items()
        for month, days in enumerate(MONTHS, 1)
        for day in range(1, days + 1)
    ]
    found["demand_annual"] = [
        {"node": node, "year": BASE_YEAR, "demand_gwh": 365.0 * rate} for node, rate in DEMAND.items()
    ]
    found["peak_demand"] = [
        {"node": node, "peak_gwh_per_day": 1.1 * rate, "high_gwh_per_day": 1.15 * rate, "date": f"{BASE_YEAR}-02-01"}
        for node, rate in DEMAND.items()
    ]
    found["prices"] = [
        {"series": series, "month": f"{YEAR}-{month:02}-01", "price_eur_per_mwh": price}
        for series, price in (("cargo_on_board", PRICE), ("hub_forward", PRICE), ("export_price", PRICE))
        for month in range(1, 13)
    ]
    found["observed_prices_monthly"] = [
        {"month": f"{BASE_YEAR}-{month:02}-01", "series": "hub", "price": 10.0, "unit": "USD/MMBtu"} | {"as_of": AS_OF}
        for month in range(1, 13)
    ]
    found["economy"] = [
        {
            "country": country,
            "year": BASE_YEAR,
            "gdp_eur_bn": gdp,
            "industry_value_added_eur_bn": 0.25 * gdp,
            "manufacturing_value_added_eur_bn": 0.2 * gdp,
            "population": int(30_000 * gdp),
        }
        for country, gdp in (("AA", 2000.0), ("BB", 300.0), ("CC", 200.0))
    ]
    found["sources"] = [
        {
            "source_id": "toy",
            "title": "Made up",
            "publisher": "the tests",
            "licence": "CC BY 4.0",
            "redistribution": "shipped",
        }
    ]
    return found


def write_toy(folder: Path, **changed: list[dict[str, Any]]) -> Path:
    """Write the package, with some tables in place of the toy's own, and seal it."""
    folder.mkdir(parents=True, exist_ok=True)
    whole, rows = Package.open(), {**tables(), **changed}
    kept = []
    for item in whole.descriptor["resources"]:
        name = item["name"]
        if name not in rows and name not in COPIED and name != "storyline":
            continue
        kept.append(_opened(item))
        if name == "storyline":
            (folder / item["path"]).write_text(STORYLINE, encoding="utf-8")
        elif name in rows:
            (folder / item["path"]).parent.mkdir(exist_ok=True)
            _table(item, rows[name]).to_csv(folder / item["path"], index=False)
        else:
            table = pd.read_csv(whole.root / item["path"], dtype=str, keep_default_na=False)
            table.assign(source_id="toy", as_of=AS_OF, note="").to_csv(folder / item["path"], index=False)
    title = {"name": "toy", "title": "A toy", "description": "Made up."}
    descriptor = {"licenses": whole.descriptor["licenses"], **title, "resources": kept}
    (folder / DESCRIPTOR).write_text(json.dumps(descriptor), encoding="utf-8")
    (folder / "scenarios").mkdir(exist_ok=True)
    for name, text in SCENARIOS.items():
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    seal(folder)
    return folder


def _apart_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Length of a straight line between two places, km."""
    (north, east), (south, west) = np.radians(one), np.radians(other)
    cosine = np.sin(north) * np.sin(south) + np.cos(north) * np.cos(south) * np.cos(east - west)
    return round(float(6371.0 * np.arccos(cosine)), 1)


def _opened(item: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of the descriptor with words of its own where the real package lists its names."""
    schema = item.get("schema", {})
    fields = [
        {
            **field,
            "constraints": {k: v for k, v in field.get("constraints", {}).items() if k not in ("enum", "maximum")},
        }
        if field["name"] in _OPEN
        else field
        for field in schema.get("fields", [])
    ]
    plain = {key: value for key, value in item.items() if key not in ("hash", "bytes")} | {"title": item["name"]}
    return {**plain, "schema": {**schema, "fields": fields}} if schema else plain


def _table(item: Mapping[str, Any], rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A table in the order of its schema, with ranges of no width and the source where none is given."""
    table = pd.DataFrame(rows)
    for low, value, high in RANGES.get(item["name"], ()):
        for bound in (low, high):
            table[bound] = table[bound].fillna(table[value]) if bound in table else table[value]
    given = {"source_id": "toy", "as_of": AS_OF, "basis": "judgement", "note": ""}
    for field in item["schema"]["fields"]:
        if field["name"] not in table:
            table[field["name"]] = given.get(field["name"], "")
    for column in table.select_dtypes(bool):
        table[column] = table[column].map({True: "true", False: "false"})
    return table[[field["name"] for field in item["schema"]["fields"]]]


@cache
def toy_data() -> GasData:
    """The toy, read once for each process."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return load_data(write_toy(folder / "toy"), accept_errors=True)
