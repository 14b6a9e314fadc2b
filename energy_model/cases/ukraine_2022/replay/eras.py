"""Stretches of history that are replayed, and what a replay adds to the plain network."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from energy_model.validate.replay.era import Era

MECHANISMS = {
    "rolling": "plans month by month that know nothing of later prices, flows and weather",
    "habit": "stores aim for the filling of the years before, at the price of what carrying gas into winter earns",
    "together": "stores of the EU leave their usual path together, each on its own only at the price of habit",
    "lng_season": "Europe attracts LNG with the season of the years before, not evenly",
    "lng_booking": "countries land their usual shares of the LNG, Türkiye what it bought in 2021 (hindsight in 2021)",
    "landing": "landing points of Norway and Algeria stay in the range of their months of the two years before",
    "delivery": "contracts with one delivery point are taken there, month by month",
    "production": "production and exports as able in the year, Norwegian maintenance included (hindsight in 2021)",
}
"""What a replay adds to the plain network. Each can be left out to see what it gains."""


YEAR_2021 = Era(
    "replay_2021", "2021", date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 31), "2021", "high", "reference"
)
YEAR_2022 = Era(
    "replay_2022",
    "January to August 2022",
    date(2022, 1, 1),
    date(2022, 8, 31),
    date(2022, 8, 31),
    "2022_hindsight",
    "2022_hindsight",
    "reference",
)
RESPONSE_2022 = replace(
    YEAR_2022, id="replay_2022_response", title="January to August 2022, demand by price", demand="response"
)
ERAS = (YEAR_2021, YEAR_2022, RESPONSE_2022)
