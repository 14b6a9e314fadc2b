"""A case as a PyPSA network: for those who take the figures on, and as an independent second opinion on the cost.

Power is MW, energy MWh, money EUR; a snapshot is a period and its weighting the period's hours. Everything PyPSA has a
component for is one: markets are buses with a load per sector; steps of supply, voluntary reduction and slices of
curtailment are generators; pipelines, sea routes and terminals are links; a storage is a store behind an injection
and a withdrawal link. What PyPSA has no component for travels in the network's ``meta`` and is added as rows:
volumes of which gas uses up more after a cut, rates that fall with the level, LNG by month, filling targets that can be
missed at a price, take-or-pay. :func:`solve_pypsa` adds them; with PyPSA alone, hand :func:`add_constraints` to
``network.optimize`` as ``extra_functionality``. Without them the network is a relaxation: its cost is too low.

Some mechanisms no network of this sort can say (:data:`CANNOT`). A case that has one is refused;
:mod:`energy_model.report.exports.pypsa` leaves them out of a scenario, one by one, and tells what each costs.

Needs the extra ``pypsa``: ``pip install "energy-model[pypsa]"``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from energy_model.errors import OutputError, SolveError
from energy_model.files import Workplace, reason, replacing_file
from energy_model.report.pypsa_rows import (
    META,
    add_constraints,
    e_sum_max,
    lng_steps,
    rows_beyond_pypsa,
    supply_steps,
)
from energy_model.scenario.case import Case
from energy_model.units import HOURS_PER_DAY, MWH_PER_GWH

MW_PER_GWH_PER_DAY = MWH_PER_GWH / HOURS_PER_DAY
LNG = "LNG"
_WHERE_ROWS_ARE = "rows that PyPSA has no component for; energy_model.report.pypsa_rows.add_constraints adds them"


CANNOT: Mapping[str, str] = {
    "origins": "measures that ask where gas comes from, for gas at a bus has no origin",
    "low_calorific": "qualities of gas, for a bus has one",
    "supply_by_month": "a least take in each month that can be put off at a price",
    "delivery_points": "shares in which a seller's gas comes to its borders",
    "transit_bookings": "fees that are owed anyway, and a price on changing a flow",
    "lng_world": "buyers outside Europe who answer to price; Europe's LNG has a limit in their place",
    "lng_slots": "usual shares of the LNG that lands",
    "solidarity": "markets outside every group of solidarity that keep what they bought",
}
"""Parts of a case that a network cannot say, with what they are."""


def not_carried(case: Case) -> list[str]:
    """Parts of a case that a network cannot say, by their key in :data:`CANNOT`."""
    return [part for part in CANNOT if getattr(case, part) is not None]


def to_pypsa(case: Case, name: str = "gas flow") -> Any:
    """The network of a case, everything known from the start.

    Parameters
    ----------
    case : Case
        As the model reads it, measures applied.
    name : str
        Name of the network.

    Returns
    -------
    pypsa.Network
        Ready for :func:`solve_pypsa`, ``export_to_netcdf`` and ``export_to_csv_folder``.

    Raises
    ------
    OutputError
        If PyPSA is not installed, or the case has parts that a network cannot say; with all of them.
    """
    if lacking := not_carried(case):
        told = "; ".join(f"{part} ({CANNOT[part]})" for part in lacking)
        raise OutputError(f"a PyPSA network cannot say all of this case: {told}; export the scenario without")
    network = _pypsa().Network(name=name)
    network.set_snapshots(pd.DatetimeIndex(list(case.timeline.starts), name="snapshot"))
    hours = case.timeline.days * HOURS_PER_DAY
    for column in ("objective", "generators", "stores"):
        network.snapshot_weightings[column] = hours
    for part in (_places, _supply, _pipelines, _lng, _storage, _demand):
        part(network, case)
    network.meta = {META: {"about": _WHERE_ROWS_ARE, **rows_beyond_pypsa(case)}}
    return network


def write_network(network: Any, target: Path) -> Path:
    """Write a network that is made: one netCDF file if ``target`` ends in ``.nc``, else a folder of CSV files.

    Raises
    ------
    OutputError
        If the place cannot be written to.
    """
    if target.suffix == ".nc":
        with replacing_file(target) as part:
            _in_order(network.export_to_netcdf()).to_netcdf(str(part))
        return target
    with Workplace(target) as work:
        try:
            network.export_to_csv_folder(str(work.path / "new"))
            work.publish({file: target / file.name for file in sorted((work.path / "new").iterdir())})
        except OSError as error:
            raise OutputError(f"the PyPSA network cannot be written to {target}: {reason(error)}") from error
    return target


def _in_order(dataset: Any) -> Any:
    """The data set of a network with its parts by name: PyPSA's own order differs from process to process."""
    made = import_module("xarray").Dataset(coords={name: dataset.coords[name] for name in sorted(dataset.coords)})
    for name in sorted(dataset.data_vars):
        made[name] = dataset[name]
    return made.assign_attrs({name: dataset.attrs[name] for name in sorted(dataset.attrs)})


