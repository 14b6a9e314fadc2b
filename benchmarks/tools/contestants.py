"""One function per tool: from a case to an objective, with the CPU seconds of each stage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from energy_model.scenario.case import Case


@dataclass
class Timed:
    """CPU seconds by stage, and the least cost in thousand EUR."""

    seconds: dict[str, float] = field(default_factory=dict)
    objective: float = np.nan

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside to a stage."""
        begin = time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begin


def this_project(case: Case) -> Timed:
    """Pyomo rules expanded as arrays, HiGHS by way of longer periods, certificate, result tables."""
    from energy_model.fast import optimum
    from energy_model.lp import compile_model
    from energy_model.model import build_model

    clock = Timed()
    with clock.stage("build"):
        matrix = compile_model(build_model(case))
    with clock.stage("solve"):  # the matrices of longer periods and all hand-overs are inside
        solution, _ = optimum(matrix, case, boundaries=())
    with clock.stage("read-back"):
        values = {name: matrix.values(solution.col_value, name) for name in matrix.columns}
        duals = {name: matrix.values(solution.row_dual, name) for name in matrix.rows}
        reduced = {name: matrix.values(solution.col_dual, name) for name in matrix.columns}
        _tables(case, matrix, solution, values, duals, reduced)
    clock.objective = solution.objective
    return clock


def _tables(case, matrix, solution, values, duals, reduced) -> None:  # type: ignore[no-untyped-def]
    from energy_model.plan.foresight import Solved
    from energy_model.results.tables import build_tables
    from energy_model.scenario import load_scenario

    scenario = load_scenario("full_cutoff_february")
    build_tables(Solved(scenario, case, values, duals, reduced, solution.objective, (), matrix, solution))


def highs_alone(case: Case) -> Timed:
    """HiGHS on ready arrays: what nobody can beat without another algorithm."""
    import highspy

    from energy_model.lp import compile_model
    from energy_model.model import build_model

    m = compile_model(build_model(case))
    clock, highs = Timed(), highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("simplex_strategy", 1), ("solver", "simplex")):
        highs.setOptionValue(option, value)
    with clock.stage("hand-over"):
        highs.passModel(
            m.n_columns, m.n_rows, m.value.size, 1, 1, m.cost_offset, m.cost, m.col_lower, m.col_upper, m.row_lower,
            m.row_upper, m.start, m.index, m.value, np.zeros(m.n_columns, dtype=np.int32),
        )  # fmt: skip
    with clock.stage("solve"):
        highs.run()
    with clock.stage("read-back"):
        np.array(highs.getSolution().col_value)
    clock.objective = highs.getInfo().objective_function_value
    return clock


def pyomo_appsi(case: Case) -> Timed:
    """The same rules, row by row, through Pyomo's persistent interface to HiGHS."""
    return _pyomo(case, "appsi_highs", {})


def pyomo_contrib(case: Case) -> Timed:
    """The same rules, row by row, through Pyomo's new solver interface."""
    return _pyomo(case, "highs", {})


def _pyomo(case: Case, solver: str, options: dict[str, object]) -> Timed:
    import pyomo.environ as pyo
    from pyomo.contrib.solver.common.factory import SolverFactory as NewFactory

    from energy_model.model import build_model

    clock = Timed()
    with clock.stage("build"):
        m = build_model(case)
        for kind in (pyo.Var, pyo.Constraint, pyo.Objective):
            for component in m.component_objects(kind):
                for _ in component.values():
                    pass
    factory = pyo.SolverFactory if solver == "appsi_highs" else NewFactory
    with clock.stage("solve"):  # hand-over is inside: the interface does not tell them apart
        factory(solver).solve(m, **options)
    with clock.stage("read-back"):
        {id(v): v.value for x in m.component_objects(pyo.Var) for v in x.values()}
    clock.objective = pyo.value(next(m.component_objects(pyo.Objective)))
    return clock


def linopy(case: Case) -> Timed:
    """Labelled arrays, handed to HiGHS in memory."""
    import highspy  # noqa: F401 - before the clock, as by all others

    from tools.linopy_model import build

    clock = Timed()
    with clock.stage("build"):
        m = build(case)
    with clock.stage("solve"):  # hand-over is inside
        m.solve("highs", io_api="direct", output_flag=False, threads=1, solver="simplex")
    with clock.stage("read-back"):
        m.solution.load()
    clock.objective = float(m.objective.value)
    return clock


