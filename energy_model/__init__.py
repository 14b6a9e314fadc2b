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
    "headlines": "results.headline",
    "library": "scenario.load",
    "load_data": "data.load",
    "load_scenario": "scenario.load",
    "run": "results.run",
    "save_results": "results.store",
    "study": "impact.study",
    "use_house_style": "report.style",
    "with_changes": "scenario.load",
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
    "headlines",
    "library",
    "load_data",
    "load_scenario",
    "run",
    "save_results",
    "study",
    "use_house_style",
    "with_changes",
    "write_workbook",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"energy_model.{_HOME[name]}"), name)
    raise AttributeError(f"module 'energy_model' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
