"""Sheets *Russian routes* and *Substitution*: what is lost, and who replaces it."""

from __future__ import annotations

import pandas as pd

from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.results import substitution as sub
from energy_model.units import show_energy

BLOCKS_PER_PAGE = 4
NOTE_SCOPES = (
    "Europe: the whole model, so that each supplier shows by name. EU27 and Germany: net deliveries at the border; "
    "the EU27's Ukrainian border counts as Russian, net."
)


def write_routes(book: Book, briefing: Briefing) -> None:
    """Russian pipeline gas by route and month: one block per scenario, one table to filter."""
    page = book.page(
        "Russian routes",
        "Russian pipeline gas to Europe by route",
        "Where it leaves Russia or, on the way through Belarus, where it leaves Belarus. Sales to Türkiye, Belarus and "
        "Kaliningrad are not in it.",
        "The horizon's months; weeks that span two months are split by days.",
    )
    months = facts.months_of(briefing.main)
    columns = [Column("Scenario", width=25.0), Column("Route", width=30.0)]
    columns += [Column(f"{facts.month_name(month)} (TWh)", bk.TWH, 8.0) for month in months]
    columns.append(Column("Total (TWh)", bk.TWH, 9.5))
    first = page.header(columns, height=26)
    book.freeze(page, first, 2)
    tables = {run.scenario.id: facts.russian_routes(run) for run in briefing.main}
    used = pd.concat(list(tables.values())).groupby("route")["twh"].sum()
    routes = facts.route_order([route for route, total in used.items() if total > bk.DUST])
    for number, run in enumerate(briefing.main):
        if number and number % BLOCKS_PER_PAGE == 0:
            page.sheet.set_h_pagebreaks([page.row])
        table = tables[run.scenario.id].pivot_table(index="route", columns="month", values="twh")
        table = table.reindex(index=routes, columns=months, fill_value=0.0).map(bk.clean)
        _route_rows(book, page, columns, briefing.titles[run.scenario.id], run.scenario.id, table)
    page.sheet.autofilter(first - 1, 0, page.row - 1, len(columns) - 1)


def _route_rows(book: Book, page: Page, columns: list[Column], title: str, scenario: str, table: pd.DataFrame) -> None:
    start, count = page.row, len(table.columns)
    for route, values in table.iterrows():
        total = Formula(f"=SUM({bk.span((page.row, 2), (page.row, count + 1))})", float(values.sum()))
        page.line(columns, [title, facts.ROUTE_NAMES.get(str(route), str(route)), *map(float, values), total])
    sums = [*table.sum(), table.to_numpy().sum()]
    cells = [
        Formula(f"=SUM({bk.span((start, col), (page.row - 1, col))})", float(value))
        for col, value in enumerate(sums, 2)
    ]
    book.anchors[f"routes|{scenario}"] = bk.cell(page.row, count + 2, sheet=page.name, fixed=True)
    page.line(columns, [title, "All routes", *cells], total=True)


def write_substitution(book: Book, briefing: Briefing) -> None:
    """Who replaces what is lost: by item over the horizon for all main scenarios, then by month for the gravest one."""
    base = briefing.reference.scenario.title
    page = book.page(
        "Substitution",
        "Who replaces the gas that Russia does not send",
        f"Difference to '{base}' over the horizon; a positive number is more gas, or less use, than there.",
        NOTE_SCOPES,
    )
    runs = briefing.others
    columns = [Column("View", width=10.0), Column("Group", width=26.0), Column("Item", width=36.0)]
    columns.append(Column("In the reference, uses negative (TWh)", bk.TWH, 13.0))
    columns += [Column(f"{briefing.titles[run.scenario.id]}, difference (TWh)", bk.TWH_SIGNED, 15.0) for run in runs]
    book.freeze(page, page.row, 3, one_table=False)
    for view, ledgers in briefing.ledgers.items():
        if page.row > bk.FIRST_TABLE_ROW:
            page.new_page()
        page.header(columns, height=50)
        _view_rows(book, page, columns, view, _differences(briefing, ledgers))
    gravest = max(runs, key=lambda run: _lost(briefing, run.scenario.id), default=None)
    if gravest is not None and _lost(briefing, gravest.scenario.id) > facts.SEEN_TWH:
        _by_month(page, briefing, gravest.scenario.id, gravest.scenario.title)


def _lost(briefing: Briefing, scenario: str) -> float:
    base = briefing.reference.scenario.id
    europe = briefing.ledgers["Europe"]
    return float(show_energy(sub.substitution(europe[base], europe[scenario]).lost_gwh))


