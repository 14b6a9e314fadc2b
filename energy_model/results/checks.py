"""Numbers of a run that must be 0, computed anew from its tables."""

from __future__ import annotations

from energy_model.results.known import once
from energy_model.results.routes import route_volumes
from energy_model.results.run import Results
from energy_model.results.substitution import period_ledger, whole_model
from energy_model.units import show_energy

DUST = 1e-7
"""A smaller number is the solver's rounding and is shown as 0."""
CHECKS: tuple[tuple[str, float], ...] = (
    ("Plans that are not optimal (number)", 0.0),
    ("Largest duality gap (share)", 1e-6),
    ("Largest balance residual (share of throughput)", 1e-6),
    ("Costs less objective (share)", 1e-6),
    ("Demand less served, reduced, cut (TWh)", 1e-6),
    ("LNG shipped less sent out (TWh)", 1e-4),
    ("Routes less sales of the seller in focus (TWh)", 1e-4),
    ("Balance of the whole model (TWh)", 1e-6),
)
"""Checks on the results of each run, with what is still rounding."""


def run_checks(run: Results) -> dict[str, float]:
    """Numbers that must be 0 for a run, by the names in :data:`CHECKS`."""
    return dict(once(run, "checks", lambda: _checked(run)))


def _checked(run: Results) -> dict[str, float]:
    balance, costs, demand = run["balance"], run["costs"], run["demand"]
    uses = balance.filter(regex="^(demand|pipeline_out|injection)").sum(axis=1).clip(lower=1.0)
    sold = run["supply"].loc[run["supply"]["supplier"] == run.labels.focus.supplier, "energy_gwh"].sum()
    met = demand[["served_gwh", "voluntary_gwh", "curtailed_gwh"]].sum(axis=1)
    whole = period_ledger(run, whole_model(run))
    values = (
        float(sum(stage.status != "optimal" for stage in run.stages)),
        max(abs(stage.relative_gap) for stage in run.stages),
        float((balance["residual_gwh_per_day"].abs() / uses).max()),
        float(abs(costs["cost_eur"].sum() / run.objective_eur - 1.0)) if run.objective_eur else 0.0,
        float(show_energy((demand["demand_gwh"] - met).abs().sum())),
        float(show_energy(run["lng"]["energy_gwh"].sum() - run["sendout"]["energy_gwh"].sum())),
        float(show_energy(route_volumes(run)["energy_gwh"].sum() - sold)),
        float(show_energy(whole["energy_gwh"].sum())),
    )
    return {name: 0.0 if abs(value) < DUST else value for (name, _), value in zip(CHECKS, values, strict=True)}


def failed(values: dict[str, float]) -> list[str]:
    """Names of the checks that a run does not pass."""
    return [name for name, limit in CHECKS if not abs(values[name]) <= limit]
