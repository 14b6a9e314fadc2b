"""A headline with its range: low, central and high, said with no more digits than the range can bear."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from energy_model.results.headline import COST, ENERGY, PRICE, SHARE
from energy_model.units import GWH_PER_TWH, EnergyUnit, show_energy

WIDE_SHARE = 0.1
"""A range that is wider than this share of its central value is said with two digits, else with three."""
SIGNS = {ENERGY: "TWh", "bcm": "bcm", "GWh": "GWh", PRICE: "EUR/MWh", COST: "bn EUR", SHARE: "%"}


@dataclass(frozen=True)
class Band:
    """Low, central and high of a headline; energy in TWh, a share of one.

    Attributes
    ----------
    unit : str
        As in :class:`~energy_model.results.headline.Headline`.
    low_from, high_from : str
        The input, and the side of its range, that gives the low and the high.
    alone : str
        The one input that moves the headline most by itself; empty where none does.
    alone_low, alone_high : float
        What the headline is at the two ends of that input's range, all else as it is.
    """

    low: float
    central: float
    high: float
    unit: str
    low_from: str = ""
    high_from: str = ""
    alone: str = ""
    alone_low: float = 0.0
    alone_high: float = 0.0

    def in_unit(self, unit: EnergyUnit) -> Band:
        """The same range with energy in another unit.

        >>> Band(0.4, 643.2, 1613.0, "TWh").in_unit("bcm").words
        'about 61 (0 to 150) bcm'
        """
        if self.unit != ENERGY or unit == ENERGY:
            return self
        low, central, high = (
            float(show_energy(GWH_PER_TWH * value, unit)) for value in (self.low, self.central, self.high)
        )
        return replace(self, low=low, central=central, high=high, unit=unit)

    @property
    def words(self) -> str:
        """The range for a sentence.

        >>> Band(0.4, 643.2, 1613.0, "TWh").words, Band(0.11, 0.112, 0.113, "share").words
        ('about 640 (0 to 1,600) TWh', 'about 11.2 (11 to 11.3) %')
        >>> Band(0.0, 0.0, 0.0, "TWh").words, Band(0.0, 0.0, 34.6, "TWh").words
        ('0 TWh', '0 (0 to 35) TWh')
        """
        low, central, high = self.rounded
        sign = SIGNS[self.unit]
        if low == central == high:
            return f"{_said(central)} {sign}"
        about = "about " if central else ""
        return f"{about}{_said(central)} ({_said(low)} to {_said(high)}) {sign}"

    @property
    def rounded(self) -> tuple[float, float, float]:
        """Low, central and high in the unit of the words, without digits that the range does not bear."""
        scale = 100.0 if self.unit == SHARE else 1.0
        low, central, high = (scale * value for value in (self.low, self.central, self.high))
        digits = 2 if high - low > WIDE_SHARE * abs(central) else 3
        least = _step(central or max(abs(low), abs(high)), digits)
        return _round(low, digits, least), _round(central, digits, least), _round(high, digits, least)


def _step(value: float, digits: int) -> float:
    """Unit of the last of so many digits of a number."""
    return float(10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)) if value else 0.0


def _round(value: float, digits: int, least: float) -> float:
    """A number with so many digits, and none finer than ``least``."""
    step = max(_step(value, digits), least)
    return round(value / step) * step + 0.0 if step else 0.0


def _said(value: float) -> str:
    """A rounded number without the noughts of its arithmetic.

    >>> _said(1600.0), _said(0.30000000000000004)
    ('1,600', '0.3')
    """
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{float(f'{value:.6g}'):g}"
