"""Sheets on the gas of the seller in focus: by route, and who replaces what is lost."""

from __future__ import annotations

import pandas as pd

from energy_model.report import facts
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book, Column, Formula, Page
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.results import lost_gas
from energy_model.results import substitution as sub
from energy_model.results.routes import route_order
from energy_model.results.run import Results
from energy_model.units import show_energy

BLOCKS_PER_PAGE = 4
LOST_OF_ALL, GAINED_OF_ALL = "Less than there, all rows together", "More than there, or less use"
"""Ends of a balance of scenarios that take the gas of several sellers: what one loses of it another may gain."""
NOTE_TRACED = (
    "A country burns what it produces first. All other gas is followed by proportional mixing: what leaves a node"
    " has the mixture of what entered it. Gas put into store counts where it is stored; what leaves a store counts"
    " as storage."
)


def routes_sheet(adjective: str) -> str:
    """Name of the sheet of routes.

    >>> routes_sheet("Sealandic")
    'Sealandic routes'
    """
    return bk.sheet_name(f"{adjective} routes")


@sheet(
    "routes",
    place=70,
    name="{adjective} routes",
    about="pipeline gas of the seller in focus by route and month",
    given=lambda briefing: briefing.has_routes,
    question="Which route carries how much, and when?",
)
def write_routes(book: Book, briefing: Briefing) -> None:
    """Pipeline gas of the seller in focus by route and month: one block per scenario, one table to filter."""
    page = book.page(
        routes_sheet(briefing.adjective),
        f"{briefing.adjective} pipeline gas to Europe by route",
        f"Where it leaves the seller, on the way through a transit country where it leaves that. {_apart(briefing)}",
        f"The horizon's months; weeks that span two months are split by days. {facts.OPEN_WEEKS}",
    )
    months = facts.months_of(briefing.main)
    columns = [Column("Scenario", width=25.0), Column("Route", width=30.0)]
    columns += [Column(f"{facts.month_name(month)} (TWh)", bk.TWH, 10.0) for month in months]
    columns.append(Column("Total (TWh)", bk.TWH, 9.5))
    first = page.header(columns)
    book.freeze(page, first, 2)
    tables = {run.scenario.id: facts.supplier_routes(run) for run in briefing.main}
    used = pd.concat(list(tables.values())).groupby("route")["twh"].sum()
    routes = route_order(briefing.reference, {str(route) for route, total in used.items() if total > bk.DUST})
    for number, run in enumerate(briefing.main):
        if number and number % BLOCKS_PER_PAGE == 0:
            page.breaks.append(page.row)
        table = tables[run.scenario.id].pivot_table(index="route", columns="month", values="twh")
        table = table.reindex(index=routes, columns=months, fill_value=0.0).map(bk.clean)
        _route_rows(book, page, columns, briefing, run.scenario.id, table)
    page.filter()


def _apart(briefing: Briefing) -> str:
    """Which sales of the seller under other codes are not in the table."""
    labels = briefing.reference.labels
    own = labels.focus.supplier
    others = [row.name for row in labels.suppliers if row.seller == own and row.code != own]
    return f"Not in it: {'; '.join(others)}." if others else ""


def _route_rows(
    book: Book, page: Page, columns: list[Column], briefing: Briefing, scenario: str, table: pd.DataFrame
) -> None:
    start, count, title = page.row, len(table.columns), briefing.titles[scenario]
    for route, values in table.iterrows():
        total = Formula(f"=SUM({bk.span((page.row, 2), (page.row, count + 1))})", float(values.sum()))
        name = briefing.reference.labels.route_name(str(route))
        page.line(columns, [title, name, *map(float, values), total])
    sums = [*table.sum(), table.to_numpy().sum()]
    cells = [
        Formula(f"=SUM({bk.span((start, col), (page.row - 1, col))})" if len(table) else "=0", float(value))
        for col, value in enumerate(sums, 2)
    ]
    book.anchors[f"routes|{scenario}"] = bk.cell(page.row, count + 2, sheet=page.name, fixed=True)
    page.line(columns, [title, "All routes", *cells], total=True)


