"""What a replay adds to the model of scenarios."""

from __future__ import annotations

MECHANISMS = {
    "rolling": "plans month by month that know nothing of later prices, flows and weather",
    "habit": "stores aim for the filling of the years before, at the price of what carrying gas into winter earns",
    "together": "stores of the EU leave their usual path together, each on its own only at the price of habit",
}
"""Each can be left out to see what it gains. Supply by pipeline of the months is a table of the package."""
REPLACED_BY_VALUE = ("habit", "together")
"""What the value of stock stands in place of, in an era whose plans read it."""
