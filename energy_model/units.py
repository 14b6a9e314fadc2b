"""Every conversion of units: the only module in which such numbers stand.

Inside the model energy is GWh (gross calorific value), rates are GWh per day, money is EUR per MWh.
A *bcm* is not one unit: the energy in a cubic metre depends on the gas and on the temperature at which the metre is
measured. The conventions met in the sources are listed in :data:`KWH_PER_M3`; a table says which one it used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:  # numbers that only name a unit need neither of them
    import numpy as np
    import pandas as pd

    Number = TypeVar("Number", float, np.ndarray, pd.Series, pd.DataFrame)

MWH_PER_GWH = 1_000.0
GWH_PER_TWH = 1_000.0
MWH_PER_TWH = MWH_PER_GWH * GWH_PER_TWH
HOURS_PER_DAY = 24.0
DAYS_OF_YEAR = 365
DAYS_PER_YEAR = float(DAYS_OF_YEAR)
"""A year of a data package has as many days; the leap day is one of the horizon, not of a year's volume."""
NM_PER_1000_NM = KM_PER_1000_KM = 1_000.0
KM_PER_NM = 1.852
BYTES_PER_MB = 1e6
EUR_PER_KEUR = 1e3
EUR_PER_MEUR = 1e6
EUR_PER_BEUR = 1e9
MEUR_PER_BEUR = EUR_PER_BEUR / EUR_PER_MEUR
KEUR_PER_BEUR = EUR_PER_BEUR / EUR_PER_KEUR
"""GWh times EUR/MWh are thousand EUR, the unit in which the model counts money."""
MWH_PER_MMBTU = 0.293071
"""One MMBtu, in MWh (NIST SP 811)."""

KWH_PER_M3: dict[str, float] = {
    "standard_review": 11.111,  # 40 MJ GCV per m3 at 15 degC: Energy Institute and bp statistical reviews
    "europe_15c": 10.55,  # typical gas of the European grid at 15 degC: IEA
    "import_series": 10.3,  # series of imports by source as Bruegel collects them; GWh in a million cubic metres
    "at_20c": 10.35,  # cubic metre measured at 20 degC, as exporters to the east of Europe count
}
"""Gross calorific value of one cubic metre, kWh, by convention of the source."""

_DISPLAY = {"TWh": 1.0 / GWH_PER_TWH, "bcm": 1.0 / (KWH_PER_M3["europe_15c"] * GWH_PER_TWH), "GWh": 1.0}

_DISPLAY_RATE = {"GWh/day": 1.0, "mcm/day": 1.0 / KWH_PER_M3["europe_15c"]}

EnergyUnit = Literal["TWh", "bcm", "GWh"]
ENERGY_UNITS, RATE_UNITS = tuple(_DISPLAY), tuple(_DISPLAY_RATE)
MONEY_UNITS: dict[str, float] = {"bn EUR": EUR_PER_BEUR, "m EUR": EUR_PER_MEUR, "EUR": 1.0}
SHARE_UNITS: dict[str, float] = {"share": 1.0, "%": 0.01}
"""Units in which a reader may ask for volumes, rates, money (in EUR) and shares (of one)."""


def show_energy(gwh: Number, unit: EnergyUnit = "TWh") -> Number:
    """Energy in the unit a reader asked for; bcm is meant at 10.55 kWh per m3.

    >>> round(show_energy(1055.0, "bcm"), 6)
    0.1
    """
    return gwh * _DISPLAY[unit]


def gwh_from_shown(energy: float, unit: str) -> float:
    """Energy (GWh) that a reader gave in one of :data:`ENERGY_UNITS`; bcm is meant at 10.55 kWh per m3.

    >>> round(gwh_from_shown(10.0, "bcm"), 6)
    105500.0
    """
    return energy / _DISPLAY[unit]


def show_rate(gwh_per_day: Number, unit: str = "GWh/day") -> Number:
    """A rate in one of :data:`RATE_UNITS`; a million cubic metres is meant at 10.55 kWh per m3.

    >>> round(show_rate(1055.0, "mcm/day"), 6)
    100.0
    """
    return gwh_per_day * _DISPLAY_RATE[unit]


def gwh_per_day_from(unit: str) -> float | None:
    """GWh/d of one of a unit in which operators report rates, by its letters; nothing if it is none.

    Million cubic metres are meant at 15 degC and 10.55 kWh, standard ones too.

    >>> gwh_per_day_from("MSm3/d"), gwh_per_day_from("kWh/h"), gwh_per_day_from("GWh")
    (10.55, 2.4e-05, None)
    """
    name = "".join(letter for letter in unit.casefold().replace("³", "3") if letter.isalnum())
    per_day = {"d": 1.0, "day": 1.0, "h": HOURS_PER_DAY, "hour": HOURS_PER_DAY}
    energy = {"kwh": 1.0 / MWH_PER_GWH**2, "mwh": 1.0 / MWH_PER_GWH, "gwh": 1.0}
    million = KWH_PER_M3["europe_15c"]
    volume = {"msm3": million, "mcm": million, "mm3": million}
    rates = {f"{of}{by}": size * times for of, size in {**energy, **volume}.items() for by, times in per_day.items()}
    return rates.get(name)


def eur_per_mwh_from_usd_per_mmbtu(usd_per_mmbtu: Number, usd_per_eur: float) -> Number:
    """Price in EUR/MWh from a quotation in USD/MMBtu.

    >>> round(eur_per_mwh_from_usd_per_mmbtu(20.0, 1.13), 1)
    60.4
    """
    return usd_per_mmbtu / (MWH_PER_MMBTU * usd_per_eur)
