"""docs/audit.md: the audit of the data as a page, written from the tables and never by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from energy_model.data.audit import REFERENCES, audit, coverage
from energy_model.data.basis import GROUNDS, NOT_STATED, basis_shares
from energy_model.data.load import GasData
from energy_model.files import write_text
from energy_model.report.markdown import markdown
from energy_model.validate.reference import has_case, reference_case

LARGEST = 25
_HEAD = """# Audit of the data

Written from the data package by `energy-model data audit --write PAGE`; do not edit.
"""
_GROUNDS = """## What the figures rest on

Share of the rows of each table. `published` figures are official or from the literature; `derived` ones are arithmetic
on others; a `proxy` is a figure of another day or thing that stands in for one that was not read; a `judgement`
states a range.
"""
_AGAINST = """## Against other sources

What the model takes from one source is held against what another source states. The other figures lie in
[`audit_references`](data.md#audit_references), which no run reads.

`difference` is the other figure over the one taken, less 1. `in range` says whether the range stated in the table
(`low`, `high`) covers the other figure; where the table states no range it must be equal. A large difference is no
fault by itself: a largest day is not a firm capacity, a nameplate is not a send-out. The rule by which one was chosen
stands with each quantity. The stated ranges are used by `energy-model run SCENARIO --data-spread`.
"""


def audit_page(data: GasData) -> str:
    """The page as Markdown."""
    parts = [_HEAD, _GROUNDS, _shares(data)]
    if has_case(data) and REFERENCES in data.tables:
        parts += ["## Known pitfalls\n", _pitfalls(data)]
    parts += _against_others(data) if REFERENCES in data.tables else []
    return "\n".join(parts).rstrip() + "\n"


def _against_others(data: GasData) -> list[str]:
    """Sections on figures that another source states too."""
    table = audit(data)
    parts = [_AGAINST, "## What has a second source\n", _coverage(data, table)]
    apart = table.assign(size=table["difference_share"].abs()).sort_values(["size", "quantity", "key"], ascending=False)
    parts += [f"## The {LARGEST} largest differences\n", _lines(apart.head(LARGEST), ("quantity", "key", "why"))]
    parts.append("## Every comparison\n")
    for quantity, rows in table.groupby("quantity", sort=True):
        rule = rows["why"].iloc[0].split("; the other:")[0]
        parts += [f"### {quantity} ({rows['unit'].iloc[0]})\n", f"Chosen: {rule}.\n", _lines(rows, ("key", "note"))]
    return parts


def _shares(data: GasData) -> str:
    heads = ("table", "rows", *GROUNDS, NOT_STATED)
    rows = [
        [row["table"], f"{row['rows']:,}", *(f"{row[ground]:.0%}" if row[ground] else "" for ground in heads[2:])]
        for row in basis_shares(data).to_dict("records")
    ]
    return markdown([head.replace("_", " ") for head in heads], rows)


def write_audit_page(data: GasData, path: Path) -> Path:
    """Write the page, whole or not at all."""
    return write_text(path, audit_page(data))


def _pitfalls(data: GasData) -> str:
    rows = [
        (pitfall.name, "avoided" if pitfall.is_avoided else "**fallen into**", pitfall.evidence)
        for pitfall in reference_case(data).pitfalls(data)
    ]
    return markdown(("pitfall", "state", "evidence"), rows)


def _coverage(data: GasData, table: pd.DataFrame) -> str:
    by = table.assign(size=table["difference_share"].abs()).groupby("quantity")
    middle, covered = by["size"].median(), by["in_range"].mean()
    rows = [
        (row.quantity, row.figures, row.compared, f"{row.compared_share_of_total:.0%}",
         f"{middle[row.quantity]:.1%}", f"{covered[row.quantity]:.0%}")
        for row in coverage(data).itertuples()
    ]  # fmt: skip
    head = ("quantity", "figures", "compared", "share of total compared", "median difference", "in range")
    return markdown(head, rows)


def _lines(table: pd.DataFrame, words: Sequence[str]) -> str:
    """Comparisons as rows; the last of ``words`` ends the line."""
    rows = [
        (*(row[name] for name in words[:-1]), _number(row["value"]), f"{_number(row['low'])} to {_number(row['high'])}",
         row["source_id"], _number(row["other_value"]), row["other_source_id"], f"{row['difference_share']:+.1%}",
         "yes" if row["in_range"] else "no", row[words[-1]])
        for row in table.to_dict("records")
    ]  # fmt: skip
    middle = ("taken", "range", "from", "other", "other source", "difference", "in range")
    return markdown((*words[:-1], *middle, words[-1]), rows)


def _number(value: float) -> str:
    """Whole above a hundred, one decimal below."""
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:,.1f}"
