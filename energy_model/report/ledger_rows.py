"""Rows of a ledger as a workbook shows them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from energy_model.report.facts import month_name
from energy_model.validate.ledger import SHARE, Ledger

PAST_HEADS = (
    "Place, quantity and source", "Month", "In the run (in its unit)", "Least observed (in its unit)",
    "Most observed (in its unit)", "Unit", "Outside, and why the scenario makes it so", "Years (number)",
    "A like on record",
)  # fmt: skip


def past_cells(past: Ledger, row: Mapping[Hashable, Any]) -> list[str | float | int | None]:
    """Cells of a row under :data:`PAST_HEADS`; a month without two years before it has no range."""
    source = f", {past.names.get(row['source'], row['source'])}" if row["source"] else ""
    scale, unit = (100.0, "% of demand") if row["unit"] == SHARE else (1.0, row["unit"])
    why = ": ".join(part for part in (row["outside"], row["reason"]) if part)
    return [
        f"{past.names.get(row['place'], row['place'])}: {row['quantity']}{source}",
        month_name(row["month"]),
        *(scale * float(row[key]) for key in ("value", "least", "most")),
        unit,
        why or None,
        int(row["years"]),
        "yes" if row["on_record"] else "no",
    ]
