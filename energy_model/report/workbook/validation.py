"""Sheet *Validation*: how far off the model is where the answer is known, and what others published."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from energy_model.report import facts, style
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula, Page, Value
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.validate.anchors import KINDS, AnchorReport
from energy_model.validate.replay import ReplayReport, compare
from energy_model.validate.replay.history import History

WORST = 10
SIGNED = "+#,##0.00;-#,##0.00;0.00"
PLAIN = "#,##0.00"
UNIT_WIDTH, NAME_WIDTH, WHAT_WIDTH, NUMBER_WIDTH = 11.0, 40.0, 38.0, 11.0
LINE_CHARACTERS, NAME_CHARACTERS = 250, 46
FIRST_GROUPS = (compare.LEVEL, compare.LNG_REGION, compare.LNG, compare.PRICE)
LAST_GROUPS = (compare.INJECTION, compare.WITHDRAWAL, compare.DEMAND)
"""Groups of series before and after those of entry points; what was given comes last."""
SAME = {True: "yes", False: "DIFFERS"}
NOT_OBSERVED = "not observed"
KIND_WORDS = {
    "acceptance": "must come out",
    "sign": "must have the same direction",
    "comparison": "compared, neither passed nor failed",
}


@sheet(
    "validation",
    place=130,
    name="Validation",
    about="errors of the model where the answer is known, aims reached and missed, published results",
    question="How far off is the model where the answer is known?",
    given=lambda briefing: briefing.validation is not None,
)
def write_validation(book: Book, briefing: Briefing) -> None:
    """Headline errors, aims, worst series, every series, published results."""
    validation = briefing.validation
    assert validation is not None
    history = validation.replay.history
    page = book.page(
        "Validation",
        "How far off is the model where the answer is known?",
        f"History replayed. Given: {history.given_words}. The rest is the model's choice.",
        f"No other sheet looks at what was published later. {_era_words(validation.replay)}",
    )
    book.freeze(page, page.row, 1, one_table=False)
    for col, width in enumerate((NAME_WIDTH, WHAT_WIDTH)):
        page.width(col, width)
    report = validation.replay
    eras = _eras(report)
    _headline(page, report, eras)
    _aims(page, report, eras)
    _worst(page, report, eras, briefing)
    page.new_page()
    _all_series(page, report, eras, briefing)
    page.new_page()
    _published(page, validation.published)


def _eras(report: ReplayReport) -> dict[str, str]:
    """Heading of each era of the report, in its order: the year, and whether demand was left to the model."""
    known = {era.id: era for era in report.eras}
    heads = {}
    for name in report.aims["era"].unique():
        era = known.get(name)
        answers = era is not None and era.demand == "response"
        heads[name] = name if era is None else f"{era.start.year}{'*' * answers}"
    return heads


def _era_words(report: ReplayReport) -> str:
    """The headings spelt out."""
    titles = report.titles
    return "; ".join(f"{head}: {titles[era]}" for era, head in _eras(report).items() if titles[era] != head) + "."


def _headline(page: Page, report: ReplayReport, eras: Mapping[str, str]) -> None:
    page.heading("The three errors to quote", "Mean of the monthly errors without sign.")
    columns = [Column("Error"), Column("Share of")]
    columns += [Column(f"{title} (%)", bk.SHARE, NUMBER_WIDTH) for title in eras.values()]
    page.header(columns)
    for name, values in report.history.quoted(report).iterrows():
        row = page.line(columns, [str(name), str(values["of"]), *(float(values[era]) for era in eras)])
        for col, era in enumerate(eras, 2):
            page.put(row, col, float(values[era]), num_format=bk.SHARE, bold=True, align="right")
    page.row += 1


def _aims(page: Page, report: ReplayReport, eras: Mapping[str, str]) -> None:
    """One row per aim; reached or missed is a formula over the cells beside it."""
    reached = int(report.aims["is_reached"].sum())
    page.heading(
        "Aims, reached and missed",
        f"{reached} of {len(report.aims)} are reached. {report.history.nearly_given}",
    )
    columns = [Column("Aim"), Column("Measured as"), Column("At most (in its unit)", bk.SHARE, NUMBER_WIDTH)]
    for title in eras.values():
        columns += [Column(f"{title} (in its unit)", bk.SHARE, NUMBER_WIDTH), Column("Reached?", width=UNIT_WIDTH)]
    page.header(columns)
    for (what, measure), part in report.aims.groupby(["what", "measure"], sort=False):
        number = bk.TWH if "TWh" in str(measure) else bk.SHARE
        by_era = part.set_index("era")
        aim = float(part["aim"].iloc[0])
        cells: list[Value | Formula] = [str(what), str(measure), aim]
        for step, era in enumerate(eras):
            if era not in by_era.index:  # nobody observed it in that era
                cells += [None, NOT_OBSERVED]
                continue
            here = bk.cell(page.row, 3 + 2 * step)
            value = float(by_era.loc[era, "value"])
            word = "reached" if by_era.loc[era, "is_reached"] else "missed"
            cells += [value, Formula(f'=IF({here}<={bk.cell(page.row, 2)},"reached","missed")', word)]
        row = page.line(columns, cells)
        for col, shown in enumerate(cells):
            if isinstance(shown, float):
                page.put(row, col, shown, num_format=number, align="right")
            elif isinstance(shown, Formula):
                colour = style.INK if shown.value == "reached" else style.UNSERVED
                page.put(row, col, shown, font_color=colour, indent=1)
    page.row += 1


def _worst(page: Page, report: ReplayReport, eras: Mapping[str, str], briefing: Briefing) -> None:
    page.heading(
        f"The {WORST} worst series",
        "By mean monthly error over the mean observed; flows above 1 TWh a month that were not given.",
    )
    columns = [
        Column("Series"),
        Column("Replay of"),
        Column("Unit", width=UNIT_WIDTH),
        Column("Months (number)", bk.COUNT, NUMBER_WIDTH),
        Column("Observed mean (in its unit)", PLAIN, NUMBER_WIDTH),
        Column("Modelled mean (in its unit)", PLAIN, NUMBER_WIDTH),
        Column("Bias (in its unit)", SIGNED, NUMBER_WIDTH),
        Column("Mean error (in its unit)", PLAIN, NUMBER_WIDTH),
        Column("Mean error (%)", bk.SHARE, NUMBER_WIDTH),
        Column("Correlation (ratio)", PLAIN, NUMBER_WIDTH),
    ]
    page.header(columns)
    table = report.table[report.table["is_material"]].nlargest(WORST, "error_share")
    for row in table.to_dict("records"):
        bias = Formula(f"={bk.cell(page.row, 5)}-{bk.cell(page.row, 4)}", float(row["bias"]))
        cells = [_full_name(row, briefing, report.history.region), eras[row["era"]], row["unit"], float(row["months"])]
        cells += [float(row["observed_mean"]), float(row["modelled_mean"]), bias]
        cells += [float(row[name]) for name in ("mean_absolute_error", "error_share", "correlation")]
        page.line(columns, cells)
    page.row += 1


def _all_series(page: Page, report: ReplayReport, eras: Mapping[str, str], briefing: Briefing) -> None:
    """Every series by group: observed and modelled mean of a month, and the error, era by era."""
    page.heading(
        "Every series",
        "Means of a month. Mean error without sign, of the mean observed; of storage levels of working gas.",
    )
    columns = [Column("Series"), Column("Group"), Column("Unit", width=UNIT_WIDTH)]
    for title in eras.values():
        columns += [
            Column(f"{title}: observed (in its unit)", PLAIN, NUMBER_WIDTH),
            Column(f"{title}: modelled (in its unit)", PLAIN, NUMBER_WIDTH),
            Column(f"{title}: mean error (%)", bk.SHARE, NUMBER_WIDTH),
        ]
    page.header(columns)
    table = report.table.set_index(["group", "series", "era"])
    for group, part in _by_group(report.table, report.history):
        words = f"{group}: given, not chosen" if part["is_given"].all() and "given" not in group else group
        _group_line(page, words, len(columns))
        size = part.groupby("series")["observed_mean"].max().sort_values(ascending=False, kind="stable")
        for series in size.index:
            mine = [table.loc[(group, series, era)] if (group, series, era) in table.index else None for era in eras]
            first = next(one for one in mine if one is not None)
            cells: list[Value | Formula] = [
                _name(str(series), briefing, report.history.region),
                group,
                str(first["unit"]),
            ]
            for one in mine:
                shown = ("observed_mean", "modelled_mean", "error_share")
                cells += [None] * 3 if one is None else [float(one[name]) for name in shown]
            page.line(columns, cells)
    page.row += 1


def _by_group(table: pd.DataFrame, history: History) -> list[tuple[str, pd.DataFrame]]:
    given = history.groups[history.given]
    entries = [group for group in history.groups.values() if group != given]
    known = [*FIRST_GROUPS, *entries, *LAST_GROUPS, given]
    known += sorted(set(table["group"]) - set(known))
    return [(group, table[table["group"] == group]) for group in known if (table["group"] == group).any()]


def _group_line(page: Page, words: str, columns: int) -> None:
    for col in range(columns):
        page.put(page.row, col, None, bg_color=bk.TOTAL_FILL)
    page.text(page.row, 0, words[:1].upper() + words[1:], bold=True, bg_color=bk.TOTAL_FILL)
    page.row += 1


def _published(page: Page, report: AnchorReport) -> None:
    """Published results and ours, two or three lines each; what must come out and did not stands out."""
    if report.table.empty:
        page.heading("Results that others published", "None is rebuilt from this data package.")
        return
    page.heading(
        "Results that others published",
        "Ours are computed by the model in the setting named below each row. docs/anchors.md has the whole table.",
    )
    columns = [
        Column("Study"),
        Column("What, where"),
        Column("Unit", width=UNIT_WIDTH),
        Column("Same?", width=UNIT_WIDTH),
        Column("Published", width=13.0),
        Column("Ours", width=NUMBER_WIDTH),
    ]
    page.header(columns)
    for kind in KINDS:
        part, said = report.of_kind(kind), ""
        if len(part):
            _group_line(page, f"{KIND_WORDS[kind]} ({len(part)})", 12)
        for row in part.to_dict("records"):
            said = _published_rows(page, columns, row, said)


def _published_rows(page: Page, columns: Sequence[Column], row: Mapping[Hashable, Any], said: str) -> str:
    """A result and, unless the row above has said the same, its setting; return what was said."""
    same = "" if pd.isna(row["reproduced"]) else SAME[bool(row["reproduced"])]
    unit = "direction" if row["unit"] == "sign" else row["unit"]
    what = textwrap.shorten(f"{row['metric']}, {row['scope']}", NAME_CHARACTERS, placeholder=" …")
    at = page.line(columns, [_study(str(row["study"])), what, unit, same, row["published"], row["ours"]])
    if same == SAME[False]:
        page.text(at, 3, same, bold=True, font_color=style.UNSERVED, indent=1)
    words = f"{row['scenario']}. Setting: {row['setting']}."
    words += f" Different because: {row['why_different']}." if row["why_different"] else ""
    for line in textwrap.wrap(words, LINE_CHARACTERS) if words != said else ():
        page.text(page.row, 0, line, font_color=style.MUTED, italic=True, font_size=bk.SMALL_SIZE, indent=1)
        page.row += 1
    return words


def _study(study: str) -> str:
    """Publisher and year; of many authors the first.

    >>> _study("Adam, Bertha, Caesar, Dora, Emil, Friedrich, Gustav, Heinrich 1984")
    'Adam and others 1984'
    """
    authors, _, year = study.rpartition(" ")
    return study if len(study) <= NAME_CHARACTERS else f"{authors.split(',')[0].split(' (')[0]} and others {year}"


def _full_name(row: Mapping[Hashable, Any], briefing: Briefing, region: str) -> str:
    return f"{row['group']}, {_name(str(row['series']), briefing, region)}"


def _name(series: str, briefing: Briefing, region: str) -> str:
    """A country by its name; an entry point by its words, short ones being codes."""
    names = {region: region, **facts.node_names(briefing.reference)}
    if series in names:
        return names[series]
    return " ".join(part.upper() if len(part) <= 3 else part.capitalize() for part in series.split("_"))
