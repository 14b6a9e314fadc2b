"""Replay of history: the model given what was given, against what happened."""

from energy_model.validate.replay.eras import ERAS, MECHANISMS, Era
from energy_model.validate.replay.report import ReplayReport, gains, replay

__all__ = ["ERAS", "MECHANISMS", "Era", "ReplayReport", "gains", "replay"]