@sheet(
    "substitution",
    place=80,
    name="Substitution",
    about="what is lost by three names with the bridge between them, and who replaces it",
    question="Who replaces the gas that is lost?",
)
def write_substitution(book: Book, briefing: Briefing) -> None:
    """The bridge from lost sales to lost consumption; who replaces what is lost; the same by month for the gravest."""
    page = book.page(
        "Substitution",
        briefing.whose.title,
        f"Difference to '{briefing.reference.scenario.title}' over the horizon; a positive number is more gas, or less "
        "use, than there.",
        NOTE_TRACED,
    )
    runs = briefing.others
    columns = [Column("View", width=10.0), Column("Group", width=26.0), Column("Item", width=36.0)]
    columns.append(Column(f"In {briefing.against}, uses negative (TWh)", bk.TWH, 13.0))
    columns += [Column(f"{briefing.titles[run.scenario.id]}, difference (TWh)", bk.TWH_SIGNED, 15.0) for run in runs]
    book.freeze(page, page.row, 3, one_table=False)
    gravest = max(runs, key=lambda run: _lost(briefing, run.scenario.id), default=None)
    if about_focus := [run for run in runs if briefing.whose.focus in briefing.sellers_of(run)]:
        _bridge(page, columns, briefing, about_focus)
        page.row += 1
    for number, (view, nodes) in enumerate(_views(briefing).items()):
        if number:
            page.new_page()
        page.header(columns)
        _view_rows(book, page, columns, view, _differences(briefing, nodes), briefing)
    if gravest is not None and _lost(briefing, gravest.scenario.id) > facts.SEEN_TWH:
        _by_month(page, briefing, gravest.scenario.id, gravest.scenario.title)


def _views(briefing: Briefing) -> dict[str, frozenset[str]]:
    """The region and the country in focus by name."""
    return facts.places(briefing.reference)


def _group(briefing: Briefing, view: str) -> str:
    """A view inside a sentence."""
    return briefing.reference.labels.region_words if view == briefing.region else view


def _lost(briefing: Briefing, scenario: str) -> float:
    """What the region loses of the gas that the scenarios take; of all rows where that is several sellers' gas."""
    runs = {run.scenario.id: run for run in briefing.results}
    table = _loss(briefing, runs[scenario], briefing.nodes)
    change = table["difference_gwh"]
    lost = change.clip(upper=0.0) if briefing.whose.is_mixed else change[table["group"] == sub.FOCUS]
    return float(show_energy(-lost.sum()))


def _loss(briefing: Briefing, run: Results, nodes: frozenset[str], *, by_month: bool = False) -> pd.DataFrame:
    """What a group of markets loses of the gas that the briefing is about, and who replaces it."""

    def found() -> pd.DataFrame:
        one, two = (briefing.story.traced(each) for each in (briefing.reference, run))
        table = lost_gas.loss(one, two, nodes, by_month=by_month).table
        return briefing.whose.regrouped(table, briefing.reference.nodes)

    what = f"loss of {run.scenario.id} {'by month ' if by_month else ''}in {', '.join(sorted(nodes))}"
    return briefing.once(what, found)


def _group_words(briefing: Briefing, group: str) -> str:
    """A group of the balance for a reader."""
    if group == sub.FOCUS and not briefing.whose.has_focus:
        return briefing.whose.gas
    return sub.group_words(group, briefing.reference)


