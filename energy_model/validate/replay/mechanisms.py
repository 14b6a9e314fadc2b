"""How a replay plans: what it adds to the model of scenarios, which is no mechanism of the network."""

from __future__ import annotations

ADDED = {
    "rolling": "plans month by month that know nothing of later prices, flows and weather",
    "habit": "stores aim for the filling of the years before, at the price of what carrying gas into winter earns",
    "together": "stores of the EU leave their usual path together, each on its own only at the price of habit",
}
"""What a replay adds, in words. Each can be left out to see what it gains."""
REPLACED_BY_VALUE = ("habit", "together")
"""What the value of stock stands in place of, in an era whose plans read it."""
