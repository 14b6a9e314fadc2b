"""Inputs that a view moves one at a time: how demand answers, what one supplier delivers, what one country produces."""

from __future__ import annotations

from dataclasses import replace

from energy_model.results.spread import INPUTS, Input, UncertainInput


def response() -> tuple[Input, ...]:
    """How much and how soon demand answers to a price."""
    return tuple(_of_table("response_lag"))


def gas_of(supplier: str, name: str) -> Input:
    """What a supplier delivers by pipeline, month by month.

    Parameters
    ----------
    supplier : str
        Code of ``suppliers.csv``.
    name : str
        What to call the input.
    """
    (every,) = _of_table("supply_by_month")
    return replace(every, name=name, only=("supplier", supplier))


def production_of(node: str, name: str) -> Input:
    """What a country produces, with its node of ``nodes.csv`` and what to call the input."""
    (every,) = _of_table("production")
    return replace(every, name=name, only=("node", node))


def _of_table(table: str) -> list[UncertainInput]:
    return [one for one in INPUTS if isinstance(one, UncertainInput) and one.table == table]