def _bridge(page: Page, columns: list[Column], briefing: Briefing, runs: list[Results]) -> None:
    """From what is no longer sold to what the region no longer consumes; levels are sums of the rows above them.

    Runs that take the gas of others alone have no cells: of theirs the table below tells.
    """
    note = (
        "Three numbers for what is lost, each under its name; every level is the one before it and the steps between."
    )
    empty = [briefing.titles[run.scenario.id] for run in briefing.others if run not in runs]
    page.heading(
        "From lost sales to lost consumption",
        f"{note} Empty where a scenario takes the gas of others alone." if empty else note,
    )
    base, group = briefing.story.traced(briefing.reference), briefing.reference.labels.region_words
    traced = {run.scenario.id: briefing.story.traced(run) for run in runs}
    gravest = max(traced, key=lambda key: lost_gas.loss(base, traced[key], briefing.nodes).lost_gwh)
    named = lost_gas.most_lost(base, traced[gravest], briefing.nodes)
    bridges = {key: lost_gas.bridge(base, run, briefing.nodes, group, named) for key, run in traced.items()}
    table = show_energy(pd.DataFrame({key: one.steps["gwh"] for key, one in bridges.items()})).map(bk.clean)
    steps = bridges[gravest].steps
    shown = steps["is_level"] | (table.abs().max(axis=1) > 0.0)
    heads = [Column(""), Column("Step"), Column(""), Column(""), *columns[4:]]
    page.header(heads)
    at = {run.scenario.id: col for col, run in enumerate(briefing.others, 4)}
    level: int | None = None
    for place in table.index[shown]:
        cells: list[float | Formula | None] = [None] * len(at)
        is_level = bool(steps.loc[place, "is_level"])
        for key, value in table.loc[place].items():
            col, number = at[str(key)], float(value)
            is_sum = is_level and level is not None
            text = f"=SUM({bk.span((level, col), (page.row - 1, col))})" if level is not None else ""
            cells[col - 4] = Formula(text, number) if is_sum else number
        level = page.row if is_level else level
        page.line(heads, ["", str(steps.loc[place, "step"]), "", None, *cells], total=is_level)


def _differences(briefing: Briefing, nodes: frozenset[str]) -> pd.DataFrame:
    """Group, item, base and one column per other scenario, TWh; items of nothing are left out."""
    table = None
    for run in briefing.others:
        part = _loss(briefing, run, nodes)
        part = part.rename(columns={"difference_gwh": run.scenario.id}).drop(columns="other_gwh")
        keys = ["group", "item", "base_gwh"]
        table = part if table is None else table.merge(part, on=keys, how="outer", validate="1:1", sort=False)
    if table is None:
        table = _loss(briefing, briefing.reference, nodes)[["group", "item", "base_gwh"]]
    numbers = [column for column in table if column not in ("group", "item")]
    table[numbers] = show_energy(table[numbers].where(table[numbers].notna(), 0.0)).map(bk.clean)
    table = table[table[numbers].abs().max(axis=1) > 0.0]
    size = -table["base_gwh"].abs()
    return table.assign(size=size).sort_values(["group", "size", "item"], kind="stable").drop(columns="size")


def _view_rows(
    book: Book, page: Page, columns: list[Column], view: str, table: pd.DataFrame, briefing: Briefing
) -> None:
    """Items, then lost, replaced and their difference by formula."""
    numbers = [column for column in table if column not in ("group", "item")]
    ids = numbers[1:]
    rows = {name: page.row + place for place, name in enumerate(table.index)}
    for record in table.to_dict("records"):
        item = record["item"] if record["item"] != record["group"] else ""
        group = _group_words(briefing, str(record["group"]))
        page.line(columns, [view, group, item, *[float(record[key]) for key in numbers]])
    ours = table["group"] == sub.FOCUS
    focus, others = ([rows[name] for name in table.index[mask]] for mask in (ours, ~ours))
    lost = [-float(table.loc[ours, key].sum()) for key in ids]
    gained = [float(table.loc[~ours, key].sum()) for key in ids]
    at = range(4, 4 + len(ids))
    if briefing.whose.is_mixed:
        every, heads = sorted(rows.values()), (LOST_OF_ALL, GAINED_OF_ALL)
        ends = [
            [float(table[key].clip(**side).abs().sum()) for key in ids] for side in ({"upper": 0.0}, {"lower": 0.0})
        ]
        parts = [
            [_signed_sum(every, col, value, sign) for col, value in zip(at, end, strict=True)]
            for sign, end in zip("<>", ends, strict=True)
        ]
    else:
        heads = (_lost_words(briefing, _group(briefing, view)), "Replaced or done without")
        parts = [
            [_sum(focus, col, value, minus=True) for col, value in zip(at, lost, strict=True)],
            [_sum(others, col, value) for col, value in zip(at, gained, strict=True)],
        ]
    up, down = (
        page.line(columns, [view, head, "", None, *cells], total=True) for head, cells in zip(heads, parts, strict=True)
    )
    checks = [Formula(f"=ROUND({bk.cell(up, col)}-{bk.cell(down, col)},6)", 0.0) for col in at]
    for col, key in zip(at, ids, strict=True):
        book.anchors[f"substitution {view}|{key}"] = bk.cell(page.row, col, sheet=page.name, fixed=True)
    page.line(columns, [view, "Check: must be 0", "", None, *checks], total=True)
    page.row += 1


