"""A case: all the numbers of one optimisation, as arrays over assets and periods.

Measures turn one case into another; the model reads the final one. Nothing here knows about TOML or Pyomo. Axis names
used in the shapes: N nodes, P pipelines, K supply steps, E LNG steps, A LNG sea routes, Q terminals, S storages,
G filling targets, J sectors, V voluntary steps, I curtailment tiers, C contracts, O origins, T periods.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from energy_model.timeline import Timeline

SECTORS = ("households", "services", "industry", "power_heat", "other")


def _multiplied(rate: np.ndarray, hit: np.ndarray, multiplier: np.ndarray) -> np.ndarray:
    return np.where(hit[:, None], rate * multiplier, rate)


@dataclass(frozen=True)
class Pipelines:
    """Directed pipelines."""

    id: np.ndarray  # (P,) str
    name: np.ndarray  # (P,) str
    route: np.ndarray  # (P,) str
    from_node: np.ndarray  # (P,) index into nodes
    to_node: np.ndarray  # (P,) index into nodes
    capacity: np.ndarray  # (P, T) GWh/d
    minimum: np.ndarray  # (P, T) GWh/d that must flow
    nameplate: np.ndarray  # (P,) GWh/d, capacity if the line is allowed to run
    cost: np.ndarray  # (P, T) EUR/MWh, tariff and transport
    loss_share: np.ndarray  # (P,)
    technical: np.ndarray | None = field(default=None, compare=False)  # (P, T) GWh/d but for refusals; None is capacity

    def scaled(self, hit: np.ndarray, multiplier: np.ndarray) -> dict[str, np.ndarray]:
        """Capacities when some pipelines (P,) can carry a share of theirs in each period (T,)."""
        technical = {} if self.technical is None else {"technical": _multiplied(self.technical, hit, multiplier)}
        return {"capacity": _multiplied(self.capacity, hit, multiplier), **technical}

    def refused(self, hit: np.ndarray, multiplier: np.ndarray) -> dict[str, np.ndarray]:
        """Capacities when buyers let only a share pass: what the pipelines could carry stays as it is."""
        technical = self.capacity if self.technical is None else self.technical
        return {"capacity": _multiplied(self.capacity, hit, multiplier), "technical": technical}

    def opened(self, hit: np.ndarray, least: np.ndarray) -> dict[str, np.ndarray]:
        """Capacities when some pipelines can carry at least (P, T) GWh/d."""
        fields = {"capacity": self.capacity} | ({} if self.technical is None else {"technical": self.technical})
        return {key: np.where(hit[:, None], np.maximum(rate, least), rate) for key, rate in fields.items()}


@dataclass(frozen=True)
class Scaling:
    """A measure that multiplies the rates of some steps by period."""

    hit: np.ndarray  # (K,) or (E,) bool
    multiplier: np.ndarray  # (T,)


@dataclass(frozen=True)
class Supply:
    """Gas offered by suppliers and indigenous production, in steps of rising cost."""

    supplier: np.ndarray  # (K,) str
    step: np.ndarray  # (K,) str
    node: np.ndarray  # (K,) index into nodes
    rate: np.ndarray  # (K, T) GWh/d at most
    volume: np.ndarray  # (K,) GWh over the horizon at most
    use: np.ndarray  # (K, T) volume that a unit of gas uses up; above 1 once a cut has begun (scenario/volumes.py)
    cost: np.ndarray  # (K, T) EUR/MWh
    hub_link_share: np.ndarray  # (K,) part of the contract price that follows the hub
    offered: np.ndarray | None = field(default=None, compare=False)  # (K, T) GWh/d before scalings; None is the rate
    scalings: tuple[Scaling, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Lng:
    """Liquefied gas: exporters' steps, sea routes, terminals, and what Europe as a whole can attract."""

    exporter: np.ndarray  # (E,) str
    step: np.ndarray  # (E,) str
    rate: np.ndarray  # (E, T) GWh/d at most
    volume: np.ndarray  # (E,) GWh over the horizon at most
    use: np.ndarray  # (E, T) volume that a unit of gas uses up
    cost: np.ndarray  # (E, T) EUR/MWh free on board
    route_exporter: np.ndarray  # (A,) str
    route_node: np.ndarray  # (A,) index into nodes
    route_cost: np.ndarray  # (A, T) EUR/MWh shipping and regasification
    route_open: np.ndarray  # (A, T) GWh/d at most (inf where no ban holds)
    terminal: np.ndarray  # (Q,) str
    terminal_node: np.ndarray  # (Q,) index into nodes
    sendout: np.ndarray  # (Q, T) GWh/d send-out capacity
    sendout_minimum: np.ndarray  # (Q, T) GWh/d that must be sent out
    europe_limit: np.ndarray  # (months,) GWh that Europe can attract, spread evenly over the timeline's months
    monthly_flexibility: float  # a month may take this multiple of its even share
    offered: np.ndarray | None = field(default=None, compare=False)  # (E, T) GWh/d before scalings; None is the rate
    scalings: tuple[Scaling, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Storage:
    """Underground storage with level-dependent rates."""

    id: np.ndarray  # (S,) str
    node: np.ndarray  # (S,) index into nodes
    working_gas: np.ndarray  # (S,) GWh
    injection: np.ndarray  # (S, T) GWh/d at most
    withdrawal: np.ndarray  # (S, T) GWh/d at most
    initial: np.ndarray  # (S,) GWh in store when the horizon begins
    curve_storage: np.ndarray  # (B,) index into storages
    curve_kind: np.ndarray  # (B,) 'withdrawal' | 'injection'
    curve_intercept: np.ndarray  # (B,) share of the rate
    curve_slope: np.ndarray  # (B,) share of the rate per share of filling
    injection_cost: float  # EUR/MWh
    withdrawal_cost: np.ndarray | float  # EUR/MWh, (S, T) or one for all
    holding_cost: float  # EUR/MWh per day in store
    cycle_loss_share: float
    targets: tuple[FillingTarget, ...] = ()


@dataclass(frozen=True)
class FillingTarget:
    """A level that a group of storages should reach; missing it is possible at a price."""

    name: str
    kind: str  # legal | customary | end_level
    storages: tuple[int, ...]
    date: date
    level_gwh: float
    penalty_eur_per_mwh: float


@dataclass(frozen=True)
class Demand:
    """Demand, its answer to price, and the order in which it is cut."""

    sectors: tuple[str, ...]
    rate: np.ndarray  # (N, J, T) GWh/d
    voluntary_name: np.ndarray  # (V,) str
    voluntary_sector: np.ndarray  # (V,) index into sectors
    voluntary_share: np.ndarray  # (N, V, T) share of the sector's demand
    voluntary_cost: np.ndarray  # (V,) EUR/MWh
    tier_name: np.ndarray  # (I,) str
    tier_sector: np.ndarray  # (I,) index into sectors
    tier_share: np.ndarray  # (I,) share of the sector
    tier_cost: np.ndarray  # (I,) EUR/MWh of its first slice
    tier_is_protected: np.ndarray  # (I,) bool
    tier_slices: np.ndarray  # (I,) int, equal slices of rising weight
    slice_slope: float  # EUR/MWh from a tier's first slice to its last


@dataclass(frozen=True)
class Denial:
    """A measure by which a seller leaves some markets no more than a share of their demand."""

    suppliers: tuple[str, ...]
    strength: np.ndarray  # (N, T)
    remaining_share: float


@dataclass(frozen=True)
class Contracts:
    """Take-or-pay: what is not taken is paid for all the same."""

    id: np.ndarray  # (C,) str
    pipelines: tuple[tuple[int, ...], ...]  # C groups of indices into pipelines: the delivery points
    supplier: np.ndarray  # (C,) str
    floor: np.ndarray  # (C,) GWh over the horizon
    price: np.ndarray  # (C,) EUR/MWh paid for gas not taken
    owed: np.ndarray | None = field(default=None, compare=False)  # (C, T) GWh/d, the floor by period before measures
    owed_in: np.ndarray | None = field(default=None, compare=False)  # (C, N, T) GWh/d, the same by market of the buyer
    denials: tuple[Denial, ...] = field(default=(), compare=False)
    ways: tuple[tuple[int, ...], ...] = field(default=(), compare=False)  # C groups: the way of the gas


@dataclass(frozen=True)
class Origins:
    """What measures ask of gas by its seller: one row for each seller's gas and each rule on third countries."""

    name: np.ndarray  # (O,) str
    suppliers: tuple[tuple[str, ...], ...]  # O groups of suppliers by pipeline
    exporters: tuple[tuple[str, ...], ...]  # O groups of LNG exporters
    to_end_user: np.ndarray  # (O,) bool, whether third countries may not sell the gas on as their own
    ban: np.ndarray  # (O, N, T) share of a country's demand that it may not buy
    no_transit: np.ndarray  # (O, N, T) share of a pipeline into a country that the gas may not use
    duty: np.ndarray  # (O, N, T) EUR/MWh on what is bought
    in_force: np.ndarray  # (O, T) bool, periods in which a measure asks


@dataclass(frozen=True)
class Case:
    """Everything the model needs, in arrays. See the module's axis names."""

    timeline: Timeline
    nodes: np.ndarray  # (N,) str
    is_market: np.ndarray  # (N,) bool
    is_eu: np.ndarray  # (N,) bool
    pipelines: Pipelines
    supply: Supply
    lng: Lng
    storage: Storage
    demand: Demand
    contracts: Contracts
    origins: Origins | None = None  # None if no measure asks where gas comes from
    weather: str = "reference"  # weather of the demand before measures
    believed_on: date | None = None  # measures announced after this day have no strength; None is full knowledge

    def node(self, code: str) -> int:
        """Index of a node code."""
        return int(np.flatnonzero(self.nodes == code)[0])

    def with_(self, part: str, **changes: Any) -> Case:
        """The case with fields of one part (``"pipelines"``, ``"supply"``, ...) replaced."""
        return replace(self, **{part: replace(getattr(self, part), **changes)})
