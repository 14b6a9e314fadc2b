"""The fan of years to come: which weathers and which supplies of LNG a plan reckons with, and how likely each is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Fan:
    """Branches of what nobody knows yet.

    Attributes
    ----------
    weathers : tuple of str
        Weathers of ``demand_daily.csv``.
    weather_weight : ndarray, shape (W,)
        Probability of each in a month.
    lng_share : ndarray, shape (L,)
        LNG of each state, as a share of the central one.
    lng_weight : ndarray, shape (L,)
        Probability of each state.
    central : int
        Number of the central state.
    stays : float
        Probability that a state lasts into the next month without being drawn anew.
    learned_in_months : float
        Months after which what has landed counts alone, and the central case of the first day no longer.
    worst_share : float
        Part of the branches, by probability, that a choice of caution gives more weight.
    """

    weathers: tuple[str, ...]
    weather_weight: np.ndarray
    lng_share: np.ndarray
    lng_weight: np.ndarray
    central: int = 0
    stays: float = 0.0
    learned_in_months: float = 6.0
    worst_share: float = 0.2

    def around(self, ratio: float) -> Fan:
        """The same where the central state is expected at a multiple of what the table says; the others stay."""
        others = np.arange(len(self.lng_share)) != self.central
        return replace(self, lng_share=np.where(others, self.lng_share / ratio, self.lng_share))
