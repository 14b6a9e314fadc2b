"""Matrices of many cases that differ in their numbers: sets and rules are read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from energy_model.lp import Compiler, LazyModel, Matrix
from energy_model.lp.template import ONE_AT_A_TIME
from energy_model.model.build import FEATURES, build_model
from energy_model.scenario.arrays import numbers_of
from energy_model.scenario.case import Case

PARTS: Mapping[str, Any] = {module.FEATURE.part: module for module in FEATURES if module.FEATURE.part}
"""Part of a case to the module with its ``put_numbers``."""


class Recompiler:
    """Compiles cases one after the other; what the last one has in common with the next is kept.

    The matrix is the one that ``compile_model(build_model(case))`` gives, in a third of the time.
    """

    def __init__(self) -> None:
        self._case: Case | None = None
        self._model: LazyModel | None = None
        self._compiler: Compiler | None = None

    def matrix(self, case: Case) -> Matrix:
        """Compile a case.

        Raises
        ------
        SolveError
            As :func:`~energy_model.lp.compile_model` does.
        """
        before, self._case = self._case, None  # given back when all went well
        if self._compiler is None or self._model is None or before is None or not same_structure(before, case):
            self._model = build_model(case)
            self._compiler = Compiler(self._model)
        else:
            with ONE_AT_A_TIME:
                for part in PARTS.values():
                    part.put_numbers(self._model, case)
        matrix = self._compiler.matrix()
        self._case = case
        return matrix


def same_structure(one: Case, other: Case) -> bool:
    """Whether two cases differ in nothing but numbers that ``put_numbers`` renews.

    Cases with origins are never alike: that feature declares sets and numbers together.
    """
    if one.origins is not None or other.origins is not None:
        return False
    return all(
        _same_part(getattr(one, name), getattr(other, name))
        if name in PARTS
        else _equal(getattr(one, name), getattr(other, name))
        for name in (field.name for field in fields(Case))
        if name != "believed_on"
    )


def _same_part(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    numbers = numbers_of(type(one))
    return one is other or all(
        np.shape(getattr(one, name)) == np.shape(getattr(other, name))
        if name in numbers
        else _equal(getattr(one, name), getattr(other, name))
        for name in (field.name for field in fields(one) if field.compare)
    )


def _equal(one: Any, other: Any) -> bool:
    if one is other:
        return True
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else bool(one == other)
