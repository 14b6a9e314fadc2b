"""A case: all the numbers of one optimisation, as arrays over assets and periods.

Measures turn one case into another; the model reads the final one. Nothing here knows about TOML or Pyomo. Each array
declares its axes, unit and role (:mod:`energy_model.scenario.arrays`); an array of the axis ``pipelines`` has one entry
per directed pipeline, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar

import numpy as np

from energy_model.scenario.arrays import Array, Axis
from energy_model.scenario.delivery_points import DeliveryPoints
from energy_model.scenario.lng_slots import LngSlots
from energy_model.scenario.lng_world import LngWorld
from energy_model.scenario.low_calorific import LowCalorific
from energy_model.scenario.origins import Origins
from energy_model.scenario.records import Ceiling, Denial, FillingTarget, Reserve, ResponseLag, Scaling
from energy_model.scenario.solidarity import Solidarity
from energy_model.scenario.supply_by_month import SupplyByMonth
from energy_model.scenario.transit_bookings import TransitBookings
from energy_model.timeline import Timeline

TIE_BREAK = "Tells options of equal cost apart in the objective; part of no price and of no payment"
SECTORS = ("households", "services", "industry", "power_heat", "other")


def _multiplied(rate: np.ndarray, hit: np.ndarray, multiplier: np.ndarray) -> np.ndarray:
    return np.where(hit[:, None], rate * multiplier, rate)


@dataclass(frozen=True)
class Pipelines:
    """Directed pipelines."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "pipelines": Axis("pipeline", lambda case: case.pipelines.id, "pipelines", "pipeline_sizes")
    }

    id: Annotated[np.ndarray, Array("pipelines", "name", "Code")]
    name: Annotated[np.ndarray, Array("pipelines", "name", "Name")]
    route: Annotated[np.ndarray, Array("pipelines", "name", "Route it is part of")]
    from_node: Annotated[np.ndarray, Array("pipelines", "place", "Node where it begins")]
    to_node: Annotated[np.ndarray, Array("pipelines", "place", "Node where it ends")]
    capacity: Annotated[np.ndarray, Array("pipelines, periods", "limit", "Capacity that is available", unit="GWh/d")]
    minimum: Annotated[np.ndarray, Array("pipelines, periods", "floor", "Minimum flow", unit="GWh/d")]
    nameplate: Annotated[
        np.ndarray, Array("pipelines", "volume", "Capacity if the line is allowed to run", unit="GWh/d")
    ]
    cost: Annotated[np.ndarray, Array("pipelines, periods", "price", "Tariff and transport", unit="EUR/MWh")]
    duty: Annotated[np.ndarray, Array("pipelines, periods", "price", "Import duty", unit="EUR/MWh")]
    tie_break: Annotated[
        np.ndarray,
        Array("pipelines, periods", "price", TIE_BREAK, unit="EUR/MWh", is_stored=False),
    ]
    loss_share: Annotated[np.ndarray, Array("pipelines", "share", "Share of the gas lost on the way", unit="share")]
    technical: Annotated[
        np.ndarray | None,
        Array("pipelines, periods", "limit", "Capacity but for refusals; as available if absent", unit="GWh/d"),
    ] = field(default=None, compare=False)

    def scaled(self, hit: np.ndarray, multiplier: np.ndarray) -> dict[str, np.ndarray]:
        """Capacities when some pipelines can carry a share of theirs in each period.

        Parameters
        ----------
        hit : ndarray of bool, shape (P,)
        multiplier : ndarray, shape (T,)

        Returns
        -------
        dict of str to ndarray, shape (P, T)
            The fields that change, GWh/d, by name; so do :meth:`refused` and :meth:`opened`.
        """
        technical = {} if self.technical is None else {"technical": _multiplied(self.technical, hit, multiplier)}
        return {"capacity": _multiplied(self.capacity, hit, multiplier), **technical}

    def refused(self, hit: np.ndarray, multiplier: np.ndarray) -> dict[str, np.ndarray]:
        """Capacities when buyers let only a share pass: what the pipelines could carry stays as it is.

        ``hit`` and ``multiplier`` have the shapes that :meth:`scaled` names.
        """
        technical = self.capacity if self.technical is None else self.technical
        return {"capacity": _multiplied(self.capacity, hit, multiplier), "technical": technical}

    def opened(self, hit: np.ndarray, least: np.ndarray) -> dict[str, np.ndarray]:
        """Capacities when some pipelines, ``hit`` of shape (P,), can carry at least ``least`` GWh/d, shape (P, T)."""
        fields = {"capacity": self.capacity} | ({} if self.technical is None else {"technical": self.technical})
        return {key: np.where(hit[:, None], np.maximum(rate, least), rate) for key, rate in fields.items()}


