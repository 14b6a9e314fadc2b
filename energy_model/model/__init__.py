"""How gas flows: the linear programme in Pyomo, one feature per file."""

from energy_model.model.build import build_model

__all__ = ["build_model"]
