"""Every table of results, column by column: meaning, key, and unit.

The result tables of docs/results.md and the schemas of exports are written from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNIT_OF_SUFFIX: Mapping[str, str] = {
    "_gwh_per_day": "GWh/d",
    "_eur_per_mwh": "EUR/MWh",
    "_gwh": "GWh",
    "_eur": "EUR",
    "_share": "1",
    "_probability": "1",
    "days": "d",
    "latitude": "deg",
    "longitude": "deg",
}
"""Unit of a column by the end of its name; ``1`` is a share of one. A longer end comes before one that it ends in."""

LINKS: Mapping[str, tuple[str, str]] = {
    "period": ("periods", "period"),
    "node": ("nodes", "node"),
    "from_node": ("nodes", "node"),
    "to_node": ("nodes", "node"),
}
"""Columns whose values stand in a column of another table."""


@dataclass(frozen=True)
class ResultTable:
    """A table of results.

    Attributes
    ----------
    key : tuple of str
        Columns that identify a row.
    columns : mapping of str to str
        What each column holds, in order.
    before, after : str
        What a reader must know before and after the columns.
    of_rolling : bool
        Whether only rolling foresight has it.
    """

    key: tuple[str, ...]
    columns: Mapping[str, str] = field(repr=False)
    before: str = ""
    after: str = ""
    of_rolling: bool = False


def unit_of(column: str) -> str:
    """Unit of a column; empty if it is a name, a number of a period, or a day.

    >>> unit_of("flow_gwh_per_day"), unit_of("level_gwh"), unit_of("fill_share"), unit_of("node")
    ('GWh/d', 'GWh', '1', '')
    """
    return next((unit for end, unit in UNIT_OF_SUFFIX.items() if column.endswith(end)), "")


NODES = ResultTable(
    ("node",),
    {
        "node": "code",
        "name": "English name",
        "country": "country that it belongs to",
        "is_market": "whether gas is used there",
        "is_supplier": "whether a pipeline supplier delivers from there",
        "is_lng_exporter": "whether it sells liquefied gas",
        "region": "group used in reports",
        "latitude": "latitude of the map point",
        "longitude": "longitude of the map point",
        "source_id": "source of the row, by its key among the sources of the data package",
        "as_of": "day from which the row was public",
        "note": "remark",
        "groups": "groups of countries that it belongs to, with blanks between them",
    },
)
"""The nodes of a run, as the data package has them."""

HEADLINES = ResultTable(
    ("key",),
    {
        "key": "the same whoever the run is about",
        "label": "what the number is, with the names of region, country and seller",
        "value": "the number, in the unit of its row; empty where there is none, such as a filling without stores",
        "unit": "unit of the value; `share` is a share of one",
    },
    before="The numbers that are asked for first; volumes are totals over the horizon.",
)
"""Headline numbers as a table, as exports have them."""

RESULT_TABLES: Mapping[str, ResultTable] = {
    "periods": ResultTable(
        ("period",),
        {"period": "number, from 1", "start": "first gas day", "end": "last gas day", "days": "gas days"},
    ),
    "flows": ResultTable(
        ("pipeline", "period"),
        {
            "pipeline": "name of the line",
            "route": "route that it belongs to",
            "from_node": "where it begins",
            "to_node": "where it ends",
            "period": "period",
            "flow_gwh_per_day": "gas that enters, mean of the period",
            "energy_gwh": "gas that enters over the period",
            "arrived_gwh": "gas that arrives over the period, after losses",
            "capacity_gwh_per_day": "available capacity",
            "capacity_value_eur_per_mwh": "saving if the line could carry a little more; 0 where it is not full",
        },
        before="A row per pipeline, direction and period. A reverse direction is a pipeline of its own.",
    ),
    "supply": ResultTable(
        ("supply_step", "period"),
        {
            "supplier": "who delivers",
            "node": "where the gas enters",
            "supply_step": "`supplier:step`",
            "period": "period",
            "rate_gwh_per_day": "gas taken, mean of the period",
            "energy_gwh": "gas taken over the period",
            "offered_gwh_per_day": "most that could be taken on a day",
            "cost_eur_per_mwh": "cost of the step",
        },
        before="Pipeline suppliers and indigenous production, by step.",
    ),
    "lng": ResultTable(
        ("sea_route", "period"),
        {
            "exporter": "exporter of the cargoes",
            "node": "market where they land",
            "sea_route": "`exporter>market`",
            "period": "period",
            "rate_gwh_per_day": "gas landed, mean of the period",
            "energy_gwh": "gas landed over the period",
            "freight_eur_per_mwh": "shipping and regasification",
        },
        before="Cargoes by exporter and importing market.",
    ),
    "sendout": ResultTable(
        ("terminal", "period"),
        {
            "terminal": "terminal",
            "node": "market whose grid it feeds",
            "period": "period",
            "sendout_gwh_per_day": "send-out, mean of the period; terminals of a market cost the same and share it by"
            " capacity",
            "energy_gwh": "send-out over the period",
            "capacity_gwh_per_day": "send-out capacity",
        },
    ),
    "storage": ResultTable(
        ("storage", "period"),
        {
            "storage": "storage (one per country)",
            "node": "market that it belongs to",
            "period": "period",
            "level_gwh": "gas in store at the end of the period",
            "fill_share": "the same as a share of working gas",
            "level_at_start_gwh": "gas in store when the period begins",
            "injection_gwh_per_day": "gas put into store, mean of the period",
            "withdrawal_gwh_per_day": "gas taken from store, mean of the period",
        },
    ),
    "targets": ResultTable(
        ("target", "date"),
        {
            "target": "name",
            "kind": "`legal`, `customary` (what stores usually hold on that day) or `end_level` (left for the next"
            " season)",
            "node": "market",
            "date": "day at whose beginning it is measured",
            "target_gwh": "level to reach",
            "missing_gwh": "what it lacks",
            "target_fill_share": "level to reach as a share of working gas",
        },
    ),
    "demand": ResultTable(
        ("node", "sector", "period"),
        {
            "node": "market",
            "sector": "`households`, `services`, `industry`, `power_heat` or `other`",
            "period": "period",
            "demand_gwh": "demand after savings of the scenario",
            "served_gwh": "demand that is met",
            "voluntary_gwh": "demand that leaves by itself at the price",
            "curtailed_gwh": "demand that is cut",
        },
    ),
    "curtailment": ResultTable(
        ("node", "tier", "period"),
        {
            "node": "market",
            "tier": "tier in the order of curtailment",
            "sector": "sector of the tier",
            "is_protected": "whether the tier holds protected customers (Regulation (EU) 2017/1938)",
            "period": "period",
            "curtailed_gwh": "demand that is cut",
        },
    ),
    "prices": ResultTable(
        ("node", "period"),
        {
            "node": "market",
            "period": "period",
            "price_eur_per_mwh": "dual of the balance: cost of one more MWh there and then. In a shortage it is the"
            " cost of the next consumer cut",
        },
    ),
    "contracts": ResultTable(
        ("contract",),
        {
            "contract": "contracts of a supplier pooled by delivery route",
            "supplier": "supplier",
            "floor_gwh": "take-or-pay quantity over the horizon",
            "untaken_gwh": "paid for and not taken",
            "price_eur_per_mwh": "price of what is not taken",
        },
    ),
    "balance": ResultTable(
        ("node", "period"),
        {
            "node": "node",
            "period": "period",
            "supply_gwh_per_day": "gas of suppliers and production that enters",
            "pipeline_in_gwh_per_day": "gas that arrives by pipeline",
            "lng_gwh_per_day": "gas that terminals send out",
            "withdrawal_gwh_per_day": "gas taken from store",
            "voluntary_gwh_per_day": "demand that leaves by itself at the price",
            "curtailed_gwh_per_day": "demand that is cut",
            "pipeline_out_gwh_per_day": "gas that leaves by pipeline",
            "injection_gwh_per_day": "gas put into store",
            "demand_gwh_per_day": "demand",
            "residual_gwh_per_day": "what does not add up",
        },
        before="Every node, markets and transit points alike. What enters, with demand that is not met, less what"
        " leaves, with demand, is `residual_gwh_per_day`, 0 but for rounding.",
    ),
    "costs": ResultTable(
        ("component",),
        {
            "component": "part of the objective, from pipeline supply to take-or-pay, and duties by origin if there"
            " are any",
            "cost_eur": "cost over the horizon; the sum is `objective_eur`, without the tie-breaks that tell options"
            " of equal cost apart",
        },
        after="Curtailment and missed targets are penalties that rank what goes short. They are not bills.",
    ),
    "deferred": ResultTable(
        ("supply_step", "period"),
        {
            "supply_step": "step of a supplier with a least take",
            "period": "period",
            "deferred_gwh_per_day": "gas below the least take: not taken in its month, at the cost of a deferral",
        },
        after="Empty unless the scenario has `supply_by_month`.",
    ),
    "low_calorific": ResultTable(
        ("node", "period"),
        {
            "node": "country with low-calorific gas",
            "period": "period",
            "converted_gwh_per_day": "other gas that is made low-calorific with nitrogen",
            "spared_gwh_per_day": "low-calorific gas that its customers save at a price or by being cut",
        },
        after="Empty where no row of the data speaks of it. What its pipelines carry stands in `flows`.",
    ),
    "delivery_points": ResultTable(
        ("point", "period"),
        {
            "point": "seller and border",
            "period": "period",
            "elsewhere_gwh_per_day": "share of the seller's gas that is handed over elsewhere",
        },
    ),
    "landing_points": ResultTable(
        ("point", "period"),
        {
            "point": "seller and landing point",
            "period": "period",
            "beyond_gwh_per_day": "gas that lands there beyond its greatest usual share",
        },
    ),
    "transit_bookings": ResultTable(
        ("booking", "period"),
        {
            "booking": "border and direction that is booked",
            "period": "period",
            "used_gwh_per_day": "flow whose fee is owed anyway",
        },
        after="These three are empty where a scenario leaves out `delivery_points` and `transit_bookings`. What"
        " crosses a border stands in `flows`.",
    ),
    "kept_gas": ResultTable(
        ("node", "period"),
        {
            "node": "market outside every solidarity group",
            "period": "period",
            "ceded_gwh_per_day": "what it is cut for gas that it keeps and that cannot be brought to it",
        },
        after="Empty where everybody shares. It is zero unless a line or terminal that no measure names stands in"
        " the way.",
    ),
    "world_exporters": ResultTable(
        ("exporter", "since"),
        {
            "exporter": "exporter of LNG",
            "since": "first day of a month or a part of it",
            "loadable_gwh": "what it can load in that time, all measures in force",
            "to_markets_gwh": "what goes to the markets of the model",
            "elsewhere_gwh": "what goes to buyers outside Europe",
            "not_loaded_gwh": "what nobody takes at what it costs to load",
            "rent_eur_per_mwh": "what one more MWh to load is worth: its price on board less the cost of loading",
        },
        after="Empty without `lng_world`, as the next two.",
    ),
    "world_buyers": ResultTable(
        ("buyer", "since"),
        {
            "buyer": "buyer outside Europe",
            "since": "first day of a month or a part of it",
            "wanted_gwh": "what it takes at the reference price",
            "taken_gwh": "what it takes",
            "given_up_gwh": "the difference; below zero it takes more",
            "price_eur_per_mwh": "price in its basin",
        },
    ),
    "marginal_lng": ResultTable(
        ("basin", "since"),
        {
            "basin": "basin outside Europe",
            "since": "first day of a month or a part of it",
            "price_eur_per_mwh": "price there: the dual of its balance",
            "partly": "buyer that gives up a part of a step and so sets the price; mostly nobody, and the price lies"
            " between two steps",
            "last": "buyer of the dearest step that is given up",
            "last_eur_per_mwh": "price of that step",
            "next": "buyer of the cheapest step that is still taken",
            "next_eur_per_mwh": "price of that step",
        },
        after="After news the steps on either side may overlap: what could not move yet is still there.",
    ),
    "plans": ResultTable(
        ("decided_on", "zone"),
        {
            "decided_on": "day of the plan",
            "zone": "largest group of countries whose stores share a table of values",
            "day": "beginning of the month in which these stores are usually fullest",
            "expected_filling_share": "filling that the plan expects on that day, mean over the branches of the fan",
            "lowest_filling_share": "the same, lowest of the branches",
            "highest_filling_share": "the same, highest of the branches",
            "marginal_cost_eur_per_mwh": "mean price of the group's markets while the plan held, weighted with demand",
            "stock_value_eur_per_mwh": "value of another MWh beside the stock that the plan leaves at its end: on 1"
            " April what gas saved in this winter is worth for the next",
            "below_duty_probability": "weight of the branches that miss the highest level which the holders of more"
            " than half of the group's working gas are obliged to in the twelve months ahead; empty if none is known",
        },
        before="A row for each plan.",
        of_rolling=True,
    ),
    "stock_values": ResultTable(
        ("decided_on", "zone", "from_filling_share"),
        {
            "decided_on": "plan, as in `plans`",
            "zone": "group, as in `plans`",
            "valued_on": "end of the plan",
            "from_filling_share": "lower end of a step of the group's stock, from empty to full",
            "to_filling_share": "upper end of the step",
            "value_eur_per_mwh": "value of a MWh in that step",
        },
        before="What gas left in store at the end of each plan is worth.",
        of_rolling=True,
    ),
}
"""Tables of a run by name, in the order of its tables."""
