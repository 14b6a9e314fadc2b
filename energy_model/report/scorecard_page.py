"""The scorecard of outlooks as a page of Markdown, and the words that its sheet shares with it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.report.markdown import markdown, wrapped
from energy_model.validate.scorecard import Scorecard

ABSENT = ""
WHAT_IS_WHAT = (
    "Filling is gas in store over working gas at the end of a day, saving the share of the demand of the winter from 1 "
    "October that has to be saved; of this model it is what is reduced at a price or curtailed. A blank says that no "
    "scenario comes near, or that no observation reaches so far."
)
JUDGES_NOBODY = "What came under another condition judges nobody."


def scorecard_page(card: Scorecard) -> str:
    """The scorecard as a page of Markdown."""
    rows = [
        (
            row["who"], f"{row['said_on']:%Y-%m-%d}", about(row),
            row["assumes"], said(row), ABSENT if pd.isna(row["scenario"]) else f"`{row['scenario']}`",
            _percent(row["ours"]), _percent(row["came"]), ABSENT if pd.isna(row["note"]) else row["note"],
        )
        for row in card.table.to_dict("records")
    ]  # fmt: skip
    head = ("who", "said on", "about", "assumes", "said", "scenario", "this model", "came", "note")
    intro = (
        f"# Scorecard of outlooks, {card.as_of:%Y-%m-%d}\n\nWhat others expected, what this model says from "
        f"{card.as_of:%Y-%m-%d}, and what came as far as the observations of the package reach. What is marked as "
        "hindsight was said after that day by people who knew more than the run does. Written by `energy-model "
        f"validate scorecard`; the table is `outlooks.csv`. {WHAT_IS_WHAT} {JUDGES_NOBODY}\n"
    )
    return wrapped(intro) + "\n" + markdown(head, rows)


def about(row: Mapping[str, object]) -> str:
    """What an outlook is about: quantity, region and day."""
    return f"{row['quantity']}, {row['region']}, {row['date']:%Y-%m-%d}"


def said(row: Mapping[str, object]) -> str:
    """The figure of an outlook as it was put, with its range."""
    value, low, high = (float(str(row[name])) for name in ("value", "low", "high"))
    shown = f"{row['relation']} {_percent(value)}"
    return shown if low == high else f"{shown} ({_percent(low)} to {_percent(high)})"


def _percent(value: float) -> str:
    return ABSENT if np.isnan(value) else f"{value:.0%}"
