"""The toy network of the compiler's tests."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from energy_model.lp import ArrayParam, LazyModel

PERIODS = 4


def network(**overrides: float) -> LazyModel:
    """Three markets on two pipelines with one storage; curtailment in slices keeps it feasible."""
    numbers = {"demand": 6.0, "capacity": 5.0, "volume": 40.0, **overrides}
    m = LazyModel()
    m.N = pyo.Set(initialize=["DE", "CZ", "PL"])
    m.T = pyo.RangeSet(1, PERIODS)
    m.T0 = pyo.RangeSet(0, PERIODS)
    m.P = pyo.Set(initialize=["north", "south"])
    m.K = pyo.Set(dimen=2, initialize=[("RU", "DE"), ("RU", "PL"), ("NO", "DE")])
    m.I = pyo.RangeSet(1, 3)
    m.pipes_in = pyo.Set(m.N, within=m.P, initialize={"DE": [], "CZ": ["north", "south"], "PL": []})
    m.pipes_out = pyo.Set(m.N, within=m.P, initialize={"DE": ["north"], "CZ": [], "PL": ["south"]})
    m.sold_to = pyo.Set(m.N, dimen=2, initialize={"DE": [("RU", "DE"), ("NO", "DE")], "CZ": [], "PL": [("RU", "PL")]})
    m.days = ArrayParam(m.T, values=[7.0, 7.0, 7.0, 2.0])
    m.loss = ArrayParam(m.P, values={"north": 0.02}, default=0.0)
    m.demand = ArrayParam(m.N, m.T, values=numbers["demand"] * np.arange(1, 13).reshape(3, 4) / 6)
    m.volume = pyo.Param(m.K, initialize={("RU", "DE"): numbers["volume"], ("RU", "PL"): 30.0, ("NO", "DE"): 25.0})
    m.slice_cost = pyo.Param(m.I, initialize=lambda m, i: 100.0 * i)
    m.capacity = ArrayParam(m.P, values=numbers["capacity"])
    m.flow = pyo.Var(m.P, m.T, bounds=lambda m, p, t: (0, m.capacity[p]))
    m.supply = pyo.Var(m.K, m.T, domain=pyo.NonNegativeReals)
    m.level = pyo.Var(m.T0, bounds=(0, 12))
    m.curtailment = pyo.Var(m.N, m.I, m.T, bounds=lambda m, n, i, t: (0, m.demand[n, t] / 3))
    m.balance_terms = [
        lambda m, n, t: (
            sum((1 - m.loss[p]) * m.flow[p, t] for p in m.pipes_in[n]) - sum(m.flow[p, t] for p in m.pipes_out[n])
        ),
        lambda m, n, t: sum(m.supply[k, j, t] for k, j in m.sold_to[n]),
        lambda m, n, t: sum(m.curtailment[n, i, t] for i in m.I),
    ]

    @m.Constraint(m.N, m.T)
    def balance(m, n, t):
        return sum(term(m, n, t) for term in m.balance_terms) == m.demand[n, t]

    @m.Constraint(m.K)
    def volume_limit(m, k, n):
        return sum(m.days[t] * m.supply[k, n, t] for t in m.T) <= m.volume[k, n]

    @m.Constraint(m.T)
    def storage_level(m, t):
        return m.level[t] == m.level[t - 1] - m.days[t] * (m.flow["north", t] - 2) / 10

    @m.Objective()
    def cost(m):
        return sum(m.days[t] * m.slice_cost[i] * m.curtailment[n, i, t] for n in m.N for i in m.I for t in m.T) + sum(
            m.days[t] * 20.0 * m.supply[k, n, t] for k, n in m.K for t in m.T
        )

    m.level[0].fix(6.0)
    return m
