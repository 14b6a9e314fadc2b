"""Pyomo models at the speed of arrays: compile, solve with HiGHS, solve again with other numbers."""

from energy_model.lp.certificate import Certificate, certify
from energy_model.lp.compile import Compiler, compile_model
from energy_model.lp.components import ArrayParam, LazyModel
from energy_model.lp.highs import LiveModel, Solution, solve
from energy_model.lp.matrix import Block, Matrix

__all__ = [
    "ArrayParam",
    "Block",
    "Certificate",
    "Compiler",
    "LazyModel",
    "LiveModel",
    "Matrix",
    "Solution",
    "certify",
    "compile_model",
    "solve",
]
