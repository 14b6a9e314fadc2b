"""Acceleration behind one door: the optimum of a compiled case by way of smaller problems, or plainly.

:func:`optimum` is the door, with ``plain=True`` its inverse: one call of HiGHS with the full matrix. :class:`Chain`
solves many cases of one shape on a live solver, :class:`Tuning` holds every constant with its reason. Nothing else of
this package is for use outside. How it works is drawn in ``docs/fast.md``.
"""

from energy_model.fast.memory import give_back
from energy_model.fast.optimum import optimum
from energy_model.fast.start import Start
from energy_model.fast.tuning import TUNING, Tuning
from energy_model.fast.warm_chain import Chain

__all__ = ["TUNING", "Chain", "Start", "Tuning", "give_back", "optimum"]
