"""What was published about the cut-off of 2022 and about Nord Stream 2, and our side of each figure."""

from __future__ import annotations

from energy_model.cases.ukraine_2022.anchors.compare import compare_rows
from energy_model.cases.ukraine_2022.anchors.exact import exact_rows, storage_lasts
from energy_model.cases.ukraine_2022.anchors.output import output_rows
from energy_model.cases.ukraine_2022.anchors.page import anchor_page
from energy_model.cases.ukraine_2022.anchors.runs import AnchorRuns
from energy_model.cases.ukraine_2022.anchors.signs import sign_rows
from energy_model.data.load import GasData
from energy_model.validate.anchors import AnchorReport, joined


def anchors(data: GasData) -> AnchorReport:
    """Every published result beside ours; see :func:`energy_model.validate.anchors.anchors`."""
    published = data["anchors"].set_index("anchor")
    runs = AnchorRuns(data)
    ours = [
        *exact_rows(data, published),
        *sign_rows(runs),
        *storage_lasts(data, published),
        *compare_rows(runs, published),
        *output_rows(runs, published),
    ]
    return AnchorReport(joined(published, ours, data["sources"]))


__all__ = ["anchor_page", "anchors"]
