"""Published results beside ours: each is rebuilt as a run or a formula, and the difference is shown.

Three kinds of row. ``acceptance``: closed forms and balances that must come out. ``sign``: directions from the
literature that the model can state. ``comparison``: numbers of other models under other assumptions; they are told
and never pass or fail. Published figures stand in ``anchors.csv`` with the label whether the source itself was read;
which of them are compared, and how, says the case that the package names.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from energy_model.data.load import GasData
from energy_model.errors import DataError
from energy_model.validate.reference import reference_case

KINDS = ("acceptance", "sign", "comparison")
MISSING = ("gas missing", "reduction of demand", "cut of demand")
"""Words of a published metric that say how much gas is missing."""
COLUMNS = [
    "anchor", "kind", "study", "scenario", "metric", "scope", "published", "ours", "unit", "reproduced", "setting",
    "why_different", "confidence", "published_from", "published_to", "ours_from", "ours_to", "source_id", "url",
]  # fmt: skip


@dataclass(frozen=True)
class Ours:
    """Our side of one comparison.

    Attributes
    ----------
    values : tuple of float
        One number, or both ends of a range, in the unit of the published figure; empty where we cannot say.
    text : str
        How it is shown; default is the numbers.
    reproduced : bool or None
        ``None`` where nothing is to be passed or failed.
    """

    anchor: str
    values: tuple[float, ...]
    setting: str
    why_different: str
    text: str = ""
    reproduced: bool | None = None


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

    @property
    def shortages(self) -> pd.DataFrame:
        """Compared rows that say how much gas is missing, in per cent of demand, where ours has a number."""
        told = self.of_kind("comparison")
        asked = told["metric"].map(lambda metric: any(words in str(metric) for words in MISSING))
        in_percent = told["unit"].astype(str).str.startswith("%")
        return told[asked & in_percent & told["published_from"].notna() & told["ours_from"].notna()]

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
        If the package names no case, a published figure has no counterpart, or a counterpart no published figure.
    """
    return reference_case(data).anchors(data)


def joined(published: pd.DataFrame, ours: Sequence[Ours], sources: pd.DataFrame) -> pd.DataFrame:
    """Published figures with our side of each.

    Raises
    ------
    DataError
        If a published figure has no counterpart, or a counterpart no published figure.
    """
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


def comparison_table(table: pd.DataFrame, reproduced: str | None = None) -> str:
    """Rows of a report as a table of Markdown; ``reproduced`` heads the column that says whether they came out."""
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


def number(value: float) -> str:
    """A number with as many digits as such comparisons carry.

    >>> [number(v) for v in (-1.574, 23.77, 412.6, 15.0, -0.001)]
    ['-1.57', '23.8', '413', '15', '0']
    """
    if abs(value) < 0.005:
        return "0"
    digits = min(2, max(0, 2 - int(np.floor(np.log10(abs(value))))))
    return f"{round(value, digits):g}"