@dataclass(frozen=True)
class Supply:
    """Gas offered by suppliers and indigenous production, in steps of rising cost."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "supply_steps": Axis("supply_step", lambda case: case.supply.labels, "supply", "supply_volumes")
    }

    supplier: Annotated[np.ndarray, Array("supply_steps", "name", "Supplier")]
    step: Annotated[np.ndarray, Array("supply_steps", "name", "Step of the supplier")]
    node: Annotated[np.ndarray, Array("supply_steps", "place", "Node where the gas enters")]
    rate: Annotated[np.ndarray, Array("supply_steps, periods", "limit", "Highest daily rate", unit="GWh/d")]
    volume: Annotated[np.ndarray, Array("supply_steps", "volume", "Volume over the horizon at most", unit="GWh")]
    use: Annotated[
        np.ndarray,
        Array(
            "supply_steps, periods",
            "share",
            "Volume that a unit of gas uses up; above 1 once a cut has begun (scenario/volumes.py)",
            unit="GWh/GWh",
            neutral=1.0,
            column="volume_use",
        ),
    ]
    cost: Annotated[np.ndarray, Array("supply_steps, periods", "price", "Cost of the gas", unit="EUR/MWh")]
    tie_break: Annotated[
        np.ndarray,
        Array("supply_steps, periods", "price", TIE_BREAK, unit="EUR/MWh", is_stored=False),
    ]
    hub_link_share: Annotated[
        np.ndarray,
        Array("supply_steps", "share", "Part of the contract price that follows the hub", unit="share", neutral=1.0),
    ]
    offered: Annotated[
        np.ndarray | None,
        Array("supply_steps, periods", "limit", "Rate before scalings; the rate if absent", unit="GWh/d"),
    ] = field(default=None, compare=False)
    scalings: tuple[Scaling, ...] = field(default=(), compare=False)
    ceilings: tuple[Ceiling, ...] = field(default=(), compare=False)

    @property
    def labels(self) -> list[str]:
        """Names of the steps, ``supplier:step``."""
        return [f"{who}:{step}" for who, step in zip(self.supplier, self.step, strict=True)]


@dataclass(frozen=True)
class Lng:
    """Liquefied gas: exporters' steps, sea routes, terminals, and what Europe as a whole can attract."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "lng_steps": Axis("lng_step", lambda case: case.lng.labels, "lng", "lng_volumes"),
        "sea_routes": Axis("sea_route", lambda case: case.lng.route_labels(case.nodes), "sea_routes"),
        "terminals": Axis("terminal", lambda case: case.lng.terminal, "terminals"),
    }

    exporter: Annotated[np.ndarray, Array("lng_steps", "name", "Exporter")]
    step: Annotated[np.ndarray, Array("lng_steps", "name", "Step of the exporter")]
    rate: Annotated[np.ndarray, Array("lng_steps, periods", "limit", "Highest daily rate", unit="GWh/d")]
    volume: Annotated[np.ndarray, Array("lng_steps", "volume", "Volume over the horizon at most", unit="GWh")]
    use: Annotated[
        np.ndarray,
        Array(
            "lng_steps, periods",
            "share",
            "Volume that a unit of gas uses up",
            unit="GWh/GWh",
            neutral=1.0,
            column="volume_use",
        ),
    ]
    cost: Annotated[
        np.ndarray, Array("lng_steps, periods", "price", "Price free on board", unit="EUR/MWh", column="fob_price")
    ]
    tie_break: Annotated[
        np.ndarray,
        Array("lng_steps, periods", "price", TIE_BREAK, unit="EUR/MWh", is_stored=False),
    ]
    route_exporter: Annotated[np.ndarray, Array("sea_routes", "name", "Exporter")]
    route_node: Annotated[np.ndarray, Array("sea_routes", "place", "Node that the ships land at")]
    route_cost: Annotated[
        np.ndarray,
        Array("sea_routes, periods", "price", "Freight and regasification", unit="EUR/MWh", column="freight"),
    ]
    route_tie_break: Annotated[
        np.ndarray,
        Array("sea_routes, periods", "price", TIE_BREAK, unit="EUR/MWh", is_stored=False),
    ]
    route_open: Annotated[
        np.ndarray,
        Array("sea_routes, periods", "limit", "What bans let pass", unit="GWh/d", neutral=np.inf, column="allowed"),
    ]
    terminal: Annotated[np.ndarray, Array("terminals", "name", "Terminal")]
    terminal_node: Annotated[np.ndarray, Array("terminals", "place", "Node that it feeds")]
    sendout: Annotated[
        np.ndarray, Array("terminals, periods", "limit", "Send-out capacity", unit="GWh/d", column="sendout_capacity")
    ]
    sendout_minimum: Annotated[np.ndarray, Array("terminals, periods", "floor", "Must-run send-out", unit="GWh/d")]
    europe_limit: Annotated[
        np.ndarray,
        Array("months", "volume", "LNG imports of all markets at most, spread evenly", unit="GWh", column="limit"),
    ]
    monthly_flexibility: Annotated[
        float, Array("", "share", "Multiple of its even share that a month may take", unit="share", neutral=1.0)
    ]
    offered: Annotated[
        np.ndarray | None,
        Array("lng_steps, periods", "limit", "Rate before scalings; the rate if absent", unit="GWh/d"),
    ] = field(default=None, compare=False)
    scalings: tuple[Scaling, ...] = field(default=(), compare=False)

    @property
    def labels(self) -> list[str]:
        """Names of the steps, ``exporter:step``."""
        return [f"{who}:{step}" for who, step in zip(self.exporter, self.step, strict=True)]

    def route_labels(self, nodes: np.ndarray) -> list[str]:
        """Names of the sea routes, ``exporter>node``, by the codes of the nodes of the case, shape (N,)."""
        return [f"{who}>{node}" for who, node in zip(self.route_exporter, nodes[self.route_node], strict=True)]


