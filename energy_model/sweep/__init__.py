"""Parameter sweeps: a plan of what varies, an engine that warm-starts each case from a similar one, a row for each."""

from energy_model.sweep.engine import Sweep, run_sweep
from energy_model.sweep.folder import read_plan, read_results
from energy_model.sweep.plan import Plan, load_plan

__all__ = ["Plan", "Sweep", "load_plan", "read_plan", "read_results", "run_sweep"]
