"""The scorecard of outlooks as a page of Markdown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.report.markdown import markdown, wrapped
from energy_model.validate.scorecard import Scorecard

ABSENT = ""


def scorecard_page(card: Scorecard) -> str:
    """The scorecard as a page of Markdown."""
    rows = [
        (
            row["who"], f"{row['said_on']:%Y-%m-%d}", f"{row['quantity']}, {row['region']}, {row['date']:%Y-%m-%d}",
            row["assumes"], f"{row['relation']} {_said(row)}",
            ABSENT if pd.isna(row["scenario"]) else f"`{row['scenario']}`", _percent(row["ours"]),
            _percent(row["came"]), row["note"] if isinstance(row["note"], str) else ABSENT,
        )
        for row in card.table.to_dict("records")
    ]  # fmt: skip
    head = ("who", "said on", "about", "assumes", "said", "scenario", "this model", "came", "note")
    intro = (
        f"# Scorecard of outlooks\n\nWhat others expected, what this model says from {card.as_of:%Y-%m-%d}, and what "
        "came as far as it is known on that day. Written by `energy-model validate scorecard`; the table is "
        "`outlooks.csv`. *Filling* is gas in store over working gas at the end of a day, *saving* the share of "
        "demand that has to be saved. A blank says that no scenario comes near, or that the day lies ahead. What came "
        "under another condition judges nobody.\n"
    )
    return wrapped(intro) + "\n" + markdown(head, rows)


def _said(row: dict[str, object]) -> str:
    value, low, high = (float(str(row[name])) for name in ("value", "low", "high"))
    shown = _percent(value)
    return shown if low == high else f"{shown} ({_percent(low)} to {_percent(high)})"


def _percent(value: float) -> str:
    return ABSENT if np.isnan(value) else f"{value:.0%}"
