"""The view from 31 January 2022: predictions made of that day's data alone, and what became of them."""

from energy_model.cases.ukraine_2022.view.compare import ViewComparison, compare_view
from energy_model.cases.ukraine_2022.view.predict import View, view

__all__ = ["View", "ViewComparison", "compare_view", "view"]