@dataclass(frozen=True)
class Storage:
    """Underground storage with level-dependent rates."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "storages": Axis("storage", lambda case: case.storage.id, "storage_rates", "storage"),
        "curve_lines": Axis("line", lambda case: np.arange(len(case.storage.curve_kind))),
    }

    id: Annotated[np.ndarray, Array("storages", "name", "Code")]
    node: Annotated[np.ndarray, Array("storages", "place", "Node that it belongs to")]
    working_gas: Annotated[
        np.ndarray, Array("storages", "stock", "Working gas volume", unit="GWh", column="working_gas_volume")
    ]
    usable: Annotated[np.ndarray, Array("storages, periods", "share", "Usable part", unit="share", neutral=1.0)]
    injection: Annotated[np.ndarray, Array("storages, periods", "limit", "Injection capacity", unit="GWh/d")]
    withdrawal: Annotated[np.ndarray, Array("storages, periods", "limit", "Withdrawal capacity", unit="GWh/d")]
    initial: Annotated[np.ndarray, Array("storages", "stock", "Gas in store when the horizon begins", unit="GWh")]
    curve_storage: Annotated[np.ndarray, Array("curve_lines", "place", "Storage that a line of a curve limits")]
    curve_kind: Annotated[np.ndarray, Array("curve_lines", "name", "Rate that it limits: withdrawal or injection")]
    curve_intercept: Annotated[
        np.ndarray, Array("curve_lines", "share", "Share of the rate left when empty", unit="share", is_structural=True)
    ]
    curve_slope: Annotated[
        np.ndarray,
        Array("curve_lines", "share", "Share of the rate gained from empty to full", unit="share", is_structural=True),
    ]
    injection_cost: Annotated[float, Array("", "price", "Cost of injection", unit="EUR/MWh", is_structural=True)]
    withdrawal_cost: Annotated[np.ndarray, Array("storages, periods", "price", "Cost of withdrawal", unit="EUR/MWh")]
    tie_break: Annotated[
        np.ndarray,
        Array("storages, periods", "price", TIE_BREAK, unit="EUR/MWh", is_stored=False),
    ]
    holding_cost: Annotated[float, Array("", "price", "Interest on gas in store", unit="EUR/MWh per day")]
    cycle_loss_share: Annotated[float, Array("", "share", "Gas lost in a cycle", unit="share", is_structural=True)]
    targets: tuple[FillingTarget, ...] = ()
    reserves: tuple[Reserve, ...] = ()

    def rate_share(self, store: int, kind: str, filling: np.ndarray) -> np.ndarray:
        """Share of a store's rate that its curves leave at some fillings.

        Parameters
        ----------
        store : int
            Its number.
        kind : str
            Which rate: ``"injection"`` or ``"withdrawal"``.
        filling : ndarray, shape (n,)
            Gas in store as shares of the working gas.

        Returns
        -------
        ndarray, shape (n,)
            Shares, 0 to 1.
        """
        mine = (self.curve_storage == store) & (self.curve_kind == kind)
        share = self.curve_intercept[mine][:, None] + np.outer(self.curve_slope[mine], filling)
        return np.asarray(np.clip(share.min(axis=0, initial=1.0), 0.0, 1.0))


@dataclass(frozen=True)
class Demand:
    """Demand, its answer to price, and the order in which it is cut."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "sectors": Axis("sector", lambda case: case.demand.sectors),
        "voluntary_steps": Axis("voluntary_step", lambda case: case.demand.voluntary_name),
        "tiers": Axis("tier", lambda case: case.demand.tier_name, fixed="tiers"),
    }

    sectors: tuple[str, ...]
    rate: Annotated[np.ndarray, Array("nodes, sectors, periods", "demand", "Demand", unit="GWh/d", column="demand")]
    voluntary_name: Annotated[np.ndarray, Array("voluntary_steps", "name", "Name of a step of voluntary reduction")]
    voluntary_sector: Annotated[np.ndarray, Array("voluntary_steps", "place", "Sector that it is part of")]
    voluntary_share: Annotated[
        np.ndarray,
        Array(
            "nodes, voluntary_steps, periods", "share", "Share of the sector's demand", unit="share", is_stored=False
        ),
    ]
    voluntary_cost: Annotated[
        np.ndarray, Array("voluntary_steps", "price", "Activation price", unit="EUR/MWh", is_structural=True)
    ]
    tier_name: Annotated[np.ndarray, Array("tiers", "name", "Name of a curtailment tier")]
    tier_sector: Annotated[np.ndarray, Array("tiers", "place", "Sector that it is part of")]
    tier_share: Annotated[np.ndarray, Array("tiers", "share", "Share of the sector", unit="share")]
    tier_cost: Annotated[np.ndarray, Array("tiers", "price", "Cost of cutting its first slice", unit="EUR/MWh")]
    tier_is_protected: Annotated[np.ndarray, Array("tiers", "flag", "Whether its customers are protected by law")]
    tier_slices: Annotated[
        np.ndarray, Array("tiers", "share", "Number of equal slices of rising cost", neutral=1.0, is_structural=True)
    ]
    slice_slope: Annotated[
        float, Array("", "price", "Rise of the cost from a tier's first slice to its last", unit="EUR/MWh")
    ]
    lag: ResponseLag | None = field(default=None, compare=False)  # None if every answer comes at once


