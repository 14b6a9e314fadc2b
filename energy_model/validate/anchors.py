"""What others published, next to ours: ``anchors(data)`` builds each as a run or a formula and tells the difference.

Three kinds of row. ``acceptance``: closed forms and balances that must come out. ``sign``: directions from the
literature that the model can state. ``comparison``: numbers of other models under other assumptions; they are told
and never pass or fail. Published figures stand in ``data/anchors.csv`` with the label whether the source itself was
read.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.validate.anchor_compare import compare_rows
from energy_model.validate.anchor_exact import CES_TOLERANCE_PP, Ours, exact_rows, number, storage_lasts
from energy_model.validate.anchor_output import output_rows
from energy_model.validate.anchor_runs import AnchorRuns
from energy_model.validate.anchor_signs import sign_rows

KINDS = ("acceptance", "sign", "comparison")
COLUMNS = [
    "anchor", "kind", "study", "scenario", "metric", "scope", "published", "ours", "unit", "reproduced", "setting",
    "why_different", "confidence", "published_from", "published_to", "ours_from", "ours_to", "source_id", "url",
]  # fmt: skip


@dataclass(frozen=True)
class AnchorReport:
    """Published results and ours.

    Attributes
    ----------
    table : DataFrame
        One row per published figure: anchor, kind (acceptance, sign, comparison), study, scenario, metric, scope,
        published and ours (as text), unit, reproduced (true or false for acceptance and sign, missing for comparison),
        setting, why_different, confidence, published_from, published_to, ours_from, ours_to (numbers, where there are
        any), source_id, url.
    """

    table: pd.DataFrame

    @property
    def failures(self) -> pd.DataFrame:
        """Rows that should have come out and did not."""
        return self.table[self.table["reproduced"].eq(False)]

    def of_kind(self, kind: str) -> pd.DataFrame:
        """Rows of one of :data:`KINDS`."""
        return self.table[self.table["kind"] == kind]


def anchors(data: GasData) -> AnchorReport:
    """Build every published result we know of and hold ours against it.

    Parameters
    ----------
    data : GasData
        All vintages: some of the runs need hindsight.

    Raises
    ------
    DataError
        If a published figure has no counterpart, or a counterpart no published figure.
    """
    published = data["anchors"].set_index("anchor")
    runs = AnchorRuns(data)
    ours = [
        *exact_rows(data, published),
        *sign_rows(runs),
        *storage_lasts(data, published),
        *compare_rows(runs, published),
        *output_rows(runs, published),
    ]
    return AnchorReport(_joined(published, ours, data["sources"]))


def _joined(published: pd.DataFrame, ours: list[Ours], sources: pd.DataFrame) -> pd.DataFrame:
    shown = published[published["role"].isin(KINDS)]
    names = [row.anchor for row in ours]
    lonely = sorted({*names} - {*shown.index})
    problems = [f"anchor '{name}': published but not compared; add its run" for name in shown.index.difference(names)]
    problems += [f"anchor '{name}': compared but not published; add its row" for name in lonely]
    if problems or len(set(names)) < len(names):
        raise DataError("anchors.csv", problems or ["an anchor is compared twice; keep one"])
    mine = pd.DataFrame([_side(row) for row in ours]).set_index("anchor")
    table = shown.join(mine, validate="one_to_one").reset_index()
    titles = sources.set_index("source_id")
    table["study"] = [_study(titles.loc[key]) for key in table["source_id"]]
    table["published"] = [_published(row) for row in table.to_dict("records")]
    table["kind"] = pd.Categorical(table["role"], categories=KINDS, ordered=True)
    table = table.rename(columns={"value": "published_from"})
    table["published_to"] = table["value_to"].fillna(table["published_from"])
    table["reproduced"] = table["reproduced"].astype("boolean")
    return table.sort_values("kind", kind="stable").reset_index(drop=True)[COLUMNS].astype({"kind": str})


def _side(row: Ours) -> dict[str, object]:
    low, high = (min(row.values), max(row.values)) if row.values else (float("nan"), float("nan"))
    text = row.text or (number(low) if number(low) == number(high) else f"{number(low)} to {number(high)}")
    return {
        "anchor": row.anchor,
        "ours": text,
        "ours_from": low,
        "ours_to": high,
        "setting": row.setting,
        "why_different": row.why_different,
        "reproduced": row.reproduced,
    }


def _study(source: pd.Series) -> str:
    year = str(source["edition"])[:4] if pd.notna(source["edition"]) else ""
    return f"{source['publisher']} {year}".strip()


def _published(row: dict[Hashable, Any]) -> str:
    value, relation = float(row["value"]), row["relation"]
    if relation == "sign":
        return {1.0: "up", -1.0: "down", 0.0: "none"}[value]
    if relation == "range":
        return f"{number(value)} to {number(float(row['value_to']))}"
    return number(value) if relation == "exact" else f"{relation} {number(value)}"


_PAGE = """# Published results

This page is written by the program from its own runs: published figures are those of `data/anchors.csv`, ours are
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
## Compared, neither passed nor failed

Other models, other assumptions. Losses of output are always shown at the elasticities 0 / 0.04 / 0.1 / 0.2: most of the
spread between publications is that number.

{comparison}"""


def anchor_page(report: AnchorReport) -> str:
    """The scoreboard of published results as a page of Markdown; docs/anchors.md is this text."""
    return _PAGE.format(
        tolerance=CES_TOLERANCE_PP,
        acceptance=_markdown(report.of_kind("acceptance"), reproduced="reproduced"),
        sign=_markdown(report.of_kind("sign"), reproduced="same direction"),
        comparison=_markdown(report.of_kind("comparison")),
    )


def _markdown(table: pd.DataFrame, reproduced: str | None = None) -> str:
    heads = ["study", "what", "where", "published", "ours", "unit", *([reproduced] if reproduced else [])]
    heads += ["setting", "why different", "label"]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for row in table.to_dict("records"):
        what = f"{row['metric']}; {row['scenario']}"
        study = f"[{row['study']}]({row['url']})" if isinstance(row["url"], str) else row["study"]
        unit = "" if row["unit"] == "sign" else row["unit"]
        cells = [study, what, row["scope"], row["published"], row["ours"], unit]
        if reproduced:
            cells.append("yes" if row["reproduced"] else "**no**")
        cells += [row["setting"], row["why_different"], row["confidence"]]
        lines.append("| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
