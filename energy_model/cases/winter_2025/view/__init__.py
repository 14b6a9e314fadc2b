"""The view from 31 October 2025: predictions made of that day's data alone, and what became of them."""

from energy_model.cases.winter_2025.view.compare import ViewComparison, compare_view
from energy_model.cases.winter_2025.view.predict import View, view

__all__ = ["View", "ViewComparison", "compare_view", "view"]