def solve_pypsa(network: Any, solver_name: str = "highs", **options: Any) -> float:
    """Least cost of an exported network in EUR, with the rows PyPSA has no component for.

    Parameters
    ----------
    network : pypsa.Network
        From :func:`to_pypsa`, or read back from a file; its solution is stored in it as after ``network.optimize``.
    solver_name : str
        Any solver linopy knows.
    **options
        Passed on to ``network.optimize``.

    Raises
    ------
    SolveError
        If the solver reports anything but an optimum.
    """
    status, condition = network.optimize(
        extra_functionality=add_constraints, solver_name=solver_name, include_objective_constant=False, **options
    )
    if (status, condition) != ("ok", "optimal"):
        raise SolveError(f"PyPSA reports '{status}', '{condition}' for the network '{network.name}'")
    return float(network.objective)


def _pypsa() -> ModuleType:
    try:
        return import_module("pypsa")
    except ImportError as error:
        raise OutputError(f'PyPSA is missing ({error}); install it with: pip install "energy-model[pypsa]"') from error


def _add(network: Any, component: str, names: Iterable[str], **attributes: Any) -> None:
    """Add components; an array of shape (names, T) becomes a time series, unless it is the same in every period."""
    index = pd.Index(list(names), dtype=object)
    if not len(index):
        return
    given = {}
    for key, values in attributes.items():
        array = np.asarray(values)
        if array.ndim == 2:
            flat = bool((array == array[:, :1]).all())
            given[key] = array[:, 0] if flat else pd.DataFrame(array.T, index=network.snapshots, columns=index)
        else:
            given[key] = values
    network.add(component, index, **given)


