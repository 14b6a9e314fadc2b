"""What can be asked of results: each statistic with its meaning, its unit and what it can be grouped by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["energy", "stock", "size", "share", "price", "money"]

DEFAULT_UNITS: dict[Kind, str] = {
    "energy": "TWh",
    "stock": "TWh",
    "size": "TWh",
    "share": "share",
    "price": "EUR/MWh",
    "money": "bn EUR",
}
"""Unit of a statistic unless another is asked for."""

TIMES: dict[str, str] = {
    "period": "period of the run, by number; its first day with `names=True`",
    "month": "calendar month, `YYYY-MM`; a period that reaches over a month's end is split by days",
}
"""Groupings in time of what flows and is paid."""
MOMENTS: dict[str, str] = {**TIMES, "boundary": "morning on which a period begins or the horizon ends"}
"""Groupings in time of what is in store; a period and a month stand for their end."""

DIMENSIONS: dict[str, str] = {
    "node": "node of `nodes.csv`",
    "country": "country of the node",
    "group": "group of countries that the node belongs to; groups overlap, so they do not add up",
    "sector": "sector of demand",
    "tier": "tier of the legal order of curtailment",
    "protected": "whether the customers are protected by law",
    "supplier": "code under which gas is offered; what a market produces has the market's",
    "seller": "seller behind the supplier",
    "step": "step of the offer",
    "channel": "`pipeline` or `lng`",
    "route": "route of `routes.csv` that a pipeline belongs to",
    "pipeline": "pipeline in one direction",
    "from_node": "node at which the pipeline begins",
    "to_node": "node at which the pipeline ends",
    "terminal": "LNG terminal",
    "storage": "storage site",
    "component": "component of cost",
}
"""Groupings by what and where."""

COLUMNS: dict[str, dict[str, str]] = {
    "demand": {"node": "node", "sector": "sector"},
    "curtailment": {"node": "node", "sector": "sector", "tier": "tier", "protected": "is_protected"},
    "supply": {"node": "node", "supplier": "supplier", "step": "supply_step"},
    "lng": {"node": "node", "supplier": "exporter"},
    "sendout": {"node": "node", "terminal": "terminal"},
    "flows": {"pipeline": "pipeline", "route": "route", "from_node": "from_node", "to_node": "to_node"},
    "border": {"node": "node", "supplier": "supplier", "channel": "channel", "route": "route"},
    "storage": {"node": "node", "storage": "storage"},
    "costs": {"component": "component"},
}
"""Columns of a table by the dimension that they hold. ``border`` is drawn up around the region asked about."""

UNPAID = ("missed filling targets",)
"""Components of the objective that steer the plan and that nobody pays."""


@dataclass(frozen=True)
class Source:
    """Columns of a table whose sum, less others, is a statistic; ``by_day`` if they are rates."""

    table: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    by_day: bool = False

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What the rows can be grouped by, besides time."""
        own = set(COLUMNS[self.table])
        own |= {"country", "group"} if "node" in own else set()
        own |= {"seller"} if "supplier" in own else set()
        return tuple(name for name in DIMENSIONS if name in own)


