"""A replay as parts of a page of Markdown, and as a folder of tables; each case of the past makes its page of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from energy_model.files import replacing_folder
from energy_model.report.markdown import markdown
from energy_model.results.csv_text import csv_text
from energy_model.validate.replay import ReplayReport, compare

WORST = 10
"""Series that a page tells first, the worst of all."""
TABLES = ("table", "series", "aims", "internal_flows")
"""Tables of a report that are written as files."""


def quoted_lines(report: ReplayReport, wanted: Iterable[str], eras: Collection[str]) -> list[str]:
    """Errors to quote, a line for each aim, with the aim it was held against.

    Parameters
    ----------
    wanted : iterable of str
        Aims by name.
    eras : collection of str
        Ids of the eras that are told.
    """
    lines = []
    for what in wanted:
        rows = report.aims[(report.aims["what"] == what) & report.aims["era"].isin(eras)]
        first = rows.iloc[0]
        measure = str(first["measure"])
        values = zip(rows["value"], rows["era"], strict=True)
        shown = " and ".join(f"{number(value, measure)} in {report.titles[era]}" for value, era in values)
        lines.append(f"{what}, {measure}: {shown} (aim {number(first['aim'], measure)}).")
    return lines


def number(value: float, measure: str) -> str:
    """A value of an aim as its measure is told.

    >>> number(8.04, "mean error, TWh"), number(0.025, "mean error, share")
    ('8.0 TWh', '2.5%')
    """
    return f"{value:.1f} TWh" if "TWh" in measure else f"{value:.1%}"


def or_blank(value: float, form: str) -> str:
    """A number in a form; nothing where there is none."""
    return "" if pd.isna(value) else format(value, form)


def aims_table(report: ReplayReport, absent: str = "") -> str:
    """Every aim with what came out in each era, in bold where it was missed, and how many are reached.

    Parameters
    ----------
    absent : str
        What stands where an era does not have the aim.
    """
    aims, titles, rows = report.aims, report.titles, []
    for (what, measure), part in aims.groupby(["what", "measure"], sort=False):
        cells = []
        for era in titles:
            mine = part[part["era"] == era]
            shown = number(float(mine["value"].iloc[0]), str(measure)) if len(mine) else absent
            cells.append(f"**{shown}**" if len(mine) and not mine["is_reached"].iloc[0] else shown)
        rows.append((what, measure, number(float(part["aim"].iloc[0]), str(measure)), *cells))
    reached = aims.groupby("era")["is_reached"].agg(["sum", "size"])
    told = ", ".join(f"{row['sum']} of {row['size']} in {titles[str(era)]}" for era, row in reached.iterrows())
    return markdown(("aim", "measure", "at most", *titles.values()), rows) + f"\nReached: {told}. Bold: missed.\n"


def cut_customers(report: ReplayReport) -> str:
    """Countries whose customers a replay cuts by order or lets go at a price, where nobody was."""
    found = report.table[report.table["group"].isin([compare.CURTAILED, compare.REDUCED])]
    found = found[(found["modelled_mean"] > 0.0) & (found["series"] != report.history.region)]
    if found.empty:
        return "None. Nobody was cut by order in these months, and no replay cuts anybody.\n"
    found = found.assign(total=found["modelled_mean"] * found["months"])
    rows = [
        (report.titles[row.era], row.group, row.series, f"{row.total:.2f}")
        for row in found.sort_values("total", ascending=False, kind="stable").itertuples()
    ]
    lead = "Nobody was cut by order in these months: each of these is an error of the model.\n\n"
    return lead + markdown(("era", "how", "country", "TWh"), rows)


SCORES: Mapping[str, tuple[str, str]] = {
    "observed": ("observed_mean", ".2f"),
    "model": ("modelled_mean", ".2f"),
    "bias": ("bias", "+.2f"),
    "error": ("mean_absolute_error", ".2f"),
    "share": ("error_share", ".0%"),
    "correlation": ("correlation", ".2f"),
    "as usual": ("naive_error", ".2f"),
}
"""Scores of a series by their head on a page: column of the scoreboard, and form."""


def scores_table(table: pd.DataFrame, titles: Mapping[str, str], heads: Iterable[str] = tuple(SCORES)) -> str:
    """Series with their errors.

    Parameters
    ----------
    table : DataFrame
        Rows of the scoreboard of a report.
    titles : mapping of str to str
        Title by id of an era; one without a title stands as it is.
    heads : iterable of str
        Scores that are shown, of :data:`SCORES`.
    """
    shown = {head: SCORES[head] for head in heads}
    rows = [
        (
            titles.get(row["era"], row["era"]),
            *(row[name] for name in ("group", "series", "unit")),
            *(or_blank(row[column], form) for column, form in shown.values()),
            row["months"],
        )
        for row in table.to_dict("records")
    ]
    return markdown(("era", "group", "series", "unit", *shown, "months"), rows)


def every_series(report: ReplayReport, heads: Iterable[str] = tuple(SCORES)) -> list[str]:
    """All series of each era: first what the model chose, then what was given."""
    parts = []
    for era, mine in report.table.groupby("era", sort=False):
        for given, title in ((False, "chosen by the model"), (True, "given")):
            rows = mine[mine["is_given"] == given].sort_values(["group", "error_share"], ascending=[True, False])
            if len(rows):
                parts += [f"### {report.titles[str(era)]}: {title}\n", scores_table(rows.assign(era=""), {}, heads)]
    return parts


def write_replay(
    report: ReplayReport, folder: Path, draw: Callable[[ReplayReport, Path], object] | None = None
) -> Path:
    """Scoreboard, series, aims and border flows as CSV files in ``folder/replay``; it appears whole or not at all.

    Parameters
    ----------
    draw : callable, optional
        Adds figures to the folder it is given.
    """
    with replacing_folder(folder / "replay") as part:
        for name in TABLES:
            (part / f"{name}.csv").write_text(csv_text(getattr(report, name)), encoding="utf-8", newline="\n")
        if draw is not None:
            draw(report, part)
    return folder / "replay"
