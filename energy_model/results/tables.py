"""A solved case as tidy tables. The balance closes or nothing is returned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

import numpy as np
import pandas as pd

from energy_model.errors import ResultError
from energy_model.model.build import BALANCE_TERMS, COST_TERMS, VARIABLES
from energy_model.model.demand import grouped_voluntary_width, slice_table, voluntary_groups, voluntary_width
from energy_model.plan.foresight import Solved
from energy_model.results.long_tables import long_table
from energy_model.results.plans import plan_table, value_table
from energy_model.results.world_tables import marginal_lng, world_buyers, world_exporters
from energy_model.scenario import Case
from energy_model.units import EUR_PER_KEUR, EUR_PER_MEUR

OWN_TABLES = tuple((one.name, one.table) for one in VARIABLES.values() if one.table is not None)
OF_PLANS = {"plans": plan_table, "stock_values": value_table}
"""Tables of rolling foresight only."""
BALANCE_TOLERANCE = 1e-6
"""Largest residual of a node's balance, as a share of its throughput (at least 1 GWh/d)."""
STORES = "stores"
"""Working gas volumes, which stand among the inputs of a run."""


def build_tables(solved: Solved) -> dict[str, pd.DataFrame]:
    """Every result table by name, long, units in the column names.

    Raises
    ------
    ResultError
        If a balance does not close to :data:`BALANCE_TOLERANCE` or the costs do not add up to the objective.
    """
    lazy = TablesOnDemand(solved)
    left_out = {STORES, *(() if solved.expected else OF_PLANS)}
    tables = {name: lazy[name] for name in _builders() if name not in left_out}
    _check_balance(tables["balance"])
    _check_costs(tables["costs"], solved)
    return tables


class TablesOnDemand(Mapping[str, pd.DataFrame]):
    """The same tables of a solved case, each built when it is first asked for; what nobody reads costs nothing."""

    def __init__(self, solved: Solved) -> None:
        self._solved = solved
        self._built: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._built:
            self._built[name] = _builders()[name](self._solved)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_builders())

    def __len__(self) -> int:
        return len(_builders())


@cache
def _builders() -> dict[str, Callable[[Solved], pd.DataFrame]]:
    return {
        "periods": lambda solved: solved.case.timeline.frame(),
        "flows": _flows,
        "supply": _supply,
        "lng": _lng,
        "sendout": _sendout,
        "storage": _storage,
        "targets": _targets,
        "demand": _demand,
        "curtailment": _curtailment,
        "prices": _prices,
        "contracts": _contracts,
        "balance": _balance,
        "costs": _costs,
        **{name: partial(_declared, name=name) for name in dict.fromkeys(table.name for _, table in OWN_TABLES)},
        "world_exporters": world_exporters,
        "world_buyers": world_buyers,
        "marginal_lng": marginal_lng,
        STORES: _stores,
        **OF_PLANS,
    }


def _declared(solved: Solved, name: str) -> pd.DataFrame:
    """The table that a feature declares for variables of its own; empty if the case has none of them."""
    mine = {variable: table for variable, table in OWN_TABLES if table.name == name}
    first, item = next((variable, table.item) for variable, table in mine.items())
    items = solved.matrix.columns[first].labels[0] if first in solved.values else ()
    none = np.zeros((0, len(solved.case.timeline)))
    rates = {table.column: solved.values.get(variable, none) for variable, table in mine.items()}
    return long_table({item: np.array(items, dtype=object), "period": _periods(solved)}, rates)


def _stores(solved: Solved) -> pd.DataFrame:
    stock = solved.case.storage
    return pd.DataFrame({"storage": stock.id, "working_gas_volume_gwh": stock.working_gas})


def _periods(solved: Solved) -> np.ndarray:
    return np.arange(1, len(solved.case.timeline) + 1)


def _flows(solved: Solved) -> pd.DataFrame:
    lines, days = solved.case.pipelines, solved.case.timeline.days
    flow = solved.values["flow"]
    table = long_table(
        {"pipeline": lines.id, "period": _periods(solved)},
        {
            "flow_gwh_per_day": flow,
            "energy_gwh": flow * days,
            "arrived_gwh": flow * (1.0 - lines.loss_share)[:, None] * days,
            "capacity_gwh_per_day": lines.capacity,
            "capacity_value_eur_per_mwh": np.maximum(0.0, -solved.reduced_costs["flow"] / days),
        },
    )
    nodes = solved.case.nodes
    repeat = len(days)
    table.insert(1, "route", pd.Categorical(lines.route).repeat(repeat))
    table.insert(2, "from_node", pd.Categorical(nodes[lines.from_node]).repeat(repeat))
    table.insert(3, "to_node", pd.Categorical(nodes[lines.to_node]).repeat(repeat))
    return table


