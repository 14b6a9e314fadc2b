"""docs/anchors.md: published results beside ours, written from the runs."""

from __future__ import annotations

from energy_model.cases.ukraine_2022.anchors.exact import CES_TOLERANCE_PP
from energy_model.validate.anchors import AnchorReport, comparison_table

_PAGE = """# Published results

This page is written by the program from its own runs: published figures are those of `anchors.csv`, ours are
computed. "Read in source" means that the publication itself was read, "secondary source" that a report about it was;
"own" is logic of our own. Nothing here was used to tune the model.

## Must come out

"Yes": a closed form comes within {tolerance} percentage points of the published figure, a published saving lies in our
range, and a formula of the Regulation gives the result of its worked example in every part.

{acceptance}
## Directions: Nord Stream 2

All measures are in force from 1 January 2022. "Pipe" is Nord Stream 2 without any other gas than was on offer, "gas" is
what Russia held back in January 2022, offered over the routes that exist; the difference of "pipe and gas" and "gas" is
the pipe alone. "Yes" means the same direction; where a size is published it is not held against ours.

{sign}
## Gas missing, on one measure

Shortages only, in per cent of demand over the days of each study; ours answers the question of the study, not that of
the library. Dates, scope, what is saved beforehand and whether demand that leaves at a price counts differ from study
to study, as the last column of the table below says. A briefing of the whole library draws the same with the range of
its own headline (`figures/published.png`, its data beside it).

![Published shortages beside ours](images/published.png)

## Compared, neither passed nor failed

Other models, other assumptions. Losses of output are always shown at the elasticities 0 / 0.04 / 0.1 / 0.2: most of the
spread between publications is that number.

{comparison}"""


def anchor_page(report: AnchorReport) -> str:
    """The scoreboard of published results as a page of Markdown; docs/anchors.md is this text."""
    return _PAGE.format(
        tolerance=CES_TOLERANCE_PP,
        acceptance=comparison_table(report.of_kind("acceptance"), reproduced="reproduced"),
        sign=comparison_table(report.of_kind("sign"), reproduced="same direction"),
        comparison=comparison_table(report.of_kind("comparison")),
    )