def _differences(briefing: Briefing, ledgers: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Group, item, base and one column per other scenario, TWh; items of nothing are left out."""
    base = ledgers[briefing.reference.scenario.id]
    table = None
    for run in briefing.others:
        part = sub.substitution(base, ledgers[run.scenario.id]).table
        part = part.rename(columns={"difference_gwh": run.scenario.id}).drop(columns="other_gwh")
        keys = ["group", "item", "base_gwh"]
        table = part if table is None else table.merge(part, on=keys, how="outer", validate="1:1", sort=False)
    if table is None:
        table = sub.substitution(base, base).table[["group", "item", "base_gwh"]]
    numbers = [column for column in table if column not in ("group", "item")]
    table[numbers] = show_energy(table[numbers].where(table[numbers].notna(), 0.0)).map(bk.clean)
    table = table[table[numbers].abs().max(axis=1) > 0.0]
    size = -table["base_gwh"].abs()
    return table.assign(size=size).sort_values(["group", "size", "item"], kind="stable").drop(columns="size")


def _view_rows(book: Book, page: Page, columns: list[Column], view: str, table: pd.DataFrame) -> None:
    """Items, then lost, replaced and their difference by formula."""
    numbers = [column for column in table if column not in ("group", "item")]
    ids = numbers[1:]
    rows = {name: page.row + place for place, name in enumerate(table.index)}
    for record in table.to_dict("records"):
        item = record["item"] if record["item"] != record["group"] else ""
        page.line(columns, [view, record["group"], item, *[float(record[key]) for key in numbers]])
    russian = [rows[name] for name in table.index[table["group"] == sub.RUSSIAN]]
    others = [rows[name] for name in table.index[table["group"] != sub.RUSSIAN]]
    lost = [-float(table.loc[table["group"] == sub.RUSSIAN, key].sum()) for key in ids]
    gained = [float(table.loc[table["group"] != sub.RUSSIAN, key].sum()) for key in ids]
    at = range(4, 4 + len(ids))
    cells = [_sum(russian, col, value, minus=True) for col, value in zip(at, lost, strict=True)]
    up = page.line(columns, [view, "Russian gas lost", "", None, *cells], total=True)
    cells = [_sum(others, col, value) for col, value in zip(at, gained, strict=True)]
    down = page.line(columns, [view, "Replaced or done without", "", None, *cells], total=True)
    checks = [Formula(f"=ROUND({bk.cell(up, col)}-{bk.cell(down, col)},6)", 0.0) for col in at]
    for col, key in zip(at, ids, strict=True):
        book.anchors[f"substitution {view}|{key}"] = bk.cell(page.row, col, sheet=page.name, fixed=True)
    page.line(columns, [view, "Check: must be 0", "", None, *checks], total=True)
    page.row += 1


def _sum(rows: list[int], col: int, value: float, *, minus: bool = False) -> Formula:
    """Sum of a run of rows; the rows of a group lie together."""
    if not rows:
        return Formula("=0", 0.0)
    return Formula(f"={'-' if minus else ''}SUM({bk.span((rows[0], col), (rows[-1], col))})", value)


def _by_month(page: Page, briefing: Briefing, scenario: str, title: str) -> None:
    """Groups by month for one scenario: a table per view, months down, groups across, and a check."""
    months = facts.months_of([briefing.reference])
    for number, (view, ledgers) in enumerate(briefing.ledgers.items()):
        if number % 2 == 0:
            page.new_page()
        page.heading(
            f"{view} by month", f"{title}: difference to the reference. Storage fills in summer: it takes, then gives."
        )
        part = sub.substitution(ledgers[briefing.reference.scenario.id], ledgers[scenario], by_month=True).table
        table = part.pivot_table(
            index="month", columns="group", values="difference_gwh", aggfunc="sum", observed=True, fill_value=0.0
        ).reindex(index=months, fill_value=0.0)
        table = show_energy(table).map(bk.clean)
        table = table.loc[:, table.abs().max() > 0.0]
        columns = [Column("View"), Column("Month"), Column("")]
        columns += [Column(f"{group} (TWh)", bk.TWH_SIGNED) for group in table.columns]
        columns.append(Column("Sum, must be 0 (TWh)", bk.TWH_SIGNED))
        start = page.header(columns, height=38)
        for month, values in table.iterrows():
            text = f"=ROUND(SUM({bk.span((page.row, 3), (page.row, 2 + len(values)))}),6)"
            page.line(columns, [view, facts.month_name(str(month)), "", *map(float, values), Formula(text, 0.0)])
        sums = [
            Formula(f"=SUM({bk.span((start, col), (page.row - 1, col))})", float(value))
            for col, value in enumerate([*table.sum(), 0.0], 3)
        ]
        page.line(columns, [view, "All months", "", *sums], total=True)
        page.row += 1