def _supply(solved: Solved) -> pd.DataFrame:
    steps, days = solved.case.supply, solved.case.timeline.days
    taken = solved.values["supply"]
    labels = [f"{who}:{step}" for who, step in zip(steps.supplier, steps.step, strict=True)]
    table = long_table(
        {"supply_step": labels, "period": _periods(solved)},
        {"rate_gwh_per_day": taken, "energy_gwh": taken * days, "offered_gwh_per_day": steps.rate,
         "cost_eur_per_mwh": steps.cost},
    )  # fmt: skip
    table.insert(0, "supplier", pd.Categorical(steps.supplier).repeat(len(days)))
    table.insert(1, "node", pd.Categorical(solved.case.nodes[steps.node]).repeat(len(days)))
    return table


def _lng(solved: Solved) -> pd.DataFrame:
    lng, days = solved.case.lng, solved.case.timeline.days
    cargo = solved.values["cargo"]
    labels = [f"{x}>{n}" for x, n in zip(lng.route_exporter, solved.case.nodes[lng.route_node], strict=True)]
    table = long_table(
        {"sea_route": labels, "period": _periods(solved)},
        {"rate_gwh_per_day": cargo, "energy_gwh": cargo * days, "freight_eur_per_mwh": lng.route_cost},
    )
    table.insert(0, "exporter", pd.Categorical(lng.route_exporter).repeat(len(days)))
    table.insert(1, "node", pd.Categorical(solved.case.nodes[lng.route_node]).repeat(len(days)))
    return table


def _sendout(solved: Solved) -> pd.DataFrame:
    lng, days = solved.case.lng, solved.case.timeline.days
    table = long_table(
        {"terminal": lng.terminal, "period": _periods(solved)},
        {"sendout_gwh_per_day": solved.values["sendout"], "energy_gwh": solved.values["sendout"] * days,
         "capacity_gwh_per_day": lng.sendout},
    )  # fmt: skip
    table.insert(1, "node", pd.Categorical(solved.case.nodes[lng.terminal_node]).repeat(len(days)))
    return table


def _storage(solved: Solved) -> pd.DataFrame:
    stock, count = solved.case.storage, len(solved.case.timeline)
    level = solved.values["level"]
    table = long_table(
        {"storage": stock.id, "period": _periods(solved)},
        {
            "level_gwh": level[:, 1:],
            "fill_share": level[:, 1:] / np.maximum(stock.working_gas, 1e-9)[:, None],
            "level_at_start_gwh": level[:, :-1],
            "injection_gwh_per_day": solved.values["injection"],
            "withdrawal_gwh_per_day": solved.values["withdrawal"],
        },
    )
    table.insert(1, "node", pd.Categorical(solved.case.nodes[stock.node]).repeat(count))
    return table


def _targets(solved: Solved) -> pd.DataFrame:
    stock = solved.case.storage
    missing = np.atleast_1d(solved.values["missing"])
    return pd.DataFrame(
        [
            {
                "target": target.name,
                "kind": target.kind,
                "node": solved.case.nodes[stock.node[target.storages[0]]],
                "date": pd.Timestamp(target.date),
                "target_gwh": target.level_gwh,
                "missing_gwh": float(short),
                "target_fill_share": target.level_gwh
                / max(float(stock.working_gas[list(target.storages)].sum()), 1e-9),
            }
            for target, short in zip(stock.targets, missing, strict=True)
        ]
    )


