"""The first winter without Ukraine's transit: 2024 and 2025 replayed, and the view from 31 October 2025.

Offered to a data package whose storyline says ``case = "winter_2025"``.
"""

from __future__ import annotations

import pandas as pd

from energy_model.cases.winter_2025.pitfalls import pitfalls
from energy_model.cases.winter_2025.replay import HISTORY as history
from energy_model.cases.winter_2025.replay.page import honest_lines, write_page, write_tables
from energy_model.cases.winter_2025.view import compare_view, view
from energy_model.cases.winter_2025.view.page import write_view_page
from energy_model.data.load import GasData
from energy_model.validate.anchors import COLUMNS, AnchorReport

__all__ = [
    "anchor_page",
    "anchors",
    "compare_view",
    "history",
    "honest_lines",
    "pitfalls",
    "view",
    "write_page",
    "write_tables",
    "write_view_page",
]


def anchors(data: GasData) -> AnchorReport:
    """No published result is rebuilt from this package yet: a report without a row."""
    return AnchorReport(pd.DataFrame(columns=COLUMNS))


def anchor_page(report: AnchorReport) -> str:
    """The page says that there is none."""
    return "# Published results\n\nNo published result is rebuilt from the package of October 2025 yet.\n"
