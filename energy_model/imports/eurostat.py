"""Files of Eurostat: monthly gas consumption, nrg_cb_gasm and its forerunner nrg_103m, TSV or JSON-stat."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from energy_model.errors import DataError
from energy_model.imports.figures import Figures, Options, file_format, listed, once

TJ_PER_GWH = 3.6
_WANTED = {
    "nrg_bal": ("IC_OBS",),
    "siec": ("G3000",),
    "unit": ("TJ_GCV",),
    "freq": ("M",),
    "product": ("4100",),
    "indic_nrg": ("100900",),
}
"""What is taken of each dimension: observed inland consumption of natural gas, terajoules gross, by month."""
NO_FIGURE = ":"
FLAGS = {
    "p": "provisional",
    "e": "estimated",
    "b": "break in series",
    "d": "definition differs",
    "u": "low reliability",
    "n": "not significant",
    "s": "estimated by Eurostat",
    "c": "confidential",
    "r": "revised",
}


@file_format(
    "eurostat",
    "Eurostat nrg_cb_gasm or nrg_103m: gas consumption by month (TSV or JSON-stat)",
    {
        "source_id": "eurostat_nrg_cb_gasm",
        "title": "Supply, transformation and consumption of gas, monthly (nrg_cb_gasm)",
        "publisher": "Eurostat",
        "url": "https://ec.europa.eu/eurostat/databrowser/view/nrg_cb_gasm",
        "licence": "CC BY 4.0",
        "redistribution": "shipped",
    },
)
def eurostat(file: Path, options: Options) -> list[Figures]:
    """Observed inland consumption by country and month, from terajoules; a flag of the source stands in the note.

    Raises
    ------
    DataError
        If the file cannot be read, or has no row of the quantity.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(file.name, [f"cannot be read as text in UTF-8 ({error}); download it again"]) from error
    notes: list[str] = []
    table = _json_stat(text, file) if text.lstrip().startswith("{") else _tsv(text, file)
    for dimension, wanted in _WANTED.items():
        if dimension in table:
            there = sorted(table[dimension].unique())
            table = table[table[dimension].isin(wanted)]
            if table.empty:
                raise DataError(
                    file.name, [f"dimension {dimension}: has {listed(there)}, and {wanted[0]} is needed; download that"]
                )
            others = [one for one in there if one not in wanted]
            if others:
                notes.append(f"{dimension} {listed(others)} left out; taken is {wanted[0]}")
    node = table["geo"].map(options.codes(table["geo"].unique()))
    if node.isna().any():
        notes.append(f"{listed(table.loc[node.isna(), 'geo'])} left out: no market of the package (or a total)")
    table = table.assign(node=node)[node.notna()]
    empty = table["value"].isna()
    if empty.any():
        which = (table["node"] + " " + table["month"].dt.strftime("%Y-%m"))[empty]
        notes.append(f"{int(empty.sum())} months without a figure stay without one: {listed(which)}")
    table = table[~empty]
    rows = table[["month", "node"]].assign(demand_gwh=table["value"] / TJ_PER_GWH, note=table["flag"].map(_in_words))
    flagged = rows[rows["note"] != ""]
    if len(flagged):
        notes.append(
            f"{len(flagged)} figures carry a flag of the source, kept in their note: {listed(flagged['note'])}"
        )
    rows = once(rows, ["month", "node"], file, notes)
    return [Figures("observed_demand_monthly", rows, rows["month"] + pd.offsets.MonthEnd(0), notes)]


def _in_words(flags: str) -> str:
    return ", ".join(FLAGS.get(flag, f"flag {flag}") for flag in flags)


def _tsv(text: str, file: Path) -> pd.DataFrame:
    """The bulk file: dimensions before a tab, then a column by month; figures may carry flags behind a space."""
    lines = [line for line in text.splitlines() if line.strip()]
    head = lines[0].split("\t") if lines else []
    names = [name.strip().lower() for name in head[0].split("\\")[0].split(",")] if head else []
    if "geo" not in names or len(head) < 2:
        raise DataError(
            file.name, ["is no TSV of Eurostat: the first cell must list the dimensions and end in geo\\TIME_PERIOD"]
        )
    months = [_month(cell.strip(), file) for cell in head[1:]]
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines[1:], start=2):
        keys, *cells = line.split("\t")
        values = [key.strip() for key in keys.split(",")]
        if len(values) != len(names) or len(cells) != len(months):
            raise DataError(
                file.name,
                [f"line {number}: {len(cells)} cells, and {len(months)} months are named; the file is cut short"],
            )
        for month, cell in zip(months, cells, strict=True):
            value, flag = _figure(cell, number, file)
            rows.append({**dict(zip(names, values, strict=True)), "month": month, "value": value, "flag": flag})
    return pd.DataFrame(rows)


def _figure(cell: str, line: int, file: Path) -> tuple[float, str]:
    number, _, flag = cell.strip().partition(" ")
    if number in (NO_FIGURE, ""):
        return math.nan, flag.strip()
    try:
        return float(number), flag.strip()
    except ValueError:
        raise DataError(
            file.name, [f"line {line}, value '{cell.strip()}': neither a number nor '{NO_FIGURE}'"]
        ) from None


def _month(text: str, file: Path) -> pd.Timestamp:
    try:
        return pd.Period(text.replace("M", "-").replace("--", "-"), freq="M").to_timestamp()
    except ValueError:
        raise DataError(file.name, [f"column '{text}': not a month; download the monthly series"]) from None


def _json_stat(text: str, file: Path) -> pd.DataFrame:
    """JSON-stat 2.0: values by running number over the dimensions, in the order that it lists."""
    try:
        answer = json.loads(text)
        names, size = list(answer["id"]), list(answer["size"])
        codes = [_in_order(answer["dimension"][name]["category"]["index"]) for name in names]
        values, flags = answer["value"], answer.get("status", {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(file.name, [f"is no complete JSON-stat ({error!r}); download it again"]) from error
    if [len(own) for own in codes] != size or not {"geo", "time"} <= {name.lower() for name in names}:
        raise DataError(file.name, ["dimensions and their sizes do not agree, or geo and time are not among them"])
    rows = []
    for place, keys in enumerate(product(*codes)):
        row = dict(zip([name.lower() for name in names], keys, strict=True))
        value = values.get(str(place)) if isinstance(values, dict) else values[place]
        flag = flags.get(str(place), "") if isinstance(flags, dict) else flags[place]
        month = _month(row.pop("time"), file)
        rows.append({**row, "month": month, "value": math.nan if value is None else float(value), "flag": flag or ""})
    return pd.DataFrame(rows)


def _in_order(index: Any) -> list[str]:
    return list(index) if isinstance(index, list) else sorted(index, key=lambda code: index[code])
