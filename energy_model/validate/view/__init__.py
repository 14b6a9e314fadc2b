"""The view from a day: scenarios predicted from that day's data alone, as ranges, and what became of them."""

from energy_model.validate.view.compare import joined, scored
from energy_model.validate.view.runs import Story, View, Ways, predicted

__all__ = ["Story", "View", "Ways", "joined", "predicted", "scored"]
