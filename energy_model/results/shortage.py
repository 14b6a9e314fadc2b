"""How a shortage is said: curtailed and reduced gas together, what it means for industry, and who lacks gas elsewhere.

A volume curtailed says little by itself: customers who leave at a high price do without gas as well. Every sentence
that states a shortage takes its words from here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from energy_model.results.run import Results
from energy_model.results.statistics import Ask
from energy_model.results.tables import by_sector
from energy_model.scenario import Case
from energy_model.units import EnergyUnit, show_energy

INDUSTRY = "industry"
LEAST_GWH = 50.0
"""Less than this is nothing to a reader of TWh."""
WHOLE_FROM = 100.0
"""Volumes from here on are said without a decimal."""


@dataclass(frozen=True)
class Shortage:
    """What a group of markets does without over the horizon.

    Attributes
    ----------
    curtailed_gwh, reduced_gwh : float
        Cut by order, and left at a price.
    industry_curtailed_share, industry_reduced_share : float
        Shares of industry's demand.
    """

    curtailed_gwh: float
    reduced_gwh: float
    industry_curtailed_share: float
    industry_reduced_share: float


def shortage_of(results: Results, nodes: Collection[str]) -> Shortage:
    """What a group of markets does without."""
    ask = results.statistics
    where: dict[str, Any] = {"node": sorted(nodes), "unit": "GWh"}
    needs = ask.demand.value(sector=INDUSTRY, **where)

    def share(part: Ask) -> float:
        return part.value(sector=INDUSTRY, **where) / needs if needs > 0.0 else 0.0

    return Shortage(
        ask.curtailed.value(**where), ask.reduced.value(**where),
        share(ask.curtailed), share(ask.reduced),
    )  # fmt: skip


def shortage_in(case: Case, voluntary: np.ndarray, curtailment: np.ndarray, nodes: np.ndarray) -> Shortage:
    """What a group of nodes does without, from the arrays of a plan.

    Parameters
    ----------
    voluntary, curtailment : ndarray
        Values of these columns, GWh/d.
    nodes : ndarray of bool, shape (N,)
    """
    mine, days = nodes[case.is_market], case.timeline.days
    demand, reduced, curtailed = (part[mine].sum(axis=0) @ days for part in by_sector(case, voluntary, curtailment))
    industry = np.array([sector == INDUSTRY for sector in case.demand.sectors])
    needs = max(float(demand[industry].sum()), 1e-9)
    shares = (float(part[industry].sum()) / needs for part in (curtailed, reduced))
    return Shortage(float(curtailed.sum()), float(reduced.sum()), *shares)


def shortage_phrase(results: Results, nodes: Collection[str], unit: EnergyUnit = "TWh") -> str:
    """A shortage as a part of a sentence: volumes curtailed and reduced, and what they are of industry's demand.

    Parameters
    ----------
    nodes : collection of str
        Codes of the markets meant.
    """
    return in_words(shortage_of(results, nodes), unit)


def in_words(one: Shortage, unit: EnergyUnit = "TWh") -> str:
    """The phrase for a shortage.

    >>> in_words(Shortage(643e3, 756e3, 0.35, 0.2))
    '643 TWh curtailed and 756 TWh reduced at a price (of industry, 35% of its demand curtailed and 20% reduced)'
    >>> in_words(Shortage(0.0, 0.0, 0.0, 0.0))
    'nothing curtailed and nothing reduced at a price'
    """
    said = f"{volume(one.curtailed_gwh, unit)} curtailed and {volume(one.reduced_gwh, unit)} reduced at a price"
    if max(one.curtailed_gwh, one.reduced_gwh) < LEAST_GWH:
        return said
    cut, left = (_percent(share) for share in (one.industry_curtailed_share, one.industry_reduced_share))
    return f"{said} (of industry, {cut} of its demand curtailed and {left} reduced)"


def volume(gwh: float, unit: EnergyUnit = "TWh") -> str:
    """A volume for a sentence.

    >>> volume(643_210.0), volume(6_400.0), volume(3.0)
    ('643 TWh', '6.4 TWh', 'nothing')
    """
    if abs(gwh) < LEAST_GWH:
        return "nothing"
    amount = float(show_energy(gwh, unit))
    return f"{amount:,.0f} {unit}" if abs(amount) >= WHOLE_FROM else f"{amount:,.1f} {unit}"


def elsewhere_phrase(results: Results, nodes: Collection[str], where: str, unit: EnergyUnit = "TWh") -> str:
    """A sentence on the markets outside a group that are curtailed, each by name; empty if none is.

    Parameters
    ----------
    nodes : collection of str
        Codes of the group.
    where : str
        The group as a sentence names it, as in ``the region``.
    """
    cut = results.statistics.curtailed("node", unit="GWh")
    cut = cut[~cut.index.isin(list(nodes))]
    return named_losses(cut, dict(zip(results.nodes["node"], results.nodes["name"], strict=True)), where, unit)


def named_losses(cut_gwh: pd.Series, names: dict[str, str], where: str, unit: EnergyUnit = "TWh") -> str:
    """The sentence for curtailment by market outside a group.

    >>> cut = pd.Series({"A": 54e3, "B": 3e3, "C": 0.0})
    >>> named_losses(cut, {"A": "Land A", "B": "Land B", "C": "Land C"}, "the UNION")
    'Outside the UNION 57.0 TWh are curtailed: Land A 54.0 TWh, Land B 3.0 TWh.'
    """
    short = cut_gwh[cut_gwh >= LEAST_GWH].sort_values(ascending=False, kind="stable")
    if short.empty:
        return ""
    each = ", ".join(f"{names.get(str(node), str(node))} {volume(float(gwh), unit)}" for node, gwh in short.items())
    return f"Outside {where} {volume(float(short.sum()), unit)} are curtailed: {each}."


def _percent(share: float) -> str:
    """A share without a false nought: some, but less than half a percent, is said as such."""
    return "less than 1%" if 0.0 < share < 0.005 else f"{share:.0%}"
