"""``scipy.sparse`` without the rest of scipy.

Pyomo watches for the first import of scipy and then loads ``scipy.stats``, ``scipy.integrate`` and ``scipy.spatial`` as
well, in case one of its own modules wants them: a quarter of a run's processor time, before anything is solved. It
looks again whenever one of its modules does want them, so the watch may rest while the sparse arrays are imported.

scipy asks numpy for all of its names, and among them is the reader of Fortran, which numpy loads when it is asked for:
a tenth of a second for what nobody uses. It gets an empty stand-in meanwhile.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import numpy
import pyomo.common.dependencies as watch

__all__ = ["sparse"]
FORTRAN = "f2py"


def _unwatched(name: str) -> ModuleType:
    """A module imported past Pyomo's finder; without such a finder, as another Pyomo may be, it is a plain import."""
    finders = [finder for finder in sys.meta_path if type(finder).__module__ == watch.__name__]
    for finder in finders:
        sys.meta_path.remove(finder)
    stands_in = FORTRAN not in vars(numpy)
    if stands_in:
        setattr(numpy, FORTRAN, ModuleType(FORTRAN))
    try:
        return import_module(name)
    finally:
        sys.meta_path[:0] = finders
        if stands_in:
            delattr(numpy, FORTRAN)


if TYPE_CHECKING:
    from scipy import sparse
else:
    sparse = _unwatched("scipy.sparse")
