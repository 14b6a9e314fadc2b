"""Inverse questions: the outcome is given, the input is sought."""

from energy_model.impact.inverse.frontier import frontier
from energy_model.impact.inverse.promise_answer import promise
from energy_model.impact.inverse.saving import saving_start
from energy_model.impact.inverse.survivable import survivable_cut
from energy_model.impact.inverse.warning import early_warning

__all__ = ["early_warning", "frontier", "promise", "saving_start", "survivable_cut"]
