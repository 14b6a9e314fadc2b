"""Scenarios in Excel: a template to fill in, and the way back to the same scenario.

Every cell that is not empty is used or complained about. What is no part of a scenario is marked with ``#``: a sheet or
a column by its name, a row by its first cell.
"""

from __future__ import annotations

from energy_model.scenario.excel.read import read_excel
from energy_model.scenario.excel.template import write_excel

__all__ = ["read_excel", "write_excel"]
