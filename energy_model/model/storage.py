"""Underground storage: working gas volume, injection and withdrawal, level-dependent rates, filling targets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyomo.core as pyo

from energy_model.lp import ArrayParam, LateScalarParam, LazyModel
from energy_model.model import pyomo_units as u
from energy_model.model.feature import BalanceTerm, CostTerm, Feature, Rows, Values, Variable, at_nodes
from energy_model.scenario.case import Case

LEVEL = Variable("level", "S, T0", u.GWH, "Gas in store at a boundary between periods")
INJECTION = Variable("injection", "S, T", u.GWH_PER_DAY, "Injection rate")
WITHDRAWAL = Variable("withdrawal", "S, T", u.GWH_PER_DAY, "Withdrawal rate")
MISSING = Variable("missing", "G", u.GWH, "Gas that a target lacks")
CARRIED = Rows("storage_level", "S, T", "Gas in store carried from period to period", "change of stock")
CURVES = {
    rate: Rows(f"{rate}_curve", f"{rate}_lines, T", f"Highest {rate} at a level")
    for rate in ("withdrawal", "injection")
}
TARGET = Rows("filling_target", "G", "Filling target", "total")


def _operation(case: Case, values: Values) -> dict[str, float]:
    stock, days = case.storage, case.timeline.days
    into, out = values["injection"] @ days, (values["withdrawal"] * stock.withdrawal_cost) @ days
    return {"storage operation": into.sum() * stock.injection_cost + out.sum()}


def _interest(case: Case, values: Values) -> dict[str, float]:
    return {"interest on stored gas": (values["level"][:, 1:] @ case.timeline.days).sum() * case.storage.holding_cost}


def _missed(case: Case, values: Values) -> dict[str, float]:
    penalties = np.array([target.penalty_eur_per_mwh for target in case.storage.targets])
    return {"missed filling targets": float(np.atleast_1d(values["missing"]) @ penalties)}


FEATURE = Feature(
    part="storage",
    variables=(LEVEL, INJECTION, WITHDRAWAL, MISSING),
    rows=(CARRIED, *CURVES.values(), TARGET),
    balance=(
        BalanceTerm(
            "withdrawal",
            "withdrawal",
            "enters",
            rule=lambda m, n, t: sum(m.withdrawal[s, t] for s in m.storages_at[n]),
            amount=lambda case, values: at_nodes(case, case.storage.node, values["withdrawal"]),
        ),
        BalanceTerm(
            "injection",
            "injection",
            "leaves",
            rule=lambda m, n, t: sum(m.injection[s, t] for s in m.storages_at[n]),
            amount=lambda case, values: at_nodes(case, case.storage.node, values["injection"]),
        ),
    ),
    costs=(
        CostTerm(
            "withdrawal",
            rule=lambda m: sum(
                m.days[t] * (m.injection_cost * m.injection[s, t] + m.withdrawal_cost[s, t] * m.withdrawal[s, t])
                for s in m.S
                for t in m.T
            ),
            amounts=_operation,
            tie_break=lambda case: case.storage.tie_break,
        ),
        CostTerm(
            "level",
            rule=lambda m: sum(m.holding_cost[t] * m.level[s, t] for s in m.S for t in m.T),
            amounts=_interest,
        ),
        CostTerm("missing", rule=lambda m: sum(m.target_penalty[g] * m.missing[g] for g in m.G), amounts=_missed),
    ),
)


def add(m: LazyModel, case: Case) -> None:
    """Declare stocks, rates, curves and targets, and their terms in balance and cost."""
    stock = case.storage
    m.S = pyo.Set(initialize=stock.id.tolist(), doc="Storages")
    m.storages_at = pyo.Set(
        m.N,
        within=m.S,
        doc="Storages of a market",
        initialize={node: stock.id[stock.node == n].tolist() for n, node in enumerate(case.nodes)},
    )
    put_numbers(m, case)
    _add_scalars(m, case)
    LEVEL.declare(m, bounds=lambda m, s, t: (m.level_low[s, t], m.level_high[s, t]))
    INJECTION.declare(m, bounds=lambda m, s, t: (0, m.injection_rate[s, t]))
    WITHDRAWAL.declare(m, bounds=lambda m, s, t: (0, m.withdrawal_rate[s, t]))

    @CARRIED.declare(m)
    def storage_level(m: LazyModel, s: str, t: int) -> object:
        r"""Gas moves between periods only through storage; a cycle loses a little.

        .. math:: l_{s,t} = l_{s,t-1} + h_t\,((1-\lambda)\, i_{s,t} - w_{s,t})
        """
        return m.level[s, t] == m.level[s, t - 1] + m.days[t] * (
            m.injection_yield * m.injection[s, t] - m.withdrawal[s, t]
        )

    _add_curves(m, case)
    _add_targets(m, case)
    FEATURE.register(m)


def put_numbers(m: LazyModel, case: Case) -> None:
    """Declare the numbers, or renew them; losses, curves and targets stay."""
    stock, count = case.storage, len(case.timeline)
    low = np.zeros((len(stock.id), count + 1))
    high = np.repeat(stock.working_gas[:, None], count + 1, axis=1)
    high[:, 1:] = np.maximum(high[:, 1:] * stock.usable, np.minimum(stock.initial, stock.working_gas)[:, None])
    low[:, 0] = high[:, 0] = stock.initial
    m.level_low = ArrayParam(m.S, m.T0, values=low, units=u.GWH, doc="Lowest level; the first is given")
    m.level_high = ArrayParam(m.S, m.T0, values=high, units=u.GWH, doc="Usable working gas; the first is given")
    m.working_gas = ArrayParam(m.S, values=stock.working_gas, units=u.GWH, doc="Working gas volume")
    m.injection_rate = ArrayParam(m.S, m.T, values=stock.injection, units=u.GWH_PER_DAY, doc="Injection capacity")
    m.withdrawal_rate = ArrayParam(m.S, m.T, values=stock.withdrawal, units=u.GWH_PER_DAY, doc="Withdrawal capacity")
    m.withdrawal_cost = ArrayParam(
        m.S, m.T, values=stock.withdrawal_cost + stock.tie_break, units=u.EUR_PER_MWH, doc="Cost of withdrawal"
    )
    m.holding_cost = ArrayParam(
        m.T, values=stock.holding_cost * case.timeline.days, units=u.EUR_PER_MWH, doc="Interest on gas held a period"
    )


def _add_scalars(m: LazyModel, case: Case) -> None:
    stock = case.storage
    m.injection_yield = LateScalarParam(
        initialize=1.0 - stock.cycle_loss_share, units=u.SHARE, doc="Share kept in a cycle"
    )
    m.injection_cost = LateScalarParam(initialize=stock.injection_cost, units=u.EUR_PER_MWH, doc="Cost of injection")


def _add_curves(m: LazyModel, case: Case) -> None:
    """Rates fall with the level: each straight line of a concave curve is a row."""
    stock = case.storage
    for kind, rate, column in (
        ("withdrawal", "withdrawal_rate", "withdrawal"),
        ("injection", "injection_rate", "injection"),
    ):
        mine = stock.curve_kind == kind
        owners = stock.id[stock.curve_storage[mine]]
        number = [int((owners[:i] == owner).sum()) for i, owner in enumerate(owners)]
        lines = list(zip(owners.tolist(), number, strict=True))
        index = pyo.Set(dimen=2, initialize=lines, doc=f"Lines of the {kind} curves: storage, number")
        setattr(m, f"{kind}_lines", index)
        for part, values, meaning in (
            ("intercept", stock.curve_intercept, "Share of the rate left by a line when empty"),
            ("slope", stock.curve_slope, "Share of the rate that a line gains from empty to full"),
        ):
            number_of = ArrayParam(index, values=values[mine], units=u.SHARE, doc=f"{meaning}, {kind}")
            setattr(m, f"{kind}_{part}", number_of)
        CURVES[kind].declare(m)(_curve_rule(kind, rate, column))


def _curve_rule(kind: str, rate: str, column: str) -> Callable[..., object]:
    def rule(m: LazyModel, s: str, k: int, t: int) -> object:
        r"""A rate is at most its capacity times a straight line in the level at the start of the period.

        .. math:: w_{s,t}\ \text{or}\ i_{s,t} \le R_{s,t}\,(a_{s,k} + b_{s,k}\, l_{s,t-1} / G_s)
        """
        capacity = getattr(m, rate)[s, t]
        intercept, slope = getattr(m, f"{kind}_intercept")[s, k], getattr(m, f"{kind}_slope")[s, k]
        return (
            getattr(m, column)[s, t] <= capacity * intercept + capacity * slope / m.working_gas[s] * m.level[s, t - 1]
        )

    return rule


def _add_targets(m: LazyModel, case: Case) -> None:
    """Filling targets can be missed at a price, so that no case is infeasible."""
    targets = case.storage.targets
    ids = case.storage.id
    names = [target.name for target in targets]
    at = [case.timeline.boundary_at(target.date) for target in targets]
    points = {target.name: [(ids[s], b) for s in target.storages] for target, b in zip(targets, at, strict=True)}
    m.G = pyo.Set(initialize=names, doc="Filling targets")
    m.levels_of = pyo.Set(m.G, dimen=2, initialize=points, doc="Storage and boundary a target looks at")
    m.target_level = ArrayParam(m.G, values=np.array([t.level_gwh for t in targets]), units=u.GWH, doc="Level to reach")
    m.target_penalty = ArrayParam(
        m.G,
        values=np.array([t.penalty_eur_per_mwh for t in targets]),
        units=u.EUR_PER_MWH,
        doc="Price of missing it",
    )
    MISSING.declare(m)

    @TARGET.declare(m)
    def filling_target(m: LazyModel, g: str) -> object:
        r"""The level, or a shortfall that has a price, reaches the target.

        .. math:: \sum_{s \in S_g} l_{s,t(g)} + z_g \ge F_g
        """
        return sum(m.level[s, b] for (s, b) in m.levels_of[g]) + m.missing[g] >= m.target_level[g]