def by_sector(
    case: Case, voluntary_steps: np.ndarray, curtailment: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Demand, voluntary reduction and curtailment in GWh/d, each of shape (markets, J, T).

    Parameters
    ----------
    voluntary_steps, curtailment : ndarray
        Values of the columns ``voluntary`` and ``curtailment``, GWh/d.
    """
    rate = case.demand.rate[case.is_market]
    voluntary, curtailed = np.zeros_like(rate), np.zeros_like(rate)
    width, total = voluntary_width(case), grouped_voluntary_width(case)
    _, group = voluntary_groups(case.demand)
    used = np.divide(voluntary_steps, total, out=np.zeros_like(total), where=total > 0.0)
    np.add.at(voluntary.swapaxes(0, 1), case.demand.voluntary_sector, (used[:, group] * width).swapaxes(0, 1))
    slice_sector = case.demand.tier_sector[slice_table(case.demand).tier]
    np.add.at(curtailed.swapaxes(0, 1), slice_sector, curtailment.swapaxes(0, 1))
    return rate, voluntary, curtailed


def _demand(solved: Solved) -> pd.DataFrame:
    case, days = solved.case, solved.case.timeline.days
    rate, voluntary, curtailed = by_sector(case, solved.values["voluntary"], solved.values["curtailment"])
    return long_table(
        {"node": case.nodes[case.is_market], "sector": case.demand.sectors, "period": _periods(solved)},
        {
            "demand_gwh": rate * days,
            "served_gwh": (rate - voluntary - curtailed) * days,
            "voluntary_gwh": voluntary * days,
            "curtailed_gwh": curtailed * days,
        },
    )


def _curtailment(solved: Solved) -> pd.DataFrame:
    """Curtailment by tier: protected and unprotected customers apart."""
    case, days = solved.case, solved.case.timeline.days
    first = np.concatenate([[0], np.cumsum(case.demand.tier_slices)[:-1]])
    by_tier = np.add.reduceat(solved.values["curtailment"], first, axis=1) * days
    tiers = len(case.demand.tier_name)
    table = long_table(
        {"node": case.nodes[case.is_market], "tier": case.demand.tier_name, "period": _periods(solved)},
        {"curtailed_gwh": by_tier},
    )
    repeat = np.tile(np.repeat(np.arange(tiers), len(days)), int(case.is_market.sum()))
    table.insert(2, "sector", pd.Categorical(np.array(case.demand.sectors)[case.demand.tier_sector])[repeat])
    table.insert(3, "is_protected", case.demand.tier_is_protected[repeat])
    return table


def _prices(solved: Solved) -> pd.DataFrame:
    price = solved.duals["balance"] / solved.case.timeline.days
    table = long_table({"node": solved.case.nodes, "period": _periods(solved)}, {"price_eur_per_mwh": price})
    return table[table["node"].isin(solved.case.nodes[solved.case.is_market])].reset_index(drop=True)


def _contracts(solved: Solved) -> pd.DataFrame:
    contracts = solved.case.contracts
    untaken = solved.values.get("untaken", np.zeros(0))
    return pd.DataFrame(
        {
            "contract": contracts.id,
            "supplier": contracts.supplier,
            "floor_gwh": contracts.floor,
            "untaken_gwh": np.atleast_1d(untaken)[: len(contracts.id)],
            "price_eur_per_mwh": contracts.price,
        }
    )


def _balance(solved: Solved) -> pd.DataFrame:
    """What enters and what leaves every node, term by term as the features declare them."""
    case, terms = solved.case, sorted(BALANCE_TERMS, key=lambda term: term.side == "leaves")
    amounts = {term: term.amount(case, solved.values) for term in terms if term.of in ("", *solved.values)}
    columns = {f"{term.name}_gwh_per_day": amount for term, amount in amounts.items()}
    signed = [amount if term.side == "enters" else -amount for term, amount in amounts.items()]
    columns["residual_gwh_per_day"] = np.sum(signed, axis=0)
    return long_table({"node": case.nodes, "period": _periods(solved)}, columns)


def _costs(solved: Solved) -> pd.DataFrame:
    """Cost by component, EUR, as the features declare it; with the tie-breaks the sum is the objective."""
    keur: dict[str, float] = {}
    for term in COST_TERMS:
        if term.of in solved.values:
            for component, amount in term.amounts(solved.case, solved.values).items():
                keur[component] = keur.get(component, 0.0) + float(amount)
    return pd.DataFrame({"component": list(keur), "cost_eur": [v * EUR_PER_KEUR for v in keur.values()]})


def tie_breaks(solved: Solved) -> float:
    """What the objective of a solved case holds of tie-breaks, thousand EUR: no cost of anybody."""
    days, values = solved.case.timeline.days, solved.values
    total = 0.0
    for term in COST_TERMS:
        if term.tie_break is not None and term.of in values:
            total += float(((values[term.of] * term.tie_break(solved.case)) @ days).sum())
    return total


def _check_balance(balance: pd.DataFrame) -> None:
    leaving = [f"{term.name}_gwh_per_day" for term in BALANCE_TERMS if term.side == "leaves"]
    size = balance[balance.columns.intersection(leaving)].sum(axis=1).clip(lower=1.0)
    worst = (balance["residual_gwh_per_day"].abs() / size).max()
    if not worst <= BALANCE_TOLERANCE:
        row = balance.loc[(balance["residual_gwh_per_day"].abs() / size).idxmax()]
        raise ResultError(
            f"the balance of {row['node']} in period {row['period']} misses {row['residual_gwh_per_day']:.3g} GWh/d, "
            f"more than {BALANCE_TOLERANCE:g} of its throughput; the solution is not used"
        )


def _check_costs(costs: pd.DataFrame, solved: Solved) -> None:
    total = costs["cost_eur"].sum() + tie_breaks(solved) * EUR_PER_KEUR
    stated = solved.objective_keur * EUR_PER_KEUR
    if not abs(total - stated) <= 1e-6 * max(abs(stated), EUR_PER_MEUR):
        raise ResultError(f"costs add up to {total:.6g} EUR but the objective says {stated:.6g} EUR")
