"""The war in Ukraine and the end of Russian pipeline gas: 2021 and 2022 replayed, predictions of January 2022, papers.

Offered to a data package whose storyline says ``case = "ukraine_2022"``.
"""

from __future__ import annotations

from energy_model.cases.ukraine_2022.anchors import anchor_page, anchors
from energy_model.cases.ukraine_2022.pitfalls import pitfalls
from energy_model.cases.ukraine_2022.replay import HISTORY as history
from energy_model.cases.ukraine_2022.replay.page import honest_lines
from energy_model.cases.ukraine_2022.replay.pages import small_multiples, write_page, write_tables
from energy_model.cases.ukraine_2022.view import compare_view, view
from energy_model.cases.ukraine_2022.view.figure import view_figure
from energy_model.cases.ukraine_2022.view.section import write_view_page

__all__ = [
    "anchor_page",
    "anchors",
    "compare_view",
    "history",
    "honest_lines",
    "pitfalls",
    "small_multiples",
    "view",
    "view_figure",
    "write_page",
    "write_tables",
    "write_view_page",
]
