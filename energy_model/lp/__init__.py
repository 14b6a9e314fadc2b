"""Pyomo models at the speed of arrays: compile, solve with HiGHS, solve again with other numbers.

This package stands on its own: it needs Pyomo, numpy, scipy and highspy, and imports nothing else of the project.
Names are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .array_param import ArrayParam
    from .certificate import Certificate, certify
    from .compile import Compiler, compile_model
    from .components import LazyModel
    from .errors import CompilerError, SolveError, StoppedError
    from .highs import LiveModel, Solution, solve
    from .late_units import LateScalarParam, LateUnit, give_unit
    from .matrix import Block, Matrix

_HOME = {
    "ArrayParam": "array_param",
    "Block": "matrix",
    "Certificate": "certificate",
    "Compiler": "compile",
    "CompilerError": "errors",
    "LateScalarParam": "late_units",
    "LateUnit": "late_units",
    "LazyModel": "components",
    "LiveModel": "highs",
    "Matrix": "matrix",
    "Solution": "highs",
    "SolveError": "errors",
    "StoppedError": "errors",
    "certify": "certificate",
    "compile_model": "compile",
    "give_unit": "late_units",
    "solve": "highs",
}

__all__ = [
    "ArrayParam",
    "Block",
    "Certificate",
    "Compiler",
    "CompilerError",
    "LateScalarParam",
    "LateUnit",
    "LazyModel",
    "LiveModel",
    "Matrix",
    "Solution",
    "SolveError",
    "StoppedError",
    "certify",
    "compile_model",
    "give_unit",
    "solve",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
