"""What exists: the data package, typed, seen from the day on which an author stands, and checked."""

from energy_model.data.check import check_data
from energy_model.data.load import GasData, load_data
from energy_model.data.package import Package, Resource, data_root, package_digest
from energy_model.data.problem import Problem
from energy_model.data.verdict import seal

__all__ = [
    "GasData",
    "Package",
    "Problem",
    "Resource",
    "check_data",
    "data_root",
    "load_data",
    "package_digest",
    "seal",
]