def pypsa(case: Case) -> Timed:
    """Buses, links, stores and generators; what PyPSA has no component for as rows of its linopy model."""
    import highspy  # noqa: F401
    import linopy  # noqa: F401
    import pypsa  # noqa: F401 - a second and a half that was counted as building before

    from energy_model.report.pypsa_export import solve_pypsa, to_pypsa

    clock = Timed()
    with clock.stage("build"):
        network = to_pypsa(case)
    with clock.stage("solve"):  # building the linopy model, hand-over and read-back are inside
        eur = solve_pypsa(
            network, io_api="direct", solver_options={"output_flag": False, "threads": 1, "solver": "simplex"}
        )
    clock.objective = eur / 1e3
    return clock


def scipy(case: Case) -> Timed:
    """The matrix given to `scipy.optimize.linprog`; only its own conversion and HiGHS are counted."""
    from scipy.optimize import linprog
    from scipy.sparse import vstack

    from energy_model.lp import compile_model
    from energy_model.model import build_model

    m = compile_model(build_model(case))
    clock = Timed()
    with clock.stage("build"):
        rows = m.coefficients.tocsr()
        equal = m.row_lower == m.row_upper
        up, down = ~equal & np.isfinite(m.row_upper), ~equal & np.isfinite(m.row_lower)
        above = vstack([rows[up], -rows[down]]).tocsr()
        most = np.concatenate([m.row_upper[up], -m.row_lower[down]])
    with clock.stage("solve"):
        found = linprog(
            m.cost, above, most, rows[equal], m.row_upper[equal],
            np.column_stack([m.col_lower, m.col_upper]), method="highs-ds",
        )  # fmt: skip
    clock.objective = float(found.fun) + m.cost_offset
    return clock


def pyoptinterface(case: Case) -> Timed:
    """One call per variable and row, expressions by coordinates; built from the ready matrix, which flatters it."""
    import pyoptinterface as poi
    from pyoptinterface import highs

    from energy_model.lp import compile_model
    from energy_model.model import build_model

    m = compile_model(build_model(case))
    rows = m.coefficients.tocsr()
    clock = Timed()
    with clock.stage("build"):
        model = highs.Model()
        model.set_model_attribute(poi.ModelAttribute.Silent, True)
        model.set_raw_parameter("threads", 1)
        model.set_raw_parameter("solver", "simplex")
        bounds = zip(m.col_lower.tolist(), m.col_upper.tolist(), strict=True)
        x = [model.add_variable(lb=low, ub=high) for low, high in bounds]
        sides = zip(m.row_lower.tolist(), m.row_upper.tolist(), strict=True)
        start, index, value = rows.indptr.tolist(), rows.indices.tolist(), rows.data.tolist()
        for i, (low, high) in enumerate(sides):
            if start[i] == start[i + 1] or (low == -np.inf and high == np.inf):
                continue
            body = poi.ExprBuilder()
            for k in range(start[i], start[i + 1]):
                body.add_affine_term(x[index[k]], value[k])
            if low == high:
                model.add_linear_constraint(body, poi.ConstraintSense.Equal, low)
            elif high < np.inf:
                model.add_linear_constraint(body, poi.ConstraintSense.LessEqual, high)
            else:
                model.add_linear_constraint(body, poi.ConstraintSense.GreaterEqual, low)
        goal = poi.ExprBuilder()
        for j, c in enumerate(m.cost.tolist()):
            goal.add_affine_term(x[j], c)
        model.set_objective(goal, poi.ObjectiveSense.Minimize)
    with clock.stage("solve"):
        model.optimize()
    with clock.stage("read-back"):
        [model.get_value(v) for v in x]
    clock.objective = model.get_model_attribute(poi.ModelAttribute.ObjectiveValue) + m.cost_offset
    return clock


CONTESTANTS: dict[str, Callable[[Case], Timed]] = {
    "HiGHS on arrays": highs_alone,
    "this project": this_project,
    "Pyomo, appsi_highs": pyomo_appsi,
    "Pyomo, contrib.solver": pyomo_contrib,
    "linopy": linopy,
    "PyPSA": pypsa,
    "scipy linprog": scipy,
    "pyoptinterface": pyoptinterface,
}
