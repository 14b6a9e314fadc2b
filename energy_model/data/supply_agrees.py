"""Supply by month against volumes of the year, and known flows against what was reported at the borders."""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from energy_model.data.problem import Known, Problem, Tables, checks, error, rows
from energy_model.units import DAYS_PER_YEAR

MONTHS = tuple(f"{month:02}" for month in range(1, 13))
NEAR = 0.1
"""Share by which a physical capacity may lie outside the range of the firm one."""
ROUNDING = 0.001
"""Share by which a year of rounded months may lie outside the range of a volume."""


@checks("supply_by_month", "supply_steps")
def months_make_the_year(every: Tables, known: Known) -> Iterator[Problem]:
    """Every step of the table has its twelve months, and they sum to a volume within the range of the step."""
    file, table = "supply_by_month.csv", known["supply_by_month"]
    steps = known["supply_steps"].set_index(["supplier", "step"])
    months = table["month"].astype(str)
    length = {month: calendar.monthrange(known.storyline.as_of.year, int(month))[1] for month in MONTHS}
    for (supplier, step), part in table.groupby(["supplier", "step"]):
        who = f"{file}, supplier '{supplier}', step '{step}'"
        if (supplier, step) not in steps.index or steps.loc[(supplier, step), "availability"] != "base":
            yield error(f"{who}: no base step of supply_steps.csv; correct the name, or remove the rows")
            continue
        own = part[months[part.index].isin(MONTHS)].set_index("month")["expected_gwh_per_day"]
        if len(own) < len(MONTHS):
            missing = ", ".join(month for month in MONTHS if month not in set(own.index.astype(str)))
            yield error(f"{who}: no row of month {missing}; a missing month is never a value, add it")
            continue
        total = sum(float(rate) * length[str(month)] for month, rate in own.items())
        total *= DAYS_PER_YEAR / sum(length.values())
        low, high = (float(steps.loc[(supplier, step), f"{side}_volume_gwh_per_year"]) for side in ("low", "high"))
        if not (1.0 - ROUNDING) * low <= total <= (1.0 + ROUNDING) * high:
            yield error(
                f"{who}: twelve months give {total:,.0f} GWh, outside {low:,.0f} to {high:,.0f} of supply_steps.csv; "
                "check the unit of expected_gwh_per_day"
            )


@checks("known_flows", "pipelines")
def known_flows_have_a_line(every: Tables, known: Known) -> Iterator[Problem]:
    """A known flow is that of a pipeline, in a month that was over on the day of the storyline, within its range."""
    file, table, lines = "known_flows.csv", known["known_flows"], known["pipelines"]
    lost = table[~table["pipeline"].isin(lines["pipeline"])]
    yield from rows(file, lost, "pipeline", "no such pipeline in pipelines.csv", "correct the name")
    day = known.storyline.as_of
    over = f"{day.year}-{day.month:02}"
    later = table[table["month"].astype(str) > over]
    yield from rows(file, later, "month", f"was not over on {day}", "remove the row")
    most = lines.groupby("pipeline")[["capacity_gwh_per_day", "high_gwh_per_day"]].max().max(axis=1)
    above = table[table["flow_gwh_per_day"] > table["pipeline"].map(most).astype(float) * (1.0 + ROUNDING)]
    yield from rows(file, above, "flow_gwh_per_day", "more than {pipeline} carries", "check the unit")


@checks("known_lng", "lng_terminals")
def known_lng_has_a_terminal(every: Tables, known: Known) -> Iterator[Problem]:
    """Known LNG lands in a market with a terminal, in a month that was over on the day of the storyline."""
    file, table, terminals = "known_lng.csv", known["known_lng"], known["lng_terminals"]
    lost = table[~table["node"].isin(terminals["node"])]
    yield from rows(file, lost, "node", "has no terminal in lng_terminals.csv", "correct the name")
    day = known.storyline.as_of
    later = table[table["month"].astype(str) > f"{day.year}-{day.month:02}"]
    yield from rows(file, later, "month", f"was not over on {day}", "remove the row")
    most = terminals.groupby("node")["sendout_capacity_gwh_per_day"].sum()
    above = table[table["landed_gwh_per_day"] > table["node"].map(most).astype(float) * (1.0 + NEAR)]
    yield from rows(
        file, above, "landed_gwh_per_day", "far more than the terminals of {node} send out", "check the unit"
    )


@checks("physical_capacity", "pipelines")
def physical_is_near_firm(every: Tables, known: Known) -> Iterator[Problem]:
    """A physical capacity is that of a pipeline, and about within the range that the firm figure has."""
    file, table, lines = "physical_capacity.csv", every["physical_capacity"], every["pipelines"]
    lost = table[~table["pipeline"].isin(lines["pipeline"])]
    yield from rows(file, lost, "pipeline", "no such pipeline in pipelines.csv", "correct the name")
    own = lines.groupby("pipeline")
    least, most = (
        table["pipeline"].map(figures).astype(float)
        for figures in (own["low_gwh_per_day"].min(), own["high_gwh_per_day"].max())
    )
    physical = table["physical_gwh_per_day"]
    odd = table[(physical < (1.0 - NEAR) * least) | (physical > (1.0 + NEAR) * most)]
    why = "far outside the range of the line in pipelines.csv"
    yield from rows(file, odd, "physical_gwh_per_day", why, "check the unit, or mend the range there")
