"""Replay of history: the model's choice, given exogenous flows and demand, against what was observed."""

from energy_model.validate.replay.era import Era
from energy_model.validate.replay.report import ReplayReport, gains, replay

__all__ = ["Era", "ReplayReport", "gains", "replay"]
