"""A declaration beside a number of a scenario: which figures of the data package it is like."""

from __future__ import annotations

from dataclasses import dataclass

from energy_model.units import GWH_PER_TWH


@dataclass(frozen=True)
class Like:
    """Figures of the same kind as a key, to ask about a unit that may be mixed up.

    Attributes
    ----------
    columns : tuple of str
        ``table.column`` of the data package.
    per_unit : float
        How many units of the column are one unit of the key: 1000 if the column is in GWh and the key in TWh.
    usual : float or None
        For a number without a unit: the value that changes nothing.
    """

    columns: tuple[str, ...] = ()
    per_unit: float = 1.0
    usual: float | None = None


PRICES = Like(("prices.price_eur_per_mwh",))
SENDOUT = Like(("lng_terminals.sendout_capacity_gwh_per_day",))
CAPACITY = Like(("pipelines.capacity_gwh_per_day",))
VOLUMES = Like(("supply_steps.volume_gwh_per_year", "lng_supply_steps.volume_gwh_per_year"))
PENALTIES = Like(("curtailment_tiers.cost_eur_per_mwh",))
EUROPE_LNG_TWH = Like(("lng_europe_limit.limit_gwh_per_year",), per_unit=GWH_PER_TWH)
FACTOR = Like(usual=1.0)
STOCKS = Like(("storage.working_gas_volume_gwh",))