def _rated(rate_gwh_per_day: np.ndarray, minimum: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Nominal power, its availability and what must run of it in each period, for rates of shape (assets, T)."""
    most = rate_gwh_per_day.max(axis=1, initial=0.0)

    def of_most(rate: np.ndarray) -> np.ndarray:
        return np.asarray(np.divide(rate, most[:, None], out=np.zeros_like(rate), where=most[:, None] > 0.0))

    shares = {"p_max_pu": of_most(rate_gwh_per_day)}
    if minimum is not None and minimum.any():
        shares["p_min_pu"] = of_most(minimum)
    return {"p_nom": most * MW_PER_GWH_PER_DAY, **shares}


def _places(network: Any, case: Case) -> None:
    """A bus per node; per exporter a quay, per importing market the tanks that its terminals empty."""
    for carrier in ("gas", LNG, "voluntary reduction", "curtailment", "stored gas"):
        network.add("Carrier", carrier)
    _add(network, "Bus", case.nodes, carrier="gas")
    _add(network, "Bus", [_quay(exporter) for exporter in sorted(set(case.lng.exporter))], carrier=LNG)
    landed = sorted({*case.nodes[case.lng.terminal_node], *case.nodes[case.lng.route_node]})
    _add(network, "Bus", [_tanks(node) for node in landed], carrier=LNG)


def _quay(exporter: str) -> str:
    return f"quay {exporter}"


def _tanks(node: str) -> str:
    return f"tanks {node}"


def _supply(network: Any, case: Case) -> None:
    steps = case.supply
    _add(
        network, "Generator", supply_steps(case), bus=case.nodes[steps.node], carrier="gas",
        marginal_cost=steps.cost + steps.tie_break, e_sum_max=e_sum_max(steps), **_rated(steps.rate),
    )  # fmt: skip


def _pipelines(network: Any, case: Case) -> None:
    lines = case.pipelines
    _add(
        network, "Link", lines.id, bus0=case.nodes[lines.from_node], bus1=case.nodes[lines.to_node], carrier="gas",
        efficiency=1.0 - lines.loss_share, marginal_cost=lines.cost + lines.duty + lines.tie_break,
        **_rated(lines.capacity, lines.minimum),
    )  # fmt: skip


def _lng(network: Any, case: Case) -> None:
    """Steps at quays, ships to tanks, terminals to the grid; the limit on Europe's LNG is a global constraint."""
    lng, nodes = case.lng, case.nodes
    if not len(lng.exporter):
        return
    _add(
        network, "Generator", lng_steps(case), bus=[_quay(x) for x in lng.exporter], carrier=LNG,
        marginal_cost=lng.cost + lng.tie_break, e_sum_max=e_sum_max(lng), **_rated(lng.rate),
    )  # fmt: skip
    offered = np.array([lng.rate[lng.exporter == x].sum(axis=0) for x in lng.route_exporter]).reshape(
        -1, lng.rate.shape[1]
    )
    ships = [f"ship {x} to {n}" for x, n in zip(lng.route_exporter, nodes[lng.route_node], strict=True)]
    _add(
        network, "Link", ships, bus0=[_quay(x) for x in lng.route_exporter],
        bus1=[_tanks(n) for n in nodes[lng.route_node]], carrier=LNG,
        marginal_cost=lng.route_cost + lng.route_tie_break,
        **_rated(np.minimum(lng.route_open, offered)),
    )  # fmt: skip
    _add(
        network, "Link", [f"terminal {q}" for q in lng.terminal], bus0=[_tanks(n) for n in nodes[lng.terminal_node]],
        bus1=nodes[lng.terminal_node], carrier=LNG, **_rated(lng.sendout, lng.sendout_minimum),
    )  # fmt: skip
    network.add(
        "GlobalConstraint", "LNG Europe attracts", type="operational_limit", carrier_attribute=LNG, sense="<=",
        constant=float(lng.europe_limit.sum()) * MWH_PER_GWH,
    )  # fmt: skip


def _storage(network: Any, case: Case) -> None:
    stock = case.storage
    inside = [f"inside {s}" for s in stock.id]
    _add(network, "Bus", inside, carrier="stored gas")
    least = np.minimum(stock.initial, stock.working_gas)
    usable = np.maximum(stock.working_gas[:, None] * stock.usable, least[:, None])
    full = np.where(stock.working_gas > 0.0, stock.working_gas, 1.0)
    _add(
        network, "Store", stock.id, bus=inside, carrier="stored gas", e_nom=stock.working_gas * MWH_PER_GWH,
        e_max_pu=usable / full[:, None],
        e_initial=stock.initial * MWH_PER_GWH, marginal_cost_storage=stock.holding_cost / HOURS_PER_DAY,
    )  # fmt: skip
    _add(
        network, "Link", [f"inject {s}" for s in stock.id], bus0=case.nodes[stock.node], bus1=inside,
        carrier="stored gas", efficiency=1.0 - stock.cycle_loss_share, marginal_cost=stock.injection_cost,
        **_rated(stock.injection),
    )  # fmt: skip
    _add(
        network, "Link", [f"withdraw {s}" for s in stock.id], bus0=inside, bus1=case.nodes[stock.node],
        carrier="stored gas", **_rated(stock.withdrawal),
        marginal_cost=stock.withdrawal_cost + stock.tie_break,
    )  # fmt: skip


def _demand(network: Any, case: Case) -> None:
    """Loads by sector; what leaves by itself and what is cut are generators at the same bus."""
    demand, periods = case.demand, len(case.timeline)
    markets = np.flatnonzero(case.is_market)
    codes = case.nodes[markets]
    rate = demand.rate[markets]
    load = (rate * MW_PER_GWH_PER_DAY).reshape(-1, periods)
    names = [f"{node} {sector}" for node in codes for sector in demand.sectors]
    _add(network, "Load", names, bus=np.repeat(codes, len(demand.sectors)), p_set=load)
    gives = demand.voluntary_share[markets] * rate[:, demand.voluntary_sector]
    _add(
        network, "Generator", [f"{node} saves {step}" for node in codes for step in demand.voluntary_name],
        bus=np.repeat(codes, gives.shape[1]), carrier="voluntary reduction",
        marginal_cost=np.tile(demand.voluntary_cost, len(codes)), **_rated(gives.reshape(-1, periods)),
    )  # fmt: skip
    left = rate.copy()
    for step, sector in enumerate(demand.voluntary_sector):
        left[:, sector] -= gives[:, step]
    left = np.maximum(left, 0.0)
    tier = np.repeat(np.arange(len(demand.tier_slices)), demand.tier_slices)
    number = np.concatenate([np.arange(count) for count in demand.tier_slices])
    of = demand.tier_slices[tier]
    width = left[:, demand.tier_sector[tier]] * (demand.tier_share[tier] / of)[:, None]
    slices = [f"{demand.tier_name[i]} {k + 1}/{count}" for i, k, count in zip(tier, number, of, strict=True)]
    _add(
        network, "Generator", [f"{node} cut {label}" for node in codes for label in slices],
        bus=np.repeat(codes, len(tier)), carrier="curtailment",
        marginal_cost=np.tile(demand.tier_cost[tier] + demand.slice_slope * (number + 0.5) / of, len(codes)),
        **_rated(width.reshape(-1, periods)),
    )  # fmt: skip
