"""A gas-flow network model of Europe and its suppliers, for those who must answer "what if it stops?".

>>> import energy_model as em                              # doctest: +SKIP
>>> data = em.load_data()                                  # doctest: +SKIP
>>> results = em.run("reference", data)                    # doctest: +SKIP
>>> em.headlines(results)                                  # doctest: +SKIP

Names are loaded when first used, so that ``import energy_model`` and the command line's ``--help`` stay quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.2.0"

_HOME = {
    "Brief": "report.brief",
    "EnergyModelError": "errors",
    "GasData": "data.load",
    "Results": "results.run",
    "Scenario": "scenario.schema",
    "answer": "impact.questions",
    "brief": "report.brief",
    "compare": "results.compare",
    "coverage": "data.audit",
    "decide": "risk.decision",
    "decision_answer": "risk.answers",
    "find_plan": "sweep.plan",
    "headlines": "results.headline",
    "library": "scenario.load",
    "load_data": "data.load",
    "load_plan": "sweep.plan",
    "load_scenario": "scenario.load",
    "read_sample": "risk.folder",
    "reference_case": "validate.reference",
    "replay": "validate.replay.report",
    "risk_answers": "risk.answers",
    "run": "results.run",
    "run_sweep": "sweep.engine",
    "save_results": "results.store",
    "study": "impact.study",
    "use_house_style": "report.style",
    "what_if": "whatif",
    "with_changes": "scenario.load",
    "with_keys": "sweep.plan",
    "write_workbook": "report.workbook",
}

__all__ = [
    "Brief",
    "EnergyModelError",
    "GasData",
    "Results",
    "Scenario",
    "answer",
    "brief",
    "compare",
    "coverage",
    "decide",
    "decision_answer",
    "find_plan",
    "headlines",
    "library",
    "load_data",
    "load_plan",
    "load_scenario",
    "read_sample",
    "reference_case",
    "replay",
    "risk_answers",
    "run",
    "run_sweep",
    "save_results",
    "study",
    "use_house_style",
    "what_if",
    "with_changes",
    "with_keys",
    "write_workbook",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"energy_model.{_HOME[name]}"), name)
    raise AttributeError(f"module 'energy_model' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
