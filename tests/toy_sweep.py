"""A sweep of the toy, solved at once: what is written, resumed and told does not depend on the network."""

from __future__ import annotations

from datetime import date
from typing import Any

from energy_model.sweep import Plan


def toy_plan(**changes: Any) -> Plan:
    """Six cases of a stop in chunks of three, over days, shares, prices of LNG and two years of weather."""
    raw = {
        "title": "test",
        "base": "stop",
        "foresight": "perfect",
        "resolution": "month",
        "samples": 6,
        "seed": 7,
        "chunk": 3,
        "axes": {
            "day": {"kind": "date", "field": "measures.1.start", "low": date(2031, 3, 1), "high": date(2031, 10, 31)},
            "left": {"kind": "uniform", "field": "measures.1.remaining_share", "low": 0.0, "high": 0.5},
            "price": {"kind": "uniform", "field": "lng_price_factor", "low": 0.8, "high": 1.5},
            "weather": {"kind": "discrete", "field": "weather", "values": ("usual", "harsh")},
        },
    }
    return Plan.model_validate({**raw, **changes})
