"""What the plans of rolling foresight expected, as tables: filling on the day of the fullest stores, value of stock."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energy_model.plan.solved import Solved


def plan_table(solved: Solved) -> pd.DataFrame:
    """A row for each plan: what it expected of the fullest day, and what another MWh cost while it held."""
    rows = [
        {
            "decided_on": pd.Timestamp(one.decided_on),
            "zone": one.zone,
            "day": pd.Timestamp(one.day),
            "expected_filling_share": one.mean_share,
            "lowest_filling_share": one.lowest_share,
            "highest_filling_share": one.highest_share,
            "marginal_cost_eur_per_mwh": one.marginal_cost_eur_per_mwh,
            "stock_value_eur_per_mwh": one.stock_value_eur_per_mwh,
            "below_duty_probability": one.below_duty_probability,
        }
        for one in solved.expected
    ]
    return pd.DataFrame(rows)


def value_table(solved: Solved) -> pd.DataFrame:
    """A row for each plan and step of stock: what gas left at the end of the plan was worth, by filling."""
    parts = []
    for one in solved.expected:
        edges = np.linspace(0.0, 1.0, len(one.values_eur_per_mwh) + 1)
        parts.append(
            pd.DataFrame(
                {
                    "decided_on": pd.Timestamp(one.decided_on),
                    "zone": one.zone,
                    "valued_on": pd.Timestamp(one.valued_on),
                    "from_filling_share": edges[:-1],
                    "to_filling_share": edges[1:],
                    "value_eur_per_mwh": one.values_eur_per_mwh,
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
