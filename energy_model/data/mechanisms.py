"""Mechanisms of the model that a scenario can leave out: by its own key, or by what its data package uses.

A mechanism that is left out leaves no trace: the model is the one without it, so that what it changes can be shown.
"""

from __future__ import annotations

from collections.abc import Mapping

MECHANISMS: Mapping[str, str] = {
    "low_calorific": "households and services that burn low-calorific gas need it, by the rows of low_calorific.csv",
    "supply_by_month": "gas of suppliers by pipeline belongs to its month, by the rows of supply_by_month.csv",
    "delivery_points": "gas under contract is taken at its border, and landing points keep their usual shares",
    "transit_bookings": "booked capacity costs no tariff, and a border's flow changes from month to month at a price",
    "lng_world": "exporters of LNG sell to buyers outside Europe as well, who answer to price, by the rows of "
    "lng_world.csv; without it Europe attracts at most what lng_europe_limit.csv says",
    "lng_season": "with lng_world Europe attracts LNG with the season that others left it in the years before, by "
    "lng_world.csv, not evenly",
    "lng_slots": "markets keep their usual shares of the LNG that lands, by lng_slots.csv, or pay for slots of others",
    "solidarity_groups": "markets outside the groups of solidarity.csv keep what they have bought, produce and store",
    "response_lag": "demand answers to a price within months and not at once, by the rows of response_lag.csv",
}
"""Keys of a scenario that turn a mechanism on or off, with what it says; ``mechanisms`` in storyline.toml names those
that scenarios of a package use unless they say otherwise."""
