"""A toy network with a hand-solved answer: does the installation work?"""

from __future__ import annotations

from energy_model.lp import compile_model, solve
from energy_model.model import build_model
from energy_model.scenario.toy import toy_case
from energy_model.units import EUR_PER_KEUR


def solve_toy() -> tuple[float, float]:
    """Cost of the toy in EUR: as solved by hand, and as solved by the model.

    Market A asks for 8 GWh a day over 10 days. Supplier S offers plenty at 10 EUR/MWh, but the pipeline carries 6, at
    1 EUR/MWh; the rest comes by ship for 50. By hand: 10 x (6 x 11 + 2 x 50) = 1,660 thousand EUR.
    """
    case = toy_case(
        demand={"A": 8.0},
        pipelines={("S", "A"): (6.0, 1.0)},
        supply={"S": (100.0, 10.0)},
        lng={"A": (20.0, 48.0, 2.0)},
        days=10,
    )
    return 1_660.0 * EUR_PER_KEUR, solve(compile_model(build_model(case))).objective * EUR_PER_KEUR