def _lost_words(briefing: Briefing, group: str) -> str:
    """Name of what a group of markets loses; where the scenarios take nobody's gas it is nothing."""
    if briefing.whose.has_focus:
        return lost_gas.lost_words(briefing.adjective, group)
    return briefing.whose.lost(group) if briefing.whose.is_others else "Gas that a measure takes away"


def _sum(rows: list[int], col: int, value: float, *, minus: bool = False) -> Formula:
    """Sum of a run of rows; the rows of a group lie together."""
    if not rows:
        return Formula("=0", 0.0)
    return Formula(f"={'-' if minus else ''}SUM({bk.span((rows[0], col), (rows[-1], col))})", value)


def _signed_sum(rows: list[int], col: int, value: float, sign: str) -> Formula:
    """Sum of the numbers below or above zero in a run of rows, without its sign."""
    if not rows:
        return Formula("=0", 0.0)
    minus = "-" if sign == "<" else ""
    return Formula(f'={minus}SUMIF({bk.span((rows[0], col), (rows[-1], col))},"{sign}0")', value)


def _by_month(page: Page, briefing: Briefing, scenario: str, title: str) -> None:
    """Groups by month for one scenario: a table per view, months down, groups across, and a check."""
    months = facts.months_of([briefing.reference])
    run = next(one for one in briefing.results if one.scenario.id == scenario)
    for number, (view, nodes) in enumerate(_views(briefing).items()):
        if number % 2 == 0:
            page.new_page()
        page.heading(
            f"{view} by month",
            f"{title}: difference to {briefing.against}. Storage fills in summer: it takes, then gives.",
        )
        part = _loss(briefing, run, nodes, by_month=True)
        table = part.pivot_table(
            index="month", columns="group", values="difference_gwh", aggfunc="sum", observed=True, fill_value=0.0
        ).reindex(index=months, fill_value=0.0)
        table = show_energy(table).map(bk.clean)
        table = table.loc[:, table.abs().max() > 0.0]
        heads = [_group_words(briefing, str(group)) for group in table.columns]
        columns = [Column("View"), Column("Month"), Column("")]
        columns += [Column(f"{head} (TWh)", bk.TWH_SIGNED) for head in heads]
        columns.append(Column("Sum, must be 0 (TWh)", bk.TWH_SIGNED))
        start = page.header(columns)
        for month, values in table.iterrows():
            text = f"=ROUND(SUM({bk.span((page.row, 3), (page.row, 2 + len(values)))}),6)"
            page.line(columns, [view, facts.month_name(str(month)), "", *map(float, values), Formula(text, 0.0)])
        sums = [
            Formula(f"=SUM({bk.span((start, col), (page.row - 1, col))})", float(value))
            for col, value in enumerate([*table.sum(), 0.0], 3)
        ]
        page.line(columns, [view, "All months", "", *sums], total=True)
        page.row += 1
