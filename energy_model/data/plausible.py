"""What an expert of gas would question in the tables of assets: pipelines, supply, LNG, storage.

Every check gets all rows and the rows known in the storyline; each table carries the line numbers of its file.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from energy_model.data.problem import LINE, Known, Problem, Tables, checks, error, rows, warning
from energy_model.units import DAYS_PER_YEAR

MOST_ABOVE_HISTORY = 1.05
"""A forecast of production or exports may lie this far above the best of the last three years."""
MONTHS = 12
CUSHION_SUSPECT = 0.7
"""A store never seen fuller than this has probably been listed with its cushion gas."""
ENOUGH_OBSERVATIONS = 24
DAYS_TO_EMPTY = (5.0, 250.0)
"""Working gas over withdrawal rate, days: caverns at the low end, large pore stores at the high end."""
MEAN_PROFILE = (0.85, 1.1)
LEAST_BEST_RATE = 0.5
"""A store reaches about its full rate at some filling; a curve that never does is in another unit."""
SAME = 0.01
"""Two figures for one thing may differ by this share."""


@checks("pipelines")
def linked_reverses(every: Tables, known: Tables) -> Iterator[Problem]:
    """Both directions of a point name each other, and nothing else does."""
    table = every["pipelines"].drop_duplicates("pipeline")
    ends = table.set_index("pipeline")[["from_node", "to_node", "reverse_of"]]
    linked = table[table["reverse_of"].notna()]
    lost = linked[~linked["reverse_of"].isin(ends.index)]
    yield from rows("pipelines.csv", lost, "reverse_of", "no pipeline of this name", "correct it or leave it blank")
    linked = linked[linked["reverse_of"].isin(ends.index)]
    there = ends.loc[linked["reverse_of"]]
    turned = (there["from_node"].to_numpy() == linked["to_node"].to_numpy()) & (
        there["to_node"].to_numpy() == linked["from_node"].to_numpy()
    )
    yield from rows(
        "pipelines.csv",
        linked[~turned],
        "reverse_of",
        "it does not run from {to_node} to {from_node}",
        "name the opposite direction of the same point",
    )
    mutual = there["reverse_of"].to_numpy() == linked["pipeline"].to_numpy()
    yield from rows(
        "pipelines.csv",
        linked[turned & ~mutual],
        "reverse_of",
        "that pipeline does not name {pipeline} in return",
        "link both rows to each other",
    )
    single = table[table["reverse_of"].isna()]
    pairs = single.merge(
        table,
        left_on=["name", "from_node", "to_node"],
        right_on=["name", "to_node", "from_node"],
        suffixes=("", "_other"),
    )
    yield from rows(
        "pipelines.csv",
        pairs,
        "pipeline",
        "the same point has an opposite direction, '{pipeline_other}', not linked",
        "fill reverse_of in both rows",
    )


@checks("pipelines")
def listed_once(every: Tables, known: Tables) -> Iterator[Problem]:
    """No line between two markets stands there twice."""
    table = known["pipelines"]
    loops = table[table["from_node"] == table["to_node"]]
    yield from rows("pipelines.csv", loops, "pipeline", "begins and ends in {to_node}", "correct one end")
    way = ["from_node", "to_node"]
    twice = table[table.duplicated([*way, "name"], keep="first")]
    yield from rows("pipelines.csv", twice, "name", "already listed from {from_node} to {to_node}", "keep one row")
    real = table[(table["capacity_gwh_per_day"] > 0.0) & ~table.index.isin(twice.index)]
    alike = real[real.duplicated([*way, "capacity_gwh_per_day"], keep="first") & ~_staged(real)]
    yield from rows(
        "pipelines.csv",
        alike,
        "capacity_gwh_per_day",
        "another line from {from_node} to {to_node} has the same",
        "make sure it is not the same pipe under two names",
        severity="warning",
    )


def _staged(table: pd.DataFrame) -> pd.Series:
    """Lines with an opening date of their own: a second stage may equal the first."""
    return table["available_from"].notna()


@checks("pipelines")
def states_and_dates(every: Tables, known: Known) -> Iterator[Problem]:
    """A state that its dates contradict, and routes that are built and not allowed."""
    table = every["pipelines"]
    planned = table[(table["status"] == "planned") & table["available_from"].isna()]
    yield from rows("pipelines.csv", planned, "status", "has no available_from", "state the date planned then")
    closed = table[(table["status"] == "closed") & table["available_to"].isna()]
    yield from rows("pipelines.csv", closed, "status", "has no available_to", "state the last gas day")
    swapped = table[table["available_to"] < table["available_from"]]
    yield from rows("pipelines.csv", swapped, "available_to", "lies before {available_from}", "swap the dates")
    running = known["pipelines"]
    running = running[running["route"].isin(known.storyline.idle_routes) & (running["status"] != "idle")]
    yield from rows(
        "pipelines.csv",
        running,
        "status",
        "is of a route that storyline.toml lists among the idle_routes",
        "set it to idle",
    )


@checks("groups", "pipelines", "suppliers")
def sales_elsewhere_stay_apart(every: Tables, known: Known) -> Iterator[Problem]:
    """What a seller sells to other markets under a code of its own is no import of the region in focus."""
    region = known.storyline.focus.region
    members = known.members(region)
    table, desks = known["pipelines"], known["suppliers"]
    desks = desks[desks["supplier"] != desks["seller"]]
    leak = table[(table["from_node"].isin(desks["supplier"])) & table["to_node"].isin(members)]
    why, mend = f"gas sold elsewhere would count as a delivery to {region}", "start it at the seller's own node"
    yield from rows("pipelines.csv", leak, "pipeline", why, mend)


@checks("nodes", "pipelines", "production", "storage", "lng_terminals", "peak_demand")
def peaks_can_be_met(every: Tables, known: Tables) -> Iterator[Problem]:
    """Entries, production, withdrawal and send-out reach the highest day observed."""
    lines = known["pipelines"]
    lines = lines[(lines["status"] == "operating")]
    winter = known["production"][known["production"]["month"].isin([1, 2, 12])]
    ports = known["lng_terminals"]
    ports = ports[ports["status"] == "operating"]
    reach = pd.concat(
        [
            lines.groupby("to_node")["capacity_gwh_per_day"].sum(),
            winter.groupby("node")["production_gwh_per_day"].min(),
            known["storage"].groupby("node")["withdrawal_capacity_gwh_per_day"].sum(),
            ports.groupby("node")["sendout_capacity_gwh_per_day"].sum(),
        ]
    )
    reach = reach.groupby(level=0).sum()
    table = known["peak_demand"]
    table = table.assign(reach=table["node"].map(reach).fillna(0.0).round(1))
    short = table[table["reach"] < table["peak_gwh_per_day"]]
    yield from rows(
        "peak_demand.csv",
        short,
        "peak_gwh_per_day",
        "everything that can reach {node} in a day comes to {reach}, so it would go short with nothing cut",
        "look for a missing entry or a rate in the wrong unit",
    )
    near = table[(table["reach"] >= table["peak_gwh_per_day"]) & (table["reach"] < table["high_gwh_per_day"])]
    yield from rows(
        "peak_demand.csv",
        near,
        "high_gwh_per_day",
        "everything that can reach {node} in a day comes to {reach}",
        "make sure that a colder day is meant to leave it short",
        severity="warning",
    )


@checks("nodes", "production", "production_history")
def production_within_history(every: Tables, known: Tables) -> Iterator[Problem]:
    """The yearly sum of production is no more than history and injected biomethane allow."""
    table = known["production"]
    days = pd.to_datetime(table["month"].map("1970-{:02d}-01".format)).dt.days_in_month
    year = (table["production_gwh_per_day"] * days).groupby(table["node"]).sum()
    months = table.groupby("node")["month"].nunique()
    for node in months.index[months < MONTHS]:
        yield error(
            f"production.csv, node '{node}': has {months[node]} of 12 months; add the others, 0 if nothing flows"
        )
    markets = set(known["nodes"].loc[known["nodes"]["is_market"], "node"])
    stray = table[~table["node"].isin(markets)].drop_duplicates("node")
    yield from rows(
        "production.csv",
        stray,
        "node",
        "has no demand in the model, so its own gas would flow abroad",
        "remove it, or make it a market",
    )
    past = known["production_history"]
    gas = past[past["quantity"] == "natural_gas"].groupby("node")["energy_gwh"].max()
    green = past[past["quantity"] == "biomethane"].groupby("node")["energy_gwh"].max()
    best = gas.add(green, fill_value=0.0)
    for node, volume in year[year.index.isin(markets)].items():
        if node not in best.index:
            yield error(f"production.csv, node '{node}': no year in production_history.csv; add one with its source")
        elif volume > MOST_ABOVE_HISTORY * best[node]:
            yield error(
                f"production.csv, node '{node}': {volume:.0f} GWh in the year, but the best year on record was "
                f"{best[node]:.0f} with biomethane; correct the rates or add the year that shows it"
            )


@checks("nodes", "pipelines", "supply_steps", "production_history")
def exports_within_history(every: Tables, known: Tables) -> Iterator[Problem]:
    """What suppliers sell without a measure was sold before, and fits through their pipelines."""
    base = known["supply_steps"]
    base = base[base["availability"] == "base"]
    for supplier in sorted(set(known["nodes"].loc[known["nodes"]["is_supplier"], "node"]) - set(base["supplier"])):
        yield error(f"supply_steps.csv: no base step of {supplier}, a supplier in nodes.csv; add what it sells")
    past = known["production_history"]
    best = past[past["quantity"] == "export_to_europe"].groupby("node")["energy_gwh"].max()
    volume = base.groupby("supplier")["volume_gwh_per_year"].sum()
    for supplier in volume.index.intersection(best.index):
        if volume[supplier] > MOST_ABOVE_HISTORY * best[supplier]:
            yield error(
                f"supply_steps.csv, supplier '{supplier}': its base steps sum to {volume[supplier]:.0f} GWh a year, "
                f"but the most it sent to the markets of the model in a year was {best[supplier]:.0f}; lower them or "
                "make the rest an assurance"
            )
    lines = known["pipelines"]
    exits = lines[lines["status"].isin(["operating", "planned"])].groupby("from_node")["capacity_gwh_per_day"].sum()
    for supplier, rate in (base.groupby("supplier")["volume_gwh_per_year"].sum() / DAYS_PER_YEAR).items():
        if rate > exits.get(supplier, 0.0):
            yield error(
                f"supply_steps.csv, supplier '{supplier}': sells {rate:.0f} GWh a day on average, but its pipelines "
                f"carry {exits.get(supplier, 0.0):.0f}; add the missing line or correct the volume"
            )
    slow = base[base["rate_gwh_per_day"] * DAYS_PER_YEAR * (1.0 + SAME) < base["volume_gwh_per_year"]]
    yield from rows(
        "supply_steps.csv",
        slow,
        "rate_gwh_per_day",
        "the yearly {volume_gwh_per_year} cannot be delivered at this rate",
        "raise the rate or lower the volume",
    )


@checks("supply_profile", "supply_steps")
def profiles_of_a_year(every: Tables, known: Tables) -> Iterator[Problem]:
    """Every supplier has twelve months, each a share, about 1 on average."""
    steps = known["supply_steps"]
    offered = set(steps.loc[steps["availability"] == "base", "supplier"])
    for supplier in sorted(offered - set(known["supply_profile"]["supplier"])):
        yield error(f"supply_profile.csv: no months of '{supplier}', which sells gas; add twelve, 1 if it sells evenly")
    for supplier, part in known["supply_profile"].groupby("supplier"):
        mean = part["rate_share"].mean()
        if len(part) != MONTHS or not MEAN_PROFILE[0] <= mean <= MEAN_PROFILE[1]:
            yield error(
                f"supply_profile.csv, supplier '{supplier}': {len(part)} months with a mean of {mean:.2f}; write "
                "twelve whose mean is about 1, the level belongs into supply_steps.csv"
            )


@checks("nodes", "lng_supply_steps", "lng_europe_limit", "lng_terminals", "lng_shipping")
def lng_adds_up(every: Tables, known: Known) -> Iterator[Problem]:
    """Exporters, the limit of Europe and the sea routes tell one story."""
    steps, cases = known["lng_supply_steps"], known["lng_europe_limit"].set_index("case")["limit_gwh_per_year"]
    roles = known.storyline.lng
    there = steps[(steps["availability"] == "base") & steps["available_from"].isna()]
    seen = there["volume_gwh_per_year"].sum()
    if roles.observed in cases and abs(seen - cases[roles.observed]) > SAME * cases[roles.observed]:
        yield error(
            f"lng_supply_steps.csv: the base steps without a first day sum to {seen:.0f} GWh, but lng_europe_limit.csv "
            f"says that {cases[roles.observed]:.0f} arrived in the base year; one of them is wrong"
        )
    for case in sorted({roles.low, roles.central, roles.high} - set(cases.index)):
        yield error(f"lng_europe_limit.csv: no case '{case}' that was known then; add it")
    order = [case for case in (roles.low, roles.observed, roles.central, roles.high) if case in cases]
    if not cases[order].is_monotonic_increasing:
        yield error(f"lng_europe_limit.csv: {', '.join(order)} do not rise; correct the limits")
    offered = steps[steps["availability"].isin(["base", "divertible"])]
    if roles.high in cases and offered["volume_gwh_per_year"].sum() < cases[roles.high]:
        yield warning("lng_supply_steps.csv: exporters offer less than the high limit of Europe, which never binds")
    nodes = known["nodes"]
    for exporter in sorted(set(steps["exporter"]) - set(nodes.loc[nodes["is_lng_exporter"], "node"])):
        yield error(f"nodes.csv, node '{exporter}': sells in lng_supply_steps.csv; set is_lng_exporter to true")
    for exporter in sorted(set(known["lng_shipping"]["exporter"]) - set(steps["exporter"])):
        yield error(f"lng_supply_steps.csv: no step of {exporter}, which lng_shipping.csv knows; add what it sells")
    known_routes = set(zip(known["lng_shipping"]["exporter"], known["lng_shipping"]["node"], strict=True))
    for exporter in sorted(set(steps["exporter"])):
        for node in sorted(set(known["lng_terminals"]["node"])):
            if (exporter, node) not in known_routes:
                yield error(f"lng_shipping.csv: no distance from {exporter} to {node}; add it")


@checks("storage", "storage_filling", "storage_curve", "storage_targets", "nodes", "groups")
def stores_hold_working_gas(every: Tables, known: Known) -> Iterator[Problem]:
    """Filling within working gas, working gas without cushion, rates that empty a store in a sensible time."""
    table = known["storage"]
    volume = table.groupby("node")["working_gas_volume_gwh"].sum()
    seen = every["storage_filling"]
    seen = seen.assign(volume=seen["node"].map(volume))
    recent = seen[seen["date"] >= pd.Timestamp(known.storyline.base_year, 1, 1)]
    over = recent[recent["gas_in_storage_gwh"] > recent["volume"] * (1.0 + SAME)]
    yield from rows(
        "storage_filling.csv",
        over,
        "gas_in_storage_gwh",
        "{node} holds {volume} of working gas when full",
        "correct the level or the volume in storage.csv",
    )
    watched = seen.groupby("node").filter(lambda part: len(part) >= ENOUGH_OBSERVATIONS)
    fullest = watched.groupby("node")["gas_in_storage_gwh"].max() / volume
    for node, share in fullest[fullest < CUSHION_SUSPECT].items():
        yield error(
            f"storage.csv, node '{node}': never fuller than {share:.0%} on record, so the volume looks like working "
            "gas plus cushion; use working gas alone"
        )
    days = table["working_gas_volume_gwh"] / table["withdrawal_capacity_gwh_per_day"].replace(0.0, np.nan)
    odd = table[~days.between(*DAYS_TO_EMPTY) & (table["working_gas_volume_gwh"] > 0.0)]
    yield from rows(
        "storage.csv",
        odd,
        "withdrawal_capacity_gwh_per_day",
        f"its working gas would last less than {DAYS_TO_EMPTY[0]:g} or more than {DAYS_TO_EMPTY[1]:g} days",
        "check both units",
        severity="warning",
    )
    start = known.storyline.horizon.start
    for node in table["node"]:
        if seen[(seen["node"] == node) & (seen["date"] == pd.Timestamp(start))].empty:
            yield error(f"storage_filling.csv: no level of {node} on {start}, where the horizon begins; add it")
    curves = known["storage_curve"]
    lost = curves[~curves["storage"].isin([*table["storage"], "default"])]
    yield from rows("storage_curve.csv", lost, "storage", "no such store", "use an id of storage.csv or 'default'")
    targets = every["storage_targets"]
    country = known["nodes"].set_index("node")["country"]
    known_scopes = {*table["node"], *table["node"].map(country), *known["groups"]["group"], known.storyline.everybody}
    lost = targets[~targets["scope"].isin(known_scopes)]
    yield from rows("storage_targets.csv", lost, "scope", "no store there", "use a country with a store, or a group")


@checks("storage_curve")
def curves_are_concave(every: Tables, known: Tables) -> Iterator[Problem]:
    """A fuller store gives faster and takes slower, and a straight line between two points never promises too much."""
    table = known["storage_curve"].sort_values(["storage", "direction", "fill_share"])
    for (store, direction), part in table.groupby(["storage", "direction"]):
        fill, rate = part["fill_share"].to_numpy(float), part["rate_share"].to_numpy(float)
        where = f"storage_curve.csv line {int(part.iloc[0][LINE])}, {store} ({direction})"
        if len(part) < 2 or fill[0] != 0.0 or fill[-1] != 1.0:
            yield error(f"{where}: does not run from empty (0) to full (1); add the end points")
            continue
        if fill.min() < 0.0 or rate.min() < 0.0 or fill.max() > 1.0 or rate.max() > 1.0:
            yield error(f"{where}: leaves the range 0 to 1; shares of working gas and of the highest rate are meant")
        if rate.max() < LEAST_BEST_RATE:
            yield error(f"{where}: gives {rate.max():g} of the highest rate at best; 1 is meant somewhere")
        slope = np.diff(rate) / np.diff(fill)
        if (np.diff(slope) > 1e-9).any():
            yield error(f"{where}: is not concave, so a linear programme would cheat; lower the middle or raise it")
        if (slope < 0.0).any() if direction == "withdrawal" else (slope > 0.0).any():
            turn = "give slower" if direction == "withdrawal" else "take faster"
            yield error(f"{where}: a fuller store cannot {turn}; sort the shares")
