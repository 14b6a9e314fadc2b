"""The view from 31 January 2022: predictions made of that day's data alone, and what became of them."""

from energy_model.cases.ukraine_2022.view.compare import ViewComparison, compare_view
from energy_model.cases.ukraine_2022.view.predict import view
from energy_model.cases.ukraine_2022.view.series import Coverage
from energy_model.validate.view.runs import View as AnyView

View = AnyView[Coverage]
"""Predictions with their places."""

__all__ = ["View", "ViewComparison", "compare_view", "view"]
