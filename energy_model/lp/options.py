"""Options of HiGHS, and when each of them serves."""

from __future__ import annotations

Option = bool | int | float | str

DUAL_SERIAL = 1
DUAL_TOLERANCE = 1e-9
"""Largest reduced cost of the wrong sign. Two plans that a tie-break tells apart by less both pass for the optimum, and
the way to it decides; with 1e-7 it does now and then."""

ALWAYS: dict[str, Option] = {
    "output_flag": False,
    # Two-thread simplex can take many times as long on a busy machine; runs in parallel each have their own solver.
    "threads": 1,
    "parallel": "off",
    "simplex_strategy": DUAL_SERIAL,
    "dual_feasibility_tolerance": DUAL_TOLERANCE,
}

NEAR_OPTIMUM: dict[str, Option] = {
    "dual_simplex_cost_perturbation_multiplier": 0.0,
    "simplex_scale_strategy": 0,
}
"""For a start near an optimum of costs that a tie-break tells apart. Perturbed costs lead away from it, and what is
optimal for them only is put right by primal simplex, which needs vectors of its own. Scales take as long to work out
as a dozen steps, and gain nothing where most coefficients lie between 0.01 and the days of a period."""
OTHERWISE: dict[str, Option] = {
    "dual_simplex_cost_perturbation_multiplier": 1.0,
    "simplex_dual_edge_weight_strategy": -1,
}
"""For a start from which the options above come to no end: a guessed basis may be so ill-conditioned that its prices
are a thousand million times too large, where the ratio test of the dual method gives up. Both are HiGHS's own."""
PRIMAL_SIMPLEX: dict[str, Option] = {"simplex_strategy": 4, "simplex_dual_edge_weight_strategy": 1}
"""Options for a start that meets all bounds and lacks little: primal simplex keeps it feasible. Where the dual method
takes over at the end, weights of steepest edge would take longer to work out than its few steps."""
