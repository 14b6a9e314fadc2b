"""Sheet *Maps*: the map of flows of each scenario shown in detail, all on the same days."""

from __future__ import annotations

from typing import Any

import pandas as pd

from energy_model.report import facts
from energy_model.report.drawing import map_day
from energy_model.report.workbook import book as bk
from energy_model.report.workbook.book import Book
from energy_model.report.workbook.briefing import Briefing
from energy_model.report.workbook.sheet import sheet
from energy_model.results.run import Results

SCALE = 0.9
ROWS = 38
"""Rows of the sheet behind one map."""
PRINTED_COLUMNS = 16
"""Columns of a printed page: more than behind a map, so that its heading fits on the page too."""
NAMED = 4
"""Flows that the line above a map names."""
SEEN_GWH_PER_DAY = 5.0
"""A smaller change of a flow cannot be seen on a map; where all are smaller the map is left out."""
ALIKE = "No flow between two countries differs by {least:g} GWh/d from {base} on these days: the map is left out."
NOTE = "Countries: share of demand curtailed. Lines: net flow, in the colour of the gas that is most of it."


@sheet(
    "maps",
    place=68,
    name="Maps",
    about="flows and cuts on a map, one for each scenario shown in detail",
    question="Where does gas flow, and where is it short?",
    given=lambda briefing: bool(briefing.maps),
)
def write_maps(book: Book, briefing: Briefing) -> None:
    """A picture for each run, on a printed page of its own."""
    page = book.page("Maps", "Where gas flows, and where it is short", "All maps show the same days.", NOTE)
    shown = [run for run in briefing.main if run.scenario.id in briefing.maps]
    day = map_day(briefing.results)
    for number, run in enumerate(shown):
        said = _differences(run, briefing, day)
        if number:
            page.new_page()
        page.heading(run.scenario.title, said)
        if said.startswith(ALIKE[:20]):
            continue
        look = {"x_scale": SCALE, "y_scale": SCALE, "description": _in_words(run), "object_position": 2}
        page.sheet.insert_image(page.row, 0, str(briefing.maps[run.scenario.id]), look)
        page.row += ROWS
    page.sheet.print_area(0, 0, page.row, PRINTED_COLUMNS - 1)


def _differences(run: Results, briefing: Briefing, day: pd.Timestamp) -> str:
    """What a reader should look for on a map beside that of the run it is measured against; nothing for that run."""
    base = briefing.reference
    if run.scenario.id == base.scenario.id:
        return ""
    both = pd.DataFrame({"now": _between_countries(run, day), "before": _between_countries(base, day)}).fillna(0.0)
    both["change"] = both["now"] - both["before"]
    seen = both[both["change"].abs() >= SEEN_GWH_PER_DAY]
    if seen.empty:
        return ALIKE.format(least=SEEN_GWH_PER_DAY, base=briefing.against)
    names = facts.node_names(base) | facts.country_names(base)
    most = seen.loc[seen["change"].abs().sort_values(ascending=False, kind="stable").index].head(NAMED)
    told = "; ".join(_flow_words(names, row) for row in most.itertuples())
    return f"Largest differences to {briefing.against} on these days: {told}."


def _flow_words(names: dict[str, str], row: Any) -> str:
    """A flow between two countries, in the direction that it mostly has, and its change."""
    ends, way = [names[str(code)] for code in row.Index], 1.0 if row.now + row.before >= 0.0 else -1.0
    source, target = ends if way > 0.0 else ends[::-1]
    return f"{source} to {target} {way * row.change:+,.0f} GWh/d"


def _between_countries(run: Results, day: pd.Timestamp) -> pd.Series:
    """Net flow between countries or suppliers on a day, GWh/d, by pair in the order of their codes."""
    period = facts.period_at(run, day)
    flows, days = run["flows"], run["periods"].set_index("period")["days"]
    flows = flows[flows["period"] == period]
    country = dict(zip(run.nodes["node"].astype(str), run.nodes["country"].astype(str), strict=True))
    ends = [flows[end].astype(str).map(country) for end in ("from_node", "to_node")]
    forward = ends[0] <= ends[1]
    pairs = [ends[0].where(forward, ends[1]), ends[1].where(forward, ends[0])]
    rate = (flows["energy_gwh"] / float(days[period])).where(forward, -flows["energy_gwh"] / float(days[period]))
    return rate[ends[0] != ends[1]].groupby(pairs).sum()


def _in_words(run: Results) -> str:
    """What a map shows, for those who do not see it."""
    cut, names = facts.shortfall(run, "country"), facts.country_names(run)
    hit = cut[cut > bk.DUST].sort_values(ascending=False, kind="stable").head(4)
    worst = ", ".join(f"{names[str(code)]} ({share:.0%})" for code, share in hit.items())
    words = f"Map of Europe: flows of gas and countries in which demand is curtailed in '{run.scenario.title}'. "
    return words + (f"Hardest hit over the horizon: {worst}." if worst else "Nobody is curtailed over the horizon.")
