"""What a replay adds to the model of scenarios, and which mechanism of the model stands in place of it."""

from __future__ import annotations

MECHANISMS = {
    "rolling": "plans month by month that know nothing of later prices, flows and weather",
    "habit": "stores aim for the filling of the years before, at the price of what carrying gas into winter earns",
    "together": "stores of the EU leave their usual path together, each on its own only at the price of habit",
    "lng_season": "Europe attracts LNG with the season of the years before, not evenly",
    "lng_booking": "countries land their usual shares of the LNG, Türkiye what it bought in 2021 (hindsight in 2021)",
    "landing": "landing points of Norway and Algeria stay in the range of their months of the two years before",
    "delivery": "contracts with one delivery point are taken there, month by month",
    "production": "home production as in the year; without supply_by_month exports and Norwegian maintenance, too",
}
"""What a replay adds. Each can be left out to see what it gains."""
REPLACED_BY = {
    "landing": "delivery_points",
    "delivery": "delivery_points",
}
"""Mechanism of the model, a key of a scenario, that stands in place of one of these where it is in force."""
REPLACED_BY_VALUE = ("habit", "together")
"""What the value of stock stands in place of, in an era whose plans read it."""