@dataclass(frozen=True)
class Statistic:
    """A number of results.

    Attributes
    ----------
    words : str
        What it is.
    kind : str
        ``energy`` that flows, ``stock`` in store at a moment, ``size`` that does not change, a ``share``, a ``price``
        (mean weighted with demand), or ``money``.
    sources : tuple of Source
        The first one that has the dimensions asked for is taken; all give the same sums.
    by : str
        Grouping if none is asked for.
    """

    words: str
    kind: Kind
    sources: tuple[Source, ...]
    by: str

    @property
    def times(self) -> Mapping[str, str]:
        """Groupings in time that it has."""
        if self.kind == "size" or self.sources[0].table == "costs":
            return {}
        return MOMENTS if self.kind in ("stock", "share") else TIMES

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All that it can be grouped by."""
        own = {name for source in self.sources for name in source.dimensions}
        return (*(name for name in DIMENSIONS if name in own), *self.times)


def _demand(*plus: str) -> tuple[Source, ...]:
    return (Source("demand", plus),)


STATISTICS: dict[str, Statistic] = {
    "demand": Statistic("Demand before any reduction or curtailment", "energy", _demand("demand_gwh"), "country"),
    "served": Statistic("Demand that is served", "energy", _demand("served_gwh"), "country"),
    "reduced": Statistic("Demand that leaves at a price", "energy", _demand("voluntary_gwh"), "country"),
    "curtailed": Statistic(
        "Demand of customers who are cut by order",
        "energy",
        (*_demand("curtailed_gwh"), Source("curtailment", ("curtailed_gwh",))),
        "country",
    ),
    "shortage": Statistic(
        "Reduced and curtailed together", "energy", _demand("voluntary_gwh", "curtailed_gwh"), "country"
    ),
    "price": Statistic(
        "Shadow price of gas at the markets, mean weighted with demand", "price", _demand("demand_gwh"), "country"
    ),
    "bill": Statistic("Served demand at the shadow price of its market", "money", _demand("served_gwh"), "country"),
    "supply": Statistic(
        "Gas of pipeline suppliers and own production, where it enters the network",
        "energy",
        (Source("supply", ("energy_gwh",)),),
        "supplier",
    ),
    "lng": Statistic(
        "Cargoes of liquefied gas that land, by exporter", "energy", (Source("lng", ("energy_gwh",)),), "supplier"
    ),
    "sendout": Statistic("Gas that terminals send out", "energy", (Source("sendout", ("energy_gwh",)),), "country"),
    "flow": Statistic("Gas that enters pipelines", "energy", (Source("flows", ("energy_gwh",)),), "route"),
    "capacity": Statistic(
        "Gas that pipelines could carry",
        "energy",
        (Source("flows", ("capacity_gwh_per_day",), by_day=True),),
        "route",
    ),
    "losses": Statistic(
        "Gas burnt or lost in pipelines", "energy", (Source("flows", ("energy_gwh",), ("arrived_gwh",)),), "route"
    ),
    "imports": Statistic(
        "Gas over the border of the region or country asked about, by pipeline and by ship, exports netted; the "
        "supplier is the neighbour, the supplier behind a transit node, or the exporter of LNG",
        "energy",
        (Source("border", ("energy_gwh",)),),
        "supplier",
    ),
    "import_value": Statistic(
        "Imports at the shadow price of the market where they cross the border, exports netted, by whom hands them "
        "over there as in `imports`; what a seller earns, through whichever neighbour and under contracts, is the "
        "answer `revenues` of `energy-model impact`",
        "money",
        (Source("border", ("energy_gwh",)),),
        "supplier",
    ),
    "injection": Statistic(
        "Gas put into store", "energy", (Source("storage", ("injection_gwh_per_day",), by_day=True),), "country"
    ),
    "withdrawal": Statistic(
        "Gas taken from store", "energy", (Source("storage", ("withdrawal_gwh_per_day",), by_day=True),), "country"
    ),
    "level": Statistic("Gas in store", "stock", (Source("storage", ("level_gwh",)),), "month"),
    "working_gas": Statistic(
        "Working gas volume of the stores", "size", (Source("storage", ("level_gwh",)),), "country"
    ),
    "filling": Statistic(
        "Gas in store as a share of working gas volume", "share", (Source("storage", ("level_gwh",)),), "month"
    ),
    "cost": Statistic(
        "Cost of gas, transport, storage, reduction and curtailment over the horizon",
        "money",
        (Source("costs", ("cost_eur",)),),
        "component",
    ),
    "penalty": Statistic(
        "Penalty on missed filling targets, which steers the plan and nobody pays",
        "money",
        (Source("costs", ("cost_eur",)),),
        "component",
    ),
}
"""Every statistic by name."""
