"""Series by name: prices of the World Bank's pink sheet (XLSX), and imports by source collected by Bruegel (CSV)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from energy_model.errors import DataError
from energy_model.imports.figures import Figures, Options, days, file_format, find_columns, listed, numbers, once, plain
from energy_model.imports.sheets import cells_of, table_below
from energy_model.units import KWH_PER_M3

SHEET = "Monthly Prices"


@file_format(
    "worldbank",
    "World Bank commodity prices by month, the pink sheet (XLSX)",
    {
        "source_id": "worldbank_pinksheet",
        "title": "Commodity Price Data (Pink Sheet)",
        "publisher": "World Bank",
        "url": "https://www.worldbank.org/en/research/commodity-markets",
        "licence": "CC BY 4.0",
        "redistribution": "shipped",
    },
)
def worldbank(file: Path, options: Options) -> list[Figures]:
    """Monthly means of the series that ``import_names.csv`` names, in the unit that it gives.

    Raises
    ------
    DataError
        With every series that the file does not have, or has in another unit.
    """
    names = options.names("worldbank")
    sheet = table_below(file, tuple(names["name"].head(1)), SHEET)
    unit, first, notes = sheet.iloc[0], sheet.columns[0], list[str]()
    body = sheet[sheet[first].str.fullmatch(r"\d{4}M\d{2}")]
    month = pd.to_datetime(body[first].str.replace("M", "-"), format="%Y-%m")
    at = find_columns(file, sheet.columns, {row.name: (row.name,) for row in names.itertuples()})
    odd = [
        f"series '{row.name}': unit '{unit[at[row.name]]}', and {row.unit} is expected"
        for row in names.itertuples()
        if plain(row.unit).replace("usd", "") not in plain(unit[at[row.name]])
    ]
    if odd:
        raise DataError(file.name, odd)
    parts = []
    for row in names.itertuples():
        value = numbers(body[at[row.name]], file, row.name)
        parts.append(pd.DataFrame({"month": month, "series": row.key, "price": value, "unit": row.unit}))
    rows = pd.concat(parts)
    notes.append(f"{len(sheet.columns) - 1 - len(names)} other series left out")
    rows = once(rows[rows["price"].notna()], ["month", "series"], file, notes)
    return [Figures("observed_prices_monthly", rows, rows["month"] + pd.offsets.MonthEnd(0), notes)]


@file_format(
    "bruegel",
    "Bruegel, European natural gas imports: flows by source or route and day (CSV)",
    {
        "source_id": "bruegel_imports_daily",
        "title": "European natural gas imports, daily file",
        "publisher": "Bruegel",
        "url": "https://www.bruegel.org/dataset/european-natural-gas-imports",
        "licence": "cite Bruegel; terms for passing the file on not found",
        "redistribution": "ask",
    },
)
def bruegel(file: Path, options: Options) -> list[Figures]:
    """Flows by route and day, from million cubic metres; a column by route, or one row by route and day.

    Raises
    ------
    DataError
        If it has no route of the package.
    """
    table, notes = cells_of(file), list[str]()
    names = options.names("bruegel")
    known = {plain(row.name): row.key for row in names.itertuples()}
    heads = {plain(head): head for head in table.columns}
    if "route" in heads and "value" in heads:
        at = find_columns(file, table.columns, {"the day": ("date",), "the route": ("route",), "the flow": ("value",)})
        long = table.rename(columns={at["the day"]: "day", at["the route"]: "route", at["the flow"]: "flow"})
    else:
        day = find_columns(file, table.columns, {"the day": ("date", "dates", "day")})["the day"]
        long = table.rename(columns={day: "day"}).melt("day", var_name="route", value_name="flow")
    route = long["route"].map(plain).map(known)
    if route.isna().any():
        notes.append(f"{listed(long.loc[route.isna(), 'route'])} left out: no route of the package")
    if route.isna().all():
        raise DataError(file.name, [f"no route of the package; it has {listed(long['route'])}"])
    long = long.assign(route=route)[route.notna()].reset_index(drop=True)
    rows = pd.DataFrame({"date": days(long["day"], file, "date"), "route": long["route"]})
    rows["flow_gwh_per_day"] = KWH_PER_M3["import_series"] * numbers(long["flow"], file, "flow")
    rows = once(rows[rows["flow_gwh_per_day"].notna()], ["date", "route"], file, notes)
    _refuse_weeks(rows, file)
    return [Figures(str(names["table"].iloc[0]), rows, rows["date"], notes)]


def _refuse_weeks(rows: pd.DataFrame, file: Path) -> None:
    """A file by week would fill one day in seven."""
    apart = rows.sort_values("date").groupby("route")["date"].diff().dropna()
    if len(apart) and apart.median() > pd.Timedelta(days=1):
        raise DataError(file.name, [f"rows are {apart.median().days} days apart; the file by day is needed"])
