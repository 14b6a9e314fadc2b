"""Replay of history: the model given what was given, against what happened."""

from energy_model.validate.replay.era import Era
from energy_model.validate.replay.report import ReplayReport, gains, replay

__all__ = ["Era", "ReplayReport", "gains", "replay"]