@dataclass(frozen=True)
class Contracts:
    """Take-or-pay: what is not taken is paid for all the same."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "contracts": Axis("contract", lambda case: case.contracts.id, fixed="contracts")
    }

    id: Annotated[np.ndarray, Array("contracts", "name", "Contracts pooled by supplier and delivery point")]
    pipelines: tuple[tuple[int, ...], ...]  # for each contract the pipelines of its delivery point
    supplier: Annotated[np.ndarray, Array("contracts", "name", "Supplier")]
    floor: Annotated[np.ndarray, Array("contracts", "volume", "Take-or-pay quantity over the horizon", unit="GWh")]
    price: Annotated[np.ndarray, Array("contracts", "price", "Price paid for gas not taken", unit="EUR/MWh")]
    owed: Annotated[
        np.ndarray | None,
        Array("contracts, periods", "floor", "Take-or-pay quantity by period before measures", unit="GWh/d"),
    ] = field(default=None, compare=False)
    owed_in: Annotated[
        np.ndarray | None, Array("contracts, nodes, periods", "floor", "The same by market of the buyer", unit="GWh/d")
    ] = field(default=None, compare=False)
    denials: tuple[Denial, ...] = field(default=(), compare=False)
    ways: tuple[tuple[int, ...], ...] = field(default=(), compare=False)  # for each contract the way of its gas


@dataclass(frozen=True)
class Case:
    """Everything the model needs, in arrays."""

    AXES: ClassVar[Mapping[str, Axis]] = {
        "nodes": Axis("node", lambda case: case.nodes, "demand"),
        "periods": Axis("period", lambda case: np.arange(1, len(case.timeline) + 1)),
        "months": Axis("month", lambda case: case.timeline.months, fixed="lng_limit"),
    }

    timeline: Timeline
    nodes: Annotated[np.ndarray, Array("nodes", "name", "Code")]
    country: Annotated[np.ndarray, Array("nodes", "name", "Code of the country that it lies in")]
    is_market: Annotated[np.ndarray, Array("nodes", "flag", "Whether gas is used there")]
    places: Annotated[
        np.ndarray, Array("nodes", "name", "Codes that stand for it: its own, its country's, its groups'")
    ]
    pipelines: Pipelines
    supply: Supply
    lng: Lng
    storage: Storage
    demand: Demand
    contracts: Contracts
    origins: Origins | None = None  # None if no measure asks where gas comes from
    low_calorific: LowCalorific | None = None  # None if one quality of gas serves everybody
    supply_by_month: SupplyByMonth | None = None  # None if no supplier has a least take
    delivery_points: DeliveryPoints | None = None  # None if gas is handed over wherever it costs least
    transit_bookings: TransitBookings | None = None  # None if nobody has booked a way
    lng_world: LngWorld | None = None  # None if Europe attracts LNG up to a limit
    lng_slots: LngSlots | None = None  # None if every cargo lands where gas is dearest
    solidarity: Solidarity | None = None  # None if everybody shares with everybody
    weather: str = ""  # weather of the demand before measures
    believed_on: date | None = None  # measures announced after this day have no strength; None is full knowledge

    def node(self, code: str) -> int:
        """Index of a node code."""
        return int(np.flatnonzero(self.nodes == code)[0])

    def inside(self, *codes: str) -> np.ndarray:
        """Which nodes some codes of nodes, countries and groups stand for, bool, shape (N,)."""
        return np.array([not set(codes).isdisjoint(own.split()) for own in self.places], dtype=bool)

    def with_(self, part: str, **changes: Any) -> Case:
        """The case with fields of one part (``"pipelines"``, ``"supply"``, ...) replaced."""
        return replace(self, **{part: replace(getattr(self, part), **changes)})

    @property
    def parts(self) -> dict[str, Any]:
        """The parts that hold arrays, by name; those that no measure asks for are left out."""
        found = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: part for name, part in found if is_dataclass(part) and hasattr(type(part), "AXES")}

    @property
    def axes(self) -> dict[str, Axis]:
        """Every axis of the case by name."""
        return {name: axis for part in (self, *self.parts.values()) for name, axis in part.AXES.items()}

    @property
    def lengths(self) -> dict[str, int]:
        """Length of every axis."""
        return {name: len(axis.labels(self)) for name, axis in self.axes.items()}
